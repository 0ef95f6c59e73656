"""What a city is measured by beside coverage: accessibility, standards, robustness."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linli import _linli
from linli._accessibility_ask import measured
from linli._robust import Robustness
from linli._standard_check import StandardCheck, compared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linli._accessibility import Accessibility
    from linli._city import City
    from linli._decay import Decay
    from linli._standard import Standard
    from linli.walk import Walk

__all__ = ["MeasuresOfCity"]


class MeasuresOfCity:
    """The questions of a `City` that measure what there is."""

    __slots__ = ()
    _core: _linli.City

    def _walk(self, walk: Walk | None) -> Walk:
        raise NotImplementedError

    def accessibility(
        self,
        measure: str = "2sfca",
        minutes: float = 15,
        *,
        walk: Walk | None = None,
        supply: str | None = None,
        decay: Decay | None = None,
        service: str | None = None,
        group: str | None = None,
        k: int = 1,
    ) -> Accessibility:
        """Measure how well each committee is served by the existing centres (可达性).

        Parameters
        ----------
        measure : str, default "2sfca"
            ``"cumulative"``, ``"gravity"``, ``"2sfca"``, ``"e2sfca"``, ``"3sfca"``,
            ``"bfca"``, ``"availability"`` (per person) or ``"kth_nearest"`` (the walk
            to the k-th nearest centre, metres); see `linli.access`.
        minutes : float, default 15
            Longest walk that counts, inclusive.
        walk : Walk, optional
            How distance is measured, and how fast people walk; by default along
            `streets` where the city has them, else ``CrowFly()``.
        supply : str, optional
            A measure of the centres, such as ``"capacity"``; each counts as 1 by default.
        decay : Decay, optional
            How the weight of a centre falls with the walk.
        service : str, optional
            Count only centres that offer this service; see `services`.
        group : str, optional
            Count this measure instead of all residents; see `groups`.
        k : int, default 1
            Of ``"kth_nearest"``: 1 for the nearest centre, 2 for the one to fall back on.

        Returns
        -------
        Accessibility
            One row per committee, its sums by town and group, equity and Lorenz curves.

        Raises
        ------
        InvalidInput
            If no centre is open, or a name is not in the data.

        Examples
        --------
        >>> import linli
        >>> found = linli.datasets.putuo().accessibility("2sfca", minutes=15)
        >>> len(found.rows), len(found.by("town"))
        (264, 10)
        """
        walk = self._walk(walk)
        return measured(
            cast("City", self),
            measure,
            minutes=minutes,
            walk=walk,
            supply=supply,
            decay=decay,
            service=service,
            group=group,
            k=k,
        )

    def check(
        self, standard: str | Standard, *, walk: Walk | None = None, group: str | None = None
    ) -> StandardCheck:
        """Compare the city with a planning standard (达标检查).

        Parameters
        ----------
        standard : str or Standard
            A name such as ``"gb50180-2018/15"`` (see `linli.Standard.names`), or
            one's own by `linli.Standard.from_toml`.
        walk : Walk, optional
            As in `coverage`. Where a standard means straight lines, ask
            with ``linli.CrowFly(detour=1.0)``.
        group : str, optional
            Count this measure instead of all residents; see `groups`.

        Returns
        -------
        StandardCheck
            Committees by facilities, the circle of each centre and what cuts it
            (by the city's `barriers`), and what is not judged.

        Raises
        ------
        InvalidInput
            If no standard has this name, or no centre is open.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> city.check("shanghai-2016/15").circles["fit"].value_counts()["too_empty"] > 0
        np.True_
        """
        return compared(cast("City", self), standard, walk=self._walk(walk), group=group)

    def robustness(
        self,
        minutes: float = 15,
        *,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
        change: float = 0.1,
        curve: Iterable[float] = range(5, 31),
    ) -> Robustness:
        """Ask how sure coverage is: a centre lost, other assumptions, other limits.

        Parameters
        ----------
        minutes, walk, service, group
            As in `coverage`.
        change : float, default 0.1
            How much speed, ways and populations may be off, as a part.
        curve : iterable of float, default 5 to 30
            Minutes to count people within.

        Returns
        -------
        Robustness
            ``losses``, ``changes`` and ``curve`` are frames.

        Raises
        ------
        InvalidInput
            If no centre is open, or the change is not between 0 and 1.

        Examples
        --------
        >>> import linli
        >>> found = linli.datasets.putuo().robustness()
        >>> found.losses["people_lost"].is_monotonic_decreasing, len(found.curve)
        (True, 26)
        """
        walk = self._walk(walk)
        losses, changes, points, people, covered, provenance, assumptions = _linli.city_robustness(
            self._core,
            walk._core,
            minutes=minutes,
            speed_m_per_s=walk.speed_m_per_s,
            service=service,
            group=group,
            change=change,
            curve=[float(point) for point in curve],
        )
        return Robustness(
            people, covered, provenance, cast("City", self), losses, changes, points, assumptions
        )
