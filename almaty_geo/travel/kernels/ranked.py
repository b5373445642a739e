"""The k nearest places of every node, nearest first."""

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import compiled, inlined
from almaty_geo.travel.kernels.graph import Arcs
from almaty_geo.travel.kernels.queue import UNREACHED
from almaty_geo.travel.kernels.within import Lists

ROOM = 1 << 12


def nearest_few_of_nodes(
    arcs: Arcs, node: NDArray[np.int32], cost: NDArray[np.int64], *, k: int, shift: int
) -> NDArray[np.int64]:
    """
    Find the k nearest places of every node.

    Parameters
    ----------
    arcs
        Against the direction of travel, where people travel to the places.
    node, cost
        Nodes that each of p places joins and what that costs, -1 for none, shape (p, 2).
    k
        How many.
    shift
        Bits that hold the position of a place, or more.

    Returns
    -------
    key
        Cost times 2 ** shift, plus the position of the place, ascending, shape (n, k);
        `UNREACHED` where there are fewer.
    """
    key = np.full((len(arcs.first) - 1, k), UNREACHED, dtype=np.int64)
    _settle_ranked(arcs, node, cost, key, shift)
    return key


@compiled
def _settle_ranked(
    arcs: Arcs,
    node: NDArray[np.int32],
    cost: NDArray[np.int64],
    key: NDArray[np.int64],
    shift: int,
) -> None:
    """Search from all places at once; a node is settled once for each of its k nearest."""
    heap = np.empty(ROOM, dtype=np.int64)
    at = np.empty(ROOM, dtype=np.int32)
    settled = np.zeros(len(key), dtype=np.int32)
    first, towards = arcs.first, arcs.arc
    size = 0
    for place in range(len(node)):
        for end in range(2):
            if node[place, end] >= 0:
                new = (cost[place, end] << shift) + place
                heap, at, size = _push(heap, at, size, new, node[place, end])
    while size > 0:
        here, new = at[0], heap[0]
        size = _pop(heap, at, size)
        if not _settles(key[here], settled[here], new, shift):
            continue
        key[here, settled[here]] = new
        settled[here] += 1
        for arc in range(first[here], first[here + 1]):
            there = towards[arc, 0]
            on = new + (np.int64(towards[arc, 1]) << shift)
            if _settles(key[there], settled[there], on, shift):
                heap, at, size = _push(heap, at, size, on, there)


@inlined
def _settles(row: NDArray[np.int64], settled: int, key: int, shift: int) -> bool:
    """Return whether a node has room for a place, and does not have that place yet."""
    if settled == len(row):
        return False
    mask = (1 << shift) - 1
    found = False
    for rank in range(settled):
        found = found or row[rank] & mask == key & mask
    return not found


@compiled
def merge_ranked(
    key: NDArray[np.int64],
    node: NDArray[np.int32],
    cost: NDArray[np.int64],
    beside: Lists,
    best: NDArray[np.int64],
    shift: int,
) -> None:
    """
    Put together what each place reaches by its two nodes and without a node.

    Parameters
    ----------
    key
        As `nearest_few_of_nodes` gives it, shape (n, k).
    node, cost
        Nodes that each of p places leaves by, -1 for none, and what that costs, shape (p, 2).
    beside
        Places that each reaches without a node.
    best
        `UNREACHED`, shape (p, k); afterwards the keys of each place, ascending.
    shift
        As for the keys.
    """
    for place in range(len(best)):
        for end in range(2):
            if node[place, end] >= 0:
                for new in key[node[place, end]]:
                    if new < UNREACHED:
                        _insert(best[place], new + (cost[place, end] << shift), shift)
        for at in range(beside.first[place], beside.first[place + 1]):
            _insert(best[place], (beside.cost[at] << shift) + beside.place[at], shift)


@compiled
def _insert(row: NDArray[np.int64], key: int, shift: int) -> None:
    """Put a key in its place in an ascending row, unless its destination is there for less."""
    mask = (1 << shift) - 1
    last = len(row) - 1
    for rank in range(len(row)):
        if row[rank] < UNREACHED and row[rank] & mask == key & mask:
            last = rank
            break
    if key >= row[last]:
        return
    while last > 0 and row[last - 1] > key:
        row[last] = row[last - 1]
        last -= 1
    row[last] = key


@compiled
def _push(
    heap: NDArray[np.int64], at: NDArray[np.int32], size: int, key: int, node: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
    """Put a node on the heap, which grows if it must."""
    if size == len(heap):
        wider, further = np.empty(2 * size, dtype=np.int64), np.empty(2 * size, dtype=np.int32)
        wider[:size], further[:size] = heap, at
        heap, at = wider, further
    child = size
    while child > 0 and heap[(child - 1) >> 1] > key:
        heap[child], at[child] = heap[(child - 1) >> 1], at[(child - 1) >> 1]
        child = (child - 1) >> 1
    heap[child], at[child] = key, node
    return heap, at, size + 1


@compiled
def _pop(heap: NDArray[np.int64], at: NDArray[np.int32], size: int) -> int:
    """Take the least key off the heap; return how many are left."""
    size -= 1
    key, node = heap[size], at[size]
    parent = 0
    while 2 * parent + 1 < size:
        child = 2 * parent + 1
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[parent], at[parent] = heap[child], at[child]
        parent = child
    heap[parent], at[parent] = key, node
    return size
