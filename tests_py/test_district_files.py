"""The files of the embedded district: small, reproducible, labelled synthetic."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from district_tools import (
    LAYERS,
    PUTUO,
    ROOT,
)


def test_the_generator_writes_the_same_bytes(tmp_path):
    command = [sys.executable, str(ROOT / "data" / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{x}.geojson" for x in LAYERS)
    for layer in LAYERS:
        name = f"{layer}.geojson"
        assert (tmp_path / name).read_bytes() == (PUTUO / name).read_bytes(), name


def test_the_files_are_small():
    assert sum(p.stat().st_size for p in PUTUO.iterdir()) < 5_000_000


@pytest.mark.parametrize("layer", LAYERS)
def test_each_file_says_it_is_synthetic_and_has_one_feature_a_line(layer):
    text = (PUTUO / f"{layer}.geojson").read_text(encoding="utf-8")
    collection = json.loads(text)
    assert collection["type"] == "FeatureCollection"
    assert collection["name"] == f"putuo_{layer}"
    assert collection["synthetic"] is True
    assert collection["note"].startswith("Synthetic district")
    assert "not survey data" in collection["note"]
    assert len(text.splitlines()) == len(collection["features"]) + 2
    assert text.endswith("]}\n") and "\\u" not in text


@pytest.mark.parametrize("layer", LAYERS)
def test_positions_have_six_decimals_and_lie_in_putuo(layer):
    def positions(value):
        if isinstance(value[0], list):
            for item in value:
                yield from positions(item)
        else:
            yield value

    # Numbers stay text, so that trailing zeros count.
    text = (PUTUO / f"{layer}.geojson").read_text(encoding="utf-8")
    for feature in json.loads(text, parse_float=str)["features"]:
        for lon, lat in positions(feature["geometry"]["coordinates"]):
            assert len(lon.split(".")[1]) == len(lat.split(".")[1]) == 6
            assert 121.33 < float(lon) < 121.45 and 31.21 < float(lat) < 31.31


@pytest.mark.parametrize("layer", LAYERS)
def test_ids_are_unique(district, layer):
    ids = Counter(f["properties"]["id"] for f in district[layer])
    assert max(ids.values()) == 1


# --- towns and committees --------------------------------------------------------------
