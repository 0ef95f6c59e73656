"""What streets are asked on their own: walks, service areas, sums, faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from linli._arrays import floats, points
from linli._positions import xy_of
from linli._reach import Nearest, Reach
from linli._tables import crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    import shapely
    from numpy.typing import ArrayLike, NDArray

    from linli import _linli
    from linli._positions import Positions

__all__ = ["ReachLists", "StreetQuestions"]


class StreetQuestions:
    """The questions of a `StreetNetwork`."""

    __slots__ = ()
    _streets: _linli.StreetNetwork
    speed_m_per_s: float

    @property
    def crs(self) -> str:
        """The coordinate system of positions; ``"METRES"`` is a plane of its own."""
        return self._streets.crs

    @property
    def _core(self) -> _linli.Walk:
        return self._streets.walk()

    def nearest(self, demand_xy: Positions, site_xy: Positions) -> Nearest:
        """Find the nearest site of each demand point, however far.

        One search from all sites at once, however many rows there are.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Positions in the network's `crs`, or points that know theirs.

        Returns
        -------
        Nearest
            One entry per demand point; ties go to the lower site.
        """
        demand, sites = self._plane("demand_xy", demand_xy), self._plane("site_xy", site_xy)
        return Nearest(*self._core.nearest(demand, sites))

    def reach(self, demand_xy: Positions, site_xy: Positions, *, limit_m: float | None) -> Reach:
        """Find all pairs within a walking distance.

        Bounded searches from the smaller table; memory follows the pairs.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Positions in the network's `crs`, or points that know theirs.
        limit_m : float or None
            Longest walk, metres, inclusive; None keeps every pair that has a way.

        Returns
        -------
        Reach
            Rows are demand points, columns are sites.
        """
        demand, sites = self._plane("demand_xy", demand_xy), self._plane("site_xy", site_xy)
        return Reach._of(self._core.reach(demand, sites, limit_m))

    def reach_of_nodes(self, *, limit_m: float | None) -> Reach:
        """Find all pairs of the network's nodes within a walking distance.

        Walks begin and end exactly at nodes. For questions that are asked of every
        node again and again, such as ``linli.access.cumulative``.

        Parameters
        ----------
        limit_m : float or None
            Longest walk, metres, inclusive.

        Returns
        -------
        Reach
            Rows and columns are nodes, in the network's order.
        """
        return Reach._of(self._streets.reach_of_nodes(limit_m))

    def reach_lists(self, demand_xy: Positions, *, limit_m: float | None) -> ReachLists:
        """Keep reach lists between questions: a site that was asked before costs nothing.

        Parameters
        ----------
        demand_xy : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Demand points.
        limit_m : float or None
            Longest walk, metres, inclusive.

        Returns
        -------
        ReachLists
            Its ``reach(site_xy)`` gives what `reach` gives.
        """
        demand = self._plane("demand_xy", demand_xy)
        return ReachLists(self._streets.reach_lists(demand, limit_m), self)

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

    def aggregate(
        self,
        amount: ArrayLike,
        *,
        limit_m: float,
        targets: Positions | None = None,
        places: Positions | None = None,
        decay: Literal["flat", "linear", "exponential"] = "flat",
    ) -> NDArray[np.float64]:
        """Sum what lies within a walk of each place: jobs, seats, people.

        Parameters
        ----------
        amount : array_like of float
            What stands at each target.
        limit_m : float
            Longest walk, metres, inclusive.
        targets : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame, optional
            What people walk to; by default every node of the network, in its order.
        places : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame, optional
            Where they walk from; by default every node of the network.
        decay : {"flat", "linear", "exponential"}, default "flat"
            Weight of a walk w: 1; 1 - w / limit; exp(-w / limit). The same words as in pandana.

        Returns
        -------
        ndarray of float64
            One sum per place; NaN where it is unsnapped, which is not zero.

        Examples
        --------
        >>> import linli
        >>> nodes = [[0, 0], [0, 400], [200, 400]]
        >>> net = linli.StreetNetwork.from_edges(nodes, [[0, 1], [1, 2]], [400, 200])
        >>> net.aggregate([5, 1, 3], limit_m=400)
        array([6., 9., 4.])
        """
        return self._streets.aggregate(
            None if places is None else self._plane("places", places),
            None if targets is None else self._plane("targets", targets),
            floats("amount", amount, ndim=1),
            limit_m,
            decay,
        )

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


@dataclass(frozen=True, repr=False, eq=False)
class ReachLists:
    """Who is within a walk of every site ever asked about; see `StreetNetwork.reach_lists`."""

    _core: _linli.ReachLists
    _network: StreetQuestions

    def reach(self, site_xy: Positions) -> Reach:
        """Give what `StreetNetwork.reach` gives; only sites that are new are searched from."""
        return Reach._of(self._core.reach(self._network._plane("site_xy", site_xy)))

    @property
    def searches(self) -> int:
        """Searches made so far: the number of different sites."""
        return self._core.searches

    @property
    def nbytes(self) -> int:
        """Bytes held by the lists, 8 a pair."""
        return self._core.nbytes

    def __repr__(self) -> str:
        return f"ReachLists({self.searches:,} sites searched from, {self.nbytes:,} bytes)"


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
