"""Assignment: which committee belongs to which centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._names import index_beside, label, named
from linli._result import CommitteeResult, status_column

if TYPE_CHECKING:
    from linli._city import City

__all__ = ["Assignment"]


@dataclass(frozen=True, repr=False, eq=False)
class Assignment(CommitteeResult):
    """Which committee belongs to which centre (分配): one row per committee.

    Made by `City.assign`.

    Examples
    --------
    >>> import linli
    >>> assigned = linli.datasets.putuo().assign()
    >>> int(assigned.catchments["committees"].sum())
    264
    """

    _core: _linli.Assignment
    _city: City

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, status (``covered`` when assigned, else
        why not), facility and facility_name, people, walk_m (mean walk of its
        people to that centre, metres) and minutes. Unknown is NaN.
        """
        columns = self._core.rows()
        facility, facility_name = named(self._city, columns["facility"], columns["has_facility"])
        table = {
            **self._city._demand_columns,
            "status": status_column(columns["status"]),
            "facility": facility,
            "facility_name": facility_name,
            "people": columns["people"],
            "walk_m": columns["walk_m"],
            "minutes": columns["minutes"],
        }
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @property
    def catchments(self) -> pd.DataFrame:
        """The catchment (服务范围) of each open centre, by its id, in the facilities' order.

        Columns are name, committees, people, mean_walk_m (over its people),
        minutes (that walk) and farthest_m.
        """
        columns = self._core.catchments()
        rows = np.asarray(columns.pop("facility"), dtype=np.int64)
        ids, names = named(self._city, rows, np.ones(len(rows), dtype=bool))
        index = pd.Index(ids, name="facility")
        return pd.DataFrame({"name": names, **columns}, index=index)

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: walk, standard, service, group, hash of the data, version."""
        return dict(self._core.provenance())

    def _geojson(self, *, one_per_line: bool) -> bytes:
        return self._core.geojson(one_per_line=one_per_line)

    def _sentence(self) -> str:
        columns = self._core.rows()
        assigned, all_of_them = int(columns["has_facility"].sum()), len(columns["people"])
        centres = len(self._core.catchments()["facility"])
        return (
            f"{assigned:,} of {all_of_them:,} committees assigned to {centres:,} "
            f"centres{label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"Assignment({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("centre", "committees", "people", "mean walk, m", "minutes")
        rows = [
            (
                row["name"],
                row["committees"],
                _html.number(row["people"]),
                _html.number(row["mean_walk_m"]),
                "–" if pd.isna(row["minutes"]) else f"{row['minutes']:.1f}",
            )
            for row in self.catchments.to_dict("records")
        ]
        return _html.section(
            self._sentence(),
            _html.table(header, rows),
            self._core.assumptions,
            self._city.note,
        )
