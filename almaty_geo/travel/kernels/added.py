"""One place more: only the nodes that it comes nearer to are searched."""

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import compiled, inlined
from almaty_geo.travel.kernels.graph import Arcs
from almaty_geo.travel.kernels.queue import UNREACHED, Position, put, take
from almaty_geo.travel.kernels.within import Room, reached


@compiled
def nearer_nodes(
    arcs: Arcs,
    used: Room,
    key: NDArray[np.int64],
    node: NDArray[np.int32],
    cost: NDArray[np.int64],
    shift: int,
) -> int:
    """
    Find the nodes that are nearer to a new place than to any that there is.

    Parameters
    ----------
    arcs
        Against the direction of travel, where people travel to the places.
    used
        Untouched; afterwards ``best`` holds the cost of each node that comes nearer, and
        ``touched`` starts with those nodes. `untouch` undoes it.
    key
        As `nearest_of_nodes` gives it; not changed.
    node, cost
        Nodes beside the new place, -1 for none, and what they cost, shape (2,).
    shift
        As for the keys.

    Returns
    -------
    count
        How many nodes come nearer.
    """
    # Fields are taken out of tuples once: each time counts references.
    first, arc, best, touched = arcs.first, arcs.arc, used.best, used.touched
    head, link, bits = used.waiting.head, used.waiting.link, used.waiting.bits
    mask, live, count, bucket = len(head) - 1, 0, 0, 0
    for end in range(2):
        if node[end] >= 0 and _nearer(best, key, node[end], cost[end], shift):
            count = reached(best, touched, node[end], cost[end], count)
            live += put(head, link, node[end], (cost[end] >> bits) & mask)
    while live > 0:
        here = take(head, link, bucket)
        while here >= 0:
            live -= 1
            so_far = best[np.uint32(here)]
            for at in range(np.uint32(first[here]), np.uint32(first[here + 1])):
                there, new = np.uint32(arc[at, 0]), so_far + arc[at, 1]
                if _nearer(best, key, there, new, shift):
                    count = reached(best, touched, there, new, count)
                    live += put(head, link, there, (new >> bits) & mask)
            here = take(head, link, bucket)
        bucket = (bucket + 1) & mask
    return count


@compiled
def untouch(used: Room, count: int) -> None:
    """Leave the room as it was before a search reached nodes."""
    for at in range(count):
        used.best[used.touched[at]] = UNREACHED


@inlined
def _nearer(
    best: NDArray[np.int64], key: NDArray[np.int64], node: Position, cost: int, shift: int
) -> bool:
    """Return whether a cost is less than any so far; of equals, the place that was there counts."""
    return bool(cost < best[node] and cost < key[node] >> shift)
