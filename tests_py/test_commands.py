"""Does the command say what Python says, and both of the same data?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import linli
import numpy as np
import pytest

FILES = [
    "committees.geojson",
    "--points",
    "residential_points.geojson",
    "--towns",
    "towns.geojson",
]
CENTRES = ["-f", "centers.geojson"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    linli.datasets.export(folder)
    return folder


@pytest.fixture(scope="module")
def city() -> linli.City:
    return linli.datasets.putuo()


def command(folder: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "linli"
    done = subprocess.run(
        [str(program), *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def assign(folder: Path, *words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(command(folder, "assign", *FILES, *CENTRES, *words).stdout)
    return answer


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        (["--not-everyone"], {"everyone": False}),
        (["--minutes", "30", "--not-everyone"], {"minutes": 30, "everyone": False}),
        (
            ["--minutes", "30", "--not-everyone", "--split", "--capacity", "50000"],
            {"minutes": 30, "everyone": False, "whole": False, "capacity": 50_000},
        ),
    ],
)
def test_groups_are_assigned_at_their_own_speeds(folder, city, words, terms):
    found = city.assign(speeds={"over_60": 0.9}, **terms)
    said = assign(folder, "--speed-of", "over_60=0.9", *words)
    rows = [feature["properties"] for feature in said["features"]]
    for column in ("status", "facility", "nearest"):
        known = found.rows[column].astype(object).where(found.rows[column].notna(), None)
        assert [row[column] for row in rows] == known.tolist(), column
    for column in ("served", "no_capacity", "out_of_reach"):
        np.testing.assert_allclose([row[column] for row in rows], found.rows[column], atol=1e-6)
    total = found.levels().iloc[0]
    assert said["linli"]["levels"] == pytest.approx(total.to_dict())
    groups = {group["name"]: group for group in said["linli"]["groups"]}
    for name, levels in found.levels("district", "group").iterrows():
        for fate in ("people", "served", "no_capacity", "out_of_reach"):
            assert groups[name][fate] == pytest.approx(levels[fate], abs=1e-6)
    parts = [
        (row["id"], part["facility"], part["group"], part["people"])
        for row in rows
        for part in row["parts"]
    ]
    known = list(found.parts.itertuples(index=False))
    assert sorted(part[:3] for part in parts) == sorted(tuple(part)[:3] for part in known)
    assert said["linli"]["speeds"] == [["over_60", 0.9]]
    # Somebody slow must be left behind where others are not, or nothing was asked.
    assert total["out_of_reach"] > 0 or terms.get("minutes") is None
    if terms.get("minutes") is not None:
        assert any(row["status"] == "partly" and row["out_of_reach"] > 0 for row in rows)


def test_speeds_of_groups_are_told_in_words_and_compared(folder, city):
    speeds = {"over_60": 0.9}
    asked = ["--speed-of", "over_60=0.9", "--minutes", "15", "--not-everyone"]
    words = command(folder, "assign", *FILES, *CENTRES, *asked, "--format", "summary").stdout
    found = city.assign(15, speeds=speeds, everyone=False).levels().iloc[0]
    assert f"{found['served']:,.0f} served" in words
    assert f"{found['out_of_reach']:,.0f} out of reach" in words
    assert "over_60 at 0.9 m/s" in words
    said = command(
        folder, "assign", *FILES, *CENTRES, *asked, "--free-choice", "--format", "ndjson"
    ).stdout
    belongs = city.assign(15, speeds=speeds, everyone=False)
    known = city.compare_choice(belongs, 15, speeds=speeds).by("town")
    for line in map(json.loads, said.splitlines()):
        assert line["elsewhere"] == pytest.approx(known.loc[line["town"], "elsewhere"], abs=1e-6)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--speed-of", "over_60"], 2, "GROUP=SPEED"),
        (["--speed-of", "cats=1"], 2, 'no group named "cats"'),
        (["--speed-of", "over_60=90"], 2, "metres per second"),
        (["--speed-of", "over_60=0.9", "--group", "over_60"], 2, "give one of the two"),
        (["--speed-of", "over_60=0.9", "--contiguous"], 2, "whole committees"),
    ],
)
def test_speeds_that_make_no_sense_are_refused(folder, words, code, message):
    said = command(folder, "assign", *FILES, *CENTRES, *words, code=code).stderr
    assert message in said


def hash_in(text: str, word: str) -> str:
    found = re.search(rf"\b{word} ([0-9a-f]{{16}})", text)
    assert found, text
    return found[1]


def test_one_hash_for_the_same_data(folder, city):
    short = ["--format", "summary"]
    divide = ["partition", *FILES, "--parts", "12", "--rounds", "0", "--tolerance", "0.3"]
    for words in (
        ["coverage", *FILES, *CENTRES],
        ["assign", *FILES, *CENTRES],
        ["site", *FILES, *CENTRES, "--new", "1"],
        [*divide, *CENTRES],
    ):
        said = command(folder, *words, *short).stdout
        assert hash_in(said, "data") == city.input_hash, words
    # Committees without centres are other data, and it is said that they are.
    said = command(folder, *divide, *short).stdout
    alone = hash_in(said, "committees alone")
    assert alone != city.input_hash and "; data " not in said
    written = json.loads(command(folder, *divide).stdout)["linli"]
    assert (written["input_hash"], written["committees_alone"]) == (alone, True)
    written = json.loads(command(folder, *divide, *CENTRES).stdout)["linli"]
    assert written["input_hash"] == city.input_hash and "committees_alone" not in written


def test_barriers_count_where_an_answer_depends_on_them(folder, city):
    bare = linli.read(folder / "committees.geojson", folder / "centers.geojson")
    barred = linli.read(
        folder / "committees.geojson",
        folder / "centers.geojson",
        barriers=folder / "barriers.geojson",
    )
    barriers = json.loads((folder / "barriers.geojson").read_text(encoding="utf-8"))
    barriers["features"][0]["properties"]["name"] = "another river"
    (folder / "other.geojson").write_text(json.dumps(barriers), encoding="utf-8")
    other = linli.read(
        folder / "committees.geojson",
        folder / "centers.geojson",
        barriers=folder / "other.geojson",
    )
    # The data of questions that no barrier changes stay the same data.
    assert bare.input_hash == barred.input_hash == other.input_hash
    assert bare.coverage().provenance == barred.coverage().provenance
    streets = linli.datasets.putuo(streets=True).streets
    for ask in (
        lambda city: city.severance(walk=streets).provenance,
        lambda city: city.explain(0, walk=streets).provenance,
        lambda city: city.street_report(walk=streets).provenance,
        lambda city: city.check("shanghai-2024-draft/main-city").provenance,
    ):
        none, one, two = (ask(each) for each in (bare, barred, other))
        assert "barriers_hash" not in none
        assert len({one["barriers_hash"], two["barriers_hash"]}) == 2
        assert one["input_hash"] == bare.input_hash
    # Sets beyond a river are joined, so that there is something to divide.
    terms: dict[str, Any] = {"rounds": 0, "balance": {"population": 0.6}, "join_islands": True}
    plain, parted = barred.partition(6, **terms), barred.partition(6, barriers=True, **terms)
    assert "barriers_hash" not in plain.provenance
    known = parted.provenance["barriers_hash"]
    assert parted.subdivide(12, rounds=0).provenance["barriers_hash"] == known
    made = barred.contiguity(barriers=True, join_islands=True)
    given = barred.partition(6, contiguity=made, rounds=0, balance={"population": 0.6})
    assert given.provenance["barriers_hash"] == known
    # A standard that does not mind barriers gives the same answer with any.
    assert "barriers_hash" not in barred.check("gb50180-2018/15").provenance


def test_the_command_names_the_hash_of_barriers(folder, city):
    known = linli.datasets.putuo(streets=True).severance().provenance["barriers_hash"]
    divide = ["partition", *FILES, "--parts", "6", "--rounds", "0", "--tolerance", "0.6"]
    divide.append("--join-islands")
    asked = [*divide, "--barriers", "barriers.geojson"]
    assert hash_in(command(folder, *asked, "--format", "summary").stdout, "barriers") == known
    assert json.loads(command(folder, *asked).stdout)["linli"]["barriers_hash"] == known
    assert "barriers" not in command(folder, *divide, "--format", "summary").stdout
    walk = ["streets", *FILES, *CENTRES, "--streets", "streets.geojson"]
    for extra in ([], ["--explain", city.demand["id"].iloc[0]]):
        with_them = [*walk, "--barriers", "barriers.geojson", *extra]
        assert hash_in(command(folder, *with_them).stdout, "barriers") == known
        said = json.loads(command(folder, *with_them, "--format", "json").stdout)
        assert said["provenance"]["barriers_hash"] == known
        assert said["provenance"]["input_hash"] == city.input_hash
        assert "; data " in command(folder, *walk, *extra).stdout
        assert ", barriers " not in command(folder, *walk, *extra).stdout
    check = ["check", *FILES, *CENTRES, "--standard", "shanghai-2024-draft/main-city"]
    said = command(folder, *check, "--barriers", "barriers.geojson").stdout
    assert hash_in(said, "barriers") == known
