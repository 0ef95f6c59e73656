"""What was run, on what, by whom: enough to run it again."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli import _linli
from linli.bench._methods import version_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linli.bench._instance import Instance
    from linli.bench._methods import Planned

__all__ = ["FORMAT", "instance_facts", "machine", "method_facts", "sha256", "versions"]

FORMAT = 1
"""Version of the manifest's own form."""
LIBRARIES = ("numpy", "pandas", "shapely", "geopandas")


def sha256(content: bytes) -> str:
    """Hash a file's content, as ``sha256sum`` does.

    Parameters
    ----------
    content : bytes
        The content.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(content).hexdigest()


def versions(methods: Iterable[Planned]) -> dict[str, Any]:
    """Say which versions are at work.

    Parameters
    ----------
    methods : iterable of Planned
        Their packages are asked.

    Returns
    -------
    dict
        By distribution; None for one that is not installed.
    """
    packages = {method.package for method in methods if method.package} - {"linli"}
    return {
        "linli": _linli.__version__,
        "linli_debug_build": _linli.DEBUG_BUILD,
        "python": platform.python_version(),
        **{name: version_of(name) for name in (*LIBRARIES, *sorted(packages))},
    }


def machine() -> dict[str, Any]:
    """Describe the machine, without its name.

    Returns
    -------
    dict
        System, architecture, processor, cores, memory.
    """
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
    }


def instance_facts(instance: Instance) -> dict[str, Any]:
    """Describe an instance.

    Parameters
    ----------
    instance : Instance
        With a tolerance.

    Returns
    -------
    dict
        Its size, its source, and the SHA-256 of its file.
    """
    return {
        "file": f"instances/{instance.name}.json",
        "sha256": instance.hash,
        "units": instance.n,
        "pairs": len(instance.edges),
        "parts": instance.k,
        "tolerance": instance.tolerance,
        "known": instance.known,
        "source": instance.source,
    }


def method_facts(planned: Planned) -> dict[str, Any]:
    """Describe a method.

    Parameters
    ----------
    planned : Planned
        The method.

    Returns
    -------
    dict
        How it is found again, and its version.
    """
    facts = asdict(planned)
    del facts["label"]
    return facts | {"version": version_of(planned.package)}


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    for line in text.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _memory_gb() -> float | None:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return round(total / 2**30, 1)
