"""Pictures of how evenly something is spread over people."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from linli import _fonts
from linli._plot import _pyplot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from linli._curves import Concentration, Lorenz

__all__ = ["concentration", "lorenz"]

CURVE = "#0b6e69"
EVEN = "#7f7f7f"
MANY = 10
"""Curves that colours tell apart; more take broken lines, too."""


def lorenz(
    curves: Mapping[str, Lorenz],
    title: str | None = None,
    foot: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw Lorenz curves by name, most uneven first, with their Gini indices."""
    plt = _pyplot()
    with plt.rc_context({"font.family": _fonts.families()}):
        ax = _frame(plt, ax, "part of the people, worst served first", title, foot)
        if len(curves) == 1:
            (curve,) = curves.values()
            ax.fill_between(curve.people, curve.share, curve.people, color=CURVE, alpha=0.15, lw=0)
            ax.plot(curve.people, curve.share, color=CURVE)
            ax.annotate(f"Gini {curve.gini:.3f}", (0.72, 0.36), fontsize=12, color=CURVE)
        else:
            ranked = sorted(curves.items(), key=lambda named: -named[1].gini)
            for order, (name, curve) in enumerate(ranked):
                ax.plot(
                    curve.people,
                    curve.share,
                    color=plt.get_cmap("tab10")(order % MANY),
                    linestyle=("-", "--", ":")[order // MANY % 3],
                    linewidth=1.2,
                    label=f"{name or '(no town)'}  {curve.gini:.3f}",
                )
            ax.legend(title="Gini", loc="upper left", fontsize=8, frameon=False)
        return ax


def concentration(curve: Concentration, ax: Axes | None = None) -> Axes:
    """Draw a concentration curve with its index."""
    plt = _pyplot()
    ax = _frame(plt, ax, "part of the people, poorest first", None, None)
    ax.fill_between(curve.people, curve.share, curve.people, color=CURVE, alpha=0.15, lw=0)
    ax.plot(curve.people, curve.share, color=CURVE)
    ax.annotate(f"concentration {curve.concentration:+.3f}", (0.05, 0.92), fontsize=12, color=CURVE)
    return ax


def _frame(
    plt: Any,  # noqa: ANN401
    ax: Axes | None,
    people: str,
    title: str | None,
    foot: str | None,
) -> Axes:
    from matplotlib.ticker import PercentFormatter

    if ax is None:
        ax = plt.subplots(figsize=(6.4, 6.4), layout="constrained")[1]
    ax.plot([0, 1], [0, 1], color=EVEN, linewidth=1, linestyle="--")
    ax.text(0.6, 0.62, "all alike", rotation=45, color=EVEN, fontsize=8, rotation_mode="anchor")
    ax.set_xlabel(people + (f"\n{foot}" if foot else ""))
    ax.set_ylabel("part of the whole that they have")
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(linewidth=0.4, alpha=0.6)
    if title:
        ax.set_title(textwrap.fill(title, 70), fontsize=10)
    return ax
