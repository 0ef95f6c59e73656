"""Why this site and not that one: what exchanging them would lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from linli import _linli
from linli._arrays import rows
from linli._plan import SitingPlan
from linli.errors import InvalidInput
from linli.locate._ask import core, people, terms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linli._reach import Reach

__all__ = ["exchanges"]


def exchanges(
    reach: Reach,
    weight: ArrayLike,
    plan: SitingPlan | ArrayLike,
    *,
    model: str | None = None,
    limit_m: float | None = None,
    fixed: ArrayLike | None = None,
    forbidden: ArrayLike = (),
) -> pd.DataFrame:
    """Say what it would lose to take another site (columns) for a chosen one (rows).

    By definition, each exchange by itself; no model is solved.

    Parameters
    ----------
    reach, weight
        As the plan was made from.
    plan : SitingPlan or array_like of int
        The plan, or its sites by row.
    model : {"mclp", "p_median"}, optional
        What is lost: people no longer within the limit, or person-metres more.
        By default the model of the plan; other models, and rows, need it.
    limit_m : float, optional
        As the plan was made with; by default the limit of the reach.
    fixed : array_like of int, optional
        Sites that stay, and have no row; by default the fixed ones of the plan.
    forbidden : array_like of int, optional
        Sites that may not take their place, and have no column.

    Returns
    -------
    pandas.DataFrame
        A row for each chosen site, a column for each rejected one. Negative
        where the exchange would be better, infinite where for ``p_median``
        someone would have no site.

    Raises
    ------
    InvalidInput
        As in `mclp`; for a plan within capacities or a budget, which an
        exchange might not keep; for sites that do not exist, are forbidden or
        given twice; and where for ``p_median`` someone has no site already.

    Examples
    --------
    >>> import linli
    >>> walk_m = [[0, 900, 9000], [9000, 9000, 700], [400, 9000, 300]]
    >>> reach = linli.Reach.from_dense(walk_m, limit_m=1200)
    >>> plan = linli.locate.mclp(reach, [3000, 4000, 1000], p=1)
    >>> linli.locate.exchanges(reach, [3000, 4000, 1000], plan).to_dict("index")
    {2: {0: 1000.0, 1: 2000.0}}
    """
    if isinstance(plan, SitingPlan):
        sites = plan.sites
        if "load" in sites or plan.spent is not None:
            raise InvalidInput(
                f"plan keeps to {'capacities' if 'load' in sites else 'a budget'}, which an "
                "exchange might not; give its sites to look at distance alone",
                parameter="plan",
            )
        chosen = rows("plan", sites["site"])
        fixed = sites["site"][sites["fixed"]] if fixed is None else fixed
        model = plan.model if model is None else model
    else:
        chosen = rows("plan", plan)
    if model is None:
        raise InvalidInput("model is not given: give mclp or p_median", parameter="model")
    asked = terms(limit_m, () if fixed is None else fixed, forbidden, None, 0.0, 0)
    found, rejected, lost, _ = _linli.exchanges(core(reach), people(weight), chosen, model, asked)
    return pd.DataFrame(
        lost.reshape(len(found), len(rejected)),
        index=pd.Index(found, name="chosen", dtype="int64"),
        columns=pd.Index(rejected, name="rejected", dtype="int64"),
    )
