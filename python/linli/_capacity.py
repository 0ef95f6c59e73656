"""Assignment of a city's committees to centres with limited room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html
from linli._capacity_plan import proof
from linli._levels import levels_by_group
from linli._names import index_beside, label, named
from linli._result import CommitteeResult, frame_geojson
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linli._city import City

__all__ = ["CapacityAssignment"]

LEVELS = ("committee", "centre", "town", "district")
"""What people can be summed up by."""


@dataclass(frozen=True, repr=False, eq=False)
class CapacityAssignment(CommitteeResult):
    """Which committee belongs to which centre when room is limited (服务能力).

    Made by `City.assign` with ``capacity``, ``within`` or ``contiguous``.
    """

    _columns: dict[str, Any]
    _city: City
    _objective: str

    @property
    def objective(self) -> float:
        """Person-metres walked, the longest walk in metres (``worst``), or people (``moved``)."""
        return float(self._columns["objective"])

    @property
    def bound(self) -> float:
        """What no assignment that serves as many people can beat."""
        return float(self._columns["bound"])

    @property
    def gap(self) -> float:
        """Distance of objective and bound over the objective; 0 where both are equal."""
        return float(self._columns["gap"])

    @property
    def proven(self) -> bool:
        """Whether no assignment is better, up to rounding."""
        return bool(self._columns["proven"])

    @property
    def moved(self) -> float | None:
        """People who change the centre they have today; None where that is not known."""
        moved: float | None = self._columns["moved"]
        return moved

    @property
    def loads(self) -> pd.DataFrame:
        """Loads of the measures that have limits of their own, by centre.

        For each measure its load, least and most; a committee in parts counts by
        its people's part.
        """
        columns: dict[str, Any] = {}
        for name, (load, least, most) in self._columns["loads"].items():
            columns |= {name: load, f"least_{name}": least, f"most_{name}": most}
        return pd.DataFrame(columns, index=self.catchments.index)

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, status (``served``, ``partly``, ``no_capacity``
        or ``out_of_reach``), facility and facility_name (where most of it goes),
        people, served, no_capacity, out_of_reach, walk_m (mean walk of its people
        to that centre), nearest and nearest_name (where they would go by choice)
        and extra_m (how much farther they are sent).
        """
        columns, levels = self._columns, self._columns["levels_committee"]
        facility, facility_name = named(self._city, columns["facility"], columns["found"])
        nearest, nearest_name = named(self._city, columns["nearest"], columns["has_nearest"])
        in_reach = columns["in_reach"]
        left_out = (levels["no_capacity"] > 0) | (levels["out_of_reach"] > 0)
        status = np.select(
            [~in_reach, ~columns["found"], left_out],
            ["out_of_reach", "no_capacity", "partly"],
            "served",
        )
        words = ["served", "partly", "no_capacity", "out_of_reach"]
        table = {
            **self._city._demand_columns,
            "status": pd.Categorical(status, categories=words),
            "facility": facility,
            "facility_name": facility_name,
            "people": columns["people"],
            "served": levels["served"],
            "no_capacity": levels["no_capacity"],
            "out_of_reach": levels["out_of_reach"],
            "walk_m": columns["walk_m"],
            "nearest": nearest,
            "nearest_name": nearest_name,
            "extra_m": columns["walk_m"] - columns["nearest_m"],
        }
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @property
    def parts(self) -> pd.DataFrame:
        """Committee, facility and people; several lines for a committee that is split.

        With ``speeds`` there is a line for each group, and its name.
        """
        columns = self._columns
        rows = columns["centres"][columns["part_site"]]
        facility, _ = named(self._city, rows, np.ones(len(rows), dtype=bool))
        ids = np.asarray(self._city._demand_columns["id"], dtype=object)
        table: dict[str, Any] = {"committee": ids[columns["part_row"]], "facility": facility}
        if "groups" in columns:
            table["group"] = np.asarray(columns["groups"], dtype=object)[columns["part_group"]]
        return pd.DataFrame({**table, "people": columns["part_people"]})

    @property
    def catchments(self) -> pd.DataFrame:
        """The catchment (服务范围) of each open centre, by its id, in the facilities' order.

        Columns are name, committees (that have people here), people, capacity,
        spare (room that is left) and by_choice (people who would come if all
        went to the nearest centre).
        """
        columns = self._columns
        centres = columns["centres"]
        ids, names = named(self._city, centres, np.ones(len(centres), dtype=bool))
        # Groups of one committee are several parts.
        pairs = np.unique(np.stack([columns["part_site"], columns["part_row"]]), axis=1)
        committees = np.bincount(pairs[0], minlength=len(centres))
        people = np.nan_to_num(columns["people"])
        chosen = np.searchsorted(centres, columns["nearest"][columns["has_nearest"]])
        by_choice = np.bincount(
            chosen, weights=people[columns["has_nearest"]], minlength=len(centres)
        )
        table = {
            "name": names,
            "committees": committees,
            "people": columns["load"],
            "capacity": columns["capacity"],
            "spare": columns["capacity"] - columns["load"],
            "by_choice": by_choice,
        }
        return pd.DataFrame(table, index=pd.Index(ids, name="facility"))

    def levels(self, of: str = "district", by: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Divide people into served, in reach without room, and out of reach.

        Parameters
        ----------
        of : {"district", "town", "centre", "committee"}
            What to sum up by. A centre's people are those it serves and those
            without a place to whom it is the nearest; people out of reach belong
            to no centre.
        by : "group", str or sequence of str, optional
            Groups to tell apart, too: those of ``speeds``, or measures such as
            ``"over_60"``, whose people are then taken to fare like the rest of
            their committee. See `City.levels` for services.

        Returns
        -------
        pandas.DataFrame
            people, served, no_capacity and out_of_reach.
        """
        if of not in LEVELS:
            raise InvalidInput(
                f"levels({of!r}): give one of {', '.join(LEVELS)}", parameter="of", value=of
            )
        if by is not None:
            return levels_by_group(self, of, by)
        frame = pd.DataFrame(self._columns[f"levels_{of}"])
        if of == "committee":
            frame.index = pd.Index(self._city._demand_columns["id"], name="id")
        elif of == "centre":
            frame.index = self.catchments.index
        elif of == "town":
            frame.index = pd.Index([*self._city._core.towns()["name"], ""], name="town")
            frame = frame[frame["people"] > 0]
        else:
            frame.index = pd.Index(["all"], name="district")
        return frame

    def free_choice(self) -> dict[str, float]:
        """Compare with everyone going to the nearest centre, whatever its room.

        Returns
        -------
        dict
            people_moved (sent to another than their nearest centre), extra_m
            (how much farther these walk on average), mean_m and mean_m_by_choice
            (average walks of all who are served), and over_capacity (people who
            would find no room by choice).
        """
        rows = self.rows
        served = rows["served"].to_numpy(dtype=float) * rows["walk_m"].notna().to_numpy()
        walk, extra = rows["walk_m"].fillna(0).to_numpy(), rows["extra_m"].fillna(0).to_numpy()
        moved = served * (rows["facility"] != rows["nearest"]).to_numpy()
        catchments = self.catchments
        over = (catchments["by_choice"] - catchments["capacity"]).clip(lower=0).sum()
        return {
            "people_moved": float(moved.sum()),
            "extra_m": float((moved * extra).sum() / moved.sum()) if moved.sum() else 0.0,
            "mean_m": float((served * walk).sum() / served.sum()) if served.sum() else 0.0,
            "mean_m_by_choice": (
                float((served * (walk - extra)).sum() / served.sum()) if served.sum() else 0.0
            ),
            "over_capacity": float(over),
        }

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions, objective, bound, gap, proof and time."""
        facts = ("objective", "bound", "gap", "proven", "stop", "seconds", "moved")
        found = {fact: self._columns[fact] for fact in facts}
        return {**self._columns["provenance"], "objective_name": self._objective, **found}

    def _geojson(self, *, one_per_line: bool) -> bytes:
        return frame_geojson(self.to_geopandas(), one_per_line=one_per_line)

    def _sentence(self) -> str:
        levels = self._columns["levels_district"]
        served, people = float(levels["served"][0]), float(levels["people"][0])
        sentence = (
            f"{_html.number(served)} of {_html.number(people)} {self._city._whom} have a place"
        )
        for name, words in (("no_capacity", "without room"), ("out_of_reach", "out of reach")):
            if levels[name][0] > 0:
                sentence += f", {_html.number(float(levels[name][0]))} {words}"
        if self.moved is not None:
            sentence += f", {_html.number(self.moved)} change their centre"
        sure = proof(self.proven, self.gap, str(self._columns["stop"]))
        return f"{sentence}; {sure}{label(self._city.note)}"

    def __repr__(self) -> str:
        return f"CapacityAssignment({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("centre", "committees", "people", "capacity", "by free choice")
        rows = [
            (
                row["name"],
                row["committees"],
                _html.number(row["people"]),
                "–" if np.isinf(row["capacity"]) else _html.number(row["capacity"]),
                _html.number(row["by_choice"]),
            )
            for row in self.catchments.to_dict("records")
        ]
        assumptions = str(self._columns["assumptions"])
        table = _html.table(header, rows)
        return _html.section(self._sentence(), table, assumptions, self._city.note)
