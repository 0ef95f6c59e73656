"""Nodes and edges as pandana and OSMnx hold them, to arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from linli._arrays import floats, points
from linli._tables import crs_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["StreetTables", "refuse_degrees", "street_tables"]

FROM = ("from", "u", "from_id", "source", "from_node")
TO = ("to", "v", "to_id", "target", "to_node")
LENGTH = ("length_m", "length", "distance", "weight")


@dataclass(frozen=True)
class StreetTables:
    """Nodes by position, and edges between their rows."""

    node_xy: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    length_m: NDArray[np.float64]
    way: NDArray[np.int64]
    """Row of the table that each edge is part of."""
    crs: str | None
    """The system that the nodes came with."""


def street_tables(
    nodes: ArrayLike | pd.DataFrame,
    edges: ArrayLike | pd.DataFrame,
    length_m: ArrayLike | str | None,
) -> StreetTables:
    """Take arrays of rows, or tables with node ids, x and y, from and to, and lengths."""
    crs = None
    ids: pd.Index[Any] | None = None
    if isinstance(nodes, pd.DataFrame):
        node_xy, crs, ids = _nodes(nodes)
    else:
        node_xy = points("nodes", nodes)
    if isinstance(edges, pd.DataFrame):
        start, end = (_ends(edges, names) for names in (FROM, TO))
        metres = _lengths(edges, length_m)
    else:
        pairs = np.asarray(edges)
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            raise InvalidInput(
                f"edges has shape {pairs.shape}; give two rows of nodes an edge, (n, 2)",
                parameter="edges",
            )
        start, end = pairs[:, 0], pairs[:, 1]
        if length_m is None or isinstance(length_m, str):
            raise InvalidInput("give length_m, one length in metres an edge", parameter="length_m")
        metres = floats("length_m", length_m, ndim=1)
    if ids is not None:
        start, end = (
            _rows_of(ids, column, name) for column, name in ((start, "from"), (end, "to"))
        )
    start, end = _whole(start, "from"), _whole(end, "to")
    if len(metres) != len(start):
        raise InvalidInput(
            f"length_m has {len(metres):,} values, edges {len(start):,} rows", parameter="length_m"
        )
    tables = StreetTables(node_xy, start, end, metres, np.arange(len(start)), crs)
    if isinstance(edges, gpd.GeoDataFrame):
        return _bent(tables, edges, nodes if isinstance(nodes, gpd.GeoDataFrame) else None)
    return tables


def refuse_degrees(tables: StreetTables) -> None:
    """Refuse positions in degrees beside lengths in metres, which no system is named for.

    A degree is some 100 km: where the middle edge is a thousand times longer than its
    ends are apart, the positions cannot be metres.
    """
    xy = tables.node_xy
    ends = np.concatenate([tables.start, tables.end])
    # Rows that are not nodes are refused by name later on.
    if not len(ends) or ends.min() < 0 or ends.max() >= len(xy):
        return
    if not bool((np.abs(xy) <= [180.0, 90.0]).all()):
        return
    apart = np.hypot(*(xy[tables.end] - xy[tables.start]).T)
    long = apart > 0
    if long.any() and np.median(tables.length_m[long] / apart[long]) > 1000:
        raise InvalidInput(
            "nodes: the positions are degrees, the lengths metres; pass crs='EPSG:4326'",
            parameter="crs",
        )


def _nodes(nodes: pd.DataFrame) -> tuple[NDArray[np.float64], str | None, pd.Index[Any]]:
    if nodes.index.has_duplicates:
        twice = nodes.index[nodes.index.duplicated()][0]
        raise InvalidInput(f"nodes: the id {twice!r} stands twice", parameter="nodes")
    crs = None
    if isinstance(nodes, gpd.GeoDataFrame) and nodes.crs is not None:
        crs = crs_name(nodes.crs)
    if {"x", "y"} <= set(nodes.columns):
        return points("nodes", nodes[["x", "y"]].to_numpy()), crs, nodes.index
    if isinstance(nodes, gpd.GeoDataFrame):
        xy = shapely.get_coordinates(nodes.geometry.to_numpy())
        return points("nodes", xy), crs, nodes.index
    raise InvalidInput(
        f"nodes has the columns {', '.join(map(str, nodes.columns))}; give x and y",
        parameter="nodes",
    )


def _ends(edges: pd.DataFrame, names: tuple[str, ...]) -> NDArray[Any]:
    for name in names:
        if name in edges.columns:
            return edges[name].to_numpy()
        if name in edges.index.names:
            return edges.index.get_level_values(name).to_numpy()
    raise InvalidInput(
        f"edges has no column or index level {' or '.join(names)}", parameter="edges"
    )


def _lengths(edges: pd.DataFrame, length_m: ArrayLike | str | None) -> NDArray[np.float64]:
    if length_m is not None and not isinstance(length_m, str):
        return floats("length_m", length_m, ndim=1)
    names = LENGTH if length_m is None else (length_m,)
    for name in names:
        if name in edges.columns:
            return floats("length_m", edges[name].to_numpy(), ndim=1)
    raise InvalidInput(
        f"edges has no column {' or '.join(names)}; pass length_m, one length in metres an edge",
        parameter="length_m",
    )


def _rows_of(ids: pd.Index[Any], column: NDArray[Any], name: str) -> NDArray[np.int64]:
    rows = ids.get_indexer(pd.Index(column))
    if (rows < 0).any():
        row = int(np.flatnonzero(rows < 0)[0])
        raise InvalidInput(
            f"edges: row {row} has {name} = {column[row]!r}, which is no id of the nodes",
            parameter="edges",
            row=row,
        )
    return np.asarray(rows, dtype=np.int64)


def _whole(column: NDArray[Any], name: str) -> NDArray[np.int64]:
    if len(column) and column.dtype.kind not in "iu":
        raise InvalidInput(
            f"edges: {name} holds {column.dtype} values; give rows of the nodes", parameter="edges"
        )
    return np.ascontiguousarray(column, dtype=np.int64)


def _bent(
    tables: StreetTables, edges: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame | None
) -> StreetTables:
    """Give each bend of an edge a node, so that places are joined where the street runs.

    The length of an edge is shared out along its course. Two edges that follow the same
    course, there and back, share their bends.
    """
    if nodes is not None and edges.crs is not None and nodes.crs not in (None, edges.crs):
        edges = edges.to_crs(nodes.crs)
    shapes = edges.geometry.to_numpy()
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    drawn &= shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    bends = np.where(drawn, shapely.get_num_coordinates(shapes) - 2, 0)
    bends = np.maximum(bends, 0)
    if not bends.any():
        return tables
    xy, owner = shapely.get_coordinates(shapes[drawn], return_index=True)
    owner = np.flatnonzero(drawn)[owner]
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    last = np.r_[first[1:], len(owner)] - 1
    inner = np.ones(len(owner), dtype=bool)
    inner[first] = inner[last] = False
    bend_xy, bend_of = xy[inner], owner[inner]
    # The same bend of the same pair of nodes is one node, whichever way the edge runs.
    low = np.minimum(tables.start, tables.end)[bend_of]
    high = np.maximum(tables.start, tables.end)[bend_of]
    keys = np.column_stack([low.astype(np.float64), high.astype(np.float64), bend_xy])
    _, place, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    bend_node = len(tables.node_xy) + which
    node_xy = np.vstack([tables.node_xy, bend_xy[place]])
    # Chains of nodes: start, bends, end.
    count = bends + 2
    offset = np.r_[0, np.cumsum(count)]
    chain = np.empty(offset[-1], dtype=np.int64)
    chain[offset[:-1]] = tables.start
    chain[offset[1:] - 1] = tables.end
    inside = np.ones(len(chain), dtype=bool)
    inside[offset[:-1]] = inside[offset[1:] - 1] = False
    chain[inside] = bend_node
    edge_of = np.repeat(np.arange(len(count)), count)
    follows = np.ones(len(chain), dtype=bool)
    follows[offset[:-1]] = False
    heads = np.flatnonzero(follows)
    start, end, of = chain[heads - 1], chain[heads], edge_of[heads]
    piece = np.hypot(*(node_xy[end] - node_xy[start]).T)
    drawn_m = np.bincount(of, weights=piece, minlength=len(count))
    pieces = np.bincount(of, minlength=len(count))
    share = np.where(
        drawn_m[of] > 0, piece / np.where(drawn_m[of] > 0, drawn_m[of], 1), 1 / pieces[of]
    )
    return StreetTables(node_xy, start, end, share * tables.length_m[of], of, tables.crs)
