"""Doubts about lines: in pieces, without length, there twice, and places far from all of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.finding import Finding, id_of, named, rows
from almaty_geo.errors import AlmatyGeoError

JOINED_M = 0.5
"""Lines nearer than this meet: a crossing written to seven decimals is a centimetre off."""

LOOSE_M = 10.0
"""A loose end this near to another line was meant to meet it, or to stop at it."""

FAR_M = 2_500.0
"""From here on a place is not on the streets that a layer holds."""


def lines(layer: Layer, area: StudyArea) -> Iterator[Finding]:
    """
    Yield doubts about a layer of lines.

    Parameters
    ----------
    layer
        Lines of any role have length, once; those of role "network" should hang together.
    area
        For the metric plane.
    """
    if layer.spec.geometry != "LineString" or not len(layer.located):
        return
    located = layer.located
    ids = [id_of(layer, row) for row in located.index]
    degrees = located.geometry.to_numpy()
    metres = area.to_metres(degrees)
    short = shapely.length(metres) < JOINED_M
    if layer.spec.routable:  # streets are cut at every junction, however near the next one is
        short[:] = False
    for i in np.flatnonzero(short).tolist():
        sentence = f"{ids[i]}: the line is {shapely.length(metres[i]):.2f} m long."
        yield Finding(layer.id, ids[i], "no-length", "warning", sentence)
    yield from _twice(layer.id, ids, degrees)
    if layer.spec.role == "network":
        yield from _pieces(layer.id, ids, metres)
        yield from _loose(layer.id, ids, metres, area)


def far_from_lines(layer: Layer, catalogue: Catalogue, area: StudyArea) -> Iterator[Finding]:
    """
    Yield how many places of a layer lie far from every line of a network.

    Parameters
    ----------
    layer
        Points; nobody comes to them by the streets there are.
    catalogue
        Where the networks are.
    area
        For the metric plane.
    """
    if layer.spec.geometry != "Point" or not len(layer.located):
        return
    for name in catalogue.with_role("network"):
        try:
            network = catalogue[name].located.geometry.to_numpy()
        except AlmatyGeoError:  # found where that layer is checked
            continue
        if not len(network):
            continue
        streets = area.to_metres(network)
        points = area.to_metres(layer.located.geometry.to_numpy())
        metres = shapely.distance(points, streets[shapely.STRtree(streets).nearest(points)])
        far = np.flatnonzero(metres > FAR_M)
        if len(far):
            ids = [id_of(layer, row) for row in layer.located.index[far]]
            reach = " to ".join(
                dict.fromkeys(f"{d / 1000:.1f}" for d in (metres[far].min(), metres[far].max()))
            )
            lie = "lies" if len(far) == 1 else "lie"
            said = f"{rows(len(far), len(layer))} {lie} {reach} km from the nearest line of {name}"
            feature = ids[0] if len(ids) == 1 else ""
            at = shapely.union_all(layer.located.geometry.to_numpy()[far])
            sentence = f"{said}: {named(ids)}."
            yield Finding(layer.id, feature, "far-from-lines", "note", sentence, at=at)


def _twice(layer: str, ids: list[str], degrees: NDArray[np.object_]) -> Iterator[Finding]:
    """Yield lines that run the same course."""
    bearers = defaultdict(list)
    for name, key in zip(ids, shapely.to_wkb(shapely.normalize(degrees)), strict=True):
        bearers[key].append(name)
    for same in bearers.values():
        if len(same) > 1:
            sentence = f"{named(same)} run the same course."
            yield Finding(layer, "", "same-line", "warning", sentence)


def _pieces(layer: str, ids: list[str], metres: NDArray[np.object_]) -> Iterator[Finding]:
    """Yield into how many pieces a network falls: there is no way from one to another."""
    tree = shapely.STRtree(metres)
    one, other = tree.query(metres, predicate="dwithin", distance=JOINED_M)
    size = len(metres)
    joined = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
    number, piece = connected_components(joined, directed=False)
    if number > 1:
        sizes = Counter(piece.tolist())
        main = max(sizes, key=lambda p: (sizes[p], -p))
        apart = [name for name, p in zip(ids, piece.tolist(), strict=True) if p != main]
        said = f"the lines fall into {number:,} pieces; the largest holds"
        sentence = f"{said} {sizes[main]:,} of {size:,}, apart are {named(apart)}."
        yield Finding(layer, "", "pieces", "note", sentence)


def _loose(
    layer: str, ids: list[str], metres: NDArray[np.object_], area: StudyArea
) -> Iterator[Finding]:
    """Yield ends that stop just short of another line, or reach just beyond it."""
    parts, owner = shapely.get_parts(metres, return_index=True)
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    own = np.concatenate([owner, owner])
    xy = shapely.get_coordinates(ends)
    alone = KDTree(xy).query_ball_point(xy, JOINED_M, return_length=True) == 1
    tree = shapely.STRtree(metres)
    end, line = tree.query(ends, predicate="dwithin", distance=LOOSE_M)
    other = (own[end] != line) & alone[end]
    end, line = end[other], line[other]
    gap = shapely.distance(ends[end], metres[line])
    crosses = shapely.intersects(metres[own[end]], metres[line])
    touching = np.unique(end[gap <= JOINED_M])
    free = ~np.isin(end, touching)
    for rule, verb, said, chosen in (
        ("short-end", "stop", "less than 10 m short of another line", free & ~crosses),
        ("overshoot", "reach", "less than 10 m beyond another line", free & crosses),
    ):
        which = np.unique(end[chosen])
        if len(which):
            bearers = list(dict.fromkeys(ids[i] for i in own[which].tolist()))
            ends_do = f"end {verb}{'es' if verb == 'reach' else 's'}"
            what = ends_do if len(which) == 1 else f"ends {verb}"
            at = shapely.union_all(area.to_degrees(ends[which]))
            sentence = f"{len(which):,} {what} {said}: {named(bearers)}."
            yield Finding(layer, "", rule, "note", sentence, at=at)
