"""What follows from a proposal: proof, the next best, the sure ones, what more would bring."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli._front import Front
from linli._phases import frame_of_phases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linli import _linli

__all__ = ["Followed"]

POINTS = 12
"""Plans of a front where nobody says how many."""


class Followed:
    """What can be asked of a proposal beside its centres."""

    _core: _linli.Proposal

    @property
    def model(self) -> str:
        """The model: ``mclp``, ``gradual``, ``lscp``, ``p_median`` or ``p_center``."""
        return str(self.provenance["model"])

    @property
    def objective(self) -> float:
        """What was to be made large or small, of all open centres.

        People within the limit (`mclp`), people so counted (`gradual`), centres
        (`lscp`), person-metres (`p_median`) or metres (`p_center`). Over
        several phases, their sum.
        """
        return float(self._proof["objective"])

    @property
    def bound(self) -> float:
        """What no choice of these candidates can beat, in the unit of the objective."""
        return float(self._proof["bound"])

    @property
    def gap(self) -> float:
        """Distance of objective and bound over the objective; 0 where both are equal."""
        return float(self._proof["gap"])

    @property
    def proven(self) -> bool:
        """Whether no choice of these candidates is better, up to rounding."""
        return bool(self._proof["proven"])

    @property
    def stop(self) -> str:
        """Why the search ended: ``proven``, ``gap``, ``time`` or ``work``."""
        return str(self._proof["stop"])

    @property
    def seconds(self) -> float:
        """Seconds the search took."""
        return float(self._proof["seconds"])

    @property
    def seed(self) -> int:
        """The seed of its random restarts."""
        return int(self._proof["seed"])

    @property
    def people(self) -> float:
        """People (or the group asked for) whose number is known, wherever they live."""
        return self._core.people[0]

    @property
    def sites(self) -> pd.DataFrame:
        """The new centres, phase by phase, each phase in the order in which they bring most.

        Columns are id, name, town, origin (``listed``, ``grid`` or ``given``),
        phase, people_gained (within the limit, beside the centres before it),
        people_lost (when it alone is left out), gained and lost (the same in
        the unit of the objective: people, or person-metres for `p_median`),
        next_best (the candidate that loses least in its place) and
        next_best_lost (what that loses, in people or person-metres); the last
        two not for `lscp`.
        """
        picks = self._core.picks()
        table = self._named(picks["site"])
        for column in ("phase", "people_gained", "people_lost", "gained", "lost"):
            table[column] = picks[column]
        # Of the fewest centres none is exchanged; and without people nothing can be lost.
        if self.model == "lscp" or not self.people or not picks["site"]:
            return pd.DataFrame(table)
        swaps = self.exchanges
        best = [_least(swaps.loc[name]) for name in table["id"]]
        table["next_best"] = [name for name, _ in best]
        table["next_best_lost"] = [lost for _, lost in best]
        return pd.DataFrame(table)

    @cached_property
    def exchanges(self) -> pd.DataFrame:
        """What it would lose to take another candidate (columns) for a new centre (rows).

        People no longer within the limit; for `p_median` person-metres more.
        Negative where it would be better, infinite where someone would have no
        centre. Rows and columns are ids.
        """
        chosen, rejected, lost, _ = self._core.exchanges()
        ids = self._sites["id"]
        table = lost.reshape(len(chosen), len(rejected))
        frame = pd.DataFrame(
            table,
            index=pd.Index([ids[site] for site in chosen], name="chosen", dtype=object),
            columns=pd.Index([ids[site] for site in rejected], name="rejected", dtype=object),
        )
        return frame.loc[[ids[site] for site in self._core.picks()["site"]]]

    def robust(self, within: float = 0.01, nearby_m: float = 0.0) -> pd.DataFrame:
        """Say which new centres are in every plan that is nearly as good (稳健选址).

        Each new centre is left out in turn and the question asked anew, so this
        takes as long as so many questions.

        Parameters
        ----------
        within : float, default 0.01
            How much worse than the best a plan may be, relative to the
            objective (of all centres, existing ones among them).

        nearby_m : float, default 0.0
            Leave out with each new centre the candidates within so many metres
            of it, as the crow flies: on a grid the next point is nearly as
            good, and a distance asks which places are needed.

        Returns
        -------
        pandas.DataFrame
            One row per new centre: id, name, objective and bound of the best
            plan without it, lost (what that is worth less) and in_every_plan
            (missing where the bounds leave it open).
        """
        rows = self._core.robust(within, nearby_m)
        table = self._named([row["site"] for row in rows])
        for column in ("objective", "bound", "lost"):
            table[column] = np.array([row[column] for row in rows], dtype=float)
        table["in_every_plan"] = pd.array([row["in_every_plan"] for row in rows], dtype="boolean")
        frame = pd.DataFrame(table)
        frame.attrs["linli"] = {**self.provenance, "within": within, "nearby_m": nearby_m}
        return frame

    def curve(self, most: int | None = None) -> pd.DataFrame:
        """Say what the first, second, … new centre is worth, each number planned anew.

        Parameters
        ----------
        most : int, optional
            New centres up to which to ask; by default as many as were proposed.

        Returns
        -------
        pandas.DataFrame
            By number of new centres: objective, bound, proven, gain (what one
            more adds), gain_least and gain_most (between these the true gain
            lies) and sites (ids); for `p_median` also mean_walk_m. `lscp` is
            asked as `mclp`.
        """
        points = self._core.curve(len(self._core.picks()["site"]) if most is None else most)
        existing, ids = self._existing, self._sites["id"]
        rows = []
        for _, plan, gain, between in points:
            chosen = plan.sites()
            least, most_gained = between or (np.nan, np.nan)
            rows.append(
                {
                    "objective": plan.objective,
                    "bound": plan.bound,
                    "proven": plan.proven,
                    "gain": np.nan if gain is None else gain,
                    "gain_least": least,
                    "gain_most": most_gained,
                    "sites": tuple(ids[site] for site in chosen["site"][~chosen["fixed"]]),
                }
            )
        index = pd.Index([p - existing for p, *_ in points], name="new")
        frame = pd.DataFrame(rows, index=index)
        if self.model == "p_median":
            people = np.array([plan.people for _, plan, *_ in points])
            frame.insert(1, "mean_walk_m", frame["objective"] / people)
        frame.attrs["linli"] = self.provenance
        return frame

    def pareto(self, most: int = POINTS) -> Front:
        """Find plans of as many new centres between most people covered and shortest walks.

        Parameters
        ----------
        most : int, default 12
            Plans to look for, in the widest spaces first.

        Returns
        -------
        Front
            Plans that are best at some exchange rate between the two, each with
            the ids of its new centres.
        """
        found, complete, people = self._core.pareto(most)
        ids, existing = self._sites["id"], self._existing
        sites = [tuple(ids[site] for site in point[0] if site >= existing) for point in found]
        return Front._of(found, people, self.people, sites, complete=complete)

    @property
    def phases(self) -> pd.DataFrame | None:
        """The phases, where several were asked for.

        By phase: open (centres at its end), opened (ids), objective, free (of
        the best plan of as many centres that need not contain the earlier
        ones), price (what nesting costs: the difference of the two) and
        price_at_most (the same against the bound).
        """
        phases = self._core.phases()
        if phases is None:
            return None
        ids = self._sites["id"]
        return frame_of_phases(phases, lambda site: ids[site])

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: walk, standard, model, candidates, seed, hash of the data, version."""
        return dict(self._core.provenance())

    @cached_property
    def _proof(self) -> dict[str, Any]:
        return self._core.proof()

    @cached_property
    def _sites(self) -> dict[str, Any]:
        return self._core.sites()

    @property
    def _existing(self) -> int:
        return int(self._sites["origin"].count("existing"))

    def _named(self, sites: Iterable[int]) -> dict[str, Any]:
        rows = list(sites)
        return {
            name: np.array([self._sites[name][row] for row in rows], dtype=object)
            for name in ("id", "name", "town", "origin")
        }


def _least(losses: pd.Series[Any]) -> tuple[Any, float]:
    """Which exchange loses least, and what."""
    if losses.empty:
        return None, float("nan")
    at = int(losses.to_numpy().argmin())
    return losses.index[at], float(losses.iloc[at])
