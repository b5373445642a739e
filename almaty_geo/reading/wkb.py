"""From well-known binary, as databases have it, to shapes; each that is not sound is named."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.reading.coordinates import ADMITTED, legible_reason
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import no_shapes
from almaty_geo.specs import GeometryType


def shapes_of_wkb(
    blobs: Sequence[bytes | None], wanted: GeometryType | None, faults: Faults
) -> NDArray[np.object_]:
    """
    Return shapes from WKB.

    Parameters
    ----------
    blobs
        WKB (n,); None is a thing without a place.
    wanted
        Type that they must have; None for any. Several points that are only one are that one.
    faults
        Where each that cannot be taken is noted, and how many had a height.

    Returns
    -------
    shapes
        Shapes (n,), height left out; None where there is none or it cannot be taken.
    """
    given = no_shapes(len(blobs))
    given[:] = blobs
    shapes: NDArray[np.object_] = shapely.from_wkb(given, on_invalid="ignore")
    there = given != None  # noqa: E711 - elementwise
    for index in np.flatnonzero(there & shapely.is_missing(shapes)).tolist():
        faults.add(_complaint(given[index]), "WKB", feature=index, rule="nesting")
    for index in np.flatnonzero(shapely.is_empty(shapes)).tolist():
        faults.add("empty coordinates", "a place", feature=index, rule="empty")
        shapes[index] = None
    if wanted == "Point":
        shapes = _single(shapes, faults)
    _check_types(shapes, wanted, faults)
    return flattened(shapes, faults)


def flattened(shapes: NDArray[np.object_], faults: Faults) -> NDArray[np.object_]:
    """Return shapes without height, and note how many had one."""
    high = int(np.count_nonzero(shapely.has_z(shapes) | shapely.has_m(shapes)))
    if not high:
        return shapes
    faults.note("height left out", "height", count=high)
    flat: NDArray[np.object_] = shapely.force_2d(shapes)
    return flat


def _single(shapes: NDArray[np.object_], faults: Faults) -> NDArray[np.object_]:
    """Return shapes with points for those that hold several but have only one."""
    several = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    lone = several & (shapely.get_num_geometries(shapes) == 1)
    if not lone.any():
        return shapes
    singled = shapes.copy()
    singled[lone] = shapely.get_geometry(shapes[lone], 0)
    faults.note("sets of one point read as points", "single-part", count=int(lone.sum()))
    return singled


def _check_types(shapes: NDArray[np.object_], wanted: GeometryType | None, faults: Faults) -> None:
    """Note shapes of a type that is not admitted, and take them out."""
    admitted = ADMITTED[wanted]
    expected = " or ".join(admitted) if admitted else "nothing, as in a table"
    there = np.flatnonzero(~shapely.is_missing(shapes))
    for index in there.tolist():
        kind = shapes[index].geom_type
        if kind not in admitted:
            value = f"geometry type is {shown(kind)}"
            faults.add(value, expected, feature=index, rule="geometry-type")
            shapes[index] = None


def _complaint(blob: bytes) -> str:
    """Return why bytes are not WKB."""
    try:
        shapely.from_wkb(blob)
    except shapely.errors.ShapelyError as error:
        return f"geometry: {legible_reason(str(error))}"
    return "geometry is not WKB"
