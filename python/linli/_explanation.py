"""Why a committee is or is not covered: what stands between a home and a centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from linli import _html
from linli._names import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from linli._city import City

__all__ = ["Explanation", "Way", "explanation"]


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
    provenance: dict[str, Any]
    """The assumptions: streets, speed, limit, hashes of data, streets and barriers, version."""
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
        provenance=facts["provenance"],
        _city=city,
    )
