"""
Measure siting: 22 of 2,000 sites on a city, and p-median on networks of 900 nodes.

Each job is repeated; medians are returned. The peer solves the same coverage where it is
installed, and is named where it is not.
"""

import importlib
import importlib.util
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import KDTree

from almaty_geo.siting import Search, Siting, cover, mean

LAYERS = Path(__file__).parents[2] / "layers"
REACH_M = 500
DETOUR = 1.3
SITES = 22
CANDIDATES = 2_000
NODES = 900
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the benchmark."""

    job: str
    """What was done, and by whom."""

    seconds: float | None
    """Median wall time; None where the peer is not installed."""

    told: str
    """Value, gap and status."""


def measure(repeats: int = 3) -> Iterator[Measured]:
    """Yield each job as it is done; the proofs run once."""
    covers, people, already = city()
    name = f"{SITES} of {CANDIDATES:,} sites"

    def asked(search: Search) -> Siting:
        return cover(covers, people, SITES, already=already, search=search)

    yield _timed(f"{name}, gap shown", lambda: asked(Search()), repeats)
    exact = _timed(f"{name}, proven", lambda: asked(Search(exact=True)), repeats)
    yield exact
    yield _peer(f"{name}, spopt", covers[~already], people[~already])
    for kind, network in (("graph", graph), ("plane", plane)):
        for count in (5, 10, 90):
            ways = network(NODES, seed=1)
            job = f"p-median, {kind} of {NODES} nodes, p = {count}"
            yield _timed(job, partial(_median, ways, count))


def _median(ways: Floats, count: int) -> Siting:
    """Return the proven p-median of a network, everybody counting once."""
    return mean(ways, np.ones(len(ways)), count, search=Search(exact=True, time_limit_s=290))


def city() -> tuple[csr_array, NDArray[np.int64], NDArray[np.bool_]]:
    """Return who is covered by 2,000 of the blocks, people, and who is covered by state schools."""
    blocks, people = _points("residents", "people")
    schools, _ = _points("schools_state", None)
    reach = REACH_M / DETOUR
    chosen = np.sort(np.random.default_rng(5).choice(len(blocks), CANDIDATES, replace=False))
    tree = KDTree(blocks)
    near: list[list[int]] = list(tree.query_ball_point(blocks[chosen], reach))  # type: ignore[arg-type]  # many points, many lists
    owners = np.repeat(np.arange(CANDIDATES), [len(row) for row in near])
    pairs = (np.concatenate(near).astype(np.intp), owners)
    shape = (len(blocks), CANDIDATES)
    covers = csr_array((np.ones(len(owners), dtype=bool), pairs), shape=shape)
    already = KDTree(schools).query(blocks)[0] <= reach
    return covers, people, np.asarray(already, dtype=bool)


def graph(nodes: int, *, seed: int) -> Floats:
    """Return shortest ways of a random graph as Beasley (1985) made: n²/50 edges of 1 to 100."""
    rng = np.random.default_rng(seed)
    edges = nodes * nodes // 50
    ends = rng.integers(0, nodes, (2, edges))
    ends = np.concatenate([ends, [np.arange(nodes - 1), np.arange(1, nodes)]], axis=1)
    lengths = rng.integers(1, 101, ends.shape[1]).astype(float)
    table = np.full((nodes, nodes), np.inf)
    np.minimum.at(table, (ends[0], ends[1]), lengths)
    table = np.minimum(table, table.T)
    np.fill_diagonal(table, 0)
    ways = shortest_path(csr_array(np.where(np.isinf(table), 0, table)), directed=False)
    return np.asarray(ways, dtype=np.float64)


def plane(nodes: int, *, seed: int) -> Floats:
    """Return distances in whole metres between random points of a square kilometre."""
    xy = np.random.default_rng(seed).random((nodes, 2)) * 1000
    apart = xy[:, None, :] - xy[None, :, :]
    return np.asarray(np.rint(np.hypot(apart[..., 0], apart[..., 1])), dtype=np.float64)


def _points(layer: str, column: str | None) -> tuple[Floats, NDArray[np.int64]]:
    """Return the located points of a bundled layer in metres, with a column of whole numbers."""
    features = json.loads((LAYERS / f"{layer}.geojson").read_text(encoding="utf-8"))["features"]
    located = [f for f in features if f["geometry"]]
    degrees = shapely.get_coordinates([shapely.geometry.shape(f["geometry"]) for f in located])
    forward = Transformer.from_crs("EPSG:4326", "EPSG:32643", always_xy=True)
    xy = np.column_stack(forward.transform(*degrees.T))
    values = [f["properties"][column] if column else 0 for f in located]
    return xy, np.array(values, dtype=np.int64)


def _timed(job: str, work: Callable[[], Siting], repeats: int = 1) -> Measured:
    """Return the median time of a job and what it found."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    told = f"{found.value:,} against {found.bound:,.0f}: {found.gap:.3%}, {found.status}"
    reason = f" ({found.reason})" if found.reason else ""
    return Measured(job, statistics.median(seconds), f"{told}{reason}, peak {peak:.1f} GB")


def _peer(job: str, covers: csr_array, people: NDArray[np.int64]) -> Measured:
    """Return how the peer solves the same coverage, or that it is not installed."""
    missing = [name for name in ("spopt", "pulp") if importlib.util.find_spec(name) is None]
    if missing:
        return Measured(job, None, f"not installed: {', '.join(missing)}")
    pulp = importlib.import_module("pulp")  # a peer, not a dependency
    peer = importlib.import_module("spopt.locate").MCLP
    costs = np.where(covers.toarray(), 0.0, 2.0)
    start = time.perf_counter()
    model = peer.from_cost_matrix(costs, people, 1.0, p_facilities=SITES)
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=120))
    seconds = time.perf_counter() - start
    status = pulp.LpStatus[model.problem.status]
    return Measured(job, seconds, f"{model.problem.objective.value():,.0f}: {status}")


def main() -> None:
    """Print each job as it is done."""
    for line in measure():
        seconds = "-" if line.seconds is None else f"{line.seconds:.2f}"
        print(f"{line.job:<46}{seconds:>9} s  {line.told}", flush=True)


if __name__ == "__main__":
    main()
