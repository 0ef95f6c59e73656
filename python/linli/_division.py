"""Division of a city: which committee belongs to which grid or block."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli, regions
from linli._division_map import page_of
from linli._division_questions import DivisionQuestions
from linli._division_terms import amounts_of, terms_of
from linli._map import Map
from linli._names import index_beside, label
from linli._plan_change import PlanChange, change
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from linli._city import City
    from linli._map import Lines
    from linli._partition import Partition
    from linli.walk import Walk

__all__ = ["Division"]


@dataclass(frozen=True, repr=False, eq=False)
class Division(DivisionQuestions):
    """Which committee belongs to which part (分区): one row per committee.

    Made by `City.partition`.
    """

    _city: City
    plan: Partition
    """Labels, value, bound, gap, metrics."""
    balance: Mapping[str, float]
    """What was balanced, and how closely."""
    above: Division | None = None
    """The division whose parts these divide."""
    _walk: Walk | None = None
    _service: str | None = None
    _today: NDArray[np.int64] | None = None
    _within: str | None = None
    _barriers_hash: str | None = None

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, part (from 0), the part of the division
        above as ``above`` where there is one, what was balanced, and
        ``exception`` where parts could leave their town at a price.
        """
        table = {**self._city._demand_columns, "part": self.plan.labels}
        if self.above is not None:
            table["above"] = self.above.plan.labels
        for name in self.balance:
            table[name] = _linli.city_amounts(self._city._core, name)
        if self.plan._facts["exceptions"] is not None:
            exception = np.zeros(len(self.plan.labels), dtype=bool)
            exception[self.plan.exceptions["unit"]] = True
            table["exception"] = exception
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @cached_property
    def parts(self) -> pd.DataFrame:
        """One row per part: as `Metrics.parts`, walks as in `walks`, and the towns it lies in.

        ``deviation`` is from an equal share of the first measure; ``moved`` are
        the people who were in another part, where today's parts are known;
        ``people_per_staff`` is there where staff is a measure.
        """
        parts = self.plan.metrics().parts
        names = {f"held_{at}" if at else "held": name for at, name in enumerate(self.balance)}
        parts = parts.rename(columns=names)
        first = next(iter(self.balance))
        parts.insert(1, "deviation", parts[first] / parts[first].mean() - 1)
        rows, labels = self.rows, self.plan.labels
        people = rows["population"].to_numpy(dtype=float)
        if self._today is not None:
            moved = np.where(labels != self._today, people, 0.0)
            parts["moved"] = np.bincount(labels, weights=moved, minlength=self.plan.k)
        staff = self._staff
        if staff is not None:
            held = np.bincount(labels, weights=staff, minlength=self.plan.k)
            served = np.bincount(labels, weights=people, minlength=self.plan.k)
            # A part without staff has no workload per staff.
            parts["people_per_staff"] = served / np.where(held > 0, held, np.nan)
        towns = rows.groupby("part")["town"].agg(lambda town: ", ".join(sorted(set(town.dropna()))))
        return parts.join(self.walks()).assign(towns=towns)

    @property
    def _staff(self) -> NDArray[np.float64] | None:
        try:
            return _linli.city_amounts(self._city._core, "staff")
        except InvalidInput:
            return None

    @property
    def exceptions(self) -> pd.DataFrame:
        """Committees in a part of another town: id, name, town, part, part_town, population."""
        found = self.plan.exceptions
        rows = self.rows.iloc[found["unit"]].reset_index(drop=True)
        towns = np.unique(np.asarray(self.rows[self._within or "town"].dropna().astype(str)))
        table = rows[["id", "name", "town", "part", "population"]]
        return table.assign(part_town=towns[found["part_town"]] if len(found) else [])

    def diff(self, other: Division | ArrayLike) -> PlanChange:
        """Say who moves from this division to another one of the same city.

        Parts are matched by the people they share, so that a mere renumbering
        moves nobody.

        Parameters
        ----------
        other : Division or array_like of int
            The later plan, or its parts.

        Returns
        -------
        PlanChange
            The moves as a table, as GeoJSON and as a picture.
        """
        after = other.plan.labels if isinstance(other, Division) else np.asarray(other)
        return change(self._city, self.plan.labels, after)

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: what was balanced, objective, bound, seed, hash of the data, version."""
        plan = self.plan
        facts = (
            "k",
            "objective",
            "value",
            "bound",
            "gap",
            "proven",
            "deviation",
            "begin",
            "stop",
            "seed",
        )
        return {
            **{fact: getattr(plan, fact) for fact in facts},
            "balance": dict(self.balance),
            "within": self._within,
            "exceptions": None if plan._facts["exceptions"] is None else len(plan.exceptions),
            "input_hash": self._city.input_hash,
            **({} if self._barriers_hash is None else {"barriers_hash": self._barriers_hash}),
            "version": _linli.__version__,
            "note": self._city.note,
        }

    def subdivide(
        self,
        k: int,
        *,
        balance: Mapping[str, float] | None = None,
        **terms: Any,  # noqa: ANN401
    ) -> Division:
        """Divide again: `k` parts in all, none across a part of this division.

        Parameters
        ----------
        k : int
            Number of parts in all, not of each part.
        balance : mapping of str to float, optional
            As in `City.partition`; by default as here.
        **terms
            Further arguments of `City.partition`, without ``within``.

        Returns
        -------
        Division
            Its `above` is this one.
        """
        balance = self.balance if balance is None else balance
        asked = terms_of(self._city, {"walk": self._walk, "service": self._service, **terms})
        plan = regions.partition(
            self.plan.contiguity,
            amounts_of(self._city, balance),
            k,
            tolerance=list(balance.values()),
            within=self.plan.labels,
            **asked.terms,
        )
        return Division(
            self._city,
            plan,
            dict(balance),
            self,
            _walk=asked.walk,
            _service=asked.service,
            _today=asked.today,
            _barriers_hash=self._barriers_hash,
        )

    def plot(self, ax: Axes | None = None, *, centres: bool = True) -> Axes:
        """Draw the parts, their numbers, town borders and the open centres (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        centres : bool, default True
            Whether to draw the open centres.

        Returns
        -------
        matplotlib.axes.Axes
            The picture.
        """
        from linli._division_plot import division

        return division(self, ax, centres=centres)

    def map(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        lines: Lines | Iterable[Lines] | None = None,
    ) -> Map:
        """Draw the map: one HTML page that works without a network.

        Neighbouring parts differ in colour; a list says how far each is from an
        equal share. A division made by `subdivide` is drawn within the parts it divides.

        Parameters
        ----------
        path : str or path-like, optional
            Save it there, too.
        lines : GeoJSON file or GeoDataFrame of lines, or several, optional
            As in `Coverage.map`.

        Returns
        -------
        Map
            Shows itself in a notebook; ``save`` writes the page.
        """
        return Map._made(page_of(self, lines), self._sentence(), path)

    def _geojson(self, *, one_per_line: bool) -> bytes:
        from linli._division_file import written

        return written(self, one_per_line=one_per_line)

    @property
    def _said(self) -> str:
        return self.plan._sentence().replace(" units ", " committees ")

    def _sentence(self) -> str:
        return self._said + label(self._city.note)

    def __repr__(self) -> str:
        return f"Division({self._sentence()})"

    def _repr_html_(self) -> str:
        first = next(iter(self.balance))
        rows = [
            (
                part,
                row["towns"],
                int(row["units"]),
                _html.number(row[first]),
                f"{row['deviation']:+.1%}",
                "–" if np.isnan(row["minutes"]) else f"{row['minutes']:.1f}",
            )
            for part, row in zip(self.parts.index, self.parts.to_dict("records"), strict=True)
        ]
        head = ("part", "towns", "committees", first, "deviation", "minutes to centre")
        return _html.section(self._sentence(), _html.table(head, rows), self._city.note)
