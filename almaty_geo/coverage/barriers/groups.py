"""Who is near by air and far by street, put together by what lies between."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.coverage.barriers.causes import FARTHEST, round_about
from almaty_geo.coverage.barriers.ends import Ends
from almaty_geo.coverage.barriers.limits import Limits
from almaty_geo.coverage.barriers.lines import Barrier, meet
from almaty_geo.coverage.clusters import joined
from almaty_geo.coverage.measure import Coverage
from almaty_geo.travel import whole


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """Demand points near by air and far by street: p of them."""

    point: NDArray[np.intp]
    """Position of each demand point, growing, shape (p,)."""

    facility: NDArray[np.intp]
    """Position of the facility nearest to it by air, shape (p,)."""

    straight: NDArray[np.float64]
    """Straight line to it, in the unit of the reach, shape (p,)."""

    barrier: NDArray[np.intp]
    """Position of the barrier that makes the way long, shape (p,); -1 where none does."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """People on one side of a barrier, who live together."""

    barrier: Barrier
    """What lies between."""

    points: NDArray[np.intp]
    """Positions of their demand points, growing."""

    facilities: NDArray[np.intp]
    """Facility that each is near to by air, of the same shape."""

    straight: NDArray[np.float64]
    """Straight line of each to it, in the unit of the reach."""

    people: int
    """How many they are."""


def parted(
    coverage: Coverage, barriers: Sequence[Barrier], ends: Ends, *, limits: Limits
) -> Parted:
    """
    Find the points that are near by air and far by street, and the barrier that parts them.

    Near by air: the nearest facility lies within the reach in a straight line. Far by street: the
    way to any facility is longer than the reach, and at least ``limits.ratio`` times that line. Of
    the barriers that the line meets, the one that takes longest to go round counts, if that makes
    up at least ``limits.due`` of the extra way. Points that no way leads from are not among them:
    no link would help them.

    Parameters
    ----------
    coverage
        Ways by streets.
    barriers
        What may lie between.
    ends
        Street points.
    limits
        What counts as far.

    Returns
    -------
    parted
        Points with people, each with what parts it from its facility.
    """
    point, facility, straight = _near_and_far(coverage, ratio=limits.ratio)
    barrier = np.full(len(point), -1, dtype=np.intp)
    if len(point):
        xy_m = coverage.demand.xy_m[point], coverage.facilities.xy_m[facility]
        met = meet(np.stack(xy_m, axis=1), barriers)
        around = round_about(coverage, met, barriers, ends, limits=limits)
        # Ways round are followed so far and no farther: hold them to as much of the extra way.
        followed = np.minimum(coverage.nearest.way[point], FARTHEST * coverage.reach.value)
        extra = followed - straight
        due = np.flatnonzero(around >= limits.due * extra[met.segment])
        order = due[np.lexsort((met.barrier[due], -around[due], met.segment[due]))]
        found, first = np.unique(met.segment[order], return_index=True)
        barrier[found] = met.barrier[order][first]
    return Parted(point, facility, straight, barrier)


def _near_and_far(
    coverage: Coverage, *, ratio: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return points near by air and far by street, the facility nearest by air, and that line."""
    reach, demand, way = coverage.reach, coverage.demand, coverage.nearest.way
    far = np.isfinite(way) & (way > reach.value) & (demand.people > 0)
    out = np.flatnonzero(far & np.isfinite(demand.xy_m).all(axis=1))
    open_ = np.flatnonzero(coverage.facilities.located)
    if not len(out) or not len(open_):
        none = np.empty(0, dtype=np.intp)
        return none, none, np.empty(0)
    line_m, at = KDTree(coverage.facilities.xy_m[open_]).query(demand.xy_m[out])
    straight = whole(np.asarray(line_m) / (reach.m_per_min or 1.0), reach.unit)
    kept = (straight <= reach.value) & (way[out] >= ratio * straight)
    return out[kept], open_[np.asarray(at)[kept]], straight[kept]


def groups(
    coverage: Coverage, found: Parted, barriers: Sequence[Barrier], *, limits: Limits
) -> tuple[Group, ...]:
    """
    Put points together that live on one side of the same barrier.

    Two points are of one group if they are at most ``limits.apart_m`` apart and the straight line
    between them does not meet the barrier.

    Parameters
    ----------
    coverage
        Whose people.
    found
        Points near by air and far by street.
    barriers
        What lies between.
    limits
        Says how near points of a group are.

    Returns
    -------
    groups
        By people, the largest first.
    """
    made = []
    for position in np.unique(found.barrier[found.barrier >= 0]):
        barrier = barriers[position]
        rows = np.flatnonzero(found.barrier == position)
        xy_m = coverage.demand.xy_m[found.point[rows]]
        near = KDTree(xy_m).query_pairs(limits.apart_m, output_type="ndarray")
        met = meet(xy_m[near].reshape(-1, 2, 2), [barrier])
        same_side = np.delete(near, met.segment, axis=0)
        for some in joined(rows, same_side):
            points = found.point[some]
            people = int(coverage.demand.people[points].sum())
            made.append(Group(barrier, points, found.facility[some], found.straight[some], people))
    return tuple(sorted(made, key=lambda g: (-g.people, g.points.tolist(), g.barrier.ids)))
