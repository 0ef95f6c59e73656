"""The district's published figures, and the geometry its tests need."""

import json
import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from shapely.geometry import LineString, Polygon

ROOT = Path(__file__).resolve().parents[1]
PUTUO = ROOT / "data" / "putuo"
LAYERS = (
    "towns", "committees", "residential_points", "workplaces", "centers", "streets", "barriers",
)  # fmt: skip

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


def by_grid(district):
    grids = defaultdict(list)
    for feature in district["committees"]:
        grids[feature["properties"]["grid"]].append(feature)
    return grids
