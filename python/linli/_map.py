"""The offline map of an answer: one HTML file with everything in it."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd

from linli import _linli
from linli._tables import LONLAT
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linli._city import City

__all__ = ["Lines", "Map", "geojson_of", "lines_beneath"]

Lines: TypeAlias = "str | os.PathLike[str] | gpd.GeoDataFrame"
"""A GeoJSON file or a GeoDataFrame of lines, drawn by their column `kind`."""

HEIGHT_PX = 560


@dataclass(frozen=True, repr=False, eq=False)
class Map:
    """A map that shows itself in a notebook and works without a network.

    Made by `Coverage.map`, `Proposal.map` and `Division.map`.
    """

    html: str
    """The whole page."""
    _title: str

    @classmethod
    def _made(cls, html: str, title: str, path: str | os.PathLike[str] | None) -> Map:
        page = cls(html, title)
        if path is not None:
            page.save(path)
        return page

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file: whole, or not at all.

        Parameters
        ----------
        path : str or path-like
            Where to, such as ``"map.html"``.

        Returns
        -------
        pathlib.Path
            The file.
        """
        _linli.save(path, self.html.encode())
        return Path(path)

    def __repr__(self) -> str:
        return f"Map({self._title})"

    def _repr_html_(self) -> str:
        page = html.escape(self.html, quote=True)
        style = f"width:100%;height:{HEIGHT_PX}px;border:0"
        return f'<iframe srcdoc="{page}" style="{style}" title="map"></iframe>'


def lines_beneath(city: City, lines: Lines | Iterable[Lines] | None) -> list[str]:
    """Give the lines to draw beneath an answer: those asked for, else the city's own."""
    return city._lines_beneath if lines is None else geojson_of(lines)


def geojson_of(lines: Lines | Iterable[Lines]) -> list[str]:
    """Give each set of lines as GeoJSON in longitude and latitude."""
    if isinstance(lines, (str, os.PathLike, gpd.GeoDataFrame)):
        return [_text_of(lines)]
    return [_text_of(layer) for layer in lines]


def _text_of(lines: Any) -> str:  # noqa: ANN401
    if isinstance(lines, gpd.GeoDataFrame):
        if lines.crs is None:
            raise InvalidInput(
                "lines: the frame has no coordinate system; set it with gdf.set_crs",
                parameter="lines",
            )
        kind = [name for name in ("kind",) if name in lines.columns]
        return str(lines[[*kind, lines.geometry.name]].to_crs(LONLAT).to_json())
    return Path(lines).read_text(encoding="utf-8")
