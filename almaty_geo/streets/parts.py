"""Parts of a network that hang together: the largest is kept, the others are named."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.streets.ledger import Entry
from almaty_geo.streets.lines import Lines
from almaty_geo.streets.splitting import Graph

_NAMES_MAX = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a network that hangs together with nothing else."""

    number: int
    """0 for the longest."""

    km: float
    """Length of its streets."""

    pieces: int
    """How many pieces it has."""

    names: tuple[str, ...]
    """Names of its longest streets, at most three; empty where it has none."""

    place: tuple[float, float]
    """Longitude and latitude of a place on it, the nearest to the largest part."""

    apart_m: float
    """How far it is from the largest part; 0 for the largest itself."""


def parts_of(graph: Graph, lines: Lines, area: StudyArea) -> tuple[Part, ...]:
    """
    Return the parts of a graph, the longest first.

    Parameters
    ----------
    graph
        The graph.
    lines
        What its pieces are of.
    area
        For longitudes and latitudes.
    """
    order = np.argsort(graph.component, kind="stable")
    bounds = np.searchsorted(graph.component[order], np.arange(len(graph.component_mm) + 1))
    main = shapely.STRtree(graph.course[order[: bounds[1]]])
    found = []
    nearest = []
    for number in range(len(bounds) - 1):
        pieces = order[bounds[number] : bounds[number + 1]]
        place, apart_m = _nearest(graph, pieces, main, number)
        nearest.append(place)
        km = float(graph.length_mm[pieces].sum() / 1e6)
        names = _names(graph, lines, pieces)
        found.append(Part(number, km, len(pieces), names, (0.0, 0.0), apart_m))
    lon_lat = shapely.get_coordinates(area.to_degrees(nearest))
    return tuple(
        replace(part, place=(round(lon, 7), round(lat, 7)))
        for part, (lon, lat) in zip(found, lon_lat.tolist(), strict=True)
    )


def kept_parts(
    graph: Graph, parts: tuple[Part, ...], keep: int | None
) -> tuple[Graph, tuple[Entry, ...]]:
    """Return a graph with its longest parts only, and an entry for each that is left out."""
    most = len(parts) if keep is None else keep
    left = tuple(
        Entry(
            "part-left-out",
            ", ".join(part.names) or "nameless streets",
            f"{part.km:.3f} km in {part.pieces} pieces, {part.apart_m:,.1f} m from the largest",
            "left out",
            part.place,
        )
        for part in parts[most:]
    )
    return (graph if not left else only(graph, graph.component < most)), left


def only(graph: Graph, chosen: NDArray[np.bool_]) -> Graph:
    """Return a graph with some of its pieces."""
    used, ends = np.unique(graph.ends[chosen], return_inverse=True)
    return replace(
        graph,
        chains=graph.chains.only(chosen),
        ends=ends.reshape(-1, 2),
        node_mm=graph.node_mm[used],
        course=graph.course[chosen],
        length_mm=graph.length_mm[chosen],
        component=graph.component[chosen],
    )


def _nearest(
    graph: Graph, pieces: NDArray[np.int64], main: shapely.STRtree, number: int
) -> tuple[shapely.Point, float]:
    """Return the place of a part that is nearest to the largest one, and how far it is."""
    course = graph.course[pieces]
    if number == 0:
        middle = shapely.line_interpolate_point(course[0], 0.5, normalized=True)
        return middle, 0.0
    (own, other), (apart_m,) = _closest(course, main)
    shortest = shapely.shortest_line(course[own], main.geometries[other])
    return shapely.get_point(shortest, 0), float(apart_m)


def _closest(
    course: NDArray[np.object_], main: shapely.STRtree
) -> tuple[tuple[int, int], tuple[float]]:
    pairs, metres = main.query_nearest(course, return_distance=True, all_matches=False)
    best = int(np.argmin(metres))
    return (int(pairs[0][best]), int(pairs[1][best])), (float(metres[best]),)


def _names(graph: Graph, lines: Lines, pieces: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the names of the longest streets."""
    total: Counter[str] = Counter()
    names = lines.name[graph.source[pieces]]
    for name, length_mm in zip(names.tolist(), graph.length_mm[pieces].tolist(), strict=True):
        if name:
            total[name] += length_mm
    ordered = sorted(total, key=lambda name: (-total[name], name))
    return tuple(ordered[:_NAMES_MAX])
