"""Contiguity: which units touch, and along how much border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from linli import _linli
from linli._arrays import floats, rows
from linli._arrays import points as positions_of
from linli._contiguity_ask import flat, in_metres, pairs_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from linli._positions import Positions
    from linli._streets import StreetNetwork

__all__ = ["Contiguity"]


class Contiguity:
    """Which units touch, and along how many metres of border (邻接).

    Every question of division is asked of it. Units are rows, from 0. Made by
    `from_edges`, `from_polygons` or `from_streets`; it never changes: `cut` and
    `join` give another one. Nothing assumes that the map is planar.

    Examples
    --------
    >>> import linli
    >>> ring = linli.Contiguity.from_edges(4, [[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> ring
    Contiguity(4 units, 4 pairs)
    >>> ring.cut([[0, 1], [2, 3]])
    Contiguity(4 units, 2 pairs; 2 sets that do not touch)
    """

    __slots__ = ("_core",)
    _core: _linli.Contiguity

    def __init__(self) -> None:
        raise TypeError("make a Contiguity with from_edges, from_polygons or from_streets")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Contiguity never changes; cannot set {name!r}")

    @classmethod
    def _of(cls, core: _linli.Contiguity) -> Contiguity:
        contiguity = object.__new__(cls)
        object.__setattr__(contiguity, "_core", core)
        return contiguity

    @classmethod
    def from_edges(
        cls,
        n: int,
        edges: ArrayLike,
        *,
        border_m: ArrayLike | None = None,
        positions: ArrayLike | None = None,
    ) -> Contiguity:
        """Take a list of pairs that touch, in any order and direction.

        Parameters
        ----------
        n : int
            How many units there are.
        edges : array_like of int, shape (pairs, 2)
            Units that touch.
        border_m : array_like of float, optional
            Length of each pair's border, metres.
        positions : array_like of float, shape (n, 2), optional
            Easting and northing of each unit, metres; moments of inertia and
            cuts along a line need them.

        Returns
        -------
        Contiguity
            These pairs, each once.

        Raises
        ------
        InvalidInput
            For a unit that does not exist or touches itself, or a length that is none.
        """
        if not isinstance(n, int | np.integer) or isinstance(n, bool) or n < 0:
            raise InvalidInput(f"n = {n!r}: give a whole number of units", parameter="n")
        lengths = None if border_m is None else floats("border_m", border_m, ndim=1)
        core = _linli.Contiguity.from_edges(int(n), pairs_of("edges", edges), lengths)
        if positions is not None:
            core = core.with_positions(positions_of("positions", positions))
        return cls._of(core)

    @classmethod
    def from_polygons(
        cls, units: gpd.GeoDataFrame | gpd.GeoSeries, *, touch: str = "rook", snap_m: float = 0.01
    ) -> Contiguity:
        """Find which polygons share a border, and how long it is.

        Degrees and other units than metres are projected to a plane around the
        middle of the data, as `linli.read` does.

        Parameters
        ----------
        units : geopandas.GeoDataFrame or GeoSeries
            One polygon or multipolygon a row; without a CRS in metres.
        touch : {"rook", "queen"}
            Whether a border of some length is needed, or a corner suffices.
        snap_m : float, default 0.01
            Sides up to this far apart, metres, are one border; their corners
            need not coincide.

        Returns
        -------
        Contiguity
            With border lengths, centroids and outlines; see `findings` for
            islands and units of several pieces.

        Raises
        ------
        InvalidInput
            If a row has no polygon; its issues name the rows.

        Examples
        --------
        >>> import geopandas as gpd, linli
        >>> from shapely.geometry import box
        >>> units = gpd.GeoSeries([box(0, 0, 100, 100), box(100, 50, 200, 300)])
        >>> linli.Contiguity.from_polygons(units).border_m
        array([50.])
        """
        if touch not in {"rook", "queen"}:
            raise InvalidInput(f"touch = {touch!r}: give 'rook' or 'queen'", parameter="touch")
        shapes = np.asarray(in_metres(units.geometry).array, dtype=object)
        written = [None if shape is None else shapely.to_wkb(shape) for shape in flat(shapes)]
        return cls._of(_linli.Contiguity.from_polygons(written, touch == "queen", float(snap_m)))

    @classmethod
    def from_streets(
        cls, streets: StreetNetwork, points: Positions, *, unit: ArrayLike | None = None
    ) -> Contiguity:
        """Find which places are neighbours on foot (步行邻接), where there are no outlines.

        Every point of a street belongs to the place from which it is nearest on
        foot, the lower row of equals; places whose streets meet are neighbours. A
        river without a bridge parts them, and so does a street that nobody may walk.

        Parameters
        ----------
        streets : StreetNetwork
            The streets.
        points : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Positions in the network's `crs`, or points that know theirs.
        unit : array_like of int, shape (n,), optional
            Unit of each point, from 0, where units have several; by default each
            point is a unit.

        Returns
        -------
        Contiguity
            With positions in metres on the network's plane, the middle of each
            unit's points, but without borders. Units without a street near are islands.

        Raises
        ------
        InvalidInput
            If a position or a unit cannot be.

        Examples
        --------
        >>> import linli
        >>> nodes = [[0, 0], [100, 0], [200, 0], [100, 100]]
        >>> streets = linli.StreetNetwork.from_edges(nodes, [[0, 1], [1, 2], [1, 3]], [100] * 3)
        >>> linli.Contiguity.from_streets(streets, nodes).edges.tolist()
        [[0, 1], [1, 2], [1, 3]]
        """
        if not hasattr(streets, "_streets"):
            raise InvalidInput(
                f"streets is a {type(streets).__name__}; read a linli.StreetNetwork",
                parameter="streets",
            )
        xy = streets._plane("points", points)
        of = np.arange(len(xy), dtype=np.int64) if unit is None else rows("unit", np.asarray(unit))
        if len(of) != len(xy):
            raise InvalidInput(
                f"unit has {len(of):,} entries for {len(xy):,} points", parameter="unit"
            )
        units = int(of.max()) + 1 if len(of) else 0
        return cls._of(_linli.Contiguity.from_streets(streets._streets, xy, of, units))

    def cut(self, pairs: ArrayLike) -> Contiguity:
        """Leave out pairs: a river without a bridge, an expressway.

        Parameters
        ----------
        pairs : array_like of int of shape (pairs, 2), or a shapely LineString
            The pairs; or a line, in the metres of `positions`, which cuts the
            pairs whose positions lie on different sides of it.

        Returns
        -------
        Contiguity
            Without them.

        Raises
        ------
        InvalidInput
            For a pair that does not touch.
        """
        if isinstance(pairs, shapely.LineString):
            line = positions_of("line", shapely.get_coordinates(pairs))
            return self._of(self._core.cut_along(line))
        return self._of(self._core.cut(pairs_of("pairs", pairs)))

    def join_islands(self) -> tuple[Contiguity, NDArray[np.int64]]:
        """Join every set that touches no other to the nearest unit outside it, smallest sets first.

        Returns
        -------
        tuple of Contiguity and ndarray of int64
            With one connected set, and the pairs joined, shape (pairs, 2).

        Raises
        ------
        InvalidInput
            Without `positions`.
        """
        core, pairs = self._core.join_islands()
        return self._of(core), pairs.reshape(-1, 2)

    def join(self, pairs: ArrayLike) -> Contiguity:
        """Add pairs: a bridge, a tunnel; new ones have a border of 0 m.

        Parameters
        ----------
        pairs : array_like of int, shape (pairs, 2)
            Units to join.

        Returns
        -------
        Contiguity
            With them.
        """
        return self._of(self._core.join(pairs_of("pairs", pairs)))

    def __len__(self) -> int:
        return len(self._core)

    @property
    def edges(self) -> NDArray[np.int64]:
        """Pairs that touch, shape (pairs, 2): lower unit first, rising."""
        return self._core.pairs().reshape(-1, 2)

    @property
    def border_m(self) -> NDArray[np.float64] | None:
        """Border of each pair, metres; None where it is not known."""
        return self._core.border_m()

    @property
    def positions(self) -> NDArray[np.float64] | None:
        """Easting and northing of each unit, metres; None where they are not known."""
        return self._core.positions()

    @property
    def components(self) -> NDArray[np.int64]:
        """Connected set of each unit, numbered from 0."""
        return self._core.components()

    @property
    def findings(self) -> dict[str, Any]:
        """What to know before dividing.

        ``islands`` (units that touch no other), ``multipart`` (units of several
        pieces, which count as connected), ``components`` and ``pairs``.
        """
        found: dict[str, Any] = self._core.findings()
        return found

    def __repr__(self) -> str:
        found = self.findings
        notes = [
            f"{found['components']:,} sets that do not touch" if found["components"] > 1 else "",
            f"{len(found['islands']):,} islands" if found["islands"] else "",
            f"{len(found['multipart']):,} units of several pieces" if found["multipart"] else "",
        ]
        said = ", ".join(note for note in notes if note)
        return (
            f"Contiguity({len(self):,} units, {found['pairs']:,} pairs{'; ' if said else ''}{said})"
        )
