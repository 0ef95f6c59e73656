"""What every answer about committees can do: be a frame, an Arrow table, a file."""

from __future__ import annotations

import io
import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import geopandas as gpd
import pandas as pd

from linli import _linli
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["CommitteeResult", "arrow_of", "frame_geojson", "save_as", "status_column"]

SUFFIXES = (".geojson", ".ndjson", ".csv", ".parquet")


class CommitteeResult(ABC):
    """An answer with one row per committee, in the data's order."""

    __slots__ = ()
    _city: City

    @property
    @abstractmethod
    def rows(self) -> pd.DataFrame:
        """One row per committee."""

    @property
    @abstractmethod
    def provenance(self) -> dict[str, Any]:
        """The assumptions the answer rests on."""

    @abstractmethod
    def _geojson(self, *, one_per_line: bool) -> bytes: ...

    def to_geopandas(self) -> gpd.GeoDataFrame:
        """Give the rows on the geometry, index and CRS that the committees came with.

        Returns
        -------
        geopandas.GeoDataFrame
            The columns of `rows` and a geometry; the assumptions are in ``.attrs["linli"]``.
        """
        rows = self.rows
        # By position: an index may repeat.
        geometry = self._city._demand_geometry.set_axis(rows.index)
        frame = gpd.GeoDataFrame(rows, geometry=geometry)
        frame.attrs["linli"] = self.provenance
        return frame

    def to_arrow(self) -> pa.Table:
        """Give the rows as an Arrow table with GeoArrow metadata (needs pyarrow).

        Returns
        -------
        pyarrow.Table
            Geometry as well-known binary.
        """
        return arrow_of(self.to_geopandas)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the rows to a file: whole, or not at all.

        Parameters
        ----------
        path : str or path-like
            The suffix says the format: ``.geojson``, ``.ndjson`` (one feature a
            line), ``.csv`` (no geometry; opens in Excel with Chinese intact) or
            ``.parquet`` (GeoParquet; needs pyarrow).

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        InvalidInput
            If the suffix is another; LinliError if the file cannot be written.
        """
        return save_as(path, self._geojson, self.to_geopandas)


def arrow_of(frame: Callable[[], gpd.GeoDataFrame]) -> pa.Table:
    """Make an Arrow table of a frame, or say what is missing."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ImportError("to_arrow needs pyarrow: pip install 'linli[arrow]'") from error
    return cast("pa.Table", pa.table(frame().to_arrow(index=False)))


class GeoJson(Protocol):
    """What writes an answer as GeoJSON."""

    def __call__(self, *, one_per_line: bool) -> bytes:
        """Write one collection, or one feature a line."""


def frame_geojson(frame: gpd.GeoDataFrame, *, one_per_line: bool) -> bytes:
    """Write a frame as GeoJSON in longitude and latitude, or in metres without a place on Earth."""
    words = {
        name: column.astype(str)
        for name, column in frame.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    frame = frame.assign(**words)
    frame = frame if frame.crs is None else frame.to_crs(4326)
    if not one_per_line:
        return str(frame.to_json(drop_id=True, ensure_ascii=False)).encode()
    lines = (json.dumps(one, ensure_ascii=False) for one in frame.iterfeatures(drop_id=True))
    return "".join(f"{line}\n" for line in lines).encode()


def save_as(
    path: str | os.PathLike[str], geojson: GeoJson, frame: Callable[[], gpd.GeoDataFrame]
) -> Path:
    """Write an answer in the format that the suffix says."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in {".geojson", ".ndjson"}:
        content = geojson(one_per_line=suffix == ".ndjson")
    elif suffix == ".csv":
        rows = frame()
        # The mark at the beginning tells Excel that this is UTF-8.
        plain = pd.DataFrame(rows.drop(columns=rows.geometry.name))
        content = plain.to_csv(index=False).encode("utf-8-sig")
    elif suffix == ".parquet":
        buffer = io.BytesIO()
        frame().to_parquet(buffer)
        content = buffer.getvalue()
    else:
        raise InvalidInput(
            f"path = {path}: {suffix!r} is no format; give one of {', '.join(SUFFIXES)}",
            parameter="path",
            value=str(path),
        )
    _linli.save(path, content)
    return path


def status_column(coded: tuple[list[str], NDArray[np.int8]]) -> pd.Categorical[str]:
    """Make a categorical of status codes and their words."""
    words, codes = coded
    return pd.Categorical.from_codes(codes, categories=pd.Index(words))
