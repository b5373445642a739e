"""Where most of the people of an area live, for maps to show that part of it."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer

BEYOND_SHARE = 0.003
"""Of the people, how many may live beyond each edge of a map of people."""

CLOSER = 0.55
"""Maps of people show the part where they live if its box is less than this of the whole's."""

LEAST_SIDE = 0.5
"""That part is at least so wide and so high, next to the longer side of the whole."""

Box = tuple[float, float, float, float]


def closer(
    shapes: Mapping[str, NDArray[np.object_]],
    layers: Mapping[str, Layer],
    focus: shapely.Geometry,
    people: Iterable[str],
) -> Box | None:
    """
    Return the box that maps of people show of an area; None where they show all of it.

    Parameters
    ----------
    shapes, layers
        Geometry in metres, and rows, of each layer.
    focus
        The area, in metres.
    people
        Layers of people.
    """
    bounds = shapely.bounds(focus).tolist()
    box = inhabited(shapes, layers, focus, people)
    if box is None:
        return None
    grown = _at_least(box, LEAST_SIDE * max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
    return None if _size(grown) > CLOSER * _size(bounds) else grown


def inhabited(
    shapes: Mapping[str, NDArray[np.object_]],
    layers: Mapping[str, Layer],
    focus: shapely.Geometry,
    people: Iterable[str],
) -> Box | None:
    """Return the box in metres where nearly all people of an area live; None where nobody does."""
    xy, number = [np.empty((0, 2))], [np.empty(0)]
    shapely.prepare(focus)
    for name in people:
        points = shapes[name]
        where = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
        inside = shapely.intersects_xy(focus, *np.nan_to_num(where, nan=np.inf).T)
        xy.append(where[inside])
        number.append(layers[name].frame["people"].fillna(0).to_numpy(dtype=float)[inside])
    at, weight = np.concatenate(xy), np.concatenate(number)
    if weight.sum() <= 0:
        return None
    (west, east), (south, north) = (_most(at[:, axis], weight) for axis in (0, 1))
    return west, south, east, north


def _most(where: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[float, float]:
    """Return between which places nearly all of a weight lies."""
    order = np.argsort(where, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    low, high = np.searchsorted(share, [BEYOND_SHARE, 1 - BEYOND_SHARE])
    return float(where[order[low]]), float(where[order[min(high, len(where) - 1)]])


def _at_least(bounds: Box, side_m: float) -> Box:
    """Return a box grown about its middle to be so wide and so high."""
    west, south, east, north = bounds
    wide, high = max(side_m - (east - west), 0) / 2, max(side_m - (north - south), 0) / 2
    return west - wide, south - high, east + wide, north + high


def _size(bounds: Sequence[float]) -> float:
    west, south, east, north = bounds
    return (east - west) * (north - south)
