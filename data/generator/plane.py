"""Plane geometry on an integer grid, and chance that is the same everywhere.

Every position is a pair of whole decimetres east and north of ORIGIN, so two polygons
that share a corner share it exactly. Only + - * / and sqrt touch a float: those are
correctly rounded on every machine, while sin, cos and the float `sum` of the standard
library differ between platforms and Python versions.
"""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

Point = tuple[int, int]
T = TypeVar("T")
Vector = tuple[float, float]

ORIGIN = (121.395, 31.255)
# Metres per degree on the WGS84 ellipsoid at 31.255° N.
METRES_PER_DEGREE = (95_248.4, 110_873.9)


def dm(metres: float) -> int:
    """Whole decimetres."""
    return round(metres * 10)


def lonlat(point: Point) -> tuple[str, str]:
    """Longitude and latitude with six decimals (0.1 m), as they stand in the files."""
    lon = ORIGIN[0] + point[0] / 10 / METRES_PER_DEGREE[0]
    lat = ORIGIN[1] + point[1] / 10 / METRES_PER_DEGREE[1]
    return f"{lon:.6f}", f"{lat:.6f}"


def from_lonlat(lon: float, lat: float) -> Point:
    return (
        dm((lon - ORIGIN[0]) * METRES_PER_DEGREE[0]),
        dm((lat - ORIGIN[1]) * METRES_PER_DEGREE[1]),
    )


def cross(o: Point, a: Point, b: Point) -> int:
    """Twice the area of o-a-b; positive when it turns left."""
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def distance(a: Point, b: Point) -> float:
    """Decimetres."""
    dx, dy = a[0] - b[0], a[1] - b[1]
    return math.sqrt(dx * dx + dy * dy)


def unit(a: Point, b: Point) -> Vector:
    length = distance(a, b)
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def area2(ring: Sequence[Point]) -> int:
    """Twice the signed area, square decimetres; positive when counter-clockwise."""
    total = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        total += ax * by - bx * ay
    return total


def area_km2(ring: Sequence[Point]) -> float:
    return area2(ring) / 2 / 1e8


def centroid(ring: Sequence[Point]) -> Point:
    sx = sy = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        c = ax * by - bx * ay
        sx += (ax + bx) * c
        sy += (ay + by) * c
    a = area2(ring)
    return round(sx / (3 * a)), round(sy / (3 * a))


def contains(ring: Sequence[Point], p: Point) -> bool:
    """Even-odd rule; a point on the ring itself may fall either way."""
    inside = False
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (a[1] > p[1]) != (b[1] > p[1]):
            turn = cross(a, b, p)
            if (turn > 0) == (b[1] > a[1]):
                inside = not inside
    return inside


def segment_distance(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)
    t = min(1.0, max(0.0, t))
    ex, ey = p[0] - a[0] - t * dx, p[1] - a[1] - t * dy
    return math.sqrt(ex * ex + ey * ey)


def segments_cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether a-b and c-d cross at a point inside both."""
    return (cross(a, b, c) > 0) != (cross(a, b, d) > 0) and (cross(c, d, a) > 0) != (
        cross(c, d, b) > 0
    )


class Dice:
    """Seeded chance that uses nothing but `Random.random`, whose values Python guarantees."""

    def __init__(self, topic: str) -> None:
        self._random = random.Random(f"linli 2019-07-16 {topic}")

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int((high - low + 1) * self._random.random())

    def bell(self, mean: float, deviation: float) -> float:
        """Near enough to a normal value: twelve uniform ones, added."""
        z = math.fsum(self._random.random() for _ in range(12)) - 6
        return mean + deviation * z

    def shuffled(self, items: Sequence[T]) -> list[T]:
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.whole(0, i)
            out[i], out[j] = out[j], out[i]
        return out
