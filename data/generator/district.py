"""From the plan to a mesh: towns, grids (片区), committees and street blocks."""

from dataclasses import dataclass, field

from .cutting import divide_by_weights, divide_to_size, s_bend
from .facts import LANTIAN, TOWNS, Town
from .layout import BARRIERS, CORNERS, GRID_SHARES, KIND, ROADS, SECTORS, SIDE_M
from .mesh import Mesh, edge_key
from .plane import Dice, Point, area2, centroid, contains, distance, dm, segment_distance

# Blocks are smallest around this place in 长寿路 and grow towards the north-west.
DENSEST: Point = (dm(2500), dm(-900))


@dataclass
class Committee:
    """A residents' committee (居委会) or village committee (村委会)."""

    id: str
    town: Town
    grid: str
    village: bool
    blocks: list[int]
    outline: list[int] = field(default_factory=list)
    name: str = ""
    population: int = 0
    over_60: int = 0
    jobs: int = 0
    staff: int = 0


@dataclass
class District:
    mesh: Mesh
    committees: list[Committee]
    # For each barrier of layout.BARRIERS its vertices from end to end.
    barriers: list[list[int]]

    def is_clear(self, block: int, place: Point, setback_m: float) -> bool:
        """Whether a place lies in a block, this far from the middle of every street.

        Beside a barrier the street is the road along it, some way off its middle.
        """
        ring = self.mesh.rings[block]
        points = self.mesh.points(block)
        if not contains(points, place):
            return False
        for i in range(len(ring)):
            barrier = self.mesh.barrier.get(edge_key(ring[i - 1], ring[i]))
            room_m = setback_m + (SIDE_M[KIND[barrier]] if barrier else 0)
            if segment_distance(place, points[i - 1], points[i]) < dm(room_m):
                return False
        return True

    def in_town(self, code: str) -> list[Committee]:
        return [c for c in self.committees if c.town.code == code]

    def in_grid(self, grid: str) -> list[Committee]:
        return [c for c in self.committees if c.grid == grid]

    def grids(self) -> list[str]:
        """Grid ids, town by town."""
        return list(dict.fromkeys(c.grid for c in self.committees))


def build() -> District:
    """Lay out the whole district; the same mesh on every run."""
    mesh, sector_face = _plan()
    _bend_borders(mesh, Dice("borders"))
    committees = _committees(mesh, sector_face, Dice("committees"))
    dice = Dice("blocks")
    for committee in committees:
        committee.blocks = [
            block
            for face in committee.blocks
            for block in divide_to_size(mesh, face, _spacing_m(centroid(mesh.points(face))), dice)
        ]
    for committee in committees:
        committee.outline = mesh.outline(committee.blocks)
    barriers = [_trace(mesh, barrier[1], barrier[4].split()) for barrier in BARRIERS]
    return District(mesh, committees, barriers)


def _spacing_m(at: Point) -> float:
    return 158 + 0.0105 * distance(at, DENSEST) / 10


def _plan() -> tuple[Mesh, dict[str, int]]:
    mesh = Mesh()
    number = {name: mesh.add_vertex((dm(x), dm(y))) for name, (x, y) in CORNERS.items()}
    faces = {}
    for sector, corners in SECTORS.items():
        ring = [number[c] for c in corners.split()]
        assert area2([mesh.xy[v] for v in ring]) > 0, sector
        faces[sector] = mesh.add_face(ring)
        for u, v in zip(ring, [*ring[1:], ring[0]], strict=True):
            mesh.rank[edge_key(u, v)] = 0
    for _, barrier_id, _, _, corners in BARRIERS:
        for u, v in _steps(number, corners):
            mesh.barrier[edge_key(u, v)] = barrier_id
    for road, corners in ROADS.items():
        for u, v in _steps(number, corners):
            mesh.road[edge_key(u, v)] = road
    return mesh, faces


def _steps(number: dict[str, int], corners: str) -> list[tuple[int, int]]:
    path = [number[c] for c in corners.split()]
    return list(zip(path, path[1:], strict=False))


def _bend_borders(mesh: Mesh, dice: Dice) -> None:
    """Turn the straight lines of the plan into slight curves; areas stay as they are."""
    for u, v in list(mesh.rank):
        outer = (u, v) not in mesh.left_of or (v, u) not in mesh.left_of
        bend = s_bend(mesh.xy[u], mesh.xy[v], dice, 0.05 if outer else 0.03)
        if bend:
            mesh.divide_edge(u, v, bend)


def _committees(mesh: Mesh, sector_face: dict[str, int], dice: Dice) -> list[Committee]:
    found: list[Committee] = []
    for town in TOWNS:
        mine: list[Committee] = []
        for sector, shares in GRID_SHARES.items():
            if not sector.startswith(town.letter):
                continue
            weights = [share for _, share, _, _ in shares]
            road = "岚皋路" if town.letter == "S" else ""
            grids = divide_by_weights(mesh, sector_face[sector], weights, 1, dice, road)
            for face, (number, _, residential, villages) in zip(grids, shares, strict=True):
                grid = f"{town.code}-{number}"
                village = [False] * residential + [True] * villages
                village = dice.shuffled(village)
                # Village land is larger; the rest varies as neighbourhoods do.
                sizes = [(2.0 if v else 1.0) * dice.uniform(0.78, 1.28) for v in village]
                cells = divide_by_weights(mesh, face, sizes, 2, dice)
                mine += [
                    Committee("", town, grid, v, [cell])
                    for cell, v in zip(cells, village, strict=True)
                ]
        mine.sort(key=lambda c: (c.grid, c.village))
        _number(mine, town)
        found += mine
    assert len([c for c in found if c.grid == LANTIAN]) == 8
    return found


def _number(committees: list[Committee], town: Town) -> None:
    """Twelve digits: the town, then 001 on for residents' and 201 on for village committees."""
    last = {False: 0, True: 200}
    for committee in committees:
        last[committee.village] += 1
        committee.id = f"{town.code}{last[committee.village]:03d}"


def _trace(mesh: Mesh, barrier_id: str, corners: list[str]) -> list[int]:
    """The barrier's vertices in order, from its first corner."""
    beside: dict[int, list[int]] = {}
    for (u, v), barrier in mesh.barrier.items():
        if barrier == barrier_id:
            beside.setdefault(u, []).append(v)
            beside.setdefault(v, []).append(u)
    first = list(CORNERS).index(corners[0])
    path, before = [first], -1
    while True:
        onward = [v for v in beside[path[-1]] if v != before]
        if not onward or len(path) > 1 and len(onward) > 1:
            break
        before = path[-1]
        path.append(onward[0])
    assert len(path) == len(beside), barrier_id
    return path
