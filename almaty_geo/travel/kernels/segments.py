"""The nearest of many straight segments to each of many points: segments in square bins."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import compiled, inlined

BINS_PER_SEGMENT = 2
"""More bins are quicker to search and slower to fill; with two, a bin of a city holds about two."""


class Bins(NamedTuple):
    """Segments by the bins that they run through."""

    segment: NDArray[np.float64]
    """Start and end of each of s segments, shape (s, 4)."""

    edge: NDArray[np.int64]
    """Edge that each is a part of, ascending, shape (s,)."""

    corner: NDArray[np.float64]
    """West and south of the first bin, and the width of a bin, shape (3,)."""

    shape: tuple[int, int]
    """Bins from west to east and from south to north."""

    first: NDArray[np.int64]
    """Where the segments of each bin start; bins run from west to east, then south to north."""

    held: NDArray[np.int32]
    """Positions of segments."""


def bins(segment: NDArray[np.float64], edge: NDArray[np.int64]) -> Bins:
    """
    Return segments in bins.

    Parameters
    ----------
    segment
        Start and end of each, shape (s, 4), s at least 1.
    edge
        Edge that each is a part of, shape (s,).

    Returns
    -------
    bins
        About as many as there are segments, however far apart these lie.
    """
    low = np.minimum(segment[:, :2].min(axis=0), segment[:, 2:].min(axis=0))
    high = np.maximum(segment[:, :2].max(axis=0), segment[:, 2:].max(axis=0))
    wide, tall = np.maximum(high - low, 1.0)
    width = float(np.sqrt(wide * tall / (BINS_PER_SEGMENT * len(segment))))
    width = max(width, float(max(wide, tall)) / (BINS_PER_SEGMENT * len(segment)), 1.0)
    corner = np.array([low[0], low[1], width])
    shape = int(wide // width) + 1, int(tall // width) + 1
    none = np.empty(0, dtype=np.int32)
    count = np.zeros(shape[0] * shape[1] + 1, dtype=np.int64)
    _fill(segment, corner, shape, count, none)
    first = np.cumsum(count)
    held = np.empty(int(first[-1]), dtype=np.int32)
    _fill(segment, corner, shape, first[:-1].copy(), held)
    return Bins(segment, edge, corner, shape, first, held)


@compiled
def _fill(
    segment: NDArray[np.float64],
    corner: NDArray[np.float64],
    shape: tuple[int, int],
    free: NDArray[np.int64],
    held: NDArray[np.int32],
) -> None:
    """Count the segments of each bin, one bin on; or, given room, put them where it is free."""
    width = corner[2]
    for at in range(len(segment)):
        west, east = segment[at, 0] - corner[0], segment[at, 2] - corner[0]
        south, north = segment[at, 1] - corner[1], segment[at, 3] - corner[1]
        if west > east:
            west, east, south, north = east, west, north, south
        slope = (north - south) / (east - west) if east > west else 0.0
        for column in range(int(west // width), min(int(east // width), shape[0] - 1) + 1):
            one, other = south, north
            if east > west:
                one = south + slope * (max(west, column * width) - west)
                other = south + slope * (min(east, (column + 1) * width) - west)
            # A row more on either side than floating point may have lost.
            lowest = max(int((min(one, other) - 1e-6) // width), 0)
            highest = min(int((max(one, other) + 1e-6) // width), shape[1] - 1)
            for row in range(lowest, highest + 1):
                cell = row * shape[0] + column
                if len(held):
                    held[free[cell]] = at
                    free[cell] += 1
                else:
                    free[cell + 1] += 1


@compiled
def nearest_segments(
    binned: Bins, point: NDArray[np.float64], cap: float, found: NDArray[np.int64]
) -> None:
    """
    Find the nearest segment of each point.

    Parameters
    ----------
    binned
        Segments in bins.
    point
        Easting and northing, finite, shape (p, 2).
    cap
        Farthest that a segment may lie.
    found
        Room for the position of the segment, -1 where none is as near, shape (p,). Of segments
        equally near, the one whose nearest point lies farthest west, then farthest south, then
        the first.
    """
    held = binned.segment, binned.first, binned.held
    for at in range(len(point)):
        x, y = point[at, 0], point[at, 1]
        width = binned.corner[2]
        column = int(np.floor((x - binned.corner[0]) / width))
        row = int(np.floor((y - binned.corner[1]) / width))
        best = (cap * cap, np.inf, np.inf, -1)
        farthest = max(column, row, binned.shape[0] - column, binned.shape[1] - row)
        ring = 0
        while ring <= farthest:
            inside = (ring - 1) * width
            if inside > 0 and inside * inside > best[0]:
                break
            for high in range(max(row - ring, 0), min(row + ring, binned.shape[1] - 1) + 1):
                step = 1 if abs(high - row) == ring or ring == 0 else 2 * ring
                for wide in range(column - ring, column + ring + 1, step):
                    if 0 <= wide < binned.shape[0]:
                        best = _nearer(held, high * binned.shape[0] + wide, x, y, best)
            ring += 1
        found[at] = best[3]


@inlined
def _nearer(
    binned: tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int32]],
    cell: int,
    x: float,
    y: float,
    best: tuple[float, float, float, int],
) -> tuple[float, float, float, int]:
    """Return the nearest so far: squared distance, easting, northing, segment."""
    segment, first, held = binned
    for at in range(first[cell], first[cell + 1]):
        one = held[at]
        px, py = foot(segment[one], x, y)
        new = ((px - x) * (px - x) + (py - y) * (py - y), px, py, int(one))
        if new < best:  # noqa: PLR1730 - numba has no min of tuples
            best = new
    return best


@inlined
def foot(segment: NDArray[np.float64], x: float, y: float) -> tuple[float, float]:
    """Return the point of a segment that is nearest to a point; its very ends where they are."""
    dx, dy = segment[2] - segment[0], segment[3] - segment[1]
    along = (x - segment[0]) * dx + (y - segment[1]) * dy
    whole = dx * dx + dy * dy
    if along <= 0:
        return segment[0], segment[1]
    if along >= whole:
        return segment[2], segment[3]
    return segment[0] + dx * (along / whole), segment[1] + dy * (along / whole)
