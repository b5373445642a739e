"""Shapes as short lists of whole numbers, 1e-5 of a degree (about a metre) apart."""

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

STEPS_PER_DEGREE = 100_000


def steps(lon_lat: NDArray[np.float64]) -> list[int]:
    """
    Return positions as differences: lon, lat of the first, then what to add for each next one.

    Parameters
    ----------
    lon_lat
        Degrees, shape (n, 2).

    Returns
    -------
    flat
        2 n whole numbers.

    Examples
    --------
    >>> steps(np.array([[76.9, 43.2], [76.90002, 43.19999]]))
    [7690000, 4320000, 2, -1]
    """
    whole = np.rint(lon_lat * STEPS_PER_DEGREE).astype(np.int64)
    flat: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
    return flat


def packed(shapes: NDArray[np.object_], kind: str) -> list[Any]:
    """
    Return shapes as lists of whole numbers.

    Parameters
    ----------
    shapes
        Points, lines or areas with a place, shape (n,).
    kind
        "Point", "LineString" or "Polygon"; lines and areas may have several parts.

    Returns
    -------
    packed
        Points: one flat list for all. Lines: for each shape a list of its parts. Areas: for each
        shape a list of its rings: each outer ring against the clock, then its holes with it.
    """
    if kind == "Point":
        return steps(shapely.get_coordinates(shapes))
    paths, of = (
        _rings(shapes) if kind == "Polygon" else shapely.get_parts(shapes, return_index=True)
    )
    written = [steps(shapely.get_coordinates(path)) for path in paths]
    ends = np.searchsorted(of, np.arange(len(shapes) + 1))
    return [written[start:end] for start, end in pairwise(ends.tolist())]


def _rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the rings of areas, and which shape each belongs to; both shape (r,)."""
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    outer = np.diff(part_of, prepend=-1) != 0
    turned = np.where(shapely.is_ccw(rings) == outer, rings, shapely.reverse(rings))
    return turned, shape_of[part_of]
