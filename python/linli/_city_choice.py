"""What a city is asked about belonging: by service, and beside free choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from linli import _linli
from linli._assignment import Assignment
from linli._capacity import CapacityAssignment
from linli._choice import ChoiceComparison
from linli._names import committees_of
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linli._city import City
    from linli.walk import Walk

__all__ = ["ChoiceOfCity"]


class ChoiceOfCity:
    """The questions of a `City` about where people belong and what they find there."""

    __slots__ = ()
    _core: _linli.City

    def _walk(self, walk: Walk | None) -> Walk:
        raise NotImplementedError

    def levels(
        self,
        of: str = "district",
        by: str | Sequence[str] | None = "service",
        *,
        minutes: float | None = 15,
        walk: Walk | None = None,
        capacity: Any = None,  # noqa: ANN401
        within: str | None = None,
        speeds: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """Divide people into served, in reach without room, and out of reach (三分).

        As many people as there is room for are served; committees may be split.

        Parameters
        ----------
        of : {"district", "town", "centre", "committee"}
            What to sum up by, as in `CapacityAssignment.levels`.
        by : "service", "group", str or sequence of str, optional
            ``"service"`` asks of each service that an existing centre offers,
            among the centres that offer it. ``"group"`` tells those of `speeds`
            apart, names of measures those of the measures. None tells nothing apart.
        minutes : float or None, default 15
            Longest mean walk of a committee to a centre that it may go to.
        walk : Walk, optional
            As in `coverage`.
        capacity : str, float or mapping, optional
            People that centres have room for, as in `assign`. A mapping whose keys
            are services gives each service its own; those left out have no limit.
        within : {"town"}, optional
            Committees go to centres of their own town.
        speeds : mapping of str to float, optional
            Groups that walk at a speed of their own; see `coverage`.

        Returns
        -------
        pandas.DataFrame
            people, served, no_capacity and out_of_reach; by service of the
            district also centres (that offer it) and share (served), most served first.

        Examples
        --------
        >>> import linli
        >>> city = linli.datasets.putuo()
        >>> found = city.levels(capacity={"canteen": 40_000, "hair_salon": 60_000})
        >>> found.loc["canteen", ["centres", "no_capacity"]].gt(0).tolist()
        [True, True]
        """
        asked = {
            "minutes": minutes,
            "walk": walk,
            "within": within,
            "speeds": speeds,
            "whole": False,
            "everyone": False,
        }
        city = cast("City", self)
        by_service = isinstance(capacity, dict) and set(capacity) <= set(city.services)
        if by != "service":
            if by_service and capacity:
                raise InvalidInput(
                    "capacity has services for keys: ask by='service'", parameter="capacity"
                )
            return _limited(city, capacity, asked).levels(of, by)
        open_ones = city.facilities.query("status == 'existing'")["services"]
        offered = [name for name in city.services if name in set(open_ones.explode())]
        frames = {}
        for service in offered:
            room = capacity.get(service) if by_service else capacity
            found = _limited(city, room, {**asked, "service": service})
            frames[service] = found.levels(of)
            if of == "district":
                frames[service].insert(0, "centres", len(found.catchments))
        frame = pd.concat(frames, names=["service"])
        if of != "district":
            return frame
        frame = frame.droplevel("district")
        frame.insert(1, "share", frame["served"] / frame["people"].where(frame["people"] > 0))
        return frame.sort_values(["served", "centres"], ascending=False, kind="stable")

    def compare_choice(
        self,
        belongs: str | Mapping[str, str] | Assignment | CapacityAssignment = "town",
        minutes: float = 15,
        *,
        walk: Walk | None = None,
        service: str | None = None,
        group: str | None = None,
        speeds: Mapping[str, float] | None = None,
    ) -> ChoiceComparison:
        """Compare where committees belong with where their people would go.

        Services are the same everywhere and residents may use any centre, so there
        are two truths: a committee belongs whole to one centre (行政归属), while each
        of its people walks to the nearest one, in whatever town it stands (自由选择).

        Parameters
        ----------
        belongs : "town", mapping of committee to centre, Assignment or CapacityAssignment
            Where committees belong: by default the nearest centre of their own
            town; or as a mapping says, by id or unique name; or an assignment.
        minutes : float, default 15
            Walk within which a centre is near.
        walk, service, group, speeds
            As in `coverage`; the same as in the assignment, where one is given.

        Returns
        -------
        ChoiceComparison
            People who live nearer to another centre than their own, how much
            farther they walk, and who has a centre near but not theirs.

        Raises
        ------
        InvalidInput
            If an assignment was walked otherwise, or a centre is not open.

        Examples
        --------
        >>> import linli
        >>> found = linli.datasets.putuo().compare_choice("town")
        >>> found
        ChoiceComparison(...; synthetic)
        >>> found.by("centre").columns.tolist()
        ['name', 'belong', 'choose', 'leave', 'come']
        """
        city, walk = cast("City", self), self._walk(walk)
        if isinstance(belongs, str):
            if belongs != "town":
                raise InvalidInput(
                    f"belongs = {belongs!r}: give 'town', a mapping or an assignment",
                    parameter="belongs",
                    value=belongs,
                )
            belongs = _limited(
                city, None, {"walk": walk, "service": service, "group": group, "within": "town"}
            )
        row, facility, share = _parts(city, belongs)
        columns = _linli.city_compare_choice(
            self._core,
            walk._core,
            row,
            facility,
            share,
            minutes=minutes,
            speed_m_per_s=walk.speed_m_per_s,
            service=service,
            group=group,
            speeds=list((speeds or {}).items()),
        )
        if isinstance(belongs, (Assignment, CapacityAssignment)):
            for fact in ("walk", "service", "input_hash"):
                given, asked = belongs.provenance[fact], columns["provenance"][fact]
                if given != asked:
                    raise InvalidInput(
                        f"the assignment has {fact} {given}, the comparison {asked}; "
                        "give both the same",
                        parameter="belongs",
                    )
        return ChoiceComparison(columns, city)


def _limited(city: City, capacity: Any, asked: dict[str, Any]) -> CapacityAssignment:  # noqa: ANN401
    """Assign in parts, as many people as there is room for."""
    # Room without a limit is asked for, too: this divides people, and a nearest centre does not.
    room = np.inf if capacity is None else capacity
    terms = {"whole": True, "everyone": False, **asked}
    return cast("CapacityAssignment", city.assign(capacity=room, **terms))


Parts = tuple[list[int], list[int], list[float]]


def _parts(city: City, belongs: Mapping[str, str] | Assignment | CapacityAssignment) -> Parts:
    """Give committees, the centres they belong to, and the part of each that does."""
    if isinstance(belongs, CapacityAssignment):
        columns = belongs._columns
        rows, people = columns["part_row"], columns["part_people"]
        all_of_them = np.nan_to_num(columns["people"])[rows]
        # Where nobody is known to live, the committee goes where it was sent.
        share = np.where(all_of_them > 0, people / np.where(all_of_them > 0, all_of_them, 1), 1.0)
        centres = columns["centres"][columns["part_site"]]
        return rows.tolist(), centres.tolist(), share.tolist()
    if isinstance(belongs, Assignment):
        columns = belongs._core.rows()
        rows = np.flatnonzero(columns["has_facility"])
        return rows.tolist(), columns["facility"][rows].tolist(), [1.0] * len(rows)
    committee, centre = committees_of(city), city._core.facility_row
    pairs = [(committee(str(a)), centre(str(b))) for a, b in belongs.items()]
    return [row for row, _ in pairs], [to for _, to in pairs], [1.0] * len(pairs)
