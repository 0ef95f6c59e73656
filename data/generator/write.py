"""GeoJSON with one feature a line: small, and easy to read in a diff."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .plane import Point, lonlat

NOTE = (
    "Synthetic district for examples and tests, not survey data: totals follow published "
    "figures, everything else is generated. See SOURCES.md."
)

Feature = tuple[str, Mapping[str, object]]  # geometry as JSON text, then properties


def position(p: Point) -> str:
    lon, lat = lonlat(p)
    return f"[{lon},{lat}]"


def point(p: Point) -> str:
    return f'{{"type":"Point","coordinates":{position(p)}}}'


def line(points: Iterable[Point]) -> str:
    return f'{{"type":"LineString","coordinates":[{",".join(map(position, points))}]}}'


def polygon(ring: Sequence[Point]) -> str:
    closed = ",".join(position(p) for p in [*ring, ring[0]])
    return f'{{"type":"Polygon","coordinates":[[{closed}]]}}'


def write_collection(path: Path, name: str, features: Iterable[Feature]) -> None:
    head = {"type": "FeatureCollection", "name": name, "synthetic": True, "note": NOTE}
    rows = [
        f'{{"type":"Feature","properties":{_compact(properties)},"geometry":{geometry}}}'
        for geometry, properties in features
    ]
    text = _compact(head)[:-1] + ',"features":[\n' + ",\n".join(rows) + "\n]}\n"
    path.write_bytes(text.encode("utf-8"))


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
