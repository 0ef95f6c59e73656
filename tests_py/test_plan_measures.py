"""Are exceptions to towns and walks of any plan what their definitions say?"""

from __future__ import annotations

from typing import Any

import linli
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli import regions
from linli.errors import InvalidInput

STREET = linli.Contiguity.from_edges(4, [[0, 1], [1, 2], [2, 3]])


def chain(n: int) -> linli.Contiguity:
    return linli.Contiguity.from_edges(n, [[at, at + 1] for at in range(n - 1)])


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    n, k, sites = draw(st.integers(1, 9)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    several = lambda each: st.lists(each, min_size=n, max_size=n)  # noqa: E731
    # Small whole numbers, so that ties are common and sums exact.
    walk = st.one_of(st.integers(0, 6).map(lambda at: 100.0 * at), st.just(float("nan")))
    return {
        "people": draw(several(st.integers(1, 4).map(float))),
        "labels": [*draw(several(st.integers(0, k - 1)))[:-1], k - 1],
        "towns": draw(several(st.sampled_from("abc"))),
        "price": draw(several(st.integers(0, 3).map(float))),
        "walk_m": draw(several(st.lists(walk, min_size=sites, max_size=sites))),
        "minutes": draw(st.integers(1, 5)),
    }


@given(plans())
def test_exceptions_are_the_cheapest_towns_leave(plan):
    labels, towns, price = plan["labels"], plan["towns"], plan["price"]
    found = regions.metrics(
        chain(len(labels)), plan["people"], labels, within=towns, exception_cost=price
    )
    names = sorted(set(towns))
    away, cost = [], 0.0
    for part in range(max(labels) + 1):
        units = [unit for unit, label in enumerate(labels) if label == part]
        there = sorted({towns[unit] for unit in units})
        if not units:
            assert found.parts.loc[part, ["part_town", "exceptions"]].tolist() == [-1, 0]
            continue
        costs = [sum(price[unit] for unit in units if towns[unit] != town) for town in there]
        home = there[costs.index(min(costs))]
        cost += min(costs)
        left = [unit for unit in units if towns[unit] != home]
        away += [(unit, names.index(towns[unit]), part, names.index(home)) for unit in left]
        known = [names.index(home), len(left)]
        assert found.parts.loc[part, ["part_town", "exceptions"]].tolist() == known
    assert found.exceptions is not None
    assert list(found.exceptions.itertuples(index=False, name=None)) == sorted(away)
    assert found.exceptions_cost == cost


@given(plans())
def test_walks_are_to_the_centre_that_is_best_for_the_part(plan):
    labels, people, speed = plan["labels"], plan["people"], 1.0
    walk_m = np.array(plan["walk_m"])
    found = regions.metrics(
        chain(len(labels)),
        people,
        labels,
        walk_m=walk_m,
        minutes=plan["minutes"],
        speed_m_per_s=speed,
    )
    assert found.exceptions is None and "exceptions" not in found.parts
    for part in range(max(labels) + 1):
        units = [unit for unit, label in enumerate(labels) if label == part]
        row = found.parts.loc[part]

        def key(site: int, units: list[int] = units) -> tuple[float, float]:
            lost = sum(people[unit] for unit in units if np.isnan(walk_m[unit, site]))
            ways = [people[unit] * walk_m[unit, site] for unit in units]
            return lost, float(np.nansum(ways))

        best = min(range(walk_m.shape[1]), key=key)
        ways = [(walk_m[unit, best], people[unit]) for unit in units]
        ways = sorted(way for way in ways if not np.isnan(way[0]))
        if not ways:
            assert row["centre"] == -1 and np.isnan(row["minutes"])
            continue
        each = np.repeat([way for way, _ in ways], [int(number) for _, number in ways])
        assert row["centre"] == best
        assert row["minutes"] == pytest.approx(each.mean() / 60)
        # The shortest walk that is enough for 95 of 100.
        enough = next(way for way in each if (each <= way).mean() >= 0.95 - 1e-12)
        assert row["minutes_95"] == pytest.approx(enough / 60)
        within = (each <= plan["minutes"] * 60).sum() / sum(people[unit] for unit in units)
        assert row["share_within"] == pytest.approx(within)


def test_a_city_and_its_rows_say_the_same():
    city = linli.datasets.putuo()
    division = city.partition(
        12, within="town", exception_cost=20, balance={"population": 0.25}, rounds=1
    )
    centres = np.flatnonzero(city.facilities["status"] == "existing").tolist()
    walk_m = linli._linli.walks_to_centres(city._core, linli.CrowFly()._core, centres)
    found = regions.metrics(
        division.plan.contiguity,
        city.demand["population"],
        division.plan.labels,
        within=city.demand["town"],
        exception_cost=20,
        walk_m=walk_m,
    )
    known = division.parts
    for column in ("minutes", "minutes_95", "share_within"):
        np.testing.assert_allclose(found.parts[column], known[column])
    names = city.facilities["name"].to_numpy()[np.array(centres)[found.parts["centre"]]]
    assert names.tolist() == known["centre"].tolist()
    plan = division.plan
    assert found.exceptions_cost == plan.exceptions_cost > 0
    assert found.exceptions is not None
    assert found.exceptions.to_numpy().tolist() == plan.exceptions.to_numpy().tolist()
    assert found.parts["exceptions"].sum() == len(plan.exceptions)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"within": list("aabb"), "exception_cost": -1}, "0 or more"),
        ({"within": list("aabb"), "exception_cost": [1, 2]}, "exception_cost"),
        ({"within": list("aabb"), "exception_cost": float("nan")}, "exception_cost"),
        ({"walk_m": [[1.0]] * 3}, "walk_m has 3 rows for 4 units"),
        ({"walk_m": [[1.0], [1.0], [-1.0], [1.0]]}, "walk_m row 2"),
        ({"walk_m": [[1.0], [1.0], [np.inf], [1.0]]}, "walk_m row 2"),
        ({"walk_m": np.empty((4, 0))}, "at least one site"),
        ({"walk_m": [[1.0]] * 4, "minutes": 0}, "minutes"),
        ({"walk_m": [[1.0]] * 4, "speed_m_per_s": 90}, "metres per second"),
    ],
)
def test_measures_that_cannot_be_are_refused(terms, message):
    with pytest.raises(InvalidInput, match=message):
        regions.metrics(STREET, [100] * 4, [0, 0, 1, 1], **terms)
