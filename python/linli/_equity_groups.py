"""Equity of each group and of all, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from linli import _linli
from linli._access_result import Access
from linli._arrays import floats
from linli._spread import codes_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["columns_of", "summary"]


def summary(
    values: ArrayLike | Access,
    people: ArrayLike | None = None,
    *,
    groups: ArrayLike,
    line: float | None = None,
    income: ArrayLike | None = None,
) -> pd.DataFrame:
    """Give mean, Gini, Palma and Theil of each group and of all.

    Parameters
    ----------
    values, people
        As in `lorenz`.
    groups : array_like
        The town or group of each row.
    line : float, optional
        As in `fgt`.
    income : array_like of float, optional
        As in `concentration_index`.

    Returns
    -------
    pandas.DataFrame
        One row per group and a last one named ``all``: rows, people, mean,
        gini, palma, theil; with a line poverty, poverty_gap and severity (FGT 0, 1
        and 2); with income concentration. NaN where an index has no value.

    Raises
    ------
    InvalidInput
        As `lorenz`.
    """
    column, counted = columns_of(values, people)
    # The core refuses rows that cannot be, by their number in the whole.
    _linli.mean(column, counted)
    codes, names = codes_of(groups, len(column))
    parts = [*((name, codes == code) for code, name in enumerate(names)), ("all", codes >= 0)]
    ordered = None if income is None else floats("income", income, ndim=1)
    if ordered is not None:
        _linli.concentration(column, counted, ordered, None)

    def row(own: NDArray[np.bool_]) -> dict[str, float]:
        incomes = None if ordered is None else ordered[own]
        return _row(column[own], counted[own], line, incomes)

    rows = [row(own) for _, own in parts]
    return pd.DataFrame(rows, index=pd.Index([name for name, _ in parts], name="group"))


POVERTY = {"poverty": 0.0, "poverty_gap": 1.0, "severity": 2.0}
"""The exponents of Foster, Greer and Thorbecke, by what they measure."""


def _row(
    values: NDArray[np.float64],
    people: NDArray[np.float64],
    line: float | None,
    income: NDArray[np.float64] | None,
) -> dict[str, float]:
    row = {"rows": len(values), "people": float(people.sum())}
    if people.sum() == 0:
        poverty = () if line is None else POVERTY
        ordered = () if income is None else ("concentration",)
        return row | dict.fromkeys(("mean", "gini", "palma", "theil", *poverty, *ordered), np.nan)
    found = {
        "gini": _linli.gini(values, people),
        "palma": _linli.palma(values, people, None),
        "theil": (_linli.theil(values, people, np.zeros(len(values), dtype=np.int64)) or [None])[0],
    }
    if line is not None:
        found |= {name: _linli.fgt(values, people, line, alpha) for name, alpha in POVERTY.items()}
    if income is not None:
        found["concentration"] = _linli.concentration(values, people, income, None)
    known = {name: np.nan if value is None else value for name, value in found.items()}
    return {**row, "mean": _linli.mean(values, people), **known}


def columns_of(
    values: ArrayLike | Access, people: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take values and people, of accessibility its own; by default one each."""
    if isinstance(values, Access):
        people = values._people if people is None else people
        return columns_of(values.values, people)
    column = floats("values", values, ndim=1)
    return column, np.ones(len(column)) if people is None else floats("people", people, ndim=1)
