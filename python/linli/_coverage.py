"""Coverage: who is within a walk of a centre, and who is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _html, _linli, _plot
from linli._comparison import SHOWN, Comparison
from linli._map import Lines, Map, lines_beneath
from linli._names import index_beside, label, named
from linli._result import CommitteeResult, status_column
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from matplotlib.axes import Axes

    from linli._city import City

__all__ = ["Coverage"]


@dataclass(frozen=True, repr=False, eq=False)
class Coverage(CommitteeResult):
    """Who is within a walk of a centre (覆盖): one row per committee, in the data's order.

    Made by `City.coverage`.

    Examples
    --------
    >>> import linli
    >>> found = linli.datasets.putuo().coverage(minutes=15)
    >>> found.uncovered[["name", "town", "people", "minutes", "nearest_name"]].shape[1]
    5
    """

    _core: _linli.Coverage
    _city: City

    @property
    def share(self) -> float | None:
        """Share of people within the limit, 0 to 1; None where nobody is known to live."""
        return self._core.share

    @property
    def people(self) -> float:
        """People (or the group asked for) whose number is known."""
        return float(self._core.totals()["people"])

    @property
    def people_covered(self) -> float:
        """People within the limit."""
        return float(self._core.totals()["people_covered"])

    @property
    def committees(self) -> dict[str, int]:
        """Committees by what was found: all, covered, partial, beyond, unknown, unlocated.

        ``population_unknown`` counts those that are in no number of people.
        """
        totals = self._core.totals()
        counted = ("covered", "partial", "beyond", "unknown", "unlocated", "population_unknown")
        return {"all": totals["committees"], **{name: totals[name] for name in counted}}

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, status, people, people_covered,
        share_covered (0 to 1), nearest and nearest_name (the centre nearest to
        most of its people), walk_m (mean walk of its people, metres), minutes
        (that walk at the walking speed) and farthest_m (the longest).
        Unknown is NaN.
        """
        columns = self._core.rows()
        nearest, nearest_name = named(self._city, columns["nearest"], columns["has_nearest"])
        table = {
            **self._city._demand_columns,
            "status": status_column(columns["status"]),
            "people": columns["people"],
            "people_covered": columns["people_covered"],
            "share_covered": columns["share_covered"],
            "nearest": nearest,
            "nearest_name": nearest_name,
            "walk_m": columns["walk_m"],
            "minutes": columns["minutes"],
            "farthest_m": columns["farthest_m"],
        }
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @property
    def status(self) -> pd.Series[Any]:
        """What was found for each committee, by id.

        ``covered``, ``partial``, ``beyond_limit``, ``unreachable`` (no way on
        foot), ``clipped`` (the streets end too soon to say), ``unsnapped`` (no
        street is near) or ``unlocated`` (no place in the data).
        """
        index = pd.Index(self._city._demand_columns["id"], name="id")
        return pd.Series(status_column(self._core.rows()["status"]), index=index, name="status")

    @property
    def uncovered(self) -> pd.DataFrame:
        """The committees that are not wholly covered, most people beyond the limit first."""
        return self.rows.iloc[self._core.uncovered()]

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: walk, standard, service, group, hash of the data, version."""
        return dict(self._core.provenance())

    def by(self, what: str) -> pd.DataFrame:
        """Sum up by town, by service or by group.

        Parameters
        ----------
        what : {"town", "service", "group"}
            ``"town"`` sums these rows by town (an empty name holds committees
            without one). ``"service"`` asks the same question of each service
            that an existing centre offers, most covered first. ``"group"`` tells
            those of ``speeds`` and all others apart; they add up to the city.

        Returns
        -------
        pandas.DataFrame
            Share, people and committees, one row per town, service or group;
            of groups also speed_m_per_s and limit_m.

        Examples
        --------
        >>> import linli
        >>> towns = linli.datasets.putuo().coverage().by("town")
        >>> len(towns), list(towns.columns[:3])
        (10, ['share', 'people', 'people_covered'])
        """
        if what not in {"town", "service", "group"}:
            raise InvalidInput(
                f"by({what!r}): give 'town', 'service' or 'group'", parameter="what", value=what
            )
        if what == "group" and not self._core.by_group():
            raise InvalidInput(
                "by('group'): everyone walks at one speed here; ask coverage(speeds=...)",
                parameter="what",
                value=what,
            )
        groups = {
            "town": self._core.by_town,
            "service": self._core.by_service,
            "group": self._core.by_group,
        }[what]()
        states = ["covered", "partial", "beyond", "unknown", "unlocated"]
        own = ["speed_m_per_s", "limit_m"] if what == "group" else []
        counts = [*own, "committees", *states, "population_unknown"]
        columns = ["name", "people", "people_covered", *counts]
        frame = pd.DataFrame(groups, columns=columns).rename(columns={"name": what}).set_index(what)
        frame.insert(
            0, "share", frame["people_covered"] / frame["people"].where(frame["people"] > 0)
        )
        return frame

    def compare(self, after: Coverage) -> Comparison:
        """Say what a change of centres means, in people.

        Parameters
        ----------
        after : Coverage
            The same question asked of another scenario; see `City.what_if`.

        Returns
        -------
        Comparison
            People gained and lost, in all and by committee.

        Raises
        ------
        InvalidInput
            If the two are not about the same committees and the same people.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> closed = city.what_if(close="C01")
        >>> city.coverage().compare(closed.coverage()).people_gained
        0.0
        """
        ids = (self._city._demand_columns["id"], after._city._demand_columns["id"])
        if len(ids[0]) == len(ids[1]) and ids[0] != ids[1]:
            row = next(row for row, (a, b) in enumerate(zip(*ids, strict=True)) if a != b)
            raise InvalidInput(
                f"row {row} is committee {ids[0][row]} before and {ids[1][row]} after; "
                "compare scenarios of one city",
                table="after",
                row=row,
            )
        return Comparison(self._core.compare(after._core), self, after)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the committees by minutes of walk, and the centres (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
            The picture, with the assumptions beneath it.
        """
        return _plot.coverage(self, ax)

    def map(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        lines: Lines | Iterable[Lines] | None = None,
    ) -> Map:
        """Draw the map: one HTML page that works without a network.

        Parameters
        ----------
        path : str or path-like, optional
            Save it there, too.
        lines : GeoJSON file or GeoDataFrame of lines, or several, optional
            Streets, rivers, railways to draw beneath, by their column ``kind``
            (river, railway, expressway; anything else is a street).

        Returns
        -------
        Map
            Shows itself in a notebook; ``save`` writes the page.

        Examples
        --------
        >>> import linli
        >>> page = linli.datasets.putuo().coverage().map()
        >>> page.html[:15]
        '<!doctype html>'
        """
        page = self._core.map_html(lines_beneath(self._city, lines))
        return Map._made(page, self._sentence(), path)

    def _geojson(self, *, one_per_line: bool) -> bytes:
        return self._core.geojson(one_per_line=one_per_line)

    def _sentence(self) -> str:
        return f"{self._core.headline.removesuffix('.')}{label(self._city.note)}"

    def __repr__(self) -> str:
        return f"Coverage({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("committee", "town", "status", "people", "covered", "minutes", "nearest centre")
        worst = self.uncovered.head(SHOWN)
        rows = [
            (
                row["name"],
                None if pd.isna(row["town"]) else row["town"],
                row["status"],
                _html.number(row["people"]),
                _html.percent(row["share_covered"]),
                "–" if pd.isna(row["minutes"]) else f"{row['minutes']:.1f}",
                None if pd.isna(row["nearest_name"]) else row["nearest_name"],
            )
            for row in worst.to_dict("records")
        ]
        table = _html.table(header, rows)
        return _html.section(self._sentence(), table, self._core.assumptions, self._city.note)
