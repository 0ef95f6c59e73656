"""Reading a city from its layers, and reporting on one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linli import _linli
from linli._city import City
from linli._issues import ImportReport
from linli._streets import streets_of
from linli._tables import LayerLike, crs_name, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linli._street_readers import Profile
    from linli._streets import StreetNetwork

__all__ = ["import_report", "read"]


def read(
    demand: LayerLike,
    facilities: LayerLike,
    *,
    towns: LayerLike | None = None,
    points: LayerLike | None = None,
    streets: LayerLike | StreetNetwork | None = None,
    profile: Profile | None = None,
    barriers: LayerLike | None = None,
    crs: Any = None,  # noqa: ANN401
    columns: Mapping[str, str] | None = None,
    swap_axes: bool = False,
    repair: bool = False,
) -> City:
    """Read a city from its layers.

    Nothing is dropped or guessed silently: what was repaired or is worth
    knowing stands in ``city.reports``, and what cannot be taken is refused
    with its feature, cause and fix.

    Parameters
    ----------
    demand : path, GeoDataFrame or Arrow table
        Committees (居委会/村委会), points or outlines, with their population.
    facilities : path, GeoDataFrame or Arrow table
        Community centres, with services and status where you have them.
    towns : path, GeoDataFrame or Arrow table, optional
        Town outlines; without them towns are the names that stand in the data.
    points : path, GeoDataFrame or Arrow table, optional
        Where people live inside committees: a position, the committee and the
        people there. With them a committee can be partly covered.
    streets : path, GeoDataFrame, Arrow table or StreetNetwork, optional
        Streets to walk along: an OpenStreetMap extract (``.osm.pbf``) or a layer of
        lines. With them questions walk along streets unless `walk` says otherwise.
    profile : {"adult", "older", "stroller", "wheelchair"} or path of a TOML file, optional
        Who walks; see `StreetNetwork.from_osm`.
    barriers : path, GeoDataFrame or Arrow table, optional
        Rivers, railways and expressways (columns name and kind), to be named in
        explanations and drawn on maps. They cut no street; see `StreetNetwork.edited`.
    crs : str, int or pyproj.CRS, optional
        Coordinate system of layers that name none: ``"EPSG:4549"``,
        ``"GCJ-02"``, ``"SHANGHAI_LOCAL"``, or ``"METRES"`` for a plane of its own.
    columns : mapping of str to str, optional
        Our field (id, name, population, town, status, services, committee) to
        the column of yours, where it is not found by itself.
    swap_axes : bool, default False
        The data holds latitude before longitude.
    repair : bool, default False
        Mend self-crossing outlines instead of refusing them.

    Returns
    -------
    City
        Results keep the index, geometry and CRS of the GeoDataFrames given.

    Raises
    ------
    InvalidInput
        If anything in a layer is refused (``error.issues`` has all of it), or a
        GeoDataFrame has no CRS and `crs` is not given.

    Notes
    -----
    GeoJSON, NDJSON, CSV and TSV files are read by linli itself; Shapefile,
    GeoPackage, FlatGeobuf and GeoParquet by GeoPandas.

    Examples
    --------
    >>> import geopandas as gpd, linli
    >>> committees = gpd.GeoDataFrame(
    ...     {"name": ["东新", "西康"], "population": [5000, 3000]},
    ...     geometry=gpd.points_from_xy([121.43, 121.47], [31.24, 31.24]),
    ...     crs="EPSG:4326",
    ... )
    >>> centres = gpd.GeoDataFrame(
    ...     {"name": ["长寿"]}, geometry=gpd.points_from_xy([121.435], [31.241]), crs="EPSG:4326"
    ... )
    >>> city = linli.read(committees, centres)
    >>> city.coverage(minutes=15).rows[["name", "status", "people", "nearest_name"]]
      name        status  people nearest_name
    0   东新       covered  5000.0           长寿
    1   西康  beyond_limit  3000.0           长寿
    """
    name = None if crs is None else crs_name(crs)
    layers = {"demand": demand, "facilities": facilities, "towns": towns, "points": points}
    taken = {
        role: source_of(layer, role, crs=name, swap_axes=swap_axes)
        for role, layer in layers.items()
        if layer is not None or role in {"demand", "facilities"}
    }
    sources = {role: source for role, (source, _) in taken.items()}
    core, reports = _linli.City.read(
        sources.pop("demand"),
        sources.pop("facilities"),
        **sources,
        crs=name,
        columns=None if columns is None else dict(columns),
        swap_axes=swap_axes,
        repair=repair,
    )
    given = {role: geometry for role, (_, geometry) in taken.items()}
    city = City(core, given, tuple(ImportReport._of(report) for report in reports))
    if barriers is not None:
        source, _ = source_of(barriers, "barriers", crs=name, swap_axes=swap_axes)
        lines = _linli.Barriers.read(source, crs=name, swap_axes=swap_axes)
        city = replace(city, _barriers=lines)
    if streets is not None:
        walked = streets_of(streets, city, profile, name, swap_axes=swap_axes)
        reports_of = () if walked.report is None else (walked.report,)
        city = replace(city, streets=walked, reports=city.reports + reports_of)
    return city


def import_report(
    layer: LayerLike,
    *,
    role: str | None = None,
    crs: Any = None,  # noqa: ANN401
    columns: Mapping[str, str] | None = None,
    swap_axes: bool = False,
    repair: bool = False,
) -> ImportReport:
    """Read one layer and say what is accepted, repaired and refused.

    Never raises for what stands in the layer.

    Parameters
    ----------
    layer : path, GeoDataFrame or Arrow table
        What to look at.
    role : {"demand", "facilities", "towns", "points"}, optional
        What it is to be read as; told from its columns where not given.
    crs, columns, swap_axes, repair
        As in `linli.read`.

    Returns
    -------
    ImportReport
        ``accepted``, ``rejected``, ``repaired`` and ``noted``, each issue with
        its feature, cause and fix.
    """
    name = None if crs is None else crs_name(crs)
    source, _ = source_of(layer, role or "layer", crs=name, swap_axes=swap_axes)
    facts = _linli.import_report(
        source,
        role=role,
        crs=name,
        columns=None if columns is None else dict(columns),
        swap_axes=swap_axes,
        repair=repair,
    )
    return ImportReport._of(facts)
