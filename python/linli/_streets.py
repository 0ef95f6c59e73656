"""Streets: the walk that people really take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from linli import _html, _linli
from linli._positions import given_lines, xy_of
from linli._street_readers import ADULT_M_PER_S, Profile, StreetReaders
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import shapely

    from linli._city import City
    from linli._issues import ImportReport
    from linli._positions import Positions
    from linli._tables import LayerLike

__all__ = ["StreetNetwork", "streets_of"]


@dataclass(frozen=True, repr=False, eq=False)
class StreetNetwork(StreetReaders):
    """Streets on which walks are measured (路网): another way of walking, beside `CrowFly`.

    Places are joined to the nearest point of a street, walk the straight line to it,
    along the streets, and the straight line at the other end. A place farther than
    `max_snap_m` from every street is unsnapped: its walk is unknown, not zero. Lengths
    are whole millimetres, so the same input gives the same bits.

    Made by `from_osm`, `from_lines` or `from_edges`; it never changes. Positions are
    given in its `crs`, or as GeoSeries and GeoDataFrames in any.

    Examples
    --------
    A bridge in the north is the only way across:

    >>> import linli
    >>> nodes = [[0, 0], [0, 400], [200, 400], [200, 0]]
    >>> streets = linli.StreetNetwork.from_edges(nodes, [[0, 1], [1, 2], [2, 3]], [400, 200, 400])
    >>> streets
    StreetNetwork(2 junctions, 1 streets, 1.0 km; METRES)
    >>> streets.nearest([[0, 0]], [[200, 0]]).walk_m
    array([1000.])
    >>> linli.CrowFly(detour=1.3).nearest([[0, 0]], [[200, 0]]).walk_m
    array([260.])
    """

    _streets: _linli.StreetNetwork
    speed_m_per_s: float = ADULT_M_PER_S
    """Walking speed, metres per second."""
    report: ImportReport | None = None
    """What was accepted, repaired and noted of a layer of lines."""
    effect: Mapping[str, Any] = field(default_factory=dict)
    """What the edits did that made this network; see `edited`."""

    def __post_init__(self) -> None:
        """Refuse speeds that are no walk."""
        _linli.check_speed(self.speed_m_per_s)

    @staticmethod
    def profile_text(name: str = "adult") -> str:
        """Give the TOML text of a built-in walker's profile, to start your own from.

        Examples
        --------
        >>> import linli
        >>> "steps" in linli.StreetNetwork.profile_text("wheelchair")
        True
        """
        return _linli.profile_toml(name)

    @property
    def hash(self) -> str:
        """A digest of the streets: networks with the same one give the same walks."""
        return self._streets.hash

    @property
    def size(self) -> dict[str, Any]:
        """Vertices, segments, junctions and edges (streets between junctions), and length_m."""
        return self._streets.size

    @property
    def reading(self) -> dict[str, Any] | None:
        """Ways read, walked, and refused by reason, where a profile chose them."""
        return self._streets.reading

    @property
    def assumptions(self) -> dict[str, Any]:
        """Source, hash, profile and its hash, and the rule of snapping: part of every result."""
        return dict(self._streets.assumptions["streets"])

    def with_speed(self, speed_m_per_s: float) -> StreetNetwork:
        """Give the same streets with another walking speed, metres per second."""
        return replace(self, speed_m_per_s=speed_m_per_s)

    def with_extent(self, outline: shapely.Polygon | gpd.GeoSeries | None) -> StreetNetwork:
        """Give the same streets, known to be complete within an outline and not beyond.

        Rows from which one can walk out of it before a centre is found are ``clipped``.
        An extract takes the box in its header, or the hull of its streets; lines and
        tables are taken as whole.

        Parameters
        ----------
        outline : shapely.Polygon, GeoSeries of one, or None
            In the network's `crs`; None says that no street leads on, as on an island.
        """
        shapes = given_lines("outline", None if outline is None else _one(outline), self.crs)
        return replace(self, _streets=self._streets.with_extent(shapes[0] if shapes else None))

    def edited(
        self,
        *,
        barriers: Any = None,  # noqa: ANN401
        gates: Positions | None = None,
        closed_ways: Iterable[int] = (),
        additions: Any = None,  # noqa: ANN401
        join_m: float = 20,
    ) -> StreetNetwork:
        """Give the streets after some changes; this network stays as it is.

        Parameters
        ----------
        barriers : GeoSeries, GeoDataFrame or list of lines, optional
            Rivers, walls, railways: every street that crosses one is cut there, and
            nobody walks across it to reach a street.
        gates : array_like of shape (n, 2), GeoSeries or GeoDataFrame, optional
            Closed gates (小区 gates): the nearest street is cut at that place.
        closed_ways : iterable of int, optional
            Ways that are taken out, such as a bridge that is missing.
        additions : GeoSeries, GeoDataFrame or list of lines, optional
            New two-way paths, such as a footbridge; their ends are joined to the nearest street.
        join_m : float, default 20
            Farthest a gate or the end of an addition may lie from its street, metres.

        Returns
        -------
        StreetNetwork
            Its ``effect`` says what was cut and joined.

        Examples
        --------
        >>> import linli
        >>> nodes = [[0, 0], [0, 300], [50, 300], [50, 0]]
        >>> net = linli.StreetNetwork.from_edges(nodes, [[0, 1], [1, 2], [2, 3]], [300, 50, 300])
        >>> bridged = net.edited(additions=[[(0, 100), (50, 100)]])
        >>> [way.nearest([[0, 0]], [[50, 0]]).walk_m.item() for way in (net, bridged)]
        [650.0, 250.0]
        """
        core, effect = self._streets.edited(
            given_lines("barriers", barriers, self.crs),
            xy_of("gates", np.empty((0, 2)) if gates is None else gates, self.crs),
            [int(way) for way in closed_ways],
            given_lines("additions", additions, self.crs),
            join_m,
        )
        return replace(self, _streets=core, effect=effect)

    def _sentence(self) -> str:
        return f"{self._streets.sentence}; {self.crs}"

    def __repr__(self) -> str:
        return f"StreetNetwork({self._sentence()})"

    def _repr_html_(self) -> str:
        about = self.assumptions
        rows = [(name, "–" if about.get(name) is None else str(about[name])) for name in about]
        return _html.section(self._sentence(), _html.table(("assumption", "value"), rows))


def streets_of(
    streets: LayerLike | StreetNetwork,
    city: City,
    profile: Profile | None,
    crs: str | None,
    *,
    swap_axes: bool = False,
) -> StreetNetwork:
    """Give a city's streets: a network as it is, or a layer read onto the city's plane."""
    if isinstance(streets, StreetNetwork):
        if profile is not None:
            raise InvalidInput(
                "profile: these streets are read already; give it to the reader",
                parameter="profile",
            )
        return streets
    return StreetNetwork._of_layer(
        streets, profile=profile, crs=crs, swap_axes=swap_axes, city=city._core
    )


def _one(outline: Any) -> Any:  # noqa: ANN401
    return outline if isinstance(outline, (gpd.GeoSeries, gpd.GeoDataFrame)) else [outline]
