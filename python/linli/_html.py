"""Small pieces of HTML for notebooks; everything from data is escaped."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["number", "percent", "section", "table"]


def number(value: float | None) -> str:
    """Write a whole number with separators; a dash where it is unknown."""
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}"


def percent(share: float | None) -> str:
    """Write a share as a percentage; a dash where it is unknown."""
    return "–" if share is None or math.isnan(share) else f"{share:.1%}".replace("%", " %")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; None is an empty cell."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in header)
    lines = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>" if lines else ""


def _cell(cell: object) -> str:
    return f"<td>{html.escape('' if cell is None else str(cell))}</td>"


def section(sentence: str, body: str, *notes: str | None) -> str:
    """Write a sentence, what it is about, and notes in small print."""
    small = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in notes if note)
    return f"<div><p><b>{html.escape(sentence)}</b></p>{body}{small}</div>"
