"""What streets say of a city: whom they part from a centre, and what to mistrust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from linli import _html
from linli._names import label
from linli._tables import crs_of_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linli._city import City

__all__ = ["Severance", "StreetReport", "severance", "street_report"]


@dataclass(frozen=True, repr=False, eq=False)
class StreetReport:
    """What a planner should know of a city's streets. Made by `City.street_report`."""

    text: str
    """All of it, to read."""
    pieces: pd.DataFrame
    """Pieces the network falls into, longest first: junctions, length_m, share, is_used."""
    isolated: pd.DataFrame
    """Centres and committees that stand apart: kind, id, name, and why: ``off_longest_piece``,
    ``unsnapped`` or ``clipped``."""
    near_misses: gpd.GeoDataFrame
    """Dead ends that stop short of a street, widest detour first."""
    critical_streets: gpd.GeoDataFrame
    """Streets whose loss would cut people off from every centre, most people first."""
    hotspots: gpd.GeoDataFrame
    """People near a centre by air and far on foot, most people first, with what lies between."""
    provenance: dict[str, Any]
    """The assumptions: streets, speed, limit, hashes of data, streets and barriers, version."""
    _city: City

    def __repr__(self) -> str:
        return (
            f"StreetReport({len(self.pieces):,} pieces, {len(self.isolated):,} centres and "
            f"committees apart, {len(self.near_misses):,} near misses, "
            f"{len(self.critical_streets):,} critical streets, "
            f"{len(self.hotspots):,} detours{label(self._city.note)})"
        )

    def _repr_html_(self) -> str:
        table = _html.table(("streets",), [(line,) for line in self.text.strip().split("\n")])
        return _html.section(repr(self)[len("StreetReport(") : -1], table, None, self._city.note)


@dataclass(frozen=True, repr=False, eq=False)
class Severance:
    """Who is near a centre by air and not on foot (阻隔). Made by `City.severance`."""

    share_by_air: float | None
    """Share of people within the limit as the crow flies, 0 to 1."""
    share_on_foot: float | None
    """Share of people within the limit along the streets."""
    lost: float
    """People within the limit by air and beyond it on foot."""
    gained: float
    """People beyond it by air and within it on foot: the detour index is too large for them."""
    unknown: float
    """People within it by air whose walk is not known."""
    by_barrier: pd.DataFrame
    """The people lost by what the straight line to their centre crosses first: barrier, people."""
    provenance: dict[str, Any]
    """The assumptions: streets, speed, limit, ``by_air``, hashes of data, streets and barriers,
    version."""
    _city: City

    def _sentence(self) -> str:
        air, foot = (_html.percent(share) for share in (self.share_by_air, self.share_on_foot))
        return (
            f"{air} within the limit by air, {foot} on foot; {self.lost:,.0f} people are near a "
            f"centre by air and not on foot, {self.gained:,.0f} the other way round"
            f"{label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"Severance({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [
            (row["barrier"] or "no barrier: the streets wind", f"{row['people']:,.0f}")
            for row in self.by_barrier.to_dict("records")
        ]
        table = _html.table(("between them and their centre", "people"), rows)
        return _html.section(self._sentence(), table, None, self._city.note)


def severance(city: City, facts: Mapping[str, Any], names: Sequence[str]) -> Severance:
    """Make a severance of the core's facts; `names` are those of the barriers."""
    lost: dict[str, float] = {}
    for barrier, people in facts["by_barrier"]:
        name = "" if barrier is None else names[barrier]
        lost[name] = lost.get(name, 0.0) + people
    table = pd.DataFrame({"barrier": list(lost), "people": list(lost.values())})

    def share(side: str) -> float | None:
        totals = facts[side]
        return totals["people_covered"] / totals["people"] if totals["people"] else None

    return Severance(
        share_by_air=share("by_air"),
        share_on_foot=share("on_foot"),
        lost=facts["lost"],
        gained=facts["gained"],
        unknown=facts["unknown"],
        by_barrier=table.sort_values("people", ascending=False, ignore_index=True, kind="stable"),
        provenance=facts["provenance"],
        _city=city,
    )


def street_report(
    city: City, facts: Mapping[str, Any], names: Sequence[str], crs: str
) -> StreetReport:
    """Make a report of the core's facts; `names` are those of the barriers."""
    ids, titles = city._facility_names
    demand = city._demand_columns
    apart = [
        ("centre", ids[row], titles[row], "off_longest_piece")
        for row in facts["isolated_facilities"]
    ]
    for key, why in (
        ("isolated_committees", "off_longest_piece"),
        ("unsnapped_committees", "unsnapped"),
        ("clipped_committees", "clipped"),
    ):
        apart += [("committee", demand["id"][row], demand["name"][row], why) for row in facts[key]]
    pieces = pd.DataFrame(facts["pieces"], columns=["junctions", "length_m", "share", "is_used"])
    misses = pd.DataFrame(
        facts["near_misses"], columns=["node_id", "way_id", "other_way", "gap_m", "walk_m"]
    )
    critical = {
        name: values for name, values in facts["critical_streets"].items() if name != "shape"
    }
    spots = [
        {
            "committee": demand["id"][spot["committee"]],
            "name": demand["name"][spot["committee"]],
            "facility": ids[spot["facility"]],
            "facility_name": titles[spot["facility"]],
            "people": spot["detour"]["people"],
            "crow_m": spot["detour"]["crow_m"],
            "walk_m": np.nan if spot["detour"]["walk_m"] is None else spot["detour"]["walk_m"],
            "barriers": ", ".join(names[barrier] for barrier in spot["barriers"]),
        }
        for spot in facts["hotspots"]
    ]
    columns = [
        "committee",
        "name",
        "facility",
        "facility_name",
        "people",
        "crow_m",
        "walk_m",
        "barriers",
    ]
    return StreetReport(
        text=facts["text"],
        pieces=pieces,
        isolated=pd.DataFrame(apart, columns=["kind", "id", "name", "why"]),
        near_misses=_frame(misses, facts["near_miss_shapes"], crs),
        critical_streets=_frame(pd.DataFrame(critical), facts["critical_streets"]["shape"], crs),
        hotspots=_frame(pd.DataFrame(spots, columns=columns), facts["hotspot_shapes"], crs),
        provenance=facts["provenance"],
        _city=city,
    )


def _frame(table: pd.DataFrame, shapes: list[bytes | None], crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries.from_wkb(shapes, crs=crs_of_name(crs)))
