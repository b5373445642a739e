"""Doubts about areas: outlines that cross, are there twice, lie upon each other, or leave gaps."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.doctor.finding import Finding, Mending, named
from almaty_geo.doctor.shapes import polygonal, reshaped
from almaty_geo.doctor.tiling import Tiling, gaps, overlaps


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
    located = layer.located
    degrees = located.geometry.to_numpy()
    ids = [str(name) for name in located.get("id", located.index)]
    yield from _identical(layer.id, ids, degrees)
    if layer.spec.role == "area":
        rows = layer.frame.index.get_indexer(located.index).tolist()
        shapes = shapely.make_valid(area.to_metres(degrees))
        features = list(zip(ids, rows, strict=True))
        tiles = Tiling(layer.id, features, degrees, shapes, area)
        yield from overlaps(tiles)
        yield from gaps(tiles)


def mended(
    layer: str, feature: tuple[str, int], shape: shapely.Geometry, area: StudyArea
) -> Mending | None:
    """
    Return what repairing an outline would change, or None if nothing would be left of it.

    Parameters
    ----------
    layer, feature
        Whose outline it is: id, and row of the file.
    shape
        An outline that is not sound, in degrees.
    area
        For the metric plane; areas before and after are told.
    """
    return reshaped(layer, feature, "make-valid", (shape, polygonal(shape)), area)


def _identical(layer: str, ids: Sequence[str], shapes: NDArray[np.object_]) -> Iterator[Finding]:
    """Yield areas that are the same: whatever is counted by area counts twice."""
    bearers = defaultdict(list)
    for name, key in zip(ids, shapely.to_wkb(shapely.normalize(shapes)), strict=True):
        bearers[key].append(name)
    for same in bearers.values():
        if len(same) > 1:
            sentence = f"{named(same)} have the same outline."
            yield Finding(layer, "", "same-outline", "warning", sentence)
