"""Phases: nested plans, each containing the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from linli import _html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linli import _linli
    from linli._plan import SitingPlan

__all__ = ["Phases", "frame_of_phases"]


def frame_of_phases(
    phases: Sequence[tuple[int, list[int], _linli.SitingPlan, _linli.SitingPlan]],
    name: Callable[[int], object],
) -> pd.DataFrame:
    """Make a table of phases; `name` says what to call a site."""
    rows = []
    for open_sites, opened, plan, free in phases:
        price, at_most = abs(free.objective - plan.objective), abs(free.bound - plan.objective)
        rows.append(
            {
                "open": open_sites,
                "opened": tuple(name(site) for site in opened),
                "objective": plan.objective,
                "free": free.objective,
                "price": price,
                "price_at_most": at_most,
            }
        )
    index = pd.RangeIndex(1, len(rows) + 1, name="phase")
    return pd.DataFrame(rows, index=index)


@dataclass(frozen=True, repr=False, eq=False)
class Phases:
    """A plan in phases (分期建设): each contains the one before.

    Made by `linli.locate.phases`.
    """

    plans: tuple[SitingPlan, ...]
    """What is open at the end of each phase."""
    points: pd.DataFrame
    """One row per phase.

    Columns are open (sites at its end), opened (those that open in it),
    objective, free (of the best plan of as many sites that need not contain
    the earlier ones), price (what nesting costs: the difference of the two)
    and price_at_most (the same against the bound).
    """
    objective: float
    """The objectives of all phases, added up."""
    bound: float
    """What no nested plan can beat."""
    gap: float
    """Distance of objective and bound over the objective; 0 where both are equal."""
    proven: bool
    """Whether no nested plan is better, up to rounding."""
    seconds: float
    """Seconds the search took."""

    def to_frame(self) -> pd.DataFrame:
        """Give the phases.

        Returns
        -------
        pandas.DataFrame
            As `points`.
        """
        return self.points

    def _sentence(self) -> str:
        model = self.plans[0].model
        steps = " → ".join(f"{size:,}" for size in self.points["open"])
        values = " → ".join(_html.number(value) for value in self.points["objective"])
        proof = "proven best" if self.proven else f"gap {_html.percent(self.gap)}"
        return f"{model} in phases: {steps} sites, objective {values}; {proof}"

    def __repr__(self) -> str:
        return f"Phases({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("phase", "open", "opened", "objective", "best if free", "price of nesting")
        rows = [
            (
                phase,
                row["open"],
                ", ".join(str(site) for site in row["opened"]),
                _html.number(row["objective"]),
                _html.number(row["free"]),
                _html.number(row["price"]),
            )
            for phase, row in zip(self.points.index, self.points.to_dict("records"), strict=True)
        ]
        return _html.section(self._sentence(), _html.table(header, rows))
