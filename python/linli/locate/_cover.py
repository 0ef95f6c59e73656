"""Covering: who is within reach, or served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._plan import SitingPlan
from linli.locate._ask import Rules, core, each, people, terms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["gradual", "lscp", "mclp"]


def mclp(
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
    """Choose `p` sites so that as many people as possible are within reach of one.

    Maximal covering (MCLP): Church and ReVelle (1974). When fewer than `p`
    sites reach everyone who can be reached, the plan is filled up with the
    lowest rows. With capacities as many people as possible are served
    (Current and Storbeck 1988).

    Parameters
    ----------
    reach : Reach
        Which sites each demand point can walk to.
    weight : array_like of float
        People of each demand point, 0 or more.
    p : int, optional
        Sites to be open, the fixed ones among them. With a budget or a
        separation it is the most sites; with a budget it may be left out.
    limit_m : float, optional
        Longest walk that counts, metres; a site exactly this far counts. By
        default the limit of the reach; it may not be above that.
    fixed : array_like of int, optional
        Sites that stay open, by row.
    forbidden : array_like of int, optional
        Sites that may not be chosen.
    capacity : float or array_like of float, optional
        Most that each site can serve, in the unit of `load`; ``inf`` is no limit.
    load : array_like of float, optional
        What each demand point takes of a capacity; by default its people.
    split : bool, default False
        Whether several sites may share a demand point; otherwise each goes
        whole to one site.
    cost : float or array_like of float, optional
        What opening each site costs. Fixed and existing sites cost nothing.
    budget : float, optional
        Money there is, in the unit of `cost`.
    existing : array_like of int, optional
        Sites that are open already and may be closed; needs a budget.
    closing_cost : float or array_like of float, default 0.0
        What closing each of `existing` costs; below 0 where it brings money in.
    separation_m : float, optional
        No two new sites nearer to each other than this, metres; exactly this
        far is far enough. Fixed and existing sites are not looked at.
    site_xy : array_like of float, shape (n_sites, 2), optional
        Easting and northing of the sites in metres, for a separation in a
        straight line.
    site_reach : Reach, optional
        Walks from sites to sites instead, measured at least that far.
    time_limit_s : float, optional
        Stop after this many seconds with the best plan so far and its true
        gap; by default go on to the proof. Ctrl-C gives no plan.
    gap : float, default 0.0
        Stop when objective and bound are this close, relative to the
        objective: 0.01 is one percent.
    seed : int, default 0
        Seed of the random restarts. The same input and seed give the same
        plan, unless the time runs out.

    Returns
    -------
    SitingPlan
        Objective and bound are people.

    Raises
    ------
    Infeasible
        If `p` is below the fixed or above the allowed sites, or closing what
        must be closed costs more than the budget.
    InvalidInput
        If people are missing, negative or nobody, `p` is no whole number of
        1 or more, or a term cannot be.

    Examples
    --------
    Three committees, three candidate sites, one of them existing:

    >>> import linli
    >>> walk_m = [[0, 900, 9000], [9000, 9000, 700], [400, 9000, 300]]
    >>> reach = linli.Reach.from_dense(walk_m, limit_m=1200)
    >>> plan = linli.locate.mclp(reach, [3000, 4000, 1000], p=2, fixed=[0])
    >>> plan
    SitingPlan(mclp: 2 sites (1 fixed) reach 8,000 of 8,000 people, 100.0 %; proven best)
    >>> plan.sites["site"].tolist()
    [0, 2]

    Each site serves 4,500 people at most:

    >>> linli.locate.mclp(reach, [3000, 4000, 1000], p=1, capacity=4500)
    SitingPlan(mclp: 1 site serves 4,000 of 8,000 people, 50.0 %; proven best)
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
    return SitingPlan(_linli.mclp(core(reach), people(weight), rules.most(p, reach), asked))


def gradual(
    reach: Reach,
    weight: ArrayLike,
    *,
    p: int,
    full_m: float,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose `p` sites so that people are covered well: fully up to `full_m`, less beyond.

    A person `full_m` or nearer to a chosen site counts as 1, at the limit and
    beyond as 0, in between in proportion. Church and Roberts (1983).

    Parameters
    ----------
    reach, weight, p
        As in `mclp`.
    full_m : float
        Walk up to which people count fully, metres, from 0 to the limit.
    limit_m, fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`; there must be a limit.

    Returns
    -------
    SitingPlan
        Objective and bound are people so counted; `SitingPlan.people_covered`
        counts everyone within the limit.

    Raises
    ------
    Infeasible, InvalidInput
        As in `mclp`, and if `full_m` is beyond the limit or there is none.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[750, 500], [1000, 900]], limit_m=1000)
    >>> linli.locate.gradual(reach, [200, 100], p=1, full_m=500).objective
    220.0
    """
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    return SitingPlan(_linli.gradual(core(reach), people(weight), p, full_m, asked))


def lscp(
    reach: Reach,
    weight: ArrayLike | None = None,
    *,
    limit_m: float | None = None,
    share: float = 1.0,
    times: int = 1,
    cost: ArrayLike | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    capacity: ArrayLike | None = None,
    load: ArrayLike | None = None,
    split: bool = False,
    separation_m: float | None = None,
    site_xy: ArrayLike | None = None,
    site_reach: Reach | None = None,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose as few sites as reach everyone, a share of the people, or everyone several times.

    With costs, the cheapest instead of the fewest (weighted set covering).

    Set covering (LSCP): Toregas, Swain, ReVelle and Bergman (1971). Of equally
    small choices, which one is returned is not specified. With capacities every
    point must be served (Current and Storbeck 1988).

    Parameters
    ----------
    reach : Reach
        Which sites each demand point can walk to.
    weight : array_like of float, optional
        People of each demand point; points where nobody lives need not be
        covered. Without it all points must.
    limit_m : float, optional
        As in `mclp`.
    share : float, default 1.0
        Share of the people to be covered, above 0 and at most 1.
    times : int, default 1
        Sites that each point must have within reach: 2 asks for backup, which
        goes without costs, capacities and separation.
    cost : float or array_like of float, optional
        What opening each site costs, 0 or more; fixed sites cost nothing. Then
        the sites cost as little as possible, however many they are.
    fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`.
    capacity, load, split, separation_m, site_xy, site_reach
        As in `mclp`; without weights each point takes 1.

    Returns
    -------
    SitingPlan
        Objective and bound are sites, the fixed ones among them; with costs
        they are money, as ``spent`` is.

    Raises
    ------
    Infeasible
        If not enough allowed sites reach some points (``rows`` names them and
        ``needed`` is the limit that would do), the share cannot be reached, or
        the capacities do not suffice.
    InvalidInput
        As in `mclp`, and for a share or times that cannot be.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_pairs([0, 1, 1, 2], [0, 0, 1, 2], [90.0] * 4, shape=(3, 3))
    >>> linli.locate.lscp(reach)
    SitingPlan(lscp: 2 sites reach 3 of 3 demand points, 100.0 %; proven best)
    >>> linli.locate.lscp(reach, cost=[3, 1, 5], fixed=[2])
    SitingPlan(lscp: 2 sites (1 fixed) for 3 reach 3 of 3 demand points, 100.0 %; proven best)
    >>> try:
    ...     linli.locate.lscp(reach, forbidden=[2])
    ... except linli.Infeasible as error:
    ...     print(error.rows)
    [2]
    """
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    rules = Rules(
        capacity, load, split, separation_m=separation_m, site_xy=site_xy, site_reach=site_reach
    )
    asked = rules.add(asked, core(reach).shape[1])
    counted = None if weight is None else people(weight)
    costs = None if cost is None else each("cost", cost, core(reach).shape[1])
    plan = _linli.lscp(core(reach), counted, costs, share, times, asked)
    return SitingPlan(plan, "demand points" if weight is None else "people")
