"""Several services at once, of which each site offers some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from linli import _linli
from linli._arrays import floats
from linli._plan import SitingPlan
from linli._services import ServicesPlan
from linli.errors import InvalidInput
from linli.locate._ask import core, terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from linli._reach import Reach

__all__ = ["Service", "mclp_services"]


@dataclass(frozen=True, eq=False)
class Service:
    """One service: who needs it, which sites offer it, and how far people walk for it.

    Parameters
    ----------
    weight : array_like of float
        People of each demand point who need it, 0 or more.
    offers : array_like of bool, optional
        Whether each site offers it, or would; by default all do.
    limit_m : float, optional
        Longest walk to it, metres; by default the limit of the question.
    """

    weight: ArrayLike
    offers: ArrayLike | None = None
    limit_m: float | None = None

    def _columns(self, sites: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], float | None]:
        """Give it as the core takes it."""
        offers = np.ones(sites, dtype=bool) if self.offers is None else np.asarray(self.offers)
        if offers.ndim != 1 or offers.dtype != np.bool_:
            raise InvalidInput(
                f"offers holds {offers.dtype} values in {offers.ndim} dimension(s); "
                "give True or False for each site",
                parameter="offers",
            )
        return floats("weight", self.weight, ndim=1), np.ascontiguousarray(offers), self.limit_m


def mclp_services(
    reach: Reach,
    services: Mapping[str, Service],
    *,
    p: int,
    limit_m: float | None = None,
    fixed: ArrayLike = (),
    forbidden: ArrayLike = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
) -> ServicesPlan:
    """Choose `p` sites so that as many people as possible reach what they need, over all services.

    Each site offers some of the services, and each service has its people and
    its walk. A person counts once for each service needed and reached; give
    weights in other units to value services differently. Maximal covering with
    one row per service and demand point (Moore and ReVelle 1982, without their
    hierarchy). Where each service has sites and a number of them of its own,
    the questions do not touch: ask `mclp` for each.

    Parameters
    ----------
    reach : Reach
        Which sites each demand point can walk to.
    services : mapping of str to Service
        The services by name.
    p : int
        Sites to be open over all services, the fixed ones among them.
    limit_m : float, optional
        Longest walk that counts, metres, for services without their own; by
        default the limit of the reach, which no service may exceed.
    fixed, forbidden, time_limit_s, gap, seed
        As in `mclp`. A fixed site offers what its service says of it.

    Returns
    -------
    ServicesPlan
        The plan over all services, and who reaches each.

    Raises
    ------
    Infeasible, InvalidInput
        As in `mclp`, without services, or for `offers` that are not one truth
        value per site.

    Examples
    --------
    Two sites for a canteen, which all three could hold, and a nursery, which
    only the first could; children walk no more than 500 m:

    >>> import linli
    >>> from linli.locate import Service
    >>> walk_m = [[300, 900, 9000], [9000, 200, 700], [600, 9000, 300]]
    >>> reach = linli.Reach.from_dense(walk_m, limit_m=1000)
    >>> services = {
    ...     "canteen": Service([500, 400, 300]),
    ...     "nursery": Service([60, 50, 40], offers=[True, False, False], limit_m=500),
    ... }
    >>> found = linli.locate.mclp_services(reach, services, p=2)
    >>> found
    ServicesPlan(2 sites: canteen 1,200 of 1,200 people, nursery 60 of 150 people; proven best)
    >>> found.plan.sites["site"].tolist()
    [0, 1]
    >>> found.assignment["nursery"].tolist()
    [0, <NA>, <NA>]
    """
    asked = terms(limit_m, fixed, forbidden, time_limit_s, gap, seed)
    shape = core(reach).shape
    columns = [service._columns(shape[1]) for service in services.values()]
    plan, covers = _linli.mclp_services(core(reach), columns, p, asked)
    table, assignment = [], {}
    for name, (people, covered, found, site) in zip(services, covers, strict=True):
        share = covered / people if people else float("nan")
        table.append({"people": people, "people_covered": covered, "share": share})
        values = pd.array(site, dtype="Int64")
        values[~found] = pd.NA
        assignment[name] = values
    index = pd.Index(list(services), name="service")
    return ServicesPlan(
        SitingPlan(plan, "needs"), pd.DataFrame(table, index=index), pd.DataFrame(assignment)
    )
