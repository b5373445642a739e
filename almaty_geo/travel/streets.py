"""The way by streets: snapped to edges, directed, exact to the millimetre."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.errors import UsageError
from almaty_geo.specs import Mode
from almaty_geo.streets.network import NEITHER, Network
from almaty_geo.travel.areas import areas_of, cells_around, centres
from almaty_geo.travel.joining import join, leg_cost
from almaty_geo.travel.kernels import UNREACHED, Graph, graph
from almaty_geo.travel.reach import Reach, Unit
from almaty_geo.travel.sides import Side, Sides, per_unit
from almaty_geo.travel.snapping import MM, Snapped, Snapper, snapper
from almaty_geo.travel.standing import Standing
from almaty_geo.travel.telling import said
from almaty_geo.travel.ways import Basis, Nearest, Pairs, whole
from almaty_geo.words import Text

CAP_M = 500.0
"""Farthest that a place may lie off a street."""

ISLAND_M = 1000.0
"""Parts of the network with less length than this are not joined."""

KEPT = 64
"""Sets of places whose snaps are kept, the last ones asked for."""

CELL_M = 25.0
"""Side of the cells of service areas: half of it is how exactly their edge is known."""

USUAL_WALK_M_PER_MIN = 75.0
"""For a network that nobody can walk on."""

HAIR = 1e-6
"""What floating point may take from a whole number of millimetres or milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The ways from each of n origins to its k nearest destinations, nearest first."""

    way: NDArray[np.float64]
    """As in `Nearest`, shape (n, k); ``inf`` where there are fewer."""

    which: NDArray[np.intp]
    """Position of each destination, shape (n, k); -1 where there are fewer."""

    unit: Unit
    """Metres or minutes."""


@dataclass(frozen=True, eq=False)
class ByStreets:
    """
    Ways by streets: the basis where a network is at hand.

    A place joins the nearest point of the nearest edge that the mode may travel; the way to that
    point is the straight line at walking speed. Ways lead from people to facilities.
    """

    network: Network
    """Streets."""

    cap_m: float = CAP_M
    """Farthest that a place may lie off a street; no way leads to those beyond."""

    island_m: float = ISLAND_M
    """Parts of the network with less length than this are not joined; ``inf`` joins the longest
    part alone."""

    leg_m_per_min: float = 0.0
    """How fast people walk between a place and its street; 0 for the network's usual speed."""

    cell_m: float = CELL_M
    """Side of the cells that service areas are made of."""

    title: Text | None = None
    """What readers call the network; None for the id of its layer."""

    basis: Basis = "streets"
    """What results say they rest on."""

    _graphs: dict[tuple[Mode, Unit], Graph] = field(default_factory=dict, init=False, repr=False)
    _snaps: dict[tuple[Mode, bytes], Snapped] = field(default_factory=dict, init=False, repr=False)
    _snappers: dict[Mode, Snapper] = field(default_factory=dict, init=False, repr=False)

    def said(self, reach: Reach) -> tuple[Text, ...]:
        """Return what must stand beside results: layer, confidence, what it lacks, limits."""
        return said(
            self.network,
            self.snapper(reach.mode),
            reach,
            title=self.title,
            island_m=self.island_m,
            leg_m_per_min=self.walking_m_per_min,
        )

    def nearest(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Nearest:
        """
        Find the nearest destination of each origin, as `Travel.nearest`.

        Where the network shows no footpaths, the way on foot may truly be as short as the straight
        line.
        """
        sides = self._sides(origins_m, destinations_m, reach=reach)
        way, which = _read(sides.nearest().best, sides)
        least = way
        if reach.mode == "walk" and not self.network.footpaths:
            least = np.minimum(way, self._straight(sides))
        return Nearest(way=way, least=least, most=way, which=which, unit=reach.unit)

    def k_nearest(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        k: int,
        reach: Reach,
    ) -> Ranked:
        """
        Find the k nearest destinations of each origin, however far.

        Parameters
        ----------
        origins_m, destinations_m
            Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where unlocated.
        k
            How many, at least 1.
        reach
            Says how people travel, and whether ways are metres or minutes.

        Returns
        -------
        ranked
            Nearest first; of destinations equally far, the one that comes first.

        Raises
        ------
        UsageError
            If k is less than 1.
        """
        if k < 1:
            raise UsageError(f"k is {k}; at least 1 was expected.")
        sides = self._sides(origins_m, destinations_m, reach=reach)
        way, which = _read(sides.ranked(k), sides)
        return Ranked(way=way, which=which, unit=reach.unit)

    def standing(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Standing:
        """
        Return how things stand, ready to be asked what one destination more would change.

        Parameters
        ----------
        origins_m, destinations_m
            Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where unlocated.
        reach
            Says how people travel, and whether ways are metres or minutes.

        Returns
        -------
        standing
            Each question searches only where the new destination is the nearest.
        """
        sides = self._sides(origins_m, destinations_m, reach=reach)
        cap_mm = np.array([np.ceil(self.cap_m * MM)], dtype=np.int64)
        leg = leg_cost(cap_mm, unit=reach.unit, m_per_min=self.walking_m_per_min)
        return Standing(
            sides=sides,
            nearness=sides.nearest(),
            placed=lambda places_m: self._side(places_m, reach, out=False, keep=False),
            costliest=int(leg[0] + sides.graph.cost.max(initial=0)),
        )

    def pairs(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Pairs:
        """Find every pair within reach, as `Travel.pairs`."""
        sides = self._sides(origins_m, destinations_m, reach=reach)
        first, destination, cost = sides.within(_limit(reach))
        return Pairs(
            origin=np.repeat(np.arange(len(origins_m)), np.diff(first)),
            destination=destination.astype(np.intp),
            way=cost / per_unit(reach.unit),
            unit=reach.unit,
        )

    def areas(
        self, places_m: NDArray[np.float64], *, reaches: Sequence[Reach]
    ) -> NDArray[np.object_]:
        """
        Return the ground from which people reach each place, in square cells, as `Travel.areas`.

        Reaches of one mode and unit are reckoned together; the longer one holds the shorter.
        """
        areas = np.full((len(places_m), len(reaches)), None, dtype=object)
        for kind in dict.fromkeys((reach.mode, reach.unit) for reach in reaches):
            columns = [at for at, r in enumerate(reaches) if (r.mode, r.unit) == kind]
            alike = [reaches[at] for at in columns]
            for row, outline in self._outlines(places_m, alike):
                areas[row, columns] = outline
        return areas

    def snap(self, places_m: NDArray[np.float64], *, mode: Mode) -> Snapped:
        """
        Put places on streets.

        Parameters
        ----------
        places_m
            Easting and northing in metres, shape (n, 2); NaN where unlocated.
        mode
            On foot or by car.

        Returns
        -------
        snapped
            Row for row; see `Snapped.summary` for how far off the streets they lie.
        """
        key = (mode, sha256(np.ascontiguousarray(places_m, dtype=np.float64).tobytes()).digest())
        if key not in self._snaps:
            if len(self._snaps) >= KEPT:
                self._snaps.pop(next(iter(self._snaps)))
            self._snaps[key] = self.snapper(mode).snap(places_m)
        return self._snaps[key]

    @cached_property
    def walking_m_per_min(self) -> float:
        """How fast people walk between a place and its street."""
        if self.leg_m_per_min > 0:
            return self.leg_m_per_min
        speed = self.network.walk_m_per_min[self.network.walk != NEITHER]
        return float(np.median(speed)) if len(speed) else USUAL_WALK_M_PER_MIN

    def graph(self, mode: Mode, unit: Unit) -> Graph:
        """Return the network as one mode travels it; it is made once."""
        if (mode, unit) not in self._graphs:
            self._graphs[mode, unit] = graph(self.network, mode=mode, unit=unit)
        return self._graphs[mode, unit]

    def snapper(self, mode: Mode) -> Snapper:
        """Return what places are put on; it is made once."""
        if mode not in self._snappers:
            self._snappers[mode] = snapper(
                self.network, mode=mode, cap_m=self.cap_m, island_m=self.island_m
            )
        return self._snappers[mode]

    def _sides(
        self,
        origins_m: NDArray[np.float64],
        destinations_m: NDArray[np.float64],
        *,
        reach: Reach,
    ) -> Sides:
        """Return both sides of a question on the graph that answers it."""
        return Sides(
            graph=self.graph(reach.mode, reach.unit),
            unit=reach.unit,
            leg_m_per_min=self.walking_m_per_min,
            origins=self._side(origins_m, reach, out=True),
            destinations=self._side(destinations_m, reach, out=False),
        )

    def _outlines(
        self, places_m: NDArray[np.float64], reaches: Sequence[Reach]
    ) -> Iterator[tuple[int, NDArray[np.object_]]]:
        """Yield the position of each place that something reaches, and its areas, shape (r,)."""
        most = max(reaches, key=lambda reach: reach.value)
        places = self._side(places_m, most, out=False)
        known = np.flatnonzero(places.snapped.joined)
        radius_m = self._farthest_m(most)
        cells = cells_around(
            self.snapper(most.mode),
            places_m[known],
            radius_m=radius_m,
            cell_m=self.cell_m,
        )
        sides = Sides(
            graph=self.graph(most.mode, most.unit),
            unit=most.unit,
            leg_m_per_min=self.walking_m_per_min,
            origins=self._side(centres(cells, self.cell_m), most, out=True, keep=False),
            destinations=places,
        )
        limits = [_limit(one) for one in reaches]
        yield from areas_of(sides, cells, limits, radius_m=radius_m, cell_m=self.cell_m)

    def _farthest_m(self, reach: Reach) -> float:
        """Return how far away by air a place within reach may be."""
        if reach.unit == "m":
            return reach.value
        network = self.network
        speed = network.walk_m_per_min if reach.mode == "walk" else network.drive_m_per_min
        fastest = speed[network.direction(reach.mode) != NEITHER].max(initial=0.0)
        return reach.value * max(float(fastest), self.walking_m_per_min)

    def _side(
        self, places_m: NDArray[np.float64], reach: Reach, *, out: bool, keep: bool = True
    ) -> Side:
        """Return places on the graph; whether to keep their snaps for the next question."""
        snapped = (
            self.snap(places_m, mode=reach.mode)
            if keep
            else self.snapper(reach.mode).snap(places_m)
        )
        joined = join(
            self.network,
            self.graph(reach.mode, reach.unit),
            snapped,
            unit=reach.unit,
            leg_m_per_min=self.walking_m_per_min,
            out=out,
        )
        return Side(places_m, snapped, joined)

    def _straight(self, sides: Sides) -> NDArray[np.float64]:
        """Return the straight line to the nearest destination by air, in the unit of the ways."""
        straight_m = np.full(len(sides.origins), np.inf)
        here, there = sides.origins.snapped.located, sides.destinations.snapped.located
        if here.any() and there.any():
            tree = KDTree(sides.destinations.xy_m[there])
            straight_m[here] = tree.query(sides.origins.xy_m[here])[0]
        way = straight_m if sides.unit == "m" else straight_m / self.walking_m_per_min
        return whole(way, sides.unit)


def _limit(reach: Reach) -> int:
    """Return the most whole millimetres or milliseconds within a reach."""
    return int(np.floor(reach.value * per_unit(reach.unit) + HAIR))


def _read(key: NDArray[np.int64], sides: Sides) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the ways and the destinations that keys hold."""
    found = key < UNREACHED
    way = np.where(found, (key >> sides.shift) / per_unit(sides.unit), np.inf)
    return way, np.where(found, key & ((1 << sides.shift) - 1), -1).astype(np.intp)
