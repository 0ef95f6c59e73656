"""Is every siting plan as good as what spopt and HiGHS find, on random small towns?"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import linli
import numpy as np
import pulp
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from linli import locate
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

with warnings.catch_warnings():
    # Its imports warn of their own dependencies.
    warnings.simplefilter("ignore")
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

# spopt builds its models in the way PuLP 4 will refuse.
pytestmark = pytest.mark.filterwarnings("ignore:.*PuLP 4:DeprecationWarning")

CASES = settings(max_examples=200, deadline=None)


class Town(NamedTuple):
    walk_m: np.ndarray
    weight: np.ndarray
    capacity: np.ndarray
    limit_m: float
    p: int

    @property
    def reach(self) -> linli.Reach:
        return linli.Reach.from_dense(self.walk_m)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    # Hypothesis picks the size, a generator the numbers: it need not shrink each walk.
    rows, sites = draw(st.integers(2, 14)), draw(st.integers(2, 7))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    walk_m = random.integers(0, 12, (rows, sites)) * 100.0
    weight = random.integers(1, 9, rows).astype(float)
    p = draw(st.integers(1, sites))
    # About what is needed: some towns have no answer, most are tight.
    mean = weight.sum() / p
    capacity = np.ceil(random.uniform(0.7, 1.8, sites) * mean)
    return Town(walk_m, weight, capacity, float(draw(st.sampled_from([300, 500, 800]))), p)


def solved(model: Any) -> float | None:
    """What spopt and HiGHS find; `None` where there is no answer."""
    model.problem.solve(pulp.HiGHS(msg=False))
    if model.problem.status != pulp.LpStatusOptimal:
        return None
    return float(pulp.value(model.problem.objective))


def same(ask: Any, expected: float | None) -> None:
    if expected is None:
        with pytest.raises(linli.Infeasible):
            ask()
        return
    plan = ask()
    assert plan.proven
    assert plan.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(town=towns())
@CASES
def test_spopt_mclp(town):
    model = MCLP.from_cost_matrix(town.walk_m, town.weight, town.limit_m, town.p)
    same(
        lambda: locate.mclp(town.reach, town.weight, p=town.p, limit_m=town.limit_m), solved(model)
    )


@given(town=towns())
@CASES
def test_spopt_lscp(town):
    model = LSCP.from_cost_matrix(town.walk_m, town.limit_m)
    same(lambda: locate.lscp(town.reach, limit_m=town.limit_m), solved(model))


@given(town=towns())
@CASES
def test_spopt_lscp_with_capacity(town):
    """There the demand is shared, without an upper bound on a share: at most 1 all the same."""
    try:
        model = LSCP.from_cost_matrix(
            town.walk_m,
            town.limit_m,
            demand_quantity_arr=town.weight,
            facility_capacity_arr=town.capacity,
        )
    except ValueError:
        expected = None
    else:
        expected = solved(model)
    same(
        lambda: locate.lscp(
            town.reach, town.weight, limit_m=town.limit_m, capacity=town.capacity, split=True
        ),
        expected,
    )


@given(town=towns())
@CASES
def test_spopt_p_median(town):
    model = PMedian.from_cost_matrix(town.walk_m, town.weight, town.p)
    same(lambda: locate.p_median(town.reach, town.weight, p=town.p), solved(model))


@given(town=towns())
@CASES
def test_spopt_p_median_with_capacity(town):
    assume(np.sort(town.capacity)[-town.p :].sum() >= town.weight.sum())
    model = PMedian.from_cost_matrix(
        town.walk_m, town.weight, town.p, facility_capacities=town.capacity
    )
    same(
        lambda: locate.p_median(town.reach, town.weight, p=town.p, capacity=town.capacity),
        solved(model),
    )


@given(town=towns())
@CASES
def test_spopt_p_center(town):
    model = PCenter.from_cost_matrix(town.walk_m, town.p)
    same(lambda: locate.p_center(town.reach, p=town.p), solved(model))


class Rules(NamedTuple):
    """What spopt does not know, for a model of our own."""

    capacity: bool
    split: bool
    cost: np.ndarray | None
    budget: float
    existing: list[int]
    closing_cost: np.ndarray
    xy: np.ndarray | None
    separation_m: float

    def terms(self, town: Town) -> dict[str, Any]:
        terms: dict[str, Any] = {"limit_m": town.limit_m, "p": town.p}
        if self.capacity:
            terms |= {"capacity": town.capacity, "split": self.split}
        if self.cost is not None:
            terms |= {"cost": self.cost, "budget": self.budget}
            terms |= {"existing": self.existing, "closing_cost": self.closing_cost}
        if self.xy is not None:
            terms |= {"separation_m": self.separation_m, "site_xy": self.xy}
        return terms


@st.composite
def rules(draw: st.DrawFn, town: Town) -> Rules:
    sites = town.walk_m.shape[1]
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    paid, apart = draw(st.booleans()), draw(st.booleans())
    existing = [site for site in range(sites) if paid and random.random() < 0.3]
    return Rules(
        capacity=draw(st.booleans()),
        split=draw(st.booleans()),
        cost=random.integers(1, 6, sites).astype(float) if paid else None,
        budget=float(random.integers(0, 3 * town.p + 1)),
        existing=existing,
        closing_cost=random.integers(-1, 4, len(existing)).astype(float),
        xy=random.integers(0, 10, (sites, 2)) * 100.0 if apart else None,
        separation_m=float(draw(st.sampled_from([200, 300, 500]))),
    )


Line = tuple[dict[int, float], float, float]
"""Coefficients by column, and what their sum lies between."""


def on_sites(town: Town, rule: Rules) -> list[Line]:
    """What sites may be open together."""
    sites = town.walk_m.shape[1]
    at_most = rule.cost is not None or rule.xy is not None
    lines: list[Line] = [(dict.fromkeys(range(sites), 1.0), 0.0 if at_most else town.p, town.p)]
    new = [site for site in range(sites) if site not in rule.existing]
    if rule.cost is not None:
        spent = {site: rule.cost[site] for site in new}
        closing = dict(zip(rule.existing, -rule.closing_cost, strict=True))
        lines.append((spent | closing, -np.inf, rule.budget - rule.closing_cost.sum()))
    if rule.xy is not None:
        pairs = [(a, b) for a in new for b in new if a < b]
        near = [
            (a, b) for a, b in pairs if np.hypot(*(rule.xy[a] - rule.xy[b])) < rule.separation_m
        ]
        lines += [({a: 1.0, b: 1.0}, -np.inf, 1.0) for a, b in near]
    return lines


def highs(town: Town, rule: Rules, *, serve_all: bool) -> float | None:
    """Person-metres when all must be served, else people served: by HiGHS alone."""
    rows, sites = town.walk_m.shape
    columns = sites + rows * sites
    x = sites + np.arange(rows * sites).reshape(rows, sites)
    lines = on_sites(town, rule)
    for row in range(rows):
        lines.append((dict.fromkeys(x[row], 1.0), 1.0 if serve_all else 0.0, 1.0))
        lines += [({x[row, site]: 1.0, site: -1.0}, -np.inf, 0.0) for site in range(sites)]
    for site in range(sites if rule.capacity else 0):
        line = {x[row, site]: town.weight[row] for row in range(rows)}
        lines.append((line | {site: -town.capacity[site]}, -np.inf, 0.0))
    matrix = lil_array((len(lines), columns))
    for number, (line, _, _) in enumerate(lines):
        for column, value in line.items():
            matrix[number, column] = value
    worth = town.weight[:, None] * (town.walk_m if serve_all else -np.ones_like(town.walk_m))
    near = (town.walk_m <= town.limit_m).astype(float)
    whole = np.ones(columns)
    whole[sites:] = 0 if rule.split and rule.capacity else 1
    found = milp(
        np.concatenate([np.zeros(sites), worth.ravel()]),
        constraints=LinearConstraint(
            matrix.tocsr(), [line[1] for line in lines], [line[2] for line in lines]
        ),
        integrality=whole,
        bounds=Bounds(0, np.concatenate([np.ones(sites), near.ravel()])),
        options={"mip_rel_gap": 0},
    )
    return None if found.x is None else abs(float(found.fun))


@given(data=st.data(), town=towns())
@CASES
def test_highs_mclp_within_rules(data, town):
    rule = data.draw(rules(town))
    expected = highs(town, rule, serve_all=False)
    same(lambda: locate.mclp(town.reach, town.weight, **rule.terms(town)), expected)


@given(data=st.data(), town=towns())
@CASES
def test_highs_p_median_within_rules(data, town):
    rule = data.draw(rules(town))
    expected = highs(town, rule, serve_all=True)
    same(lambda: locate.p_median(town.reach, town.weight, **rule.terms(town)), expected)


def cheapest(town: Town, cost: np.ndarray, share: float, fixed: list[int]) -> float | None:
    """The least cost that reaches this share of the people: by HiGHS alone."""
    rows, sites = town.walk_m.shape
    near = (town.walk_m <= town.limit_m).astype(float)
    # A point counts only where a chosen site is near it.
    reached = np.hstack([near, -np.eye(rows)])
    people = np.hstack([np.zeros((1, sites)), town.weight[None, :]])
    least = np.concatenate([np.zeros(rows), [share * town.weight.sum() - 1e-9]])
    lower = np.zeros(sites + rows)
    lower[fixed] = 1
    paid = cost.copy()
    paid[fixed] = 0
    found = milp(
        np.concatenate([paid, np.zeros(rows)]),
        constraints=LinearConstraint(np.vstack([reached, people]), least, np.inf),
        integrality=np.ones(sites + rows),
        bounds=Bounds(lower, 1),
        options={"mip_rel_gap": 0},
    )
    return None if found.x is None else float(found.fun)


@given(town=towns(), data=st.data())
@CASES
def test_highs_lscp_with_costs(town, data):
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    sites = town.walk_m.shape[1]
    cost = random.integers(0, 9, sites).astype(float)
    if data.draw(st.booleans()):
        cost += random.random(sites).round(3)
    fixed = [site for site in range(sites) if random.random() < 0.2]
    share = data.draw(st.sampled_from([1.0, 0.9, 0.6]))
    same(
        lambda: locate.lscp(
            town.reach, town.weight, limit_m=town.limit_m, share=share, cost=cost, fixed=fixed
        ),
        cheapest(town, cost, share, fixed),
    )
