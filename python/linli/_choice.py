"""Two truths side by side: where committees belong, and where their people would go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _choice_plot, _html
from linli._names import index_beside, label, named
from linli._result import CommitteeResult, frame_geojson
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from linli._city import City

__all__ = ["ChoiceComparison"]


@dataclass(frozen=True, repr=False, eq=False)
class ChoiceComparison(CommitteeResult):
    """Administrative assignment beside free choice (行政归属与自由选择), one row per committee.

    A committee belongs whole to a centre; its people live at several places and
    each would walk to the nearest one. Made by `City.compare_choice`.
    """

    _columns: dict[str, Any]
    _city: City

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per committee, on the index the committees came with.

        Columns are id, name, town, people, belongs and belongs_name (its centre),
        chosen and chosen_name (the centre nearest to most of its people),
        elsewhere (people who live nearer to another centre than theirs),
        belongs_m and chosen_m (mean walks of all its people), extra_m and
        extra_minutes (how much farther those elsewhere walk to theirs), within and
        within_by_choice (people with their own, and with any centre within the
        limit) and cut_off (the difference). Unknown is NaN.
        """
        columns, people = self._columns, self._columns["people"]
        own = named(self._city, columns["belongs"], columns["has_belongs"])
        chosen = named(self._city, columns["chosen"], columns["has_chosen"])
        within = self._sum("within")
        by_choice = self._sum("within_by_choice")
        table = {
            **self._city._demand_columns,
            "people": people,
            "belongs": own[0],
            "belongs_name": own[1],
            "chosen": chosen[0],
            "chosen_name": chosen[1],
            "elsewhere": people * columns["elsewhere"],
            "belongs_m": columns["belongs_m"],
            "chosen_m": columns["chosen_m"],
            "extra_m": columns["extra_m"],
            "extra_minutes": columns["extra_m"] * self._minutes_per_m,
            "within": within,
            "within_by_choice": by_choice,
            "cut_off": by_choice - within,
        }
        return pd.DataFrame(table, index=index_beside(table, self._city._demand_geometry.index))

    @property
    def people(self) -> float:
        """People whose number is known."""
        return float(np.nansum(self._columns["people"]))

    @property
    def people_elsewhere(self) -> float:
        """People who belong to a centre and live nearer to another."""
        return float(self.rows["elsewhere"].sum())

    @property
    def extra_m(self) -> float:
        """How much farther these walk to their own centre on average, metres."""
        return _mean(self.rows["extra_m"], self.rows["elsewhere"])

    @property
    def extra_minutes(self) -> float:
        """The same in minutes, each at their own speed."""
        return _mean(self.rows["extra_minutes"], self.rows["elsewhere"])

    @property
    def people_cut_off(self) -> float:
        """People with a centre within the limit, but not the one they belong to."""
        return float(self.rows["cut_off"].sum())

    @property
    def provenance(self) -> dict[str, Any]:
        """The assumptions: walk, standard, service, group, hash of the data, version."""
        return dict(self._columns["provenance"])

    def by(self, what: str) -> pd.DataFrame:
        """Sum up by town, by centre or by group.

        Parameters
        ----------
        what : {"town", "centre", "group"}
            ``"centre"`` counts people who belong to each and who would choose it,
            those who leave (belong here, live nearer to another) and those who
            come. ``"group"`` tells those of ``speeds`` and all others apart; the
            people of a committee are taken to be spread alike over its places.

        Returns
        -------
        pandas.DataFrame
            By town and group: people, elsewhere, share (of people), extra_m,
            extra_minutes, within, within_by_choice and cut_off.
        """
        if what == "centre":
            return self._by_centre()
        if what == "group":
            return self._by_group()
        if what != "town":
            raise InvalidInput(
                f"by({what!r}): give 'town', 'centre' or 'group'", parameter="what", value=what
            )
        rows = self.rows
        towns = rows.groupby(rows["town"].fillna(""), sort=False)
        return pd.DataFrame({town: _facts(part) for town, part in towns}).T.rename_axis("town")

    def _by_centre(self) -> pd.DataFrame:
        flows = self._columns["flows"]
        people = np.nan_to_num(self._columns["people"])[flows["row"]] * flows["share"]
        belongs, chosen = flows["belongs"], flows["chosen"]
        count = self._city._core.counts[1]

        def sums(at: NDArray[np.int64], counted: NDArray[np.bool_]) -> NDArray[np.float64]:
            counted = counted & (at >= 0)
            sums = np.bincount(at[counted], weights=people[counted], minlength=count)
            return np.asarray(sums, dtype=np.float64)

        every = np.ones(len(people), dtype=bool)
        moves = (belongs >= 0) & (chosen >= 0) & (belongs != chosen)
        ids, names = self._city._facility_names
        table = {
            "name": names,
            "belong": sums(belongs, every),
            "choose": sums(chosen, every),
            "leave": sums(belongs, moves),
            "come": sums(chosen, moves),
        }
        frame = pd.DataFrame(table, index=pd.Index(ids, name="facility"))
        return frame[self._open]

    @property
    def _open(self) -> NDArray[np.bool_]:
        """Whether each centre takes part: open, and with the service."""
        facilities = self._city._core.facilities()
        service = self.provenance["service"]
        rows = zip(facilities["status"], facilities["services"], strict=True)
        return np.array(
            [s == "existing" and (service is None or service in own) for s, own in rows]
        )

    def _by_group(self) -> pd.DataFrame:
        elsewhere, extra = self._columns["elsewhere"], self._columns["extra_m"]
        facts = {}
        for group in self._columns["groups"]:
            people = group["people"]
            part = {
                "people": people,
                "elsewhere": people * elsewhere,
                "extra_m": extra,
                "extra_minutes": extra / group["speed_m_per_s"] / 60,
                "within": people * group["within"],
                "within_by_choice": people * group["within_by_choice"],
            }
            frame = pd.DataFrame(part)
            frame["cut_off"] = frame["within_by_choice"] - frame["within"]
            facts[group["name"]] = _facts(frame)
        return pd.DataFrame(facts).T.rename_axis("group")

    def _sum(self, column: str) -> NDArray[np.float64]:
        """Count people of all groups by committee; unknown where one of them is."""
        parts = [group["people"] * group[column] for group in self._columns["groups"]]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)

    @property
    def _minutes_per_m(self) -> NDArray[np.float64]:
        """Minutes that a metre takes the people of each committee on average."""
        groups = self._columns["groups"]
        people = np.array([np.nan_to_num(group["people"]) for group in groups])
        pace = np.array([1 / group["speed_m_per_s"] / 60 for group in groups])
        known = people.sum(axis=0)
        mean = (people * pace[:, None]).sum(axis=0) / np.where(known > 0, known, 1)
        return np.asarray(np.where(known > 0, mean, pace[-1]), dtype=np.float64)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of each committee that lives nearer to another centre, and to which.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
            Lines go from committees, most of whose people live nearer to another
            centre, to that centre.
        """
        return _choice_plot.choice(self, ax)

    def _geojson(self, *, one_per_line: bool) -> bytes:
        return frame_geojson(self.to_geopandas(), one_per_line=one_per_line)

    def _sentence(self) -> str:
        share = self.people_elsewhere / self.people if self.people else None
        whom = self._city._whom
        live = "live" if whom == "people" else "are"
        sentence = (
            f"{_html.number(self.people_elsewhere)} of {_html.number(self.people)} "
            f"{whom} ({_html.percent(share)}) {live} nearer to another centre than theirs"
        )
        if self.people_elsewhere > 0:
            sentence += f", by {self.extra_m:,.0f} m ({self.extra_minutes:.1f} minutes) on average"
        minutes = self.provenance["minutes"]
        return (
            f"{sentence}; {_html.number(self.people_cut_off)} have a centre within {minutes:g} "
            f"minutes, but not theirs{label(self._city.note)}"
        )

    def __repr__(self) -> str:
        return f"ChoiceComparison({self._sentence()})"

    def _repr_html_(self) -> str:
        header = ("town", "people", "nearer elsewhere", "farther by, m", "minutes", "cut off")
        rows = [
            (
                town,
                _html.number(row["people"]),
                _html.number(row["elsewhere"]),
                _html.number(row["extra_m"]),
                "–" if np.isnan(row["extra_minutes"]) else f"{row['extra_minutes']:.1f}",
                _html.number(row["cut_off"]),
            )
            for town, row in self.by("town").iterrows()
        ]
        table = _html.table(header, rows)
        assumptions = str(self._columns["assumptions"])
        return _html.section(self._sentence(), table, assumptions, self._city.note)


def _mean(values: pd.Series[float], weights: pd.Series[float]) -> float:
    counted = values.notna() & (weights > 0)
    total = float(weights[counted].sum())
    return float((values * weights)[counted].sum()) / total if total > 0 else float("nan")


def _facts(rows: pd.DataFrame) -> dict[str, float]:
    people, elsewhere = float(rows["people"].sum()), float(rows["elsewhere"].sum())
    return {
        "people": people,
        "elsewhere": elsewhere,
        "share": elsewhere / people if people > 0 else float("nan"),
        "extra_m": _mean(rows["extra_m"], rows["elsewhere"]),
        "extra_minutes": _mean(rows["extra_minutes"], rows["elsewhere"]),
        "within": float(rows["within"].sum()),
        "within_by_choice": float(rows["within_by_choice"].sum()),
        "cut_off": float(rows["cut_off"].sum()),
    }
