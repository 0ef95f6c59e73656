"""The `linli` command of the wheel: the same program as cargo's."""

from __future__ import annotations

import signal
import sys

from linli import _linli

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Python keeps Ctrl-C for itself; a command ends at it. A closed pipe stays
    # with the core, to which a reader that has seen enough is no fault.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_linli.main(["linli", *sys.argv[1:]]))
