"""What streets say of a city: why a committee has its answer, and what to mistrust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli import _html
from linli._names import label
from linli._tables import crs_of_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from linli._city import City

__all__ = [
    "Explanation",
    "Severance",
    "StreetReport",
    "Way",
    "explanation",
    "severance",
    "street_report",
]


@dataclass(frozen=True, repr=False, eq=False)
class Way:
    """What stands between a home and a centre."""

    facility: str
    """Id of the centre."""
    name: str
    """Name of the centre."""
    walk_m: float | None
    """The walk, metres; None where there is no way."""
    minutes: float | None
    """The walk at the walking speed."""
    crow_m: float
    """The straight line, metres."""
    detour: float | None
    """Walked length over straight-line length."""
    barriers: tuple[str, ...]
    """What the straight line crosses, in that order."""
    route: shapely.Geometry | None
    """The walk, in the coordinate system of the committees."""
    steps: tuple[tuple[int, float], ...]
    """The ways walked, in order: way, and walking metres along it."""

    def __repr__(self) -> str:
        walk = "no way" if self.walk_m is None else f"{self.walk_m:,.0f} m on foot"
        return f"Way(to {self.name}: {walk}, {self.crow_m:,.0f} m by air)"


@dataclass(frozen=True, repr=False, eq=False)
class Explanation:
    """Why a committee is or is not covered. Made by `City.explain`."""

    text: str
    """The answer in a few sentences."""
    committee: str
    """Name of the committee."""
    status: str
    """What coverage says of it."""
    at: tuple[float, float] | None
    """The home explained: of those beyond the limit the one where most people live."""
    leg_m: float | None
    """Straight line from there to its street, metres; None where none is near enough."""
    on_foot: Way | None
    """The centre nearest on foot."""
    by_air: Way | None
    """The centre nearest in a straight line."""
    _city: City

    def to_geopandas(self) -> gpd.GeoDataFrame:
        """Give the walks and straight lines, in the coordinate system of the committees.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns to (the centre), kind (``"walk"`` or ``"straight"``), length_m, and the line.
        """
        rows = []
        for way in dict.fromkeys((self.on_foot, self.by_air)):
            if way is None or self.at is None or (way is self.by_air and self._is_same()):
                continue
            if way.route is not None:
                rows.append((way.name, "walk", way.walk_m, way.route))
            end = self._place_of(way)
            straight = shapely.LineString([self.at, (end.x, end.y)])
            rows.append((way.name, "straight", way.crow_m, straight))
        columns = ("to", "kind", "length_m", "geometry")
        table = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
        return gpd.GeoDataFrame(table, geometry="geometry", crs=self._city.demand.crs)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the walk, the straight line and what lies between (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from linli import _street_plot

        return _street_plot.explanation(self, ax)

    def _is_same(self) -> bool:
        return (
            self.on_foot is not None
            and self.by_air is not None
            and self.on_foot.facility == self.by_air.facility
        )

    def _place_of(self, way: Way) -> shapely.Point:
        facilities = self._city.facilities
        place = facilities.geometry[(facilities["id"] == way.facility).to_numpy()]
        crs = self._city.demand.crs
        if crs is not None and place.crs is not None:
            place = place.to_crs(crs)
        point: shapely.Point = place.iloc[0].representative_point()
        return point

    def __repr__(self) -> str:
        return f"Explanation({self.text}{label(self._city.note)})"

    def _repr_html_(self) -> str:
        header = ("centre", "on foot", "minutes", "by air", "detour", "between")
        rows = [
            (
                way.name,
                "no way" if way.walk_m is None else f"{way.walk_m:,.0f} m",
                "–" if way.minutes is None else f"{way.minutes:.1f}",
                f"{way.crow_m:,.0f} m",
                "–" if way.detour is None else f"{way.detour:.2f}",
                ", ".join(way.barriers) or "–",
            )
            for way in (self.on_foot, None if self._is_same() else self.by_air)
            if way is not None
        ]
        return _html.section(self.text, _html.table(header, rows), None, self._city.note)


def explanation(
    city: City, committee: str, facts: Mapping[str, Any], names: Sequence[str]
) -> Explanation:
    """Make an explanation of the core's facts; `names` are those of the barriers."""

    def way(facts: Mapping[str, Any] | None) -> Way | None:
        if facts is None:
            return None
        ids, titles = city._facility_names
        row, route = facts["facility"], facts["route"][0]
        return Way(
            facility=ids[row],
            name=titles[row],
            walk_m=facts["walk_m"],
            minutes=facts["minutes"],
            crow_m=facts["crow_m"],
            detour=facts["detour"],
            barriers=tuple(names[barrier] for barrier in facts["barriers"]),
            route=None if route is None else shapely.from_wkb(route),
            steps=tuple((step["way_id"], step["walk_m"]) for step in facts["steps"]),
        )

    return Explanation(
        text=facts["text"],
        committee=committee,
        status=facts["status"],
        at=None if facts["at"] is None else tuple(facts["at"]),
        leg_m=facts["leg_m"],
        on_foot=way(facts["on_foot"]),
        by_air=way(facts["by_air"]),
        _city=city,
    )


@dataclass(frozen=True, repr=False, eq=False)
class StreetReport:
    """What a planner should know of a city's streets. Made by `City.street_report`."""

    text: str
    """All of it, to read."""
    pieces: pd.DataFrame
    """Pieces the network falls into, longest first: junctions, length_m, share, is_used."""
    isolated: pd.DataFrame
    """Centres and committees that stand apart: kind, id, name, and why: ``off_longest_piece``,
    ``unsnapped`` or ``clipped``."""
    near_misses: gpd.GeoDataFrame
    """Dead ends that stop short of a street, widest detour first."""
    critical_streets: gpd.GeoDataFrame
    """Streets whose loss would cut people off from every centre, most people first."""
    hotspots: gpd.GeoDataFrame
    """People near a centre by air and far on foot, most people first, with what lies between."""
    _city: City

    def __repr__(self) -> str:
        return (
            f"StreetReport({len(self.pieces):,} pieces, {len(self.isolated):,} centres and "
            f"committees apart, {len(self.near_misses):,} near misses, "
            f"{len(self.critical_streets):,} critical streets, "
            f"{len(self.hotspots):,} detours{label(self._city.note)})"
        )

    def _repr_html_(self) -> str:
        table = _html.table(("streets",), [(line,) for line in self.text.strip().split("\n")])
        return _html.section(repr(self)[len("StreetReport(") : -1], table, None, self._city.note)


@dataclass(frozen=True, repr=False, eq=False)
class Severance:
    """Who is near a centre by air and not on foot (阻隔). Made by `City.severance`."""

    share_by_air: float | None
    """Share of people within the limit as the crow flies, 0 to 1."""
    share_on_foot: float | None
    """Share of people within the limit along the streets."""
    lost: float
    """People within the limit by air and beyond it on foot."""
    gained: float
    """People beyond it by air and within it on foot: the detour index is too large for them."""
    unknown: float
    """People within it by air whose walk is not known."""
    by_barrier: pd.DataFrame
    """The people lost by what the straight line to their centre crosses first: barrier, people."""
    _city: City

    def _sentence(self) -> str:
        air, foot = (_html.percent(share) for share in (self.share_by_air, self.share_on_foot))
        return (
            f"{air} within the limit by air, {foot} on foot; {self.lost:,.0f} people are near a "
            f"centre by air and not on foot, {self.gained:,.0f} the other way round"
            f"{label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"Severance({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [
            (row["barrier"] or "no barrier: the streets wind", f"{row['people']:,.0f}")
            for row in self.by_barrier.to_dict("records")
        ]
        table = _html.table(("between them and their centre", "people"), rows)
        return _html.section(self._sentence(), table, None, self._city.note)


def severance(city: City, facts: Mapping[str, Any], names: Sequence[str]) -> Severance:
    """Make a severance of the core's facts; `names` are those of the barriers."""
    lost: dict[str, float] = {}
    for barrier, people in facts["by_barrier"]:
        name = "" if barrier is None else names[barrier]
        lost[name] = lost.get(name, 0.0) + people
    table = pd.DataFrame({"barrier": list(lost), "people": list(lost.values())})

    def share(side: str) -> float | None:
        totals = facts[side]
        return totals["people_covered"] / totals["people"] if totals["people"] else None

    return Severance(
        share_by_air=share("by_air"),
        share_on_foot=share("on_foot"),
        lost=facts["lost"],
        gained=facts["gained"],
        unknown=facts["unknown"],
        by_barrier=table.sort_values("people", ascending=False, ignore_index=True, kind="stable"),
        _city=city,
    )


def street_report(
    city: City, facts: Mapping[str, Any], names: Sequence[str], crs: str
) -> StreetReport:
    """Make a report of the core's facts; `names` are those of the barriers."""
    ids, titles = city._facility_names
    demand = city._demand_columns
    apart = [
        ("centre", ids[row], titles[row], "off_longest_piece")
        for row in facts["isolated_facilities"]
    ]
    for key, why in (
        ("isolated_committees", "off_longest_piece"),
        ("unsnapped_committees", "unsnapped"),
        ("clipped_committees", "clipped"),
    ):
        apart += [("committee", demand["id"][row], demand["name"][row], why) for row in facts[key]]
    pieces = pd.DataFrame(facts["pieces"], columns=["junctions", "length_m", "share", "is_used"])
    misses = pd.DataFrame(
        facts["near_misses"], columns=["node_id", "way_id", "other_way", "gap_m", "walk_m"]
    )
    critical = {
        name: values for name, values in facts["critical_streets"].items() if name != "shape"
    }
    spots = [
        {
            "committee": demand["id"][spot["committee"]],
            "name": demand["name"][spot["committee"]],
            "facility": ids[spot["facility"]],
            "facility_name": titles[spot["facility"]],
            "people": spot["detour"]["people"],
            "crow_m": spot["detour"]["crow_m"],
            "walk_m": np.nan if spot["detour"]["walk_m"] is None else spot["detour"]["walk_m"],
            "barriers": ", ".join(names[barrier] for barrier in spot["barriers"]),
        }
        for spot in facts["hotspots"]
    ]
    columns = [
        "committee",
        "name",
        "facility",
        "facility_name",
        "people",
        "crow_m",
        "walk_m",
        "barriers",
    ]
    return StreetReport(
        text=facts["text"],
        pieces=pieces,
        isolated=pd.DataFrame(apart, columns=["kind", "id", "name", "why"]),
        near_misses=_frame(misses, facts["near_miss_shapes"], crs),
        critical_streets=_frame(pd.DataFrame(critical), facts["critical_streets"]["shape"], crs),
        hotspots=_frame(pd.DataFrame(spots, columns=columns), facts["hotspot_shapes"], crs),
        _city=city,
    )


def _frame(table: pd.DataFrame, shapes: list[bytes | None], crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries.from_wkb(shapes, crs=crs_of_name(crs)))
