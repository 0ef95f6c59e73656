"""What is said of plans: measures, moves, how many there are, parts of towns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _html

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Apportionment", "Enumeration", "Metrics", "PlanDiff"]


@dataclass(frozen=True, repr=False)
class Metrics:
    """What a plan is like, in all and part by part.

    Made by `linli.regions.metrics` or `Partition.metrics`.
    """

    parts: pd.DataFrame
    """One row per part: held (of the first measure; held_1, held_2 ... of the
    others), units, pieces and, where shapes are known, area_m2, perimeter_m,
    polsby_popper, reock, hull_ratio and inertia. Where towns are known, part_town
    (the town it belongs to) and exceptions (its units of other towns). Where walks
    are known, centre (its site, -1 without one), minutes (mean over people),
    minutes_95 (enough for 95 % of them) and share_within."""
    deviation: tuple[float, ...]
    """Largest deviation of a part from an equal share, as a share of it, of each measure."""
    range: tuple[float, ...]
    """Largest less smallest part, as a share of an equal share, of each measure."""
    cut_edges: int
    """Pairs of neighbours in different parts."""
    cut_m: float | None
    """Border between parts, metres; None where lengths are not known."""
    towns_divided: int | None
    """Towns whose units lie in several parts."""
    parts_across_towns: int | None
    """Parts with units of several towns."""
    inertia: float | None = None
    """Weight × squared metres from the centres of mass of the parts; None without positions."""
    exceptions: pd.DataFrame | None = None
    """Units in a part of another town: unit, town, part, part_town, by the numbers of
    towns in their sorted order; None without towns."""
    exceptions_cost: float | None = None
    """Their price; None without towns."""

    @classmethod
    def _of(cls, facts: dict[str, Any]) -> Metrics:
        columns = {
            "held" if at == 0 else f"held_{at}": held for at, held in enumerate(facts["held"])
        }
        names = ["units", "pieces", "area_m2", "perimeter_m", "polsby_popper", "reock"]
        for name in (*names, "hull_ratio", "inertia"):
            if facts[name] is not None:
                columns[name] = facts[name]
        parts = pd.DataFrame(columns, index=pd.RangeIndex(facts["k"], name="part"))
        return cls(
            parts,
            tuple(facts["deviation"]),
            tuple(facts["range"]),
            facts["cut_edges"],
            facts["cut_m"],
            facts["towns_divided"],
            facts["parts_across_towns"],
            None if facts["inertia"] is None else float(sum(facts["inertia"])),
        )

    def __repr__(self) -> str:
        off = ", ".join(f"{100 * deviation:.2f} %" for deviation in self.deviation)
        return f"Metrics({len(self.parts)} parts within {off}, {self.cut_edges:,} cut edges)"


@dataclass(frozen=True, repr=False)
class PlanDiff:
    """Which units change their part from one plan to another.

    Made by `linli.regions.plan_diff`.
    """

    labels: NDArray[np.int64]
    """The later plan, its parts numbered after the earlier's."""
    moves: pd.DataFrame
    """Columns unit, before, after: one row per unit that changes."""
    moved: float
    """Weight of these units."""

    def __repr__(self) -> str:
        return f"PlanDiff({len(self.moves):,} units move, {_html.number(self.moved)} people)"


@dataclass(frozen=True)
class Enumeration:
    """How many plans there are, and the best among them.

    Made by `linli.regions.enumerate`.
    """

    count: int
    """Plans, whatever the order of their parts."""
    minimum_cut: int | None
    """Fewest cut edges of any plan; None where there is no plan."""
    at_minimum: int
    """Plans with that few."""
    best_deviation: float | None
    """Smallest possible largest deviation from an equal share, as a share of it."""


@dataclass(frozen=True)
class Apportionment:
    """How many parts each town gets.

    Made by `linli.regions.apportion`.
    """

    parts: tuple[int, ...]
    """Parts of each town, at least 1."""
    deviation: float
    """Worst deviation of a town's mean part from the ideal, as a share of it."""
    alternatives: tuple[tuple[tuple[int, ...], float], ...]
    """Other apportionments within the slack and their worst deviation, best first."""
