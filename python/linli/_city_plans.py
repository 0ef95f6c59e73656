"""How a city is divided: who is a neighbour, and which parts there could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from linli import _linli
    from linli._city import City
    from linli._city_neighbours import Neighbours
    from linli._contiguity import Contiguity
    from linli._division import Division
    from linli._streets import StreetNetwork
    from linli.walk import Walk

__all__ = ["PlansOfCity"]


class PlansOfCity:
    """The questions of a `City` that propose what could be."""

    __slots__ = ()
    _core: _linli.City

    def _walk(self, walk: Walk | None) -> Walk:
        raise NotImplementedError

    def contiguity(
        self,
        *,
        streets: bool | StreetNetwork = False,
        detour: float = 2.5,
        always_m: float = 800.0,
        barriers: bool = False,
        cut: Iterable[Sequence[str]] = (),
        join: Iterable[Sequence[str]] = (),
        join_islands: bool = False,
    ) -> Neighbours:
        """Say which committees are neighbours (邻接): by outline, on foot, across barriers.

        Committees are neighbours where their outlines share a border. With
        `streets` they must also be able to walk to each other: of each pair the
        two demand points nearest to each other are taken, and the walk between
        them may be at most `always_m`, or `detour` times the straight line. Where
        an outline is missing, streets alone decide: every point of a street
        belongs to the place from which it is nearest on foot, and places whose
        streets meet are neighbours.

        Parameters
        ----------
        streets : bool or StreetNetwork, default False
            The streets to walk along; True takes the city's own.
        detour : float, default 2.5
            Longest walk between neighbours over the straight line.
        always_m : float, default 800
            A walk of so many metres is never too long.
        barriers : bool, default False
            Part neighbours whose common border runs mostly (at least half of it
            within 60 m) along the city's `barriers`, where no street crosses one
            beside the border.
        cut, join : iterable of (committee, committee), optional
            Pairs that are no neighbours, and that are, by id or unique name: a
            river, a footbridge.
        join_islands : bool, default False
            Join every set that touches no other to the nearest committee outside it.

        Returns
        -------
        Neighbours
            The contiguity, and every pair that differs from outlines that touch.

        Raises
        ------
        InvalidInput
            For a committee that does not exist, a pair to cut that does not
            touch, and streets or barriers that the city has not.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo(streets=True)
        >>> touching = city.contiguity()
        >>> on_foot = city.contiguity(streets=True)
        >>> len(on_foot.contiguity.edges) <= len(touching.contiguity.edges)
        True
        """
        from linli._city_neighbours import neighbours

        return neighbours(
            cast("City", self),
            streets=streets,
            detour=detour,
            always_m=always_m,
            barriers=barriers,
            cut=cut,
            join=join,
            join_islands=join_islands,
        )

    def partition(
        self,
        k: int,
        *,
        within: str | None = None,
        town_parts: Mapping[str, int] | Sequence[int] | None = None,
        balance: Mapping[str, float] | None = None,
        objective: str = "cut_edges",
        exception_cost: float | None = None,
        exception_per: str = "committee",
        exceptions: Sequence[str] | None = None,
        today: str | Division | Mapping[str, Any] | ArrayLike | None = None,
        locked: Sequence[str] = (),
        together: Iterable[Sequence[str]] = (),
        apart: Iterable[Sequence[str]] = (),
        centre_inside: bool = False,
        walk: Walk | None = None,
        service: str | None = None,
        streets: bool | StreetNetwork = False,
        barriers: bool = False,
        cut: Iterable[Sequence[str]] = (),
        join: Iterable[Sequence[str]] = (),
        join_islands: bool = False,
        contiguity: Contiguity | Neighbours | None = None,
        begin: str = "auto",
        improve: str = "auto",
        rounds: int | None = None,
        time_limit_s: float | None = None,
        proof: int | None = None,
        seed: int = 0,
    ) -> Division:
        """Divide the committees into `k` connected, balanced parts (分区).

        Parameters
        ----------
        k : int
            Number of parts.
        within : str, optional
            Column that no part may cross, such as ``"town"``.
        town_parts : mapping of str to int, or sequence of int, optional
            Parts of every town, by name or in the order of the names; by default
            as even as the terms allow (see `linli.regions.apportion`).
        balance : mapping of str to float, optional
            How far a part may be from an equal share of each measure, as a
            share of it; by default ``{"population": 0.10}``. A measure of the
            centres, such as their staff, counts in the committee they stand in.
        objective : {"cut_edges", "border", "inertia", "moved", "walk"}
            What to make small: pairs of neighbours in different parts; metres of
            border; people × squared metres from the middle; people who leave
            today's part; person-metres to the part's best open centre.
        exception_cost : float, optional
            Let committees be in a part of another town, each at this price in
            what the objective counts. A part belongs to the town for which its
            other committees cost least.
        exception_per : {"committee", "person"}
            What the price is for.
        exceptions : sequence of str, optional
            Only these committees may; without a price, for nothing.
        today : optional
            Today's parts, which the new ones are numbered after: a column of
            the committees, a `Division`, a mapping by id, or one part a committee.
        locked : sequence of str, optional
            Committees that keep today's part.
        together, apart : iterable of (committee, committee), optional
            Pairs that must share a part, or must not.
        centre_inside : bool, default False
            Whether an open centre must stand in every part.
        walk, service : optional
            How far it is to the centres, and which of them count, for the
            objective ``walk`` and for `Division.walks`.
        streets, barriers, cut, join, join_islands
            Who is a neighbour of whom, as in `contiguity`.
        contiguity : Contiguity or Neighbours, optional
            The same, made before; by default committees touch as their outlines do.
        begin : {"auto", "trees", "hilbert", "growth", "multilevel"}
            How plans begin, as in `linli.regions.partition`.
        improve : {"auto", "annealing", "fm", "recom", "tabu", "chains"}
            How plans are made better, as in `linli.regions.partition`.
        rounds : int, optional
            Independent searches: more find more; 0 takes the first valid plan.
            By default about a second's worth, or as many as the time limit allows.
        time_limit_s : float, optional
            Stop after this many seconds with the best plan so far.
        proof : int, optional
            How much may be looked at to prove a plan, as in `linli.regions.partition`.
        seed : int, default 0
            The same input and seed give the same plan, unless the time runs out.

        Returns
        -------
        Division
            One row per committee; divide it again with ``.subdivide(k)``.

        Raises
        ------
        Infeasible
            If there is no such division: names the committee, town or neck
            that stands in the way and the smallest change that helps.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> grids = city.partition(25, within="town", balance={"population": 0.25}, rounds=0)
        >>> grids.plan.town_parts
        [2, 2, 2, 4, 2, 3, 2, 3, 3, 2]
        """
        from linli._divide import divide

        asked = {
            "town_parts": town_parts,
            "objective": objective,
            "exception_cost": exception_cost,
            "exception_per": exception_per,
            "exceptions": exceptions,
            "today": today,
            "locked": locked,
            "together": together,
            "apart": apart,
            "centre_inside": centre_inside,
            "walk": walk,
            "service": service,
            "streets": streets,
            "barriers": barriers,
            "cut": tuple(cut),
            "join": tuple(join),
            "join_islands": join_islands,
            "contiguity": contiguity,
            "begin": begin,
            "improve": improve,
            "rounds": rounds,
            "time_limit_s": time_limit_s,
            "proof": proof,
            "seed": seed,
        }
        return divide(cast("City", self), k, within, balance, asked)
