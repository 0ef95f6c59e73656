"""Static pictures of answers, for papers and slides."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from linli._names import label

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from linli._coverage import Coverage
    from linli._front import Front
    from linli._proposal import Proposal
    from linli._trade_off import TradeOff

__all__ = ["coverage", "finish", "front", "legend_above", "proposal", "trade_off"]

COLOURS = "viridis_r"
UNKNOWN = "#d9d9d9"
OUTSIDE = "#c0392b"
NEW = "#ffd23f"


def coverage(found: Coverage, ax: Axes | None = None) -> Axes:
    """Draw committees by minutes of walk, those beyond the limit outlined, and the centres."""
    plt = _pyplot()
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
    finish(ax, rows, found._sentence())
    foot = "\n".join(filter(None, [found._core.assumptions, found._city.note]))
    ax.annotate(foot, (0, 0), xycoords="axes fraction", va="top", fontsize=7, annotation_clip=False)
    return ax


def _pyplot() -> Any:  # noqa: ANN401
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("plot needs matplotlib: pip install 'linli[plot]'") from error
    return plt


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
    legend_above(ax, handles)


def finish(ax: Axes, rows: gpd.GeoDataFrame, sentence: str) -> None:
    """Draw degrees as long as they are on the ground, and say the answer above the picture."""
    ax.set_axis_off()
    if rows.crs is not None and rows.crs.is_geographic and len(rows):
        ax.set_aspect(1 / np.cos(np.radians(rows.total_bounds[[1, 3]].mean())))
    ax.set_title(textwrap.fill(sentence, 90), fontsize=10, pad=24)


def legend_above(ax: Axes, handles: list[Any]) -> None:
    """Say above the picture what its marks mean, in one line."""
    ax.legend(
        handles=handles,
        fontsize=8,
        frameon=False,
        ncols=len(handles),
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
    )


def proposal(found: Proposal, most: int | None) -> NDArray[np.object_]:
    """Draw coverage under the plan with its new centres, and what each more centre is worth."""
    plt = _pyplot()
    figure, axes = plt.subplots(1, 2, figsize=(13, 6.5), layout="constrained", width_ratios=[2, 1])
    title = f"{found._core.headline}{label(found._city.note)}"
    figure.suptitle(textwrap.fill(title, 120), fontsize=11)
    ax = coverage(found.coverage(), axes[0])
    ax.set_title("")
    frame = found.to_geopandas()
    new = frame[frame["phase"].notna()]
    drawn = found._city._demand_geometry
    if drawn.crs is not None and new.crs is not None:
        new = new.to_crs(drawn.crs)
    places = new.geometry.representative_point()
    stars = ax.scatter(
        places.x, places.y, marker="*", s=230, c=NEW, edgecolors="black", linewidths=0.8, zorder=4
    )
    phases = new["phase"].nunique() > 1
    for order, (x, y) in enumerate(zip(places.x, places.y, strict=True)):
        shown = int(new["phase"].iloc[order]) if phases else order + 1
        ax.annotate(
            f"{shown}", (x, y), xytext=(7, 5), textcoords="offset points", fontsize=9, weight="bold"
        )
    legend = ax.get_legend()
    if legend is not None:
        handles = [*(known for known in legend.legend_handles if known is not None), stars]
        named = "new centre, by phase" if phases else "new centre, by what it brings"
        labels = [*(text.get_text() for text in legend.get_texts()), named]
        legend.remove()
        ax.legend(
            handles,
            labels,
            fontsize=8,
            frameon=False,
            ncols=len(labels),
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
        )
    _curve(found, axes[1], most)
    return np.asarray(axes, dtype=object)


UNITS = {
    "mclp": "people within the limit",
    "lscp": "people within the limit",
    "gradual": "people, nearer ones counting more",
    "p_median": "mean walk, metres",
    "p_center": "longest walk, metres",
}


def _curve(found: Proposal, ax: Axes, most: int | None) -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    points = found.curve(most)
    # Of person-metres people make the mean walk.
    column = "mean_walk_m" if found.model == "p_median" else "objective"
    values = points[column]
    bounds = points["bound"] * values / points["objective"]
    ax.plot(points.index, values, marker="o", color="#0b6e69", zorder=3)
    unproven = ~points["proven"]
    if unproven.any():
        low, high = values[unproven], bounds[unproven]
        ax.vlines(low.index, low, high, color=OUTSIDE, label="up to the bound")
        ax.legend(fontsize=8, frameon=False)
    below = -12 if values.is_monotonic_increasing else 6
    changes = zip(points.index[1:], values[1:], values.diff()[1:], strict=True)
    for new, value, change in changes:
        ax.annotate(
            f"{change:+,.0f}",
            (new, value),
            xytext=(6, below),
            textcoords="offset points",
            fontsize=8,
        )
    ax.set_xlabel("new centres, each number planned anew")
    ax.set_ylabel(UNITS[found.model])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.margins(x=0.12, y=0.1)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", linewidth=0.4, alpha=0.6)


def front(found: Front, ax: Axes | None = None) -> Axes:
    """Draw people covered against the mean walk."""
    from matplotlib.ticker import PercentFormatter

    plt = _pyplot()
    ax = plt.subplots(figsize=(6, 4.5), layout="constrained")[1] if ax is None else ax
    points = found.points
    ax.plot(points["mean_walk_m"], points["share"], marker="o", color="#0b6e69")
    ax.set_xlabel("mean walk to the nearest centre, metres")
    ax.set_ylabel("people within the limit")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(linewidth=0.4, alpha=0.6)
    return ax


def trade_off(found: TradeOff, ax: Axes | None = None) -> Axes:
    """Draw walks against people moved, with bounds where they are not met."""
    from matplotlib.ticker import StrMethodFormatter

    plt = _pyplot()
    ax = plt.subplots(figsize=(6, 4.5), layout="constrained")[1] if ax is None else ax
    points, column = found.points, found._column
    mean = found.objective == "total"
    step = "default" if mean else "steps-post"
    moved = points["people_moved"]
    ax.plot(moved, points[column], marker="o", color="#0b6e69", drawstyle=step)
    unproven = points[~points["proven"] & (points["bound"] > 0)]
    if len(unproven):
        ax.vlines(
            unproven["people_moved"],
            unproven["bound"],
            unproven[column],
            color=OUTSIDE,
            label="up to the bound",
        )
        ax.legend(fontsize=8, frameon=False)
    ax.set_xlabel("people who change their centre")
    ax.set_ylabel("mean walk, metres" if mean else "longest walk of a committee, metres")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(linewidth=0.4, alpha=0.6)
    return ax
