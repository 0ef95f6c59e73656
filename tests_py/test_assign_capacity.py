"""Is assignment with limited room as good as a general solver's, and does it keep its rules?"""

from __future__ import annotations

import json

import geopandas as gpd
import linli
import numpy as np
import pytest
import shapely
from oracles import frame
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, csr_array, eye_array, kron
from test_interrupt import LONG, seconds_to_stop

LOOSE = {"C04", "C07", "C17", "C24", "C25"}


def instance(seed, rows, sites, slack):
    """Random places; walks beyond 4 km are out of reach; room for everybody and a little more."""
    random = np.random.default_rng(seed)
    homes, centres = random.random((rows, 2)) * 5000, random.random((sites, 2)) * 5000
    people = random.integers(20, 400, rows) * 1.0
    walk_m = np.hypot(*(homes[:, None] - centres[None]).transpose(2, 0, 1)).round(3)
    room = random.random(sites) + 0.5
    return walk_m, people, np.ceil(room / room.sum() * people.sum() * slack)


def matrices(walk_m):
    rows, sites = walk_m.shape
    once = kron(eye_array(rows), np.ones((1, sites)))
    loads = kron(np.ones((1, rows)), eye_array(sites))
    return csr_array(once), csr_array(loads)


@pytest.mark.parametrize("seed", range(8))
def test_a_general_solver_finds_the_same(seed):
    walk_m, people, capacity = instance(seed, rows=16, sites=4, slack=1.05)
    once, loads = matrices(walk_m)
    cost = (people[:, None] * walk_m).ravel()
    weights = np.repeat(people, len(capacity))
    within = csr_array(loads.multiply(weights))
    constraints = [LinearConstraint(once, 1, 1), LinearConstraint(within, -np.inf, capacity)]
    best = milp(cost, constraints=constraints, integrality=np.ones(len(cost)), bounds=Bounds(0, 1))
    reach = linli.Reach.from_dense(walk_m)
    if best.status == 2:
        with pytest.raises(linli.Infeasible, match="not for every row whole"):
            linli.assign.capacitated(reach, people, capacity)
        return
    found = linli.assign.capacitated(reach, people, capacity)
    assert found.proven and found.gap == 0
    assert found.objective == pytest.approx(best.fun, rel=1e-6)
    assert (found.load <= capacity + 1e-9).all()
    own = walk_m[np.arange(len(people)), found.site.to_numpy(dtype=int)]
    assert found.objective == pytest.approx((people * own).sum())


@pytest.mark.parametrize("seed", range(5))
def test_parts_are_the_linear_optimum(seed):
    walk_m, people, capacity = instance(seed, rows=120, sites=9, slack=1.02)
    once, loads = matrices(walk_m)
    best = linprog(
        walk_m.ravel(), A_ub=loads, b_ub=capacity, A_eq=once, b_eq=people, bounds=(0, None)
    )
    found = linli.assign.capacitated(linli.Reach.from_dense(walk_m), people, capacity, whole=False)
    assert found.proven and found.objective == pytest.approx(best.fun, rel=1e-9)
    parts = found.parts
    assert np.bincount(parts["row"], parts["people"]) == pytest.approx(people)
    assert (np.bincount(parts["site"], parts["people"], 9) <= capacity + 1e-6).all()


@pytest.mark.parametrize("seed", range(4))
def test_as_many_as_there_is_room_for_and_then_the_least_walk(seed):
    walk_m, people, capacity = instance(seed, rows=60, sites=5, slack=0.7)
    walk_m[walk_m > 2500] = np.inf
    once, loads = matrices(walk_m)
    near = np.isfinite(walk_m).ravel()
    both = block_array([[loads], [once]]).tocsr()[:, near]
    room = np.concatenate([capacity, people])
    most = linprog(-np.ones(near.sum()), A_ub=both, b_ub=room, bounds=(0, None))
    least = linprog(
        walk_m.ravel()[near],
        A_ub=both,
        b_ub=room,
        A_eq=np.ones((1, near.sum())),
        b_eq=[-most.fun],
        bounds=(0, None),
    )
    reach = linli.Reach.from_dense(walk_m)
    found = linli.assign.capacitated(reach, people, capacity, whole=False, everyone=False)
    rows = found.rows
    assert rows["served"].sum() == pytest.approx(-most.fun, rel=1e-9)
    assert found.objective == pytest.approx(least.fun, rel=1e-6)
    out = ~np.isfinite(walk_m).any(axis=1)
    assert rows["out_of_reach"].to_numpy() == pytest.approx(np.where(out, people, 0))
    three = rows[["served", "no_capacity", "out_of_reach"]].sum(axis=1)
    assert three.to_numpy() == pytest.approx(people)
    whole = linli.assign.capacitated(reach, people, capacity, everyone=False, time_limit_s=0.2)
    assert whole.rows["served"].sum() <= rows["served"].sum() + 1e-6
    assert (whole.load <= capacity + 1e-6).all()


def test_the_worst_walk_is_made_short():
    walk_m = np.array([[100, 900], [100, 300], [400, 200.0]])
    reach = linli.Reach.from_dense(walk_m)
    total = linli.assign.capacitated(reach, [1, 1, 1], [1, 2])
    assert total.objective == 100 + 300 + 200
    worst = linli.assign.capacitated(reach, [5, 1, 1], [6, 2], objective="worst")
    assert (worst.objective, worst.bound, worst.proven) == (200, 200, True)
    assert "the longest walk is 200 m" in repr(worst)


def test_locks_and_labels():
    walk_m = np.array([[100, 900], [120, 300], [400, 200.0], [150, 160]])
    reach, people, room = linli.Reach.from_dense(walk_m), [1, 1, 1, 1], [4, 4]

    def sites(**rules):
        return linli.assign.capacitated(reach, people, room, **rules).site.tolist()

    assert sites() == [0, 0, 1, 0]
    assert sites(stay={0: 1}) == [1, 0, 1, 0]
    assert sites(together=[(0, 2)]) == [0, 0, 0, 0]
    assert sites(apart=[(0, 3)]) == [0, 0, 1, 1]
    assert sites(within=(["a", "b", "b", None], ["a", "b"])) == [0, 1, 1, 0]
    labels = (["a", "b", "b", None], ["a", "b"])
    assert sites(within=labels, exceptions=[(1, 0)]) == [0, 0, 1, 0]
    # 0 and 3 touch only over 1 and 2, which go elsewhere.
    chain = [(0, 2), (2, 3), (1, 2)]
    assert sites(neighbours=chain) in ([0, 1, 1, 1], [0, 0, 0, 0])
    with pytest.raises(linli.InvalidInput, match="within has 1 row labels"):
        sites(within=(["a"], ["a", "b"]))
    with pytest.raises(linli.InvalidInput, match="give total, worst or moved"):
        sites(objective="fair")


def test_faults_name_their_row():
    reach = linli.Reach.from_dense([[100.0], [200.0]])
    with pytest.raises(linli.InvalidInput, match="demand row 1: people = NaN"):
        linli.assign.capacitated(reach, [1, np.nan], [5])
    with pytest.raises(linli.InvalidInput, match="capacity has 2 rows"):
        linli.assign.capacitated(reach, [1, 1], [5, 5])
    with pytest.raises(linli.Infeasible, match="2 rows with 12 people may go only to site 0") as no:
        linli.assign.capacitated(reach, [6, 6], [5])
    assert (no.value.given, no.value.needed, no.value.rows) == (5, 12, [0, 1])


@pytest.fixture(scope="module")
def city():
    return linli.datasets.putuo().what_if(open=sorted(LOOSE))


@pytest.fixture(scope="module")
def room(city):
    people = city.demand.groupby("town")["population"].sum()
    centres = city.facilities.groupby("town")["id"].count()
    share = {town: round(1.04 * people[town] / centres[town]) for town in centres.index}
    return dict(zip(city.facilities["id"], city.facilities["town"].map(share), strict=True))


def hangs_together(city, rows):
    cells = city.demand.geometry.to_crs(32651)
    for _, own in rows.groupby("facility"):
        union = shapely.union_all(cells.loc[own.index].buffer(2))
        if union.geom_type != "Polygon":
            return False
    return True


def test_in_town_and_contiguous(city, room):
    free = city.assign(capacity=room, within="town")
    found = city.assign(capacity=room, within="town", contiguous=True)
    assert found.proven
    assert found.objective >= free.objective - 1e-6
    rows = found.rows
    town_of = city.facilities.set_index("id")["town"]
    assert (rows["facility"].map(town_of) == rows["town"]).all()
    assert hangs_together(city, rows)
    assert not hangs_together(city, free.rows)
    catchments = found.catchments
    assert (catchments["people"] <= catchments["capacity"]).all()
    assert catchments["people"].sum() == city.demand["population"].sum()
    assert catchments["by_choice"].sum() == pytest.approx(city.demand["population"].sum())
    choice = found.free_choice()
    moved = rows[rows["facility"] != rows["nearest"]]
    assert choice["people_moved"] == moved["people"].sum() > 0
    assert choice["mean_m"] > choice["mean_m_by_choice"]
    assert (rows["extra_m"] >= 0).all()


def test_a_shortage_is_named_after_its_town(city):
    with pytest.raises(
        linli.Infeasible, match=r"in 桃浦镇, 40 rows with 202901 people.*22901 more"
    ):
        city.assign(capacity=60_000, within="town")
    found = city.assign(capacity=60_000, within="town", everyone=False, whole=False)
    district, towns = found.levels(), found.levels("town")
    assert towns.loc["桃浦镇", "no_capacity"] == 22_901
    assert district.loc["all", "no_capacity"] == towns["no_capacity"].sum()
    assert found.levels("committee")["served"].sum() == pytest.approx(district["served"].iloc[0])
    assert found.levels("centre")["served"].tolist() == found.catchments["people"].tolist()
    assert found.levels("centre")["no_capacity"].sum() == pytest.approx(towns["no_capacity"].sum())
    assert set(found.rows["status"]) == {"served", "partly", "no_capacity"}
    assert "without room" in repr(found) and "synthetic" in repr(found)
    near = city.assign(minutes=10, capacity=1e6, everyone=False)
    assert near.levels()["out_of_reach"].iloc[0] > 0
    assert (near.rows["walk_m"].dropna() <= 10 * 60 * 1.33).all()


def test_locks_by_name(city, room):
    ids = city.demand["id"].tolist()
    same_town = city.demand.groupby("town")["id"].first()["桃浦镇"]
    others = city.demand[city.demand["town"] == "桃浦镇"]["id"].tolist()[1:3]
    found = city.assign(
        capacity=room,
        within="town",
        stay={same_town: "C25"},
        together=[others],
        apart=[(same_town, others[0])],
        exceptions=[(ids[0], "C20")],
    )
    facility = found.rows.set_index("id")["facility"]
    assert facility[same_town] == "C25"
    assert facility[others[0]] == facility[others[1]] != "C25"
    with pytest.raises(linli.InvalidInput, match="no committee with id or name 'nowhere'"):
        city.assign(stay={"nowhere": "C01"})


def test_answers_can_be_kept(city, room, tmp_path):
    found = city.assign(capacity=room, within="town")
    saved = found.save(tmp_path / "assignment.geojson")
    again = gpd.read_file(saved)
    assert again["facility"].tolist() == found.rows["facility"].tolist()
    lines = found.save(tmp_path / "assignment.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 264 and json.loads(lines[0])["type"] == "Feature"
    assert found.provenance["proven"] is True
    assert "<table" in found._repr_html_()


def test_a_city_of_points_has_no_outlines():
    points = frame(np.zeros((2, 2)), id=["a", "b"], population=[1, 2])
    city = linli.read(points, frame(np.ones((1, 2)), id=["f"]), crs="METRES")
    with pytest.raises(linli.InvalidInput, match="demand row 0 has no outline"):
        city.assign(contiguous=True)
    found = city.assign(contiguous=[("a", "b")], capacity={"f": 3})
    assert found.rows["facility"].tolist() == ["f", "f"]
    with pytest.raises(linli.InvalidInput, match="site row 0: capacity = -1"):
        city.assign(capacity=-1)
    with pytest.raises(linli.InvalidInput, match="give 'town' or None"):
        city.assign(within="grid")


@pytest.mark.parametrize("whole", [True, False])
def test_ctrl_c_is_obeyed_within_0_3_s(whole, monkeypatch):
    people = "numpy.arange(1500) % 7 + 1.0"
    room = "numpy.full(1500, 4.1)"
    question = f"linli.assign.capacitated(reach, {people}, {room}, whole={whole}, everyone=False)"
    monkeypatch.setitem(LONG, "room", question)
    assert any(seconds_to_stop("room") < 0.3 for _ in range(4))


def test_the_same_bits_every_time():
    walk_m, people, capacity = instance(3, rows=40, sites=6, slack=1.1)
    reach = linli.Reach.from_dense(walk_m)
    ask = [linli.assign.capacitated(reach, people, capacity, gap=0.01) for _ in range(2)]
    assert ask[0].site.tolist() == ask[1].site.tolist()
    assert (ask[0].objective, ask[0].bound) == (ask[1].objective, ask[1].bound)
