"""Every place within reach of each of a few places: one cut-off search from each of the few."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import compiled, inlined
from almaty_geo.travel.kernels.graph import Arcs
from almaty_geo.travel.kernels.queue import UNREACHED, Position, Queue, put, queue, take

Number = TypeVar("Number", np.int32, np.int64)
Found = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]
THREADS = 2
FIRST_FEW = 32
MUCH = 200_000
"""Pairs that are worth a second thread."""

FIRST_ROOM = 1 << 12
SPARE = 1.25
"""Room for pairs at first, as a share of what the first few make likely."""


class Lists(NamedTuple):
    """For each of a number of things, a list of places with what each costs."""

    first: NDArray[np.int64]
    """Where each list starts; one more than there are things."""

    place: NDArray[np.int32]
    """Positions of places."""

    cost: NDArray[np.int64]
    """Millimetres or milliseconds."""


class Few(NamedTuple):
    """Places that are searched from."""

    node: NDArray[np.int32]
    """Nodes that each joins, -1 for none, shape (p, 2)."""

    cost: NDArray[np.int64]
    """What that costs, shape (p, 2)."""

    beside: Lists
    """Places of the other side that each reaches without a node: along its own edge, or across
    its own block."""


def lists(
    thing: NDArray[np.int64], place: NDArray[np.int32], cost: NDArray[np.int64], n: int
) -> Lists:
    """
    Return places listed by the thing that they belong to.

    Parameters
    ----------
    thing, place, cost
        One entry each, shape (p,).
    n
        Number of things.

    Returns
    -------
    lists
        Each in the order given.
    """
    order = np.argsort(thing, kind="stable")
    first = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(thing, minlength=n), out=first[1:])
    return Lists(first, place[order].astype(np.int32), cost[order].astype(np.int64))


def within(
    arcs: Arcs, few: Few, many: Lists, *, places: int, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """
    Find every pair of one of few and one of many places within reach.

    Parameters
    ----------
    arcs
        In the direction of travel if people travel from the few, else against it.
    few
        Where searches start.
    many
        Places that each node joins, with what that costs; lists of all n nodes.
    places
        How many the many are.
    limit
        Most that a pair may cost, in millimetres or milliseconds.

    Returns
    -------
    first
        Where the pairs of each of the few start, shape (few + 1,).
    place
        The one of the many, shape (pairs,); in no order that means anything, though always in the
        same.
    cost
        Shape (pairs,).
    """
    size, costliest = len(few.node), int(few.cost.max(initial=0))

    def desk() -> Desk:
        return _desk(room(arcs, costliest=costliest), places)

    # Threads cost more than a small search: the first few tell how much there is to do.
    tried, here = min(FIRST_FEW, size), desk()
    found = [_block(arcs, here, few, many, (0, tried, limit, FIRST_ROOM))]
    left = len(found[0][1]) * (size - tried) / max(tried, 1)
    desks = [here, *(desk() for _ in range(1, THREADS if left > MUCH else 1))]
    cuts = np.linspace(tried, size, len(desks) + 1).astype(int).tolist()
    room_each = int(left / len(desks) * SPARE) + FIRST_ROOM

    def block(at: Desk, start: int, stop: int) -> Found:
        return _block(arcs, at, few, many, (start, stop, limit, room_each))

    if len(desks) > 1:
        with ThreadPoolExecutor(len(desks)) as threads:
            found += threads.map(block, desks, cuts[:-1], cuts[1:])
    elif size > tried:
        found.append(block(here, tried, size))
    counts = np.concatenate([np.zeros(1, dtype=np.int64), *(part[0] for part in found)])
    return (
        np.cumsum(counts),
        np.concatenate([part[1] for part in found]),
        np.concatenate([part[2] for part in found]),
    )


class Room(NamedTuple):
    """What searches use again and again; each leaves it as it was."""

    best: NDArray[np.int64]
    """Cost of each node, `UNREACHED` between searches, shape (n,)."""

    touched: NDArray[np.int32]
    """Nodes that were reached, shape (n,)."""

    waiting: Queue
    """Empty between searches."""


def room(arcs: Arcs, *, costliest: int) -> Room:
    """Return untouched room for searches; both as `queue` takes them."""
    nodes = len(arcs.first) - 1
    return Room(
        np.full(nodes, UNREACHED, dtype=np.int64),
        np.empty(nodes, dtype=np.int32),
        queue(arcs, costliest=costliest),
    )


class Desk(NamedTuple):
    """What one thread works at."""

    used: Room
    """For its searches."""

    least: NDArray[np.int64]
    """What each of the many costs, `UNREACHED` between searches, shape (places,)."""

    seen: NDArray[np.int32]
    """Those of the many that were reached, shape (places,)."""


def _desk(used: Room, places: int) -> Desk:
    """Return a desk with nothing on it."""
    least = np.full(places, UNREACHED, dtype=np.int64)
    return Desk(used, least, np.empty(places, dtype=np.int32))


@compiled
def search(
    arcs: Arcs, used: Room, node: NDArray[np.int32], cost: NDArray[np.int64], limit: int
) -> int:
    """
    Find what every node within reach of one place costs.

    Parameters
    ----------
    arcs
        What is searched.
    used
        Untouched; afterwards ``best`` and the start of ``touched`` tell what was reached.
    node, cost
        Nodes beside the place, -1 for none, and what they cost, shape (2,).
    limit
        Most that a node may cost.

    Returns
    -------
    count
        How many nodes were reached.
    """
    # Fields are taken out of tuples once: each time counts references.
    first, arc, best, touched = arcs.first, arcs.arc, used.best, used.touched
    head, link, bits = used.waiting.head, used.waiting.link, used.waiting.bits
    mask, live, count, bucket = len(head) - 1, 0, 0, 0
    for end in range(2):
        there, new = node[end], cost[end]
        if there >= 0 and new <= limit and new < best[there]:
            count = reached(best, touched, there, new, count)
            live += put(head, link, there, (new >> bits) & mask)
    while live > 0:
        here = take(head, link, bucket)
        while here >= 0:
            live -= 1
            so_far = best[np.uint32(here)]
            for at in range(np.uint32(first[here]), np.uint32(first[here + 1])):
                there, new = np.uint32(arc[at, 0]), so_far + arc[at, 1]
                if new <= limit and new < best[there]:
                    count = reached(best, touched, there, new, count)
                    live += put(head, link, there, (new >> bits) & mask)
            here = take(head, link, bucket)
        bucket = (bucket + 1) & mask
    return count


@inlined
def reached(
    best: NDArray[np.int64], touched: NDArray[np.int32], node: Position, cost: int, count: int
) -> int:
    """Note what a node costs; return how many were reached by now."""
    at = np.uint32(node)
    if best[at] == UNREACHED:
        touched[np.uint32(count)] = node
        count += 1
    best[at] = cost
    return count


@compiled
def _block(
    arcs: Arcs, desk: Desk, few: Few, many: Lists, bounds: tuple[int, int, int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the number of pairs of each of some of the few, and the pairs."""
    start, stop, limit, likely = bounds
    counts = np.zeros(stop - start, dtype=np.int64)
    place = np.empty(likely, dtype=np.int32)
    cost = np.empty(likely, dtype=np.int64)
    used, least, seen = desk.used, desk.least, desk.seen
    best, touched = used.best, used.touched
    hung = many.first, many.place, many.cost
    beside = few.beside.first, few.beside.place, few.beside.cost
    full = 0
    for one in range(start, stop):
        reached = search(arcs, used, few.node[one], few.cost[one], limit)
        count = _gather(beside, one, 0, limit, least, seen, 0)
        for at in range(np.uint32(reached)):
            node = np.uint32(touched[at])
            count = _gather(hung, node, best[node], limit, least, seen, count)
            best[node] = UNREACHED
        while full + count > len(place):
            place, cost = _wider(place), _wider(cost)
        for at in range(np.uint32(count)):
            other, to = np.uint32(seen[at]), np.uint64(full) + at
            place[to] = seen[at]
            cost[to] = least[other]
            least[other] = UNREACHED
        counts[one - start] = count
        full += count
    return counts, place[:full], cost[:full]


@inlined
def _gather(  # noqa: PLR0913, PLR0917 - arrays of one search
    listed: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]],
    thing: Position,
    so_far: int,
    limit: int,
    least: NDArray[np.int64],
    seen: NDArray[np.int32],
    count: int,
) -> int:
    """Note what the places of a list cost by way of it; return how many are noted by now."""
    first, place, cost = listed
    row = np.uint32(thing)
    for at in range(np.uint64(first[row]), np.uint64(first[np.uint32(row + 1)])):
        other, new = np.uint32(place[at]), so_far + cost[at]
        if new <= limit and new < least[other]:
            if least[other] == UNREACHED:
                seen[np.uint32(count)] = place[at]
                count += 1
            least[other] = new
    return count


@compiled
def _wider(array: NDArray[Number]) -> NDArray[Number]:
    """Return an array of twice the room that starts with the given one."""
    wider = np.empty(2 * len(array), dtype=array.dtype)
    wider[: len(array)] = array
    return wider


@compiled
def sort_rows(first: NDArray[np.int64], key: NDArray[np.int64]) -> None:
    """Sort the keys of each row, in place."""
    for row in range(len(first) - 1):
        if first[row + 1] - first[row] > 1:
            key[first[row] : first[row + 1]].sort()


@compiled
def by_column(
    column: NDArray[np.int32],
    key: NDArray[np.int64],
    free: NDArray[np.int64],
    turned: NDArray[np.int64],
) -> None:
    """
    Put entries, given row by row, in columns.

    Parameters
    ----------
    column, key
        Of each entry.
    free
        Where each column starts; used up.
    turned
        Room for the keys.
    """
    for at in range(len(column)):
        turned[free[column[at]]] = key[at]
        free[column[at]] += 1
