"""A real city that is not ours: the command line against a brute-force script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Geod
from shapely.geometry import mapping, shape

LIMIT_M = 15 * 60 * 1.33
DETOUR = 1.3
ELLIPSOID = Geod(ellps="WGS84")


def leeds() -> dict[str, Any]:
    """299 census areas of Leeds and around."""
    folder = os.environ.get("LINLI_SHARED_DATA")
    if not folder:
        pytest.skip("LINLI_SHARED_DATA is not set: the real instances are not on this machine")
    text = (Path(folder) / "partition" / "Leeds.geojson").read_text(encoding="utf-8")
    collection: dict[str, Any] = json.loads(text)
    return collection


def coverage(folder: Path, demand: dict[str, Any], centres: list[list[float]]) -> dict[str, Any]:
    """Ask the command line."""
    places = [
        {
            "type": "Feature",
            "properties": {"id": f"L{row}", "status": "existing"},
            "geometry": {"type": "Point", "coordinates": place},
        }
        for row, place in enumerate(centres)
    ]
    (folder / "centres.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": places}), encoding="utf-8"
    )
    command = [str(Path(sys.executable).parent / "linli"), "coverage", "-", "-f", "centres.geojson"]
    run = subprocess.run(
        command, input=json.dumps(demand), cwd=folder, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def some_centres(collection: dict[str, Any]) -> list[list[float]]:
    """A dozen places up to a few hundred metres from the middle of an area."""
    random = np.random.default_rng(5)
    rows = random.choice(len(collection["features"]), 12, replace=False)
    middles = [shape(collection["features"][row]["geometry"]).centroid for row in rows]
    return [[m.x + random.normal() * 0.004, m.y + random.normal() * 0.004] for m in middles]


def walk_m(lon: float, lat: float, centres: list[list[float]]) -> np.ndarray:
    """Geodesic on the ellipsoid times the detour index: no plane, no tree."""
    distances = [ELLIPSOID.inv(lon, lat, *centre)[2] for centre in centres]
    return DETOUR * np.array(distances)


def test_points_are_covered_as_the_geodesic_says(tmp_path: Path) -> None:
    collection = leeds()
    centres = some_centres(collection)
    for feature in collection["features"]:
        feature["geometry"] = mapping(shape(feature["geometry"]).representative_point())
    answer = coverage(tmp_path, collection, centres)
    people = covered = 0
    for asked, found in zip(collection["features"], answer["features"], strict=True):
        walks = walk_m(*asked["geometry"]["coordinates"], centres)
        row = found["properties"]
        assert abs(row["walk_m"] - walks.min()) <= 1e-3 * walks.min() + 0.05
        assert row["nearest"] == f"L{walks.argmin()}"
        if abs(walks.min() - LIMIT_M) > 2:
            assert (row["status"] == "covered") == (walks.min() <= LIMIT_M)
        people += asked["properties"]["POPULATION"]
        covered += asked["properties"]["POPULATION"] * (walks.min() <= LIMIT_M)
    assert answer["linli"]["totals"]["people"] == people
    assert answer["linli"]["share"] == pytest.approx(covered / people)


def test_outlines_stand_for_a_point_inside_them(tmp_path: Path) -> None:
    collection = leeds()
    centres = some_centres(collection)
    answer = coverage(tmp_path, collection, centres)
    assert len(answer["features"]) == 299
    for asked, found in zip(collection["features"], answer["features"], strict=True):
        assert found["geometry"] == asked["geometry"], "shapes leave as they came"
        row = found["properties"]
        centre = centres[int(row["nearest"][1:])]
        outline = shape(asked["geometry"])
        middle = outline.centroid
        size = max(walk_m(middle.x, middle.y, list(outline.exterior.coords)))
        to_middle = walk_m(middle.x, middle.y, [centre])[0]
        assert to_middle - size <= row["walk_m"] <= to_middle + size
