"""Does checking a saved division see what is wrong with it, and only that?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import linli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli.bench import verify
from shapely.geometry import Point, box

SIDE = 100.0
TODAY = [2 * (at // 18) + at % 6 // 3 for at in range(36)]
"""Quarters of a square of six by six."""


def squares(rows: int, columns: int, **more: Any) -> gpd.GeoDataFrame:
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    shapes = [
        box(SIDE * column, SIDE * row, SIDE * (column + 1), SIDE * (row + 1))
        for row, column in cells
    ]
    table = {"id": [f"c{at}" for at in range(len(cells))], "population": [100] * len(cells)}
    return gpd.GeoDataFrame({**table, **more}, geometry=shapes, crs=32651)


@pytest.fixture(scope="module")
def city() -> linli.City:
    return linli.datasets.putuo(streets=True)


@pytest.fixture(scope="module")
def small() -> linli.City:
    """Six by six committees in two towns, with a centre in two corners."""
    demand = squares(
        6, 6, town=["south"] * 18 + ["north"] * 18, part_today=TODAY, over_60=[20] * 36
    )
    centres = gpd.GeoDataFrame(
        {"id": ["a", "b"]}, geometry=[Point(50, 50), Point(550, 550)], crs=32651
    )
    return linli.read(demand, centres)


@pytest.fixture(scope="module")
def grids(small: linli.City) -> Any:
    return small.partition(4, within="town", balance={"population": 0.2}, rounds=1)


def saved(division: Any, path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(division.save(path).read_text(encoding="utf-8"))
    return document


def failed(path: Path, document: dict[str, Any]) -> list[str]:
    """Write a document and give the checks that fail, each once."""
    path.write_text(json.dumps(document), encoding="utf-8")
    found = verify(path)
    assert found.ok == found.findings.empty == (not (~found.checks["holds"]).any())
    return sorted(set(found.findings["check"]))


@pytest.mark.parametrize(
    "terms",
    [
        {"within": "town"},
        {"objective": "border"},
        {"objective": "inertia"},
        {"objective": "walk"},
        {"objective": "moved", "today": "part_today"},
        {"within": "town", "exception_cost": 0.5, "balance": {"population": 0.2}, "k": 5},
        {"balance": {"population": 0.3, "over_60": 0.4}},
    ],
)
def test_a_sound_division_holds(small, terms, tmp_path):
    asked = {"k": 4, "balance": {"population": 0.3}, "rounds": 1, **terms}
    division = small.partition(**asked)
    found = verify(division.save(tmp_path / "grids.geojson"))
    assert found.ok, found.checks.to_string()
    about = {"input_hash": small.input_hash, "version": linli.__version__, "seed": 0}
    assert found.about == about
    checked = set(found.checks["check"])
    objective = terms.get("objective", "cut_edges")
    known = {"neighbours", "contiguity", "number of parts", "bound", "gap", "largest deviation"}
    assert {*known, "band of population", f"value ({objective})"} <= checked
    assert ("within town" in checked) == ("within" in terms)
    assert ("exceptions" in checked) == ("exception_cost" in terms)
    assert small.input_hash in repr(found) and "everything holds" in repr(found)
    assert "<table" in found._repr_html_()


def test_a_district_with_rivers_holds(city, tmp_path):
    division = city.partition(
        25,
        streets=True,
        barriers=True,
        join_islands=True,
        objective="border",
        balance={"population": 0.5},
        rounds=0,
    )
    found = verify(division.save(tmp_path / "grids.geojson"))
    assert found.ok, found.checks.to_string()
    assert "cut" in found.checks["written"][0]
    assert found.about["barriers_hash"] == division.provenance["barriers_hash"]


def test_levels_nest_and_each_is_checked(city, tmp_path):
    grids = city.partition(12, within="town", balance={"population": 0.4}, rounds=0)
    blocks = grids.subdivide(25, balance={"population": 0.8}, rounds=0)
    lots = blocks.subdivide(40, balance={"population": 1.5}, rounds=0)
    for division, levels in ((grids, 1), (blocks, 2), (lots, 3)):
        found = verify(division.save(tmp_path / "levels.geojson"))
        assert found.ok, found.checks.to_string()
        assert found.plans == levels
    columns = found.checks["level"].drop_duplicates().tolist()
    assert columns == ["all", "above_2", "above", "part"]
    document = saved(lots, tmp_path / "levels.geojson")
    rows = [feature["properties"] for feature in document["features"]]
    # A unit that hops to another grid leaves its block behind.
    other = next(row["above_2"] for row in rows if row["above_2"] != rows[0]["above_2"])
    rows[0]["above_2"] = other
    assert "nesting in above_2" in failed(tmp_path / "levels.geojson", document)
    path = lots.hierarchy(names=["grid", "block", "lot"]).save(tmp_path / "h.geojson")
    found = verify(path)
    assert found.ok and found.plans == 4
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][0]["properties"]["town"] = "elsewhere"
    assert "nesting in town" in failed(path, document)


def change(row: int, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["features"][row]["properties"].update(values)


def state(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["linli"]["levels"][0].update(values)


def shift(document: dict[str, Any]) -> None:
    """Move the first unit's outline away."""
    ring = document["features"][0]["geometry"]["coordinates"][0]
    ring[:] = [[x + 0.1, y] for x, y in ring]


def forget(name: str, pair: list[int] | None) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        if pair is None:
            document["linli"][name].pop(0)
        else:
            document["linli"][name].append(pair)

    return change


@pytest.mark.parametrize(
    ("tamper", "checks"),
    [
        (change(0, population=900), {"band of population", "largest deviation"}),
        (change(0, population=None), {"band of population"}),
        (change(0, town="north"), {"within town"}),
        (state(value=5, bound=5, gap=0.0), {"value (cut_edges)"}),
        (state(bound=99.0), {"bound", "gap", "proven"}),
        (state(bound=1.0), {"gap", "proven"}),
        (state(gap=0.5), {"gap"}),
        (state(k=5), {"number of parts", "band of population"}),
        (state(deviation=0.01), {"largest deviation"}),
        (state(balance={"population": 0.2, "pets": 0.1}), {"band of pets"}),
        (state(plan_hash="0" * 16), {"parts as they were saved"}),
        (state(within="ward"), {"within ward"}),
        (shift, {"neighbours"}),
        (forget("neighbours", None), {"neighbours"}),
        (forget("neighbours", [0, 35]), {"neighbours"}),
    ],
)
def test_what_is_wrong_is_seen(grids, tamper, checks, tmp_path):
    document = saved(grids, tmp_path / "grids.geojson")
    assert failed(tmp_path / "grids.geojson", document) == []
    tamper(document)
    found = set(failed(tmp_path / "grids.geojson", document))
    assert checks <= found
    # And little else: what follows from it at most.
    assert found <= checks | {"contiguity", "value (cut_edges)", "largest deviation", "bound"}


def test_parts_that_were_changed_are_seen(grids, tmp_path):
    document = saved(grids, tmp_path / "grids.geojson")
    rows = [feature["properties"] for feature in document["features"]]
    rows[0]["part"], rows[35]["part"] = rows[35]["part"], rows[0]["part"]
    found = failed(tmp_path / "grids.geojson", document)
    assert {"contiguity", "parts as they were saved", "value (cut_edges)", "within town"} <= set(
        found
    )
    # Other numbers for the same parts are the same plan.
    document = saved(grids, tmp_path / "grids.geojson")
    for feature in document["features"]:
        feature["properties"]["part"] = 3 - feature["properties"]["part"]
    assert failed(tmp_path / "grids.geojson", document) == []


def test_people_moved_and_walks_are_in_the_file(small, tmp_path):
    terms: dict[str, Any] = {"balance": {"population": 0.2}, "today": "part_today"}
    moved = small.partition(4, objective="moved", **terms)
    path = tmp_path / "moved.geojson"
    document = saved(moved, path)
    assert failed(path, document) == []
    document["features"][0]["properties"]["today"] += 1
    today = [feature["properties"]["today"] for feature in document["features"]]
    value = 100.0 * sum(today != moved.plan.labels)
    assert (failed(path, document) == []) == (value == moved.plan.value)
    document["features"][0]["properties"].pop("today")
    path.write_text(json.dumps(document), encoding="utf-8")
    assert any("value (moved) was not checked" in note for note in verify(path).notes)
    walked = small.partition(2, objective="walk", balance={"population": 0.2})
    document = saved(walked, path)
    metres = [feature["properties"]["walk_m"] for feature in document["features"]]
    assert 100 * sum(metres) == pytest.approx(walked.plan.value)
    document["features"][0]["properties"]["walk_m"] += 500
    assert failed(path, document) == ["value (walk)"]


def test_pairs_that_were_asked_for_are_told_from_faults(small, tmp_path):
    path = tmp_path / "grids.geojson"
    terms: dict[str, Any] = {"balance": {"population": 0.2}, "rounds": 1}
    division = small.partition(
        4, objective="border", cut=[("c0", "c1")], join=[("c0", "c35")], **terms
    )
    document = saved(division, path)
    about = document["linli"]
    assert (about["cut"], about["joined"]) == ([[0, 1]], [[0, 35]])
    assert failed(path, document) == []
    about["cut"], about["joined"] = [], []
    assert failed(path, document) == ["neighbours"]


def test_places_without_outlines_have_the_neighbours_of_the_file(city, tmp_path):
    points = city.demand.representative_point()
    demand = gpd.GeoDataFrame(city.demand.drop(columns="geometry"), geometry=points)
    bare = linli.read(demand, city.facilities, streets=city.streets)
    division = bare.partition(8, streets=True, balance={"population": 0.4}, rounds=0)
    path = tmp_path / "bare.geojson"
    document = saved(division, path)
    assert "cut" not in document["linli"] and failed(path, document) == []
    assert any("no outlines" in note for note in verify(path).notes)
    del document["linli"]["neighbours"]
    path.write_text(json.dumps(document), encoding="utf-8")
    found = verify(path)
    assert "contiguity" not in set(found.checks["check"])
    assert any("contiguity was not checked" in note for note in found.notes)


def test_files_without_terms_are_checked_as_far_as_they_go(grids, tmp_path):
    path = tmp_path / "plain.geojson"
    document = saved(grids, path)
    # As divisions were saved before they held their terms.
    del document["linli"]
    assert failed(path, document) == []
    found = verify(path)
    assert found.checks["check"].tolist() == ["contiguity"]
    assert any("states no tolerance" in note and "0.00%" in note for note in found.notes)
    rows = [feature["properties"] for feature in document["features"]]
    rows[0]["part"], rows[35]["part"] = rows[35]["part"], rows[0]["part"]
    assert failed(path, document) == ["contiguity"]
    lines = grids.save(tmp_path / "lines.ndjson")
    assert verify(lines).ok
    frame = grids.to_geopandas().to_crs(4326)
    frame[["part", "geometry"]].to_file(path, driver="GeoJSON")
    assert verify(path).ok


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(features=[]), "holds no feature"),
        (lambda document: document.update(type="Topology"), "no collection of features"),
        (
            lambda document: [one["properties"].pop("part") for one in document["features"]],
            "has no property 'part'",
        ),
        (lambda document: document["features"][3].update(geometry=None), "no outline for unit 3"),
        (change(3, part=None), "no part for unit 3"),
        (lambda document: document["linli"].update(format="linli division 3"), "reads up to 2"),
        (lambda document: document["linli"].update(format="linli poem 1"), "is no division"),
        (forget("neighbours", [0, 99]), "lists unit 99"),
    ],
)
def test_what_a_file_lacks_is_said(grids, change, message, tmp_path):
    path = tmp_path / "grids.geojson"
    document = saved(grids, path)
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(linli.InvalidInput, match=message):
        verify(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(linli.InvalidInput, match="cannot be read as GeoJSON"):
        verify(path)


@st.composite
def plans(draw: st.DrawFn) -> tuple[int, int, list[int], list[int]]:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(2, 4))
    n = rows * columns
    part = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    people = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    return rows, columns, part, [*people[:-1], 1 + people[-1]]


@settings(max_examples=40)
@given(plans(), st.floats(0.0, 2.0))
def test_any_plan_is_judged_by_the_definition(tmp_path_factory, plan, tolerance):
    rows, columns, part, people = plan
    frame = squares(rows, columns).assign(part=part, population=people).to_crs(4326)
    document = json.loads(frame.to_json())
    parts = sorted(set(part))
    share = sum(people) / len(parts)
    held = [sum(n for n, one in zip(people, part, strict=True) if one == label) for label in parts]
    off = max(abs(amount / share - 1) for amount in held)
    sides = [(at, at + 1) for at in range(rows * columns) if (at + 1) % columns]
    sides += [(at, at + columns) for at in range((rows - 1) * columns)]
    level = {"column": "part", "k": len(parts), "balance": {"population": tolerance}}
    level |= {"objective": "border", "value": SIDE * sum(part[a] != part[b] for a, b in sides)}
    document["linli"] = {"format": "linli division 2", "levels": [level]}
    found = failed(tmp_path_factory.getbasetemp() / "plan.geojson", document)

    def whole(label: int) -> bool:
        units = {at for at, one in enumerate(part) if one == label}
        seen, rest = set(), [min(units)]
        while rest:
            at = rest.pop()
            seen.add(at)
            rest += [
                other
                for pair in sides
                if at in pair
                for other in pair
                if other in units and other not in seen
            ]
        return seen == units

    assert ("contiguity" in found) == (not all(map(whole, parts)))
    if abs(off - tolerance) > 1e-6:
        assert ("band of population" in found) == (off > tolerance)
    assert "value (border)" not in found and "number of parts" not in found


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "linli"
    return subprocess.run(
        [str(program), *words], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_what_the_command_divides_the_command_verifies(tmp_path, grids):
    linli.datasets.export(tmp_path)
    ask = ["partition", "committees.geojson", "--towns", "towns.geojson", "--rounds", "0"]
    for extra in (
        ["--parts", "12", "--within", "town", "--tolerance", "0.4", "--subdivide", "30"],
        ["--parts", "6", "--objective", "border", "--tolerance", "0.3"],
        ["--parts", "6", "--objective", "inertia", "--tolerance", "0.3", "--balance", "population"],
        ["--parts", "6", "--objective", "walk", "--tolerance", "0.3", "-f", "centers.geojson"],
        ["--parts", "25", "--within", "town", "--exception-cost", "20", "--tolerance", "0.3"],
        ["--parts", "6", "--streets", "streets.geojson", "--barriers", "barriers.geojson",
         "--join-islands", "--tolerance", "0.6"],
    ):  # fmt: skip
        done = run(*ask, *extra, "-o", "grids.geojson", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        found = verify(tmp_path / "grids.geojson")
        assert found.ok, found.checks.to_string()
        written = json.loads((tmp_path / "grids.geojson").read_text(encoding="utf-8"))
        objective = written["linli"]["objective"]
        assert f"value ({objective})" in set(found.checks["check"])
        assert {"neighbours", "contiguity", "parts as they were saved"} <= set(
            found.checks["check"]
        )
        levels = ["part", "block"] if "--subdivide" in extra else ["part"]
        assert found.checks["level"].drop_duplicates().tolist() == ["all", *levels]
    said = run("verify", "grids.geojson", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "everything holds" in said.stdout and "contiguity" in said.stdout
    assert f"committees alone {written['linli']['input_hash']}" in said.stdout
    written["linli"]["value"] += 1
    (tmp_path / "grids.geojson").write_text(json.dumps(written), encoding="utf-8")
    said = run("verify", "grids.geojson", cwd=tmp_path)
    assert said.returncode == 1 and "DIFFERS" in said.stdout
    assert "1 of" in said.stdout.splitlines()[-1]
    (tmp_path / "empty.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    said = run("--json-errors", "verify", "empty.geojson", cwd=tmp_path)
    assert (
        said.returncode == 1
        and "holds no feature" in json.loads(said.stderr.splitlines()[-1])["message"]
    )
