"""A plan of division: who belongs to which part, and how good that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _html, _linli
from linli._plan_measures import Metrics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from linli._contiguity import Contiguity

__all__ = ["Partition"]

UNITS = {
    "cut_edges": "cut edges",
    "border": "m of border",
    "inertia": "inertia",
    "moved": "people moved",
    "walk": "person-metres",
}
REASON = {
    "rounds": "the rounds were done",
    "time": "the time was up",
    "interrupted": "it was stopped",
}


@dataclass(frozen=True, repr=False, eq=False)
class Partition:
    """A division into connected, balanced parts, and a bound that no other can beat.

    Made by `linli.regions.partition`. Contiguity, balance, towns, wishes and
    objective were checked again by code that knows nothing of the search.

    Examples
    --------
    >>> import linli
    >>> street = linli.Contiguity.from_edges(6, [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
    >>> plan = linli.regions.partition(street, [100] * 6, 3, tolerance=0.05)
    >>> plan
    Partition(3 parts of 6 units within 0.00 %: 2 cut edges; proven least)
    >>> plan.labels
    array([0, 0, 1, 1, 2, 2])
    """

    contiguity: Contiguity
    """What was divided."""
    labels: NDArray[np.int64]
    """Part of each unit, from 0."""
    _facts: dict[str, Any]
    _weights: NDArray[np.float64]
    _within: NDArray[np.int64] | None
    _tolerance: list[float]

    @property
    def k(self) -> int:
        """Number of parts."""
        return int(self._facts["k"])

    @property
    def objective(self) -> str:
        """What was made small."""
        return str(self._facts["objective"])

    @property
    def value(self) -> float:
        """How much of it there is: edges, metres, weight × m², people or person-metres."""
        return float(self._facts["value"])

    @property
    def bound(self) -> float:
        """No plan on these terms has less; a value below the bound cannot be.

        Of ``cut_edges`` it is a whole number.
        """
        return float(self._facts["bound"])

    @property
    def gap(self) -> float:
        """Distance of value and bound over the value; 0 where both are equal."""
        return float(self._facts["gap"])

    @property
    def proven(self) -> bool:
        """Whether no plan is better, up to rounding (1e-9 of the value)."""
        return bool(self._facts["proven"])

    @property
    def deviation(self) -> float:
        """Largest deviation of a part from an equal share, as a share of it."""
        return float(self._facts["deviation"])

    @property
    def centres(self) -> list[int] | None:
        """Site of each part's centre, where the objective is ``walk``."""
        centres: list[int] | None = self._facts["centres"]
        return centres

    @property
    def town_parts(self) -> list[int] | None:
        """Parts of each town, where there are towns."""
        parts: list[int] | None = self._facts["town_parts"]
        return parts

    @property
    def exceptions(self) -> pd.DataFrame:
        """Units in a part of another town: unit, town, part, part_town, by the numbers of towns."""
        columns = ["unit", "town", "part", "part_town"]
        return pd.DataFrame(self._facts["exceptions"] or [], columns=pd.Index(columns)).astype(int)

    @property
    def exceptions_cost(self) -> float:
        """Their price, which `value` includes."""
        return float(self._facts["exceptions_cost"])

    @property
    def begin(self) -> str:
        """Which way to begin the plan came from.

        ``trees``, ``hilbert``, ``growth`` or ``multilevel``; ``today`` for today's
        parts; ``diagram`` for a plan taken from the diagram of all parts.
        """
        return str(self._facts["begin"])

    @property
    def rounds(self) -> int:
        """Independent searches that were done."""
        return int(self._facts["rounds"])

    @property
    def stop(self) -> str:
        """Why the search ended: ``proven``, ``rounds``, ``time`` or ``interrupted``."""
        return str(self._facts["stop"])

    @property
    def seconds(self) -> float:
        """Seconds it took."""
        return float(self._facts["seconds"])

    @property
    def first_seconds(self) -> float:
        """Seconds until the first valid plan."""
        return float(self._facts["first_seconds"])

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self._facts["seed"])

    def metrics(self) -> Metrics:
        """Measure balance, borders, shapes and towns.

        `linli.regions.metrics` measures exceptions to towns and walks as well.

        Returns
        -------
        Metrics
            In all and part by part.
        """
        core = self.contiguity._core
        return Metrics._of(_linli.metrics(core, self._weights, self.labels, self._within))

    def subdivide(self, k: int, **terms: Any) -> Partition:  # noqa: ANN401
        """Divide again: `k` parts in all, none across a part of this plan.

        Parameters
        ----------
        k : int
            Number of parts in all, not of each part.
        **terms
            As in `linli.regions.partition`, without ``within``; the tolerance
            is this plan's unless another is given.

        Returns
        -------
        Partition
            Its `town_parts` are the parts of each part of this plan.
        """
        from linli import regions

        terms.setdefault("tolerance", self._tolerance)
        return regions.partition(self.contiguity, self._weights, k, within=self.labels, **terms)

    def _sentence(self) -> str:
        proof = "proven least"
        if not self.proven:
            proof = f"bound {_html.number(self.bound)}: {REASON.get(self.stop, self.stop)}"
        off = f"{100 * math.ceil(1e4 * self.deviation - 1e-6) / 1e4:.2f} %"
        cost = self.exceptions_cost
        across = ""
        if self._facts["exceptions"] is not None:
            number = len(self._facts["exceptions"])
            across = f" and {number} exception{'' if number == 1 else 's'} to towns"
            if cost > 0:
                across += f" at {_html.number(cost)}"
        return (
            f"{self.k} parts of {len(self.labels):,} units within {off}: "
            f"{_html.number(self.value - cost)} {UNITS[self.objective]}{across}; {proof}"
        )

    def __repr__(self) -> str:
        return f"Partition({self._sentence()})"

    def _repr_html_(self) -> str:
        parts = self.metrics().parts.head(60)
        rows = [
            (part, _html.number(row["held"]), int(row["units"]))
            for part, row in zip(parts.index, parts.to_dict("records"), strict=True)
        ]
        return _html.section(
            self._sentence(),
            _html.table(("part", "held", "units"), rows),
            f"{self.objective} {self.value:,.10g}, bound {self.bound:,.10g}, {self.stop}, "
            f"{self.seconds:.2f} s, seed {self.seed}",
        )
