"""Does every committee go to the centre nearest to most of its people?"""

from __future__ import annotations

import linli
import numpy as np
import pytest
from oracles import frame, positions, random_city, walks

SPEED, DETOUR = 1.33, 1.3


@pytest.mark.parametrize("seed", range(8))
def test_single_points_go_to_their_nearest_centre(seed):
    layers = random_city(seed, committees=80, centres=12)
    demand, facilities = layers["demand"], layers["facilities"]
    assigned = linli.read(demand, facilities, crs="METRES").assign()
    open_rows = np.flatnonzero(facilities["status"] == "existing")
    walk_m = walks(positions(demand), positions(facilities)[open_rows], DETOUR)
    nearest = facilities["id"].to_numpy()[open_rows[walk_m.argmin(axis=1)]]
    assert assigned.rows["facility"].tolist() == nearest.tolist()
    assert assigned.rows["walk_m"].tolist() == walk_m.min(axis=1).tolist()
    people = demand["population"].fillna(0).to_numpy()
    for facility, row in assigned.catchments.iterrows():
        own = nearest == facility
        assert row["committees"] == own.sum()
        assert row["people"] == people[own].sum()
        if people[own].sum() > 0:
            mean = np.average(walk_m.min(axis=1)[own], weights=people[own])
            assert row["mean_walk_m"] == pytest.approx(mean, rel=1e-12)
            assert row["minutes"] == pytest.approx(mean / SPEED / 60, rel=1e-12)
        if own.any():
            assert row["farthest_m"] == walk_m.min(axis=1)[own].max()
    assert assigned.catchments.index.tolist() == facilities["id"].to_numpy()[open_rows].tolist()


def test_ties_go_to_the_lower_row():
    demand, sites = np.zeros((1, 2)), np.array([[0.0, 300.0], [300.0, 0.0]])
    assert (
        linli.read(frame(demand), frame(sites, id=["b", "a"]), crs="METRES")
        .assign()
        .rows["facility"][0]
        == "b"
    )


def test_a_committee_goes_whole_to_where_most_of_it_walks():
    demand = frame(np.zeros((1, 2)), id=["x"], population=[100])
    homes = np.array([[-1000.0, 0.0], [900.0, 0.0], [1100.0, 0.0]])
    points = frame(homes, committee=["x"] * 3, population=[40, 30, 30])
    facilities = frame(np.array([[-1000.0, 0.0], [1000.0, 0.0]]), id=["west", "east"])
    walk = linli.CrowFly(detour=1.0)
    assigned = linli.read(demand, facilities, points=points, crs="METRES").assign(walk=walk)
    assert assigned.rows["facility"].tolist() == ["east"]
    assert assigned.rows["walk_m"][0] == pytest.approx(0.4 * 2000 + 0.6 * 100)


def test_minutes_leave_the_farther_unassigned():
    demand = frame(np.array([[0.0, 0.0], [5000.0, 0.0]]), population=[1, 2])
    city = linli.read(demand, frame(np.zeros((1, 2))), crs="METRES")
    assigned = city.assign(minutes=15)
    assert assigned.rows["status"].astype(str).tolist() == ["covered", "beyond_limit"]
    assert assigned.rows["facility"].isna().tolist() == [False, True]
    assert repr(assigned) == "Assignment(1 of 2 committees assigned to 1 centres)"
    assert assigned.catchments["committees"].tolist() == [1]


def test_groups_and_services_are_counted():
    city = linli.datasets.putuo()
    assigned = city.assign(group="over_60", service="canteen")
    assert assigned.rows["people"].tolist() == city.demand["over_60"].tolist()
    offering = city.facilities.set_index("id")["services"].map(lambda offered: "canteen" in offered)
    assert offering[assigned.catchments.index].all()
    assert assigned.provenance["minutes"] is None
