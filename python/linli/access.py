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

from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._access_result import Access, assumed, core_of, supply_of
from linli._access_shared import balanced_fca, spatial_availability, three_step_fca, two_step_fca
from linli._decay import Decay, exponential, flat, gaussian, power, step
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from linli._reach import Reach

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
    return _linli.kth_nearest(core_of(reach), int(k))


def _gravity(
    name: str, reach: Reach, supply: ArrayLike | None, decay: Decay, limit_m: float | None
) -> Access:
    values = _linli.gravity(core_of(reach), supply_of(reach, supply), decay._core, limit_m)
    return Access(name, values, None, assumed(reach, limit_m, decay))
