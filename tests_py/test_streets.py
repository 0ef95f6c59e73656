"""Do walks along streets equal those of networkx, and do tables of other tools go in as they are?"""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import linli
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from linli.errors import InvalidInput, LinliError

GRID = [(x * 100.0, y * 100.0) for y in range(4) for x in range(4)]


@st.composite
def networks(draw):
    """Nodes at different places; edges with loops, parallels, zeros and pieces apart."""
    count = draw(st.integers(2, 14))
    cells = draw(st.lists(st.integers(0, 99), min_size=count, max_size=count, unique=True))
    nodes = np.array([[cell % 10 * 50.0, cell // 10 * 50.0] for cell in cells])
    node = st.integers(0, count - 1)
    length = st.one_of(st.just(0), st.integers(1, 400))
    edges = draw(st.lists(st.tuples(node, node, length), min_size=1, max_size=30))
    return nodes, edges, draw(st.booleans())


@settings(max_examples=150, deadline=None)
@given(networks(), st.integers(0, 900))
def test_walks_between_nodes_are_those_of_networkx(network, limit_m):
    nodes, edges, twoway = network
    graph = nx.MultiGraph() if twoway else nx.MultiDiGraph()
    graph.add_nodes_from(range(len(nodes)))
    graph.add_weighted_edges_from(edges, weight="length")
    pairs = [(a, b) for a, b, _ in edges]
    net = linli.StreetNetwork.from_edges(
        nodes, pairs, [float(metres) for *_, metres in edges], twoway=twoway
    )
    reach = net.reach_of_nodes(limit_m=limit_m)
    matrix = reach.to_scipy().tocoo()
    stored = dict(zip(zip(matrix.row, matrix.col, strict=True), matrix.data, strict=True))
    used = {end for pair in pairs for end in pair}
    for a in range(len(nodes)):
        walks = nx.single_source_dijkstra_path_length(graph, a, cutoff=limit_m, weight="length")
        expected = {(a, b): walk for b, walk in walks.items() if {a, b} <= used}
        assert {pair: walk for pair, walk in stored.items() if pair[0] == a} == expected
    sums = net.aggregate(np.arange(len(nodes)), limit_m=limit_m, decay="linear")
    if limit_m:
        linear = matrix.tocsr()
        linear.data = 1 - linear.data / limit_m
        of_used = np.isin(np.arange(len(nodes)), list(used))
        assert sums[of_used] == pytest.approx((linear @ np.arange(len(nodes)))[of_used])
        assert np.isnan(sums[~of_used]).all()


def grid(**columns):
    """A pandana user's tables of a grid of streets, ids from 100 on."""
    nodes = pd.DataFrame(GRID, columns=["x", "y"], index=range(100, 116))
    pairs = [
        (a, b) for a in range(16) for b in (a + 1, a + 4) if b < 16 and (b == a + 4 or a % 4 < 3)
    ]
    edges = pd.DataFrame(pairs, columns=["from", "to"]) + 100
    return nodes, edges.assign(distance=100.0, **columns)


def test_pandanas_tables_go_in_as_they_are():
    nodes, edges = grid()
    net = linli.StreetNetwork.from_edges(nodes, edges)
    assert net.crs == "METRES"
    walks = net.nearest(nodes.to_numpy(), [[0, 0]]).walk_m
    assert walks == pytest.approx(np.abs(nodes.to_numpy()).sum(axis=1))


def test_osmnx_tables_go_in_as_they_are():
    nodes, edges = grid()
    lonlat = gpd.GeoDataFrame(
        nodes / 1e5 + [121.4, 31.2],
        geometry=gpd.points_from_xy(nodes.x / 1e5 + 121.4, nodes.y / 1e5 + 31.2),
        crs=4326,
    ).rename_axis("osmid")
    # Streets are listed both ways, with their course, and one is bent.
    both = pd.concat([edges, edges.rename(columns={"from": "to", "to": "from"})])
    both = both.rename(columns={"from": "u", "to": "v", "distance": "length"})
    both["key"] = 0
    ends = [(lonlat.geometry[u], lonlat.geometry[v]) for u, v in zip(both.u, both.v, strict=True)]
    lines = [shapely.LineString(pair) for pair in ends]
    bend = (121.4005, 31.1992)
    for row, (u, v) in enumerate(zip(both.u, both.v, strict=True)):
        if {u, v} == {100, 101}:
            a, b = lines[row].coords
            lines[row] = shapely.LineString([a, bend, b])
    table = gpd.GeoDataFrame(both, geometry=lines, crs=4326).set_index(["u", "v", "key"])
    table.loc[[(100, 101, 0), (101, 100, 0)], "length"] = 190.0
    net = linli.StreetNetwork.from_edges(lonlat, table)
    assert net.crs == "EPSG:4326"
    # The middle of the bent street is joined where the street runs, halfway along it.
    snapped = net.snap([bend]).iloc[0]
    assert snapped["leg_m"] == pytest.approx(0, abs=0.01)
    assert snapped["way_id"] in (0, len(edges))
    walk = net.nearest([bend], [(121.4, 31.2)]).walk_m
    assert walk == pytest.approx([95.0], abs=0.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n, e: (n, e.assign(to=999)), "no id of the nodes"),
        (lambda n, e: (n.drop(columns="x"), e), "give x and y"),
        (lambda n, e: (n, e.drop(columns="distance")), "length_m"),
        (lambda n, e: (n, e.drop(columns="to")), "to or v"),
        (lambda n, e: (pd.concat([n, n]), e), "stands twice"),
        (lambda n, e: (n, e.assign(distance=-1.0)), "length_m"),
        (lambda n, e: (n, e.assign(distance=np.nan)), "length_m"),
        (lambda n, e: (n.assign(x=np.inf), e), "not finite"),
        (lambda n, e: (n / 1e5, e), "EPSG:4326"),
    ],
)
def test_tables_that_cannot_be_are_refused(change, words):
    with pytest.raises(InvalidInput, match=words):
        linli.StreetNetwork.from_edges(*change(*grid()))


def test_arrays_that_cannot_be_are_refused():
    nodes = [[0.0, 0.0], [100.0, 0.0]]
    for edges, length in [
        ([[0, 2]], [1.0]),
        ([[0, -1]], [1.0]),
        ([[0.5, 1]], [1.0]),
        ([[0, 1]], [1.0, 2.0]),
        ([[0, 1]], None),
        ([0, 1], [1.0]),
    ]:
        with pytest.raises(InvalidInput):
            linli.StreetNetwork.from_edges(nodes, edges, length)
    for options in [{"speed_m_per_s": 0}, {"max_snap_m": -1}, {"max_snap_m": np.nan}]:
        with pytest.raises(InvalidInput):
            linli.StreetNetwork.from_edges(nodes, [[0, 1]], [100.0], **options)


def net_of_grid(**options):
    return linli.StreetNetwork.from_edges(*grid(), **options)


def test_a_place_far_from_streets_is_unsnapped_and_not_zero():
    net = net_of_grid(max_snap_m=50)
    places = [[0, 0], [0, -60], [1000, 1000]]
    assert list(net.snap(places)["status"]) == ["snapped", "unsnapped", "unsnapped"]
    assert net.snap(places)["nearest_m"].iloc[1] == pytest.approx(60)
    assert list(net.nearest(places, [[0, 0]]).found) == [True, False, False]
    sums = net.aggregate([7.0], places=places, targets=[[100, 0]], limit_m=500)
    assert sums[0] == 7.0
    assert np.isnan(sums[1:]).all()


def test_positions_may_come_with_their_own_system():
    city = linli.datasets.putuo(streets=True)
    net = city.streets
    centres = city.facilities
    plain = net.snap(np.column_stack([centres.geometry.x, centres.geometry.y]))
    projected = net.snap(centres.to_crs(32651))
    assert (plain["way_id"].to_numpy() == projected["way_id"].to_numpy()).all()
    assert projected["leg_m"].to_numpy() == pytest.approx(plain["leg_m"].to_numpy(), abs=0.01)
    assert (projected.index == centres.index).all()
    with pytest.raises(InvalidInput, match="row 1 has no geometry"):
        net.snap(gpd.GeoSeries([shapely.Point(121.4, 31.2), None], crs=4326))
    with pytest.raises(InvalidInput):
        net.snap([[4_000_000.0, 3_450_000.0]])


def test_reach_lists_give_the_same_and_search_once():
    net = net_of_grid()
    homes, sites = np.array(GRID), np.array([[10.0, 0.0], [150.0, 100.0]])
    lists = net.reach_lists(homes, limit_m=250)
    for asked, searches in [(sites, 2), (sites, 2), (sites[::-1], 2), ([[0.0, 300.0]], 3)]:
        kept, anew = lists.reach(asked), net.reach(homes, asked, limit_m=250)
        assert (kept.to_scipy() != anew.to_scipy()).nnz == 0
        assert lists.searches == searches
    assert lists.nbytes > 0


def test_isochrones_are_nested_and_stop_at_the_river():
    city = linli.datasets.putuo(streets=True)
    centre = city.facilities.geometry.iloc[0]
    areas = city.streets.isochrone(centre, [5, 10, 15]).set_index("minutes").to_crs(32651)
    assert areas.index.tolist() == [15, 10, 5]
    for inner, outer in [(5, 10), (10, 15)]:
        assert areas.geometry[inner].difference(areas.geometry[outer]).area < 1
    lines = city.streets.service_area(centre, 10)
    assert lines["minutes_to"].max() == pytest.approx(10, abs=1e-6)
    inside = lines.to_crs(32651).union_all()
    assert inside.difference(areas.geometry[10].buffer(0.1)).length < 1
    several = city.streets.isochrone(city.facilities.iloc[:3], 5)
    assert several["place"].tolist() == [0, 1, 2]
    with pytest.raises(InvalidInput, match="'to' or 'from'"):
        city.streets.isochrone(centre, direction="through")


def test_edits_cut_and_join_and_leave_the_first_network_alone():
    net = net_of_grid()
    across = ([[0, 0]], [[0, 300]])
    wall = shapely.LineString([(-50, 150), (250, 150)])
    walled = net.edited(barriers=[wall])
    assert net.nearest(*across).walk_m == pytest.approx([300])
    assert walled.nearest(*across).walk_m == pytest.approx([900])
    assert walled.effect["cut_by_barrier"] == [3]
    # One more gate closes the last street between the halves; a footbridge opens them again.
    shut = walled.edited(gates=[[300, 150]])
    assert not shut.nearest(*across).found.any()
    bridge = shut.edited(additions=gpd.GeoSeries([shapely.LineString([(0, 100), (0, 200)])]))
    assert bridge.nearest(*across).walk_m == pytest.approx([300])
    closed = net.edited(closed_ways=[0])
    assert closed.nearest([[0, 0]], [[100, 0]]).walk_m == pytest.approx([300])
    for bad in [
        {"closed_ways": [77777]},
        {"gates": [[9000, 9000]]},
        {"additions": [[(0, 0)]]},
        {"barriers": [shapely.Point(0, 0)]},
    ]:
        with pytest.raises(InvalidInput):
            net.edited(**bad)
    assert net.hash == net_of_grid().hash != walled.hash


def test_a_city_walks_along_its_streets_unless_told_otherwise():
    city = linli.datasets.putuo(streets=True)
    along, by_air = city.coverage(), city.coverage(walk=linli.CrowFly())
    assert along.share < by_air.share == linli.datasets.putuo().coverage().share
    assert along.provenance["walk"]["streets"]["network_hash"] == city.streets.hash
    assert city.what_if(close="C01").streets is city.streets
    slow = city.coverage(walk=city.streets.with_speed(0.9))
    assert slow.share < along.share
    assert city.assign().provenance["walk"]["method"] == "streets"


def test_streets_are_read_with_the_city(tmp_path):
    folder = {file.name: file for file in linli.datasets.export(tmp_path)}
    layers = (folder["committees.geojson"], folder["centers.geojson"])
    options = {
        "points": folder["residential_points.geojson"],
        "barriers": folder["barriers.geojson"],
    }
    by_path = linli.read(*layers, streets=folder["streets.geojson"], **options)
    frame = gpd.read_file(folder["streets.geojson"])
    by_frame = linli.read(*layers, streets=frame.to_crs(4549), **options)
    frame.to_parquet(tmp_path / "streets.parquet")
    by_parquet = linli.read(*layers, streets=tmp_path / "streets.parquet", **options)
    embedded = linli.datasets.putuo(streets=True).coverage()
    for city in (by_path, by_frame, by_parquet):
        assert city.coverage().share == pytest.approx(embedded.share, abs=1e-3)
        assert len(city.barriers) == 5
    assert by_path.streets.report.accepted == 4030
    own = linli.StreetNetwork.from_lines(folder["streets.geojson"])
    apart = linli.read(*layers, points=options["points"], streets=own)
    assert apart.coverage().share == pytest.approx(embedded.share, abs=1e-3)
    older = linli.read(*layers, streets=folder["streets.geojson"], profile="older")
    assert older.streets.speed_m_per_s == 0.9
    assert older.streets.assumptions["profile"] == "older"
    with pytest.raises(InvalidInput, match="read already"):
        linli.read(*layers, streets=own, profile="older")
    with pytest.raises(InvalidInput, match="neither one of"):
        linli.read(*layers, streets=folder["streets.geojson"], profile="cyclist")


def test_a_profile_of_ones_own(tmp_path):
    text = linli.StreetNetwork.profile_text("adult")
    (tmp_path / "night.toml").write_text(text.replace('"footway", ', ""), encoding="utf-8")
    linli.datasets.export(tmp_path)
    all_ways = linli.StreetNetwork.from_lines(tmp_path / "streets.geojson", profile="adult")
    lit = linli.StreetNetwork.from_lines(
        tmp_path / "streets.geojson", profile=tmp_path / "night.toml"
    )
    assert all_ways.reading["walked"] - lit.reading["walked"] == 536
    assert all_ways.assumptions["profile_hash"] != lit.assumptions["profile_hash"]
    (tmp_path / "bad.toml").write_text("name = 3\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="line 1"):
        linli.StreetNetwork.from_lines(tmp_path / "streets.geojson", profile=tmp_path / "bad.toml")


def test_an_explanation_says_what_lies_between():
    city = linli.datasets.putuo(streets=True)
    why = city.explain("白桦苑居委会")
    assert "沪宁铁路" in why.text
    assert why.on_foot.barriers == ("沪宁铁路",)
    assert why.on_foot.walk_m > 15 * 60 * 1.33
    lines = why.to_geopandas()
    assert set(lines["kind"]) == {"walk", "straight"}
    walked = lines[lines["kind"] == "walk"].to_crs(32651).length.iloc[0]
    assert walked == pytest.approx(why.on_foot.walk_m, rel=2e-3)
    assert sum(metres for _, metres in why.on_foot.steps) <= why.on_foot.walk_m
    by_row = city.explain(city.demand["name"].tolist().index("白桦苑居委会"))
    assert by_row.text == why.text
    assert "<table" in why._repr_html_()
    for nobody in ("nowhere", 264, -1):
        with pytest.raises((InvalidInput, OverflowError)):
            city.explain(nobody)
    with pytest.raises(InvalidInput, match="the city has none"):
        linli.datasets.putuo().explain("白桦苑居委会")


def test_severance_adds_up():
    city = linli.datasets.putuo(streets=True)
    found = city.severance()
    people = city.coverage().people
    assert found.share_on_foot == city.coverage().share
    difference = (found.share_by_air - found.share_on_foot) * people
    assert found.lost - found.gained == pytest.approx(difference)
    assert found.by_barrier["people"].sum() == pytest.approx(found.lost)
    assert {"苏州河", "沪宁铁路"} <= set(found.by_barrier["barrier"])
    assert found.unknown == 0


def test_the_report_is_tables():
    city = linli.datasets.putuo(streets=True)
    report = city.street_report()
    assert report.pieces["share"].sum() == pytest.approx(1)
    assert (report.hotspots["walk_m"] >= 2 * report.hotspots["crow_m"]).all()
    assert report.hotspots["people"].is_monotonic_decreasing
    assert report.hotspots.geometry.geom_type.eq("LineString").all()
    assert "苏州河" in ", ".join(report.hotspots["barriers"])
    assert len(report.isolated) == len(report.near_misses) == len(report.critical_streets) == 0


def porto() -> Path:
    folder = os.environ.get("LINLI_SHARED_DATA")
    if not folder:
        pytest.skip("LINLI_SHARED_DATA is not set: the real instances are not on this machine")
    return Path(folder) / "osm" / "porto_portugal.osm.pbf"


def test_an_extract_is_read_and_a_broken_one_refused(tmp_path):
    path = porto()
    net = linli.StreetNetwork.from_osm(path)
    assert net.reading["ways"] == 51458
    assert net.assumptions["profile"] == "adult"
    wheels = linli.StreetNetwork.from_osm(path, profile="wheelchair")
    assert wheels.reading["walked"] < net.reading["walked"]
    assert wheels.speed_m_per_s == 0.9
    half = path.read_bytes()[: path.stat().st_size // 2]
    (tmp_path / "half.osm.pbf").write_bytes(half)
    (tmp_path / "text.osm.pbf").write_text("no extract", encoding="utf-8")
    for name in ("half.osm.pbf", "text.osm.pbf", "missing.osm.pbf"):
        with pytest.raises(LinliError, match=name):
            linli.StreetNetwork.from_osm(tmp_path / name)


@st.composite
def places_on_streets(draw: st.DrawFn) -> tuple[nx.Graph, list[int], list[int]]:
    """Streets with lengths that differ, places at some junctions, and the unit of each."""
    n = draw(st.integers(2, 9))
    pairs = [(a, b) for b in range(n) for a in range(b)]
    drawn = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    streets = nx.Graph()
    # Sums of different powers of 3 differ, so that no junction is as near to two places.
    streets.add_edges_from((a, b, {"length": 3.0**at}) for at, (a, b) in enumerate(drawn[:9]))
    assume(nx.is_connected(streets))
    nodes = sorted(streets)
    at = draw(st.lists(st.sampled_from(nodes), unique=True, min_size=1))
    unit = draw(st.lists(st.integers(0, 3), min_size=len(at), max_size=len(at)))
    return streets, at, unit


@given(places_on_streets())
def test_neighbours_on_foot_are_those_whose_streets_meet(drawn):
    streets, at, unit = drawn
    nodes = sorted(streets)
    row = {node: row for row, node in enumerate(nodes)}
    # On a circle, so that no street passes another junction.
    turn = np.linspace(0, 6, len(nodes))
    xy = 1000 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    edges = [[row[a], row[b]] for a, b in streets.edges]
    network = linli.StreetNetwork.from_edges(
        xy, edges, [m["length"] for *_, m in streets.edges.data()]
    )
    places = [xy[row[node]] for node in at]
    owner: dict[int, int] = {}
    for node in nodes:
        walks = nx.single_source_dijkstra_path_length(streets, node, weight="length")
        near = [(walks[to], place) for place, to in enumerate(at) if to in walks]
        if near:
            owner[node] = min(near)[1]
    known = {
        tuple(sorted((owner[a], owner[b])))
        for a, b in streets.edges
        if a in owner and owner[a] != owner[b]
    }
    found = linli.Contiguity.from_streets(network, places)
    assert set(map(tuple, found.edges.tolist())) == known
    together = linli.Contiguity.from_streets(network, places, unit=unit)
    of_units = {tuple(sorted((unit[a], unit[b]))) for a, b in known if unit[a] != unit[b]}
    assert set(map(tuple, together.edges.tolist())) == of_units
    assert len(together) == max(unit) + 1


def test_places_without_outlines_are_neighbours_as_the_city_has_them():
    city = linli.datasets.putuo(streets=True)
    points = city.demand.representative_point()
    demand = gpd.GeoDataFrame(city.demand.drop(columns="geometry"), geometry=points)
    bare = linli.read(demand, city.facilities, streets=city.streets)
    known = bare.contiguity(streets=True)
    assert known.from_streets
    found = linli.Contiguity.from_streets(city.streets, points)
    assert found.edges.tolist() == known.contiguity.edges.tolist()
    assert found.positions is not None and found.border_m is None
    plan = linli.regions.partition(found, city.demand["population"], 8, tolerance=0.4, rounds=0)
    assert plan.k == 8


def test_a_river_parts_neighbours_on_foot_and_a_far_place_has_none():
    nodes = [[0, 0], [0, 300], [50, 300], [50, 0]]
    network = linli.StreetNetwork.from_edges(nodes, [[0, 1], [1, 2], [2, 3]], [300, 50, 300])
    places = [[0, 10], [50, 10], [9000, 9000]]
    found = linli.Contiguity.from_streets(network, places)
    assert found.edges.tolist() == [[0, 1]] and found.findings["islands"] == [2]
    cut = network.edited(barriers=[[(25, 250), (25, 350)]])
    assert linli.Contiguity.from_streets(cut, places).edges.tolist() == []
    joined, pairs = found.join_islands()
    assert pairs.tolist() == [[1, 2]] and joined.findings["components"] == 1
    # A unit without a place has no position, and so none has.
    sparse = linli.Contiguity.from_streets(network, places[:2], unit=[0, 2])
    assert sparse.positions is None and sparse.findings["islands"] == [1]
    assert len(linli.Contiguity.from_streets(network, np.empty((0, 2)))) == 0


@pytest.mark.parametrize(
    ("points", "terms", "message"),
    [
        ([[0, 0], [np.nan, 0]], {}, "points"),
        ([[0, 0], [1, 0]], {"unit": [0]}, "1 entries for 2 points"),
        ([[0, 0], [1, 0]], {"unit": [0, -1]}, "unit"),
        ([[0, 0], [1, 0]], {"unit": [0, 0.5]}, "whole row numbers"),
        ([0, 0], {}, "points"),
    ],
)
def test_places_that_cannot_be_are_refused(points, terms, message):
    network = linli.StreetNetwork.from_edges([[0, 0], [0, 300]], [[0, 1]], [300])
    with pytest.raises(InvalidInput, match=message):
        linli.Contiguity.from_streets(network, points, **terms)
    with pytest.raises(InvalidInput, match=r"read a linli\.StreetNetwork"):
        linli.Contiguity.from_streets(linli.CrowFly(), points)
