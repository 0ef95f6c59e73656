"""Methods × instances × seeds × seconds, one run after the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from linli.bench._methods import version_of
from linli.bench._run import Outcome, run
from linli.bench._table import measured, trace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linli.bench._folder import Folder
    from linli.bench._instance import Instance
    from linli.bench._methods import Planned

__all__ = ["Job", "compare", "jobs"]

START_S = 1.5
"""About what a run takes beside its own time."""


class Job(NamedTuple):
    """One run that is asked for."""

    instance: Instance
    method: Planned
    seed: int
    budget_s: float
    repeat: int

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from the others."""
        return self.instance.name, self.method.label, self.seed, self.budget_s, self.repeat


def jobs(
    instances: list[Instance],
    methods: list[Planned],
    seeds: list[int],
    budgets_s: list[float],
    repeats: int,
) -> Iterator[Job]:
    """List the runs; methods take turns, so that a noisy machine disturbs them alike."""
    for repeat in range(repeats):
        for seed in seeds:
            for instance in instances:
                for budget_s in budgets_s:
                    for method in methods:
                        yield Job(instance, method, seed, budget_s, repeat)


def compare(folder: Folder, asked: list[Job], *, progress: bool) -> None:
    """Do what is not done yet, and write after every run.

    Parameters
    ----------
    folder : Folder
        Where results go.
    asked : list of Job
        All runs that are asked for.
    progress : bool
        Whether to say on standard error how far it is.
    """
    parameters = folder.manifest["parameters"]
    # What could not be run for want of a package is tried again once it is there.
    folder.runs = [
        row
        for row in folder.runs
        if row["status"] != "not_installed" or row["method"] not in _installed(asked)
    ]
    done = {
        (row["instance"], row["method"], row["seed"], row["budget_s"], row["repeat"])
        for row in folder.runs
    }
    left = [job for job in asked if job.key not in done]
    folder.save()
    for at, job in enumerate(left):
        number = 1 + max((row["run"] for row in folder.runs), default=0)
        outcome = _outcome(job, parameters)
        row = _row(number, job, outcome, parameters, folder.save_plan(outcome.labels))
        folder.runs.append(row)
        folder.trace += trace_of(number, job.instance, outcome, parameters["objective"])
        folder.save(finished=at + 1 == len(left))
        if progress:
            rest_s = sum(one.budget_s + START_S for one in left[at + 1 :])
            _say(f"[{at + 1}/{len(left)}] {_sentence(row)}{_about(rest_s)}")
    if not left:
        folder.save(finished=True)


def _installed(asked: list[Job]) -> set[str]:
    return {job.method.label for job in asked if _missing(job.method) is None}


def _missing(method: Planned) -> str | None:
    """Name the package a method lacks."""
    package = method.package
    return package if package and version_of(package) is None else None


def _outcome(job: Job, parameters: dict[str, Any]) -> Outcome:
    if missing := _missing(job.method):
        return Outcome("not_installed", f"pip install {missing}")
    objective, threads = parameters["objective"], parameters["threads"]
    return run(job.method, job.instance, objective, job.seed, job.budget_s, threads)


def _row(
    number: int, job: Job, outcome: Outcome, parameters: dict[str, Any], plan: str
) -> dict[str, Any]:
    instance, facts = job.instance, outcome.facts
    found = measured(instance, outcome.labels, parameters["objective"])
    row = {
        "run": number,
        "instance": instance.name,
        "units": instance.n,
        "parts": instance.k,
        "tolerance": instance.tolerance,
        "objective": parameters["objective"],
        "method": job.method.label,
        "version": version_of(job.method.package) or "",
        "seed": job.seed,
        "budget_s": job.budget_s,
        "repeat": job.repeat,
        "threads": parameters["threads"],
        "status": outcome.status,
        **found,
        **{name: facts.get(name) for name in ("bound", "first_s", "rounds", "steps")},
        "stop": facts.get("stop") or "",
        "repeatable": job.method.repeatable and not outcome.clock and outcome.status == "ok",
        "plan": plan,
        "message": outcome.message,
    }
    for name in ("wall_s", "cpu_s", "setup_s", "begin_mb", "peak_mb"):
        row[name] = getattr(outcome, name)
    if row["first_s"] is None and found["valid"]:
        # The first valid plan on the way, or else the last.
        way = trace_of(number, instance, outcome, parameters["objective"])
        row["first_s"] = next((one["wall_s"] for one in way if one["valid"]), outcome.wall_s)
    return row


def _sentence(row: dict[str, Any]) -> str:
    about = f"{row['instance']}  {row['method']}  seed {row['seed']}  {row['budget_s']:g} s: "
    if row["deviation"] is None:
        return f"{about}{row['status']} ({row['message']})"
    value = "" if row["value"] is None else f"{row['value']:,.10g} {row['objective']}, "
    state = "" if row["status"] == "ok" else f"{row['status']}, "
    flaw = "" if row["valid"] else ", not valid"
    wall = "" if row["wall_s"] is None else f", {row['wall_s']:.3f} s"
    return f"{about}{state}{value}±{100 * row['deviation']:.2f} %{flaw}{wall}"


def _about(rest_s: float) -> str:
    if rest_s < 1:
        return ""
    return f"  ({rest_s / 60:.0f} min left)" if rest_s > 90 else f"  ({rest_s:.0f} s left)"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
