"""Runs that are done again: which can be, and whether they give the same plans."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from linli.bench._folder import plan_bytes
from linli.bench._manifest import sha256, versions
from linli.bench._methods import Planned, version_of
from linli.bench._run import run

if TYPE_CHECKING:
    from linli.bench._instance import Instance
    from linli.bench._verify import Book

__all__ = ["run_again", "runnable"]

LEAST_S, TIMES = 60.0, 10.0
"""Seconds a run has to come out again, at least and as times its own: this
machine may be slower, and what the clock did not decide takes no more for it."""


def runnable(manifest: dict[str, Any], book: Book) -> dict[str, Planned]:
    """Say which versions are others here; give the methods that can run."""
    planned = {}
    for label, facts in manifest["methods"].items():
        kept = {name: value for name, value in facts.items() if name != "version"}
        method = Planned(label, **kept)
        if method.package is None or version_of(method.package) is not None:
            planned[label] = method
        elif facts["version"] is not None:
            book.notes.append(f"{label} was not done again: {method.package} is not installed")
    now = versions(planned.values())
    for name, version in manifest["versions"].items():
        here = now.get(name)
        if version is not None and here is not None and version != here:
            book.notes.append(f"{name} was {version} and is {here} here")
    return planned


def run_again(
    manifest: dict[str, Any],
    instances: dict[str, Instance],
    planned: dict[str, Planned],
    book: Book,
    *,
    watched: bool,
) -> int:
    """Run again, once for each instance, method and seed, and compare plans."""
    parameters = manifest["parameters"]
    groups: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for row in manifest["runs"]:
        known = row["instance"] in instances and row["method"] in planned
        if row["repeatable"] and row["plan"] and known:
            groups.setdefault((row["instance"], row["method"], row["seed"]), []).append(row)
    done = 0
    for at, ((name, label, seed), rows) in enumerate(groups.items()):
        budget_s = max(LEAST_S, TIMES * max(row["budget_s"] for row in rows))
        outcome = run(
            planned[label],
            instances[name],
            parameters["objective"],
            seed,
            budget_s,
            parameters["threads"],
        )
        if watched:
            sys.stderr.write(f"[{at + 1}/{len(groups)}] {name}  {label}  seed {seed}: again\n")
        if outcome.labels is None or outcome.status != "ok":
            failed = f"{outcome.status}: {outcome.message}"
            for row in rows:
                book.differs(row["run"], "again", row["plan"], failed)
            continue
        done += 1
        found = sha256(plan_bytes(outcome.labels))
        for row in rows:
            if row["plan"] != found:
                book.differs(row["run"], "again", row["plan"], found)
    return done
