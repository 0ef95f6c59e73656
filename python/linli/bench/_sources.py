"""Instances by a short text: made ones, the embedded district, published ones, files."""

from __future__ import annotations

import fnmatch
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from linli import datasets
from linli._contiguity import Contiguity
from linli.bench._instance import Instance
from linli.bench._made import grid, voronoi
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FORMS", "instances"]

FORMS = """voronoi:UNITS:PARTS[:SEED]   random cells, 1.24 million people
grid:ROWSxCOLUMNS:PARTS      equal units
putuo:PARTS[:town]           the embedded district, synthetic; parts inside towns
FILE.geojson:WEIGHT:PARTS[:TOWN]   polygons; WEIGHT and TOWN are columns
FILE.csv+UNITS.csv:WEIGHT:PARTS[:TOWN]   pairs of units that touch (two columns, a third
                             may hold metres of border), and units (the first column names them)
FILE.csv:PARTS               pairs alone: everyone weighs the same
FILE.json[:WEIGHT]:PARTS     a graph of nodes and edges, or networkx's adjacency
county01, county*, leeds ... published instances in $LINLI_SHARED_DATA/partition
... and @TOLERANCE after any of them, such as voronoi:300:25@0.05"""

PUBLISHED: dict[str, tuple[str, int, float, float | None]] = {
    "county01": ("TOTPOP", 7, 0.005, 55),
    "county19": ("TOTPOP", 4, 0.005, 33),
    "county20": ("TOTPOP", 4, 0.005, 32),
    "county40": ("TOTPOP", 5, 0.005, 40),
    "tract35": ("TOTPOP", 3, 0.005, 43),
    "fl25": ("pop", 3, 0.1, 13),
    "leeds": ("pop", 25, 0.05, None),
}
"""Weight, parts, tolerance and proven fewest cut edges.

US dual graphs: H. Validi and A. Buchanan, "Political districting to minimize cut
edges", Mathematical Programming Computation 14 (2022). fl25: B. Fifield, K. Imai,
J. Kawahara and C. T. Kenny, Statistics and Public Policy 7 (2020).
"""
SNAP_M = 1.0
"""Outlines of committees are drawn to about a metre."""
WEIGHTS = ("population", "people", "pop", "TOTPOP", "weight")


def instances(asked: str | Instance | Iterable[str | Instance], tolerance: float) -> list[Instance]:
    """Read or make instances.

    Parameters
    ----------
    asked : str, Instance, or several
        See `FORMS`; a pattern may name several.
    tolerance : float
        For those that have none of their own.

    Returns
    -------
    list of Instance
        Each with a tolerance and a name of its own.

    Raises
    ------
    InvalidInput
        For a text that names nothing, or two different instances of one name.
    """
    several = [asked] if isinstance(asked, str | Instance) else list(asked)
    found: dict[str, Instance] = {}
    for one in several:
        for made in [one] if isinstance(one, Instance) else _named(one):
            if made.tolerance is None:
                made = replace(made, tolerance=float(tolerance))
            known = found.setdefault(made.name, made)
            if known.hash != made.hash:
                raise InvalidInput(
                    f"two instances are named {made.name}; give one of them another name",
                    parameter="instances",
                )
    if not found:
        raise InvalidInput("no instance is asked for; give one", parameter="instances")
    for made in found.values():
        if made.tolerance is not None and not 0 <= made.tolerance < np.inf:
            raise InvalidInput(
                f"tolerance = {made.tolerance}: give a share, 0 or more", parameter="tolerance"
            )
    return list(found.values())


def _named(text: str) -> list[Instance]:
    spec, at, share = text.rpartition("@")
    if not at:
        spec = text
    try:
        own = float(share) if at else None
        made = _of(spec)
    except (ValueError, OSError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(
            f"instance {text!r}: {error}; give one of\n{FORMS}", parameter="instances"
        ) from error
    if own is None:
        return made
    return [
        replace(
            one,
            tolerance=own,
            name=f"{one.name}-{own:g}",
            # What is least within one tolerance need not be so within another.
            known=one.known if one.tolerance == own else None,
        )
        for one in made
    ]


def _of(spec: str) -> list[Instance]:
    kind, *rest = spec.split(":")
    if kind == "voronoi":
        return [voronoi(*_wholes(rest, 2, 3))]
    if kind == "grid":
        size, parts = _texts(rest, 2, 2)
        rows, columns = _wholes(size.lower().split("x"), 2, 2)
        return [grid(rows, columns, int(parts))]
    if kind == "putuo":
        return [_putuo(*_texts(rest, 1, 2))]
    # A drive letter is no weight.
    match = re.fullmatch(r"(?i)(.+\.(geojson|csv|json))((?::[^:]*)*)", spec)
    if match:
        read = {"geojson": _polygons, "csv": _pairs, "json": _json}[match[2].lower()]
        return [read(match[1], match[3].split(":")[1:])]
    return _published(kind, rest)


def _texts(words: list[str], least: int, most: int) -> list[str]:
    if not least <= len(words) <= most or not all(words):
        raise ValueError(f"{':'.join(words)!r} has {len(words)} words where {least} are needed")
    return words


def _wholes(words: list[str], least: int, most: int) -> list[int]:
    return [int(word) for word in _texts(words, least, most)]


def _putuo(parts: str, within: str = "") -> Instance:
    if within not in {"", "town"}:
        raise ValueError(f"parts lie inside a town, not a {within!r}")
    city = datasets.putuo()
    demand = city.demand
    found = Contiguity.from_polygons(city._demand_geometry, snap_m=SNAP_M)
    return Instance(
        f"putuo-{parts}" + ("-town" if within else ""),
        found.edges,
        demand["population"].to_numpy(dtype=float),
        int(parts),
        border_m=found.border_m,
        positions=found.positions,
        towns=demand["town"].to_numpy() if within else None,
        source="embedded district, synthetic",
    )


def _polygons(path: str, words: list[str]) -> Instance:
    weight, parts, *town = _texts(words, 2, 3)
    frame = gpd.read_file(path)
    found = Contiguity.from_polygons(frame, snap_m=SNAP_M)
    return Instance(
        _stem(path, parts),
        found.edges,
        _column(frame, weight, path).astype(float),
        int(parts),
        border_m=found.border_m,
        positions=found.positions,
        towns=_column(frame, town[0], path) if town else None,
        source=Path(path).name,
    )


def _pairs(path: str, words: list[str]) -> Instance:
    edges, _, units = path.partition("+")
    pairs = pd.read_csv(edges)
    if pairs.shape[1] < 2:
        raise ValueError(f"{edges} has {pairs.shape[1]} columns; two units a row are needed")
    ends = pairs.iloc[:, :2].to_numpy()
    weight: Any
    if units:
        column, parts, *town = _texts(words, 2, 3)
        table = pd.read_csv(units)
        names = pd.Index(table.iloc[:, 0])
        weight = _column(table, column, units).astype(float)
        towns = _column(table, town[0], units) if town else None
    else:
        (parts,) = _texts(words, 1, 1)
        names = pd.Index(np.unique(ends))
        weight, towns = np.ones(len(names)), None
    rows = names.get_indexer(ends.ravel()).reshape(-1, 2)
    if not names.is_unique or (rows < 0).any():
        row = int(np.argmax((rows < 0).any(axis=1)))
        raise ValueError(f"row {row} of {edges} names {ends[row].tolist()}: no unit, or several")
    return Instance(
        _stem(edges, parts),
        rows,
        weight,
        int(parts),
        border_m=pairs.iloc[:, 2].to_numpy(dtype=float) if pairs.shape[1] > 2 else None,
        towns=towns,
        source=Path(edges).name,
    )


def _json(path: str, words: list[str]) -> Instance:
    *column, parts = _texts(words, 1, 2)
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    nodes = pd.DataFrame(data["nodes"])
    known = [name for name in WEIGHTS if name in nodes]
    if not column and not known:
        raise ValueError(f"no weight is named, and {path} has none of {', '.join(WEIGHTS)}")
    weight = _column(nodes, column[0] if column else known[0], path).astype(float)
    names = pd.Index(nodes["id"])
    if "adjacency" in data:
        lists = zip(names, data["adjacency"], strict=True)
        ends = [(one, other["id"]) for one, others in lists for other in others]
    else:
        ends = [_ends(edge) for edge in data.get("edges", data.get("links", []))]
    rows = names.get_indexer([end for pair in ends for end in pair]).reshape(-1, 2)
    if (rows < 0).any():
        raise ValueError(f"an edge of {path} names a node that does not exist")
    rows = rows[rows[:, 0] != rows[:, 1]]
    return Instance(_stem(path, parts), rows, weight, int(parts), source=Path(path).name)


def _ends(edge: Any) -> tuple[Any, Any]:  # noqa: ANN401
    return (edge["source"], edge["target"]) if isinstance(edge, dict) else (edge[0], edge[1])


def _published(pattern: str, words: list[str]) -> list[Instance]:
    names = fnmatch.filter(PUBLISHED, pattern.lower())
    if not names:
        raise ValueError("it is no instance and no file that linli knows")
    folder = os.environ.get("LINLI_SHARED_DATA")
    if not folder:
        raise ValueError("LINLI_SHARED_DATA is not set; it names the folder of partition/*.json")
    made = []
    for name in names:
        weight, parts, tolerance, known = PUBLISHED[name]
        file = name.capitalize() if name == "leeds" else name
        path = str(Path(folder) / "partition" / f"{file}.json")
        asked = int(_texts(words, 1, 1)[0]) if words else parts
        read = _json(path, [weight, str(asked)])
        known = known if asked == parts else None
        made.append(replace(read, name=f"{name}-{asked}", tolerance=tolerance, known=known))
    return made


def _stem(path: str, parts: str) -> str:
    return re.sub(r"[^\w.+-]", "-", f"{Path(path).stem}-{parts}")


def _column(table: pd.DataFrame, name: str, path: str) -> Any:  # noqa: ANN401
    if name not in table:
        known = ", ".join(str(column) for column in table.columns[:12])
        raise ValueError(f"{path} has no column {name!r}; it has {known}")
    return table[name].to_numpy()
