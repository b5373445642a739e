"""Traffic that chooses its way: nobody gets there sooner by another one (Wardrop).

The assignment is AequilibraE's (optional), by Frank and Wolfe; the gap that is told is reckoned
here anew, from its volumes.
"""

import contextlib
import io
import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from almaty_geo.errors import DataError, UsageError

GAP = 1e-4
ROUNDS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """
    Directed roads between n places, a of them.

    Minutes on a road with v vehicles are ``free * (1 + alpha * (v / capacity) ** beta)``, the
    formula of the Bureau of Public Roads (Traffic Assignment Manual, 1964).
    """

    tail: NDArray[np.int64]
    """Where each starts, shape (a,)."""

    head: NDArray[np.int64]
    """Where each ends, shape (a,)."""

    free_min: NDArray[np.float64]
    """Minutes on the empty road, above 0, shape (a,)."""

    capacity: NDArray[np.float64]
    """Vehicles in the time that demand counts them in, above 0, shape (a,)."""

    alpha: NDArray[np.float64]
    """How much longer at capacity, shape (a,); 0 where queues do not matter."""

    beta: NDArray[np.float64]
    """How sharply minutes grow, shape (a,)."""

    def minutes(self, vehicles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the minutes on each road, shape (a,)."""
        full = vehicles / self.capacity
        return np.asarray(self.free_min * (1 + self.alpha * full**self.beta), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Roads with their traffic."""

    vehicles: NDArray[np.float64]
    """On each road, shape (a,)."""

    minutes: NDArray[np.float64]
    """On each road with that traffic, shape (a,)."""

    gap: float
    """How far from an equilibrium; see `relative_gap`."""

    @property
    def hours(self) -> float:
        """Hours that all vehicles spend together."""
        return float((self.vehicles * self.minutes).sum()) / 60


def equilibrium(
    roads: Roads,
    demand: NDArray[np.float64],
    zones: NDArray[np.int64],
    *,
    gap: float = GAP,
    rounds: int = ROUNDS,
) -> Loaded:
    """
    Return the traffic of which nobody would be sooner by another way.

    Parameters
    ----------
    roads
        Roads.
    demand
        Vehicles from zone to zone, shape (z, z).
    zones
        Place of each zone, shape (z,).
    gap
        At which the search stops.
    rounds
        After which it stops anyhow.

    Returns
    -------
    loaded
        With its own gap, which may be larger than the one asked for.

    Raises
    ------
    DataError
        If no road leads from a zone to one that vehicles go to.
    UsageError
        If AequilibraE is not installed.
    """
    _connected(roads, demand, zones)
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")  # the engine's own, about the libraries that it uses
        vehicles = _assigned(roads, demand, zones, gap=gap, rounds=rounds)
    return Loaded(vehicles, roads.minutes(vehicles), relative_gap(roads, vehicles, demand, zones))


def relative_gap(
    roads: Roads,
    vehicles: NDArray[np.float64],
    demand: NDArray[np.float64],
    zones: NDArray[np.int64],
) -> float:
    r"""
    Return how far traffic is from an equilibrium.

    .. math:: g = \frac{\sum_a v_a t_a - \sum_{rs} q_{rs} u_{rs}}{\sum_a v_a t_a}

    with vehicles v and minutes t of roads, demand q and the fastest way u at these minutes; 0 where
    everybody has the fastest way.
    """
    minutes = roads.minutes(vehicles)
    spent = float((vehicles * minutes).sum())
    if not spent:
        return 0.0
    wanted = demand > 0
    least = float((demand[wanted] * _fastest(roads, minutes, zones)[wanted]).sum())
    return (spent - least) / spent


def _fastest(
    roads: Roads, minutes: NDArray[np.float64], zones: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the fastest ways from zone to zone, shape (z, z); of parallel roads the faster."""
    order = np.lexsort((minutes, roads.head, roads.tail))
    pair = np.stack([roads.tail[order], roads.head[order]], axis=1)
    kept = order[np.unique(pair, axis=0, return_index=True)[1]]
    size = int(max(roads.tail.max(), roads.head.max(), zones.max())) + 1
    at = (roads.tail[kept], roads.head[kept])
    way = dijkstra(csr_array((minutes[kept], at), shape=(size, size)), indices=zones)
    return np.asarray(way[:, zones], dtype=np.float64)


def _connected(roads: Roads, demand: NDArray[np.float64], zones: NDArray[np.int64]) -> None:
    way = _fastest(roads, roads.free_min, zones)
    lost = np.argwhere((demand > 0) & ~np.isfinite(way))
    if len(lost):
        start, end = (int(at) for at in lost[0])
        raise DataError(f"No road leads from zone {start} to zone {end}, to which vehicles go.")


def _assigned(
    roads: Roads,
    demand: NDArray[np.float64],
    zones: NDArray[np.int64],
    *,
    gap: float,
    rounds: int,
) -> NDArray[np.float64]:
    """Return the engine's vehicles on each road."""
    try:
        paths: Any = import_module("aequilibrae.paths")
        matrix: Any = import_module("aequilibrae.matrix")
    except ImportError:
        raise UsageError(
            "An equilibrium of traffic needs AequilibraE: pip install 'almaty-geo[traffic]'."
        ) from None
    graph = paths.Graph()
    graph.network = pd.DataFrame(
        {
            "link_id": np.arange(1, len(roads.tail) + 1),
            "a_node": roads.tail + 1,
            "b_node": roads.head + 1,
            "direction": 1,
            "free_flow_time": roads.free_min,
            "capacity": roads.capacity,
            "alpha": roads.alpha,
            "beta": roads.beta,
        }
    )
    graph.mode = "c"
    graph.prepare_graph(zones + 1)
    graph.set_graph("free_flow_time")
    graph.set_blocked_centroid_flows(False)
    table = matrix.AequilibraeMatrix()
    table.create_empty(zones=len(zones), matrix_names=["cars"], memory_only=True)
    table.index[:] = zones + 1
    table.matrix["cars"][:] = demand
    table.computational_view(["cars"])
    assignment = paths.TrafficAssignment()
    assignment.set_classes([paths.TrafficClass("cars", graph, table)])
    assignment.set_vdf("BPR")
    assignment.set_vdf_parameters({"alpha": "alpha", "beta": "beta"})
    assignment.set_capacity_field("capacity")
    assignment.set_time_field("free_flow_time")
    assignment.set_algorithm("fw")
    assignment.set_cores(1)  # the same sums in the same order: the same bytes
    assignment.max_iter, assignment.rgap_target = rounds, gap
    assignment.execute()
    found = assignment.results()["cars_ab"].reindex(np.arange(1, len(roads.tail) + 1))
    return np.asarray(found.fillna(0.0), dtype=np.float64)
