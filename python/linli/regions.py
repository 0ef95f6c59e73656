"""Dividing a district (分区): towns into grids, grids into blocks.

Every question is asked of a `linli.Contiguity` and of one amount per unit, or
several: people, staff, capacity.

================================================================= ==============
question                                                          function
================================================================= ==============
divide into ``k`` connected, balanced parts, with proof or bound? `partition`
how many parts for each town?                                     `apportion`
what is this plan like?                                           `metrics`
who moves between these two plans?                                `plan_diff`
what else could have been?                                        `recom`
how many plans are there at all?                                  `enumerate`
================================================================= ==============
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._arrays import floats
from linli._contiguity import Contiguity
from linli._contiguity_ask import pairs_of
from linli._ensemble import Ensemble
from linli._hierarchy import Hierarchy
from linli._partition import Partition
from linli._plan_measures import Apportionment, Enumeration, Metrics, PlanDiff
from linli._plan_walks import with_towns, with_walks
from linli._regions_ask import codes_of, core_of, labels_of, measures_of, prices_of, whole
from linli._regions_others import enumerate, plan_diff, recom  # noqa: A004

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

__all__ = [
    "Apportionment",
    "Contiguity",
    "Ensemble",
    "Enumeration",
    "Hierarchy",
    "Metrics",
    "Partition",
    "PlanDiff",
    "apportion",
    "enumerate",
    "metrics",
    "partition",
    "plan_diff",
    "recom",
]


def partition(
    contiguity: Contiguity,
    weight: ArrayLike,
    k: int,
    *,
    tolerance: float | Sequence[float],
    within: ArrayLike | None = None,
    town_parts: Sequence[int] | None = None,
    objective: str = "cut_edges",
    today: ArrayLike | None = None,
    locked: ArrayLike = (),
    together: ArrayLike = (),
    apart: ArrayLike = (),
    walk_m: ArrayLike | None = None,
    exception_cost: float | ArrayLike | None = None,
    exceptions: ArrayLike | None = None,
    at_least: Mapping[str, tuple[ArrayLike, float]] | None = None,
    begin: str = "auto",
    improve: str = "auto",
    rounds: int | None = None,
    time_limit_s: float | None = None,
    proof: int | None = None,
    seed: int = 0,
) -> Partition:
    """Divide units into `k` connected parts, each near an equal share of every measure.

    A first plan comes from random trees or another way to `begin`, none of which
    can hang; simulated annealing of
    single units and new divisions of neighbouring parts improve it; a large
    district is coarsened first. The plan is then checked by code of its own.

    Every plan comes with a bound. For borders, flows between the units give one
    at any size, and a decision diagram of all possible parts often proves the
    plan least, up to about a hundred units; for inertia and walks it is the
    Lagrangian bound of centres with limited room, for people moved what parts
    hold too much or lack.

    Parameters
    ----------
    contiguity : Contiguity
        Which units touch.
    weight : array_like of float, shape (n,) or (measures, n)
        People of each unit; or several measures, people first.
    k : int
        Number of parts.
    tolerance : float or sequence of float
        How far a part may be from an equal share, above and below, as a share
        of it: 0.05 is ±5 %. One for all measures or one for each.
    within : array_like, shape (n,), optional
        Town of each unit: no part crosses a town border. Any labels.
    town_parts : sequence of int, optional
        Parts of each town, in the sorted order of their labels; by default as
        even as the tolerance allows.
    objective : {"cut_edges", "border", "inertia", "moved", "walk"}
        What to make small: pairs of neighbours in different parts; metres of
        border; weight × squared metres from the part's centre of mass; people
        who leave today's part; person-metres to the part's best centre.
    today : array_like of int, shape (n,), optional
        Today's parts, from 0 to k - 1: the new ones are numbered after them.
    locked : array_like of int, optional
        Units that keep today's part.
    together, apart : array_like of int, shape (pairs, 2), optional
        Units that must share a part, or must not.
    walk_m : array_like of float, shape (n, sites), optional
        Walking metres to each site where a centre may be.
    exception_cost : float or array_like of float, shape (n,), optional
        Let units be in a part of another town, each at this price in what the
        objective counts. A part belongs to the town for which its other units
        cost least.
    exceptions : array_like of int, optional
        Only these units may; without a price, for nothing.
    at_least : mapping of str to (array_like of float, float), optional
        What every part must hold at least: what it is called, how much each
        unit has, and the least of a part.
    begin : {"auto", "trees", "hilbert", "growth", "multilevel"}
        How plans begin. ``trees``: random spanning trees, cut with a way back.
        ``hilbert``: runs of equal weight along a Hilbert curve; needs positions
        (`Contiguity.positions`). ``growth``: parts that grow from seeds far
        apart, the lightest first. ``multilevel``: trees on merged units, mended
        level by level; units too few to merge are divided as by ``trees``. ``auto``
        begins by trees, and takes the others in turn where that fails and in the
        searches side by side; with ``today``, by today's parts where they are a plan.
    improve : {"auto", "annealing", "fm", "recom", "tabu", "chains"}
        How plans are made better: ``annealing`` of single units; ``fm``, moves
        along the borders, best first (Fiduccia and Mattheyses 1982); ``recom``,
        the best of several new divisions of neighbouring parts; ``tabu`` search;
        ``chains`` of moves where the tolerance allows no single one. ``auto``
        is the mix that measures best.
    rounds : int, optional
        Independent searches; 0 takes the first valid plan. By default about a
        second's worth, or as many as the time limit allows.
    time_limit_s : float, optional
        Stop after this many seconds with the best plan so far.
    proof : int, optional
        For cut edges and border: how many nodes of a diagram of all parts, and
        plans under way, to hold at once in order to prove a plan the best of
        all. By default 2 million, some seconds and enough for about a hundred units,
        and none where units times parts is above 2,000; 20 million may take
        minutes and 4 GB. 0 gives a plain bound only.
    seed : int, default 0
        The same input and seed give the same plan on any number of threads,
        unless the time runs out.

    Returns
    -------
    Partition
        Labels, value, bound, gap and metrics.

    Raises
    ------
    Infeasible
        If there is no plan, or none was found: names the unit, town or neck
        that stands in the way and the smallest change that helps.
    InvalidInput
        If an argument cannot be.

    Examples
    --------
    >>> import linli
    >>> grid = [[row * 4 + col, row * 4 + col + 1] for row in range(4) for col in range(3)]
    >>> grid += [[unit, unit + 4] for unit in range(12)]
    >>> plan = linli.regions.partition(
    ...     linli.Contiguity.from_edges(16, grid), [250] * 16, 4, tolerance=0.05
    ... )
    >>> plan
    Partition(4 parts of 16 units within 0.00 %: 8 cut edges; proven least)
    """
    core, weights = core_of(contiguity), measures_of(weight)
    limits = [float(one) for one in np.atleast_1d(np.asarray(tolerance, dtype=float))]
    names, towns = ([], None) if within is None else codes_of("within", within)
    terms = {
        "tolerance": limits,
        "within": towns,
        "town_names": names,
        "town_parts": None if town_parts is None else [whole("town_parts", n) for n in town_parts],
        "objective": objective,
        "today": None if today is None else labels_of("today", today),
        "locked": labels_of("locked", locked),
        "together": pairs_of("together", together),
        "apart": pairs_of("apart", apart),
        "walk_m": None if walk_m is None else floats("walk_m", walk_m, ndim=2),
        "exception_cost": prices_of(len(contiguity), exception_cost, exceptions),
        "at_least": [
            (str(name), floats(name, amount, ndim=1).tolist(), float(least))
            for name, (amount, least) in (at_least or {}).items()
        ],
        "begin": str(begin),
        "improve": improve,
        "rounds": None if rounds is None else whole("rounds", rounds),
        "time_limit_s": None if time_limit_s is None else float(time_limit_s),
        "proof": None if proof is None else whole("proof", proof),
        "seed": whole("seed", seed),
    }
    plan = _linli.partition(core, weights, whole("k", k), terms)
    labels = plan.labels()
    labels.flags.writeable = False
    return Partition(contiguity, labels, plan.facts(), weights, towns, limits)


def apportion(
    weight: ArrayLike, k: int, *, slack: float = 0.0, method: str = "exact"
) -> Apportionment:
    """Say how many of `k` parts each town gets, at least one (名额分配).

    Parameters
    ----------
    weight : array_like of float, shape (towns,)
        People of each town.
    k : int
        Parts in all.
    slack : float, default 0.0
        List alternatives whose worst deviation is up to this much more.
    method : {"exact", "hamilton", "sainte_lague", "huntington_hill"}
        ``exact`` has the least worst deviation of a town's mean part from the
        ideal, and of those the least sum of squares; the others are the
        classical rules, for comparison.

    Returns
    -------
    Apportionment
        Parts, worst deviation, alternatives.

    Examples
    --------
    >>> import linli
    >>> linli.regions.apportion([52_000, 31_000, 17_000], 5).parts
    (2, 2, 1)
    """
    people, number = floats("weight", weight, ndim=1), whole("k", k)
    best, deviation, others = _linli.apportion(people, number, float(slack))
    if method != "exact":
        best, others = _linli.apportion_by(method, people, number), []
        ideal = people.sum() / number
        deviation = float(np.abs(people / (np.array(best) * ideal) - 1).max())
    alternatives = tuple((tuple(parts), worst) for parts, worst in others)
    return Apportionment(tuple(best), deviation, alternatives)


def metrics(
    contiguity: Contiguity,
    weight: ArrayLike,
    labels: ArrayLike,
    *,
    within: ArrayLike | None = None,
    exception_cost: float | ArrayLike = 1.0,
    walk_m: ArrayLike | None = None,
    minutes: float = 15.0,
    speed_m_per_s: float = 1.33,
) -> Metrics:
    """Measure any plan: balance, borders, shapes, towns, walks.

    Parameters
    ----------
    contiguity, weight, within, walk_m
        As in `partition`; NaN in `walk_m` where there is no way. A part's centre is
        the site that fewest of its people have no way to, of those the one with the
        shortest mean walk.
    labels : array_like of int, shape (n,)
        The plan; it may be unbalanced or in pieces.
    exception_cost : float or array_like of float, shape (n,), default 1
        Price of a unit in a part of another town. A part belongs to the town for
        which its other units cost least, of equals the first.
    minutes : float, default 15
        The walk that counts as near, inclusive.
    speed_m_per_s : float, default 1.33
        Walking speed.

    Returns
    -------
    Metrics
        In all and part by part; shapes need `Contiguity.from_polygons`.

    Examples
    --------
    >>> import linli
    >>> street = linli.Contiguity.from_edges(4, [[0, 1], [1, 2], [2, 3]])
    >>> walk_m = [[0, 900], [399, 500], [798, 100], [1197, 300]]
    >>> found = linli.regions.metrics(
    ...     street, [100] * 4, [0, 0, 1, 1], within=list("aaab"), walk_m=walk_m, minutes=3
    ... )
    >>> found.parts[["exceptions", "centre", "minutes", "share_within"]]
          exceptions  centre   minutes  share_within
    part
    0              0       0  2.500000           0.5
    1              1       1  2.506266           0.5
    """
    towns = None if within is None else codes_of("within", within)[1]
    core, weights, parts = core_of(contiguity), measures_of(weight), labels_of("labels", labels)
    found = Metrics._of(_linli.metrics(core, weights, parts, towns))
    if towns is not None:
        found = with_towns(found, parts, towns, exception_cost)
    if walk_m is not None:
        walks = floats("walk_m", walk_m, ndim=2)
        found = with_walks(found, parts, weights[0], walks, minutes, speed_m_per_s)
    return found
