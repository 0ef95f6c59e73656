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
from linli._contiguity import Contiguity
from linli._reach import Reach
from linli._trade_off import TradeOff
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Balance = float | tuple[float, ArrayLike | str]

__all__ = ["CapacityPlan", "TradeOff", "capacitated", "trade_off"]


@dataclass(frozen=True, repr=False, eq=False)
class CapacityPlan:
    """Who goes where, what that costs, and what no plan can beat.

    Made by `capacitated`.
    """

    _columns: dict[str, Any]
    _people: NDArray[np.float64]

    @property
    def objective(self) -> float:
        """Person-metres walked, the longest walk in metres (``worst``), or people (``moved``)."""
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
    def moved(self) -> float | None:
        """People who leave the site they have today; None where that is not known."""
        moved: float | None = self._columns["moved"]
        return moved

    @property
    def most_served(self) -> float:
        """No plan serves more people."""
        return float(self._columns["most_served"])

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
        elif people > 0 and self._columns["objective_name"] == "total":
            sentence += f", {_html.number(self.objective / people)} m on average"
        if self.moved is not None:
            sentence += f", {_html.number(self.moved)} change their site"
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
    measures: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    balance: Mapping[str, Balance] | None = None,
    within: tuple[Sequence[object], Sequence[object]] | None = None,
    exceptions: Iterable[tuple[int, int]] = (),
    neighbours: Contiguity | Iterable[tuple[int, int]] | None = None,
    stay: Mapping[int, int] | None = None,
    together: Iterable[Sequence[int]] = (),
    apart: Iterable[tuple[int, int]] = (),
    today: Sequence[int | None] | None = None,
    most_moved: float | None = None,
    time_limit_s: float | None = 30.0,
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
        finds; `CapacityPlan.most_served` bounds them), and `rows` says who is not.
    objective : {"total", "worst", "moved"}
        The sum of all walks, the longest walk of a row, or the people who leave
        the site they have `today`.
    measures : mapping of name to (amounts, room), optional
        Further measures: an amount of each row, and how much of it each site has
        room for.
    balance : mapping of name to tolerance, optional
        Each site's load of ``"people"`` or of a measure is within this part of
        its share: 0.1 is ±10 %. Shares are equal, or with a pair (tolerance,
        weights) in proportion to a number for each site, such as staff. An
        amount that is only balanced is given in `measures` with infinite room.
    within : pair of sequences, optional
        A label for each row and for each site, such as towns: only equal ones
        are paired. None as a label pairs with all.
    exceptions : iterable of (row, site)
        Pairs that are allowed all the same.
    neighbours : Contiguity or iterable of (row, row), optional
        Rows that touch; the rows of each site then hang together. A row that
        touches none is a catchment of its own.
    stay : mapping of row to site, optional
        Rows that stay where they are.
    together : iterable of sequences of rows
        Rows that go to one site.
    apart : iterable of (row, row)
        Rows that must not share a site.
    today : sequence of int or None, optional
        The site of each row today; see `CapacityPlan.moved` and `trade_off`.
    most_moved : float, optional
        At most so many people may leave the site they have today.
    time_limit_s : float or None, default 30
        Stop with the best found and its gap; None searches to the end.
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
        says which rows lack how much room at which sites, or which limits
        would have to give way by how much.
    InvalidInput
        If a number cannot be (the message names the row), a row or site does
        not exist, or no plan was found in the time.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[100, 500], [200, 300], [150, 160]])
    >>> beds = {"beds": ([2, 0, 2], [2, 2])}
    >>> linli.assign.capacitated(reach, [10, 10, 10], [30, 30], measures=beds).site.tolist()
    [0, 0, 1]
    """
    counted = floats("people", people, ndim=1)
    columns = _ask(
        reach,
        counted,
        capacity,
        measures=measures,
        balance=balance,
        within=within,
        exceptions=exceptions,
        points=None,
        whole=whole,
        everyone=everyone,
        objective=objective,
        time_limit_s=time_limit_s,
        gap=gap,
        neighbours=neighbours,
        stay=() if stay is None else stay.items(),
        together=together,
        apart=apart,
        today=today,
        most_moved=most_moved,
    )
    return CapacityPlan({**columns, "objective_name": objective}, counted)


def trade_off(
    reach: Reach,
    people: ArrayLike,
    capacity: ArrayLike,
    today: Sequence[int | None],
    *,
    objective: str = "total",
    points: int = 12,
    whole: bool = True,
    measures: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    balance: Mapping[str, Balance] | None = None,
    within: tuple[Sequence[object], Sequence[object]] | None = None,
    exceptions: Iterable[tuple[int, int]] = (),
    neighbours: Contiguity | Iterable[tuple[int, int]] | None = None,
    stay: Mapping[int, int] | None = None,
    together: Iterable[Sequence[int]] = (),
    apart: Iterable[tuple[int, int]] = (),
    time_limit_s: float | None = 60.0,
    gap: float = 0.0,
) -> TradeOff:
    """Find what more people who leave their site of today are worth in shorter walks.

    Parameters
    ----------
    reach, people, capacity
        As for `capacitated`; everyone has a place.
    today : sequence of int or None
        The site of each row today; None for a row without one.
    objective : {"total", "worst"}
        What is weighed against people moved: the sum of all walks, or the
        longest walk of a row.
    points : int, default 12
        Plans at most; the fewest moves and the least walk are always among them.
    whole, measures, balance, within, exceptions, neighbours, stay, together, apart, gap
        As for `capacitated`.
    time_limit_s : float or None, default 60
        For all plans together.

    Returns
    -------
    TradeOff
        Plans of which none is better in both, fewest moves first.

    Raises
    ------
    Infeasible, InvalidInput
        As for `capacitated`.

    Examples
    --------
    >>> import linli
    >>> reach = linli.Reach.from_dense([[100, 500], [200, 300], [400, 160]])
    >>> linli.assign.trade_off(reach, [10, 10, 10], [20, 20], today=[1, 0, 0])
    TradeOff(3 plans: from 0 people moved, 367 m on average, to 20, 153 m; nothing lies between)
    """
    counted = floats("people", people, ndim=1)
    found = _ask(
        reach,
        counted,
        capacity,
        measures=measures,
        balance=balance,
        within=within,
        exceptions=exceptions,
        points=points,
        whole=whole,
        everyone=True,
        objective=objective,
        time_limit_s=time_limit_s,
        gap=gap,
        neighbours=neighbours,
        stay=() if stay is None else stay.items(),
        together=together,
        apart=apart,
        today=today,
        most_moved=None,
    )
    plans = [
        CapacityPlan({**plan, "objective_name": objective}, counted) for plan in found["plans"]
    ]
    return TradeOff._of(found, plans, objective)


def _ask(
    reach: Reach,
    people: NDArray[np.float64],
    capacity: ArrayLike,
    *,
    measures: Mapping[str, tuple[ArrayLike, ArrayLike]] | None,
    balance: Mapping[str, Balance] | None,
    within: tuple[Sequence[object], Sequence[object]] | None,
    exceptions: Iterable[tuple[int, int]],
    points: int | None,
    neighbours: Contiguity | Iterable[tuple[int, int]] | None,
    **rules: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """Ask the core for a plan, or with `points` for a front."""
    if not isinstance(reach, Reach):
        raise InvalidInput(
            f"reach is of type {type(reach).__name__}; give a linli.Reach", parameter="reach"
        )
    if isinstance(neighbours, Contiguity):
        neighbours = touching(neighbours, reach.shape[0])
    asked = _rules(neighbours=neighbours, **rules)
    allowed = None if within is None else _allowed(reach, within, exceptions)
    amounts = _measures(people, reach.shape[1], measures or {}, balance or {})
    room = floats("capacity", capacity, ndim=1)
    return _linli.assign_capacitated(reach._core, people, room, allowed, asked, amounts, points)


def touching(contiguity: Contiguity, rows: int) -> list[tuple[int, int]]:
    """List the pairs of a contiguity of these rows."""
    if len(contiguity) != rows:
        raise InvalidInput(
            f"the contiguity has {len(contiguity)} units, but there are {rows} rows",
            parameter="neighbours",
            expected=rows,
            got=len(contiguity),
        )
    return [(int(a), int(b)) for a, b in contiguity.edges]


def _measures(
    people: NDArray[np.float64],
    sites: int,
    measures: Mapping[str, tuple[ArrayLike, ArrayLike]],
    balance: Mapping[str, Balance],
) -> list[tuple[str, list[float], list[float], list[float]]]:
    """Give the amounts, least and most loads of each measure."""
    known = {
        name: (floats(f"measures[{name!r}]", amount, ndim=1), floats(name, room, ndim=1))
        for name, (amount, room) in measures.items()
    }
    if "people" in balance and "people" not in known:
        known["people"] = (people, np.full(sites, np.inf))
    for name in balance:
        if name not in known:
            raise InvalidInput(
                f"balance: no measure named {name!r}; known: {', '.join(['people', *measures])}",
                parameter="balance",
            )
    found = []
    for name, (amount, room) in known.items():
        least, most = np.zeros(len(room)), room
        if name in balance:
            tolerance, by = tolerance_of(balance[name])
            if not tolerance >= 0:
                raise InvalidInput(
                    f"balance of {name} = {tolerance}: give a part of the share, 0.1 for 10 %",
                    parameter="balance",
                )
            weights = np.ones(sites) if by is None else floats("balance", by, ndim=1)
            if len(weights) != sites or not weights.sum() > 0 or (weights < 0).any():
                raise InvalidInput(
                    f"balance of {name}: give a number, 0 or more, for each of {sites} sites",
                    parameter="balance",
                )
            share = amount.sum() * weights / weights.sum()
            least = np.maximum(share * (1 - tolerance), 0)
            most = np.minimum(room, share * (1 + tolerance))
        found.append((name, amount.tolist(), least.tolist(), most.tolist()))
    return found


def tolerance_of(balance: Balance) -> tuple[float, Any]:
    """Take a tolerance and what shares go by apart."""
    if isinstance(balance, tuple):
        tolerance, by = balance
        return float(tolerance), by
    return float(balance), None


def _rules(
    *,
    neighbours: Iterable[tuple[int, int]] | None,
    stay: Iterable[tuple[int, int]],
    together: Iterable[Sequence[int]],
    apart: Iterable[tuple[int, int]],
    today: Sequence[int | None] | None = None,
    **terms: Any,  # noqa: ANN401
) -> _linli.AssignRules:
    """Gather terms and rules; refuse what is no row."""
    try:
        return _linli.AssignRules(
            neighbours=None if neighbours is None else _pairs(neighbours),
            stay=_pairs(stay),
            together=[[int(row) for row in rows] for rows in together],
            apart=_pairs(apart),
            today=None if today is None else [_site(site) for site in today],
            **terms,
        )
    except (TypeError, OverflowError) as error:
        raise InvalidInput(f"neighbours, stay, together, apart, today: {error}") from error


def _site(site: Any) -> int | None:  # noqa: ANN401
    return None if _is_missing(site) else int(site)


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


def _is_missing(label: Any) -> bool:  # noqa: ANN401
    return label is None or label is pd.NA or (isinstance(label, float) and np.isnan(label))
