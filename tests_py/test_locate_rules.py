"""Do siting plans keep capacity, budget and separation, and say so?"""

from __future__ import annotations

import linli
import numpy as np
import pandas as pd
import pytest
from linli import locate

INF = float("inf")
REACH = linli.Reach.from_dense(
    [[50, 900, INF, 400], [900, 50, 900, 400], [INF, 900, 50, 400]], limit_m=1000
)
PEOPLE = [3000, 4000, 1000]
XY = [[0, 0], [900, 0], [1800, 0], [900, 300]]


def test_whole_points_go_where_there_is_room():
    plan = locate.p_median(REACH, PEOPLE, p=2, capacity=4500)
    assert repr(plan) == (
        "SitingPlan(p_median: 2 sites, 225 m to the site that serves them on average; proven best)"
    )
    assert plan.assignment.tolist() == [3, 1, 3]
    assert plan.to_frame().to_dict("list") == {
        "site": [1, 3],
        "fixed": [False, False],
        "people": [4000.0, 4000.0],
        "only_here": [0.0, 0.0],
        "load": [4000.0, 4000.0],
    }
    assert plan.shares.to_dict("list") == {
        "demand": [0, 1, 2],
        "site": [3, 1, 3],
        "share": [1.0, 1.0, 1.0],
    }
    assert (plan.closed, plan.spent) == ([], None)


def test_shared_points_fill_what_there_is():
    plan = locate.mclp(REACH, PEOPLE, p=1, capacity=3500, split=True)
    assert repr(plan) == (
        "SitingPlan(mclp: 1 site serves 3,500 of 8,000 people, 43.8 %; proven best)"
    )
    served = np.array(PEOPLE)[plan.shares["demand"]] * plan.shares["share"]
    assert served.sum() == pytest.approx(3500)
    plan = locate.lscp(REACH, PEOPLE, capacity=4000, split=True)
    assert (plan.objective, plan.proven) == (2.0, True)
    plan = locate.p_center(REACH, p=2, capacity=[2, 1, 1, 2])
    assert (plan.objective, plan.sites["load"].sum()) == (400.0, 3.0)


def test_a_load_of_its_own_and_a_capacity_of_each():
    load = pd.Series([1, 2, 3], index=list("abc"))
    plan = locate.p_median(REACH, PEOPLE, p=2, capacity=[1, 2, 3, 5], load=load)
    assert plan.assignment.tolist() == [3, 1, 3]
    assert plan.sites["load"].tolist() == [2.0, 4.0]


def test_a_budget_is_spent_and_existing_sites_make_way():
    cost = [3, 4, 2, 5]
    plan = locate.p_median(REACH, PEOPLE, cost=cost, budget=4)
    assert (plan.sites["site"].tolist(), plan.spent) == ([1], 4.0)
    assert "1 site for 4, " in repr(plan)
    plan = locate.mclp(
        REACH, PEOPLE, p=1, cost=cost, budget=6, existing=[0, 2], closing_cost=[1, 1]
    )
    assert (plan.closed, plan.spent) == ([0, 2], 6.0)
    assert plan.sites["existing"].tolist() == [False]
    assert "1 site, 2 closed, for 6 reaches 8,000 of 8,000 people" in repr(plan)
    kept = locate.mclp(REACH, PEOPLE, cost=cost, budget=0, existing=[0, 2], closing_cost=1)
    assert (kept.sites["existing"].tolist(), kept.spent) == ([True, True], 0.0)
    with pytest.raises(linli.Infeasible, match="budget = 4 would do") as caught:
        locate.p_median(REACH, PEOPLE, cost=cost, budget=3)
    assert (caught.value.parameter, caught.value.given, caught.value.needed) == ("budget", 3.0, 4.0)


def test_new_sites_keep_their_distance():
    near = {"p": 3, "limit_m": 100}
    plan = locate.mclp(REACH, PEOPLE, **near, separation_m=901, site_xy=XY)
    assert (plan.objective, plan.proven) == (4000.0, True)
    assert locate.mclp(REACH, PEOPLE, **near, separation_m=900, site_xy=XY).objective == 8000.0
    between = linli.Reach.from_points(XY, XY, limit_m=2000)
    on_foot = locate.mclp(REACH, PEOPLE, **near, separation_m=901, site_reach=between)
    assert on_foot.sites["site"].tolist() == plan.sites["site"].tolist()
    with pytest.raises(linli.Infeasible, match="901 m between new sites"):
        locate.p_center(REACH, **near, separation_m=901, site_xy=XY)


def test_points_too_large_and_capacity_too_small_are_named():
    with pytest.raises(linli.Infeasible, match="row 1 takes 4000") as caught:
        locate.p_median(REACH, PEOPLE, p=3, capacity=3500)
    error = caught.value
    assert (error.rows, error.parameter) == ([1], "capacity")
    assert (error.given, error.needed) == (3500.0, 4000.0)
    with pytest.raises(linli.Infeasible, match="p = 2 could be enough"):
        locate.p_median(REACH, PEOPLE, p=1, capacity=4000)
    with pytest.raises(linli.Infeasible, match=r"share = 0\.7500 would do"):
        locate.lscp(REACH, PEOPLE, capacity=[1000, 2000, 1000, 2000], split=True)


BAD_RULES = [
    ({"load": [1, 2, 3]}, "load is given without capacity"),
    ({"split": True}, "split is given without capacity"),
    ({"capacity": [1, 2, 3]}, "capacity has 3 rows, but the sites table has 4"),
    ({"capacity": -1}, "sites row 0: capacity = -1 is negative"),
    ({"capacity": [1, 2, np.nan, 3]}, "sites row 2: capacity = NaN"),
    ({"capacity": "many"}, "capacity: "),
    ({"capacity": 1, "load": [1, -2, 3]}, "demand row 1: load = -2"),
    ({"separation_m": 1}, "separation_m is given without site_xy or site_reach"),
    ({"site_xy": XY}, "site_xy is given without separation_m"),
    ({"separation_m": 1, "site_xy": XY[:2]}, "separation has 2 rows"),
    ({"separation_m": -1, "site_xy": XY}, "separation_m = -1"),
    ({"separation_m": "near", "site_xy": XY}, "separation_m: "),
    ({"separation_m": 1, "site_reach": REACH}, "3 × 4 walks"),
    ({"separation_m": 1, "site_xy": XY, "site_reach": REACH}, "both given"),
]
BAD_MONEY = [
    ({"cost": 1}, "cost is given without budget"),
    ({"existing": [1]}, "existing is given without budget"),
    ({"budget": 1}, "budget is given without cost"),
    ({"budget": np.nan, "cost": 1}, "budget = NaN"),
    ({"budget": 1, "cost": [1, 2]}, "cost has 2 rows"),
    ({"budget": 1, "cost": 1, "existing": [9]}, "existing = 9: there are 4 sites"),
    ({"budget": 1, "cost": 1, "existing": [1], "closing_cost": [1, 2]}, "closing_cost has 2 rows"),
    ({"budget": 1, "cost": 1, "existing": [1], "fixed": [1]}, "existing = 1: is fixed too"),
]


@pytest.mark.parametrize(("rules", "message"), BAD_RULES)
def test_bad_rules_are_refused_by_every_model(rules, message):
    asks = (
        lambda: locate.mclp(REACH, PEOPLE, p=2, **rules),
        lambda: locate.lscp(REACH, PEOPLE, **rules),
        lambda: locate.p_median(REACH, PEOPLE, p=2, **rules),
        lambda: locate.p_center(REACH, p=2, **rules),
    )
    for ask in asks:
        with pytest.raises(linli.InvalidInput, match=message):
            ask()


@pytest.mark.parametrize(("rules", "message"), BAD_MONEY)
def test_bad_budgets_are_refused(rules, message):
    asks = (
        lambda: locate.mclp(REACH, PEOPLE, p=2, **rules),
        lambda: locate.p_median(REACH, PEOPLE, p=2, **rules),
        lambda: locate.p_center(REACH, p=2, **rules),
    )
    for ask in asks:
        with pytest.raises(linli.InvalidInput, match=message):
            ask()


def test_a_plan_within_capacity_out_of_time_has_an_honest_gap():
    random = np.random.default_rng(3)
    xy, people = random.random((120, 2)) * 5000, random.integers(5, 90, 120).astype(float)
    reach = linli.Reach.from_points(xy, xy, limit_m=None)
    ask = {"p": 8, "capacity": np.ceil(people.sum() / 8 * 1.02)}
    hasty = locate.p_median(reach, people, time_limit_s=0.5, **ask)
    assert hasty.gap == pytest.approx((hasty.objective - hasty.bound) / hasty.objective)
    assert hasty.proven == (hasty.stop == "proven")
    longer = locate.p_median(reach, people, time_limit_s=6, **ask)
    assert hasty.bound <= longer.objective * (1 + 1e-9)
    assert longer.bound <= hasty.objective * (1 + 1e-9)
