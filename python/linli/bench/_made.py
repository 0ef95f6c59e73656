"""Districts made from a seed, the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from linli.bench._instance import Instance

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["grid", "voronoi"]

SIDE_M = 7_400.0
PEOPLE = 1.24e6
CELL_M = 100.0


def grid(rows: int, columns: int, k: int) -> Instance:
    """Make a grid of equal units that touch along sides of 100 m.

    Parameters
    ----------
    rows, columns : int
        Its size.
    k : int
        Number of parts.

    Returns
    -------
    Instance
        Each unit with one inhabitant.
    """
    units = np.arange(rows * columns).reshape(rows, columns)
    across = np.stack([units[:, :-1].ravel(), units[:, 1:].ravel()], axis=1)
    down = np.stack([units[:-1].ravel(), units[1:].ravel()], axis=1)
    edges = np.concatenate([across, down])
    places = np.stack([(units % columns).ravel(), (units // columns).ravel()], axis=1)
    return Instance(
        f"grid-{rows}x{columns}-{k}",
        edges,
        np.ones(rows * columns),
        k,
        border_m=np.full(len(edges), CELL_M),
        positions=np.asarray(places * CELL_M, dtype=np.float64),
        source=f"grid:{rows}x{columns}:{k}",
    )


def voronoi(n: int, k: int, seed: int = 0) -> Instance:
    """Make a district of random Voronoi cells with lognormal people.

    Cells lie in a square of 7.4 km and hold 1.24 million people, as large as
    Putuo District; those of the core's own benchmarks (``cargo bench``) are
    made in the same way.

    Parameters
    ----------
    n : int
        Number of cells.
    k : int
        Number of parts.
    seed : int, default 0
        Of the places and the people.

    Returns
    -------
    Instance
        With positions.
    """
    numbers = _numbers(seed, 4 * n)
    places: NDArray[np.float64] = numbers[: 2 * n].reshape(n, 2) * SIDE_M
    first, second = numbers[2 * n :].reshape(n, 2).T
    # Box and Muller's normal numbers.
    normal = np.sqrt(-2.0 * np.log(1.0 - first)) * np.cos(2.0 * np.pi * second)
    people = np.exp(0.5 * normal)
    people = np.maximum(np.round(people / people.sum() * PEOPLE), 1.0)
    return Instance(
        f"voronoi-{n}-{k}" + (f"-{seed}" if seed else ""),
        _neighbours(places),
        people,
        k,
        positions=places,
        source=f"voronoi:{n}:{k}:{seed}",
    )


def _neighbours(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Find cells that touch within the square: Delaunay edges among mirrored places.

    Places near the edge are mirrored at it, so that cells end there.
    """
    n = len(places)
    margin = 6.0 * SIDE_M / np.sqrt(n)
    mirrored = [places]
    for axis in (0, 1):
        for edge in (0.0, SIDE_M):
            image = places.copy()
            image[:, axis] = 2.0 * edge - image[:, axis]
            near = (image >= -margin) & (image <= SIDE_M + margin)
            mirrored.append(image[near.all(axis=1)])
    every = np.concatenate(mirrored)
    lines = shapely.delaunay_triangles(shapely.multipoints(every), only_edges=True)
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    # A complex number sorts as its two coordinates, one after the other.
    keys = every[:, 0] + 1j * every[:, 1]
    order = np.argsort(keys)
    at = np.searchsorted(keys[order], ends[..., 0] + 1j * ends[..., 1])
    units = order[at]
    edges: NDArray[np.int64] = units[(units < n).all(axis=1)].astype(np.int64)
    return edges


def _numbers(seed: int, count: int) -> NDArray[np.float64]:
    """Draw numbers from 0 up to 1 (SplitMix64: Steele, Lea and Flood 2014)."""
    steps = np.arange(1, count + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + steps * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**53
