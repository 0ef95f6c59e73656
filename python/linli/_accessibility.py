"""Accessibility of a city's committees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._decay import Decay, flat
from linli._names import index_beside, label, named
from linli._spread import summary
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli._city import City
    from linli.walk import Walk

__all__ = ["Accessibility", "measured"]

MEASURES = {
    "cumulative": "gravity",
    "gravity": "gravity",
    "2sfca": "two",
    "e2sfca": "two",
    "3sfca": "three",
    "bfca": "balanced",
    "availability": "availability",
}
"""What planners call a measure, and what the core does."""


@dataclass(frozen=True, repr=False, eq=False)
class Accessibility:
    """How well each committee is served by the existing centres (可达性).

    Made by `City.accessibility`.
    """

    measure: str
    """The measure asked for, such as ``2sfca``."""
    supply: str | None
    """The measure of the centres that counts; None counts centres."""
    decay: Decay
    """How the weight of a centre falls with the walk."""
    provenance: dict[str, Any]
    """The assumptions: walk, standard, service, group, hash of the data, version."""
    _city: City
    _values: NDArray[np.float64]
    _people: NDArray[np.float64]
    _centres: dict[str, Any]
    _assumptions: str

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, people and access (the mean over its
        people; NaN where it has no place or no street is near).
        """
        columns = {
            **self._city._demand_columns,
            "people": self._people,
            "access": self._values,
        }
        return pd.DataFrame(columns, index=index_beside(columns, self._city._demand_geometry.index))

    @property
    def centres(self) -> pd.DataFrame:
        """The open centres by id: name, supply, and supply per person where the measure has it."""
        rows = self._centres["facility"]
        ids, names = named(self._city, rows, np.ones(len(rows), dtype=bool))
        columns = {
            "name": names,
            "supply": self._centres["supply"],
            "per_person": self._centres["per_person"],
        }
        return pd.DataFrame(columns, index=pd.Index(ids, name="facility"))

    def by(self, what: str = "town") -> pd.DataFrame:
        """Sum up by town.

        Parameters
        ----------
        what : {"town"}
            What to sum up by.

        Returns
        -------
        pandas.DataFrame
            By town: points (committees), people, mean, least, most, gini, unknown.
        """
        if what != "town":
            raise InvalidInput(f"by({what!r}): give 'town'", parameter="what", value=what)
        towns = self._city._demand_columns["town"]
        return summary(self._values, towns, np.nan_to_num(self._people)).rename_axis("town")

    def _sentence(self) -> str:
        known = self._values[~np.isnan(self._values)]
        offered = "centres" if self.supply is None else self.supply
        between = f"{known.min():,.4g} to {known.max():,.4g}" if known.size else "none known"
        return (
            f"{self.measure} of {offered}: {len(self._values):,} committees, {between}, "
            f"{int((known == 0).sum()):,} with nothing in reach{label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"Accessibility({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [
            (town, _html.number(row["people"]), f"{row['mean']:.4g}", f"{row['gini']:.3f}")
            for town, row in zip(self.by().index, self.by().to_dict("records"), strict=True)
        ]
        table = _html.table(("town", "people", "mean", "Gini"), rows)
        return _html.section(self._sentence(), table, self._assumptions, self._city.note)


def measured(
    city: City,
    measure: str,
    *,
    minutes: float,
    walk: Walk,
    supply: str | None,
    decay: Decay | None,
    service: str | None,
    group: str | None,
) -> Accessibility:
    """Measure accessibility; see `City.accessibility`."""
    if measure not in MEASURES:
        raise InvalidInput(
            f"measure = {measure!r}: give one of {', '.join(MEASURES)}",
            parameter="measure",
            value=measure,
        )
    if decay is None and measure in {"gravity", "e2sfca", "3sfca"}:
        raise InvalidInput(
            f"decay = None: {measure} weighs centres by the walk; give one, such as "
            "linli.access.gaussian(sigma_m=500)",
            parameter="decay",
            value="None",
        )
    if decay is not None and measure in {"cumulative", "2sfca"}:
        weighted = {"cumulative": "gravity", "2sfca": "e2sfca"}[measure]
        raise InvalidInput(
            f"decay = {decay.formula}: {measure} counts every walk alike; ask for {weighted!r}",
            parameter="decay",
            value=decay.formula,
        )
    decay = flat() if decay is None else decay
    values, people, centres, provenance, assumptions = _linli.city_access(
        city._core,
        walk._core,
        minutes=minutes,
        speed_m_per_s=walk.speed_m_per_s,
        service=service,
        group=group,
        measure=MEASURES[measure],
        decay=decay._core,
        supply=supply,
    )
    return Accessibility(
        measure, supply, decay, provenance, city, values, people, centres, assumptions
    )
