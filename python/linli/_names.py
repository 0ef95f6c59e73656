"""Names of facilities and committees, and the word for synthetic data, in tables and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["committees_of", "index_beside", "label", "named"]


def named(
    city: City, rows: NDArray[np.int64], known: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Give ids and names of facility rows; None where there is none."""
    ids, names = (np.array(column, dtype=object) for column in city._facility_names)
    return _taken(ids, rows, known), _taken(names, rows, known)


def _taken(
    column: NDArray[np.object_], rows: NDArray[np.int64], known: NDArray[np.bool_]
) -> NDArray[np.object_]:
    taken: NDArray[np.object_] = np.full(len(rows), None, dtype=object)
    taken[known] = column[rows[known]]
    return taken


def index_beside(columns: Iterable[str], index: pd.Index[Any]) -> pd.Index[Any]:
    """Keep the caller's index; without a name that a column has too.

    pandas refuses to sort or group by a name that is both.
    """
    taken = set(columns)
    return index.set_names([None if name in taken else name for name in index.names])


def label(note: str | None) -> str:
    """Say "synthetic" wherever the data is."""
    if note is None:
        return ""
    return "; synthetic" if "synthetic" in note.lower() else f"; {note}"


def committees_of(city: City) -> Callable[[str], int]:
    """Make a look-up of committees' rows by id or unique name."""
    by_id = {key: row for row, key in enumerate(city._demand_columns["id"])}
    by_name: dict[str, list[int]] = {}
    for row, name in enumerate(city._demand_columns["name"]):
        by_name.setdefault(name, []).append(row)

    def row_of(key: str) -> int:
        if key in by_id:
            return by_id[key]
        rows = by_name.get(key, [])
        if len(rows) != 1:
            known = "no committee" if not rows else f"{len(rows)} committees"
            raise InvalidInput(f"{known} with id or name {key!r}; give one id", name=key)
        return rows[0]

    return row_of
