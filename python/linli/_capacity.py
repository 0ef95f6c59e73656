"""Assignment of a city's committees to centres with limited room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._assign_ask import is_missing, rules_of, tolerance_of, touching
from linli._capacity_plan import proof
from linli._contiguity import Contiguity
from linli._levels import assigned_by_speed, levels_by_group
from linli._names import committees_of, index_beside, label, named
from linli._result import CommitteeResult, frame_geojson
from linli._trade_off import TradeOff
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from linli._assign_ask import Balance
    from linli._city import City
    from linli.walk import Walk

    Capacity = str | float | Mapping[str, Any] | None
    Today = Mapping[str, str | None] | Sequence[str | None] | CommitteeResult | None
    Named = tuple[str, str | None, list[float] | None, float | None, str | None]

__all__ = ["CapacityAssignment", "assigned"]

SNAP_M = 1.0
"""Outlines of committees are drawn to about a metre."""

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


def _neighbours(
    city: City,
    contiguous: bool | Contiguity | Iterable[tuple[str, str]],  # noqa: FBT001
) -> list[tuple[int, int]] | None:
    """List pairs of committees that touch; None where catchments need not hang together."""
    if contiguous is False:
        return None
    if isinstance(contiguous, Contiguity):
        return touching(contiguous, len(city._demand_columns["id"]))
    if contiguous is not True:
        committee = committees_of(city)
        return [(committee(a), committee(b)) for a, b in contiguous]
    shapes = city._demand_geometry
    bare = [row for row, s in enumerate(shapes) if s is None or "Polygon" not in s.geom_type]
    if bare:
        raise InvalidInput(
            f"demand row {bare[0]} has no outline, so it is not known what it touches; give "
            "contiguous= pairs of ids that do, or a linli.Contiguity",
            parameter="contiguous",
            row=bare[0],
        )
    return touching(Contiguity.from_polygons(shapes, snap_m=SNAP_M), len(shapes))


def assigned(
    city: City,
    *,
    minutes: float | None,
    walk: Walk,
    service: str | None,
    group: str | None,
    speeds: Mapping[str, float] | None,
    capacity: Capacity,
    balance: float | Mapping[str, Balance] | None,
    within: str | None,
    exceptions: Iterable[tuple[str, str]],
    contiguous: bool | Contiguity | Iterable[tuple[str, str]],
    stay: Mapping[str, str] | None,
    together: Iterable[Sequence[str]],
    apart: Iterable[tuple[str, str]],
    today: Today,
    points: int | None = None,
    **terms: Any,  # noqa: ANN401
) -> CapacityAssignment | TradeOff:
    """Assign committees to centres with limited room; see `City.assign` and `City.reassign`."""
    if within not in {None, "town"}:
        raise InvalidInput(
            f"within = {within!r}: give 'town' or None", parameter="within", value=str(within)
        )
    committee, centre = committees_of(city), city._core.facility_row
    rules = rules_of(
        neighbours=_neighbours(city, contiguous),
        stay=[(committee(a), centre(b)) for a, b in (stay or {}).items()],
        together=[[committee(row) for row in rows] for rows in together],
        apart=[(committee(a), committee(b)) for a, b in apart],
        today=_today(city, today),
        **terms,
    )
    room, measures = _measures(city, capacity, balance, group or "population")
    asked: dict[str, Any] = {
        "minutes": minutes,
        "speed_m_per_s": walk.speed_m_per_s,
        "service": service,
        "measure": room if isinstance(room, str) else None,
        "given": _given(city, room),
        "within_town": within == "town",
        "exceptions": [(committee(a), centre(b)) for a, b in exceptions],
    }
    if speeds is not None:
        if measures or today is not None:
            raise InvalidInput(
                "speeds divides committees into groups; give it without balance, today and "
                "limits of further measures",
                parameter="speeds",
            )
        columns = assigned_by_speed(city, walk, rules, speeds, group, asked)
        return CapacityAssignment(columns, city, terms["objective"])
    columns = _linli.city_assign_capacitated(
        city._core, walk._core, rules, group=group, measures=measures, points=points, **asked
    )
    if points is None:
        return CapacityAssignment(columns, city, terms["objective"])
    plans = [CapacityAssignment(plan, city, terms["objective"]) for plan in columns["plans"]]
    return TradeOff._of(columns, plans, terms["objective"])


def _today(city: City, today: Today) -> list[int | None] | None:
    """Give the centre that each committee has today, as rows of the facilities."""
    if today is None:
        return None
    ids = list(city._demand_columns["id"])
    if isinstance(today, CommitteeResult):
        table = today.rows
        today = dict(zip(table["id"], table["facility"], strict=True))
    if isinstance(today, Mapping):
        committee = committees_of(city)
        by_row = {committee(key): own for key, own in today.items()}
        labels = [by_row.get(row) for row in range(len(ids))]
    else:
        labels = list(today)
    if len(labels) != len(ids):
        raise InvalidInput(
            f"today has {len(labels)} rows, but there are {len(ids)} committees",
            parameter="today",
            expected=len(ids),
            got=len(labels),
        )
    centre = city._core.facility_row
    return [None if own is None or is_missing(own) else centre(own) for own in labels]


def _measures(
    city: City,
    capacity: Capacity,
    balance: float | Mapping[str, Balance] | None,
    counted: str,
) -> tuple[str | float | Mapping[str, float] | None, list[Named]]:
    """Take the room for people apart from limits of further measures."""
    names = ["population", *city.groups]
    further: dict[str, tuple[str | None, NDArray[np.float64] | None]] = {}
    people: str | float | Mapping[str, Any] | None = None
    if isinstance(capacity, Mapping) and capacity and all(name in names for name in capacity):
        for name, room in capacity.items():
            if name == counted:
                people = room
                continue
            column = room if isinstance(room, str) else None
            further[name] = (column, _given(city, room))
    else:
        people = capacity
    if balance is None:
        balance = {}
    elif not isinstance(balance, Mapping):
        balance = {"population": balance}
    measures: list[Named] = []
    for name in dict.fromkeys([*further, *balance]):
        column, given = further.get(name, (None, None))
        tolerance, by = tolerance_of(balance[name]) if name in balance else (None, None)
        if by is not None and not isinstance(by, str):
            raise InvalidInput(
                f"balance of {name}: shares go by a column of the centres, such as 'staff'",
                parameter="balance",
            )
        measures.append((name, column, None if given is None else given.tolist(), tolerance, by))
    return people, measures


def _given(
    city: City, capacity: str | float | Mapping[str, Any] | None
) -> NDArray[np.float64] | None:
    """Give room for each facility; those that a mapping leaves out have no limit."""
    if capacity is None or isinstance(capacity, str):
        return None
    count = city._core.counts[1]
    if isinstance(capacity, (int, float)):
        return np.full(count, float(capacity))
    room = np.full(count, np.inf)
    for centre, places in capacity.items():
        room[city._core.facility_row(centre)] = places
    return room
