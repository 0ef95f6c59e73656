"""The line that says how far a long question has come; Ctrl-C stops it."""

from __future__ import annotations

import sys

__all__ = ["end", "show"]


def _is_watched() -> bool:
    """Whether somebody looks: a terminal, or a notebook."""
    return sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)


def show(done: int, total: int) -> None:
    """Say how far the work is; called from the core after two seconds of it."""
    if _is_watched():
        share = f"{min(done / total, 1):.0%}" if total else "working"
        sys.stderr.write(f"\rlinli: {share} (Ctrl-C stops) ")
        sys.stderr.flush()


def end() -> None:
    """Clear the line."""
    if _is_watched():
        sys.stderr.write("\r" + " " * 40 + "\r")
        sys.stderr.flush()
