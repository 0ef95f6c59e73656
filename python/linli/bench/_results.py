"""What came of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import _html
from linli.bench import _plots
from linli.bench._folder import RUNS_FILE, TRACE_FILE, read_manifest
from linli.bench._instance import Instance
from linli.bench._table import RUNS, TRACE, read_table

if TYPE_CHECKING:
    import os

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["Results"]


@dataclass(frozen=True, repr=False, eq=False)
class Results:
    """The runs of a comparison, read from its folder.

    Made by `linli.bench.partition` or `Results.load`.
    """

    path: Path
    """The folder."""
    manifest: dict[str, Any]
    """What was run, on what: versions, machine, parameters, hashes."""
    runs: pd.DataFrame
    """One row per run. The question: instance, units, parts, tolerance,
    objective, method, version, seed, budget_s, repeat, threads. What came of it:
    status, valid, contiguous, within_tolerance, parts_found, parts_across_towns,
    value, cut_edges, border_m, inertia, deviation, bound. What it took: first_s
    (to the first valid plan), wall_s, cpu_s, setup_s (before the clock),
    begin_mb, peak_mb, rounds, steps, stop. And repeatable, plan (its SHA-256),
    message."""
    trace: pd.DataFrame
    """The plans that runs reported on their way: run, wall_s, cpu_s, value,
    deviation, valid."""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Results:
        """Read a folder.

        Parameters
        ----------
        path : str or path-like
            The folder.

        Returns
        -------
        Results
            What it holds, finished or not.
        """
        path = Path(path)
        manifest = read_manifest(path)
        runs = read_table((path / RUNS_FILE).read_bytes(), RUNS)
        return cls(path, manifest, runs, read_table((path / TRACE_FILE).read_bytes(), TRACE))

    @property
    def finished(self) -> bool:
        """Whether all runs that were asked for are done."""
        return bool(self.manifest["finished"])

    def instance(self, name: str) -> Instance:
        """Read an instance back.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Instance
            As it was divided.
        """
        return Instance.from_json((self.path / "instances" / f"{name}.json").read_bytes())

    def labels(self, run: int) -> NDArray[np.int64]:
        """Read the plan of a run back.

        Parameters
        ----------
        run : int
            Its number.

        Returns
        -------
        ndarray of int64, shape (n,)
            Part of each unit, numbered from 0 by their lowest unit.
        """
        plan = str(self.runs.set_index("run").loc[run, "plan"])
        if not plan:
            raise KeyError(f"run {run} has no plan")
        return np.loadtxt(self.path / "plans" / f"{plan[:16]}.txt", dtype=np.int64, ndmin=1)

    def summary(self) -> pd.DataFrame:
        """Sum the runs up, a row for each instance, method and budget.

        Returns
        -------
        pandas.DataFrame
            runs, valid (how many have a valid plan), best and median value of
            the valid ones, worst deviation of all, medians of first_s, wall_s
            and cpu_s.
        """
        runs = self.runs[self.runs["status"] != "not_installed"]
        valid = runs["valid"].fillna(value=False)
        table = runs.assign(
            valid=valid.astype(int),
            best=runs["value"].where(valid),
            median=runs["value"].where(valid),
            worst_deviation=runs["deviation"],
            runs=1,
        )
        how = {"runs": "sum", "valid": "sum", "best": "min", "median": "median"}
        how |= {"worst_deviation": "max"}
        how |= dict.fromkeys(("first_s", "wall_s", "cpu_s"), "median")
        keys = ["instance", "method", "budget_s"]
        summed: pd.DataFrame = table.groupby(keys, sort=False)[list(how)].agg(how).reset_index()
        return summed

    def plot(self, kind: str = "value") -> Figure:
        """Draw the runs (needs matplotlib).

        Parameters
        ----------
        kind : {"value", "deviation", "success"}
            The value over time; how far parts are from equal; what came of the
            runs.

        Returns
        -------
        matplotlib.figure.Figure
            One panel for each instance.
        """
        return _plots.draw(self, kind)

    def _sentence(self) -> str:
        runs = self.runs
        asked = f"{runs['instance'].nunique()} instances × {runs['method'].nunique()} methods"
        missing = int((runs["status"] == "not_installed").sum())
        valid = int(runs["valid"].fillna(value=False).sum())
        return (
            f"{len(runs) - missing:,} runs of {asked}: {valid:,} valid plans"
            + (f"; {missing:,} runs not installed" if missing else "")
            + ("" if self.finished else "; not finished")
        )

    def __repr__(self) -> str:
        return f"Results({self._sentence()}; {self.path})"

    def _repr_html_(self) -> str:
        head = ("instance", "method", "s", "runs", "valid", "best", "median", "±", "CPU s")
        rows = [
            (
                *(row[name] for name in ("instance", "method", "budget_s", "runs", "valid")),
                *(_number(row[name]) for name in ("best", "median")),
                _number(row["worst_deviation"], 100, " %"),
                _number(row["cpu_s"]),
            )
            for row in self.summary().to_dict("records")
        ]
        return _html.section(self._sentence(), _html.table(head, rows), str(self.path))


def _number(value: Any, times: float = 1, unit: str = "") -> str:  # noqa: ANN401
    return "" if value is None or value != value else f"{times * float(value):,.4g}{unit}"
