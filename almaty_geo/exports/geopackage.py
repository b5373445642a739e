"""GeoPackage: one file, one or many tables, the same bytes for the same input."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from almaty_geo.exports.gdal import Driver, add_table, recount
from almaty_geo.exports.sheet import Sheet, distinct
from almaty_geo.files import replacing

VERSION = "1.2"
"""The oldest that has all we use, so that older desktops open it too."""

KEPT = ("fid", "geom")
"""The format's own columns."""


def write_geopackage(sheets: Sequence[Sheet], path: Path, *, styles: Sheet | None = None) -> None:
    """
    Write tables into one GeoPackage; those without geometry as attribute tables.

    Columns whose names differ only by letter case, or are the format's own, get a number; the
    table's description says so. Styles, where there are any, are a table like the others.
    """
    with replacing(path) as draft:
        for sheet in sheets:
            _add(sheet, draft, path)
        if styles is not None:
            _add(styles, draft, path, own={"FID": "id"})
        for sheet in (*sheets, *([styles] if styles is not None else [])):
            recount(sheet, draft, target=path)


def stored_names(sheet: Sheet) -> dict[str, str]:
    """Return the columns that bear another name in a GeoPackage, and that name."""
    return distinct(map(str, sheet.columns), taken=KEPT)


def _add(sheet: Sheet, draft: Path, path: Path, *, own: Mapping[str, str] | None = None) -> None:
    """Add one table to the file."""
    renamed = stored_names(sheet)
    told = {"IDENTIFIER": sheet.name, "DESCRIPTION": _described(sheet, renamed)}
    driver = Driver("GPKG", file={"VERSION": VERSION}, table={**told, **(own or {})})
    add_table(sheet, draft, driver, renamed=renamed, target=path)


def _described(sheet: Sheet, renamed: dict[str, str]) -> str:
    told = [f"{old} is {new} here" for old, new in renamed.items()]
    return " ".join(
        [sheet.description, *([f"Columns renamed: {'; '.join(told)}."] if told else [])]
    )
