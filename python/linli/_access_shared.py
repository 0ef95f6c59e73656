"""Accessibility where people share what there is: floating catchments and availability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._access_result import Access, assumed, core_of, supply_of
from linli._arrays import floats
from linli._decay import Decay, flat

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["balanced_fca", "spatial_availability", "three_step_fca", "two_step_fca"]


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
        core_of(reach), counted, supply_of(reach, supply), decay._core, limit_m, alpha
    )
    return Access("spatial_availability", values, None, assumed(reach, limit_m, decay), counted)


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
        core_of(reach), counted, supply_of(reach, supply), decay._core, limit_m, stages
    )
    return Access(name, values, per_site, assumed(reach, limit_m, decay), counted)
