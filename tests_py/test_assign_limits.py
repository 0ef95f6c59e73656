"""Do further measures, balance, today's centres and the curve against them keep their word?"""

from __future__ import annotations

import linli
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

TODAY_GAP = 1e-6


def instance(seed, rows, sites):
    """Places at random, a second measure that does not follow the people, and where they are today."""
    random = np.random.default_rng(seed)
    homes, centres = random.random((rows, 2)) * 5000, random.random((sites, 2)) * 5000
    walk_m = np.hypot(*(homes[:, None] - centres[None]).transpose(2, 0, 1)).round(3)
    people, elders = random.integers(20, 400, rows) * 1.0, random.integers(0, 90, rows) * 1.0
    room = np.ceil(people.sum() / sites * (0.9 + 0.6 * random.random(sites)))
    return walk_m, people, elders, room, random.integers(0, sites, rows)


def constraints(walk_m, people, elders, room, today, elder_room, most_moved):
    """Rows once, rooms of both measures, people moved: for a general solver."""
    rows, sites = walk_m.shape
    once = np.kron(np.eye(rows), np.ones((1, sites)))
    at = np.kron(np.ones((1, rows)), np.eye(sites))
    away = np.repeat(people, sites) * (np.tile(np.arange(sites), rows) != np.repeat(today, sites))
    upper = np.vstack([at * np.repeat(people, sites), at * np.repeat(elders, sites), away])
    return once, upper, np.concatenate([room, elder_room, [most_moved]])


@pytest.mark.parametrize("seed", range(6))
def test_a_general_solver_finds_the_same_under_all_limits(seed):
    walk_m, people, elders, room, today = instance(seed, 14, 4)
    elder_room = np.full(4, np.ceil(elders.sum() / 4 * 1.25))
    most = np.round(people.sum() * 0.5)
    once, upper, limit = constraints(walk_m, people, elders, room, today, elder_room, most)
    cost = (people[:, None] * walk_m).ravel()
    rules = [LinearConstraint(once, 1, 1), LinearConstraint(upper, -np.inf, limit)]
    best = milp(cost, constraints=rules, integrality=np.ones(cost.size), bounds=Bounds(0, 1))
    shares = linprog(cost, A_ub=upper, b_ub=limit, A_eq=once, b_eq=np.ones(14), bounds=(0, 1))

    def ask(whole):
        return linli.assign.capacitated(
            linli.Reach.from_dense(walk_m),
            people,
            room,
            measures={"over_60": (elders, elder_room)},
            today=today.tolist(),
            most_moved=most,
            whole=whole,
            time_limit_s=None,
        )

    for whole, expected in ((True, best), (False, shares)):
        if expected.status == 2:
            with pytest.raises(linli.Infeasible):
                ask(whole)
            continue
        found = ask(whole)
        assert found.proven
        assert found.objective == pytest.approx(expected.fun, rel=1e-6)
        assert found.moved <= most + TODAY_GAP


def test_loads_stay_near_their_share():
    walk_m, people, elders, room, _ = instance(3, 60, 4)
    reach, staff = linli.Reach.from_dense(walk_m), np.array([1.0, 2.0, 2.0, 3.0])
    infinite = np.full(4, np.inf)
    found = linli.assign.capacitated(
        reach,
        people,
        infinite,
        measures={"over_60": (elders, infinite)},
        balance={"people": 0.1, "over_60": (0.15, staff)},
        time_limit_s=20,
        gap=0.02,
    )
    site = found.site.to_numpy(dtype=int)
    share = people.sum() / 4
    assert (np.abs(found.load - share) <= 0.1 * share + 1e-6).all()
    own = elders.sum() * staff / staff.sum()
    assert (np.abs(np.bincount(site, elders, 4) - own) <= 0.15 * own + 1e-6).all()
    with pytest.raises(linli.InvalidInput, match="no measure named 'beds'"):
        linli.assign.capacitated(reach, people, room, balance={"beds": 0.1})
    with pytest.raises(linli.Infeasible, match=r"site [01] cannot") as refused:
        linli.assign.capacitated(
            linli.Reach.from_dense(np.array([[100.0, np.inf], [100.0, 200.0]])),
            [70.0, 30.0],
            [np.inf, np.inf],
            balance={"people": 0.1},
        )
    assert "15" in str(refused.value) and "would do" in str(refused.value)


@pytest.fixture(scope="module")
def city():
    return linli.datasets.putuo()


def test_several_measures_of_a_city(city):
    people = city.demand["population"].sum()
    group = city.groups[0]
    counted = city.demand[group].sum()
    rooms = {"population": people / 20 * 1.6, group: counted / 20 * 1.5}
    found = city.assign(capacity=rooms, gap=0.05, time_limit_s=20)
    assert (found.catchments["people"] <= rooms["population"] + 1e-6).all()
    assert (found.loads[group] <= rooms[group] + 1e-6).all()
    rows = found.rows
    own = pd.Series(city.demand[group].to_numpy()).groupby(rows["facility"].to_numpy()).sum()
    assert own.reindex(found.loads.index).fillna(0).to_numpy() == pytest.approx(found.loads[group])
    even = city.assign(balance={"population": 0.35}, within="town", time_limit_s=20, gap=0.05)
    town = city.facilities.set_index("id")["town"]
    share = city.demand.groupby("town")["population"].sum() / town[even.loads.index].value_counts()
    off = even.loads["population"] / share[town[even.loads.index]].to_numpy() - 1
    assert (off.abs() <= 0.35 + 1e-9).all()
    with pytest.raises(linli.Infeasible, match="not for every row whole"):
        city.assign(balance=1e-9, within="town")
    with pytest.raises(linli.InvalidInput, match="a column of the centres"):
        city.assign(balance={"population": (0.1, [1, 2])})


def test_the_curve_from_today(city):
    today = city.assign(within="town", capacity=210_000)
    assert today.moved is None
    same = city.assign(within="town", capacity=210_000, today=today)
    assert same.moved == 0 and "0 change their centre" in repr(same)
    more = city.what_if(open="C25")
    found = more.reassign(today, within="town", capacity=210_000)
    points = found.points
    assert points["proven"].all() and len(points) == 12
    assert points["people_moved"].iloc[0] == 0
    assert points["people_moved"].is_monotonic_increasing
    assert points["mean_walk_m"].is_monotonic_decreasing
    free = more.assign(within="town", capacity=210_000)
    people = city.demand["population"].sum()
    assert points["mean_walk_m"].iloc[-1] == pytest.approx(free.objective / people, rel=1e-6)
    assert found.at(0).moved == 0
    few = points["people_moved"].iloc[-1] / 2
    limited = more.assign(within="town", capacity=210_000, today=today, most_moved=few)
    best = points[points["people_moved"] <= few]["mean_walk_m"].min()
    assert limited.moved <= few
    assert limited.objective / people <= best * (1 + 1e-9)
    assert "<table" in found._repr_html_() and repr(found).startswith("TradeOff(")
    assert found.plot().lines
    # A closed centre's people must move; the fewest are theirs.
    fewer = city.what_if(close="C01")
    bound = fewer.reassign(today, objective="worst", points=4, time_limit_s=20)
    own = today.rows.loc[today.rows["facility"] == "C01", "people"].sum()
    assert bound.points["people_moved"].iloc[-1] >= 0
    assert bound.points["people_moved"].min() == pytest.approx(own)
    with pytest.raises(ValueError, match="every plan moves at least"):
        bound.at(own / 2)
    with pytest.raises(linli.Infeasible, match="must"):
        fewer.assign(today=today, most_moved=own - 1)


def test_a_contiguity_says_what_touches(city):
    contiguity = linli.Contiguity.from_polygons(city.demand.geometry, snap_m=1.0)
    found = city.assign(contiguous=True, within="town")
    again = city.assign(contiguous=contiguity, within="town")
    assert found.rows["facility"].tolist() == again.rows["facility"].tolist()
    with pytest.raises(linli.InvalidInput, match="the contiguity has 2 units"):
        city.assign(contiguous=linli.Contiguity.from_edges(2, [[0, 1]]))


def test_a_time_limit_bites():
    random = np.random.default_rng(5)
    people = random.integers(1000, 9000, 200) * 1.0
    walk_m = random.random((200, 20)) * 5000
    room = np.full(20, people.sum() / 20 * 0.9)
    found = linli.assign.capacitated(
        linli.Reach.from_dense(walk_m), people, room, everyone=False, time_limit_s=1.0
    )
    assert found.seconds < 10
    assert found.rows["served"].sum() <= found.most_served + 1e-6 <= room.sum() + 1e-5
    assert found.bound <= found.objective and 0 <= found.gap <= 1
