"""
Service areas: the ground from which people reach a place, in square cells.

A cell belongs if a person at its centre would: the same nearest edge, the same partial lengths and
the same straight line to it. So an area holds only ground that is reached, on this side of a river
or a railway, and never what merely lies between two streets that are; and a person is inside, up
to half a cell, exactly when the way is within reach. Cells of a longer reach include those of a
shorter one.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.travel.kernels.outline import rings
from almaty_geo.travel.kernels.segments import Bins
from almaty_geo.travel.sides import Sides
from almaty_geo.travel.snapping import Snapper

BLOCK = 16
"""Cells on a side of a block, in which ground far from streets and places is left out."""

TOGETHER = 8_000_000
"""Pairs of a place and a cell that are held at a time."""


def cells_around(
    snapper: Snapper, places_m: NDArray[np.float64], *, radius_m: float, cell_m: float
) -> NDArray[np.int64]:
    """
    Return cells that may be within reach.

    Parameters
    ----------
    snapper
        Streets that people join.
    places_m
        Easting and northing of places, finite, shape (n, 2).
    radius_m
        No way within reach comes from farther than this by air.
    cell_m
        Side of a cell; cells lie at multiples of it.

    Returns
    -------
    cells
        Column and row of each, south to north and west to east within blocks, shape (k, 2).
    """
    if snapper.bins is None or not len(places_m):
        return np.empty((0, 2), dtype=np.int64)
    block_m = BLOCK * cell_m
    blocks = _blocks_by_streets(snapper.bins, block_m, snapper.cap_m)
    centre_m = (blocks + 0.5) * block_m
    farthest_m = radius_m + block_m
    near = KDTree(places_m).query(centre_m, distance_upper_bound=farthest_m)[0] < np.inf
    within = np.stack(np.meshgrid(np.arange(BLOCK), np.arange(BLOCK)), axis=-1).reshape(-1, 2)
    return np.asarray((blocks[near, None] * BLOCK + within).reshape(-1, 2), dtype=np.int64)


def centres(cells: NDArray[np.int64], cell_m: float) -> NDArray[np.float64]:
    """Return the centres of cells in metres, shape (k, 2)."""
    return np.asarray((cells + 0.5) * cell_m, dtype=np.float64)


def areas_of(
    sides: Sides,
    cells: NDArray[np.int64],
    limits: Sequence[int],
    *,
    radius_m: float,
    cell_m: float,
) -> Iterator[tuple[int, NDArray[np.object_]]]:
    """
    Yield the areas of each place that something reaches.

    Parameters
    ----------
    sides
        The centres of cells as origins, the places as destinations.
    cells
        Column and row of each cell, shape (k, 2).
    limits
        Most that the way may cost, for each of r reaches.
    radius_m
        No way within reach comes from farther than this by air.
    cell_m
        Side of a cell.

    Yields
    ------
    place
        Its position.
    areas
        Shape (r,); None where no cell is within.
    """
    places = len(sides.destinations)
    most = min(len(cells), (2 * radius_m / cell_m + 1) ** 2)
    step = max(1, int(TOGETHER / max(most, 1)))
    for start in range(0, places, step):
        stop = min(start + step, places)
        first, cell, cost = sides.origins_within(max(limits), start=start, stop=stop)
        for row in np.flatnonzero(np.diff(first)):
            part = slice(first[row], first[row + 1])
            areas = np.empty(len(limits), dtype=object)
            areas[:] = [*outlines(cells[cell[part]], cost[part], limits, cell_m=cell_m)]
            yield start + int(row), areas


def outlines(
    cells: NDArray[np.int64], cost: NDArray[np.int64], limits: Sequence[int], *, cell_m: float
) -> Iterator[shapely.MultiPolygon | shapely.Polygon | None]:
    """
    Yield the outline of cells within each of several limits.

    Parameters
    ----------
    cells
        Column and row of the cells of one area, shape (k, 2).
    cost
        What each costs, shape (k,).
    limits
        Most that a cell may cost.
    cell_m
        Side of a cell.

    Yields
    ------
    outline
        In metres; None where no cell is within.
    """
    if not len(cells):
        yield from (None for _ in limits)
        return
    corner = cells.min(axis=0)
    column, row = (cells - corner).T
    high, wide = int(row.max()) + 1, int(column.max()) + 1
    for limit in limits:
        held = np.zeros((high, wide), dtype=np.bool_)
        within = cost <= limit
        held[row[within], column[within]] = True
        yield _outline(held, corner, cell_m) if within.any() else None


def _outline(
    held: NDArray[np.bool_], corner: NDArray[np.int64], cell_m: float
) -> shapely.MultiPolygon | shapely.Polygon:
    """Return the outline of cells, in metres."""
    at, first, part = rings(held)
    xy = (at + corner) * cell_m
    sizes = np.diff(first)
    last = first[1:] - 1
    after = np.arange(1, len(xy) + 1)
    after[last] = first[:-1]
    cross = at[:, 0].astype(np.int64) * at[after, 1] - at[after, 0].astype(np.int64) * at[:, 1]
    around = np.add.reduceat(cross, first[:-1]) > 0
    lines = np.asarray(shapely.linearrings(xy, indices=np.repeat(np.arange(len(sizes)), sizes)))
    shells = lines[around][np.argsort(part[around], kind="stable")]
    holes = [lines[~around][part[~around] == number] for number in range(len(shells))]
    parts = [shapely.Polygon(*one) for one in zip(shells, holes, strict=True)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _blocks_by_streets(bins: Bins, block_m: float, cap_m: float) -> NDArray[np.int64]:
    """Return blocks of cells that a street may be near enough to join, shape (k, 2)."""
    start, stop = bins.segment[:, :2], bins.segment[:, 2:]
    steps = np.ceil(np.abs(stop - start).max(axis=1) / block_m * 2).astype(np.int64) + 1
    of = np.repeat(np.arange(len(steps)), steps)
    share = (np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[of]
    on = _once(np.floor((start[of] + (stop - start)[of] * share[:, None]) / block_m))
    wide = int(np.ceil(cap_m / block_m)) + 1
    beside = np.arange(-wide, wide + 1)
    for step in ((1, 0), (0, 1)):
        on = _once((on[:, None] + beside[:, None] * step).reshape(-1, 2))
    return on


def _once(blocks: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each block once, from south to north, then from west to east."""
    whole = blocks.astype(np.int64)
    low = whole.min(axis=0)
    wide = int(whole[:, 0].max() - low[0]) + 1
    number = np.unique((whole[:, 1] - low[1]) * wide + whole[:, 0] - low[0])
    return np.asarray(np.stack([number % wide, number // wide], axis=1) + low, dtype=np.int64)
