"""Other programs as methods, where they are installed.

Each gets the same units, weights, tolerance, number of parts and seconds. What
one cannot be told (a lower limit, contiguity, towns) it is not told: the table
then says which plans are out of tolerance or in pieces.
"""

# They have no types of their own.
# mypy: disable-error-code="import-untyped,import-not-found,no-untyped-call,unused-ignore"

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli.bench._check import check
from linli.bench._instance import adjacency
from linli.bench._own import first_plan, needs
from linli.bench._task import Method, Skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from linli.bench._task import Task

__all__ = ["PEERS"]

STEPS = 10**9
"""Steps of a chain that only the clock ends."""


def metis(task: Task, *, contig: bool = True, recursive: bool = False) -> Any:  # noqa: ANN401
    """Call METIS once (Karypis and Kumar 1998); each seed numbers the units in another order."""
    _needs_edges(task)
    prepared = _renumbered(task, 0)
    task.begin()
    return _metis(task, prepared, contig=contig, recursive=recursive)


def metis_best(task: Task, *, contig: bool = True, calls: int | None = None) -> Any:  # noqa: ANN401
    """Call METIS with one order of the units after the other and keep the best valid plan."""
    _needs_edges(task)
    task.begin()
    best, best_rank, done = None, (True, np.inf), 0
    while best is None or (done < calls if calls is not None else task.left_s() > 0):
        plan = _metis(task, _renumbered(task, done), contig=contig, recursive=False)
        found = check(task.instance, plan, task.tolerance)
        value = found.value(task.objective)
        # Plans that are not valid: the nearer to it the better.
        rank = (not found.valid, value if found.valid and value is not None else found.deviation)
        if best is None or rank < best_rank:
            best, best_rank = plan, rank
            task.report(plan)
        done += 1
    task.note(rounds=done)
    return best


def _needs_edges(task: Task) -> None:
    import pymetis  # noqa: F401  # its import is not on the clock

    needs(task, task.objective)
    if task.objective == "inertia":
        raise Skip("METIS cuts edges; it knows no inertia")


def _renumbered(task: Task, call: int) -> tuple[Any, ...]:
    """Give METIS's arrays with the units in a random order, and that order.

    Its k-way answer does not depend on its own seed, but on the order of the
    units. The first call of seed 0 has them as they come.
    """
    from pymetis import CSRAdjacency

    instance, drawn = task.instance, np.random.default_rng([task.seed, call])
    order = drawn.permutation(instance.n) if (task.seed, call) != (0, 0) else np.arange(instance.n)
    starts, neighbours, edge = adjacency(instance.n, order[instance.edges])
    weight = np.empty(instance.n, dtype=np.int32)
    weight[order] = np.maximum(np.round(instance.weight), 0)
    lengths = None
    if task.objective == "border" and instance.border_m is not None:
        lengths = np.maximum(np.round(instance.border_m[edge]), 1).astype(np.int32)
    graph = CSRAdjacency(starts.astype(np.int32), neighbours.astype(np.int32))
    return graph, weight, lengths, order


def _metis(
    task: Task, prepared: tuple[Any, ...], *, contig: bool, recursive: bool
) -> NDArray[np.int64]:
    import pymetis

    graph, weight, lengths, order = prepared
    # The load imbalance METIS may leave, in thousandths, and only upwards.
    options = pymetis.Options(seed=task.seed % 2**31, ufactor=max(1, int(1000 * task.tolerance)))
    if contig and not recursive:
        options.contig = 1
    _, labels = pymetis.part_graph(
        task.instance.k,
        graph,
        vweights=weight,
        eweights=lengths,
        recursive=recursive,
        options=options,
    )
    plan: NDArray[np.int64] = np.asarray(labels, dtype=np.int64)[order]
    return plan


def gerrychain_first(task: Task) -> Any:  # noqa: ANN401
    """Cut spanning trees one after the other: `recursive_tree_part`."""
    graph = _graph(task)
    task.begin()
    return _recursive(task, graph, random.Random(task.seed))  # noqa: S311


def gerrychain_bursts(task: Task, *, burst: int = 10, steps: int | None = None) -> Any:  # noqa: ANN401
    """Improve its first plan: `SingleMetricOptimizer.short_bursts`."""
    needs(task, task.objective)
    if task.objective == "inertia":
        raise Skip("only cuts and borders are scored here")
    graph = _graph(task)
    from gerrychain.optimization import SingleMetricOptimizer

    task.begin()
    rng = random.Random(task.seed)  # noqa: S311
    begin = _partition(graph, _recursive(task, graph, rng))
    task.note(first_s=task.clock()[0])
    score = _score(task)
    optimizer = SingleMetricOptimizer(_proposal(task), [], begin, score, maximize=False, rng=rng)
    # Each burst begins with the plan it starts from, which is no step.
    bursts = optimizer.short_bursts(burst + 1, STEPS)
    return _chain(task, bursts, score, steps, begin=begin, burst=burst + 1)


def gerrychain_recom(task: Task, *, steps: int | None = None) -> Any:  # noqa: ANN401
    """Recombine freely, for the pace; the clock starts at linli's first plan."""
    graph = _graph(task)
    from gerrychain import MarkovChain

    begin = _partition(graph, first_plan(task))
    chain = MarkovChain(
        _proposal(task), [], initial_partition=begin, total_steps=STEPS, rng=task.seed
    )
    task.begin()
    return _chain(task, iter(chain), _score(task), steps, begin=begin, burst=STEPS)


def _chain(
    task: Task,
    plans: Iterator[Any],
    score: Callable[[Any], float],
    steps: int | None,
    *,
    begin: Any,  # noqa: ANN401
    burst: int,
) -> Any:  # noqa: ANN401
    """Go through the plans of a chain and keep the best."""
    best, least, done = begin, score(begin), 0
    task.report(_labels(begin))
    for at, plan in enumerate(plans):
        # The first of a chain is the plan it was given.
        done += at % burst != 0
        value = score(plan)
        if value < least:
            best, least = plan, value
            task.report(_labels(plan))
        if done >= steps if steps is not None else task.left_s() <= 0:
            break
    task.note(steps=done)
    return _labels(best)


def _graph(task: Task) -> Any:  # noqa: ANN401
    import networkx as nx
    from gerrychain import Graph

    drawn = nx.Graph()
    drawn.add_nodes_from(
        (unit, {"people": weight}) for unit, weight in enumerate(task.instance.weight.tolist())
    )
    drawn.add_edges_from(task.instance.edges.tolist())
    return Graph.from_networkx(drawn)


def _recursive(task: Task, graph: Any, rng: random.Random) -> NDArray[np.int64]:  # noqa: ANN401
    from gerrychain.partition import recursive_tree_part

    parts, share = range(task.instance.k), task.instance.weight.sum() / task.instance.k
    plan = recursive_tree_part(graph, parts, share, "people", task.tolerance, rng=rng)
    return np.array([plan[unit] for unit in range(task.instance.n)], dtype=np.int64)


def _partition(graph: Any, labels: NDArray[np.int64]) -> Any:  # noqa: ANN401
    from gerrychain import Partition
    from gerrychain.updaters import Tally, cut_edges

    updaters: Any = {"people": Tally("people", alias="people"), "cut_edges": cut_edges}
    return Partition(graph, dict(enumerate(labels.tolist())), updaters)


def _proposal(task: Task) -> Any:  # noqa: ANN401
    from gerrychain.proposals import recom

    share = task.instance.weight.sum() / task.instance.k
    return partial(recom, pop_col="people", pop_target=share, epsilon=task.tolerance)


def _score(task: Task) -> Callable[[Any], float]:
    border_m = task.instance.border_m
    if task.objective != "border" or border_m is None:
        return lambda plan: len(plan["cut_edges"])
    lengths = dict(zip(map(tuple, task.instance.edges.tolist()), border_m.tolist(), strict=True))
    return lambda plan: sum(lengths[min(pair), max(pair)] for pair in plan["cut_edges"])


def _labels(plan: Any) -> Any:  # noqa: ANN401
    return plan.assignment_vector


def spopt_ward(task: Task) -> Any:  # noqa: ANN401
    """Cluster positions under contiguity by Ward's rule; knows no balance."""
    frame, touching = _frame(task)
    from spopt.region import WardSpatial

    task.begin()
    model = WardSpatial(frame, touching, ["x", "y"], task.instance.k)
    model.solve()
    return model.labels_


def spopt_kmeans(task: Task) -> Any:  # noqa: ANN401
    """Cluster positions under contiguity by k-means; knows no balance."""
    frame, touching = _frame(task)
    from spopt.region import RegionKMeansHeuristic

    task.begin()
    points = frame[["x", "y"]].to_numpy()
    model = RegionKMeansHeuristic(points, task.instance.k, touching, seed=task.seed)
    model.solve()
    return model.labels_


def spopt_skater(task: Task) -> Any:  # noqa: ANN401
    """Cut the minimum spanning tree of positions; its floor counts units, not people."""
    frame, touching = _frame(task)
    from spopt.region import Skater

    task.begin()
    model = Skater(frame, touching, ["x", "y"], task.instance.k)
    model.solve()
    return model.labels_


def spopt_maxp(task: Task) -> Any:  # noqa: ANN401
    """Make as many parts as hold enough people; their number is its own choice."""
    frame, touching = _frame(task)
    from spopt.region import MaxPHeuristic

    np.random.seed(task.seed % 2**32)  # noqa: NPY002
    random.seed(task.seed)
    task.begin()
    least = (1 - task.tolerance) * task.instance.weight.sum() / task.instance.k
    model = MaxPHeuristic(frame, touching, ["x", "y"], "people", least)
    model.solve()
    return model.labels_


def _frame(task: Task) -> tuple[pd.DataFrame, Any]:
    from libpysal.weights import W

    needs(task, "inertia")
    instance = task.instance
    starts, neighbours, _ = instance.adjacency()
    lists = np.split(neighbours, starts[1:-1])
    touching = W({unit: list_.tolist() for unit, list_ in enumerate(lists)}, silence_warnings=True)
    xy: Any = instance.positions
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "people": instance.weight}), touching


PEERS = {
    "metis": Method("metis", metis, "pymetis", begins=True),
    "metis_best": Method("metis_best", metis_best, "pymetis", begins=True),
    "gerrychain_first": Method("gerrychain_first", gerrychain_first, "gerrychain", begins=True),
    "gerrychain_bursts": Method("gerrychain_bursts", gerrychain_bursts, "gerrychain", begins=True),
    "gerrychain_recom": Method("gerrychain_recom", gerrychain_recom, "gerrychain", begins=True),
    "spopt_ward": Method("spopt_ward", spopt_ward, "spopt", begins=True),
    "spopt_kmeans": Method("spopt_kmeans", spopt_kmeans, "spopt", begins=True),
    "spopt_skater": Method("spopt_skater", spopt_skater, "spopt", begins=True),
    "spopt_maxp": Method("spopt_maxp", spopt_maxp, "spopt", begins=True),
}
