"""XLSX: a sheet of rows that stay what they are, and a sheet that says whose they are."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from almaty_geo.errors import OutputError
from almaty_geo.exports.sheet import Sheet
from almaty_geo.exports.tables import with_places
from almaty_geo.files import expect, failed, replacing
from almaty_geo.specs import Column, LayerSpec, Source
from almaty_geo.words import LANGUAGES, Text, day, same, say, term

ROWS_MAX = 1_048_575
"""Below the header."""

COLUMNS_MAX = 16_384
CELL_MAX = 32_767
"""Characters of one cell, as spreadsheets count them: in units of UTF-16."""

WHOLE_MAX = 10**15
"""Spreadsheets keep 15 digits; longer whole numbers are written as text, so that none is lost."""

SHEET_NAME_MAX = 31
ABOUT = "about"
_ROWS = "rows"
_WIDE, _NARROW = 48, 10

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(sheet: Sheet, path: Path) -> None:
    """
    Write a table as XLSX: text stays text, numbers are numbers, and the header stays in view.

    Places are columns, as in CSV. A second sheet says what the rows and their columns are, in
    three languages, whose they are, and which cells were too long for a spreadsheet.

    Raises
    ------
    OutputError
        If there are more rows or columns than a sheet holds.
    """
    values = with_places(sheet)
    if len(sheet) > ROWS_MAX or len(values) > COLUMNS_MAX:
        raise OutputError(
            f"{path}: a sheet holds at most {ROWS_MAX:,} rows and {COLUMNS_MAX:,} columns."
        )
    with replacing(path) as draft:
        try:
            _write(sheet, values, draft)
        except XlsxWriterException as error:
            raise failed(path, str(error)) from error
        expect(path, len(sheet) + 1, _rows(draft), "rows")


def _write(sheet: Sheet, values: dict[str, list[Any]], draft: Path) -> None:
    """Write the workbook."""
    book = xlsxwriter.Workbook(draft, {**_OPTIONS, "tmpdir": str(draft.parent)})
    created = datetime.combine(sheet.date, time())
    book.set_properties({"title": sheet.name, "comments": sheet.description, "created": created})
    bold = book.add_format({"bold": True})
    rows = book.add_worksheet(_sheet_name(sheet.name))
    rows.freeze_panes(1, 0)
    for at, name in enumerate(values):
        rows.set_column(at, at, min(max(len(name) + 2, _NARROW), _WIDE))
        rows.write_string(0, at, name[:CELL_MAX], bold)
    long = _fill(rows, values)
    if len(sheet):
        rows.autofilter(0, 0, len(sheet), len(values) - 1)
    about = book.add_worksheet(ABOUT)
    about.set_column(0, 3, _WIDE)
    for row, cells in enumerate(_about(sheet, long)):
        for at, cell in enumerate(cells):
            about.write_string(row, at, _fitting(cell)[0])
    book.close()


def _fill(rows: Worksheet, values: dict[str, list[Any]]) -> dict[str, int]:
    """Write the cells; return how many of each column were too long."""
    long: dict[str, int] = {}
    columns = list(values.items())
    for row in range(len(columns[0][1]) if columns else 0):
        for at, (name, cells) in enumerate(columns):
            if not _put(rows, row + 1, at, cells[row]):
                long[name] = long.get(name, 0) + 1
    return long


def _put(rows: Worksheet, row: int, at: int, value: Any) -> bool:  # noqa: ANN401 - any cell
    """Write one cell as what it is; return whether all of it went in."""
    if value is None:
        return True
    if isinstance(value, bool):
        rows.write_boolean(row, at, value)
        return True
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < WHOLE_MAX):
        rows.write_number(row, at, value)
        return True
    text, whole = _fitting(str(value))
    rows.write_string(row, at, text)
    return whole


def _fitting(text: str) -> tuple[str, bool]:
    """Return what a cell can hold of a text, and whether that is all of it."""
    if len(text) * 2 <= CELL_MAX:
        return text, True
    units = text.encode("utf-16-le")
    return units[: CELL_MAX * 2].decode("utf-16-le", "ignore"), len(units) <= CELL_MAX * 2


def _sheet_name(name: str) -> str:
    """Return a name that a sheet can bear and that the second sheet does not bear."""
    return name[:SHEET_NAME_MAX] if name not in {ABOUT, "history"} else _ROWS


def _about(sheet: Sheet, long: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield what the rows are: in the first column what is told, then in each language."""
    yield ("", *LANGUAGES)
    yield sheet.name, *[sheet.description] * bool(sheet.description)
    if sheet.spec is not None:
        yield from _told(sheet.spec)
        yield ()
        for name, column in sheet.spec.columns.items():
            yield _row(name, _column(name, column))
    for name, number in long.items():
        yield f"{name}: cells cut at {CELL_MAX:,} characters", str(number)


def _told(spec: LayerSpec) -> Iterator[tuple[str, ...]]:
    """Yield what a sidecar says of a layer."""
    yield _row(say("Layer").en, spec.title)
    yield _row(say("Describes").en, same(spec.date))
    yield _row(say("Places known by").en, term("precision", spec.precision.method))
    for source in spec.source:
        for label, text in _source(source):
            yield _row(label.en, text)
    for note in spec.notes:
        yield _row(term("note", note.kind).en, note.text)


def _source(source: Source) -> Iterator[tuple[Text, Text]]:
    yield say("Publisher"), source.publisher
    yield say("Address"), same(source.url)
    yield say("Taken on"), day(source.accessed)
    yield say("Licence"), same(source.licence)
    yield say("Confidence"), term("confidence", source.confidence)


def _column(name: str, column: Column) -> Text:
    """Return what a column is, with its unit."""
    title = column.title or same(name)
    if not column.unit:
        return title
    unit = term("unit", column.unit)
    return Text(**{lang: f"{title[lang]}, {unit[lang]}" for lang in LANGUAGES})


def _row(label: str, text: Text) -> tuple[str, ...]:
    return (label, *(text[language] for language in LANGUAGES))


def _rows(draft: Path) -> int:
    """Return how many rows the first sheet of a workbook holds."""
    with zipfile.ZipFile(draft) as archive, archive.open("xl/worksheets/sheet1.xml") as file:
        found, rest = 0, b""
        while chunk := file.read(1 << 20):
            found += (rest + chunk).count(b"<row ")
            rest = chunk[-4:]
    return found
