"""The embedded synthetic district: published totals, exact tiling, streets one can walk."""

import json
import math
import os
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon

ROOT = Path(__file__).resolve().parents[1]
PUTUO = ROOT / "data" / "putuo"
LAYERS = ("towns", "committees", "residential_points", "centers", "streets", "barriers")

# code: name, km², residential, village, population, jobs, grids, centroid
TOWNS = {
    "310107005": ("曹杨新村街道", 2.0757, 20, 0, 101450, 22000, 2, (121.40312, 31.24107)),
    "310107014": ("长风新村街道", 5.7999, 26, 0, 107100, 90000, 2, (121.394625, 31.228977)),
    "310107015": ("长寿路街道", 4.04, 35, 0, 140700, 96000, 3, (121.428835, 31.243459)),
    "310107016": ("甘泉路街道", 2.352, 20, 0, 101450, 21000, 2, (121.426784, 31.266955)),
    "310107017": ("石泉路街道", 3.4986, 24, 0, 104517, 20000, 3, (121.415096, 31.253916)),
    "310107020": ("宜川路街道", 2.2214, 23, 0, 116668, 17000, 2, (121.436834, 31.257845)),
    "310107021": ("万里街道", 3.0964, 15, 0, 76088, 43000, 2, (121.401834, 31.270382)),
    "310107022": ("真如镇街道", 5.9666, 36, 0, 162113, 26000, 3, (121.390231, 31.257568)),
    "310107102": ("长征镇", 7.5999, 25, 0, 126813, 112000, 3, (121.372509, 31.238392)),
    "310107103": ("桃浦镇", 19.1581, 33, 7, 202901, 65000, 3, (121.361553, 31.28247)),
}
# Published shared borders, metres.
NEIGHBOURS = {
    "曹杨 长风": 2594, "曹杨 长寿": 460, "曹杨 石泉": 1153, "曹杨 真如": 794, "曹杨 长征": 1188,
    "长风 长寿": 1454, "长风 长征": 3531, "长寿 石泉": 1646, "长寿 宜川": 2595, "甘泉 石泉": 1112,
    "甘泉 宜川": 1717, "甘泉 万里": 999, "石泉 宜川": 637, "石泉 万里": 1240, "石泉 真如": 2125,
    "万里 真如": 1937, "万里 桃浦": 2124, "真如 长征": 2266, "真如 桃浦": 3498,
}  # fmt: skip
SERVICES = {
    "health_station", "canteen", "hair_salon", "elderly_daycare", "parent_child", "culture_sport",
    "reading", "rehab", "convenience_window", "mutual_aid", "shared_kitchen", "party_service",
}  # fmt: skip
WALK_M = 15 * 60 * 1.33 / 1.3  # crow-fly reach of a 15-minute walk


def metres(position):
    """A local plane, good to 0.1 % across the district."""
    lon, lat = position
    return (lon - 121.395) * 95_248.4, (lat - 31.255) * 110_873.9


def load(layer):
    return json.loads((PUTUO / f"{layer}.geojson").read_text(encoding="utf-8"))["features"]


@pytest.fixture(scope="module")
def district():
    return {layer: load(layer) for layer in LAYERS}


def ring(feature):
    assert feature["geometry"]["type"] == "Polygon"
    assert len(feature["geometry"]["coordinates"]) == 1
    return [tuple(p) for p in feature["geometry"]["coordinates"][0]]


def plane(feature):
    return Polygon([metres(p) for p in ring(feature)])


def line(feature):
    return LineString([metres(p) for p in feature["geometry"]["coordinates"]])


def edge_owner(features):
    """Each directed border edge and the one feature that has it on its left."""
    owner = {}
    for feature in features:
        for edge in pairwise(ring(feature)):
            assert edge not in owner, f"two polygons claim the edge {edge}"
            owner[edge] = feature["properties"]["id"]
    return owner


def neighbours(owner):
    pairs = defaultdict(float)
    for (a, b), mine in owner.items():
        other = owner.get((b, a))
        if other is not None and mine < other:
            pairs[mine, other] += math.dist(metres(a), metres(b))
    return pairs


def outside(owner):
    return {edge for edge in owner if edge[::-1] not in owner}


def pieces(members, pairs):
    """How many connected pieces the members form under the given pairs."""
    parent = {m: m for m in members}

    def root(m):
        while parent[m] != m:
            parent[m] = parent[parent[m]]
            m = parent[m]
        return m

    for a, b in pairs:
        if a in parent and b in parent:
            parent[root(a)] = root(b)
    return len({root(m) for m in members})


# --- the files -------------------------------------------------------------------------


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


def by_grid(district):
    grids = defaultdict(list)
    for feature in district["committees"]:
        grids[feature["properties"]["grid"]].append(feature)
    return grids


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


def test_residential_points_add_up_and_lie_inside_their_committee(district):
    shapes = {f["properties"]["id"]: plane(f) for f in district["committees"]}
    people, count = Counter(), Counter()
    for feature in district["residential_points"]:
        p = feature["properties"]
        here = Point(metres(feature["geometry"]["coordinates"]))
        assert shapes[p["committee"]].contains(here), p["id"]
        assert p["population"] > 0
        people[p["committee"]] += p["population"]
        count[p["committee"]] += 1
    assert people == {
        f["properties"]["id"]: f["properties"]["population"] for f in district["committees"]
    }
    assert 8 <= min(count.values()) and max(count.values()) <= 14


def test_nobody_lives_in_a_river_railway_or_road(district):
    barriers = [line(f) for f in district["barriers"]]
    streets = [line(f) for f in district["streets"]]
    tree = STRtree(barriers + streets)
    homes = [Point(metres(f["geometry"]["coordinates"])) for f in district["residential_points"]]
    near = [tree.geometries[tree.nearest(home)].distance(home) for home in homes]
    assert min(near) > 24
    assert min(min(b.distance(home) for b in barriers) for home in homes) > 40


def test_centres_are_20_existing_and_5_planned_one_in_each_grid(district):
    rows = [f["properties"] for f in district["centers"]]
    assert [p["id"] for p in rows] == [f"C{n:02d}" for n in range(1, 26)]
    assert Counter(p["status"] for p in rows) == {"existing": 20, "planned": 5}
    grids = by_grid(district)
    assert {p["grid"] for p in rows} == set(grids)
    assert len({p["name"] for p in rows}) == 25
    for feature in district["centers"]:
        p = feature["properties"]
        here = Point(metres(feature["geometry"]["coordinates"]))
        assert any(plane(f).contains(here) for f in grids[p["grid"]]), p["id"]
        assert {f["properties"]["center"] for f in grids[p["grid"]]} == {p["id"]}
        assert set(p["services"]) <= SERVICES and len(set(p["services"])) == len(p["services"])
        assert (p["cost_myuan"] is not None) == (p["status"] == "planned") == (p["opened"] is None)
        assert 5 <= p["staff"] <= 40 and 200 < p["capacity_visits_per_day"] < 2000
    offered = set().union(*(p["services"] for p in rows))
    assert offered == SERVICES
    assert all(set(p["services"]) != SERVICES for p in rows if "兰田" in p["name"])


def test_centres_stand_near_the_middle_of_their_people_but_not_on_it(district):
    grid_of = {f["properties"]["id"]: f["properties"]["grid"] for f in district["committees"]}
    sums = defaultdict(lambda: [0, 0.0, 0.0])
    for feature in district["residential_points"]:
        x, y = metres(feature["geometry"]["coordinates"])
        people = feature["properties"]["population"]
        total = sums[grid_of[feature["properties"]["committee"]]]
        for i, value in enumerate((people, people * x, people * y)):
            total[i] += value
    for feature in district["centers"]:
        people, x, y = sums[feature["properties"]["grid"]]
        here = metres(feature["geometry"]["coordinates"])
        off = math.dist(here, (x / people, y / people))
        assert 100 < off < 480, feature["properties"]["id"]


def test_what_is_published_about_single_centres(district):
    centres = {f["properties"]["grid"]: f["properties"] for f in district["centers"]}
    east = centres["310107103-1"]
    assert (east["floor_area_m2"], east["outdoor_area_m2"], east["floors"]) == (5204, 1325, 4)
    assert east["address"] == "镇南路822弄" and east["status"] == "existing"
    assert len(east["functions_zh"]) == len(east["services"]) == 9
    for grid in ("310107103-2", "310107103-3"):
        assert (centres[grid]["status"], centres[grid]["floor_area_m2"]) == ("planned", 3000)
    lantian = centres["310107017-1"]
    assert "shared_kitchen" not in lantian["services"]
    assert lantian["capacity_visits_per_day"] >= 160_000 / 365
    changzheng = {p["name"][:2]: p for p in centres.values() if p["town"] == "长征镇"}
    assert set(changzheng) == {"新城", "金沙", "怒江"}
    office = [p["name"][:2] for p in centres.values() if p["profile"] == "office_workers"]
    assert office == ["怒江"]


def test_the_example_leaves_something_to_plan(district):
    """Crow-fly coverage in 15 minutes: good with 20 centres, better with 25, worst in 桃浦."""
    town_of = {f["properties"]["id"]: f["properties"]["town"] for f in district["committees"]}

    def covered(statuses):
        centres = [
            metres(f["geometry"]["coordinates"])
            for f in district["centers"]
            if f["properties"]["status"] in statuses
        ]
        people, reached = Counter(), Counter()
        for feature in district["residential_points"]:
            p = feature["properties"]
            here = metres(feature["geometry"]["coordinates"])
            people[town_of[p["committee"]]] += p["population"]
            if min(math.dist(here, c) for c in centres) <= WALK_M:
                reached[town_of[p["committee"]]] += p["population"]
        return sum(reached.values()) / sum(people.values()), {
            t: reached[t] / people[t] for t in people
        }

    today, by_town = covered({"existing"})
    planned, _ = covered({"existing", "planned"})
    assert 0.70 < today < 0.85
    assert today + 0.05 < planned < 0.95
    assert min(by_town, key=by_town.get) == "桃浦镇"


# --- streets and barriers --------------------------------------------------------------


def test_streets_are_one_network(district):
    ends = [tuple(map(tuple, f["geometry"]["coordinates"])) for f in district["streets"]]
    assert all(len(e) == 2 and e[0] != e[1] for e in ends)
    assert len({frozenset(e) for e in ends}) == len(ends)
    assert pieces({p for e in ends for p in e}, ends) == 1


def test_streets_meet_only_at_shared_ends(district):
    lines = [line(f) for f in district["streets"]]
    tree = STRtree(lines)
    left, right = tree.query(lines, predicate="intersects")
    for i, j in zip(left, right, strict=True):
        if i < j:
            assert set(lines[i].coords) & set(lines[j].coords), (i, j)
            assert lines[i].intersection(lines[j]).geom_type == "Point", (i, j)


def test_street_properties(district):
    rows = [f["properties"] for f in district["streets"]]
    assert set(Counter(p["highway"] for p in rows)) == {
        "primary", "secondary", "residential", "footway",
    }  # fmt: skip
    assert {"真北路", "曹杨路", "武宁路", "金沙江路", "中山北路", "岚皋路"} <= {
        p["name"] for p in rows
    }
    for p in rows:
        assert p["bridge"] == (p["crossing"] == "river")


def test_barriers_are_crossed_only_where_there_is_a_crossing(district):
    kinds = {"river": "river", "railway": "railway", "expressway": "ring"}
    barriers = [(kinds[f["properties"]["kind"]], line(f)) for f in district["barriers"]]
    assert Counter(kind for kind, _ in barriers) == {"river": 1, "railway": 1, "ring": 3}
    tree = STRtree([b for _, b in barriers])
    for feature in district["streets"]:
        met = [barriers[k][0] for k in tree.query(line(feature), predicate="intersects")]
        crossing = feature["properties"]["crossing"]
        assert met == ([crossing] if crossing else []), feature["properties"]["id"]


@pytest.mark.parametrize(("kind", "low", "high"), [("river", 500, 800), ("railway", 600, 1000)])
def test_crossings_are_evenly_spaced(district, kind, low, high):
    barrier = next(line(f) for f in district["barriers"] if f["properties"]["kind"] == kind)
    at = sorted(
        barrier.project(line(f).centroid)
        for f in district["streets"]
        if f["properties"]["crossing"] == kind
    )
    assert len(at) >= 7
    for a, b in pairwise(at):
        assert low <= b - a <= high


def test_the_outer_ring_cuts_taopu_as_published(district):
    outer = next(line(f) for f in district["barriers"] if f["properties"]["id"] == "outer-ring")
    taopu = next(f for f in district["towns"] if f["properties"]["name"] == "桃浦镇")
    # The ring runs along shared corners from border to border: rebuild the part east of it.
    corners = [metres(p) for p in ring(taopu)[:-1]]
    start, end = corners.index(outer.coords[0]), corners.index(outer.coords[-1])
    onward = corners[end:] + corners[:end]
    part = Polygon([*outer.coords, *onward[1 : (start - end) % len(corners)]])
    assert part.is_valid
    east, west = part.area / 1e6, (plane(taopu).area - part.area) / 1e6
    assert (east, west) == pytest.approx((11.69, 7.32), abs=0.2)
