"""Distance: how far people walk to the sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._plan import SitingPlan
from linli.locate._ask import Rules, core, people, terms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["p_center", "p_median"]


def p_median(
    reach: Reach,
    weight: ArrayLike,
    *,
    p: int | None = None,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    capacity: ArrayLike | None = None,
    load: ArrayLike | None = None,
    split: bool = False,
    cost: ArrayLike | None = None,
    budget: float | None = None,
    existing: ArrayLike = (),
    closing_cost: ArrayLike = 0.0,
    separation_m: float | None = None,
    site_xy: ArrayLike | None = None,
    site_reach: Reach | None = None,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose `p` sites so that people times metres to the nearest is least.

    p-median: Hakimi (1964). Every demand point must be within the limit of a
    chosen site, also where nobody lives; a reach without a limit leaves that
    open. With capacities each point is served by one site that has room for it,
    not always the nearest (the capacitated p-median problem), or shared by several.

    Parameters
    ----------
    reach, weight, p, limit_m, fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`.
    capacity, load, split, cost, budget, existing, closing_cost, separation_m, site_xy, site_reach
        As in `mclp`; every point must be served.

    Returns
    -------
    SitingPlan
        Objective and bound are person-metres: divided by the people they are
        the mean walk.

    Raises
    ------
    Infeasible
        As in `mclp`, and if no allowed site reaches some points, or `p` sites
        cannot reach all: ``rows`` names the points, ``needed`` is the limit or
        the number of sites or the budget that would do; and if capacities are
        too small.
    InvalidInput
        As in `mclp`.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[100, 800], [700, 200], [600, 300]])
    >>> linli.locate.p_median(reach, [50, 30, 20], p=1)
    SitingPlan(p_median: 1 site, 380 m to the nearest on average; proven best)
    """
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    rules = Rules(
        capacity,
        load,
        split,
        cost,
        budget,
        existing,
        closing_cost,
        separation_m,
        site_xy,
        site_reach,
    )
    asked = rules.add(asked, core(reach).shape[1])
    return SitingPlan(_linli.p_median(core(reach), people(weight), rules.most(p, reach), asked))


def p_center(
    reach: Reach,
    *,
    p: int | None = None,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    capacity: ArrayLike | None = None,
    load: ArrayLike | None = None,
    split: bool = False,
    cost: ArrayLike | None = None,
    budget: float | None = None,
    existing: ArrayLike = (),
    closing_cost: ArrayLike = 0.0,
    separation_m: float | None = None,
    site_xy: ArrayLike | None = None,
    site_reach: Reach | None = None,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose `p` sites so that the longest walk to the nearest is shortest.

    p-center: Hakimi (1964). Every demand point counts alike, whoever lives
    there; leave points out that shall not count.

    Parameters
    ----------
    reach, p, limit_m, fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`.
    capacity, load, split, cost, budget, existing, closing_cost, separation_m, site_xy, site_reach
        As in `mclp`; every point must be served, and takes 1 unless a load is given.

    Returns
    -------
    SitingPlan
        Objective and bound are metres.

    Raises
    ------
    Infeasible, InvalidInput
        As in `p_median`.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[100, 800], [700, 200], [600, 300]])
    >>> linli.locate.p_center(reach, p=1)
    SitingPlan(p_center: 1 site, the longest walk to the nearest is 700 m; proven best)
    """
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    rules = Rules(
        capacity,
        load,
        split,
        cost,
        budget,
        existing,
        closing_cost,
        separation_m,
        site_xy,
        site_reach,
    )
    asked = rules.add(asked, core(reach).shape[1])
    return SitingPlan(_linli.p_center(core(reach), rules.most(p, reach), asked), "demand points")
