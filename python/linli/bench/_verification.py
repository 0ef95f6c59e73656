"""What checking found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linli import _html

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["Verification"]


@dataclass(frozen=True, repr=False, eq=False)
class Verification:
    """What was found to be true and what not.

    Made by `linli.bench.verify`.
    """

    path: Path
    """What was verified."""
    findings: pd.DataFrame
    """What differs: run (missing where it is about a file) or level, check, written, found."""
    notes: tuple[str, ...]
    """What could not be checked, and versions that differ."""
    plans: int
    """Plans measured again; of a division, its levels."""
    replayed: int
    """Runs that were done again."""

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return self.findings.empty

    def _sentence(self) -> str:
        rows = self.findings["run"].dropna().nunique()
        said = "everything holds" if self.ok else f"{len(self.findings):,} things differ"
        where = f", in {rows:,} runs" if rows else ""
        return (
            f"{said}{where}: {self.plans:,} plans measured again, {self.replayed:,} runs done again"
        )

    def __repr__(self) -> str:
        return f"Verification({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = self.findings.astype(object).where(self.findings.notna(), None).to_numpy()
        table = _html.table(tuple(self.findings.columns), rows.tolist())
        return _html.section(self._sentence(), table, *self.notes)
