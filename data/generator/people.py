"""Who lives and works where: whole people, adding up to the town figures exactly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .district import Committee, District
from .facts import LANTIAN, LANTIAN_POPULATION, NUJIANG, TOWNS
from .plane import Dice, Point, area2, distance

# Homes stand back this far from the middle of a street.
SETBACK_M = 30


@dataclass(frozen=True)
class Dwelling:
    """A demand point: some of a committee's residents at one place."""

    committee: str
    at: Point
    population: int


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total."""
    scale = total / math.fsum(weights)
    exact = [w * scale for w in weights]
    out = [int(e) for e in exact]
    by_remainder = sorted(range(len(out)), key=lambda i: (out[i] - exact[i], i))
    for i in by_remainder[: total - sum(out)]:
        out[i] += 1
    return out


def settle(district: District) -> None:
    """Give every committee its residents, older residents, jobs and staff."""
    dice = Dice("people")
    for town in TOWNS:
        members = district.in_town(town.code)
        weights = [
            (0.75 if c.village else 1.0) * min(1.7, max(0.4, dice.bell(1.0, 0.3))) for c in members
        ]
        lantian = [i for i, c in enumerate(members) if c.grid == LANTIAN]
        others = [i for i in range(len(members)) if i not in lantian]
        known = LANTIAN_POPULATION if lantian else 0
        for group, people in ((lantian, known), (others, town.population - known)):
            if not group:
                continue
            shares = apportion(people, [weights[i] for i in group])
            for i, population in zip(group, shares, strict=True):
                members[i].population = population
        for committee in members:
            share = min(0.355, max(0.235, dice.bell(town.over_60, 0.025)))
            committee.over_60 = round(committee.population * share)
            # One worker per 600 to 800 residents, and never fewer than four.
            committee.staff = max(4, round(committee.population / dice.uniform(600, 800)))
        jobs = apportion(town.jobs, _job_weights(members, town.jobs, dice))
        for committee, n in zip(members, jobs, strict=True):
            committee.jobs = n


def _job_weights(members: list[Committee], jobs: int, dice: Dice) -> list[float]:
    """Shops and schools everywhere, and a few committees with parks and offices."""
    weights = [dice.uniform(0.5, 1.5) for _ in members]
    parks = 4 if jobs > 60_000 else 2
    # 天地软件园, 新曹杨工业园 and 华大科技园 lie in the 怒江 grid.
    inside = [i for i, c in enumerate(members) if c.grid == NUJIANG]
    candidates = dice.shuffled(inside) if inside else dice.shuffled(range(len(members)))
    for rank, i in enumerate(candidates[:parks]):
        weights[i] += len(members) * dice.uniform(0.35, 0.55) / (1 + 0.5 * rank)
    return weights


def dwellings(district: District) -> list[Dwelling]:
    """Eight to fourteen demand points in each committee, spread over its blocks."""
    dice = Dice("dwellings")
    out: list[Dwelling] = []
    for committee in district.committees:
        blocks = committee.blocks
        areas = [float(area2(district.mesh.points(block))) for block in blocks]
        wanted = min(14, max(8, len(blocks) + dice.whole(2, 6)))
        counts = apportion(wanted, areas)
        places: list[Point] = []
        for block, count in zip(blocks, counts, strict=True):
            places += _places_in(district, block, count, dice)
        weights = [min(2.0, max(0.3, dice.bell(1.0, 0.35))) for _ in places]
        people = apportion(committee.population, weights)
        out += [Dwelling(committee.id, p, n) for p, n in zip(places, people, strict=True)]
    return out


@dataclass(frozen=True)
class Workplace:
    """Some of a committee's jobs at one place."""

    committee: str
    at: Point
    jobs: int


def workplaces(district: District) -> list[Workplace]:
    """One to eight places in each committee, the more jobs the more, one of them far larger."""
    dice = Dice("workplaces")
    out: list[Workplace] = []
    for committee in district.committees:
        areas = [float(area2(district.mesh.points(block))) for block in committee.blocks]
        wanted = min(8, 1 + round(committee.jobs / 1200))
        counts = apportion(wanted, areas)
        places: list[Point] = []
        for block, count in zip(committee.blocks, counts, strict=True):
            places += _places_in(district, block, count, dice)
        # A block can be too thin for its share; some block of each committee has room.
        for block in committee.blocks:
            places = places or _places_in(district, block, 1, dice)
        # Offices stand together: one place has about half of the jobs.
        weights = [dice.uniform(0.5, 1.5) for _ in places]
        weights[dice.whole(0, len(places) - 1)] *= max(1, len(places))
        jobs = apportion(committee.jobs, weights)
        out += [Workplace(committee.id, p, n) for p, n in zip(places, jobs, strict=True) if n > 0]
    return out


def _places_in(district: District, block: int, count: int, dice: Dice) -> list[Point]:
    """Places well inside a block and apart from each other; fewer when it is too thin."""
    points = district.mesh.points(block)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    apart = 600.0
    found: list[Point] = []
    for _ in range(80 * count):
        if len(found) == count:
            break
        place = (dice.whole(min(xs), max(xs)), dice.whole(min(ys), max(ys)))
        apart *= 0.99
        if all(distance(place, other) >= apart for other in found) and district.is_clear(
            block, place, SETBACK_M
        ):
            found.append(place)
    return found
