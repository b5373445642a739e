"""Streets as a page carries them: what places may join, and where they join it."""

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.specs import Mode
from almaty_geo.streets.network import NEITHER, Network
from almaty_geo.travel.snapping import MM, Snapped
from almaty_geo.travel.streets import ByStreets
from almaty_geo.trying import Joins, StreetGraph

MODES: tuple[Mode, ...] = ("walk", "drive")


def carried(travel: ByStreets) -> tuple[StreetGraph, NDArray[np.intp]]:
    """
    Return the streets that places may join on foot or by car.

    Whatever hangs together with nothing that may be joined is left out: no way leads there.

    Parameters
    ----------
    travel
        Ways by streets.

    Returns
    -------
    graph
        Nodes in the order of the search's own graph, edges in that of the network, so that ties
        are told apart alike.
    edges
        Positions of its edges in the network, ascending.
    """
    network = travel.network
    joinable = {mode: travel.snapper(mode).edges for mode in MODES}
    edges = np.unique(np.concatenate(list(joinable.values())), sorted=True)
    node, ends = _renumbered(network, edges, travel.graph("walk", "m").rank)
    corners, corners_mm, amended = _courses(network, edges, network.node_xy_m[node], ends)
    graph = StreetGraph(
        nodes_mm=_whole(network.node_xy_m[node]),
        ends=ends,
        length_mm=network.length_mm[edges],
        corners=corners,
        corners_mm=corners_mm,
        amended=amended,
        direction={
            mode: np.where(np.isin(edges, own), network.direction(mode)[edges], NEITHER)
            for mode, own in joinable.items()
        },
        m_per_min={"walk": network.walk_m_per_min[edges], "drive": network.drive_m_per_min[edges]},
        leg_m_per_min=travel.walking_m_per_min,
        cap_m=travel.cap_m,
    )
    return graph, edges


def joins(snapped: Snapped, edges: NDArray[np.intp]) -> Joins:
    """Return where places join the streets that a page carries, those being ``edges``."""
    found = snapped.joined
    at = np.where(found, np.searchsorted(edges, np.where(found, snapped.edge, 0)), -1)
    return Joins(at.astype(np.intp), snapped.along_mm, snapped.off_mm)


def _renumbered(
    network: Network, edges: NDArray[np.intp], rank: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the nodes of some edges by their rank, and the new numbers of the edges' ends."""
    used = np.unique(network.ends[edges], sorted=True)
    node = used[np.argsort(rank[used], kind="stable")]
    number = np.full(len(rank), -1, dtype=np.int64)
    number[node] = np.arange(len(node))
    return node.astype(np.intp), number[network.ends[edges]].reshape(-1, 2)


def _courses(
    network: Network,
    edges: NDArray[np.intp],
    node_xy_m: NDArray[np.float64],
    ends: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[tuple[int, int, int, int, int], ...]]:
    """Return how many corners each course has between its ends, those, and ends that are off."""
    xy_m, of = shapely.get_coordinates(network.course[edges], return_index=True)
    xy_mm = _whole(xy_m)
    number = np.arange(len(edges))
    first, last = np.searchsorted(of, number), np.searchsorted(of, number, side="right") - 1
    inner = np.ones(len(of), dtype=bool)
    inner[first] = inner[last] = False
    node_mm = _whole(node_xy_m)
    off = np.concatenate([xy_mm[first] - node_mm[ends[:, 0]], xy_mm[last] - node_mm[ends[:, 1]]], 1)
    wrong = np.flatnonzero(off.any(axis=1))
    told = np.column_stack([wrong, off[wrong]]).tolist()
    return last - first - 1, xy_mm[inner], tuple((e, a, b, c, d) for e, a, b, c, d in told)


def _whole(xy_m: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(xy_m * MM).astype(np.int64)
