"""A picture of one committee's walk."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import shapely

from linli._fonts import families

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

    from linli._explanation import Explanation

__all__ = ["explanation"]

COLOURS = {"walk": "#c0392b", "straight": "#2c7fb8"}
BARRIERS = {"river": "#74a9cf", "railway": "#525252", "expressway": "#fd8d3c"}


def explanation(why: Explanation, ax: Axes | None = None) -> Axes:
    """Draw a committee, its centres, the walk and the straight line, over streets and barriers."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plot needs matplotlib: pip install 'linli[plot]'") from error
    ax = plt.subplots(figsize=(7, 6), layout="constrained")[1] if ax is None else ax
    city = why._city
    ways = why.to_geopandas()
    crs = ways.crs
    if len(ways) and why.at is not None:
        west, south, east, north = ways.total_bounds
        margin = 0.15 * max(east - west, north - south)
        window = shapely.box(west - margin, south - margin, east + margin, north + margin)
        if city.streets is not None:
            _over(city.streets.lines(), crs, window, ax, color="#d9d9d9", linewidth=0.8)
        barriers = city.barriers
        for kind, colour in BARRIERS.items():
            of_kind = barriers[(barriers["kind"] == kind).to_numpy()]
            _over(of_kind, crs, window, ax, color=colour, linewidth=3, alpha=0.8, label=kind)
        for kind, colour in COLOURS.items():
            lines = ways[(ways["kind"] == kind).to_numpy()]
            style = "-" if kind == "walk" else "--"
            if len(lines):
                lines.plot(ax=ax, color=colour, linewidth=2, linestyle=style, label=kind)
        ax.scatter(*why.at, s=60, c="#c0392b", zorder=4, label=why.committee)
        for way in (why.on_foot, None if why._is_same() else why.by_air):
            if way is not None:
                place = why._place_of(way)
                ax.scatter(
                    place.x, place.y, s=80, marker="^", c="white", edgecolors="black", zorder=4
                )
                ax.annotate(
                    way.name,
                    (place.x, place.y),
                    xytext=(6, 6),
                    textcoords="offset points",
                    fontfamily=families(),
                )
        ax.set_xlim(window.bounds[0], window.bounds[2])
        ax.set_ylim(window.bounds[1], window.bounds[3])
        if crs is not None and crs.is_geographic:
            ax.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
        ax.legend(loc="best", prop={"family": families(), "size": 8})
    ax.set_axis_off()
    ax.set_title(textwrap.fill(why.text, 80), fontsize=9, fontfamily=families())
    return ax


def _over(
    lines: gpd.GeoDataFrame,
    crs: object,
    window: shapely.Polygon,
    ax: Axes,
    **style: object,
) -> None:
    """Draw the lines that meet the window."""
    if crs is not None and lines.crs is not None:
        lines = lines.to_crs(crs)
    met = lines[lines.intersects(window).to_numpy()]
    if len(met):
        met.plot(ax=ax, zorder=1, **style)
