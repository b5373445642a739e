"""How many facilities are within reach, and how far the second and third nearest are."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UsageError
from almaty_geo.places import Demand, Facilities
from almaty_geo.travel import Pairs, Reach, Travel

MM_PER_M = 1000
MS_PER_MIN = 60_000
HAIR = 1e-6
"""What floating point may take from a whole millimetre or millisecond."""

BANDS = (1, 2, 3)
"""Multiples of the reach that maps and tables tell apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Reachable:
    """Every facility that each of n demand points can reach, up to the farthest band."""

    size: int
    """How many demand points there are, n."""

    farthest: Reach
    """Ways that are longer were not looked for."""

    pairs: Pairs
    """Demand points with the facilities they reach, sorted by point and way."""

    def count(self, value: float) -> NDArray[np.int64]:
        """
        Return how many facilities lie within a way of each point.

        Parameters
        ----------
        value
            Way in the unit of ``farthest``; a facility exactly that far counts.

        Returns
        -------
        count
            Shape (n,).

        Raises
        ------
        UsageError
            If the way is longer than ``farthest``: facilities there were not looked for.
        """
        if value > self.farthest.value:
            raise UsageError(
                f"Facilities were looked for up to {self.farthest.value:g} {self.farthest.unit} "
                f"of way, not {value:g}."
            )
        near = self.pairs.origin[self.pairs.way <= value]
        return np.bincount(near, minlength=self.size).astype(np.int64)

    def kth(self, k: int) -> NDArray[np.float64]:
        """
        Return the way of each point to its k-th nearest facility.

        Parameters
        ----------
        k
            1 for the nearest, 2 for the next, and so on.

        Returns
        -------
        way
            In the unit of ``farthest``, shape (n,); ``inf`` where fewer than k facilities lie
            within ``farthest``.

        Raises
        ------
        UsageError
            If k is less than 1.
        """
        if k < 1:
            raise UsageError(f"There is no {k}-th nearest facility: k must be 1 or more.")
        bounds = np.searchsorted(self.pairs.origin, np.arange(self.size + 1))
        at = bounds[:-1] + k - 1
        found = at < bounds[1:]
        way = np.full(self.size, np.inf)
        way[found] = self.pairs.way[at[found]]
        return way


def reachable(
    demand: Demand, facilities: Facilities, travel: Travel, *, reach: Reach, bands: int = BANDS[-1]
) -> Reachable:
    """
    Find every facility within some multiple of the reach.

    Facilities outside every area serve like any other: a border is no barrier.

    Parameters
    ----------
    demand
        People at n points.
    facilities
        What is open.
    travel
        The way from places to places.
    reach
        What counts as within reach.
    bands
        How many times the reach to look for.

    Returns
    -------
    reachable
        Pairs of points and facilities.
    """
    farthest = times(reach, bands)
    pairs = travel.pairs(demand.xy_m, facilities.xy_m, reach=farthest)
    return Reachable(len(demand.people), farthest, pairs)


def times(reach: Reach, factor: float) -> Reach:
    """Return a multiple of a reach, on the millimetre or millisecond that ways are kept to."""
    return replace(reach, value=steps_of(reach, (factor,))[0], metres=reach.metres * factor)


def steps_of(reach: Reach, factors: tuple[float, ...]) -> tuple[float, ...]:
    """
    Return multiples of a reach as ways are written, so that comparing with them is exact.

    Ways are whole millimetres or milliseconds: a reach between two of them holds the same as the
    smaller one, to which it is brought.
    """
    per = MM_PER_M if reach.unit == "m" else MS_PER_MIN
    parts = np.floor(reach.value * np.array(factors, dtype=np.float64) * per + HAIR)
    return tuple((parts / per).tolist())
