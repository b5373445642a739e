"""``datapackage.json``: what lies in a folder of exports, for portals and programs."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from almaty_geo.catalogue import Layer
from almaty_geo.exports.results import Result
from almaty_geo.files import write_file
from almaty_geo.specs import NOT_STATED, Column, LayerSpec, Source
from almaty_geo.words import Text, same

DATAPACKAGE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_MEDIA: Mapping[str, tuple[str, str]] = {
    ".geojson": ("geojson", "application/geo+json"),
    ".gpkg": ("gpkg", "application/geopackage+sqlite3"),
    ".parquet": ("parquet", "application/vnd.apache.parquet"),
    ".csv": ("csv", "text/csv"),
    ".fgb": ("fgb", "application/flatgeobuf"),
    ".kml": ("kml", "application/vnd.google-earth.kml+xml"),
    ".xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".shp.zip": ("shp", "application/zip"),
    ".qgs": ("qgs", "application/x-qgis-project"),
}
"""Format and media type by the end of a file's name; other files are no exports."""

_TYPES: Mapping[str, str] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "date": "date",
    "enum": "string",
    "ref": "string",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a folder of exports is about."""

    id: str
    """Short name of the plan."""

    title: Text
    """Its title."""

    date: date
    """The plan's date."""

    layers: Sequence[Layer]
    """Layers exported."""

    results: Sequence[Result] = ()
    """Answers exported."""


def write_datapackage(folder: Path, contents: Contents) -> Path:
    """
    Write a Frictionless data package over all exports in a folder, and the folders in it.

    Each file is a resource, with size and digest. One that bears the name of a layer or an answer
    has its title, sources, licences and columns too, in three languages.

    Parameters
    ----------
    folder
        Folder with finished exports.
    contents
        What they are.

    Returns
    -------
    path
        The file, ``datapackage.json`` in the folder.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is still there.
    """
    specs = {layer.id: layer.spec for layer in contents.layers}
    results = {result.name: result for result in contents.results}
    sources = list(dict.fromkeys(s for spec in specs.values() for s in spec.source))
    described = {
        "$schema": PROFILE,
        "name": contents.id,
        **_titled(contents.title),
        "created": f"{contents.date.isoformat()}T00:00:00Z",
        **_licences(sources),
        "sources": [_source(source) for source in sources],
        "resources": [
            _resource(path, folder, spec=specs.get(stem), result=results.get(stem))
            for path, stem in _exports(folder)
        ],
    }
    path = folder / DATAPACKAGE
    write_file(path, json.dumps(described, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    return path


def _exports(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each export below a folder with the name of what it holds, by path."""
    for path in sorted(folder.rglob("*")):
        suffix = _suffix(path)
        if suffix and path.is_file() and not path.is_symlink():
            yield path, path.name.removesuffix(suffix)


def _suffix(path: Path) -> str:
    """Return how the name of an export ends; empty for what is none."""
    return next((suffix for suffix in _MEDIA if path.name.endswith(suffix)), "")


def _resource(
    path: Path, folder: Path, *, spec: LayerSpec | None, result: Result | None
) -> dict[str, Any]:
    form, media = _MEDIA[_suffix(path)]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    place = path.relative_to(folder).as_posix()
    found: dict[str, Any] = {
        "name": place,
        "path": place,
        "format": form,
        "mediatype": media,
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }
    if form == "csv":
        found["type"] = "table"
    if spec is not None:
        return found | _told(spec) | _schema(spec.columns, form, spec.geometry)
    if result is not None:
        frame = result.frame
        columns = {str(c): result.columns.get(str(c)) for c in frame if c != frame.geometry.name}
        kinds = {str(kind).removeprefix("Multi") for kind in frame.geometry.geom_type.dropna()}
        return found | _titled(result.title) | _schema(columns, form, next(iter(kinds), "none"))
    return found


def _told(spec: LayerSpec) -> dict[str, Any]:
    """Return what a layer is, and whose."""
    sources = [_source(source) for source in spec.source]
    return {**_titled(spec.title), **_licences(spec.source), "sources": sources}


def _schema(columns: Mapping[str, Column | None], form: str, geometry: str) -> dict[str, Any]:
    """Return what the columns are; a Shapefile's bear other names, which it tells itself."""
    if form == "shp":
        return {}
    fields = [_field(name, column) for name, column in columns.items()]
    if form in {"csv", "xlsx"} and geometry == "Point":
        fields += [{"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}]
    elif form in {"csv", "xlsx"} and geometry != "none":
        fields.append({"name": "geometry_wkt", "type": "string"})
    return {"schema": {"fields": fields, "missingValues": [""]}}


def _field(name: str, column: Column | None) -> dict[str, Any]:
    """Return what a column is, as far as that is declared."""
    if column is None:
        return {"name": name, "type": "any"}
    words = column.values
    limits = {
        "required": column.required or None,
        "unique": column.unique or None,
        "minimum": _bound(column, column.minimum),
        "maximum": _bound(column, column.maximum),
        "enum": list(words) if column.kind == "enum" else None,
    }
    found: dict[str, Any] = {"name": name, "type": _TYPES[column.kind]}
    found |= _titled(column.title or same(name))
    if column.unit:
        found["unit"] = column.unit
    if column.layer is not None:
        found["refers_to"] = column.layer
    if words:
        found["categories"] = [{"value": v, "label": t.en} for v, t in words.items()]
        found["labels"] = {value: text.to_dict() for value, text in words.items()}
    told = {limit: value for limit, value in limits.items() if value is not None}
    return {**found, **({"constraints": told} if told else {})}


def _bound(column: Column, value: float | None) -> float | None:
    """Return a bound of the column's own type."""
    return int(value) if value is not None and column.kind == "int" else value


def _titled(text: Text) -> dict[str, Any]:
    """Return a title as the format has it, and in each language."""
    return {"title": text.en, "titles": text.to_dict()}


def _source(source: Source) -> dict[str, Any]:
    """Return where data came from; an address only if it is one of the web."""
    address = {"path": source.url} if re.fullmatch(r"https?://\S+", source.url) else {}
    return {
        **_titled(source.publisher),
        **address,
        "licence": source.licence,
        "accessed": source.accessed.isoformat(),
        "confidence": source.confidence,
    }


def _licences(sources: Sequence[Source]) -> dict[str, Any]:
    """Return the licences that are stated; what is not stated, each source says itself."""
    stated = dict.fromkeys(s.licence for s in sources if s.licence != NOT_STATED)
    return (
        {"licenses": [{"name": _identifier(one), "title": one} for one in stated]} if stated else {}
    )


def _identifier(licence: str) -> str:
    """
    Return a licence as the format's identifiers are written.

    Examples
    --------
    >>> _identifier("ODbL-1.0"), _identifier("Crown © 2020")
    ('ODbL-1.0', 'Crown-2020')
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", licence).strip("-") or "other"
