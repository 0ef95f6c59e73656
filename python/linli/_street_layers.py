"""What streets give as layers: snapped places, service areas, streets, faults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from linli._arrays import floats, points
from linli._positions import xy_of
from linli._tables import crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    import shapely
    from numpy.typing import NDArray

    from linli import _linli
    from linli._positions import Positions

__all__ = ["StreetLayers"]


class StreetLayers:
    """The layers of a `StreetNetwork`."""

    __slots__ = ()
    _streets: _linli.StreetNetwork
    speed_m_per_s: float

    @property
    def crs(self) -> str:
        """The coordinate system of positions; ``"METRES"`` is a plane of its own."""
        return self._streets.crs

    def snap(self, places: Positions) -> gpd.GeoDataFrame:
        """Say where each place is joined to a street.

        Parameters
        ----------
        places : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Positions in the network's `crs`, or points that know theirs.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns status (``"snapped"`` or ``"unsnapped"``), way_id, leg_m (straight
            line to the street, which is walked), nearest_m (to the nearest street of
            all), passed_over (a nearer one was: too small a piece, or behind a
            barrier), and the point on the street as geometry.
        """
        found = self._streets.snap(self._plane("places", places))
        status = np.where(found["is_snapped"], "snapped", "unsnapped")
        way = pd.array(np.where(found["is_snapped"], found["way_id"], 0), dtype="Int64")
        way[~found["is_snapped"]] = pd.NA
        table = {
            "status": status,
            "way_id": way,
            "leg_m": found["leg_m"],
            "nearest_m": found["nearest_m"],
            "passed_over": found["passed_over"],
        }
        index = places.index if isinstance(places, (gpd.GeoSeries, gpd.GeoDataFrame)) else None
        return self._frame(table, found["shape"], index)

    def isochrone(
        self,
        places: Positions | tuple[float, float] | shapely.Point,
        minutes: float | Iterable[float] = (5, 10, 15),
        *,
        direction: Literal["to", "from"] = "to",
        buffer_m: float = 25,
    ) -> gpd.GeoDataFrame:
        """Draw the land within a walk (等时圈), one outline per place and number of minutes.

        The streets reached are cut exactly where the walk ends, widened by `buffer_m`, and
        holes filled; each outline lies within the next larger one, and crosses no river
        without a bridge. For drawing: people are counted by walks, not by outlines.

        Parameters
        ----------
        places : (x, y), Point, array_like of shape (n, 2), GeoSeries or GeoDataFrame
            Where people walk to or from.
        minutes : float or iterable of float, default (5, 10, 15)
            Lengths of the walk at the network's speed.
        direction : {"to", "from"}, default "to"
            Whether people walk to the place or from it.
        buffer_m : float, default 25
            How far the land beside a street is taken to belong to it, metres.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns place (row), minutes, limit_m; smaller outlines last, so that a plot shows all.
        """
        several = list(minutes) if isinstance(minutes, Iterable) else [minutes]
        limits = np.sort(floats("minutes", several, ndim=1))[::-1]
        metres = [float(limit * 60 * self.speed_m_per_s) for limit in limits]
        parts = []
        for row, xy in enumerate(self._plane("places", _several(places))):
            place = (float(xy[0]), float(xy[1]))
            shapes = self._streets.isochrones(place, metres, buffer_m, _is_to(direction))
            table = {"place": [row] * len(metres), "minutes": limits, "limit_m": metres}
            parts.append(self._frame(table, shapes))
        if not parts:
            return self._frame({"place": [], "minutes": [], "limit_m": []}, [])
        joined = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
        return gpd.GeoDataFrame(joined, geometry="geometry", crs=parts[0].crs)

    def service_area(
        self,
        place: tuple[float, float] | shapely.Point,
        minutes: float = 15,
        *,
        direction: Literal["to", "from"] = "to",
    ) -> gpd.GeoDataFrame:
        """Give the streets within a walk of a place, cut exactly where it ends.

        Parameters
        ----------
        place : (x, y) or Point
            In the network's `crs`.
        minutes : float, default 15
            Length of the walk at the network's speed.
        direction : {"to", "from"}, default "to"
            Whether people walk to the place or from it.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per stretch of street: way_id, minutes_from and minutes_to at its
            nearer and farther end, and the line.
        """
        x, y = self._plane("place", _several(place))[0]
        limit_m = minutes * 60 * self.speed_m_per_s
        found = self._streets.service_area((float(x), float(y)), limit_m, _is_to(direction))
        per_minute = self.speed_m_per_s * 60
        table = {
            "way_id": found["way_id"],
            "minutes_from": found["from_m"] / per_minute,
            "minutes_to": found["to_m"] / per_minute,
        }
        return self._frame(table, found["shape"])

    def lines(self) -> gpd.GeoDataFrame:
        """Give every street from junction to junction, for drawing and checking.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns way_id, length_m, forward_m and backward_m (walking metres each way; NaN is
            forbidden), and the line.
        """
        found = self._streets.lines()
        shapes = found.pop("shape")
        return self._frame(found, shapes)

    def pieces(self) -> pd.DataFrame:
        """List the pieces that the network falls into, longest first.

        Returns
        -------
        pandas.DataFrame
            Columns junctions, length_m, share (of the length of all streets) and is_used
            (places are joined to it; small pieces are passed over).
        """
        frame = pd.DataFrame(self._streets.pieces())
        return frame[["junctions", "length_m", "share", "is_used"]] if len(frame) else frame

    def near_misses(self, gap_m: float = 5) -> gpd.GeoDataFrame:
        """List dead ends that stop short of a street they may be meant to meet.

        Parameters
        ----------
        gap_m : float, default 5
            Widest gap, metres, 0 to 50.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns node_id, way_id, other_way, gap_m and walk_m (the walk around; NaN is
            none within a kilometre), widest detour first, and the dead end.
        """
        rows, shapes = self._streets.near_misses(gap_m)
        names = ("node_id", "way_id", "other_way", "gap_m", "walk_m")
        table = {name: [row[name] for row in rows] for name in names}
        table["walk_m"] = [np.nan if walk is None else walk for walk in table["walk_m"]]
        return self._frame(table, shapes)

    def _plane(self, parameter: str, places: Any) -> NDArray[np.float64]:  # noqa: ANN401
        xy = xy_of(parameter, places, self.crs)
        return points(parameter, self._streets.to_plane(xy))

    def _frame(
        self,
        table: Mapping[str, Any],
        shapes: list[bytes | None],
        index: pd.Index[Any] | None = None,
    ) -> gpd.GeoDataFrame:
        geometry = gpd.GeoSeries.from_wkb(shapes, crs=crs_of_name(self.crs), index=index)
        return gpd.GeoDataFrame(dict(table), geometry=geometry, index=geometry.index)


def _is_to(direction: str) -> bool:
    if direction not in {"to", "from"}:
        raise InvalidInput(
            f"direction = {direction!r}: give 'to' or 'from'",
            parameter="direction",
            value=direction,
        )
    return direction == "to"


def _several(places: Any) -> Any:  # noqa: ANN401
    """Make one position a table of one."""
    return [places] if np.shape(places) == (2,) else places
