"""The compiled part of linli; use the names in `linli` itself."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DEBUG_BUILD",
    "AssignRules",
    "Assignment",
    "City",
    "Comparison",
    "Coverage",
    "Decay",
    "Edition",
    "Reach",
    "SitingPlan",
    "Table",
    "Terms",
    "Walk",
    "__version__",
    "assign_capacitated",
    "check_speed",
    "city_access",
    "city_assign_capacitated",
    "city_check",
    "city_robustness",
    "concentration",
    "curve",
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
    "mean",
    "p_center",
    "p_median",
    "palma",
    "putuo",
    "putuo_lines",
    "save",
    "spatial_availability",
    "theil",
]

__version__: Final[str]
DEBUG_BUILD: Final[bool]

_Floats: TypeAlias = NDArray[np.float64]
_Integers: TypeAlias = NDArray[np.int64]
_Source: TypeAlias = str | PathLike[str] | Table
_NearestColumns: TypeAlias = tuple[NDArray[np.bool_], _Integers, _Floats]

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
    def facility_row(self, id_or_name: str) -> int: ...
    def coverage(
        self,
        walk: Walk,
        *,
        minutes: float,
        speed_m_per_s: float,
        service: str | None = None,
        group: str | None = None,
    ) -> Coverage: ...
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
class Coverage:
    def totals(self) -> dict[str, Any]: ...
    @property
    def share(self) -> float | None: ...
    def by_town(self) -> list[dict[str, Any]]: ...
    def by_service(self) -> list[dict[str, Any]]: ...
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

def mclp(reach: Reach, weight: _Floats, p: float, terms: Terms) -> SitingPlan: ...
def gradual(reach: Reach, weight: _Floats, p: float, full_m: float, terms: Terms) -> SitingPlan: ...
def lscp(
    reach: Reach, weight: _Floats | None, share: float, times: float, terms: Terms
) -> SitingPlan: ...
def p_median(reach: Reach, weight: _Floats, p: float, terms: Terms) -> SitingPlan: ...
def p_center(reach: Reach, p: float, terms: Terms) -> SitingPlan: ...
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
    decay: Decay,
    supply: str | None,
) -> tuple[_Floats, _Floats, dict[str, Any], dict[str, Any], str]: ...
def lorenz(values: _Floats, people: _Floats) -> tuple[_Floats, _Floats]: ...
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

def city_check(
    city: City, walk: Walk, speed_m_per_s: float, edition: Edition, group: str | None
) -> tuple[
    list[dict[str, Any]], list[dict[str, Any] | None], dict[str, Any], dict[str, Any], str
]: ...

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
    ) -> AssignRules: ...

def assign_capacitated(
    reach: Reach,
    people: _Floats,
    capacity: _Floats,
    allowed: Sequence[Sequence[int]] | None,
    rules: AssignRules,
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
