"""Where a city's next centres should go, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linli._siting import site
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linli import _linli
    from linli._city import City
    from linli._comparison import Comparison
    from linli._proposal import Proposal
    from linli._siting import Candidates
    from linli.walk import Walk

__all__ = ["SitesOfCity"]


class SitesOfCity:
    """The questions of a `City` that propose centres."""

    __slots__ = ()
    _core: _linli.City

    def site(
        self,
        new: int | None = None,
        minutes: float = 15,
        model: str = "mclp",
        *,
        phases: Sequence[int] | None = None,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
        candidates: Candidates = None,
        spacing_m: float | None = None,
        forbidden: str | Sequence[str] = (),
        speeds: Mapping[str, float] | None = None,
        full_minutes: float | None = None,
        gap: float = 0.0,
        time_limit_s: float | None = None,
        seed: int = 0,
    ) -> Proposal:
        """Find where the next centres should go (选址); existing ones stay open.

        Parameters
        ----------
        new : int, optional
            New centres; 5 by default. ``lscp`` finds their number itself.
        minutes : float, default 15
            Longest acceptable one-way walk, inclusive. ``p_median`` and
            ``p_center`` count with it, but let everybody walk to some centre.
        model : {"mclp", "gradual", "lscp", "p_median", "p_center"}
            Judge by people within the limit, by the same when nearer counts
            more, by the fewest centres that bring everyone within the limit, by
            the mean walk, or by the longest walk.
        phases : sequence of int, optional
            Instead of `new`: the new centres of each phase, such as ``[5, 3]``.
            Each phase keeps what the ones before opened, and the sum of what
            is reached at the end of each is best.
        walk : Walk, optional
            How distance is measured, and how fast people walk; by default along
            `streets` where the city has them, else ``CrowFly()``.
        service : str, optional
            Count only centres that offer this service; see `services`. New ones
            from a grid or of your own do.
        group : str, optional
            Count this measure instead of all residents; see `groups`.
        candidates : optional
            Where new centres may stand. ``"listed"``: the facilities that are
            planned or candidate. ``"grid"``: points of a grid inside the
            outlines of committees, else of towns, else where people live.
            ``"both"``. Or places of your own: a GeoDataFrame (columns ``id``
            and ``name`` where they are there, outlines by a point inside), a
            path-like of such a file, ``{id: (x, y)}`` or positions in the CRS of the
            facilities. By default the listed ones; where there are none, a grid.
        spacing_m : float, optional
            Metres between points of the grid; by default such that there are
            at most about 800, and at least 200 m. Asks for a grid where
            `candidates` says nothing.
        forbidden : str or sequence of str, optional
            Candidates that may not be chosen, by id or unique name.
        speeds : mapping of str to float, optional
            Groups that walk at a speed of their own, metres per second, such as
            ``{"over_60": 0.9}``: the same minutes are fewer metres for them.
            Everybody is counted once; groups may not overlap. For ``mclp`` and
            ``lscp``.
        full_minutes : float, optional
            Walk up to which people count fully, for ``gradual``.
        gap : float, default 0.0
            Stop when objective and bound are this close, relative to the objective.
        time_limit_s : float, optional
            Stop after this many seconds with the best plan so far and its true gap.
        seed : int, default 0
            Seed of the random restarts.

        Returns
        -------
        Proposal
            The new centres, what each is worth, and how sure that is.

        Raises
        ------
        Infeasible
            If there are fewer candidates than new centres, or nobody can reach
            some committees under ``lscp``: names them and the minutes that would do.
        InvalidInput
            If a name is not in the data or a number cannot be.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> plan = city.site(new=3, minutes=15, candidates="grid", spacing_m=500)
        >>> plan.proven, plan.people_covered > city.coverage().people_covered
        (True, True)
        """
        return site(
            cast("City", self),
            new,
            minutes,
            model,
            phases=phases,
            walk=walk,
            service=service,
            group=group,
            candidates=candidates,
            spacing_m=spacing_m,
            forbidden=forbidden,
            speeds=speeds,
            full_minutes=full_minutes,
            gap=gap,
            time_limit_s=time_limit_s,
            seed=seed,
        )

    def compare(self, plan: Proposal) -> Comparison:
        """Say what a plan means, in people: before, after, by committee.

        Parameters
        ----------
        plan : Proposal
            A plan for this city; see `site`.

        Returns
        -------
        Comparison
            As `Coverage.compare`, with the minutes and the walk of the plan.
        """
        if plan._city.input_hash != self._core.input_hash:
            raise InvalidInput(
                "the plan is for another city, or another scenario of this one; "
                "compare it with the city whose `site` made it",
                parameter="plan",
            )
        return plan.compare()
