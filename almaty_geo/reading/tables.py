"""From the text of a CSV file to columns and shapes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.reading.coordinates import shapes_of_wkt
from almaty_geo.reading.faults import Faults, legible, shown
from almaty_geo.reading.rows import ROWS_MAX, Rows, no_shapes, too_many
from almaty_geo.specs import Column, GeometryType

LONGITUDE, LATITUDE, WKT = "lon", "lat", "geometry_wkt"
"""Columns that hold a place: two of degrees, or one of WKT."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_YES_NO = {"true": True, "false": False}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_DECIMAL_COMMA = re.compile(r"(?:^|[;\t\"])-?[0-9]+,[0-9]+(?=$|[;\t\"])", re.MULTILINE)


def read_table(
    text: str,
    wanted: GeometryType | None,
    declared: Mapping[str, Column] | None,
    faults: Faults,
) -> Rows | None:
    """
    Return the rows of a CSV file.

    Parameters
    ----------
    text
        Comma separated, with a header; quotes and line ends as RFC 4180 has them.
    wanted
        Type that the geometries must have: "none" for a plain table, None to take what is there.
    declared
        The sidecar's columns, whose kinds the cells are read as; None to guess.
    faults
        Where everything wrong is noted.

    Returns
    -------
    rows
        Columns and shapes, an empty cell as None; None if it is not such a table.
    """
    records = _records(text, faults)
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
    faults.ids = [legible(name or "") for name in cells.get("id", ())]
    places, cells = _split(cells, wanted, declared or {})
    shapes = _shapes(places, len(body), wanted, faults)
    kinds = {name: column.kind for name, column in (declared or {}).items()}
    typed = {
        name: _typed(column, kinds.get(name) or _guessed(column)) for name, column in cells.items()
    }
    return Rows(typed, shapes, {})


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


def _records(text: str, faults: Faults) -> list[list[str]] | None:
    """Return header and rows as lists of cells."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(islice(reader, ROWS_MAX + 2))
    except csv.Error as error:
        faults.add(f"line {reader.line_num}: {error}", "comma separated values", rule="csv")
        return None
    while records and not records[-1]:
        records.pop()
    if not records:
        faults.add("no header", "a line of column names", rule="csv")
    elif suspect_separator(text.splitlines()[0], faults):
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


def _split(
    cells: dict[str, list[str | None]],
    wanted: GeometryType | None,
    declared: Mapping[str, Column],
) -> tuple[dict[str, list[str | None]], dict[str, list[str | None]]]:
    """Return the columns that hold places, and the others."""
    if wanted == "none":
        return {}, cells
    names = {LONGITUDE, LATITUDE} if {LONGITUDE, LATITUDE} <= cells.keys() else set()
    names |= {WKT} & cells.keys()
    places = {name: cells[name] for name in sorted(names)}
    return places, {n: v for n, v in cells.items() if n not in names or n in declared}


def _shapes(
    places: Mapping[str, list[str | None]],
    count: int,
    wanted: GeometryType | None,
    faults: Faults,
) -> NDArray[np.object_]:
    """Return shapes (n,) from the columns that hold places."""
    if len(places) > 2:  # noqa: PLR2004 - lon and lat, and WKT
        faults.add(f"places in {LONGITUDE}, {LATITUDE} and in {WKT}", "one of them", rule="places")
    elif WKT in places:
        return shapes_of_wkt(places[WKT], wanted, faults)
    elif places and wanted in {None, "Point"}:
        return _points(places[LONGITUDE], places[LATITUDE], faults)
    elif wanted not in {None, "none"}:
        pair = f"{LONGITUDE} and {LATITUDE} or " if wanted == "Point" else ""
        faults.add("no columns for places", f"{pair}{WKT}", rule="missing-column")
    return no_shapes(count)


def _points(
    longitudes: Sequence[str | None], latitudes: Sequence[str | None], faults: Faults
) -> NDArray[np.object_]:
    """Return points (n,), None where both cells are empty."""
    shapes = no_shapes(len(longitudes))
    xy: dict[int, tuple[float, float]] = {}
    for index, pair in enumerate(zip(longitudes, latitudes, strict=True)):
        if pair == (None, None):
            continue
        bad = [
            (name, cell)
            for name, cell in zip((LONGITUDE, LATITUDE), pair, strict=True)
            if cell is None or not _NUMBER.fullmatch(cell)
        ]
        for name, cell in bad:
            hint = "a decimal comma?" if cell and cell.count(",") == 1 else ""
            faults.add(
                shown(cell), "degrees", feature=index, column=name, hint=hint, rule="nesting"
            )
        if not bad:
            xy[index] = (float(str(pair[0])), float(str(pair[1])))
    if xy:
        shapes[list(xy)] = shapely.points(np.array(list(xy.values())))
    return shapes


def _guessed(cells: Sequence[str | None]) -> str:
    """Return the kind that all cells of an undeclared column fit."""
    filled = [cell for cell in cells if cell is not None]
    for kind, pattern in (("int", _INTEGER), ("float", _NUMBER)):
        if filled and all(pattern.fullmatch(cell) for cell in filled):
            return kind
    return "str"


def _typed(cells: Sequence[str | None], kind: str) -> list[Any]:
    """Return cells as values of a kind; a cell that does not fit stays text, for the check."""
    if kind == "int":
        return [int(c) if c is not None and _INTEGER.fullmatch(c) else c for c in cells]
    if kind == "float":
        return [float(c) if c is not None and _NUMBER.fullmatch(c) else c for c in cells]
    if kind == "bool":
        return [_YES_NO.get(c.lower(), c) if c is not None else None for c in cells]
    return list(cells)
