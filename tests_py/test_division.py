"""Does the division of a city hold in the field: towns, rivers, centres, moves and changes of plan?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import linli
import numpy as np
import pytest
from linli import regions
from shapely.geometry import LineString, Point, box


@pytest.fixture(scope="module")
def city() -> linli.City:
    return linli.datasets.putuo(streets=True)


@pytest.fixture(scope="module")
def grids(city: linli.City) -> Any:
    return city.partition(25, within="town", balance={"population": 0.25}, rounds=0)


@pytest.fixture
def levels(grids: Any) -> Any:
    return grids.subdivide(59, balance={"population": 0.6}, rounds=0).hierarchy()


def banks(**more: Any) -> linli.City:
    """Two rows of three committees; a river is the border between them."""
    cells = [(row, col) for row in range(2) for col in range(3)]
    shapes = [box(400 * col, 400 * row, 400 * col + 400, 400 * row + 400) for row, col in cells]
    demand = gpd.GeoDataFrame(
        {
            "id": [f"c{at}" for at in range(6)],
            "name": [f"c{at}" for at in range(6)],
            "town": ["south"] * 3 + ["north"] * 3,
            "population": [1000] * 6,
            "staff": [4, 3, 2, 1, 1, 1],
            "part_today": [7, 7, 7, 9, 9, 9],
        },
        geometry=shapes,
        crs=32651,
    )
    centres = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["a", "b"], "seats": [20, 40]},
        geometry=[Point(200, 210), Point(1000, 590)],
        crs=32651,
    )
    return linli.read(demand, centres, **more)


def test_every_term_is_reached_from_a_city():
    city = banks()
    two: dict[str, Any] = {"rounds": 1}
    assert city.partition(2, within="town", **two).plan.labels.tolist() == [0, 0, 0, 1, 1, 1]
    balance = {"population": 0.6, "staff": 0.35, "seats": 0.4}
    several = city.partition(2, balance=balance, **two)
    for name, limit in balance.items():
        held = several.parts[name].to_numpy()
        assert abs(held / held.mean() - 1).max() <= limit + 1e-9
    assert several.rows["seats"].tolist() == [20, 0, 0, 0, 0, 40]
    held = city.partition(
        2, today="part_today", locked=["c0", "c5"], apart=[("c3", "c4")], objective="moved", **two
    )
    labels = held.plan.labels
    assert labels[0] == 0 and labels[5] == 1 and labels[3] != labels[4]
    assert held.plan.value == held.parts["moved"].sum() == 2000
    joined = city.partition(2, together=[("c0", "c3")], **two).plan.labels
    assert joined[0] == joined[3]
    centred = city.partition(2, centre_inside=True, **two)
    assert centred.plan.labels[0] != centred.plan.labels[5]
    with pytest.raises(linli.Infeasible, match="2 open centres for 3 parts"):
        city.partition(3, centre_inside=True, **two)
    walked = city.partition(2, objective="walk", walk=linli.CrowFly(detour=1.0), **two)
    walks = walked.walks(walk=linli.CrowFly(detour=1.0, speed_m_per_s=1.0))
    people = walked.parts["population"]
    assert walked.plan.value == pytest.approx((walks["minutes"] * 60 * people).sum())
    assert (
        (
            walked.parts["people_per_staff"]
            * several.rows.groupby(walked.plan.labels)["seats"].size()
        )
        .notna()
        .all()
    )
    for wrong in ({"today": "no"}, {"together": ["c0c3"]}, {"exception_per": "town"}):
        with pytest.raises(linli.InvalidInput):
            city.partition(2, **wrong, **two)


def test_a_river_is_cut_and_a_bridge_joins():
    streets = gpd.GeoDataFrame(
        geometry=[
            LineString([(0, 200), (1000, 200), (1200, 200)]),
            LineString([(0, 600), (1000, 600), (1200, 600)]),
            LineString([(1000, 200), (1000, 600)]),
        ],
        crs=32651,
    )
    river = gpd.GeoDataFrame(
        {"name": ["苏州河"]}, geometry=[LineString([(-50, 402), (1250, 398)])], crs=32651
    )
    city = banks(streets=streets, barriers=river)
    assert len(city.contiguity().contiguity.edges) == 7
    on_foot = city.contiguity(streets=True)
    assert on_foot.edits[["edit", "a", "b"]].to_numpy().tolist() == [
        ["cut", "c0", "c3"],
        ["cut", "c1", "c4"],
    ]
    barred = city.contiguity(barriers=True)
    assert set(barred.edits["barrier"]) == {"苏州河"} and len(barred.edits) == 2
    assert "2 cut" in repr(barred)
    with pytest.raises(linli.Infeasible):
        city.partition(3, streets=True, together=[("c0", "c3")], apart=[("c1", "c0")], rounds=0)
    edited = city.contiguity(
        streets=True, cut=[("c2", "c5")], join=[("c0", "c3")], join_islands=True
    )
    assert edited.sets == [["c0", "c1", "c2", "c3", "c4", "c5"]]
    plan = city.partition(2, contiguity=edited, rounds=0).plan
    assert len(plan.contiguity.edges) == 5
    with pytest.raises(linli.InvalidInput, match="give one of them"):
        city.partition(2, contiguity=edited, streets=True)
    with pytest.raises(linli.InvalidInput, match="do not touch"):
        city.contiguity(cut=[("c0", "c5")])
    with pytest.raises(linli.InvalidInput, match="the city has none"):
        banks().contiguity(barriers=True)
    island = city.contiguity(cut=[("c0", "c1"), ("c0", "c3")])
    assert island.islands == ["c0"] and "1 islands" in repr(island)


def test_ten_percent_inside_towns_at_a_price(city: linli.City):
    with pytest.raises(linli.Infeasible, match="town"):
        city.partition(25, within="town", balance={"population": 0.10})
    found = city.partition(25, within="town", exception_cost=20, rounds=1)
    assert found.plan.deviation <= 0.10 + 1e-9
    rows = found.rows
    # The definition: in every part, all but the committees of its largest town.
    away = 0
    for _, group in rows.groupby("part"):
        away += len(group) - group["town"].value_counts().max()
    assert len(found.exceptions) == away == rows["exception"].sum()
    assert found.plan.exceptions_cost == 20 * away
    cut = (found.plan.labels[found.plan.contiguity.edges] @ [1, -1] != 0).sum()
    assert found.plan.value == cut + 20 * away
    assert 0 < away < 40 and f"{away} exception" in repr(found)
    assert (found.exceptions["town"] != found.exceptions["part_town"]).all()


def test_parts_are_measured_on_foot(grids: Any, city: linli.City):
    parts = grids.parts
    walk_m = np.asarray(
        linli._linli.walks_to_centres(
            city._core,
            city._walk(None)._core,
            np.flatnonzero(city.facilities["status"] == "existing").tolist(),
        )
    )
    people = city.demand["population"].to_numpy(dtype=float)
    speed = city._walk(None).speed_m_per_s
    for part in range(25):
        own = grids.plan.labels == part
        total = (walk_m[own] * people[own, None]).sum(axis=0)
        best = walk_m[own][:, np.argmin(total)] / speed / 60
        assert parts["minutes"][part] == pytest.approx(np.average(best, weights=people[own]))
        order = np.argsort(best, kind="stable")
        so_far = np.cumsum(people[own][order])
        at = np.searchsorted(so_far, 0.95 * so_far[-1] * (1 - 1e-12))
        assert parts["minutes_95"][part] == pytest.approx(best[order][at])
        within = people[own][best <= 15].sum() / people[own].sum()
        assert parts["share_within"][part] == pytest.approx(within)
    alone = city.what_if(close=city.facilities["id"].tolist())
    none = alone.partition(5, rounds=0).parts
    assert none["minutes"].isna().all() and none["centre"].isna().all()
    checked = grids.check("gb50180-2018/15")
    assert set(checked["people_fit"]) <= {"too_empty", "fits", "too_full"}
    fits = checked["people"].between(50_000, 100_000)
    assert ((checked["people_fit"] == "fits") == fits).all()


def test_a_move_keeps_all_levels_true(levels: Any, city: linli.City, tmp_path: Path):
    before = levels.rows
    rng = np.random.default_rng(5)
    done = 0
    for row in rng.permutation(len(before))[:80]:
        targets = levels.targets(int(row))
        if not targets:
            continue
        move = levels.move(int(row), targets[-1])
        done += 1
        assert move.after["block"] == targets[-1]
        rows = levels.rows
        for level, above in (("block", "grid"), ("grid", "town")):
            assert rows.groupby(level)[above].nunique().max() == 1
            held = rows.groupby(level)["population"].sum()
            assert levels.parts(level)["population"].tolist() == held.tolist()
        changed = move.changes.set_index(["level", "part"])
        for (level, part), one in changed.iterrows():
            own = rows[rows[level] == part]
            assert one["committees_after"] == len(own)
    assert done > 20 and levels.moves == done
    edges = levels._contiguity.edges
    for level in ("grid", "block"):
        labels = levels.rows[level].to_numpy()
        metrics = regions.metrics(levels._contiguity, np.ones(264), labels.astype(int))
        assert (metrics.parts["pieces"] == 1).all()
    assert len(edges) > 500
    saved = levels.save(tmp_path / "levels.geojson")
    again = regions.Hierarchy.load(saved, city)
    assert again.rows.equals(levels.rows) and again.levels == ["town", "grid", "block"]
    assert again.parts("grid").equals(levels.parts("grid"))
    while levels.undo() is not None:
        pass
    assert levels.rows.equals(before)
    other = tmp_path / "other.geojson"
    other.write_text(json.dumps({"features": []}))
    with pytest.raises(linli.InvalidInput, match="no saved hierarchy"):
        regions.Hierarchy.load(other, city)


def test_a_move_is_refused_with_its_reason(levels: Any):
    rows = levels.rows
    name, block = rows["id"][0], rows["block"][0]
    assert "already" in levels.why_not(name, block)
    far = next(b for b in range(59) if "touches no" in (levels.why_not(name, b) or ""))
    with pytest.raises(linli.InvalidInput, match="touches no committee"):
        levels.move(name, far)
    reasons = {
        levels.why_not(int(a), int(rows["block"][b]))
        for pair in levels._contiguity.edges
        for a, b in (pair, pair[::-1])
    }
    said = " ".join(filter(None, reasons))
    assert "would leave town" in said and "falls apart" in said
    with pytest.raises(linli.InvalidInput, match="no such block"):
        levels.move(name, 59)


def test_who_moves_between_two_plans(grids: Any, city: linli.City, tmp_path: Path):
    assert len(grids.diff(grids.plan.labels[::1]).moves) == 0
    later = grids.plan.labels.copy()
    unit, other = next((a, b) for a, b in grids.plan.contiguity.edges if later[a] != later[b])
    later[unit] = later[other]
    renumbered = (later + 7) % 25
    change = grids.diff(renumbered)
    assert change.moves["id"].tolist() == [city.demand["id"].iloc[unit]]
    assert change.people == city.demand["population"].iloc[unit]
    assert "1 of 264 committee moves" in repr(change)
    saved = gpd.read_file(change.save(tmp_path / "change.geojson"))
    assert saved["moves"].sum() == 1 and len(saved) == 264
    assert change.to_geopandas().geometry.notna().all()
    with pytest.raises(linli.InvalidInput, match="3 committees"):
        grids.diff([0, 1, 2])


def test_where_a_plan_stands_among_neutral_ones(grids: Any):
    pytest.importorskip("matplotlib")
    import matplotlib as mpl

    mpl.use("Agg")
    drawn = grids.ensemble(300, tolerance=0.4, seed=3, keep=True)
    table = drawn.standing(grids.plan)
    assert table.index.tolist() == ["cut_edges", "deviation", "inertia"]
    np.testing.assert_allclose(table[["less", "equal", "more"]].sum(axis=1), 1)
    metrics = grids.plan.metrics()
    assert table.loc["cut_edges", "less"] == drawn.rank(metrics.cut_edges)[0]
    contiguity, people = grids.plan.contiguity, grids.plan._weights
    for step, labels in enumerate(drawn.plans()):
        if step % 60 == 0:
            known = regions.metrics(contiguity, people, labels)
            assert drawn.inertia is not None and known.inertia is not None
            assert drawn.inertia[0, step] == pytest.approx(known.inertia)
            assert drawn.deviation[0, step] == pytest.approx(known.deviation[0], abs=1e-6)
    assert drawn.plot(grids.plan).shape == (3,)
    assert grids.plot() is not None
    moved = grids.diff(drawn.best_labels)
    assert moved.plot() is not None
