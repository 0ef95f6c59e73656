"""What a change of centres means, in people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linli import _html, _linli
from linli._names import label

if TYPE_CHECKING:
    import pandas as pd

    from linli._coverage import Coverage

__all__ = ["SHOWN", "Comparison"]

SHOWN = 10
"""Committees that a notebook shows."""


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """What a change of centres means, in people: before, after, and by committee.

    Made by `Coverage.compare`.
    """

    _core: _linli.Comparison
    before: Coverage
    """The coverage before."""
    after: Coverage
    """The coverage after."""

    @property
    def people_gained(self) -> float:
        """People newly within the limit, summed over the committees that gain."""
        return self._core.people_gained

    @property
    def people_lost(self) -> float:
        """People no longer within the limit, summed over the committees that lose."""
        return self._core.people_lost

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee: people covered before and after, and the difference."""
        before, after = self.before.rows, self.after.rows
        frame = before[["id", "name", "town", "people"]].copy()
        frame["people_covered_before"] = before["people_covered"]
        frame["people_covered_after"] = after["people_covered"]
        frame["gained"] = self._core.gained()
        frame["minutes_before"] = before["minutes"]
        frame["minutes_after"] = after["minutes"]
        return frame

    def _sentence(self) -> str:
        before, after = (_html.percent(share) for share in self._core.shares)
        return (
            f"{_html.number(self.people_gained)} people gain and {_html.number(self.people_lost)} "
            f"lose a centre within the limit; covered {before} before, {after} after"
            f"{label(self.before._city.note)}"
        )

    def __repr__(self) -> str:
        return f"Comparison({self._sentence()})"

    def _repr_html_(self) -> str:
        changed = self.rows[self.rows["gained"].fillna(0) != 0]
        changed = changed.reindex(changed["gained"].abs().sort_values(ascending=False).index)
        rows = [
            (row["name"], row["town"], f"{row['gained']:+,.0f}")
            for row in changed.head(SHOWN).to_dict("records")
        ]
        table = _html.table(("committee", "town", "people"), rows)
        return _html.section(
            self._sentence(), table, self.after._core.assumptions, self.before._city.note
        )
