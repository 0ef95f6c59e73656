"""Does every way to begin a plan keep what it promises, and refuse what it cannot?"""

from __future__ import annotations

import linli
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli import bench, regions

WAYS = ("trees", "hilbert", "growth", "multilevel")


def town_of_squares(rows: int, columns: int) -> linli.Contiguity:
    units = np.arange(rows * columns).reshape(rows, columns)
    across = np.stack([units[:, :-1].ravel(), units[:, 1:].ravel()], axis=1)
    down = np.stack([units[:-1].ravel(), units[1:].ravel()], axis=1)
    xy = np.stack([(units % columns).ravel() * 100.0, (units // columns).ravel() * 100.0], axis=1)
    return linli.Contiguity.from_edges(units.size, np.concatenate([across, down]), positions=xy)


def in_one_piece(edges: np.ndarray, labels: np.ndarray, part: int) -> bool:
    own = set(np.flatnonzero(labels == part).tolist())
    reached, more = set(), {min(own)}
    while more:
        reached |= more
        inside = edges[np.isin(edges, list(more)).any(axis=1)]
        more = (set(inside.ravel().tolist()) & own) - reached
    return reached == own


@given(
    rows=st.integers(2, 5),
    columns=st.integers(2, 5),
    k=st.integers(1, 4),
    weights=st.integers(0, 2**31),
    begin=st.sampled_from(("auto", *WAYS)),
    halves=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_parts_are_connected_whatever_a_plan_begins_with(rows, columns, k, weights, begin, halves):
    squares = town_of_squares(rows, columns)
    n = rows * columns
    people = np.random.default_rng(weights).integers(1, 9, n)
    # Two towns, of the upper and the lower rows.
    towns = (np.arange(n) >= columns).astype(int) if halves and k > 1 else None
    asked = {"tolerance": 100.0, "within": towns, "begin": begin, "rounds": 0, "seed": weights}
    plan = regions.partition(squares, people, k, **asked)
    assert sorted(set(plan.labels.tolist())) == list(range(k))
    for part in range(k):
        assert in_one_piece(squares.edges, plan.labels, part)
        assert towns is None or len(set(towns[plan.labels == part].tolist())) == 1
    assert (plan.labels == regions.partition(squares, people, k, **asked).labels).all()
    assert plan.begin in WAYS if begin == "auto" else plan.begin == begin


def test_a_plan_says_how_it_began():
    squares = town_of_squares(4, 4)
    plan = regions.partition(squares, [1] * 16, 4, tolerance=0.1, rounds=0)
    assert plan.begin == "trees"
    halves = np.arange(16) // 8
    kept = regions.partition(squares, [1] * 16, 2, tolerance=0.1, rounds=0, today=halves)
    assert (kept.begin, kept.labels.tolist()) == ("today", halves.tolist())
    anew = regions.partition(
        squares, [1] * 16, 2, tolerance=0.1, rounds=0, today=halves, begin="growth"
    )
    assert anew.begin == "growth"


def test_an_unknown_way_and_one_without_positions_are_refused():
    street = linli.Contiguity.from_edges(4, [[0, 1], [1, 2], [2, 3]])
    with pytest.raises(
        linli.errors.InvalidInput, match="give one of auto, trees, hilbert"
    ) as wrong:
        regions.partition(street, [1] * 4, 2, tolerance=0.1, begin="today")
    assert wrong.value.facts["parameter"] == "begin"
    with pytest.raises(linli.errors.InvalidInput, match="begin = hilbert: needs positions"):
        regions.partition(street, [1] * 4, 2, tolerance=0.1, begin="hilbert")
    assert regions.partition(street, [1] * 4, 2, tolerance=0.1).labels.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("begin", WAYS)
def test_a_city_is_divided_whatever_it_begins_with(begin):
    city = linli.datasets.putuo()
    grids = city.partition(
        25, within="town", balance={"population": 0.3}, begin=begin, rounds=0, seed=3
    )
    assert grids.plan.begin == grids.provenance["begin"] == begin
    blocks = grids.subdivide(59, balance={"population": 1.0}, begin=begin, rounds=0)
    assert blocks.plan.begin == begin


def test_beginnings_are_methods_of_a_comparison(tmp_path):
    street = bench.Instance("street", [[0, 1], [1, 2], [2, 3]], [10] * 4, 2)
    methods = [f"linli_{way}" for way in WAYS]
    found = bench.partition(
        [street, "grid:4x4:2"],
        methods,
        out=tmp_path / "out",
        seeds=1,
        budget_s=20.0,
        tolerance=0.1,
        progress=False,
    )
    rows = found.runs.set_index(["instance", "method"])
    assert rows.loc[("street", "linli_hilbert"), "status"] == "skipped"
    done = rows[rows["status"] == "ok"]
    assert len(done) == 7
    assert done["valid"].all()
    assert done["repeatable"].all()
    assert set(methods) <= set(bench.methods())
    assert bench.verify(found.path).ok


def test_the_parts_of_each_town_are_those_given() -> None:
    city = linli.datasets.putuo()
    people = city.demand.groupby("town")["population"].sum()
    apportioned = linli.regions.apportion(people, 25, slack=0.05)
    other = dict(zip(people.index, apportioned.alternatives[0][0], strict=True))
    terms = {"within": "town", "balance": {"population": 0.9}, "rounds": 0}
    grids = city.partition(25, town_parts=other, **terms)
    assert grids.rows.groupby("town")["part"].nunique().to_dict() == other
    assert grids.plan.town_parts == list(apportioned.alternatives[0][0])
    again = city.partition(25, town_parts=list(other.values()), **terms)
    assert (again.plan.labels == grids.plan.labels).all()
    town = people.index[0]
    for wrong, word in [
        ({**other, "Mars": 1}, "Mars"),
        ({town: 3}, "every town"),
        ({**other, town: other[town] + 1}, "25 in all"),
    ]:
        with pytest.raises(linli.errors.InvalidInput, match=word) as caught:
            city.partition(25, town_parts=wrong, **terms)
        assert caught.value.parameter == "town_parts"
    with pytest.raises(linli.errors.InvalidInput, match="within"):
        city.partition(25, town_parts=other, rounds=0)


def test_a_proof_may_be_left_out() -> None:
    city = linli.datasets.putuo()
    terms = {"within": "town", "balance": {"population": 0.4}, "rounds": 1}
    assert not city.partition(25, proof=0, **terms).plan.proven
