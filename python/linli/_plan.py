"""Siting plans: which sites to open, how good that is, and how good anything could be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _html

if TYPE_CHECKING:
    from linli import _linli

__all__ = ["Curve", "SitingPlan"]

SHOWN = 20
"""Sites that a notebook shows."""

REASON = {"gap": "within the gap asked for", "time": "the time was up", "work": "enough was tried"}
"""Why a search ended before the proof."""


@dataclass(frozen=True, repr=False, eq=False)
class SitingPlan:
    """Which sites to open, what they achieve, and a bound that no other choice can beat.

    Made by the functions of `linli.locate`. Objective and people are evaluated
    again from the reach by code that knows nothing of the search.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[200, 900], [900, 300]], limit_m=500)
    >>> linli.locate.mclp(reach, [3000, 1000], p=1)
    SitingPlan(mclp: 1 site reaches 3,000 of 4,000 people, 75.0 %; proven best)
    """

    _core: _linli.SitingPlan
    _counted: str = "people"

    @property
    def model(self) -> str:
        """The model by its function: ``mclp``, ``lscp``, ``p_median`` and so on."""
        return self._core.model

    @property
    def objective(self) -> float:
        """What was to be made large or small.

        People covered (`mclp`, `mclp_services`, `gradual`), sites or with costs money
        (`lscp`), person-metres
        (`p_median`) or metres (`p_center`).
        """
        return self._core.objective

    @property
    def bound(self) -> float:
        """What no choice can beat, in the unit of the objective."""
        return self._core.bound

    @property
    def gap(self) -> float:
        """Distance of objective and bound over the objective; 0 where both are equal."""
        return self._core.gap

    @property
    def proven(self) -> bool:
        """Whether no choice is better, up to rounding (1e-9 of the objective)."""
        return self._core.proven

    @property
    def stop(self) -> str:
        """Why the search ended: ``proven``, ``gap`` or ``time``."""
        return self._core.stop

    @property
    def seconds(self) -> float:
        """Seconds the search took."""
        return self._core.seconds

    @property
    def seed(self) -> int:
        """The seed of its random restarts."""
        return self._core.seed

    @property
    def people(self) -> float:
        """People in all; demand points, where no people were given."""
        # An empty sum is -0.0.
        return self._core.people + 0.0

    @property
    def people_covered(self) -> float:
        """People within the limit of a chosen site; demand points, where no people were given."""
        return self._core.people_covered + 0.0

    @property
    def sites(self) -> pd.DataFrame:
        """The chosen sites, fixed ones among them, by rising row.

        Columns are site (row of the site in the reach), fixed, people (whose
        nearest chosen site it is) and only_here (people whom no other chosen
        site reaches). With a budget also existing (was open already, and could
        have been closed); with capacities people are those it serves, and load
        is what it takes of its capacity.
        """
        return pd.DataFrame(self._core.sites())

    @property
    def assignment(self) -> pd.Series[Any]:
        """The nearest chosen site of each demand point, in the rows of the reach.

        Nullable integers: missing where no chosen site is within the limit.
        Ties go to the lower site. With capacities, the site that serves the
        point or most of it; missing where none does.
        """
        found, site = self._core.assignment()
        values = pd.array(site, dtype="Int64")
        values[~found] = pd.NA
        return pd.Series(values, name="site")

    @property
    def shares(self) -> pd.DataFrame:
        """Which site serves how much of each demand point, where there are capacities.

        Columns are demand (row in the reach), site, and share, above 0 and at
        most 1. Without capacities there are no rows.
        """
        return pd.DataFrame(self._core.shares())

    @property
    def closed(self) -> list[int]:
        """Existing sites that the plan closes, by rising row."""
        return self._core.closed

    @property
    def spent(self) -> float | None:
        """Money the plan takes; `None` without a budget or costs."""
        return self._core.spent

    def to_frame(self) -> pd.DataFrame:
        """Give the chosen sites with what is known of the plan.

        Returns
        -------
        pandas.DataFrame
            As `sites`; model, objective, bound, gap, proven, stop, seconds and
            seed are in ``.attrs["linli"]``.
        """
        frame = self.sites
        facts = ("model", "objective", "bound", "gap", "proven", "stop", "seconds", "seed")
        frame.attrs["linli"] = {fact: getattr(self, fact) for fact in facts}
        return frame

    def _answer(self) -> str:
        """Say what the plan achieves."""
        sites = self.sites
        fixed = int(sites["fixed"].sum())
        several = len(sites) != 1
        who = f"{len(sites):,} site{'s' if several else ''}"
        who += f" ({fixed:,} fixed)" if fixed else ""
        who += f", {len(self.closed):,} closed," if self.closed else ""
        who += f" for {_html.number(self.spent)}" if self.spent is not None else ""
        served = "load" in sites
        to = "the site that serves them" if served else "the nearest"
        if self.model == "p_median":
            return f"{who}, {_html.number(self.objective / self.people)} m to {to} on average"
        if self.model == "p_center":
            return f"{who}, the longest walk to {to} is {_html.number(self.objective)} m"
        verb, reached = "serve" if served else "reach", self.people_covered
        if self.model == "gradual":
            verb, reached = "count for", self.objective
        if not several:
            verb = {"serve": "serves", "reach": "reaches", "count for": "counts for"}[verb]
        return (
            f"{who} {verb} {_html.number(reached)} of {_html.number(self.people)} {self._counted}, "
            f"{_html.percent(reached / self.people if self.people else None)}"
        )

    def _proof(self) -> str:
        """Say how sure it is."""
        if self.proven:
            return "proven best"
        gap = _html.percent(self.gap) if math.isfinite(self.gap) else "unknown"
        return f"gap {gap}, bound {_html.number(self.bound)}: {REASON.get(self.stop, self.stop)}"

    def _sentence(self) -> str:
        return f"{self.model}: {self._answer()}; {self._proof()}"

    def __repr__(self) -> str:
        return f"SitingPlan({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("site", "fixed", self._counted, "only here")
        rows = [
            (
                row["site"],
                "yes" if row["fixed"] else None,
                _html.number(row["people"]),
                _html.number(row["only_here"]),
            )
            for row in self.sites.head(SHOWN).to_dict("records")
        ]
        more = len(self.sites) - len(rows)
        return _html.section(
            self._sentence(),
            _html.table(header, rows),
            f"and {more:,} more sites" if more else None,
            f"objective {self.objective:,.10g}, bound {self.bound:,.10g}, {self.stop}, "
            f"{self.seconds:.2f} s, seed {self.seed}",
        )


@dataclass(frozen=True, repr=False, eq=False)
class Curve:
    """The best plan for each number of sites, and what each more site is worth.

    Made by `linli.locate.curve`.
    """

    plans: dict[int, SitingPlan]
    """The plan for each number of sites."""
    _gains: dict[int, tuple[float | None, tuple[float, float] | None]]

    @property
    def points(self) -> pd.DataFrame:
        """One row for each number of sites ``p``.

        Columns are objective, bound, proven, gain (what this site adds to the
        plan with one site fewer: people, or person-metres or metres less),
        gain_least and gain_most (between these the true gain lies). The first
        row has no gain: NaN.
        """
        nothing = float("nan")
        rows = []
        for p, plan in self.plans.items():
            gain, between = self._gains[p]
            least, most = between or (nothing, nothing)
            rows.append(
                {
                    "objective": plan.objective,
                    "bound": plan.bound,
                    "proven": plan.proven,
                    "gain": nothing if gain is None else gain,
                    "gain_least": least,
                    "gain_most": most,
                }
            )
        return pd.DataFrame(rows, index=pd.Index(list(self.plans), name="p"))

    def to_frame(self) -> pd.DataFrame:
        """Give the points of the curve.

        Returns
        -------
        pandas.DataFrame
            As `points`.
        """
        return self.points

    def _sentence(self) -> str:
        sizes = list(self.plans)
        first, last = self.plans[sizes[0]], self.plans[sizes[-1]]
        proven = sum(plan.proven for plan in self.plans.values())
        return (
            f"{first.model} for {sizes[0]} to {sizes[-1]} sites: objective "
            f"{_html.number(first.objective)} to {_html.number(last.objective)}; "
            f"{proven} of {len(sizes)} proven best"
        )

    def __repr__(self) -> str:
        return f"Curve({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("sites", "objective", "gain", "proven")
        rows = [
            (p, _html.number(row["objective"]), _html.number(row["gain"]), row["proven"])
            for p, row in zip(self.plans, self.points.to_dict("records"), strict=True)
        ]
        return _html.section(self._sentence(), _html.table(header, rows))
