"""Measure assignment with limited room.

The embedded district: 264 committees, 25 centres, inside their towns, catchments
that hang together, rooms of 1.12 to 1.02 times what is needed, alike and uneven;
then committees of the whole district without regard to towns; the curve of people
moved; then 100,000 points and 1,000 centres in parts.

    python benches/assign.py
"""

from __future__ import annotations

import time

import linli
import numpy as np

OPENED = ["C04", "C07", "C17", "C24", "C25"]


def district() -> None:
    """Whole committees of the embedded district."""
    city = linli.datasets.putuo().what_if(open=OPENED)
    people = city.demand.groupby("town")["population"].sum()
    facilities = city.facilities
    count = facilities.groupby("town")["id"].count()
    place = facilities.groupby("town").cumcount()
    print(f"{'room':>6}{'uneven':>8}{'rule':>24}{'seconds':>9}{'gap':>9}{'mean m':>8}")
    for slack in (1.12, 1.06, 1.04, 1.02):
        for uneven in (0.0, 0.35):
            number = facilities["town"].map(count)
            share = slack * facilities["town"].map(people) / number
            room = (share * (1 + uneven * (place - (number - 1) / 2))).round()
            capacity = dict(zip(facilities["id"], room, strict=True))
            for rule, within, contiguous in (
                ("in town", "town", False),
                ("in town, contiguous", "town", True),
                ("anywhere, 2 s", None, False),
            ):
                found = city.assign(
                    capacity=capacity,
                    within=within,
                    contiguous=contiguous,
                    time_limit_s=1.0 if within else 2.0,
                )
                facts = found.provenance
                mean = facts["objective"] / people.sum()
                print(
                    f"{slack:6.2f}{uneven:8.2f}{rule:>24}{facts['seconds']:9.3f}"
                    f"{facts['gap']:9.4%}{mean:8.0f}"
                )


def curve() -> None:
    """Shorter walks against people moved, when five centres open."""
    city = linli.datasets.putuo()
    today = city.assign()
    more = city.what_if(open=OPENED)
    for within in ("town", None):
        room = 90_000
        for objective in ("total", "worst"):
            begun = time.perf_counter()
            found = more.reassign(today, capacity=room, within=within, objective=objective)
            seconds = time.perf_counter() - begun
            gap = found.points["gap"].max()
            print(f"curve, within {within}, {objective}: {seconds:.1f} s, gap {gap:.2%}; {found!r}")


def parts() -> None:
    """100,000 points to 1,000 centres, split."""
    random = np.random.default_rng(1)
    demand = random.random((100_000, 2)) * [10_000.0, 6_000.0]
    sites = random.random((1_000, 2)) * [10_000.0, 6_000.0]
    people = random.integers(1, 40, 100_000) * 1.0
    room = random.random(1_000) + 0.5
    reach = linli.Reach.from_points(demand, sites, limit_m=1200)
    for slack in (1.3, 1.1, 1.02, 1.0):
        capacity = np.ceil(room / room.sum() * people.sum() * slack)
        begun = time.perf_counter()
        found = linli.assign.capacitated(reach, people, capacity, whole=False, everyone=False)
        seconds = time.perf_counter() - begun
        served = found.rows["served"].sum() / people.sum()
        by_choice = np.bincount(reach.nearest().site, people, 1_000)
        over = np.maximum(by_choice - capacity, 0).sum() / people.sum()
        print(
            f"100,000 x 1,000, {reach.pairs:,} pairs, room {slack:.2f}: {seconds:.1f} s, "
            f"gap {found.gap:.1e}, {served:.2%} served; by free choice {over:.0%} find no room"
        )


if __name__ == "__main__":
    district()
    curve()
    parts()
