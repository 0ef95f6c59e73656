"""The city, and the questions that are asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from linli import _html, _linli
from linli._city_assign import AssignmentsOfCity
from linli._city_measures import MeasuresOfCity
from linli._city_plans import PlansOfCity
from linli._city_streets import StreetsOfCity
from linli._coverage import Coverage
from linli._names import index_beside, label
from linli._tables import crs_of_name
from linli.errors import InvalidInput
from linli.walk import CrowFly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linli._issues import ImportReport
    from linli._streets import StreetNetwork
    from linli.walk import Walk

__all__ = ["City"]

Position = tuple[float, float]


@dataclass(frozen=True, repr=False, eq=False)
class City(AssignmentsOfCity, MeasuresOfCity, PlansOfCity, StreetsOfCity):
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
        """A digest of the data: cities with the same one give the same answers."""
        return self._core.input_hash

    def coverage(
        self,
        minutes: float = 15,
        *,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
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
        """
        walk = self._walk(walk)
        found = self._core.coverage(
            walk._core,
            minutes=minutes,
            speed_m_per_s=walk.speed_m_per_s,
            service=service,
            group=group,
        )
        return Coverage(found, self)

    def what_if(
        self,
        *,
        open: str | Iterable[str] = (),  # noqa: A002
        close: str | Iterable[str] = (),
        add: Mapping[str, Position | shapely.Point] | None = None,
        move: Mapping[str, Position | shapely.Point] | None = None,
    ) -> City:
        """Make the same city with other centres; this one stays as it is.

        Parameters
        ----------
        open, close : str or iterable of str
            Centres, by id or unique name, that are existing or closed.
        add : mapping of str to (x, y)
            New centres: an id, and a position in the CRS of the facilities. A
            new centre is existing and offers every service.
        move : mapping of str to (x, y)
            Centres, by id or unique name, that stand elsewhere.

        Returns
        -------
        City
            Ask it the same question and `compare` the answers.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> more = city.what_if(add={"new": (121.33, 31.27)})
        >>> city.coverage().compare(more.coverage()).people_lost
        0.0
        """
        added = self._positions("add", add)
        moved = self._positions("move", move)
        to_core = self._to_core()
        core = self._core.what_if(
            _names(open),
            _names(close),
            [(name, to_core(place)) for name, place in added.items()],
            [(name, to_core(place)) for name, place in moved.items()],
        )
        geometry = self._facility_geometry.copy()
        for name, place in moved.items():
            geometry.iloc[self._core.facility_row(name)] = shapely.Point(place)
        return self._with(core, list(added), list(added.values()), geometry)

    def _with(
        self,
        core: _linli.City,
        added: list[str],
        places: list[Position],
        geometry: gpd.GeoSeries | None = None,
    ) -> City:
        """Make the city of another core, whose facilities have some more rows at the end."""
        geometry = self._facility_geometry if geometry is None else geometry
        if added:
            index = _labels(geometry.index, added)
            points = [shapely.Point(place) for place in places]
            new = gpd.GeoSeries(points, index=index, crs=geometry.crs)
            geometry = gpd.GeoSeries(pd.concat([geometry, new]), crs=geometry.crs)
        given = {**self._given, "facilities": geometry}
        return replace(self, _core=core, _given=given)

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

    def _positions(
        self, parameter: str, places: Mapping[str, Position | shapely.Point] | None
    ) -> dict[str, Position]:
        return {name: _position(parameter, name, place) for name, place in (places or {}).items()}

    def _to_core(self) -> Any:  # noqa: ANN401
        """Give the way from the caller's CRS of the facilities to the core's."""
        mine, core = self._facility_geometry.crs, crs_of_name(self._core.crs[1])
        if mine is None or core is None or mine == core:
            return lambda place: place
        way = pyproj.Transformer.from_crs(mine, core, always_xy=True)
        return lambda place: way.transform(*place)

    def _sentence(self) -> str:
        committees, facilities, towns = self._core.counts
        existing = self._core.facilities()["status"].count("existing")
        place = f" in {towns:,} towns" if towns else ""
        return (
            f"{committees:,} committees{place}, {_html.number(self._core.people)} people, "
            f"{facilities:,} centres, {existing:,} of them existing{label(self.note)}"
        )

    def __repr__(self) -> str:
        return f"City({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [(repr(report)[len("ImportReport(") : -1],) for report in self.reports]
        return _html.section(self._sentence(), _html.table(("layers",), rows), self.note)


def _names(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _position(parameter: str, name: str, place: Any) -> Position:  # noqa: ANN401
    try:
        x, y = (place.x, place.y) if isinstance(place, shapely.Point) else place
        return float(x), float(y)
    except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise InvalidInput(
            f"{parameter} = {name!r}: {place!r} is no position; "
            "give (x, y) in the CRS of the facilities",
            parameter=parameter,
            name=name,
        ) from error


def _labels(index: pd.Index[Any], added: list[str]) -> pd.Index[Any]:
    """Label added rows: go on counting where the index counts, else by id."""
    if isinstance(index, pd.RangeIndex):
        stop = index.stop if len(index) else 0
        return pd.RangeIndex(stop, stop + len(added) * index.step, index.step)
    if isinstance(index, pd.MultiIndex):
        return pd.MultiIndex.from_tuples([(name,) * index.nlevels for name in added])
    return pd.Index(added, dtype=object)


def _geometry(shapes: list[bytes | None], name: str) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_wkb(shapes, crs=crs_of_name(name))
