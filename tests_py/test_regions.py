"""Are plans of division connected, balanced, honest and the same every time?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import linli
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli import regions
from shapely import LineString, MultiPolygon
from shapely.geometry import box


def shared(name: str) -> Path:
    folder = os.environ.get("LINLI_SHARED_DATA")
    if not folder:
        pytest.skip("LINLI_SHARED_DATA is not set: the real instances are not on this machine")
    return Path(folder) / "partition" / name


def grid(rows: int, columns: int) -> linli.Contiguity:
    units = np.arange(rows * columns).reshape(rows, columns)
    across = np.stack([units[:, :-1].ravel(), units[:, 1:].ravel()], axis=1)
    down = np.stack([units[:-1].ravel(), units[1:].ravel()], axis=1)
    xy = np.stack([(units % columns).ravel() * 100.0, (units // columns).ravel() * 100.0], axis=1)
    return linli.Contiguity.from_edges(rows * columns, np.concatenate([across, down]), positions=xy)


def pieces(edges: np.ndarray, labels: np.ndarray) -> int:
    """Connected pieces of all parts, by merging neighbours until nothing changes."""
    piece = np.arange(len(labels))
    inside = edges[labels[edges[:, 0]] == labels[edges[:, 1]]]
    while True:
        before = piece.copy()
        for a, b in inside:
            piece[a] = piece[b] = min(piece[a], piece[b])
        if (piece == before).all():
            return len(set(piece.tolist()))


def deviation(weight: np.ndarray, labels: np.ndarray, k: int) -> float:
    held = np.bincount(labels, weights=weight, minlength=k)
    return float(np.abs(held / (weight.sum() / k) - 1).max())


@given(
    st.integers(2, 5),
    st.integers(2, 5),
    st.integers(1, 4),
    st.integers(0, 2**32),
    st.sampled_from([0.2, 0.5, 1.0]),
)
@settings(max_examples=25, deadline=None)
def test_a_plan_is_connected_balanced_and_priced_right(rows, columns, k, seed, tolerance):
    people = np.random.default_rng(seed).integers(0, 50, rows * columns).astype(float) + 1
    contiguity = grid(rows, columns)
    truth = regions.enumerate(contiguity, people, k, tolerance=tolerance)
    if truth.count == 0:
        with pytest.raises(linli.Infeasible):
            regions.partition(contiguity, people, k, tolerance=tolerance, rounds=1)
        return
    plan = regions.partition(contiguity, people, k, tolerance=tolerance, rounds=1, seed=seed)
    assert pieces(contiguity.edges, plan.labels) == k == len(set(plan.labels.tolist()))
    assert plan.deviation == pytest.approx(deviation(people, plan.labels, k), abs=1e-12)
    assert plan.deviation <= tolerance + 1e-9
    cut = (plan.labels[contiguity.edges[:, 0]] != plan.labels[contiguity.edges[:, 1]]).sum()
    assert plan.value == cut == plan.metrics().cut_edges
    assert plan.bound <= truth.minimum_cut <= plan.value


def test_borders_of_leeds_are_those_of_shapely():
    areas = gpd.read_file(shared("Leeds.geojson"))
    contiguity = linli.Contiguity.from_polygons(areas, snap_m=0.5)
    middle = areas.total_bounds.reshape(2, 2).mean(axis=0)
    plane = areas.to_crs(f"+proj=tmerc +lon_0={middle[0]} +lat_0={middle[1]} +k=1 +units=m")
    shapes = plane.geometry.to_numpy()
    known = json.loads(shared("Leeds.json").read_text())
    edges = {tuple(sorted(pair)) for pair in known["edges"]}
    found = {tuple(pair) for pair in contiguity.edges.tolist()}
    # The published list counts corners as well, and some borders were drawn apart.
    assert len(found & edges) > 0.95 * len(found)
    assert contiguity.border_m is not None
    for (a, b), length_m in list(zip(contiguity.edges, contiguity.border_m, strict=True))[::7]:
        band = shapes[a].boundary.intersection(shapes[b].buffer(0.5)).length
        assert length_m == pytest.approx(band, abs=3.0, rel=0.02)


def test_leeds_is_divided_inside_its_towns_and_again():
    areas = gpd.read_file(shared("Leeds.geojson"))
    known = json.loads(shared("Leeds.json").read_text())
    people = np.array([node["pop"] for node in known["nodes"]], dtype=float)
    towns = np.array([node["town"] for node in known["nodes"]])
    contiguity = linli.Contiguity.from_edges(len(people), known["edges"])
    k = 25
    with pytest.raises(linli.Infeasible, match="town") as refused:
        regions.partition(contiguity, people, k, tolerance=0.02, within=towns)
    assert refused.value.parameter == "tolerance" and refused.value.needed > 0.02
    plan = regions.partition(contiguity, people, k, tolerance=0.15, within=towns, rounds=0)
    for part in range(k):
        assert len(set(towns[plan.labels == part])) == 1
    assert plan.town_parts == list(
        regions.apportion([people[towns == town].sum() for town in sorted(set(towns))], k).parts
    )
    blocks = plan.subdivide(59, tolerance=0.35, rounds=0)
    assert (
        regions.metrics(contiguity, people, blocks.labels, within=plan.labels).parts_across_towns
        == 0
    )
    assert len(blocks.town_parts or []) == k and blocks.k == 59
    assert len(areas) == len(people)


def test_degrees_and_metres_give_the_same_borders():
    metres = gpd.GeoSeries([box(0, 0, 100, 100), box(100, 0, 200, 100), box(200, 50, 300, 150)])
    on_earth = metres.translate(500_000, 3_450_000).set_crs(32651).to_crs(4326)
    plain = linli.Contiguity.from_polygons(metres)
    projected = linli.Contiguity.from_polygons(on_earth, snap_m=0.05)
    assert plain.edges.tolist() == projected.edges.tolist() == [[0, 1], [1, 2]]
    # UTM shortens lengths by 0.04 % along its middle.
    np.testing.assert_allclose(projected.border_m, [100.04, 50.02], atol=0.01)
    assert linli.Contiguity.from_polygons(metres, touch="queen").findings["pairs"] == 2


def test_islands_pieces_and_missing_shapes_are_told():
    two = MultiPolygon([box(0, 0, 10, 10), box(30, 0, 40, 10)])
    units = gpd.GeoSeries([two, box(10, 0, 20, 10), box(90, 0, 99, 9)])
    contiguity = linli.Contiguity.from_polygons(units)
    assert contiguity.findings == {
        "islands": [2],
        "multipart": [0],
        "components": 2,
        "pairs": 1,
    }
    assert repr(contiguity) == (
        "Contiguity(3 units, 1 pairs; 2 sets that do not touch, 1 islands, "
        "1 units of several pieces)"
    )
    with pytest.raises(linli.InvalidInput, match="no polygon") as refused:
        linli.Contiguity.from_polygons(gpd.GeoSeries([box(0, 0, 1, 1), None]))
    assert refused.value.issues[0].feature == 1


def test_a_river_cuts_and_a_bridge_joins():
    square = grid(3, 3)
    river = square.cut(LineString([(-50, 50), (250, 50)]))
    assert len(river.edges) == 9 and river.findings["components"] == 2
    assert river.join([[1, 4]]).findings["components"] == 1
    with pytest.raises(linli.InvalidInput, match="do not touch"):
        river.cut([[1, 4]])
    with pytest.raises(AttributeError):
        square.edges = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"k": 0}, "at least 1 part"),
        ({"k": 2.5}, "whole number"),
        ({"k": True}, "whole number"),
        ({"k": 17}, "more than the 16 units"),
        ({"tolerance": -0.1}, "share of the ideal"),
        ({"tolerance": [0.1, 0.2]}, "one for all measures"),
        ({"weight": [1.0] * 15}, "has 15 rows"),
        ({"weight": [1.0] * 15 + [float("nan")]}, "weight = NaN"),
        ({"weight": [0.0] * 16}, "total above 0"),
        ({"objective": "pretty"}, "cut_edges, border"),
        ({"improve": "luck"}, "auto, annealing, fm, recom, tabu, chains"),
        ({"objective": "border"}, "needs border lengths"),
        ({"objective": "moved"}, "needs today's labels"),
        ({"objective": "walk"}, "needs walks"),
        ({"locked": [0]}, "give today's labels"),
        ({"together": [0, 1]}, "two units a row"),
        ({"within": [1.0, None] * 8}, "row 1 is missing"),
        ({"today": [4] * 16}, "number today's parts from 0 to 3"),
        ({"seed": -1}, "whole number"),
        ({"time_limit_s": -1.0}, "give seconds"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], says: str):
    asked = {"weight": [1.0] * 16, "k": 4, "tolerance": 0.1, "rounds": 0, **arguments}
    weight, k = asked.pop("weight"), asked.pop("k")
    with pytest.raises(linli.InvalidInput, match=says):
        regions.partition(grid(4, 4), weight, k, **asked)


@pytest.mark.parametrize("improve", ["auto", "annealing", "fm", "recom", "tabu", "chains"])
def test_every_way_to_improve_gives_a_plan_and_the_same_again(improve: str):
    people = np.random.default_rng(4).integers(1, 9, 49)
    asked: dict[str, Any] = {"tolerance": 0.2, "rounds": 2, "seed": 5, "proof": 0}
    first = regions.partition(grid(7, 7), people, 5, **{**asked, "rounds": 0})
    plan, again = (regions.partition(grid(7, 7), people, 5, improve=improve, **asked) for _ in "ab")
    assert plan.value <= first.value
    assert plan.deviation <= 0.2
    assert plan.labels.tolist() == again.labels.tolist()


def test_a_town_is_named_in_a_refusal():
    towns = ["桃浦"] * 6 + ["长征"] * 10
    with pytest.raises(linli.Infeasible, match="长征") as refused:
        regions.partition(grid(4, 4), [1.0] * 16, 4, tolerance=0.1, within=towns)
    assert refused.value.needed == 0.25
    plan = regions.partition(grid(4, 4), [1.0] * 16, 4, tolerance=0.25, within=towns, rounds=0)
    assert plan.town_parts == [2, 2]


def test_objectives_are_what_they_say():
    square = grid(6, 6)
    people = np.random.default_rng(1).integers(5, 20, 36).astype(float)
    today = np.arange(36) // 12
    rng = np.random.default_rng(2)
    walk_m = rng.random((36, 5)) * 1000
    terms: dict[str, Any] = {"tolerance": 0.2, "rounds": 1, "today": today}
    walked = regions.partition(square, people, 3, objective="walk", walk_m=walk_m, **terms)
    assert walked.centres is not None
    by_hand = sum(
        (people * walk_m[:, site])[walked.labels == part].sum()
        for part, site in enumerate(walked.centres)
    )
    assert walked.value == pytest.approx(by_hand)
    # Centres have limited room, so not everyone can go to the nearest.
    assert (people * walk_m.min(axis=1)).sum() <= walked.bound <= walked.value
    moved = regions.partition(square, people, 3, objective="moved", **terms)
    assert moved.value == people[moved.labels != today].sum()
    inertia = regions.partition(square, people, 3, objective="inertia", **terms)
    assert inertia.value == pytest.approx(inertia.metrics().parts["inertia"].sum())
    assert inertia.value <= moved.metrics().parts["inertia"].sum() + 1e-6
    both = regions.partition(square, [people, np.ones(36)], 3, tolerance=[0.2, 0.1], rounds=0)
    assert both.metrics().deviation[0] <= 0.2 and both.metrics().deviation[1] <= 0.1
    diff = regions.plan_diff(today, moved.labels, people)
    assert diff.moved == moved.value and len(diff.moves) == (moved.labels != today).sum()


def test_an_ensemble_goes_on_where_it_stopped(tmp_path: Path):
    square = grid(8, 8)
    plan = regions.partition(square, np.ones(64), 4, tolerance=0.1, rounds=0)
    terms: dict[str, Any] = {"tolerance": 0.1, "chains": 2, "seed": 5, "keep": True}
    whole = regions.recom(square, np.ones(64), plan.labels, steps=60, **terms)
    half = regions.recom(square, np.ones(64), plan.labels, steps=25, **terms)
    half.save(tmp_path / "half.linli")
    again = regions.Ensemble.load(tmp_path / "half.linli").go_on(square, np.ones(64), steps=35)
    np.testing.assert_array_equal(whole.cut_edges, again.cut_edges)
    np.testing.assert_array_equal(whole.best_labels, again.best_labels)
    assert whole.cut_edges.shape == whole.deviation.shape == (2, 60)
    for chain in range(2):
        kept = list(whole.plans(chain))
        assert len(kept) == 60
        for labels, cut in zip(kept, whole.cut_edges[chain], strict=True):
            assert pieces(square.edges, labels) == 4
            assert deviation(np.ones(64), labels, 4) <= 0.1 + 1e-9
            assert (labels[square.edges[:, 0]] != labels[square.edges[:, 1]]).sum() == cut
    below, equal = whole.rank(whole.best_cut_edges)
    assert below == 0.0 and equal >= 0.0
    (tmp_path / "other").write_bytes(b"linli")
    with pytest.raises(linli.InvalidInput, match="no ensemble"):
        regions.Ensemble.load(tmp_path / "other")
    assert not list(regions.recom(square, np.ones(64), plan.labels, steps=5, tolerance=0.1).plans())


def test_the_plan_does_not_depend_on_threads():
    code = """
import warnings; warnings.simplefilter("ignore")
import linli, numpy as np
units = np.arange(100).reshape(10, 10)
edges = np.concatenate([np.stack([units[:, :-1].ravel(), units[:, 1:].ravel()], 1),
                        np.stack([units[:-1].ravel(), units[1:].ravel()], 1)])
people = np.random.default_rng(3).integers(1, 30, 100).astype(float)
contiguity = linli.Contiguity.from_edges(100, edges)
plan = linli.regions.partition(contiguity, people, 6, tolerance=0.05, rounds=3, seed=9)
drawn = linli.regions.recom(contiguity, people, plan.labels, steps=50, tolerance=0.1, chains=3)
print(plan.labels.tolist(), drawn.cut_edges.tolist())
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "RAYON_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ["1", "2", "8"]
    }
    assert len(said) == 1


def test_a_time_limit_gives_the_best_so_far():
    plan = regions.partition(grid(30, 30), np.ones(900), 9, tolerance=0.05, time_limit_s=0.5)
    assert plan.stop in {"time", "proven"} and plan.bound <= plan.value and plan.seconds < 5
    assert "9 parts of 900 units" in repr(plan) and "<table>" in plan._repr_html_()


def test_apportionment_beside_the_classical_rules():
    people = [9061, 7179, 5259, 3319, 1182]
    assert regions.apportion(people, 26, method="hamilton").parts == (9, 7, 5, 4, 1)
    assert regions.apportion(people, 26, method="sainte_lague").parts == (9, 8, 5, 3, 1)
    assert regions.apportion(people, 26, method="huntington_hill").parts == (9, 7, 6, 3, 1)
    exact = regions.apportion(people, 26, slack=0.02)
    for method in ("hamilton", "sainte_lague", "huntington_hill"):
        assert regions.apportion(people, 26, method=method).deviation >= exact.deviation
    assert all(worst <= exact.deviation + 0.02 for _, worst in exact.alternatives)
    with pytest.raises(linli.InvalidInput, match="hamilton"):
        regions.apportion(people, 26, method="jefferson")


def test_a_city_is_divided_into_grids_and_blocks(tmp_path: Path):
    city = linli.datasets.putuo()
    with pytest.raises(linli.Infeasible, match="town") as refused:
        city.partition(25, within="town", balance={"population": 0.10})
    tolerance = refused.value.needed
    assert 0.10 < tolerance < 0.30
    grids = city.partition(25, within="town", balance={"population": 0.25}, rounds=0)
    rows = grids.rows
    assert rows.groupby("part")["town"].nunique().max() == 1
    people = rows.groupby("part")["population"].sum()
    assert grids.plan.deviation == pytest.approx((people / people.mean() - 1).abs().max())
    assert grids.parts["population"].tolist() == people.tolist()
    blocks = grids.subdivide(59, balance={"population": 0.6}, rounds=0)
    assert blocks.rows.groupby("part")["above"].nunique().max() == 1
    assert blocks.above is grids and blocks.plan.k == 59
    saved = gpd.read_file(blocks.save(tmp_path / "blocks.geojson"))
    assert saved["part"].tolist() == blocks.rows["part"].tolist()
    lines = blocks.save(tmp_path / "blocks.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 264 and json.loads(lines[0])["properties"]["part"] == 0
    assert "synthetic" in repr(grids) and "25 parts of 264 committees" in repr(grids)
    assert "<table>" in grids._repr_html_()
    with pytest.raises(linli.InvalidInput, match="no such column"):
        city.partition(5, within="street")
    with pytest.raises(linli.InvalidInput, match="known: population"):
        city.partition(5, balance={"folk": 0.1})


def test_a_minimum_is_proven_and_a_plain_bound_is_not_more() -> None:
    square = grid(6, 6)
    plan = regions.partition(square, np.ones(36), 4, tolerance=0.0, rounds=2)
    assert (plan.value, plan.bound, plan.gap, plan.proven, plan.stop) == (12, 12, 0, True, "proven")
    plain = regions.partition(square, np.ones(36), 4, tolerance=0.0, rounds=2, proof=0)
    assert plain.value == 12
    assert 6 <= plain.bound <= 12
    with pytest.raises(linli.InvalidInput, match="proof"):
        regions.partition(square, np.ones(36), 4, tolerance=0.0, proof=-1)


def test_a_refusal_names_another_number_of_parts() -> None:
    with pytest.raises(linli.Infeasible, match=r"a tolerance of 33\.34 % would do, or 2 parts"):
        regions.partition(grid(2, 2), [100, 100, 100, 150], 3, tolerance=0.2)
