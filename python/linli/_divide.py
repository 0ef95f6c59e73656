"""What `City.partition` does with its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import regions
from linli._division import Division
from linli._division_terms import amounts_of, terms_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["divide"]


def divide(
    city: City,
    k: int,
    within: str | None,
    balance: Mapping[str, float] | None,
    asked: dict[str, Any],
) -> Division:
    """Answer `City.partition`."""
    balance = {"population": 0.10} if balance is None else dict(balance)
    weights = amounts_of(city, balance)
    towns = None
    if within is not None:
        frame = city.demand
        if within not in frame.columns:
            known = ", ".join(frame.columns.drop("geometry"))
            raise InvalidInput(
                f"within = {within!r}: no such column; known: {known}", parameter="within"
            )
        towns = frame[within].to_numpy()
    found = terms_of(city, {**asked, "town_parts": _town_parts(asked.get("town_parts"), towns)})
    contiguity, barriers_hash = found.contiguity(city)
    plan = regions.partition(
        contiguity,
        weights,
        k,
        tolerance=list(balance.values()),
        within=towns,
        **found.terms,
    )
    return Division(
        city,
        plan,
        balance,
        _walk=found.walk,
        _service=found.service,
        _today=found.today,
        _within=within,
        _barriers_hash=barriers_hash,
    )


def _town_parts(given: Any, towns: NDArray[Any] | None) -> Any:  # noqa: ANN401
    """Put the parts of each town into the order of the towns' names."""
    if given is None:
        return None
    if towns is None:
        raise InvalidInput("town_parts needs within, such as 'town'", parameter="town_parts")
    if not isinstance(given, Mapping):
        return given
    names = [str(name) for name in np.unique(towns.astype(str))]
    strange = [name for name in given if name not in names]
    if strange:
        raise InvalidInput(
            f"town_parts names {strange[0]!r}; towns are {', '.join(names)}", parameter="town_parts"
        )
    missing = [name for name in names if name not in given]
    if missing:
        raise InvalidInput(
            f"town_parts has no number for {missing[0]}; give one to every town",
            parameter="town_parts",
        )
    return [given[name] for name in names]
