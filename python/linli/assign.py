"""Assignment (分配) when sites have limited room: rows of a reach, whole or in parts.

A plan says what it costs and what no plan can beat. `City.assign` asks the same
of a city, by name.

>>> import linli
>>> reach = linli.Reach.from_dense([[100, 500], [200, 300]])
>>> linli.assign.capacitated(reach, [10, 10], [10, 20])
CapacityPlan(20 of 20 people served, 200 m on average; proven best)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._arrays import floats
from linli._reach import Reach
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["CapacityPlan", "capacitated"]


@dataclass(frozen=True, repr=False, eq=False)
class CapacityPlan:
    """Who goes where, what that costs, and what no plan can beat.

    Made by `capacitated`.
    """

    _columns: dict[str, Any]
    _people: NDArray[np.float64]

    @property
    def objective(self) -> float:
        """Person-metres walked (``total``) or the longest walk in metres (``worst``)."""
        return float(self._columns["objective"])

    @property
    def bound(self) -> float:
        """What no plan that serves as many people can beat, in the unit of the objective."""
        return float(self._columns["bound"])

    @property
    def gap(self) -> float:
        """Distance of objective and bound over the objective; 0 where both are equal."""
        return float(self._columns["gap"])

    @property
    def proven(self) -> bool:
        """Whether no plan is better, up to rounding."""
        return bool(self._columns["proven"])

    @property
    def stop(self) -> str:
        """Why the search ended: ``proven``, ``gap`` or ``time``."""
        return str(self._columns["stop"])

    @property
    def seconds(self) -> float:
        """Seconds the search took."""
        return float(self._columns["seconds"])

    @property
    def site(self) -> pd.Series[Any]:
        """The site of each row; of a row that is split, where most of it goes. Missing: none."""
        values = pd.array(self._columns["site"], dtype="Int64")
        values[~self._columns["found"]] = pd.NA
        return pd.Series(values, name="site")

    @property
    def parts(self) -> pd.DataFrame:
        """Row, site and people: one line per row, several where it is split."""
        names = {"part_row": "row", "part_site": "site", "part_people": "people"}
        return pd.DataFrame({new: self._columns[old] for old, new in names.items()})

    @property
    def load(self) -> NDArray[np.float64]:
        """People at each site."""
        load: NDArray[np.float64] = self._columns["load"]
        return load

    @property
    def rows(self) -> pd.DataFrame:
        """People of each row by what becomes of them: served, no_capacity and out_of_reach."""
        served, in_reach = self._columns["served"], self._columns["in_reach"]
        rest = np.where(self._people - served > 1e-9 * self._people, self._people - served, 0.0)
        return pd.DataFrame(
            {
                "site": self.site,
                "people": self._people,
                "served": served,
                "no_capacity": np.where(in_reach, rest, 0.0),
                "out_of_reach": np.where(in_reach, 0.0, rest),
            }
        )

    def _sentence(self) -> str:
        served, everyone = float(self._columns["served"].sum()), float(self._people.sum())
        parts = self.parts
        people = float(parts["people"].sum())
        sentence = f"{_html.number(served)} of {_html.number(everyone)} people served"
        if self._columns["objective_name"] == "worst":
            sentence += f", the longest walk is {_html.number(self.objective)} m"
        elif people > 0:
            sentence += f", {_html.number(self.objective / people)} m on average"
        return f"{sentence}; {proof(self.proven, self.gap, self.stop)}"

    def __repr__(self) -> str:
        return f"CapacityPlan({self._sentence()})"

    def _repr_html_(self) -> str:
        rows = [(site, _html.number(load)) for site, load in enumerate(self.load) if load > 0][:20]
        return _html.section(self._sentence(), _html.table(("site", "people"), rows))


def proof(proven: bool, gap: float, stop: str) -> str:  # noqa: FBT001
    """Say how sure it is."""
    if proven:
        return "proven best"
    why = {"time": "the time was up", "gap": "within the gap asked for"}.get(stop, stop)
    return f"gap {gap:.2%}: {why}".replace("%", " %")


def capacitated(
    reach: Reach,
    people: ArrayLike,
    capacity: ArrayLike,
    *,
    whole: bool = True,
    everyone: bool = True,
    objective: str = "total",
    within: tuple[Sequence[object], Sequence[object]] | None = None,
    exceptions: Iterable[tuple[int, int]] = (),
    neighbours: Iterable[tuple[int, int]] | None = None,
    stay: Mapping[int, int] | None = None,
    together: Iterable[Sequence[int]] = (),
    apart: Iterable[tuple[int, int]] = (),
    time_limit_s: float | None = None,
    gap: float = 0.0,
) -> CapacityPlan:
    """Assign rows to sites with room for them, for the least walk.

    Parameters
    ----------
    reach : Reach
        Walks; a pair that is not there is out of reach.
    people : array_like of float
        People of each row.
    capacity : array_like of float
        People that each site has room for; infinite for no limit.
    whole : bool, default True
        Whether a row goes to one site whole. In parts the answer is always proven.
    everyone : bool, default True
        Whether nobody may be left without a place. If not, as many people are
        served as there is room for (of whole rows: as many as the search
        finds), and `rows` says who is not.
    objective : {"total", "worst"}
        The sum of all walks, or the longest walk of a row.
    within : pair of sequences, optional
        A label for each row and for each site, such as towns: only equal ones
        are paired. None as a label pairs with all.
    exceptions : iterable of (row, site)
        Pairs that are allowed all the same.
    neighbours : iterable of (row, row), optional
        Rows that touch; the rows of each site then hang together. A row that
        touches none is a catchment of its own.
    stay : mapping of row to site, optional
        Rows that stay where they are.
    together : iterable of sequences of rows
        Rows that go to one site.
    apart : iterable of (row, row)
        Rows that must not share a site.
    time_limit_s : float, optional
        Stop with the best found and its gap, once there is an answer.
    gap : float, default 0
        Stop within this part of the bound.

    Returns
    -------
    CapacityPlan
        The plan with its bound.

    Raises
    ------
    Infeasible
        If everyone must have a place and there is no such plan: the message
        says which rows lack how much room at which sites.
    InvalidInput
        If a number cannot be (the message names the row), or a row or site
        does not exist.
    """
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    counted = floats("people", people, ndim=1)
    rules = _rules(
        whole=whole,
        everyone=everyone,
        objective=objective,
        time_limit_s=time_limit_s,
        gap=gap,
        neighbours=neighbours,
        stay=() if stay is None else stay.items(),
        together=together,
        apart=apart,
    )
    allowed = None if within is None else _allowed(reach, within, exceptions)
    columns = _linli.assign_capacitated(
        reach._core, counted, floats("capacity", capacity, ndim=1), allowed, rules
    )
    return CapacityPlan({**columns, "objective_name": objective}, counted)


def _rules(
    *,
    neighbours: Iterable[tuple[int, int]] | None,
    stay: Iterable[tuple[int, int]],
    together: Iterable[Sequence[int]],
    apart: Iterable[tuple[int, int]],
    **terms: Any,  # noqa: ANN401
) -> _linli.AssignRules:
    """Gather terms and rules; refuse what is no row."""
    try:
        return _linli.AssignRules(
            neighbours=None if neighbours is None else _pairs(neighbours),
            stay=_pairs(stay),
            together=[[int(row) for row in rows] for rows in together],
            apart=_pairs(apart),
            **terms,
        )
    except (TypeError, OverflowError) as error:
        raise InvalidInput(f"neighbours, stay, together, apart: {error}") from error


def _pairs(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in pairs]


def _allowed(
    reach: Reach,
    within: tuple[Sequence[object], Sequence[object]],
    exceptions: Iterable[tuple[int, int]],
) -> list[list[int]]:
    """List the sites of each row whose label is its own."""
    rows, sites = within
    for what, labels, expected in zip(("row", "site"), within, reach.shape, strict=True):
        if len(labels) != expected:
            raise InvalidInput(
                f"within has {len(labels)} {what} labels, but there are {expected} {what}s",
                parameter="within",
                expected=expected,
                got=len(labels),
            )
    home = [None if _is_missing(label) else label for label in rows]
    there = [None if _is_missing(label) else label for label in sites]
    of_label: dict[object, list[int]] = {}
    for label in set(home) - {None}:
        of_label[label] = [s for s, own in enumerate(there) if own is None or own == label]
    everywhere = list(range(len(there)))
    allowed = [everywhere if label is None else of_label[label] for label in home]
    for row, site in exceptions:
        allowed[row] = sorted({*allowed[row], int(site)})
    return allowed


def _is_missing(label: object) -> bool:
    return label is None or label is pd.NA or (isinstance(label, float) and np.isnan(label))
