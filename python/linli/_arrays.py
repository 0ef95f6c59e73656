"""Arrays as the core takes them: float64, contiguous, the right shape."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from linli.errors import DegreesWarning, InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["floats", "points", "rows", "warn_of_degrees"]


def floats(parameter: str, values: ArrayLike, *, ndim: int) -> NDArray[np.float64]:
    """Make a contiguous float64 array of so many dimensions."""
    try:
        array = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{parameter}: {error}", parameter=parameter) from error
    if np.ndim(values) != ndim and not (array.size == 0 and ndim == 2):
        raise InvalidInput(
            f"{parameter} has {np.ndim(values)} dimension(s); give {ndim}", parameter=parameter
        )
    return array


def points(parameter: str, xy: ArrayLike) -> NDArray[np.float64]:
    """Make a contiguous float64 array of shape (n, 2)."""
    array = floats(parameter, xy, ndim=2)
    if array.size == 0:
        return np.empty((0, 2))
    if array.shape[1] != 2:
        raise InvalidInput(
            f"{parameter} has shape {array.shape}; give one easting and one northing a row, (n, 2)",
            parameter=parameter,
        )
    return array


def rows(parameter: str, values: ArrayLike) -> NDArray[np.int64]:
    """Make a contiguous int64 array of row numbers; refuse fractions."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise InvalidInput(
            f"{parameter} has {array.ndim} dimension(s); give 1", parameter=parameter
        )
    if array.size and array.dtype.kind not in "iu":
        raise InvalidInput(
            f"{parameter} holds {array.dtype} values; give whole row numbers", parameter=parameter
        )
    return np.ascontiguousarray(array, dtype=np.int64)


def warn_of_degrees(
    demand: NDArray[np.float64], sites: NDArray[np.float64], limit_m: float | None
) -> None:
    """Warn where "metres" are all within ±180 and ±90 and the limit exceeds any such distance."""
    if limit_m is not None and not 360 < limit_m < np.inf:
        return

    def within(xy: NDArray[np.float64]) -> bool:
        return bool((np.abs(xy) <= [180.0, 90.0]).all())

    # One position elsewhere settles it without a look at the others.
    looks_like_degrees = within(demand[:1]) and within(sites) and within(demand)
    if looks_like_degrees:
        both = np.concatenate([demand, sites])
        looks_like_degrees = len(both) > 1 and bool((both != both[0]).any())
    if looks_like_degrees:
        warnings.warn(
            "all positions lie within ±180 and ±90: if these are degrees, project them to metres "
            "first (gdf.to_crs of a projected system), or use linli.read",
            DegreesWarning,
            stacklevel=3,
        )
