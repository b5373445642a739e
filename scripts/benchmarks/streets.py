"""
Measure ways by streets against peers, on the same graphs in one process run.

Engines take turns on each job, several times; the median counts. Invented towns of 60 thousand,
240 thousand and a million nodes show how cost grows; with ALMATY_GEO_TEST_DATA set, the real
register is measured too. A peer that is not installed is named. Answers are compared, so that no
engine is quick by being wrong; timings are printed, never asserted.

    python scripts/benchmarks/streets.py [--repeats 5] [--nodes 60000 240000 1000000]
"""

import argparse
import importlib
import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from almaty_geo.streets.network import Network
from almaty_geo.travel import ByStreets, Reach
from almaty_geo.travel.kernels import Few, graph, lists, nearest_of_nodes, within

PLACES = 270
REACHES = tuple(Reach(m, "m", "walk", m) for m in (500.0, 1000.0, 1500.0))
LIMIT_MM = 1_500_000
FEW_PLACES = 10
"""Places of which slow engines draw areas; the time is multiplied up."""

SLOW_BEYOND = 100_000
"""Nodes beyond which networkx, and pandana with its long build, are left out."""

HUGE = 900_000
PEERS = ("scipy", "pandana", "networkx")
Engine = Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Town:
    """Streets with places on them, as each engine wants them."""

    name: str
    """What is measured on."""

    network: Network
    """Streets."""

    node: NDArray[np.int32]
    """Nodes of the places, by position in the network, shape (p,)."""

    @property
    def arcs(self) -> pd.DataFrame:
        """Both directions of every edge, the shortest of each pair of nodes, in millimetres."""
        tail, head = self.network.ends.T
        both = pd.DataFrame(
            {
                "tail": np.concatenate([tail, head]),
                "head": np.concatenate([head, tail]),
                "mm": np.tile(self.network.length_mm, 2),
            }
        )
        return both[both["tail"] != both["head"]].groupby(["tail", "head"], as_index=False).min()


def towns(nodes: list[int]) -> Iterator[Town]:
    """Yield towns of several sizes, then the real one if it is at hand."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
    made = importlib.import_module("streetmaker")
    for size in nodes:
        yield _town(f"town of {size:,}", made.town(size))
    folder = os.environ.get("ALMATY_GEO_TEST_DATA")
    if not folder:
        print("\nreal register: ALMATY_GEO_TEST_DATA names no folder")
        return
    plan = importlib.import_module("almaty_geo.plan").open_plan(Path(__file__).parents[2])
    file = Path(folder) / "streets" / "almaty_streets_city_gis.csv"
    streets = importlib.import_module("almaty_geo.streets")
    yield _town("real register", streets.network_of_file(file, plan.area, plan.speeds))


def _town(name: str, network: Network) -> Town:
    """Return a town with places on nodes chosen by chance."""
    chosen = np.random.default_rng(3).choice(len(network.node_xy_m), PLACES, replace=False)
    return Town(name, network, np.sort(chosen).astype(np.int32))


def nearest(town: Town) -> tuple[dict[str, Engine], Callable[[Any, str], NDArray[np.float64]]]:
    """Return engines that find the nearest place of every node, and what reads their answer."""
    made = graph(town.network, mode="walk", unit="m")
    node = np.stack([made.rank[town.node], np.full(PLACES, -1, dtype=np.int32)], axis=1)
    nothing = np.zeros((PLACES, 2), dtype=np.int64)
    bits = PLACES.bit_length()
    matrix, peer = _matrix(town), _pandana(town)
    engines: dict[str, Engine] = {
        "ours": lambda: nearest_of_nodes(made.arriving, node, nothing, shift=bits),
        "scipy": lambda: dijkstra(matrix, indices=town.node, min_only=True),
    }
    if peer is not None:
        xy = town.network.node_xy_m[town.node]
        peer.set_pois("places", 1e5, 1, pd.Series(xy[:, 0]), pd.Series(xy[:, 1]))
        engines["pandana"] = lambda: peer.nearest_pois(1e5, "places", num_pois=1)
    streets = _networkx(town)
    if streets is not None:
        nx = importlib.import_module("networkx")
        sources = set(town.node.tolist())
        engines["networkx"] = lambda: nx.multi_source_dijkstra_path_length(
            streets, sources, weight="mm"
        )

    def read(answer: Any, engine: str) -> NDArray[np.float64]:  # noqa: ANN401 - each has its own
        if engine == "ours":
            return np.asarray(answer[made.rank] >> bits, dtype=np.float64)
        if engine == "pandana":
            return np.asarray(np.rint(answer.iloc[:, 0] * 1000), dtype=np.float64)
        if engine == "networkx":
            return np.array([answer[at] for at in range(len(made.rank))], dtype=np.float64)
        return np.asarray(answer)

    return engines, read


def pairs(town: Town) -> tuple[dict[str, Engine], Callable[[Any, str], NDArray[np.float64]]]:
    """Return engines that find all nodes within reach of each place, and what counts them."""
    made = graph(town.network, mode="walk", unit="m")
    none = np.empty(0, dtype=np.int64)
    few = Few(
        np.stack([made.rank[town.node], np.full(PLACES, -1, dtype=np.int32)], axis=1),
        np.zeros((PLACES, 2), dtype=np.int64),
        lists(none, none.astype(np.int32), none, PLACES),
    )
    size = len(made.rank)
    each = np.arange(size, dtype=np.int64)
    many = lists(each, each.astype(np.int32), np.zeros(size, dtype=np.int64), size)
    matrix, peer = _matrix(town), _pandana(town)

    def by_scipy() -> int:
        step = max(1, 20_000_000 // size)
        found = 0
        for start in range(0, PLACES, step):
            rows = town.node[start : start + step]
            ways = dijkstra(matrix, indices=rows, limit=LIMIT_MM)
            found += len(ways[ways <= LIMIT_MM])
        return found

    engines: dict[str, Engine] = {
        "ours": lambda: len(within(made.arriving, few, many, places=size, limit=LIMIT_MM)[1]),
        "scipy": by_scipy,
    }
    if peer is not None:
        wanted = town.node.tolist()
        engines["pandana"] = lambda: len(peer.nodes_in_range(wanted, LIMIT_MM / 1000))
    streets = _networkx(town)
    if streets is not None:
        nx = importlib.import_module("networkx")
        engines["networkx"] = lambda: sum(
            len(nx.single_source_dijkstra_path_length(streets, at, cutoff=LIMIT_MM, weight="mm"))
            for at in town.node.tolist()
        )
    return engines, lambda answer, _: np.array([answer], dtype=np.float64)


def areas(town: Town) -> tuple[dict[str, Engine], None]:
    """Return engines that draw the service areas of places, three reaches each."""
    places = town.network.node_xy_m[town.node]
    streets = _networkx(town)
    engines: dict[str, Engine] = {
        "ours": lambda: ByStreets(town.network).areas(places, reaches=REACHES)
    }
    if streets is not None:
        engines["OSMnx style"] = lambda: [
            _by_buffers(streets, town.network, at, reach.value * 1000)
            for at in town.node[:FEW_PLACES].tolist()
            for reach in REACHES
        ]
    return engines, None


def _by_buffers(streets: Any, network: Network, place: int, limit: float) -> shapely.Geometry:  # noqa: ANN401 - untyped
    """Return buffers around the edges within reach, joined: an ego graph as OSMnx shows it."""
    nx = importlib.import_module("networkx")
    inside = nx.ego_graph(streets, place, radius=limit, distance="mm")
    lines = [
        shapely.buffer(shapely.LineString(network.node_xy_m[[tail, head]]), 25)
        for tail, head in inside.edges
    ]
    dots = [shapely.buffer(shapely.Point(network.node_xy_m[at]), 25) for at in inside.nodes]
    return shapely.union_all([*lines, *dots])


def what_if(town: Town) -> str:
    """Return how long one place more takes: the median and the 95th of 100."""
    rng = np.random.default_rng(5)
    low, high = town.network.node_xy_m.min(axis=0), town.network.node_xy_m.max(axis=0)
    people = rng.uniform(low, high, (min(len(town.network.node_xy_m), 300_000), 2))
    standing = ByStreets(town.network).standing(
        people, town.network.node_xy_m[town.node], reach=REACHES[0]
    )
    taken = []
    for x, y in rng.uniform(low, high, (201, 2)).tolist():
        start = time.perf_counter()
        standing.nearer((x, y))
        taken.append(time.perf_counter() - start)
    middle, high_ms = np.percentile(np.array(taken[1:]) * 1000, [50, 95])
    met = "" if len(town.network.node_xy_m) < HUGE else f"  bar 10: {_met(high_ms <= 10)}"  # noqa: PLR2004
    return f"one place more      median {middle:.2f} ms, 95th {high_ms:.2f} ms{met}"


def _matrix(town: Town) -> csr_array:
    """Return the arcs as scipy takes them."""
    arcs, size = town.arcs, len(town.network.node_xy_m)
    return csr_array((arcs["mm"].astype(float), (arcs["tail"], arcs["head"])), shape=(size, size))


@cache
def _pandana(town: Town) -> Any:  # noqa: ANN401 - untyped, and may be missing
    """Return the network as pandana takes it; None where it is missing or the town too large."""
    missing = importlib.util.find_spec("pandana") is None
    if missing or len(town.network.node_xy_m) > SLOW_BEYOND:
        return None
    arcs, xy = town.arcs, town.network.node_xy_m
    start = time.perf_counter()
    made = importlib.import_module("pandana").Network(
        pd.Series(xy[:, 0]),
        pd.Series(xy[:, 1]),
        arcs["tail"].astype(np.int64),
        arcs["head"].astype(np.int64),
        arcs[["mm"]] / 1000,  # metres: it counts in thousandths, in 32 bits
        twoway=False,
    )
    print(f"(pandana's network took {time.perf_counter() - start:.1f} s to build)")
    return made


@cache
def _networkx(town: Town) -> Any:  # noqa: ANN401 - untyped, and may be missing
    """Return the arcs as a graph of networkx; None where it is missing or the town too large."""
    missing = importlib.util.find_spec("networkx") is None
    if missing or len(town.network.node_xy_m) > SLOW_BEYOND:
        return None
    streets = importlib.import_module("networkx").DiGraph()
    arcs = town.arcs
    streets.add_weighted_edges_from(
        zip(arcs["tail"].tolist(), arcs["head"].tolist(), arcs["mm"].tolist(), strict=True),
        weight="mm",
    )
    return streets


def timed(engines: Mapping[str, Engine], repeats: int) -> dict[str, tuple[Any, float]]:
    """Return each engine's answer and median seconds; engines take turns."""
    engines["ours"]()  # compiled before it is timed
    taken: dict[str, list[float]] = {name: [] for name in engines}
    answers = {}
    for _ in range(repeats):
        for name, engine in engines.items():
            start = time.perf_counter()
            answers[name] = engine()
            taken[name].append(time.perf_counter() - start)
    return {name: (answers[name], statistics.median(taken[name])) for name in engines}


def compared(job: str, town: Town, bars: Mapping[str, float], repeats: int) -> None:
    """Print the medians of a job, and our share of each peer's time."""
    engines, read = {"nearest": nearest, "pairs": pairs, "areas": areas}[job](town)
    found = timed(engines, repeats)
    ours, seconds = found["ours"]
    for name, (answer, median) in found.items():
        scale = PLACES / FEW_PLACES if name == "OSMnx style" else 1
        line = f"{job:<10}{name:<14}{median * scale * 1000:>12,.1f} ms"
        if name != "ours":
            ratio = seconds / (median * scale)
            line += f"   ours is {ratio:.3f}"
            if name in bars:
                line += f"  bar {bars[name]:g}: {_met(ratio <= bars[name])}"
            if read is not None:
                apart = float(np.abs(read(ours, "ours") - read(answer, name)).max())
                line += f"  ANSWERS DIFFER by up to {apart:g}" if apart else "  same answer"
        print(line, flush=True)


def _met(met: bool) -> str:  # noqa: FBT001 - the one thing it is about
    """Return whether a bar is met, in a word."""
    return "met" if met else "NOT MET"


def main() -> None:
    """Print a table for each town."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--nodes", type=int, nargs="*", default=[60_000, 240_000, 1_000_000])
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {Path(__file__).name}")
    for peer in PEERS:
        if importlib.util.find_spec(peer) is None:
            print(f"{peer} is not installed: not compared")
    for town in towns(given.nodes):
        size = len(town.network.node_xy_m)
        print(f"\n{town.name}: {size:,} nodes, {len(town.network.ends):,} edges, {PLACES} places")
        if size > SLOW_BEYOND:
            print(f"pandana and networkx are left out beyond {SLOW_BEYOND:,} nodes")
        huge = size > HUGE
        compared("nearest", town, {"scipy": 0.7 if huge else 0.5, "pandana": 0.02}, given.repeats)
        compared("pairs", town, {"scipy": 0.1, "pandana": 0.05}, given.repeats)
        compared("areas", town, {"OSMnx style": 0.1}, 1 if huge else min(given.repeats, 3))
        print(what_if(town), flush=True)


if __name__ == "__main__":
    main()
