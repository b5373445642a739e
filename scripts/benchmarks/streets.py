"""
Measure ways by streets against peers, on the same graphs in one process run.

Engines take turns on each job, several times; the median counts. Invented towns of 60 thousand,
240 thousand and a million nodes show how cost grows; the plan's own streets, or with
ALMATY_GEO_TEST_DATA set the city's register, are measured too. A peer that is not installed is
named. Answers are compared, so that no engine is quick by being wrong; timings are printed, never
asserted.

    python scripts/benchmarks/streets.py [--repeats 5] [--nodes 60000 240000 1000000]
"""

import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))  # invented towns are made there

import streetmaker

from almaty_geo.plan import open_plan
from almaty_geo.streets import network_of_file
from almaty_geo.streets.network import Network
from almaty_geo.travel import ByStreets, Reach
from almaty_geo.travel.kernels import Few, graph, lists, nearest_of_nodes, within
from scripts.benchmarks.rows import CLOCKS, Row, asked, in_turn, tell

PLACES = 270
REACHES = tuple(Reach(m, "m", "walk", m) for m in (500.0, 1000.0, 1500.0))
LIMIT_MM = 1_500_000
FEW_PLACES, FEWER = 10, 2
"""Places of which slow engines draw areas, and in small cases; the time is multiplied up."""

ROUNDED_MM = 10
"""
What pandana's ways may be apart from ours: it cuts the metres of each edge into thousandths, which
loses a millimetre on some. Ours must be scipy's and networkx's to the millimetre.
"""

SLOW_BEYOND = 100_000
"""Nodes beyond which networkx, and pandana with its long build, are left out."""

SMALL, HUGE = 5_000, 900_000
TRIAL_NODES = 1_150_000
"""Asked for, so that the town in which one place more is tried has 1.2 million nodes."""

TRIAL_MS = 10
BARS: Mapping[str, Mapping[str, float]] = {
    "nearest": {"scipy": 0.5, "pandana": 0.02},
    "pairs": {"scipy": 0.1, "pandana": 0.05},
    "areas": {"OSMnx style": 0.1},
}
HUGE_BARS: Mapping[str, Mapping[str, float]] = {**BARS, "nearest": {"scipy": 0.7, "pandana": 0.02}}
JOBS = {"nearest": "nearest facility", "pairs": "pairs within reach", "areas": "service areas"}
MODULES = {"pandana": "pandana", "networkx": "networkx", "OSMnx style": "networkx"}
PEERS: Mapping[str, Sequence[str]] = {
    "nearest": ("scipy", "pandana", "networkx"),
    "pairs": ("scipy", "pandana", "networkx"),
    "areas": ("OSMnx style",),
}
Engine = Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Town:
    """Streets with places on them, as each engine wants them."""

    name: str
    """What is measured on."""

    network: Network
    """Streets."""

    invented: bool
    """Whether it was made up, at a size to compare with others."""

    node: NDArray[np.int32]
    """Nodes of the places, by position in the network, shape (p,)."""

    few: int
    """How many of them slow engines draw areas of."""

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


def towns(nodes: Sequence[int]) -> Iterator[Town]:
    """Yield towns of several sizes, then the real one if it is at hand."""
    for size in nodes:
        yield _town("invented town", streetmaker.town(size), invented=True)
    plan = open_plan(Path(__file__).parents[2])
    folder = os.environ.get("ALMATY_GEO_TEST_DATA")
    if folder:
        file = Path(folder) / "streets" / "almaty_streets_city_gis.csv"
        yield _town("city register", network_of_file(file, plan.area, plan.speeds), invented=False)
    elif plan.network is not None:
        yield _town("the plan's streets", plan.network, invented=False)
    else:
        print("no real streets: ALMATY_GEO_TEST_DATA names no folder, and the plan has none")


def _town(name: str, network: Network, *, invented: bool) -> Town:
    """Return a town with places on nodes chosen by chance."""
    size = len(network.node_xy_m)
    chosen = np.random.default_rng(3).choice(size, PLACES, replace=False)
    few = FEW_PLACES if size > SMALL else FEWER
    node = np.sort(chosen).astype(np.int32)
    return Town(f"{name}, {size:,} nodes", network, invented, node, few)


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
            for at in town.node[: town.few].tolist()
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


def what_if(town: Town, clock: str) -> Row:
    """Return how long one place more takes: the 95th of 100 per cent of 200 tries."""
    rng = np.random.default_rng(5)
    low, high = town.network.node_xy_m.min(axis=0), town.network.node_xy_m.max(axis=0)
    people = rng.uniform(low, high, (min(len(town.network.node_xy_m), 300_000), 2))
    standing = ByStreets(town.network).standing(
        people, town.network.node_xy_m[town.node], reach=REACHES[0]
    )
    now = CLOCKS[clock]
    taken = []
    for x, y in rng.uniform(low, high, (201, 2)).tolist():
        start = now()
        standing.nearer((x, y))
        taken.append(now() - start)
    middle, high_ms = np.percentile(np.array(taken[1:]) * 1000, [50, 95])
    bar = TRIAL_MS if len(town.network.node_xy_m) > HUGE else None
    return Row(
        "what if: 95th of 200",
        town.name,
        float(high_ms),
        "ms",
        bar=bar,
        clock=clock,
        repeats=len(taken) - 1,
        note=f"median {middle:.2f} ms",
    )


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


def compared(job: str, town: Town, repeats: int, clock: str) -> Iterator[Row]:
    """Yield a row for each peer of a job: medians, and whether it gives the same answer."""
    engines, read = {"nearest": nearest, "pairs": pairs, "areas": areas}[job](town)
    engines["ours"]()  # compiled before it is timed
    found = in_turn(engines, repeats, clock=clock)
    size = len(town.network.node_xy_m)
    bars = (HUGE_BARS if size > HUGE else BARS)[job] if size > SMALL else {}
    for peer in PEERS[job]:
        apart = 0.0
        if read is not None and peer in found.answers:
            each = [read(found.answers[name], name) for name in ("ours", peer)]
            apart = float(np.abs(each[0] - each[1]).max())
        scale = PLACES / town.few if peer == "OSMnx style" else 1
        yield Row(
            JOBS[job],
            town.name,
            found.seconds["ours"],
            peer=peer,
            theirs=found.seconds[peer] * scale if peer in engines else None,
            bar=bars.get(peer),
            clock=clock,
            repeats=repeats,
            right=apart <= (ROUNDED_MM if peer == "pandana" else 0),
            size=size if town.invented else None,
            note=f"apart by {apart:g} mm at most" if apart else _note(job, peer, town),
        )


def _note(job: str, peer: str, town: Town) -> str:
    """Return why a peer was not measured, or how."""
    if peer in MODULES and importlib.util.find_spec(MODULES[peer]) is None:
        return f"{MODULES[peer]} is not installed"
    if peer in MODULES and len(town.network.node_xy_m) > SLOW_BEYOND:
        return f"left out beyond {SLOW_BEYOND:,} nodes"
    return f"{town.few} places, multiplied up" if job == "areas" else ""


def measured(nodes: Sequence[int], trial: int, repeats: int, clock: str) -> Iterator[Row]:
    """Yield the rows of each town, then of one place more in a very large one."""
    for town in towns(nodes):
        huge = len(town.network.node_xy_m) > HUGE
        yield from compared("nearest", town, repeats, clock)
        yield from compared("pairs", town, 1 if huge else repeats, clock)
        yield from compared("areas", town, 1 if huge else min(repeats, 3), clock)
        yield what_if(town, clock)
    yield what_if(_town("invented town", streetmaker.town(trial), invented=True), clock)


def main() -> None:
    """Print a line for each job, town and peer."""
    parser = asked(__doc__, repeats=5)
    parser.add_argument("--nodes", type=int, nargs="*", default=[60_000, 240_000, 1_000_000])
    parser.add_argument("--trial", type=int, default=TRIAL_NODES, help="nodes for one place more")
    given = parser.parse_args()
    nodes, trial, repeats = given.nodes, given.trial, given.repeats
    if given.quick:
        nodes, trial, repeats = [500, 1_000, 2_000], 4_000, 1
    tell(measured(nodes, trial, repeats, given.clock), given.rows)


if __name__ == "__main__":
    main()
