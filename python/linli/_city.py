"""The city, and the questions that are asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from linli import _html, _linli
from linli._city_assign import AssignmentsOfCity
from linli._city_choice import ChoiceOfCity
from linli._city_measures import MeasuresOfCity
from linli._city_plans import PlansOfCity
from linli._city_scenarios import ScenariosOfCity
from linli._city_sites import SitesOfCity
from linli._city_streets import StreetsOfCity
from linli._coverage import Coverage
from linli._names import index_beside, label
from linli._tables import crs_of_name
from linli.walk import CrowFly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linli._issues import ImportReport
    from linli._streets import StreetNetwork
    from linli.walk import Walk

__all__ = ["City"]


@dataclass(frozen=True, repr=False, eq=False)
class City(
    AssignmentsOfCity,
    ChoiceOfCity,
    MeasuresOfCity,
    PlansOfCity,
    ScenariosOfCity,
    SitesOfCity,
    StreetsOfCity,
):
    """Committees, community centres and towns of one place: what every question is asked of.

    A city never changes; a scenario is a new one, see `what_if`. Made by
    `linli.read` or `linli.datasets.putuo`.

    Examples
    --------
    >>> import linli
    >>> city = linli.datasets.putuo()
    >>> city
    City(264 committees in 10 towns, 1,239,800 people, 25 centres, 20 of them existing; synthetic)
    """

    _core: _linli.City
    _given: Mapping[str, gpd.GeoSeries | None]
    reports: tuple[ImportReport, ...]
    """What was accepted, repaired and noted of each layer."""
    _lines: tuple[str, ...] = ()
    streets: StreetNetwork | None = None
    """The streets that questions walk along where no `walk` is given."""
    _barriers: _linli.Barriers | None = None

    @property
    def demand(self) -> gpd.GeoDataFrame:
        """The committees (居委会/村委会), one row each, in the caller's CRS and index."""
        return self._frame(self._core.demand(), self._demand_geometry)

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """The centres (设施), one row each, in the caller's CRS and index."""
        return self._frame(self._core.facilities(), self._facility_geometry)

    @property
    def towns(self) -> gpd.GeoDataFrame:
        """The towns (街镇), one row each, in the caller's CRS; outlines where they were given."""
        return self._frame(self._core.towns(), self._town_geometry)

    @property
    def services(self) -> tuple[str, ...]:
        """The services (服务) that some centre offers: what `service=` takes."""
        return tuple(self._core.services)

    @property
    def groups(self) -> tuple[str, ...]:
        """The measures of the committees beside population: what `group=` takes."""
        return tuple(self._core.groups)

    @property
    def note(self) -> str | None:
        """What a reader must be told about the data, such as that it is synthetic."""
        return self._core.note

    @property
    def input_hash(self) -> str:
        """A digest of committees and centres: cities with the same one give the same answers.

        Streets have a hash of their own, and so have `barriers`: answers that depend on
        them name it in their provenance, as ``barriers_hash``.
        """
        return self._core.input_hash

    def coverage(
        self,
        minutes: float = 15,
        *,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
        speeds: Mapping[str, float] | None = None,
    ) -> Coverage:
        """Find who is within a walk of an existing centre, and who is not (覆盖).

        Parameters
        ----------
        minutes : float, default 15
            Longest acceptable one-way walk, inclusive. Fifteen minutes is the
            life-circle standard (十五分钟生活圈).
        walk : Walk, optional
            How distance is measured, and how fast people walk; by default along
            `streets` where the city has them, else ``CrowFly()``.
        service : str, optional
            Count only centres that offer this service; see `services`.
        group : str, optional
            Count this measure, such as ``"over_60"``, instead of all residents;
            see `groups`.
        speeds : mapping of str to float, optional
            Groups that walk at a speed of their own, metres per second, such as
            ``{"over_60": 0.9, "over_80": 0.7}``: the same minutes are fewer metres
            for them. All others walk at the speed of the walk, and everyone is
            counted once: ages nest as their names say (``over_60`` counts those who
            are not ``over_80``), other groups may not overlap. See ``by("group")``.

        Returns
        -------
        Coverage
            One row per committee.

        Raises
        ------
        InvalidInput
            If no centre is open, or the service or group is not in the data.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> found = city.coverage(minutes=10, group="over_60")
        >>> 0 < found.share < city.coverage(minutes=15, group="over_60").share < 1
        True
        >>> at_own_speeds = city.coverage(speeds={"over_60": 0.9})
        >>> at_own_speeds.share < city.coverage().share
        True
        """
        walk = self._walk(walk)
        found = self._core.coverage(
            walk._core,
            minutes=minutes,
            speed_m_per_s=walk.speed_m_per_s,
            service=service,
            group=group,
            speeds=list((speeds or {}).items()),
        )
        return Coverage(found, self)

    def _walk(self, walk: Walk | None) -> Walk:
        if walk is not None:
            return walk
        return CrowFly() if self.streets is None else self.streets

    @cached_property
    def _demand_geometry(self) -> gpd.GeoSeries:
        given = self._given.get("demand")
        if given is not None:
            return given
        return _geometry(self._core.demand_shapes(), self._core.crs[0])

    @cached_property
    def _facility_geometry(self) -> gpd.GeoSeries:
        given = self._given.get("facilities")
        if given is not None:
            return given
        positions = shapely.points(self._core.facility_positions())
        return gpd.GeoSeries(positions, crs=crs_of_name(self._core.crs[1]))

    @cached_property
    def _town_geometry(self) -> gpd.GeoSeries:
        given = self._given.get("towns")
        if given is not None:
            return given
        return _geometry(self._core.town_shapes(), self._core.crs[0])

    @cached_property
    def _demand_columns(self) -> dict[str, Any]:
        columns = self._core.demand()
        return {name: columns[name] for name in ("id", "name", "town")}

    @cached_property
    def _facility_names(self) -> tuple[list[str], list[str]]:
        columns = self._core.facilities()
        return columns["id"], columns["name"]

    @staticmethod
    def _frame(columns: Mapping[str, Any], geometry: gpd.GeoSeries) -> gpd.GeoDataFrame:
        index = index_beside(columns, geometry.index)
        return gpd.GeoDataFrame(dict(columns), index=index, geometry=geometry.set_axis(index))

    @property
    def _whom(self) -> str:
        """Who the demand is: people, jobs, or a sum of layers."""
        layer = self._core.layer_name or "people"
        return layer if layer.isidentifier() else f"of {layer}"

    def _sentence(self) -> str:
        committees, facilities, towns = self._core.counts
        existing = self._core.facilities()["status"].count("existing")
        place = f" in {towns:,} towns" if towns else ""
        return (
            f"{committees:,} committees{place}, {_html.number(self._core.people)} {self._whom}, "
            f"{facilities:,} centres, {existing:,} of them existing{label(self.note)}"
        )

    def __repr__(self) -> str:
        return f"City({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [(repr(report)[len("ImportReport(") : -1],) for report in self.reports]
        return _html.section(self._sentence(), _html.table(("layers",), rows), self.note)


def _geometry(shapes: list[bytes | None], name: str) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_wkb(shapes, crs=crs_of_name(name))
