"""Scenarios of a city: other centres, other demand; the city itself stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from linli._issues import ImportReport
from linli._tables import crs_name, crs_of_name, source_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linli import _linli
    from linli._city import City
    from linli._tables import LayerLike

__all__ = ["Position", "ScenariosOfCity"]

Position = tuple[float, float]


class ScenariosOfCity:
    """The cities that can be made of a `City`."""

    __slots__ = ()
    _core: _linli.City
    _given: Mapping[str, gpd.GeoSeries | None]
    reports: tuple[ImportReport, ...]

    @property
    def _facility_geometry(self) -> gpd.GeoSeries:
        raise NotImplementedError

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of demand beside the residents: what `layer` takes."""
        return tuple(name for name, _ in self._core.layers)

    def with_layer(
        self,
        name: str,
        places: LayerLike,
        *,
        weight: str | None = None,
        crs: Any = None,  # noqa: ANN401
        columns: Mapping[str, str] | None = None,
        swap_axes: bool = False,
    ) -> City:
        """Make the same city with another layer of demand (需求层) beside the residents.

        Office workers need a centre at noon where they work, not where they live.
        A layer has places and numbers of its own; ask `layer` for a city whose
        demand it is.

        Parameters
        ----------
        name : str
            What to call it, such as ``"jobs"``; one of the same name is replaced.
        places : path, GeoDataFrame or Arrow table
            Points, or outlines by a point inside, with the people at each. A
            column ``committee`` says where each belongs; without it, the outline
            that holds it does.
        weight : str, optional
            The column with the people; by default the one called `name`.
        crs, columns, swap_axes
            As in `linli.read`; of the columns only ``committee`` counts.

        Returns
        -------
        City
            With the layer's report among its `reports`.

        Raises
        ------
        InvalidInput
            If a place lies in no committee or its number cannot be: `issues` has all of them.

        Examples
        --------
        >>> import geopandas as gpd, linli
        >>> city = linli.datasets.putuo()
        >>> park = gpd.GeoDataFrame(
        ...     {"places": [800]}, geometry=gpd.points_from_xy([121.37], [31.24]), crs="EPSG:4326"
        ... )
        >>> city.with_layer("school", park, weight="places").layers
        ('jobs', 'school')
        """
        known = None if crs is None else crs_name(crs)
        source, _ = source_of(places, name, crs=known, swap_axes=swap_axes)
        core, report = self._core.with_layer(
            name,
            source,
            name if weight is None else weight,
            crs=known,
            columns=None if columns is None else dict(columns),
            swap_axes=swap_axes,
        )
        told = ImportReport._of(report)
        return replace(cast("City", self), _core=core, reports=(*self.reports, told))

    def layer(self, of: str | Mapping[str, float]) -> City:
        """Make the same city with other people as its demand: a layer, or a sum of layers.

        Every question can be asked of it: coverage, assignment, siting.

        Parameters
        ----------
        of : str or mapping of str to float
            A layer, such as ``"jobs"``; ``"population"``, the residents; or a
            measure of the committees, which is then where the residents are.
            Several with how much each counts: ``{"population": 1, "jobs": 0.5}``.

        Returns
        -------
        City
            Committees, towns and centres are the same; `groups` are those of
            residents, so it has none.

        Raises
        ------
        InvalidInput
            If there is no such layer, or a factor is not positive.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> city.layer("jobs")
        City(264 committees in 10 towns, 512,000 jobs, 25 centres, 20 of them existing; synthetic)
        >>> noon = city.layer({"population": 1, "jobs": 0.5})
        >>> city.coverage().share < noon.coverage().share < city.layer("jobs").coverage().share
        True
        """
        parts = [(of, 1.0)] if isinstance(of, str) else [(n, float(f)) for n, f in of.items()]
        return replace(cast("City", self), _core=self._core.layer(parts))

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
        return replace(cast("City", self), _core=core, _given=given)

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
