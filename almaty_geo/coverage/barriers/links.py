"""The one missing link across a barrier that would help most, and what it gives."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from almaty_geo.coverage.barriers.ends import Ends
from almaty_geo.coverage.barriers.groups import Group
from almaty_geo.coverage.barriers.limits import Limits
from almaty_geo.coverage.measure import Coverage
from almaty_geo.coverage.reachable import times
from almaty_geo.travel import Reach, whole

WORTH = 0.1
"""Least part of a group's extra way that a link must save where it brings nobody within reach."""

CHUNK = 2_000_000
"""How many ways are held in memory at once while links are compared."""


@dataclass(frozen=True, slots=True)
class Link:
    """A straight piece of way that is not there, between two points of the streets."""

    start_m: tuple[float, float]
    """Easting and northing of the end on the people's side, in metres."""

    end_m: tuple[float, float]
    """Easting and northing of the other end, in metres."""

    length_m: float
    """How long it is."""

    people: int
    """People whom it brings within reach, wherever they live."""

    saved: float
    """Way that it saves, times the people who save it, in the unit of the reach; of those who had
    a way before."""

    savers: int
    """People whose way it shortens."""


def best_link(coverage: Coverage, group: Group, ends: Ends, *, limits: Limits) -> Link | None:
    r"""
    Find the link that brings most people within reach.

    With way d along the streets, D from a point to its nearest facility, and a link of length l
    between u and v, the new way of point i is exactly

    .. math:: \min(D_i,\; d_{iu} + l + D_v,\; d_{iv} + l + D_u)

    since no shortest way takes the link twice. Links are ranked by how many of the group they bring
    within reach, then by the way they save the group for each metre they are long; of the first
    ``limits.trials``, the one that does so for most people, wherever they live, is chosen.

    Parameters
    ----------
    coverage
        Ways by streets.
    group
        People who are cut off, and by what.
    ends
        Where links may start and end.
    limits
        How long a link may be, and how many are tried for everybody.

    Returns
    -------
    link
        None where no link within the limits brings anybody of the group within reach, or saves the
        group at least a tenth of its extra way.
    """
    lines = _along(coverage, group)
    near = (
        ends.near(lines, within_m=limits.road_m, beyond_m=0)
        if group.barrier.road
        else ends.near(lines, within_m=limits.link_m, beyond_m=limits.verge_m)
    )
    spots = ends.xy_m[near]
    across = _across(coverage, spots, group, limits=limits)
    if not len(across):
        return None
    spots, across = _used(spots, across)
    gained, saved = _gained(coverage, group, spots, across)
    length = np.linalg.norm(spots[across[:, 0]] - spots[across[:, 1]], axis=1)
    best = np.lexsort((*across.T[::-1], length, -saved / length, -gained))[: limits.trials]
    people, way = coverage.demand.people[group.points], coverage.nearest.way[group.points]
    least = WORTH * float(people @ (way - group.straight))
    worth = [at for at in best if gained[at] or saved[at] >= least]
    tried = [_link(coverage, group, spots[across[at]]) for at in worth]
    return min(tried, key=lambda x: (-x.people, -x.saved / x.length_m, x.length_m), default=None)


def _along(coverage: Coverage, group: Group) -> shapely.Geometry:
    """Return the part of the barrier that links of a group may cross."""
    homes = shapely.multipoints(coverage.demand.xy_m[group.points])
    around = shapely.box(*shapely.bounds(shapely.buffer(homes, coverage.reach.metres)))
    return shapely.intersection(shapely.union_all(group.barrier.lines), around)


def _across(
    coverage: Coverage, spots: NDArray[np.float64], group: Group, *, limits: Limits
) -> NDArray[np.intp]:
    """Return pairs of points near each other, far by street, with the barrier between, (k, 2)."""
    if len(spots) < 2:  # noqa: PLR2004 - a link has two ends
        return np.empty((0, 2), dtype=np.intp)
    near = KDTree(spots).query_pairs(limits.link_m, output_type="ndarray")
    barrier = shapely.union_all(group.barrier.lines)
    shapely.prepare(barrier)
    near = near[shapely.crosses(barrier, shapely.linestrings(spots[near].reshape(-1, 2, 2)))]
    length_m = np.linalg.norm(spots[near[:, 0]] - spots[near[:, 1]], axis=1)
    return near[_missing(coverage, spots, near, limits.missing * length_m)]


def _missing(
    coverage: Coverage,
    spots: NDArray[np.float64],
    near: NDArray[np.intp],
    least_m: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return which pairs of points are now farther from each other than some way, shape (k,)."""
    if not len(near):
        return np.empty(0, dtype=bool)
    reach = coverage.reach
    farthest = reach_of(float(least_m.max()), reach)
    pairs = coverage.travel.pairs(spots, spots, reach=farthest)
    size = (len(spots), len(spots))
    ways = csr_array((pairs.way + farthest.value, (pairs.origin, pairs.destination)), shape=size)
    found = np.asarray(ways[near[:, 0], near[:, 1]]).ravel() - farthest.value
    return (found < 0) | (found > least_m / (reach.m_per_min or 1.0))


def _used(
    spots: NDArray[np.float64], across: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the points that some pair names, and pairs that count among them."""
    used, at = np.unique(across, return_inverse=True)
    return spots[used], at.reshape(across.shape).astype(np.intp)


def _gained(
    coverage: Coverage, group: Group, spots: NDArray[np.float64], across: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """
    Return how many of a group each link brings within reach, and the way it saves them, (k,).

    Of those who reach an end of it within twice the reach.
    """
    reach, demand, own = coverage.reach, coverage.demand, group.points
    start, end = across.T
    length = _cost(np.linalg.norm(spots[start] - spots[end], axis=1), reach)
    onward = coverage.travel.nearest(spots, coverage.facilities.xy_m, reach=reach).way
    pairs = coverage.travel.pairs(demand.xy_m[own], spots, reach=times(reach, 2))
    towards = np.full((len(own), len(spots)), np.inf)
    towards[pairs.origin, pairs.destination] = pairs.way
    people, before = demand.people[own], coverage.nearest.way[own, None]
    gained, saved = np.zeros(len(across), dtype=np.int64), np.zeros(len(across))
    for some in np.array_split(np.arange(len(across)), 1 + len(across) * len(own) // CHUNK):
        there = towards[:, start[some]] + (length[some] + onward[end[some]])
        back = towards[:, end[some]] + (length[some] + onward[start[some]])
        after = whole(np.minimum(there, back), reach.unit)
        gained[some] = people @ (after <= reach.value)
        saved[some] = people @ np.maximum(before - after, 0)
    return gained, saved


def _link(coverage: Coverage, group: Group, ends: NDArray[np.float64]) -> Link:
    """Return what a link gives, reckoned for everybody; it starts on the group's side."""
    reach, demand = coverage.reach, coverage.demand
    towards = [coverage.travel.nearest(demand.xy_m, end[None], reach=reach).way for end in ends]
    onward = coverage.travel.nearest(ends, coverage.facilities.xy_m, reach=reach).way
    length_m = float(np.linalg.norm(ends[0] - ends[1]))
    length = _cost(np.array([length_m]), reach)[0]
    ways = (towards[0] + length + onward[1], towards[1] + length + onward[0])
    before = coverage.nearest.way
    after = np.minimum(before, whole(np.minimum(*ways), reach.unit))
    shorter = after < before
    had = shorter & np.isfinite(before)
    now = (after <= reach.value) & ~coverage.within
    first = ways[0][group.points].min() <= ways[1][group.points].min()
    start, end = ends if first else ends[::-1]
    return Link(
        start_m=(float(start[0]), float(start[1])),
        end_m=(float(end[0]), float(end[1])),
        length_m=length_m,
        people=int(demand.people[now].sum()),
        saved=float((demand.people[had] * (before[had] - after[had])).sum()),
        savers=int(demand.people[shorter].sum()),
    )


def reach_of(metres: float, like: Reach) -> Reach:
    """Return a reach of so many metres, in the unit and at the usual speed of another."""
    return replace(like, value=metres / (like.m_per_min or 1.0), metres=metres)


def _cost(length_m: NDArray[np.float64], reach: Reach) -> NDArray[np.float64]:
    """Return what straight pieces of way cost at the mode's usual speed, never too little."""
    return whole(length_m / (reach.m_per_min or 1.0), reach.unit)
