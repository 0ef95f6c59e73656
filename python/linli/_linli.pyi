"""The compiled part of linli; use the names in `linli` itself."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DEBUG_BUILD",
    "Ask",
    "AssignRules",
    "Assignment",
    "Barriers",
    "City",
    "Comparison",
    "Contiguity",
    "Coverage",
    "Decay",
    "Edition",
    "Ensemble",
    "Hierarchy",
    "Partition",
    "Plans",
    "Proposal",
    "Reach",
    "ReachLists",
    "SitingPlan",
    "StreetNetwork",
    "Table",
    "Terms",
    "Walk",
    "__version__",
    "apportion",
    "apportion_by",
    "assign_capacitated",
    "check_speed",
    "city_access",
    "city_amounts",
    "city_assign_capacitated",
    "city_assign_paced",
    "city_check",
    "city_compare_choice",
    "city_contiguity",
    "city_robustness",
    "city_walkers",
    "committee_of_centre",
    "concentration",
    "concentration_curve",
    "curve",
    "division_map",
    "enumerate",
    "exchanges",
    "explain",
    "export_putuo",
    "fgt",
    "floating_catchment",
    "gini",
    "gradual",
    "gravity",
    "import_report",
    "kth_nearest",
    "lorenz",
    "lscp",
    "main",
    "mclp",
    "mclp_services",
    "mean",
    "metrics",
    "p_center",
    "p_median",
    "palma",
    "pareto",
    "part_walks",
    "partition",
    "phases",
    "plan_diff",
    "profile_facts",
    "profile_toml",
    "putuo",
    "putuo_barriers",
    "putuo_lines",
    "putuo_streets",
    "recom",
    "save",
    "severance",
    "spatial_availability",
    "street_report",
    "theil",
    "walks_to_centres",
]

__version__: Final[str]
DEBUG_BUILD: Final[bool]

_Floats: TypeAlias = NDArray[np.float64]
_Integers: TypeAlias = NDArray[np.int64]
_Source: TypeAlias = str | PathLike[str] | Table
_NearestColumns: TypeAlias = tuple[NDArray[np.bool_], _Integers, _Floats]

_Tradeoff: TypeAlias = tuple[list[int], float, float, float, bool]
_Phase: TypeAlias = tuple[int, list[int], SitingPlan, SitingPlan]

@final
class Table:
    def __new__(
        cls,
        name: str,
        geometry: _Floats | Sequence[bytes | None],
        columns: Sequence[tuple[str, _Floats | _Integers | Sequence[Any]]],
        crs: str | None = None,
    ) -> Table: ...
    def __len__(self) -> int: ...

@final
class City:
    @staticmethod
    def read(
        demand: _Source,
        facilities: _Source,
        *,
        towns: _Source | None = None,
        points: _Source | None = None,
        crs: str | None = None,
        columns: Mapping[str, str] | None = None,
        swap_axes: bool = False,
        repair: bool = False,
    ) -> tuple[City, list[dict[str, Any]]]: ...
    @property
    def counts(self) -> tuple[int, int, int]: ...
    @property
    def people(self) -> float: ...
    @property
    def crs(self) -> tuple[str, str]: ...
    @property
    def note(self) -> str | None: ...
    @property
    def input_hash(self) -> str: ...
    @property
    def services(self) -> list[str]: ...
    @property
    def groups(self) -> list[str]: ...
    def demand(self) -> dict[str, Any]: ...
    def demand_shapes(self) -> list[bytes | None]: ...
    def facilities(self) -> dict[str, Any]: ...
    def facility_positions(self) -> _Floats: ...
    def towns(self) -> dict[str, Any]: ...
    def town_shapes(self) -> list[bytes | None]: ...
    def what_if(
        self,
        open: Sequence[str],
        close: Sequence[str],
        add: Sequence[tuple[str, tuple[float, float]]],
        relocate: Sequence[tuple[str, tuple[float, float]]],
    ) -> City: ...
    def with_layer(
        self,
        name: str,
        layer: _Source,
        weight: str,
        *,
        crs: str | None = None,
        columns: Mapping[str, str] | None = None,
        swap_axes: bool = False,
    ) -> tuple[City, dict[str, Any]]: ...
    def layer(self, parts: Sequence[tuple[str, float]]) -> City: ...
    @property
    def layers(self) -> list[tuple[str, float]]: ...
    @property
    def layer_name(self) -> str | None: ...
    def facility_row(self, id_or_name: str) -> int: ...
    def coverage(
        self,
        walk: Walk,
        *,
        minutes: float,
        speed_m_per_s: float,
        speeds: Sequence[tuple[str, float]],
        service: str | None = None,
        group: str | None = None,
    ) -> Coverage: ...
    def site(self, walk: Walk, ask: Ask) -> Proposal: ...
    def assign(
        self,
        walk: Walk,
        *,
        speed_m_per_s: float,
        minutes: float | None = None,
        service: str | None = None,
        group: str | None = None,
    ) -> Assignment: ...

@final
class Ask:
    def __new__(
        cls,
        model: str,
        new: Sequence[float],
        *,
        minutes: float,
        speed_m_per_s: float,
        candidates: str,
        spacing_m: float | None,
        places: Sequence[tuple[str, str, tuple[float, float]]],
        service: str | None,
        group: str | None,
        forbidden: Sequence[str],
        speeds: Sequence[tuple[str, float]],
        full_minutes: float | None,
        gap: float,
        time_limit_s: float | None,
        seed: int,
    ) -> Ask: ...

@final
class Proposal:
    def proof(self) -> dict[str, Any]: ...
    @property
    def people(self) -> tuple[float, float, float]: ...
    @property
    def mean_walk_m(self) -> tuple[float | None, float | None]: ...
    @property
    def longest_walk_m(self) -> tuple[float | None, float | None]: ...
    def sites(self) -> dict[str, Any]: ...
    def site_positions(self) -> _Floats: ...
    def picks(self) -> dict[str, Any]: ...
    def centres(self) -> dict[str, Any]: ...
    def lines(self) -> tuple[dict[str, Any], _Floats]: ...
    def exchanges(self) -> tuple[list[int], list[int], _Floats, _Floats]: ...
    def robust(self, within: float, nearby_m: float) -> list[dict[str, Any]]: ...
    def curve(
        self, most: float
    ) -> list[tuple[int, SitingPlan, float | None, tuple[float, float] | None]]: ...
    def pareto(self, most: float) -> tuple[list[_Tradeoff], bool, float]: ...
    def phases(self) -> list[_Phase] | None: ...
    def left_out(self) -> list[dict[str, Any]]: ...
    def groups(self) -> list[dict[str, Any]]: ...
    def provenance(self) -> dict[str, Any]: ...
    @property
    def headline(self) -> str: ...
    @property
    def details(self) -> str: ...
    @property
    def assumptions(self) -> str: ...
    def city(self, phase: int | None = None) -> tuple[City, list[int]]: ...
    def map_html(self, lines: Sequence[str]) -> str: ...
    def geojson(self, *, one_per_line: bool = False) -> bytes: ...

@final
class Coverage:
    def totals(self) -> dict[str, Any]: ...
    @property
    def share(self) -> float | None: ...
    def by_town(self) -> list[dict[str, Any]]: ...
    def by_service(self) -> list[dict[str, Any]]: ...
    def by_group(self) -> list[dict[str, Any]]: ...
    def rows(self) -> dict[str, Any]: ...
    def uncovered(self) -> NDArray[np.uint32]: ...
    def provenance(self) -> dict[str, Any]: ...
    @property
    def headline(self) -> str: ...
    @property
    def assumptions(self) -> str: ...
    def map_html(self, lines: Sequence[str]) -> str: ...
    def compare(self, after: Coverage) -> Comparison: ...
    def geojson(self, *, one_per_line: bool = False) -> bytes: ...

@final
class Comparison:
    @property
    def people_gained(self) -> float: ...
    @property
    def people_lost(self) -> float: ...
    @property
    def shares(self) -> tuple[float | None, float | None]: ...
    def gained(self) -> _Floats: ...

@final
class Assignment:
    def rows(self) -> dict[str, Any]: ...
    def catchments(self) -> dict[str, Any]: ...
    @property
    def assumptions(self) -> str: ...
    def provenance(self) -> dict[str, Any]: ...
    def geojson(self, *, one_per_line: bool = False) -> bytes: ...

@final
class Walk:
    @staticmethod
    def crow_fly(detour: float) -> Walk: ...
    def nearest(self, demand_xy: _Floats, site_xy: _Floats) -> _NearestColumns: ...
    def reach(
        self, demand_xy: _Floats, site_xy: _Floats, limit_m: float | None = None
    ) -> Reach: ...

@final
class Reach:
    @staticmethod
    def from_dense(walk_m: _Floats, limit_m: float | None = None) -> Reach: ...
    @staticmethod
    def from_pairs(
        demand: _Integers, site: _Integers, walk_m: _Floats, shape: tuple[int, int]
    ) -> Reach: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def pairs(self) -> int: ...
    @property
    def limit_m(self) -> float | None: ...
    @property
    def nbytes(self) -> int: ...
    def csr(self) -> tuple[_Integers, NDArray[np.int32], _Floats]: ...
    def nearest(self) -> _NearestColumns: ...

@final
class Terms:
    def __new__(
        cls,
        limit_m: float | None,
        fixed: _Integers,
        forbidden: _Integers,
        time_limit_s: float | None,
        gap: float,
        seed: int,
    ) -> Terms: ...
    def with_capacity(self, of_site: _Floats, load: _Floats | None, split: bool) -> Terms: ...
    def with_budget(
        self, total: float, cost: _Floats, existing: _Integers, closing_cost: _Floats
    ) -> Terms: ...
    def with_places(self, least_m: float, site_xy: _Floats) -> Terms: ...
    def with_walks(self, least_m: float, site_reach: Reach) -> Terms: ...

@final
class SitingPlan:
    @property
    def model(self) -> str: ...
    @property
    def objective(self) -> float: ...
    @property
    def bound(self) -> float: ...
    @property
    def gap(self) -> float: ...
    @property
    def proven(self) -> bool: ...
    @property
    def stop(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def seed(self) -> int: ...
    @property
    def people(self) -> float: ...
    @property
    def people_covered(self) -> float: ...
    def sites(self) -> dict[str, Any]: ...
    def assignment(self) -> tuple[NDArray[np.bool_], _Integers]: ...
    def shares(self) -> dict[str, Any]: ...
    @property
    def closed(self) -> list[int]: ...
    @property
    def spent(self) -> float | None: ...

def mclp(reach: Reach, weight: _Floats, p: float | None, terms: Terms) -> SitingPlan: ...
def gradual(reach: Reach, weight: _Floats, p: float, full_m: float, terms: Terms) -> SitingPlan: ...
def mclp_services(
    reach: Reach,
    services: Sequence[tuple[_Floats, NDArray[np.bool_], float | None]],
    p: float,
    terms: Terms,
) -> tuple[SitingPlan, list[tuple[float, float, NDArray[np.bool_], _Integers]]]: ...
def lscp(
    reach: Reach,
    weight: _Floats | None,
    cost: _Floats | None,
    share: float,
    times: float,
    terms: Terms,
) -> SitingPlan: ...
def p_median(reach: Reach, weight: _Floats, p: float | None, terms: Terms) -> SitingPlan: ...
def p_center(reach: Reach, p: float | None, terms: Terms) -> SitingPlan: ...
def exchanges(
    reach: Reach, weight: _Floats, chosen: _Integers, model: str, terms: Terms
) -> tuple[list[int], list[int], _Floats, _Floats]: ...
def curve(
    reach: Reach, weight: _Floats | None, first: float, last: float, model: str, terms: Terms
) -> list[tuple[int, SitingPlan, float | None, tuple[float, float] | None]]: ...

@final
class Decay:
    @staticmethod
    def flat() -> Decay: ...
    @staticmethod
    def step(bands: Sequence[tuple[float, float]]) -> Decay: ...
    @staticmethod
    def power(exponent: float, scale_m: float, least_m: float) -> Decay: ...
    @staticmethod
    def exponential(scale_m: float) -> Decay: ...
    @staticmethod
    def gaussian(sigma_m: float) -> Decay: ...
    def weights(self, walk_m: _Floats) -> _Floats: ...

def gravity(reach: Reach, supply: _Floats, decay: Decay, limit_m: float | None) -> _Floats: ...
def kth_nearest(reach: Reach, k: int) -> _Floats: ...
def floating_catchment(
    reach: Reach,
    people: _Floats,
    supply: _Floats,
    decay: Decay,
    limit_m: float | None,
    stages: str,
) -> tuple[_Floats, _Floats]: ...
def spatial_availability(
    reach: Reach,
    people: _Floats,
    supply: _Floats,
    decay: Decay,
    limit_m: float | None,
    alpha: float,
) -> _Floats: ...
def city_access(
    city: City,
    walk: Walk,
    *,
    minutes: float,
    speed_m_per_s: float,
    service: str | None,
    group: str | None,
    measure: str,
    k: int,
    decay: Decay,
    supply: str | None,
) -> tuple[_Floats, _Floats, dict[str, Any], dict[str, Any], str]: ...
def lorenz(values: _Floats, people: _Floats) -> tuple[_Floats, _Floats]: ...
def concentration_curve(
    values: _Floats, people: _Floats, income: _Floats
) -> tuple[_Floats, _Floats]: ...
def mean(values: _Floats, people: _Floats) -> float: ...
def gini(values: _Floats, people: _Floats) -> float | None: ...
def palma(values: _Floats, people: _Floats, income: _Floats | None) -> float | None: ...
def theil(
    values: _Floats, people: _Floats, groups: _Integers
) -> tuple[float, float, float] | None: ...
def concentration(
    values: _Floats, people: _Floats, income: _Floats, bounds: tuple[float, float] | None
) -> float | None: ...
def fgt(values: _Floats, people: _Floats, line: float, alpha: float) -> float: ...

@final
class Edition:
    @staticmethod
    def names() -> list[str]: ...
    @staticmethod
    def named(name: str) -> Edition: ...
    @staticmethod
    def from_toml(text: str) -> Edition: ...
    def facts(self) -> dict[str, Any]: ...
    def fit(self, people: _Floats) -> list[str | None]: ...

def city_check(
    city: City,
    walk: Walk,
    speed_m_per_s: float,
    edition: Edition,
    group: str | None,
    barriers: Barriers | None,
) -> dict[str, Any]: ...
def phases(
    reach: Reach,
    weight: _Floats,
    steps: Sequence[float],
    model: str,
    terms: Terms,
) -> tuple[list[_Phase], tuple[float, float, float, bool, float]]: ...
def pareto(
    reach: Reach, weight: _Floats, p: float, limit_m: float, most: float, terms: Terms
) -> tuple[list[_Tradeoff], bool, float]: ...

@final
class Contiguity:
    @staticmethod
    def from_edges(n: int, pairs: _Integers, border_m: _Floats | None = None) -> Contiguity: ...
    @staticmethod
    def from_polygons(shapes: Sequence[bytes | None], queen: bool, snap_m: float) -> Contiguity: ...
    @staticmethod
    def from_streets(
        streets: StreetNetwork, xy: _Floats, unit: _Integers, units: int
    ) -> Contiguity: ...
    def with_positions(self, xy: _Floats) -> Contiguity: ...
    def join_islands(self) -> tuple[Contiguity, _Integers]: ...
    def cut(self, pairs: _Integers) -> Contiguity: ...
    def cut_along(self, line: _Floats) -> Contiguity: ...
    def join(self, pairs: _Integers) -> Contiguity: ...
    def __len__(self) -> int: ...
    def pairs(self) -> _Integers: ...
    def border_m(self) -> _Floats | None: ...
    def positions(self) -> _Floats | None: ...
    def components(self) -> _Integers: ...
    def findings(self) -> dict[str, Any]: ...

@final
class Partition:
    def labels(self) -> _Integers: ...
    def facts(self) -> dict[str, Any]: ...

@final
class Ensemble:
    @property
    def k(self) -> int: ...
    @property
    def chains(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def kept_bytes(self) -> int: ...
    def cut_edges(self) -> _Floats: ...
    def deviation(self) -> _Floats: ...
    def inertia(self) -> _Floats | None: ...
    def trees(self) -> list[int]: ...
    def best(self) -> tuple[_Integers, int, int, int]: ...
    def rank(self, cut_edges: int) -> tuple[float, float]: ...
    def plans(self, chain: int) -> Plans: ...
    def go_on(self, contiguity: Contiguity, weights: _Floats, steps: int) -> Ensemble: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(bytes: bytes) -> Ensemble: ...

@final
class Plans:
    def __iter__(self) -> Plans: ...
    def __next__(self) -> _Integers: ...

def partition(
    contiguity: Contiguity, weights: _Floats, k: int, terms: Mapping[str, Any]
) -> Partition: ...
def enumerate(  # noqa: A001
    contiguity: Contiguity, weight: _Floats, k: int, tolerance: float | None
) -> tuple[int, int | None, int, float | None]: ...
def recom(
    contiguity: Contiguity,
    weights: _Floats,
    labels: _Integers,
    steps: int,
    terms: Mapping[str, Any],
) -> Ensemble: ...
def metrics(
    contiguity: Contiguity, weights: _Floats, labels: _Integers, within: _Integers | None
) -> dict[str, Any]: ...
def plan_diff(
    before: _Integers, after: _Integers, weight: _Floats
) -> tuple[_Integers, list[_Integers], float]: ...
def apportion(
    weight: _Floats, k: int, slack: float
) -> tuple[list[int], float, list[tuple[list[int], float]]]: ...
def apportion_by(method: str, weight: _Floats, k: int) -> list[int]: ...
def city_contiguity(
    city: City,
    *,
    cut: Sequence[Sequence[str]],
    join: Sequence[Sequence[str]],
    streets: StreetNetwork | None = None,
    detour: float = 2.5,
    always_m: float = 800.0,
    barriers: Barriers | None = None,
    bridges: StreetNetwork | None = None,
    join_islands: bool = False,
) -> tuple[Contiguity, dict[str, Any]]: ...
def city_amounts(city: City, name: str) -> _Floats: ...
def committee_of_centre(city: City) -> list[int | None]: ...
def division_map(
    city: City,
    contiguity: Contiguity,
    levels: Sequence[_Integers],
    measures: Sequence[tuple[str, _Floats]],
    *,
    details: str,
    minutes: Sequence[float | None],
    lines: Sequence[str],
    barriers_hash: str | None = None,
) -> str: ...
def walks_to_centres(city: City, walk: Walk, facilities: Sequence[int]) -> _Floats: ...
def part_walks(
    metres: _Floats, people: _Floats, labels: _Integers, k: int, limit_m: float
) -> list[dict[str, Any]]: ...

@final
class Hierarchy:
    def __new__(
        cls,
        contiguity: Contiguity,
        weights: _Floats,
        levels: Sequence[tuple[str, _Integers, Sequence[float] | None, bool]],
        walk_m: _Floats | None,
        limit_m: float,
    ) -> Hierarchy: ...
    @property
    def moves(self) -> int: ...
    def labels(self, level: int) -> _Integers: ...
    def parts(self, level: int) -> list[dict[str, Any]]: ...
    def off(self) -> list[tuple[int, int]]: ...
    def targets(self, unit: int) -> list[int]: ...
    def refusal(self, unit: int, to: int) -> dict[str, Any] | None: ...
    def move_unit(self, unit: int, to: int) -> tuple[bool, dict[str, Any]]: ...
    def undo(self) -> dict[str, Any] | None: ...

@final
class AssignRules:
    def __new__(
        cls,
        *,
        whole: bool,
        everyone: bool,
        objective: str,
        time_limit_s: float | None,
        gap: float,
        neighbours: Sequence[tuple[int, int]] | None,
        stay: Sequence[tuple[int, int]],
        together: Sequence[Sequence[int]],
        apart: Sequence[tuple[int, int]],
        today: Sequence[int | None] | None,
        most_moved: float | None,
    ) -> AssignRules: ...

def assign_capacitated(
    reach: Reach,
    people: _Floats,
    capacity: _Floats,
    allowed: Sequence[Sequence[int]] | None,
    rules: AssignRules,
    measures: Sequence[tuple[str, Sequence[float], Sequence[float], Sequence[float]]],
    points: int | None = None,
) -> dict[str, Any]: ...
def city_assign_capacitated(
    city: City,
    walk: Walk,
    rules: AssignRules,
    *,
    minutes: float | None,
    speed_m_per_s: float,
    service: str | None,
    group: str | None,
    measure: str | None,
    given: _Floats | None,
    within_town: bool,
    exceptions: Sequence[tuple[int, int]],
    measures: Sequence[tuple[str, str | None, Sequence[float] | None, float | None, str | None]],
    points: int | None = None,
) -> dict[str, Any]: ...
def city_assign_paced(
    city: City,
    walk: Walk,
    rules: AssignRules,
    speeds: Sequence[tuple[str, float]],
    *,
    minutes: float | None,
    speed_m_per_s: float,
    service: str | None,
    measure: str | None,
    given: _Floats | None,
    within_town: bool,
    exceptions: Sequence[tuple[int, int]],
) -> dict[str, Any]: ...
def city_walkers(
    city: City,
    speeds: Sequence[tuple[str, float]],
    *,
    minutes: float,
    speed_m_per_s: float,
) -> list[dict[str, Any]]: ...
def city_compare_choice(
    city: City,
    walk: Walk,
    part_row: Sequence[int],
    part_facility: Sequence[int],
    part_share: Sequence[float],
    *,
    minutes: float,
    speed_m_per_s: float,
    service: str | None,
    group: str | None,
    speeds: Sequence[tuple[str, float]],
) -> dict[str, Any]: ...
def city_robustness(
    city: City,
    walk: Walk,
    *,
    minutes: float,
    speed_m_per_s: float,
    service: str | None,
    group: str | None,
    change: float,
    curve: Sequence[float],
) -> tuple[
    dict[str, Any],
    list[dict[str, Any]],
    list[tuple[float, float]],
    float,
    float,
    dict[str, Any],
    str,
]: ...
def import_report(
    source: _Source,
    *,
    role: str | None = None,
    crs: str | None = None,
    columns: Mapping[str, str] | None = None,
    swap_axes: bool = False,
    repair: bool = False,
) -> dict[str, Any]: ...
def save(path: str | PathLike[str], content: bytes) -> None: ...
def check_speed(speed_m_per_s: float) -> None: ...
def putuo() -> City: ...
def putuo_lines() -> list[str]: ...
def main(args: Sequence[str]) -> int: ...
def export_putuo(folder: str | PathLike[str]) -> list[Path]: ...

_Shapes: TypeAlias = list[bytes | None]

@final
class StreetNetwork:
    @staticmethod
    def read(
        source: _Source,
        *,
        profile_toml: str | None = None,
        tolerance_m: float = 0.0,
        max_snap_m: float = 200.0,
        min_junctions: int = 40,
        crs: str | None = None,
        swap_axes: bool = False,
        city: City | None = None,
    ) -> tuple[StreetNetwork, dict[str, Any] | None]: ...
    @staticmethod
    def from_edges(
        node_xy: _Floats,
        start: _Integers,
        end: _Integers,
        length_m: _Floats,
        way: _Integers,
        crs: str,
        twoway: bool,
        max_snap_m: float,
        min_junctions: int,
    ) -> StreetNetwork: ...
    def with_extent(self, outline: bytes | None) -> StreetNetwork: ...
    def walk(self) -> Walk: ...
    @property
    def crs(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def size(self) -> dict[str, Any]: ...
    @property
    def reading(self) -> dict[str, Any] | None: ...
    @property
    def sentence(self) -> str: ...
    @property
    def assumptions(self) -> dict[str, Any]: ...
    def to_plane(self, xy: _Floats) -> _Floats: ...
    def lines(self) -> dict[str, Any]: ...
    def snap(self, xy: _Floats) -> dict[str, Any]: ...
    def isochrones(
        self,
        place: tuple[float, float],
        limits_m: Sequence[float],
        buffer_m: float,
        to: bool,
    ) -> _Shapes: ...
    def service_area(
        self, place: tuple[float, float], limit_m: float, to: bool
    ) -> dict[str, Any]: ...
    def aggregate(
        self,
        place_xy: _Floats | None,
        target_xy: _Floats | None,
        amount: _Floats,
        limit_m: float,
        decay: str,
    ) -> _Floats: ...
    def reach_of_nodes(self, limit_m: float | None) -> Reach: ...
    def edited(
        self,
        barriers: Sequence[bytes],
        gates: _Floats,
        closed_ways: Sequence[int],
        additions: Sequence[bytes],
        join_m: float,
    ) -> tuple[StreetNetwork, dict[str, Any]]: ...
    def pieces(self) -> list[dict[str, Any]]: ...
    def near_misses(self, gap_m: float) -> tuple[list[dict[str, Any]], _Shapes]: ...
    def reach_lists(self, demand_xy: _Floats, limit_m: float | None) -> ReachLists: ...

@final
class ReachLists:
    def reach(self, site_xy: _Floats) -> Reach: ...
    @property
    def searches(self) -> int: ...
    @property
    def nbytes(self) -> int: ...

@final
class Barriers:
    @staticmethod
    def read(source: _Source, *, crs: str | None = None, swap_axes: bool = False) -> Barriers: ...
    @property
    def names(self) -> list[str]: ...
    @property
    def kinds(self) -> list[str]: ...
    @property
    def hash(self) -> str | None: ...
    def shapes(self) -> _Shapes: ...

def profile_toml(name: str) -> str: ...
def profile_facts(toml: str) -> tuple[str, float, str]: ...
def putuo_streets() -> StreetNetwork: ...
def putuo_barriers() -> Barriers: ...
def explain(
    city: City,
    streets: StreetNetwork,
    committee: int,
    *,
    minutes: float,
    speed_m_per_s: float,
    service: str | None = None,
    group: str | None = None,
    barriers: Barriers | None = None,
) -> dict[str, Any]: ...
def severance(
    city: City,
    air: Walk,
    streets: StreetNetwork,
    *,
    minutes: float,
    speed_m_per_s: float,
    service: str | None = None,
    group: str | None = None,
    barriers: Barriers | None = None,
) -> dict[str, Any]: ...
def street_report(
    city: City,
    streets: StreetNetwork,
    *,
    minutes: float,
    speed_m_per_s: float,
    service: str | None = None,
    group: str | None = None,
    gap_m: float = 5.0,
    detour_ratio: float = 2.0,
    detour_within_m: float = 800.0,
    detour_extra_m: float = 400.0,
    barriers: Barriers | None = None,
) -> dict[str, Any]: ...
