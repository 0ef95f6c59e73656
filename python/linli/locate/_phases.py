"""Several phases at once, each keeping what the ones before opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._phases import Phases, frame_of_phases
from linli._plan import SitingPlan
from linli.locate._ask import core, people, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["phases"]


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
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    found, proof = _linli.phases(core(reach), people(weight), list(steps), model, asked)
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
