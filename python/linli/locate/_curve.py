"""What each more centre is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _linli
from linli._plan import Curve, SitingPlan
from linli.errors import InvalidInput
from linli.locate._ask import core, people, terms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["curve"]


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
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    if not isinstance(p, range) or len(p) == 0 or p.step != 1:
        raise InvalidInput(
            f"p = {p!r}: give a range of numbers of sites that follow each other, "
            "such as range(1, 11)",
            parameter="p",
            value=repr(p),
        )
    weights = None if weight is None else people(weight)
    found = _linli.curve(core(reach), weights, p[0], p[-1], model, asked)
    counted = "demand points" if model == "p_center" else "people"
    return Curve(
        {size: SitingPlan(plan, counted) for size, plan, _, _ in found},
        {size: (gain, between) for size, _, gain, between in found},
    )
