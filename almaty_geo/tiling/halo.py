"""
How much ground around a part its answer needs, and streets cut to that ground.

No way is shorter than the straight line. So whatever lies within reach of a place lies within the
reach of it by air, and so does every street that the way runs along: what lies farther than the
reach from all places of a part can be left away, and who is within reach stays the same to the
person. Streets are kept a little farther out, as far as a place may lie off its street, so that
each place of the part and of its halo joins the same street as in the whole.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.specs import Mode
from almaty_geo.streets.network import NEITHER, Network
from almaty_geo.travel import Reach
from almaty_geo.travel.snapping import snapper

SLACK_M = 1.0
"""What rounding of ways to millimetres or milliseconds may take from a halo, and more."""

MS_PER_MIN = 60_000
MODES: tuple[Mode, ...] = ("walk", "drive")

Box = tuple[float, float, float, float]
"""West, south, east, north in metres."""


def halo_m(reach: Reach, *, fastest_m_per_min: float | None = None) -> float:
    """
    Return how far by air a place may lie that is within reach.

    Parameters
    ----------
    reach
        In metres or minutes.
    fastest_m_per_min
        Fastest that anybody gets along; needed for minutes by streets. By straight line the reach
        says itself how many metres it is.

    Returns
    -------
    halo_m
        The reach as metres, and a metre for what rounding takes.
    """
    if reach.unit == "m" or fastest_m_per_min is None:
        return reach.metres + SLACK_M
    return reach.value * fastest_m_per_min + SLACK_M


def fastest_m_per_min(network: Network, *, mode: Mode, leg_m_per_min: float) -> float:
    """
    Return the fastest that anybody gets along, legs off the street included.

    The cost of an edge is rounded to milliseconds, so a short edge may be a little faster than the
    speed of its class: what counts is its length over its cost.
    """
    open_ = network.direction(mode) != NEITHER
    cost_ms = network.cost(mode, "min")[open_]
    each = network.length_mm[open_] / 1000 / (cost_ms / MS_PER_MIN)
    return max(float(each.max(initial=0.0)), leg_m_per_min)


def box_of(xy_m: NDArray[np.float64]) -> Box:
    """Return the box around places, shape (n, 2), n at least 1."""
    (west, south), (east, north) = xy_m.min(axis=0), xy_m.max(axis=0)
    return float(west), float(south), float(east), float(north)


def grown_m(box: Box, by_m: float) -> Box:
    """Return a box grown on every side."""
    west, south, east, north = box
    return west - by_m, south - by_m, east + by_m, north + by_m


def inside(xy_m: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Return which places lie in a box, its sides included, shape (n,); those without none do."""
    with np.errstate(invalid="ignore"):
        within = (xy_m >= box[:2]) & (xy_m <= box[2:])
    return np.asarray(within.all(axis=1))


def touching(bounds_m: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Return which boxes, shape (n, 4), touch a box, shape (n,)."""
    west, south, east, north = box
    held: NDArray[np.bool_] = (
        (bounds_m[:, 0] <= east)
        & (bounds_m[:, 2] >= west)
        & (bounds_m[:, 1] <= north)
        & (bounds_m[:, 3] >= south)
    )
    return held


def settled(
    network: Network, *, cap_m: float, island_m: float, modes: Sequence[Mode] = MODES
) -> Network:
    """
    Close the streets that no place may join to those who may not.

    Which parts of a network are islands shows only in the whole. Nobody gets to an island from
    elsewhere, so closing it changes no way; and a part of the network then needs to know of none.

    Parameters
    ----------
    network
        The whole.
    cap_m, island_m
        As in `almaty_geo.travel.streets.ByStreets`.
    modes
        Ways of travelling that will be asked about; streets stay as they are for others.

    Returns
    -------
    network
        To be asked with ``island_m=0``.
    """
    codes = {mode: network.direction(mode) for mode in MODES}
    for mode in modes:
        kept = snapper(network, mode=mode, cap_m=cap_m, island_m=island_m).edges
        codes[mode] = np.full(len(network.length_mm), NEITHER, dtype=np.int8)
        codes[mode][kept] = network.direction(mode)[kept]
    return replace(network, walk=codes["walk"], drive=codes["drive"])


def cut(network: Network, bounds_m: NDArray[np.float64], box: Box) -> Network:
    """
    Return the edges that touch a box, whole, in the order of the network.

    Parameters
    ----------
    network
        The whole, settled.
    bounds_m
        Boxes of its courses, shape (m, 4).
    box
        What to keep.
    """
    kept = np.flatnonzero(touching(bounds_m, box))
    nodes, ends = np.unique(network.ends[kept], return_inverse=True)
    return replace(
        network,
        node_xy_m=network.node_xy_m[nodes],
        ends=ends.reshape(-1, 2).astype(np.int32),
        length_mm=network.length_mm[kept],
        course=network.course[kept],
        kind=network.kind[kept],
        name=network.name[kept],
        walk=network.walk[kept],
        drive=network.drive[kept],
        walk_m_per_min=network.walk_m_per_min[kept],
        drive_m_per_min=network.drive_m_per_min[kept],
        component=network.component[kept],
    )


def bounds_of(network: Network) -> NDArray[np.float64]:
    """Return the boxes of all courses, shape (m, 4)."""
    return np.asarray(shapely.bounds(network.course), dtype=np.float64).reshape(-1, 4)
