"""Positions as people give them: arrays in a known system, or geometries with their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from linli._arrays import points
from linli._tables import crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Positions", "given_lines", "in_crs", "xy_of"]

Positions: TypeAlias = "ArrayLike | gpd.GeoSeries | gpd.GeoDataFrame"
"""An array of shape (n, 2), or points that know their system."""


def xy_of(parameter: str, places: Positions | Any, crs: str) -> NDArray[np.float64]:  # noqa: ANN401
    """Give positions in the system `crs`, one row each."""
    series = in_crs(parameter, places, crs)
    if series is None:
        if isinstance(places, shapely.Point):
            return np.array([[places.x, places.y]])
        return points(parameter, places)
    shapes = series.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise InvalidInput(f"{parameter}: row {row} has no geometry", parameter=parameter, row=row)
    if not (shapely.get_type_id(shapes) == shapely.GeometryType.POINT).all():
        shapes = shapely.point_on_surface(shapes)
    return np.ascontiguousarray(shapely.get_coordinates(shapes))


def in_crs(parameter: str, shapes: Any, crs: str) -> gpd.GeoSeries | None:  # noqa: ANN401
    """Give geometries in the system `crs`; None for what is no GeoSeries or GeoDataFrame."""
    if isinstance(shapes, gpd.GeoDataFrame):
        shapes = shapes.geometry
    if not isinstance(shapes, gpd.GeoSeries):
        return None
    own = crs_of_name(crs)
    if shapes.crs is None or own is None or shapes.crs == own:
        if shapes.crs is not None and own is None:
            raise InvalidInput(
                f"{parameter} is in {shapes.crs.to_string()}, the streets are in {crs}; "
                "give plain numbers in their system",
                parameter=parameter,
            )
        return shapes
    return shapes.to_crs(own)


def given_lines(parameter: str, lines: Any, crs: str) -> list[bytes]:  # noqa: ANN401
    """Give lines as well-known binary in the system `crs`: geometries, or lists of positions."""
    if lines is None:
        return []
    series = in_crs(parameter, lines, crs)
    if series is not None:
        shapes = list(series)
    elif isinstance(lines, (shapely.LineString, shapely.MultiLineString)):
        shapes = [lines]
    else:
        try:
            shapes = [
                line if isinstance(line, shapely.Geometry) else shapely.LineString(line)
                for line in lines
            ]
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise InvalidInput(
                f"{parameter}: {error}; give lines, or lists of positions", parameter=parameter
            ) from error
    return [shapely.to_wkb(shapely.force_2d(shape)) for shape in shapes]
