"""What a saved division made small, worked out from its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from linli._division_file import beside
from linli.bench._check import inertia

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli.bench._outlines import Touching
    from linli.bench._saved import Level, Saved

__all__ = ["value_of"]

EXACT = 1e-9
"""How closely sums of numbers that stand in the file agree, as a share."""
DRAWN = 1e-3
"""How closely places and lengths agree that come from the outlines: planes differ a little."""
ALONG = 0.05
"""How closely borders agree that were measured by another rule for their ends."""


def value_of(
    saved: Saved, level: Level, edges: NDArray[np.int64], outlines: Touching | None
) -> tuple[float, float] | None:
    """Work out the value of a level, and how closely it is known.

    Parameters
    ----------
    saved : Saved
        The division.
    level : Level
        One of its levels; its facts name the objective.
    edges : ndarray of int64, shape (pairs, 2)
        Who touches whom.
    outlines : Touching or None
        Borders as the outlines have them.

    Returns
    -------
    tuple of float, or None
        The value without the price of exceptions, and the share of it that it may
        be off; None where the file lacks what it counts.
    """
    objective = level.facts["objective"]
    across = level.part[edges[:, 0]] != level.part[edges[:, 1]]
    if objective == "cut_edges":
        return float(across.sum()), EXACT
    if objective == "border":
        return _border(saved, edges, across, outlines)
    measure = next(iter(level.facts.get("balance") or {}), "population")
    people = saved.amounts(measure)
    if people is None:
        return None
    if objective == "inertia":
        at = shapely.get_coordinates(shapely.centroid(np.asarray(saved.shapes.array, dtype=object)))
        return inertia(at, people, level.part), DRAWN
    if objective == "moved":
        today = saved.amounts(beside(level.column, "today"))
        labels = saved.amounts(level.column)
        if today is None or labels is None:
            return None
        return float(people[labels != today].sum()), EXACT
    if objective == "walk":
        walk_m = saved.amounts(beside(level.column, "walk_m"))
        return None if walk_m is None else (float((people * walk_m).sum()), EXACT)
    return None


def _border(
    saved: Saved,
    edges: NDArray[np.int64],
    across: NDArray[np.bool_],
    outlines: Touching | None,
) -> tuple[float, float] | None:
    """Sum the lengths in the file where they are those of the outlines, else the outlines'."""
    of_outlines = None
    if outlines is not None:
        # Neighbours only: those that a river parts are none, whatever they share.
        parted = set(map(tuple, np.sort(edges[across], axis=1).tolist()))
        drawn = zip(outlines.pairs.tolist(), outlines.border_m.tolist(), strict=True)
        of_outlines = float(sum(metres for pair, metres in drawn if tuple(pair) in parted))
    lengths = saved.about.get("border_m")
    if lengths is None or len(lengths) != len(across):
        return None if of_outlines is None else (of_outlines, ALONG)
    told = float(np.asarray(lengths, dtype=float)[across].sum())
    if of_outlines is not None and abs(told - of_outlines) > ALONG * max(told, of_outlines):
        return of_outlines, ALONG
    return told, EXACT
