"""Where the people out of reach live: clusters, largest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from almaty_geo.coverage.measure import Coverage
from almaty_geo.places import split_by

LINK_M = 300
"""Points out of reach this near to each other, in a straight line, belong together."""

WIDEST = 2
"""Widest that a cluster may be, in multiples of the reach: one facility could then serve it."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """People out of reach who live together in one area."""

    people: int
    """How many, at least 1."""

    points: tuple[int, ...]
    """Positions of its demand points, growing."""

    xy_m: tuple[float, float]
    """Centre weighted by people: easting and northing in metres."""

    area: str
    """Id of the area, or "outside"."""

    extra: float | None
    """How much farther than the reach its people go, on average of those who have a way, in the
    unit of the reach; None where nobody has."""

    no_way: int
    """People of it whom no way leads to any facility."""


def clusters(
    coverage: Coverage, areas: str, *, link_m: float = LINK_M, widest_m: float | None = None
) -> tuple[Cluster, ...]:
    """
    Put people out of reach together.

    Points of one area at most ``link_m`` apart are joined (single linkage). A chain that grows
    wider than ``widest_m`` is cut across its longer side, half of its people on either side, until
    no part is wider.

    Parameters
    ----------
    coverage
        Who is out of reach.
    areas
        Layer of areas; a cluster never spans two, so that areas add up.
    link_m
        Longest gap inside a cluster.
    widest_m
        Longest side of a cluster's box; by default twice the reach in metres.

    Returns
    -------
    clusters
        By people, the largest first. They hold everybody out of reach who has a place.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer of areas.
    """
    member, demand = split_by(coverage.areas, areas), coverage.demand
    located = np.isfinite(demand.xy_m).all(axis=1)
    out = np.flatnonzero(~coverage.within & located & (demand.people > 0))
    widest = WIDEST * coverage.reach.metres if widest_m is None else widest_m
    found = []
    for position, name in enumerate(member.names):
        inside = member.at[out] == position
        for chain in linked(demand.xy_m, out[inside], link_m=link_m):
            parts = _cut(demand.xy_m, demand.people, chain, widest)
            found += [_cluster(coverage, part, name) for part in parts]
    return tuple(sorted(found, key=lambda one: (-one.people, one.points)))


def linked(
    xy_m: NDArray[np.float64], chosen: NDArray[np.intp], *, link_m: float
) -> Iterator[NDArray[np.intp]]:
    """
    Yield chosen points in groups whose gaps are at most ``link_m`` (single linkage).

    Parameters
    ----------
    xy_m
        Easting and northing of all points in metres, shape (n, 2).
    chosen
        Positions of those to group, growing.
    link_m
        Longest gap.

    Yields
    ------
    group
        Positions, growing.
    """
    if not len(chosen):
        return
    near = KDTree(xy_m[chosen]).query_pairs(link_m, output_type="ndarray")
    yield from joined(chosen, near)


def joined(chosen: NDArray[np.intp], near: NDArray[np.integer[Any]]) -> Iterator[NDArray[np.intp]]:
    """Yield the connected groups of chosen points, given pairs (p, 2) of places in ``chosen``."""
    size = len(chosen)
    graph = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(size, size))
    number, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(1, number))
    for group in np.split(order, bounds):
        yield chosen[group]


def _cut(
    xy_m: NDArray[np.float64], people: NDArray[np.int64], chain: NDArray[np.intp], widest_m: float
) -> Iterator[NDArray[np.intp]]:
    """Yield parts of a chain that are no wider than is allowed."""
    waiting = [chain]
    while waiting:
        part = waiting.pop()
        sides = np.ptp(xy_m[part], axis=0)
        axis = int(np.argmax(sides))
        if sides[axis] <= widest_m:
            yield part
            continue
        below = xy_m[part, axis] <= _middle(xy_m[part, axis], people[part])
        waiting += [part[below], part[~below]]


def _middle(along_m: NDArray[np.float64], people: NDArray[np.int64]) -> float:
    """Return the place along an axis that about half of the people do not exceed, but not all."""
    places, at = np.unique(along_m, return_inverse=True)
    weight = np.cumsum(np.bincount(at, weights=people))
    middle = int(np.searchsorted(weight * 2, weight[-1]))
    return float(places[min(middle, len(places) - 2)])


def _cluster(coverage: Coverage, points: NDArray[np.intp], area: str) -> Cluster:
    people, way = coverage.demand.people[points], coverage.nearest.way[points]
    total = int(people.sum())
    centre = (coverage.demand.xy_m[points] * people[:, None]).sum(axis=0) / total
    has = np.isfinite(way)
    going = int(people[has].sum())
    extra = (
        float((people[has] * (way[has] - coverage.reach.value)).sum()) / going if going else None
    )
    return Cluster(
        people=total,
        points=tuple(points.tolist()),
        xy_m=(float(centre[0]), float(centre[1])),
        area=area,
        extra=extra,
        no_way=total - going,
    )
