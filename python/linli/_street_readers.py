"""Where streets come from: OpenStreetMap, lines, tables of nodes and edges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from linli import _linli
from linli._issues import ImportReport
from linli._street_questions import StreetQuestions
from linli._street_tables import refuse_degrees, street_tables
from linli._tables import LayerLike, crs_name, source_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os

    import pandas as pd
    from numpy.typing import ArrayLike

    from linli._streets import StreetNetwork

__all__ = ["ADULT_M_PER_S", "Profile", "StreetReaders"]

Profile: TypeAlias = "str | os.PathLike[str]"
"""A built-in walker (``"adult"``, ``"older"``, ``"stroller"``, ``"wheelchair"``) or a TOML file."""

BUILT_IN = ("adult", "older", "stroller", "wheelchair")
ADULT_M_PER_S = 1.33


class StreetReaders(StreetQuestions):
    """The ways to make a `StreetNetwork`."""

    __slots__ = ()

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
        return cast("type[StreetNetwork]", cls)(
            core, speed if speed_m_per_s is None else speed_m_per_s
        )

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
        return cast("type[StreetNetwork]", cls)(
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
        return cast("type[StreetNetwork]", cls)(core, speed_m_per_s)


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
