"""Do standards say what their files say, and does a check count what coverage counts?"""

from __future__ import annotations

import geopandas as gpd
import linli
import numpy as np
import pandas as pd
import pytest
import shapely
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
    asked = len(standard.not_judged)
    assert len(found.not_judged) == asked and (f"{asked} not judged" in repr(found)) == (asked > 0)
    assert found.by().shape == (
        10 if every else 0,
        len(found.facilities) - found.facilities["centres"].isna().sum(),
    )
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


UNCUT = """
name = "own/2"
title = "own"
edition = "second"
source = "here"

[circle]
radius_m = 1000
people = [100, 200]
not_cut_by = ["railway"]
verified = true
source = "here"
"""


def test_cut_circles_are_what_straight_lines_cross(tmp_path):
    """Against shapely: everyone whose line to their centre meets a railway or an expressway."""
    city = linli.datasets.putuo()
    found = city.check("shanghai-2024-draft/main-city")
    walk = linli.CrowFly()
    barriers = city.barriers.to_crs(32651)
    barriers = barriers[barriers["kind"].isin(["railway", "expressway"])]
    centres = city.facilities.query("status == 'existing'").to_crs(32651)
    centre_xy = shapely.get_coordinates(centres.geometry)
    points = gpd.read_file(linli.datasets.export(tmp_path)[1]).to_crs(32651)
    lost = dict.fromkeys(centres["id"], 0.0)
    own = dict.fromkeys(centres["id"], 0.0)
    for at, people in zip(points.geometry, points["population"], strict=True):
        away = np.hypot(*(centre_xy - [at.x, at.y]).T)
        nearest = int(away.argmin())
        # The plane of the district is true to length within 0.1 %, this one within 0.04 %.
        if away[nearest] * walk.detour > 1000:
            continue
        centre = centres["id"].iloc[nearest]
        own[centre] += people
        if barriers.crosses(shapely.LineString([at, centre_xy[nearest]])).any():
            lost[centre] += people
    circles = found.circles
    # A few people live within a metre of a limit or of the middle between two centres.
    assert circles["people"].to_numpy() == pytest.approx([own[i] for i in circles.index], rel=0.05)
    assert circles["people_cut"].to_numpy() == pytest.approx(
        [lost[i] for i in circles.index], rel=0.05, abs=60
    )
    assert (circles["people_cut"] > 0).tolist() == (circles["cut_by"] != "").tolist()
    assert circles["share_cut"].to_numpy() == pytest.approx(
        (circles["people_cut"] / circles["people"]).to_numpy()
    )
    cut_off = found.cut_off
    sums = cut_off.groupby("facility")["people"].sum().reindex(circles.index, fill_value=0)
    assert sums.to_numpy() == pytest.approx(circles["people_cut"].to_numpy())
    assert set(cut_off["barrier"]) <= set(barriers["name"])
    assert f"{(circles['people_cut'] > 0).sum()} of 20 circles cut" in repr(found)


def test_what_a_circle_is_cut_by_is_in_the_file(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(UNCUT, encoding="utf-8")
    own = linli.Standard.from_toml(path)
    assert own.circle["not_cut_by"] == ["railway"]
    demand = frame(np.array([[0, 0], [200, 0], [400, 0]]), id=list("abc"), population=[150, 80, 30])
    facilities = frame(np.array([[0.0, 0.0]]), id=["hall"])
    lines = gpd.GeoDataFrame(
        {"name": ["rail", "river"], "kind": ["railway", "river"]},
        geometry=[shapely.LineString([(x, -9), (x, 9)]) for x in (300, 100)],
    )
    city = linli.read(demand, facilities, crs="METRES", barriers=lines)
    found = city.check(own)
    assert found.circles.loc["hall", ["people_cut", "cut_by"]].tolist() == [30, "rail"]
    assert found.cut_off.to_dict("records") == [
        {"committee": "c", "name": "c", "facility": "hall", "barrier": "rail", "people": 30.0}
    ]
    assert repr(found).endswith(
        "of 1 circles 1 too full, 0 too empty; 1 of 1 circles cut, 30 people off)"
    )
    saved = pd.read_csv(found.save(tmp_path / "circles.csv", "circles"))
    assert saved.loc[0, ["facility", "people_cut", "cut_by"]].tolist() == ["hall", 30, "rail"]
    places = found.to_geopandas("circles")
    assert (
        places.geometry.iloc[0].coords[0] == (0, 0) and places.attrs["linli"]["standard"] == "own/2"
    )
    assert found.to_geopandas()["centre"].tolist() == ["met"] * 3
    with pytest.raises(linli.InvalidInput, match="give committees or circles"):
        found.to_geopandas("towns")
    # No line of the kind: unknown, and not "whole".
    dry = linli.read(demand, facilities, crs="METRES", barriers=lines[1:]).check(own)
    assert dry.circles["people_cut"].isna().all() and dry.circles["cut_by"].isna().all()
    assert len(dry.cut_off) == 0 and dry.not_judged["reason"].str.contains("no barrier").all()


def test_blocks_and_bands(tmp_path):
    block = linli.Standard.named("gb50180-2018/block")
    city = linli.datasets.putuo()
    found = city.check(block)
    blocks = found.neighbourhood_blocks
    points = gpd.read_file(linli.datasets.export(tmp_path)[1])
    assert blocks["people"].sum() == pytest.approx(1_239_800) and len(blocks) == len(points)
    assert (blocks["fit"] == "fits").sum() == points["population"].between(1000, 3000).sum()
    assert list(block.fit([999, 1000, np.nan, 3001])) == ["too_empty", "fits", np.nan, "too_full"]
    with pytest.raises(linli.InvalidInput, match="says nothing of the people"):
        linli.Standard.named("shanghai-2016/grid").fit([1])
