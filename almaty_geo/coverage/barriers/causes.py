"""Whether it is the barrier that makes the way long: what going round it costs where it is met."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from almaty_geo.coverage.barriers.ends import Ends
from almaty_geo.coverage.barriers.limits import Limits
from almaty_geo.coverage.barriers.lines import Barrier, Met
from almaty_geo.coverage.measure import Coverage

OFF_M = 0.5
"""How far before and after a barrier its two sides begin."""

APART_M = 5.0
"""Carriageways nearer to each other than this are one."""

FARTHEST = 4
"""Ways round a barrier are looked for up to so many times the reach; longer ones count as that."""


def round_about(
    coverage: Coverage, met: Met, barriers: Sequence[Barrier], ends: Ends, *, limits: Limits
) -> NDArray[np.float64]:
    """
    Return how much longer the way round a barrier is than the straight line across it.

    It is taken between the two street points nearest to where a straight line meets the barrier,
    one on either side of it, each at most ``limits.link_m`` off; for a road between the points
    where the line crosses its first and its last carriageway.

    Parameters
    ----------
    coverage
        Ways by streets.
    met
        Where straight lines meet barriers, k times.
    barriers
        What lies between.
    ends
        Street points.
    limits
        Says how near street points must be, and how near they belong to the barrier.

    Returns
    -------
    extra
        In the unit of the reach, shape (k,); 0 where a side has no street, or where the way from
        side to side is less than ``limits.missing`` times the straight line: one can cross there.
    """
    sides_m = np.full((len(met.spot_m), 2, 2), np.nan)
    for position in np.unique(met.barrier):
        rows = np.flatnonzero(met.barrier == position)
        barrier = barriers[position]
        sides_m[rows] = (
            _carriageways(met, rows, ends, road_m=limits.road_m)
            if barrier.road
            else _banks(met, rows, barrier, ends, limits=limits)
        )
    extra = np.zeros(len(sides_m))
    both = np.flatnonzero(np.isfinite(sides_m).all(axis=(1, 2)))
    if len(both):
        extra[both] = _extra(coverage, sides_m[both], least=limits.missing)
    return extra


def _carriageways(
    met: Met, rows: NDArray[np.intp], ends: Ends, *, road_m: float
) -> NDArray[np.float64]:
    """
    Return where a line crosses the first and the last carriageway of a road, shape (r, 2, 2).

    NaN where it crosses fewer than two: people who are on the road are on both its sides.
    """
    sides_m = np.full((len(rows), 2, 2), np.nan)
    spot_m, along = met.spot_m[rows], road_m * met.along[rows]
    across = np.array([shapely.LineString(both) for both in _around(spot_m, along)], dtype=object)
    row, street = ends.lines.query(across, predicate="crosses")
    crossed = shapely.intersection(across[row], ends.courses[street])
    mark = shapely.line_locate_point(across[row], shapely.centroid(crossed))
    for at in np.unique(row):
        marks = mark[row == at]
        if np.ptp(marks) >= APART_M:
            pair = shapely.line_interpolate_point(across[at], [marks.min(), marks.max()])
            sides_m[at] = shapely.get_coordinates(pair)
    return sides_m


def _around(spot_m: NDArray[np.float64], step_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return both ends of segments centred at spots, shape (r, 2, 2)."""
    return np.stack([spot_m - step_m, spot_m + step_m], axis=1)


def _banks(
    met: Met, rows: NDArray[np.intp], barrier: Barrier, ends: Ends, *, limits: Limits
) -> NDArray[np.float64]:
    """Return the nearest street point on either side of each meeting, (r, 2, 2); NaN for none."""
    sides_m = np.full((len(rows), 2, 2), np.nan)
    lines = shapely.union_all(barrier.lines)
    shapely.prepare(lines)
    spot_m, along = met.spot_m[rows], met.along[rows]
    around = ends.tree.query_ball_point(spot_m, limits.link_m, return_sorted=True)
    owner = np.repeat(np.arange(len(rows)), [len(np.atleast_1d(one)) for one in around])
    if not len(owner):
        return sides_m
    point = np.concatenate([np.asarray(one, dtype=np.intp) for one in around])
    clear = ~shapely.dwithin(shapely.points(ends.xy_m[point]), lines, limits.verge_m)
    owner, point = owner[clear], point[clear]
    far = np.linalg.norm(ends.xy_m[point] - spot_m[owner], axis=1)
    order = np.lexsort((point, far, owner))
    owner, point = owner[order], point[order]
    for side, step in enumerate((-OFF_M, OFF_M)):
        start = spot_m + step * along
        segments = np.stack([start[owner], ends.xy_m[point]], axis=1)
        free = ~shapely.intersects(lines, shapely.linestrings(segments))
        found, first = np.unique(owner[free], return_index=True)
        sides_m[found, side] = ends.xy_m[point[free][first]]
    return sides_m


def _extra(coverage: Coverage, ends_m: NDArray[np.float64], *, least: float) -> NDArray[np.float64]:
    """Return how much longer ways are than straight lines between k pairs of points, (k, 2, 2)."""
    reach = coverage.reach
    straight_m = np.linalg.norm(ends_m[:, 0] - ends_m[:, 1], axis=1)
    farthest = replace(reach, value=reach.value * FARTHEST, metres=reach.metres * FARTHEST)
    starts, start = np.unique(ends_m[:, 0], axis=0, return_inverse=True)
    stops, stop = np.unique(ends_m[:, 1], axis=0, return_inverse=True)
    pairs = coverage.travel.pairs(starts, stops, reach=farthest)
    ways = csr_array(
        (pairs.way, (pairs.origin, pairs.destination)), shape=(len(starts), len(stops))
    )
    found = np.asarray(ways[start, stop]).ravel()
    way = np.where(found > 0, found, farthest.value)
    straight = straight_m / (reach.m_per_min or 1.0)
    return np.where(way >= least * straight, way - straight, 0.0).astype(np.float64)
