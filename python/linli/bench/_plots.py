"""Pictures of a comparison, one panel for each instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from linli._plot import _pyplot

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from linli.bench._results import Results

__all__ = ["KINDS", "draw"]

UNITS = {"cut_edges": "cut edges", "border": "border, m", "inertia": "inertia, people × m²"}
OUTCOMES = {
    "valid": "#2f9e6e",
    "out of tolerance": "#f2b134",
    "in pieces": "#e4792b",
    "across towns": "#c45fa0",
    "skipped": "#d5dade",
    "no plan": "#9aa5b1",
    "over its time, no plan": "#5c6770",
    "failed": "#c0392b",
}
"""What can come of a run, the worst last."""


def draw(results: Results, kind: str) -> Figure:
    """Draw a picture of this kind."""
    if kind not in KINDS:
        raise ValueError(f"kind = {kind!r}: give one of {', '.join(KINDS)}")
    plt = _pyplot()
    runs = results.runs[results.runs["status"] != "not_installed"]
    names = list(dict.fromkeys(runs["instance"]))
    columns = min(3, max(len(names), 1))
    rows = -(-max(len(names), 1) // columns)
    methods = list(dict.fromkeys(runs["method"]))
    height = 3.6 if kind == "value" else 1.3 + 0.32 * len(methods)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(1.6 + 4.4 * columns, 0.6 + height * rows),
        squeeze=False,
        layout="constrained",
        sharey=kind != "value",
    )
    palette = plt.get_cmap("tab10" if len(methods) <= 10 else "tab20").colors
    colour = {name: palette[at % len(palette)] for at, name in enumerate(methods)}
    for ax in axes.flat[len(names) :]:
        ax.set_visible(False)
    for ax, name in zip(axes.flat, names, strict=False):
        here = runs[runs["instance"] == name]
        first = here.iloc[0]
        ax.set_title(
            f"{name}: {first['units']:,} units, {first['parts']} parts, "
            f"±{100 * first['tolerance']:g} %",
            fontsize=9,
        )
        KINDS[kind](ax, results, here, colour)
        ax.tick_params(labelsize=8)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    for ax in axes.flat[1:]:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            if label not in labels:
                handles.append(handle)
                labels.append(label)
    figure.legend(handles, labels, loc="outside right center", fontsize=8, frameon=False)
    return cast("Figure", figure)


def _value(ax: Axes, results: Results, runs: pd.DataFrame, colour: dict[str, Any]) -> None:
    """Draw the value of valid plans over the seconds they took: ways as steps, ends as dots."""
    values: list[float] = []
    for method in dict.fromkeys(runs["method"]):
        group = runs[runs["method"] == method]
        valid = group[group["valid"].fillna(value=False) & group["value"].notna()]
        if valid.empty:
            continue
        for row in valid.to_dict("records"):
            way = results.trace[results.trace["run"] == row["run"]]
            way = way[way["valid"].fillna(value=False) & way["value"].notna()]
            reached = [*way["wall_s"], row["wall_s"]]
            worth = [*way["value"].astype(float), float(row["value"])]
            if len(reached) > 1:
                ax.step(reached, worth, where="post", color=colour[method], lw=0.9, alpha=0.6)
        ends = valid["value"].astype(float)
        values += list(ends)
        seconds = valid["wall_s"].astype(float)
        ax.scatter(
            seconds,
            ends,
            color=colour[method],
            s=24,
            label=method,
            zorder=3,
            edgecolors="white",
            linewidths=0.5,
        )
    known = results.manifest["instances"][runs.iloc[0]["instance"]]["known"]
    if known is not None and results.manifest["parameters"]["objective"] == "cut_edges":
        ax.axhline(known, color="black", lw=0.8, ls="--", label="proven least")
        values.append(known)
    ax.set_xscale("log")
    if values:
        # Where chains begin is not worth the room.
        low, high = min(values), max(values)
        room = max(high - low, 0.02 * abs(high), 1e-9)
        ax.set_ylim(low - 0.08 * room, high + 0.4 * room)
    else:
        ax.text(0.5, 0.5, "no valid plan", transform=ax.transAxes, ha="center", fontsize=9)
    ax.set_xlabel("seconds", fontsize=8)
    ax.set_ylabel(UNITS[results.manifest["parameters"]["objective"]], fontsize=8)
    ax.grid(alpha=0.25)


def _deviation(ax: Axes, _results: Results, runs: pd.DataFrame, colour: dict[str, Any]) -> None:
    """Draw how far the worst part of each plan is from an equal share."""
    methods = list(colour)
    for method in dict.fromkeys(runs["method"]):
        group = runs[runs["method"] == method]
        found = group[group["deviation"].notna()]
        whole = found["contiguous"].fillna(value=False).astype(bool)
        # Spread a little, in the order of the runs, so that equal ones show.
        spread = methods.index(method) + np.linspace(-0.22, 0.22, max(len(found), 1))
        off = 100 * found["deviation"].astype(float).to_numpy()
        ax.scatter(off[whole], spread[whole], color=colour[method], s=16)
        ax.scatter(off[~whole], spread[~whole], color=colour[method], s=24, marker="x")
    tolerance = 100 * runs.iloc[0]["tolerance"]
    ax.axvline(tolerance, color="black", lw=0.8, ls="--", label="tolerance")
    ax.scatter([], [], color="grey", s=16, label="every part in one piece")
    ax.scatter([], [], color="grey", s=24, marker="x", label="some part in pieces")
    ax.set_xscale("symlog", linthresh=max(2 * tolerance, 1e-3))
    ax.set_xlim(left=0)
    ticks = [0, tolerance, 2 * tolerance, 10, 30, 100, 300]
    most = 100 * max(runs["deviation"].astype(float).max(), 0) * 1.1
    shown = [tick for at, tick in enumerate(ticks) if at < 3 or 3 * tolerance < tick <= most]
    ax.set_xticks(shown, [f"{tick:g}" for tick in shown])
    ax.minorticks_off()
    _by_method(ax, methods)
    ax.set_xlabel("largest deviation of a part, %", fontsize=8)


def _success(ax: Axes, _results: Results, runs: pd.DataFrame, colour: dict[str, Any]) -> None:
    """Draw what share of the runs came to what."""
    methods = list(colour)
    outcome = runs.apply(_outcome, axis=1)
    share = {
        method: outcome[runs["method"] == method].value_counts(normalize=True) for method in methods
    }
    left = np.zeros(len(methods))
    for name, fill in OUTCOMES.items():
        width = np.array([float(share[method].get(name, 0.0)) for method in methods])
        if width.any():
            ax.barh(range(len(methods)), 100 * width, left=left, color=fill, label=name)
        left += 100 * width
    ax.set_xlim(0, 100)
    _by_method(ax, methods)
    ax.set_xlabel("share of runs, %", fontsize=8)


def _outcome(row: pd.Series[Any]) -> str:
    if row["valid"] is True:
        return "valid"
    if row["plan"]:
        if not row["contiguous"]:
            return "in pieces"
        return "across towns" if row["within_tolerance"] else "out of tolerance"
    if row["status"] == "killed":
        return "over its time, no plan"
    return {"no_plan": "no plan", "skipped": "skipped"}.get(row["status"], "failed")


def _by_method(ax: Axes, methods: list[str]) -> None:
    ax.set_yticks(range(len(methods)), methods)
    ax.set_ylim(len(methods) - 0.5, -0.5)
    ax.grid(axis="x", alpha=0.25)


KINDS: dict[str, Callable[[Axes, Results, pd.DataFrame, dict[str, Any]], None]] = {
    "value": _value,
    "deviation": _deviation,
    "success": _success,
}
