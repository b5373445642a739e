"""Whether the parts of a Shapefile are whole and agree, before anything is read from them."""

import struct
from dataclasses import dataclass
from pathlib import Path

from almaty_geo.reading.encodings import known_codec, suspected
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import ROWS_MAX, too_many

_HEADER_BYTES = 100
_RECORD_BYTES = 8
_TABLE_BYTES = 32
_SLACK_BYTES = 512
_DELETED = ord("*")
_ASCII_END = 0x80
# What the byte for the language in a table's header stands for, where it is met here.
_LANGUAGES = {0x03: "cp1252", 0x26: "cp866", 0x57: "cp1252", 0x65: "cp866", 0xC9: "cp1251"}


@dataclass(frozen=True, slots=True)
class _Table:
    """The header of a table of attributes."""

    rows: int
    start: int
    width: int
    language: int


def sound(path: Path, faults: Faults) -> bool:
    """
    Note what is wrong with the parts of a Shapefile; return whether it may be read.

    Parameters
    ----------
    path
        The ``.shp``; its table lies beside it.
    faults
        Where it is noted that a part is cut off, or that two disagree.
    """
    shapes = _shapes(path.read_bytes(), faults)
    data = path.with_suffix(".dbf").read_bytes()
    table = _table(data, faults)
    if shapes is None or table is None or too_many(shapes, 0, faults):
        return False
    if shapes != table.rows:
        value = f".shp has {shapes:,} shapes, .dbf {table.rows:,} rows"
        faults.add(value, "as many", rule="counts")
        return False
    starts = range(table.start, table.start + table.rows * table.width, table.width)
    if gone := sum(data[start] == _DELETED for start in starts):
        faults.note("rows marked as deleted left out", "deleted", count=gone)
    if not path.with_suffix(".shx").exists():
        faults.note(".shx is not there: made anew from .shp", "shx")
    return True


def rows_of_table(path: Path, faults: Faults) -> int | None:
    """Return how many rows a table says it has, or note that it is not as long as that."""
    table = _table(path.read_bytes(), faults)
    return None if table is None else table.rows


def codec_of(path: Path, asked: str | None, faults: Faults) -> str | None:
    """
    Return the encoding of a Shapefile's table, or None if it is not known.

    Parameters
    ----------
    path
        The ``.shp``.
    asked
        What the user says; it wins over ``.cpg``, which wins over the table's own header.
    faults
        Where it is noted that nothing says it and that it is not UTF-8, with a guess.
    """
    cpg = path.with_suffix(".cpg")
    said = cpg.read_bytes()[:100].decode("ascii", "replace").strip() if cpg.exists() else ""
    data = path.with_suffix(".dbf").read_bytes()
    table = _table(data, Faults(path.name))
    if table is None:
        return None
    named = asked or said or _LANGUAGES.get(table.language, "")
    if named and (codec := known_codec(named)):
        if codec != "utf-8":
            faults.note(f"text is {codec}", "encoding")
        return codec
    if named:
        faults.add(f"encoding {shown(named)} is not known", "such as cp1251", rule="encoding")
        return None
    text = data[table.start :]
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"no .cpg says the encoding, and byte {error.start} is 0x{text[error.start]:02x}"
        faults.add(byte, "UTF-8, or the encoding named", hint=suspected(text), rule="encoding")
        return None
    if any(byte >= _ASCII_END for byte in text):
        faults.note("text is UTF-8, though no .cpg says so", "encoding")
    return "utf-8"


def _shapes(data: bytes, faults: Faults) -> int | None:
    """Return how many shapes there are, by going from one to the next, or note a cut."""
    if len(data) < _HEADER_BYTES:
        faults.add(f".shp has {len(data):,} bytes", f"at least {_HEADER_BYTES}", rule="cut-off")
        return None
    size = struct.unpack_from(">i", data, 24)[0] * 2
    if size != len(data):
        value = f".shp has {len(data):,} bytes, its header says {size:,}"
        faults.add(value, "as many", hint="cut off?" if size > len(data) else "", rule="cut-off")
        return None
    count, place = 0, _HEADER_BYTES
    while place < size and count <= ROWS_MAX:
        length = struct.unpack_from(">i", data, place + 4)[0] if place + 8 <= size else -1
        place += _RECORD_BYTES + length * 2
        if length < 0 or place > size:
            value = f".shp: shape {count} reaches beyond the file"
            faults.add(value, "whole shapes", rule="cut-off")
            return None
        count += 1
    return count


def _table(data: bytes, faults: Faults) -> _Table | None:
    """Return the header of a table, or note that it is cut off."""
    if len(data) < _TABLE_BYTES:
        faults.add(f"the table has {len(data):,} bytes", "a header", rule="cut-off")
        return None
    rows, start, width = struct.unpack_from("<IHH", data, 4)
    needed = start + rows * width
    # A mark of the end may follow, and fill up to a whole block; never another row.
    if width == 0 or start < _TABLE_BYTES + 1 or not needed <= len(data) <= needed + _SLACK_BYTES:
        value = f"the table has {len(data):,} bytes, its header says {needed:,}"
        faults.add(value, "as many", hint="cut off?" if len(data) < needed else "", rule="cut-off")
        return None
    return _Table(rows, start, width, data[29])
