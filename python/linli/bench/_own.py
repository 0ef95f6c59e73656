"""linli's own methods, as any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import linli
from linli.bench._task import Method, Skip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from linli.bench._task import Task

__all__ = ["OWN", "first_plan", "needs"]

STEPS_AT_ONCE = 200
"""Steps of a chain between two looks at the clock, before their pace is known."""
LOOK_S = 0.1


def needs(task: Task, objective: str) -> None:
    """Skip a question whose objective the instance cannot measure."""
    if objective == "border" and task.instance.border_m is None:
        raise Skip("the instance has no border lengths")
    if objective == "inertia" and task.instance.positions is None:
        raise Skip("the instance has no positions")


def first_plan(task: Task) -> NDArray[np.int64]:
    """Give linli's first valid plan, for chains that must begin somewhere."""
    instance = task.instance
    plan = linli.regions.partition(
        instance.contiguity,
        instance.weight,
        instance.k,
        tolerance=task.tolerance,
        within=instance.towns,
        rounds=0,
        seed=task.seed,
    )
    return plan.labels


def search(
    task: Task,
    *,
    rounds: int | None = None,
    objective: str | None = None,
    begin: str = "auto",
    improve: str = "auto",
) -> Any:  # noqa: ANN401
    """Search: `linli.regions.partition` for so many rounds, or until the time is up."""
    objective = objective or task.objective
    needs(task, objective)
    if begin == "hilbert" and task.instance.positions is None:
        raise Skip("the instance has no positions")
    instance, contiguity = task.instance, task.instance.contiguity
    task.begin()
    plan = linli.regions.partition(
        contiguity,
        instance.weight,
        instance.k,
        tolerance=task.tolerance,
        within=instance.towns,
        objective=objective,
        begin=begin,
        improve=improve,
        rounds=rounds,
        time_limit_s=task.budget_s,
        seed=task.seed,
    )
    # A search that ends in time is the same every time.
    task.looked_at_clock = plan.stop == "time" or plan.seconds >= task.budget_s
    task.note(rounds=plan.rounds, stop=plan.stop, first_s=plan.first_seconds)
    if objective == task.objective:
        task.note(bound=plan.bound)
    return plan.labels


def annealing(task: Task, *, rounds: int | None = None) -> Any:  # noqa: ANN401
    """Search by annealing of single units."""
    return search(task, rounds=rounds, improve="annealing")


def fm(task: Task, *, rounds: int | None = None) -> Any:  # noqa: ANN401
    """Search by moves along the borders, best first (Fiduccia and Mattheyses 1982)."""
    return search(task, rounds=rounds, improve="fm")


def tabu(task: Task, *, rounds: int | None = None) -> Any:  # noqa: ANN401
    """Search by the best move that is not forbidden (Glover 1989)."""
    return search(task, rounds=rounds, improve="tabu")


def chains(task: Task, *, rounds: int | None = None) -> Any:  # noqa: ANN401
    """Search by chains of moves where the tolerance allows no single one."""
    return search(task, rounds=rounds, improve="chains")


def first(task: Task) -> Any:  # noqa: ANN401
    """Take the first valid plan, whatever it is worth."""
    return search(task, rounds=0)


def trees(task: Task) -> Any:  # noqa: ANN401
    """Take the first valid plan that begins by random trees."""
    return search(task, rounds=0, begin="trees")


def hilbert(task: Task) -> Any:  # noqa: ANN401
    """Take the first valid plan that begins by runs along a Hilbert curve."""
    return search(task, rounds=0, begin="hilbert")


def growth(task: Task) -> Any:  # noqa: ANN401
    """Take the first valid plan that begins by growth from seeds."""
    return search(task, rounds=0, begin="growth")


def multilevel(task: Task) -> Any:  # noqa: ANN401
    """Take the first valid plan that begins by trees on merged units, level by level."""
    return search(task, rounds=0, begin="multilevel")


def bursts(task: Task, *, burst: int = 10, steps: int | None = None, chains: int = 1) -> Any:  # noqa: ANN401
    """Improve the first plan by short bursts of recombination (Cannon et al. 2023)."""
    _needs_cut_edges(task)
    task.begin()
    begin = first_plan(task)
    task.note(first_s=task.clock()[0])
    return _chain(task, begin, burst, steps, chains)


def recom(task: Task, *, steps: int | None = None, chains: int = 1) -> Any:  # noqa: ANN401
    """Recombine freely, for the pace; the clock starts at a valid plan."""
    _needs_cut_edges(task)
    begin = first_plan(task)
    task.begin()
    return _chain(task, begin, None, steps, chains)


def _needs_cut_edges(task: Task) -> None:
    if task.objective != "cut_edges":
        raise Skip("recombination keeps the plan with the fewest cut edges")


def _chain(
    task: Task, begin: NDArray[np.int64], burst: int | None, steps: int | None, chains: int
) -> Any:  # noqa: ANN401
    instance, contiguity = task.instance, task.instance.contiguity
    task.report(begin)
    at_once = STEPS_AT_ONCE if steps is None else steps
    drawn, best, spent = None, None, task.clock()[0]
    while True:
        if drawn is None:
            drawn = linli.regions.recom(
                contiguity,
                instance.weight,
                begin,
                steps=at_once,
                tolerance=task.tolerance,
                seed=task.seed,
                chains=chains,
                burst=burst,
            )
        else:
            drawn = drawn.go_on(contiguity, instance.weight, steps=at_once)
        if best is None or drawn.best_cut_edges < best:
            best = drawn.best_cut_edges
            task.report(drawn.best_labels)
        task.note(steps=drawn.steps * chains)
        if steps is not None or task.left_s() <= 0:
            return drawn.best_labels
        before, spent = spent, task.clock()[0]
        pace_s = max((spent - before) / at_once, 1e-9)
        at_once = max(1, int(min(LOOK_S, max(task.left_s(), 0.0)) / pace_s))


OWN = {
    "linli": Method("linli", search, "linli", begins=True),
    "linli_annealing": Method("linli_annealing", annealing, "linli", begins=True),
    "linli_fm": Method("linli_fm", fm, "linli", begins=True),
    "linli_tabu": Method("linli_tabu", tabu, "linli", begins=True),
    "linli_chains": Method("linli_chains", chains, "linli", begins=True),
    "linli_first": Method("linli_first", first, "linli", begins=True),
    "linli_trees": Method("linli_trees", trees, "linli", begins=True),
    "linli_hilbert": Method("linli_hilbert", hilbert, "linli", begins=True),
    "linli_growth": Method("linli_growth", growth, "linli", begins=True),
    "linli_multilevel": Method("linli_multilevel", multilevel, "linli", begins=True),
    "linli_bursts": Method("linli_bursts", bursts, "linli", begins=True),
    "linli_recom": Method("linli_recom", recom, "linli", begins=True),
}
