"""Values over people, summed up by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from linli import _linli
from linli._arrays import floats
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["codes_of", "summary"]


def codes_of(labels: ArrayLike, rows: int) -> tuple[NDArray[np.int64], pd.Index[str]]:
    """Give each label a number, in the order they appear; a missing label is ``""``."""
    column = pd.Series(np.asarray(labels, dtype=object), dtype=object)
    if len(column) != rows:
        raise InvalidInput(
            f"labels has {len(column)} rows, but there are {rows} values",
            parameter="labels",
            expected=rows,
            got=len(column),
        )
    codes, names = pd.factorize(column.where(column.notna(), ""))
    return np.asarray(codes, dtype=np.int64), pd.Index(names, name="group")


def summary(
    values: NDArray[np.float64], labels: ArrayLike, people: ArrayLike | None
) -> pd.DataFrame:
    """Sum up values by label, over people."""
    counted = np.ones(len(values)) if people is None else floats("people", people, ndim=1)
    if len(counted) != len(values):
        raise InvalidInput(
            f"people has {len(counted)} rows, but there are {len(values)} values",
            parameter="people",
            expected=len(values),
            got=len(counted),
        )
    codes, names = codes_of(labels, len(values))
    known = ~np.isnan(values)
    rows = []
    for group in range(len(names)):
        own = codes == group
        here = own & known
        some = bool(counted[here].sum() > 0)
        mean = _linli.mean(values[here], counted[here]) if some else np.nan
        gini = _linli.gini(values[here], counted[here]) if some else None
        rows.append(
            {
                "points": int(own.sum()),
                "people": float(counted[here].sum()),
                "mean": mean,
                "least": values[here].min() if here.any() else np.nan,
                "most": values[here].max() if here.any() else np.nan,
                "gini": np.nan if gini is None else gini,
                "unknown": int((own & ~known).sum()),
            }
        )
    return pd.DataFrame(rows, index=names)
