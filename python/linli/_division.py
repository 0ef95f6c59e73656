"""Division of a city: which committee belongs to which grid or block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli, regions
from linli._contiguity import Contiguity
from linli._names import index_beside, label
from linli._result import CommitteeResult, frame_geojson
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linli._city import City
    from linli._partition import Partition

__all__ = ["Division", "divide"]

SNAP_M = 1.0
"""Outlines of committees are drawn to about a metre."""


@dataclass(frozen=True, repr=False, eq=False)
class Division(CommitteeResult):
    """Which committee belongs to which part (分区): one row per committee.

    Made by `City.partition`.
    """

    _city: City
    plan: Partition
    """Labels, value, bound, gap, metrics."""
    balance: Mapping[str, float]
    """What was balanced, and how closely."""
    above: Division | None = None
    """The division whose parts these divide."""

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, part (from 0), the part of the division
        above as ``above`` where there is one, and what was balanced.
        """
        demand = self._city.demand
        table = {**self._city._demand_columns, "part": self.plan.labels}
        if self.above is not None:
            table["above"] = self.above.plan.labels
        for name in self.balance:
            table[name] = demand[name].to_numpy()
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @property
    def parts(self) -> pd.DataFrame:
        """One row per part: as `Metrics.parts`, and the towns it lies in."""
        parts = self.plan.metrics().parts
        names = {f"held_{at}" if at else "held": name for at, name in enumerate(self.balance)}
        towns = self.rows.groupby("part")["town"].agg(lambda town: ", ".join(sorted(set(town))))
        return parts.rename(columns=names).assign(towns=towns)

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: what was balanced, objective, bound, seed, hash of the data, version."""
        plan = self.plan
        facts = ("k", "objective", "value", "bound", "gap", "proven", "deviation", "stop", "seed")
        return {
            **{fact: getattr(plan, fact) for fact in facts},
            "balance": dict(self.balance),
            "input_hash": self._city.input_hash,
            "version": _linli.__version__,
            "note": self._city.note,
        }

    def subdivide(
        self,
        k: int,
        *,
        balance: Mapping[str, float] | None = None,
        **terms: Any,  # noqa: ANN401
    ) -> Division:
        """Divide again: `k` parts in all, none across a part of this division.

        Parameters
        ----------
        k : int
            Number of parts in all, not of each part.
        balance : mapping of str to float, optional
            As in `City.partition`; by default as here.
        **terms
            Further arguments of `linli.regions.partition`, without ``within``.

        Returns
        -------
        Division
            Its `above` is this one.
        """
        balance = self.balance if balance is None else balance
        weights = _amounts(self._city, balance)
        terms.setdefault("tolerance", list(balance.values()))
        plan = regions.partition(self.plan.contiguity, weights, k, within=self.plan.labels, **terms)
        return Division(self._city, plan, dict(balance), self)

    def _geojson(self, *, one_per_line: bool) -> bytes:
        return frame_geojson(self.to_geopandas(), one_per_line=one_per_line)

    def _sentence(self) -> str:
        return self.plan._sentence().replace(" units ", " committees ") + label(self._city.note)

    def __repr__(self) -> str:
        return f"Division({self._sentence()})"

    def _repr_html_(self) -> str:
        first = next(iter(self.balance))
        rows = [
            (part, row["towns"], int(row["units"]), _html.number(row[first]))
            for part, row in zip(self.parts.index, self.parts.to_dict("records"), strict=True)
        ]
        return _html.section(
            self._sentence(),
            _html.table(("part", "towns", "committees", first), rows),
            self._city.note,
        )


def divide(
    city: City,
    k: int,
    within: str | None,
    balance: Mapping[str, float] | None,
    contiguity: Contiguity | None,
    terms: dict[str, Any],
) -> Division:
    """Answer `City.partition`."""
    balance = {"population": 0.10} if balance is None else dict(balance)
    weights = _amounts(city, balance)
    towns = None
    if within is not None:
        frame = city.demand
        if within not in frame.columns:
            known = ", ".join(frame.columns.drop("geometry"))
            raise InvalidInput(
                f"within = {within!r}: no such column; known: {known}", parameter="within"
            )
        towns = frame[within].to_numpy()
    if contiguity is None:
        contiguity = Contiguity.from_polygons(city._demand_geometry, snap_m=SNAP_M)
    limits = list(balance.values())
    plan = regions.partition(contiguity, weights, k, tolerance=limits, within=towns, **terms)
    return Division(city, plan, balance)


def _amounts(city: City, balance: Mapping[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    demand = city.demand
    known = ["population", *city.groups]
    unknown = [name for name in balance if name not in known]
    if unknown or not balance:
        raise InvalidInput(
            f"balance names {unknown[0]!r}; known: {', '.join(known)}"
            if unknown
            else "balance is empty; name what to balance, such as {'population': 0.1}",
            parameter="balance",
        )
    return np.stack([demand[name].to_numpy(dtype=float) for name in balance])
