"""Planning standards as data, and how a city compares with one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._names import label, named
from linli.errors import InvalidInput, LinliError

if TYPE_CHECKING:
    import os

    from linli._city import City
    from linli.walk import Walk

__all__ = ["Standard", "StandardCheck", "compared"]

VERDICTS = ("met", "partial", "missed", "unknown")
"""What a standard finds of a committee."""


@dataclass(frozen=True, repr=False, eq=False)
class Standard:
    """A planning standard (规划标准) in one edition, with its sources.

    Made by `named` or `from_toml`. A number is `verified` when it was seen in
    the source that stands beside it; compare the others with the printed
    standard before relying on them.

    Examples
    --------
    >>> import linli
    >>> linli.Standard.named("shanghai-2024-draft/main-city").circle["people"]
    {'least': 30000.0, 'most': 50000.0}
    """

    _core: _linli.Edition

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the standards that come with linli, each with its edition.

        Returns
        -------
        tuple of str
            What `named` and `City.check` take.
        """
        return tuple(_linli.Edition.names())

    @classmethod
    def named(cls, name: str) -> Standard:
        """Take a standard that comes with linli.

        Parameters
        ----------
        name : str
            Such as ``"gb50180-2018/15"``; see `names`.

        Returns
        -------
        Standard
            The edition.

        Raises
        ------
        InvalidInput
            If there is none of this name; the message lists them.
        """
        return cls(_linli.Edition.named(name))

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Standard:
        """Read a standard of one's own.

        The file has ``name``, ``title``, ``edition`` and ``source``, a table
        ``[circle]`` (minutes, radius_m, people, floor_m2, verified, source) and
        any number of ``[[facility]]`` (service, title, also, minutes, radius_m,
        floor_m2, people, verified, source). A band is ``[least, most]``,
        ``[least]`` where it has no upper end, or a number.

        Parameters
        ----------
        path : str or path-like
            A TOML file.

        Returns
        -------
        Standard
            The edition.

        Raises
        ------
        InvalidInput
            If it does not say what a standard says; the message names line and
            key. LinliError if the file cannot be read.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LinliError(f"cannot read {path}: {error}", path=str(path)) from error
        return cls(_linli.Edition.from_toml(text))

    @property
    def name(self) -> str:
        """Name with edition and tier."""
        return str(self.to_dict()["name"])

    @property
    def circle(self) -> dict[str, Any] | None:
        """The life circle of a centre: minutes, radius_m, people, floor_m2, verified, source."""
        circle: dict[str, Any] | None = self.to_dict()["circle"]
        return circle

    @property
    def facilities(self) -> pd.DataFrame:
        """The facilities that must be near, one row each."""
        return pd.DataFrame(self.to_dict()["facility"])

    def to_dict(self) -> dict[str, Any]:
        """Give everything it says.

        Returns
        -------
        dict
            As in the TOML file.
        """
        return dict(self._core.facts())

    def __repr__(self) -> str:
        facts = self.to_dict()
        return f"Standard({facts['name']}: {facts['title']}; {facts['edition']})"


@dataclass(frozen=True, repr=False, eq=False)
class StandardCheck:
    """How a city compares with a standard: committee by facility, and circle by circle.

    Made by `City.check`.
    """

    standard: Standard
    """The standard."""
    provenance: dict[str, Any]
    """The assumptions: walk, speed, group, hash of the data, version."""
    _city: City
    _needs: list[dict[str, Any]]
    _rows: list[dict[str, Any] | None]
    _circles: dict[str, Any]
    _assumptions: str

    @property
    def facilities(self) -> pd.DataFrame:
        """One row per facility of the standard, the circle itself (``centre``) first.

        Columns are title, limit_m (the lenient reading), strict_m, verified,
        centres (existing ones that offer it; NaN where no centre of the data
        names such a service), people, people_met, share, and committees met,
        partial, missed and unknown.
        """
        rows = []
        for need in self._needs:
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
        return pd.DataFrame(rows).set_index("facility")

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
            for need, rows in zip(self._needs, self._rows, strict=True)
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
            for need, rows in zip(self._needs, self._rows, strict=True)
            if rows is not None
        ]
        columns = [*base, "facility", "verdict", "people", "people_met", "walk_m"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    @property
    def circles(self) -> pd.DataFrame:
        """One row per existing centre, by id; empty where the standard has no circle.

        Columns are name, people (within the limit and nearest to this centre),
        people_within (within the limit), fit (``too_empty``, ``fits`` or
        ``too_full``, people beside the standard's band), floor_m2 and floor_met.
        """
        columns = dict(self._circles)
        rows = columns.pop("facility")
        ids, names = named(self._city, rows, np.ones(len(rows), dtype=bool))
        return pd.DataFrame({"name": names, **columns}, index=pd.Index(ids, name="facility"))

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
        return share[[need["facility"] for need in self._needs if need["facility"] in share]]

    def _sentence(self) -> str:
        facilities = self.facilities
        known = facilities[facilities["centres"].notna()]
        whole = int((known["met"] == len(self._city._demand_columns["id"])).sum())
        sentence = (
            f"{self.standard.name}: {whole} of {len(facilities)} facilities met for every committee"
        )
        unknown = len(facilities) - len(known)
        sentence += f", {unknown} not in the data" if unknown else ""
        fits = pd.Series(self._circles["fit"], dtype=object).dropna()
        if len(fits):
            full, empty = int((fits == "too_full").sum()), int((fits == "too_empty").sum())
            sentence += f"; of {len(fits)} circles {full} too full, {empty} too empty"
        return sentence + label(self._city.note)

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
        return _html.section(
            self._sentence(),
            _html.table(header, rows),
            f"{facts['edition']}; source: {facts['source']}",
            self._assumptions,
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
    needs, rows, circles, provenance, assumptions = _linli.city_check(
        city._core, walk._core, walk.speed_m_per_s, asked._core, group
    )
    return StandardCheck(asked, provenance, city, needs, rows, circles, assumptions)
