"""The seven files of the district."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from .district import District, build
from .facts import TOWNS
from .layout import BARRIERS
from .people import Dwelling, Workplace, dwellings, settle, workplaces
from .places import Centre, centres, name_committees
from .plane import area_km2
from .streets import Street, Streets
from .write import Feature, line, point, polygon, write_collection


def write_district(folder: Path) -> None:
    """Generate the district and write every file into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    district = build()
    settle(district)
    name_committees(district)
    homes = dwellings(district)
    places = centres(district, homes)
    streets = Streets(district).build()
    centre_of = {centre.grid: centre.id for centre in places}
    for name, features in (
        ("towns", _towns(district)),
        ("committees", _committees(district, centre_of)),
        ("residential_points", _homes(homes)),
        ("workplaces", _workplaces(workplaces(district))),
        ("centers", _centres(places)),
        ("streets", _streets(streets)),
        ("barriers", _barriers(district)),
    ):
        write_collection(folder / f"{name}.geojson", f"putuo_{name}", features)


def _towns(district: District) -> Iterable[Feature]:
    for town in TOWNS:
        members = district.in_town(town.code)
        ring = district.mesh.outline(b for c in members for b in c.blocks)
        points = [district.mesh.xy[v] for v in ring]
        yield (
            polygon(points),
            {
                "id": town.code,
                "name": town.name,
                "name_en": town.name_en,
                "area_km2": round(area_km2(points), 4),
                "committees": len(members),
                "population": sum(c.population for c in members),
                "population_basis": town.population_basis,
                "jobs": sum(c.jobs for c in members),
                "grids": len({c.grid for c in members}),
            },
        )


def _committees(district: District, centre_of: dict[str, str]) -> Iterable[Feature]:
    for committee in district.committees:
        yield (
            polygon([district.mesh.xy[v] for v in committee.outline]),
            {
                "id": committee.id,
                "name": committee.name,
                "kind": "village" if committee.village else "residential",
                "town": committee.town.name,
                "town_code": committee.town.code,
                "population": committee.population,
                "over_60": committee.over_60,
                "jobs": committee.jobs,
                "staff": committee.staff,
                "grid": committee.grid,
                "center": centre_of[committee.grid],
            },
        )


def _homes(homes: list[Dwelling]) -> Iterable[Feature]:
    for number, home in enumerate(homes, start=1):
        yield (
            point(home.at),
            {"id": f"P{number:04d}", "committee": home.committee, "population": home.population},
        )


def _workplaces(places: list[Workplace]) -> Iterable[Feature]:
    for number, place in enumerate(places, start=1):
        yield (
            point(place.at),
            {"id": f"J{number:04d}", "committee": place.committee, "jobs": place.jobs},
        )


def _centres(places: list[Centre]) -> Iterable[Feature]:
    for centre in places:
        properties = asdict(centre)
        del properties["at"]
        yield point(centre.at), properties


def _streets(streets: list[Street]) -> Iterable[Feature]:
    for number, street in enumerate(streets, start=1):
        yield (
            line([street.a, street.b]),
            {
                "id": f"S{number:04d}",
                "highway": street.highway,
                "name": street.name or None,
                "bridge": street.crossing == "river",
                "crossing": street.crossing,
            },
        )


def _barriers(district: District) -> Iterable[Feature]:
    for (kind, barrier_id, name, name_en, _), path in zip(BARRIERS, district.barriers, strict=True):
        yield (
            line([district.mesh.xy[v] for v in path]),
            {"id": barrier_id, "name": name, "name_en": name_en, "kind": kind},
        )
