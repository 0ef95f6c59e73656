"""What streets are asked on their own: walks and sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from linli._arrays import floats
from linli._reach import Nearest, Reach
from linli._street_layers import StreetLayers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from linli import _linli
    from linli._positions import Positions

__all__ = ["ReachLists", "StreetQuestions"]


class StreetQuestions(StreetLayers):
    """The questions of a `StreetNetwork`."""

    __slots__ = ()

    @property
    def _core(self) -> _linli.Walk:
        return self._streets.walk()

    def nearest(self, demand_xy: Positions, site_xy: Positions) -> Nearest:
        """Find the nearest site of each demand point, however far.

        One search from all sites at once, however many rows there are.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Positions in the network's `crs`, or points that know theirs.

        Returns
        -------
        Nearest
            One entry per demand point; ties go to the lower site.
        """
        demand, sites = self._plane("demand_xy", demand_xy), self._plane("site_xy", site_xy)
        return Nearest(*self._core.nearest(demand, sites))

    def reach(self, demand_xy: Positions, site_xy: Positions, *, limit_m: float | None) -> Reach:
        """Find all pairs within a walking distance.

        Bounded searches from the smaller table; memory follows the pairs.

        Parameters
        ----------
        demand_xy, site_xy : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Positions in the network's `crs`, or points that know theirs.
        limit_m : float or None
            Longest walk, metres, inclusive; None keeps every pair that has a way.

        Returns
        -------
        Reach
            Rows are demand points, columns are sites.
        """
        demand, sites = self._plane("demand_xy", demand_xy), self._plane("site_xy", site_xy)
        return Reach._of(self._core.reach(demand, sites, limit_m))

    def reach_of_nodes(self, *, limit_m: float | None) -> Reach:
        """Find all pairs of the network's nodes within a walking distance.

        Walks begin and end exactly at nodes. For questions that are asked of every
        node again and again, such as ``linli.access.cumulative``.

        Parameters
        ----------
        limit_m : float or None
            Longest walk, metres, inclusive.

        Returns
        -------
        Reach
            Rows and columns are nodes, in the network's order.
        """
        return Reach._of(self._streets.reach_of_nodes(limit_m))

    def reach_lists(self, demand_xy: Positions, *, limit_m: float | None) -> ReachLists:
        """Keep reach lists between questions: a site that was asked before costs nothing.

        Parameters
        ----------
        demand_xy : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame
            Demand points.
        limit_m : float or None
            Longest walk, metres, inclusive.

        Returns
        -------
        ReachLists
            Its ``reach(site_xy)`` gives what `reach` gives.
        """
        demand = self._plane("demand_xy", demand_xy)
        return ReachLists(self._streets.reach_lists(demand, limit_m), self)

    def aggregate(
        self,
        amount: ArrayLike,
        *,
        limit_m: float,
        targets: Positions | None = None,
        places: Positions | None = None,
        decay: Literal["flat", "linear", "exponential"] = "flat",
    ) -> NDArray[np.float64]:
        """Sum what lies within a walk of each place: jobs, seats, people.

        Parameters
        ----------
        amount : array_like of float
            What stands at each target.
        limit_m : float
            Longest walk, metres, inclusive.
        targets : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame, optional
            What people walk to; by default every node of the network, in its order.
        places : array_like of float, shape (n, 2), GeoSeries or GeoDataFrame, optional
            Where they walk from; by default every node of the network.
        decay : {"flat", "linear", "exponential"}, default "flat"
            Weight of a walk w: 1; 1 - w / limit; exp(-w / limit). The same words as in pandana.

        Returns
        -------
        ndarray of float64
            One sum per place; NaN where it is unsnapped, which is not zero.

        Examples
        --------
        >>> import linli
        >>> nodes = [[0, 0], [0, 400], [200, 400]]
        >>> net = linli.StreetNetwork.from_edges(nodes, [[0, 1], [1, 2]], [400, 200])
        >>> net.aggregate([5, 1, 3], limit_m=400)
        array([6., 9., 4.])
        """
        return self._streets.aggregate(
            None if places is None else self._plane("places", places),
            None if targets is None else self._plane("targets", targets),
            floats("amount", amount, ndim=1),
            limit_m,
            decay,
        )


@dataclass(frozen=True, repr=False, eq=False)
class ReachLists:
    """Who is within a walk of every site ever asked about; see `StreetNetwork.reach_lists`."""

    _core: _linli.ReachLists
    _network: StreetQuestions

    def reach(self, site_xy: Positions) -> Reach:
        """Give what `StreetNetwork.reach` gives; only sites that are new are searched from."""
        return Reach._of(self._core.reach(self._network._plane("site_xy", site_xy)))

    @property
    def searches(self) -> int:
        """Searches made so far: the number of different sites."""
        return self._core.searches

    @property
    def nbytes(self) -> int:
        """Bytes held by the lists, 8 a pair."""
        return self._core.nbytes

    def __repr__(self) -> str:
        return f"ReachLists({self.searches:,} sites searched from, {self.nbytes:,} bytes)"
