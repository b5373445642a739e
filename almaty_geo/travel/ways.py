"""What a way of travelling answers: the nearest place, and every pair within reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.reach import Reach, Unit
from almaty_geo.words import Text

Basis = Literal["detour", "streets"]
Asked = Literal["streets", "detour", "local"]
"""What a question may rest on; "local" is the detour index around each place."""

MS_PER_MIN = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The way from each of n origins to its nearest destination."""

    way: NDArray[np.float64]
    """In the unit of the reach: whole millimetres written in metres, or whole milliseconds written
    in minutes; shape (n,); ``inf`` where there is no way."""

    least: NDArray[np.float64]
    """Shortest that the way may truly be, shape (n,)."""

    most: NDArray[np.float64]
    """Longest that the way may truly be, shape (n,)."""

    which: NDArray[np.intp]
    """Position of the nearest destination, shape (n,); -1 where there is none."""

    unit: Unit
    """Metres or minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of an origin and a destination within reach, sorted by origin, way, destination."""

    origin: NDArray[np.intp]
    """Position of the origin, shape (p,)."""

    destination: NDArray[np.intp]
    """Position of the destination, shape (p,)."""

    way: NDArray[np.float64]
    """Way between them, shape (p,), as in `Nearest`."""

    unit: Unit
    """Metres or minutes."""


class Travel(Protocol):
    """
    A way of getting from places to places.

    Places are easting and northing in metres, shape (n, 2); NaN where a thing has no place, which
    no way leads to. Ways are never shorter than the straight line.
    """

    @property
    def basis(self) -> Basis:
        """Whether ways follow streets or are straight lines times a detour index."""

    def said(self, reach: Reach) -> tuple[Text, ...]:
        """Return what must stand beside results: basis, interval, confidence, limits."""

    def nearest(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Nearest:
        """
        Find the nearest destination of each origin, however far.

        Parameters
        ----------
        origins_m, destinations_m
            Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where unlocated.
        reach
            Says how people travel, and whether ways are metres or minutes.

        Returns
        -------
        nearest
            Of destinations equally far to the millimetre or millisecond, the one that comes first.
        """

    def pairs(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Pairs:
        """
        Find every pair within reach.

        Parameters
        ----------
        origins_m, destinations_m
            Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where unlocated.
        reach
            A pair exactly that far is within.

        Returns
        -------
        pairs
            Sorted by origin, way and destination.
        """

    def areas(
        self, places_m: NDArray[np.float64], *, reaches: Sequence[Reach]
    ) -> NDArray[np.object_]:
        """
        Return the ground within reach of each place.

        Parameters
        ----------
        places_m
            Easting and northing in metres, shape (n, 2); NaN where unlocated.
        reaches
            The r reaches.

        Returns
        -------
        areas
            Polygons in the metric plane, shape (n, r); None where nothing is within reach.
        """


def whole(way: NDArray[np.float64], unit: Unit) -> NDArray[np.float64]:
    """
    Round ways to millimetres or milliseconds, so that "500 m" means the same on every machine.

    Parameters
    ----------
    way
        Metres or minutes, any shape.
    unit
        Which of them.

    Returns
    -------
    way
        The nearest double to a whole number of millimetres or milliseconds, so that comparing with
        a reach such as 7.3 is exact.
    """
    if unit == "m":
        return np.asarray(np.rint(way * 1000) / 1000, dtype=np.float64)
    return np.asarray(np.rint(way * MS_PER_MIN) / MS_PER_MIN, dtype=np.float64)
