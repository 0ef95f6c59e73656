"""Compare linli with METIS and GerryChain at dividing districts, in one run on one machine.

Every measurement is a run of `linli.bench`: a process of its own, the same
district, weights, tolerance and seconds for all, plans measured by code that
knows no method. Quote the ratios, and seconds of CPU rather than of the wall.

    pip install 'linli[bench]'
    python benches/partition.py                    # about a quarter of an hour
    python benches/partition.py --only pace first  # pace, threads, memory, first, cut
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli import bench

if TYPE_CHECKING:
    import pandas as pd

SMALL, MIDDLE, LARGE = "voronoi:300:25", "voronoi:10000:25", "voronoi:100000:59"


def run(folder: Path, name: str, instance: str, methods: list[str], **terms: float) -> pd.DataFrame:
    """Run one comparison and verify it."""
    options: dict[str, Any] = {"progress": True, "seeds": 1, **terms}
    found = bench.partition(instance, methods, out=folder / name, **options)
    proof = bench.verify(found.path, replay=False)
    assert proof.ok, proof.findings
    return found.runs


def middle(runs: pd.DataFrame, method: str, column: str) -> float:
    """Middle of a column of a method's runs."""
    return float(runs[runs["method"].str.startswith(method)][column].astype(float).median())


def pace(folder: Path) -> None:
    """Count steps of recombination per second of CPU: both from the same plan, one thread."""
    print("ReCom, one thread, steps per second of CPU")
    for instance, tolerance, ours, theirs in (
        (SMALL, 0.10, 400_000, 2_000),
        (MIDDLE, 0.05, 20_000, 60),
    ):
        methods = [f"linli_recom:steps={ours}", f"gerrychain_recom:steps={theirs}"]
        terms = {"budget_s": 120.0, "tolerance": tolerance, "repeats": 3}
        runs = run(folder, f"pace-{instance.split(':')[1]}", instance, methods, **terms)
        runs["pace"] = runs["steps"].astype(float) / runs["cpu_s"].astype(float)
        one, other = middle(runs, "linli", "pace"), middle(runs, "gerrychain", "pace")
        ratio = f"{one / other:,.0f} x"
        print(f"{instance} ±{tolerance:.0%}: {one:,.0f}, GerryChain {other:,.1f}: {ratio}")


def memory(folder: Path) -> None:
    """Show pace and memory at 100,000 units, where GerryChain finds no first plan."""
    terms = {"budget_s": 300.0, "tolerance": 0.05}
    runs = run(folder, "memory", LARGE, ["linli_recom:steps=3000"], **terms)
    row = runs.iloc[0]
    print(
        f"{LARGE} ±5 %: {row['steps'] / row['cpu_s']:,.0f} steps per second of CPU; "
        f"{row['peak_mb']:.0f} MB at most, Python and the district included"
    )


def threads(folder: Path) -> None:
    """Set two chains on two threads against one on one: steps per second of the wall."""
    for instance, tolerance, steps in (
        (SMALL, 0.10, 400_000),
        (MIDDLE, 0.05, 20_000),
        (LARGE, 0.05, 3_000),
    ):
        of = {}
        for count in (1, 2):
            name = f"threads-{count}-{instance.split(':')[1]}"
            terms = {"budget_s": 300.0, "tolerance": tolerance, "repeats": 3, "threads": count}
            method = f"linli_recom:steps={steps}:chains={count}"
            runs = run(folder, name, instance, [method], **terms)
            of[count] = (runs["steps"].astype(float) / runs["wall_s"].astype(float)).max()
        print(f"{instance}: {of[2] / of[1]:.2f} x on two threads (best of three)")


def first(folder: Path) -> None:
    """Time the first valid plan."""
    print("First valid plan: valid runs, middle and worst milliseconds of the wall")
    for instance, methods, seeds, budget_s in (
        (SMALL, ["linli_first", "metis", "gerrychain_first"], 20, 20.0),
        (MIDDLE, ["linli_first", "metis", "gerrychain_first"], 3, 120.0),
        (LARGE, ["linli_first", "metis"], 3, 120.0),
    ):
        terms = {"seeds": seeds, "budget_s": budget_s, "tolerance": 0.05}
        runs = run(folder, f"first-{instance.split(':')[1]}", instance, methods, **terms)
        for method, rows in runs.groupby("method", sort=False):
            valid = rows[rows["valid"].fillna(value=False)]
            ms = 1e3 * valid["first_s"].astype(float)
            cpu = 1e3 * valid["cpu_s"].astype(float).median()
            print(
                f"{instance}  {method}: {len(valid)} of {len(rows)}; {ms.median():,.2f}, "
                f"{ms.max():,.2f}; {cpu:,.2f} of CPU"
            )


def cut(folder: Path) -> None:
    """Count cut edges of the best plan within ±5 % both ways in a second."""
    print("300 units, 25 parts, ±5 %, 1 s: cut edges of valid plans")
    methods = ["linli", "linli_bursts", "metis", "metis_best", "gerrychain_bursts"]
    runs = run(folder, "cut", SMALL, methods, seeds=5, budget_s=1.0, tolerance=0.05)
    for method, rows in runs.groupby("method", sort=False):
        valid = rows[rows["valid"].fillna(value=False)]["cut_edges"]
        print(f"{method}: {len(valid)} of {len(rows)} valid; {valid.min()} to {valid.max()}")


PARTS = {"pace": pace, "memory": memory, "threads": threads, "first": first, "cut": cut}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--out", type=Path, help="keep tables, plans and plots in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.only:
            PARTS[name](options.out or Path(temporary))


if __name__ == "__main__":
    main()
