"""The offline map of a division."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._map import lines_beneath

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linli._division import Division
    from linli._map import Lines

__all__ = ["page_of"]


def page_of(found: Division, lines: Lines | Iterable[Lines] | None) -> str:
    """Draw a division, within the parts it divides where there are any."""
    city = found._city
    levels = [found] if found.above is None else [found.above, found]
    minutes = levels[0].parts["minutes"]
    return _linli.division_map(
        city._core,
        found.plan.contiguity._core,
        [level.plan.labels for level in levels],
        [(name, _linli.city_amounts(city._core, name)) for name in found.balance],
        details=_details(levels),
        minutes=[None if np.isnan(one) else float(one) for one in minutes],
        lines=lines_beneath(city, lines),
        barriers_hash=found._barriers_hash,
    )


def _details(levels: list[Division]) -> str:
    """Say a sentence of each level; parts below the first are blocks."""
    first, *rest = (level._said for level in levels)
    return ". ".join([first, *(said.replace(" parts ", " blocks ", 1) for said in rest)]) + "."
