"""Comparing ways to divide a district, and checking what was found, for research.

================================================================= ===========
question                                                          function
================================================================= ===========
how do these methods do on these districts, in so many seconds?   `partition`
is that what they found, and do they find it again?               `verify`
is this saved division what it says?                              `verify`
================================================================= ===========

Every run is a process of its own, with the same district, tolerance and seconds
for all; what does not work is a row that says so. Every plan is measured by
code that knows no method. The same is ``linli bench`` and ``linli verify`` on
the command line.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli import _linli
from linli.bench._compare import compare, jobs
from linli.bench._folder import Folder
from linli.bench._instance import Instance
from linli.bench._methods import BUILT_IN, DEFAULT, plan_methods
from linli.bench._plots import KINDS
from linli.bench._results import Results
from linli.bench._sources import instances as find_instances
from linli.bench._task import Method, Skip, Task
from linli.bench._verification import Verification
from linli.bench._verify import verify
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

__all__ = [
    "Instance",
    "Method",
    "Results",
    "Skip",
    "Task",
    "Verification",
    "methods",
    "partition",
    "verify",
]

OBJECTIVES = ("cut_edges", "border", "inertia")


def partition(
    instances: str | Instance | Iterable[str | Instance],
    methods: str | Method | Callable[..., Any] | Iterable[Any] = DEFAULT,
    *,
    out: str | os.PathLike[str],
    seeds: int | Iterable[int] = 5,
    budget_s: float | Iterable[float] = 10.0,
    repeats: int = 1,
    tolerance: float = 0.05,
    objective: str = "cut_edges",
    threads: int = 1,
    progress: bool | None = None,
) -> Results:
    """Run methods × instances × seeds × seconds × repeats, each in a process of its own.

    Rows are written after every run. The same call goes on where an interrupted
    one stopped, and does what is new in a call that asks for more; results of
    other versions, machines or terms are not mixed.

    Parameters
    ----------
    instances : str, Instance, or several
        What is divided: ``voronoi:300:25``, ``grid:6x6:6``, ``putuo:25:town``,
        ``districts.geojson:people:25``, ``pairs.csv+units.csv:people:25``,
        ``county*``; ``linli bench partition --help`` lists all forms.
    methods : str, callable, Method, or several
        Who divides: names of `methods`, with parameters as in
        ``linli:rounds=8``; functions of a `Task`; ``mine=module:function``. By
        default all but the plain chains; those that are not installed become
        rows that say so.
    out : str or path-like
        Folder for ``runs.csv`` (and ``runs.parquet`` where pyarrow is there),
        ``trace.csv``, ``manifest.json``, instances, plans and plots.
    seeds : int or iterable of int, default 5
        How many, from 0; or which.
    budget_s : float or iterable of float, default 10.0
        Seconds on the clock; who is half a second and a tenth later is stopped.
    repeats : int, default 1
        How often each run is done again with the same seed.
    tolerance : float, default 0.05
        For instances that have none of their own.
    objective : {"cut_edges", "border", "inertia"}
        What is to be made small.
    threads : int, default 1
        Threads a method may use.
    progress : bool, optional
        Say on standard error how far it is; by default where somebody watches.

    Returns
    -------
    Results
        All runs of the folder.

    Raises
    ------
    InvalidInput
        If an instance or method cannot be had, or the folder holds something else.
    KeyboardInterrupt
        At Ctrl-C; what is done is written.

    Examples
    --------
    >>> import linli, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = linli.bench.partition(
    ...         "grid:6x6:6", "linli:rounds=1", out=folder, seeds=2, tolerance=0.2
    ...     )
    ...     proof = linli.bench.verify(folder)
    >>> found.runs[["method", "seed", "valid", "cut_edges"]]  # doctest: +SKIP
               method  seed  valid  cut_edges
    0  linli:rounds=1     0   True         20
    1  linli:rounds=1     1   True         20
    >>> proof.ok
    True
    """
    found, planned = find_instances(instances, tolerance), plan_methods(methods)
    drawn = list(range(seeds)) if isinstance(seeds, int) else [int(seed) for seed in seeds]
    budgets = [float(budget_s)] if isinstance(budget_s, int | float) else list(map(float, budget_s))
    for name, wrong, rule in (
        ("objective", objective not in OBJECTIVES, f"give one of {', '.join(OBJECTIVES)}"),
        ("seeds", not drawn or any(not 0 <= seed < 2**64 for seed in drawn), "give 0 or more"),
        ("budget_s", not budgets or not all(0 < s < 1e7 for s in budgets), "give seconds"),
        ("repeats", repeats < 1, "give 1 or more"),
        ("threads", threads < 1, "give 1 or more"),
    ):
        if wrong:
            raise InvalidInput(f"{name} = {locals()[name]!r}: {rule}", parameter=name)
    parameters = {
        "objective": objective,
        "threads": int(threads),
        "seeds": drawn,
        "budgets_s": budgets,
        "repeats": int(repeats),
    }
    folder = Folder.open(Path(out), found, planned, parameters)
    asked = list(jobs(found, planned, drawn, budgets, repeats))
    watched = sys.stderr.isatty() if progress is None else progress
    try:
        compare(folder, asked, progress=watched)
    finally:
        # What is done is worth its tables and plots, even after Ctrl-C.
        results = Results.load(folder.path)
        _write_extras(results)
    return results


def methods() -> dict[str, str]:
    """List the methods that can be asked by name.

    Returns
    -------
    dict of str to str
        What each does.

    Examples
    --------
    >>> import linli
    >>> linli.bench.methods()["linli_first"]
    'Take the first valid plan, whatever it is worth.'
    """
    return {
        name: (method.function.__doc__ or "").strip().splitlines()[0]
        for name, method in BUILT_IN.items()
    }


def _write_extras(results: Results) -> None:
    """Write what other packages are needed for: Parquet and plots."""
    import io

    try:
        buffer = io.BytesIO()
        results.runs.to_parquet(buffer, index=False)
        _linli.save(results.path / "runs.parquet", buffer.getvalue())
    except ImportError:
        pass
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        return
    if results.runs["status"].isin(["not_installed"]).all():
        return
    import matplotlib.pyplot as plt

    (results.path / "plots").mkdir(exist_ok=True)
    for kind in KINDS:
        figure, buffer = results.plot(kind), io.BytesIO()
        figure.savefig(buffer, format="png", dpi=150)
        plt.close(figure)
        _linli.save(results.path / "plots" / f"{kind}.png", buffer.getvalue())
