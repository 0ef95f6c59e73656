"""Which outlines share a border, from their shapes: shares nothing with linli's core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["Touching", "touching"]

SNAP_M = 1.0
"""Outlines of committees are drawn to about a metre, and linli takes them so."""
SURE_M = 5.0
"""A border longer than this is one by any rule; corners that meet look like up to 4 m of it."""


@dataclass(frozen=True)
class Touching:
    """Pairs of outlines that are near each other."""

    pairs: NDArray[np.int64]
    """Lower unit first, rising."""
    border_m: NDArray[np.float64]
    """How long one runs along the other, metres, good to some metres at its ends."""

    @property
    def sure(self) -> NDArray[np.int64]:
        """Pairs that share a border, whatever the rule for corners."""
        return self.pairs[self.border_m > SURE_M]


def touching(shapes: gpd.GeoSeries) -> Touching | None:
    """Find the outlines that touch; None where some unit has no outline.

    Parameters
    ----------
    shapes : geopandas.GeoSeries
        In metres.

    Returns
    -------
    Touching or None
        Every pair within a metre of each other.
    """
    outlines = np.asarray(shapes.array, dtype=object)
    kinds = shapely.get_type_id(outlines)
    if not np.isin(kinds, [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]).all():
        return None
    near = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=SNAP_M).T
    pairs = np.unique(near[near[:, 0] < near[:, 1]], axis=0).astype(np.int64).reshape(-1, 2)
    edges = shapely.boundary(outlines)
    bands = shapely.buffer(edges, SNAP_M, cap_style="flat", join_style="mitre")
    one, other = pairs.T
    along = [
        shapely.length(shapely.intersection(edges[a], bands[b]))
        for a, b in ((one, other), (other, one))
    ]
    # Where the two part, one stays in the band of the other for another metre or so.
    return Touching(pairs, np.minimum(*along) if len(pairs) else np.empty(0))
