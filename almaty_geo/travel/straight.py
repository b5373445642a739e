"""Straight line times a detour index: the way where no streets are at hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.specs import Detour
from almaty_geo.travel.reach import Reach
from almaty_geo.travel.ways import Basis, Nearest, Pairs, whole
from almaty_geo.words import Text, count, say, term

TIES = 8
"""How many equally far places are told apart."""

WHOLE_MM = 0.001
"""Slack of a search in metres; what it finds is held to the reach exactly."""


@dataclass(frozen=True, slots=True)
class StraightLine:
    """Straight line times a detour index: the basis where no streets are at hand."""

    detour: Detour
    """How much longer the way is."""

    basis: Basis = "detour"
    """What results say they rest on."""

    def said(self, reach: Reach) -> tuple[Text, ...]:
        """Return the basis in words, to stand beside every result."""
        said = say(
            "Distance: straight line × {index} ({low} to {high}), not by streets. {basis} "
            "Confidence: {confidence}.",
            index=count(self.detour.index, digits=2),
            low=count(self.detour.low, digits=2),
            high=count(self.detour.high, digits=2),
            basis=self.detour.basis,
            confidence=term("confidence", self.detour.confidence),
        )
        if reach.m_per_min is None:
            return (said,)
        speed = say(
            "Minutes are distance at {speed} km/h, the same everywhere.",
            speed=count(reach.m_per_min * 60 / 1000, digits=1),
        )
        return (said, speed)

    def nearest(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Nearest:
        """Find the nearest destination of each origin, as `Travel.nearest`."""
        straight = np.full(len(origins_m), np.inf)
        which = np.full(len(origins_m), -1, dtype=np.intp)
        here, there = located(origins_m), located(destinations_m)
        if len(here) and len(there):
            straight[here], at = first_nearest(origins_m[here], destinations_m[there])
            which[here] = there[at]
        return Nearest(
            way=over(straight, self.detour.index, reach),
            least=over(straight, self.detour.low, reach),
            most=over(straight, self.detour.high, reach),
            which=which,
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
        here, there = located(origins_m), located(destinations_m)
        if not len(here) or not len(there):
            none = np.empty(0, dtype=np.intp)
            return Pairs(none, none, np.empty(0), reach.unit)
        most_m = reach.metres / self.detour.index + WHOLE_MM
        near = KDTree(origins_m[here]).sparse_distance_matrix(
            KDTree(destinations_m[there]), most_m, output_type="ndarray"
        )
        way = over(near["v"], self.detour.index, reach)
        kept = way <= reach.value
        origin, destination, way = here[near["i"][kept]], there[near["j"][kept]], way[kept]
        order = np.lexsort((destination, way, origin))
        return Pairs(origin[order], destination[order], way[order], reach.unit)

    def areas(
        self, places_m: NDArray[np.float64], *, reaches: Sequence[Reach]
    ) -> NDArray[np.object_]:
        """Return circles, as `Travel.areas`: as if ways were the same in every direction."""
        areas = np.full((len(places_m), len(reaches)), None, dtype=object)
        here = located(places_m)
        centres = shapely.points(places_m[here])
        for column, reach in enumerate(reaches):
            areas[here, column] = shapely.buffer(centres, reach.metres / self.detour.index)
        return areas


def over(
    straight_m: NDArray[np.float64], index: float | NDArray[np.float64], reach: Reach
) -> NDArray[np.float64]:
    """Return the ways over straight lines (n,), in the unit of the reach."""
    way = straight_m * index
    return whole(way if reach.m_per_min is None else way / reach.m_per_min, reach.unit)


def located(places_m: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the positions of places that have one."""
    return np.flatnonzero(np.isfinite(places_m).all(axis=1))


def first_nearest(
    origins_m: NDArray[np.float64], destinations_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return distance and position of the nearest; among equals the first position."""
    places, first = np.unique(destinations_m, axis=0, return_index=True)
    neighbours = min(TIES, len(places))
    found, at = KDTree(places).query(origins_m, k=list(range(1, neighbours + 1)))
    metres = np.asarray(found, dtype=np.float64)
    alike = whole(metres, "m")
    rank = np.where(alike == alike[:, :1], first[at], np.iinfo(np.intp).max)
    return metres[:, 0], rank.min(axis=1)
