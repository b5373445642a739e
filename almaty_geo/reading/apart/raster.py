"""GeoTIFF as points or outlines: the first band, one for each cell that has a value."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import tifffile
from numpy.typing import NDArray

from almaty_geo.reading.apart.job import Job, Opened
from almaty_geo.reading.faults import Faults
from almaty_geo.reading.rows import ROWS_MAX, Stated, too_many

CELLS_MAX = 100_000_000
"""Cells of one raster, empty ones included."""

VALUE = "value"
"""The one column."""

_MODEL, _PROJECTED, _GEOGRAPHIC, _RASTER = 1024, 3072, 2048, 1025
_PIXEL_IS_POINT = 2
_USER_DEFINED = 32767


def read(path: Path, job: Job, faults: Faults) -> Opened | None:
    """Return the cells of a raster that have a value."""
    try:
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages[0]
            if not _is_bearable(page, faults):
                return None
            cells = page.asarray()
            return _opened(page, cells, faults, outlines=job.outlines)
    except (tifffile.TiffFileError, ValueError, OSError, KeyError, IndexError, TypeError) as error:
        _say(str(error), faults)
    except (RuntimeError, ImportError, ZeroDivisionError, AttributeError, OverflowError) as error:
        _say(str(error), faults)
    return None


def _say(error: str, faults: Faults) -> None:
    packed = "imagecodecs" in error
    value = "its compression is not supported" if packed else "damaged or cut off"
    hint = "save it without compression, or with Deflate" if packed else ""
    faults.add(value, "a sound GeoTIFF", hint=hint, rule="reader")


def _is_bearable(page: Any, faults: Faults) -> bool:  # noqa: ANN401 - tifffile's page
    """Return whether a raster may be read, by what its header says."""
    size = math.prod(page.shape)
    if size > CELLS_MAX:
        faults.add(f"{size:,} cells", f"at most {CELLS_MAX:,}", rule="too-many")
    if page.dtype is None or page.dtype.kind not in "iuf":
        faults.add("cells are not numbers", "a band of numbers", rule="reader")
        return False
    return bool(size <= CELLS_MAX)


def _opened(
    page: Any,  # noqa: ANN401 - tifffile's page
    cells: NDArray[np.generic],
    faults: Faults,
    *,
    outlines: bool,
) -> Opened | None:
    """Return cells with a value as points or outlines."""
    if cells.ndim > 2:  # noqa: PLR2004 - rows and columns
        faults.note(f"only the first of {page.samplesperpixel} bands was read", "bands")
        cells = cells[0] if page.planarconfig == 2 else cells[..., 0]  # noqa: PLR2004 - bands apart
    across = _grid(page)
    if across is None:
        faults.add("no place is stated for it", "a GeoTIFF", rule="no-place")
        return None
    filled = _filled(page, cells)
    count = int(np.count_nonzero(filled))
    if too_many(count, 1, faults) or count > ROWS_MAX:
        return None
    rows, columns = np.nonzero(filled)
    shift = 0.0 if _keys(page).get(_RASTER) == _PIXEL_IS_POINT else 0.5
    middle = np.column_stack([columns + shift, rows + shift, np.ones(count)])
    empty = f"{cells.size - count:,} of {cells.size:,} cells have no value: left out"
    became = "outlines" if outlines else "points at their centres"
    faults.note(f"cells of the raster became {became}; {empty}", "cells", count=count)
    values = cells[filled]
    plain = values.tolist() if values.dtype.kind in "iu" else values.astype(np.float64).tolist()
    shapes = _outlines(middle, across) if outlines else shapely.points(middle @ across.T)
    return Opened({VALUE: plain}, list(shapely.to_wkb(shapes)), _stated(page))


def _outlines(middle: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the outlines of cells (n,) by the columns and rows of their middles, (n, 3)."""
    around = np.array([[-0.5, 0.5], [0.5, 0.5], [0.5, -0.5], [-0.5, -0.5], [-0.5, 0.5]])
    corners = middle[:, np.newaxis, :] + np.pad(around, ((0, 0), (0, 1)))[np.newaxis]
    rings: NDArray[np.object_] = shapely.polygons(corners @ across.T)
    return rings


def _filled(page: Any, cells: NDArray[np.generic]) -> NDArray[np.bool_]:  # noqa: ANN401 - page
    """Return which cells have a value."""
    filled: NDArray[np.bool_] = np.isfinite(cells)
    tag = page.tags.get("GDAL_NODATA")
    if tag is None:
        return filled
    nothing = float(str(tag.value).strip("\x00 "))
    with np.errstate(over="ignore"):
        empty: NDArray[np.bool_] = cells == np.asarray(nothing).astype(cells.dtype)
    return filled & ~empty


def _grid(page: Any) -> NDArray[np.float64] | None:  # noqa: ANN401 - page
    """Return the way from column and row to coordinates, shape (2, 3)."""
    matrix = page.tags.get("ModelTransformationTag")
    if matrix is not None:
        whole = np.array(matrix.value, dtype=np.float64).reshape(4, 4)
        return whole[:2][:, [0, 1, 3]]
    scale, tie = page.tags.get("ModelPixelScaleTag"), page.tags.get("ModelTiepointTag")
    if scale is None or tie is None:
        return None
    width, height = scale.value[:2]
    column, row, _, x, y = tie.value[:5]
    return np.array([[width, 0, x - column * width], [0, -height, y + row * height]])


def _keys(page: Any) -> dict[int, int]:  # noqa: ANN401 - page
    """Return the GeoKeys that are short numbers."""
    tag = page.tags.get("GeoKeyDirectoryTag")
    values = list(tag.value)[4:] if tag is not None else []
    quads = zip(values[::4], values[1::4], values[3::4], strict=False)
    return {int(key): int(value) for key, place, value in quads if place == 0}


def _stated(page: Any) -> Stated:  # noqa: ANN401 - page
    """Return the coordinate system by its number in the register."""
    keys = _keys(page)
    code = keys.get(_PROJECTED) if keys.get(_MODEL) == 1 else keys.get(_GEOGRAPHIC)
    if code is None or code == _USER_DEFINED:
        return Stated("")
    return Stated(f"EPSG:{code}", f"crs is EPSG:{code}")
