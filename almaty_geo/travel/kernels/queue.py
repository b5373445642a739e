"""
Nodes that wait for their turn, in buckets of about sixty-five metres.

Dial's buckets with a width of more than one: within a bucket the order does not matter, since a
node whose cost still falls waits again. Each node waits at most once, so that the queue never
outgrows its arrays. Measured against a 4-ary heap on integer keys it takes half the time at
60 thousand nodes and a third at a million.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import inlined
from almaty_geo.travel.kernels.graph import Arcs

BUCKET_BITS = 16
"""A bucket holds two to this power of millimetres or milliseconds, unless that takes too many."""

BUCKETS_BITS = 16
Position = int | np.uint32
"""Of a node or an entry; without a sign, a look-up need not ask whether to count from the end."""

UNREACHED = 2**62
"""Key of a node that no way leads to."""

NEXT, PREVIOUS, BUCKET = 0, 1, 2


class Queue(NamedTuple):
    """Buckets in a circle, each a chain of nodes."""

    head: NDArray[np.int32]
    """First node of each bucket, or -1; their number is a power of two."""

    link: NDArray[np.int32]
    """Next and previous node and the bucket of each waiting node, -1 for none, shape (n, 3)."""

    bits: int
    """A bucket holds 2 ** bits of cost."""


def queue(arcs: Arcs, *, costliest: int) -> Queue:
    """
    Return an empty queue.

    Parameters
    ----------
    arcs
        What is searched.
    costliest
        Most that a place costs to get to or from its nearest nodes.

    Returns
    -------
    queue
        With buckets enough that whatever waits at one time has one of its own.
    """
    most = max(costliest, int(arcs.arc[:, 1].max(initial=1)))
    bits = max(BUCKET_BITS, most.bit_length() - BUCKETS_BITS)
    buckets = 1 << ((most >> bits) + 2).bit_length()
    link = np.full((len(arcs.first) - 1, 3), -1, dtype=np.int32)
    return Queue(np.full(buckets, -1, dtype=np.int32), link, bits)


@inlined
def put(head: NDArray[np.int32], link: NDArray[np.int32], node: Position, bucket: int) -> int:
    """Let a node wait in a bucket, and nowhere else; return 1 if it did not wait before."""
    at, into = np.uint32(node), np.uint32(bucket)
    was = link[at, BUCKET]
    if was == bucket:
        return 0
    if was >= 0:
        after, before = link[at, NEXT], link[at, PREVIOUS]
        if before >= 0:
            link[np.uint32(before), NEXT] = after
        else:
            head[np.uint32(was)] = after
        if after >= 0:
            link[np.uint32(after), PREVIOUS] = before
    front = head[into]
    link[at, NEXT] = front
    link[at, PREVIOUS] = -1
    link[at, BUCKET] = bucket
    if front >= 0:
        link[np.uint32(front), PREVIOUS] = node
    head[into] = node
    return 1 if was < 0 else 0


@inlined
def take(head: NDArray[np.int32], link: NDArray[np.int32], bucket: int) -> int:
    """Return a node that waits in a bucket and no longer does, or -1."""
    out = np.uint32(bucket)
    node = head[out]
    if node < 0:
        return -1
    at = np.uint32(node)
    after = link[at, NEXT]
    head[out] = after
    if after >= 0:
        link[np.uint32(after), PREVIOUS] = -1
    link[at, BUCKET] = -1
    return int(node)
