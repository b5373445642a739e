"""
Noding: lines that meet get a vertex there, each of them the same one.

Everything lies on a grid of whole millimetres. Vertices less than `SNAP_MM` apart become one,
a vertex less than that beside a line becomes a vertex of the line, and where two lines cross both
get a vertex. This is repeated until nothing is left to do, so a noded network stays as it is.
Lines of different storeys pass over each other.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.errors import DataError
from almaty_geo.streets.chains import Chains, inserted, repeated

SNAP_MM = 20
"""Vertices that are nearer to each other than files can tell are one."""

_ROUNDS_MAX = 100


@dataclass(frozen=True, slots=True, eq=False)
class Noded:
    """Chains whose meeting points are vertices, and where vertices were made."""

    chains: Chains
    """The chains."""

    crossings_mm: NDArray[np.int64]
    """Where lines crossed without a vertex, shape (n, 2)."""

    touches_mm: NDArray[np.int64]
    """Where a vertex lay on or beside another line that had none there, shape (n, 2)."""

    moved: int
    """How many vertices were moved onto another, by at most `SNAP_MM`."""


def noded(chains: Chains, level: NDArray[np.int16]) -> Noded:
    """
    Give lines common vertices where they meet.

    Parameters
    ----------
    chains
        The chains.
    level
        Storey of each line, by `Chains.source`.

    Returns
    -------
    noded
        The same chains with more vertices; some may have moved by `SNAP_MM`, and a chain may be
        gone that was shorter than that.

    Raises
    ------
    DataError
        If lines are so tangled that this does not come to rest.
    """
    crossings: list[NDArray[np.int64]] = [np.zeros((0, 2), dtype=np.int64)]
    touches, moved = list(crossings), 0
    for _ in range(_ROUNDS_MAX):
        chains, count = _merged(chains)
        moved += count
        if not len(chains):
            break
        after, xy_mm = _touched(chains, level)
        if len(after):
            touches.append(xy_mm)
        else:
            after, xy_mm = _crossed(chains, level)
            if not len(after):
                break
            crossings.append(xy_mm)
        chains = inserted(chains, after, xy_mm)
    else:
        raise DataError("The streets are too tangled to be noded: do lines lie on one another?")
    return Noded(chains, _each_once(crossings), _each_once(touches), moved)


def _each_once(places: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.unique(np.concatenate(places), axis=0)


def _merged(chains: Chains) -> tuple[Chains, int]:
    """
    Move vertices that are nearly at one place onto the first of them.

    Places are gone through by easting, then northing: each is kept unless a kept one is near. So
    nothing moves farther than `SNAP_MM`, and a row of near places does not shrink to one.
    """
    _, first, which = np.unique(chains.key, return_index=True, return_inverse=True)
    place = chains.xy_mm[first]
    tree = KDTree(place - place.min(axis=0))
    pairs = tree.query_pairs(SNAP_MM, output_type="ndarray")
    if not len(pairs):
        return _tidied(chains), 0
    goes_to = np.arange(len(place))
    near: dict[int, list[int]] = {}
    for one, other in np.sort(pairs, axis=1).tolist():
        near.setdefault(other, []).append(one)
    for late in sorted(near):
        kept = [early for early in near[late] if goes_to[early] == early]
        if kept:
            goes_to[late] = min(kept, key=lambda k: (int(((place[k] - place[late]) ** 2).sum()), k))
    target = goes_to[which]
    moved = int((goes_to != np.arange(len(place))).sum())
    return _tidied(replace(chains, xy_mm=place[target])), moved


def _tidied(chains: Chains) -> Chains:
    """Drop vertices that repeat the one before, and chains of which nothing is left."""
    kept = ~repeated(chains.xy_mm, chains.chain)
    many = np.bincount(chains.chain[kept], minlength=len(chains)) > 1
    kept &= many[chains.chain]
    if kept.all() and many.all():
        return chains
    number = np.cumsum(many) - 1
    chain = number[chains.chain[kept]]
    return Chains(chains.xy_mm[kept], chain, chains.source[many], chains.ends[many])


def _touched(
    chains: Chains, level: NDArray[np.int16]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return segments that a vertex of the same storey lies on, and the vertices."""
    key = chains.key
    storey = level[chains.source[chains.chain]].astype(np.int64)
    _, first = np.unique(np.column_stack([key, storey]), axis=0, return_index=True)
    segments = chains.segments
    drawn = _drawn(chains, segments)
    tree = shapely.STRtree(drawn)
    points = shapely.points(chains.xy_mm[first].astype(float))
    vertex, segment = tree.query(points, predicate="dwithin", distance=SNAP_MM)
    vertex, segment = first[vertex], segments[segment]
    meets = (storey[vertex] == storey[segment]) & (key[vertex] != key[segment])
    meets &= key[vertex] != key[segment + 1]
    return segment[meets], chains.xy_mm[vertex[meets]]


def _crossed(
    chains: Chains, level: NDArray[np.int16]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Return segments that cross, and where, to the millimetre.

    No vertex lies on a segment any more, so two segments that meet share an end or cross.
    """
    key, storey = chains.key, level[chains.source[chains.chain]]
    segments = chains.segments
    drawn = _drawn(chains, segments)
    one, other = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    one, other = segments[one], segments[other]
    apart = (one < other) & (storey[one] == storey[other])
    one, other = one[apart], other[apart]
    ends = [key[one], key[one + 1], key[other], key[other + 1]]
    share = (ends[0] == ends[2]) | (ends[0] == ends[3])
    share |= (ends[1] == ends[2]) | (ends[1] == ends[3])
    one, other = one[~share], other[~share]
    at = _crossing(chains.xy_mm, one, other)
    after, xy_mm = np.concatenate([one, other]), np.concatenate([at, at])
    _, first = np.unique(np.column_stack([after, xy_mm]), axis=0, return_index=True)
    return after[first], xy_mm[first]


def _crossing(
    xy_mm: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return where segments cross, rounded to whole millimetres, shape (n, 2)."""
    start = xy_mm[one]
    run, step = xy_mm[one + 1] - start, xy_mm[other + 1] - xy_mm[other]
    apart = xy_mm[other] - start
    part = _cross(apart, step) / _cross(run, step)
    return start + np.rint(part[:, np.newaxis] * run).astype(np.int64)


def _cross(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def _drawn(chains: Chains, segments: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return segments as lines, in millimetres."""
    ends = np.stack([chains.xy_mm[segments], chains.xy_mm[segments + 1]], axis=1)
    return np.asarray(shapely.linestrings(ends.astype(float)))
