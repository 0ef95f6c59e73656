"""Ways of measuring how far apart two places are, on foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from linli import _linli
from linli._arrays import points
from linli._reach import Nearest, Reach

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["CrowFly", "Walk"]


class Walk(Protocol):
    """A way of measuring how far apart two places are, on foot."""

    @property
    def speed_m_per_s(self) -> float:
        """Walking speed, metres per second."""
        ...

    @property
    def _core(self) -> _linli.Walk: ...


@dataclass(frozen=True)
class CrowFly:
    """Straight-line distance times a detour index (绕行系数).

    Attributes
    ----------
    detour : float
        Walked length over straight-line length, from 1 (the bare straight
        line) to 10; cities measure 1.2 to 1.5.
    speed_m_per_s : float
        Walking speed, metres per second: 1.33 for adults, 0.9 for older people.

    Examples
    --------
    >>> import linli
    >>> linli.CrowFly(detour=1.25, speed_m_per_s=1.2)
    CrowFly(detour=1.25, speed_m_per_s=1.2)
    """

    detour: float = 1.3
    speed_m_per_s: float = 1.33

    def __post_init__(self) -> None:
        """Refuse numbers that are no walk."""
        _linli.Walk.crow_fly(self.detour)
        _linli.check_speed(self.speed_m_per_s)

    @property
    def _core(self) -> _linli.Walk:
        return _linli.Walk.crow_fly(self.detour)

    def nearest(self, demand_xy: ArrayLike, site_xy: ArrayLike) -> Nearest:
        """Find the nearest site of each demand point, however far.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2)
            Easting and northing in metres, both in the same projected CRS.

        Returns
        -------
        Nearest
            One entry per demand point; ties go to the lower site.

        Examples
        --------
        >>> import linli
        >>> nearest = linli.CrowFly(detour=1.2).nearest([[0, 0]], [[0, 900], [500, 0]])
        >>> nearest.site, nearest.walk_m
        (array([1]), array([600.]))
        """
        demand, sites = points("demand_xy", demand_xy), points("site_xy", site_xy)
        return Nearest(*self._core.nearest(demand, sites))

    def reach(self, demand_xy: ArrayLike, site_xy: ArrayLike, *, limit_m: float | None) -> Reach:
        """Find all pairs within a walking distance; see `linli.Reach.from_points`.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2)
            Easting and northing in metres, both in the same projected CRS.
        limit_m : float or None
            Longest walk, metres, inclusive; None keeps every pair.

        Returns
        -------
        Reach
            Rows are demand points, columns are sites.
        """
        return Reach.from_points(demand_xy, site_xy, limit_m=limit_m, detour=self.detour)
