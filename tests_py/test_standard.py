"""Do standards say what their files say, and does a check count what coverage counts?"""

from __future__ import annotations

import linli
import numpy as np
import pytest
from oracles import frame

OWN = """
name = "own/1"
title = "own"
edition = "first"
source = "here"

[circle]
radius_m = [300, 500]
people = [100, 200]
floor_m2 = 50
verified = true
source = "here"

[[facility]]
service = "canteen"
title = "社区食堂"
also = ["dining"]
radius_m = 400
verified = false
source = "nowhere"

[[facility]]
service = "opera"
title = "歌剧院"
radius_m = 400
verified = true
source = "here"
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return linli.Standard.from_toml(path)


@pytest.fixture
def city():
    demand = frame(
        np.array([[0, 0], [450, 0], [600, 0], [5000, 0]]),
        id=list("abcd"),
        population=[150, 80, 30, 7],
        town=["t", "t", "u", None],
    )
    facilities = frame(
        np.array([[0.0, 0.0], [1000.0, 0.0]]),
        id=["west", "east"],
        services=[["dining"], ["library"]],
        floor_area_m2=[40, 60],
    )
    return linli.read(demand, facilities, crs="METRES")


def test_a_check_by_hand(city, own):
    found = city.check(own, walk=linli.CrowFly(detour=1.0))
    # b and c are nearer to the other centre by 50 and 200 m, b to the west at 450.
    assert found.table["centre"].tolist() == ["met", "met", "met", "missed"]
    assert found.table["canteen"].tolist() == ["met", "missed", "missed", "missed"]
    assert found.table["opera"].tolist() == ["unknown"] * 4
    assert found.circles["people"].tolist() == [230, 30]
    assert found.circles["people_within"].tolist() == [230, 30]
    assert found.circles["fit"].tolist() == ["too_full", "too_empty"]
    assert found.circles["floor_met"].tolist() == [False, True]
    facilities = found.facilities
    assert facilities.loc["centre", ["limit_m", "strict_m", "met"]].tolist() == [500, 300, 3]
    assert facilities.loc["canteen", ["centres", "people_met"]].tolist() == [1, 150]
    assert np.isnan(facilities.loc["opera", "centres"]) and facilities.loc["opera", "unknown"] == 4
    assert found.by("town").loc["t", "canteen"] == 150 / 230
    assert len(found.rows) == 8
    assert repr(found) == (
        "StandardCheck(own/1: 0 of 3 facilities met for every committee, 1 not in the data; "
        "of 2 circles 1 too full, 1 too empty)"
    )
    assert "not verified" in found._repr_html_()


@pytest.mark.parametrize("name", linli.Standard.names())
def test_every_standard_can_be_checked(name):
    standard = linli.Standard.named(name)
    assert standard.name == name and name in repr(standard)
    facts = standard.to_dict()
    every = [*([facts["circle"]] if facts["circle"] else []), *facts["facility"]]
    assert all(isinstance(part["verified"], bool) and part["source"] for part in every)
    city = linli.datasets.putuo()
    found = city.check(name)
    assert found.table.shape == (264, 2 + len(every))
    coverage = city.coverage(15)
    if name == "mofcom-2021":
        # Minutes, where a standard gives no metres.
        assert found.facilities.loc["centre", "people_met"] == coverage.people_covered


def test_faults_name_line_and_key(tmp_path, city):
    path = tmp_path / "bad.toml"
    path.write_text(OWN.replace("[300, 500]", "[500, 300]"), encoding="utf-8")
    with pytest.raises(linli.InvalidInput, match=r"line 8 \(radius_m\).*must be above 0 and rise"):
        linli.Standard.from_toml(path)
    path.write_text(OWN.replace('also = ["dining"]', "alias = 3"), encoding="utf-8")
    with pytest.raises(linli.InvalidInput, match=r"line 17 \(alias\).*unknown field"):
        linli.Standard.from_toml(path)
    with pytest.raises(linli.LinliError, match="cannot read"):
        linli.Standard.from_toml(tmp_path / "none.toml")
    with pytest.raises(linli.InvalidInput, match="gb50180-2018/15"):
        city.check("gb50180")
    with pytest.raises(linli.InvalidInput, match="give a name or a linli"):
        city.check(15)
