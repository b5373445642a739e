"""Doubts about areas: outlines that cross, lie upon each other, or leave ground to nobody."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.doctor.finding import Finding, named, repair_of
from almaty_geo.reading import Repair

AREA_TOLERANCE_M2 = 1.0
"""Ground that two areas may share, or leave out, without a word."""

SLIVER_M = 0.01
"""Mean width below which that ground is a matter of rounding, however long it is."""

SEAM_M = 0.1
"""Widest slit that does not lead out of a gap: where a corner of one area meets the side of
another, seven decimals of a degree leave a centimetre between them."""

GAP_M = 50.0
"""Widest strip, open at an end, that is taken for a gap: a main street. Wider ones are meant."""

_BORDER_SHARE = 0.1


def outlines(layer: Layer, area: StudyArea) -> Iterator[Finding]:
    """
    Yield doubts about a layer of areas.

    Parameters
    ----------
    layer
        Polygons of any role are compared with each other; those of role "area" must also cover
        the ground once, without gaps.
    area
        For the metric plane.
    """
    if layer.spec.geometry != "Polygon" or not len(layer.located):
        return
    degrees = layer.located.geometry.to_numpy()
    ids = [str(name) for name in layer.located.get("id", layer.located.index)]
    yield from _identical(layer.id, ids, degrees)
    if layer.spec.role == "area":
        shapes = shapely.make_valid(area.to_metres(degrees))
        yield from _overlaps(layer.id, ids, shapes)
        yield from _gaps(layer.id, ids, shapes, area)


def mended(layer: str, feature: str, shape: shapely.Geometry, area: StudyArea) -> Repair | None:
    """
    Return what repairing an outline would change, or None if nothing would be left of it.

    Parameters
    ----------
    layer, feature
        Whose outline it is.
    shape
        An outline that is not sound, in degrees.
    area
        For the metric plane; areas before and after are told.
    """
    parts = shapely.get_parts(shapely.make_valid(shape))
    sound = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - areas
    before, after = shapely.area(area.to_metres([shape, sound]))
    if not after > 0:
        return None
    shown = (f"an outline of {before:,.0f} m²", f"one of {after:,.0f} m²")
    was = {"geometry": json.loads(shapely.to_geojson(shape))}
    return repair_of(layer, feature, "make-valid", shown, was)


def _identical(layer: str, ids: Sequence[str], shapes: NDArray[np.object_]) -> Iterator[Finding]:
    """Yield areas that are the same: whatever is counted by area counts twice."""
    bearers = defaultdict(list)
    for name, key in zip(ids, shapely.to_wkb(shapely.normalize(shapes)), strict=True):
        bearers[key].append(name)
    for same in bearers.values():
        if len(same) > 1:
            sentence = f"{named(same)} have the same outline."
            yield Finding(layer, "", "same-outline", "warning", sentence)


def _overlaps(layer: str, ids: Sequence[str], shapes: NDArray[np.object_]) -> Iterator[Finding]:
    """Yield pairs of areas that share ground: people there count twice."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b)
    for a, b in pairs:
        common = shapely.intersection(shapes[a], shapes[b])
        if shapely.area(common) > AREA_TOLERANCE_M2 and not shapely.equals(shapes[a], shapes[b]):
            sentence = f"{ids[a]} and {ids[b]} overlap by {_size(common)}"
            yield _of_size(layer, "overlap", sentence, common)


def _gaps(
    layer: str, ids: Sequence[str], shapes: NDArray[np.object_], area: StudyArea
) -> Iterator[Finding]:
    """Yield ground between areas that belongs to none: people there count nowhere."""
    whole = shapely.union_all(shapes)
    outer = shapely.get_exterior_ring(shapely.get_parts(_closed(whole, SEAM_M)))
    filled = shapely.union_all(shapely.polygons(outer))
    beyond = shapely.difference(_closed(filled, GAP_M), filled)
    for rule, ground in (("gap", shapely.difference(filled, whole)), ("open-gap", beyond)):
        for gap in shapely.get_parts(ground):
            if shapely.area(gap) <= AREA_TOLERANCE_M2:
                continue
            beside = _neighbours(gap, shapes)
            if rule == "open-gap" and len(beside) < 2:  # noqa: PLR2004 - a gap is between two
                continue
            place = area.to_degrees([shapely.point_on_surface(gap)])[0]
            at = f"{shapely.get_x(place):.6g}, {shapely.get_y(place):.6g}"
            around = named([ids[i] for i in beside])
            sentence = f"{_size(gap)} at {at}, beside {around}, belong to no area"
            yield _of_size(layer, rule, sentence, gap)


def _closed(ground: shapely.Geometry, width_m: float) -> shapely.Geometry:
    """Return ground with every strip up to a width closed; its corners stay where they are."""
    half = width_m / 2
    wider = shapely.buffer(ground, half, join_style="mitre")
    return shapely.buffer(wider, -half, join_style="mitre")


def _neighbours(gap: shapely.Geometry, shapes: NDArray[np.object_]) -> list[int]:
    """Return areas that border a gap along a good part of its outline, not at a corner only."""
    near = np.flatnonzero(shapely.dwithin(shapes, gap, SLIVER_M))
    edge = shapely.buffer(gap, SLIVER_M)
    along = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), edge))
    long = near[along > _BORDER_SHARE * shapely.length(gap)]
    return [int(i) for i in long]


def _size(ground: shapely.Geometry) -> str:
    return f"{shapely.area(ground):,.0f} m²"


def _of_size(layer: str, rule: str, sentence: str, ground: shapely.Geometry) -> Finding:
    """Return a warning, or a note where the ground is too thin to matter."""
    width_m = 2 * shapely.area(ground) / shapely.length(ground)
    if width_m < SLIVER_M:
        thin = f"{sentence}, thinner than 1 cm: taken for rounding."
        return Finding(layer, "", f"{rule}-sliver", "note", thin)
    return Finding(layer, "", rule, "warning", f"{sentence}, about {width_m:,.1f} m wide.")
