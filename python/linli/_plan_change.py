"""Who moves from one division to another, as a table, as a file and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli, regions
from linli._names import index_beside, label
from linli._result import CommitteeResult, frame_geojson
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["PlanChange", "change"]


@dataclass(frozen=True, repr=False, eq=False)
class PlanChange(CommitteeResult):
    """Which committees change their part from one division to another.

    Made by `Division.diff`.
    """

    _city: City
    before: NDArray[np.int64]
    """Parts of the earlier plan."""
    after: NDArray[np.int64]
    """Parts of the later one, numbered after the earlier's."""
    people: float
    """People of the committees that move; those of unknown number are not counted."""

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee: id, name, town, before, after, moves, population."""
        columns = self._city._demand_columns
        table = {name: columns[name] for name in ("id", "name", "town")}
        table |= {"before": self.before, "after": self.after, "moves": self.before != self.after}
        table["population"] = np.asarray(self._city.demand["population"], dtype=float)
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @property
    def moves(self) -> pd.DataFrame:
        """The committees that move: id, name, town, before, after, population."""
        rows = self.rows[self.before != self.after].drop(columns="moves")
        by_people: pd.DataFrame = rows.sort_values("population", ascending=False, kind="stable")
        return by_people

    @property
    def provenance(self) -> dict[str, Any]:
        """Hash of the data and version."""
        return {
            "committees": int((self.before != self.after).sum()),
            "people": self.people,
            "input_hash": self._city.input_hash,
            "version": _linli.__version__,
            "note": self._city.note,
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the later plan with the committees that move (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
            The picture.
        """
        from linli._division_plot import plan_change

        return plan_change(self, ax)

    def _geojson(self, *, one_per_line: bool) -> bytes:
        return frame_geojson(self.to_geopandas(), one_per_line=one_per_line)

    def _sentence(self) -> str:
        number = int((self.before != self.after).sum())
        total = float(np.nansum(np.asarray(self._city.demand["population"], dtype=float)))
        share = _html.percent(self.people / total if total else float("nan"))
        said = "committee moves" if number == 1 else "committees move"
        return (
            f"{number:,} of {len(self.before):,} {said}, {_html.number(self.people)} people "
            f"({share}){label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"PlanChange({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [
            (row["name"], row["town"], row["before"], row["after"], _html.number(row["population"]))
            for row in self.moves.head(60).to_dict("records")
        ]
        head = ("committee", "town", "before", "after", "people")
        return _html.section(self._sentence(), _html.table(head, rows), self._city.note)


def change(city: City, before: NDArray[np.int64], after: NDArray[np.int64]) -> PlanChange:
    """Match the parts of two plans and see who moves."""
    if len(after) != len(before):
        raise InvalidInput(
            f"the other plan has {len(after):,} committees, this one {len(before):,}",
            parameter="other",
        )
    people = np.nan_to_num(np.asarray(city.demand["population"], dtype=float))
    diff = regions.plan_diff(before, after, people)
    return PlanChange(city, before, diff.labels, float(people[before != diff.labels].sum()))
