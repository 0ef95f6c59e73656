"""Does siting propose what looking at every choice of candidates finds?"""

from __future__ import annotations

import itertools
import json
import math

import geopandas as gpd
import linli
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from oracles import frame, positions, random_city, walks

SPEED, DETOUR, MINUTES = 1.33, 1.3, 15
LIMIT_M = MINUTES * 60 * SPEED


class Oracle:
    """A small random city, and what each choice of its candidates is worth, by definition."""

    def __init__(self, seed: int, service: str | None = None) -> None:
        self.layers = random_city(seed, committees=25, centres=14)
        facilities = self.layers["facilities"]
        # At least six candidates, whatever the dice said.
        facilities.loc[7:12, "status"] = ["candidate", "planned"] * 3
        offers = np.array([service is None or service in own for own in facilities["services"]])
        status = facilities["status"].to_numpy()
        self.existing = np.flatnonzero((status == "existing") & offers)
        self.candidates = np.flatnonzero(np.isin(status, ["planned", "candidate"]) & offers)
        demand, points = self.layers["demand"], self.layers["points"]
        counted = points.groupby("committee")["population"].transform("sum")
        people = demand.set_index("id")["population"]
        # Where a committee's people are not counted, those of its points are.
        own = people.fillna(points.groupby("committee")["population"].sum())
        of_committee = own.loc[points["committee"]].to_numpy()
        self.weight = of_committee * (points["population"] / counted).to_numpy()
        self.walk_m = walks(positions(points), positions(facilities), DETOUR)
        self.city = linli.read(demand, facilities, points=points, crs="METRES")

    def nearest_m(self, new: tuple[int, ...]) -> np.ndarray:
        open_rows = [*self.existing, *new]
        if not open_rows:
            return np.full(len(self.weight), np.inf)
        return self.walk_m[:, open_rows].min(axis=1)

    def covered(self, new: tuple[int, ...], limit_m: float = LIMIT_M) -> float:
        return float(self.weight[self.nearest_m(new) <= limit_m].sum())

    def walked(self, new: tuple[int, ...]) -> float:
        lived = self.weight > 0
        return float((self.weight * self.nearest_m(new))[lived].sum())

    def longest(self, new: tuple[int, ...]) -> float:
        return float(self.nearest_m(new)[self.weight > 0].max())

    def choices(self, new: int) -> list[tuple[int, ...]]:
        return list(itertools.combinations(self.candidates, new))

    def rows(self, ids: pd.Series | tuple[str, ...]) -> tuple[int, ...]:
        return tuple(sorted(int(name.removeprefix("f")) for name in ids))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("service", [None, "library"])
def test_the_proposal_is_the_best_of_all_choices(seed, service):
    oracle = Oracle(seed, service)
    new = min(2 + seed % 2, len(oracle.candidates))
    choices = oracle.choices(new)

    plan = oracle.city.site(new, MINUTES, service=service)
    best = max(map(oracle.covered, choices))
    assert plan.objective == pytest.approx(best, rel=1e-9)
    assert plan.bound == plan.objective and plan.proven and plan.gap == 0
    chosen = oracle.rows(plan.sites["id"])
    assert oracle.covered(chosen) == pytest.approx(best, rel=1e-9)
    assert plan.people_covered == pytest.approx(best, rel=1e-9)
    assert plan.people_gained == pytest.approx(best - oracle.covered(()), rel=1e-9, abs=1e-6)

    near = oracle.city.site(new, MINUTES, "p_median", service=service)
    least = min(map(oracle.walked, choices))
    assert near.objective == pytest.approx(least, rel=1e-9)
    assert oracle.walked(oracle.rows(near.sites["id"])) == pytest.approx(least, rel=1e-9)
    assert near.mean_walk_m[1] == pytest.approx(least / oracle.weight.sum(), rel=1e-9)

    centre = oracle.city.site(new, MINUTES, "p_center", service=service)
    shortest = min(map(oracle.longest, choices))
    assert centre.objective == pytest.approx(shortest, rel=1e-9)
    assert centre.longest_walk_m[1] == pytest.approx(shortest, rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_what_each_centre_is_worth_is_what_leaving_it_out_costs(seed):
    oracle = Oracle(seed)
    for model, value in [("mclp", oracle.covered), ("p_median", lambda new: -oracle.walked(new))]:
        plan = oracle.city.site(3, MINUTES, model)
        sites = plan.sites
        chosen = oracle.rows(sites["id"])
        noise = 1e-9 * max(1.0, abs(value(chosen)))
        before: tuple[int, ...] = ()
        for row in sites.to_dict("records"):
            site = int(row["id"].removeprefix("f"))
            gains = {
                other: value((*before, other)) - value(before)
                for other in chosen
                if other not in before
            }
            assert row["gained"] == pytest.approx(max(gains.values()), abs=noise)
            assert gains[site] == pytest.approx(row["gained"], abs=noise)
            covered = oracle.covered((*before, site)) - oracle.covered(before)
            assert row["people_gained"] == pytest.approx(covered, abs=1e-6)
            without = tuple(other for other in chosen if other != site)
            assert row["lost"] == pytest.approx(value(chosen) - value(without), abs=noise)
            assert row["people_lost"] == pytest.approx(
                oracle.covered(chosen) - oracle.covered(without), abs=1e-6
            )
            swaps = {
                f"f{other}": value(chosen) - value((*without, other))
                for other in oracle.candidates
                if other not in chosen
            }
            assert set(plan.exchanges.columns) == set(swaps)
            for name, lost in swaps.items():
                assert plan.exchanges.loc[row["id"], name] == pytest.approx(lost, abs=noise)
            if swaps:
                assert row["next_best_lost"] == pytest.approx(min(swaps.values()), abs=noise)
            before = (*before, site)


@pytest.mark.parametrize("seed", range(8))
def test_sure_centres_are_in_every_plan_that_is_nearly_as_good(seed):
    oracle = Oracle(seed)
    plan = oracle.city.site(2, MINUTES)
    for within in (0.0, 0.02, 0.1):
        robust = plan.robust(within).set_index("id")
        good = [
            choice
            for choice in oracle.choices(2)
            if oracle.covered(choice) >= (1 - within) * plan.objective - 1e-6
        ]
        assert good
        for name, row in robust.iterrows():
            sure = all(int(name.removeprefix("f")) in choice for choice in good)
            assert row["in_every_plan"] == sure
            without = [c for c in oracle.choices(2) if int(name.removeprefix("f")) not in c]
            assert row["lost"] == pytest.approx(
                plan.objective - max(map(oracle.covered, without)), abs=1e-6
            )


@pytest.mark.parametrize("seed", range(6))
def test_the_curve_has_the_best_plan_of_each_number(seed):
    oracle = Oracle(seed)
    plan = oracle.city.site(2, MINUTES)
    most = min(4, len(oracle.candidates))
    curve = plan.curve(most)
    assert curve.index.tolist() == list(range(most + 1))
    for new, row in curve.iterrows():
        best = max(map(oracle.covered, oracle.choices(new)))
        assert row["objective"] == pytest.approx(best, rel=1e-9)
        assert oracle.covered(oracle.rows(row["sites"])) == pytest.approx(best, rel=1e-9)
        if new:
            assert row["gain"] == pytest.approx(best - curve["objective"][new - 1], abs=1e-6)
            assert row["gain_least"] - 1e-6 <= row["gain"] <= row["gain_most"] + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_the_front_is_the_hull_of_all_choices(seed):
    oracle = Oracle(seed)
    front = oracle.city.site(3, MINUTES).pareto(most=100)
    assert front.complete
    people = oracle.weight.sum()
    plans = [(oracle.covered(choice), oracle.walked(choice)) for choice in oracle.choices(3)]
    for point in front.points.to_dict("records"):
        chosen = oracle.rows(point["sites"])
        assert len(chosen) == 3
        assert point["people_covered"] == pytest.approx(oracle.covered(chosen), rel=1e-9)
        assert point["mean_walk_m"] * people == pytest.approx(oracle.walked(chosen), rel=1e-9)
    assert front.points["people_covered"].is_monotonic_increasing
    assert front.points["mean_walk_m"].is_monotonic_increasing
    for rate in [0, 10, 50, 200, 1000, 5000, 1e6]:
        best = min(walked - rate * covered for covered, walked in plans)
        found = (front.points["mean_walk_m"] * people - rate * front.points["people_covered"]).min()
        assert found == pytest.approx(best, rel=1e-7)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("model", ["mclp", "p_median"])
def test_phases_are_the_best_of_all_nested_choices(seed, model):
    oracle = Oracle(seed)
    value = oracle.covered if model == "mclp" else lambda new: -oracle.walked(new)
    plan = oracle.city.site(phases=[1, 2], model=model)
    best = max(
        value((first,)) + value((first, *rest))
        for first in oracle.candidates
        for rest in itertools.combinations([c for c in oracle.candidates if c != first], 2)
    )
    assert plan.proven and abs(plan.objective) == pytest.approx(abs(best), rel=1e-9)
    assert plan.sites["phase"].tolist() == [1, 2, 2]
    phases = plan.phases
    opened = [oracle.rows(names) for names in phases["opened"]]
    assert value(opened[0]) + value(opened[0] + opened[1]) == pytest.approx(best, rel=1e-9)
    for phase, new in [(1, 1), (2, 3)]:
        free = max(map(value, oracle.choices(new)))
        assert phases["free"][phase] == pytest.approx(abs(free), rel=1e-9)
        price = free - value(sum(opened[:phase], ()))
        assert phases["price"][phase] == pytest.approx(price, abs=1e-9 * abs(free) + 1e-6)
    assert phases["open"].tolist() == [len(oracle.existing) + 1, len(oracle.existing) + 3]
    stage = plan.city_at(1)
    assert stage.coverage(MINUTES).people_covered == pytest.approx(oracle.covered(opened[0]))
    assert plan.city_at(0).input_hash == oracle.city.input_hash


def test_phases_of_a_reach_say_what_nesting_costs():
    # The best single site is in the middle, the best two are at the ends.
    reach = linli.Reach.from_pairs([0, 1, 1, 2, 2, 3], [0, 0, 1, 1, 2, 2], [5.0] * 6, shape=(4, 3))
    found = linli.locate.phases(reach, [40, 40, 41, 10], steps=[1, 1])
    assert (found.objective, found.bound, found.proven, found.gap) == (211, 211, True, 0)
    assert found.points["opened"].tolist() == [(0,), (2,)]
    assert found.points["price"].tolist() == [1, 0]
    assert repr(found) == "Phases(mclp in phases: 1 → 2 sites, objective 80 → 131; proven best)"
    assert [plan.objective for plan in found.plans] == [80, 131]
    with pytest.raises(linli.InvalidInput, match="model"):
        linli.locate.phases(reach, [1] * 4, steps=[1], model="lscp")


def test_lscp_takes_the_fewest_and_names_whom_it_cannot_reach():
    oracle = Oracle(3)
    plan = None
    for minutes in (15, 25, 60):
        limit_m = minutes * 60 * SPEED
        lived = oracle.weight > 0
        everyone = (*oracle.candidates,)
        if (oracle.nearest_m(everyone)[lived] <= limit_m).all():
            plan = oracle.city.site(minutes=minutes, model="lscp")
            fewest = next(
                new
                for new in range(len(everyone) + 1)
                if any((oracle.nearest_m(c)[lived] <= limit_m).all() for c in oracle.choices(new))
            )
            assert len(plan.sites) == fewest
            assert plan.objective == fewest + len(oracle.existing)
            assert plan.people_covered == pytest.approx(oracle.weight.sum())
            continue
        with pytest.raises(linli.Infeasible, match="minutes = ") as raised:
            oracle.city.site(minutes=minutes, model="lscp")
        needed_m = oracle.nearest_m(everyone)[lived].max()
        assert raised.value.facts["needed"] == pytest.approx(needed_m / SPEED / 60, abs=0.1)
        assert raised.value.facts["needed"] >= needed_m / SPEED / 60 - 1e-9
        far = oracle.layers["points"]["committee"][(oracle.nearest_m(everyone) > limit_m) & lived]
        assert [f"c{row}" for row in raised.value.rows] == list(dict.fromkeys(far))
        assert oracle.city.site(minutes=raised.value.facts["needed"], model="lscp").proven
    assert plan is not None


def test_age_groups_walk_at_their_own_speed():
    layers = random_city(5, committees=30, centres=12)
    demand = layers["demand"]
    demand["population"] = demand["population"].fillna(700.0)
    demand["over_60"] = (demand["population"] * 0.3).round()
    facilities = layers["facilities"]
    facilities.loc[5:11, "status"] = "candidate"
    city = linli.read(demand, facilities, crs="METRES")
    plan = city.site(2, MINUTES, speeds={"over_60": 0.9})
    walk_m = walks(positions(demand), positions(facilities), DETOUR)
    old = demand["over_60"].to_numpy()
    young = demand["population"].to_numpy() - old

    def covered(new: tuple[int, ...]) -> tuple[float, float]:
        open_rows = [*np.flatnonzero(facilities["status"] == "existing"), *new]
        nearest_m = walk_m[:, open_rows].min(axis=1)
        return old[nearest_m <= 810].sum(), young[nearest_m <= LIMIT_M].sum()

    candidates = np.flatnonzero(np.isin(facilities["status"], ["planned", "candidate"]))
    best = max(sum(covered(choice)) for choice in itertools.combinations(candidates, 2))
    assert plan.objective == pytest.approx(best)
    chosen = tuple(int(name.removeprefix("f")) for name in plan.sites["id"])
    groups = plan.groups.set_index("group")
    assert groups["people_covered"].tolist() == pytest.approx(list(covered(chosen)))
    assert groups["people_covered_before"].tolist() == pytest.approx(list(covered(())))
    assert groups["limit_m"].tolist() == pytest.approx([810, LIMIT_M])
    assert groups.index[0] == "over_60" and groups.index.isna().tolist() == [False, True]
    demand["over_60"] = demand["population"] + 1
    with pytest.raises(linli.InvalidInput, match="must not overlap"):
        linli.read(demand, facilities, crs="METRES").site(2, speeds={"over_60": 0.9})


def test_gradual_counts_nearer_ones_more():
    oracle = Oracle(1)
    full_m = 5 * 60 * SPEED

    def counted(new: tuple[int, ...]) -> float:
        share = (LIMIT_M - oracle.nearest_m(new)) / (LIMIT_M - full_m)
        return float((oracle.weight * np.clip(share, 0, 1)).sum())

    plan = oracle.city.site(2, MINUTES, "gradual", full_minutes=5)
    assert plan.objective == pytest.approx(max(map(counted, oracle.choices(2))), rel=1e-9)
    first = plan.sites.iloc[0]
    site = int(first["id"].removeprefix("f"))
    assert first["gained"] == pytest.approx(counted((site,)) - counted(()), rel=1e-9)


# --- candidates -------------------------------------------------------------------------


def test_places_of_ones_own_come_in_any_form():
    city = linli.datasets.putuo()
    lonlat = {"A": (121.362, 31.268), "B": (121.40, 31.24), "C": (121.378, 31.228)}
    points = gpd.GeoSeries([shapely.Point(xy) for xy in lonlat.values()], crs=4326)
    named = gpd.GeoDataFrame({"id": list(lonlat)}, geometry=points)
    plots = named.set_geometry(named.to_crs(32651).buffer(30))
    plans = [
        city.site(2, candidates=candidates)
        for candidates in (lonlat, named, named.to_crs(4549), named.set_index("id"), plots)
    ]
    assert {tuple(plan.sites["id"]) for plan in plans} == {tuple(plans[0].sites["id"])}
    assert {round(plan.people_covered) for plan in plans} == {round(plans[0].people_covered)}
    assert plans[0].provenance["candidates"] == "3 places given"
    numbered = city.site(1, candidates=list(lonlat.values()))
    assert numbered.sites["id"][0] in {"candidate 0", "candidate 1", "candidate 2"}
    best = max(
        lonlat,
        key=lambda name: city.what_if(add={"x": lonlat[name]}).coverage().people_covered,
    )
    assert city.site(1, candidates=lonlat).sites["id"].tolist() == [best]


def test_places_come_from_a_file(tmp_path):
    path = tmp_path / "plots.geojson"
    places = gpd.GeoDataFrame(
        {"id": ["A"], "name": ["旧厂房"]}, geometry=[shapely.Point(121.362, 31.268)], crs=4326
    )
    places.to_file(path)
    assert linli.datasets.putuo().site(1, candidates=path).sites["name"].tolist() == ["旧厂房"]


def test_the_plan_is_in_the_callers_crs(tmp_path):
    layers = {}
    linli.datasets.export(tmp_path)
    for name in ("committees", "centers"):
        layers[name] = gpd.read_file(tmp_path / f"{name}.geojson").to_crs(4549)
    city = linli.read(layers["committees"], layers["centers"])
    plan = city.site(2, candidates="grid", spacing_m=600)
    centres = plan.to_geopandas()
    assert centres.crs == 4549
    new = centres[centres["phase"].notna()].geometry
    outline = layers["committees"].union_all()
    assert new.within(outline.buffer(1)).all()
    added = plan.city.facilities
    assert added.crs == 4549
    at = dict(zip(added["id"], added.geometry, strict=True))
    for name, point in zip(centres["id"], centres.geometry, strict=True):
        assert at[name].distance(point) < 1e-6
    lines = plan.lines()
    assert lines.crs == 4549
    first = lines.iloc[0]
    assert shapely.Point(first.geometry.coords[-1]).distance(at[first["centre"]]) < 0.01
    length = pyproj.Geod(ellps="GRS80").geometry_length(lines.to_crs(4326).geometry.iloc[0])
    assert first["walk_m"] == pytest.approx(DETOUR * length, rel=1e-3)
    assert plan.compare().people_gained == pytest.approx(plan.people_gained)


def test_without_outlines_the_grid_is_where_people_live():
    homes = np.array([[0.0, 0.0], [10.0, 0.0], [3000.0, 0.0]])
    demand = frame(homes, id=["a", "b", "c"], population=[5.0, 5.0, 7.0])
    city = linli.read(demand, frame(np.array([[0.0, 9000.0]]), id=["f"]), crs="METRES")
    plan = city.site(1)
    assert plan.provenance["candidates"] == (
        "2 points of a grid of 200 m where people live, because no facility is planned or candidate"
    )
    assert plan.people_covered == 10
    assert [shapely.Point(0, 0)] == plan.to_geopandas().geometry.tolist()[:1]


# --- the answer -------------------------------------------------------------------------


def test_the_answer_agrees_with_coverage_and_carries_its_assumptions(tmp_path):
    city = linli.datasets.putuo()
    plan = city.site(new=3, minutes=12, group="over_60", walk=linli.CrowFly(speed_m_per_s=0.9))
    change = city.compare(plan)
    assert change.people_gained == pytest.approx(plan.people_gained)
    assert change.after.people_covered == pytest.approx(plan.people_covered)
    assert plan.coverage().provenance["speed_m_per_s"] == 0.9
    about = plan.provenance
    assert (about["minutes"], about["seed"], about["group"]) == (12, 0, "over_60")
    assert about["walk"]["detour"] == 1.3 and about["input_hash"] == city.input_hash
    assert repr(plan).startswith("Proposal(3 new centres bring ") and "synthetic" in repr(plan)
    assert "people gained" in plan._repr_html_() and "seed 0" in plan._repr_html_()
    frame_of = plan.to_geopandas()
    assert len(frame_of) == 23 and frame_of.attrs["linli"] == about
    assert plan.centres()["people"].sum() == pytest.approx(plan.people_covered)
    assert plan.to_arrow().num_rows == 23
    with pytest.raises(AttributeError):
        plan.people = 3  # type: ignore[misc]
    written = json.loads(plan.save(tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    assert [f["properties"]["id"] for f in written["features"]] == frame_of["id"].tolist()
    assert written["linli"]["proven"] is True
    assert len(pd.read_csv(plan.save(tmp_path / "plan.csv"))) == 23
    assert len(gpd.read_parquet(plan.save(tmp_path / "plan.parquet"))) == 23
    assert plan.save(tmp_path / "plan.ndjson").read_text(encoding="utf-8").count("\n") == 23
    with pytest.raises(linli.InvalidInput, match="no format"):
        plan.save(tmp_path / "plan.xyz")


def test_utilisation_is_people_over_capacity():
    oracle = Oracle(2)
    facilities = oracle.layers["facilities"].assign(capacity=np.arange(14.0) * 100)
    facilities.loc[8, "capacity"] = np.nan
    city = linli.read(
        oracle.layers["demand"], facilities, points=oracle.layers["points"], crs="METRES"
    )
    centres = city.site(2).centres()
    known = dict(zip(facilities["id"], facilities["capacity"], strict=True))
    for row in centres.to_dict("records"):
        capacity = known[row["id"]]
        if math.isnan(capacity) or capacity == 0:
            assert math.isnan(row["utilisation"])
        else:
            assert row["utilisation"] == pytest.approx(row["people"] / capacity)
    with pytest.raises(linli.InvalidInput, match="no such column"):
        city.site(2).centres(capacity="seats")


def test_what_is_not_known_is_left_out_by_name():
    homes = np.array([[0.0, 0.0], [100.0, 0.0], [4000.0, 0.0]])
    demand = frame(
        homes, id=["a", "b", "c"], name=["甲", "乙", "丙"], population=[5.0, np.nan, 9.0]
    )
    demand.loc[2, "geometry"] = None
    facilities = frame(
        np.array([[0.0, 9000.0], [0.0, 0.0]]), id=["f", "g"], status=["existing", "candidate"]
    )
    plan = linli.read(demand, facilities, crs="METRES").site(1)
    left = plan.left_out
    assert left[["name", "reason"]].to_numpy().tolist() == [
        ["乙", "population_unknown"],
        ["丙", "unlocated"],
    ]
    assert (plan.people, plan.people_covered) == (14, 5)


def test_places_without_people_can_still_be_sited_for():
    homes = np.array([[0.0, 0.0], [900.0, 0.0], [4000.0, 0.0]])
    facilities = frame(
        np.array([[0.0, 0.0], [900.0, 0.0], [3900.0, 0.0]]),
        id=["f", "g", "h"],
        status=["existing", "candidate", "candidate"],
    )
    city = linli.read(frame(homes, id=["a", "b", "c"]), facilities, crs="METRES")
    for plan in (city.site(1, model="p_center"), city.site(model="lscp", minutes=20)):
        assert plan.sites["id"].tolist() == ["h"]
        assert plan.left_out["reason"].tolist() == ["population_unknown"] * 3
        assert "new centre" in plan._repr_html_()
    with pytest.raises(linli.InvalidInput, match="nobody"):
        city.site(1)


def test_the_same_question_has_the_same_answer():
    city = linli.datasets.putuo()
    plans = [city.site(4, candidates="grid", spacing_m=400, seed=7) for _ in range(2)]
    pd.testing.assert_frame_equal(plans[0].sites, plans[1].sites)
    assert plans[0].objective == plans[1].objective


def test_time_that_runs_out_leaves_an_honest_gap():
    city = linli.datasets.putuo()
    plan = city.site(8, model="p_median", candidates="grid", spacing_m=250, time_limit_s=0.0)
    assert len(plan.sites) == 8
    if not plan.proven:
        assert plan.stop == "time" and plan.bound < plan.objective and plan.gap > 0
        assert "gap" in repr(plan)


def test_pictures_are_drawn(tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    city = linli.datasets.putuo()
    plan = city.site(phases=[1, 1], candidates="grid", spacing_m=750)
    axes = plan.plot(most=3)
    assert len(axes[1].lines[0].get_xdata()) == 4
    assert axes[0].figure.get_suptitle().replace("\n", " ") in repr(plan)
    front = city.site(2).pareto(4)
    assert len(front.plot().lines[0].get_xdata()) == len(front.points)
    plt.close("all")
    page = plan.map(tmp_path / "plan.html")
    assert '"status":"new"' in page.html and '"spoke"' in page.html
    assert plan._core.headline in page.html


# --- what cannot be asked ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"new": 0}, "at least 1 new centre"),
        ({"new": -1}, "negative"),
        ({"new": 2.5}, "whole number"),
        ({"new": float("nan")}, "not a number"),
        ({"new": "five"}, "not a number"),
        ({"new": True}, "truth value"),
        ({"new": 2, "phases": [1, 1]}, "one of the two"),
        ({"phases": []}, "new centres of each phase"),
        ({"phases": 3}, "new centres of each phase"),
        ({"phases": [1, 0]}, "phase 2 opens no centre"),
        ({"phases": [1, 1.5]}, "whole number"),
        ({"phases": [1, 1], "model": "p_center"}, "cannot be added up"),
        ({"model": "lscp", "new": 2}, "lscp finds the fewest"),
        ({"model": "max"}, "give mclp, gradual, lscp"),
        ({"model": "gradual"}, "full_minutes"),
        ({"full_minutes": 5}, 'model="gradual" only'),
        ({"model": "gradual", "full_minutes": 15}, "below the 15"),
        ({"minutes": 0}, "positive"),
        ({"minutes": float("nan")}, "positive"),
        ({"service": "swimming"}, "no service named"),
        ({"group": "under_6"}, "no group named"),
        ({"forbidden": ["C99"]}, "no candidate named"),
        ({"forbidden": "C01"}, "is open today"),
        ({"speeds": {"under_6": 1.0}}, "no group named"),
        ({"speeds": {"over_60": 60.0}}, "metres per second"),
        ({"speeds": {"over_60": 0.9}, "model": "p_median"}, "only mclp and lscp"),
        ({"speeds": {"over_60": 0.9}, "group": "over_60"}, "one of the two"),
        ({"candidates": "everywhere"}, "'listed', 'grid' or 'both'"),
        ({"candidates": {}}, "at least one place"),
        ({"candidates": {"C01": (121.4, 31.2)}}, "ids of their own"),
        ({"candidates": {"x": (121.4,)}}, "no position"),
        ({"candidates": {"x": (float("nan"), 31.2)}}, "position"),
        ({"candidates": 5}, "cannot read a int"),
        ({"candidates": gpd.GeoSeries([shapely.Point(1, 2)])}, "system"),
        ({"candidates": gpd.GeoSeries([None], crs=4326)}, "row 0"),
        ({"candidates": "grid", "spacing_m": 0}, "positive"),
        ({"candidates": "grid", "spacing_m": 1}, "candidates; give"),
        ({"candidates": "listed", "spacing_m": 100}, "no spacing"),
        ({"gap": 1.0}, "share from 0"),
        ({"time_limit_s": -1}, "seconds"),
        ({"seed": -1}, "whole number"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_its_own_words(asked, says):
    city = linli.datasets.putuo()
    with pytest.raises(linli.InvalidInput) as raised:
        city.site(**({} if {"phases", "model"} & asked.keys() else {"new": 1}) | asked)
    assert says in str(raised.value)


def test_more_new_centres_than_candidates_are_infeasible():
    city = linli.datasets.putuo()
    with pytest.raises(linli.Infeasible, match="6 new centres, but only 5 candidates") as raised:
        city.site(6)
    assert raised.value.facts["needed"] == 5
    with pytest.raises(linli.Infeasible, match="4 candidates besides the 1 forbidden"):
        city.site(5, forbidden="C04")


def test_a_plan_is_for_the_city_that_made_it():
    city = linli.datasets.putuo()
    plan = city.site(1)
    with pytest.raises(linli.InvalidInput, match="another city"):
        city.what_if(close="C01").compare(plan)
    with pytest.raises(linli.InvalidInput, match="give 0"):
        plan.city_at(3)
    with pytest.raises(linli.InvalidInput, match="without phases"):
        city.site(phases=[1, 1]).robust()
    with pytest.raises(linli.InvalidInput, match="walk at one speed"):
        city.site(1, speeds={"over_60": 0.9}).pareto()
    with pytest.raises(linli.InvalidInput, match="two ends"):
        plan.pareto(1)
