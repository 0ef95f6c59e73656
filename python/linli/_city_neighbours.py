"""Which committees of a city are neighbours: by outline, on foot, across barriers, as asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _linli
from linli._contiguity import Contiguity
from linli._names import label
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linli._city import City
    from linli._streets import StreetNetwork

__all__ = ["Neighbours", "neighbours"]

REASONS = {
    "walk": "too long a walk",
    "barrier": "a barrier without a crossing",
    "asked": "asked for",
    "island": "nearest to an island",
}


@dataclass(frozen=True, repr=False, eq=False)
class Neighbours:
    """Who is a neighbour of whom in a city (邻接), and why it differs from outlines that touch.

    Made by `City.contiguity`.
    """

    _city: City
    contiguity: Contiguity
    """What `linli.regions` asks of."""
    edits: pd.DataFrame
    """One row per pair that was cut or joined: edit, a, b (names), why, walk_m,
    straight_m, barrier, share (of the border beside barriers)."""
    from_streets: bool
    """Whether streets alone decide, because outlines are missing."""
    barriers_hash: str | None = None
    """Hash of the barriers that part neighbours; None where they were not asked for."""

    @property
    def islands(self) -> list[str]:
        """Names of the committees that have no neighbour."""
        names = self._city._demand_columns["name"]
        return [names[row] for row in self.contiguity.findings["islands"]]

    @property
    def multipart(self) -> list[str]:
        """Names of the committees of several pieces, which count as connected in themselves."""
        names = self._city._demand_columns["name"]
        return [names[row] for row in self.contiguity.findings["multipart"]]

    @property
    def sets(self) -> list[list[str]]:
        """Names of the committees of each connected set, the largest first."""
        names = self._city._demand_columns["name"]
        groups: dict[int, list[str]] = {}
        for row, number in enumerate(self.contiguity.components.tolist()):
            groups.setdefault(number, []).append(names[row])
        return sorted(groups.values(), key=lambda group: -len(group))

    def __repr__(self) -> str:
        found = self.contiguity.findings
        cut = int((self.edits["edit"] == "cut").sum())
        parts = [
            f"{found['pairs']:,} pairs of {len(self.contiguity):,} committees"
            + (" by streets alone" if self.from_streets else ""),
            f"{cut:,} cut" if cut else "",
            f"{len(self.edits) - cut:,} joined" if len(self.edits) > cut else "",
            f"{found['components']:,} sets that do not touch" if found["components"] > 1 else "",
            f"{len(found['islands']):,} islands" if found["islands"] else "",
            f"{len(found['multipart']):,} of several pieces" if found["multipart"] else "",
        ]
        return f"Neighbours({', '.join(filter(None, parts))}{label(self._city.note)})"


def neighbours(
    city: City,
    *,
    streets: bool | StreetNetwork,
    detour: float,
    always_m: float,
    barriers: bool,
    cut: Iterable[Sequence[str]],
    join: Iterable[Sequence[str]],
    join_islands: bool,
) -> Neighbours:
    """Answer `City.contiguity`."""
    network = None
    if streets is not False:
        network = city._streets_or(None if streets is True else streets)
    if barriers and city._barriers is None:
        raise InvalidInput(
            "barriers = True, and the city has none: linli.read(..., barriers='rivers.geojson')",
            parameter="barriers",
        )
    bridges = city.streets if network is None else network
    core, facts = _linli.city_contiguity(
        city._core,
        streets=None if network is None else network._streets,
        detour=float(detour),
        always_m=float(always_m),
        barriers=city._barriers if barriers else None,
        bridges=None if bridges is None else bridges._streets,
        cut=_pairs("cut", cut),
        join=_pairs("join", join),
        join_islands=bool(join_islands),
    )
    names, kinds = city._demand_columns["name"], city._barrier_names
    rows: list[dict[str, Any]] = []
    for edit, list_of in (("cut", facts["cut"]), ("joined", facts["joined"])):
        for one in list_of:
            a, b = one["pair"]
            barrier = one.get("barrier")
            rows.append(
                {
                    "edit": edit,
                    "a": names[a],
                    "b": names[b],
                    "why": REASONS[one["why"]],
                    "walk_m": one.get("walk_m"),
                    "straight_m": one.get("straight_m"),
                    "barrier": None if barrier is None else kinds[barrier],
                    "share": one.get("share"),
                }
            )
    columns = ["edit", "a", "b", "why", "walk_m", "straight_m", "barrier", "share"]
    edits = pd.DataFrame(rows, columns=pd.Index(columns))
    amounts = ["walk_m", "straight_m", "share"]
    edits[amounts] = edits[amounts].astype(float)
    hashed = city._barriers.hash if barriers and city._barriers is not None else None
    return Neighbours(city, Contiguity._of(core), edits, facts["from_streets"], hashed)


def _pairs(parameter: str, pairs: Iterable[Sequence[str]]) -> list[list[str]]:
    found = [[str(one) for one in pair] if not isinstance(pair, str) else [pair] for pair in pairs]
    wrong = next((pair for pair in found if len(pair) != 2), None)
    if wrong is not None:
        raise InvalidInput(
            f"{parameter} names {wrong!r}; give two committees a pair", parameter=parameter
        )
    return found
