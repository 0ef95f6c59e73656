"""The tidy table: one row per run, and the way each run went."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from linli.bench._check import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from linli.bench._instance import Instance
    from linli.bench._run import Outcome

__all__ = [
    "MEASURED",
    "RUNS",
    "TRACE",
    "measured",
    "read_table",
    "records",
    "trace_of",
    "write_table",
]

RUNS = {
    "run": "int64",
    "instance": "str",
    "units": "int64",
    "parts": "int64",
    "tolerance": "float64",
    "objective": "str",
    "method": "str",
    "version": "str",
    "seed": "uint64",
    "budget_s": "float64",
    "repeat": "int64",
    "threads": "int64",
    "status": "str",
    "valid": "boolean",
    "contiguous": "boolean",
    "within_tolerance": "boolean",
    "parts_found": "Int64",
    "parts_across_towns": "Int64",
    "value": "Float64",
    "cut_edges": "Int64",
    "border_m": "Float64",
    "inertia": "Float64",
    "deviation": "Float64",
    "bound": "Float64",
    "first_s": "Float64",
    "wall_s": "Float64",
    "cpu_s": "Float64",
    "setup_s": "Float64",
    "begin_mb": "Float64",
    "peak_mb": "Float64",
    "rounds": "Int64",
    "steps": "Int64",
    "stop": "str",
    "repeatable": "boolean",
    "plan": "str",
    "message": "str",
}
"""Columns of ``runs.csv``: facts of the question, of the plan, of the run."""
TRACE = {
    "run": "int64",
    "wall_s": "float64",
    "cpu_s": "float64",
    "value": "Float64",
    "deviation": "float64",
    "valid": "boolean",
}
"""Columns of ``trace.csv``: the plans that a run reported on its way."""
MEASURED = (
    "valid",
    "contiguous",
    "within_tolerance",
    "parts_found",
    "parts_across_towns",
    "value",
    "cut_edges",
    "border_m",
    "inertia",
    "deviation",
)
"""Columns that follow from instance and plan alone."""


def measured(
    instance: Instance, labels: NDArray[np.int64] | None, objective: str
) -> dict[str, Any]:
    """Work out the columns `MEASURED` of a plan; without a plan they are not known.

    Parameters
    ----------
    instance : Instance
        With a tolerance.
    labels : ndarray of int64 or None
        The plan.
    objective : str
        What `value` is.

    Returns
    -------
    dict
        One value for each column.
    """
    if labels is None:
        return dict.fromkeys(MEASURED)
    found = check(instance, labels, instance.tolerance or 0.0)
    facts = {name: getattr(found, name, None) for name in MEASURED}
    return facts | {"parts_found": found.parts, "value": found.value(objective)}


def trace_of(
    run: int, instance: Instance, outcome: Outcome, objective: str
) -> list[dict[str, Any]]:
    """Measure the plans that a run reported.

    Parameters
    ----------
    run : int
        Its number.
    instance : Instance
        With a tolerance.
    outcome : Outcome
        What came of it.
    objective : str
        What `value` is.

    Returns
    -------
    list of dict
        Rows of `TRACE`.
    """
    rows = []
    for wall_s, cpu_s, labels in zip(*(outcome.way or ((), (), ())), strict=True):
        found = measured(instance, np.asarray(labels, dtype=np.int64), objective)
        kept = {name: found[name] for name in ("value", "deviation", "valid")}
        rows.append({"run": run, "wall_s": float(wall_s), "cpu_s": float(cpu_s), **kept})
    return rows


def write_table(rows: list[dict[str, Any]], columns: dict[str, str]) -> bytes:
    """Write rows as CSV; numbers keep every digit.

    Parameters
    ----------
    rows : list of dict
        The rows.
    columns : dict
        Names and types.

    Returns
    -------
    bytes
        UTF-8.
    """
    text: str = pd.DataFrame(rows, columns=list(columns), dtype=object).to_csv(index=False)
    return text.encode()


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table, None where nothing is known.

    Parameters
    ----------
    table : pandas.DataFrame
        As `read_table` gives it.

    Returns
    -------
    list of dict
        Its rows.
    """
    plain = table.astype(object).where(table.notna(), None)
    rows: Any = plain.to_dict("records")
    return list(rows)


def read_table(content: bytes, columns: dict[str, str]) -> pd.DataFrame:
    """Read what `write_table` wrote.

    Parameters
    ----------
    content : bytes
        The CSV.
    columns : dict
        Names and types.

    Returns
    -------
    pandas.DataFrame
        With these columns and types.
    """
    text = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return pd.DataFrame({name: _column(text[name], kind) for name, kind in columns.items()})


def _column(text: pd.Series[str], kind: str) -> Any:  # noqa: ANN401
    if kind == "str":
        return text
    # Python reads a number back to the last digit; pandas did not always.
    reads: dict[str, Callable[[str], Any]] = {"f": float, "b": "True".__eq__}
    read = reads.get(kind[0].lower(), int)
    values: Any = [None if word == "" else read(word) for word in text]
    return pd.Series(values, dtype=cast("Any", kind))
