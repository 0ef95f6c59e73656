"""Towns, committees and grids of the embedded district against the published figures."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from district_tools import (
    NEIGHBOURS,
    TOWNS,
    by_grid,
    edge_owner,
    metres,
    neighbours,
    outside,
    pieces,
    plane,
    ring,
)
from shapely.geometry import Point, Polygon


def test_towns_carry_the_published_figures(district):
    assert [f["properties"]["id"] for f in district["towns"]] == list(TOWNS)
    for feature in district["towns"]:
        p = feature["properties"]
        name, area, residential, village, population, jobs, grids, _ = TOWNS[p["id"]]
        assert (p["name"], p["committees"]) == (name, residential + village)
        assert (p["population"], p["jobs"], p["grids"]) == (population, jobs, grids)
        assert p["area_km2"] == pytest.approx(area, rel=0.01)
        published = {"长风新村街道", "长寿路街道", "石泉路街道", "真如镇街道"}
        assert (p["population_basis"] == "published") == (name in published)


def test_totals_of_the_district(district):
    towns = [f["properties"] for f in district["towns"]]
    assert sum(p["population"] for p in towns) == 1_239_800
    assert sum(p["jobs"] for p in towns) == 512_000
    assert sum(p["grids"] for p in towns) == 25


def test_town_areas_are_within_one_percent_and_centroids_within_100_m(district):
    for feature in district["towns"]:
        name, area, *_, centroid = TOWNS[feature["properties"]["id"]]
        shape = plane(feature)
        assert shape.area / 1e6 == pytest.approx(area, rel=0.01), name
        assert shape.area / 1e6 == pytest.approx(feature["properties"]["area_km2"], rel=0.001)
        assert shape.centroid.distance(Point(metres(centroid))) < 100, name


def test_towns_have_exactly_the_19_published_neighbours(district):
    pairs = neighbours(edge_owner(district["towns"]))
    found = {
        frozenset((TOWNS[a][0][:2], TOWNS[b][0][:2])): shared for (a, b), shared in pairs.items()
    }
    assert set(found) == {frozenset(pair.split()) for pair in NEIGHBOURS}
    assert len(found) == 19
    assert frozenset(("长征", "桃浦")) not in found
    for pair, shared in NEIGHBOURS.items():
        assert found[frozenset(pair.split())] == pytest.approx(shared, rel=0.10), pair


def test_changzheng_and_taopu_do_not_even_share_a_corner(district):
    shapes = {f["properties"]["name"]: plane(f) for f in district["towns"]}
    assert shapes["长征镇"].distance(shapes["桃浦镇"]) > 300


def test_committees_per_town(district):
    kinds = Counter(
        (f["properties"]["town_code"], f["properties"]["kind"]) for f in district["committees"]
    )
    for code, (_, _, residential, village, *_) in TOWNS.items():
        assert (kinds[code, "residential"], kinds[code, "village"]) == (residential, village)
    total = Counter(f["properties"]["kind"] for f in district["committees"])
    assert total == {"residential": 257, "village": 7}


def test_committees_add_up_to_their_town(district):
    people, jobs = Counter(), Counter()
    for feature in district["committees"]:
        p = feature["properties"]
        people[p["town_code"]] += p["population"]
        jobs[p["town_code"]] += p["jobs"]
        assert p["town"] == TOWNS[p["town_code"]][0]
        assert len(p["id"]) == 12 and p["id"].startswith(p["town_code"])
        assert p["grid"].startswith(p["town_code"] + "-")
        assert p["name"].endswith("村委会" if p["kind"] == "village" else "居委会")
    assert people == {code: town[4] for code, town in TOWNS.items()}
    assert jobs == {code: town[5] for code, town in TOWNS.items()}
    assert len({f["properties"]["name"] for f in district["committees"]}) == 264


def test_committees_vary_as_neighbourhoods_do(district):
    rows = [f["properties"] for f in district["committees"]]
    mean = sum(p["population"] for p in rows) / len(rows)
    spread = math.sqrt(sum((p["population"] - mean) ** 2 for p in rows) / len(rows)) / mean
    assert 0.25 < spread < 0.35
    for p in rows:
        assert 0.23 <= p["over_60"] / p["population"] <= 0.36
        assert 4 <= p["staff"] <= 15


@pytest.mark.parametrize("layer", ["towns", "committees"])
def test_polygons_tile_one_district_without_gaps_or_overlaps(district, layer):
    features = district[layer]
    owner = edge_owner(features)  # also: no edge has two polygons on one side
    for feature in features:
        corners = ring(feature)
        assert corners[0] == corners[-1]
        assert plane(feature).is_valid
        assert plane(feature).exterior.is_ccw
        assert len(set(corners)) == len(corners) - 1
    # What has no neighbour must be a single ring around everything.
    follows = dict(outside(owner))
    assert len(follows) == len(outside(owner))
    start = next(iter(follows))
    around = [start]
    while follows[around[-1]] != start:
        around.append(follows[around[-1]])
    assert len(around) == len(follows)
    whole = Polygon([metres(p) for p in around])
    assert whole.is_valid
    assert sum(plane(f).area for f in features) == pytest.approx(whole.area, rel=1e-9)


def test_committees_tile_their_own_town(district):
    committees = defaultdict(list)
    for feature in district["committees"]:
        committees[feature["properties"]["town_code"]].append(feature)
    for town in district["towns"]:
        border = set(pairwise(ring(town)))
        assert outside(edge_owner(committees[town["properties"]["id"]])) == border


# --- grids -----------------------------------------------------------------------------


def test_25_grids_are_contiguous_and_lie_in_one_town(district):
    grids = by_grid(district)
    pairs = list(neighbours(edge_owner(district["committees"])))
    assert len(grids) == 25
    per_town = Counter(grid[:9] for grid in grids)
    assert per_town == {code: town[6] for code, town in TOWNS.items()}
    for grid, members in grids.items():
        assert pieces([f["properties"]["id"] for f in members], pairs) == 1, grid


def test_mean_grid_is_the_published_size(district):
    grids = by_grid(district)
    people = sum(f["properties"]["population"] for f in district["committees"])
    area = sum(plane(f).area for f in district["committees"]) / 1e6
    assert round(people / len(grids)) == 49_592
    # 2.22 from the official 55.53 km²; the ten town areas add up to 55.81.
    assert area / len(grids) == pytest.approx(2.22, abs=0.02)


def test_lantian_has_its_published_committees_people_and_area(district):
    members = by_grid(district)["310107017-1"]
    names = "和平 陆一 陆二 联合 兰凤 中宁 石岚三村 信仪".split()
    assert {f["properties"]["name"] for f in members} == {n + "居委会" for n in names}
    assert sum(f["properties"]["population"] for f in members) == 36_200
    assert sum(plane(f).area for f in members) / 1e6 == pytest.approx(1.69, rel=0.01)


def test_taopu_east_has_14_residential_and_3_village_committees(district):
    kinds = Counter(f["properties"]["kind"] for f in by_grid(district)["310107103-1"])
    assert kinds == {"residential": 14, "village": 3}


def test_jobs_concentrate_near_the_nujiang_centre(district):
    nujiang = next(f for f in district["centers"] if f["properties"]["name"].startswith("怒江"))
    here = Point(metres(nujiang["geometry"]["coordinates"]))
    town = [f for f in district["committees"] if f["properties"]["town"] == "长征镇"]
    top = sorted(town, key=lambda f: -f["properties"]["jobs"])[:4]
    assert sum(f["properties"]["jobs"] for f in top) > 0.5 * 112_000
    for feature in top:
        assert feature["properties"]["grid"] == nujiang["properties"]["grid"]
        assert plane(feature).distance(here) < 1000


# --- people and centres ----------------------------------------------------------------
