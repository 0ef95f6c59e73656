"""The picture of free choice beside assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli import _plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from linli._choice import ChoiceComparison

__all__ = ["choice"]

MOVED = "#1f3a5f"


def choice(found: ChoiceComparison, ax: Axes | None = None) -> Axes:
    """Draw committees by the share nearer to another centre, and arrows to the one chosen."""
    from matplotlib.lines import Line2D
    from matplotlib.ticker import PercentFormatter

    plt = _plot._pyplot()
    ax = plt.subplots(figsize=(9, 7), layout="constrained")[1] if ax is None else ax
    rows = found.to_geopandas()
    # Sums that are all but a rounding are all.
    share = (rows["elsewhere"] / rows["people"].where(rows["people"] > 0)).clip(upper=1)
    rows["share"] = share.where(rows["belongs"].notna())
    drawn = rows[rows.geometry.notna() & ~rows.geometry.is_empty]
    known = drawn["share"].notna()
    _plot._draw(
        drawn[known],
        ax,
        column="share",
        cmap="YlOrBr",
        vmin=0,
        vmax=1,
        edgecolor="#b8b8b8",
        legend=True,
        legend_kwds={
            "label": "people who live nearer to another centre than theirs",
            "shrink": 0.6,
            "format": PercentFormatter(1.0),
        },
    )
    _plot._draw(drawn[~known], ax, color=_plot.UNKNOWN)
    towns = found._city.towns
    if towns.geometry.notna().any():
        outlines = towns if drawn.crs is None or towns.crs is None else towns.to_crs(drawn.crs)
        outlines.boundary.plot(ax=ax, color="black", linewidth=1.0)
    centres = found._city.facilities
    if drawn.crs is not None and centres.crs is not None:
        centres = centres.to_crs(drawn.crs)
    at = centres.geometry.representative_point()
    place = dict(zip(centres["id"], zip(at.x, at.y, strict=True), strict=True))
    moved = drawn[
        drawn["belongs"].notna() & drawn["chosen"].notna() & (drawn["belongs"] != drawn["chosen"])
    ]
    homes = moved.geometry.representative_point()
    for x, y, centre in zip(homes.x, homes.y, moved["chosen"], strict=True):
        to_x, to_y = place[centre]
        ax.annotate(
            "",
            (to_x, to_y),
            (x, y),
            arrowprops={"arrowstyle": "->", "color": MOVED, "linewidth": 0.9, "shrinkB": 4},
            zorder=2,
        )
    open_ones = at[centres["status"] == "existing"]
    ax.scatter(open_ones.x, open_ones.y, marker="^", s=45, c="white", edgecolors="black", zorder=3)
    handles = [
        Line2D([], [], linestyle="none", marker="^", markerfacecolor="white",
               markeredgecolor="black", label="existing centre"),
        Line2D([], [], color=MOVED, label="most would choose this centre, not theirs"),
        Line2D([], [], color="black", label="border of a town"),
    ]  # fmt: skip
    if not known.all():
        handles.append(
            Line2D([], [], linestyle="none", marker="s", color=_plot.UNKNOWN, label="no centre yet")
        )
    _plot.legend_above(ax, handles)
    _plot.finish(ax, drawn, found._sentence())
    foot = "\n".join(filter(None, [str(found._columns["assumptions"]), found._city.note]))
    ax.annotate(foot, (0, 0), xycoords="axes fraction", va="top", fontsize=7, annotation_clip=False)
    return ax
