"""Straight line times the detour index around the place where people start."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.specs import Detour
from almaty_geo.travel.reach import Reach
from almaty_geo.travel.straight import StraightLine, first_nearest, located, over
from almaty_geo.travel.ways import Basis, Nearest, Pairs
from almaty_geo.words import Text, count, say

FARTHEST_M = 1000.0
"""Farther from any place whose index is known, the one index of the plan holds."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalDetour:
    """
    Straight line times an index that differs from place to place: a sensitivity of the one index.

    Which facility is nearest does not change; how far it is does.
    """

    detour: Detour
    """The plan's one index; its interval holds everywhere."""

    known_m: NDArray[np.float64]
    """Places whose index is known, easting and northing in metres, shape (k, 2)."""

    index: NDArray[np.float64]
    """Way over straight line around them, at least 1, shape (k,)."""

    basis: Basis = "detour"
    """What results say they rest on."""

    def said(self, reach: Reach) -> tuple[Text, ...]:
        """Return the basis in words, to stand beside every result."""
        around = say(
            "Each place has the detour index of its surroundings, measured at {n} places: "
            "a sensitivity of the city’s one index.",
            n=count(len(self.index)),
        )
        return (around, *StraightLine(self.detour).said(reach))

    def around(self, places_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Return the index around places.

        Parameters
        ----------
        places_m
            Easting and northing in metres, shape (n, 2); NaN where unlocated.

        Returns
        -------
        index
            That of the nearest known place, shape (n,); the plan's own far from any.
        """
        index = np.full(len(places_m), self.detour.index)
        here = located(places_m)
        if len(here) and len(self.index):
            far, at = KDTree(self.known_m).query(places_m[here])
            index[here] = np.where(far <= FARTHEST_M, self.index[at], self.detour.index)
        return index

    def nearest(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Nearest:
        """Return the destination nearest by air of each origin, as `Travel.nearest`."""
        found = StraightLine(self.detour).nearest(origins_m, destinations_m, reach=reach)
        straight = np.full(len(origins_m), np.inf)
        here, there = located(origins_m), located(destinations_m)
        if len(here) and len(there):
            straight[here], _ = first_nearest(origins_m[here], destinations_m[there])
        way = over(straight, self.around(origins_m), reach)
        return Nearest(
            way=way,
            least=np.minimum(found.least, way),
            most=np.maximum(found.most, way),
            which=found.which,
            unit=reach.unit,
        )

    def pairs(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Pairs:
        """Find every pair within reach, as `Travel.pairs`."""
        around = self.around(origins_m)
        least = min(around.min(initial=self.detour.index), self.detour.index)
        widest = self.detour.model_copy(update={"index": least, "low": min(1.0, least)})
        near = StraightLine(widest).pairs(origins_m, destinations_m, reach=reach)
        apart = origins_m[near.origin] - destinations_m[near.destination]
        way = over(np.hypot(*apart.T), around[near.origin], reach)
        kept = way <= reach.value
        origin, destination, way = near.origin[kept], near.destination[kept], way[kept]
        order = np.lexsort((destination, way, origin))
        return Pairs(origin[order], destination[order], way[order], reach.unit)

    def areas(
        self, places_m: NDArray[np.float64], *, reaches: Sequence[Reach]
    ) -> NDArray[np.object_]:
        """Return circles by the index around each place, as `Travel.areas`."""
        areas = np.full((len(places_m), len(reaches)), None, dtype=object)
        for row, index in enumerate(self.around(places_m)):
            own = self.detour.model_copy(update={"index": float(index)})
            areas[row] = StraightLine(own).areas(places_m[row : row + 1], reaches=reaches)[0]
        return areas
