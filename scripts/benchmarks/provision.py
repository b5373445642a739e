"""
Measure provision against its peers: who seats how many, at what way, in what time.

The same instance goes to each engine in turn, several times; the median counts. A peer that is not
installed is named. Timings depend on the machine and are printed, never asserted.

    python scripts/benchmarks/provision.py [--repeats 3] [--blocks 40000] [--schools 270]
"""

import importlib
import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))

from almaty_geo.plan import bundled, open_plan
from almaty_geo.plan.provisions import ground
from almaty_geo.provision import Instance, assign, ranks
from almaty_geo.provision.instance import Objective
from scripts.benchmarks.rows import Row, asked, in_turn, tell

LIMIT_M = 2000.0
ALMATY_S = 1.0
"""Seconds that the city may take."""

PROVEN = "optimal"


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine answers."""

    seated: int
    """Pupils with a seat within the limit."""

    walk_m: float
    """Mean way of those."""

    proof: str
    """What it says of its answer."""


def almaty(shifts: int | None) -> Instance:
    """Return the bundled plan's blocks and state schools, by straight line and detour index."""
    plan = open_plan(bundled())
    answer = ground(plan, "schools", basis="detour").provide(plan.scenario(), shifts=shifts)
    known = answer.seats.known[answer.destination]
    return Instance(
        pupils=answer.pupils.number,
        seats=answer.seats.offered,
        origin=answer.origin[known],
        destination=answer.destination[known],
        way=answer.way[known],
        norm=answer.norm_units,
        origin_rank=ranks(answer.demand.ids),
        destination_rank=ranks(answer.facilities.ids),
    )


def invented(blocks: int, schools: int) -> Instance:
    """Return a square town of 25 km in which every school is in reach, with 8 % seats to spare."""
    random = np.random.default_rng(3)
    homes = random.uniform(0, 25_000, (blocks, 2))
    places = random.uniform(0, 25_000, (schools, 2))
    pupils = np.maximum(1, np.round(random.gamma(1.2, 3, blocks))).astype(np.int64)
    share = random.gamma(4, 1, schools)
    seats = np.ceil(share / share.sum() * pupils.sum() * 1.08).astype(np.int64)
    apart = homes[:, None, :] - places[None, :, :]
    way = np.rint(np.hypot(apart[..., 0], apart[..., 1]) * 1300).astype(np.int64)
    return Instance(
        pupils=pupils,
        seats=seats,
        origin=np.repeat(np.arange(blocks), schools),
        destination=np.tile(np.arange(schools), blocks),
        way=way.ravel(),
        norm=500_000,
    )


def ours(objective: Objective) -> Callable[[Instance], Result]:
    """Return our engine with an objective."""

    def run(instance: Instance) -> Result:
        found = assign(instance, objective=objective)
        return _result(instance, found.flow, str(found.proof))

    return run


def objectnat(instance: Instance) -> Result:
    """Give seats by ObjectNat's service provision, over its dense matrix of ways."""
    import geopandas as gpd  # noqa: PLC0415 - only where the peer runs
    import pandas as pd  # noqa: PLC0415 - only where the peer runs
    import shapely  # noqa: PLC0415 - only where the peer runs

    matrix = _matrix(instance, beyond=1e9) / 1000
    homes, schools = (
        gpd.GeoDataFrame({name: amounts}, geometry=shapely.points(np.zeros((len(amounts), 2))))
        for name, amounts in (("demand", instance.pupils), ("capacity", instance.seats))
    )
    found = importlib.import_module("objectnat").get_service_provision(
        buildings=homes.set_crs(32643),
        services=schools.set_crs(32643),
        distance_matrix=pd.DataFrame(matrix, index=homes.index, columns=schools.index),
        threshold=LIMIT_M,
    )
    within = found.demand_rows["supplied_demands_within"]
    return Result(int(within.sum()), float("nan"), "none")


def pot(instance: Instance) -> Result:
    """Transport pupils to seats by POT's network simplex; spare seats take from a block of air."""
    spare = int(instance.seats.sum() - instance.pupils.sum())
    matrix = np.vstack([_matrix(instance, beyond=1e9) / 1000, np.zeros((1, instance.schools))])
    pupils = np.append(instance.pupils, spare).astype(float)
    cost, log = importlib.import_module("ot").emd2(
        pupils, instance.seats.astype(float), matrix, numItermax=50_000_000, log=True
    )
    seated = int(instance.pupils.sum())
    return Result(seated, float(cost) / seated, str(log.get("warning") or "says optimal"))


def most_seated(instance: Instance) -> Result:
    """Return how many can be seated, by scipy's largest flow; it says nothing of the way."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - only where the peer runs
    from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415 - only where the peer runs

    blocks, schools = instance.blocks, instance.schools
    start, end = blocks + schools, blocks + schools + 1
    tail = [np.full(blocks, start), instance.origin, blocks + np.arange(schools)]
    head = [np.arange(blocks), blocks + instance.destination, np.full(schools, end)]
    room = np.concatenate([instance.pupils, instance.pupils[instance.origin], instance.seats])
    edges = (room.astype(np.int32), (np.concatenate(tail), np.concatenate(head)))
    graph = coo_array(edges, shape=(end + 1, end + 1)).tocsr()
    return Result(int(maximum_flow(graph, start, end).flow_value), float("nan"), "largest flow")


def _matrix(instance: Instance, *, beyond: float) -> NDArray[np.float64]:
    """Return all ways in millimetres, shape (n, m); ``beyond`` where there is none in reach."""
    matrix = np.full((instance.blocks, instance.schools), beyond)
    matrix[instance.origin, instance.destination] = instance.way
    return matrix


def _result(instance: Instance, flow: NDArray[np.int64], proof: str) -> Result:
    seated = int(flow.sum())
    return Result(seated, float((flow * instance.way).sum()) / max(seated, 1) / 1000, proof)


def planned(shifts: int | None, repeats: int, clock: str) -> Iterator[Row]:
    """Yield Almaty's pupils and seats: ours by the clock, and against ObjectNat."""
    instance = almaty(shifts)
    case = f"Almaty, {'shifts as they are' if shifts is None else 'one shift'}"
    engines = {"ours": ours("seats-first"), "scipy": most_seated}
    there = importlib.util.find_spec("objectnat") is not None
    if there:
        engines["ObjectNat"] = objectnat
    found = in_turn(
        {name: partial(run, instance) for name, run in engines.items()}, repeats, clock=clock
    )
    mine, most = found.answers["ours"], found.answers["scipy"]
    row = Row("assignment, certified", case, found.seconds["ours"], clock=clock, repeats=repeats)
    told = f"{mine.seated:,} seated, mean {mine.walk_m:.0f} m, {mine.proof}"
    proven = mine.seated == most.seated and mine.proof == PROVEN
    yield replace(row, bar=ALMATY_S, right=proven, note=told)
    yield replace(
        row,
        peer="scipy, largest flow",
        theirs=found.seconds["scipy"],
        right=mine.seated == most.seated,
        note=f"seats {most.seated:,}, says nothing of the way",
    )
    if there:
        other = found.answers["ObjectNat"]
        took, better = found.seconds["ObjectNat"], mine.seated > other.seated
        note = f"ours seats {mine.seated:,}, it {other.seated:,}"
        yield replace(row, peer="ObjectNat", theirs=took, bar=0.1, right=better, note=note)
    else:
        yield replace(row, peer="ObjectNat", bar=0.1, note="objectnat is not installed")


def dense(blocks: int, schools: int, repeats: int, *, clock: str, peer: bool) -> Iterator[Row]:
    """Yield an invented town in which every school is in reach: ours, maybe against POT."""
    instance = invented(blocks, schools)
    engines = {"ours": ours("least-walk")}
    there = importlib.util.find_spec("ot") is not None
    if peer and there:
        engines["POT"] = pot
    found = in_turn(
        {name: partial(run, instance) for name, run in engines.items()}, repeats, clock=clock
    )
    mine = found.answers["ours"]
    row = Row(
        "assignment, every pair",
        f"invented, {blocks:,} × {schools}",
        found.seconds["ours"],
        clock=clock,
        repeats=repeats,
        right=mine.proof == PROVEN,
        size=blocks,
        note=f"mean {mine.walk_m:.2f} m, {mine.proof}",
    )
    if not peer:
        yield row
    elif there:
        other = found.answers["POT"]
        same = row.right and mine.walk_m <= other.walk_m + 0.005  # ours is in whole millimetres
        note = f"{row.note}; POT's mean {other.walk_m:.2f} m, {other.proof}"
        took = found.seconds["POT"]
        yield replace(row, peer="POT", theirs=took, bar=0.6, right=same, note=note)
    else:
        yield replace(row, peer="POT", bar=0.6, note=f"{row.note}; POT is not installed")


def main() -> None:
    """Print a line for each case and peer."""
    parser = asked(__doc__)
    for name, usual in (("blocks", 40_000), ("schools", 270)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    blocks, schools, repeats = given.blocks, given.schools, given.repeats
    if given.quick:
        blocks, schools, repeats = 2_000, 40, 1

    def rows() -> Iterator[Row]:
        for shifts in (1, None):
            yield from planned(shifts, repeats, given.clock)
        for part in (4, 2, 1):
            few = 1 if part > 1 else min(repeats, 2)
            yield from dense(blocks // part, schools, few, clock=given.clock, peer=part == 1)

    tell(rows(), given.rows)


if __name__ == "__main__":
    main()
