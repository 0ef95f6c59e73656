"""What lies between most people covered and shortest walks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._front import Front
from linli.locate._ask import core, people, terms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["pareto"]


def pareto(
    reach: Reach,
    weight: ArrayLike,
    *,
    p: int,
    limit_m: float,
    most: int = 12,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> Front:
    """Find the plans between most people within the limit and shortest walks.

    Those that are best at some exchange rate between the two, by weighting
    (Cohon 1978); plans inside their hull are not found.

    Parameters
    ----------
    reach : Reach
        Must hold the walks beyond the limit, too, such as a reach without one.
    weight, p
        As in `mclp`.
    limit_m : float
        Walk that counts as near enough, metres.
    most : int, default 12
        Plans to look for, 2 or more, in the widest spaces first.
    fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`; the time is for all plans together.

    Returns
    -------
    Front
        ``points`` is a frame; its sites are rows of the reach.

    Raises
    ------
    Infeasible, InvalidInput
        As in `p_median`, and for a limit or number of plans that cannot be.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[100, 800], [700, 200], [600, 300]])
    >>> linli.locate.pareto(reach, [50, 30, 20], p=1, limit_m=700)
    Front(1 plan from 100.0 % covered at 380 m on average to 100.0 % at 380 m)
    """
    asked = terms(None, fixed, forbidden, time_limit_s, gap, seed)
    found, complete, counted = _linli.pareto(core(reach), people(weight), p, limit_m, most, asked)
    sites = [tuple(point[0]) for point in found]
    return Front._of(found, counted, counted, sites, complete=complete)
