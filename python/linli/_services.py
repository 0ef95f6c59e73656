"""Plans for several services: which sites to open, and who reaches what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linli import _html

if TYPE_CHECKING:
    import pandas as pd

    from linli._plan import SitingPlan

__all__ = ["ServicesPlan"]


@dataclass(frozen=True, repr=False, eq=False)
class ServicesPlan:
    """Which sites to open for several services (多种服务), and who reaches each.

    Made by `linli.locate.mclp_services`.
    """

    plan: SitingPlan
    """The sites, the objective over all services, and its bound.

    A person counts once for each service needed, in ``people`` as in the
    columns of ``sites``; its assignment is to the nearest chosen site of any
    service.
    """
    services: pd.DataFrame
    """One row per service, by name.

    Columns are people (who need it), people_covered (those within its limit
    of a chosen site that offers it) and share (of the two).
    """
    assignment: pd.DataFrame
    """The nearest chosen site that offers each service (columns), by demand point.

    Nullable integers: missing where none is within its limit. Ties go to the
    lower site.
    """

    def to_frame(self) -> pd.DataFrame:
        """Give who reaches each service.

        Returns
        -------
        pandas.DataFrame
            As `services`.
        """
        return self.services

    def _sentence(self) -> str:
        sites = len(self.plan.sites)
        who = ", ".join(
            f"{name} {_html.number(row['people_covered'])} of {_html.number(row['people'])} people"
            for name, row in zip(self.services.index, self.services.to_dict("records"), strict=True)
        )
        return f"{sites:,} site{'s' if sites != 1 else ''}: {who}; {self.plan._proof()}"

    def __repr__(self) -> str:
        return f"ServicesPlan({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("service", "people", "covered", "share")
        rows = [
            (
                name,
                _html.number(row["people"]),
                _html.number(row["people_covered"]),
                _html.percent(row["share"]),
            )
            for name, row in zip(self.services.index, self.services.to_dict("records"), strict=True)
        ]
        return _html.section(self._sentence(), _html.table(header, rows))
