"""Compare accessibility with pysal's access on one machine, in one run.

10,000 demand points and 1,000 centres spread evenly over a 10 x 6 km plane,
limit 1,200 m. pysal takes a table of costs, linli a Reach; both are made before
the clock starts. pysal is asked twice: with all 10 million pairs, as its own
tools make them, and with only the pairs within the limit, which helps it.
Contenders take turns, each seven times a turn where its answers are so short that
other work on the machine falls into some of them; the best of each counts.
Quote the ratios, not the seconds.

    pip install access
    python benches/access.py             # about ten minutes, most of them pysal's
    python benches/access.py --quick     # only the pairs within the limit
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import linli
import numpy as np
import pandas as pd
from numpy.typing import NDArray

ROWS, SITES, LIMIT_M = 10_000, 1_000, 1_200.0
BANDS = {400.0: 1.0, 800.0: 0.68, 1200.0: 0.22}

Values = NDArray[np.float64]


def costs(walk_m: Values, limit_m: float) -> pd.DataFrame:
    """Make pysal's long table of the pairs within a limit."""
    row, site = np.nonzero(walk_m <= limit_m)
    return pd.DataFrame({"origin": row, "dest": site, "cost": walk_m[row, site]})


def peer() -> tuple[Any, Any]:
    """Import pysal's package, whose name this file bears."""
    sys.path.remove(str(Path(__file__).resolve().parent))
    return importlib.import_module("access.fca"), importlib.import_module("access.weights")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    fca, weights = peer()
    random = np.random.default_rng(1)
    demand_xy, site_xy = (
        random.random((ROWS, 2)) * [1e4, 6e3],
        random.random((SITES, 2)) * [1e4, 6e3],
    )
    people, supply = random.integers(1, 500, ROWS) * 1.0, random.integers(1, 50, SITES) * 1.0
    walk_m = np.hypot(*(demand_xy[:, None, :] - site_xy[None, :, :]).transpose(2, 0, 1))
    full = linli.Reach.from_dense(walk_m)
    near = linli.Reach.from_points(demand_xy, site_xy, limit_m=LIMIT_M)
    demand = pd.DataFrame({"demand": people}, index=pd.Index(range(ROWS), name="geoid"))
    offer = pd.DataFrame({"supply": supply}, index=pd.Index(range(SITES), name="geoid"))
    tables = {"pairs in reach": costs(walk_m, LIMIT_M)}
    if not options.quick:
        tables["all pairs"] = costs(walk_m, np.inf)
    bands = linli.access.step(BANDS)
    step_fn = weights.step_fn(BANDS)

    def pysal(method: Callable[..., Any], table: pd.DataFrame, weight_fn: Any) -> Values:  # noqa: ANN401
        found = method(demand, offer, table.copy(), LIMIT_M, demand_index=True, weight_fn=weight_fn)
        values: Values = found.reindex(range(ROWS)).fillna(0).to_numpy()
        return values

    measures: dict[str, tuple[Callable[[linli.Reach], Any], Callable[[pd.DataFrame], Values]]] = {
        "2SFCA": (
            lambda reach: linli.access.two_step_fca(reach, people, supply, limit_m=LIMIT_M),
            lambda table: pysal(fca.two_stage_fca, table, None),
        ),
        "E2SFCA": (
            lambda reach: linli.access.two_step_fca(
                reach, people, supply, decay=bands, limit_m=LIMIT_M
            ),
            lambda table: pysal(fca.two_stage_fca, table, step_fn),
        ),
        "3SFCA": (
            lambda reach: linli.access.three_step_fca(
                reach, people, supply, decay=bands, limit_m=LIMIT_M
            ),
            lambda table: pysal(fca.three_stage_fca, table, step_fn),
        ),
    }
    print(f"{ROWS:,} x {SITES:,}, {near.pairs:,} pairs in reach, {full.pairs:,} in all")
    heads = ("pairs given", "linli s", "pysal s", "ratio", "largest difference")
    print("{:8}{:16}{:>10}{:>10}{:>9}{:>20}".format("", *heads))
    reaches = {"pairs in reach": near, "all pairs": full}
    for name, (ours, theirs) in measures.items():
        for given, table in tables.items():
            seconds: dict[str, list[float]] = {"linli": [], "pysal": []}
            for _ in range(options.repeats):
                for _ in range(7):
                    start = time.perf_counter()
                    found = ours(reaches[given]).to_series().to_numpy()
                    seconds["linli"].append(time.perf_counter() - start)
                for _ in range(7 if given == "pairs in reach" else 1):
                    start = time.perf_counter()
                    expected = theirs(table)
                    seconds["pysal"].append(time.perf_counter() - start)
                print(".", end="", file=sys.stderr, flush=True)
            mine, other = (min(seconds[who]) for who in ("linli", "pysal"))
            apart = float(np.max(np.abs(found - expected) / np.maximum(expected, 1e-300)))
            print(f"{name:8}{given:16}{mine:10.4f}{other:10.3f}{other / mine:8.0f}x{apart:20.1e}")


if __name__ == "__main__":
    main()
