"""How a city compares with a planning standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._names import label, named
from linli._standard import FITS, NOT_JUDGED, Standard
from linli._standard_layers import LayersOfCheck
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from linli._city import City
    from linli.walk import Walk

__all__ = ["StandardCheck", "compared"]

VERDICTS = ("met", "partial", "missed", "unknown")
"""What a standard finds of a committee."""

FACILITY = (
    "facility",
    "title",
    "limit_m",
    "strict_m",
    "verified",
    "centres",
    "people",
    "people_met",
    "share",
    *VERDICTS,
)


@dataclass(frozen=True, repr=False, eq=False)
class StandardCheck(LayersOfCheck):
    """How a city compares with a standard: committee by facility, and circle by circle.

    Made by `City.check`.
    """

    standard: Standard
    """The standard."""
    provenance: dict[str, Any]
    """The assumptions: walk, speed, group, hash of the data, version."""
    _city: City
    _facts: dict[str, Any]

    @property
    def facilities(self) -> pd.DataFrame:
        """One row per facility of the standard, the circle itself (``centre``) first.

        Columns are title, limit_m (the lenient reading), strict_m, verified,
        centres (existing ones that offer it; NaN where no centre of the data
        names such a service), people, people_met, share, and committees met,
        partial, missed and unknown.
        """
        rows = []
        for need in self._facts["needs"]:
            totals = need["totals"] or {}
            people, covered = totals.get("people", np.nan), totals.get("people_covered", np.nan)
            counts = {
                "met": totals.get("covered", 0),
                "partial": totals.get("partial", 0),
                "missed": totals.get("beyond", 0),
                "unknown": totals.get("unknown", 0) + totals.get("unlocated", 0),
            }
            if not totals:
                counts["unknown"] = len(self._city._demand_columns["id"])
            rows.append(
                {
                    "facility": need["facility"],
                    "title": need["title"],
                    "limit_m": need["limit_m"],
                    "strict_m": np.nan if need["strict_m"] is None else need["strict_m"],
                    "verified": need["verified"],
                    "centres": np.nan if need["centres"] is None else need["centres"],
                    "people": people,
                    "people_met": covered,
                    "share": covered / people if people > 0 else np.nan,
                    **counts,
                }
            )
        return pd.DataFrame(rows, columns=list(FACILITY)).set_index("facility")

    @property
    def _needs_and_rows(self) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
        return list(zip(self._facts["needs"], self._facts["rows"], strict=True))

    @property
    def table(self) -> pd.DataFrame:
        """Committees by facilities: ``met``, ``partial``, ``missed`` or ``unknown``.

        Indexed by the id of the committee; the first columns are its name and town.
        """
        columns = {name: self._city._demand_columns[name] for name in ("name", "town")}
        ids = self._city._demand_columns["id"]
        verdicts = {
            need["facility"]: pd.Categorical(
                ["unknown"] * len(ids) if rows is None else rows["verdict"], categories=VERDICTS
            )
            for need, rows in self._needs_and_rows
        }
        return pd.DataFrame({**columns, **verdicts}, index=pd.Index(ids, name="id"))

    @property
    def rows(self) -> pd.DataFrame:
        """One row per committee and facility that the data knows.

        Columns are id, name, town, facility, verdict, people, people_met and
        walk_m (mean walk of its people to the nearest such centre).
        """
        base = {name: self._city._demand_columns[name] for name in ("id", "name", "town")}
        parts = [
            pd.DataFrame({**base, "facility": need["facility"], **rows})
            for need, rows in self._needs_and_rows
            if rows is not None
        ]
        columns = [*base, "facility", "verdict", "people", "people_met", "walk_m"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    @property
    def circles(self) -> pd.DataFrame:
        """One row per existing centre, by id; empty where the standard has no circle.

        Columns are name, people (within the limit and nearest to this centre),
        people_within (within the limit), fit (``too_empty``, ``fits`` or
        ``too_full``, people beside the standard's band), floor_m2, floor_met,
        people_cut (of people, those across a barrier from the centre, of a kind
        by which the standard lets no circle be cut), share_cut (of people) and
        cut_by (barriers, most people first; empty where the circle is whole).
        The last three are missing where the standard names no such kind or the
        city has no such barrier.
        """
        columns = dict(self._facts["circles"])
        rows = columns.pop("facility")
        ids, names = named(self._city, rows, np.ones(len(rows), dtype=bool))
        return pd.DataFrame({"name": names, **columns}, index=pd.Index(ids, name="facility"))

    @property
    def cut_off(self) -> pd.DataFrame:
        """People across a barrier from the centre of their circle (生活圈被分割).

        One row per committee, centre and barrier: committee and facility (ids),
        name (of the committee), barrier (the one that the straight line from
        home to the centre meets first) and people. Bridges and underpasses do
        not count. Empty where nobody is cut off and where it is not known:
        then it stands in `not_judged`.
        """
        columns = dict(self._facts["cut_off"] or {})
        rows = columns.pop("committee", np.empty(0, dtype=np.int64))
        demand = self._city._demand_columns
        facility = columns.pop("facility", rows)
        ids, _ = named(self._city, facility, np.ones(len(rows), dtype=bool))
        found = {
            "committee": np.asarray(demand["id"], dtype=object)[rows],
            "name": np.asarray(demand["name"], dtype=object)[rows],
            "facility": ids,
            "barrier": columns.get("barrier", []),
            "people": columns.get("people", []),
        }
        return pd.DataFrame(found)

    @property
    def neighbourhood_blocks(self) -> pd.DataFrame:
        """One row per finer demand point, taken for a neighbourhood block (居住街坊).

        Columns are committee (id), people and fit. Empty where the standard has
        no such unit or the city no finer points.
        """
        columns = self._facts["blocks"]
        ids = np.asarray(self._city._demand_columns["id"], dtype=object)
        fit = pd.Categorical(columns["fit"], categories=FITS)
        return pd.DataFrame({**columns, "committee": ids[columns["committee"]], "fit": fit})

    @property
    def not_judged(self) -> pd.DataFrame:
        """What the standard asks for and this does not say.

        Columns are what, says, reason, verified and source.
        """
        return pd.DataFrame(self._facts["not_judged"], columns=list(NOT_JUDGED))

    def by(self, what: str = "town") -> pd.DataFrame:
        """Sum up by town.

        Parameters
        ----------
        what : {"town"}
            What to sum up by.

        Returns
        -------
        pandas.DataFrame
            Share of people for whom each facility is met, by town and facility.
        """
        if what != "town":
            raise InvalidInput(f"by({what!r}): give 'town'", parameter="what", value=what)
        if not self._facts["needs"]:
            return pd.DataFrame(index=pd.Index([], name="town"))
        rows = self.rows.assign(town=lambda frame: frame["town"].fillna(""))
        sums = rows.pivot_table(
            index="town",
            columns="facility",
            values=["people", "people_met"],
            aggfunc="sum",
            sort=False,
        )
        people = sums["people"]
        share = pd.DataFrame(sums["people_met"] / people.where(people > 0))
        return share[
            [need["facility"] for need in self._facts["needs"] if need["facility"] in share]
        ]

    def _sentence(self) -> str:
        facilities = self.facilities
        known = facilities[facilities["centres"].notna()]
        whole = int((known["met"] == len(self._city._demand_columns["id"])).sum())
        parts = []
        if len(facilities):
            unknown = len(facilities) - len(known)
            met = f"{whole} of {len(facilities)} facilities met for every committee"
            parts.append(met + (f", {unknown} not in the data" if unknown else ""))
        circles = self._facts["circles"]
        fits = pd.Series(circles["fit"], dtype=object).dropna()
        if len(fits):
            full, empty = int((fits == "too_full").sum()), int((fits == "too_empty").sum())
            parts.append(f"of {len(fits)} circles {full} too full, {empty} too empty")
        if self._facts["cut_off"] is not None:
            cut, people = sum(map(bool, circles["cut_by"])), np.nansum(circles["people_cut"])
            parts.append(f"{cut} of {len(circles['cut_by'])} circles cut, {people:,.0f} people off")
        blocks = self.neighbourhood_blocks["fit"]
        if len(blocks):
            full, empty = int((blocks == "too_full").sum()), int((blocks == "too_empty").sum())
            parts.append(f"of {len(blocks):,} blocks {full:,} too full, {empty:,} too empty")
        open_ones = len(self._facts["not_judged"])
        parts += [f"{open_ones} not judged"] if open_ones else []
        return f"{self.standard.name}: {'; '.join(parts)}{label(self._city.note)}"

    def __repr__(self) -> str:
        return f"StandardCheck({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [
            (
                f"{row['title']} ({facility})",
                _html.number(row["limit_m"]),
                _html.percent(row["share"]),
                *(row[verdict] for verdict in VERDICTS),
                "" if row["verified"] else "not verified",
            )
            for facility, row in zip(
                self.facilities.index, self.facilities.to_dict("records"), strict=True
            )
        ]
        header = ("facility", "within m", "share of people", *VERDICTS, "numbers")
        facts = self.standard.to_dict()
        open_ones = [(one["what"], one["says"], one["reason"]) for one in self._facts["not_judged"]]
        return _html.section(
            self._sentence(),
            _html.table(header, rows)
            + _html.table(("not judged", "the standard says", "because"), open_ones),
            f"{facts['edition']}; source: {facts['source']}",
            self._facts["assumptions"],
            self._city.note,
        )


def compared(
    city: City, standard: str | Standard, *, walk: Walk, group: str | None
) -> StandardCheck:
    """Compare a city with a standard; see `City.check`."""
    asked = Standard.named(standard) if isinstance(standard, str) else standard
    if not isinstance(asked, Standard):
        raise InvalidInput(
            f"standard is of type {type(standard).__name__}; give a name or a linli.Standard",
            parameter="standard",
        )
    facts = _linli.city_check(
        city._core, walk._core, walk.speed_m_per_s, asked._core, group, city._barriers
    )
    return StandardCheck(asked, facts.pop("provenance"), city, facts)
