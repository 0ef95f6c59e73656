"""How a city is asked for an assignment to centres with limited room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import _linli
from linli._assign_ask import is_missing, rules_of, tolerance_of, touching
from linli._capacity import CapacityAssignment
from linli._contiguity import Contiguity
from linli._levels import assigned_by_speed
from linli._names import committees_of
from linli._result import CommitteeResult
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

__all__ = ["assigned"]

SNAP_M = 1.0
"""Outlines of committees are drawn to about a metre."""


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
