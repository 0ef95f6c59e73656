"""Reach: which sites each demand point can walk to, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linli import _linli
from linli._arrays import floats, points, rows, warn_of_degrees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

__all__ = ["Nearest", "Reach"]


class Nearest(NamedTuple):
    """The nearest site of each demand point.

    Attributes
    ----------
    found : ndarray of bool
        Whether there is a site within reach.
    site : ndarray of int64
        Its number; -1 where `found` is false, so index with ``site[found]``.
    walk_m : ndarray of float64
        The walk to it, metres; NaN where `found` is false.
    """

    found: NDArray[np.bool_]
    site: NDArray[np.int64]
    walk_m: NDArray[np.float64]


class Reach:
    """Walking metres from demand points to sites, sparse, cut off at a limit (可达).

    Every question about coverage, assignment and siting is asked of this one
    table. Rows are demand points, columns are sites. A pair that is not stored
    is beyond the limit or unreachable, never zero. A pair takes 12 bytes, so
    memory follows the pairs within reach and not rows times columns.

    Made by `from_points`, `from_dense` or `from_pairs`; it never changes.

    Examples
    --------
    >>> import linli
    >>> committees = [[0, 0], [400, 300], [5000, 0]]
    >>> centres = [[0, 600], [1000, 300]]
    >>> reach = linli.Reach.from_points(committees, centres, limit_m=1000, detour=1.25)
    >>> reach
    Reach(3 demand points × 2 sites, 3 pairs within 1,000 m)
    >>> reach.nearest().walk_m
    array([750., 625.,  nan])
    """

    __slots__ = ("_core",)
    _core: _linli.Reach

    def __init__(self) -> None:
        raise TypeError("make a Reach with from_points, from_dense or from_pairs")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Reach never changes; cannot set {name!r}")

    @classmethod
    def _of(cls, core: _linli.Reach) -> Reach:
        reach = object.__new__(cls)
        object.__setattr__(reach, "_core", core)
        return reach

    @classmethod
    def from_points(
        cls,
        demand_xy: ArrayLike,
        site_xy: ArrayLike,
        *,
        limit_m: float | None,
        detour: float = 1.0,
    ) -> Reach:
        """Measure straight lines, lengthened by a detour index.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2)
            Easting and northing in metres, both in the same projected CRS.
        limit_m : float or None
            Longest walk, metres; a site exactly this far is within reach. None
            keeps every pair: rows times columns of memory.
        detour : float, default 1.0
            Walked length over straight-line length (绕行系数), 1 to 10.

        Returns
        -------
        Reach
            Rows in the order of `demand_xy`, columns in that of `site_xy`.

        Raises
        ------
        InvalidInput
            If a coordinate is NaN or infinite (the message names the row), or
            more pairs lie within the limit than memory holds.

        Warns
        -----
        DegreesWarning
            If all numbers could be degrees.
        """
        demand, sites = points("demand_xy", demand_xy), points("site_xy", site_xy)
        warn_of_degrees(demand, sites, limit_m)
        walk = _linli.Walk.crow_fly(detour)
        return cls._of(walk.reach(demand, sites, limit_m))

    @classmethod
    def from_dense(cls, walk_m: ArrayLike, limit_m: float | None = None) -> Reach:
        """Take a full table of walking metres, such as a routing engine's matrix.

        Parameters
        ----------
        walk_m : array_like of float, shape (demand, sites)
            Walking metres; infinity is unreachable. NaN is refused: say which
            you mean.
        limit_m : float, optional
            Leave out longer walks.

        Returns
        -------
        Reach
            The pairs that can be walked, within the limit.

        Examples
        --------
        >>> import linli
        >>> linli.Reach.from_dense([[100, float("inf")], [900, 300]], limit_m=800)
        Reach(2 demand points × 2 sites, 2 pairs within 800 m)
        """
        return cls._of(_linli.Reach.from_dense(floats("walk_m", walk_m, ndim=2), limit_m))

    @classmethod
    def from_pairs(
        cls, demand: ArrayLike, site: ArrayLike, walk_m: ArrayLike, *, shape: tuple[int, int]
    ) -> Reach:
        """Take a list of pairs in any order.

        Parameters
        ----------
        demand, site : array_like of int
            Row and column of each pair, from 0.
        walk_m : array_like of float
            Walking metres of each pair.
        shape : tuple of int
            How many demand points and sites there are.

        Returns
        -------
        Reach
            These pairs and no others.

        Examples
        --------
        >>> import linli
        >>> linli.Reach.from_pairs([0, 2], [1, 0], [350.0, 80.0], shape=(3, 2))
        Reach(3 demand points × 2 sites, 2 pairs)
        """
        core = _linli.Reach.from_pairs(
            rows("demand", demand), rows("site", site), floats("walk_m", walk_m, ndim=1), shape
        )
        return cls._of(core)

    @property
    def shape(self) -> tuple[int, int]:
        """Demand points and sites."""
        return self._core.shape

    @property
    def pairs(self) -> int:
        """Pairs within the limit."""
        return self._core.pairs

    @property
    def limit_m(self) -> float | None:
        """The limit the pairs were cut off at, metres; None holds every reachable pair."""
        return self._core.limit_m

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self._core.nbytes

    def nearest(self) -> Nearest:
        """Find the nearest site of each demand point; ties go to the lower site.

        Returns
        -------
        Nearest
            ``found``, ``site`` and ``walk_m``, one entry per demand point; where
            `found` is false, `site` is -1 and `walk_m` is NaN.
        """
        return Nearest(*self._core.nearest())

    def to_scipy(self) -> csr_array:
        """Copy the table into a SciPy sparse array (needs SciPy).

        Returns
        -------
        scipy.sparse.csr_array of float64
            Stored entries are walking metres. A walk of 0 m is stored as an
            explicit zero; do not call ``eliminate_zeros``.
        """
        try:
            from scipy.sparse import csr_array
        except ImportError as error:
            raise ImportError("to_scipy needs SciPy: pip install 'linli[scipy]'") from error
        start, site, walk_m = self._core.csr()
        return csr_array((walk_m, site, start), shape=self.shape)

    def __repr__(self) -> str:
        demand, sites = self.shape
        within = "" if self.limit_m is None else f" within {self.limit_m:,g} m"
        pairs = f"{self.pairs:,} pair{'' if self.pairs == 1 else 's'}"
        return f"Reach({demand:,} demand points × {sites:,} sites, {pairs}{within})"
