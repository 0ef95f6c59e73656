"""Names of facilities, and the word for synthetic data, in tables and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["label", "named"]


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


def label(note: str | None) -> str:
    """Say "synthetic" wherever the data is."""
    if note is None:
        return ""
    return "; synthetic" if "synthetic" in note.lower() else f"; {note}"
