"""Who lives where in the embedded district, and what its centres offer."""

import math
from collections import Counter, defaultdict

from district_tools import (
    SERVICES,
    WALK_M,
    by_grid,
    line,
    metres,
    plane,
)
from shapely import STRtree
from shapely.geometry import Point


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


def test_workplaces_add_up_and_lie_inside_their_committee(district):
    shapes = {f["properties"]["id"]: plane(f) for f in district["committees"]}
    jobs, count = Counter(), Counter()
    for feature in district["workplaces"]:
        p = feature["properties"]
        here = Point(metres(feature["geometry"]["coordinates"]))
        assert shapes[p["committee"]].contains(here), p["id"]
        assert p["jobs"] > 0
        jobs[p["committee"]] += p["jobs"]
        count[p["committee"]] += 1
    assert jobs == {f["properties"]["id"]: f["properties"]["jobs"] for f in district["committees"]}
    assert set(count) == set(shapes) and max(count.values()) <= 8
    assert sum(jobs.values()) == 512_000


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
