"""What a division is asked: walks, a standard, other plans, its levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _linli, regions
from linli._hierarchy import Hierarchy
from linli._hierarchy_parts import walk_columns, walks_of
from linli._result import CommitteeResult
from linli._standard import Standard
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linli._ensemble import Ensemble
    from linli._partition import Partition
    from linli.walk import Walk

__all__ = ["DivisionQuestions"]


class DivisionQuestions(CommitteeResult):
    """The questions of a `Division`."""

    plan: Partition
    balance: Mapping[str, float]
    above: DivisionQuestions | None
    _walk: Walk | None
    _service: str | None
    _within: str | None

    def walks(
        self, minutes: float = 15, *, walk: Walk | None = None, service: str | None = None
    ) -> pd.DataFrame:
        """Say how far the people of each part walk to its centre.

        A part's centre is the open one with the shortest mean walk for its
        people, wherever it stands.

        Parameters
        ----------
        minutes : float, default 15
            The walk that counts as near, inclusive.
        walk : Walk, optional
            How distance is measured; by default as the division was made.
        service : str, optional
            Only centres that offer this service.

        Returns
        -------
        pandas.DataFrame
            One row per part: centre (its name), centre_inside (whether it
            stands in one of the part's committees), minutes (mean over people),
            minutes_95 (enough for 95 % of them) and share_within; NaN where
            there is no centre or no way.
        """
        walk = self._walk if walk is None else walk
        service = self._service if service is None else service
        walk_m, sites = walks_of(self._city, walk, service)
        index = pd.RangeIndex(self.plan.k, name="part")
        names = ["centre", "centre_inside", "minutes", "minutes_95", "share_within"]
        if walk_m is None:
            table: dict[str, Any] = {"centre": None, "centre_inside": False}
            return pd.DataFrame(table | dict.fromkeys(names[2:], np.nan), index=index)
        speed, labels = self._city._walk(walk).speed_m_per_s, self.plan.labels
        people = np.nan_to_num(np.asarray(self._city.demand["population"], dtype=float))
        found = _linli.part_walks(walk_m, people, labels, self.plan.k, speed * minutes * 60)
        committee = _linli.committee_of_centre(self._city._core)
        rows = []
        for part, one in enumerate(found):
            facility = None if one["centre"] is None else sites[one["centre"]]
            home = None if facility is None else committee[facility]
            rows.append(
                {
                    "centre": None if facility is None else self._city._facility_names[1][facility],
                    "centre_inside": home is not None and labels[home] == part,
                    **walk_columns(one, speed),
                }
            )
        return pd.DataFrame(rows, index=index)

    def check(self, standard: str | Standard = "gb50180-2018/15") -> pd.DataFrame:
        """Compare every part with the life circle (生活圈) of a planning standard.

        Parameters
        ----------
        standard : str or Standard, default "gb50180-2018/15"
            A name of `Standard.names`, or one of your own.

        Returns
        -------
        pandas.DataFrame
            One row per part: people, ``people_fit`` (too_empty, fits, too_full;
            None where the standard has no number of people), minutes_95 and
            ``walk_met`` (whether 95 % of its people walk to its centre within the
            standard's minutes or radius; None where neither is known).
        """
        edition = standard if isinstance(standard, Standard) else Standard.named(standard)
        circle = edition.circle
        if circle is None:
            raise InvalidInput(f"{edition.name} has no life circle", parameter="standard")
        people = np.bincount(
            self.plan.labels,
            weights=np.nan_to_num(np.asarray(self._city.demand["population"], dtype=float)),
            minlength=self.plan.k,
        )
        walks = self.walks()
        band, minutes = circle.get("people"), circle.get("minutes")
        limit = None if minutes is None else float(minutes)
        radius = circle.get("radius_m")
        if limit is None and radius is not None:
            most = radius["least"] if radius["most"] is None else radius["most"]
            limit = most / (self._city._walk(self._walk).speed_m_per_s * 60)
        fit = [None] * len(people) if band is None else [_fit(one, band) for one in people]
        met = [
            None if limit is None or np.isnan(long) else bool(long <= limit)
            for long in walks["minutes_95"]
        ]
        table = {"people": people, "people_fit": fit, "minutes_95": walks["minutes_95"]}
        return pd.DataFrame(table | {"walk_met": met}, index=walks.index)

    def ensemble(
        self,
        steps: int = 10_000,
        *,
        chains: int = 1,
        tolerance: float | None = None,
        surcharge: float = 1.0,
        keep: bool = False,
        seed: int = 0,
    ) -> Ensemble:
        """Draw neutral plans that keep the same terms, to see where this one stands.

        Parameters
        ----------
        steps : int, default 10000
            Plans to draw in each chain.
        chains : int, default 1
            Independent chains.
        tolerance : float, optional
            How far a part may be from an equal share; by default as here, or as
            far as this plan is.
        surcharge : float, default 1.0
            How much trees avoid the borders of towns, where the division keeps within them.
        keep : bool, default False
            Keep every plan.
        seed : int, default 0
            Seed of all chains.

        Returns
        -------
        Ensemble
            Ask it for `Ensemble.standing` and `Ensemble.plot` of ``division.plan``.
        """
        off = max(self.plan.metrics().deviation) + 1e-9
        limit = max(*self.balance.values(), off) if tolerance is None else tolerance
        towns = self.plan._within
        return regions.recom(
            self.plan.contiguity,
            self.plan._weights,
            self.plan.labels,
            steps=steps,
            tolerance=limit,
            seed=seed,
            chains=chains,
            within=towns,
            surcharge=surcharge if towns is not None else 0.0,
            keep=keep,
        )

    def hierarchy(self, minutes: float = 15, *, names: Sequence[str] | None = None) -> Hierarchy:
        """Make a workbench of this division and those above it: move a committee, see what follows.

        Parameters
        ----------
        minutes : float, default 15
            The walk that counts as near.
        names : sequence of str, optional
            Names of the levels, from the highest down; by default ``grid``, and
            ``block`` below it. Towns are the highest level where the division
            keeps within them without exceptions.

        Returns
        -------
        Hierarchy
            All levels, nested.
        """
        chain: list[DivisionQuestions] = [self]
        while chain[0].above is not None:
            chain.insert(0, chain[0].above)
        default = (
            ["grid", "block"] if len(chain) < 3 else [f"level_{at}" for at in range(len(chain))]
        )
        names = default[: len(chain)] if names is None else list(names)
        if len(names) != len(chain):
            raise InvalidInput(
                f"names has {len(names)} entries; give one for each of the {len(chain)} levels",
                parameter="names",
            )
        levels: list[dict[str, Any]] = []
        top = chain[0]
        if top._within is not None and top.plan._facts["exceptions"] is None:
            town = self._city.demand[top._within].to_numpy()
            levels.append({"name": top._within, "labels": town, "balance": None, "fixed": True})
        measures = list(self.balance)
        for name, division in zip(names, chain, strict=True):
            # What a level does not balance has no limit there.
            balance = {one: division.balance.get(one, np.inf) for one in measures}
            limits = {one: min(limit, 1e9) for one, limit in balance.items()}
            labels = division.plan.labels
            levels.append({"name": name, "labels": labels, "balance": limits, "fixed": False})
        walk_m, _ = walks_of(self._city, self._walk, self._service)
        return Hierarchy(
            self._city,
            self.plan.contiguity,
            levels,
            minutes=minutes,
            walk_m=walk_m,
            speed_m_per_s=self._city._walk(self._walk).speed_m_per_s,
        )


def _fit(people: float, band: Mapping[str, float | None]) -> str:
    least, most = band["least"] or 0.0, band["most"]
    if people < least:
        return "too_empty"
    return "too_full" if most is not None and people > most else "fits"
