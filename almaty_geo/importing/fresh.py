"""A sidecar for a file that nobody has declared yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from almaty_geo.errors import DataError
from almaty_geo.reading import Note
from almaty_geo.specs import (
    NOT_STATED,
    Column,
    Confidence,
    GeometryType,
    LayerSpec,
    Precision,
    Role,
    Source,
    build,
)
from almaty_geo.words import Text, same

FAMILIES: dict[str, GeometryType] = {
    "Point": "Point",
    "LineString": "LineString",
    "MultiLineString": "LineString",
    "Polygon": "Polygon",
    "MultiPolygon": "Polygon",
}
CAPACITIES = ("seats", "beds", "capacity")
"""Columns that say how many a facility can take; the first one that is there."""

NAMES = frozenset({"name", "title", "название", "наименование", "атауы"})
"""What columns of names are called whose language is not told."""

KAZAKH = set("әғқңөұүһі")


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a file cannot say of itself."""

    title: Text
    """What a reader sees."""

    role: Role = "facility"
    """What the layer is for."""

    theme: str | None = None
    """What a facility offers; the layer's id by default."""

    publisher: str = NOT_STATED
    """Who published the file."""

    url: str = NOT_STATED
    """Where."""

    licence: str = NOT_STATED
    """Under which licence."""

    confidence: Confidence = "not_stated"
    """How sure the content is."""

    accessed: date = date(1970, 1, 1)
    """The day it was taken."""

    @property
    def source(self) -> Source:
        """Whose the file is, as a sidecar says it."""
        return Source(
            publisher=same(self.publisher),
            url=self.url,
            accessed=self.accessed,
            licence=self.licence,
            confidence=self.confidence,
        )


def declare(
    name: str, frame: gpd.GeoDataFrame, fresh: Fresh, *, file: Path
) -> tuple[LayerSpec, gpd.GeoDataFrame, tuple[Note, ...]]:
    """
    Return a sidecar for a file's columns, and its rows under their new names.

    Columns keep their names in lower case with "_"; the file's own name becomes the title. A
    column "name" becomes the name in the language of its letters. Rows without a column "id" that
    tells them apart are numbered; what stood there is kept in the column "id_own".

    Parameters
    ----------
    name
        The layer's id.
    frame
        Rows as they were found.
    fresh
        What the file cannot say.
    file
        For messages.

    Returns
    -------
    spec, frame, notes
        The layer; its digest is still to come. What was changed in the rows.

    Raises
    ------
    DataError
        If there are no rows, or shapes are of several types.
    SpecError
        If the layer cannot be declared so, such as people missing from a layer of demand.
    """
    if frame.empty:
        raise DataError(f"{file.name}: holds no rows.")
    names, notes = _names(frame, file)
    renamed = frame.rename(columns=names)
    columns = {new: _column(old, renamed[new], unique=new == "id") for old, new in names.items()}
    if "id" not in columns:
        width = max(3, len(str(len(renamed))))
        renamed.insert(0, "id", [f"{name}-{n:0{width}d}" for n in range(1, len(renamed) + 1)])
        columns = {"id": Column(kind="str", required=True, unique=True), **columns}
    elif columns["id"].kind != "str":
        renamed["id"] = renamed["id"].astype("string").astype(object)
        columns["id"] = Column(kind="str", title=columns["id"].title, required=True, unique=True)
    geometry = _geometry(renamed, file)
    theme = (fresh.theme or name) if fresh.role == "facility" else None
    spec = build(
        LayerSpec,
        {
            "id": name,
            "title": fresh.title,
            "role": fresh.role,
            "geometry": geometry,
            "file": f"{name}.{'csv' if geometry == 'none' else 'geojson'}",
            "sha256": "0" * 64,
            "date": NOT_STATED,
            "precision": Precision(method="not_stated"),
            "source": (fresh.source,),
            "columns": columns,
            "theme": theme,
            "capacity": next((c for c in CAPACITIES if c in columns), None),
        },
        f"{name}.toml",
    )
    return spec, renamed[[*spec.columns, renamed.geometry.name]], notes


def _names(frame: gpd.GeoDataFrame, file: Path) -> tuple[dict[str, str], tuple[Note, ...]]:
    """Return what each column is called here, and notes of what is called otherwise."""
    own = [str(c) for c in frame.columns if c != frame.geometry.name]
    names = _apart({column: _slug(column) for column in own}, frame)
    ids = next((frame[old] for old, new in names.items() if new == "id"), None)
    said = []
    if ids is None:
        said.append("rows are numbered: there is no column id")
    elif ids.isna().any() or not ids.is_unique:
        said.append("rows are numbered: the column id is empty or the same in several")
        names = {old: "id_own" if new == "id" else new for old, new in names.items()}
    notes = [Note(file.name, text, "numbered", column="id") for text in said]
    if called := [f"{old} -> {new}" for old, new in names.items() if old != new]:
        notes.append(Note(file.name, f"columns renamed: {', '.join(called)}", "renamed"))
    return names, tuple(notes)


def _slug(column: str) -> str:
    """Return a column's name in lower case, of letters, digits and "_"."""
    return re.sub(r"[^0-9a-zа-яёәғқңөұүһі]+", "_", column.casefold()).strip("_") or "column"


def _apart(slugs: Mapping[str, str], frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Return names that differ; a name without a language gets one, where that is still free."""
    names: dict[str, str] = {}
    for column, slug in slugs.items():
        name = slug
        if slug in NAMES and (told := f"name_{_language(frame[column])}") not in slugs.values():
            name = told
        number = 2
        while name in names.values():
            name, number = f"{slug}_{number}", number + 1
        names[column] = name
    return names


def _language(values: pd.Series) -> str:
    """Return the language that the letters of a column speak for."""
    letters = {c for text in values.dropna().astype(str) for c in text.casefold() if c.isalpha()}
    if letters & KAZAKH:
        return "kk"
    return "ru" if any("а" <= c <= "я" for c in letters) else "en"


def _column(title: str, values: pd.Series, *, unique: bool) -> Column:
    known = values.dropna()
    kind = pd.api.types.infer_dtype(known, skipna=True)
    if kind == "boolean":
        return Column(kind="bool", title=same(title))
    if kind == "integer":
        return Column(kind="int", title=same(title), unique=unique, required=unique)
    if kind in {"floating", "mixed-integer-float"}:
        return Column(kind="float", title=same(title))
    return Column(kind="str", title=same(title), unique=unique, required=unique)


def _geometry(frame: gpd.GeoDataFrame, file: Path) -> GeometryType:
    kinds = {FAMILIES.get(str(kind)) for kind in frame.geom_type.dropna()}
    if not kinds:
        return "none"
    if len(kinds) > 1 or None in kinds:
        listed = ", ".join(sorted(set(frame.geom_type.dropna().astype(str))))
        raise DataError(f"{file.name}: shapes of several types ({listed}); one layer has one type.")
    (kind,) = kinds
    return kind if kind is not None else "none"
