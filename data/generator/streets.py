"""Streets along the mesh, with roads on both sides of every barrier and a few ways across.

A river, railway or elevated road takes the place of the street in its middle. Each corner
of the mesh on a barrier becomes one node per side, streets end there, and only chosen
corners get a bridge, level crossing or underpass between the sides.
"""

import math
from dataclasses import dataclass

from .district import District
from .layout import BARRIERS, KIND, SIDE_M
from .mesh import Edge, edge_key
from .plane import Dice, Point, Vector, distance, dm, unit

# Metres between two ways across: at least, at most.
CROSSING_M = {"river": (500, 800), "railway": (600, 1000), "expressway": (260, 560)}
CROSSING = {"river": "river", "railway": "railway", "expressway": "ring"}

Node = tuple[int, int]  # mesh vertex, and which of its sides


@dataclass(frozen=True)
class Street:
    a: Point
    b: Point
    highway: str
    name: str
    crossing: str | None


@dataclass(frozen=True)
class Wedge:
    """What lies around a vertex between two barriers, or a barrier and the district's edge."""

    faces: list[int]
    first: int  # neighbours of the vertex along the two bounding edges
    last: int


class Streets:
    """Nodes and streets of the district; `build` gives the finished list."""

    def __init__(self, district: District) -> None:
        self.mesh = district.mesh
        self.barriers = district.barriers
        self.node_of: dict[tuple[int, int], Node] = {}  # (vertex, face) -> node
        self.at: dict[Node, Point] = {}
        self.ways_in: dict[Node, int] = {}  # streets that end at a barrier node
        self._around = self._faces_around()
        for vertex in sorted(self._around):
            for side, wedge in enumerate(self._wedges(vertex)):
                node = (vertex, side)
                self.at[node] = self._place(vertex, wedge)
                for face in wedge.faces:
                    self.node_of[vertex, face] = node

    def _faces_around(self) -> dict[int, dict[int, tuple[int, int]]]:
        """For each vertex and face: the neighbours after and before it in the face's ring."""
        around: dict[int, dict[int, tuple[int, int]]] = {}
        for face, ring in self.mesh.rings.items():
            for i, v in enumerate(ring):
                around.setdefault(v, {})[face] = (ring[(i + 1) % len(ring)], ring[i - 1])
        return around

    def _wedges(self, vertex: int) -> list[Wedge]:
        """Faces around a vertex, counter-clockwise, split at barriers and the outside."""
        around = self._around[vertex]

        def opens(face: int) -> bool:
            after = around[face][0]
            return (
                edge_key(vertex, after) in self.mesh.barrier
                or (after, vertex) not in self.mesh.left_of
            )

        starts = sorted(face for face in around if opens(face))
        if not starts:
            face = min(around)
            return [Wedge(list(around), around[face][0], around[face][0])]
        wedges = []
        for face in starts:
            faces, first = [face], around[face][0]
            while True:
                last = around[faces[-1]][1]
                following = self.mesh.left_of.get((vertex, last))
                if following is None or opens(following):
                    break
                faces.append(following)
            wedges.append(Wedge(faces, first, last))
        return wedges

    def _side(self, u: int, v: int) -> float:
        barrier = self.mesh.barrier.get(edge_key(u, v))
        return dm(SIDE_M[KIND[barrier]]) if barrier else 0.0

    def _place(self, vertex: int, wedge: Wedge) -> Point:
        """Where lines parallel to the two bounding edges meet, inside the wedge."""
        here = self.mesh.xy[vertex]
        near, far = self._side(vertex, wedge.first), self._side(vertex, wedge.last)
        if near == 0 and far == 0:
            return here
        p, q = unit(here, self.mesh.xy[wedge.first]), unit(here, self.mesh.xy[wedge.last])
        turn = p[0] * q[1] - p[1] * q[0]
        if abs(turn) < 0.35:  # nearly straight on: step aside from the middle
            across: Vector = (-p[1] + q[1], p[0] - q[0])
            length = math.sqrt(across[0] * across[0] + across[1] * across[1])
            step = max(near, far) / length
            return round(here[0] + across[0] * step), round(here[1] + across[1] * step)
        s, t = far / turn, near / turn
        return round(here[0] + p[0] * s + q[0] * t), round(here[1] + p[1] * s + q[1] * t)

    def _highway(self, edge: Edge, outer: bool, dice: Dice) -> str:
        rank = self.mesh.rank[edge]
        footway = dice.uniform(0, 1) < 0.22
        if edge in self.mesh.road:
            return "primary"
        if outer:
            return "residential"
        return ("secondary", "secondary", "residential", "footway" if footway else "residential")[
            rank
        ]

    def build(self) -> list[Street]:
        dice = Dice("streets")
        out: list[Street] = []
        for edge in sorted(self.mesh.rank):
            u, v = edge
            outer = (u, v) not in self.mesh.left_of or (v, u) not in self.mesh.left_of
            highway = self._highway(edge, outer, dice)
            name = self.mesh.road.get(edge, "")
            barrier = self.mesh.barrier.get(edge)
            sides = [
                f for f in (self.mesh.left_of.get(e) for e in ((u, v), (v, u))) if f is not None
            ]
            if barrier is None:
                sides = sides[:1]
            elif KIND[barrier] == "river":
                highway = "footway"
            elif KIND[barrier] == "railway":
                highway = "secondary"
            for face in sides:
                a, b = self.node_of[u, face], self.node_of[v, face]
                out.append(Street(self.at[a], self.at[b], highway, name, None))
                if barrier is None:
                    for node in (a, b):
                        self.ways_in[node] = self.ways_in.get(node, 0) + 1
        for (kind, *_), path in zip(BARRIERS, self.barriers, strict=True):
            out += self._ways_across(kind, path)
        return out

    def _ways_across(self, kind: str, path: list[int]) -> list[Street]:
        """Bridges or crossings at even distances, where streets arrive on both sides."""
        low, high = (dm(m) for m in CROSSING_M[kind])
        out: list[Street] = []
        since = (low + high) / 4
        best: tuple[float, int] | None = None
        for i in range(1, len(path) - 1):
            since += distance(self.mesh.xy[path[i - 1]], self.mesh.xy[path[i]])
            nodes = [(path[i], 0), (path[i], 1)]
            onward = distance(self.mesh.xy[path[i]], self.mesh.xy[path[i + 1]])
            if since >= low and self._only_two_sides(path[i]):
                ways = sum(min(1, self.ways_in.get(n, 0)) for n in nodes)
                if best is None or ways > best[0]:
                    best = (ways, i)
            if best is not None and (best[0] == 2 or since + onward > high):
                a, b = (self.at[path[best[1]], side] for side in (0, 1))
                highway = "residential" if kind == "river" else "secondary"
                out.append(Street(a, b, highway, "", CROSSING[kind]))
                since = 0.0
                for k in range(best[1], i):
                    since += distance(self.mesh.xy[path[k]], self.mesh.xy[path[k + 1]])
                best = None
        return out

    def _only_two_sides(self, vertex: int) -> bool:
        """Whether one barrier passes here, alone and away from the district's edge."""
        around = self._around[vertex].values()
        edge_of_district = any((after, vertex) not in self.mesh.left_of for after, _ in around)
        return not edge_of_district and (vertex, 1) in self.at and (vertex, 2) not in self.at
