"""The outline of cells: rings along their borders, each simple."""

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.kernels.compiled import compiled, inlined

EAST, NORTH, WEST, SOUTH = 0, 1, 2, 3


def rings(
    cells: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """
    Trace the borders of cells.

    Parameters
    ----------
    cells
        Whether each belongs; rows from south to north, shape (h, w).

    Returns
    -------
    corner
        Column and row of each corner of each ring, shape (k, 2).
    first
        Where the corners of each ring start; one more than there are rings.
    part
        Which group of cells, joined by their sides, each ring bounds. Of a group's rings, one runs
        counterclockwise around it; the others run clockwise around its holes. No ring touches
        itself.
    """
    framed = np.zeros((cells.shape[0] + 2, cells.shape[1] + 2), dtype=np.bool_)
    framed[1:-1, 1:-1] = cells
    corner, first, part = _traced(framed, _parts(framed))
    return corner - 1, first, part


@compiled
def _parts(framed: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the number of each cell's group, from 0; -1 for no cell."""
    high, wide = framed.shape
    part = np.full((high, wide), -1, dtype=np.int32)
    waiting = np.empty((high * wide, 2), dtype=np.int32)
    number = 0
    for row in range(high):
        for column in range(wide):
            if not framed[row, column] or part[row, column] >= 0:
                continue
            part[row, column] = number
            waiting[0] = row, column
            last = 0
            while last >= 0:
                y, x = waiting[last]
                last -= 1
                for step in range(4):
                    v = y + (step == NORTH) - (step == SOUTH)
                    u = x + (step == EAST) - (step == WEST)
                    if framed[v, u] and part[v, u] < 0:
                        part[v, u] = number
                        last += 1
                        waiting[last] = v, u
            number += 1
    return part


@inlined
def _border(framed: NDArray[np.bool_], y: int, x: int, way: int) -> bool:
    """Return whether a border leads from a corner in a direction, with a cell on its left only."""
    if way == EAST:
        return bool(framed[y, x] and not framed[y - 1, x])
    if way == NORTH:
        return bool(framed[y, x - 1] and not framed[y, x])
    if way == WEST:
        return bool(framed[y - 1, x - 1] and not framed[y, x - 1])
    return bool(framed[y - 1, x] and not framed[y - 1, x - 1])


@compiled
def _traced(
    framed: NDArray[np.bool_], part: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """Return the corners of rings, where each starts, and its group."""
    high, wide = framed.shape
    seen = np.zeros((high, wide), dtype=np.bool_)
    stack = np.empty((2 * high * wide, 2), dtype=np.int32)
    on_stack = np.full((high, wide), -1, dtype=np.int32)
    corner = np.empty((2 * high * wide, 2), dtype=np.int32)
    first = np.zeros(high * wide + 1, dtype=np.int64)
    of = np.empty(high * wide, dtype=np.int32)
    count = 0
    for row in range(1, high):
        for column in range(1, wide):
            if not _border(framed, row, column, EAST) or seen[row, column]:
                continue
            y, x, way, size = row, column, EAST, 0
            while True:
                # A corner met before closes a ring of its own: there the outline touches itself.
                if on_stack[y, x] >= 0:
                    size = _closed(stack, on_stack, corner, first, count, on_stack[y, x], size)
                    of[count] = part[row, column]
                    count += 1
                    if (y, x, way) == (row, column, EAST):
                        on_stack[y, x] = -1
                        break
                else:
                    on_stack[y, x] = size
                    stack[size] = x, y
                    size += 1
                y, x, way = _next_corner(framed, seen, y, x, way)
    return corner[: first[count]], first[: count + 1], of[:count]


@inlined
def _next_corner(
    framed: NDArray[np.bool_], seen: NDArray[np.bool_], y: int, x: int, way: int
) -> tuple[int, int, int]:
    """Follow the border to where it turns; return that corner and where it leads on."""
    turned = way
    while turned == way:
        if way == EAST:
            seen[y, x] = True
        y += (way == NORTH) - (way == SOUTH)
        x += (way == EAST) - (way == WEST)
        turned = _turned(framed, y, x, way)
    return y, x, turned


@inlined
def _turned(framed: NDArray[np.bool_], y: int, x: int, way: int) -> int:
    """Return where the border leads on: left if it can, so that it keeps to its own cells."""
    for turn in (1, 0, 3):
        if _border(framed, y, x, (way + turn) % 4):
            return (way + turn) % 4
    return (way + 2) % 4


@compiled
def _closed(  # noqa: PLR0913, PLR0917 - arrays of one tracing
    stack: NDArray[np.int32],
    on_stack: NDArray[np.int32],
    corner: NDArray[np.int32],
    first: NDArray[np.int64],
    count: int,
    start: int,
    size: int,
) -> int:
    """Move the corners since one from the stack to the rings; return how many are left."""
    full = first[count]
    for at in range(start, size):
        x, y = stack[at]
        corner[full] = x, y
        full += 1
        on_stack[y, x] = -1
    first[count + 1] = full
    # The corner itself stays: the ring around goes on through it.
    on_stack[stack[start, 1], stack[start, 0]] = start
    return start + 1
