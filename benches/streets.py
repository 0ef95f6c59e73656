"""Compare walks along streets with pandana and networkx on one machine, in one run.

Porto's streets as junctions and the streets between them (its extract is
`osm/porto_portugal.osm.pbf` of the folder that LINLI_SHARED_DATA names; data
© OpenStreetMap contributors, ODbL 1.0), the limit 1,200 m. Every contender gets
the same tables. Contenders take turns. Quote the ratios, not the seconds.

    pip install pandana networkx
    LINLI_SHARED_DATA=... python benches/streets.py            # a few minutes
    LINLI_SHARED_DATA=... python benches/streets.py --rounds 1
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import linli
import networkx as nx
import numpy as np
import pandana
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT_M = 1_200.0
SEARCHES = 200
PROFILE = Path(__file__).parent.parent / "tests" / "common" / "all_ways.toml"


def tables(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give Porto's junctions (x, y in metres) and the streets between them."""
    net = linli.StreetNetwork.from_osm(folder / "osm" / "porto_portugal.osm.pbf", profile=PROFILE)
    lines = net.lines().to_crs(32629)
    ends = shapely.get_coordinates(
        np.concatenate([shapely.get_point(lines.geometry.values, place) for place in (0, -1)])
    )
    xy, node = np.unique(ends.round(3), axis=0, return_inverse=True)
    node = node.reshape(-1)
    edges = pd.DataFrame(
        {
            "from": node[: len(lines)],
            "to": node[len(lines) :],
            "length_m": lines["length_m"].to_numpy(),
        }
    )
    edges = edges[(edges["from"] != edges["to"]) & (edges["length_m"] > 0)]
    return pd.DataFrame(xy, columns=["x", "y"]), edges.reset_index(drop=True)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Wall seconds and the result, with the contender's own words kept quiet."""
    with contextlib.redirect_stdout(io.StringIO()):
        begun = time.perf_counter()
        found = work()
        return time.perf_counter() - begun, found


class Turns:
    """Seconds of each measurement, round by round."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def take(self, name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Do the work and note its time."""
        seconds, found = timed(work)
        self.seconds.setdefault(name, []).append(seconds)
        return found

    def median(self, name: str) -> float:
        """Middle of the rounds."""
        return statistics.median(self.seconds[name])

    def ratio(self, what: str, slow: str, fast: str, aim: float) -> None:
        """Print how many times faster one is than the other."""
        times = self.median(slow) / self.median(fast)
        print(f"{what:<62} {times:8.1f} x   (aim {aim:g})")


def pandana_network(nodes: pd.DataFrame, edges: pd.DataFrame) -> Any:  # noqa: ANN401
    """Build pandana's network."""
    return pandana.Network(
        nodes["x"], nodes["y"], edges["from"], edges["to"], edges[["length_m"]], twoway=True
    )


def one_round(
    turns: Turns, nodes: pd.DataFrame, edges: pd.DataFrame, amount: NDArray[np.float64]
) -> None:
    """Let every contender do everything once."""
    net = turns.take("linli, construction", lambda: linli.StreetNetwork.from_edges(nodes, edges))
    peer = turns.take("pandana, construction", lambda: pandana_network(nodes, edges))
    ours = turns.take(
        "linli, sum at every junction", lambda: net.aggregate(amount, limit_m=LIMIT_M)
    )
    peer.set(nodes.index, variable=pd.Series(amount, nodes.index), name="amount")

    def pandana_sum() -> Any:  # noqa: ANN401
        return peer.aggregate(LIMIT_M, type="sum", decay="flat", name="amount")

    theirs = turns.take("pandana, sum at every junction", pandana_sum)
    far = np.abs(ours - theirs.to_numpy()) > 1e-6 * np.abs(ours) + 1e-6
    print(f"  sums that differ: {far.sum():,} of {len(ours):,}")
    reach = turns.take("linli, reach of all junctions", lambda: net.reach_of_nodes(limit_m=LIMIT_M))
    turns.take("pandana, precompute", lambda: peer.precompute(LIMIT_M))
    turns.take("linli, sum again", lambda: linli.access.cumulative(reach, amount))
    turns.take("pandana, sum again", pandana_sum)
    print(f"  {reach.pairs:,} pairs, {reach.nbytes / 1e6:,.0f} MB")
    graph = nx.from_pandas_edgelist(edges, "from", "to", "length_m", nx.MultiGraph)
    drawn = np.random.default_rng(2).choice(len(nodes), 2 * SEARCHES, replace=False)
    some = [int(node) for node in drawn if int(node) in graph][:SEARCHES]

    def networkx_searches() -> int:
        found = (
            nx.single_source_dijkstra_path_length(graph, node, cutoff=LIMIT_M, weight="length_m")
            for node in some
        )
        return sum(len(walks) for walks in found)

    turns.take(f"networkx, {SEARCHES} searches", networkx_searches)


def main() -> None:
    """Run the rounds and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if "LINLI_SHARED_DATA" not in os.environ:
        sys.exit("LINLI_SHARED_DATA does not say where the extract of Porto is")
    nodes, edges = tables(Path(os.environ["LINLI_SHARED_DATA"]))
    amount = np.random.default_rng(1).integers(0, 100, len(nodes)).astype(float)
    print(f"{len(nodes):,} junctions, {len(edges):,} streets, limit {LIMIT_M:,.0f} m")
    turns = Turns()
    for _ in range(rounds):
        one_round(turns, nodes, edges, amount)
    for name, seconds in turns.seconds.items():
        low, high = min(seconds), max(seconds)
        print(f"{name:<44} {turns.median(name):9.4f} s   ({low:.4f} to {high:.4f})")
    turns.ratio("construction", "pandana, construction", "linli, construction", 20)
    turns.ratio(
        "sum at every junction",
        "pandana, sum at every junction",
        "linli, sum at every junction",
        2,
    )
    together = {
        who: turns.median(f"{who}, construction") + turns.median(f"{who}, sum at every junction")
        for who in ("linli", "pandana")
    }
    times = together["pandana"] / together["linli"]
    print(f"{'construction and sum together':<62} {times:8.1f} x   (aim 10)")
    turns.ratio("sum again, lists kept", "pandana, sum again", "linli, sum again", 1)
    each = turns.median("linli, sum at every junction") / len(nodes)
    times = turns.median(f"networkx, {SEARCHES} searches") / SEARCHES / each
    print(f"{'one search, its sum included':<62} {times:8.1f} x   (aim 40)")


if __name__ == "__main__":
    main()
