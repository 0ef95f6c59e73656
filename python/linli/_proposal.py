"""Proposals: where the next centres should go, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._map import Lines, Map, geojson_of
from linli._names import label
from linli._proposal_centres import ProposalCentres
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from linli._city import City
    from linli._comparison import Comparison
    from linli._coverage import Coverage
    from linli.walk import Walk

__all__ = ["Proposal"]


@dataclass(frozen=True, repr=False, eq=False)
class Proposal(ProposalCentres):
    """Where the next centres should go (选址方案): existing ones stay open.

    Made by `City.site`.

    Examples
    --------
    >>> import linli
    >>> plan = linli.datasets.putuo().site(new=2, minutes=15)
    >>> plan.proven, len(plan.sites)
    (True, 2)
    """

    _core: _linli.Proposal
    _city: City
    _walk: Walk

    @property
    def people_covered(self) -> float:
        """People within the limit of a centre under the plan."""
        return self._core.people[2]

    @property
    def people_gained(self) -> float:
        """People whom the plan brings within the limit."""
        _, before, after = self._core.people
        return after - before

    @property
    def mean_walk_m(self) -> tuple[float | None, float | None]:
        """Mean walk before and under the plan, metres; None where walks were cut off."""
        return self._core.mean_walk_m

    @property
    def longest_walk_m(self) -> tuple[float | None, float | None]:
        """Longest walk before and under the plan, metres; None where walks were cut off."""
        return self._core.longest_walk_m

    @property
    def groups(self) -> pd.DataFrame:
        """Each group with a walking speed of its own and all others, before and after.

        Columns are group (None for all others), speed_m_per_s, limit_m, people
        (where they have a place), people_covered_before and people_covered.
        """
        names = {
            "name": "group",
            "covered_before": "people_covered_before",
            "covered_after": "people_covered",
        }
        frame = pd.DataFrame(self._core.groups()).rename(columns=names)
        frame["group"] = pd.Series([group["name"] for group in self._core.groups()], dtype=object)
        return frame

    @property
    def left_out(self) -> pd.DataFrame:
        """The committees that took no part in the choice, or not wholly, and why.

        ``unlocated`` (no place in the data: counted, not as covered),
        ``population_unknown`` (in no number of people), ``unreachable`` (no
        site can be walked to) or ``unsnapped`` (no street is near). `people`
        are those of them whom it concerns.
        """
        rows = self._core.left_out()
        columns = self._city._demand_columns
        table: dict[str, Any] = {}
        for name in ("id", "name", "town"):
            table[name] = [columns[name][row["row"]] for row in rows]
        table["reason"] = [row["reason"] for row in rows]
        table["people"] = np.array([row["people"] for row in rows], dtype=float)
        return pd.DataFrame(table)

    @cached_property
    def city(self) -> City:
        """The city with the plan carried out: ask it anything."""
        return self.city_at(None)

    def city_at(self, phase: int | None) -> City:
        """Give the city with the plan carried out up to a phase.

        Parameters
        ----------
        phase : int or None
            The last phase to carry out, from 1; None carries out all.

        Returns
        -------
        City
            New centres from a grid or of your own are added and offer every
            service; listed ones are existing.
        """
        last = int(max(self._core.picks()["phase"], default=1))
        if phase is not None and not 0 <= phase <= last:
            raise InvalidInput(
                f"phase = {phase}: give 0 (today) to {last}", parameter="phase", value=phase
            )
        core, opened = self._core.city(phase)
        added = [site for site in opened if self._sites["facility"][site] < 0]
        return self._city._with(
            core, [self._sites["id"][site] for site in added], self._places(added)
        )

    def coverage(self) -> Coverage:
        """Ask the city with the plan carried out the same: who is within the limit.

        Returns
        -------
        Coverage
            Everybody at the speed of the walk, also where groups had their own.
        """
        return self.city.coverage(**self._question)

    def compare(self) -> Comparison:
        """Say what the plan means, in people: before, after, by committee.

        Returns
        -------
        Comparison
            As `Coverage.compare` of today and of the city with the plan carried out.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> plan = city.site(new=1)
        >>> round(city.compare(plan).people_gained - plan.people_gained, 6)
        0.0
        """
        return self._city.coverage(**self._question).compare(self.coverage())

    def plot(self, most: int | None = None) -> NDArray[np.object_]:
        """Draw the plan and what each more centre is worth, side by side (needs matplotlib).

        Parameters
        ----------
        most : int, optional
            New centres up to which the curve goes; see `curve`.

        Returns
        -------
        numpy.ndarray of matplotlib.axes.Axes
            The map and the curve.
        """
        from linli import _plot

        return _plot.proposal(self, most)

    def map(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        lines: Lines | Iterable[Lines] | None = None,
    ) -> Map:
        """Draw the map under the plan: one HTML page that works without a network.

        Parameters
        ----------
        path : str or path-like, optional
            Save it there, too.
        lines : GeoJSON file or GeoDataFrame of lines, or several, optional
            As in `Coverage.map`.

        Returns
        -------
        Map
            New centres stand out; a line goes from where people live to their centre.
        """
        beneath = list(self._city._lines) if lines is None else geojson_of(lines)
        return Map._made(self._core.map_html(beneath), self._sentence(), path)

    @property
    def _question(self) -> dict[str, Any]:
        about = self.provenance
        asked = {name: about[name] for name in ("minutes", "service", "group")}
        return {**asked, "walk": self._walk}

    def _sentence(self) -> str:
        return f"{self._core.headline}{label(self._city.note)}"

    def __repr__(self) -> str:
        return f"Proposal({self._sentence()})"

    def _repr_html_(self) -> str:
        sites = self.sites
        header = ["new centre", "town", "people gained", "lost without it"]
        columns = ["name", "town", "people_gained", "people_lost"]
        if sites["phase"].max() > 1:
            header, columns = ["phase", *header], ["phase", *columns]
        rows = [
            [
                _html.number(row[name]) if name.startswith("people") else row[name]
                for name in columns
            ]
            for row in sites.to_dict("records")
        ]
        body = _html.table(header, rows)
        phases = self.phases
        if phases is not None:
            stages = [
                (phase, row["open"], _html.number(row["objective"]), _html.number(row["price"]))
                for phase, row in zip(phases.index, phases.to_dict("records"), strict=True)
            ]
            body += _html.table(("phase", "centres", "objective", "price of nesting"), stages)
        small = (
            f"objective {self.objective:,.10g}, bound {self.bound:,.10g}, {self.stop}, "
            f"{self.seconds:.2f} s, seed {self.seed}"
        )
        notes = (self._core.details, self._core.assumptions, small, self._city.note)
        return _html.section(self._sentence(), body, *notes)
