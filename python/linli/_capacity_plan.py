"""A plan of assignment: who goes where when sites have limited room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CapacityPlan", "proof"]


@dataclass(frozen=True, repr=False, eq=False)
class CapacityPlan:
    """Who goes where, what that costs, and what no plan can beat.

    Made by `capacitated`.
    """

    _columns: dict[str, Any]
    _people: NDArray[np.float64]

    @property
    def objective(self) -> float:
        """Person-metres walked, the longest walk in metres (``worst``), or people (``moved``)."""
        return float(self._columns["objective"])

    @property
    def bound(self) -> float:
        """What no plan that serves as many people can beat, in the unit of the objective."""
        return float(self._columns["bound"])

    @property
    def gap(self) -> float:
        """Distance of objective and bound over the objective; 0 where both are equal."""
        return float(self._columns["gap"])

    @property
    def proven(self) -> bool:
        """Whether no plan is better, up to rounding."""
        return bool(self._columns["proven"])

    @property
    def stop(self) -> str:
        """Why the search ended: ``proven``, ``gap`` or ``time``."""
        return str(self._columns["stop"])

    @property
    def seconds(self) -> float:
        """Seconds the search took."""
        return float(self._columns["seconds"])

    @property
    def moved(self) -> float | None:
        """People who leave the site they have today; None where that is not known."""
        moved: float | None = self._columns["moved"]
        return moved

    @property
    def most_served(self) -> float:
        """No plan serves more people."""
        return float(self._columns["most_served"])

    @property
    def site(self) -> pd.Series[Any]:
        """The site of each row; of a row that is split, where most of it goes. Missing: none."""
        values = pd.array(self._columns["site"], dtype="Int64")
        values[~self._columns["found"]] = pd.NA
        return pd.Series(values, name="site")

    @property
    def parts(self) -> pd.DataFrame:
        """Row, site and people: one line per row, several where it is split."""
        names = {"part_row": "row", "part_site": "site", "part_people": "people"}
        return pd.DataFrame({new: self._columns[old] for old, new in names.items()})

    @property
    def load(self) -> NDArray[np.float64]:
        """People at each site."""
        load: NDArray[np.float64] = self._columns["load"]
        return load

    @property
    def rows(self) -> pd.DataFrame:
        """People of each row by what becomes of them: served, no_capacity and out_of_reach."""
        served, in_reach = self._columns["served"], self._columns["in_reach"]
        rest = np.where(self._people - served > 1e-9 * self._people, self._people - served, 0.0)
        return pd.DataFrame(
            {
                "site": self.site,
                "people": self._people,
                "served": served,
                "no_capacity": np.where(in_reach, rest, 0.0),
                "out_of_reach": np.where(in_reach, 0.0, rest),
            }
        )

    def _sentence(self) -> str:
        served, everyone = float(self._columns["served"].sum()), float(self._people.sum())
        parts = self.parts
        people = float(parts["people"].sum())
        sentence = f"{_html.number(served)} of {_html.number(everyone)} people served"
        if self._columns["objective_name"] == "worst":
            sentence += f", the longest walk is {_html.number(self.objective)} m"
        elif people > 0 and self._columns["objective_name"] == "total":
            sentence += f", {_html.number(self.objective / people)} m on average"
        if self.moved is not None:
            sentence += f", {_html.number(self.moved)} change their site"
        return f"{sentence}; {proof(self.proven, self.gap, self.stop)}"

    def __repr__(self) -> str:
        return f"CapacityPlan({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [(site, _html.number(load)) for site, load in enumerate(self.load) if load > 0][:20]
        return _html.section(self._sentence(), _html.table(("site", "people"), rows))


def proof(proven: bool, gap: float, stop: str) -> str:  # noqa: FBT001
    """Say how sure it is."""
    if proven:
        return "proven best"
    why = {"time": "the time was up", "gap": "within the gap asked for"}.get(stop, stop)
    return f"gap {gap:.2%}: {why}".replace("%", " %")
