"""Cells of a regular grid, kept as rows and columns instead of outlines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea

LEAST = 200
"""Fewer cells than these are drawn as any other outlines."""

CORNERS = 5
"""Positions of a rectangle's ring, the first again at its end."""

TOLERANCE_M = 1.0
"""How far a corner may lie off the grid: files often round degrees to five decimals."""

TOLERANCE_DEG = 1e-5
"""The same, where the grid is one of degrees."""

TOLERANCE_SHARE = 0.02
"""A corner may never lie further off the grid than this share of a cell."""

FINEST_PER_DEGREE = 10_000_000
"""Whole numbers that nodes are written in, for each degree: about a centimetre."""

LONGEST_BLOCK = 32
"""Cells along the side of a block within which positions are read off its four corners."""

STRAIGHT_M = 0.25
"""How far a corner that is read off may lie from where it is."""

EQUATOR_M = 40_075_016.7


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Where each of n cells lies on a grid of equal rectangles along the axes of a plane."""

    origin: NDArray[np.float64]
    """Least x and y of the grid, in the plane: shape (2,)."""

    step: NDArray[np.float64]
    """Width and height of a cell, in the plane: shape (2,)."""

    at: NDArray[np.int64]
    """Column from the west and row from the south of each cell, shape (n, 2)."""

    in_degrees: bool
    """Whether the plane is longitude and latitude, or else the metric one."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the grid."""
        columns, rows = (self.at.max(axis=0) + 1).tolist()
        return columns, rows


def lattice_of(shapes: NDArray[np.object_], area: StudyArea) -> Lattice | None:
    """
    Return the grid that shapes are cells of, or None if they are not.

    Parameters
    ----------
    shapes
        Outlines with a place, in degrees, shape (n,).
    area
        The ground: the grid may lie along the axes of its metric plane, or along degrees.

    Returns
    -------
    lattice
        A grid of which every shape is exactly one cell, no two the same.
    """
    if len(shapes) < LEAST or not _all_rings_of_four(shapes):
        return None
    corners = shapely.get_coordinates(shapes).reshape(len(shapes), CORNERS, 2)
    found = _fitted(corners, TOLERANCE_DEG, in_degrees=True)
    if found is not None:
        return found
    metres = shapely.get_coordinates(area.to_metres(shapes)).reshape(corners.shape)
    return _fitted(metres, TOLERANCE_M, in_degrees=False)


def packed_cells(lattice: Lattice, area: StudyArea) -> dict[str, Any]:
    """
    Return a grid for the page.

    Parameters
    ----------
    lattice
        The grid.
    area
        The ground, whose plane the grid may lie in.

    Returns
    -------
    grid
        ``size``: columns and rows. ``at``: for each cell, in the order of the features, its number
        (row times columns, plus column) as runs: a difference, how often, the next difference, …
        ``block``: cells along a block's side. ``nodes``: corners of the blocks, row by row from
        the south-west, as differences of whole numbers, 1e-7 of a degree apart.
    """
    columns, rows = lattice.size
    number = lattice.at[:, 1] * columns + lattice.at[:, 0]
    block = LONGEST_BLOCK
    while block > 1 and _bent_m(lattice, area, block) > STRAIGHT_M:
        block //= 2
    nodes = np.rint(_nodes_deg(lattice, area, block) * FINEST_PER_DEGREE).astype(np.int64)
    return {
        "size": [columns, rows],
        "at": runs(number),
        "block": block,
        "nodes": np.diff(nodes, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist(),
    }


def runs(numbers: NDArray[np.int64]) -> list[int]:
    """
    Return whole numbers as runs of equal differences: a difference, how often, the next one, ….

    Examples
    --------
    >>> runs(np.array([5, 6, 7, 8, 20, 21]))
    [5, 1, 1, 3, 12, 1, 1, 1]
    """
    steps = np.diff(numbers, prepend=0)
    starts = np.flatnonzero(np.diff(steps, prepend=steps[:1] - 1))
    lengths = np.diff(starts, append=len(steps))
    flat: list[int] = np.column_stack([steps[starts], lengths]).ravel().tolist()
    return flat


def _all_rings_of_four(shapes: NDArray[np.object_]) -> bool:
    """Return whether each shape is one ring of four corners."""
    kinds = shapely.get_type_id(shapes)
    polygons = (kinds == shapely.GeometryType.POLYGON) | (
        (kinds == shapely.GeometryType.MULTIPOLYGON) & (shapely.get_num_geometries(shapes) == 1)
    )
    return bool(polygons.all() and (shapely.get_num_coordinates(shapes) == CORNERS).all())


def _fitted(corners: NDArray[np.float64], tolerance: float, *, in_degrees: bool) -> Lattice | None:
    """Return the grid of rectangles with these corners, shape (n, 5, 2), or None."""
    low, high = corners.min(axis=1), corners.max(axis=1)
    step = np.median(high - low, axis=0)
    slack = min(tolerance, TOLERANCE_SHARE * float(step.min()))
    if not step.min() > 0 or not _are_rectangles(corners, low, high, slack):
        return None
    at = np.rint((low - low.min(axis=0)) / step).astype(np.int64)
    last = np.maximum(at.max(axis=0), 1)
    # Over the whole grid a step is known better than from one cell.
    spans = low.max(axis=0) - low.min(axis=0)
    step = np.where(at.max(axis=0) > 0, spans / last, step)
    at = np.rint((low - low.min(axis=0)) / step).astype(np.int64)
    origin = np.median(low - at * step, axis=0)
    off = [np.abs(low - at * step - origin), np.abs(high - (at + 1) * step - origin)]
    if max(float(one.max()) for one in off) > slack or len(np.unique(at, axis=0)) < len(at):
        return None
    return Lattice(origin, step, at, in_degrees)


def _are_rectangles(
    corners: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    slack: float,
) -> bool:
    """Return whether each ring goes round the corners of its own box."""
    at_high = np.abs(corners - high[:, None]) <= slack
    at_low = np.abs(corners - low[:, None]) <= slack
    if not (at_high | at_low).all():
        return False
    which = at_high[:, :-1, 0] + 2 * at_high[:, :-1, 1]
    each_once = np.sort(which, axis=1) == np.arange(CORNERS - 1)
    sides_only = (np.diff(at_high.astype(int), axis=1) != 0).sum(axis=2) == 1
    return bool(each_once.all() and sides_only.all())


def _node_numbers(lattice: Lattice, block: int) -> tuple[NDArray[np.floating[Any]], ...]:
    """Return columns and rows at which blocks meet; the last lie on or beyond the grid's edge."""
    ends = (np.arange(-(-count // block) + 1, dtype=np.float64) for count in lattice.size)
    return tuple(end * block for end in ends)


def _nodes_deg(lattice: Lattice, area: StudyArea, block: int) -> NDArray[np.float64]:
    """Return longitude and latitude where blocks meet, row by row, shape (rows * columns, 2)."""
    columns, rows = _node_numbers(lattice, block)
    return _degrees(lattice, area, np.array([(x, y) for y in rows for x in columns]))


def _degrees(lattice: Lattice, area: StudyArea, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitude and latitude of places on the grid, shape (n, 2)."""
    xy = lattice.origin + at * lattice.step
    if lattice.in_degrees:
        return xy
    points = np.asarray(shapely.points(xy), dtype=object)
    return shapely.get_coordinates(area.to_degrees(points))


def _bent_m(lattice: Lattice, area: StudyArea, block: int) -> float:
    """Return how far the middles of blocks and of their sides lie from where corners put them."""
    columns, rows = _node_numbers(lattice, block)
    nodes = np.array([(x, y) for y in rows for x in columns])
    true = _mercator(_degrees(lattice, area, nodes)).reshape(len(rows), len(columns), 2)
    worst = 0.0
    for dx, dy in ((0.5, 0.0), (0.0, 0.5), (0.5, 0.5)):
        at = np.array([(x + dx * block, y + dy * block) for y in rows[:-1] for x in columns[:-1]])
        middle = _mercator(_degrees(lattice, area, at))
        read = (1 - dy) * ((1 - dx) * true[:-1, :-1] + dx * true[:-1, 1:]) + dy * (
            (1 - dx) * true[1:, :-1] + dx * true[1:, 1:]
        )
        worst = max(worst, float(np.abs(middle - read.reshape(-1, 2)).max()))
    return worst * EQUATOR_M


def _mercator(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places on the web's Mercator square, 0 to 1, as the page has them."""
    lon, lat = lon_lat.T
    y = np.arcsinh(np.tan(np.radians(lat))) / np.pi
    return np.column_stack([(lon + 180) / 360, (1 - y) / 2])
