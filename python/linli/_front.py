"""Fronts: plans between the most people within the limit and the shortest walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from linli import _html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["Front"]

Tradeoff = tuple[list[int], float, float, float, bool]


@dataclass(frozen=True, repr=False, eq=False)
class Front:
    """The plans that nothing beats in both people covered and mean walk (帕累托前沿).

    Made by `Proposal.pareto` and `linli.locate.pareto`. It holds the plans that
    are best at some exchange rate between the two; plans inside the hull of
    these are not found.
    """

    points: pd.DataFrame
    """One row per plan, by rising people covered.

    Columns are people_covered, share, mean_walk_m (of everybody, also beyond
    the limit), sites (new or chosen ones), penalty_m (metres that a person
    beyond the limit was counted to walk more; infinite for most people) and
    proven.
    """
    complete: bool
    """Whether all plans are there that are best at some exchange rate."""

    @staticmethod
    def _of(
        found: Sequence[Tradeoff],
        people: float,
        total: float,
        sites: Sequence[object],
        *,
        complete: bool,
    ) -> Front:
        """Gather; `people` walk, `total` is what shares are of."""
        rows = [
            {
                "people_covered": covered,
                "share": covered / total if total else float("nan"),
                "mean_walk_m": walked / people if people else float("nan"),
                "sites": chosen,
                "penalty_m": penalty_m,
                "proven": proven,
            }
            for (_, covered, walked, penalty_m, proven), chosen in zip(found, sites, strict=True)
        ]
        return Front(pd.DataFrame(rows), complete)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw people covered against the mean walk (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
            The picture.
        """
        from linli import _plot

        return _plot.front(self, ax)

    def to_frame(self) -> pd.DataFrame:
        """Give the plans.

        Returns
        -------
        pandas.DataFrame
            As `points`.
        """
        return self.points

    def _sentence(self) -> str:
        first, last = self.points.iloc[0], self.points.iloc[-1]
        plans = "1 plan" if len(self.points) == 1 else f"{len(self.points)} plans"
        metres = [f"{_html.number(end['mean_walk_m'])} m" for end in (first, last)]
        ends = (
            f"from {_html.percent(first['share'])} covered at {metres[0]} on average "
            f"to {_html.percent(last['share'])} at {metres[1]}"
        )
        return f"{plans} {ends}{'' if self.complete else '; there may be more between them'}"

    def __repr__(self) -> str:
        return f"Front({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("people covered", "share", "mean walk, m", "sites", "proven")
        rows = [
            (
                _html.number(row["people_covered"]),
                _html.percent(row["share"]),
                f"{row['mean_walk_m']:.1f}",
                ", ".join(str(site) for site in row["sites"]),
                "yes" if row["proven"] else "no",
            )
            for row in self.points.to_dict("records")
        ]
        return _html.section(self._sentence(), _html.table(header, rows))
