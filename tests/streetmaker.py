"""Invented streets: a drawn network, or a random town of any size."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from almaty_geo.streets.network import BOTH, Network

Line = Sequence[tuple[float, float]]


def drawn(*lines: Line, **changed: Any) -> Network:
    """
    Return a network of hand-drawn lines that meet where their ends are the same point.

    Parameters
    ----------
    lines
        Corners of each edge's course, in metres.
    changed
        Fields of the network to set otherwise; those of edges may be one value for all.
    """
    course = np.array([shapely.LineString(line) for line in lines], dtype=object)
    tips = np.array([(line[0], line[-1]) for line in lines], dtype=float).reshape(-1, 2)
    nodes, at = np.unique(tips, axis=0, return_inverse=True)
    ends = at.reshape(-1, 2).astype(np.int32)
    return network(nodes, ends, course, **changed)


def network(
    nodes: NDArray[np.float64],
    ends: NDArray[np.int32],
    course: NDArray[np.object_],
    **changed: Any,
) -> Network:
    """Return a network of given edges, with what is not given made up."""
    m = len(ends)
    length_mm = np.ceil(shapely.length(course) * 1000 - 1e-3).astype(np.int64)
    fields: dict[str, Any] = {
        "layer": "streets",
        "node_xy_m": nodes,
        "ends": ends,
        "length_mm": length_mm,
        "course": course,
        "kind": np.full(m, "residential", dtype=object),
        "name": np.full(m, "", dtype=object),
        "walk": np.full(m, BOTH, dtype=np.int8),
        "drive": np.full(m, BOTH, dtype=np.int8),
        "walk_m_per_min": np.full(m, 75.0),
        "drive_m_per_min": np.full(m, 500.0),
        "component": _component(len(nodes), ends, length_mm),
        "footpaths": False,
        "one_way": True,
        "confidence": "medium",
    }
    for name, value in changed.items():
        given = fields[name]
        whole = isinstance(given, np.ndarray) and name != "node_xy_m" and np.ndim(value) == 0
        fields[name] = np.full(m, value, dtype=given.dtype) if whole else value
        if isinstance(given, np.ndarray) and not whole:
            fields[name] = np.asarray(value, dtype=given.dtype)
    return Network(**fields)


def town(nodes: int, *, seed: int = 7, spacing_m: float = 90.0, **changed: Any) -> Network:
    """
    Return a random town: a jittered grid with a third of its streets left out.

    Parameters
    ----------
    nodes
        About how many; what does not hang together with the most is left out.
    seed
        Of the random numbers.
    spacing_m
        Between crossings.
    changed
        Fields of the network to set otherwise.
    """
    rng = np.random.default_rng(seed)
    wide = max(round((nodes * 1.06 * 1.25) ** 0.5), 2)
    high = max(int(nodes * 1.06) // wide, 2)
    at = np.arange(wide * high).reshape(high, wide)
    xy_m = np.stack([at.ravel() % wide, at.ravel() // wide], axis=1) * spacing_m
    xy_m = np.round(xy_m + rng.normal(0, spacing_m * 0.18, xy_m.shape), 3)
    across = np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], axis=1)
    up = np.stack([at[:-1].ravel(), at[1:].ravel()], axis=1)
    ends = np.concatenate([across, up])
    ends = ends[rng.random(len(ends)) > 0.3]
    part = _parts(len(xy_m), ends)
    kept = part == np.bincount(part).argmax()
    renumbered = (np.cumsum(kept) - 1).astype(np.int32)
    ends = renumbered[ends[kept[ends[:, 0]]]]
    xy_m = xy_m[kept]
    return network(xy_m, ends, _bent(xy_m, ends, rng), **changed)


def _bent(
    xy_m: NDArray[np.float64], ends: NDArray[np.int32], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return courses between nodes, each with a bend."""
    start, stop = xy_m[ends[:, 0]], xy_m[ends[:, 1]]
    bend = (start + stop) / 2 + rng.normal(0, 6, start.shape)
    return np.asarray(shapely.linestrings(np.stack([start, np.round(bend, 3), stop], axis=1)))


def _parts(nodes: int, ends: NDArray[Any]) -> NDArray[np.int32]:
    """Return the connected part of each node."""
    joins = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    return np.asarray(connected_components(joins, directed=False)[1], dtype=np.int32)


def _component(
    nodes: int, ends: NDArray[np.int32], length_mm: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the part of each edge, 0 for the longest."""
    if not len(ends):
        return np.empty(0, dtype=np.int32)
    part = _parts(nodes, ends)[ends[:, 0]]
    length = np.bincount(part, length_mm)
    rank = np.empty(len(length), dtype=np.int32)
    rank[np.argsort(-length, kind="stable")] = np.arange(len(length), dtype=np.int32)
    return rank[part]
