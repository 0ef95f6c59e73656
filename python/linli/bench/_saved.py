"""Reading a saved division, of any age and make, for those who check it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from linli._contiguity_ask import in_metres
from linli._tables import crs_of_name
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Level", "Saved", "holds_features", "read_saved"]

NEWEST = {"division": 2, "hierarchy": 1}
"""The newest forms that are known; a division's first had no terms."""
LEVELS = ("above", "part", "block")
"""Columns that hold parts where no terms say which do, from the highest level down."""


@dataclass(frozen=True)
class Level:
    """One level of a division."""

    column: str
    """Property that holds the parts."""
    facts: dict[str, Any]
    """What was said of it: k, objective, value, balance ...; empty where nothing was."""
    part: NDArray[np.int64]
    """Part of each unit, numbered from 0."""
    names: list[str]
    """What the file calls each part."""


@dataclass(frozen=True)
class Saved:
    """A division as it stands in a file."""

    about: dict[str, Any]
    """The terms; empty where the file holds none."""
    rows: pd.DataFrame
    """The properties of each unit."""
    shapes: gpd.GeoSeries
    """Outlines or places, in metres."""
    levels: tuple[Level, ...]
    """From the highest down."""

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.rows)

    def names(self, units: NDArray[np.int64] | list[int]) -> str:
        """Name some units for a reader."""
        column = next((one for one in ("name", "id") if one in self.rows), None)
        said = [str(unit) if column is None else str(self.rows[column][unit]) for unit in units[:3]]
        return ", ".join(said) + (f" and {len(units) - 3} more" if len(units) > 3 else "")

    def amounts(self, measure: str) -> NDArray[np.float64] | None:
        """Give the amounts of a measure; None where the file has no such, or not of all units."""
        if measure not in self.rows:
            return None
        numbers = pd.to_numeric(self.rows[measure], errors="coerce").to_numpy(dtype=float)
        return numbers if np.isfinite(numbers).all() else None

    def pairs(self, name: str) -> NDArray[np.int64] | None:
        """Give pairs of units that the terms list; None where they list none."""
        listed = self.about.get(name)
        if listed is None:
            return None
        pairs = np.asarray(listed, dtype=np.int64).reshape(-1, 2)
        if len(pairs) and not (pairs.min() >= 0 and pairs.max() < self.n):
            raise InvalidInput(
                f"{name} lists unit {pairs.max()}; units are 0 to {self.n - 1}", parameter="path"
            )
        return pairs


def holds_features(path: Path) -> bool:
    """Say whether a file is GeoJSON, and no manifest."""
    if path.suffix.lower() in {".geojson", ".ndjson", ".geojsonl", ".jsonl"}:
        return True
    try:
        return bool(json.loads(path.read_bytes()).get("type") == "FeatureCollection")
    except (OSError, ValueError, AttributeError):
        return False


def read_saved(path: Path) -> Saved:
    """Read a saved division.

    Parameters
    ----------
    path : pathlib.Path
        What `Division.save`, `Hierarchy.save` or ``linli partition`` wrote, or any
        GeoJSON of units with a property ``part``.

    Returns
    -------
    Saved
        Its units, shapes, levels and terms.

    Raises
    ------
    InvalidInput
        If it cannot be read, is of a later form, or lacks parts or shapes.
    """
    document = _document(path)
    features = document.get("features") or []
    if not features:
        raise _lacks(path, "holds no feature")
    frame = gpd.GeoDataFrame.from_features(features)
    about = document.get("linli")
    about = about if isinstance(about, dict) else {}
    _check_form(path, about)
    rows = pd.DataFrame(frame.drop(columns="geometry")).reset_index(drop=True)
    if frame.geometry.isna().any() or frame.geometry.is_empty.any():
        row = int(np.argmax((frame.geometry.isna() | frame.geometry.is_empty).to_numpy()))
        raise _lacks(path, f"has no outline for unit {row}, so nobody can tell what it touches")
    shapes = _metres(frame.geometry, document.get("crs"))
    return Saved(about, rows, shapes, _levels(path, about, rows))


def _document(path: Path) -> dict[str, Any]:
    try:
        content = path.read_text(encoding="utf-8-sig")
        try:
            document: Any = json.loads(content)
        except ValueError:
            lines = [json.loads(line) for line in content.splitlines() if line.strip()]
            document = {"type": "FeatureCollection", "features": lines}
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"{path} cannot be read as GeoJSON: {error}", parameter="path"
        ) from error
    if isinstance(document, dict) and document.get("type") == "Feature":
        document = {"type": "FeatureCollection", "features": [document]}
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise _lacks(path, "is no collection of features")
    return document


def _check_form(path: Path, about: dict[str, Any]) -> None:
    words = str(about.get("format", "linli division 2")).split()
    known = NEWEST.get(words[1]) if len(words) == 3 else None
    if words[0] != "linli" or known is None or not words[2].isdigit():
        raise _lacks(path, f"has terms of form {about['format']!r}, which is no division")
    if int(words[2]) > known:
        raise _lacks(path, f"has form {about['format']!r}; this linli reads up to {known}")


def _levels(path: Path, about: dict[str, Any], rows: pd.DataFrame) -> tuple[Level, ...]:
    if isinstance(about.get("levels"), list):
        told = [(str(one.get("column", one.get("name"))), one) for one in about["levels"]]
    elif "k" in about:
        told = [("part", about)]
        if about.get("blocks"):
            # Blocks keep to the parts' terms, and lie in parts instead of towns.
            blocks = {**about["blocks"], "balance": about.get("balance"), "within": None}
            told.append(("block", blocks))
    else:
        told = [(column, {}) for column in LEVELS if column in rows]
    if not told:
        known = ", ".join(map(str, rows.columns)) or "none"
        raise _lacks(path, f"has no property 'part' (it has: {known})")
    return tuple(_level(path, rows, column, facts) for column, facts in told)


def _level(path: Path, rows: pd.DataFrame, column: str, facts: dict[str, Any]) -> Level:
    if column not in rows:
        raise _lacks(path, f"has no property {column!r}, which its terms name")
    missing = rows[column].isna().to_numpy()
    if missing.any():
        raise _lacks(path, f"has no {column} for unit {int(np.argmax(missing))}")
    part, names = pd.factorize(rows[column], sort=True)
    return Level(column, facts, part.astype(np.int64), [str(name) for name in names])


def _metres(shapes: gpd.GeoSeries, crs: Any) -> gpd.GeoSeries:  # noqa: ANN401
    """Bring shapes to metres; GeoJSON that names no system is in longitude and latitude."""
    name = "EPSG:4326"
    if isinstance(crs, dict):
        name = str(crs.get("properties", {}).get("name", name))
    if name.upper() == "METRES":
        return shapes.set_crs(None, allow_override=True)
    known = crs_of_name(name)
    if known is None and np.abs(shapes.total_bounds).max() > 180:
        return shapes.set_crs(None, allow_override=True)
    return in_metres(shapes.set_crs(4326 if known is None else known, allow_override=True))


def _lacks(path: Path, said: str) -> InvalidInput:
    return InvalidInput(f"{path} {said}", parameter="path")
