"""Checking what a folder says: is it true, and does it come out again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli.bench._division import verify_division
from linli.bench._folder import (
    LISTED,
    RUNS_FILE,
    TRACE_FILE,
    read_manifest,
    read_plan,
)
from linli.bench._instance import Instance
from linli.bench._manifest import sha256
from linli.bench._replay import run_again, runnable
from linli.bench._saved import holds_features
from linli.bench._table import RUNS, measured, read_table, records
from linli.bench._verification import Verification
from linli.errors import InvalidInput

if TYPE_CHECKING:
    import os

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Book", "verify"]

AGREE = 1e-9
"""How closely sums of lengths and squares agree, as a share: their order may differ."""


class Book:
    """Findings as they come."""

    def __init__(self) -> None:
        self.findings: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def differs(self, run: int | None, check: str, written: object, found: object) -> None:
        row = {"run": run, "check": check, "written": str(written), "found": str(found)}
        if row not in self.findings:
            self.findings.append(row)

    def close(self, path: Path, plans: int, replayed: int) -> Verification:
        table = pd.DataFrame(self.findings, columns=["run", "check", "written", "found"])
        table["run"] = table["run"].astype("Int64")
        return Verification(path, table, tuple(dict.fromkeys(self.notes)), plans, replayed)


def verify(
    path: str | os.PathLike[str],
    *,
    replay: bool = True,
    strict: bool = False,
    progress: bool | None = None,
) -> Verification:
    """Check a folder of `partition` from its plans and run again what can be; or check a division.

    Of a folder, hashes of all files are taken; contiguity, balance, value and cut
    edges of every plan are worked out anew from instance and labels, by code that
    knows no method; and runs that the clock did not decide are done again with
    their seeds and must give the same plans. Seconds and memory cannot be checked.

    Of a saved division or hierarchy, neighbours are compared with the outlines in
    the file; contiguity, bands, towns, nesting, the value, the largest deviation and
    the gap are worked out anew from its rows. A GeoJSON of other make, with parts in
    a property ``part``, is checked as far as it goes.

    Parameters
    ----------
    path : str or path-like
        The folder, or its ``manifest.json``; or what `Division.save`,
        `Hierarchy.save` or ``linli partition`` wrote as GeoJSON.
    replay : bool, default True
        Whether to run again what can be of a folder.
    strict : bool, default False
        Of a folder, count other versions, and runs that cannot be done again here, as
        differences.
    progress : bool, optional
        Say on standard error how far it is; by default where somebody watches.

    Returns
    -------
    Verification
        What differs, row by row.

    Raises
    ------
    InvalidInput
        If there is no manifest and no division; says what a file lacks.

    Examples
    --------
    >>> import linli, tempfile
    >>> from pathlib import Path
    >>> grids = linli.datasets.putuo().partition(12, balance={"population": 0.3}, rounds=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     proof = linli.bench.verify(grids.save(Path(folder) / "grids.geojson"))
    >>> proof.ok
    True
    """
    given = Path(path)
    if given.is_file() and holds_features(given):
        return verify_division(given)
    manifest = read_manifest(given)
    folder = given if given.is_dir() else given.parent
    book = Book()
    if not manifest["finished"]:
        book.notes.append("the comparison is not finished; what there is was checked")
    rows = _tables(folder, manifest, book)
    instances = _instances(folder, manifest, book)
    plans = _plans(folder, rows, manifest["parameters"]["objective"], instances, book)
    planned = runnable(manifest, book)
    watched = sys.stderr.isatty() if progress is None else progress
    replayed = run_again(manifest, instances, planned, book, watched=watched) if replay else 0
    if strict:
        for note in book.notes:
            book.differs(None, "strict", "", note)
    return book.close(given, plans, replayed)


def _tables(folder: Path, manifest: dict[str, Any], book: Book) -> list[dict[str, Any]]:
    """Check the tables' hashes, and that table and manifest list the same runs."""
    for name in (RUNS_FILE, TRACE_FILE):
        try:
            found = sha256((folder / name).read_bytes())
        except OSError as error:
            raise InvalidInput(
                f"{folder / name} cannot be read: {error}", parameter="path"
            ) from error
        if found != manifest["files"][name]:
            book.differs(None, f"{name}: sha256", manifest["files"][name], found)
    table = read_table((folder / RUNS_FILE).read_bytes(), RUNS)
    listed = {row["run"]: row for row in manifest["runs"]}
    rows = {row["run"]: row for row in records(table)}
    for number in sorted(set(listed) ^ set(rows)):
        where = "manifest" if number in listed else RUNS_FILE
        book.differs(number, "run", f"only in {where}", "not in the other")
    for number in sorted(set(listed) & set(rows)):
        for name in LISTED[1:]:
            written, other = listed[number].get(name), rows[number][name]
            if written != other:
                book.differs(number, f"{name} in the manifest", written, other)
    return list(rows.values())


def _instances(folder: Path, manifest: dict[str, Any], book: Book) -> dict[str, Instance]:
    instances = {}
    for name, facts in manifest["instances"].items():
        try:
            content = (folder / facts["file"]).read_bytes()
            instances[name] = Instance.from_json(content)
        except (OSError, ValueError, TypeError) as error:
            book.differs(None, f"instance {name}", facts["file"], error)
            continue
        if sha256(content) != facts["sha256"]:
            book.differs(None, f"instance {name}: sha256", facts["sha256"], sha256(content))
    return instances


def _plans(
    folder: Path,
    rows: list[dict[str, Any]],
    objective: str,
    instances: dict[str, Instance],
    book: Book,
) -> int:
    """Measure every plan again and compare with its row."""
    count = 0
    for row in rows:
        instance = instances.get(row["instance"])
        if instance is None:
            book.differs(row["run"], "instance", row["instance"], "not to be had")
            continue
        labels = _plan(folder, row, book) if row["plan"] else None
        if labels is None and row["plan"]:
            continue
        asked = {"units": instance.n, "parts": instance.k, "tolerance": instance.tolerance}
        try:
            facts = {**asked, "objective": objective, **measured(instance, labels, objective)}
        except ValueError as error:
            book.differs(row["run"], "plan", f"{instance.n} labels", error)
            continue
        for name, found in facts.items():
            if not _agree(row[name], found):
                book.differs(row["run"], name, row[name], found)
        _bound(row, facts, book)
        count += labels is not None
    return count


def _bound(row: dict[str, Any], facts: dict[str, Any], book: Book) -> None:
    """Refute a bound by a plan that is better."""
    bound, value = row["bound"], facts["value"]
    if facts["valid"] and None not in {bound, value} and bound > value + AGREE * abs(value):
        book.differs(row["run"], "bound", bound, f"a plan of {value}")


def _plan(folder: Path, row: dict[str, Any], book: Book) -> NDArray[np.int64] | None:
    try:
        labels, found = read_plan(folder / "plans" / f"{row['plan'][:16]}.txt")
    except (OSError, ValueError) as error:
        book.differs(row["run"], "plan", row["plan"], error)
        return None
    if found != row["plan"]:
        book.differs(row["run"], "plan: sha256", row["plan"], found)
    return labels


def _agree(written: Any, found: Any) -> bool:  # noqa: ANN401
    if isinstance(written, float) and isinstance(found, float):
        return abs(written - found) <= AGREE * max(abs(written), abs(found))
    return bool(written == found)
