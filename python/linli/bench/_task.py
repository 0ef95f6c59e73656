"""What a method is given, and what it can say while it works."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from linli.bench._instance import Instance

__all__ = ["Method", "Skip", "Task"]

FACTS = frozenset({"bound", "rounds", "steps", "stop", "first_s"})
KEPT = 64
"""Plans kept of the way to the last one."""


class Skip(Exception):  # noqa: N818
    """A method cannot be asked this question, such as one that needs positions."""


@dataclass(frozen=True)
class Method:
    """A way to divide: a function of a `Task` that returns one label per unit.

    Parameters
    ----------
    name : str
        As in tables and plots.
    function : callable
        Takes a `Task` and the method's own parameters by keyword; returns
        labels, shape (n,). It runs in a process of its own, so it must be
        importable: from a module, or from a script with a name.
    package : str, optional
        Distribution whose version is written down.
    repeatable : bool, default True
        Whether the same seed gives the same plan again, unless the clock
        decided; `linli verify` then runs it again.
    begins : bool, default False
        Whether the function calls `Task.begin` itself: before that it may take
        two minutes to import packages and to make its graph.
    """

    name: str
    function: Callable[..., Any]
    package: str | None = None
    repeatable: bool = True
    begins: bool = False


@dataclass
class Task:
    """One question to one method: a district, a seed and so many seconds."""

    instance: Instance
    """Units, pairs, weights, parts; the same for every method."""
    tolerance: float
    """How far a part may be from an equal share, as a share of it."""
    objective: str
    """What to make small: ``cut_edges``, ``border`` or ``inertia``."""
    seed: int
    """Of all that is random."""
    budget_s: float
    """Seconds on the clock; a method that goes on is stopped."""
    threads: int
    """Threads it may use."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the method said of its run."""
    looked_at_clock: bool = False
    """Whether time decided the answer, so that it cannot be had again."""
    _on_begin: Callable[[], None] = lambda: None
    _on_report: Callable[[NDArray[np.int32]], None] = lambda _labels: None
    _began: tuple[float, float] | None = None
    _way: list[tuple[float, float, NDArray[np.int32]]] = field(default_factory=list)
    _every: int = 1
    _reports: int = 0

    def begin(self) -> None:
        """Start the clock: imports and the making of graphs come before it.

        The clock of a method that is not made with ``begins=True`` runs from
        the call, and starts anew here.
        """
        self._on_begin()
        self.restart()

    def restart(self) -> None:
        """Set the clock to 0 without saying so: the method is being called."""
        self._began = (time.perf_counter(), time.process_time())

    def clock(self) -> tuple[float, float]:
        """Read the clock.

        Returns
        -------
        tuple of float
            Seconds since `begin`, and seconds of this process's CPU.
        """
        wall, cpu = self._began or (time.perf_counter(), time.process_time())
        return time.perf_counter() - wall, time.process_time() - cpu

    def left_s(self) -> float:
        """Seconds that are left, for methods that go on as long as they may.

        Returns
        -------
        float
            Below 0 when the time is up. Who asks has an answer that depends on
            the clock: it is not run again by `linli verify`.
        """
        self.looked_at_clock = True
        return self.budget_s - self.clock()[0]

    def report(self, labels: ArrayLike) -> None:
        """Say what the best plan is so far.

        It counts when the method is stopped, and the plots show it.

        Parameters
        ----------
        labels : array_like of int, shape (n,)
            The plan.
        """
        plan = np.array(labels, dtype=np.int32)
        self._reports += 1
        # The way is thinned as it grows, the last plan always kept.
        if self._way and (self._reports - 1) % self._every:
            self._way.pop()
        self._way.append((*self.clock(), plan))
        if len(self._way) > KEPT:
            self._way = self._way[:1] + self._way[2::2]
            self._every *= 2
        self._on_report(plan)

    def note(self, **facts: Any) -> None:  # noqa: ANN401
        """Write facts of the run into its row.

        Parameters
        ----------
        **facts
            ``rounds`` or ``steps`` done, a lower ``bound``, why it came to a
            ``stop``, seconds ``first_s`` until the first valid plan.
        """
        unknown = sorted(set(facts) - FACTS)
        if unknown:
            raise TypeError(
                f"no column is named {unknown[0]}; there are {', '.join(sorted(FACTS))}"
            )
        self.facts.update(facts)
