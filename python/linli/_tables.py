"""Layers from Python to the core: paths, GeoDataFrames, Arrow tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from linli import _linli
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LayerLike", "Source", "crs_name", "crs_of_name", "frame_of", "geometry_of", "source_of"]

LayerLike: TypeAlias = "str | os.PathLike[str] | gpd.GeoDataFrame | Any"
"""A path, a GeoDataFrame, or an Arrow table with a geometry column."""

Source: TypeAlias = "str | _linli.Table"

LONLAT = pyproj.CRS.from_epsg(4326)
OF_CORE = {"GCJ02", "GCJ-02", "SHANGHAI_LOCAL", "SHANGHAI-LOCAL", "METRES", "METERS"}
"""Systems that PROJ does not know."""
OF_GDAL = {".shp", ".gpkg", ".fgb", ".gml", ".tab", ".zip"}
"""File types that GeoPandas reads for us; GeoJSON is linli's own."""


def frame_of(layer: LayerLike, role: str) -> gpd.GeoDataFrame | None:
    """Make a GeoDataFrame of what is one; None for a path that the core reads."""
    # GeoDataFrames first: they too have __arrow_c_stream__, which raises.
    if isinstance(layer, gpd.GeoDataFrame):
        return layer
    if isinstance(layer, gpd.GeoSeries):
        return layer.to_frame("geometry")
    if isinstance(layer, (str, os.PathLike)):
        return _frame_of_path(Path(layer))
    if isinstance(layer, pd.DataFrame):
        raise InvalidInput(
            f"{role}: a DataFrame without geometry; make a GeoDataFrame of it, for example "
            "gpd.GeoDataFrame(df, geometry=gpd.points_from_xy(df.lon, df.lat), crs='EPSG:4326')",
            parameter=role,
        )
    if hasattr(layer, "__arrow_c_stream__"):
        try:
            return gpd.GeoDataFrame.from_arrow(layer)
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"{role}: {error}", parameter=role) from error
    raise InvalidInput(
        f"{role}: cannot read a {type(layer).__name__}; "
        "give a path, a GeoDataFrame or an Arrow table",
        parameter=role,
    )


def _frame_of_path(path: Path) -> gpd.GeoDataFrame | None:
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".geoparquet"}:
        return gpd.read_parquet(path)
    return gpd.read_file(path) if suffix in OF_GDAL else None


def source_of(
    layer: LayerLike, role: str, *, crs: str | None, swap_axes: bool = False
) -> tuple[Source, gpd.GeoSeries | None]:
    """Give the core's source of a layer, and the caller's geometry to return results on."""
    frame = frame_of(layer, role)
    if frame is None:
        return os.fspath(layer), None
    geometry = geometry_of(frame, role)
    lonlat, name, given = _in_lonlat(geometry, role, crs, swap_axes=swap_axes)
    return _linli.Table(role, _core_geometry(lonlat), _columns(frame, role), name), given


def geometry_of(frame: gpd.GeoDataFrame, role: str) -> gpd.GeoSeries:
    """Give the active geometry, or say that there is none."""
    try:
        return frame.geometry.copy()
    except AttributeError as error:
        raise InvalidInput(f"{role}: {error}", parameter=role) from error


def _in_lonlat(
    geometry: gpd.GeoSeries, role: str, crs: str | None, *, swap_axes: bool
) -> tuple[gpd.GeoSeries, str, gpd.GeoSeries]:
    """Take the geometry to longitude and latitude, and name the system for the core.

    The third is the caller's geometry, with its system where that is known.
    """
    if geometry.crs is None:
        if crs is None:
            raise InvalidInput(
                f"the {role} frame has no coordinate system; set it with gdf.set_crs('EPSG:4549'), "
                "or pass crs= ('METRES' for a plane of its own)",
                parameter="crs",
                table=role,
            )
        known = None if crs.upper() in OF_CORE else crs_of_name(crs)
        if known is None:
            return geometry, crs, geometry
        geometry = geometry.set_crs(known)
    given = _swapped(geometry) if swap_axes else geometry
    if geometry.crs.is_projected:
        _check_metres(given, role)
    lonlat = given.to_crs(LONLAT)
    # The core swaps every layer again.
    return _swapped(lonlat) if swap_axes else lonlat, "EPSG:4326", geometry


def _swapped(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    swapped = shapely.transform(geometry.to_numpy(), lambda xy: xy[:, ::-1])
    return gpd.GeoSeries(swapped, index=geometry.index, crs=geometry.crs)


def _check_metres(geometry: gpd.GeoSeries, role: str) -> None:
    """Refuse degrees that are said to be metres, and northing before easting.

    PROJ would take both to some place on Earth without a word.
    """
    west, south, east, north = geometry.total_bounds
    name = crs_name(geometry.crs)
    if west >= -180 and east <= 180 and south >= -90 and north <= 90 and (west, south) != (0, 0):
        raise InvalidInput(
            f"the {role} frame says {name}, which is in metres, but its numbers "
            "look like degrees; mend it with gdf.set_crs('EPSG:4326', allow_override=True)",
            parameter="crs",
            table=role,
        )
    to_lonlat = pyproj.Transformer.from_crs(geometry.crs, LONLAT, always_xy=True).transform
    corners = [(west, south), (east, north)]
    if not _in_china(to_lonlat, corners) and _in_china(to_lonlat, [(y, x) for x, y in corners]):
        raise InvalidInput(
            f"the {role} frame has northing before easting for {name}: position "
            f"({west:,.0f}, {south:,.0f}) lies in China only when swapped; pass swap_axes=True",
            parameter="swap_axes",
            table=role,
        )


def _in_china(to_lonlat: Any, corners: list[tuple[float, float]]) -> bool:  # noqa: ANN401
    places = (to_lonlat(x, y) for x, y in corners)
    return all(72 <= lon <= 138 and 0.8 <= lat <= 56 for lon, lat in places)


def _core_geometry(geometry: gpd.GeoSeries) -> NDArray[np.float64] | list[bytes | None]:
    """Give points as coordinates, the short road; anything else as well-known binary."""
    shapes = geometry.to_numpy()
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes[~empty])
    if (kinds == shapely.GeometryType.POINT).all():
        xy = np.full((len(shapes), 2), np.nan)
        xy[~empty] = shapely.get_coordinates(shapes[~empty])
        return xy
    written: NDArray[np.object_] = np.full(len(shapes), None, dtype=object)
    written[~empty] = shapely.to_wkb(shapely.force_2d(shapes[~empty]))
    return list(written)


def _columns(frame: gpd.GeoDataFrame, role: str) -> list[tuple[str, Any]]:
    """Give every column but geometry, and a named index, in order."""
    table = pd.DataFrame(frame.drop(columns=_geometry_columns(frame)))
    names = [str(name) for name in table.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            f"{role}: several columns are called {', '.join(twice)}",
            parameter=role,
            column=twice[0],
        )
    table.columns = pd.Index(names)
    for level, name in enumerate(frame.index.names):
        if name is not None and str(name) not in names:
            table.insert(0, str(name), frame.index.get_level_values(level))
    return [(str(name), _cells(column)) for name, column in table.items()]


def _geometry_columns(frame: gpd.GeoDataFrame) -> list[Any]:
    return [name for name, dtype in frame.dtypes.items() if str(dtype) == "geometry"]


def _cells(column: pd.Series[Any]) -> Any:  # noqa: ANN401
    """Give numbers as arrays, and anything else as plain Python cells."""
    if column.dtype == np.float64:
        return np.ascontiguousarray(column.to_numpy())
    if column.dtype == np.int64:
        return np.ascontiguousarray(column.to_numpy())
    return [_plain(cell) for cell in column.astype(object)]


def _plain(cell: Any) -> Any:  # noqa: ANN401
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    # Arrays and scalars of NumPy, such as the list columns of Parquet.
    return cell.tolist() if isinstance(cell, (np.ndarray, np.generic)) else cell


def crs_name(crs: Any) -> str:  # noqa: ANN401
    """Name a coordinate system for the core: a name, an EPSG code, or anything PROJ knows."""
    if isinstance(crs, str):
        return crs
    if isinstance(crs, (int, np.integer)):
        return f"EPSG:{crs}"
    try:
        known = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise InvalidInput(f"crs: {error}", parameter="crs") from error
    authority = known.to_authority()
    if authority is not None:
        return ":".join(authority)
    return str(known.to_proj4())


def crs_of_name(name: str) -> pyproj.CRS | None:
    """Give GeoPandas' word for a system of the core; None where it has none (GCJ-02, METRES)."""
    if name.upper() in {"OGC:CRS84", "CRS84", "WGS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84"}:
        return LONLAT
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        return None
