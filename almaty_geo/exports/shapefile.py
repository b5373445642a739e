"""Shapefile, for those who ask for it: one archive, with a page that says what it cannot hold."""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from almaty_geo.errors import OutputError
from almaty_geo.exports.gdal import Driver, add_table, geometry_type, recount
from almaty_geo.exports.sheet import Sheet
from almaty_geo.files import failed, replacing

NAME_MAX = 10
"""Characters of a column's name, Latin letters and digits only."""

TEXT_MAX_BYTES = 254
"""Of one cell in UTF-8; a Kazakh or Russian letter takes two."""

COLUMNS_MAX = 255
README = "README.txt"

_LIMITS = (
    "A Shapefile holds less than the other formats; prefer GeoPackage where you can.",
    f"* Names of columns have at most {NAME_MAX} Latin letters, digits and '_'.",
    f"* A text has at most {TEXT_MAX_BYTES} bytes of UTF-8, two for a Kazakh or Russian letter.",
    "* An empty text and a missing one are the same; some programs read a missing number as 0.",
    "* Numbers have at most 15 digits after the point.",
    "* One type of geometry a file; a row without a place has an empty one.",
    "* The encoding is UTF-8, as the .cpg file says.",
)


@dataclass(frozen=True, slots=True)
class _Shortened:
    """What was done to a table to fit it in."""

    sheet: Sheet
    renamed: dict[str, str]
    cut: dict[str, int]
    """How many texts of a column were cut."""


def write_shapefile(sheet: Sheet, path: Path) -> None:
    """
    Write a table as a zipped Shapefile; as a dBASE table alone if it has no geometry.

    What the format cannot hold is cut or renamed, and ``README.txt`` in the archive says how.

    Raises
    ------
    OutputError
        If there are points, lines and areas in one table, or too many columns.
    """
    if geometry_type(sheet) == "Unknown":
        raise OutputError(
            f"{path}: a Shapefile holds points, lines or areas, not several of them; "
            "GeoPackage and GeoJSON hold them together."
        )
    if len(sheet.columns.columns) > COLUMNS_MAX:
        raise OutputError(f"{path}: a Shapefile holds at most {COLUMNS_MAX} columns.")
    fitted = _fitted(sheet)
    with replacing(path) as draft:
        parts = draft.parent / "parts"
        parts.mkdir()
        _write_parts(fitted, parts, path)
        readme = parts / README
        readme.write_text(_readme(fitted), encoding="utf-8", newline="\r\n")
        _zip(sorted(parts.iterdir()), draft, day=sheet.date)
        with zipfile.ZipFile(draft) as archive:
            if archive.testzip() is not None:
                raise failed(path, "the archive is damaged")


def _write_parts(fitted: _Shortened, folder: Path, target: Path) -> None:
    """Write the files that make a Shapefile."""
    sheet = fitted.sheet
    driver = Driver(
        "ESRI Shapefile",
        table={"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": sheet.date.isoformat()},
    )
    main = folder / f"{sheet.name}.{'dbf' if sheet.geometry == 'none' else 'shp'}"
    add_table(sheet, main, driver, renamed=fitted.renamed, target=target)
    recount(sheet, main, target=target)


def _fitted(sheet: Sheet) -> _Shortened:
    """Return a table that a Shapefile can hold, and what it took."""
    columns, cut = sheet.columns.copy(), {}
    for name in columns:
        if isinstance(columns[name].dtype, pd.StringDtype):
            shorter = columns[name].map(_cut, na_action="ignore").astype("string")
            if changed := int((shorter != columns[name]).sum()):
                cut[str(name)] = changed
            columns[name] = shorter
    return _Shortened(replace(sheet, columns=columns), short_names(map(str, columns)), cut)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """
    Return new names where a name is too long for a Shapefile, taken, or not plain Latin.

    Examples
    --------
    >>> short_names(["id", "pupils_register", "pupils_registered", "мектеп"])
    {'pupils_register': 'pupils_reg', 'pupils_registered': 'pupils_r_2', 'мектеп': 'column'}
    """
    used: set[str] = set()
    renamed = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        stem = plain[:NAME_MAX] if plain.strip("_0123456789") else "column"
        short, number = stem, 2
        while short.casefold() in used:
            end = f"_{number}"
            short, number = stem[: NAME_MAX - len(end)] + end, number + 1
        used.add(short.casefold())
        if short != name:
            renamed[name] = short
    return renamed


def _cut(text: str) -> str:
    """Return as much of a text as a cell can hold, in whole letters."""
    return text.encode()[:TEXT_MAX_BYTES].decode(errors="ignore")


def _readme(fitted: _Shortened) -> str:
    """Return what the reader of the archive must know."""
    sheet = fitted.sheet
    names = [f"* {new}: {old}" for old, new in fitted.renamed.items()]
    cut = [f"* {name}: {number}" for name, number in fitted.cut.items()]
    return "\n".join(
        [
            sheet.name,
            *([sheet.description] if sheet.description else []),
            "",
            *_LIMITS,
            "",
            "Columns renamed:",
            *(names or ["* none"]),
            "",
            "Texts cut, by column:",
            *(cut or ["* none"]),
            "",
        ]
    )


def _zip(files: Iterable[Path], path: Path, *, day: date) -> None:
    """Pack files under their names, all bearing the day."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
