"""Of equal optima, the one that ids choose: exact, and seldom needed."""

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from almaty_geo.provision.certificate import Face
from almaty_geo.provision.instance import Instance, Whole, sums


class _Residual:
    """
    The edges of a face along which an optimal flow can still be moved.

    Nodes are blocks, schools and a sink. An edge is a pair, "no seat" of a block, or the seats
    taken of a school; it holds a flow and how much more it can take.
    """

    def __init__(self, instance: Instance, face: Face, flow: Whole) -> None:
        blocks, schools = instance.blocks, instance.schools
        sink = blocks + schools
        pairs, missing = np.flatnonzero(face.pair), np.flatnonzero(face.miss)
        open_ = np.flatnonzero(~face.full)
        load = sums(instance.destination, flow, schools)
        missed = instance.pupils - sums(instance.origin, flow, blocks)
        self.pairs = pairs
        self.tail = np.concatenate([instance.origin[pairs], missing, blocks + open_])
        self.head = np.concatenate(
            [blocks + instance.destination[pairs], np.full(len(missing) + len(open_), sink)]
        )
        self.flow = np.concatenate([flow[pairs], missed[missing], load[open_]]).tolist()
        plenty = int(instance.pupils.sum()) + 1
        self.most = np.concatenate(
            [np.full(len(pairs) + len(missing), plenty), instance.seats[open_]]
        ).tolist()
        school = np.full(len(self.tail), schools, dtype=np.int64)
        school[: len(pairs)] = instance.destination_rank[instance.destination[pairs]]
        block = np.full(len(self.tail), blocks, dtype=np.int64)
        block[: len(pairs)] = instance.origin_rank[instance.origin[pairs]]
        block[len(pairs) : len(pairs) + len(missing)] = instance.origin_rank[missing]
        self.rank = np.lexsort((school, block))
        self.nodes = sink + 1

    def movable(self) -> NDArray[np.bool_]:
        """Return which edges lie where flow can go in a circle, by strong components."""
        forth = np.array(self.flow, dtype=np.int64) < np.array(self.most, dtype=np.int64)
        back = np.array(self.flow, dtype=np.int64) > 0
        rows = np.concatenate([self.tail[forth], self.head[back]])
        columns = np.concatenate([self.head[forth], self.tail[back]])
        ones = np.ones(len(rows), dtype=np.int8)
        graph = coo_array((ones, (rows, columns)), shape=(self.nodes, self.nodes))
        number, of = connected_components(graph.tocsr(), connection="strong")
        inside = of[self.tail] == of[self.head]
        edges = np.bincount(of[self.tail[inside]], minlength=number)
        circular = edges > np.bincount(of, minlength=number) - 1
        return np.asarray(inside & circular[of[self.tail]])


def is_alone(instance: Instance, face: Face, flow: Whole) -> bool:
    """Return whether an optimal flow (p,) is the only one of its face."""
    return not _Residual(instance, face, flow).movable().any()


def settled(instance: Instance, face: Face, flow: Whole) -> Whole:
    """
    Return the optimum that is greatest in the order of ids.

    The first block by id sends as many of its pupils as it can to the first school by id, then to
    the second, and so on; then the second block, of what is still open. A residual graph without
    circles has one optimum only, and nothing is to be done.

    Parameters
    ----------
    instance
        The problem.
    face
        All optima.
    flow
        One of them, shape (p,).

    Returns
    -------
    flow
        The same one whatever optimum and order of rows it was given, shape (p,).
    """
    graph = _Residual(instance, face, flow)
    movable = graph.movable()
    if not movable.any():
        return flow
    edges = [int(e) for e in graph.rank if movable[e]]
    around: dict[int, list[int]] = {}
    for edge in edges:
        around.setdefault(int(graph.tail[edge]), []).append(edge)
        around.setdefault(int(graph.head[edge]), []).append(edge)
    fixed: set[int] = set()
    for edge in edges:
        fixed.add(edge)
        _raise(graph, edge, around, fixed)
    moved = flow.copy()
    moved[graph.pairs] = graph.flow[: len(graph.pairs)]
    return moved


def _raise(graph: _Residual, edge: int, around: dict[int, list[int]], fixed: set[int]) -> None:
    """Push as much as can be through an edge, round circles of edges that are not fixed yet."""
    while graph.flow[edge] < graph.most[edge]:
        path = _path(graph, int(graph.head[edge]), int(graph.tail[edge]), around, fixed)
        if path is None:
            return
        room = min(graph.most[e] - graph.flow[e] if forth else graph.flow[e] for e, forth in path)
        room = min(room, graph.most[edge] - graph.flow[edge])
        graph.flow[edge] += room
        for e, forth in path:
            graph.flow[e] += room if forth else -room


def _path(
    graph: _Residual, start: int, end: int, around: dict[int, list[int]], fixed: set[int]
) -> list[tuple[int, bool]] | None:
    """Return a residual path as edges with their direction; None where there is none."""
    came: dict[int, tuple[int, int, bool]] = {start: (-1, -1, True)}
    queue = deque([start])
    while queue and end not in came:
        node = queue.popleft()
        for edge, forth, other in _steps(graph, node, around, fixed):
            if other not in came:
                came[other] = (node, edge, forth)
                queue.append(other)
    if end not in came:
        return None
    path: list[tuple[int, bool]] = []
    node = end
    while node != start:
        node, edge, forth = came[node]
        path.append((edge, forth))
    return path


def _steps(
    graph: _Residual, node: int, around: dict[int, list[int]], fixed: set[int]
) -> Iterator[tuple[int, bool, int]]:
    """Yield the edges that lead on from a node: edge, whether forth, and where to."""
    for edge in around.get(node, ()):
        if edge in fixed:
            continue
        if graph.tail[edge] == node and graph.flow[edge] < graph.most[edge]:
            yield edge, True, int(graph.head[edge])
        elif graph.head[edge] == node and graph.flow[edge] > 0:
            yield edge, False, int(graph.tail[edge])
