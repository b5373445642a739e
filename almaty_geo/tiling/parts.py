"""People in memory, cut into parts that one worker can hold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from almaty_geo.tiling.halo import (
    Box,
    bounds_of,
    box_of,
    cut,
    fastest_m_per_min,
    grown_m,
    halo_m,
    inside,
    settled,
)
from almaty_geo.travel import ByStreets, Nearest, Reach, Travel

POINTS = 5_000
"""Most points of a part: its streets and arrays then come to a few megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the people, with all that lies within their reach."""

    rows: NDArray[np.intp]
    """Positions of its p points among all."""

    origins_m: NDArray[np.float64]
    """Where they are, shape (p, 2)."""

    places: NDArray[np.intp]
    """Positions of the q facilities of part and halo among all, ascending."""

    places_m: NDArray[np.float64]
    """Where those are, shape (q, 2)."""

    travel: Travel
    """Ways over this ground."""

    reach: Reach
    """What is asked."""


def within_reach(part: Part) -> Nearest:
    """
    Return the nearest facility of each point of a part, where there is one within reach.

    Returns
    -------
    nearest
        Each way, least and most is that of the whole where it is at most the reach, else ``inf``:
        what lies beyond the halo is not known to a part. ``which`` counts among all facilities;
        -1 for a point out of reach.
    """
    found = part.travel.nearest(part.origins_m, part.places_m, reach=part.reach)
    way, least, most = (
        np.where(each <= part.reach.value, each, np.inf)
        for each in (found.way, found.least, found.most)
    )
    which = np.full(len(way), -1, dtype=np.intp)
    near = np.isfinite(way)
    which[near] = part.places[found.which[near]]
    return Nearest(way, least, most, which, found.unit)


def parts(
    origins_m: NDArray[np.float64],
    places_m: NDArray[np.float64],
    travel: Travel,
    *,
    reach: Reach,
    most: int = POINTS,
) -> Iterator[Part]:
    """
    Cut people into parts, each with its halo.

    Parameters
    ----------
    origins_m
        People, easting and northing in metres, shape (n, 2); those without a place are in no part.
    places_m
        Facilities, shape (m, 2).
    travel
        Ways over the whole ground.
    reach
        What is asked: the halo is as wide.
    most
        Most points of a part.

    Yields
    ------
    part
        One after another, so that never more than a few are there at once.
    """
    ground = _ground(travel, reach)
    located = np.flatnonzero(np.isfinite(origins_m).all(axis=1))
    for rows in _halved(located, origins_m, most):
        box = box_of(origins_m[rows])
        places = np.flatnonzero(inside(places_m, grown_m(box, ground.halo_m)))
        yield Part(rows, origins_m[rows], places, places_m[places], ground.around(box), reach)


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """Ways over the whole ground, ready to be cut."""

    travel: Travel
    """Ways; by streets with islands settled."""

    halo_m: float
    """How far by air a place within reach may lie."""

    bounds_m: NDArray[np.float64] | None = None
    """Boxes of the streets' courses; None where ways do not follow streets."""

    def around(self, box: Box) -> Travel:
        """Return ways over a box and its halo."""
        if not isinstance(self.travel, ByStreets) or self.bounds_m is None:
            return self.travel
        kept = grown_m(box, self.halo_m + self.travel.cap_m)
        return replace(self.travel, network=cut(self.travel.network, self.bounds_m, kept))


def _ground(travel: Travel, reach: Reach) -> _Ground:
    """Return ways ready to be cut: what only the whole shows is settled first."""
    if not isinstance(travel, ByStreets):
        return _Ground(travel, halo_m(reach))
    network = settled(
        travel.network, cap_m=travel.cap_m, island_m=travel.island_m, modes=(reach.mode,)
    )
    leg = travel.walking_m_per_min
    fastest = (
        fastest_m_per_min(network, mode=reach.mode, leg_m_per_min=leg)
        if reach.unit == "min"
        else None
    )
    whole = ByStreets(network, travel.cap_m, 0.0, leg, travel.cell_m, travel.title)
    return _Ground(whole, halo_m(reach, fastest_m_per_min=fastest), bounds_of(network))


def _halved(
    rows: NDArray[np.intp], xy_m: NDArray[np.float64], most: int
) -> Iterator[NDArray[np.intp]]:
    """Halve places along their longer side until no part has more than `most`."""
    waiting = [rows] if len(rows) else []
    while waiting:
        own = waiting.pop()
        if len(own) <= most:
            yield np.sort(own)
            continue
        west, south, east, north = box_of(xy_m[own])
        axis = 0 if east - west >= north - south else 1
        order = np.lexsort((own, xy_m[own, axis]))
        middle = len(own) // 2
        waiting += [own[order[middle:]], own[order[:middle]]]
