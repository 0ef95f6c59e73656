"""Accessibility of a city's committees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html
from linli._names import index_beside, label, named
from linli._spread import summary
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from linli._city import City
    from linli._curves import Lorenz
    from linli._decay import Decay

__all__ = ["Accessibility"]


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
    k: int
    """Of ``kth_nearest``, which centre: 1 for the nearest."""
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
        people; NaN where it has no place or no street is near, and, of
        ``kth_nearest``, where fewer than k centres are within the minutes of some).
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
        """Sum up by town, or by group of people.

        Parameters
        ----------
        what : {"town", "group"}
            What to sum up by. A group (see `City.groups`) is a measure of the
            committees, such as over_60; its members have the access of where they live.

        Returns
        -------
        pandas.DataFrame
            By town or group: points (committees), people, mean, least, most, gini, unknown.
        """
        if what == "group":
            parts = [
                summary(self._values, np.full(len(self._values), group), people)
                for group, people in self._groups.items()
            ]
            return pd.concat(parts).rename_axis("group")
        return summary(self._values, self._towns(what), self._counted).rename_axis("town")

    def equity(
        self,
        by: str | None = "town",
        *,
        line: float | None = None,
        income: ArrayLike | str | None = None,
    ) -> pd.DataFrame:
        """Say how evenly access is spread over people (公平), in each part of the city and in all.

        Committees whose access is not known are left out; `by` counts them.

        Parameters
        ----------
        by : {"town", "group"} or None, default "town"
            The parts; None is only the whole. Groups overlap, so theirs has no ``all``.
        line : float, optional
            The access below which people are poorly served; adds poverty, poverty_gap
            and severity (FGT 0, 1 and 2).
        income : array_like of float, or str, optional
            What people are ordered by: one number per committee, or a measure of the
            committees; adds concentration.

        Returns
        -------
        pandas.DataFrame
            As `linli.equity.summary`.

        Examples
        --------
        >>> import linli
        >>> found = linli.datasets.putuo().accessibility("2sfca").equity(line=1e-5)
        >>> found.index[-1], bool(0 < found.loc["all", "gini"] < 1)
        ('all', True)
        """
        from linli.equity import summary as spread

        known = ~np.isnan(self._values)
        ordered = self._city.demand[income].to_numpy(float) if isinstance(income, str) else income
        if ordered is not None:
            ordered = np.asarray(ordered, dtype=float)[known]

        def rows(people: NDArray[np.float64], groups: Any) -> pd.DataFrame:  # noqa: ANN401
            return spread(
                self._values[known], people[known], groups=groups, line=line, income=ordered
            )

        if by == "group":
            parts = {
                group: rows(people, np.zeros(known.sum())).loc["all"]
                for group, people in self._groups.items()
            }
            return pd.DataFrame(parts).T.rename_axis("group").astype({"rows": int})
        if by is None:
            return rows(self._counted, np.zeros(known.sum())).loc[["all"]]
        return rows(self._counted, self._towns(by)[known]).rename_axis("town")

    def lorenz(self) -> Lorenz:
        """Give the Lorenz curve (洛伦兹曲线) of access over people, known rows only.

        Returns
        -------
        Lorenz
            Part of the people, worst served first, and the part of all access they have.
        """
        from linli.equity import lorenz

        known = ~np.isnan(self._values)
        return lorenz(self._values[known], self._counted[known])

    def plot_lorenz(self, by: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw Lorenz curves with their Gini indices, and the line of equality (needs matplotlib).

        Parameters
        ----------
        by : {"town", "group"}, optional
            A curve for each town or group of people; one for all by default.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Axes
            The picture.
        """
        from linli import _equity_plot
        from linli.equity import lorenz

        known = ~np.isnan(self._values)
        if by is None:
            people = {"all": self._counted}
        elif by == "group":
            people = self._groups
        else:
            towns = self._towns(by)
            people = {town: np.where(towns == town, self._counted, 0) for town in pd.unique(towns)}
        curves = {
            name: lorenz(self._values[known], of[known])
            for name, of in people.items()
            if of[known].sum() > 0
        }
        return _equity_plot.lorenz(curves, self._sentence(), self._assumptions, ax)

    @property
    def _counted(self) -> NDArray[np.float64]:
        """People; those of unknown number are nobody."""
        return np.nan_to_num(self._people)

    @property
    def _groups(self) -> dict[str, NDArray[np.float64]]:
        """People of every group, all residents first."""
        demand = self._city.demand
        names = ("population", *self._city.groups)
        return {name: np.nan_to_num(demand[name].to_numpy(dtype=float)) for name in names}

    def _towns(self, what: str) -> NDArray[np.object_]:
        if what != "town":
            raise InvalidInput(
                f"by {what!r}: give 'town' or 'group'", parameter="by", value=str(what)
            )
        towns = pd.Series(self._city._demand_columns["town"], dtype=object)
        return towns.where(towns.notna(), "").to_numpy()

    def _sentence(self) -> str:
        known = self._values[~np.isnan(self._values)]
        offered = "centres" if self.supply is None else self.supply
        between = f"{known.min():,.4g} to {known.max():,.4g}" if known.size else "none known"
        if self.measure == "kth_nearest":
            few = f"{len(self._values) - known.size:,} with fewer in reach"
            return (
                f"walk to centre number {self.k} by distance: {len(self._values):,} committees, "
                f"{between} m, {few}{label(self._city.note)}"
            )
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
