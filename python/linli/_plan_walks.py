"""What a plan is beyond its shape: who leaves their town, and how far it is to the centre."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from linli import _linli
from linli._hierarchy_parts import walk_columns
from linli._regions_ask import prices_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from linli._plan_measures import Metrics

__all__ = ["with_towns", "with_walks"]


def with_towns(
    metrics: Metrics,
    labels: NDArray[np.int64],
    towns: NDArray[np.int64],
    exception_cost: float | ArrayLike,
) -> Metrics:
    """Add the town of each part, and the units of other towns in it."""
    price = prices_of(len(labels), exception_cost, None)
    if price is None or not (np.isfinite(price).all() and (price >= 0).all()):
        raise InvalidInput(
            "exception_cost: give finite prices, 0 or more", parameter="exception_cost"
        )
    k, count = len(metrics.parts), int(towns.max()) + 1 if len(towns) else 0
    stake, is_there = np.zeros((k, count)), np.zeros((k, count), dtype=bool)
    np.add.at(stake, (labels, towns), price)
    is_there[labels, towns] = True
    # The town that has most to lose; a part without units belongs to none.
    home = np.where(is_there.any(axis=1), np.where(is_there, stake, -1.0).argmax(axis=1), -1)
    away = np.flatnonzero(home[labels] != towns)
    exceptions = pd.DataFrame(
        {
            "unit": away,
            "town": towns[away],
            "part": labels[away],
            "part_town": home[labels[away]],
        }
    )
    parts = metrics.parts.assign(part_town=home, exceptions=np.bincount(labels[away], minlength=k))
    return replace(
        metrics, parts=parts, exceptions=exceptions, exceptions_cost=float(price[away].sum())
    )


def with_walks(
    metrics: Metrics,
    labels: NDArray[np.int64],
    people: NDArray[np.float64],
    walk_m: NDArray[np.float64],
    minutes: float,
    speed_m_per_s: float,
) -> Metrics:
    """Add the walk of each part's people to its centre."""
    _linli.check_speed(speed_m_per_s)
    if not (math.isfinite(minutes) and minutes > 0):
        raise InvalidInput(f"minutes = {minutes}: give more than 0", parameter="minutes")
    if len(walk_m) != len(labels):
        raise InvalidInput(
            f"walk_m has {len(walk_m):,} rows for {len(labels):,} units", parameter="walk_m"
        )
    if (walk_m < 0).any() or np.isinf(walk_m).any():
        row = int(np.flatnonzero(((walk_m < 0) | np.isinf(walk_m)).any(axis=1))[0])
        raise InvalidInput(
            f"walk_m row {row}: give metres, 0 or more, or NaN where there is no way",
            parameter="walk_m",
            row=row,
        )
    limit_m = speed_m_per_s * minutes * 60
    found = _linli.part_walks(walk_m, people, labels, len(metrics.parts), limit_m)
    rows = [
        {
            "centre": -1 if one["centre"] is None else one["centre"],
            **walk_columns(one, speed_m_per_s),
        }
        for one in found
    ]
    return replace(metrics, parts=metrics.parts.join(pd.DataFrame(rows, index=metrics.parts.index)))
