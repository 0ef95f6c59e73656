"""What an assignment is asked with: measures, rules and labels, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _linli
from linli._arrays import floats
from linli._contiguity import Contiguity
from linli._reach import Reach
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Balance = float | tuple[float, ArrayLike | str]

__all__ = ["ask", "is_missing", "rules_of", "tolerance_of", "touching"]


def ask(
    reach: Reach,
    people: NDArray[np.float64],
    capacity: ArrayLike,
    *,
    measures: Mapping[str, tuple[ArrayLike, ArrayLike]] | None,
    balance: Mapping[str, Balance] | None,
    within: tuple[Sequence[object], Sequence[object]] | None,
    exceptions: Iterable[tuple[int, int]],
    points: int | None,
    neighbours: Contiguity | Iterable[tuple[int, int]] | None,
    **rules: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """Ask the core for a plan, or with `points` for a front."""
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    if isinstance(neighbours, Contiguity):
        neighbours = touching(neighbours, reach.shape[0])
    asked = rules_of(neighbours=neighbours, **rules)
    allowed = None if within is None else _allowed(reach, within, exceptions)
    amounts = _measures(people, reach.shape[1], measures or {}, balance or {})
    room = floats("capacity", capacity, ndim=1)
    return _linli.assign_capacitated(reach._core, people, room, allowed, asked, amounts, points)


def touching(contiguity: Contiguity, rows: int) -> list[tuple[int, int]]:
    """List the pairs of a contiguity of these rows."""
    if len(contiguity) != rows:
        raise InvalidInput(
            f"the contiguity has {len(contiguity)} units, but there are {rows} rows",
            parameter="neighbours",
            expected=rows,
            got=len(contiguity),
        )
    return [(int(a), int(b)) for a, b in contiguity.edges]


def _measures(
    people: NDArray[np.float64],
    sites: int,
    measures: Mapping[str, tuple[ArrayLike, ArrayLike]],
    balance: Mapping[str, Balance],
) -> list[tuple[str, list[float], list[float], list[float]]]:
    """Give the amounts, least and most loads of each measure."""
    known = {
        name: (floats(f"measures[{name!r}]", amount, ndim=1), floats(name, room, ndim=1))
        for name, (amount, room) in measures.items()
    }
    if "people" in balance and "people" not in known:
        known["people"] = (people, np.full(sites, np.inf))
    for name in balance:
        if name not in known:
            raise InvalidInput(
                f"balance: no measure named {name!r}; known: {', '.join(['people', *measures])}",
                parameter="balance",
            )
    found = []
    for name, (amount, room) in known.items():
        least, most = np.zeros(len(room)), room
        if name in balance:
            tolerance, by = tolerance_of(balance[name])
            if not tolerance >= 0:
                raise InvalidInput(
                    f"balance of {name} = {tolerance}: give a part of the share, 0.1 for 10 %",
                    parameter="balance",
                )
            weights = np.ones(sites) if by is None else floats("balance", by, ndim=1)
            if len(weights) != sites or not weights.sum() > 0 or (weights < 0).any():
                raise InvalidInput(
                    f"balance of {name}: give a number, 0 or more, for each of {sites} sites",
                    parameter="balance",
                )
            share = amount.sum() * weights / weights.sum()
            least = np.maximum(share * (1 - tolerance), 0)
            most = np.minimum(room, share * (1 + tolerance))
        found.append((name, amount.tolist(), least.tolist(), most.tolist()))
    return found


def tolerance_of(balance: Balance) -> tuple[float, Any]:
    """Take a tolerance and what shares go by apart."""
    if isinstance(balance, tuple):
        tolerance, by = balance
        return float(tolerance), by
    return float(balance), None


def rules_of(
    *,
    neighbours: Iterable[tuple[int, int]] | None,
    stay: Iterable[tuple[int, int]],
    together: Iterable[Sequence[int]],
    apart: Iterable[tuple[int, int]],
    today: Sequence[int | None] | None = None,
    **terms: Any,  # noqa: ANN401
) -> _linli.AssignRules:
    """Gather terms and rules; refuse what is no row."""
    try:
        return _linli.AssignRules(
            neighbours=None if neighbours is None else _pairs(neighbours),
            stay=_pairs(stay),
            together=[[int(row) for row in rows] for rows in together],
            apart=_pairs(apart),
            today=None if today is None else [_site(site) for site in today],
            **terms,
        )
    except (TypeError, OverflowError) as error:
        raise InvalidInput(f"neighbours, stay, together, apart, today: {error}") from error


def _site(site: Any) -> int | None:  # noqa: ANN401
    return None if is_missing(site) else int(site)


def _pairs(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in pairs]


def _allowed(
    reach: Reach,
    within: tuple[Sequence[object], Sequence[object]],
    exceptions: Iterable[tuple[int, int]],
) -> list[list[int]]:
    """List the sites of each row whose label is its own."""
    rows, sites = within
    for what, labels, expected in zip(("row", "site"), within, reach.shape, strict=True):
        if len(labels) != expected:
            raise InvalidInput(
                f"within has {len(labels)} {what} labels, but there are {expected} {what}s",
                parameter="within",
                expected=expected,
                got=len(labels),
            )
    home = [None if is_missing(label) else label for label in rows]
    there = [None if is_missing(label) else label for label in sites]
    of_label: dict[object, list[int]] = {}
    for label in set(home) - {None}:
        of_label[label] = [s for s, own in enumerate(there) if own is None or own == label]
    everywhere = list(range(len(there)))
    allowed = [everywhere if label is None else of_label[label] for label in home]
    for row, site in exceptions:
        allowed[row] = sorted({*allowed[row], int(site)})
    return allowed


def is_missing(label: Any) -> bool:  # noqa: ANN401
    """Whether a label is none."""
    return label is None or label is pd.NA or (isinstance(label, float) and np.isnan(label))
