"""A city beside a standard as layers of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd

from linli._result import frame_geojson, save_as
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas as pd

    from linli._city import City
    from linli._standard import Standard

__all__ = ["LayersOfCheck"]

LAYERS = ("committees", "circles")
"""What a check has places of."""


class LayersOfCheck:
    """The frames and files of a `StandardCheck`."""

    __slots__ = ()
    standard: Standard
    provenance: dict[str, Any]
    _city: City
    _facts: dict[str, Any]

    @property
    def table(self) -> pd.DataFrame:
        """Committees by facilities."""
        raise NotImplementedError

    @property
    def circles(self) -> pd.DataFrame:
        """One row per existing centre."""
        raise NotImplementedError

    def to_geopandas(self, layer: str = "committees") -> gpd.GeoDataFrame:
        """Give the committees or the circles with their places.

        Parameters
        ----------
        layer : {"committees", "circles"}
            `table` on the committees' geometry, or `circles` on the centres'.

        Returns
        -------
        geopandas.GeoDataFrame
            The assumptions are in ``.attrs["linli"]``.
        """
        if layer not in LAYERS:
            raise InvalidInput(
                f"layer = {layer!r}: give {' or '.join(LAYERS)}", parameter="layer", value=layer
            )
        if layer == "committees":
            rows = self.table
            geometry = self._city._demand_geometry.set_axis(rows.index)
        else:
            rows = self.circles
            of_all = self._city._facility_geometry
            geometry = of_all.iloc[self._facts["circles"]["facility"]].set_axis(rows.index)
        frame = gpd.GeoDataFrame(rows, geometry=geometry)
        frame.attrs["linli"] = {"standard": self.standard.name, **self.provenance}
        return frame

    def save(self, path: str | os.PathLike[str], layer: str = "committees") -> Path:
        """Write the committees or the circles to a file: whole, or not at all.

        Parameters
        ----------
        path : str or path-like
            The suffix says the format: ``.geojson``, ``.ndjson``, ``.csv`` or
            ``.parquet``, as of `Coverage.save`.
        layer : {"committees", "circles"}
            What to write, as of `to_geopandas`.

        Returns
        -------
        pathlib.Path
            The file.
        """
        frame = self.to_geopandas(layer).reset_index()

        def geojson(*, one_per_line: bool) -> bytes:
            return frame_geojson(frame, one_per_line=one_per_line)

        return save_as(path, geojson, lambda: frame)
