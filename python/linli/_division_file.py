"""A division as a file that holds all that is needed to check it: see `linli.bench.verify`."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from linli._hierarchy_parts import walks_of
from linli._result import frame_geojson
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from linli._division import Division

__all__ = ["FORMAT", "beside", "plan_hash", "written"]

FORMAT = "linli division 2"
"""Form of the collection's ``linli`` member; files before it had none."""
FACTS = ("k", "objective", "value", "bound", "gap", "proven", "deviation", "stop", "seed")


def plan_hash(labels: NDArray[np.int64]) -> str:
    """Digest which units share a part, whatever the numbers of the parts.

    SHA-256 of one number a line, from 0 by the lowest row of the part; its first
    16 hexadecimal digits.
    """
    number: dict[int, int] = {}
    lines = (f"{number.setdefault(part, len(number))}\n" for part in labels.tolist())
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def written(division: Division, *, one_per_line: bool) -> bytes:
    """Write a division as GeoJSON, with its terms unless it is one feature a line."""
    chain = [division]
    while chain[0].above is not None:
        chain.insert(0, chain[0].above)
    frame = division.to_geopandas()
    columns = _columns(frame, chain)
    text = frame_geojson(frame, one_per_line=one_per_line)
    if one_per_line:
        return text
    document = json.loads(text)
    if frame.crs is None:
        document["crs"] = {"type": "name", "properties": {"name": "METRES"}}
    document["linli"] = {
        "format": FORMAT,
        **division.provenance,
        "levels": [_level(one, column) for one, column in zip(chain, columns, strict=True)],
        **_neighbours(division),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _columns(frame: gpd.GeoDataFrame, chain: list[Division]) -> list[str]:
    """Add what the rows lack: levels, towns, today's parts, walks; give the levels' columns."""
    lowest = chain[-1]
    columns = ["part"]
    for height, one in enumerate(reversed(chain[:-1]), start=1):
        columns.insert(0, "above" if height == 1 else f"above_{height}")
        frame[columns[0]] = one.plan.labels
    for one, column in zip(chain, columns, strict=True):
        if one._within is not None and one._within not in frame:
            frame[one._within] = one._city.demand[one._within].to_numpy()
        for name in one.balance:
            if name not in frame:
                frame[name] = one.rows[name].to_numpy()
        if one._today is not None:
            frame[beside(column, "today")] = one._today
        centres = one.plan.centres
        if centres is not None:
            walk_m, _ = walks_of(lowest._city, one._walk, one._service)
            if walk_m is not None:
                own = np.asarray(centres)[one.plan.labels]
                frame[beside(column, "walk_m")] = walk_m[np.arange(len(own)), own]
    return columns


def beside(column: str, what: str) -> str:
    """Name a further column of a level: ``walk_m`` of the lowest, ``above_walk_m``."""
    return what if column == "part" else f"{column}_{what}"


def _level(one: Division, column: str) -> dict[str, Any]:
    plan = one.plan
    facts: dict[str, Any] = {fact: getattr(plan, fact) for fact in FACTS}
    level = {"column": column, **facts, "balance": dict(one.balance), "within": one._within}
    if plan._facts["exceptions"] is not None:
        level |= {"exceptions": len(plan.exceptions), "exceptions_cost": plan.exceptions_cost}
    return {**level, "plan_hash": plan_hash(plan.labels)}


def _neighbours(division: Division) -> dict[str, Any]:
    """Give the pairs that touch, and which of them outlines would not give, and the reverse."""
    contiguity = division.plan.contiguity
    found: dict[str, Any] = {"neighbours": contiguity.edges.tolist()}
    border_m = contiguity.border_m
    if border_m is not None:
        found["border_m"] = border_m.tolist()
    try:
        touching = division._city.contiguity().contiguity
    except InvalidInput:
        # Without outlines there is nothing to differ from.
        return found
    here, by_outline = (set(map(tuple, one.edges.tolist())) for one in (contiguity, touching))
    return {
        **found,
        "cut": sorted(map(list, by_outline - here)),
        "joined": sorted(map(list, here - by_outline)),
    }
