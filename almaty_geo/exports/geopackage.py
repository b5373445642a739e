"""GeoPackage: one file, one or many tables, the same bytes for the same input."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from almaty_geo.exports.files import expect, failed, replacing
from almaty_geo.exports.sheet import Sheet, distinct

VERSION = "1.2"
"""The oldest that has all we use, so that older desktops open it too."""

_NOW = "OGR_CURRENT_DATE"
_KEPT = ("fid", "geom")  # the format's own columns


def write_geopackage(sheets: Sequence[Sheet], path: Path) -> None:
    """
    Write tables into one GeoPackage; those without geometry as attribute tables.

    Columns whose names differ only by letter case, or are the format's own, get a number; the
    table's description says so.
    """
    with replacing(path) as draft:
        for sheet in sheets:
            with _clock(sheet.date):
                _add(sheet, draft, path)
        for sheet in sheets:
            info = pyogrio.read_info(draft, layer=sheet.name, force_feature_count=True)
            expect(path, len(sheet), int(info["features"]), f"rows of {sheet.name}")


def _add(sheet: Sheet, draft: Path, path: Path) -> None:
    """Add one table to the file."""
    renamed = distinct(map(str, sheet.columns), taken=_KEPT)
    placed = sheet.geometry != "none"
    frame = (sheet.frame if placed else sheet.columns).rename(columns=renamed)
    kind = _kind(sheet)
    try:
        pyogrio.write_dataframe(
            frame,
            draft,
            layer=sheet.name,
            driver="GPKG",
            geometry_type=kind,
            promote_to_multi=kind is not None and kind.startswith("Multi"),
            append=draft.exists(),
            dataset_options={"VERSION": VERSION},
            layer_options={"IDENTIFIER": sheet.name, "DESCRIPTION": _described(sheet, renamed)},
        )
    except (DataSourceError, DataLayerError) as error:
        raise failed(path, str(error).splitlines()[0]) from error


def _kind(sheet: Sheet) -> str | None:
    """Return the type of a table's geometries: with parts if one has parts; None for a table."""
    if sheet.geometry == "none":
        return None
    found = {shape.geom_type for shape in sheet.shapes if shape is not None}
    several = f"Multi{sheet.geometry}"
    if not found <= {sheet.geometry, several}:
        return "Unknown"
    return several if several in found else sheet.geometry


def _described(sheet: Sheet, renamed: dict[str, str]) -> str:
    told = [f"{old} is {new} here" for old, new in renamed.items()]
    return " ".join(
        [sheet.description, *([f"Columns renamed: {'; '.join(told)}."] if told else [])]
    )


@contextmanager
def _clock(day: date) -> Iterator[None]:
    """Have GDAL write this day as the time of every change, and no other."""
    before = pyogrio.get_gdal_config_option(_NOW)
    pyogrio.set_gdal_config_options({_NOW: f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_NOW: before})
