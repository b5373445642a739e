"""
Layers and results as files that others can open and trust.

GeoJSON by RFC 7946, GeoPackage 1.2, GeoParquet 1.1 and CSV safe from formulas; each written aside,
opened again, counted, and only then put in place. The same input gives the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd

from almaty_geo.catalogue import Layer
from almaty_geo.errors import UnknownNameError
from almaty_geo.exports.files import replacing, write_file
from almaty_geo.exports.geojson import write_geojson
from almaty_geo.exports.geopackage import write_geopackage
from almaty_geo.exports.sheet import Sheet, sheet
from almaty_geo.exports.tables import write_csv, write_parquet
from almaty_geo.specs import LayerSpec

__all__ = [
    "FORMATS",
    "Format",
    "replacing",
    "write_file",
    "write_frame",
    "write_layer",
    "write_package",
]

Format = Literal["geojson", "gpkg", "parquet", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)

_WRITERS: Mapping[str, Callable[[Sheet, Path], None]] = {
    "geojson": write_geojson,
    "gpkg": lambda made, path: write_geopackage([made], path),
    "parquet": write_parquet,
    "csv": write_csv,
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


def write_package(layers: Sequence[Layer], path: Path, *, date: date) -> Path:
    """
    Write layers into one GeoPackage, in the order given.

    Parameters
    ----------
    layers
        Layers with their data; those without geometry become attribute tables.
    path
        The file, ending in ``.gpkg``.
    date
        The plan's date.

    Returns
    -------
    path
        The file.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is still there.
    """
    write_geopackage([_sheet(layer, date=date) for layer in layers], path)
    return path


def described(spec: LayerSpec) -> str:
    """Return what a layer is, of which date, whose and under which licence, in one line."""
    credit = " © OpenStreetMap contributors." if "ODbL" in spec.licence else ""
    title = " / ".join(dict.fromkeys((spec.title.en, spec.title.ru, spec.title.kk)))
    source = f"Source: {spec.publisher.en}. Licence: {spec.licence}"
    return f"{title}. Date: {spec.date}. {source}.{credit}"


def _sheet(layer: Layer, *, date: date) -> Sheet:
    return sheet(
        layer.frame,
        layer.id,
        geometry=layer.spec.geometry,
        description=described(layer.spec),
        date=date,
    )


def _written(made: Sheet, folder: Path, *, formats: Sequence[str]) -> tuple[Path, ...]:
    """Write one file for each format, once all formats are known to be known."""
    for wanted in formats:
        if wanted not in _WRITERS:
            raise UnknownNameError("format", wanted, FORMATS)
    paths = tuple(folder / f"{made.name}.{wanted}" for wanted in formats)
    for wanted, path in zip(formats, paths, strict=True):
        _WRITERS[wanted](made, path)
    return paths
