"""Does a comparison keep everybody to the same terms, and does verify see what is wrong?"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import bench_methods
import geopandas as gpd
import linli
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli import bench
from linli.bench._check import by_lowest_unit, check, pieces
from linli.bench._made import grid, voronoi
from linli.bench._methods import plan_methods
from linli.bench._sources import instances
from linli.bench._task import KEPT, Task
from shapely.geometry import box

STREET = bench.Instance("street", [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], [10] * 6, 3)


def compare(tmp_path, methods, instance=STREET, **terms):
    terms = {"seeds": 1, "budget_s": 5.0, "tolerance": 0.05, "progress": False, **terms}
    return bench.partition(instance, methods, out=tmp_path / "out", **terms)


# What a plan is.


@given(
    st.integers(2, 6), st.integers(2, 6), st.integers(1, 5), st.integers(0, 2**32), st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_a_plan_is_measured_as_it_is_defined(rows, columns, k, seed, with_towns):
    drawn = np.random.default_rng(seed)
    made = grid(rows, columns, min(k, rows * columns))
    towns = drawn.integers(0, 2, made.n) if with_towns else None
    instance = bench.Instance(
        "one",
        made.edges,
        drawn.integers(0, 30, made.n) + 1.0,
        made.k,
        border_m=drawn.random(len(made.edges)),
        positions=drawn.random((made.n, 2)) * 1e3,
        towns=towns,
    )
    labels = drawn.integers(0, instance.k + 1, instance.n)
    found = check(instance, labels, 0.3)
    graph = nx.Graph()
    graph.add_nodes_from(range(instance.n))
    graph.add_edges_from(instance.edges.tolist())
    names = sorted(set(labels.tolist()))
    inside = [graph.subgraph(np.flatnonzero(labels == name).tolist()) for name in names]
    assert found.parts == len(names)
    assert found.pieces == sum(nx.number_connected_components(one) for one in inside)
    cut = [(a, b) for a, b in instance.edges.tolist() if labels[a] != labels[b]]
    assert found.cut_edges == len(cut)
    lengths = {
        tuple(pair): m for pair, m in zip(instance.edges.tolist(), instance.border_m, strict=True)
    }
    assert found.border_m == pytest.approx(sum(lengths[pair] for pair in cut))
    share = instance.weight.sum() / instance.k
    held = [instance.weight[labels == name].sum() for name in names]
    held += [0.0] * (instance.k - len(names))
    assert found.deviation == pytest.approx(max(abs(one / share - 1) for one in held))
    moment = 0.0
    for name in names:
        mine = labels == name
        weight, places = instance.weight[mine], instance.positions[mine]
        middle = np.average(places, axis=0, weights=weight)
        moment += (weight * ((places - middle) ** 2).sum(axis=1)).sum()
    assert found.inertia == pytest.approx(moment)
    across = [len(set(towns[labels == name].tolist())) > 1 for name in names] if with_towns else []
    assert found.parts_across_towns == (sum(across) if with_towns else None)
    balanced = len(names) == instance.k and found.deviation <= 0.3 + 1e-9
    assert found.within_tolerance == balanced
    assert found.valid == (balanced and found.pieces == len(names) and not any(across))


def test_metrics_of_the_core_agree():
    instance = voronoi(200, 7)
    labels = np.random.default_rng(1).integers(0, 7, 200)
    core = linli.regions.metrics(instance.contiguity, instance.weight, labels)
    found = check(instance, labels, 0.1)
    assert found.cut_edges == core.cut_edges
    assert found.deviation == pytest.approx(core.deviation[0], rel=1e-12)
    assert found.pieces == core.parts["pieces"].sum()


def test_parts_are_numbered_by_their_lowest_unit():
    assert by_lowest_unit(np.array([7, 7, 2, 9, 2])).tolist() == [0, 0, 1, 2, 1]
    assert pieces(4, np.array([[0, 1], [2, 3]])) == 2


# Instances.


def test_made_districts_are_those_of_the_cores_benchmarks():
    # 842 pairs and these people come out of tests/common/districts.rs as well.
    made = voronoi(300, 25)
    assert (made.n, len(made.edges), made.weight.sum()) == (
        300,
        842,
        pytest.approx(1.24e6, rel=1e-4),
    )
    assert voronoi(300, 25).hash == made.hash != voronoi(300, 25, 1).hash
    assert pieces(made.n, made.edges) == 1
    cells = grid(3, 4, 2)
    assert (cells.n, len(cells.edges)) == (12, 17)


def test_an_instance_comes_back_with_its_hash():
    made = bench.Instance(
        "one", [[1, 0], [2, 1], [0, 1]], [1.5, 2, 3], 2, 0.1, [5.0, 7.0, 5.0], towns=["b", "a", "b"]
    )
    again = bench.Instance.from_json(made.to_json())
    assert again.hash == made.hash
    assert made.edges.tolist() == [[0, 1], [1, 2]]
    assert made.border_m.tolist() == [5.0, 7.0]
    assert made.towns.tolist() == [1, 0, 1]
    starts, neighbours, edge = made.adjacency()
    assert (starts.tolist(), neighbours.tolist(), edge.tolist()) == (
        [0, 1, 3, 4],
        [1, 0, 2, 1],
        [0, 0, 1, 1],
    )


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"edges": [[0, 9]]}, "row 0"),
        ({"edges": [[0.5, 1]]}, "whole"),
        ({"weight": [1, -1, 1]}, "0 or more"),
        ({"k": 4}, "1 to 3"),
        ({"name": "a/b"}, "letters"),
        ({"weight": [0, 0, 0]}, "somebody"),
        ({"border_m": [1.0]}, "each pair"),
        ({"positions": [[0.0, 0.0]]}, "shape"),
        ({"towns": [1]}, "give 3"),
    ],
)
def test_a_faulty_instance_is_refused(terms, said):
    right = {"name": "one", "edges": [[0, 1], [1, 2]], "weight": [1, 1, 1], "k": 2}
    with pytest.raises(linli.InvalidInput, match=said):
        bench.Instance(**{**right, **terms})


def test_instances_are_read_from_files(tmp_path):
    shapes = gpd.GeoDataFrame(
        {"people": [5, 6, 7], "town": ["a", "a", "b"]},
        geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100), box(200, 0, 300, 50)],
        crs=32651,
    )
    shapes.to_file(tmp_path / "places.geojson")
    (polygons,) = instances(f"{tmp_path}/places.geojson:people:2:town", 0.1)
    assert polygons.edges.tolist() == [[0, 1], [1, 2]]
    assert polygons.border_m == pytest.approx([100.0, 50.0])
    assert polygons.towns.tolist() == [0, 0, 1]
    assert (polygons.weight.tolist(), polygons.tolerance) == ([5.0, 6.0, 7.0], 0.1)
    (tmp_path / "pairs.csv").write_text("a,b,border_m\nx,y,4\ny,z,5\n")
    (tmp_path / "units.csv").write_text("id,people\nx,1\ny,2\nz,3\n")
    (pairs,) = instances([f"{tmp_path}/pairs.csv+{tmp_path}/units.csv:people:2@0.2"], 0.1)
    assert (pairs.edges.tolist(), pairs.border_m.tolist()) == ([[0, 1], [1, 2]], [4.0, 5.0])
    assert (pairs.weight.tolist(), pairs.tolerance) == ([1.0, 2.0, 3.0], 0.2)
    (alone,) = instances(f"{tmp_path}/pairs.csv:2", 0.1)
    assert alone.weight.tolist() == [1.0, 1.0, 1.0]
    graph = {
        "nodes": [{"id": 3, "pop": 8}, {"id": 5, "pop": 9}],
        "edges": [{"source": 3, "target": 5}],
    }
    (tmp_path / "graph.json").write_text(json.dumps(graph))
    (read,) = instances(f"{tmp_path}/graph.json:2", 0.1)
    assert (read.edges.tolist(), read.weight.tolist()) == ([[0, 1]], [8.0, 9.0])
    (tmp_path / "units.csv").write_text("id,people\nx,1\ny,2\n")
    with pytest.raises(linli.InvalidInput, match="row 1"):
        instances(f"{tmp_path}/pairs.csv+{tmp_path}/units.csv:people:2", 0.1)
    with pytest.raises(linli.InvalidInput, match="no column 'folk'"):
        instances(f"{tmp_path}/places.geojson:folk:2", 0.1)


@pytest.mark.parametrize(
    "text", ["nowhere", "voronoi:5", "grid:3:1", "putuo:3:county", "a.geojson:1"]
)
def test_a_text_that_names_nothing_says_what_would(text):
    with pytest.raises(linli.InvalidInput, match="voronoi:UNITS:PARTS"):
        instances(text, 0.1)


def test_published_instances_carry_their_minimum():
    if not os.environ.get("LINLI_SHARED_DATA"):
        pytest.skip("LINLI_SHARED_DATA is not set: the real instances are not on this machine")
    found = {one.name: one for one in instances(["county*", "fl25@0.5"], 0.3)}
    assert set(found) == {"county01-7", "county19-4", "county20-4", "county40-5", "fl25-3-0.5"}
    assert (found["county01-7"].known, found["county01-7"].tolerance) == (55, 0.005)
    # What is least at ±10 % need not be so at ±50 %.
    assert found["fl25-3-0.5"].known is None


# Methods.


def test_methods_are_found_by_name_function_and_file(tmp_path):
    (tmp_path / "mine.py").write_text("def even(task):\n    return [0] * task.instance.n\n")
    asked = [
        "linli:rounds=8:objective=border",
        bench_methods.halves,
        bench_methods.CHANCE,
        "named=bench_methods:with_parameters",
        f"filed={tmp_path}/mine.py:even",
    ]
    first, *others = plan_methods(asked)
    assert (first.name, first.parameters) == ("linli", {"rounds": 8, "objective": "border"})
    assert [one.label for one in others] == ["halves", "chance", "named", "filed"]
    assert not others[1].repeatable
    for wrong, said in [
        ("nobody", "is not known"),
        ("linli:turns=3", "no parameter 'turns'; it has rounds"),
        ("mine=bench_methods:nothing", "nothing"),
        (lambda task: task, "top of a module"),
    ]:
        with pytest.raises(linli.InvalidInput, match=said):
            plan_methods(wrong)


def test_every_way_to_fail_is_a_row(tmp_path):
    methods = [
        bench_methods.halves,
        bench_methods.scattered,
        bench_methods.raises,
        bench_methods.wrong_shape,
        bench_methods.fractions,
        bench_methods.never_ends,
        bench_methods.dies,
        bench_methods.skips,
        bench_methods.MISSING,
    ]
    found = compare(tmp_path, methods, budget_s=0.2)
    rows = found.runs.set_index("method")
    assert rows["status"].to_dict() == {
        "halves": "ok",
        "scattered": "ok",
        "raises": "failed",
        "wrong_shape": "failed",
        "fractions": "failed",
        "never_ends": "killed",
        "dies": "crashed",
        "skips": "skipped",
        "missing": "not_installed",
    }
    assert rows.loc["halves", ["valid", "cut_edges", "value"]].tolist() == [True, 2, 2.0]
    assert not rows.loc["scattered", "contiguous"]
    assert rows.loc["scattered", "within_tolerance"]
    assert not rows.loc["scattered", "valid"]
    said = rows["message"]
    assert "RuntimeError: no such thing (bench_methods.py:" in said["raises"]
    assert "shape (2,)" in said["wrong_shape"]
    assert "float64" in said["fractions"]
    assert "exit code 3" in said["dies"]
    assert said["missing"] == "pip install no-such-distribution-of-linli"
    assert rows["valid"].isna().sum() == 7
    assert rows.loc["never_ends", "wall_s"] < 10
    assert found.finished
    assert bench.verify(found.path, replay=False).ok
    assert "not installed" in repr(found)
    assert "missing" not in set(found.summary()["method"])


def test_a_run_over_its_time_is_stopped_and_its_last_report_counts(tmp_path):
    found = compare(tmp_path, bench_methods.reports_and_never_ends, budget_s=1.0)
    (row,) = found.runs.to_dict("records")
    assert (row["status"], row["valid"], row["cut_edges"]) == ("killed", True, 2)
    assert not row["repeatable"]
    # Half a second and a tenth of its time are granted, and a slow machine some more.
    assert 1.0 <= row["wall_s"] < 8


def test_children_of_a_run_end_with_it(tmp_path, monkeypatch):
    if os.name != "posix":
        pytest.skip("process groups are POSIX")
    monkeypatch.setenv("LINLI_CHILD", str(tmp_path / "child"))
    compare(tmp_path, bench_methods.starts_a_child_that_never_ends, budget_s=3.0)
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        # It may wait to be buried by whoever adopted it.
        state = Path(f"/proc/{child}/stat")
        if state.exists() and state.read_text().rsplit(")")[-1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the child still runs")


def test_the_clock_starts_when_a_method_says_so(tmp_path):
    found = compare(
        tmp_path, [bench_methods.PREPARES, bench_methods.until_time_is_up], budget_s=0.5
    )
    prepared, timed = found.runs.to_dict("records")
    assert prepared["status"] == "ok"
    assert prepared["setup_s"] >= 1.2 > prepared["wall_s"]
    assert prepared["repeatable"]
    assert timed["status"] == "ok"
    assert timed["wall_s"] >= 0.5
    assert timed["steps"] > 0
    # Who looks at the clock has an answer of its own every time.
    assert not timed["repeatable"]


def test_threads_and_the_order_of_sets_are_fixed(tmp_path):
    found = compare(tmp_path, bench_methods.threads_and_hash, threads=2)
    assert found.runs["status"].tolist() == ["ok"], found.runs["message"].tolist()


def test_reports_are_thinned_and_the_last_is_kept():
    task = Task(STREET, 0.1, "cut_edges", 0, 1.0, 1)
    task.restart()
    for at in range(1000):
        task.report(np.full(6, at))
        assert task._way[-1][2][0] == at
        assert len(task._way) <= KEPT
    assert task._way[0][2][0] == 0
    assert len(task._way) > KEPT // 4
    with pytest.raises(TypeError, match="no column is named luck"):
        task.note(luck=1)


# linli itself.


def test_methods_of_linli_are_valid_and_come_out_again(tmp_path):
    methods = ["linli:rounds=2", "linli_bursts:steps=50", "linli_recom:steps=50"]
    methods += [f"linli_{way}:rounds=2" for way in ("annealing", "fm", "tabu", "chains")]
    found = compare(tmp_path, methods, "grid:6x6:4", seeds=[3], budget_s=60.0)
    runs = found.runs
    assert len(runs) == 7
    assert runs["valid"].all()
    assert runs["repeatable"].all()
    assert (runs["bound"].dropna() <= runs["value"][runs["bound"].notna()]).all()
    proof = bench.verify(found.path)
    assert proof.ok, proof.findings
    assert proof.replayed == 7
    assert found.labels(1).tolist() == by_lowest_unit(found.labels(1)).tolist()
    assert found.summary()["method"].tolist() == methods
    assert found.trace["valid"].all()
    assert set(found.trace["run"]) == {2, 3}
    assert "best" in found._repr_html_()


def test_towns_are_kept_and_repeats_agree(tmp_path):
    found = compare(tmp_path, "linli_first", "putuo:25:town@0.3", repeats=2)
    assert found.runs["valid"].tolist() == [True, True]
    assert found.runs["parts_across_towns"].tolist() == [0, 0]
    assert found.runs["plan"][0] == found.runs["plan"][1]
    assert found.runs["repeat"].tolist() == [0, 1]


def test_a_search_that_the_clock_ended_does_not_claim_to_be_repeatable(tmp_path):
    found = compare(tmp_path, "linli:rounds=100000", "voronoi:300:25", budget_s=0.3)
    (row,) = found.runs.to_dict("records")
    assert (row["status"], row["stop"], row["repeatable"]) == ("ok", "time", False)


def test_objectives_are_measured_where_they_are_known(tmp_path):
    found = compare(
        tmp_path,
        "linli:rounds=1",
        [STREET, "grid:4x4:2"],
        objective="border",
    )
    rows = found.runs.set_index(["instance", "method"])
    assert rows.loc[("street", "linli:rounds=1"), "status"] == "skipped"
    grid_row = rows.loc[("grid-4x4-2", "linli:rounds=1")]
    assert grid_row["value"] == grid_row["border_m"] == 100 * grid_row["cut_edges"] == 400.0


# The folder.


def test_a_call_goes_on_where_another_stopped(tmp_path):
    first = compare(tmp_path, bench_methods.halves)
    plan = first.runs.iloc[0]
    more = compare(tmp_path, [bench_methods.halves, bench_methods.scattered], seeds=2)
    assert len(more.runs) == 4
    assert more.runs.iloc[0]["wall_s"] == plan["wall_s"]
    assert more.runs["run"].tolist() == [1, 2, 3, 4]
    assert set(more.manifest["methods"]) == {"halves", "scattered"}
    assert bench.verify(more.path, replay=False).ok
    for terms, said in [
        ({"objective": "border"}, "objective"),
        ({"threads": 2}, "threads"),
        ({"tolerance": 0.2}, "street"),
    ]:
        with pytest.raises(linli.InvalidInput, match=said):
            compare(tmp_path, bench_methods.halves, **terms)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(linli.InvalidInput, match="not empty"):
        bench.partition(STREET, bench_methods.halves, out=tmp_path / "other")
    manifest = json.loads((more.path / "manifest.json").read_text())
    manifest["versions"]["linli"] = "0.0.1"
    (more.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(linli.InvalidInput, match=r"0\.0\.1"):
        compare(tmp_path, bench_methods.halves)


def test_what_was_not_installed_is_tried_again(tmp_path, monkeypatch):
    name = bench_methods.MISSING
    assert compare(tmp_path, name).runs["status"].tolist() == ["not_installed"]
    real = linli.bench._methods.version_of
    for module in ("_compare", "_manifest", "_methods"):
        monkeypatch.setattr(
            f"linli.bench.{module}.version_of",
            lambda package: "1.0" if package == "no-such-distribution-of-linli" else real(package),
        )
    again = compare(tmp_path, name).runs
    assert (again["status"].tolist(), again["run"].tolist()) == (["ok"], [1])
    assert again["version"].tolist() == ["1.0"]


def test_a_stopped_comparison_keeps_its_rows(tmp_path):
    if os.name != "posix":
        pytest.skip("signals are POSIX")
    command = [
        str(Path(sys.executable).parent / "linli"),
        *("bench", "partition", "grid:4x4:2"),
        *("--method", "halves=bench_methods:halves", "--seeds", "200", "--out", "out"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True}
    # A shell that starts the tests in its background ignores Ctrl-C, and so would what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes) as process:
        for line in process.stderr:
            if line.startswith("[2/200]"):
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "the same command goes on" in said
    found = bench.Results.load(tmp_path / "out")
    assert 2 <= len(found.runs) < 200
    assert not found.finished
    assert (found.path / "runs.parquet").exists()
    proof = bench.verify(found.path, replay=False)
    assert proof.ok
    assert "not finished" in proof.notes[0]


def test_tables_and_pictures_are_there(tmp_path):
    pytest.importorskip("matplotlib").use("Agg")
    pytest.importorskip("pyarrow")
    found = compare(
        tmp_path,
        [bench_methods.halves, bench_methods.raises],
        [STREET, "grid:4x4:2"],
    )
    assert (
        pd.read_parquet(found.path / "runs.parquet")["method"].tolist()
        == found.runs["method"].tolist()
    )
    for kind in ("value", "deviation", "success"):
        assert (found.path / "plots" / f"{kind}.png").stat().st_size > 10_000
    figure = found.plot("success")
    titles = [ax.get_title() for ax in figure.axes if ax.get_visible()]
    assert titles == ["street: 6 units, 3 parts, ±5 %", "grid-4x4-2: 16 units, 2 parts, ±5 %"]
    words = {text.get_text() for text in figure.legends[0].get_texts()}
    assert words == {"valid", "failed"}
    with pytest.raises(ValueError, match="give one of value"):
        found.plot("pie")


def test_the_manifest_names_no_machine_and_hashes_every_file(tmp_path):
    found = compare(tmp_path, bench_methods.halves)
    text = (found.path / "manifest.json").read_text()
    assert os.uname().nodename not in text
    facts = found.manifest["instances"]["street"]
    sha = subprocess.run(
        ["sha256sum", facts["file"], "runs.csv", f"plans/{found.runs['plan'][0][:16]}.txt"],
        cwd=found.path,
        capture_output=True,
        text=True,
        check=True,
    )
    hashes = [line.split()[0] for line in sha.stdout.splitlines()]
    assert hashes == [facts["sha256"], found.manifest["files"]["runs.csv"], found.runs["plan"][0]]


# Verification.


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A comparison that holds."""
    folder = tmp_path_factory.mktemp("sound")
    return compare(folder, ["linli:rounds=1", bench_methods.by_seed], "grid:4x4:4", seeds=2)


@pytest.fixture
def folder(sound, tmp_path):
    """A copy to tamper with."""
    return Path(shutil.copytree(sound.path, tmp_path / "copy"))


def checks(folder, **terms):
    found = bench.verify(folder, **{"replay": False, "progress": False, **terms})
    assert not found.ok
    assert "differ" in repr(found)
    # The first run of each check.
    table = found.findings.drop_duplicates("check").fillna(0)
    return dict(zip(table["check"], table["run"], strict=True))


def rewrite(folder, column, run, value, *, manifest=False):
    """Change a table, and its hash too, as a thorough forger would."""
    from linli.bench._manifest import sha256

    table = pd.read_csv(folder / "runs.csv", dtype=str, keep_default_na=False)
    table.loc[run - 1, column] = value
    table.to_csv(folder / "runs.csv", index=False)
    facts = json.loads((folder / "manifest.json").read_text())
    facts["files"]["runs.csv"] = sha256((folder / "runs.csv").read_bytes())
    if manifest:
        facts["runs"][run - 1][column] = value
    (folder / "manifest.json").write_text(json.dumps(facts))


def test_a_sound_folder_holds(sound):
    for path in (sound.path, sound.path / "manifest.json"):
        found = bench.verify(path)
        assert found.ok, found.findings
        assert (found.plans, found.replayed) == (4, 4)
        assert found.notes == ()
        assert "everything holds: 4 plans" in repr(found)


def test_a_tampered_plan_is_seen(sound, folder):
    file = folder / "plans" / f"{sound.runs['plan'][0][:16]}.txt"
    lines = file.read_text().split()
    lines[0], lines[-1] = lines[-1], lines[0]
    file.write_text("\n".join(lines) + "\n")
    found = checks(folder)
    assert found["plan: sha256"] == 1
    assert {"contiguous", "cut_edges", "value", "valid"} <= set(found)
    file.unlink()
    assert checks(folder)["plan"] == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cut_edges", "7"),
        ("value", "7.0"),
        ("deviation", "0.01"),
        ("valid", "False"),
        ("contiguous", "False"),
        ("parts", "5"),
        ("tolerance", "0.5"),
        ("border_m", "1.0"),
        ("bound", "99.0"),
        ("parts_found", "3"),
    ],
)
def test_a_tampered_table_is_seen_even_with_its_hash(folder, column, value):
    rewrite(folder, column, 1, value)
    found = checks(folder)
    assert found[column] == 1
    assert "runs.csv: sha256" not in found


def test_a_table_without_its_hash_is_seen(folder):
    text = (folder / "runs.csv").read_text()
    (folder / "runs.csv").write_text(text.replace(",ok,", ",OK,", 1))
    found = checks(folder)
    assert {"runs.csv: sha256", "status in the manifest"} <= set(found)


def test_missing_rows_and_instances_are_seen(folder):
    lines = (folder / "runs.csv").read_text().splitlines(keepends=True)
    (folder / "runs.csv").write_text("".join(lines[:-1]))
    assert checks(folder)["run"] == 4
    file = folder / "instances" / "grid-4x4-4.json"
    instance = json.loads(file.read_text())
    instance["weight"][0] = 2.0
    file.write_text(json.dumps(instance))
    assert {"instance grid-4x4-4: sha256", "deviation"} <= set(checks(folder))
    file.write_text("{")
    assert "instance grid-4x4-4" in checks(folder)


def test_another_plan_than_the_seed_gives_is_seen(sound, folder):
    # A valid plan with a right row, but not what these methods find with this seed.
    rewrite(folder, "seed", 1, "77", manifest=False)
    facts = json.loads((folder / "manifest.json").read_text())
    facts["runs"][0]["seed"] = 77
    other = facts["runs"][1]
    assert other["method"] == "by_seed"
    facts["methods"]["by_seed"]["target"] = "bench_methods:scattered"
    (folder / "manifest.json").write_text(json.dumps(facts))
    assert bench.verify(folder, replay=False).ok
    found = bench.verify(folder)
    assert "again" in set(found.findings["check"])
    assert set(found.findings["run"].dropna()) >= {2, 4}


def test_a_method_that_claims_to_be_repeatable_and_is_not_is_seen(tmp_path):
    found = compare(tmp_path, [bench_methods.by_chance, bench_methods.CHANCE])
    proof = bench.verify(found.path)
    assert proof.findings[["run", "check"]].to_numpy().tolist() == [[1, "again"]]


def test_other_versions_are_noted_and_strictly_differ(folder):
    facts = json.loads((folder / "manifest.json").read_text())
    facts["versions"]["linli"] = "0.0.1"
    facts["versions"]["numpy"] = "1.2.3"
    (folder / "manifest.json").write_text(json.dumps(facts))
    found = bench.verify(folder, replay=False)
    assert found.ok
    assert f"linli was 0.0.1 and is {linli.__version__} here" in found.notes
    assert any(note.startswith("numpy was 1.2.3") for note in found.notes)
    assert not bench.verify(folder, replay=False, strict=True).ok


def test_what_is_no_manifest_is_refused(tmp_path):
    for name, content in [("none.json", None), ("bad.json", "{"), ("list.json", "[]")]:
        if content is not None:
            (tmp_path / name).write_text(content)
        with pytest.raises(linli.InvalidInput, match="no manifest"):
            bench.verify(tmp_path / name)
    (tmp_path / "later.json").write_text('{"linli_bench": 99}')
    with pytest.raises(linli.InvalidInput, match="form 99"):
        bench.verify(tmp_path / "later.json")


# The command line.


def command(*words, cwd):
    program = Path(sys.executable).parent / "linli"
    return subprocess.run(
        [str(program), *words], capture_output=True, text=True, check=False, cwd=cwd
    )


def test_examples_of_the_help_run(tmp_path):
    grids = linli.datasets.putuo().partition(12, balance={"population": 0.3}, rounds=0)
    grids.save(tmp_path / "grids.geojson")
    ran = 0
    for words in (("bench", "partition", "--help"), ("verify", "--help")):
        said = command(*words, cwd=tmp_path)
        assert said.returncode == 0
        examples = said.stdout.split("Examples:")[1].split("\n\n")[0].strip().splitlines()
        for example in examples:
            # As in the tests of the core's command, from the folder of the example before.
            done = command(*example.split()[1:], cwd=tmp_path)
            assert done.returncode == 0, (example, done.stderr)
            ran += 1
    assert ran == 5
    table = pd.read_csv(tmp_path / "results" / "runs.csv")
    assert table["method"].tolist() == ["linli:rounds=8", "linli_first"] * 2


def test_exit_codes_say_what_is_at_fault(tmp_path, sound):
    assert command("verify", str(sound.path), "--no-replay", "-q", cwd=tmp_path).returncode == 0
    tampered = Path(shutil.copytree(sound.path, tmp_path / "tampered"))
    rewrite(tampered, "cut_edges", 2, "1")
    wrong = command("--quiet", "verify", str(tampered), "--no-replay", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "cut_edges" in wrong.stdout
    assert command("verify", "nowhere", cwd=tmp_path).returncode == 1
    for words in (
        ["bench"],
        ["bench", "partition", "nowhere", "--out", "o"],
        ["bench", "partition", "grid:2x2:2", "-m", "nobody", "--out", "o"],
        ["bench", "partition", "grid:2x2:2", "--seeds", "some", "--out", "o"],
        ["bench", "partition", "grid:2x2:2", "--repeats", "0", "--out", "o"],
        ["verify"],
    ):
        done = command(*words, cwd=tmp_path)
        assert done.returncode == 2, (words, done.stderr)
        assert "Traceback" not in done.stderr
    said = command("--json-errors", "bench", "partition", "nowhere", "--out", "o", cwd=tmp_path)
    assert json.loads(said.stderr)["exit"] == 2


# Peers, where they are installed.


@pytest.mark.parametrize(
    ("package", "method"),
    [
        ("pymetis", "metis"),
        ("pymetis", "metis:recursive=true"),
        ("pymetis", "metis_best:calls=3"),
        ("gerrychain", "gerrychain_first"),
        ("gerrychain", "gerrychain_bursts:steps=20"),
        ("gerrychain", "gerrychain_recom:steps=20"),
        ("spopt", "spopt_ward"),
        ("spopt", "spopt_kmeans"),
    ],
)
def test_peers_divide_and_do_it_again(tmp_path, package, method):
    pytest.importorskip(package)
    found = compare(tmp_path, method, "voronoi:60:4", budget_s=60.0, tolerance=0.2, seeds=[1])
    (row,) = found.runs.to_dict("records")
    assert row["status"] == "ok", row["message"]
    assert row["parts_found"] == 4
    if package != "spopt":
        assert row["valid"] or package == "pymetis"
        assert row["contiguous"]
    if "steps" in method:
        assert row["steps"] == 20
    assert row["repeatable"]
    proof = bench.verify(found.path)
    assert proof.ok, proof.findings


def test_default_methods_that_are_missing_are_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "linli.bench._compare.version_of", lambda package: None if package != "linli" else "0"
    )
    found = compare(tmp_path, bench._methods.DEFAULT, budget_s=0.2)
    peers = found.runs[~found.runs["method"].str.startswith("linli")]
    assert len(peers) == 8
    assert set(peers["status"]) == {"not_installed"}
