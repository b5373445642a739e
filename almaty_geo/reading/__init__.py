"""
The one door for outside files: safe, strict, and every fault named.

``kinds`` says which formats there are, ``sources`` takes each its own way to rows: text through
``encodings``, ``strict_json`` and ``features`` or ``tables``, all else through ``apart``.
``coordinates``, ``wkb`` and ``placing`` make shapes of what stands there, ``systems`` brings them
to degrees, ``figures`` reads numbers as people write them, ``columns`` and ``ground`` hold values
and places to what is promised, ``faults`` says what is wrong and what was recognised.
"""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.reading.columns import checked_columns, empty_columns
from almaty_geo.reading.faults import Fault, Faults, Found, Note, Repair, legible
from almaty_geo.reading.figures import eased
from almaty_geo.reading.ground import check_ground
from almaty_geo.reading.kinds import SUFFIXES, kind_of
from almaty_geo.reading.options import STRICT, Options
from almaty_geo.reading.rows import no_shapes
from almaty_geo.reading.sources import Wanted, rows_of
from almaty_geo.reading.systems import in_degrees
from almaty_geo.specs import LayerSpec

__all__ = [
    "STRICT",
    "SUFFIXES",
    "Fault",
    "Found",
    "Note",
    "Options",
    "Repair",
    "legible",
    "read_layer",
    "read_outside",
]

_AS_IT_IS = Options()


def read_layer(path: Path, spec: LayerSpec, area: StudyArea | None = None) -> Found:
    """
    Read a layer's data file and hold it to its sidecar.

    Parameters
    ----------
    path
        The data file.
    spec
        Its sidecar; the bytes must have its digest.
    area
        Where coordinates must lie; None to leave that open.

    Returns
    -------
    found
        The data and every fault; bad content never raises.
    """
    return _read(path, spec, area, STRICT, sha256=spec.sha256)


def read_outside(
    path: Path,
    spec: LayerSpec | None,
    area: StudyArea | None = None,
    *,
    options: Options = _AS_IT_IS,
) -> Found:
    """
    Read a file that no plan vouches for, such as one to be imported.

    Parameters
    ----------
    path
        The file.
    spec
        What it is meant to be; None to check structure and geometry only, columns as found.
    area
        Where coordinates must lie; None to leave that open.
    options
        What the file does not say itself, and whether the usual slips are read as what they were
        meant to be.

    Returns
    -------
    found
        The data, every fault, and a note of everything that was recognised or changed; bad
        content never raises.
    """
    return _read(path, spec, area, options)


def _read(
    path: Path,
    spec: LayerSpec | None,
    area: StudyArea | None,
    options: Options,
    *,
    sha256: str = "",
) -> Found:
    """Read a file of any known kind."""
    faults = Faults(path.name)
    kind = kind_of(path, faults)
    declared = spec.columns if spec else None
    rows = None
    if kind is not None:
        faults.counted = kind.counted
        wanted = Wanted(spec.geometry if spec else None, declared, sha256)
        rows = rows_of(path, kind, wanted, options, faults)
    if rows is None:
        return _found(_frame(empty_columns(declared), no_shapes(0)), faults)
    rows = eased(rows, declared, options, faults)
    columns = checked_columns(rows, declared, faults)
    rows = in_degrees(rows, area, options, faults)
    check_ground(rows.shapes, area, faults)
    return _found(_frame(columns, rows.shapes), faults)


def _found(frame: gpd.GeoDataFrame, faults: Faults) -> Found:
    return Found(frame, faults.listed(), tuple(faults.notes))


def _frame(columns: Mapping[str, pd.Series], shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return columns and shapes as a table."""
    geometry = gpd.GeoSeries(shapes, crs=DEGREES)
    return gpd.GeoDataFrame(dict(columns), geometry=geometry, crs=DEGREES)
