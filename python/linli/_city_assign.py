"""Who belongs where in a city."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linli._assignment import Assignment
from linli._capacity_ask import assigned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linli import _linli
    from linli._assign_ask import Balance
    from linli._capacity import CapacityAssignment
    from linli._capacity_ask import Capacity, Today
    from linli._city import City
    from linli._contiguity import Contiguity
    from linli._trade_off import TradeOff
    from linli.walk import Walk

__all__ = ["AssignmentsOfCity"]


class AssignmentsOfCity:
    """The questions of a `City` that say who goes where."""

    __slots__ = ()
    _core: _linli.City

    def _walk(self, walk: Walk | None) -> Walk:
        raise NotImplementedError

    def assign(
        self,
        minutes: float | None = None,
        *,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
        speeds: Mapping[str, float] | None = None,
        capacity: Capacity = None,
        balance: float | Mapping[str, Balance] | None = None,
        within: str | None = None,
        exceptions: Iterable[tuple[str, str]] = (),
        contiguous: bool | Contiguity | Iterable[tuple[str, str]] = False,
        stay: Mapping[str, str] | None = None,
        together: Iterable[Sequence[str]] = (),
        apart: Iterable[tuple[str, str]] = (),
        today: Today = None,
        most_moved: float | None = None,
        whole: bool = True,
        everyone: bool = True,
        objective: str = "total",
        time_limit_s: float | None = 30.0,
        gap: float = 0.0,
    ) -> Assignment | CapacityAssignment:
        """Assign every committee to an existing centre: the nearest, or one with room for it.

        Without the arguments from `speeds` on, each goes whole to the centre
        nearest to most of its people. With any of them, the sum of all walks is
        made small under these rules, and the answer says how sure it is.

        Parameters
        ----------
        minutes : float, optional
            Leave committees unassigned whose mean walk is longer; by default
            all that can be are assigned.
        walk : Walk, optional
            How distance is measured, and how fast people walk; by default along
            `streets` where the city has them, else ``CrowFly()``.
        service : str, optional
            Count only centres that offer this service; see `services`.
        group : str, optional
            Count this measure instead of all residents; see `groups`.
        speeds : mapping of str to float, optional
            Groups that walk at a speed of their own, as in `coverage`: each group of
            a committee goes to a centre it can walk to within `minutes`, so groups
            of one committee may go to different centres.
        capacity : str, float or mapping, optional
            People that centres have room for: a measure of the centres, one
            number for each, or a number by id (the others have no limit). Of
            several measures, each of these by name: ``{"population": 60_000,
            "over_60": "beds"}``.
        balance : float or mapping of measure to tolerance, optional
            Each centre's load of a measure is within this part of its share:
            ``{"population": 0.1}`` is ±10 %, and a number alone means people.
            Shares are equal, within towns where `within` is given; with a pair
            ``(0.1, "staff")`` in proportion to a measure of the centres.
        within : {"town"}, optional
            Committees go to centres of their own town.
        exceptions : iterable of (committee, centre)
            Pairs that are allowed all the same, by id or unique name.
        contiguous : bool, Contiguity or iterable of (committee, committee), default False
            Whether catchments hang together: by the outlines of the committees,
            by a `linli.Contiguity` of them, or by pairs that touch.
        stay : mapping of committee to centre, optional
            Committees that stay where they are.
        together, apart : iterable of committees
            Groups that go to one centre; pairs that must not share one.
        today : mapping of committee to centre, sequence of centres, or an assignment, optional
            The centre of each committee today; see `CapacityAssignment.moved` and
            `reassign`.
        most_moved : float, optional
            At most so many people may change the centre they have today.
        whole : bool, default True
            Whether a committee goes whole to one centre.
        everyone : bool, default True
            Whether nobody may be left without a place. If not, as many people
            are served as there is room for; see `CapacityAssignment.levels`.
        objective : {"total", "worst", "moved"}
            The sum of all walks, the longest mean walk of a committee, or the
            people who change the centre they have `today`.
        time_limit_s : float or None, default 30
            Stop with the best found and its gap; None searches to the end.
        gap : float, default 0
            Stop within this part of the bound.

        Returns
        -------
        Assignment or CapacityAssignment
            One row per committee, and one catchment (服务范围) per centre.

        Raises
        ------
        Infeasible
            If everyone must have a place and there is no such assignment: the
            message names the town, the centres and how much room is missing, or
            which limits would have to give way by how much.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> city.assign()
        Assignment(264 of 264 committees assigned to 20 centres; synthetic)
        >>> city.assign(within="town", capacity=210_000)
        CapacityAssignment(1,239,800 of 1,239,800 people have a place; proven best; synthetic)
        >>> even = city.assign(balance={"population": 0.3}, within="town")
        >>> even.loads.columns.tolist()
        ['population', 'least_population', 'most_population']
        """
        rules = (speeds, capacity, balance, within, stay, today, *exceptions, *together, *apart)
        if contiguous is not False or any(rule is not None for rule in rules):
            return assigned(  # type: ignore[return-value]
                cast("City", self),
                minutes=minutes,
                walk=self._walk(walk),
                service=service,
                group=group,
                speeds=speeds,
                capacity=capacity,
                balance=balance,
                within=within,
                exceptions=exceptions,
                contiguous=contiguous,
                stay=stay,
                together=together,
                apart=apart,
                today=today,
                most_moved=most_moved,
                whole=whole,
                everyone=everyone,
                objective=objective,
                time_limit_s=time_limit_s,
                gap=gap,
            )
        walk = self._walk(walk)
        found = self._core.assign(
            walk._core,
            minutes=minutes,
            speed_m_per_s=walk.speed_m_per_s,
            service=service,
            group=group,
        )
        return Assignment(found, cast("City", self))

    def reassign(
        self,
        today: Today,
        minutes: float | None = None,
        *,
        objective: str = "total",
        points: int = 12,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
        capacity: Capacity = None,
        balance: float | Mapping[str, Balance] | None = None,
        within: str | None = None,
        exceptions: Iterable[tuple[str, str]] = (),
        contiguous: bool | Contiguity | Iterable[tuple[str, str]] = False,
        stay: Mapping[str, str] | None = None,
        together: Iterable[Sequence[str]] = (),
        apart: Iterable[tuple[str, str]] = (),
        whole: bool = True,
        time_limit_s: float | None = 60.0,
        gap: float = 0.0,
    ) -> TradeOff:
        """Weigh shorter walks against people who change the centre they have today.

        Parameters
        ----------
        today : mapping of committee to centre, sequence of centres, or an assignment
            The centre of each committee today. Who has a centre that is closed
            must move.
        minutes : float, optional
            Longest mean walk of a committee; any by default.
        objective : {"total", "worst"}
            What is weighed against people moved: the sum of all walks, or the
            longest mean walk of a committee.
        points : int, default 12
            Assignments at most; the fewest moves and the least walk are always
            among them.
        walk, service, group, capacity, balance, within, exceptions, contiguous, stay, together
            As for `assign`; everyone has a place.
        apart, whole, gap
            As for `assign`.
        time_limit_s : float or None, default 60
            For all assignments together.

        Returns
        -------
        TradeOff
            Assignments of which none is better in both, fewest moves first.

        Raises
        ------
        Infeasible
            As for `assign`.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> today = city.assign(within="town", capacity=210_000)
        >>> more = city.what_if(open="C25")
        >>> found = more.reassign(today, within="town", capacity=210_000)
        >>> float(found.points["people_moved"].iloc[0])
        0.0
        """
        return assigned(  # type: ignore[return-value]
            cast("City", self),
            minutes=minutes,
            walk=self._walk(walk),
            service=service,
            group=group,
            speeds=None,
            capacity=capacity,
            balance=balance,
            within=within,
            exceptions=exceptions,
            contiguous=contiguous,
            stay=stay,
            together=together,
            apart=apart,
            today=today,
            points=points,
            most_moved=None,
            whole=whole,
            everyone=True,
            objective=objective,
            time_limit_s=time_limit_s,
            gap=gap,
        )
