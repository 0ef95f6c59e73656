"""A map as one planar mesh: towns, grids, committees and blocks are all groups of its faces.

A new corner on a border is put into the polygons on both sides at once, so neighbours
keep sharing every vertex and no gap can open.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from .plane import Point, area2

T = TypeVar("T")
Edge = tuple[int, int]


def edge_key(u: int, v: int) -> Edge:
    return (u, v) if u < v else (v, u)


def _inherit(table: dict[Edge, T], edge: Edge, pieces: list[Edge]) -> None:
    if edge in table:
        value = table.pop(edge)
        table.update((piece, value) for piece in pieces)


class Mesh:
    """Faces (counter-clockwise rings of vertex numbers) and what lies along their edges."""

    def __init__(self) -> None:
        self.xy: list[Point] = []
        self.rings: dict[int, list[int]] = {}
        self.left_of: dict[Edge, int] = {}  # directed edge -> the face on its left
        self.rank: dict[Edge, int] = {}  # 0 town border, 1 grid, 2 committee, 3 block
        self.barrier: dict[Edge, str] = {}
        self.road: dict[Edge, str] = {}
        self._next_face = 0

    def add_vertex(self, point: Point) -> int:
        self.xy.append(point)
        return len(self.xy) - 1

    def add_face(self, ring: list[int]) -> int:
        face = self._next_face
        self._next_face += 1
        self.rings[face] = ring
        for u, v in zip(ring, [*ring[1:], ring[0]], strict=True):
            self.left_of[u, v] = face
        return face

    def points(self, face: int) -> list[Point]:
        return [self.xy[v] for v in self.rings[face]]

    def divide_edge(self, u: int, v: int, between: Sequence[Point]) -> list[int]:
        """Put new vertices on an edge, in the order from u to v, for both its faces."""
        new = [self.add_vertex(p) for p in between]
        path = [u, *new, v]
        for a, b, middle in ((u, v, new), (v, u, new[::-1])):
            face = self.left_of.pop((a, b), None)
            if face is None:
                continue
            ring = self.rings[face]
            at = ring.index(a) + 1
            ring[at:at] = middle
            for c, d in zip([a, *middle], [*middle, b], strict=True):
                self.left_of[c, d] = face
        old = edge_key(u, v)
        pieces = [edge_key(c, d) for c, d in zip(path, path[1:], strict=False)]
        _inherit(self.rank, old, pieces)
        _inherit(self.barrier, old, pieces)
        _inherit(self.road, old, pieces)
        return new

    def cut_face(self, face: int, path: list[int], rank: int, road: str = "") -> tuple[int, int]:
        """Cut a face along a path between two of its corners: the part left of it, then right."""
        ring = self.rings.pop(face)
        start = ring.index(path[0])
        ring = ring[start:] + ring[:start]
        end = ring.index(path[-1])
        right, left = ring[: end + 1], [*ring[end:], ring[0]]
        inner = path[1:-1]
        for u, v in zip(path, path[1:], strict=False):
            self.rank[edge_key(u, v)] = rank
            if road:
                self.road[edge_key(u, v)] = road
        return self.add_face(left + inner), self.add_face(right + inner[::-1])

    def outline(self, faces: Iterable[int]) -> list[int]:
        """The border of a group of faces, which must be one ring without holes."""
        group = dict.fromkeys(faces)
        follows: dict[int, int] = {}
        for face in group:
            ring = self.rings[face]
            for u, v in zip(ring, [*ring[1:], ring[0]], strict=True):
                if self.left_of.get((v, u)) not in group:
                    if u in follows:
                        raise ValueError(f"the group touches itself at vertex {u}")
                    follows[u] = v
        start = min(follows)
        ring = [start]
        while follows[ring[-1]] != start:
            ring.append(follows[ring[-1]])
        if len(ring) != len(follows):
            raise ValueError("the group is not one ring")
        if area2([self.xy[v] for v in ring]) <= 0:
            raise ValueError("the border runs clockwise")
        return ring
