"""Does coverage count the people that the definition counts?"""

from __future__ import annotations

import linli
import numpy as np
import pandas as pd
import pytest
from oracles import frame, positions, random_city, walks

SPEED, DETOUR, MINUTES = 1.33, 1.3, 15
LIMIT_M = MINUTES * 60 * SPEED


def read(layers: dict) -> linli.City:
    return linli.read(
        layers["demand"], layers["facilities"], points=layers.get("points"), crs="METRES"
    )


def people_of(layers: dict) -> pd.Series:
    """Each committee's people; where they are not counted, those of its points."""
    demand = layers["demand"]
    sums = layers["points"].groupby("committee")["population"].sum()
    return demand["population"].fillna(demand["id"].map(sums))


def by_definition(layers: dict, service: str | None = None) -> pd.DataFrame:
    """Every point to every open centre, summed up committee by committee."""
    facilities = layers["facilities"]
    open_rows = [
        row
        for row, (status, offered) in enumerate(
            zip(facilities["status"], facilities["services"], strict=True)
        )
        if status == "existing" and (service is None or service in offered)
    ]
    walk_m = walks(positions(layers["points"]), positions(facilities)[open_rows], DETOUR)
    rows = []
    for committee, people in zip(layers["demand"]["id"], people_of(layers), strict=True):
        own = (layers["points"]["committee"] == committee).to_numpy()
        share = (
            layers["points"]["population"].to_numpy()[own]
            / layers["points"]["population"][own].sum()
        )
        nearest_m = walk_m[own].min(axis=1)
        within = nearest_m <= LIMIT_M
        status = "covered" if within.all() else "partial" if within.any() else "beyond_limit"
        covered = people * (1.0 if within.all() else share[within].sum())
        chosen = walk_m[own].argmin(axis=1)
        shares = {site: share[chosen == site].sum() for site in sorted(set(chosen))}
        most = max(shares.values())
        likely = [f"f{open_rows[site]}" for site, part in shares.items() if part >= most - 1e-9]
        rows.append(
            (committee, status, covered, (share * nearest_m).sum(), nearest_m.max(), likely)
        )
    columns = ["id", "status", "people_covered", "walk_m", "farthest_m", "likely"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("seed", range(12))
def test_random_cities_are_covered_as_defined(seed):
    layers = random_city(seed, committees=60, centres=9)
    found = read(layers).coverage(minutes=MINUTES)
    rows, expected = found.rows, by_definition(layers)
    assert rows["status"].astype(str).tolist() == expected["status"].tolist()
    np.testing.assert_allclose(rows["people_covered"], expected["people_covered"], rtol=1e-12)
    np.testing.assert_allclose(rows["walk_m"], expected["walk_m"], rtol=1e-12)
    assert rows["farthest_m"].tolist() == expected["farthest_m"].tolist()
    np.testing.assert_allclose(rows["minutes"], rows["walk_m"] / SPEED / 60, rtol=1e-12)
    assert all(
        found in likely for found, likely in zip(rows["nearest"], expected["likely"], strict=True)
    )
    assert found.people == people_of(layers).sum()
    assert found.people_covered == pytest.approx(expected["people_covered"].sum(), rel=1e-12)
    assert found.share == pytest.approx(found.people_covered / found.people, rel=1e-12)
    assert found.committees["population_unknown"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_service_counts_only_the_centres_that_offer_it(seed):
    layers = random_city(seed, committees=40, centres=9)
    layers["facilities"]["services"] = [
        ["canteen", "library"] if row == 0 else ["canteen"] for row in range(9)
    ]
    found = read(layers).coverage(minutes=MINUTES, service="library")
    expected = by_definition(layers, "library")
    assert found.rows["status"].astype(str).tolist() == expected["status"].tolist()
    assert (found.rows["nearest"] == "f0").all()
    by_service = read(layers).coverage(minutes=MINUTES).by("service")
    assert by_service.loc["library", "people_covered"] == found.people_covered


def test_towns_add_up_to_the_city():
    found = linli.datasets.putuo().coverage()
    towns = found.by("town")
    assert towns["people"].sum() == found.people
    assert towns["people_covered"].sum() == pytest.approx(found.people_covered)
    assert towns["committees"].sum() == found.committees["all"]
    np.testing.assert_allclose(towns["share"], towns["people_covered"] / towns["people"])
    with pytest.raises(linli.InvalidInput, match="'town', 'service' or 'group'"):
        found.by("grid")


def test_uncovered_lists_most_people_first():
    found = linli.datasets.putuo().coverage()
    uncovered = found.uncovered
    beyond = uncovered["people"] - uncovered["people_covered"]
    assert beyond.is_monotonic_decreasing
    assert len(uncovered) == (found.status != "covered").sum()
    assert set(uncovered["id"]) == set(found.status.index[found.status != "covered"])


def test_unknown_is_not_zero():
    homes = np.array([[0.0, 0.0], [9000.0, 0.0]])
    city = read(
        {"demand": frame(homes, population=[np.nan, 100.0]), "facilities": frame(homes[:1])}
    )
    found = city.coverage()
    assert (found.share, found.people, found.committees["population_unknown"]) == (0.0, 100.0, 1)
    assert found.rows["people"].isna().tolist() == [True, False]


def test_a_committee_without_a_place_is_unlocated():
    demand = frame(np.array([[0.0, 0.0], [0.0, 0.0]]), population=[10, 30])
    demand.loc[1, "geometry"] = None
    found = read({"demand": demand, "facilities": frame(np.array([[0.0, 50.0]]))}).coverage()
    assert found.status.tolist() == ["covered", "unlocated"]
    assert found.share == 0.25
    assert found.rows["walk_m"].isna().tolist() == [False, True]
    assert found.rows["nearest"].isna().tolist() == [False, True]


def test_nobody_known_is_no_share():
    found = read(
        {"demand": frame(np.zeros((1, 2))), "facilities": frame(np.zeros((1, 2)))}
    ).coverage()
    assert found.share is None
    assert "1 of 1 committees" in repr(found)


def test_compare_counts_gains_and_losses():
    city = linli.datasets.putuo()
    before, after = (
        city.coverage(),
        city.what_if(close="C01", add={"n": (121.345, 31.28)}).coverage(),
    )
    change = before.compare(after)
    rows = change.rows
    gained = after.rows["people_covered"] - before.rows["people_covered"]
    assert change.people_gained == pytest.approx(gained.clip(lower=0).sum())
    assert change.people_lost == pytest.approx(-gained.clip(upper=0).sum())
    assert rows["gained"].tolist() == gained.tolist()
    assert change.people_gained > 0 < change.people_lost
    back = after.compare(before)
    assert (back.people_gained, back.people_lost) == (change.people_lost, change.people_gained)
    assert "people gain" in repr(change)
    assert before.compare(before).people_gained == 0


def test_compare_refuses_what_is_not_the_same():
    city = linli.datasets.putuo()
    with pytest.raises(linli.InvalidInput, match="same group"):
        city.coverage().compare(city.coverage(group="over_60"))
    homes = np.zeros((2, 2))
    one, two = (
        read({"demand": frame(homes, id=ids), "facilities": frame(homes)}).coverage()
        for ids in (["a", "b"], ["a", "c"])
    )
    with pytest.raises(linli.InvalidInput, match="row 1 is committee b before and c after"):
        one.compare(two)


def test_what_if_leaves_the_city_as_it_is():
    city = linli.datasets.putuo()
    before = city.coverage()
    other = city.what_if(
        open="C25", close=["C01", "C02"], add={"new": (121.4, 31.25)}, move={"C03": (121.4, 31.23)}
    )
    assert city.coverage().rows.equals(before.rows)
    assert len(other.facilities) == len(city.facilities) + 1
    status = other.facilities.set_index("id")["status"]
    assert status[["C25", "C01", "C02", "new"]].tolist() == [
        "existing",
        "closed",
        "closed",
        "existing",
    ]
    place = other.facilities.set_index("id").geometry["C03"]
    assert (place.x, place.y) == (121.4, 31.23)
    assert other.input_hash != city.input_hash


def test_what_if_refuses_what_it_cannot_do():
    city = linli.datasets.putuo()
    for change, message in [
        ({"open": "C99"}, "no facility named"),
        ({"add": {"C01": (121.4, 31.2)}}, "this id exists"),
        ({"add": {"new": (121.4,)}}, "no position"),
        ({"add": {"new": "there"}}, "no position"),
        ({"move": {"C01": (float("nan"), 31.2)}}, "outside the range"),
        ({"move": {"C01": (1e9, 1e9)}}, "outside the range"),
    ]:
        with pytest.raises(linli.InvalidInput, match=message):
            city.what_if(**change)


def test_results_are_frozen_and_carry_their_assumptions():
    city = linli.datasets.putuo()
    found = city.coverage(
        minutes=10, walk=linli.CrowFly(detour=1.2, speed_m_per_s=1.0), group="over_60"
    )
    with pytest.raises(AttributeError):
        found.share = 1.0
    with pytest.raises(AttributeError):
        city.note = ""
    about = found.provenance
    assert (about["minutes"], about["limit_m"], about["speed_m_per_s"]) == (10.0, 600.0, 1.0)
    assert about["walk"] == {"method": "crow-fly", "detour": 1.2}
    assert (about["group"], about["input_hash"]) == ("over_60", city.input_hash)
    assert "synthetic" in about["note"].lower()
    assert about["version"] == linli.__version__


@pytest.mark.parametrize("question", ["coverage", "assign"])
@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"minutes": 0}, "minutes = 0"),
        ({"minutes": float("nan")}, "minutes = NaN"),
        ({"service": "karaoke"}, 'no service named "karaoke"'),
        ({"group": "cats"}, 'no group named "cats"'),
    ],
)
def test_questions_that_make_no_sense_are_refused(question, keywords, message):
    with pytest.raises(linli.InvalidInput, match=message):
        getattr(linli.datasets.putuo(), question)(**keywords)


def test_no_open_centre_says_why():
    city = linli.datasets.putuo()
    closed = city.what_if(close=city.facilities["id"])
    with pytest.raises(linli.InvalidInput, match="no facility to walk to: of 25 facilities none"):
        closed.coverage()


def test_notebooks_show_escaped_tables():
    xy = np.array([[0.0, 0.0], [9000.0, 0.0]])
    layers = {
        "demand": frame(xy, name=["a", "<script>"], population=[5, 5]),
        "facilities": frame(xy[:1], name=["&"]),
    }
    city = read(layers)
    found = city.coverage()
    for shown in (found, city.assign(), found.compare(found), city, *city.reports):
        html = shown._repr_html_()
        assert html.startswith("<div>")
        assert "<script>" not in html
    assert "&lt;script&gt;" in found._repr_html_()
