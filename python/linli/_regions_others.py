"""Other plans: all that could have been counted, or many drawn, and how two differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from linli import _linli
from linli._arrays import floats
from linli._ensemble import Ensemble
from linli._plan_measures import Enumeration, PlanDiff
from linli._regions_ask import codes_of, core_of, labels_of, measures_of, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._contiguity import Contiguity

__all__ = ["enumerate", "plan_diff", "recom"]


def enumerate(  # noqa: A001
    contiguity: Contiguity, weight: ArrayLike, k: int, *, tolerance: float | None = None
) -> Enumeration:
    """Count every plan of `k` connected parts exactly, without making any.

    Right for some dozens of units: a 6 × 6 grid into 6 takes half a second.

    Parameters
    ----------
    contiguity : Contiguity
        Which units touch.
    weight : array_like of float, shape (n,)
        People of each unit.
    k : int
        Number of parts, at most 250.
    tolerance : float, optional
        Count only plans whose parts are all this near an equal share, as a
        share of it.

    Returns
    -------
    Enumeration
        Count, fewest cut edges and smallest deviation.

    Raises
    ------
    InvalidInput
        If an argument cannot be, or the district is too large to count.

    Examples
    --------
    >>> import linli
    >>> ring = linli.Contiguity.from_edges(4, [[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> linli.regions.enumerate(ring, [1, 1, 1, 1], 2)
    Enumeration(count=6, minimum_cut=2, at_minimum=6, best_deviation=0.0)
    """
    amounts = floats("weight", weight, ndim=1)
    limit = None if tolerance is None else float(tolerance)
    return Enumeration(*_linli.enumerate(core_of(contiguity), amounts, whole("k", k), limit))


def recom(
    contiguity: Contiguity,
    weight: ArrayLike,
    labels: ArrayLike,
    *,
    steps: int,
    tolerance: float,
    seed: int = 0,
    chains: int = 1,
    within: ArrayLike | None = None,
    surcharge: float = 1.0,
    burst: int | None = None,
    keep: bool = False,
) -> Ensemble:
    """Draw plans by recombination (ReCom), starting from a valid one.

    Each step merges two neighbouring parts and cuts a random spanning tree of
    them at a balanced edge (DeFord, Duchin and Solomon 2021). Every chain has a
    stream of random numbers of its own: the plans are the same on any number
    of threads.

    Parameters
    ----------
    contiguity, weight
        As in `partition`.
    labels : array_like of int, shape (n,)
        The plan to begin from, such as ``partition(...).labels``.
    steps : int
        Plans to draw in each chain.
    tolerance : float
        How far a part may be from an equal share, as a share of it.
    seed : int, default 0
        Seed of all chains.
    chains : int, default 1
        Independent chains; they run side by side.
    within : array_like, shape (n,), optional
        Town of each unit: trees avoid crossing town borders.
    surcharge : float, default 1.0
        How much: what an edge between towns adds to its random weight between
        0 and 1.
    burst : int, optional
        After so many steps go back to the plan with the fewest cut edges (short
        bursts: Cannon et al. 2023).
    keep : bool, default False
        Keep every plan, at a few bytes per unit that moves.

    Returns
    -------
    Ensemble
        Cut edges and deviations of all plans, the best one, and where any
        other would stand.

    Raises
    ------
    Infeasible
        If a chain finds no step.
    InvalidInput
        If the labels are no connected, balanced plan.

    Examples
    --------
    >>> import linli
    >>> ring = linli.Contiguity.from_edges(12, [[unit, (unit + 1) % 12] for unit in range(12)])
    >>> plan = linli.regions.partition(ring, [1] * 12, 3, tolerance=0.3)
    >>> drawn = linli.regions.recom(ring, [1] * 12, plan.labels, steps=100, tolerance=0.3)
    >>> drawn
    Ensemble(1 chain of 100 plans; fewest cut edges 3)
    """
    terms = {
        "tolerance": float(tolerance),
        "chains": max(whole("chains", chains), 1),
        "seed": whole("seed", seed),
        "within": None if within is None else codes_of("within", within)[1],
        "surcharge": float(surcharge),
        "burst": None if burst is None else whole("burst", burst),
        "keep": bool(keep),
    }
    begin, number = labels_of("labels", labels), whole("steps", steps)
    return Ensemble(_linli.recom(core_of(contiguity), measures_of(weight), begin, number, terms))


def plan_diff(before: ArrayLike, after: ArrayLike, weight: ArrayLike) -> PlanDiff:
    """Say who moves from one plan to another.

    Parts are matched by what they share, largest shares first, so that a mere
    renumbering moves nobody.

    Parameters
    ----------
    before, after : array_like of int, shape (n,)
        The plans.
    weight : array_like of float, shape (n,)
        People of each unit.

    Returns
    -------
    PlanDiff
        The moves and their weight.

    Examples
    --------
    >>> import linli
    >>> diff = linli.regions.plan_diff([0, 0, 1, 1], [1, 1, 1, 0], [500] * 4)
    >>> diff
    PlanDiff(1 units move, 500 people)
    """
    labels, (unit, old, new), moved = _linli.plan_diff(
        labels_of("before", before), labels_of("after", after), floats("weight", weight, ndim=1)
    )
    return PlanDiff(labels, pd.DataFrame({"unit": unit, "before": old, "after": new}), moved)
