"""What a plan is, worked out from its definition: shares nothing with any solver.

Only the units, the pairs that touch and the labels go in. linli's core is not
called here, so that a mistake in it cannot confirm itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli.bench._instance import Instance

__all__ = ["Checked", "by_lowest_unit", "check", "inertia", "pieces", "spread_over"]

ROUNDING = 1e-9
"""By how much an equal share may be missed in floating point, as a share of it."""


@dataclass(frozen=True)
class Checked:
    """What a plan is like."""

    parts: int
    """Parts that hold any unit."""
    pieces: int
    """Connected pieces of all parts."""
    deviation: float
    """Largest deviation of a part from an equal share, as a share of it."""
    cut_edges: int
    """Pairs of neighbours in different parts."""
    border_m: float | None
    """Border between parts, metres; None where lengths are not known."""
    inertia: float | None
    """Weight × squared metres from the centre of mass of the part; None without positions."""
    parts_across_towns: int | None
    """Parts with units of several towns; None where there are no towns."""
    contiguous: bool
    """Whether every part is one piece."""
    within_tolerance: bool
    """Whether there are as many parts as asked for, and all are near an equal share."""

    @property
    def valid(self) -> bool:
        """Whether it is an answer to the question."""
        return self.contiguous and self.within_tolerance and not self.parts_across_towns

    def value(self, objective: str) -> float | None:
        """Give what was to be made small: `cut_edges`, `border` or `inertia`."""
        found = {"cut_edges": self.cut_edges, "border": self.border_m, "inertia": self.inertia}
        return found[objective]


def check(instance: Instance, labels: NDArray[np.int64], tolerance: float) -> Checked:
    """Work out what a plan is like.

    Parameters
    ----------
    instance : Instance
        What was divided.
    labels : ndarray of int64, shape (n,)
        Part of each unit; any whole numbers.
    tolerance : float
        How far a part may be from an equal share, as a share of it.

    Returns
    -------
    Checked
        The facts.

    Raises
    ------
    ValueError
        If there is not one label for each unit.
    """
    if labels.shape != (instance.n,):
        raise ValueError(f"the plan has shape {labels.shape} for {instance.n} units")
    part = np.unique(labels, return_inverse=True)[1].reshape(-1)
    parts = int(part.max()) + 1 if len(part) else 0
    held = np.bincount(part, weights=instance.weight, minlength=parts)
    share = instance.weight.sum() / instance.k
    deviation = float(np.abs(held / share - 1.0).max()) if parts else 1.0
    if parts < instance.k:
        # A part without units holds nothing.
        deviation = max(deviation, 1.0)
    one, other = instance.edges[:, 0], instance.edges[:, 1]
    across = part[one] != part[other]
    count = pieces(instance.n, instance.edges[~across])
    at, towns = instance.positions, instance.towns
    return Checked(
        parts=parts,
        pieces=count,
        deviation=deviation,
        cut_edges=int(across.sum()),
        border_m=None if instance.border_m is None else float(instance.border_m[across].sum()),
        inertia=None if at is None else inertia(at, instance.weight, part),
        parts_across_towns=None if towns is None else len(spread_over(part, towns)),
        contiguous=count == parts,
        within_tolerance=parts == instance.k and deviation <= tolerance + ROUNDING,
    )


def pieces(n: int, edges: NDArray[np.int64]) -> int:
    """Count the connected pieces of `n` units, joining the two ends of each edge in turn."""
    above = list(range(n))
    count = n
    for a, b in edges.tolist():
        while above[a] != a:
            above[a] = above[above[a]]
            a = above[a]
        while above[b] != b:
            above[b] = above[above[b]]
            b = above[b]
        if a != b:
            above[max(a, b)] = min(a, b)
            count -= 1
    return count


def by_lowest_unit(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give parts numbers from 0 by their lowest unit, so that equal plans have equal labels."""
    _, first, part = np.unique(labels, return_index=True, return_inverse=True)
    name = np.empty(len(first), dtype=np.int64)
    name[np.argsort(first)] = np.arange(len(first))
    return name[part.reshape(-1)]


def inertia(
    positions: NDArray[np.float64], weight: NDArray[np.float64], part: NDArray[np.integer]
) -> float:
    """Sum weight × squared metres from the centre of mass of the part."""
    held = np.bincount(part, weights=weight)
    total = 0.0
    for axis in positions.T:
        # Positions are taken from their middle first: squares of map coordinates
        # would leave few digits for the differences.
        axis = axis - axis.mean()
        moment = np.bincount(part, weights=weight * axis)
        middle = np.divide(moment, held, out=np.zeros_like(moment), where=held > 0)
        total += float((weight * (axis - middle[part]) ** 2).sum())
    return total


def spread_over(part: NDArray[np.integer], area: NDArray[np.integer]) -> NDArray[np.int64]:
    """Give the parts that have units of several areas."""
    seen = np.unique(np.stack([part, area]), axis=1)
    return np.flatnonzero(np.bincount(seen[0]) > 1)
