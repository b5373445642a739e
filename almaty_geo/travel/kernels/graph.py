"""Streets as arrays that a search runs through: who is next to whom, at what cost."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import DataError
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, Mode, Network
from almaty_geo.travel.reach import Unit

COSTLIEST = 2**31 - 1
"""Most millimetres or milliseconds of one edge: 2,147 km."""

MORTON_BITS = 16


class Arcs(NamedTuple):
    """Arcs that leave each of n nodes, those of one node side by side."""

    first: NDArray[np.int32]
    """Where the arcs of each node start, shape (n + 1,)."""

    arc: NDArray[np.int32]
    """Node that each arc leads to, and its cost, shape (a, 2)."""


class Graph(NamedTuple):
    """
    A network as one mode travels it; nodes are renumbered so that neighbours lie side by side.

    Costs are whole millimetres or milliseconds.
    """

    leaving: Arcs
    """In the direction of travel."""

    arriving: Arcs
    """Against it: from a place that people travel to."""

    leaving_edge: NDArray[np.int32]
    """Edge of the network that each arc runs along, shape (a,)."""

    arriving_edge: NDArray[np.int32]
    """The same for the arcs against the direction of travel, shape (a,)."""

    rank: NDArray[np.int32]
    """New number of each node of the network, shape (n,)."""

    cost: NDArray[np.int64]
    """What each edge of the network costs, shape (m,)."""

    direction: NDArray[np.int8]
    """How each edge may be travelled, shape (m,)."""


def graph(network: Network, *, mode: Mode, unit: Unit) -> Graph:
    """
    Return a network as arrays.

    Parameters
    ----------
    network
        Streets.
    mode
        On foot or by car.
    unit
        Whether an edge costs millimetres or milliseconds.

    Returns
    -------
    graph
        Arcs of a node are sorted by the position of their edge.

    Raises
    ------
    DataError
        If an edge costs less than 1 or more than 2,147 km.
    """
    cost, direction = network.cost(mode, unit), network.direction(mode)
    allowed = np.isin(direction, (BOTH, FORWARD, BACKWARD))
    wrong = np.flatnonzero(allowed & ((cost < 1) | (cost > COSTLIEST)))
    if len(wrong):
        raise DataError(
            f"Layer {network.layer!r}, edge {wrong[0]}: costs {cost[wrong[0]]} mm or ms, which is "
            f"not from 1 to {COSTLIEST}."
        )
    rank = _rank(network.node_xy_m)
    ends = rank[network.ends].reshape(-1, 2)
    ahead = np.flatnonzero(np.isin(direction, (BOTH, FORWARD)))
    back = np.flatnonzero(np.isin(direction, (BOTH, BACKWARD)))
    edge = np.concatenate([ahead, back]).astype(np.int32)
    tail = np.concatenate([ends[ahead, 0], ends[back, 1]])
    head = np.concatenate([ends[ahead, 1], ends[back, 0]])
    leaving, leaving_edge = _arcs(tail, head, edge, cost, nodes=len(rank))
    arriving, arriving_edge = _arcs(head, tail, edge, cost, nodes=len(rank))
    return Graph(leaving, arriving, leaving_edge, arriving_edge, rank, cost, direction)


def _arcs(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    edge: NDArray[np.int32],
    cost: NDArray[np.int64],
    *,
    nodes: int,
) -> tuple[Arcs, NDArray[np.int32]]:
    """Return arcs grouped by tail, and the edge of each."""
    order = np.lexsort((edge, tail))
    first = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=nodes), out=first[1:])
    arc = np.empty((len(order), 2), dtype=np.int32)
    arc[:, 0], arc[:, 1] = head[order], cost[edge[order]]
    return Arcs(first, arc), edge[order]


def _rank(xy_m: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the place of each node along a Z-order curve: near on the ground, near in memory."""
    if not len(xy_m):
        return np.empty(0, dtype=np.int32)
    low, high = xy_m.min(axis=0), xy_m.max(axis=0)
    scale = (2**MORTON_BITS - 1) / max(float((high - low).max()), 1.0)
    cell = ((xy_m - low) * scale).astype(np.uint64)
    curve = _spread(cell[:, 0]) | (_spread(cell[:, 1]) << np.uint64(1))
    rank = np.empty(len(xy_m), dtype=np.int32)
    rank[np.argsort(curve, kind="stable")] = np.arange(len(xy_m), dtype=np.int32)
    return rank


def _spread(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers of 16 bits with a zero between every two bits."""
    for bits, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        number = (number | (number << np.uint64(bits))) & np.uint64(mask)
    return number
