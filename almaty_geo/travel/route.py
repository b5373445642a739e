"""One way by streets from a place to another: its course and the streets that it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from almaty_geo.specs import Mode
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, Network
from almaty_geo.travel.reach import Unit
from almaty_geo.travel.snapping import MM, Snapped
from almaty_geo.travel.streets import ByStreets

TIE = 1_000_000
"""Costs are told apart in such parts, so that of equal ways the one of fewest streets is taken."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a way along one street."""

    name: str
    """Name of the street; empty where it has none."""

    metres: float
    """How long the part is."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A way by streets."""

    metres: float
    """How long it is, with the legs between places and streets."""

    minutes: float
    """How long it takes; legs at walking speed."""

    stretches: tuple[Stretch, ...]
    """Streets in order; neighbours of one name are one."""

    line: shapely.LineString
    """Its course in the metric plane, from place to place."""


class _Arcs(NamedTuple):
    """Parts of edges that may be travelled, as arcs of a graph; shapes (a,)."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    edge: NDArray[np.int64]
    start_mm: NDArray[np.int64]
    end_mm: NDArray[np.int64]


def route(
    streets: ByStreets,
    start_m: tuple[float, float],
    end_m: tuple[float, float],
    *,
    mode: Mode,
    least: Unit,
) -> Route | None:
    """
    Find the shortest or the fastest way.

    Parameters
    ----------
    streets
        The way of getting about.
    start_m, end_m
        Easting and northing in metres.
    mode
        On foot or by car.
    least
        Metres for the shortest, minutes for the fastest.

    Returns
    -------
    route
        None where there is no way, or a place lies too far off every street.
    """
    network = streets.network
    snapped = streets.snap(np.array([start_m, end_m], dtype=np.float64), mode=mode)
    if not snapped.joined.all():
        return None
    arcs = _arcs(network, snapped, mode=mode)
    taken = _shortest(network, arcs, mode=mode, least=least)
    if taken is None:
        return None
    way = _Arcs(*(column[taken] for column in arcs))
    legs_m = float(snapped.off_mm.sum()) / MM
    length_m = np.abs(way.end_mm - way.start_mm) / MM
    speed = network.walk_m_per_min if mode == "walk" else network.drive_m_per_min
    lines = [_course(network, *piece) for piece in zip(*way[2:], strict=True)]
    course = np.vstack([start_m, *lines, end_m])
    return Route(
        metres=float(length_m.sum()) + legs_m,
        minutes=float((length_m / speed[way.edge]).sum()) + legs_m / streets.walking_m_per_min,
        stretches=tuple(_stretches(network.name[way.edge], length_m)),
        line=shapely.LineString(course),
    )


def _arcs(network: Network, snapped: Snapped, *, mode: Mode) -> _Arcs:
    """Return the network with the two places as nodes of their own, after its nodes."""
    start, end = len(network.node_xy_m), len(network.node_xy_m) + 1
    edge, length = np.arange(len(network.ends)), network.length_mm
    none = np.zeros(len(edge), dtype=np.int64)
    (first, last), (at, to) = snapped.edge, snapped.along_mm
    rows: list[NDArray[np.int64]] = [
        np.stack([*network.ends.T, edge, none, length], axis=1),
        np.stack([*network.ends.T[::-1], edge, length, none], axis=1),
        np.array([[start, network.ends[first, 0], first, at, 0]]),
        np.array([[start, network.ends[first, 1], first, at, length[first]]]),
        np.array([[network.ends[last, 0], end, last, 0, to]]),
        np.array([[network.ends[last, 1], end, last, length[last], to]]),
        np.array([[start, end, first, at, to]])[: int(first == last)],
    ]
    arcs = _Arcs(*np.concatenate(rows).astype(np.int64).T)
    direction, step = network.direction(mode)[arcs.edge], arcs.end_mm - arcs.start_mm
    ahead, back = np.isin(direction, (BOTH, FORWARD)), np.isin(direction, (BOTH, BACKWARD))
    open_ = (step == 0) | ((step > 0) & ahead) | ((step < 0) & back)
    return _Arcs(*(column[open_] for column in arcs))


def _shortest(network: Network, arcs: _Arcs, *, mode: Mode, least: Unit) -> NDArray[np.intp] | None:
    """Return the positions of the arcs that the way takes, in order; None where there is none."""
    nodes = len(network.node_xy_m) + 2
    each = network.cost(mode, least) / network.length_mm
    cost = np.rint(each[arcs.edge] * np.abs(arcs.end_mm - arcs.start_mm)) * TIE + 1
    order = np.lexsort((cost, arcs.head, arcs.tail))
    pair = arcs.tail[order] * nodes + arcs.head[order]
    kept = order[np.unique(pair, return_index=True)[1]]
    matrix = csr_array((cost[kept], (arcs.tail[kept], arcs.head[kept])), shape=(nodes, nodes))
    far, before = dijkstra(matrix, indices=[nodes - 2], return_predecessors=True)
    if not np.isfinite(far[0, nodes - 1]):
        return None
    path = [nodes - 1]
    while path[-1] != nodes - 2:
        path.append(int(before[0, path[-1]]))
    wanted = np.array([tail * nodes + head for tail, head in pairwise(path[::-1])])
    return np.asarray(kept[np.searchsorted(np.unique(pair), wanted)], dtype=np.intp)


def _course(network: Network, edge: int, start_mm: int, end_mm: int) -> NDArray[np.float64]:
    """Return the coordinates of a part of an edge, in the direction of travel, shape (k, 2)."""
    line, length_mm = network.course[edge], int(network.length_mm[edge])
    ends = start_mm / length_mm, end_mm / length_mm
    return shapely.get_coordinates(substring(line, *ends, normalized=True))


def _stretches(names: NDArray[np.object_], length_m: NDArray[np.float64]) -> Iterator[Stretch]:
    """Yield streets in order, neighbours of one name together."""
    for name, parts in groupby(zip(names, length_m, strict=True), key=lambda part: str(part[0])):
        metres = float(sum(metres for _, metres in parts))
        if metres:
            yield Stretch(name, metres)
