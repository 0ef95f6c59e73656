"""Cutting a polygon in two by area, the way streets divide land.

A cut runs across the short side, meets its borders squarely, and ends at an existing
corner when one is near, so that streets meet in four-way crossings.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .mesh import Mesh
from .plane import Dice, Point, Vector, area2, distance, dm, segments_cross, unit


@dataclass(frozen=True)
class End:
    """Where a cut meets the ring: at corner `index`, or at `point` on the edge after it."""

    index: int
    point: Point
    corner: bool


@dataclass(frozen=True)
class Cut:
    start: End
    end: End
    score: float


def area_below(ring: Sequence[Point], heights: Sequence[float], level: float) -> float:
    """Twice the area of the part of a ring whose height is under the level."""
    kept: list[Vector] = []
    n = len(ring)
    for i in range(n):
        j = (i + 1) % n
        if heights[i] < level:
            kept.append(ring[i])
        if (heights[i] < level) != (heights[j] < level):
            t = (level - heights[i]) / (heights[j] - heights[i])
            kept.append(_along(ring[i], ring[j], t))
    total = 0.0
    for k in range(len(kept)):
        (ax, ay), (bx, by) = kept[k - 1], kept[k]
        total += ax * by - bx * ay
    return total


def _along(a: Point, b: Point, t: float) -> Vector:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _directions(ring: Sequence[Point], dice: Dice) -> list[Vector]:
    """Directions of the longest sides and a fan of others, each a little off."""
    n = len(ring)
    corners = []
    for i in range(n):
        a, b = unit(ring[i - 1], ring[i]), unit(ring[i], ring[(i + 1) % n])
        if abs(a[0] * b[1] - a[1] * b[0]) > 0.25 or a[0] * b[0] + a[1] * b[1] < 0:
            corners.append(i)
    sides = [
        (ring[a], ring[b])
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        if ring[a] != ring[b]
    ]
    sides.sort(key=lambda side: -distance(*side))
    found = [unit(*side) for side in sides[:4]]
    found += [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (-0.8, 0.6), (0.8, 0.6), (-0.6, 0.8)]
    out = []
    for x, y in found:
        lean = dice.uniform(-0.05, 0.05)
        x, y = x - lean * y, y + lean * x
        length = math.sqrt(x * x + y * y)
        # The part below a cut is the western one, or the northern one when cut east to west.
        sign = 1 if (x > 0 if abs(x) >= abs(y) else y < 0) else -1
        out.append((sign * x / length, sign * y / length))
    return out


def _end(ring: Sequence[Point], i: int, at: Vector, snap_dm: float) -> End:
    j = (i + 1) % len(ring)
    point = (round(at[0]), round(at[1]))
    near, far = distance(point, ring[i]), distance(point, ring[j])
    # An edge too short to hold a new corner at a distance from both ends gives its nearer one.
    if min(near, far) < snap_dm:
        k = i if near <= far else j
        return End(k, ring[k], True)
    return End(i, point, False)


def _squareness(ring: Sequence[Point], end: End, other: Point) -> float:
    """Sine of the smallest angle between a cut and the border it meets; 1 is square."""
    n = len(ring)
    neighbours = [ring[(end.index + 1) % n], ring[end.index - 1] if end.corner else ring[end.index]]
    way = unit(end.point, other)
    worst = 1.0
    for p in neighbours:
        along = unit(end.point, p)
        if way[0] * along[0] + way[1] * along[1] > 0:
            worst = min(worst, abs(way[0] * along[1] - way[1] * along[0]))
    return worst


def _parts(ring: Sequence[Point], start: End, end: End) -> tuple[list[Point], list[Point]]:
    """The ring's parts right and left of the cut from start to end."""

    def between(a: End, b: End) -> list[Point]:
        n = len(ring)
        out, i = [a.point], (a.index + 1) % n
        last = b.index if not b.corner else (b.index - 1) % n
        if (last + 1) % n != i:
            while True:
                out.append(ring[i])
                if i == last:
                    break
                i = (i + 1) % n
        return [*out, b.point]

    return between(start, end), between(end, start)


def find_cut(
    ring: Sequence[Point], share: float, dice: Dice, snap_m: float, tolerance: float
) -> Cut:
    """The best cut that leaves about `share` of the area on its western or northern side."""
    whole = area2(ring)
    best: Cut | None = None
    for nx, ny in _directions(ring, dice):
        heights = [nx * x + ny * y for x, y in ring]
        low, high = min(heights), max(heights)
        for _ in range(16):
            level = (low + high) / 2
            if area_below(ring, heights, level) < share * whole:
                low = level
            else:
                high = level
        level = (low + high) / 2
        met = [
            i
            for i in range(len(ring))
            if (heights[i] < level) != (heights[(i + 1) % len(ring)] < level)
        ]
        if len(met) != 2:
            continue
        ends = []
        for i in met:
            j = (i + 1) % len(ring)
            t = (level - heights[i]) / (heights[j] - heights[i])
            ends.append(_end(ring, i, _along(ring[i], ring[j], t), dm(snap_m)))
        # Counter-clockwise, the ring leaves the low side where the cut starts.
        if heights[met[0]] >= level:
            ends.reverse()
        cut = _judge(ring, ends[0], ends[1], share * whole, whole, tolerance)
        if cut is not None and (best is None or cut.score < best.score):
            best = cut
    if best is None:
        raise ValueError(f"no straight cut divides the polygon around {ring[0]}")
    return best


def _judge(
    ring: Sequence[Point], start: End, end: End, wanted: float, whole: int, tolerance: float
) -> Cut | None:
    a, b = start.point, end.point
    if distance(a, b) < 300:
        return None
    right, left = _parts(ring, start, end)
    got = area2(left)
    if got <= 0 or area2(right) <= 0:
        return None
    error = abs(got - wanted) / min(wanted, whole - wanted)
    if error > tolerance:
        return None
    square = [_squareness(ring, start, b), _squareness(ring, end, a)]
    if min(square) < 0.3:
        return None
    met = [e.index for e in (start, end) if not e.corner]
    for i, p in enumerate(ring):
        q = ring[(i + 1) % len(ring)]
        if i in met or p in (a, b) or q in (a, b):
            continue
        if segments_cross(a, b, p, q):
            return None
    score = (
        distance(a, b) / math.sqrt(whole / 2)
        + 0.7 * (2 - square[0] - square[1])
        + error
        - 0.12 * (start.corner + end.corner)
    )
    return Cut(start, end, score)


def divide(
    mesh: Mesh, face: int, share: float, rank: int, dice: Dice, road: str = ""
) -> tuple[int, int]:
    """Cut a face in two; the first part holds about `share` and is the western or northern."""
    tolerance, snap_m = ((0.004, 30), (0.02, 45), (0.12, 45), (0.4, 50))[rank]
    ring = mesh.points(face)
    numbers = list(mesh.rings[face])
    cut = find_cut(ring, share, dice, snap_m, tolerance)
    ends = []
    for end in (cut.start, cut.end):
        u, v = numbers[end.index], numbers[(end.index + 1) % len(numbers)]
        ends.append(u if end.corner else mesh.divide_edge(u, v, [end.point])[0])
    # Streets that cross whole neighbourhoods bend; an S leaves both areas as they are.
    inner = [mesh.add_vertex(p) for p in s_bend(cut.start.point, cut.end.point, dice, 0.025)]
    left, right = mesh.cut_face(face, [ends[0], *inner, ends[1]], rank, road)
    return left, right


def s_bend(a: Point, b: Point, dice: Dice, depth: float) -> list[Point]:
    """Two corners that turn a long straight line into a slight S; none for a short one."""
    length = distance(a, b)
    lean = dice.uniform(0.4, 1.0) * (1 if dice.whole(0, 1) else -1) * depth
    if length < dm(420):
        return []
    dx, dy = b[0] - a[0], b[1] - a[1]
    return [
        (round(a[0] + dx * t - s * lean * dy), round(a[1] + dy * t + s * lean * dx))
        for t, s in ((1 / 3, 1), (2 / 3, -1))
    ]


def divide_by_weights(
    mesh: Mesh, face: int, weights: Sequence[float], rank: int, dice: Dice, road: str = ""
) -> list[int]:
    """Cut a face into parts whose areas follow the weights, in the same order.

    `road` names the first cut only.
    """
    if len(weights) == 1:
        return [face]
    half = len(weights) // 2
    share = math.fsum(weights[:half]) / math.fsum(weights)
    first, second = divide(mesh, face, share, rank, dice, road)
    return [
        *divide_by_weights(mesh, first, weights[:half], rank, dice),
        *divide_by_weights(mesh, second, weights[half:], rank, dice),
    ]


def divide_to_size(mesh: Mesh, face: int, spacing_m: float, dice: Dice) -> list[int]:
    """Cut a face into blocks about `spacing_m` across."""
    target = 2 * dm(spacing_m) ** 2
    if area2(mesh.points(face)) < 1.5 * target:
        return [face]
    try:
        parts = divide(mesh, face, dice.uniform(0.45, 0.55), 3, dice)
    except ValueError:
        return [face]  # an awkward corner stays one large block
    return [block for part in parts for block in divide_to_size(mesh, part, spacing_m, dice)]
