"""What every format is written from: a table with plain values and places in degrees."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.area import DEGREES
from almaty_geo.errors import DataError
from almaty_geo.specs import GeometryType, LayerSpec

DECIMALS = 7
"""Of a degree; the seventh is a centimetre, as RFC 7946 advises at most."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table ready to be written."""

    name: str
    """Name of the file and of the table in it."""

    columns: pd.DataFrame
    """Values, each column of one type, without geometry."""

    shapes: NDArray[np.object_]
    """Geometry of each row in degrees, flat, None where there is none, shape (n,)."""

    geometry: GeometryType
    """Type of the geometries; "none" for a table."""

    description: str
    """What it is, whose it is, and under which licence, in a sentence or two."""

    date: date
    """Day that the file bears where a format wants a time of writing."""

    spec: LayerSpec | None = None
    """All that is declared of it; None for rows that no sidecar speaks of."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.columns)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """Values and places together, the places in the column ``geometry``."""
        return gpd.GeoDataFrame(self.columns, geometry=self.shapes, crs=DEGREES)

    def values(self) -> dict[str, list[Any]]:
        """Return each column as a list of plain Python values; None where there is none."""
        return {str(name): [plain(v) for v in self.columns[name]] for name in self.columns}


def sheet(
    frame: gpd.GeoDataFrame,
    name: str,
    *,
    geometry: GeometryType | None = None,
    description: str = "",
    date: date,
) -> Sheet:
    """
    Make a table ready to be written.

    Parameters
    ----------
    frame
        Rows in any known coordinate system.
    name
        Name of the file and of the table in it: small letters, digits, "-" and "_".
    geometry
        Type of the geometries; None to see it from the rows.
    description
        What it is, in a sentence or two, for the formats that have a place for it.
    date
        Day that the file bears.

    Raises
    ------
    DataError
        If the name cannot be a file's, or nobody says which coordinate system it is.
    """
    if not _NAME.fullmatch(name):
        raise DataError(f"{name!r} cannot name a file: only a-z, 0-9, '-' and '_' can.")
    kind = geometry or _kind(frame.geometry)
    if frame.crs is None and kind != "none":
        raise DataError(f"{name}: the coordinate system of the rows is not known.")
    placed = frame.to_crs(DEGREES) if frame.crs is not None else frame
    columns = pd.DataFrame(placed.drop(columns=placed.geometry.name)).reset_index(drop=True)
    return Sheet(
        name=name,
        columns=columns.apply(_one_type) if len(columns.columns) else columns,
        shapes=_flat(np.asarray(placed.geometry, dtype=object)),
        geometry=kind,
        description=description,
        date=date,
    )


def plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any column
    """Return a cell as a plain Python value; None for whatever is missing or not finite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    found = value.item() if isinstance(value, np.generic) else value
    if isinstance(found, float) and not np.isfinite(found):
        return None
    return found.isoformat() if hasattr(found, "isoformat") else found


def distinct(names: Iterable[str], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """
    Return new names where names differ only by letter case, or are taken by the format itself.

    Examples
    --------
    >>> distinct(["id", "Name", "name", "fid"], taken=["fid"])
    {'name': 'name_2', 'fid': 'fid_2'}
    """
    known = list(names)
    used = {word.casefold() for word in taken}
    spoken_for = used | {word.casefold() for word in known}
    renamed = {}
    for name in known:
        new, number = name, 2
        while new.casefold() in (used if new == name else spoken_for):
            new, number = f"{name}_{number}", number + 1
        used.add(new.casefold())
        spoken_for.add(new.casefold())
        if new != name:
            renamed[name] = new
    return renamed


def _kind(geometry: gpd.GeoSeries) -> GeometryType:
    """Return the type of some geometries, the parts of several counting as one."""
    found = {str(kind).removeprefix("Multi") for kind in geometry.geom_type.dropna()}
    if found <= {"LineString", "LinearRing"} and found:
        return "LineString"
    if found == {"Point"}:
        return "Point"
    return "Polygon" if found else "none"


def _flat(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries without heights, to the written decimals; None for empty ones."""
    # Without ``include_z``, heights are left out.
    flat: NDArray[np.object_] = shapely.transform(shapes, lambda xy: np.round(xy, DECIMALS))
    flat[shapely.is_empty(flat)] = None
    return flat


_KINDS: dict[str, Any] = {
    "boolean": "boolean",
    "integer": "Int64",
    "floating": "Float64",
    "mixed-integer-float": "Float64",
}
"""What a column of single values becomes when all of them are of one kind."""


def _one_type(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of one type: what is neither numbers nor truth values becomes text."""
    told = column
    if column.dtype == object:
        kind = _KINDS.get(pd.api.types.infer_dtype(column, skipna=True))
        told = column if kind is None else column.astype(kind)
    if pd.api.types.is_float_dtype(told.dtype):  # not every format can say "infinite"
        return told.mask(told.isin([np.inf, -np.inf]).astype(bool))
    if pd.api.types.is_numeric_dtype(told.dtype):  # truth values among them
        return told
    return told.map(_text, na_action="ignore").astype("string")


def _text(value: Any) -> str:  # noqa: ANN401 - a cell of any column
    """Return a cell as text that every format can hold: no half letters, no NUL."""
    text = str(plain(value))
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
