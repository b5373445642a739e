"""From the text of a CSV file to columns and shapes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from almaty_geo.reading.faults import Faults, legible, shown
from almaty_geo.reading.figures import plain_number, suspects_decimal_comma
from almaty_geo.reading.options import Options
from almaty_geo.reading.placing import NUMBER, placed
from almaty_geo.reading.rows import ROWS_MAX, Rows, too_many
from almaty_geo.specs import Column, GeometryType

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_SEPARATOR_LINE = re.compile("sep=([,;\t|])\r?\n", re.IGNORECASE)
_YES_NO = {"true": True, "false": False}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_DECIMAL_COMMA = re.compile(r"(?:^|[;\t\"])-?[0-9]+,[0-9]+(?=$|[;\t\"])", re.MULTILINE)


def read_table(
    text: str,
    wanted: GeometryType | None,
    declared: Mapping[str, Column] | None,
    options: Options,
    faults: Faults,
) -> Rows | None:
    """
    Return the rows of a CSV file.

    Parameters
    ----------
    text
        Separated by commas, with a header; quotes and line ends as RFC 4180 has them.
    wanted
        Type that the geometries must have: "none" for a plain table, None to take what is there.
    declared
        The sidecar's columns; None where there are none.
    options
        Whether other separators and names of columns are recognised.
    faults
        Where everything wrong is noted, and what was recognised.

    Returns
    -------
    rows
        Columns of text and shapes, an empty cell as None; None if it is not such a table.
    """
    separator, text = _separator(text, options, faults)
    records = _records(text, separator, options, faults)
    if not records or too_many(len(records) - 1, len(records[0]), faults):
        return None
    header, *body = records
    if not _header_is_sound(header, faults):
        return None
    _drop_ragged(header, body, faults)
    columns = zip(*body, strict=True) if body else [()] * len(header)
    cells = {
        name: [cell or None for cell in column]
        for name, column in zip(header, columns, strict=True)
    }
    decimal = options.decimal
    if decimal is None and separator != "," and options.lenient_numbers:
        filled = (cell for column in cells.values() for cell in column if cell is not None)
        decimal = "," if suspects_decimal_comma(filled) else None
        if decimal:
            faults.note("numbers have a decimal comma", "decimal-comma")
    faults.ids = [legible(name or "") for name in cells.get("id", ())]
    parts = placed(cells, wanted, declared or {}, replace(options, decimal=decimal), faults)
    rest = {name: list(column) for name, column in parts.rest.items()}
    return Rows(rest, parts.shapes, {}, parts.stated, decimal, as_text=True)


def typed(rows: Rows, declared: Mapping[str, Column] | None) -> Rows:
    """
    Return the rows of a table of text as values.

    Parameters
    ----------
    rows
        Columns of text.
    declared
        The sidecar's columns, whose kinds the cells are read as; None to guess.

    Returns
    -------
    rows
        A cell that does not fit stays text, for the check.
    """
    kinds = {name: column.kind for name, column in (declared or {}).items()}
    columns = {}
    for name, cells in rows.columns.items():
        given: Sequence[str | None] = cells
        if rows.decimal == "," and declared is None:
            given = _with_point(cells)
        columns[name] = _typed(given, kinds.get(name) or _guessed(given))
    return replace(rows, columns=columns, as_text=False)


def suspect_separator(line: str, faults: Faults) -> bool:
    """
    Note and return whether a header is separated by something other than commas.

    Parameters
    ----------
    line
        First line of the file.
    faults
        Where it is noted.
    """
    for separator, name in _SEPARATORS.items():
        if separator in line and line.count(separator) > line.count(","):
            faults.add(f"cells are separated by {name}", "commas", rule="separator")
            return True
    return False


def suspect_decimal_comma(text: str, faults: Faults) -> None:
    """Note numbers with a decimal comma in a file that is not separated by commas."""
    if found := _DECIMAL_COMMA.search(text):
        number = found[0].strip(';\t"')
        faults.add(f"{shown(number)} has a decimal comma", "a decimal point", rule="decimal-comma")


def _separator(text: str, options: Options, faults: Faults) -> tuple[str, str]:
    """Return what separates cells, and the text without a line that only says so."""
    if not options.recognise:
        return ",", text
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        faults.note(f"the first line says that {shown(declared[1])} separates", "separator")
        return declared[1], text[declared.end() :]
    # Signs within quotes are text.
    header = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    best = max(",", *_SEPARATORS, key=header.count)
    if header.count(best) <= header.count(","):
        return ",", text
    faults.note(f"cells are separated by {_SEPARATORS[best]}", "separator")
    return best, text


def _records(text: str, separator: str, options: Options, faults: Faults) -> list[list[str]] | None:
    """Return header and rows as lists of cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        records = list(islice(reader, ROWS_MAX + 2))
    except csv.Error as error:
        faults.add(f"line {reader.line_num}: {error}", "comma separated values", rule="csv")
        return None
    while records and not records[-1]:
        records.pop()
    if not records:
        faults.add("no header", "a line of column names", rule="csv")
    elif not options.recognise and suspect_separator(text.splitlines()[0], faults):
        suspect_decimal_comma(text, faults)
        return None
    return records


def _header_is_sound(header: Sequence[str], faults: Faults) -> bool:
    """Note names that are empty or there twice."""
    twice = [name for name, times in Counter(header).items() if times > 1]
    for name in twice:
        faults.add(f"column {shown(name)} is there twice", "each once", rule="column-name")
    return not twice


def _drop_ragged(header: Sequence[str], body: list[list[str]], faults: Faults) -> None:
    """Note rows that are longer or shorter than the header; empty their cells."""
    width = len(header)
    for index, row in enumerate(body):
        if len(row) != width:
            faults.add(f"{len(row)} cells", f"{width}", feature=index, rule="ragged-row")
            body[index] = [""] * width


def _with_point(cells: Sequence[str | None]) -> Sequence[str | None]:
    """Return a column with decimal points for commas, if that makes all of it numbers."""
    numbers = [plain_number(c, ",") if c is not None and "," in c else c for c in cells]
    sound = all(
        n is not None and NUMBER.fullmatch(n) for n, c in zip(numbers, cells, strict=True) if c
    )
    return numbers if sound else cells


def _guessed(cells: Sequence[str | None]) -> str:
    """Return the kind that all cells of an undeclared column fit."""
    filled = [cell for cell in cells if cell is not None]
    for kind, pattern in (("int", _INTEGER), ("float", NUMBER)):
        if filled and all(pattern.fullmatch(cell) for cell in filled):
            return kind
    return "str"


def _typed(cells: Sequence[str | None], kind: str) -> list[Any]:
    """Return cells as values of a kind; a cell that does not fit stays text, for the check."""
    if kind == "int":
        return [int(c) if c is not None and _INTEGER.fullmatch(c) else c for c in cells]
    if kind == "float":
        return [float(c) if c is not None and NUMBER.fullmatch(c) else c for c in cells]
    if kind == "bool":
        return [_YES_NO.get(c.lower(), c) if c is not None else None for c in cells]
    return list(cells)
