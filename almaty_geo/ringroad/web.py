"""The few places where ways may change: interchanges, gates, the centre, ends of links and radials.

A way by car is one by streets, or by streets to such a place, along the ring road, a link or a
radial street to another, and by streets again. So a small table of ways between these places, with
the ways from everybody to them, holds every fastest way; nothing joins the ring road between its
interchanges.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from almaty_geo.ringroad.minutes import LEAST, MOST, UNREACHED, USUAL, Driving, at_speed, scaled
from almaty_geo.ringroad.road import M_PER_KM, Road
from almaty_geo.specs import Detour

VARIANTS = (LEAST, USUAL, MOST)

EdgeKind = Literal["ring", "link", "joint", "radial"]
"""Along the ring road; from an interchange to a street, taken to exist; between a gate and the
interchange beside it; along a radial street."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way between two places that no street shows; open in both directions."""

    ends: tuple[int, int]
    """Positions of the places."""

    kind: EdgeKind
    """What it is."""

    metres: float
    """How long it is."""

    ms: tuple[int, int, int]
    """What it takes in each variant."""


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """The fastest ways between k places in one variant."""

    cost: NDArray[np.int64]
    """Milliseconds, shape (k, k)."""

    after: NDArray[np.intp]
    """The place that comes next on the way, shape (k, k)."""

    def path(self, start: int, end: int) -> tuple[int, ...]:
        """Return the places that a way passes; empty where there is none."""
        if self.cost[start, end] >= UNREACHED:
            return ()
        path = [start]
        while path[-1] != end:
            path.append(int(self.after[path[-1], end]))
        return tuple(path)


def closed(between: NDArray[np.int64], edges: Sequence[Edge], *, variant: int) -> Closed:
    """
    Return the fastest ways between places, by streets and by edges (Floyd and Warshall).

    Parameters
    ----------
    between
        By streets, in the variant, shape (k, k).
    edges
        Other ways.
    variant
        Which cost of the edges counts.

    Returns
    -------
    closed
        More edges or places never make a way longer.
    """
    cost = between.copy()
    np.fill_diagonal(cost, 0)
    for edge in edges:
        one, other = edge.ends
        cost[one, other] = min(cost[one, other], edge.ms[variant])
        cost[other, one] = min(cost[other, one], edge.ms[variant])
    after = np.broadcast_to(np.arange(len(cost), dtype=np.intp), cost.shape).copy()
    for middle in range(len(cost)):
        by = cost[:, middle, None] + cost[None, middle, :]
        shorter = by < cost
        cost = np.where(shorter, by, cost)
        after = np.where(shorter, after[:, middle, None], after)
    return Closed(cost, after)


@dataclass(frozen=True, slots=True, eq=False)
class Web:
    """The places of a ring road and the ways between them that no street shows."""

    places_m: NDArray[np.float64]
    """Interchanges, then gates, the centre, and ends of links, shape (k, 2)."""

    interchanges: tuple[int, ...]
    """Their positions."""

    gates: tuple[int, ...]
    """Their positions, in the order of kilometres."""

    centre: int
    """Its position."""

    edges: tuple[Edge, ...]
    """Ways between them."""

    @property
    def off_ring(self) -> tuple[Edge, ...]:
        """All edges but those along the ring road."""
        return tuple(edge for edge in self.edges if edge.kind != "ring")


def web(road: Road, driving: Driving, *, detour: Detour, joint_m: float) -> Web:
    """
    Return the places of a ring road.

    Parameters
    ----------
    road
        The road.
    driving
        Speeds.
    detour
        How much longer links are than straight lines.
    joint_m
        A gate so near an interchange is joined to it.

    Returns
    -------
    web
        Neighbouring interchanges are joined along the drawn course.
    """
    joined = len(road.interchanges)
    centre = joined + len(road.gates)
    spots = [*road.interchanges, *road.gates, road.centre]
    ends = [link.end_m for link in road.links]
    places_m = np.array([*(spot.xy_m for spot in spots), *ends], dtype=np.float64)
    edges = [
        *_along(road, driving),
        *(
            _off(link.interchange, centre + 1 + at, "link", link.straight_m, (driving, detour))
            for at, link in enumerate(road.links)
        ),
    ]
    for gate in range(joined, centre):
        far_m = np.linalg.norm(places_m[:joined] - places_m[gate], axis=1)
        near = int(np.argmin(far_m))
        if far_m[near] <= joint_m:
            edges.append(_off(near, gate, "joint", float(far_m[near]), (driving, detour)))
    return Web(
        places_m=places_m,
        interchanges=tuple(range(joined)),
        gates=tuple(range(joined, centre)),
        centre=centre,
        edges=tuple(edges),
    )


def variants(
    cost: NDArray[np.int64], driving: Driving, stretch: tuple[float, float]
) -> tuple[NDArray[np.int64], ...]:
    """Return ways at the usual speed as they are in each variant."""
    return tuple(scaled(cost, times) for times in driving.stretched(*stretch))


def _along(road: Road, driving: Driving) -> list[Edge]:
    """Return the ring road from interchange to interchange."""
    order = sorted(range(len(road.interchanges)), key=lambda at: road.interchanges[at].km)
    edges = []
    for one, other in itertools.pairwise(order):
        km = road.interchanges[other].km - road.interchanges[one].km
        metres = km * M_PER_KM
        edges.append(Edge((one, other), "ring", metres, at_speed(metres, driving.ring)))
    return edges


def _off(
    one: int, other: int, kind: EdgeKind, straight_m: float, how: tuple[Driving, Detour]
) -> Edge:
    """Return a way that is a straight line times the detour index, at the city's speed."""
    driving, detour = how
    city = driving.city
    cost = (
        at_speed(straight_m * detour.low, city)[LEAST],
        at_speed(straight_m * detour.index, city)[USUAL],
        at_speed(straight_m * detour.high, city)[MOST],
    )
    return Edge((one, other), kind, straight_m * detour.index, cost)
