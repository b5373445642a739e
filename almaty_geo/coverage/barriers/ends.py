"""Where links may start and end: points along streets."""

from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.specs import Mode
from almaty_geo.streets import Network
from almaty_geo.streets.network import NEITHER


class Ends:
    """
    Points along streets.

    Parameters
    ----------
    network
        The streets.
    mode
        How people travel; streets closed to it have no points.
    step_m
        Longest distance between points of one street.
    """

    def __init__(self, network: Network, *, mode: Mode, step_m: float) -> None:
        self.courses: NDArray[np.object_] = network.course[network.direction(mode) != NEITHER]
        """Lines in the metric plane."""
        dense = shapely.segmentize(self.courses, step_m)
        self.xy_m: NDArray[np.float64] = np.unique(
            shapely.get_coordinates(dense).reshape(-1, 2), axis=0
        )
        """Easting and northing in metres, sorted, each once, shape (e, 2)."""

    @cached_property
    def tree(self) -> KDTree:
        """The points, ready to be searched."""
        return KDTree(self.xy_m)

    @cached_property
    def lines(self) -> shapely.STRtree:
        """The lines, ready to be searched."""
        return shapely.STRtree(self.courses)

    def near(self, line: shapely.Geometry, *, within_m: float, beyond_m: float) -> NDArray[np.intp]:
        """
        Return the points along a line.

        Parameters
        ----------
        line
            Line in the metric plane; nothing is near an empty one.
        within_m, beyond_m
            How far points may be from it, and how far they must be.

        Returns
        -------
        positions
            Growing, shape (k,).
        """
        if shapely.is_empty(line):
            return np.empty(0, dtype=np.intp)
        west, south, east, north = shapely.bounds(line)
        low, high = (west - within_m, south - within_m), (east + within_m, north + within_m)
        inside = np.flatnonzero(((self.xy_m >= low) & (self.xy_m <= high)).all(axis=1))
        shapely.prepare(line)
        points = shapely.points(self.xy_m[inside])
        near = shapely.dwithin(points, line, within_m) & ~shapely.dwithin(points, line, beyond_m)
        return inside[near]
