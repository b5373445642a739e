"""Excel workbooks: stored values of one sheet; a formula is never worked out."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from almaty_geo.reading.apart.job import Job, Opened
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import COLUMNS_MAX, ROWS_MAX, Stated, too_many

UNPACKED_MAX_BYTES = 400_000_000
"""Size of all parts when unpacked, by the archive's own list."""

_MEMBERS_MAX = 1_000
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK_BYTES, _OVERLAP_BYTES = 1 << 20, 64


def read(path: Path, job: Job, faults: Faults) -> Opened | None:
    """Return one sheet of a workbook."""
    try:
        if not _is_bearable(path, faults):
            return None
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = _sheet(book.sheetnames, job.layer, faults)
        if sheet is None:
            return None
        records = _records(book[sheet])
        formulas = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        _check_formulas(records, formulas[sheet], faults)
        return _opened(records, faults)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        _say(error, faults)
    except (
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        EOFError,
        zlib.error,
    ) as error:
        _say(error, faults)
    return None


def _say(error: BaseException, faults: Faults) -> None:
    kind = type(error).__name__
    faults.add(f"damaged or cut off ({kind})", "a sound Excel workbook", rule="reader")


def _is_bearable(path: Path, faults: Faults) -> bool:
    """Return whether a workbook may be opened, by the list of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        size = sum(part.file_size for part in parts)
        if size > UNPACKED_MAX_BYTES or len(parts) > _MEMBERS_MAX:
            value = f"{size:,} bytes in {len(parts):,} parts when unpacked"
            faults.add(value, f"at most {UNPACKED_MAX_BYTES:,}", rule="too-many")
            return False
        for part in (p for p in parts if p.filename.lower().endswith((".xml", ".rels"))):
            if _declares(archive, part):
                faults.add("it has a DOCTYPE or entities of its own", "none", rule="doctype")
                return False
    return True


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return whether XML brings a document type: entities in one may grow without end."""
    before = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK_BYTES):
            plain = before + chunk.replace(b"\x00", b"")
            if _DECLARATION.search(plain):
                return True
            before = plain[-_OVERLAP_BYTES:]
    return False


def _sheet(names: Sequence[str], wanted: str | None, faults: Faults) -> str | None:
    """Return the sheet to read, or note that several are there and none was named."""
    named = ", ".join(map(shown, names))
    if wanted is not None and wanted not in names:
        faults.add(f"sheet {shown(wanted)} is not there", f"one of {named}", rule="layer")
        return None
    if wanted is None and len(names) > 1:
        value, expected = f"holds {len(names)} sheets: {named}", "one of them named"
        faults.add(value, expected, rule="layer")
        return None
    return wanted or names[0]


def _records(sheet: Any) -> list[list[Any]]:  # noqa: ANN401 - openpyxl's sheet
    """Return the rows of a sheet up to its last filled one, each up to its last filled cell."""
    rows: Iterable[Sequence[Any]] = sheet.iter_rows(values_only=True, max_col=COLUMNS_MAX + 1)
    records = [_trimmed(row) for row in islice(rows, ROWS_MAX + 2)]
    while records and not records[-1]:
        records.pop()
    return records


def _trimmed(row: Sequence[Any]) -> list[Any]:
    cells = [None if cell == "" else cell for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _check_formulas(records: Sequence[list[Any]], sheet: Any, faults: Faults) -> None:  # noqa: ANN401 - openpyxl's
    """Note cells with a formula whose result was never stored, or is an error."""
    rows = sheet.iter_rows(values_only=True, max_col=COLUMNS_MAX + 1, max_row=len(records) + 1)
    computed = 0
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            text = getattr(cell, "text", cell)
            if not (isinstance(text, str) and text.startswith("=")):
                continue
            record = records[number] if number < len(records) else []
            stored = record[place] if place < len(record) else None
            if stored == text:
                continue
            computed += 1
            if stored is None and number:
                value = f"a formula without a stored result in column {place + 1}"
                hint = "open it in a spreadsheet program and save it?"
                faults.add(value, "a value", feature=number - 1, hint=hint, rule="formula")
    if computed:
        text = "formulas were not worked out: their stored results were read"
        faults.note(text, "formula", count=computed)


def _opened(records: list[list[Any]], faults: Faults) -> Opened | None:
    """Return columns from rows, the first of which holds their names."""
    if not records or not records[0]:
        hint = "the first row holds the names of the columns" if records else ""
        faults.add("no header", "a row of column names", hint=hint, rule="header")
        return None
    header, *body = records
    width = max(map(len, records))
    if too_many(len(body), width, faults):
        return None
    if not _header_is_sound(header, width, faults):
        return None
    rows = [[*row, *[None] * (width - len(row))] for row in body]
    _check_errors(header, rows, faults)
    blank = sum(not row for row in body)
    if blank:
        faults.note("blank rows within the table are kept", "blank-row", count=blank)
    columns = zip(*rows, strict=True) if rows else [()] * width
    names = [str(name).strip() for name in header]
    plain = {n: [_plain(v) for v in c] for n, c in zip(names, columns, strict=True)}
    return Opened(plain, None, Stated(""))


def _header_is_sound(header: Sequence[Any], width: int, faults: Faults) -> bool:
    """Note names that are missing or there twice."""
    names = [None if name is None else str(name).strip() for name in header]
    missing = [number + 1 for number, name in enumerate(names) if not name]
    missing += range(len(names) + 1, width + 1)
    for number in missing:
        hint = "a title above the table?" if len(names) == 1 else ""
        faults.add(f"column {number} has no name", "one", hint=hint, rule="column-name")
    twice = {name for name in names if name and names.count(name) > 1}
    for name in sorted(twice):
        faults.add(f"column {shown(name)} is there twice", "each once", rule="column-name")
    return not missing and not twice


def _check_errors(header: Sequence[Any], rows: Sequence[list[Any]], faults: Faults) -> None:
    """Note cells that show an error, and empty them."""
    for index, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell in _ERRORS:
                name = str(header[place])
                faults.add(shown(cell), "a value", feature=index, column=name, rule="formula")
                row[place] = None


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return a cell as a number, text, true or false; days as ISO 8601."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value
