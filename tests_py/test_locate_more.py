"""Are services, exchanges and costs what the definitions say?"""

from __future__ import annotations

import itertools

import linli
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli import locate
from linli.locate import Service

LIMIT_M = 600.0
REACH = linli.Reach.from_dense(
    [[50, 900, np.inf, 400], [900, 50, 900, 400], [np.inf, 900, 50, 400]], limit_m=1000
)
PEOPLE = [3000, 4000, 1000]


def near(walk_m: np.ndarray, sites: list[int], limit_m: float) -> np.ndarray:
    """Metres to the nearest of these sites, infinite beyond the limit."""
    within = np.where(walk_m <= limit_m, walk_m, np.inf)
    return within[:, sites].min(axis=1, initial=np.inf)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_services_are_reached_by_as_many_as_under_any_choice(seed):
    random = np.random.default_rng(seed)
    rows, sites = random.integers(2, 9), random.integers(2, 7)
    walk_m = random.integers(0, 12, (rows, sites)) * 100.0
    services = {
        name: Service(
            random.integers(0, 9, rows) + (np.arange(rows) == 0),
            random.random(sites) < 0.6 if random.random() < 0.8 else None,
            float(random.integers(2, 9) * 100) if random.random() < 0.6 else None,
        )
        for name in ("canteen", "nursery", "clinic")[: random.integers(1, 4)]
    }
    p = int(random.integers(1, sites + 1))
    fixed = [site for site in range(sites) if random.random() < 0.2][:p]

    def reached(choice: tuple[int, ...]) -> dict[str, np.ndarray]:
        found = {}
        for name, service in services.items():
            offers = np.ones(sites, bool) if service.offers is None else np.asarray(service.offers)
            offering = [site for site in choice if offers[site]]
            found[name] = near(walk_m, offering, service.limit_m or LIMIT_M)
        return found

    def worth(choice: tuple[int, ...]) -> float:
        parts = reached(choice).items()
        return sum(np.asarray(services[name].weight)[np.isfinite(m)].sum() for name, m in parts)

    found = locate.mclp_services(
        linli.Reach.from_dense(walk_m), services, p=p, limit_m=LIMIT_M, fixed=fixed
    )
    choices = (c for c in itertools.combinations(range(sites), p) if set(fixed) <= set(c))
    assert found.plan.objective == max(map(worth, choices))
    assert (found.plan.proven, found.plan.model) == (True, "mclp_services")
    chosen = tuple(found.plan.sites["site"])
    assert len(chosen) == p
    assert set(fixed) <= set(chosen)
    table = found.to_frame()
    assert table.index.tolist() == list(services)
    assert table["people_covered"].sum() == found.plan.objective == found.plan.people_covered
    for name, metres in reached(chosen).items():
        weight = np.asarray(services[name].weight)
        assert table.loc[name, "people"] == weight.sum()
        assert table.loc[name, "people_covered"] == weight[np.isfinite(metres)].sum()
        assert table.loc[name, "share"] == pytest.approx(
            weight[np.isfinite(metres)].sum() / weight.sum()
        )
        assigned = found.assignment[name]
        assert assigned.isna().tolist() == np.isinf(metres).tolist()
        for row, site in assigned.dropna().items():
            assert site in chosen
            assert walk_m[row, site] == metres[row]


def test_services_are_shown_and_refused():
    services = {
        "canteen": Service(PEOPLE),
        "nursery": Service([9, 0, 1], [True, False, True, True], 60),
    }
    found = locate.mclp_services(REACH, services, p=1, limit_m=500)
    assert repr(found) == (
        "ServicesPlan(1 site: canteen 8,000 of 8,000 people, nursery 0 of 10 people; proven best)"
    )
    assert "<td>nursery</td><td>10</td><td>0</td><td>0.0 %</td>" in found._repr_html_()
    assert "reaches 8,000 of 8,010 needs" in repr(found.plan)
    wrong = {
        "services": ({}, "at least one service"),
        "offers": ({"a": Service(PEOPLE, [1, 0, 1, 1])}, "True or False for each site"),
        "limit_m": ({"a": Service(PEOPLE, None, 2000)}, "up to 1000 m only"),
    }
    for parameter, (services, message) in wrong.items():
        with pytest.raises(linli.InvalidInput, match=message) as caught:
            locate.mclp_services(REACH, services, p=1)
        assert caught.value.parameter == parameter
    with pytest.raises(linli.InvalidInput, match="offers has 2 rows"):
        locate.mclp_services(REACH, {"a": Service(PEOPLE, [True, False])}, p=1)


@given(seed=st.integers(0, 2**32), model=st.sampled_from(["mclp", "p_median"]))
@settings(max_examples=150, deadline=None)
def test_an_exchange_loses_what_the_other_choice_lacks(seed, model):
    random = np.random.default_rng(seed)
    rows, sites = random.integers(2, 9), random.integers(2, 7)
    walk_m = random.integers(0, 12, (rows, sites)) * 100.0
    weight = random.integers(1, 9, rows).astype(float)
    limit_m = LIMIT_M if model == "mclp" else None
    p = int(random.integers(1, sites + 1))
    fixed = [site for site in range(sites) if random.random() < 0.2][: p - 1]
    forbidden = [site for site in range(sites) if site not in fixed and random.random() < 0.2]
    forbidden = forbidden[: sites - p]
    reach = linli.Reach.from_dense(walk_m)
    terms = {"limit_m": limit_m, "forbidden": forbidden}
    plan = getattr(locate, model)(reach, weight, p=p, fixed=fixed, **terms)
    chosen = plan.sites["site"].tolist()

    def price(choice: list[int]) -> float:
        metres = near(walk_m, choice, limit_m or np.inf)
        return -weight[np.isfinite(metres)].sum() if model == "mclp" else (weight * metres).sum()

    found = locate.exchanges(reach, weight, plan, **terms)
    assert found.index.tolist() == [site for site in chosen if site not in fixed]
    others = set(range(sites)) - set(chosen) - set(forbidden)
    assert found.columns.tolist() == sorted(others)
    for out, into in itertools.product(found.index, found.columns):
        other = [site for site in chosen if site != out] + [into]
        assert found.loc[out, into] == pytest.approx(price(other) - price(chosen))
    assert (found.to_numpy() >= 0).all()
    by_row = locate.exchanges(reach, weight, chosen, model=model, fixed=fixed, **terms)
    pd.testing.assert_frame_equal(by_row, found)


def test_exchanges_are_refused_where_they_could_not_be_kept():
    plan = locate.mclp(REACH, PEOPLE, p=1, capacity=5000)
    with pytest.raises(linli.InvalidInput, match="keeps to capacities") as caught:
        locate.exchanges(REACH, PEOPLE, plan)
    assert caught.value.parameter == "plan"
    with pytest.raises(linli.InvalidInput, match="keeps to a budget"):
        locate.exchanges(REACH, PEOPLE, locate.mclp(REACH, PEOPLE, cost=1, budget=2))
    with pytest.raises(linli.InvalidInput, match="give mclp or p_median"):
        locate.exchanges(REACH, PEOPLE, [0])
    with pytest.raises(linli.InvalidInput, match="give one of mclp, p_median"):
        locate.exchanges(REACH, PEOPLE, locate.lscp(REACH))
    with pytest.raises(linli.InvalidInput, match="there is no such site"):
        locate.exchanges(REACH, PEOPLE, [7], model="mclp")
    better = locate.exchanges(REACH, PEOPLE, [2], model="mclp", limit_m=500)
    assert better.loc[2].to_dict() == {0: -2000.0, 1: -3000.0, 3: -7000.0}


def test_costs_are_money_and_say_so():
    plan = locate.lscp(REACH, PEOPLE, limit_m=500, cost=[2, 3, 1, 7])
    assert repr(plan) == (
        "SitingPlan(lscp: 3 sites for 6 reach 8,000 of 8,000 people, 100.0 %; proven best)"
    )
    assert (plan.objective, plan.bound, plan.spent, plan.closed) == (6.0, 6.0, 6.0, [])
    assert locate.lscp(REACH, PEOPLE, limit_m=500, cost=[2, 3, 1, 5]).sites["site"].tolist() == [3]
    fixed = locate.lscp(REACH, PEOPLE, limit_m=500, cost=[2, 3, 1, 7], fixed=[3])
    assert (fixed.objective, fixed.sites["site"].tolist()) == (0.0, [3])
    assert repr(fixed).startswith("SitingPlan(lscp: 1 site (1 fixed) for 0 reaches 8,000 of")
    share = locate.lscp(REACH, PEOPLE, limit_m=500, cost=[2, 3, 1, 7], share=0.5)
    assert (share.objective, share.sites["site"].tolist()) in [(3.0, [0, 2]), (3.0, [1])]
    # Apart, the third site can only go with the last one left out.
    apart = locate.lscp(
        REACH,
        PEOPLE,
        limit_m=500,
        cost=[2, 3, 1, 7],
        separation_m=1000,
        site_xy=[[0, 0], [900, 0], [1800, 0], [900, 300]],
    )
    assert (apart.objective, apart.sites["site"].tolist()) == (7.0, [3])
    room = locate.lscp(REACH, PEOPLE, limit_m=500, cost=[2, 3, 1, 3], capacity=4000)
    assert (room.objective, room.proven) == (6.0, True)
    assert room.sites["load"].le(4000).all()


def test_costs_that_cannot_be_are_refused():
    wrong = [
        ({"cost": [1, 2]}, "cost has 2 rows"),
        ({"cost": [1, -2, 1, 1]}, "negative"),
        ({"cost": [1, np.inf, 1, 1]}, "infinite"),
        ({"cost": [1, np.nan, 1, 1]}, "not a number"),
        ({"cost": 1, "times": 2}, "backup is without costs"),
    ]
    for terms, message in wrong:
        with pytest.raises(linli.InvalidInput, match=message):
            locate.lscp(REACH, **terms)
    with pytest.raises(linli.Infeasible) as caught:
        locate.lscp(REACH, limit_m=500, cost=1, forbidden=[3, 0])
    assert (caught.value.rows, caught.value.parameter) == ([0], "limit_m")
    with pytest.raises(linli.Infeasible) as caught:
        locate.lscp(REACH, PEOPLE, limit_m=500, share=0.9, cost=1, forbidden=[3, 0])
    assert (caught.value.parameter, caught.value.needed) == ("share", 0.625)


def test_costs_in_little_time_have_a_true_bound():
    random = np.random.default_rng(7)
    reach = linli.Reach.from_points(
        random.random((300, 2)) * 5000, random.random((80, 2)) * 5000, limit_m=1000
    )
    cost = random.integers(10, 99, 80) * 1.37
    full = locate.lscp(reach, cost=cost)
    assert full.proven
    hasty = locate.lscp(reach, cost=cost, time_limit_s=0.0)
    assert 0 < hasty.bound <= full.objective <= hasty.objective
    assert (hasty.stop == "time") or hasty.proven
    near = locate.lscp(reach, cost=cost, gap=0.2)
    assert near.bound <= full.objective <= near.objective
    assert near.gap <= 0.2
    same = [locate.lscp(reach, cost=cost, seed=3).sites["site"].tolist() for _ in range(2)]
    assert same[0] == same[1]
