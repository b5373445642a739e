"""
The one door for outside files: safe, strict, and every fault named.

``files`` takes a path to text, ``strict_json`` and ``features`` or ``tables`` take text to rows,
``coordinates`` makes shapes of what stands in them, ``columns`` and ``ground`` hold values and
places to what is promised, ``faults`` says what is wrong.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.reading.columns import checked_columns, empty_columns
from almaty_geo.reading.faults import Fault, Faults, Found, Repair, legible
from almaty_geo.reading.features import read_features
from almaty_geo.reading.files import SUFFIXES, read_bytes, text_of
from almaty_geo.reading.ground import check_ground
from almaty_geo.reading.rows import Rows, no_shapes
from almaty_geo.reading.strict_json import parse
from almaty_geo.reading.tables import read_table, suspect_decimal_comma, suspect_separator
from almaty_geo.specs import LayerSpec

__all__ = ["SUFFIXES", "Fault", "Found", "Repair", "legible", "read_layer", "read_outside"]


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
    return _read(path, spec, area, sha256=spec.sha256)


def read_outside(path: Path, spec: LayerSpec | None, area: StudyArea | None = None) -> Found:
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

    Returns
    -------
    found
        The data and every fault; bad content never raises.
    """
    return _read(path, spec, area)


def _read(path: Path, spec: LayerSpec | None, area: StudyArea | None, *, sha256: str = "") -> Found:
    """Read a file of any known kind."""
    faults = Faults(path.name, "row" if path.suffix.lower() == ".csv" else "feature")
    data = read_bytes(path, faults)
    rows = None
    if data is not None:
        _check_digest(data, sha256, faults)
        rows = _rows(data, spec, faults)
    declared = spec.columns if spec else None
    if rows is None:
        return Found(_frame(empty_columns(declared), no_shapes(0)), faults.listed())
    columns = checked_columns(rows, declared, faults)
    check_ground(rows.shapes, area, faults)
    return Found(_frame(columns, rows.shapes), faults.listed())


def _check_digest(data: bytes, sha256: str, faults: Faults) -> None:
    """Note bytes that are not the declared ones; an empty digest declares none."""
    digest = hashlib.sha256(data).hexdigest()
    if sha256 and digest != sha256:
        faults.add(f"sha256 is {digest}, the sidecar says {sha256}", rule="sha256")


def _rows(data: bytes, spec: LayerSpec | None, faults: Faults) -> Rows | None:
    """Return the rows of a file, or None if there is no way to make them out."""
    text = text_of(data, faults)
    table = faults.counted == "row"
    if text is None:
        if table:
            _suspect_table(data, faults)
        return None
    wanted = spec.geometry if spec else None
    if table:
        return read_table(text, wanted, spec.columns if spec else None, faults)
    parsed = parse(text, data, faults)
    return read_features(parsed, wanted, faults) if parsed is not None else None


def _suspect_table(data: bytes, faults: Faults) -> None:
    """Note what else is wrong with a table that is not UTF-8; its signs are ASCII all the same."""
    signs = data.decode("latin-1")
    if suspect_separator(signs.split("\n", 1)[0], faults):
        suspect_decimal_comma(signs, faults)


def _frame(columns: Mapping[str, pd.Series], shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return columns and shapes as a table."""
    geometry = gpd.GeoSeries(shapes, crs=DEGREES)
    return gpd.GeoDataFrame(dict(columns), geometry=geometry, crs=DEGREES)
