"""How places hang on a graph: the nodes that each leads to and is led to from, at what cost."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, Network
from almaty_geo.travel.kernels import Graph, Lists, lists
from almaty_geo.travel.reach import Unit
from almaty_geo.travel.snapping import Snapped

HAIR_MS = 1e-3
"""What floating point may add to a time: a microsecond."""


class Joined(NamedTuple):
    """
    Places of one side on a graph; costs are whole millimetres or milliseconds.

    A place at the very end of an edge is at the node: it may leave and be reached there even
    against a one-way street.
    """

    node: NDArray[np.int32]
    """The nodes at both ends of each place's edge, -1 where the mode cannot get there, (p, 2)."""

    cost: NDArray[np.int64]
    """Between place and node, the leg off the street included, shape (p, 2)."""

    edge: NDArray[np.intp]
    """Position of the edge, -1 for none, shape (p,)."""

    at: NDArray[np.int64]
    """How far along it, shape (p,)."""

    leg: NDArray[np.int64]
    """The leg off the street, shape (p,)."""

    def only(self, rows: NDArray[np.intp]) -> "Joined":
        """Return some of the places."""
        return Joined(
            self.node[rows], self.cost[rows], self.edge[rows], self.at[rows], self.leg[rows]
        )

    def by_node(self, nodes: int) -> Lists:
        """Return the places that hang on each of n nodes."""
        place, end = np.nonzero(self.node >= 0)
        return lists(
            self.node[place, end].astype(np.int64),
            place.astype(np.int32),
            self.cost[place, end],
            nodes,
        )


def join(
    network: Network, graph: Graph, snapped: Snapped, *, unit: Unit, leg_m_per_min: float, out: bool
) -> Joined:
    """
    Hang places on a graph.

    Parameters
    ----------
    network, graph
        Streets, and as one mode travels them.
    snapped
        Where the places join them.
    unit
        Metres or minutes.
    leg_m_per_min
        How fast people get from a place to its street.
    out
        Whether people travel from these places, or to them.

    Returns
    -------
    joined
        Row for row.
    """
    known = snapped.edge >= 0
    chosen = snapped.edge[known]
    cost, length = np.ones((2, len(known)), dtype=np.int64)
    direction = np.zeros(len(known), dtype=np.int8)
    ends = np.full((len(known), 2), -1, dtype=np.int32)
    cost[known], length[known] = graph.cost[chosen], network.length_mm[chosen]
    direction[known], ends[known] = graph.direction[chosen], graph.rank[network.ends[chosen]]
    at = -(-cost * snapped.along_mm // length)
    leg = leg_cost(snapped.off_mm, unit=unit, m_per_min=leg_m_per_min)
    ahead, back = np.isin(direction, (BOTH, FORWARD)), np.isin(direction, (BOTH, BACKWARD))
    to_first, to_second = (back, ahead) if out else (ahead, back)
    open_ = np.stack([known & (to_first | (at == 0)), known & (to_second | (at == cost))], axis=1)
    ways = np.stack([at, cost - at], axis=1) + leg[:, None]
    return Joined(
        node=np.where(open_, ends, -1).astype(np.int32),
        cost=np.where(open_, ways, 0),
        edge=snapped.edge,
        at=at,
        leg=leg,
    )


def along_edge(
    origins: Joined, destinations: Joined, graph: Graph
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """
    Find pairs of places on one edge, without a node between.

    Parameters
    ----------
    origins, destinations
        Places of both sides.
    graph
        Says how edges may be travelled.

    Returns
    -------
    one, other
        Positions of origins and destinations.
    cost
        The way along the edge, both legs included.
    """
    one, other = _on_same_edge(origins.edge, destinations.edge)
    step = destinations.at[other] - origins.at[one]
    direction = graph.direction[origins.edge[one]]
    open_ = (
        (step == 0)
        | ((step > 0) & np.isin(direction, (BOTH, FORWARD)))
        | ((step < 0) & np.isin(direction, (BOTH, BACKWARD)))
    )
    one, other, step = one[open_], other[open_], np.abs(step[open_])
    return one, other, origins.leg[one] + step + destinations.leg[other]


def leg_cost(mm: NDArray[np.int64], *, unit: Unit, m_per_min: float) -> NDArray[np.int64]:
    """Return what ways off the streets cost, rounded up, of whole millimetres."""
    if unit == "m":
        return mm
    return np.asarray(np.ceil(mm * (60 / m_per_min) - HAIR_MS), dtype=np.int64)


def _on_same_edge(
    few: NDArray[np.intp], many: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every pair of positions that share an edge."""
    order = np.argsort(many, kind="stable")
    start = np.searchsorted(many[order], few, side="left")
    stop = np.searchsorted(many[order], few, side="right")
    count = np.where(few >= 0, stop - start, 0)
    one = np.repeat(np.arange(len(few)), count)
    within = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    return one, order[np.repeat(start, count) + within]
