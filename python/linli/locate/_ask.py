"""What every siting question is told, as the core takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._arrays import floats, points, rows
from linli._reach import Reach
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Rules", "core", "each", "people", "terms"]


@dataclass(frozen=True)
class Rules:
    """Capacity, money and distance, as the caller gave them; `None` is no such rule."""

    capacity: ArrayLike | None = None
    load: ArrayLike | None = None
    split: bool = False
    cost: ArrayLike | None = None
    budget: float | None = None
    existing: ArrayLike = ()
    closing_cost: ArrayLike = 0.0
    separation_m: float | None = None
    site_xy: ArrayLike | None = None
    site_reach: Reach | None = None

    def most(self, p: int | None, reach: Reach) -> int | None:
        """Give the most sites: with a budget alone, all of them."""
        return reach.shape[1] if p is None and self.budget is not None else p

    def add(self, asked: _linli.Terms, sites: int) -> _linli.Terms:
        """Give the terms with these rules."""
        return self._separated(self._paid(self._limited(asked, sites), sites))

    def _limited(self, asked: _linli.Terms, sites: int) -> _linli.Terms:
        if self.capacity is None:
            if self.load is not None or self.split:
                what = "load" if self.load is not None else "split"
                raise _lacks(what, "capacity", "what each site can serve")
            return asked
        load = None if self.load is None else floats("load", self.load, ndim=1)
        return asked.with_capacity(each("capacity", self.capacity, sites), load, bool(self.split))

    def _paid(self, asked: _linli.Terms, sites: int) -> _linli.Terms:
        existing = rows("existing", self.existing)
        if self.budget is None:
            if self.cost is not None or existing.size:
                what = "cost" if self.cost is not None else "existing"
                raise _lacks(what, "budget", "the money there is")
            return asked
        if self.cost is None:
            raise _lacks("budget", "cost", "what opening each site costs")
        cost = each("cost", self.cost, sites)
        closing_cost = each("closing_cost", self.closing_cost, existing.size)
        return asked.with_budget(_number("budget", self.budget), cost, existing, closing_cost)

    def _separated(self, asked: _linli.Terms) -> _linli.Terms:
        if self.separation_m is None:
            if self.site_xy is not None or self.site_reach is not None:
                what = "site_xy" if self.site_xy is not None else "site_reach"
                raise _lacks(what, "separation_m", "how far apart new sites must be")
            return asked
        least_m = _number("separation_m", self.separation_m)
        if self.site_xy is not None and self.site_reach is not None:
            raise InvalidInput(
                "site_xy and site_reach are both given: give one of them", parameter="site_xy"
            )
        if self.site_xy is not None:
            return asked.with_places(least_m, points("site_xy", self.site_xy))
        if self.site_reach is not None:
            return asked.with_walks(least_m, core(self.site_reach))
        raise _lacks("separation_m", "site_xy or site_reach", "where the sites are")


def each(parameter: str, values: ArrayLike, count: int) -> NDArray[np.float64]:
    """One number for each; a single number stands for all."""
    if np.ndim(values) == 0:
        return np.full(count, _number(parameter, values))
    return floats(parameter, values, ndim=1)


def _number(parameter: str, value: ArrayLike) -> float:
    return float(floats(parameter, value, ndim=0).item())


def _lacks(given: str, missing: str, what: str) -> InvalidInput:
    return InvalidInput(f"{given} is given without {missing}: give {what}", parameter=given)


def core(reach: Reach) -> _linli.Reach:
    """Give the compiled side of a reach."""
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    return reach._core


def people(weight: ArrayLike) -> NDArray[np.float64]:
    """Give the people of each demand point."""
    return floats("weight", weight, ndim=1)


def terms(
    limit_m: float | None,
    fixed: ArrayLike,
    forbidden: ArrayLike,
    time_limit_s: float | None,
    gap: float,
    seed: int,
) -> _linli.Terms:
    """Give the terms of a question."""
    return _linli.Terms(
        limit_m, rows("fixed", fixed), rows("forbidden", forbidden), time_limit_s, gap, seed
    )
