"""How sure coverage is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html
from linli._names import label, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["Robustness"]

SHOWN = 10
"""Centres that a notebook shows."""


@dataclass(frozen=True, repr=False, eq=False)
class Robustness:
    """How sure coverage is: a centre lost, other assumptions, other limits.

    Made by `City.robustness`.
    """

    people: float
    """People whose number is known."""
    people_covered: float
    """People within the limit."""
    provenance: dict[str, Any]
    """The assumptions: walk, standard, service, group, hash of the data, version."""
    _city: City
    _losses: dict[str, Any]
    _changes: list[dict[str, Any]]
    _curve: list[tuple[float, float]]
    _assumptions: str

    @property
    def losses(self) -> pd.DataFrame:
        """What the loss of each one centre would mean, by id, most people lost first.

        Columns are name, people (within the limit and nearest to it), people_lost
        (of these, without another centre within the limit) and extra_m (how much
        farther the others would walk on average).
        """
        columns = dict(self._losses)
        rows = columns.pop("facility")
        ids, names = named(self._city, rows, np.ones(len(rows), dtype=bool))
        return pd.DataFrame({"name": names, **columns}, index=pd.Index(ids, name="facility"))

    @property
    def changes(self) -> pd.DataFrame:
        """Coverage when people walk slower or faster, ways are shorter or longer, numbers are off.

        Indexed by what and factor; columns are people_covered and share. The two
        rows of ``population`` are the ends of what the share can be when every
        committee's number may be off by so much.
        """
        frame = pd.DataFrame(self._changes).set_index(["what", "factor"])
        return frame.astype({"share": float})

    @property
    def curve(self) -> pd.DataFrame:
        """People within each limit: by minutes, people_covered and share."""
        minutes, people = zip(*self._curve, strict=True) if self._curve else ((), ())
        frame = pd.DataFrame({"people_covered": people}, index=pd.Index(minutes, name="minutes"))
        frame["share"] = frame["people_covered"] / (self.people or np.nan)
        return frame

    def plot(self) -> NDArray[np.object_]:
        """Draw what each loss costs, coverage under other assumptions and over minutes.

        Needs matplotlib.

        Returns
        -------
        ndarray of matplotlib Axes
            Losses (those that cost most), changes and curve.
        """
        from linli import _robust_plot

        return _robust_plot.robustness(self)

    def _sentence(self) -> str:
        share = _html.percent(self.people_covered / self.people if self.people else None)
        between = self.changes["share"]
        worst = self.losses.iloc[0]
        return (
            f"{share} covered, {_html.percent(between.min())} to {_html.percent(between.max())} "
            f"under other assumptions; losing {worst['name']} would cost "
            f"{_html.number(worst['people_lost'])} people{label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"Robustness({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [
            (
                row["name"],
                _html.number(row["people"]),
                _html.number(row["people_lost"]),
                _html.number(row["extra_m"]),
            )
            for row in self.losses.head(SHOWN).to_dict("records")
        ]
        table = _html.table(("centre", "people", "lost without it", "others walk more, m"), rows)
        return _html.section(self._sentence(), table, self._assumptions, self._city.note)
