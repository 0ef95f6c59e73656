"""The planner's question where the next centres should go, in the core's terms."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import shapely

from linli import _linli
from linli._proposal import Proposal
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from linli._city import City
    from linli.walk import Walk

__all__ = ["Candidates", "site"]

Candidates: TypeAlias = (
    "str | os.PathLike[str] | gpd.GeoDataFrame | gpd.GeoSeries"
    " | Mapping[str, Any] | Sequence[Any] | None"
)
"""What `candidates=` takes; see `City.site`."""

KINDS = ("listed", "grid", "both")
NEW = 5
"""New centres where nobody says how many."""

Place = tuple[str, str, tuple[float, float]]


def site(
    city: City,
    new: int | None,
    minutes: float,
    model: str,
    *,
    phases: Sequence[int] | None,
    walk: Walk | None,
    service: str | None,
    group: str | None,
    candidates: Candidates,
    spacing_m: float | None,
    forbidden: str | Sequence[str],
    speeds: Mapping[str, float] | None,
    full_minutes: float | None,
    gap: float,
    time_limit_s: float | None,
    seed: int,
) -> Proposal:
    """Ask the core; `City.site` says what each argument means."""
    walk = city._walk(walk)
    kind, places = _candidates(city, candidates)
    ask = _linli.Ask(
        model,
        _steps(new, phases, model),
        minutes=minutes,
        speed_m_per_s=walk.speed_m_per_s,
        candidates=kind,
        spacing_m=spacing_m,
        places=places,
        service=service,
        group=group,
        forbidden=[forbidden] if isinstance(forbidden, str) else [str(name) for name in forbidden],
        speeds=list((speeds or {}).items()),
        full_minutes=full_minutes,
        gap=gap,
        time_limit_s=time_limit_s,
        seed=seed,
    )
    return Proposal(city._core.site(walk._core, ask), city, walk)


def _steps(new: int | None, phases: Sequence[int] | None, model: str) -> list[int]:
    """Give the new centres of each phase."""
    if phases is None:
        if new is None:
            return [] if model == "lscp" else [NEW]
        return [new]
    if new is not None:
        raise InvalidInput(
            f"new = {new!r} and phases = {phases!r}: give one of the two; "
            "the phases say how many centres are new in each",
            parameter="phases",
        )
    if isinstance(phases, (str, bytes)) or not isinstance(phases, Sequence) or not phases:
        raise InvalidInput(
            f"phases = {phases!r}: give the new centres of each phase, such as [5, 3]",
            parameter="phases",
            value=repr(phases),
        )
    return list(phases)


def _candidates(city: City, given: Candidates) -> tuple[str, list[Place]]:
    """Give the kind of candidates, and places in the core's system where they are the caller's."""
    if given is None:
        return "auto", []
    if isinstance(given, str):
        if given not in KINDS:
            raise InvalidInput(
                f"candidates = {given!r}: give 'listed', 'grid' or 'both', or places of your own: "
                "a GeoDataFrame, {id: (x, y)} or a pathlib.Path of a file",
                parameter="candidates",
                value=given,
            )
        return given, []
    if isinstance(given, os.PathLike):
        given = gpd.read_file(given)
    if isinstance(given, gpd.GeoSeries):
        given = given.to_frame("geometry")
    if isinstance(given, gpd.GeoDataFrame):
        named = _of_frame(city, given)
    elif isinstance(given, Mapping):
        named = [(str(name), "", _position(name, place)) for name, place in given.items()]
    elif isinstance(given, Iterable):
        numbered = enumerate(given)
        named = [(f"candidate {row}", "", _position(row, place)) for row, place in numbered]
    else:
        raise InvalidInput(
            f"candidates: cannot read a {type(given).__name__}; "
            "give a GeoDataFrame, {id: (x, y)} or positions",
            parameter="candidates",
        )
    to_core = city._to_core()
    return "given", [(name, label, to_core(place)) for name, label, place in named]


def _of_frame(city: City, frame: gpd.GeoDataFrame) -> list[Place]:
    mine = city._facility_geometry.crs
    if frame.crs != mine and (frame.crs is None or mine is None):
        raise InvalidInput(
            f"candidates are in {frame.crs}, the facilities in {mine}: "
            "give candidates in a system that can be brought to that of the facilities",
            parameter="candidates",
        )
    shapes = frame.geometry if frame.crs == mine else frame.geometry.to_crs(mine)
    empty = shapes.isna() | shapes.is_empty
    if empty.any():
        row = int(empty.to_numpy().argmax())
        raise InvalidInput(
            f"candidates: row {row} ({frame.index[row]}) has no place; give it one or leave it out",
            parameter="candidates",
            row=row,
        )
    # A plot of land is represented by a point inside it.
    points = shapely.point_on_surface(shapes.to_numpy())
    ids = frame["id"] if "id" in frame.columns else frame.index
    names = frame["name"] if "name" in frame.columns else ["" for _ in ids]
    rows = zip(ids, names, points, strict=True)
    return [(str(key), str(name), (point.x, point.y)) for key, name, point in rows]


def _position(key: object, place: Any) -> tuple[float, float]:  # noqa: ANN401
    try:
        x, y = (place.x, place.y) if isinstance(place, shapely.Point) else place
        return float(x), float(y)
    except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise InvalidInput(
            f"candidates[{key!r}] = {place!r} is no position; "
            "give (x, y) in the CRS of the facilities",
            parameter="candidates",
        ) from error
