"""Pairs and outlines as a contiguity takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS

from linli.errors import InvalidInput

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

__all__ = ["flat", "in_metres", "pairs_of"]


def pairs_of(parameter: str, values: ArrayLike) -> NDArray[np.int64]:
    """Make a flat int64 array of pairs; refuse fractions and other shapes."""
    array = np.asarray(values)
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise InvalidInput(
            f"{parameter} has shape {array.shape}; give two units a row, (pairs, 2)",
            parameter=parameter,
        )
    if array.dtype.kind not in "iu":
        raise InvalidInput(
            f"{parameter} holds {array.dtype} values; give whole row numbers", parameter=parameter
        )
    return np.ascontiguousarray(array, dtype=np.int64).reshape(-1)


def in_metres(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Project degrees and feet to a plane of the data's own."""
    crs = shapes.crs
    if crs is None or (crs.is_projected and crs.axis_info[0].unit_conversion_factor == 1.0):
        return shapes
    west, south, east, north = shapes.to_crs(4326).total_bounds
    plane = CRS.from_proj4(
        f"+proj=tmerc +lon_0={(west + east) / 2} +lat_0={(south + north) / 2} +k=1 +units=m"
    )
    return shapes.to_crs(plane)


def flat(shapes: NDArray[np.object_]) -> list[Any]:
    """Drop heights; None for rows without a shape."""
    return [None if shape is None else shapely.force_2d(shape) for shape in shapes]
