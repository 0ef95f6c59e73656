"""Levels of one plan that stay true while single committees move (层级)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import _html, _linli
from linli._contiguity import Contiguity
from linli._hierarchy_parts import HierarchyParts, Move, walks_of
from linli._names import committees_of, label
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["Hierarchy"]

FORMAT = "linli hierarchy 1"


class Hierarchy(HierarchyParts):
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
