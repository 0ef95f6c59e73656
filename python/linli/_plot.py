"""A static picture of coverage, for papers and slides."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from linli._coverage import Coverage

__all__ = ["coverage"]

COLOURS = "viridis_r"
UNKNOWN = "#d9d9d9"
OUTSIDE = "#c0392b"


def coverage(found: Coverage, ax: Axes | None = None) -> Axes:
    """Draw committees by minutes of walk, those beyond the limit outlined, and the centres."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plot needs matplotlib: pip install 'linli[plot]'") from error
    ax = plt.subplots(figsize=(9, 7), layout="constrained")[1] if ax is None else ax
    limit = found.provenance["minutes"]
    rows = found.to_geopandas()
    rows = rows[rows.geometry.notna() & ~rows.geometry.is_empty]
    known = rows[rows["minutes"].notna()]
    _draw(
        known,
        ax,
        column="minutes",
        cmap=COLOURS,
        vmin=0,
        vmax=2 * limit,
        legend=True,
        legend_kwds={"label": "minutes of walk to the nearest centre", "shrink": 0.6},
    )
    unreached = rows[rows["minutes"].isna()]
    _draw(unreached, ax, color=UNKNOWN)
    beyond = known[known["status"] != "covered"]
    outlined = {"facecolor": "none", "edgecolor": OUTSIDE, "linewidth": 1.2}
    _draw(beyond, ax, **outlined)
    _centres(found, ax, rows.crs)
    _legend(ax, f"beyond {limit:g} minutes, at least for some", unreached=len(unreached) > 0)
    ax.set_axis_off()
    if rows.crs is not None and rows.crs.is_geographic and len(rows):
        ax.set_aspect(1 / np.cos(np.radians(rows.total_bounds[[1, 3]].mean())))
    ax.set_title(textwrap.fill(found._sentence(), 90), fontsize=10, pad=24)
    foot = "\n".join(filter(None, [found._core.assumptions, found._city.note]))
    ax.annotate(foot, (0, 0), xycoords="axes fraction", va="top", fontsize=7, annotation_clip=False)
    return ax


def _draw(rows: Any, ax: Axes, **style: Any) -> None:  # noqa: ANN401
    if len(rows):
        rows.plot(ax=ax, **{"edgecolor": "white", "linewidth": 0.3, **style})


def _centres(found: Coverage, ax: Axes, crs: Any) -> None:  # noqa: ANN401
    centres = found._city.facilities
    centres = centres[centres["status"] == "existing"]
    if crs is not None and centres.crs is not None:
        centres = centres.to_crs(crs)
    places = centres.geometry.representative_point()
    ax.scatter(places.x, places.y, marker="^", s=45, c="white", edgecolors="black", zorder=3)


def _legend(ax: Axes, beyond: str, *, unreached: bool) -> None:
    from matplotlib.lines import Line2D

    def mark(label: str, **style: Any) -> Line2D:  # noqa: ANN401
        return Line2D([], [], linestyle="none", markersize=8, label=label, **style)

    handles = [
        mark("existing centre", marker="^", markerfacecolor="white", markeredgecolor="black"),
        mark(beyond, marker="s", markerfacecolor="none", markeredgecolor=OUTSIDE),
    ]
    if unreached:
        handles.append(mark("no way on foot", marker="s", color=UNKNOWN))
    ax.legend(
        handles=handles,
        fontsize=8,
        frameon=False,
        ncols=len(handles),
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
    )
