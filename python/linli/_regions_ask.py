"""What questions of division are asked with: weights, labels, prices, checked."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli._arrays import floats, rows
from linli._contiguity import Contiguity
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from linli import _linli

__all__ = ["codes_of", "core_of", "labels_of", "measures_of", "prices_of", "whole"]


def core_of(contiguity: Contiguity) -> _linli.Contiguity:
    """Take the core of a contiguity; refuse anything else."""
    """Take the core of a contiguity; refuse anything else."""
    if not isinstance(contiguity, Contiguity):
        raise InvalidInput(
            f"contiguity is a {type(contiguity).__name__}; make one with "
            "linli.Contiguity.from_edges, from_polygons or from_streets",
            parameter="contiguity",
        )
    return contiguity._core


def measures_of(weight: ArrayLike) -> NDArray[np.float64]:
    """Make one row for each measure."""
    ndim = np.ndim(weight)
    return floats("weight", weight, ndim=2 if ndim == 2 else 1).reshape(
        (1, -1) if ndim < 2 else np.shape(weight)
    )


def prices_of(
    n: int, cost: float | ArrayLike | None, only: ArrayLike | None
) -> NDArray[np.float64] | None:
    """Give the price of each unit in a part of another town; NaN where it may not be there."""
    if cost is None and (only is None or np.size(only) == 0):
        return None
    each = np.asarray(0.0 if cost is None else cost, dtype=float)
    if each.shape not in {(), (n,)}:
        raise InvalidInput(
            f"exception_cost has shape {each.shape}; give one price, or one for each of {n} units",
            parameter="exception_cost",
        )
    price = np.array(np.broadcast_to(each, n))
    if np.isnan(price).any():
        raise InvalidInput(
            "exception_cost holds NaN; give a price, 0 or more", parameter="exception_cost"
        )
    if only is not None:
        chosen = labels_of("exceptions", only)
        if len(chosen) and chosen.max() >= n:
            raise InvalidInput(
                f"exceptions names unit {chosen.max()}; units are 0 to {n - 1}",
                parameter="exceptions",
            )
        closed = np.ones(n, dtype=bool)
        closed[chosen] = False
        price[closed] = np.nan
    return price


def whole(parameter: str, value: Any) -> int:  # noqa: ANN401
    """Take a whole number of 0 or more; not a truth value."""
    try:
        number = -1 if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = -1
    if not 0 <= number < 2**64:
        raise InvalidInput(
            f"{parameter} = {value!r}: give a whole number, 0 or more", parameter=parameter
        )
    return number


def labels_of(parameter: str, labels: ArrayLike) -> NDArray[np.int64]:
    """Take a whole number for each unit; none is fine."""
    array = np.asarray(labels)
    return rows(parameter, array.astype(np.int64) if array.size == 0 else array)


def codes_of(parameter: str, labels: ArrayLike) -> tuple[list[str], NDArray[np.int64]]:
    """Give any labels numbers in their sorted order, and their names; refuse missing ones."""
    array = np.asarray(labels)
    missing = pd.isna(array)
    if missing.any():
        row = int(np.argmax(missing))
        raise InvalidInput(
            f"{parameter} row {row} is missing; every unit needs a town", parameter=parameter
        )
    values, codes = np.unique(array, return_inverse=True)
    return [str(value) for value in values], codes.astype(np.int64)
