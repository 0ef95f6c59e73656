"""The map in a real browser: it draws everything, reports no fault and needs no network."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Whatever the page tries to reach, it does not.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=5000",
]


def linli(*args: str | Path) -> None:
    """Run the command of this environment, or the one cargo built."""
    places = [
        Path(sys.executable).with_name("linli"),
        ROOT / "target/debug/linli",
        ROOT / "target/release/linli",
    ]
    command = next((place for place in places if place.exists()), None)
    if command is None:
        pytest.skip("no linli command: install the wheel or run cargo build")
    subprocess.run([command, *args], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map that `linli demo` writes."""
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: the map was not tested; apt-get install chromium fonts-noto-cjk")
    folder = tmp_path_factory.mktemp("demo")
    linli("demo", "--out", folder, "--quiet")
    return folder / "map.html"


def chromium(page: Path, tmp_path: Path, *args: str) -> str:
    """Open a page in a browser that has never been used, and return what it prints."""
    command = [
        str(CHROMIUM),
        *FLAGS,
        f"--user-data-dir={tmp_path / 'profile'}",
        *args,
        page.as_uri(),
    ]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()


def write(path: Path, *features: tuple[dict[str, object], dict[str, object] | None]) -> None:
    """Write properties and geometries as GeoJSON."""
    listed = [
        {"type": "Feature", "properties": about, "geometry": shape} for about, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}), encoding="utf-8")


def count(pattern: str, dom: str) -> int:
    """How often a pattern stands in the page."""
    return len(re.findall(pattern, dom))


def test_everything_is_drawn_without_a_fault(demo: Path, tmp_path: Path) -> None:
    dom = chromium(demo, tmp_path, "--window-size=1400,900", "--dump-dom")
    body = re.search(r"<body[^>]*>", dom)
    assert body is not None
    assert "data-fault" not in body[0], body[0]
    assert 'data-committees="264"' in body[0]
    assert count(r'<path class="committee', dom) == 264
    assert count(r'fill="url\(#hatch-\d\)"', dom) == 56, "committees covered in part are hatched"
    assert count(r'class="leaflet-marker-icon centre existing', dom) == 20
    assert count(r'class="leaflet-marker-icon centre planned', dom) == 5
    assert count(r'class="leaflet-tooltip town-label', dom) == 10
    assert re.search(r'<h1 id="headline">74\.5 % of 1,239,800 people', dom)
    assert re.search(r'<div id="note">Synthetic', dom), "the note is shown"
    assert re.search(r'<footer id="assumptions">crow-fly × 1\.3 at 1\.33 m/s', dom)
    assert count(r'<li><button type="button"><span class="name">', dom) == 10 + 12


def test_a_name_that_is_markup_stays_text(demo: Path, tmp_path: Path) -> None:
    del demo  # for the browser check only
    evil = "</script><img src=x onerror=document.body.dataset.fault=1>"
    outline = {
        "type": "Polygon",
        "coordinates": [[[0, 0], [5000, 0], [5000, 900], [0, 900], [0, 0]]],
    }
    write(
        tmp_path / "committees.geojson",
        ({"name": evil, "town": evil, "population": 500}, outline),
        ({"name": "nowhere", "population": 9}, None),
    )
    write(
        tmp_path / "centres.geojson",
        ({"name": evil}, {"type": "Point", "coordinates": [4900, 400]}),
    )
    page = tmp_path / "map.html"
    layers = [
        tmp_path / "committees.geojson",
        "-f",
        tmp_path / "centres.geojson",
        "--crs",
        "METRES",
    ]
    linli("coverage", *layers, "--map", page, "-o", tmp_path / "answer.geojson")
    dom = chromium(page, tmp_path, "--window-size=900,700", "--dump-dom")
    assert "data-fault" not in dom
    assert "<img src=" not in dom
    assert count(r'<path class="committee', dom) == 1, (
        "metres are drawn, and what has no place is not"
    )
    assert re.search(r'<p id="unlocated">nowhere</p>', dom)


@pytest.mark.parametrize("size", ["1400,900", "500,900"])
def test_it_can_be_photographed(demo: Path, tmp_path: Path, size: str) -> None:
    picture = tmp_path / "map.png"
    chromium(demo, tmp_path, f"--window-size={size}", f"--screenshot={picture}")
    assert picture.stat().st_size > 60_000, "an empty page is smaller"


def test_a_plan_shows_its_new_centres_and_who_walks_to_them(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: the map was not tested; apt-get install chromium fonts-noto-cjk")
    import linli as library

    plan = library.datasets.putuo().site(new=3, candidates="grid", spacing_m=500)
    page = tmp_path / "plan.html"
    plan.map(page)
    dom = chromium(page, tmp_path, "--window-size=1400,900", "--dump-dom")
    body = re.search(r"<body[^>]*>", dom)
    assert body is not None
    assert "data-fault" not in body[0], body[0]
    assert count(r'class="leaflet-marker-icon centre new', dom) == 3
    assert count(r'class="leaflet-marker-icon centre existing', dom) == 20
    assert "3 new centres bring" in dom and "new 新增" in dom


def test_a_division_shows_its_parts_and_blocks(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: the map was not tested; apt-get install chromium fonts-noto-cjk")
    import linli as library

    city = library.datasets.putuo()
    grids = city.partition(25, within="town", balance={"population": 0.4}, rounds=0)
    page = tmp_path / "blocks.html"
    grids.subdivide(59, balance={"population": 0.6}, rounds=0).map(page)
    dom = chromium(page, tmp_path, "--window-size=1400,900", "--dump-dom")
    body = re.search(r"<body[^>]*>", dom)
    assert body is not None
    assert "data-fault" not in body[0], body[0]
    assert 'data-parts="25"' in body[0] and 'data-committees="264"' in body[0]
    assert "264 committees in 25 parts and 59 blocks" in dom
    assert count(r'<span class="number-of"', dom) == 25
    assert count(r"leaflet-tooltip part-label", dom) == 25
    assert "min on foot to its centre" in dom
    assert (
        "25 parts of 264 committees within" in dom and "59 blocks of 264 committees within" in dom
    )
    assert "264 units" not in dom
    assert '"headline":"264 committees in 25 parts"' in grids.map().html
