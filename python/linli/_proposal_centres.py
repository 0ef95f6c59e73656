"""The centres of a proposal: as a table, a layer, a file, and the lines to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from linli._follow import Followed
from linli._result import arrow_of, save_as
from linli._tables import LONLAT, crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from linli import _linli
    from linli._city import City
    from linli.walk import Walk

__all__ = ["ProposalCentres"]

CAPACITY = "capacity"
"""The measure of facilities that utilisation is of, where it is there."""


class ProposalCentres(Followed):
    """What a `Proposal` says of its centres."""

    _core: _linli.Proposal
    _city: City
    _walk: Walk

    def centres(self, capacity: str | None = None) -> pd.DataFrame:
        """Give every centre that is open under the plan, new ones first.

        Parameters
        ----------
        capacity : str, optional
            The column of the facilities that holds how many people a centre can
            serve; by default ``capacity``, where the data has it.

        Returns
        -------
        pandas.DataFrame
            Columns are id, name, town, origin, phase (missing for existing
            ones), people (within the limit whose nearest centre it is),
            mean_walk_m, minutes, farthest_m, and where capacity is known
            capacity and utilisation (people over capacity).
        """
        centres = self._core.centres()
        table = self._named(centres["site"])
        table["phase"] = pd.array(centres["phase"], dtype="Int64")
        for column in ("people", "mean_walk_m", "minutes", "farthest_m"):
            table[column] = centres[column]
        places = self._capacity(capacity, centres["site"])
        if places is not None:
            table["capacity"] = places
            known = np.where(places > 0, places, np.nan)
            table["utilisation"] = table["people"] / known
        return pd.DataFrame(table)

    def to_geopandas(self, capacity: str | None = None) -> gpd.GeoDataFrame:
        """Give the centres with their places, in the CRS of the facilities.

        Parameters
        ----------
        capacity : str, optional
            As in `centres`.

        Returns
        -------
        geopandas.GeoDataFrame
            The columns of `centres` and a geometry; the assumptions are in
            ``.attrs["linli"]``.
        """
        sites = list(self._core.centres()["site"])
        crs = self._city._facility_geometry.crs
        geometry = gpd.GeoSeries(self._shapes(sites), crs=crs)
        frame = gpd.GeoDataFrame(self.centres(capacity), geometry=geometry)
        frame.attrs["linli"] = self.provenance
        return frame

    def to_arrow(self) -> pa.Table:
        """Give the centres as an Arrow table with GeoArrow metadata (needs pyarrow).

        Returns
        -------
        pyarrow.Table
            Geometry as well-known binary.
        """
        return arrow_of(self.to_geopandas)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the centres to a file: whole, or not at all.

        Parameters
        ----------
        path : str or path-like
            The suffix says the format: ``.geojson``, ``.ndjson`` (one feature a
            line), ``.csv`` or ``.parquet``.

        Returns
        -------
        pathlib.Path
            The file.
        """
        return save_as(path, self._core.geojson, self.to_geopandas)

    def lines(self) -> gpd.GeoDataFrame:
        """Give a straight line from each demand point to its nearest centre under the plan.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns are committee and centre (ids), people, walk_m, minutes and
            within (the limit), in the CRS of the committees. Points without a
            centre within reach have no line.
        """
        columns, ends = self._core.lines()
        shapes = shapely.linestrings(ends.reshape(-1, 2, 2))
        crs = self._city._demand_geometry.crs
        on_earth = crs_of_name(self._city._core.crs[0]) is not None and crs is not None
        geometry = gpd.GeoSeries(shapes, crs=LONLAT if on_earth else crs)
        committees, ids = self._city._demand_columns["id"], self._sites["id"]
        minutes = columns["walk_m"] / self._walk.speed_m_per_s / 60
        table = {
            "committee": [committees[row] for row in columns["committee"]],
            "centre": [ids[site] for site in columns["site"]],
            "people": columns["people"],
            "walk_m": columns["walk_m"],
            "minutes": minutes,
            "within": columns["walk_m"] <= self.provenance["limit_m"],
        }
        return gpd.GeoDataFrame(table, geometry=geometry.to_crs(crs) if on_earth else geometry)

    def _capacity(self, column: str | None, sites: Iterable[int]) -> NDArray[np.float64] | None:
        facilities = self._city._core.facilities()
        name = CAPACITY if column is None else column
        if name not in facilities:
            if column is None:
                return None
            raise InvalidInput(
                f"capacity = {column!r}: the facilities have no such column", parameter="capacity"
            )
        known = np.asarray(facilities[name], dtype=float)
        rows = [self._sites["facility"][site] for site in sites]
        return np.array([known[row] if row >= 0 else np.nan for row in rows])

    def _places(self, sites: list[int]) -> list[tuple[float, float]]:
        """Positions of sites in the caller's CRS of the facilities."""
        mine = self._city._facility_geometry.crs
        core = crs_of_name(self._city._core.crs[1])
        positions = self._core.site_positions()[sites]
        if mine is not None and core is not None and mine != core:
            way = pyproj.Transformer.from_crs(core, mine, always_xy=True)
            return [way.transform(x, y) for x, y in positions]
        return [(float(x), float(y)) for x, y in positions]

    def _shapes(self, sites: list[int]) -> list[Any]:
        """Shapes as the caller gave them, and points of all other sites."""
        given = self._city._facility_geometry.to_numpy()
        rows = [self._sites["facility"][site] for site in sites]
        places = self._places(sites)
        shapes = zip(rows, places, strict=True)
        return [given[row] if row >= 0 else shapely.Point(place) for row, place in shapes]
