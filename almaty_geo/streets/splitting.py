"""From noded chains to a graph: pieces between junctions, and which ends meet."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from almaty_geo.streets.chains import Chains
from almaty_geo.streets.lines import Lines
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD

_WALKS, _AHEAD, _BACK = 1, 2, 4
_HAIR = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Pieces of streets, m of them, and the n nodes at which they meet."""

    chains: Chains
    """The pieces, one chain each."""

    ends: NDArray[np.int64]
    """Nodes at which each piece starts and ends, shape (m, 2)."""

    node_mm: NDArray[np.int64]
    """Places of nodes in whole millimetres, shape (n, 2)."""

    course: NDArray[np.object_]
    """The pieces as lines in metres, shape (m,)."""

    length_mm: NDArray[np.int64]
    """Their lengths in whole millimetres, shape (m,)."""

    component: NDArray[np.int64]
    """Connected part of each piece, 0 for the longest, shape (m,)."""

    doubled: NDArray[np.int64]
    """For each stretch that was left out since another runs there: its line, shape (d,)."""

    doubled_mm: NDArray[np.int64]
    """Where each such stretch begins, shape (d, 2)."""

    doubled_length_mm: NDArray[np.int64]
    """How long it is, shape (d,)."""

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return len(self.chains)

    @property
    def source(self) -> NDArray[np.int64]:
        """Line of each piece, shape (m,)."""
        return self.chains.source

    @property
    def degree(self) -> NDArray[np.int64]:
        """How many ends of pieces meet at each node, shape (n,)."""
        return np.bincount(self.ends.ravel(), minlength=len(self.node_mm))

    @property
    def component_mm(self) -> NDArray[np.int64]:
        """Length of each component, shape (c,)."""
        many = int(self.component.max()) + 1 if len(self) else 0
        total = np.zeros(many, dtype=np.int64)
        np.add.at(total, self.component, self.length_mm)
        return total


def split(chains: Chains, lines: Lines) -> Graph:
    """
    Cut noded chains where they meet.

    A stretch that runs exactly where another does is left out, unless it may be used in a
    direction in which the other may not. A line is not cut where only it goes on. Lines of two
    storeys meet where both end; and where one ends alone on a vertex of the other.

    Parameters
    ----------
    chains
        Noded chains.
    lines
        What they are of; of two that run the same course the first is kept.

    Returns
    -------
    graph
        The pieces in the order of the chains.
    """
    key = chains.key
    segment = chains.segments
    kept, doubled = _once(chains, key, segment, lines)
    storey = lines.level[chains.source[chains.chain]].astype(np.int64)
    runs = _Runs(chains, segment[kept])
    places, group = np.unique(np.column_stack([key, storey]), axis=0, return_inverse=True)
    is_end = _true_ends(chains)
    node = _nodes(places, group, runs, is_end)
    return _cut(chains, segment[kept], group, node, is_end, doubled)


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Which vertices begin and end a run of segments that are kept."""

    chains: Chains
    kept: NDArray[np.int64]

    def starts(self) -> NDArray[np.bool_]:
        follows = np.zeros(len(self.kept), dtype=bool)
        follows[1:] = self.kept[1:] == self.kept[:-1] + 1
        return ~follows

    def count(self, group: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """Return how many ends of segments are at each place."""
        touched = np.concatenate([group[self.kept], group[self.kept + 1]])
        return np.bincount(touched, minlength=size)

    def ended(self, group: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
        """Return at which places a run begins or ends."""
        starts = self.starts()
        stops = np.append(starts[1:], True) if len(starts) else starts
        ended = np.zeros(size, dtype=bool)
        ended[group[self.kept[starts]]] = True
        ended[group[self.kept[stops] + 1]] = True
        return ended


def _true_ends(chains: Chains) -> NDArray[np.bool_]:
    """Return which vertices are ends of the lines that chains are of, shape (v,)."""
    is_end = np.zeros(len(chains.chain), dtype=bool)
    is_end[chains.first] |= chains.ends[:, 0]
    is_end[chains.last] |= chains.ends[:, 1]
    return is_end


def _once(
    chains: Chains, key: NDArray[np.int64], segment: NDArray[np.int64], lines: Lines
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which segments are kept, and the first vertices of those that others stand for."""
    source = chains.source[chains.chain[segment]]
    one, other = key[segment], key[segment + 1]
    low, high = np.minimum(one, other), np.maximum(one, other)
    storey = lines.level[source].astype(np.int64)
    use = _use(lines)[source]
    turned = one > other
    swapped = (use & _WALKS) | ((use & _AHEAD) << 1) | ((use & _BACK) >> 1)
    use = np.where(turned, swapped, use)
    order = np.lexsort((segment, source, storey, high, low))
    sorted_by = np.column_stack([low, high, storey])[order]
    same = np.zeros(len(order), dtype=bool)
    same[1:] = (sorted_by[1:] == sorted_by[:-1]).all(axis=1)
    leader = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    kept = np.ones(len(order), dtype=bool)
    kept[order] = ~same | ((use[order] & ~use[order][leader]) != 0)
    return kept, segment[~kept]


def _use(lines: Lines) -> NDArray[np.int64]:
    """Return who may go along each line: bits for walking, driving ahead and driving back."""
    ahead = np.isin(lines.drive, (BOTH, FORWARD))
    back = np.isin(lines.drive, (BOTH, BACKWARD))
    walks = lines.walk == BOTH
    use: NDArray[np.int64] = walks * _WALKS + ahead * _AHEAD + back * _BACK
    return use


def _nodes(
    places: NDArray[np.int64],
    group: NDArray[np.int64],
    runs: _Runs,
    is_end: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the node of each place and storey, or -1 where a line only goes on."""
    size = len(places)
    count, ended = runs.count(group, size), runs.ended(group, size)
    ends = np.bincount(group[is_end], minlength=size)
    joined = _between_storeys(places, count, ends)
    links = coo_array((np.ones(len(joined)), joined.T), shape=(size, size))
    _, label = connected_components(links, directed=False)
    is_node = (count > 0) & (ended | (count != 2))  # noqa: PLR2004 - a line that goes on has two
    linked = np.unique(joined)
    is_node[linked] |= count[linked] > 0
    # Nodes are numbered by place: groups are sorted so, and each takes the first of its label.
    _, node = np.unique(np.where(is_node, label, size), return_inverse=True)
    return np.where(is_node, node, -1)


def _between_storeys(
    places: NDArray[np.int64], count: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return pairs of storeys at one place that are joined there, shape (j, 2)."""
    pairs = []
    shared = np.flatnonzero(places[1:, 0] == places[:-1, 0])
    for first in np.unique(places[shared, 0]).tolist():
        start, stop = np.searchsorted(places[:, 0], [first, first + 1])
        storeys = range(int(start), int(stop))
        pairs += [
            (one, other)
            for one in storeys
            for other in storeys
            if one < other and _meet(one, other, count, ends)
        ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _meet(one: int, other: int, count: NDArray[np.int64], ends: NDArray[np.int64]) -> bool:
    """Return whether two storeys at one place are joined: both end, or one ends alone."""
    both = bool(ends[one] and ends[other])
    return both or any(ends[end] and count[end] == 1 for end in (one, other))


def _cut(
    chains: Chains,
    kept: NDArray[np.int64],
    group: NDArray[np.int64],
    node: NDArray[np.int64],
    is_end: NDArray[np.bool_],
    doubled: NDArray[np.int64],
) -> Graph:
    """Return the pieces between nodes."""
    starts = _Runs(chains, kept).starts() | (node[group[kept]] >= 0)
    piece = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(kept)) - 1 if len(first) else first
    # Each piece is its segments' first vertices and one more.
    take = np.insert(kept, last + 1, kept[last] + 1)
    owner = np.insert(piece, last + 1, piece[last])
    pieces = Chains(
        chains.xy_mm[take],
        owner,
        chains.source[chains.chain[kept[first]]],
        np.column_stack([is_end[kept[first]], is_end[kept[last] + 1]]),
    )
    used, ends = np.unique(
        np.column_stack([node[group[kept[first]]], node[group[kept[last] + 1]]]),
        return_inverse=True,
    )
    ends = ends.reshape(-1, 2)
    node_mm = np.zeros((len(used), 2), dtype=np.int64)
    node_mm[ends[:, 0]] = chains.xy_mm[kept[first]]
    node_mm[ends[:, 1]] = chains.xy_mm[kept[last] + 1]
    course = pieces.lines() if len(pieces) else np.zeros(0, dtype=object)
    # Rounded up, so that no way is shorter than a straight line; a hair for floating point.
    length_mm = np.maximum(np.ceil(shapely.length(course) * 1000 - _HAIR), 1).astype(np.int64)
    step = chains.xy_mm[doubled + 1] - chains.xy_mm[doubled]
    return Graph(
        pieces,
        ends,
        node_mm,
        course,
        length_mm,
        components(ends, length_mm, node_mm),
        chains.source[chains.chain[doubled]],
        chains.xy_mm[doubled],
        np.rint(np.hypot(*step.T)).astype(np.int64),
    )


def components(
    ends: NDArray[np.int64], length_mm: NDArray[np.int64], node_mm: NDArray[np.int64]
) -> NDArray[np.int64]:
    """
    Return the connected part of each piece, the longest first.

    Parameters
    ----------
    ends
        Nodes of each piece, shape (m, 2).
    length_mm
        Lengths, shape (m,); of two parts equally long the one farther west comes first.
    node_mm
        Places of nodes, shape (n, 2).
    """
    size = len(node_mm)
    links = coo_array((np.ones(len(ends)), ends.T), shape=(size, size))
    many, label = connected_components(links, directed=False)
    total = np.zeros(many, dtype=np.int64)
    np.add.at(total, label[ends[:, 0]], length_mm)
    by_place = np.lexsort((node_mm[:, 1], node_mm[:, 0]))
    first = np.full(many, size)
    np.minimum.at(first, label[by_place], np.arange(size))
    rank = np.empty(many, dtype=np.int64)
    rank[np.lexsort((first, -total))] = np.arange(many)
    part: NDArray[np.int64] = rank[label[ends[:, 0]]]
    return part
