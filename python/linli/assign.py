"""Assignment (分配) when sites have limited room: rows of a reach, whole or in parts.

A plan says what it costs and what no plan can beat. `City.assign` asks the same
of a city, by name.

>>> import linli
>>> reach = linli.Reach.from_dense([[100, 500], [200, 300]])
>>> linli.assign.capacitated(reach, [10, 10], [10, 20])
CapacityPlan(20 of 20 people served, 200 m on average; proven best)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli._arrays import floats
from linli._assign_ask import ask
from linli._capacity_plan import CapacityPlan
from linli._trade_off import TradeOff

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from linli._assign_ask import Balance
    from linli._contiguity import Contiguity
    from linli._reach import Reach

__all__ = ["CapacityPlan", "TradeOff", "capacitated", "trade_off"]


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
    columns = ask(
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
    found = ask(
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
