"""Streets and barriers of the embedded district."""

from collections import Counter
from itertools import pairwise

import pytest
from district_tools import (
    line,
    metres,
    pieces,
    plane,
    ring,
)
from shapely import STRtree
from shapely.geometry import Polygon


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
