"""How a city is asked for the accessibility of its committees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._accessibility import Accessibility
from linli._decay import Decay, flat
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from linli._city import City
    from linli.walk import Walk

__all__ = ["measured"]

MEASURES = {
    "cumulative": "gravity",
    "gravity": "gravity",
    "2sfca": "two",
    "e2sfca": "two",
    "3sfca": "three",
    "bfca": "balanced",
    "availability": "availability",
    "kth_nearest": "kth_nearest",
}
"""What planners call a measure, and what the core does."""


def measured(
    city: City,
    measure: str,
    *,
    minutes: float,
    walk: Walk,
    supply: str | None,
    decay: Decay | None,
    service: str | None,
    group: str | None,
    k: int,
) -> Accessibility:
    """Measure accessibility; see `City.accessibility`."""
    if measure not in MEASURES:
        raise InvalidInput(
            f"measure = {measure!r}: give one of {', '.join(MEASURES)}",
            parameter="measure",
            value=measure,
        )
    if decay is None and measure in {"gravity", "e2sfca", "3sfca"}:
        raise InvalidInput(
            f"decay = None: {measure} weighs centres by the walk; give one, such as "
            "linli.access.gaussian(sigma_m=500)",
            parameter="decay",
            value="None",
        )
    if decay is not None and measure in {"cumulative", "2sfca"}:
        weighted = {"cumulative": "gravity", "2sfca": "e2sfca"}[measure]
        raise InvalidInput(
            f"decay = {decay.formula}: {measure} counts every walk alike; ask for {weighted!r}",
            parameter="decay",
            value=decay.formula,
        )
    if measure == "kth_nearest" and (supply is not None or decay is not None):
        raise InvalidInput(
            "kth_nearest is a walk in metres: it takes neither supply nor decay",
            parameter="measure",
            value=measure,
        )
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
        raise InvalidInput(
            f"k = {k!r}: give 1 for the nearest centre, 2 for the second nearest", parameter="k"
        )
    decay = flat() if decay is None else decay
    values, people, centres, provenance, assumptions = _linli.city_access(
        city._core,
        walk._core,
        minutes=minutes,
        speed_m_per_s=walk.speed_m_per_s,
        service=service,
        group=group,
        measure=MEASURES[measure],
        k=int(k),
        decay=decay._core,
        supply=supply,
    )
    return Accessibility(
        measure, supply, decay, int(k), provenance, city, values, people, centres, assumptions
    )
