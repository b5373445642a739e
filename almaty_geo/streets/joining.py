"""
Joining: ends that stop just short of another line are taken to it.

Two sorts of gap are closed, and none else. An end that nothing is joined to (a loose end) goes to
the nearest line within `LOOSE_M`: there the drawing was not closed. Beyond `NEAR_M` it must head
for it, and nothing may lie between. And a part of the network that hangs together with nothing else
is joined by a loose end of its own, or of the other part, within `APART_M`, by the same rule.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.streets.chains import Chains
from almaty_geo.streets.splitting import Graph

NEAR_M = 2.0
"""So far short of a line a loose end is joined to it unless it heads away."""

LOOSE_M = 5.0
"""So far short of a line a loose end is joined to it if it heads there."""

APART_M = 20.0
"""Parts that lie so far apart are joined where a loose end heads for the other part."""

ROUND_FACTOR = 3.0
"""A gap is one only if the way around it is so many times as long, and `ROUND_MORE_M` more."""

ROUND_MORE_M = 1.0

NODE_FACTOR = 1.25
"""An end goes to a node rather than to the nearest point if it is at most so many times as far."""

HEADING_M = 10.0
"""Over how much of a line its heading at the end is taken."""

HEADS_COS = 0.5
"""An end heads for a place that lies within 60 degrees of its heading."""

AWAY_COS = -0.5
"""An end heads away from a place that lies more than 120 degrees off its heading."""

SURE_M = 0.5
"""A gap so small is a slip of the pen, wherever the end heads."""

STUB_FACTOR = 2.0
"""What sticks out beyond a junction by less than so many gaps is a stub, not a street cut short."""


@dataclass(frozen=True, slots=True, eq=False)
class Joins:
    """Ends of pieces, j of them, and where they are to go."""

    piece: NDArray[np.int64]
    """The piece whose end is moved on, shape (j,)."""

    side: NDArray[np.int64]
    """Which end: 0 for its start, 1 for its other end, shape (j,)."""

    target: NDArray[np.int64]
    """The piece that it is taken to, shape (j,)."""

    at_mm: NDArray[np.int64]
    """Where on that piece, shape (j, 2)."""

    gap_mm: NDArray[np.int64]
    """How far the end stopped short, shape (j,)."""

    heading_cos: NDArray[np.float64]
    """Cosine between the end's heading and the way over the gap, shape (j,)."""

    def __len__(self) -> int:
        """Return how many joins there are."""
        return len(self.piece)

    def taken(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "Joins":
        """Return some of them."""
        return replace(self, **{name: getattr(self, name)[index] for name in self.__slots__})


def loose_joins(
    graph: Graph, level: NDArray[np.int16], name: NDArray[np.object_], *, within_m: float
) -> Joins:
    """
    Return how loose ends are to be joined to the nearest line.

    Parameters
    ----------
    graph
        The network.
    level
        Storey of each piece; an end goes to a line of its own storey, or to another loose end.
    name
        Name of each piece; where a street goes on by the same name its ends need not head for
        each other.
    within_m
        Farthest that an end may be taken.

    Returns
    -------
    joins
        At most one for each loose end; of two ends that would go to each other only one goes.
    """
    found = _near(graph, level, within_m)
    own_mm = graph.length_mm[found.piece]
    free = (graph.degree[graph.ends[found.piece]] == 1).all(axis=1)
    street = free | (own_mm > STUB_FACTOR * found.gap_mm) | (found.gap_mm <= SURE_M * 1000)
    found = found.taken(street & _plausible(found, name))
    found = _nearest(found)
    clear = (found.gap_mm <= NEAR_M * 1000) | ~_blocked(found, graph)
    return _one_way(found.taken(clear), graph)


def part_joins(
    graph: Graph, level: NDArray[np.int16], name: NDArray[np.object_], *, within_m: float
) -> Joins:
    """
    Return how parts of the network that hang together with nothing else are to be joined.

    Parameters
    ----------
    graph
        The network.
    level, name
        As `loose_joins`.
    within_m
        Farthest that an end may be taken.

    Returns
    -------
    joins
        The shortest first, no two of them between parts that others join already.
    """
    found = _near(graph, level, within_m)
    part = graph.component
    found = found.taken(part[found.piece] != part[found.target])
    found = found.taken(_plausible(found, name))
    found = _nearest(found.taken(~_blocked(found, graph)))
    return found.taken(_spanning(found, part))


def _plausible(found: Joins, name: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which ends head where they would be taken, as far as the width of the gap asks."""
    same = (name[found.piece] == name[found.target]) & (name[found.piece] != "")
    gap_m = found.gap_mm / 1000
    lax = (gap_m <= NEAR_M) | (same & (gap_m <= LOOSE_M))
    least = np.where(lax, AWAY_COS, HEADS_COS)
    plausible: NDArray[np.bool_] = (found.heading_cos >= least) | (gap_m <= SURE_M)
    return plausible


def joined(graph: Graph, joins: Joins) -> Chains:
    """Return the pieces of a graph, with some ends taken on to where they are to go."""
    chains = graph.chains
    first, last = chains.first[joins.piece], chains.last[joins.piece]
    at_start = joins.side == 0
    where = np.where(at_start, first, last + 1)
    order = np.lexsort((joins.side, joins.piece))
    ends = chains.ends.copy()
    ends[joins.piece, joins.side] = True
    return Chains(
        np.insert(chains.xy_mm, where[order], joins.at_mm[order], axis=0),
        np.insert(chains.chain, where[order], joins.piece[order]),
        chains.source,
        ends,
    )


def touched_by(graph: Graph, joins: Joins) -> NDArray[np.bool_]:
    """Return which pieces joins take on, lead to or come near, shape (m,)."""
    start = end_mm(graph, joins.piece, joins.side)
    over = np.asarray(shapely.linestrings(np.stack([start, joins.at_mm], axis=1) / 1000))
    tree = shapely.STRtree(graph.course)
    _, near = tree.query(over, predicate="dwithin", distance=_NEARBY_M)
    touched = np.zeros(len(graph), dtype=bool)
    touched[near] = True
    return touched


def end_mm(graph: Graph, piece: NDArray[np.int64], side: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where ends of pieces are, shape (n, 2)."""
    place: NDArray[np.int64] = graph.node_mm[graph.ends[piece, side]]
    return place


def _near(graph: Graph, level: NDArray[np.int16], within_m: float) -> Joins:
    """Return every pair of a loose end and a piece near it that a gap lies between."""
    alone = graph.degree == 1
    piece, side = np.nonzero(alone[graph.ends])
    at = np.asarray(shapely.points(end_mm(graph, piece, side) / 1000))
    tree = shapely.STRtree(graph.course)
    end, target = tree.query(at, predicate="dwithin", distance=within_m)
    piece, side, at = piece[end], side[end], at[end]
    line = graph.course[target]
    along_m = shapely.line_locate_point(line, at)
    place = np.rint(shapely.get_coordinates(shapely.line_interpolate_point(line, along_m)) * 1000)
    # An end heads for the nearest point of a line, even where it then goes to a node beside it.
    cosine = _heading_cos(graph, piece, side, place)
    start_mm = end_mm(graph, piece, side)
    at_mm, along_m = _onto_nodes(graph, start_mm, target, (place, along_m), within_m)
    gap_mm = np.rint(np.hypot(*(at_mm - start_mm).T)).astype(np.int64)
    found = Joins(piece, side, target, at_mm, gap_mm, cosine)
    to_loose = _at_loose_end(graph, target, at_mm, alone)
    same_storey = (level[piece] == level[target]) | to_loose
    around = ROUND_FACTOR * gap_mm / 1000 + ROUND_MORE_M
    round_m = _way_round_m(graph, piece, side, target, along_m)
    real = (gap_mm > 0) & (gap_mm <= within_m * 1000) & same_storey & (round_m > around)
    return found.taken(real)


def _onto_nodes(
    graph: Graph,
    from_mm: NDArray[np.int64],
    target: NDArray[np.int64],
    point: tuple[NDArray[np.float64], NDArray[np.float64]],
    within_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return places on pieces, moved to an end of the piece that is nearly as near."""
    at_mm, along_m = point[0].astype(np.int64), point[1].copy()
    gap = np.hypot(*(at_mm - from_mm).T)
    best = np.full(len(target), np.inf)
    for side in (0, 1):
        node_mm = end_mm(graph, target, np.full(len(target), side))
        far = np.hypot(*(node_mm - from_mm).T)
        near = (far <= NODE_FACTOR * gap) & (far <= within_m * 1000) & (far < best)
        best = np.where(near, far, best)
        at_mm[near] = node_mm[near]
        along_m[near] = graph.length_mm[target[near]] / 1000 * side
    return at_mm, along_m


def _heading_cos(
    graph: Graph, piece: NDArray[np.int64], side: NDArray[np.int64], place_mm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the cosine between the heading of ends and the way to places; 1 for no way."""
    line, sign = graph.course[piece], np.where(side == 0, 1, -1)
    end = end_mm(graph, piece, side) / 1000
    back_m = np.where(side == 0, 0, graph.length_mm[piece] / 1000) + sign * HEADING_M
    back_m = np.clip(back_m, 0, shapely.length(line))
    inside = shapely.get_coordinates(shapely.line_interpolate_point(line, back_m))
    over, heading = place_mm / 1000 - end, end - inside
    size = np.hypot(*over.T) * np.hypot(*heading.T)
    dot = (over * heading).sum(axis=1)
    cosine: NDArray[np.float64] = np.divide(dot, size, out=np.ones(len(dot)), where=size > 0)
    return cosine


def _at_loose_end(
    graph: Graph, target: NDArray[np.int64], at_mm: NDArray[np.int64], alone: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which places are loose ends themselves."""
    there = np.zeros(len(target), dtype=bool)
    for side in (0, 1):
        node = graph.ends[target, side]
        there |= alone[node] & (graph.node_mm[node] == at_mm).all(axis=1)
    return there


def _way_round_m(
    graph: Graph,
    piece: NDArray[np.int64],
    side: NDArray[np.int64],
    target: NDArray[np.int64],
    along_m: NDArray[np.float64],
) -> NDArray[np.float64]:
    """
    Return how far it is from an end to a place by the piece itself and the next one.

    Infinite where the place is on neither: then the way round is taken to be long.
    """
    own_m, target_m = graph.length_mm[piece] / 1000, graph.length_mm[target] / 1000
    back = graph.ends[piece, 1 - side]
    round_m = np.full(len(piece), np.inf)
    for target_side in (0, 1):
        next_m = along_m if target_side == 0 else target_m - along_m
        meets = graph.ends[target, target_side] == back
        round_m = np.where(meets, np.minimum(round_m, own_m + next_m), round_m)
    on_itself = np.where(side == 0, along_m, own_m - along_m)
    return np.where(piece == target, on_itself, round_m)


def _nearest(found: Joins) -> Joins:
    """Return the shortest join of each end; of equals the one to the first place."""
    order = np.lexsort(
        (found.at_mm[:, 1], found.at_mm[:, 0], found.gap_mm, found.side, found.piece)
    )
    found = found.taken(order)
    end = found.piece * 2 + found.side
    _, first = np.unique(end, return_index=True)
    chosen = found.taken(first)
    return chosen.taken(np.lexsort((chosen.side, chosen.piece, chosen.gap_mm)))


def _one_way(found: Joins, graph: Graph) -> Joins:
    """Return joins without those whose gap an end that comes from the other side closes."""
    taken: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    kept = np.zeros(len(found), dtype=bool)
    starts = end_mm(graph, found.piece, found.side).tolist()
    for number, (start, goal) in enumerate(zip(starts, found.at_mm.tolist(), strict=True)):
        kept[number] = (tuple(goal), tuple(start)) not in taken
        taken.add((tuple(start), tuple(goal)))
    return found.taken(kept)


def _blocked(found: Joins, graph: Graph) -> NDArray[np.bool_]:
    """Return which joins would lead over another line."""
    start = end_mm(graph, found.piece, found.side)
    # What it touches at its two ends does not lie between: a millimetre or two is left out.
    over = np.asarray(shapely.linestrings(np.stack([start, found.at_mm], axis=1) / 1000))
    tree = shapely.STRtree(graph.course)
    join, line = tree.query(over, predicate="intersects")
    between = (line != found.piece[join]) & (line != found.target[join])
    join, line = join[between], line[between]
    meets = shapely.intersection(over[join], graph.course[line])
    goal = shapely.points(found.at_mm[join] / 1000)
    blocked = np.zeros(len(found), dtype=bool)
    blocked[join[shapely.distance(meets, goal) > _TOUCH_M]] = True
    return blocked


_TOUCH_M = 0.05
_NEARBY_M = 0.1


def _spanning(found: Joins, part: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which joins are needed, taking the shortest first."""
    leader = list(range(int(part.max()) + 1 if len(part) else 0))

    def root(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    needed = np.zeros(len(found), dtype=bool)
    pairs = zip(part[found.piece].tolist(), part[found.target].tolist(), strict=True)
    for number, (own, other) in enumerate(pairs):
        a, b = root(own), root(other)
        needed[number] = a != b
        leader[max(a, b)] = min(a, b)
    return needed
