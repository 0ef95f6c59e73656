"""The terms of a city's division, from names to rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import _linli
from linli._city_neighbours import Neighbours, neighbours
from linli._hierarchy_parts import walks_of
from linli._names import committees_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from linli._city import City
    from linli._contiguity import Contiguity
    from linli.walk import Walk

__all__ = ["TermsOfCity", "amounts_of", "terms_of"]

NEIGHBOURHOOD = {
    "streets": False,
    "detour": 2.5,
    "always_m": 800.0,
    "barriers": False,
    "cut": (),
    "join": (),
    "join_islands": False,
}
PLAIN = (
    "begin",
    "improve",
    "rounds",
    "time_limit_s",
    "proof",
    "seed",
    "town_parts",
    "at_least",
    "walk_m",
)


@dataclass(frozen=True)
class TermsOfCity:
    """What `linli.regions.partition` is asked, and what was asked of the city."""

    terms: dict[str, Any]
    walk: Walk | None
    service: str | None
    today: NDArray[np.int64] | None
    neighbourhood: dict[str, Any] = field(default_factory=dict)
    given: Contiguity | Neighbours | None = None

    def contiguity(self, city: City) -> tuple[Contiguity, str | None]:
        """Give the contiguity asked for, and the hash of the barriers behind it.

        By default committees touch where their outlines do.
        """
        given = self.given
        if given is None:
            given = neighbours(city, **{**NEIGHBOURHOOD, **self.neighbourhood})
        if isinstance(given, Neighbours):
            return given.contiguity, given.barriers_hash
        return given, None


def terms_of(city: City, asked: Mapping[str, Any]) -> TermsOfCity:
    """Turn the arguments of `City.partition` into terms of rows."""
    asked = {name: value for name, value in asked.items() if value is not None}
    row_of = _rows(city)
    terms: dict[str, Any] = {name: asked.pop(name) for name in PLAIN if name in asked}
    terms["objective"] = objective = asked.pop("objective", "cut_edges")
    walk, service = asked.pop("walk", None), asked.pop("service", None)
    today = _today(city, asked.pop("today", None))
    if today is not None:
        terms["today"] = today
    terms["locked"] = np.array([row_of(one) for one in asked.pop("locked", ())], dtype=np.int64)
    for wish in ("together", "apart"):
        pairs = [[row_of(one) for one in pair] for pair in _pairs(wish, asked.pop(wish, ()))]
        terms[wish] = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    terms |= _prices(city, asked, row_of)
    if asked.pop("centre_inside", False):
        terms.setdefault("at_least", {})
        terms["at_least"] = {**terms["at_least"], "open centres": (_centres(city), 1.0)}
    if objective == "walk" and "walk_m" not in terms:
        walk_m, _ = walks_of(city, walk, service)
        if walk_m is None:
            raise InvalidInput(
                "objective = 'walk' needs an open centre, and the city has none",
                parameter="objective",
            )
        stranded = np.isnan(walk_m).any(axis=1)
        if stranded.any():
            name = city._demand_columns["name"][int(np.argmax(stranded))]
            raise InvalidInput(
                f"{name} has no way to some centre ({int(stranded.sum())} such committees); "
                "measure walks with linli.CrowFly(), or leave the centre out",
                parameter="walk",
            )
        terms["walk_m"] = walk_m
    given = asked.pop("contiguity", None)
    around = {name: asked.pop(name) for name in NEIGHBOURHOOD if name in asked}
    if asked:
        raise InvalidInput(
            f"{next(iter(asked))!r} is no argument of partition", parameter=next(iter(asked))
        )
    edited = {name for name, value in around.items() if value not in (False, (), [])}
    if given is not None and edited:
        raise InvalidInput(
            f"contiguity is given, and {min(edited)} asks for another; give one of them",
            parameter="contiguity",
        )
    return TermsOfCity(terms, walk, service, today, around, given)


def amounts_of(city: City, balance: Mapping[str, float]) -> NDArray[np.float64]:
    """Give one row of amounts for each measure; those of centres count where they stand."""
    if not balance:
        raise InvalidInput(
            "balance is empty; name what to balance, such as {'population': 0.1}",
            parameter="balance",
        )
    facilities = set(city.facilities.columns) - {
        "id",
        "name",
        "town",
        "status",
        "services",
        "geometry",
    }
    known = ["population", *city.groups, *sorted(facilities - set(city.groups))]
    unknown = [name for name in balance if name not in known]
    if unknown:
        raise InvalidInput(
            f"balance names {unknown[0]!r}; known: {', '.join(known)}", parameter="balance"
        )
    return np.stack([_linli.city_amounts(city._core, name) for name in balance])


def _rows(city: City) -> Any:  # noqa: ANN401
    by_name = committees_of(city)

    def row_of(committee: str | int) -> int:
        return int(committee) if isinstance(committee, int | np.integer) else by_name(committee)

    return row_of


def _pairs(parameter: str, pairs: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    found = list(pairs)
    wrong = next((pair for pair in found if isinstance(pair, str) or len(pair) != 2), None)
    if wrong is not None:
        raise InvalidInput(
            f"{parameter} names {wrong!r}; give two committees a pair", parameter=parameter
        )
    return found


def _today(city: City, today: Any) -> NDArray[np.int64] | None:  # noqa: ANN401
    """Take today's parts: a division, a column of the committees, or one part a committee."""
    if today is None:
        return None
    if hasattr(today, "plan"):
        known: NDArray[np.int64] = today.plan.labels
        return known
    if isinstance(today, str):
        frame = city.demand
        if today not in frame.columns:
            raise InvalidInput(f"today = {today!r}: no such column", parameter="today")
        values = frame[today].to_numpy()
    elif hasattr(today, "keys"):
        row_of = committees_of(city)
        values = np.full(len(city._demand_columns["id"]), None, dtype=object)
        for name, part in today.items():
            values[row_of(name)] = part
    else:
        values = np.asarray(today)
    missing = np.array([one is None or one != one for one in values])
    if missing.any():
        name = city._demand_columns["name"][int(np.argmax(missing))]
        raise InvalidInput(f"today: {name} has no part", parameter="today")
    if isinstance(today, str) or hasattr(today, "keys"):
        numbers: NDArray[np.int64] = np.unique(values, return_inverse=True)[1].astype(np.int64)
        return numbers
    return np.asarray(values, dtype=np.int64)


def _prices(city: City, asked: dict[str, Any], row_of: Any) -> dict[str, Any]:  # noqa: ANN401
    cost, only = asked.pop("exception_cost", None), asked.pop("exceptions", None)
    per = asked.pop("exception_per", "committee")
    if per not in {"committee", "person"}:
        raise InvalidInput(
            f"exception_per = {per!r}: give 'committee' or 'person'", parameter="exception_per"
        )
    if cost is None and only is None:
        return {}
    price: Any = 0.0 if cost is None else cost
    if per == "person":
        people = np.asarray(city.demand["population"], dtype=float)
        # Nobody knows how many they are: as dear as one person.
        price = price * np.nan_to_num(people, nan=1.0)
    rows = None if only is None else np.array([row_of(one) for one in only], dtype=np.int64)
    return {"exception_cost": price, "exceptions": rows}


def _centres(city: City) -> NDArray[np.float64]:
    """Count the open centres that stand in each committee."""
    is_open = (city.facilities["status"] == "existing").to_numpy(dtype=bool)
    counts = np.zeros(len(city._demand_columns["id"]))
    for centre, row in enumerate(_linli.committee_of_centre(city._core)):
        if row is not None and is_open[centre]:
            counts[row] += 1
    return counts
