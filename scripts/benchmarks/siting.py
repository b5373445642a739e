"""
Measure siting: 22 of 2,000 sites on a city, and p-median on networks of 900 nodes.

The exact solvers of the same coverage are the peers: HiGHS, as scipy brings it, on the plain
integer programme, and spopt with CBC where it is installed. Ours must prove a gap of half a per
cent. The p-medians are proven and held against nobody.

    python scripts/benchmarks/siting.py [--repeats 3]
"""

import importlib
import importlib.util
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import KDTree

sys.path.insert(0, str(Path(__file__).parents[2]))

from almaty_geo.siting import Search, Siting, cover, mean
from scripts.benchmarks.rows import CLOCKS, Row, asked, in_turn, tell

LAYERS = Path(__file__).parents[2] / "layers"
REACH_M = 500
DETOUR = 1.3
SITES = 22
CANDIDATES = 2_000
NODES = 900
GAP = 0.005
"""That has to be proven."""

SHARE = 0.1
"""Of an exact solver's time that this may take."""

LIMIT_S = 120
"""Seconds after which a peer is stopped."""

GB_PER_KB = 2**-20
Floats = NDArray[np.float64]


def measured(repeats: int, clock: str, *, quick: bool) -> Iterator[Row]:
    """Yield coverage against exact solvers, which run once, then p-medians, each proven once."""
    covers, people, already = city()
    sites = 3 if quick else SITES

    def asked_for(search: Search) -> Siting:
        return cover(covers, people, sites, already=already, search=search)

    engines = {"gap": lambda: asked_for(Search()), "exact": lambda: asked_for(Search(exact=True))}
    found = in_turn(engines, repeats, clock=clock)
    gap, exact = found.answers["gap"], found.answers["exact"]
    case = f"{sites} of {CANDIDATES:,} sites"
    row = Row("siting, gap told", case, found.seconds["gap"], clock=clock, repeats=repeats)
    peers = {"HiGHS": highs} if quick else {"HiGHS": highs, "spopt, CBC": spopt}
    for peer, solve in peers.items():
        now = CLOCKS[clock]
        start = now()
        value, note = solve(covers[~already], people[~already], sites)
        took = None if value is None else now() - start
        right = gap.gap <= GAP and (value is None or abs(value - exact.value) < 1)
        told = f"{gap.value:,}, gap {gap.gap:.2%}; {note}"
        yield replace(row, peer=peer, theirs=took, bar=SHARE, right=right, note=told)
    took = found.seconds["exact"]
    note = f"{exact.value:,}, {exact.status}"
    yield replace(row, job="siting, proven", ours=took, right=exact.gap == 0, note=note)
    yield from medians(60 if quick else NODES, (5,) if quick else (5, 10, 90), clock)


def medians(nodes: int, counts: tuple[int, ...], clock: str) -> Iterator[Row]:
    """Yield the proven p-medians of two networks, everybody counting once."""
    now = CLOCKS[clock]
    for kind, network in (("graph", graph), ("plane", plane)):
        ways = network(nodes, seed=1)
        for count in counts:
            start = now()
            search = Search(exact=True, time_limit_s=290)
            found = mean(ways, np.ones(len(ways)), count, search=search)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * GB_PER_KB
            yield Row(
                "p-median, proven",
                f"{kind} of {nodes} nodes, p = {count}",
                now() - start,
                clock=clock,
                right=found.gap == 0,
                note=f"{found.value:,}, {found.status}, peak {peak:.1f} GB",
            )


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


def highs(covers: csr_array, people: NDArray[np.int64], sites: int) -> tuple[float | None, str]:
    """Solve the plain programme: who is covered at most as often as sites are chosen near by."""
    n, m = covers.shape
    each = coo_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
    near = hstack([-covers.astype(float), each])
    chosen = coo_array(np.concatenate([np.ones(m), np.zeros(n)])[None, :])
    most = np.concatenate([np.zeros(n), [sites]])
    found = milp(
        np.concatenate([np.zeros(m), -people.astype(float)]),
        integrality=np.concatenate([np.ones(m), np.zeros(n)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(csr_array(vstack([near, chosen])), -np.inf, most),
        options={"time_limit": LIMIT_S, "mip_rel_gap": 0},
    )
    said = str(found.message).split("(")[0].strip()
    if found.fun is None:
        return None, said
    return -float(found.fun), f"it {-float(found.fun):,.0f}, {said}"


def spopt(covers: csr_array, people: NDArray[np.int64], sites: int) -> tuple[float | None, str]:
    """Solve it by spopt's MCLP with CBC, if both are installed."""
    missing = [name for name in ("spopt", "pulp") if importlib.util.find_spec(name) is None]
    if missing:
        return None, f"{' and '.join(missing)} not installed"
    pulp = importlib.import_module("pulp")  # a peer, not a dependency
    peer = importlib.import_module("spopt.locate").MCLP
    costs = np.where(covers.toarray(), 0.0, 2.0)
    model = peer.from_cost_matrix(costs, people, 1.0, p_facilities=sites)
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=LIMIT_S))
    value = float(model.problem.objective.value())
    return value, f"it {value:,.0f}, {pulp.LpStatus[model.problem.status]}"


def main() -> None:
    """Print each job as it is done."""
    given = asked(__doc__).parse_args()
    repeats = 1 if given.quick else given.repeats
    tell(measured(repeats, given.clock, quick=given.quick), given.rows)


if __name__ == "__main__":
    main()
