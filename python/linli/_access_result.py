"""Accessibility as a result, and what its measures are asked with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._arrays import floats
from linli._reach import Reach
from linli._spread import summary
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from linli._decay import Decay

__all__ = ["Access", "assumed", "core_of", "supply_of"]


@dataclass(frozen=True, repr=False, eq=False)
class Access:
    """A number for each demand point that says how well it is served, and what it rests on.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[200, 900], [800, 300]])
    >>> linli.access.cumulative(reach, limit_m=850)
    Access(cumulative: 2 demand points, 1 to 2, 0 with nothing in reach; within 850 m)
    """

    measure: str
    """The measure, such as ``two_step_fca``."""
    values: NDArray[np.float64]
    """One number per demand point; NaN where no street is near enough to know."""
    per_site: NDArray[np.float64] | None
    """Supply per person who shares each site, where the measure has it; NaN where nobody does."""
    assumptions: str
    """Limit and decay, in words."""
    _people: NDArray[np.float64] | None = None

    def by(self, labels: ArrayLike, people: ArrayLike | None = None) -> pd.DataFrame:
        """Sum up by town, by group, by anything that has a label for each demand point.

        Parameters
        ----------
        labels : array_like, one per demand point
            Names of towns or groups.
        people : array_like of float, optional
            People of each demand point; those of the measure, or one each.

        Returns
        -------
        pandas.DataFrame
            By label: points, people, mean (over people), least, most, gini
            (over people) and unknown (points whose value is not known; they
            are in points and no other number).
        """
        people = self._people if people is None else people
        return summary(self.values, labels, people)

    def to_series(self, index: pd.Index[Any] | None = None) -> pd.Series[Any]:
        """Give the values as a column.

        Parameters
        ----------
        index : pandas.Index, optional
            Labels of the demand points; positions by default.

        Returns
        -------
        pandas.Series
            Named by the measure.
        """
        return pd.Series(self.values, index=index, name=self.measure)

    def _sentence(self) -> str:
        known = self.values[~np.isnan(self.values)]
        between = f"{known.min():,.4g} to {known.max():,.4g}" if known.size else "none known"
        nothing = int((known == 0).sum())
        return (
            f"{self.measure}: {len(self.values):,} demand points, {between}, "
            f"{nothing:,} with nothing in reach; {self.assumptions}"
        )

    def __repr__(self) -> str:
        return f"Access({self._sentence()})"

    def _repr_html_(self) -> str:
        by = pd.Series(self.values).describe()[["mean", "std", "min", "50%", "max"]]
        row = [f"{value:.4g}" for value in by]
        return _html.section(
            self._sentence(), _html.table(("mean", "std", "least", "median", "most"), [row])
        )


def core_of(reach: Reach) -> _linli.Reach:
    """Take the core of a reach; refuse anything else."""
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    return reach._core


def supply_of(reach: Reach, supply: ArrayLike | None) -> NDArray[np.float64]:
    """Take what each site supplies, by default one."""
    if supply is None:
        core_of(reach)
        return np.ones(reach.shape[1])
    return floats("supply", supply, ndim=1)


def assumed(reach: Reach, limit_m: float | None, decay: Decay) -> str:
    """Say limit and decay in words."""
    limit_m = reach.limit_m if limit_m is None else limit_m
    limit = "any walk" if limit_m is None else f"within {limit_m:,g} m"
    return limit if decay.formula == "1" else f"{limit}, decay {decay.formula}"
