"""
Measure provision against its peers: who seats how many, at what way, in what time.

The same instance goes to each engine in turn, several times; the median counts. A peer that is not
installed is named. Timings depend on the machine and are printed, never asserted.

    python scripts/benchmarks/provision.py [--repeats 3] [--blocks 40000] [--schools 270]
"""

import argparse
import importlib
import importlib.util
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.plan import bundled, open_plan
from almaty_geo.plan.provisions import ground
from almaty_geo.provision import Instance, assign, ranks
from almaty_geo.provision.instance import Objective

LIMIT_M = 2000.0


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine answers."""

    seated: int
    """Pupils with a seat within the limit."""

    walk_m: float
    """Mean way of those."""

    proof: str
    """What it says of its answer."""


@dataclass(frozen=True, eq=False)
class Case:
    """An instance that every engine solves."""

    name: str
    """What is measured."""

    instance: Instance
    """Pupils, seats, and the pairs within the limit."""

    engines: Mapping[str, Callable[[Instance], Result]]
    """Who solves it."""


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


def cases(blocks: int, schools: int) -> tuple[Case, ...]:
    """Return what is measured, with the engines that are there."""
    peers: dict[str, Callable[[Instance], Result]] = {}
    if _is_there("objectnat"):
        peers["ObjectNat"] = objectnat
    planned: dict[str, Callable[[Instance], Result]] = {
        "ours, seats-first": ours("seats-first"),
        "ours, least-walk": ours("least-walk"),
        "ours, fair": ours("fair"),
        "ours, nearest-first": ours("nearest-first"),
        "scipy, largest flow": most_seated,
        **peers,
    }
    dense: dict[str, Callable[[Instance], Result]] = {"ours, least-walk": ours("least-walk")}
    if _is_there("ot"):
        dense["POT"] = pot
    return (
        Case("Almaty, one shift", almaty(1), planned),
        Case("Almaty, shifts as they are", almaty(None), planned),
        Case(f"invented, {blocks} blocks x {schools}", invented(blocks, schools), dense),
    )


def _is_there(module: str) -> bool:
    """Return whether a peer is installed; say so where it is not."""
    there = importlib.util.find_spec(module) is not None
    if not there:
        print(f"not installed, so not measured: {module}")
    return there


def measured(case: Case, repeats: int) -> dict[str, tuple[Result, float]]:
    """Return each engine's answer and its median seconds; engines take turns."""
    times: dict[str, list[float]] = {name: [] for name in case.engines}
    answers: dict[str, Result] = {}
    for _ in range(repeats):
        for name, engine in case.engines.items():
            start = time.perf_counter()
            answers[name] = engine(case.instance)
            times[name].append(time.perf_counter() - start)
    return {name: (answers[name], statistics.median(each)) for name, each in times.items()}


def main() -> None:
    """Print a table for each case: seated, mean way, proof, median seconds, ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("repeats", 3), ("blocks", 40_000), ("schools", 270)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given: Any = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {Path(__file__).name}")
    for case in cases(given.blocks, given.schools):
        print(f"\n{case.name}: {int(case.instance.pupils.sum()):,} pupils")
        print(f"{'engine':<24}{'seated':>9}{'mean m':>10}{'median s':>10}{'ratio':>8}  proof")
        found = measured(case, given.repeats)
        first = next(iter(found.values()))[1]
        for name, (answer, seconds) in found.items():
            line = f"{name:<24}{answer.seated:>9,}{answer.walk_m:>10.1f}{seconds:>10.3f}"
            print(f"{line}{seconds / first:>8.2f}  {answer.proof}", flush=True)


if __name__ == "__main__":
    main()
