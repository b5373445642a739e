"""The values that a file holds, whatever bytes a package writes them in."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from almaty_geo.errors import DataError
from almaty_geo.reading import Options, read_outside

JSON = (".json", ".geojson")
TABLES = (".csv", ".fgb", ".gpkg", ".kml", ".parquet", ".shp.zip", ".xlsx")
"""Endings of exports that rows are read back from."""

DECIMALS = 7
"""Of degrees: as many as exports are written with."""

ABOUT_BYTES = "datapackage.json"
"""Holds the digests of the files beside it: it differs wherever one of them does."""

Values = Any
"""What JSON can say."""


def values_of(path: Path) -> Values:
    """
    Return what a file holds as plain values.

    Parameters
    ----------
    path
        JSON, or rows in a format that exports are written in.

    Returns
    -------
    values
        JSON as it is; of rows, the values of each column by its name, and shapes as text. None
        where a file is no such thing: a page, a project, a package of several tables.

    Raises
    ------
    DataError
        If a file that ends like JSON is none.
    """
    if path.name == ABOUT_BYTES:
        return None
    if path.suffix in JSON:
        return _parsed(path)
    return _rows(path) if path.name.endswith(TABLES) else None


def _parsed(path: Path) -> Values:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: is no JSON, so its values cannot be compared.") from error


def _rows(path: Path) -> Values:
    """Return rows as the one door reads them: a result is a file from outside too."""
    sheet = path.stem if path.suffix == ".xlsx" else None  # the other one says whose rows they are
    frame = read_outside(path, None, options=Options(layer=sheet)).frame
    if frame.empty:
        return None
    columns = {
        str(name): [_plain(value) for value in frame[name]]
        for name in frame.columns
        if name != frame.geometry.name
    }
    shapes = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=DECIMALS)
    return {**columns, "shape": list(shapes)}


def _plain(value: Any) -> Values:  # noqa: ANN401 - a cell of any table
    """Return a cell as JSON has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dict | list | np.ndarray):
        return str(value)
    if pd.isna(value):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)
