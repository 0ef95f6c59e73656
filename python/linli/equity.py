"""Equity (公平): how evenly something is spread over people.

Every function takes a value for each row, such as accessibility, and the people
who have it (one each, where they are left out). An index that divides by the
mean is None where everyone has 0. Unknown values are refused: leave their rows
out.

>>> import linli
>>> linli.equity.gini([0, 0, 0, 8])
0.75
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._arrays import floats
from linli._curves import Concentration, Lorenz, Theil
from linli._equity_groups import columns_of, summary
from linli._spread import codes_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli.access import Access

__all__ = [
    "Concentration",
    "Lorenz",
    "Theil",
    "concentration_curve",
    "concentration_index",
    "fgt",
    "gini",
    "lorenz",
    "palma",
    "summary",
    "theil",
]


def lorenz(values: ArrayLike | Access, people: ArrayLike | None = None) -> Lorenz:
    """Draw what part of the whole the worst-off part of the people has.

    Parameters
    ----------
    values : array_like of float, or Access
        What each row has, 0 or more.
    people : array_like of float, optional
        People of each row.

    Returns
    -------
    Lorenz
        A point for each different value.

    Raises
    ------
    InvalidInput
        If a value is NaN or negative (the message names the row), columns
        differ in length, or nobody is counted.

    Examples
    --------
    >>> import linli
    >>> linli.equity.lorenz([3, 1]).share
    array([0.  , 0.25, 1.  ])
    """
    return Lorenz(*_linli.lorenz(*columns_of(values, people)))


def gini(values: ArrayLike | Access, people: ArrayLike | None = None) -> float | None:
    """Give the Gini index (基尼系数): 0 where all have the same, near 1 where one has everything.

    Parameters
    ----------
    values, people
        As in `lorenz`.

    Returns
    -------
    float or None
        ``sum_ij p_i p_j |x_i - x_j| / (2 P**2 mean)``.

    Raises
    ------
    InvalidInput
        As `lorenz`.
    """
    return _linli.gini(*columns_of(values, people))


def palma(
    values: ArrayLike | Access,
    people: ArrayLike | None = None,
    *,
    income: ArrayLike | None = None,
) -> float | None:
    """Give the Palma ratio: mean of the top tenth over mean of the bottom two fifths.

    Parameters
    ----------
    values, people
        As in `lorenz`.
    income : array_like of float, optional
        What people are ordered by; the values themselves by default.

    Returns
    -------
    float or None
        A row on the line is split. The ratio of shares is a quarter of it.

    Raises
    ------
    InvalidInput
        As `lorenz`.
    """
    ordered = None if income is None else floats("income", income, ndim=1)
    return _linli.palma(*columns_of(values, people), ordered)


def theil(
    values: ArrayLike | Access,
    people: ArrayLike | None = None,
    *,
    groups: ArrayLike | None = None,
) -> Theil | None:
    """Give Theil's T index (泰尔指数), divided into between and within groups.

    Parameters
    ----------
    values, people
        As in `lorenz`.
    groups : array_like, optional
        The town or group of each row; one group by default.

    Returns
    -------
    Theil or None
        ``total = between + within``.

    Raises
    ------
    InvalidInput
        As `lorenz`.

    Examples
    --------
    >>> import linli
    >>> parts = linli.equity.theil([1, 1, 3, 3], groups=["a", "a", "b", "b"])
    >>> parts.within, parts.between == parts.total
    (0.0, True)
    """
    column, counted = columns_of(values, people)
    labels = np.zeros(len(column)) if groups is None else groups
    found = _linli.theil(column, counted, codes_of(labels, len(column))[0])
    return None if found is None else Theil(*found)


def concentration_index(
    values: ArrayLike | Access,
    people: ArrayLike | None = None,
    *,
    income: ArrayLike,
    bounds: tuple[float, float] | None = None,
) -> float | None:
    """Give the concentration index (集中指数): positive where the rich have more.

    Parameters
    ----------
    values, people
        As in `lorenz`.
    income : array_like of float
        What people are ordered by; equal incomes stand side by side.
    bounds : tuple of float, optional
        Least and greatest value there can be: the correction of Erreygers
        (2009), ``4 * mean * index / (most - least)``.

    Returns
    -------
    float or None
        -1 to 1 (Kakwani, Wagstaff & van Doorslaer 1997).

    Raises
    ------
    InvalidInput
        As `lorenz`, or if the bounds do not hold the values.
    """
    ordered = floats("income", income, ndim=1)
    return _linli.concentration(*columns_of(values, people), ordered, bounds)


def concentration_curve(
    values: ArrayLike | Access, people: ArrayLike | None = None, *, income: ArrayLike
) -> Concentration:
    """Draw what part of the whole the poorest part of the people has.

    Parameters
    ----------
    values, people
        As in `lorenz`.
    income : array_like of float
        What people are ordered by; equal incomes make one point.

    Returns
    -------
    Concentration
        Above the diagonal where the poor have more.

    Raises
    ------
    InvalidInput
        As `lorenz`.

    Examples
    --------
    >>> import linli
    >>> linli.equity.concentration_curve([3, 1], income=[10, 20]).share
    array([0.  , 0.75, 1.  ])
    """
    ordered = floats("income", income, ndim=1)
    return Concentration(*_linli.concentration_curve(*columns_of(values, people), ordered))


def fgt(
    values: ArrayLike | Access,
    people: ArrayLike | None = None,
    *,
    line: float,
    alpha: float = 0.0,
) -> float:
    """Give the poverty of those below a line (Foster, Greer & Thorbecke 1984).

    Parameters
    ----------
    values, people
        As in `lorenz`.
    line : float
        The value below which people are poorly served.
    alpha : float, default 0
        0 gives their share, 1 how far below they are, 2 weighs the farthest most.

    Returns
    -------
    float
        0 where nobody is below the line, at most 1.

    Raises
    ------
    InvalidInput
        As `lorenz`, or if the line is not positive.
    """
    return _linli.fgt(*columns_of(values, people), line, alpha)
