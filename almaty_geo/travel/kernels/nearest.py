"""The nearest place of every node, and which place that is."""

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import compiled
from almaty_geo.travel.kernels.graph import Arcs
from almaty_geo.travel.kernels.queue import UNREACHED, Queue, put, queue, take


def nearest_of_nodes(
    arcs: Arcs, node: NDArray[np.int32], cost: NDArray[np.int64], *, shift: int
) -> NDArray[np.int64]:
    """
    Find the nearest place of every node.

    Parameters
    ----------
    arcs
        Against the direction of travel, where people travel to the places.
    node, cost
        Nodes that each of p places joins and what that costs, -1 for none, shape (p, 2).
    shift
        Bits that hold the position of a place, or more.

    Returns
    -------
    key
        Cost times 2 ** shift, plus the position of the place, shape (n,); `UNREACHED` where there
        is none. So the lesser key is the nearer place, and the first one among equals.
    """
    key = np.full(len(arcs.first) - 1, UNREACHED, dtype=np.int64)
    waiting = queue(arcs, costliest=int(cost.max(initial=0)))
    _spread_out(arcs, waiting, key, node, cost, shift)
    return key


@compiled
def settle(arcs: Arcs, waiting: Queue, key: NDArray[np.int64], live: int, shift: int) -> None:
    """Search on until nobody waits; each of `live` waiting nodes has its key."""
    # Fields are taken out of tuples once: each time counts references.
    first, arc, head, link = arcs.first, arcs.arc, waiting.head, waiting.link
    bits, mask = shift + waiting.bits, len(head) - 1
    bucket = 0
    while live > 0:
        node = take(head, link, bucket)
        while node >= 0:
            live -= 1
            here = key[np.uint32(node)]
            for at in range(np.uint32(first[node]), np.uint32(first[node + 1])):
                there = np.uint32(arc[at, 0])
                new = here + (np.int64(arc[at, 1]) << shift)
                if new < key[there]:
                    key[there] = new
                    live += put(head, link, there, (new >> bits) & mask)
            node = take(head, link, bucket)
        bucket = (bucket + 1) & mask


@compiled
def _spread_out(
    arcs: Arcs,
    waiting: Queue,
    key: NDArray[np.int64],
    node: NDArray[np.int32],
    cost: NDArray[np.int64],
    shift: int,
) -> None:
    """Let the nodes beside each place wait, then search."""
    live = 0
    head, link = waiting.head, waiting.link
    bits, mask = shift + waiting.bits, len(head) - 1
    for place in range(len(node)):
        for end in range(2):
            at = node[place, end]
            new = (cost[place, end] << shift) + place
            if at >= 0 and new < key[at]:
                key[at] = new
                live += put(head, link, at, (new >> bits) & mask)
    settle(arcs, waiting, key, live, shift)
