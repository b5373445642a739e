"""The study area: the one place that knows the metric coordinate system."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.polynomial.chebyshev import chebval2d, chebvander
from numpy.typing import NDArray
from pyproj import Transformer

from almaty_geo.words import Text

DEGREES = "EPSG:4326"
PLANE_DEGREE = 8
"""Degree in longitude and in latitude of the polynomial that stands for a projection."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """
    The metric plane as polynomials, for whoever has no projection library: a page, say.

    Easting is the sum over i and j of ``east_m[i, j]`` T_i(u) T_j(v), with Chebyshev polynomials T
    and u and v the longitude and latitude brought from the box to -1 … 1; northing likewise.
    """

    box_deg: tuple[float, float, float, float]
    """West, south, east, north of the ground that it holds for."""

    east_m: NDArray[np.float64]
    """Coefficients, shape (degree + 1, degree + 1)."""

    north_m: NDArray[np.float64]
    """Coefficients, shape (degree + 1, degree + 1)."""

    error_m: float
    """Largest error found at places between those that the coefficients were fitted to."""

    def xy_m(self, lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return easting and northing, shape (n, 2), of longitude and latitude in degrees."""
        west, south, east, north = self.box_deg
        u = (2 * lon_lat[:, 0] - west - east) / (east - west)
        v = (2 * lon_lat[:, 1] - south - north) / (north - south)
        return np.column_stack([chebval2d(u, v, c) for c in (self.east_m, self.north_m)])


@dataclass(frozen=True)
class StudyArea:
    """A named piece of ground and the plane in which its metres are true."""

    name: Text
    """What maps and reports call it."""

    bounds_deg: tuple[float, float, float, float]
    """Area of interest: west, south, east, north, in degrees; data must lie in it."""

    metric_crs: str
    """Authority code of the plane; its unit is the metre."""

    @cached_property
    def _forward(self) -> Transformer:
        return Transformer.from_crs(DEGREES, self.metric_crs, always_xy=True)

    @cached_property
    def _back(self) -> Transformer:
        return Transformer.from_crs(self.metric_crs, DEGREES, always_xy=True)

    def to_metres(self, geometry: Iterable[object]) -> NDArray[np.object_]:
        """
        Return geometries in the metric plane.

        Parameters
        ----------
        geometry
            Shapes (n,), longitude and latitude in degrees; None stays None.

        Returns
        -------
        projected
            Shapes (n,), easting and northing in metres.
        """
        return _transformed(geometry, self._forward)

    def to_degrees(self, geometry: Iterable[object]) -> NDArray[np.object_]:
        """Return geometries of the metric plane as longitude and latitude, shapes (n,)."""
        return _transformed(geometry, self._back)

    def xy_m(self, points: Iterable[object]) -> NDArray[np.float64]:
        """
        Return easting and northing of points.

        Parameters
        ----------
        points
            Points (n,) in degrees; None where a thing has no place.

        Returns
        -------
        xy
            Metres, shape (n, 2); NaN where there is no place.
        """
        located = np.array(list(points), dtype=object)
        lon_lat = np.column_stack([shapely.get_x(located), shapely.get_y(located)])
        xy = np.full(lon_lat.shape, np.nan)
        has = ~np.isnan(lon_lat).any(axis=1)
        if has.any():
            xy[has] = np.column_stack(self._forward.transform(*lon_lat[has].T))
        return xy

    @cached_property
    def plane(self) -> Plane:
        """
        The plane as polynomials over the area of interest.

        Fitted at Chebyshev nodes by discrete orthogonality (L. N. Trefethen, *Approximation Theory
        and Approximation Practice*, 2013, ch. 3), held against the projection between them.
        """
        west, south, east, north = self.bounds_deg
        size = 2 * PLANE_DEGREE
        nodes = np.cos(np.pi * (np.arange(size) + 0.5) / size)
        weights = chebvander(nodes, PLANE_DEGREE).T * 2 / size
        weights[0] /= 2

        def projected(u: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            lon = west + (u + 1) / 2 * (east - west)
            lat = south + (u + 1) / 2 * (north - south)
            grid = np.array([(x, y) for x in lon for y in lat])
            return grid, np.column_stack(self._forward.transform(*grid.T))

        _, found = projected(nodes)
        values = found.T.reshape(2, size, size)
        # The means are taken out first: sums of smaller numbers lose fewer digits.
        means = values.mean(axis=(1, 2))
        fits = [weights @ (v - mean) @ weights.T for v, mean in zip(values, means, strict=True)]
        for fit, mean in zip(fits, means, strict=True):
            fit[0, 0] += mean
        plane = Plane(self.bounds_deg, fits[0], fits[1], 0.0)
        between, truly = projected(np.linspace(-1, 1, 2 * size + 1))
        return replace(plane, error_m=float(np.abs(plane.xy_m(between) - truly).max()))

    def holds(self, geometry: shapely.Geometry) -> bool:
        """Return whether a shape in degrees lies wholly in the area of interest."""
        west, south, east, north = shapely.bounds(geometry)
        w, s, e, n = self.bounds_deg
        return bool(w <= west and s <= south and east <= e and north <= n)


def grown(bounds_deg: Sequence[float], margin_m: float) -> tuple[float, float, float, float]:
    """
    Return a box in degrees grown by a margin on every side.

    Parameters
    ----------
    bounds_deg
        West, south, east, north.
    margin_m
        Metres to add; taken by the length of a degree at the box's middle latitude, which is
        true enough for a margin.

    Returns
    -------
    bounds_deg
        The larger box.
    """
    west, south, east, north = bounds_deg
    dy = margin_m / 111_320
    dx = dy / np.cos(np.radians((south + north) / 2))
    return (float(west - dx), float(south - dy), float(east + dx), float(north + dy))


def _transformed(geometry: Iterable[object], transformer: Transformer) -> NDArray[np.object_]:
    shapes = np.array(list(geometry), dtype=object)
    changed: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(*xy.T)) if len(xy) else xy
    )
    return changed
