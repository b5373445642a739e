"""What may lie between people and what they need: lines of the plan that are declared barriers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import UsageError
from almaty_geo.names import Name, row_name, rows_of
from almaty_geo.words import Text


@dataclass(frozen=True, slots=True, eq=False)
class Barrier:
    """One thing that may lie between: a river, a railway, a road."""

    layer: str
    """Layer that it comes from."""

    title: Text
    """What the layer is called."""

    ids: tuple[str, ...]
    """Rows that it consists of: those of one name, or one row without a name."""

    name: Name | None
    """Its name."""

    road: bool
    """Whether it is a road that people get onto from either side, being of role "network": it parts
    them only where its carriageways are far from each other by street."""

    lines: NDArray[np.object_]
    """Its lines in the metric plane, shape (k,)."""


def barriers_of(layers: Sequence[Layer], area: StudyArea) -> tuple[Barrier, ...]:
    """
    Return the barriers that layers hold.

    Parameters
    ----------
    layers
        Layers of lines, in the order in which the plan declares them.
    area
        Gives the metric plane.

    Returns
    -------
    barriers
        Rows of a layer that share a name are one barrier.

    Raises
    ------
    UsageError
        If a layer does not hold lines.
    """
    return tuple(barrier for layer in layers for barrier in _of_layer(layer, area))


def _of_layer(layer: Layer, area: StudyArea) -> Iterator[Barrier]:
    if layer.spec.geometry != "LineString":
        raise UsageError(
            f"Layer {layer.id!r} cannot be a barrier: it holds {layer.spec.geometry}, not lines."
        )
    frame, columns = layer.located, layer.spec.name_columns
    together: dict[object, list[int]] = {}
    names: list[Name | None] = []
    for position, row in enumerate(rows_of(frame, columns)):
        names.append(row_name(row, columns))
        together.setdefault(names[-1] or position, []).append(position)
    ids = frame["id"].astype(str).tolist() if "id" in frame else [str(i) for i in range(len(frame))]
    lines = area.to_metres(frame.geometry)
    for rows in together.values():
        yield Barrier(
            layer=layer.id,
            title=layer.spec.title,
            ids=tuple(ids[row] for row in rows),
            name=names[rows[0]],
            road=layer.spec.role == "network",
            lines=lines[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """Where straight segments meet barriers: k times, by segment and barrier."""

    segment: NDArray[np.intp]
    """Position of the segment, shape (k,)."""

    barrier: NDArray[np.intp]
    """Position of the barrier, shape (k,)."""

    spot_m: NDArray[np.float64]
    """Where the segment meets it first, easting and northing in metres, shape (k, 2)."""

    along: NDArray[np.float64]
    """Direction of the segment, of length 1, shape (k, 2)."""


def meet(ends_m: NDArray[np.float64], barriers: Sequence[Barrier]) -> Met:
    """
    Return where straight segments meet barriers.

    Parameters
    ----------
    ends_m
        Easting and northing of both ends of s straight segments in metres, shape (s, 2, 2).
    barriers
        What may lie between.

    Returns
    -------
    met
        Each barrier once for each segment that meets it, where it is met first.
    """
    lines = [line for barrier in barriers for line in barrier.lines]
    owner = np.repeat(np.arange(len(barriers)), [len(b.lines) for b in barriers])
    segments = np.array([shapely.LineString(both) for both in ends_m], dtype=object)
    tree = shapely.STRtree(lines)
    segment, line = tree.query(segments, predicate="intersects").reshape(2, -1)
    starts = ends_m[segment, 0]
    points = np.array([shapely.Point(start) for start in starts], dtype=object)
    crossed = shapely.intersection(segments[segment], tree.geometries[line])
    nearest = shapely.shortest_line(points, crossed)
    spot_m = shapely.get_coordinates(nearest).reshape(-1, 2, 2)[:, 1]
    step = spot_m - starts
    order = np.lexsort((np.linalg.norm(step, axis=1), owner[line], segment))
    pair = np.stack([segment[order], owner[line][order]], axis=1)
    _, first = np.unique(pair, axis=0, return_index=True)
    kept = order[first]
    way = ends_m[segment[kept], 1] - starts[kept]
    length = np.linalg.norm(way, axis=1, keepdims=True)
    return Met(
        segment=segment[kept].astype(np.intp),
        barrier=owner[line][kept].astype(np.intp),
        spot_m=spot_m[kept],
        along=way / np.where(length > 0, length, 1),
    )
