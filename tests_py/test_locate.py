"""Is every siting plan the best of all choices, and does it say so honestly?"""

from __future__ import annotations

import dataclasses
import itertools
import pickle
from typing import Any, NamedTuple

import linli
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from linli import locate

NAN, INF = float("nan"), float("inf")
STEPS = [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, INF]


class Town(NamedTuple):
    """A table of walks small enough to try every choice of sites."""

    walk_m: np.ndarray
    weight: np.ndarray
    limit_m: float
    p: int
    fixed: list[int]
    forbidden: list[int]

    @property
    def reach(self) -> linli.Reach:
        return linli.Reach.from_dense(self.walk_m)

    @property
    def terms(self) -> dict[str, Any]:
        return {"limit_m": self.limit_m, "fixed": self.fixed, "forbidden": self.forbidden}

    def choices(self, size: int) -> list[list[int]]:
        """Every choice of so many sites that keeps the terms."""
        sites = [site for site in range(self.walk_m.shape[1]) if site not in self.forbidden]
        return [
            list(choice)
            for choice in itertools.combinations(sites, size)
            if set(self.fixed) <= set(choice)
        ]

    def nearest(self, choice: list[int]) -> np.ndarray:
        """Metres to the nearest of these sites, infinite beyond the limit."""
        walk_m = np.where(self.walk_m <= self.limit_m, self.walk_m, INF)
        return walk_m[:, choice].min(axis=1, initial=INF)

    def times(self, choice: list[int]) -> np.ndarray:
        return (self.walk_m[:, choice] <= self.limit_m).sum(axis=1)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    rows, sites = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    walk = st.lists(st.sampled_from(STEPS), min_size=sites, max_size=sites)
    walk_m = np.array(draw(st.lists(walk, min_size=rows, max_size=rows)))
    weight = np.array(draw(st.lists(st.integers(0, 9), min_size=rows, max_size=rows)), dtype=float)
    assume(weight.any())
    role = draw(st.lists(st.sampled_from("oooxf"), min_size=sites, max_size=sites))
    fixed = [site for site in range(sites) if role[site] == "f"]
    forbidden = [site for site in range(sites) if role[site] == "x"]
    limit_m = draw(st.sampled_from([200.0, 300.0, 450.0, 600.0]))
    return Town(walk_m, weight, limit_m, draw(st.integers(1, sites)), fixed, forbidden)


def check(plan: locate.SitingPlan, town: Town, best: float) -> list[int]:
    """What holds for every plan; returns its sites."""
    assert plan.objective == pytest.approx(best, rel=1e-9)
    assert (plan.proven, plan.stop, plan.gap) == (True, "proven", 0.0)
    assert plan.bound == plan.objective
    sites = plan.sites
    chosen = sites["site"].tolist()
    assert chosen == sorted(set(chosen))
    assert set(town.fixed) <= set(chosen)
    assert not set(town.forbidden) & set(chosen)
    assert sites["fixed"].tolist() == [site in town.fixed for site in chosen]
    nearest = town.nearest(chosen)
    assert plan.assignment.isna().tolist() == np.isinf(nearest).tolist()
    for row, site in plan.assignment.dropna().items():
        assert site == next(s for s in chosen if town.walk_m[row, s] == nearest[row])
    return chosen


def check_people(plan: locate.SitingPlan, town: Town, weight: np.ndarray) -> None:
    chosen = plan.sites["site"].tolist()
    times = town.times(chosen)
    assert plan.people == weight.sum()
    assert plan.people_covered == weight[times > 0].sum()
    for site, people, only_here in plan.sites[["site", "people", "only_here"]].itertuples(
        index=False
    ):
        assert people == weight[(plan.assignment == site).fillna(False).to_numpy(bool)].sum()
        alone = (town.walk_m[:, site] <= town.limit_m) & (times == 1)
        assert only_here == weight[alone].sum()


def refused(ask: Any, town: Town) -> bool:
    """Whether `p` cannot be, checked with what the exception says."""
    allowed = town.walk_m.shape[1] - len(town.forbidden)
    if len(town.fixed) <= town.p <= allowed:
        return False
    with pytest.raises(linli.Infeasible) as caught:
        ask()
    error = caught.value
    assert (error.parameter, error.given, error.rows) == ("p", town.p, [])
    assert error.needed == (allowed if town.p > allowed else len(town.fixed))
    return True


@given(town=towns())
@settings(max_examples=150, deadline=None)
def test_mclp_covers_as_many_as_any_choice(town):
    def ask() -> locate.SitingPlan:
        return locate.mclp(town.reach, town.weight, p=town.p, **town.terms)

    if refused(ask, town):
        return
    plan = ask()
    worth = [
        town.weight[np.isfinite(town.nearest(choice))].sum() for choice in town.choices(town.p)
    ]
    assert len(check(plan, town, max(worth))) == town.p
    check_people(plan, town, town.weight)


@given(town=towns(), full=st.sampled_from([0.0, 0.5, 1.0]))
@settings(max_examples=100, deadline=None)
def test_gradual_counts_as_much_as_any_choice(town, full):
    full_m = full * town.limit_m

    def ask() -> locate.SitingPlan:
        return locate.gradual(town.reach, town.weight, p=town.p, full_m=full_m, **town.terms)

    def worth(choice: list[int]) -> float:
        nearest = town.nearest(choice)
        beyond = np.where(np.isinf(nearest), 0, town.limit_m - nearest)
        share = np.where(nearest <= full_m, 1.0, beyond / max(town.limit_m - full_m, 1e-300))
        return float((town.weight * share).sum())

    if refused(ask, town):
        return
    assert len(check(ask(), town, max(map(worth, town.choices(town.p))))) == town.p


@given(
    town=towns(),
    weighted=st.booleans(),
    cover=st.sampled_from([{}, {"times": 2}, {"share": 0.5}, {"share": 0.9}]),
)
@settings(max_examples=200, deadline=None)
def test_lscp_is_as_small_as_any_choice(town, weighted, cover):
    assume(weighted or "share" not in cover)
    weight = town.weight if weighted else np.ones(len(town.weight))

    def enough(choice: list[int]) -> bool:
        times = town.times(choice)
        if "share" in cover:
            return weight[times > 0].sum() >= cover["share"] * weight.sum() - 1e-9
        return (times[weight > 0] >= cover.get("times", 1)).all()

    def ask() -> locate.SitingPlan:
        return locate.lscp(town.reach, town.weight if weighted else None, **cover, **town.terms)

    sizes = range(len(town.fixed), town.walk_m.shape[1] + 1)
    sizes = [size for size in sizes if any(map(enough, town.choices(size)))]
    if sizes:
        plan = ask()
        assert enough(check(plan, town, sizes[0]))
        check_people(plan, town, weight)
        return
    with pytest.raises(linli.Infeasible) as caught:
        ask()
    error = caught.value
    allowed = [site for site in range(town.walk_m.shape[1]) if site not in town.forbidden]
    times = town.times(allowed)
    if "share" in cover:
        assert (error.parameter, error.given, error.rows) == ("share", cover["share"], [])
        assert error.needed == pytest.approx(weight[times > 0].sum() / weight.sum())
    else:
        lacking = (times < cover.get("times", 1)) & (weight > 0)
        assert (error.parameter, error.given) == ("limit_m", town.limit_m)
        assert error.rows == np.flatnonzero(lacking).tolist()


def check_cut_off(error: linli.Infeasible, town: Town) -> None:
    """Is the smallest change the smallest?"""
    allowed = [site for site in range(town.walk_m.shape[1]) if site not in town.forbidden]
    if error.parameter == "limit_m":
        walks = town.walk_m[:, allowed].min(axis=1, initial=INF)
        assert error.rows == np.flatnonzero(walks > town.limit_m).tolist()
        assert error.given == town.limit_m
        assert (INF if error.needed is None else error.needed) == walks.max()
        return
    assert (error.parameter, error.given) == ("p", town.p)
    assert error.rows
    sizes = range(town.p + 1, len(allowed) + 1)
    reaching = (
        size
        for size in sizes
        if any(np.isfinite(town.nearest(c)).all() for c in town.choices(size))
    )
    assert error.needed == next(reaching)


@given(town=towns(), model=st.sampled_from(["p_median", "p_center"]))
@settings(max_examples=250, deadline=None)
def test_p_median_and_p_center_walk_no_farther_than_any_choice(town, model):
    def ask() -> locate.SitingPlan:
        if model == "p_center":
            return locate.p_center(town.reach, p=town.p, **town.terms)
        return locate.p_median(town.reach, town.weight, p=town.p, **town.terms)

    def cost(choice: list[int]) -> float:
        nearest = town.nearest(choice)
        if np.isinf(nearest).any():
            return INF
        return float(nearest.max() if model == "p_center" else (town.weight * nearest).sum())

    if refused(ask, town):
        return
    best = min(map(cost, town.choices(town.p)))
    if best == INF:
        with pytest.raises(linli.Infeasible, match=f"{model} has no answer") as caught:
            ask()
        check_cut_off(caught.value, town)
        return
    plan = ask()
    assert len(check(plan, town, best)) == town.p
    check_people(plan, town, town.weight if model == "p_median" else np.ones(len(town.weight)))


@given(town=towns())
@settings(max_examples=50, deadline=None)
def test_the_curve_is_the_plans_one_by_one(town):
    sites = town.walk_m.shape[1]
    drawn = locate.curve(town.reach, town.weight, p=range(1, sites + 1), limit_m=town.limit_m)
    alone = [
        locate.mclp(town.reach, town.weight, p=p, limit_m=town.limit_m).objective
        for p in range(1, sites + 1)
    ]
    points = drawn.points
    assert points.index.tolist() == list(drawn.plans) == list(range(1, sites + 1))
    assert points["objective"].tolist() == alone
    assert points["gain"].isna().tolist() == [True] + [False] * (sites - 1)
    for name in ("gain", "gain_least", "gain_most"):
        assert points[name].tolist()[1:] == np.diff(alone).tolist()


def test_the_curve_leaves_out_what_has_no_answer_and_asks_every_model():
    reach = linli.Reach.from_pairs([0, 1, 2, 2], [0, 1, 1, 2], [5.0, 7.0, 9.0, 1.0], shape=(3, 3))
    points = locate.curve(reach, [1, 1, 1], p=range(1, 4), model="p_median").to_frame()
    assert points["objective"].to_dict() == {2: 21.0, 3: 13.0}
    assert points["gain"].tolist()[1] == 8.0
    drawn = locate.curve(reach, p=range(1, 4), model="p_center")
    assert drawn.points["objective"].tolist() == [9.0, 7.0]
    assert repr(drawn) == ("Curve(p_center for 2 to 3 sites: objective 9 to 7; 2 of 2 proven best)")
    assert "<td>2</td><td>9</td><td>–</td>" in drawn._repr_html_()
    with pytest.raises(linli.Infeasible):
        locate.curve(reach, p=range(1, 5), model="p_center")


def grid(rows: int, sites: int, limit_m: float | None) -> tuple[linli.Reach, np.ndarray]:
    random = np.random.default_rng(7)
    reach = linli.Reach.from_points(
        random.random((rows, 2)) * 5000, random.random((sites, 2)) * 5000, limit_m=limit_m
    )
    return reach, random.integers(1, 900, rows).astype(float)


def hard() -> dict[str, Any]:
    """A question of each model that takes a while to prove."""
    reach, people = grid(400, 80, 900)
    full, people_m = grid(150, 60, None)[0], people[:150]
    return {
        "mclp": lambda **terms: locate.mclp(reach, people, p=9, **terms),
        "gradual": lambda **terms: locate.gradual(reach, people, p=9, full_m=300, **terms),
        "lscp": lambda **terms: locate.lscp(reach, people, share=0.9, **terms),
        "p_median": lambda **terms: locate.p_median(full, people_m, p=9, **terms),
        "p_center": lambda **terms: locate.p_center(full, p=9, **terms),
    }


def check_honest(model: str, hasty: locate.SitingPlan, careful: locate.SitingPlan) -> None:
    """Whatever either found, the other's bound holds for it."""
    for one, other in itertools.product([hasty, careful], repeat=2):
        assert one.model == model
        room = other.bound - one.objective
        assert (room if model in {"mclp", "gradual"} else -room) >= -1e-6 * one.objective
    for plan in (hasty, careful):
        assert plan.gap == pytest.approx(abs(plan.objective - plan.bound) / plan.objective)
        assert plan.proven == (plan.gap == 0) == (plan.stop == "proven")
        assert plan.proven == ("proven best" in repr(plan))


@pytest.mark.parametrize("model", hard())
def test_a_plan_out_of_time_has_an_honest_gap(model):
    ask = hard()[model]
    check_honest(model, ask(time_limit_s=0.2), ask())


@pytest.mark.parametrize("model", hard())
def test_no_time_at_all_gives_a_plan_too(model):
    ask = hard()[model]
    hasty = ask(time_limit_s=0)
    check_honest(model, hasty, ask())
    assert hasty.stop == "time"
    assert "the time was up" in repr(hasty)


def test_a_gap_asked_for_is_kept():
    reach, people = grid(400, 80, 900)
    plan = locate.mclp(reach, people, p=9, gap=0.5)
    assert plan.gap <= 0.5
    assert plan.stop in {"gap", "proven"}


def test_the_same_seed_gives_the_same_plan():
    reach, people = grid(200, 40, 900)
    plans = [locate.mclp(reach, people, p=5, seed=seed) for seed in (3, 3, 2**64 - 1)]
    assert [plan.seed for plan in plans] == [3, 3, 2**64 - 1]
    pd.testing.assert_frame_equal(plans[0].sites, plans[1].sites)
    pd.testing.assert_series_equal(plans[0].assignment, plans[1].assignment)
    assert plans[0].objective == plans[1].objective == plans[2].objective


SMALL = linli.Reach.from_dense(
    [[0, 900, INF, INF], [INF, INF, 700, INF], [400, INF, 300, INF], [INF, INF, INF, 2000]],
    limit_m=2500,
)
PEOPLE = [3000, 4000, 1000, 500]


def test_a_plan_is_a_sentence_a_frame_and_a_page():
    plan = locate.mclp(SMALL, PEOPLE, p=2, fixed=[0], limit_m=1200)
    assert repr(plan) == (
        "SitingPlan(mclp: 2 sites (1 fixed) reach 8,000 of 8,500 people, 94.1 %; proven best)"
    )
    frame = plan.to_frame()
    assert frame.to_dict("list") == {
        "site": [0, 2],
        "fixed": [True, False],
        "people": [3000.0, 5000.0],
        "only_here": [3000.0, 4000.0],
    }
    assert frame.attrs["linli"]["bound"] == 8000.0
    assert plan.assignment.dtype == "Int64"
    assert plan.assignment.tolist() == [0, 2, 2, pd.NA]
    page = plan._repr_html_()
    assert "<td>2</td><td></td><td>5,000</td><td>4,000</td>" in page
    assert "objective 8,000, bound 8,000, proven" in page
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan._core = None


def test_every_model_has_its_sentence():
    near = {"limit_m": 1200, "forbidden": [1]}
    assert "1 site counts for 4,333 of 8,500 people" in repr(
        locate.gradual(SMALL, PEOPLE, p=1, full_m=600, **near)
    )
    assert repr(locate.lscp(SMALL)) == (
        "SitingPlan(lscp: 3 sites reach 4 of 4 demand points, 100.0 %; proven best)"
    )
    assert "3 sites, 482 m to the nearest on average" in repr(locate.p_median(SMALL, PEOPLE, p=3))
    assert "3 sites, the longest walk to the nearest is 2,000 m" in repr(
        locate.p_center(SMALL, p=3)
    )


def test_infeasible_says_who_stands_in_the_way_and_what_would_do():
    with pytest.raises(linli.Infeasible, match="limit_m = 2000 would do") as caught:
        locate.lscp(SMALL, limit_m=1200)
    error = caught.value
    assert (error.model, error.parameter, error.rows) == ("lscp", "limit_m", [3])
    assert (error.given, error.needed) == (1200.0, 2000.0)
    assert error.facts["error"] == "infeasible"
    assert error.change in str(error) and error.why in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.facts) == (linli.Infeasible, error.facts)
    with pytest.raises(linli.Infeasible, match="p = 3 would reach all") as caught:
        locate.p_median(SMALL, PEOPLE, p=2)
    assert (caught.value.parameter, caught.value.given, caught.value.needed) == ("p", 2.0, 3.0)
    with pytest.raises(linli.Infeasible, match=r"share = 0\.9\d+ or less would do"):
        locate.lscp(SMALL, PEOPLE, share=0.99, limit_m=1200)
    with pytest.raises(linli.Infeasible, match="2 fixed sites are more than p = 1"):
        locate.mclp(SMALL, PEOPLE, p=1, fixed=[0, 1])
    with pytest.raises(linli.Infeasible, match="only 3 sites may be open"):
        locate.mclp(SMALL, PEOPLE, p=4, forbidden=[3])
    # Where there was no limit, none was given.
    with pytest.raises(linli.Infeasible, match="cut off") as caught:
        locate.p_center(linli.Reach.from_dense([[1.0], [INF]]), p=1)
    assert (caught.value.given, caught.value.needed, caught.value.rows) == (None, None, [1])


BAD_P = [
    (2.5, r"p = 2\.5: must be a whole number"),
    (NAN, "p = NaN: is not a number"),
    (-1, "p = -1: is negative"),
    (True, "p = True: is a truth value"),
    (np.True_, "p = True: is a truth value"),
    (0, "p = 0: give at least 1 site"),
    (2**32, "p = 4294967296: is more than there can be sites"),
    (INF, "p = inf: is more than there can be sites"),
    (-INF, "p = -inf: is negative"),
    (10**400, "p = a number beyond .*: is more than there can be sites"),
    ("three", "p = 'three': is not a number"),
    (None, "p = None: is not a number"),
    ([2], r"p = \[2\]: is not a number"),
]


@pytest.mark.parametrize(("p", "message"), BAD_P)
def test_every_wrong_p_has_its_own_message(p, message):
    asks = (
        lambda: locate.mclp(SMALL, PEOPLE, p=p),
        lambda: locate.gradual(SMALL, PEOPLE, p=p, full_m=100),
        lambda: locate.p_median(SMALL, PEOPLE, p=p),
        lambda: locate.p_center(SMALL, p=p),
    )
    for ask in asks:
        with pytest.raises(linli.InvalidInput, match=message) as caught:
            ask()
        assert caught.value.parameter == "p"


@pytest.mark.parametrize("p", [2, 2.0, np.int64(2), np.float32(2), np.uint8(2)])
def test_whole_numbers_of_any_type_are_taken(p):
    assert len(locate.mclp(SMALL, PEOPLE, p=p).sites) == 2


BAD_TERMS = [
    ({"limit_m": -1}, "limit_m = -1"),
    ({"limit_m": NAN}, "limit_m = NaN"),
    ({"limit_m": 2600}, "limit_m = 2600: the reach holds walks up to 2500 m only"),
    ({"fixed": [4]}, "fixed = 4: there are 4 sites, rows 0 to 3"),
    ({"fixed": [-1]}, "fixed = -1: at position 0 is not a row number"),
    ({"fixed": [1, 1]}, "fixed = 1: is given twice"),
    ({"fixed": [0.5]}, "fixed holds float64 values; give whole row numbers"),
    ({"fixed": [True]}, "fixed holds bool values; give whole row numbers"),
    ({"fixed": 1}, "fixed has 0 dimension"),
    ({"fixed": ["C01"]}, "fixed holds .* values; give whole row numbers"),
    ({"forbidden": [9]}, "forbidden = 9: there are 4 sites"),
    ({"forbidden": [2, 2]}, "forbidden = 2: is given twice"),
    ({"fixed": [1], "forbidden": [1]}, "forbidden = 1: is fixed and forbidden at once"),
    ({"time_limit_s": -1}, "time_limit_s = -1"),
    ({"time_limit_s": NAN}, "time_limit_s = NaN"),
    ({"gap": -0.1}, r"gap = -0\.1"),
    ({"gap": 1}, "gap = 1: give a share from 0 to below 1"),
    ({"gap": NAN}, "gap = NaN"),
    ({"seed": -1}, "seed = -1: give a whole number"),
    ({"seed": 2**64}, "seed = 18446744073709551616: give a whole number"),
    ({"seed": 1.5}, r"seed = 1\.5: give a whole number"),
    ({"seed": None}, "seed = None: give a whole number"),
    ({"seed": True}, "seed = True: give a whole number"),
]


@pytest.mark.parametrize(("terms", "message"), BAD_TERMS)
def test_bad_terms_are_refused_by_every_model(terms, message):
    asks = (
        lambda: locate.mclp(SMALL, PEOPLE, p=2, **terms),
        lambda: locate.gradual(SMALL, PEOPLE, p=2, full_m=100, **terms),
        lambda: locate.lscp(SMALL, PEOPLE, **terms),
        lambda: locate.p_median(SMALL, PEOPLE, p=3, **terms),
        lambda: locate.p_center(SMALL, p=3, **terms),
        lambda: locate.curve(SMALL, PEOPLE, p=range(2, 4), **terms),
    )
    for ask in asks:
        with pytest.raises(linli.InvalidInput, match=message):
            ask()


BAD_PEOPLE = [
    ([1, 2, 3], "weight has 3 rows, but the demand table has 4"),
    ([1, 2, NAN, 4], "demand row 2: weight = NaN"),
    ([1, -2, 3, 4], "demand row 1: weight = -2 is negative"),
    ([INF, 2, 3, 4], "demand row 0: weight = inf"),
    ([0, 0, 0, 0], "weight = all 0: nobody lives"),
    ([[1, 2, 3, 4]], "weight has 2 dimension"),
    (["many", "few", "some", "none"], "weight: "),
    (None, "weight has 0 dimension"),
    (5, "weight has 0 dimension"),
]


@pytest.mark.parametrize(("weight", "message"), BAD_PEOPLE)
def test_bad_people_are_refused_by_row(weight, message):
    asks = (
        lambda: locate.mclp(SMALL, weight, p=2),
        lambda: locate.gradual(SMALL, weight, p=2, full_m=100),
        lambda: locate.p_median(SMALL, weight, p=3),
    )
    for ask in asks:
        with pytest.raises(linli.InvalidInput, match=message):
            ask()


BAD_QUESTIONS = [
    (lambda: locate.lscp(SMALL, PEOPLE, share=0), "share = 0"),
    (lambda: locate.lscp(SMALL, PEOPLE, share=1.1), r"share = 1\.1"),
    (lambda: locate.lscp(SMALL, PEOPLE, share=NAN), "share = NaN"),
    (lambda: locate.lscp(SMALL, share=0.9), r"share = 0\.9: a share of the people needs"),
    (lambda: locate.lscp(SMALL, times=0), "times = 0"),
    (lambda: locate.lscp(SMALL, times=1.5), r"times = 1\.5: must be a whole number"),
    (lambda: locate.lscp(SMALL, times=-2), "times = -2: is negative"),
    (lambda: locate.lscp(SMALL, times=True), "times = True: is a truth value"),
    (lambda: locate.lscp(SMALL, PEOPLE, times=2, share=0.9), "times = 2: backup is for everyone"),
    (lambda: locate.gradual(SMALL, PEOPLE, p=1, full_m=-1), "full_m = -1"),
    (lambda: locate.gradual(SMALL, PEOPLE, p=1, full_m=2600), "full_m = 2600"),
    (lambda: locate.gradual(SMALL, PEOPLE, p=1, full_m=NAN), "full_m = NaN"),
    (
        lambda: locate.gradual(linli.Reach.from_dense([[1.0]]), [1], p=1, full_m=0),
        "limit_m = inf: gradual covering ends somewhere",
    ),
    (lambda: locate.mclp([[1.0]], [1], p=1), "reach is of type list; give a linli.Reach"),
    (lambda: locate.mclp(None, [1], p=1), "reach is of type NoneType"),
    (lambda: locate.curve(SMALL, PEOPLE, p=3), "p = 3: give a range"),
    (lambda: locate.curve(SMALL, PEOPLE, p=range(3, 3)), "give a range"),
    (lambda: locate.curve(SMALL, PEOPLE, p=range(1, 4, 2)), "give a range"),
    (lambda: locate.curve(SMALL, PEOPLE, p=range(-1, 2)), "p = -1: is negative"),
    (lambda: locate.curve(SMALL, PEOPLE, p=range(2)), "p = 0: give at least 1 site"),
    (lambda: locate.curve(SMALL, PEOPLE, p=range(1, 2), model="best"), "model = best: give one of"),
    (lambda: locate.curve(SMALL, p=range(1, 2)), "weight = None: mclp needs the people"),
    (lambda: locate.curve(SMALL, PEOPLE, p=range(1, 2), model="p_center"), "leave it out"),
]


@pytest.mark.parametrize(("ask", "message"), BAD_QUESTIONS)
def test_bad_questions_are_refused_by_name(ask, message):
    with pytest.raises(linli.InvalidInput, match=message):
        ask()


def test_nobody_at_all_needs_no_site():
    nobody = locate.lscp(linli.Reach.from_pairs([], [], [], shape=(0, 3)))
    assert (len(nobody.sites), nobody.proven) == (0, True)
    assert repr(nobody) == ("SitingPlan(lscp: 0 sites reach 0 of 0 demand points, –; proven best)")


def test_data_of_any_layout_is_taken():
    expected = locate.mclp(SMALL, PEOPLE, p=2, fixed=[1]).sites
    for weight in (pd.Series(PEOPLE, index=list("abcd")), np.repeat(PEOPLE, 2)[::2], tuple(PEOPLE)):
        for fixed in (np.array([1], dtype=np.uint8), pd.Series([1]), (1,)):
            pd.testing.assert_frame_equal(
                locate.mclp(SMALL, weight, p=2, fixed=fixed).sites, expected
            )
