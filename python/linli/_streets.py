"""Streets: the walk that people really take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np

from linli import _html, _linli
from linli._issues import ImportReport
from linli._positions import given_lines, xy_of
from linli._street_questions import StreetQuestions
from linli._street_tables import refuse_degrees, street_tables
from linli._tables import LayerLike, crs_name, source_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd
    import shapely
    from numpy.typing import ArrayLike

    from linli._city import City
    from linli._positions import Positions

__all__ = ["Profile", "StreetNetwork", "streets_of"]

Profile: TypeAlias = "str | os.PathLike[str]"
"""A built-in walker (``"adult"``, ``"older"``, ``"stroller"``, ``"wheelchair"``) or a TOML file."""

BUILT_IN = ("adult", "older", "stroller", "wheelchair")
ADULT_M_PER_S = 1.33


@dataclass(frozen=True, repr=False, eq=False)
class StreetNetwork(StreetQuestions):
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

    @classmethod
    def from_osm(
        cls,
        path: str | os.PathLike[str],
        *,
        profile: Profile = "adult",
        max_snap_m: float = 200,
        min_junctions: int = 40,
        speed_m_per_s: float | None = None,
    ) -> StreetNetwork:
        """Read an OpenStreetMap extract (``.osm.pbf``) as a walker sees it.

        Parameters
        ----------
        path : str or path-like
            The extract, made with complete ways. Data © OpenStreetMap contributors, ODbL 1.0.
        profile : {"adult", "older", "stroller", "wheelchair"} or path of a TOML file
            Which ways are walked and how fast, by their tags. `profile_text` gives
            the text of a built-in one to start from.
        max_snap_m : float, default 200
            Longest straight line from a place to its street, metres.
        min_junctions : int, default 40
            Places are not joined to pieces of network with fewer junctions.
        speed_m_per_s : float, optional
            Walking speed; by default that of the profile.

        Returns
        -------
        StreetNetwork
            Positions are longitude and latitude; `reading` counts the ways refused by reason.

        Raises
        ------
        LinliError
            If the file is damaged, cut off, or holds no street that is walked.
        InvalidInput
            If the profile cannot be read; the message names the line.
        """
        text, speed = _profile(profile)
        core, _ = _linli.StreetNetwork.read(
            str(path),
            profile_toml=text,
            max_snap_m=max_snap_m,
            min_junctions=min_junctions,
        )
        return cls(core, speed if speed_m_per_s is None else speed_m_per_s)

    @classmethod
    def from_lines(
        cls,
        lines: LayerLike,
        *,
        tolerance_m: float = 0,
        profile: Profile | None = None,
        crs: Any = None,  # noqa: ANN401
        max_snap_m: float = 200,
        min_junctions: int = 40,
        speed_m_per_s: float | None = None,
    ) -> StreetNetwork:
        """Take lines drawn in a GIS: GeoJSON, GeoParquet, GeoPackage, Shapefile, GeoDataFrame.

        Lines meet where they share a position exactly, at ends or in between; lines
        that merely cross, such as a road under a bridge, don't.

        Parameters
        ----------
        lines : path, GeoDataFrame or Arrow table
            Streets, walked both ways.
        tolerance_m : float, default 0
            Ends that meet nothing are joined to the nearest street within it, metres.
            `near_misses` lists what a tolerance would join.
        profile : {"adult", "older", "stroller", "wheelchair"} or path of a TOML file, optional
            Judge lines by their columns, which must be OpenStreetMap tags (``highway``,
            ``foot``, ``access`` ...); by default every line is walked.
        crs : str, int or pyproj.CRS, optional
            Coordinate system of lines that name none.
        max_snap_m, min_junctions, speed_m_per_s
            As in `from_osm`.

        Returns
        -------
        StreetNetwork
            Positions are in the system of the lines.
        """
        return cls._of_layer(
            lines,
            tolerance_m=tolerance_m,
            profile=profile,
            crs=crs,
            max_snap_m=max_snap_m,
            min_junctions=min_junctions,
            speed_m_per_s=speed_m_per_s,
        )

    @classmethod
    def _of_layer(
        cls,
        layer: LayerLike,
        *,
        profile: Profile | None = None,
        crs: Any = None,  # noqa: ANN401
        speed_m_per_s: float | None = None,
        swap_axes: bool = False,
        city: _linli.City | None = None,
        **options: Any,  # noqa: ANN401
    ) -> StreetNetwork:
        name = None if crs is None else crs_name(crs)
        text, speed = (None, ADULT_M_PER_S) if profile is None else _profile(profile)
        source, _ = source_of(layer, "streets", crs=name, swap_axes=swap_axes)
        core, report = _linli.StreetNetwork.read(
            source, profile_toml=text, crs=name, swap_axes=swap_axes, city=city, **options
        )
        return cls(
            core,
            speed if speed_m_per_s is None else speed_m_per_s,
            None if report is None else ImportReport._of(report),
        )

    @classmethod
    def from_edges(
        cls,
        nodes: ArrayLike | pd.DataFrame,
        edges: ArrayLike | pd.DataFrame,
        length_m: ArrayLike | str | None = None,
        *,
        twoway: bool = True,
        crs: Any = None,  # noqa: ANN401
        max_snap_m: float = 200,
        min_junctions: int = 0,
        speed_m_per_s: float = ADULT_M_PER_S,
    ) -> StreetNetwork:
        """Take tables of nodes and edges, as pandana and OSMnx hold them.

        Parameters
        ----------
        nodes : array_like of shape (n, 2), or DataFrame
            Positions; of a table the columns ``x`` and ``y`` (or the geometry), and
            its index as ids.
        edges : array_like of int, shape (m, 2), or DataFrame
            Rows of the nodes; of a table the ids in ``from`` and ``to``, or ``u`` and
            ``v``, as columns or index levels. Where edges have geometries, places are
            joined to their course; else to a straight line.
        length_m : array_like of float, or column name, optional
            Length of each edge, metres; of a table by default its column ``length_m``,
            ``length``, ``distance`` or ``weight``.
        twoway : bool, default True
            Every edge is walked both ways, whether or not it is listed both ways.
        crs : str, int or pyproj.CRS, optional
            What the positions are; by default what the table says, else metres on a
            plane. Tables in degrees need ``crs="EPSG:4326"``.
        max_snap_m, speed_m_per_s
            As in `from_osm`.
        min_junctions : int, default 0
            As in `from_osm`; a table is taken as whole.

        Returns
        -------
        StreetNetwork
            The way of an edge is its row.

        Examples
        --------
        From what a pandana user has:

        >>> import linli, pandas as pd
        >>> nodes = pd.DataFrame({"x": [0.0, 0.0, 400.0], "y": [0.0, 300.0, 300.0]}, [7, 8, 9])
        >>> edges = pd.DataFrame({"from": [7, 8], "to": [8, 9], "distance": [310.0, 400.0]})
        >>> net = linli.StreetNetwork.from_edges(nodes, edges)
        >>> net.reach([[0, 0]], [[400, 300]], limit_m=1000).nearest().walk_m
        array([710.])

        From OSMnx: ``from_edges(*ox.graph_to_gdfs(graph))``.
        """
        tables = street_tables(nodes, edges, length_m)
        name = tables.crs if crs is None else crs_name(crs)
        if name is None:
            refuse_degrees(tables)
        core = _linli.StreetNetwork.from_edges(
            tables.node_xy,
            tables.start,
            tables.end,
            tables.length_m,
            tables.way,
            crs="METRES" if name is None else name,
            twoway=twoway,
            max_snap_m=max_snap_m,
            min_junctions=min_junctions,
        )
        return cls(core, speed_m_per_s)

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


def _profile(profile: Profile) -> tuple[str, float]:
    """Give the text of a profile and its walker's speed."""
    if isinstance(profile, str) and profile in BUILT_IN:
        text = _linli.profile_toml(profile)
    elif Path(profile).suffix.lower() == ".toml":
        text = Path(profile).read_text(encoding="utf-8")
    else:
        raise InvalidInput(
            f"profile = {str(profile)!r} is neither one of {', '.join(BUILT_IN)} nor a .toml file",
            parameter="profile",
            value=str(profile),
        )
    return text, _linli.profile_facts(text)[1]


def _one(outline: Any) -> Any:  # noqa: ANN401
    return outline if isinstance(outline, (gpd.GeoSeries, gpd.GeoDataFrame)) else [outline]
