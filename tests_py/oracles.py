"""The slow sentences that the fast code stands for, in NumPy."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def walks(demand: Floats, sites: Floats, detour: float) -> Floats:
    """Walking metres from every demand point to every site."""
    dx = sites[None, :, 0] - demand[:, None, 0]
    dy = sites[None, :, 1] - demand[:, None, 1]
    return detour * np.sqrt(dx * dx + dy * dy)


def frame(xy: Floats, **columns: object) -> gpd.GeoDataFrame:
    """Points in metres on a plane of their own, as a frame without a CRS."""
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]))


def random_city(seed: int, committees: int, centres: int) -> dict[str, gpd.GeoDataFrame]:
    """Committees with people, some unknown, over 1 to 5 finer points each; centres of any status."""
    random = np.random.default_rng(seed)
    homes = random.integers(-30, 30, (committees, 2)) * 100.0
    people = random.integers(0, 9000, committees).astype(float)
    people[random.random(committees) < 0.1] = np.nan
    ids = [f"c{row}" for row in range(committees)]
    demand = frame(
        homes, id=ids, population=people, town=[f"t{row % 3}" for row in range(committees)]
    )
    of = np.repeat(np.arange(committees), random.integers(1, 6, committees))
    places = homes[of] + random.integers(-8, 8, (len(of), 2)) * 100.0
    points = frame(
        places, committee=[ids[row] for row in of], population=random.integers(1, 500, len(of))
    )
    sites = random.integers(-30, 30, (centres, 2)) * 100.0
    status = [
        "existing",
        *random.choice(["existing", "planned", "closed", "candidate"], centres - 1),
    ]
    offered = [
        ["canteen"] if random.random() < 0.6 else ["canteen", "library"] for _ in range(centres)
    ]
    facilities = frame(
        sites, id=[f"f{row}" for row in range(centres)], status=status, services=offered
    )
    return {"demand": demand, "points": points, "facilities": facilities}


def positions(gdf: gpd.GeoDataFrame) -> Floats:
    """Coordinates of a frame of points."""
    return np.column_stack([gdf.geometry.x, gdf.geometry.y])
