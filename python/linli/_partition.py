"""Plans of division: who belongs to which part, how good that is, and what else could be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from linli._contiguity import Contiguity

__all__ = ["Apportionment", "Ensemble", "Enumeration", "Metrics", "Partition", "PlanDiff"]

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


@dataclass(frozen=True, repr=False)
class Metrics:
    """What a plan is like, in all and part by part.

    Made by `linli.regions.metrics` or `Partition.metrics`.
    """

    parts: pd.DataFrame
    """One row per part: held (of the first measure; held_1, held_2 ... of the
    others), units, pieces and, where shapes are known, area_m2, perimeter_m,
    polsby_popper, reock, hull_ratio and inertia."""
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


@dataclass(frozen=True, repr=False, eq=False)
class Ensemble:
    """Plans drawn by recombination: what else could have been.

    Made by `linli.regions.recom` or `Ensemble.load`.
    """

    _core: _linli.Ensemble

    @property
    def k(self) -> int:
        """Number of parts."""
        return self._core.k

    @property
    def chains(self) -> int:
        """Independent chains."""
        return self._core.chains

    @property
    def steps(self) -> int:
        """Steps of each chain."""
        return self._core.steps

    @property
    def seed(self) -> int:
        """Seed of all chains."""
        return self._core.seed

    @property
    def cut_edges(self) -> NDArray[np.int64]:
        """Cut edges after each step, shape (chains, steps)."""
        return self._core.cut_edges().astype(np.int64)

    @property
    def deviation(self) -> NDArray[np.float64]:
        """Largest deviation from an equal share after each step, shape (chains, steps)."""
        return self._core.deviation()

    @property
    def best_labels(self) -> NDArray[np.int64]:
        """The plan with the fewest cut edges, the given plan included."""
        return self._core.best()[0]

    @property
    def best_cut_edges(self) -> int:
        """Its cut edges."""
        return self._core.best()[1]

    @property
    def inertia(self) -> NDArray[np.float64] | None:
        """Weight × squared metres from the centres of mass after each step, shape (chains, steps).

        None where the contiguity has no positions.
        """
        return self._core.inertia()

    def standing(self, plan: Metrics | Partition) -> pd.DataFrame:
        """Say where a plan stands among those drawn, by every measure that both have.

        Parameters
        ----------
        plan : Metrics or Partition
            The plan, or what it is like.

        Returns
        -------
        pandas.DataFrame
            One row for each of cut_edges, deviation (of the first measure where
            there is one, else the largest) and inertia: the plan's ``value``, the
            ``median`` of those drawn, and the share of them that have less
            (``less``), as much (``equal``) and more (``more``). Less is better.
        """
        known = plan if isinstance(plan, Metrics) else plan.metrics()
        values = {
            "cut_edges": (known.cut_edges, self.cut_edges, 0.0),
            # Drawn deviations are kept in single precision.
            "deviation": (max(known.deviation), self.deviation, 1e-6),
        }
        if known.inertia is not None and self.inertia is not None:
            values["inertia"] = (known.inertia, self.inertia, 1e-9 * known.inertia)
        rows = {}
        for name, (value, drawn, hair) in values.items():
            less = float((drawn < value - hair).mean())
            more = float((drawn > value + hair).mean())
            rows[name] = (value, float(np.median(drawn)), less, 1.0 - less - more, more)
        columns = pd.Index(["value", "median", "less", "equal", "more"])
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    def plot(self, plan: Metrics | Partition | None = None) -> NDArray[np.object_]:
        """Draw a histogram of each measure, and where a plan stands (needs matplotlib).

        Parameters
        ----------
        plan : Metrics or Partition, optional
            The plan to mark.

        Returns
        -------
        ndarray of matplotlib.axes.Axes
            One for each measure.
        """
        from linli._division_plot import standing

        return standing(self, plan)

    def rank(self, cut_edges: int) -> tuple[float, float]:
        """Say where a plan stands among those drawn.

        Parameters
        ----------
        cut_edges : int
            Of the plan.

        Returns
        -------
        tuple of float
            Share of drawn plans with fewer cut edges, and with as many.
        """
        return self._core.rank(int(cut_edges))

    def plans(self, chain: int = 0) -> Iterator[NDArray[np.int64]]:
        """Go through the plans of a chain; none unless it was drawn with ``keep=True``.

        Parameters
        ----------
        chain : int, default 0
            The chain.

        Returns
        -------
        iterator of ndarray of int64
            Labels after each step.
        """
        return iter(self._core.plans(chain))

    def go_on(self, contiguity: Contiguity, weight: Any, *, steps: int) -> Ensemble:  # noqa: ANN401
        """Draw more, as if the chains had never stopped.

        Parameters
        ----------
        contiguity, weight
            As when it was begun.
        steps : int
            Steps to add to each chain.

        Returns
        -------
        Ensemble
            With all steps.
        """
        from linli.regions import _measures, _whole

        steps = _whole("steps", steps)
        return Ensemble(self._core.go_on(contiguity._core, _measures(weight), steps))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file, whole or not at all, to go on with later.

        Parameters
        ----------
        path : str or path-like
            Any name.

        Returns
        -------
        pathlib.Path
            The file.
        """
        path = Path(path)
        _linli.save(path, self._core.to_bytes())
        return path

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Ensemble:
        """Read what `save` wrote.

        Parameters
        ----------
        path : str or path-like
            The file.

        Returns
        -------
        Ensemble
            Ready to go on.
        """
        return cls(_linli.Ensemble.from_bytes(Path(path).read_bytes()))

    def __repr__(self) -> str:
        return (
            f"Ensemble({self.chains} chain{'s' if self.chains > 1 else ''} of {self.steps:,} "
            f"plans; fewest cut edges {self.best_cut_edges:,})"
        )
