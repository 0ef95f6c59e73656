"""Methods that a comparison must survive, for the tests of linli.bench."""

from __future__ import annotations

import os
import time

import numpy as np
from linli.bench import Method, Skip


def halves(task):
    """Give the first units to part 0, and so on: in one piece only where units are a street."""
    return np.arange(task.instance.n) * task.instance.k // task.instance.n


def scattered(task):
    return np.arange(task.instance.n) % task.instance.k


def by_seed(task):
    return (halves(task) + task.seed) % task.instance.k


def by_chance(task):
    """Claims to be repeatable and is not."""
    return np.frombuffer(os.urandom(task.instance.n), dtype=np.uint8) % task.instance.k


def raises(task):
    raise RuntimeError("no such thing")


def wrong_shape(task):
    return [0, 1]


def fractions(task):
    return np.zeros(task.instance.n)


def never_ends(task):
    while True:
        time.sleep(0.01)


def reports_and_never_ends(task):
    task.report(scattered(task))
    task.report(halves(task))
    time.sleep(0.3)
    task.report(halves(task))
    never_ends(task)


def starts_a_child_that_never_ends(task):
    import subprocess
    import sys

    code = "import time, os; open(os.environ['LINLI_CHILD'], 'w').write(str(os.getpid())); time.sleep(600)"
    subprocess.run([sys.executable, "-c", code], check=False)


def dies(task):
    os._exit(3)


def skips(task):
    raise Skip("not this one")


def until_time_is_up(task):
    steps = 0
    while task.left_s() > 0:
        steps += 1
        time.sleep(0.005)
    task.note(steps=steps)
    return halves(task)


def prepares_long(task):
    time.sleep(1.2)
    task.begin()
    return halves(task)


def with_parameters(task, *, share=0.5):
    return halves(task)


def threads_and_hash(task):
    """Show what the environment of a run is."""
    assert os.environ["OMP_NUM_THREADS"] == os.environ["RAYON_NUM_THREADS"] == "2"
    assert os.environ["PYTHONHASHSEED"] == "0"
    assert task.threads == 2
    return halves(task)


PREPARES = Method("prepares", prepares_long, begins=True)
MISSING = Method("missing", halves, package="no-such-distribution-of-linli")
CHANCE = Method("chance", by_chance, repeatable=False)
