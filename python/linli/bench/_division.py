"""Checking a saved division from its definition: shares nothing with the search."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _html, _linli
from linli._division_file import plan_hash
from linli.bench._check import pieces, spread_over
from linli.bench._outlines import Touching, touching
from linli.bench._saved import Level, Saved, read_saved
from linli.bench._value import value_of
from linli.bench._verification import Verification

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["DivisionVerification", "verify_division"]

AGREE = 1e-9
"""How closely sums of the same numbers agree, as a share: their order may differ."""


@dataclass(frozen=True, repr=False, eq=False)
class DivisionVerification(Verification):
    """What was found to be true of a saved division, and what not.

    Made by `linli.bench.verify`.
    """

    checks: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Everything that was checked: level, check, written, found, holds."""
    about: dict[str, Any] = field(default_factory=dict)
    """Hash of the data, of the barriers, seed and version, as the file states them."""

    def _sentence(self) -> str:
        failed = int((~self.checks["holds"]).sum())
        said = "everything holds" if self.ok else f"{failed:,} of {len(self.checks):,} checks fail"
        made = [
            f"{name} {self.about[key]}"
            for name, key in ((self._data, "input_hash"), ("linli", "version"))
            if self.about.get(key) is not None
        ]
        seed = self.about.get("seed")
        made += [] if seed is None else [f"seed {seed}"]
        by = f"; made of {', '.join(made)}" if made else ""
        return f"{said}: {len(self.checks):,} checks of {self.plans:,} levels{by}"

    @property
    def _data(self) -> str:
        return "committees alone" if self.about.get("committees_alone") else "data"

    def _repr_html_(self) -> str:
        rows = self.checks.astype(object).to_numpy().tolist()
        table = _html.table(tuple(self.checks.columns), rows)
        return _html.section(self._sentence(), table, *self.notes)


class Report:
    """Checks and notes as they come."""

    def __init__(self) -> None:
        self.checks: list[tuple[str, str, str, str, bool]] = []
        self.notes: list[str] = []

    def check(self, level: str, what: str, written: object, found: object, *, holds: bool) -> None:
        self.checks.append((level, what, str(written), str(found), bool(holds)))

    def note(self, said: str) -> None:
        if said not in self.notes:
            self.notes.append(said)


def verify_division(path: Path) -> DivisionVerification:
    """Check a saved division; see `linli.bench.verify`."""
    saved, report = read_saved(path), Report()
    outlines = touching(saved.shapes)
    edges = _neighbours(saved, outlines, report)
    above: Level | None = None
    for level in saved.levels:
        _parts(level, report)
        if edges is not None:
            _contiguity(saved, level, edges, report)
        _bands(saved, level, report)
        _towns(saved, level, report)
        if above is not None:
            _nested(level, above, report)
        if edges is not None:
            _value(saved, level, edges, outlines, report)
        above = level
    if saved.about:
        report.note("the hash of the data is the file's own: compare it with City.input_hash")
    columns = ["level", "check", "written", "found", "holds"]
    checks = pd.DataFrame(report.checks, columns=pd.Index(columns))
    findings = checks[~checks["holds"]].drop(columns="holds").reset_index(drop=True)
    lowest = saved.levels[-1].facts
    keys = ("input_hash", "committees_alone", "barriers_hash", "version")
    about = {key: saved.about[key] for key in keys if key in saved.about}
    about |= {"seed": lowest["seed"]} if "seed" in lowest else {}
    version = about.get("version")
    if version is not None and version != _linli.__version__:
        report.note(f"linli was {version} and is {_linli.__version__} here")
    return DivisionVerification(
        path, findings, tuple(report.notes), len(saved.levels), 0, checks, about
    )


def _neighbours(
    saved: Saved, outlines: Touching | None, report: Report
) -> NDArray[np.int64] | None:
    """Give who touches whom, and compare what the file says with its outlines."""
    listed = saved.pairs("neighbours")
    if outlines is None:
        if listed is None:
            report.note("no neighbours in the file and no outlines: contiguity was not checked")
        else:
            report.note("no outlines: neighbours are as the file lists them")
        return listed
    if listed is None:
        report.note("the file lists no neighbours: they are those whose outlines share a border")
        return outlines.sure
    cut, joined = saved.pairs("cut"), saved.pairs("joined")
    here, near, sure = (_set(pairs) for pairs in (listed, outlines.pairs, outlines.sure))
    apart, missing = sorted(here - near), sorted(sure - here)
    if cut is None or joined is None:
        said = f"{len(apart)} neighbours do not touch, {len(missing)} that touch are none"
        report.note(f"neighbours are as they were asked for: {said}")
        return listed
    # What was asked for is said to be so.
    apart = [pair for pair in apart if pair not in _set(joined)]
    missing = [pair for pair in missing if pair not in _set(cut)]
    wrong = [*apart, *missing]
    found = f"{len(wrong)} differ from the outlines" if wrong else "as the outlines touch"
    if wrong:
        found += f": {saved.names(list(wrong[0]))}"
    edits = f"{len(listed):,} pairs, {len(cut)} cut and {len(joined)} joined"
    report.check("all", "neighbours", edits, found, holds=not wrong)
    return listed


def _set(pairs: NDArray[np.int64]) -> set[tuple[int, int]]:
    return {(min(a, b), max(a, b)) for a, b in pairs.tolist()}


def _parts(level: Level, report: Report) -> None:
    name, facts = level.column, level.facts
    if facts.get("plan_hash") is not None:
        found = plan_hash(level.part)
        holds = found == facts["plan_hash"]
        report.check(name, "parts as they were saved", facts["plan_hash"], found, holds=holds)
    if facts.get("k") is not None:
        found_k = len(level.names)
        report.check(name, "number of parts", facts["k"], found_k, holds=found_k == facts["k"])


def _contiguity(saved: Saved, level: Level, edges: NDArray[np.int64], report: Report) -> None:
    inside = edges[level.part[edges[:, 0]] == level.part[edges[:, 1]]]
    count = pieces(saved.n, inside)
    parts = len(level.names)
    found = "every part is one piece"
    if count != parts:
        of = [label for label in range(parts) if _pieces_of(level.part == label, inside) > 1]
        named = ", ".join(level.names[label] for label in of[:5])
        found = f"{count} pieces: {level.column} {named}"
    report.check(level.column, "contiguity", f"{parts} pieces", found, holds=count == parts)


def _pieces_of(member: NDArray[np.bool_], inside: NDArray[np.int64]) -> int:
    number = np.cumsum(member) - 1
    return pieces(int(member.sum()), number[inside[member[inside[:, 0]]]])


def _bands(saved: Saved, level: Level, report: Report) -> None:
    """Compare what each part holds with an equal share."""
    balance = level.facts.get("balance") or {}
    if not balance:
        if not level.facts and saved.amounts("population") is not None:
            off = _deviation(saved, level, "population")[0]
            report.note(
                f"{level.column}: the file states no tolerance, so balance was not judged; "
                f"population is within {off:.2%} of an equal share"
            )
        return
    worst = 0.0
    for measure, tolerance in balance.items():
        if saved.amounts(measure) is None:
            report.check(level.column, f"band of {measure}", tolerance, "no amounts", holds=False)
            continue
        off, part = _deviation(saved, level, measure)
        worst = max(worst, off)
        report.check(
            level.column,
            f"band of {measure}",
            f"±{tolerance:.2%}",
            f"{off:.2%} at most, in {level.names[part]}",
            holds=off <= tolerance + AGREE,
        )
    stated = level.facts.get("deviation")
    if stated is not None:
        holds = abs(stated - worst) <= AGREE
        report.check(
            level.column, "largest deviation", f"{stated:.6%}", f"{worst:.6%}", holds=holds
        )


def _deviation(saved: Saved, level: Level, measure: str) -> tuple[float, int]:
    amounts = saved.amounts(measure)
    assert amounts is not None  # noqa: S101 (asked before)
    parts = int(level.facts.get("k") or len(level.names))
    held = np.bincount(level.part, weights=amounts, minlength=len(level.names))
    share = amounts.sum() / parts
    off = np.abs(held / share - 1) if share else np.zeros(len(held))
    return float(off.max()), int(off.argmax())


def _towns(saved: Saved, level: Level, report: Report) -> None:
    within = level.facts.get("within")
    if within is None:
        return
    if within not in saved.rows:
        report.check(
            level.column, f"within {within}", "none across", "no such property", holds=False
        )
        return
    towns = pd.factorize(saved.rows[within])[0]
    stays = np.ones(saved.n, dtype=bool)
    if level.facts.get("exceptions") is not None and "exception" in saved.rows:
        stays = ~saved.rows["exception"].to_numpy(dtype=bool)
        stated, found = level.facts["exceptions"], int((~stays).sum())
        report.check(level.column, "exceptions", stated, found, holds=stated == found)
    across = spread_over(level.part[stays], towns[stays])
    named = ", ".join(level.names[part] for part in across[:5])
    found_across = f"{len(across)} across: {named}" if len(across) else "none across"
    report.check(
        level.column, f"within {within}", "none across", found_across, holds=not len(across)
    )


def _nested(level: Level, above: Level, report: Report) -> None:
    across = spread_over(level.part, above.part)
    named = ", ".join(level.names[part] for part in across[:5])
    found = f"{len(across)} in several: {named}" if len(across) else "each in one"
    report.check(
        level.column, f"nesting in {above.column}", "each in one", found, holds=not len(across)
    )


def _value(
    saved: Saved,
    level: Level,
    edges: NDArray[np.int64],
    outlines: Touching | None,
    report: Report,
) -> None:
    """Work out what was made small, and what follows from it."""
    facts = level.facts
    if facts.get("value") is None or facts.get("objective") is None:
        return
    objective, stated = str(facts["objective"]), float(facts["value"])
    price = float(facts.get("exceptions_cost") or 0.0)
    found = value_of(saved, level, edges, outlines)
    if found is None:
        report.note(
            f"{level.column}: value ({objective}) was not checked: the file lacks what it counts"
        )
    else:
        value, agree = found
        holds = abs(value + price - stated) <= agree * max(abs(stated), 1.0)
        with_price = f" and exceptions at {price:,.10g}" if price else ""
        report.check(
            level.column,
            f"value ({objective})",
            f"{stated:,.10g}",
            f"{value:,.10g}{with_price}",
            holds=holds,
        )
        if price:
            report.note("the price of exceptions is the file's own")
    bound, gap = facts.get("bound"), facts.get("gap")
    if bound is None:
        return
    holds = bound <= stated + AGREE * max(abs(stated), 1.0)
    report.check(level.column, "bound", f"{bound:,.10g}", f"value {stated:,.10g}", holds=holds)
    own = (stated - bound) / stated if stated else 0.0
    if gap is not None:
        report.check(level.column, "gap", f"{gap:.4%}", f"{own:.4%}", holds=abs(gap - own) <= 1e-6)
    if facts.get("proven"):
        report.check(level.column, "proven", True, f"gap {own:.4%}", holds=abs(own) <= 1e-6)
        report.note("a bound itself is not proven again; it is only not contradicted")
