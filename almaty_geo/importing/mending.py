"""Outlines that are not sound, made sound on the way in: only where asked for, each listed."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.doctor.shapes import polygonal, reshaped
from almaty_geo.exports.sheet import DECIMALS
from almaty_geo.importing.ledger import ImportEntry
from almaty_geo.plan import Plan
from almaty_geo.reading import Found, Note

RULES = frozenset({"crosses-itself", "no-area"})
"""Faults of an outline that holds areas all the same."""

RULE = "make-valid"
"""What the doctor calls the same repair."""

ROUNDED = "rounded"
"""What is done where an outline is sound only beyond the decimals that are written."""

_EARTH = (-180.0, -90.0, 180.0, 90.0)


def mended(plan: Plan, layer: str, found: Found) -> tuple[Found, tuple[ImportEntry, ...]]:
    """
    Make outlines sound: each becomes the areas that it encloses.

    Parameters
    ----------
    plan
        For the metric plane.
    layer
        Layer that the rows come into.
    found
        What was read, with its faults.

    Returns
    -------
    found
        The same with sound outlines, and without the faults that are mended; one that holds no
        area keeps its fault.
    lines
        A line for each, with its area before and after.
    """
    area = StudyArea(plan.spec.name, _EARTH, plan.spec.metric_crs)
    frame, lines, left = found.frame, [], []
    shapes = frame.geometry.to_numpy().copy()
    for fault in found.faults:
        row = fault.feature
        if row is None or fault.rule not in RULES or shapely.get_dimensions(shapes[row]) < 2:  # noqa: PLR2004 - areas
            left.append(fault)
            continue
        name = fault.id or str(row + 1)
        whole = polygonal(shapes[row])
        repair = reshaped(layer, (name, row), RULE, (shapes[row], whole), area)
        if repair is None:
            left.append(fault)
            continue
        shapes[row] = shapely.from_geojson(json.dumps(json.loads(repair.now)["geometry"]))
        lines.append(ImportEntry(repair.id, layer, name, RULE, repair.before, repair.after))
    if not lines:
        return found, ()
    said = f"{len(lines)} outlines made sound, as asked"
    note = Note(found.faults[0].file, said, RULE, count=len(lines))
    whole_frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    told = replace(found, frame=whole_frame, faults=tuple(left), notes=(*found.notes, note))
    return told, tuple(lines)


def writable(
    plan: Plan, layer: str, frame: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, tuple[ImportEntry, ...]]:
    """
    Make outlines that written coordinates cannot tell sound for those.

    Parameters
    ----------
    plan
        For the metric plane.
    layer
        Layer that the rows come into.
    frame
        Rows with sound shapes.

    Returns
    -------
    frame
        The rows; an outline that would cross itself once its corners are rounded is another one,
        a few centimetres from it.
    lines
        A line for each, with its area before and after.
    """
    shapes = frame.geometry.to_numpy()
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)  # noqa: PLR2004 - areas
    bad = areas[~shapely.is_valid(shapely.transform(shapes[areas], _written))]
    if not len(bad):
        return frame, ()
    fitted = shapes.copy()
    gridded = shapely.set_precision(shapes[bad], 10.0**-DECIMALS)
    fitted[bad] = shapely.transform(gridded, _written)
    area = StudyArea(plan.spec.name, _EARTH, plan.spec.metric_crs)
    sizes = zip(*(shapely.area(area.to_metres(s[bad])) for s in (shapes, fitted)), strict=True)
    ids = frame["id"] if "id" in frame else frame.index + 1
    names = [str(ids[row]) for row in bad]
    lines = tuple(
        ImportEntry(
            f"{layer}/{name}/geometry/{ROUNDED}",
            layer,
            name,
            ROUNDED,
            f"an outline of {before:,.0f} m² that crosses itself when rounded to centimetres",
            f"one of {after:,.0f} m²",
        )
        for name, (before, after) in zip(names, sizes, strict=True)
    )
    return frame.set_geometry(gpd.GeoSeries(fitted, index=frame.index, crs=frame.crs)), lines


def _written(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return coordinates as they are written."""
    return np.round(xy, DECIMALS)
