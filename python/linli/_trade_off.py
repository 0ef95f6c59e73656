"""People who change their centre against walks: the plans of which none is better in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["TradeOff"]


@dataclass(frozen=True, repr=False, eq=False)
class TradeOff:
    """What more people who change their centre are worth in shorter walks (帕累托前沿).

    Made by `City.reassign` and `linli.assign.trade_off`.
    """

    points: pd.DataFrame
    """One row per plan, fewest moves first.

    Columns are people_moved, mean_walk_m, longest_m (of a committee), bound, gap,
    proven, supported (best at some exchange rate, and not only between two such) and
    metres_per_move (walk saved against the plan before, for each person more who
    moves). With ``total`` no plan that moves no more people has a mean walk below
    bound. With ``worst`` proven says that no plan with a longest walk of longest_m or
    less moves fewer people; bound is longest_m there.
    """
    plans: tuple[Any, ...]
    """The plan of each point, as `City.assign` or `linli.assign.capacitated` gives it."""
    objective: str
    """``total`` (the mean walk) or ``worst`` (the longest)."""
    complete: bool
    """Whether every plan that nothing beats is here, or for parts between two of these, proven."""

    @staticmethod
    def _of(found: dict[str, Any], plans: Sequence[Any], objective: str) -> TradeOff:
        """Gather the plans of a front."""
        rows = []
        for plan, columns, supported in zip(plans, found["plans"], found["supported"], strict=True):
            people = float(columns["part_people"].sum())
            per = people if objective == "total" and people > 0 else 1.0
            rows.append(
                {
                    "people_moved": float(columns["moved"]),
                    "mean_walk_m": columns["walked_m"] / people if people > 0 else float("nan"),
                    "longest_m": columns["longest_m"],
                    "bound": plan.bound / per,
                    "gap": plan.gap,
                    "proven": plan.proven,
                    "supported": supported,
                }
            )
        points = pd.DataFrame(rows)
        saved = -points["mean_walk_m"].diff() * float(found["plans"][0]["part_people"].sum())
        points["metres_per_move"] = saved / points["people_moved"].diff()
        return TradeOff(points, tuple(plans), objective, bool(found["complete"]))

    def at(self, most_moved: float) -> Any:  # noqa: ANN401
        """Give the best plan that moves no more people than this.

        Parameters
        ----------
        most_moved : float
            People who may change their centre.

        Returns
        -------
        CapacityAssignment or CapacityPlan
            The plan.

        Raises
        ------
        ValueError
            If every plan moves more.
        """
        within = self.points["people_moved"] <= most_moved * (1 + 1e-9)
        if not within.any():
            fewest = _html.number(self.points["people_moved"].iloc[0])
            raise ValueError(f"every plan moves at least {fewest} people")
        return self.plans[int(within.to_numpy().nonzero()[0][-1])]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw walks against people moved (needs matplotlib).

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

        return _plot.trade_off(self, ax)

    def to_frame(self) -> pd.DataFrame:
        """Give the plans.

        Returns
        -------
        pandas.DataFrame
            As `points`.
        """
        return self.points

    @property
    def _column(self) -> str:
        return "mean_walk_m" if self.objective == "total" else "longest_m"

    def _sentence(self) -> str:
        first, last = self.points.iloc[0], self.points.iloc[-1]
        plans = "1 plan" if len(self.points) == 1 else f"{len(self.points)} plans"
        what = " on average" if self.objective == "total" else " at most"
        moved = _html.number(first["people_moved"])
        start = f"{moved} people moved, {first[self._column]:,.0f} m{what}"
        more = "nothing lies between" if self.complete else "there may be more between"
        if len(self.points) == 1:
            return f"1 plan: {start}"
        end = f"{_html.number(last['people_moved'])}, {last[self._column]:,.0f} m"
        return f"{plans}: from {start}, to {end}; {more}"

    def __repr__(self) -> str:
        return f"TradeOff({self._sentence()})"

    def _repr_html_(self) -> str:
        header = (
            "people moved",
            "mean walk, m",
            "longest, m",
            "metres saved per person moved",
            "gap",
        )
        rows = [
            (
                _html.number(row["people_moved"]),
                f"{row['mean_walk_m']:,.1f}",
                f"{row['longest_m']:,.0f}",
                "–" if pd.isna(row["metres_per_move"]) else f"{row['metres_per_move']:,.0f}",
                "proven" if row["proven"] else f"{row['gap']:.2%}",
            )
            for row in self.points.to_dict("records")
        ]
        return _html.section(self._sentence(), _html.table(header, rows))
