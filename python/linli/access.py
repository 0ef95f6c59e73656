"""Accessibility (可达性): how much each demand point can walk to, alone or shared with others.

Every measure is asked of a `linli.Reach`; people and supply are given by
position, one number per demand point and one per site. What cannot be known,
because no street is near a demand point, is NaN; what is out of reach is 0.

>>> import linli
>>> reach = linli.Reach.from_dense([[200, 900], [800, 300]])
>>> linli.access.two_step_fca(reach, [100, 300], [10, 20], limit_m=850).values.round(4)
array([0.025 , 0.0917])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._arrays import floats
from linli._decay import Decay, exponential, flat, gaussian, power, step
from linli._reach import Reach
from linli._spread import summary
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Access",
    "Decay",
    "balanced_fca",
    "cumulative",
    "exponential",
    "flat",
    "gaussian",
    "gravity",
    "kth_nearest",
    "power",
    "spatial_availability",
    "step",
    "three_step_fca",
    "two_step_fca",
]


@dataclass(frozen=True, repr=False, eq=False)
class Access:
    """A number for each demand point that says how well it is served, and what it rests on.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[200, 900], [800, 300]])
    >>> linli.access.cumulative(reach, limit_m=850)
    Access(cumulative: 2 demand points, 1 to 2, 0 with nothing in reach; within 850 m)
    """

    measure: str
    """The measure, such as ``two_step_fca``."""
    values: NDArray[np.float64]
    """One number per demand point; NaN where no street is near enough to know."""
    per_site: NDArray[np.float64] | None
    """Supply per person who shares each site, where the measure has it; NaN where nobody does."""
    assumptions: str
    """Limit and decay, in words."""
    _people: NDArray[np.float64] | None = None

    def by(self, labels: ArrayLike, people: ArrayLike | None = None) -> pd.DataFrame:
        """Sum up by town, by group, by anything that has a label for each demand point.

        Parameters
        ----------
        labels : array_like, one per demand point
            Names of towns or groups.
        people : array_like of float, optional
            People of each demand point; those of the measure, or one each.

        Returns
        -------
        pandas.DataFrame
            By label: points, people, mean (over people), least, most, gini
            (over people) and unknown (points whose value is not known; they
            are in points and no other number).
        """
        people = self._people if people is None else people
        return summary(self.values, labels, people)

    def to_series(self, index: pd.Index[Any] | None = None) -> pd.Series[Any]:
        """Give the values as a column.

        Parameters
        ----------
        index : pandas.Index, optional
            Labels of the demand points; positions by default.

        Returns
        -------
        pandas.Series
            Named by the measure.
        """
        return pd.Series(self.values, index=index, name=self.measure)

    def _sentence(self) -> str:
        known = self.values[~np.isnan(self.values)]
        between = f"{known.min():,.4g} to {known.max():,.4g}" if known.size else "none known"
        nothing = int((known == 0).sum())
        return (
            f"{self.measure}: {len(self.values):,} demand points, {between}, "
            f"{nothing:,} with nothing in reach; {self.assumptions}"
        )

    def __repr__(self) -> str:
        return f"Access({self._sentence()})"

    def _repr_html_(self) -> str:
        by = pd.Series(self.values).describe()[["mean", "std", "min", "50%", "max"]]
        row = [f"{value:.4g}" for value in by]
        return _html.section(
            self._sentence(), _html.table(("mean", "std", "least", "median", "most"), [row])
        )


def cumulative(
    reach: Reach, supply: ArrayLike | None = None, *, limit_m: float | None = None
) -> Access:
    """Count the opportunities within reach (累积机会).

    Parameters
    ----------
    reach : Reach
        Walking metres.
    supply : array_like of float, optional
        What each site offers, such as places; by default each counts as 1.
    limit_m : float, optional
        Longest walk, metres, inclusive; every pair of the reach by default.

    Returns
    -------
    Access
        Supply within reach of each demand point.

    Raises
    ------
    InvalidInput
        If supply does not fit the sites (the message names the row), or the
        limit is beyond that of the reach.
    """
    return _gravity("cumulative", reach, supply, flat(), limit_m)


def gravity(
    reach: Reach,
    supply: ArrayLike | None = None,
    *,
    decay: Decay,
    limit_m: float | None = None,
) -> Access:
    """Sum up the supply within reach, weighted by the walk (Hansen 1959).

    Parameters
    ----------
    reach, supply, limit_m
        As in `cumulative`.
    decay : Decay
        How the weight falls: `step`, `power`, `exponential` or `gaussian`.

    Returns
    -------
    Access
        ``sum_j supply_j * f(d_ij)``.

    Raises
    ------
    InvalidInput
        As `cumulative`.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[200, 400]])
    >>> linli.access.gravity(reach, [8, 8], decay=linli.access.power(2, scale_m=200)).values
    array([10.])
    """
    return _gravity("gravity", reach, supply, decay, limit_m)


def kth_nearest(reach: Reach, k: int = 1) -> NDArray[np.float64]:
    """Measure the walk to the k-th nearest site, metres.

    Parameters
    ----------
    reach : Reach
        Walking metres.
    k : int, default 1
        1 for the nearest site, 2 for the one to fall back on.

    Returns
    -------
    ndarray of float64
        One walk per demand point; NaN where fewer than k sites are within reach.

    Examples
    --------
    >>> import linli
    >>> linli.access.kth_nearest(linli.Reach.from_dense([[300, 200, 900]]), 2)
    array([300.])
    """
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
        raise InvalidInput(
            f"k = {k!r}: give 1 for the nearest site, 2 for the second nearest", parameter="k"
        )
    return _linli.kth_nearest(_core(reach), int(k))


def two_step_fca(
    reach: Reach,
    people: ArrayLike,
    supply: ArrayLike | None = None,
    *,
    decay: Decay | None = None,
    limit_m: float | None = None,
) -> Access:
    """Divide each site's supply among the people near it, and add up what each can reach.

    2SFCA (两步移动搜索法; Luo & Wang 2003); with a decay, E2SFCA (Luo & Qi 2009).

    Parameters
    ----------
    reach, supply, limit_m
        As in `cumulative`.
    people : array_like of float
        People of each demand point.
    decay : Decay, optional
        How the weight falls with the walk; flat by default.

    Returns
    -------
    Access
        Supply per person. A site that nobody shares has no ratio and adds nothing.

    Raises
    ------
    InvalidInput
        As `cumulative`, and for people who do not fit the demand points.
    """
    return _catchment("two", "two_step_fca", reach, people, supply, decay, limit_m)


def three_step_fca(
    reach: Reach,
    people: ArrayLike,
    supply: ArrayLike | None = None,
    *,
    decay: Decay | None = None,
    limit_m: float | None = None,
) -> Access:
    """Divide supply among people who choose between the sites near them.

    3SFCA (Wan, Zou & Sternberg 2012): a demand point sends each site the part
    of its people that the site's weight has among the weights in reach.

    Parameters
    ----------
    reach, people, supply, decay, limit_m
        As in `two_step_fca`.

    Returns
    -------
    Access
        Supply per person.

    Raises
    ------
    InvalidInput
        As `two_step_fca`.
    """
    return _catchment("three", "three_step_fca", reach, people, supply, decay, limit_m)


def balanced_fca(
    reach: Reach,
    people: ArrayLike,
    supply: ArrayLike | None = None,
    *,
    decay: Decay | None = None,
    limit_m: float | None = None,
) -> Access:
    """Divide supply so that neither people nor supply count twice.

    BFCA (Páez, Higgins & Vivona 2019): weights are standardized by row for
    people and by column for supply.

    Parameters
    ----------
    reach, people, supply, decay, limit_m
        As in `two_step_fca`.

    Returns
    -------
    Access
        Supply per person.

    Raises
    ------
    InvalidInput
        As `two_step_fca`.
    """
    return _catchment("balanced", "balanced_fca", reach, people, supply, decay, limit_m)


def spatial_availability(
    reach: Reach,
    people: ArrayLike,
    supply: ArrayLike | None = None,
    *,
    decay: Decay | None = None,
    limit_m: float | None = None,
    alpha: float = 1.0,
) -> Access:
    """Divide all supply among those who can walk to it: the values add up to the supply.

    Soukhov, Páez, Higgins & Mohamed (2023), PLOS ONE 18(1), e0278468.

    Parameters
    ----------
    reach, people, supply, decay, limit_m
        As in `two_step_fca`.
    alpha : float, default 1
        Exponent of the people; below 1 small places get more.

    Returns
    -------
    Access
        Supply of each demand point, not per person.

    Raises
    ------
    InvalidInput
        As `two_step_fca`.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[200, 900], [800, 300]])
    >>> found = linli.access.spatial_availability(reach, [100, 300], [10, 20])
    >>> round(float(found.values.sum()), 9)
    30.0
    """
    decay = flat() if decay is None else decay
    counted = floats("people", people, ndim=1)
    values = _linli.spatial_availability(
        _core(reach), counted, _supply(reach, supply), decay._core, limit_m, alpha
    )
    return Access("spatial_availability", values, None, _within(reach, limit_m, decay), counted)


def _gravity(
    name: str, reach: Reach, supply: ArrayLike | None, decay: Decay, limit_m: float | None
) -> Access:
    values = _linli.gravity(_core(reach), _supply(reach, supply), decay._core, limit_m)
    return Access(name, values, None, _within(reach, limit_m, decay))


def _catchment(
    stages: str,
    name: str,
    reach: Reach,
    people: ArrayLike,
    supply: ArrayLike | None,
    decay: Decay | None,
    limit_m: float | None,
) -> Access:
    decay = flat() if decay is None else decay
    counted = floats("people", people, ndim=1)
    values, per_site = _linli.floating_catchment(
        _core(reach), counted, _supply(reach, supply), decay._core, limit_m, stages
    )
    return Access(name, values, per_site, _within(reach, limit_m, decay), counted)


def _core(reach: Reach) -> _linli.Reach:
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    return reach._core


def _supply(reach: Reach, supply: ArrayLike | None) -> NDArray[np.float64]:
    if supply is None:
        _core(reach)
        return np.ones(reach.shape[1])
    return floats("supply", supply, ndim=1)


def _within(reach: Reach, limit_m: float | None, decay: Decay) -> str:
    limit_m = reach.limit_m if limit_m is None else limit_m
    limit = "any walk" if limit_m is None else f"within {limit_m:,g} m"
    return limit if decay.formula == "1" else f"{limit}, decay {decay.formula}"
