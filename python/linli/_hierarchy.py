"""Levels of one plan that stay true while single committees move (层级)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._contiguity import Contiguity
from linli._names import committees_of, index_beside, label
from linli._result import CommitteeResult
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from linli._city import City
    from linli.walk import Walk

__all__ = ["Hierarchy", "Move"]

FORMAT = "linli hierarchy 1"


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


class Hierarchy(CommitteeResult):
    """Town, grid and block of every committee, kept true while committees move (层级).

    Totals, deviations, contiguity and walks to the centres follow every move on
    every level; what cannot be is refused with its reason. Made by
    `Division.hierarchy` or `load`. It is a workbench: `move` and `undo` change it.

    Examples
    --------
    >>> import linli
    >>> city = linli.datasets.putuo()
    >>> grids = city.partition(25, within="town", balance={"population": 0.25}, rounds=0)
    >>> levels = grids.subdivide(59, balance={"population": 0.6}, rounds=0).hierarchy()
    >>> levels
    Hierarchy(10 towns, 25 grids, 59 blocks of 264 committees; 0 moves; synthetic)
    >>> row, block = next((r, t[0]) for r in range(264) if (t := levels.targets(r)))
    >>> levels.move(row, block).before["block"] != block
    True
    >>> _ = levels.undo()
    """

    __slots__ = ("_city", "_contiguity", "_core", "_levels", "_measures", "_minutes", "_speed")

    def __init__(
        self,
        city: City,
        contiguity: Contiguity,
        levels: Sequence[dict[str, Any]],
        *,
        minutes: float = 15,
        walk_m: NDArray[np.float64] | None = None,
        speed_m_per_s: float = 1.33,
    ) -> None:
        self._city = city
        self._contiguity = contiguity
        self._levels = [dict(level) for level in levels]
        first = next(level["balance"] for level in self._levels if level["balance"] is not None)
        self._measures = list(first)
        self._minutes, self._speed = float(minutes), float(speed_m_per_s)
        given = [
            (
                level["name"],
                np.unique(np.asarray(level["labels"]), return_inverse=True)[1].astype(np.int64),
                None
                if level["balance"] is None
                else [float(one) for one in level["balance"].values()],
                bool(level["fixed"]),
            )
            for level in self._levels
        ]
        for level in self._levels:
            level["names"] = np.unique(np.asarray(level["labels"])).tolist()
        weights = np.stack([_linli.city_amounts(city._core, name) for name in self._measures])
        self._core = _linli.Hierarchy(
            contiguity._core, weights, given, walk_m, self._speed * self._minutes * 60
        )

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

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: levels and their tolerances, minutes, hash of the data, version."""
        return {
            "format": FORMAT,
            "levels": [
                {key: level[key] for key in ("name", "balance", "fixed")} for level in self._levels
            ],
            "minutes": self._minutes,
            "speed_m_per_s": self._speed,
            "moves": self.moves,
            "input_hash": self._city.input_hash,
            "version": _linli.__version__,
            "note": self._city.note,
        }

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

    def targets(self, committee: str | int) -> list[int | str]:
        """Parts of the lowest level that a committee could move to.

        Parameters
        ----------
        committee : str or int
            Id, unique name or row.

        Returns
        -------
        list
            The parts.
        """
        names = self._levels[-1]["names"]
        return [names[part] for part in self._core.targets(self._row(committee))]

    def why_not(self, committee: str | int, to: int | str) -> str | None:
        """Say why a committee cannot move to a part of the lowest level; None where it can.

        Parameters
        ----------
        committee : str or int
            Id, unique name or row.
        to : int or str
            The part.

        Returns
        -------
        str or None
            The reason.
        """
        row = self._row(committee)
        refusal = self._core.refusal(row, self._part(to))
        return None if refusal is None else self._reason(row, to, refusal)

    def move(self, committee: str | int, to: int | str) -> Move:
        """Move a committee to another part of the lowest level, and so to the parts above it.

        Parameters
        ----------
        committee : str or int
            Id, unique name or row.
        to : int or str
            The part of the lowest level.

        Returns
        -------
        Move
            What changed, on every level.

        Raises
        ------
        InvalidInput
            If a part would fall apart or be left empty, if the committee does
            not touch the part, or if it would leave its town: says which.
        """
        row = self._row(committee)
        done, facts = self._core.move_unit(row, self._part(to))
        if not done:
            raise InvalidInput(self._reason(row, to, facts), parameter="to", value=to)
        return self._moved(facts)

    def undo(self) -> Move | None:
        """Take back the last move; None where there is none.

        Returns
        -------
        Move or None
            What changed back.
        """
        facts = self._core.undo()
        return None if facts is None else self._moved(facts)

    @classmethod
    def load(cls, path: str | os.PathLike[str], city: City) -> Hierarchy:
        """Read what `save` wrote as GeoJSON; walks are counted anew.

        Parameters
        ----------
        path : str or path-like
            The file.
        city : City
            The city it was made for.

        Returns
        -------
        Hierarchy
            As it was saved, without the moves to undo.

        Raises
        ------
        InvalidInput
            If the file is something else, or for another city.
        """
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        about = document.get("linli", {})
        if about.get("format") != FORMAT:
            raise InvalidInput(f"{path} is no saved hierarchy", parameter="path", value=str(path))
        if about["input_hash"] != city.input_hash:
            raise InvalidInput(
                f"{path} is for data {about['input_hash']}, and this city is {city.input_hash}",
                parameter="city",
            )
        rows = [feature["properties"] for feature in document["features"]]
        levels = [
            {**level, "labels": [row[level["name"]] for row in rows]} for level in about["levels"]
        ]
        geometry = city._demand_geometry.geometry
        contiguity = Contiguity.from_edges(len(geometry), np.array(about["neighbours"], dtype=int))
        walk_m, _ = walks_of(city)
        return cls(
            city,
            contiguity,
            levels,
            minutes=about["minutes"],
            walk_m=walk_m,
            speed_m_per_s=about["speed_m_per_s"],
        )

    def _geojson(self, *, one_per_line: bool) -> bytes:
        frame = self.to_geopandas()
        frame = frame if frame.crs is None else frame.to_crs(4326)
        document = json.loads(frame.to_json(drop_id=True))
        if one_per_line:
            lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in document["features"])
            return "".join(lines).encode()
        document["linli"] = {**self.provenance, "neighbours": self._contiguity.edges.tolist()}
        return json.dumps(document, ensure_ascii=False).encode()

    def _at(self, level: str | None) -> int:
        if level is None:
            return len(self._levels) - 1
        if level not in self.levels:
            raise InvalidInput(
                f"level = {level!r}; known: {', '.join(self.levels)}", parameter="level"
            )
        return self.levels.index(level)

    def _row(self, committee: str | int) -> int:
        if isinstance(committee, int | np.integer):
            row = int(committee)
            if not 0 <= row < len(self._city._demand_columns["id"]):
                raise InvalidInput(f"committee = {row}: no such row", parameter="committee")
            return row
        return committees_of(self._city)(committee)

    def _part(self, to: int | str) -> int:
        names = self._levels[-1]["names"]
        if to not in names:
            raise InvalidInput(
                f"to = {to!r}: no such {self.levels[-1]}; there are {len(names)}", parameter="to"
            )
        return int(names.index(to))

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

    def _reason(self, row: int, to: int | str, refusal: dict[str, Any]) -> str:
        names = self._city._demand_columns["name"]
        who, lowest = names[row], self.levels[-1]

        def part(key: str = "part") -> str:
            level = self._levels[refusal["level"]]
            return f"{level['name']} {level['names'][refusal[key]]}"

        match refusal["why"]:
            case "there":
                return f"{who} is in {lowest} {to} already"
            case "apart":
                return f"{who} touches no committee of {lowest} {to}"
            case "fixed":
                return f"{who} would leave {part('from')} for {part('to')}"
            case "last":
                return f"{who} is the last committee of {part()}"
            case _:
                units = [names[unit] for unit in refusal["units"]]
                more = f" and {len(units) - 3} more" if len(units) > 3 else ""
                return f"without {who}, {part()} falls apart: {', '.join(units[:3])}{more} cut off"

    def _sentence(self) -> str:
        counts = [
            f"{len(level['names'])} {level['name']}{'' if len(level['names']) == 1 else 's'}"
            for level in self._levels
        ]
        off = self.off
        said = f"; {len(off)} beyond tolerance" if off else ""
        moves = f"{self.moves} move{'' if self.moves == 1 else 's'}"
        units = len(self._city._demand_columns["id"])
        return f"{', '.join(counts)} of {units:,} committees; {moves}{said}{label(self._city.note)}"

    def __repr__(self) -> str:
        return f"Hierarchy({self._sentence()})"

    def _repr_html_(self) -> str:
        parts = self.parts()
        first = self._measures[0]
        rows = [
            (name, int(row["committees"]), _html.number(row[first]), f"{row['deviation']:+.1%}")
            for name, row in zip(parts.index, parts.to_dict("records"), strict=True)
        ]
        head = (self.levels[-1], "committees", first, "deviation")
        return _html.section(self._sentence(), _html.table(head, rows), self._city.note)


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
