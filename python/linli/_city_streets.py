"""What a city is asked about its streets: why a row has its answer, what to mistrust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd

from linli import _linli
from linli._explanation import explanation
from linli._map import geojson_of
from linli._names import committees_of
from linli._street_report import severance, street_report
from linli._tables import crs_of_name
from linli.errors import InvalidInput
from linli.walk import CrowFly

if TYPE_CHECKING:
    from linli._city import City
    from linli._explanation import Explanation
    from linli._street_report import Severance, StreetReport
    from linli._streets import StreetNetwork

__all__ = ["StreetsOfCity"]


MOST_STREETS = 30_000


class StreetsOfCity:
    """The questions of a `City` that only streets can answer."""

    __slots__ = ()
    _core: _linli.City
    streets: StreetNetwork | None
    _lines: tuple[str, ...]
    _barriers: _linli.Barriers | None

    @property
    def _demand_columns(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def barriers(self) -> gpd.GeoDataFrame:
        """Rivers, railways and expressways, named in explanations and drawn on maps: name, kind."""
        core = self._barriers
        if core is None:
            table: dict[str, list[str]] = {"name": [], "kind": []}
            return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([], crs=4326))
        shapes = gpd.GeoSeries.from_wkb(
            core.shapes(), crs=4326 if crs_of_name(self._core.crs[0]) else None
        )
        return gpd.GeoDataFrame({"name": core.names, "kind": core.kinds}, geometry=shapes)

    def explain(
        self,
        committee: str | int,
        minutes: float = 15,
        *,
        walk: StreetNetwork | None = None,
        service: str | None = None,
        group: str | None = None,
    ) -> Explanation:
        """Say why a committee is or is not covered: its nearest centres and the way there.

        Parameters
        ----------
        committee : str or int
            Id, unique name, or row of the committee.
        minutes : float, default 15
            Longest acceptable one-way walk, inclusive.
        walk : StreetNetwork, optional
            The streets to walk along; by default the city's own.
        service, group : str, optional
            As in `coverage`.

        Returns
        -------
        Explanation
            The walk as a line, on foot against the straight line, and what lies between.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo(streets=True)
        >>> worst = city.coverage().uncovered.iloc[0]
        >>> why = city.explain(worst["id"])
        >>> why.on_foot.minutes > 15
        True
        """
        streets = self._streets_or(walk)
        city = cast("City", self)
        row = committee if isinstance(committee, int) else committees_of(city)(committee)
        facts = _linli.explain(
            self._core,
            streets._streets,
            row,
            minutes=minutes,
            speed_m_per_s=streets.speed_m_per_s,
            service=service,
            group=group,
            barriers=self._barriers,
        )
        return explanation(
            cast("City", self), self._demand_columns["name"][row], facts, self._barrier_names
        )

    def severance(
        self,
        minutes: float = 15,
        *,
        by_air: CrowFly | None = None,
        walk: StreetNetwork | None = None,
        service: str | None = None,
        group: str | None = None,
    ) -> Severance:
        """Count who is near a centre by air and not on foot, and what lies between (阻隔).

        Parameters
        ----------
        minutes : float, default 15
            Longest acceptable one-way walk, inclusive; both at the speed of the streets' walker.
        by_air : CrowFly, default CrowFly()
            The straight lines and their detour index.
        walk : StreetNetwork, optional
            The streets; by default the city's own.
        service, group : str, optional
            As in `coverage`.

        Returns
        -------
        Severance
            Both shares, and the people lost by barrier.

        Examples
        --------
        >>> import linli
        >>> found = linli.datasets.putuo(streets=True).severance()
        >>> found.share_on_foot < found.share_by_air
        True
        """
        streets = self._streets_or(walk)
        facts = _linli.severance(
            self._core,
            (CrowFly() if by_air is None else by_air)._core,
            streets._streets,
            minutes=minutes,
            speed_m_per_s=streets.speed_m_per_s,
            service=service,
            group=group,
            barriers=self._barriers,
        )
        return severance(cast("City", self), facts, self._barrier_names)

    def street_report(
        self,
        minutes: float = 15,
        *,
        walk: StreetNetwork | None = None,
        service: str | None = None,
        gap_m: float = 5,
        detour_ratio: float = 2,
        detour_within_m: float = 800,
        detour_extra_m: float = 400,
    ) -> StreetReport:
        """Say what to mistrust or mend in the streets, and what it costs in people.

        Parameters
        ----------
        minutes : float, default 15
            The walk that decides which rows are clipped by the edge of the streets.
        walk : StreetNetwork, optional
            The streets; by default the city's own.
        service : str, optional
            Count only centres that offer this service.
        gap_m : float, default 5
            Widest gap between a dead end and a street it may be meant to meet, metres.
        detour_ratio, detour_within_m, detour_extra_m : float
            A detour is a walk at least so many times the straight line and so many
            metres longer, to a centre within so many metres by air.

        Returns
        -------
        StreetReport
            Pieces, rows apart, near misses, critical streets and detours, as tables.

        Examples
        --------
        >>> import linli
        >>> report = linli.datasets.putuo(streets=True).street_report()
        >>> len(report.pieces)
        1
        """
        streets = self._streets_or(walk)
        facts = _linli.street_report(
            self._core,
            streets._streets,
            minutes=minutes,
            speed_m_per_s=streets.speed_m_per_s,
            service=service,
            gap_m=gap_m,
            detour_ratio=detour_ratio,
            detour_within_m=detour_within_m,
            detour_extra_m=detour_extra_m,
            barriers=self._barriers,
        )
        return street_report(cast("City", self), facts, self._barrier_names, streets.crs)

    def _streets_or(self, walk: StreetNetwork | None) -> StreetNetwork:
        streets = self.streets if walk is None else walk
        if streets is None or not hasattr(streets, "_streets"):
            raise InvalidInput(
                "this asks how people walk along streets, and the city has none: "
                "linli.read(..., streets='area.osm.pbf'), or pass walk=",
                parameter="walk",
            )
        return streets

    @property
    def _lines_beneath(self) -> list[str]:
        """Barriers as GeoJSON, for maps, and the streets unless they are too many for a browser."""
        if self._lines:
            return list(self._lines)
        beneath = [] if self._barriers is None else geojson_of(self.barriers)
        if self.streets is not None and self.streets.size["edges"] <= MOST_STREETS:
            beneath += geojson_of(self.streets.lines())
        return beneath

    @property
    def _barrier_names(self) -> list[str]:
        return [] if self._barriers is None else self._barriers.names
