"""Pictures of how sure coverage is."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import _fonts
from linli._plot import OUTSIDE, _pyplot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from linli._robust import Robustness

__all__ = ["robustness"]

CURVE = "#0b6e69"
SHOWN = 12
"""Centres that are drawn, those whose loss costs most."""


def robustness(found: Robustness) -> NDArray[np.object_]:
    """Draw what each centre's loss costs, coverage under other assumptions, and over minutes."""
    plt = _pyplot()
    with plt.rc_context({"font.family": _fonts.families()}):
        figure, axes = plt.subplots(
            1, 3, figsize=(14, 5), layout="constrained", width_ratios=[1.2, 1, 1]
        )
        figure.suptitle(textwrap.fill(found._sentence(), 130), fontsize=11)
        _losses(found, axes[0])
        _changes(found, axes[1])
        _minutes(found, axes[2])
        figure.supxlabel(found._assumptions, fontsize=7)
        for ax in axes:
            ax.spines[["top", "right"]].set_visible(False)
            ax.grid(axis="x" if ax is not axes[2] else "both", linewidth=0.4, alpha=0.6)
    return np.asarray(axes, dtype=object)


def _losses(found: Robustness, ax: Axes) -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    losses = found.losses.head(SHOWN)[::-1]
    ax.barh(np.arange(len(losses)), losses["people_lost"], color=OUTSIDE)
    ax.set_yticks(np.arange(len(losses)), labels=list(losses["name"]), fontsize=8)
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xlabel("people lost without this centre")


def _changes(found: Robustness, ax: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    shares = found.changes["share"]
    names = list(dict.fromkeys(shares.index.get_level_values("what")))[::-1]
    share = found.people_covered / found.people if found.people else np.nan
    for place, name in enumerate(names):
        ends: Any = shares.loc[name]
        ax.plot(ends, [place, place], color=CURVE, linewidth=6, solid_capstyle="butt", alpha=0.5)
        for factor, end in ends.items():
            below = end < share
            ax.annotate(
                f"{factor - 1:+.0%}".replace("%", " %"),
                (end, place),
                xytext=(-4 if below else 4, 0),
                textcoords="offset points",
                ha="right" if below else "left",
                va="center",
                fontsize=8,
            )
    ax.axvline(share, color="black", linewidth=0.8)
    ax.set_yticks(np.arange(len(names)), labels=names)
    ax.margins(x=0.3, y=0.25)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("people within the limit, if this were off")


def _minutes(found: Robustness, ax: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    curve = found.curve["share"].sort_index()
    ax.plot(curve.index, curve, color=CURVE, marker=".")
    limit = found.provenance["minutes"]
    ax.axvline(limit, color="black", linewidth=0.8)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel("minutes")
    ax.set_ylabel("people within so many minutes")
