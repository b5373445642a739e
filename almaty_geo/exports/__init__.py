"""
Layers and results as files that others can open and trust.

GeoJSON by RFC 7946, GeoPackage 1.2 with styles, GeoParquet 1.1, FlatGeobuf, KML, CSV and XLSX safe
from formulas, and Shapefile for those who ask for it; each written aside, opened again, counted,
and only then put in place. The same input gives the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd

from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, UnknownNameError
from almaty_geo.exports.datapackage import Contents, write_datapackage
from almaty_geo.exports.flatgeobuf import write_flatgeobuf
from almaty_geo.exports.geojson import write_geojson
from almaty_geo.exports.geopackage import write_geopackage
from almaty_geo.exports.kml import write_kml
from almaty_geo.exports.qgis import STYLES, Ground, Look, layer_styles, looks_of, project
from almaty_geo.exports.results import Grade, Result, Step
from almaty_geo.exports.shapefile import write_shapefile
from almaty_geo.exports.sheet import Sheet, sheet
from almaty_geo.exports.tables import write_csv, write_parquet
from almaty_geo.exports.workbook import write_workbook
from almaty_geo.files import replacing, write_file
from almaty_geo.specs import LayerSpec, MapSpec
from almaty_geo.words import LANGUAGES, Language

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Contents",
    "Format",
    "Grade",
    "Result",
    "Step",
    "replacing",
    "write_datapackage",
    "write_file",
    "write_frame",
    "write_layer",
    "write_package",
    "write_projects",
]

Format = Literal["geojson", "gpkg", "parquet", "csv", "fgb", "kml", "xlsx", "shp"]
FORMATS: tuple[Format, ...] = get_args(Format)

SUFFIXES: Mapping[str, str] = {**{name: name for name in FORMATS}, "shp": "shp.zip"}
"""How the name of a file of each format ends."""

_WRITERS: Mapping[str, Callable[[Sheet, Path], None]] = {
    "geojson": write_geojson,
    "gpkg": lambda made, path: write_geopackage([made], path),
    "parquet": write_parquet,
    "csv": write_csv,
    "fgb": write_flatgeobuf,
    "kml": write_kml,
    "xlsx": write_workbook,
    "shp": write_shapefile,
}


def write_frame(
    frame: gpd.GeoDataFrame,
    name: str,
    folder: Path,
    *,
    formats: Sequence[str],
    date: date,
    description: str = "",
) -> tuple[Path, ...]:
    """
    Write rows as one file for each format.

    Parameters
    ----------
    frame
        Rows in any known coordinate system; written in degrees.
    name
        Name of the files and of the table in them: small letters, digits, "-" and "_".
    folder
        Where to; made where missing.
    formats
        Some of `FORMATS`.
    date
        Day that the files bear where a format wants a time of writing.
    description
        What the rows are, in a sentence or two.

    Returns
    -------
    paths
        Files written, in the order of the formats.

    Raises
    ------
    UnknownNameError
        If a format is none of `FORMATS`.
    OutputError
        If a file cannot be written; what was there before is still there.
    """
    return _written(sheet(frame, name, description=description, date=date), folder, formats=formats)


def write_layer(
    layer: Layer, folder: Path, *, formats: Sequence[str], date: date
) -> tuple[Path, ...]:
    """
    Write a layer as one file for each format, named by its id.

    Parameters
    ----------
    layer
        Layer with its data; rows without a place are written too.
    folder
        Where to; made where missing.
    formats
        Some of `FORMATS`.
    date
        The plan's date.

    Returns
    -------
    paths
        Files written.

    Raises
    ------
    UnknownNameError
        If a format is none of `FORMATS`.
    OutputError
        If a file cannot be written; what was there before is still there.
    """
    return _written(_sheet(layer, date=date), folder, formats=formats)


def write_package(
    layers: Sequence[Layer],
    path: Path,
    *,
    date: date,
    styles: MapSpec | None = None,
    results: Sequence[Result] = (),
    language: Language = "ru",
) -> Path:
    """
    Write layers into one GeoPackage, in the order given, then answers.

    Parameters
    ----------
    layers
        Layers with their data; those without geometry become attribute tables.
    path
        The file, ending in ``.gpkg``.
    date
        The plan's date.
    styles
        What a map shows; None for a package without styles. With it, QGIS draws each table as the
        map does, with legend and columns in any of the three languages.
    results
        Answers that go beside the layers.
    language
        Language of the styles that are taken when nobody chooses.

    Returns
    -------
    path
        The file.

    Raises
    ------
    DataError
        If two tables bear one name, or one bears that of the table of styles.
    OutputError
        If it cannot be written; what was there before is still there.
    """
    sheets, looks = _prepared(layers, results, date=date, styles=styles)
    kept = layer_styles(looks, language=language, date=date) if styles is not None else None
    write_geopackage(sheets, path, styles=kept)
    return path


def write_projects(
    layers: Sequence[Layer],
    package: Path,
    *,
    date: date,
    styles: MapSpec,
    metric_crs: str,
    results: Sequence[Result] = (),
) -> tuple[Path, ...]:
    """
    Write projects of QGIS beside a package, one for each language.

    Each opens the package with groups, styles, and titles of layers and columns in its language.

    Parameters
    ----------
    layers, results
        What the package holds.
    package
        The package; projects bear its name with "_kk", "_ru", "_en".
    date
        The plan's date.
    styles
        What a map shows.
    metric_crs
        Plane of the map, such as the plan's.

    Returns
    -------
    paths
        Files written.

    Raises
    ------
    OutputError
        If a file cannot be written; what was there before is still there.
    """
    _, looks = _prepared(layers, results, date=date, styles=styles)
    ground = Ground(title=styles.title, package=package.name, metric_crs=metric_crs, date=date)
    paths = {lang: package.with_name(f"{package.stem}_{lang}.qgs") for lang in LANGUAGES}
    for lang, path in paths.items():
        write_file(path, project(looks, ground, lang))
    return tuple(paths.values())


def _prepared(
    layers: Sequence[Layer], results: Sequence[Result], *, date: date, styles: MapSpec | None
) -> tuple[list[Sheet], tuple[Look, ...]]:
    """Return the tables of a package in the order given, and how each is shown."""
    made = [_sheet(layer, date=date) for layer in layers]
    answers = [
        sheet(result.frame, result.name, description=result.description, date=date)
        for result in results
    ]
    taken = {STYLES} if styles is not None else set()
    for one in (*made, *answers):
        if one.name in taken:
            raise DataError(f"{one.name!r} cannot name two tables of one package.")
        taken.add(one.name)
    if styles is None:
        return [*made, *answers], ()
    pairs = zip(layers, made, strict=True), zip(results, answers, strict=True)
    return [*made, *answers], looks_of(list(pairs[0]), list(pairs[1]), styles)


def described(spec: LayerSpec) -> str:
    """Return what a layer is, of which date, whose and under which licence, in one line."""
    credit = " © OpenStreetMap contributors." if "ODbL" in spec.licence else ""
    title = " / ".join(dict.fromkeys((spec.title.en, spec.title.ru, spec.title.kk)))
    source = f"Source: {spec.publisher.en}. Licence: {spec.licence}"
    return f"{title}. Date: {spec.date}. {source}.{credit}"


def _sheet(layer: Layer, *, date: date) -> Sheet:
    made = sheet(
        layer.frame,
        layer.id,
        geometry=layer.spec.geometry,
        description=described(layer.spec),
        date=date,
    )
    return replace(made, spec=layer.spec)


def _written(made: Sheet, folder: Path, *, formats: Sequence[str]) -> tuple[Path, ...]:
    """Write one file for each format, once all formats are known to be known."""
    for wanted in formats:
        if wanted not in _WRITERS:
            raise UnknownNameError("format", wanted, FORMATS)
    paths = tuple(folder / f"{made.name}.{SUFFIXES[wanted]}" for wanted in formats)
    for wanted, path in zip(formats, paths, strict=True):
        _WRITERS[wanted](made, path)
    return paths
