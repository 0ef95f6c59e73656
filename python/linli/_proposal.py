"""Proposals: where the next centres should go, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from linli import _html, _linli
from linli._front import Front
from linli._map import Lines, Map, geojson_of
from linli._names import label
from linli._phases import frame_of_phases
from linli._result import arrow_of, save_as
from linli._tables import LONLAT, crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from linli._city import City
    from linli._coverage import Comparison, Coverage
    from linli.walk import Walk

__all__ = ["Proposal"]

CAPACITY = "capacity"
"""The measure of facilities that utilisation is of, where it is there."""
POINTS = 12
"""Plans of a front where nobody says how many."""


@dataclass(frozen=True, repr=False, eq=False)
class Proposal:
    """Where the next centres should go (选址方案): existing ones stay open.

    Made by `City.site`.

    Examples
    --------
    >>> import linli
    >>> plan = linli.datasets.putuo().site(new=2, minutes=15)
    >>> plan.proven, len(plan.sites)
    (True, 2)
    """

    _core: _linli.Proposal
    _city: City
    _walk: Walk

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
    def people_covered(self) -> float:
        """People within the limit of a centre under the plan."""
        return self._core.people[2]

    @property
    def people_gained(self) -> float:
        """People whom the plan brings within the limit."""
        _, before, after = self._core.people
        return after - before

    @property
    def mean_walk_m(self) -> tuple[float | None, float | None]:
        """Mean walk before and under the plan, metres; None where walks were cut off."""
        return self._core.mean_walk_m

    @property
    def longest_walk_m(self) -> tuple[float | None, float | None]:
        """Longest walk before and under the plan, metres; None where walks were cut off."""
        return self._core.longest_walk_m

    @property
    def sites(self) -> pd.DataFrame:
        """The new centres, phase by phase, each phase in the order in which they bring most.

        Columns are id, name, town, origin (``listed``, ``grid`` or ``given``),
        phase, people_gained (within the limit, beside the centres before it),
        people_lost (when it alone is left out), gained and lost (the same in
        the unit of the objective: people, or person-metres for `p_median`),
        next_best (the candidate that loses least in its place) and
        next_best_lost (what that loses, in people or person-metres).
        """
        picks = self._core.picks()
        table = self._named(picks["site"])
        for column in ("phase", "people_gained", "people_lost", "gained", "lost"):
            table[column] = picks[column]
        if self.provenance["model"] == "lscp" or not picks["site"]:
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
    def groups(self) -> pd.DataFrame:
        """Each group with a walking speed of its own and all others, before and after.

        Columns are group (None for all others), speed_m_per_s, limit_m, people
        (where they have a place), people_covered_before and people_covered.
        """
        names = {
            "name": "group",
            "covered_before": "people_covered_before",
            "covered_after": "people_covered",
        }
        frame = pd.DataFrame(self._core.groups()).rename(columns=names)
        frame["group"] = pd.Series([group["name"] for group in self._core.groups()], dtype=object)
        return frame

    @property
    def left_out(self) -> pd.DataFrame:
        """The committees that took no part in the choice, or not wholly, and why.

        ``unlocated`` (no place in the data: counted, not as covered),
        ``population_unknown`` (in no number of people), ``unreachable`` (no
        site can be walked to) or ``unsnapped`` (no street is near). `people`
        are those of them whom it concerns.
        """
        rows = self._core.left_out()
        columns = self._city._demand_columns
        table: dict[str, Any] = {}
        for name in ("id", "name", "town"):
            table[name] = [columns[name][row["row"]] for row in rows]
        table["reason"] = [row["reason"] for row in rows]
        table["people"] = np.array([row["people"] for row in rows], dtype=float)
        return pd.DataFrame(table)

    @cached_property
    def city(self) -> City:
        """The city with the plan carried out: ask it anything."""
        return self.city_at(None)

    def city_at(self, phase: int | None) -> City:
        """Give the city with the plan carried out up to a phase.

        Parameters
        ----------
        phase : int or None
            The last phase to carry out, from 1; None carries out all.

        Returns
        -------
        City
            New centres from a grid or of your own are added and offer every
            service; listed ones are existing.
        """
        last = int(max(self._core.picks()["phase"], default=1))
        if phase is not None and not 0 <= phase <= last:
            raise InvalidInput(
                f"phase = {phase}: give 0 (today) to {last}", parameter="phase", value=phase
            )
        core, opened = self._core.city(phase)
        added = [site for site in opened if self._sites["facility"][site] < 0]
        return self._city._with(
            core, [self._sites["id"][site] for site in added], self._places(added)
        )

    def coverage(self) -> Coverage:
        """Ask the city with the plan carried out the same: who is within the limit.

        Returns
        -------
        Coverage
            Everybody at the speed of the walk, also where groups had their own.
        """
        return self.city.coverage(**self._question)

    def compare(self) -> Comparison:
        """Say what the plan means, in people: before, after, by committee.

        Returns
        -------
        Comparison
            As `Coverage.compare` of today and of the city with the plan carried out.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> plan = city.site(new=1)
        >>> round(city.compare(plan).people_gained - plan.people_gained, 6)
        0.0
        """
        return self._city.coverage(**self._question).compare(self.coverage())

    def centres(self, capacity: str | None = None) -> pd.DataFrame:
        """Give every centre that is open under the plan, new ones first.

        Parameters
        ----------
        capacity : str, optional
            The column of the facilities that holds how many people a centre can
            serve; by default ``capacity``, where the data has it.

        Returns
        -------
        pandas.DataFrame
            Columns are id, name, town, origin, phase (missing for existing
            ones), people (within the limit whose nearest centre it is),
            mean_walk_m, minutes, farthest_m, and where capacity is known
            capacity and utilisation (people over capacity).
        """
        centres = self._core.centres()
        table = self._named(centres["site"])
        table["phase"] = pd.array(centres["phase"], dtype="Int64")
        for column in ("people", "mean_walk_m", "minutes", "farthest_m"):
            table[column] = centres[column]
        places = self._capacity(capacity, centres["site"])
        if places is not None:
            table["capacity"] = places
            known = np.where(places > 0, places, np.nan)
            table["utilisation"] = table["people"] / known
        return pd.DataFrame(table)

    def to_geopandas(self, capacity: str | None = None) -> gpd.GeoDataFrame:
        """Give the centres with their places, in the CRS of the facilities.

        Parameters
        ----------
        capacity : str, optional
            As in `centres`.

        Returns
        -------
        geopandas.GeoDataFrame
            The columns of `centres` and a geometry; the assumptions are in
            ``.attrs["linli"]``.
        """
        sites = list(self._core.centres()["site"])
        crs = self._city._facility_geometry.crs
        geometry = gpd.GeoSeries(self._shapes(sites), crs=crs)
        frame = gpd.GeoDataFrame(self.centres(capacity), geometry=geometry)
        frame.attrs["linli"] = self.provenance
        return frame

    def to_arrow(self) -> pa.Table:
        """Give the centres as an Arrow table with GeoArrow metadata (needs pyarrow).

        Returns
        -------
        pyarrow.Table
            Geometry as well-known binary.
        """
        return arrow_of(self.to_geopandas)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the centres to a file: whole, or not at all.

        Parameters
        ----------
        path : str or path-like
            The suffix says the format: ``.geojson``, ``.ndjson`` (one feature a
            line), ``.csv`` or ``.parquet``.

        Returns
        -------
        pathlib.Path
            The file.
        """
        return save_as(path, self._core.geojson, self.to_geopandas)

    def lines(self) -> gpd.GeoDataFrame:
        """Give a straight line from each demand point to its nearest centre under the plan.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns are committee and centre (ids), people, walk_m, minutes and
            within (the limit), in the CRS of the committees. Points without a
            centre within reach have no line.
        """
        columns, ends = self._core.lines()
        shapes = shapely.linestrings(ends.reshape(-1, 2, 2))
        crs = self._city._demand_geometry.crs
        on_earth = crs_of_name(self._city._core.crs[0]) is not None and crs is not None
        geometry = gpd.GeoSeries(shapes, crs=LONLAT if on_earth else crs)
        committees, ids = self._city._demand_columns["id"], self._sites["id"]
        minutes = columns["walk_m"] / self._walk.speed_m_per_s / 60
        table = {
            "committee": [committees[row] for row in columns["committee"]],
            "centre": [ids[site] for site in columns["site"]],
            "people": columns["people"],
            "walk_m": columns["walk_m"],
            "minutes": minutes,
            "within": columns["walk_m"] <= self.provenance["limit_m"],
        }
        return gpd.GeoDataFrame(table, geometry=geometry.to_crs(crs) if on_earth else geometry)

    def plot(self, most: int | None = None) -> NDArray[np.object_]:
        """Draw the plan and what each more centre is worth, side by side (needs matplotlib).

        Parameters
        ----------
        most : int, optional
            New centres up to which the curve goes; see `curve`.

        Returns
        -------
        numpy.ndarray of matplotlib.axes.Axes
            The map and the curve.
        """
        from linli import _plot

        return _plot.proposal(self, most)

    def map(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        lines: Lines | Iterable[Lines] | None = None,
    ) -> Map:
        """Draw the map under the plan: one HTML page that works without a network.

        Parameters
        ----------
        path : str or path-like, optional
            Save it there, too.
        lines : GeoJSON file or GeoDataFrame of lines, or several, optional
            As in `Coverage.map`.

        Returns
        -------
        Map
            New centres stand out; a line goes from where people live to their centre.
        """
        beneath = list(self._city._lines) if lines is None else geojson_of(lines)
        page = Map(self._core.map_html(beneath), self._sentence())
        if path is not None:
            page.save(path)
        return page

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

    @property
    def _question(self) -> dict[str, Any]:
        about = self.provenance
        asked = {name: about[name] for name in ("minutes", "service", "group")}
        return {**asked, "walk": self._walk}

    def _named(self, sites: Iterable[int]) -> dict[str, Any]:
        rows = list(sites)
        return {
            name: np.array([self._sites[name][row] for row in rows], dtype=object)
            for name in ("id", "name", "town", "origin")
        }

    def _capacity(self, column: str | None, sites: Iterable[int]) -> NDArray[np.float64] | None:
        facilities = self._city._core.facilities()
        name = CAPACITY if column is None else column
        if name not in facilities:
            if column is None:
                return None
            raise InvalidInput(
                f"capacity = {column!r}: the facilities have no such column", parameter="capacity"
            )
        known = np.asarray(facilities[name], dtype=float)
        rows = [self._sites["facility"][site] for site in sites]
        return np.array([known[row] if row >= 0 else np.nan for row in rows])

    def _places(self, sites: list[int]) -> list[tuple[float, float]]:
        """Positions of sites in the caller's CRS of the facilities."""
        mine = self._city._facility_geometry.crs
        core = crs_of_name(self._city._core.crs[1])
        positions = self._core.site_positions()[sites]
        if mine is not None and core is not None and mine != core:
            way = pyproj.Transformer.from_crs(core, mine, always_xy=True)
            return [way.transform(x, y) for x, y in positions]
        return [(float(x), float(y)) for x, y in positions]

    def _shapes(self, sites: list[int]) -> list[Any]:
        """Shapes as the caller gave them, and points of all other sites."""
        given = self._city._facility_geometry.to_numpy()
        rows = [self._sites["facility"][site] for site in sites]
        places = self._places(sites)
        shapes = zip(rows, places, strict=True)
        return [given[row] if row >= 0 else shapely.Point(place) for row, place in shapes]

    def _sentence(self) -> str:
        return f"{self._core.headline}{label(self._city.note)}"

    def __repr__(self) -> str:
        return f"Proposal({self._sentence()})"

    def _repr_html_(self) -> str:
        sites = self.sites
        header = ["new centre", "town", "people gained", "lost without it"]
        columns = ["name", "town", "people_gained", "people_lost"]
        if sites["phase"].max() > 1:
            header, columns = ["phase", *header], ["phase", *columns]
        rows = [
            [
                _html.number(row[name]) if name.startswith("people") else row[name]
                for name in columns
            ]
            for row in sites.to_dict("records")
        ]
        body = _html.table(header, rows)
        phases = self.phases
        if phases is not None:
            stages = [
                (phase, row["open"], _html.number(row["objective"]), _html.number(row["price"]))
                for phase, row in zip(phases.index, phases.to_dict("records"), strict=True)
            ]
            body += _html.table(("phase", "centres", "objective", "price of nesting"), stages)
        small = (
            f"objective {self.objective:,.10g}, bound {self.bound:,.10g}, {self.stop}, "
            f"{self.seconds:.2f} s, seed {self.seed}"
        )
        notes = (self._core.details, self._core.assumptions, small, self._city.note)
        return _html.section(self._sentence(), body, *notes)


def _least(losses: pd.Series[Any]) -> tuple[Any, float]:
    """Which exchange loses least, and what."""
    if losses.empty:
        return None, float("nan")
    at = int(losses.to_numpy().argmin())
    return losses.index[at], float(losses.iloc[at])
