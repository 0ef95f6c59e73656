"""Siting (选址): where to put the next centres, with proof.

Every question reads a `linli.Reach` and people per demand point and returns a
`SitingPlan`: the sites, what they achieve, and a bound that no other choice
can beat. Sites are rows of the reach's second side, from 0.

=========================================================== ============
question                                                    function
=========================================================== ============
with ``p`` centres, how many people can be within reach?    `mclp`
the same, when nearer counts more?                          `gradual`
how few centres reach everyone, or 95 %, or everyone twice? `lscp`
with ``p`` centres, how short can walks be on average?      `p_median`
with ``p`` centres, how short can the longest walk be?      `p_center`
what is each more centre worth?                             `curve`
what to open first, and what after?                         `phases`
what lies between most people covered and shortest walks?   `pareto`
=========================================================== ============
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._arrays import floats, rows
from linli._front import Front
from linli._phases import Phases, frame_of_phases
from linli._plan import Curve, SitingPlan
from linli._reach import Reach
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Curve",
    "Front",
    "Phases",
    "SitingPlan",
    "curve",
    "gradual",
    "lscp",
    "mclp",
    "p_center",
    "p_median",
    "pareto",
    "phases",
]


def mclp(
    reach: Reach,
    weight: ArrayLike,
    *,
    p: int,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose `p` sites so that as many people as possible are within reach of one.

    Maximal covering (MCLP): Church and ReVelle (1974). When fewer than `p`
    sites reach everyone who can be reached, the plan is filled up with the
    lowest rows.

    Parameters
    ----------
    reach : Reach
        Which sites each demand point can walk to.
    weight : array_like of float
        People of each demand point, 0 or more.
    p : int
        Sites to be open, the fixed ones among them.
    limit_m : float, optional
        Longest walk that counts, metres; a site exactly this far counts. By
        default the limit of the reach; it may not be above that.
    fixed : array_like of int, optional
        Sites that stay open, by row.
    forbidden : array_like of int, optional
        Sites that may not be chosen.
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
        If `p` is below the fixed or above the allowed sites.
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
    """
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    return SitingPlan(_linli.mclp(_core(reach), _people(weight), p, terms))


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
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    return SitingPlan(_linli.gradual(_core(reach), _people(weight), p, full_m, terms))


def lscp(
    reach: Reach,
    weight: ArrayLike | None = None,
    *,
    limit_m: float | None = None,
    share: float = 1.0,
    times: int = 1,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose as few sites as reach everyone, a share of the people, or everyone several times.

    Set covering (LSCP): Toregas, Swain, ReVelle and Bergman (1971). Of equally
    small choices, which one is returned is not specified.

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
        Sites that each point must have within reach: 2 asks for backup.
    fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`.

    Returns
    -------
    SitingPlan
        Objective and bound are sites, the fixed ones among them.

    Raises
    ------
    Infeasible
        If not enough allowed sites reach some points (``rows`` names them and
        ``needed`` is the limit that would do), or the share cannot be reached.
    InvalidInput
        As in `mclp`, and for a share or times that cannot be.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_pairs([0, 1, 1, 2], [0, 0, 1, 2], [90.0] * 4, shape=(3, 3))
    >>> linli.locate.lscp(reach)
    SitingPlan(lscp: 2 sites reach 3 of 3 demand points, 100.0 %; proven best)
    >>> try:
    ...     linli.locate.lscp(reach, forbidden=[2])
    ... except linli.Infeasible as error:
    ...     print(error.rows)
    [2]
    """
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    people = None if weight is None else _people(weight)
    plan = _linli.lscp(_core(reach), people, share, times, terms)
    return SitingPlan(plan, "demand points" if weight is None else "people")


def p_median(
    reach: Reach,
    weight: ArrayLike,
    *,
    p: int,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> SitingPlan:
    """Choose `p` sites so that people times metres to the nearest is least.

    p-median: Hakimi (1964). Every demand point must be within the limit of a
    chosen site, also where nobody lives; a reach without a limit leaves that
    open.

    Parameters
    ----------
    reach, weight, p, limit_m, fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`.

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
        the number of sites that would do.
    InvalidInput
        As in `mclp`.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[100, 800], [700, 200], [600, 300]])
    >>> linli.locate.p_median(reach, [50, 30, 20], p=1)
    SitingPlan(p_median: 1 site, 380 m to the nearest on average; proven best)
    """
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    return SitingPlan(_linli.p_median(_core(reach), _people(weight), p, terms))


def p_center(
    reach: Reach,
    *,
    p: int,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
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
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    return SitingPlan(_linli.p_center(_core(reach), p, terms), "demand points")


def curve(
    reach: Reach,
    weight: ArrayLike | None = None,
    *,
    p: range,
    model: str = "mclp",
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> Curve:
    """Choose sites for each number in `p`, and say what each more site is worth.

    The plans are not nested: the best five need not contain the best four.

    Parameters
    ----------
    reach : Reach
        Which sites each demand point can walk to.
    weight : array_like of float, optional
        People of each demand point; ``p_center`` takes none.
    p : range
        Numbers of sites, such as ``range(1, 11)``, one after the other. A
        number that is too small for an answer is left out where a larger has one.
    model : {"mclp", "p_median", "p_center"}
        The question to ask.
    limit_m, fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`; the time is for each number of sites.

    Returns
    -------
    Curve
        ``points`` is a frame, ``plans`` has the plan for each number.

    Raises
    ------
    Infeasible, InvalidInput
        Those of the model, and if `p` is not such a range.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_pairs([0, 1, 2, 2], [0, 1, 1, 2], [5.0] * 4, shape=(3, 3))
    >>> linli.locate.curve(reach, [50, 20, 10], p=range(1, 4)).points["objective"].tolist()
    [50.0, 80.0, 80.0]
    """
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    if not isinstance(p, range) or len(p) == 0 or p.step != 1:
        raise InvalidInput(
            f"p = {p!r}: give a range of numbers of sites that follow each other, "
            "such as range(1, 11)",
            parameter="p",
            value=repr(p),
        )
    people = None if weight is None else _people(weight)
    found = _linli.curve(_core(reach), people, p[0], p[-1], model, terms)
    counted = "demand points" if model == "p_center" else "people"
    return Curve(
        {size: SitingPlan(plan, counted) for size, plan, _, _ in found},
        {size: (gain, between) for size, _, gain, between in found},
    )


def phases(
    reach: Reach,
    weight: ArrayLike,
    *,
    steps: Sequence[int],
    model: str = "mclp",
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> Phases:
    """Plan several phases at once: each keeps what the ones before opened.

    The sum of the objectives at the end of each phase is best, each phase
    lasting equally long. Schilling (1980).

    Parameters
    ----------
    reach, weight
        As in `mclp`.
    steps : sequence of int
        Sites that open in each phase, besides the fixed ones: ``[5, 5]``.
    model : {"mclp", "p_median"}
        The question to ask of each phase.
    limit_m, fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`; the time is for all phases together.

    Returns
    -------
    Phases
        ``points`` is a frame with the price of nesting, ``plans`` has the plan
        of each phase.

    Raises
    ------
    Infeasible, InvalidInput
        As in `mclp`, and if a step opens nothing.

    Examples
    --------
    The best single site is in the middle, the best two are at the ends:

    >>> import linli
    >>> pairs = [0, 1, 1, 2, 2, 3], [0, 0, 1, 1, 2, 2], [5.0] * 6
    >>> reach = linli.Reach.from_pairs(*pairs, shape=(4, 3))
    >>> linli.locate.phases(reach, [40, 40, 41, 10], steps=[1, 1]).points["price"].tolist()
    [1.0, 0.0]
    """
    terms = _terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    found, proof = _linli.phases(_core(reach), _people(weight), list(steps), model, terms)
    objective, bound, gap_left, proven, seconds = proof
    return Phases(
        tuple(SitingPlan(plan) for _, _, plan, _ in found),
        frame_of_phases(found, int),
        objective,
        bound,
        gap_left,
        proven,
        seconds,
    )


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
    terms = _terms(None, fixed, forbidden, time_limit_s, gap, seed)
    found, complete, people = _linli.pareto(_core(reach), _people(weight), p, limit_m, most, terms)
    sites = [tuple(point[0]) for point in found]
    return Front._of(found, people, people, sites, complete=complete)


def _core(reach: Reach) -> _linli.Reach:
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    return reach._core


def _people(weight: ArrayLike) -> NDArray[np.float64]:
    return floats("weight", weight, ndim=1)


def _terms(
    limit_m: float | None,
    fixed: ArrayLike,
    forbidden: ArrayLike,
    time_limit_s: float | None,
    gap: float,
    seed: int,
) -> _linli.Terms:
    return _linli.Terms(
        limit_m, rows("fixed", fixed), rows("forbidden", forbidden), time_limit_s, gap, seed
    )
