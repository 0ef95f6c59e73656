"""Find how many demand points a siting question can have and still be proven.

The generator of Cordeau, Furini and Ljubić (2019): a square of 30 x 30, 200
candidates, demand 1 to 100, radius 3.25, p = 20. Prints seconds and memory.

    python benches/scale.py 1000000 10000000 50000000
"""

from __future__ import annotations

import argparse
import resource
import time

import linli
import numpy as np

SIDE, CANDIDATES, RADIUS, P = 30.0, 200, 3.25, 20
METRES = 1_000.0


def main() -> None:
    """Ask once for each number of points."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("points", type=int, nargs="+")
    for count in parser.parse_args().points:
        random = np.random.default_rng(1)
        sites = random.random((CANDIDATES, 2)) * SIDE * METRES
        demand = random.random((count, 2)) * SIDE * METRES
        weight = random.integers(1, 101, count).astype(float)
        begun = time.perf_counter()
        reach = linli.Reach.from_points(demand, sites, limit_m=RADIUS * METRES)
        reached = time.perf_counter()
        plan = linli.locate.mclp(reach, weight, p=P, time_limit_s=600)
        ended = time.perf_counter()
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        proof = "proven" if plan.proven else f"gap {plan.gap:.2%}"
        print(
            f"{count:,} points, {reach.pairs:,} pairs: reach {reached - begun:.1f} s, "
            f"siting {ended - reached:.1f} s, {proof}, {peak_gb:.1f} GB"
        )
        del reach, demand, weight


if __name__ == "__main__":
    main()
