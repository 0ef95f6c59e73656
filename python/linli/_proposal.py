"""Proposals: where the next centres should go, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from linli import _html, _linli
from linli._follow import Followed
from linli._map import Lines, Map, geojson_of
from linli._names import label
from linli._result import arrow_of, save_as
from linli._tables import LONLAT, crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from linli._city import City
    from linli._coverage import Comparison, Coverage
    from linli.walk import Walk

__all__ = ["Proposal"]

CAPACITY = "capacity"
"""The measure of facilities that utilisation is of, where it is there."""


@dataclass(frozen=True, repr=False, eq=False)
class Proposal(Followed):
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

    def centres(self, capacity: str | None = None) -> pd.DataFrame:
        """Give every centre that is open under the plan, new ones first.

        Parameters
        ----------
        capacity : str, optional
            The column of the facilities that holds how many people a centre can
            serve; by default ``capacity``, where the data has it.

        Returns
        -------
        pandas.DataFrame
            Columns are id, name, town, origin, phase (missing for existing
            ones), people (within the limit whose nearest centre it is),
            mean_walk_m, minutes, farthest_m, and where capacity is known
            capacity and utilisation (people over capacity).
        """
        centres = self._core.centres()
        table = self._named(centres["site"])
        table["phase"] = pd.array(centres["phase"], dtype="Int64")
        for column in ("people", "mean_walk_m", "minutes", "farthest_m"):
            table[column] = centres[column]
        places = self._capacity(capacity, centres["site"])
        if places is not None:
            table["capacity"] = places
            known = np.where(places > 0, places, np.nan)
            table["utilisation"] = table["people"] / known
        return pd.DataFrame(table)

    def to_geopandas(self, capacity: str | None = None) -> gpd.GeoDataFrame:
        """Give the centres with their places, in the CRS of the facilities.

        Parameters
        ----------
        capacity : str, optional
            As in `centres`.

        Returns
        -------
        geopandas.GeoDataFrame
            The columns of `centres` and a geometry; the assumptions are in
            ``.attrs["linli"]``.
        """
        sites = list(self._core.centres()["site"])
        crs = self._city._facility_geometry.crs
        geometry = gpd.GeoSeries(self._shapes(sites), crs=crs)
        frame = gpd.GeoDataFrame(self.centres(capacity), geometry=geometry)
        frame.attrs["linli"] = self.provenance
        return frame

    def to_arrow(self) -> pa.Table:
        """Give the centres as an Arrow table with GeoArrow metadata (needs pyarrow).

        Returns
        -------
        pyarrow.Table
            Geometry as well-known binary.
        """
        return arrow_of(self.to_geopandas)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the centres to a file: whole, or not at all.

        Parameters
        ----------
        path : str or path-like
            The suffix says the format: ``.geojson``, ``.ndjson`` (one feature a
            line), ``.csv`` or ``.parquet``.

        Returns
        -------
        pathlib.Path
            The file.
        """
        return save_as(path, self._core.geojson, self.to_geopandas)

    def lines(self) -> gpd.GeoDataFrame:
        """Give a straight line from each demand point to its nearest centre under the plan.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns are committee and centre (ids), people, walk_m, minutes and
            within (the limit), in the CRS of the committees. Points without a
            centre within reach have no line.
        """
        columns, ends = self._core.lines()
        shapes = shapely.linestrings(ends.reshape(-1, 2, 2))
        crs = self._city._demand_geometry.crs
        on_earth = crs_of_name(self._city._core.crs[0]) is not None and crs is not None
        geometry = gpd.GeoSeries(shapes, crs=LONLAT if on_earth else crs)
        committees, ids = self._city._demand_columns["id"], self._sites["id"]
        minutes = columns["walk_m"] / self._walk.speed_m_per_s / 60
        table = {
            "committee": [committees[row] for row in columns["committee"]],
            "centre": [ids[site] for site in columns["site"]],
            "people": columns["people"],
            "walk_m": columns["walk_m"],
            "minutes": minutes,
            "within": columns["walk_m"] <= self.provenance["limit_m"],
        }
        return gpd.GeoDataFrame(table, geometry=geometry.to_crs(crs) if on_earth else geometry)

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
        page = Map(self._core.map_html(beneath), self._sentence())
        if path is not None:
            page.save(path)
        return page

    @property
    def _question(self) -> dict[str, Any]:
        about = self.provenance
        asked = {name: about[name] for name in ("minutes", "service", "group")}
        return {**asked, "walk": self._walk}

    def _capacity(self, column: str | None, sites: Iterable[int]) -> NDArray[np.float64] | None:
        facilities = self._city._core.facilities()
        name = CAPACITY if column is None else column
        if name not in facilities:
            if column is None:
                return None
            raise InvalidInput(
                f"capacity = {column!r}: the facilities have no such column", parameter="capacity"
            )
        known = np.asarray(facilities[name], dtype=float)
        rows = [self._sites["facility"][site] for site in sites]
        return np.array([known[row] if row >= 0 else np.nan for row in rows])

    def _places(self, sites: list[int]) -> list[tuple[float, float]]:
        """Positions of sites in the caller's CRS of the facilities."""
        mine = self._city._facility_geometry.crs
        core = crs_of_name(self._city._core.crs[1])
        positions = self._core.site_positions()[sites]
        if mine is not None and core is not None and mine != core:
            way = pyproj.Transformer.from_crs(core, mine, always_xy=True)
            return [way.transform(x, y) for x, y in positions]
        return [(float(x), float(y)) for x, y in positions]

    def _shapes(self, sites: list[int]) -> list[Any]:
        """Shapes as the caller gave them, and points of all other sites."""
        given = self._city._facility_geometry.to_numpy()
        rows = [self._sites["facility"][site] for site in sites]
        places = self._places(sites)
        shapes = zip(rows, places, strict=True)
        return [given[row] if row >= 0 else shapely.Point(place) for row, place in shapes]

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
