"""What the levels of a plan hold, part by part, and how far it is to their centres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _linli
from linli._names import index_beside
from linli._result import CommitteeResult
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli._city import City
    from linli.walk import Walk

__all__ = ["HierarchyParts", "Move", "walk_columns", "walks_of"]


@dataclass(frozen=True, repr=False, eq=False)
class Move:
    """What moving one committee changed.

    Made by `Hierarchy.move` and `Hierarchy.undo`.
    """

    committee: str
    """Its name."""
    before: dict[str, int | str]
    """Its part on every level before."""
    after: dict[str, int | str]
    """And after."""
    changes: pd.DataFrame
    """One row for each part that changed: level, part, and before and after of
    units, what was balanced, its deviation, and the walk to the centre."""

    def __repr__(self) -> str:
        ways = [
            f"{level} {self.before[level]} → {self.after[level]}"
            for level in self.before
            if self.before[level] != self.after[level]
        ]
        off = self.changes.loc[self.changes["off_after"], ["level", "part"]].to_numpy().tolist()
        said = "".join(f"; {level} {part} is beyond its tolerance" for level, part in off)
        return f"Move({self.committee}: {', '.join(ways)}{said})"


class HierarchyParts(CommitteeResult):
    """What a `Hierarchy` holds."""

    __slots__ = ()
    _core: _linli.Hierarchy
    _levels: list[dict[str, Any]]
    _measures: list[str]
    _speed: float

    @property
    def levels(self) -> list[str]:
        """Names of the levels, from the highest down."""
        return [level["name"] for level in self._levels]

    @property
    def moves(self) -> int:
        """Moves that can be undone."""
        return self._core.moves

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee: id, name, its part on every level, and what was balanced."""
        table = {name: self._city._demand_columns[name] for name in ("id", "name")}
        for at, level in enumerate(self._levels):
            table[level["name"]] = np.array(level["names"], dtype=object)[self._core.labels(at)]
        for name in self._measures:
            table[name] = _linli.city_amounts(self._city._core, name)
        frame = pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))
        return frame.infer_objects()

    def parts(self, level: str | None = None) -> pd.DataFrame:
        """Say what every part of a level holds.

        Parameters
        ----------
        level : str, optional
            The lowest by default.

        Returns
        -------
        pandas.DataFrame
            One row per part: committees, each measure and its ``deviation``
            from an equal share, ``off`` (beyond the tolerance), and the walk to
            the part's centre: minutes, minutes_95, share_within; NaN where no
            centre is known.
        """
        at = self._at(level)
        states = [self._state(one) for one in self._core.parts(at)]
        names = pd.Index(self._levels[at]["names"], name=self._levels[at]["name"])
        return pd.DataFrame(states, index=names)

    @property
    def off(self) -> list[tuple[str, int | str]]:
        """Parts beyond their tolerance: level and part."""
        return [
            (self._levels[level]["name"], self._levels[level]["names"][part])
            for level, part in self._core.off()
        ]

    def _at(self, level: str | None) -> int:
        if level is None:
            return len(self._levels) - 1
        if level not in self.levels:
            raise InvalidInput(
                f"level = {level!r}; known: {', '.join(self.levels)}", parameter="level"
            )
        return self.levels.index(level)

    def _state(self, state: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {"committees": state["units"]}
        for at, name in enumerate(self._measures):
            row[name] = state["held"][at]
            row["deviation" if at == 0 else f"deviation_{name}"] = state["deviation"][at]
        row["off"] = state["is_off"]
        if state["walk"] is not None:
            row |= walk_columns(state["walk"], self._speed)
        return row

    def _moved(self, facts: dict[str, Any]) -> Move:
        def parts(rows: list[int]) -> dict[str, int | str]:
            pairs = zip(self._levels, rows, strict=True)
            return {level["name"]: level["names"][part] for level, part in pairs}

        rows = []
        for one in facts["changes"]:
            level = self._levels[one["level"]]
            row = {"level": level["name"], "part": level["names"][one["part"]]}
            before, after = self._state(one["before"]), self._state(one["after"])
            for column in before:
                row |= {f"{column}_before": before[column], f"{column}_after": after[column]}
            rows.append(row)
        name = self._city._demand_columns["name"][facts["unit"]]
        return Move(name, parts(facts["from"]), parts(facts["to"]), pd.DataFrame(rows))


def walk_columns(walk: dict[str, Any], speed_m_per_s: float) -> dict[str, Any]:
    """Give the walk to a part's centre in minutes; NaN where it is not known."""

    def number(value: float | None, per: float = 1.0) -> float:
        return float("nan") if value is None else value / per

    per_minute = speed_m_per_s * 60
    return {
        "minutes": number(walk["walk_m"], per_minute),
        "minutes_95": number(walk["walk_95_m"], per_minute),
        "share_within": number(walk["share_within"]),
    }


def walks_of(
    city: City, walk: Walk | None = None, service: str | None = None
) -> tuple[NDArray[np.float64] | None, list[int]]:
    """Measure walks from every committee to the open centres; None without any, and their rows."""
    facilities = city.facilities
    is_open = (facilities["status"] == "existing").to_numpy(dtype=bool)
    if service is not None:
        if service not in city.services:
            raise InvalidInput(
                f"service = {service!r}; known: {', '.join(city.services)}", parameter="service"
            )
        is_open &= np.array([service in offered for offered in facilities["services"]], dtype=bool)
    sites = np.flatnonzero(is_open).tolist()
    if not sites:
        return None, []
    return _linli.walks_to_centres(city._core, city._walk(walk)._core, sites), sites
