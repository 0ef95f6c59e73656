"""Static pictures of divisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from linli._plot import OUTSIDE, _centres, _draw, _pyplot, finish, legend_above

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from linli._division import Division
    from linli._ensemble import Ensemble
    from linli._partition import Partition
    from linli._plan_change import PlanChange
    from linli._plan_measures import Metrics

__all__ = ["division", "plan_change", "standing"]

UNITS = {
    "cut_edges": "pairs of neighbours in different parts",
    "deviation": "largest deviation from an equal share",
    "inertia": "inertia, people × m²",
}
PALE = (0, 1, 2, 4, 6, 7, 10, 8)
"""Colours of Set3 beside which red can be seen."""


def division(found: Division, ax: Axes | None = None, *, centres: bool = True) -> Axes:
    """Draw the parts in colours that differ beside each other, and the borders of towns."""
    plt = _pyplot()
    ax = plt.subplots(figsize=(9, 7.5), layout="constrained")[1] if ax is None else ax
    rows = _shaped(found.to_geopandas())
    pairs = found.plan.contiguity.edges
    colour = _colours(found.plan.labels, pairs, found.plan.k)
    palette = [plt.get_cmap("Set3")(at) for at in PALE]
    rows.plot(
        ax=ax,
        color=[palette[colour[part]] for part in rows["part"]],
        edgecolor="white",
        linewidth=0.3,
    )
    _outline(rows, "part", ax, edgecolor="#444444", linewidth=0.9)
    if rows["town"].notna().all():
        _outline(rows, "town", ax, edgecolor="black", linewidth=2.0)
    if "exception" in rows and rows["exception"].any():
        _draw(
            rows[rows["exception"]],
            ax,
            facecolor="none",
            edgecolor=OUTSIDE,
            hatch="////",
            linewidth=1.0,
        )
    _numbers(rows, ax)
    if centres:
        _centres(found, ax, rows.crs)  # type: ignore[arg-type]
    finish(ax, rows, found._sentence())
    _legend(ax, exceptions="exception" in rows and bool(rows["exception"].any()), centres=centres)
    return ax


def plan_change(found: PlanChange, ax: Axes | None = None) -> Axes:
    """Draw the later plan's borders, the committees that move, and where they come from."""
    plt = _pyplot()
    ax = plt.subplots(figsize=(9, 7.5), layout="constrained")[1] if ax is None else ax
    rows = _shaped(found.to_geopandas())
    _draw(rows, ax, color="#eeeeee")
    moving = rows[rows["moves"]]
    _draw(moving, ax, color="#f4a582", edgecolor=OUTSIDE, linewidth=0.8)
    _outline(rows, "before", ax, edgecolor="#888888", linewidth=1.6, linestyle="--")
    _outline(rows, "after", ax, edgecolor="black", linewidth=1.0)
    for x, y, old, new in zip(
        moving.representative_point().x,
        moving.representative_point().y,
        moving["before"],
        moving["after"],
        strict=True,
    ):
        ax.annotate(f"{old}→{new}", (x, y), ha="center", va="center", fontsize=7)
    finish(ax, rows, found._sentence())
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="none", marker="s", markersize=8, color="#f4a582", label="moves"),
        Line2D([], [], color="#888888", linestyle="--", label="before"),
        Line2D([], [], color="black", label="after"),
    ]
    legend_above(ax, handles)
    return ax


def standing(found: Ensemble, plan: Metrics | Partition | None) -> NDArray[np.object_]:
    """Draw a histogram of each measure and a line where the plan stands."""
    from linli._plan_measures import Metrics

    plt = _pyplot()
    drawn: dict[str, Any] = {"cut_edges": found.cut_edges, "deviation": found.deviation}
    if found.inertia is not None:
        drawn["inertia"] = found.inertia
    known = plan if plan is None or isinstance(plan, Metrics) else plan.metrics()
    where = None if known is None else found.standing(known)
    figure, axes = plt.subplots(
        1, len(drawn), figsize=(4.6 * len(drawn), 3.6), layout="constrained"
    )
    axes = np.atleast_1d(axes)
    for ax, (name, values) in zip(axes, drawn.items(), strict=True):
        flat = values.ravel()
        bins: Any = 40
        if name == "cut_edges":
            # Bars of whole numbers, all as wide: others would rise and fall by their width.
            wide = max(1, round(np.ptp(flat) / 40))
            bins = np.arange(flat.min() - 0.5, flat.max() + wide + 0.5, wide)
        ax.hist(flat, bins=bins, color="#b8c4c2")
        ax.set_xlabel(UNITS[name])
        ax.set_ylabel("plans")
        ax.spines[["top", "right"]].set_visible(False)
        if where is not None and name in where.index:
            at = where.index.get_loc(name)
            ax.axvline(where["value"].to_numpy()[at], color=OUTSIDE)
            less = float(100 * where["less"].to_numpy()[at])
            ax.set_title(f"{less:.3g} % of the plans have less", fontsize=9, color=OUTSIDE)
        if name == "deviation":
            from matplotlib.ticker import PercentFormatter

            ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    number = found.chains * found.steps
    figure.suptitle(f"{number:,} neutral plans of {found.k} parts", fontsize=11)
    return np.asarray(axes, dtype=object)


def _shaped(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return rows[rows.geometry.notna() & ~rows.geometry.is_empty]


def _colours(labels: NDArray[np.int64], pairs: NDArray[np.int64], k: int) -> list[int]:
    """Give every part a colour that no part beside it has, as few as come."""
    beside: list[set[int]] = [set() for _ in range(k)]
    for a, b in labels[pairs]:
        if a != b:
            beside[a].add(int(b))
            beside[b].add(int(a))
    colour: dict[int, int] = {}
    for part in sorted(range(k), key=lambda part: -len(beside[part])):
        taken = {colour[other] for other in beside[part] if other in colour}
        colour[part] = next(one for one in range(k + 1) if one not in taken)
    return [colour[part] % len(PALE) for part in range(k)]


def _outline(rows: gpd.GeoDataFrame, by: str, ax: Axes, **style: Any) -> None:  # noqa: ANN401
    whole = rows.dissolve(by=by)
    whole.plot(ax=ax, facecolor="none", **style)


def _numbers(rows: gpd.GeoDataFrame, ax: Axes) -> None:
    for part, shape in rows.dissolve(by="part").geometry.items():
        place = shape.representative_point()
        ax.annotate(
            f"{part}", (place.x, place.y), ha="center", va="center", fontsize=9, weight="bold"
        )


def _legend(ax: Axes, *, exceptions: bool, centres: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Line2D([], [], color="black", linewidth=2, label="town"),
        Line2D([], [], color="#444444", linewidth=0.9, label="part"),
    ]
    if exceptions:
        handles.append(
            Patch(
                facecolor="none", edgecolor=OUTSIDE, hatch="////", label="in a part of another town"
            )
        )
    if centres:
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker="^",
                markerfacecolor="white",
                markeredgecolor="black",
                label="existing centre",
            )
        )
    legend_above(ax, handles)
