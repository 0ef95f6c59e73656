"""Served, without room, out of reach: by group of people and by service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _linli
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from linli._capacity import CapacityAssignment
    from linli._city import City
    from linli.walk import Walk

__all__ = ["assigned_by_speed", "levels_by_group"]

FATES = ["people", "served", "no_capacity", "out_of_reach"]


def assigned_by_speed(
    city: City,
    walk: Walk,
    rules: _linli.AssignRules,
    speeds: Mapping[str, float],
    group: str | None,
    asked: dict[str, Any],
) -> dict[str, Any]:
    """Assign groups that walk at speeds of their own; see `City.assign`."""
    if group is not None:
        raise InvalidInput(
            f"group = {group!r}: speeds counts everyone, group by group: give one of the two",
            parameter="group",
            value=group,
        )
    return _linli.city_assign_paced(city._core, walk._core, rules, list(speeds.items()), **asked)


def levels_by_group(found: CapacityAssignment, of: str, by: str | Sequence[str]) -> pd.DataFrame:
    """Divide the people of each group; the groups add up to all."""
    columns = found._columns
    if by == "group":
        if "groups" not in columns:
            raise InvalidInput(
                "levels(by='group'): everyone walks at one speed here; name measures, such as "
                "by='over_60', or ask assign(speeds=...)",
                parameter="by",
                value="group",
            )
        names: list[str] = columns["groups"]
        fates = [pd.DataFrame(levels) for levels in columns["levels_group"]]
    else:
        names, fates = _in_proportion(found, [by] if isinstance(by, str) else list(by))
    summed = [_summed(found, of, group, fates[group]) for group in range(len(names))]
    frame = pd.concat(dict(zip(names, summed, strict=True)), names=["group"])
    if of == "district":
        return frame.droplevel("district")
    # The place first and its groups beneath, in the order of the places.
    places = {place: order for order, place in enumerate(found.levels(of).index)}
    frame = frame.swaplevel()
    order = frame.index.get_level_values(0).map(lambda place: places.get(place, len(places)))
    return frame.iloc[np.argsort(order, kind="stable")]


def _in_proportion(
    found: CapacityAssignment, measures: Sequence[str]
) -> tuple[list[str], list[pd.DataFrame]]:
    """Let the people of each group fare like the rest of their committee."""
    if "groups" in found._columns or found.provenance["group"] is not None:
        raise InvalidInput(
            "levels(by=...): this assignment tells groups apart already; give by='group', or "
            "assign everyone",
            parameter="by",
        )
    # Speeds don't matter here, only who is counted where.
    walkers = _linli.city_walkers(
        found._city._core,
        [(name, 1.0) for name in measures],
        minutes=15.0,
        speed_m_per_s=1.0,
    )
    all_of_them = pd.DataFrame(found._columns["levels_committee"])
    per_head = all_of_them.div(all_of_them["people"].where(all_of_them["people"] > 0), axis=0)
    fates = [per_head.mul(np.nan_to_num(group["people"]), axis=0).fillna(0) for group in walkers]
    return [group["name"] for group in walkers], fates


def _summed(found: CapacityAssignment, of: str, group: int, fates: pd.DataFrame) -> pd.DataFrame:
    """Sum one group up by committee, centre, town or the whole district."""
    city, columns = found._city, found._columns
    if of == "committee":
        return fates.set_axis(pd.Index(city._demand_columns["id"], name="id"))[FATES]
    if of == "town":
        towns = pd.Series(city._demand_columns["town"], dtype=object).fillna("")
        sums = fates.groupby(towns.rename("town"), sort=False)[FATES].sum()
        return sums[sums["people"] > 0]
    if of == "district":
        return fates[FATES].sum().to_frame("all").T.rename_axis("district")
    centres = found.catchments.index
    sums = pd.DataFrame(0.0, index=centres, columns=FATES)
    sums["served"] = _served(found, group, fates)
    nearest = np.searchsorted(columns["centres"], columns["nearest"][columns["has_nearest"]])
    away = fates["no_capacity"].to_numpy()[columns["has_nearest"]]
    sums["no_capacity"] = np.bincount(nearest, weights=away, minlength=len(centres))
    sums["people"] = sums["served"] + sums["no_capacity"]
    return sums


def _served(found: CapacityAssignment, group: int, fates: pd.DataFrame) -> NDArray[np.float64]:
    """Count the people of one group whom each centre serves."""
    columns = found._columns
    weights = columns["part_people"]
    if "groups" in columns:
        weights = np.where(columns["part_group"] == group, weights, 0.0)
    else:
        served = np.asarray(columns["levels_committee"]["served"])
        share = fates["served"].to_numpy() / np.where(served > 0, served, np.inf)
        weights = weights * share[columns["part_row"]]
    counted = np.bincount(columns["part_site"], weights=weights, minlength=len(columns["centres"]))
    return np.asarray(counted, dtype=np.float64)
