"""Groups at their own speeds, layers of demand, levels and free choice."""

import json

import geopandas as gpd
import linli
import numpy as np
import pandas as pd
import pytest
from linli import InvalidInput

SPEEDS = {"over_60": 0.9}
FATES = ["people", "served", "no_capacity", "out_of_reach"]


@pytest.fixture(scope="module")
def city():
    return linli.datasets.putuo()


@pytest.fixture(scope="module")
def aged():
    """A row of committees 600 m apart, a tenth of whose people are over 80, and one centre."""
    rows = 5
    committees = gpd.GeoDataFrame(
        {
            "id": [f"K{row}" for row in range(rows)],
            "name": [f"committee {row}" for row in range(rows)],
            "town": ["west", "west", "west", "east", "east"],
            "population": [1000.0] * rows,
            "over_60": [300.0] * rows,
            "over_80": [100.0] * rows,
        },
        geometry=gpd.points_from_xy([300.0 * row for row in range(rows)], [0.0] * rows),
    )
    centres = gpd.GeoDataFrame(
        {"id": ["A", "B"], "town": ["west", "east"], "places": [2500.0, 1000.0]},
        geometry=gpd.points_from_xy([0.0, 1100.0], [0.0, 0.0]),
    )
    return linli.read(committees, centres, crs="METRES")


WALK = linli.CrowFly(detour=1.0, speed_m_per_s=1.0)


def test_groups_walk_at_their_own_speeds_and_add_up(city):
    found = city.coverage(speeds=SPEEDS)
    groups = found.by("group")
    assert list(groups.index) == ["over_60", "others"]
    assert groups["people"].sum() == pytest.approx(found.people)
    assert groups["people_covered"].sum() == pytest.approx(found.people_covered)
    alone = city.coverage(group="over_60", walk=linli.CrowFly(speed_m_per_s=0.9))
    assert groups.loc["over_60", "people_covered"] == pytest.approx(alone.people_covered)
    assert found.by("town")["people_covered"].sum() == pytest.approx(found.people_covered)
    assert found.by("service")["share"].max() <= found.share
    assert found.provenance["speeds"] == [["over_60", 0.9]]
    assert "over_60 at 0.9 m/s" in found._repr_html_()
    # Everyone at the walk's own speed is the plain answer.
    same = city.coverage(speeds={"over_60": 1.33})
    plain = city.coverage()
    pd.testing.assert_frame_equal(same.rows, plain.rows, check_exact=False)


def test_minutes_are_those_of_each_persons_own_speed(city):
    rows, plain = city.coverage(speeds=SPEEDS).rows, city.coverage().rows
    older = city.demand["over_60"] / city.demand["population"]
    minutes = plain["walk_m"] / 60 * (older / 0.9 + (1 - older) / 1.33)
    np.testing.assert_allclose(rows["minutes"], minutes)


def test_ages_nest_and_are_not_counted_twice(aged):
    found = aged.coverage(minutes=10, walk=WALK, speeds={"over_60": 0.8, "over_80": 0.4})
    groups = found.by("group")
    assert list(groups.index) == ["over_60 but not over_80", "over_80", "others"]
    assert groups["people"].tolist() == [1000, 500, 3500]
    # 480 m, 240 m and 600 m to the nearer of the centres at 0 and 1,100 m.
    assert groups["people_covered"].tolist() == [800, 300, 3500]
    plan = aged.site(new=1, minutes=10, walk=WALK, speeds={"over_60": 0.8, "over_80": 0.4},
                     candidates="grid", spacing_m=200)  # fmt: skip
    assert plan.groups["people"].tolist() == [1000, 500, 3500]
    assert plan.groups["people_covered_before"].tolist() == [800, 300, 3500]


@pytest.mark.parametrize(
    ("speeds", "message"),
    [
        ({"cats": 1.0}, "no group named"),
        ({"over_60": 20.0}, "metres per second"),
        ({"jobs": 1.0, "over_60": 0.9}, "demand row"),
        ({"population": 1.0}, "name a group"),
    ],
)
def test_speeds_that_make_no_sense_are_refused(city, speeds, message):
    for ask in (city.coverage, lambda speeds: city.assign(speeds=speeds), city.compare_choice):
        with pytest.raises(InvalidInput, match=message):
            ask(speeds=speeds)


def test_speeds_and_a_group_are_one_too_many(city):
    for ask in (city.coverage, city.assign, city.compare_choice):
        with pytest.raises(InvalidInput, match="give one of the two"):
            ask(group="over_60", speeds=SPEEDS)
    with pytest.raises(InvalidInput, match="ask coverage"):
        city.coverage().by("group")
    with pytest.raises(InvalidInput, match="whole committees"):
        city.assign(speeds=SPEEDS, contiguous=True)


def test_levels_by_group_add_up_everywhere(city):
    asked = {"minutes": 15, "capacity": 50_000, "everyone": False, "whole": False}
    for found, by in (
        (city.assign(speeds=SPEEDS, **asked), "group"),
        (city.assign(**asked), "over_60"),
    ):
        for of in ("district", "town", "centre", "committee"):
            whole, parts = found.levels(of), found.levels(of, by)
            if of == "district":
                np.testing.assert_allclose(parts.sum(), whole.iloc[0])
                continue
            summed = parts.groupby(level=0, sort=False).sum().reindex(whole.index)
            np.testing.assert_allclose(summed[FATES], whole[FATES], atol=1e-6)
            assert parts.index.get_level_values(0).drop_duplicates().equals(whole.index)
        total = found.levels("district", by)
        np.testing.assert_allclose(total[FATES[1:]].sum(axis=1), total["people"])


def test_without_speeds_groups_fare_like_their_committee(city):
    found = city.assign(minutes=15, capacity=50_000, everyone=False, whole=False)
    older = found.levels("committee", "over_60").xs("over_60", level="group")
    part = (city.demand["over_60"] / city.demand["population"]).to_numpy()
    np.testing.assert_allclose(older["served"], found.levels("committee")["served"] * part)
    with pytest.raises(InvalidInput, match="by='over_60'"):
        found.levels("town", "group")
    slow = city.assign(minutes=15, speeds=SPEEDS, everyone=False)
    with pytest.raises(InvalidInput, match="by='group'"):
        slow.levels("town", "over_60")
    assert set(slow.parts.columns) == {"committee", "facility", "group", "people"}
    assert slow.catchments["committees"].max() <= 264


def test_groups_of_a_committee_are_in_reach_or_not_by_themselves(aged):
    found = aged.assign(minutes=10, walk=WALK, speeds={"over_60": 0.8}, everyone=False)
    # Committees at 0, 300, 600, 900 and 1,200 m; the third is 500 m from its centre.
    older = found.levels("committee", "group").xs("over_60", level="group")
    assert older["out_of_reach"].tolist() == [0, 0, 300, 0, 0]
    assert found.rows["status"].tolist() == ["served", "served", "partly", "served", "served"]
    full = aged.assign(minutes=10, walk=WALK, speeds={"over_60": 0.8}, capacity="places",
                       everyone=False, whole=False)  # fmt: skip
    levels = full.levels()
    assert (full.catchments["people"] <= full.catchments["capacity"] + 1e-6).all()
    assert levels["served"].item() + levels["no_capacity"].item() == pytest.approx(4700)


def test_levels_by_service_count_each_services_own_centres(city):
    found = city.levels(capacity={"canteen": 40_000.0})
    assert set(found.index) == set(city.services)
    np.testing.assert_allclose(found[FATES[1:]].sum(axis=1), found["people"])
    for service in ("canteen", "hair_salon"):
        room = 40_000.0 if service == "canteen" else np.inf
        alone = city.assign(
            15, service=service, capacity=room, everyone=False, whole=False
        ).levels()
        np.testing.assert_allclose(found.loc[service, FATES], alone.iloc[0])
    assert (found.loc[found.index != "canteen", "no_capacity"] == 0).all()
    assert found.loc["canteen", "no_capacity"] > 0
    by_town = city.levels("town", capacity={"canteen": 40_000.0})
    np.testing.assert_allclose(by_town.groupby(level=0).sum()[FATES], found.sort_index()[FATES])
    grouped = city.levels("district", "group", speeds=SPEEDS)
    assert list(grouped.index) == ["over_60", "others"]
    with pytest.raises(InvalidInput, match="by='service'"):
        city.levels("town", None, capacity={"canteen": 9.0})


def test_a_layer_is_demand_at_its_own_places(city):
    jobs = city.layer("jobs")
    assert jobs.demand["population"].tolist() == city.demand["jobs"].tolist()
    assert jobs.groups == () and jobs.layers == () and city.layers == ("jobs",)
    found = jobs.coverage()
    assert found.provenance["layer"] == "jobs" and "512,000 jobs are" in repr(found)
    at_home = city.layer("over_60")
    assert at_home.coverage().share == pytest.approx(city.coverage(group="over_60").share)
    noon = city.layer({"population": 1, "jobs": 0.5})
    people = city.coverage().people_covered + 0.5 * found.people_covered
    assert noon.coverage().people_covered == pytest.approx(people)
    assert "of population + 0.5 × jobs" in repr(noon)
    assert noon.assign(capacity=1e9).levels()["people"].item() == pytest.approx(1_495_800)
    for parts, message in (("beds", "population, jobs"), ({"jobs": -1}, "positive"), ({}, "one")):
        with pytest.raises(InvalidInput, match=message):
            city.layer(parts)
    with pytest.raises(InvalidInput, match="already"):
        jobs.layer("jobs")


def test_places_of_a_layer_belong_to_the_outline_that_holds_them(city, tmp_path):
    inside = city.demand.geometry.representative_point().iloc[[3, 200]]
    places = gpd.GeoDataFrame({"pupils": [500, 300]}, geometry=inside.to_numpy(), crs=inside.crs)
    schools = city.with_layer("schools", places, weight="pupils")
    counted = schools.layer("schools").demand["population"]
    assert counted[counted > 0].to_dict() == {3: 500, 200: 300}
    assert schools.reports[-1].accepted == 2 and schools.input_hash == city.input_hash
    # Outlines count by a point inside, other systems are brought over, a column decides.
    squares = places.to_crs("EPSG:32651").set_geometry(places.to_crs("EPSG:32651").buffer(20))
    again = city.with_layer("schools", squares, weight="pupils").layer("schools")
    assert again.demand["population"].tolist() == counted.tolist()
    named = city.with_layer(
        "schools", places.assign(committee=city.demand["id"].iloc[7]), weight="pupils"
    ).layer("schools")
    assert named.demand["population"].iloc[7] == 800
    path = tmp_path / "schools.geojson"
    path.write_text(places.to_json())
    from_file = city.with_layer("schools", path, weight="pupils").layer("schools")
    assert from_file.demand["population"].tolist() == counted.tolist()


def test_places_outside_every_committee_are_refused(city):
    away = gpd.GeoDataFrame(
        {"jobs": [5]}, geometry=gpd.points_from_xy([121.6], [31.2]), crs="EPSG:4326"
    )
    with pytest.raises(InvalidInput, match="lies in no committee"):
        city.with_layer("jobs", away)
    with pytest.raises(InvalidInput, match="desks"):
        city.with_layer("jobs", away, weight="desks")
    with pytest.raises(InvalidInput, match="not the residents'"):
        city.with_layer("population", away.iloc[:0], weight="jobs")


def test_a_layer_from_files_is_the_embedded_one(city, tmp_path):
    linli.datasets.export(tmp_path)
    read = linli.read(
        tmp_path / "committees.geojson",
        tmp_path / "centers.geojson",
        towns=tmp_path / "towns.geojson",
        points=tmp_path / "residential_points.geojson",
    ).with_layer("jobs", tmp_path / "workplaces.geojson")
    assert read.layer("jobs").input_hash == city.layer("jobs").input_hash


def test_two_truths_side_by_side(aged):
    """At 600 m, the third committee is 600 m from its own town's centre and 500 m from the other."""
    found = aged.compare_choice("town", minutes=9, walk=WALK)
    rows = found.rows
    assert rows["belongs"].tolist() == ["A", "A", "A", "B", "B"]
    assert rows["chosen"].tolist() == ["A", "A", "B", "B", "B"]
    assert rows["elsewhere"].tolist() == [0, 0, 1000, 0, 0]
    assert (found.people_elsewhere, found.extra_m) == (1000, pytest.approx(100))
    assert found.extra_minutes == pytest.approx(100 / 60)
    # 540 m are within nine minutes: its people have a centre near, but not theirs.
    assert (found.people_cut_off, found.people) == (1000, 5000)
    centres = found.by("centre")
    assert centres["belong"].tolist() == [3000, 2000] and centres["choose"].tolist() == [2000, 3000]
    assert centres["leave"].tolist() == [1000, 0] and centres["come"].tolist() == [0, 1000]
    assert found.by("town")["cut_off"].tolist() == [1000, 0]
    slow = aged.compare_choice("town", minutes=9, walk=WALK, speeds={"over_60": 0.5})
    groups = slow.by("group")
    assert groups["cut_off"].tolist() == [0, 700]
    assert groups.loc["over_60", "extra_minutes"] == pytest.approx(100 / 0.5 / 60)
    assert slow.extra_minutes == pytest.approx((0.3 / 0.5 + 0.7) * 100 / 60)


def test_any_assignment_can_be_compared(city, tmp_path):
    nearest = city.compare_choice(city.assign())
    # Whole committees: only those with places on both sides of a border have people elsewhere.
    assert 0 < nearest.people_elsewhere < city.compare_choice("town").people_elsewhere
    limited = city.assign(within="town", capacity=210_000)
    by_town = city.compare_choice(limited)
    assert by_town.people_elsewhere == pytest.approx(city.compare_choice().people_elsewhere)
    mapping = dict(zip(limited.rows["id"], limited.rows["facility"], strict=True))
    assert city.compare_choice(mapping).people_elsewhere == by_town.people_elsewhere
    split = city.assign(capacity=62_500, whole=False)
    found = city.compare_choice(split)
    assert found.by("centre")["belong"].to_numpy() == pytest.approx(
        split.catchments["people"].to_numpy()
    )
    moves = found.by("centre")
    assert moves["leave"].sum() == pytest.approx(moves["come"].sum())
    assert moves["leave"].sum() == pytest.approx(found.people_elsewhere)
    assert found.by("town")["elsewhere"].sum() == pytest.approx(found.people_elsewhere)
    assert "cut off" in found._repr_html_() and "synthetic" in repr(found)
    assert len(json.loads(found.save(tmp_path / "choice.geojson").read_text())["features"]) == 264
    with pytest.raises(InvalidInput, match="give both the same"):
        city.compare_choice(limited, walk=linli.CrowFly(detour=1.0))
    with pytest.raises(InvalidInput, match="not open"):
        city.compare_choice({city.demand["id"].iloc[0]: "C04"})
    with pytest.raises(InvalidInput, match="a mapping or an assignment"):
        city.compare_choice("village")
    with pytest.raises(InvalidInput, match="'town', 'centre' or 'group'"):
        found.by("service")


def test_free_choice_is_drawn(city):
    plt = pytest.importorskip("matplotlib.pyplot")
    found = city.compare_choice("town")
    rows = found.rows
    ax = found.plot()
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) == (rows["belongs"] != rows["chosen"]).sum()
    plt.close("all")
