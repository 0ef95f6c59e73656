"""The `linli` command of the wheel: the same program as cargo's, and what needs Python."""

from __future__ import annotations

import signal
import sys

from linli import _linli

__all__ = ["main"]

IN_PYTHON = ("bench", "verify")
"""Commands that need Python; the others start without what these import."""

GLOBAL = {"-q", "--quiet", "--json-errors"}
"""Flags that may stand before a command."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    words = [word for word in sys.argv[1:] if word not in GLOBAL]
    if words and words[0] in IN_PYTHON:
        from linli.bench import _command

        sys.exit(_command.run(sys.argv[1:]))
    # Python keeps Ctrl-C for itself; a command ends at it. A closed pipe stays
    # with the core, to which a reader that has seen enough is no fault.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_linli.main(["linli", *sys.argv[1:]]))
