"""Compare linli with scipy's cKDTree and GeoPandas on one machine, in one run.

1,000,000 demand points and 1,000 centres spread evenly over a 10 x 6 km plane;
the limit is 1,200 m. Each measurement runs in a process of its own, so that its
peak memory is its own, and the contenders take turns, so that a noisy machine
disturbs them alike. Quote the ratios, not the seconds.

    python benches/peers.py             # about four minutes, most of them GeoPandas'
    python benches/peers.py --quick     # a tenth of the points, without GeoPandas
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

CENTRES = 1_000
LIMIT_M = 1_200.0
WORKERS = 2

Points = NDArray[np.float64]


def places(count: int, seed: int) -> Points:
    """Places spread evenly over the plane, metres."""
    return np.random.default_rng(seed).random((count, 2)) * [10_000.0, 6_000.0]


def linli_nearest(demand: Points, sites: Points) -> int:
    """Nearest centre and its distance, by linli."""
    import linli

    nearest = linli.CrowFly(detour=1.0).nearest(demand, sites)
    return int((nearest.walk_m <= LIMIT_M).sum())


def ckdtree_nearest(demand: Points, sites: Points) -> int:
    """Nearest centre and its distance, by scipy."""
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(sites).query(demand, workers=WORKERS)
    return int((distance <= LIMIT_M).sum())


def linli_pairs(demand: Points, sites: Points) -> int:
    """All pairs within the limit with distances, by linli."""
    import linli

    return linli.Reach.from_points(demand, sites, limit_m=LIMIT_M).pairs


def ckdtree_pairs(demand: Points, sites: Points) -> int:
    """All pairs within the limit (without distances), by scipy."""
    from scipy.spatial import cKDTree

    found = cKDTree(sites).query_ball_point(demand, LIMIT_M, workers=WORKERS)
    return sum(map(len, found))


def geopandas_pairs(demand: Points, sites: Points) -> int:
    """All pairs within the limit (without distances), as GeoPandas tutorials teach it."""
    import geopandas as gpd

    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*demand.T), crs=32651)
    circles = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*sites.T), crs=32651).buffer(LIMIT_M)
    return len(points.sjoin(circles.to_frame("geometry"), predicate="within"))


CONTENDERS: dict[str, Callable[[Points, Points], int]] = {
    "linli_nearest": linli_nearest,
    "ckdtree_nearest": ckdtree_nearest,
    "linli_pairs": linli_pairs,
    "ckdtree_pairs": ckdtree_pairs,
    "geopandas_pairs": geopandas_pairs,
}


def peak_mb() -> float:
    """Peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, points: int) -> dict[str, float]:
    """Run one contender in this process, warmed up on a few points."""
    contender = CONTENDERS[name]
    sites = places(CENTRES, 2)
    contender(places(1_000, 3), sites)
    demand = places(points, 1)
    before_mb = peak_mb()
    start = time.perf_counter()
    answer = contender(demand, sites)
    return {
        "seconds": time.perf_counter() - start,
        "answer": answer,
        "grown_mb": peak_mb() - before_mb,
    }


def in_own_process(name: str, points: int) -> dict[str, Any]:
    """Run one contender in a fresh process."""
    command = [sys.executable, __file__, "--contender", name, "--points", str(points)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def compare(points: int, repeats: int, names: list[str]) -> None:
    """Print seconds, ratios and memory of the contenders."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for repeat in range(repeats):
        for name in names:
            # One round of the slowest is enough to see a factor of a hundred.
            if name != "geopandas_pairs" or repeat == 0:
                runs[name].append(in_own_process(name, points))
                print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{points:,} demand points, {CENTRES:,} centres, {LIMIT_M:,.0f} m, {WORKERS} workers")
    print(f"{'':18}{'median s':>10}{'min s':>9}{'max s':>9}{'grown MB':>10}{'answer':>14}  linli")
    medians = {n: statistics.median(r["seconds"] for r in found) for n, found in runs.items()}
    for name, found in runs.items():
        seconds = [run["seconds"] for run in found]
        grown = statistics.median(run["grown_mb"] for run in found)
        ours = "linli_" + name.split("_")[1]
        ratio = "" if name == ours else f"{medians[name] / medians[ours]:6.1f} x faster"
        print(
            f"{name:18}{medians[name]:10.3f}{min(seconds):9.3f}{max(seconds):9.3f}"
            f"{grown:10.0f}{found[0]['answer']:14,}  {ratio}"
        )
    pairs = runs["linli_pairs"][0]
    print(f"linli_pairs: {pairs['grown_mb'] * 2**20 / pairs['answer']:.2f} bytes a pair in all")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        print(json.dumps(measure(options.contender, options.points)))
    elif options.quick:
        names = [name for name in CONTENDERS if not name.startswith("geopandas")]
        compare(options.points // 10, 3, names)
    else:
        compare(options.points, options.repeats, list(CONTENDERS))


if __name__ == "__main__":
    main()
