"""From a path to rows: each format by its own way, none by what its content claims to be."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from almaty_geo.reading.apart import read_apart
from almaty_geo.reading.archives import unpacked
from almaty_geo.reading.encodings import text_of
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.features import read_features
from almaty_geo.reading.files import private_copy, read_bytes, sibling
from almaty_geo.reading.kinds import KINDS, Kind
from almaty_geo.reading.options import Options
from almaty_geo.reading.rows import Rows
from almaty_geo.reading.sequence import parse_sequence
from almaty_geo.reading.strict_json import parse
from almaty_geo.reading.tables import (
    read_table,
    suspect_decimal_comma,
    suspect_separator,
)
from almaty_geo.specs import Column, GeometryType

_COMPOUND = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file is meant to hold."""

    geometry: GeometryType | None
    """Type of its geometries; None for any."""

    columns: Mapping[str, Column] | None
    """Its columns; None for any."""

    sha256: str = ""
    """Digest that its bytes must have; empty for any."""


def rows_of(
    path: Path, kind: Kind, wanted: Wanted, options: Options, faults: Faults
) -> Rows | None:
    """
    Return the rows of a file.

    Parameters
    ----------
    path
        The file.
    kind
        Its format.
    wanted
        What it is meant to hold.
    options
        What was said about it from outside.
    faults
        Where everything wrong is noted.

    Returns
    -------
    rows
        Columns under the file's own names; None if there is no way to make them out.
    """
    if not kind.apart and kind.way != "archive":
        return _of_text(_bytes(path, wanted, faults), kind, wanted, options, faults)
    # GDAL and its like are never given the name that a user gave.
    with tempfile.TemporaryDirectory(prefix="almaty-geo-", ignore_cleanup_errors=True) as name:
        copy = Path(name) / f"data{path.suffix.lower()}"
        data = private_copy(path, copy, faults)
        if data is None or not _begins_right(data, kind, faults):
            return None
        _check_digest(data, wanted.sha256, faults)
        if kind.way == "archive":
            return _of_archive(copy, wanted, options, faults)
        if not _take_along(path, copy, kind, faults):
            return None
        del data
        return _of_copy(copy, kind, wanted, options, faults)


def _of_archive(copy: Path, wanted: Wanted, options: Options, faults: Faults) -> Rows | None:
    """Return the rows of the one layer of an archive."""
    folder = copy.parent / "unpacked"
    folder.mkdir()
    main = unpacked(copy, folder, options, faults)
    if main is None:
        return None
    kind = KINDS[main.suffix]
    faults.counted = kind.counted
    data = main.read_bytes()
    if not _begins_right(data, kind, faults):
        return None
    if not kind.apart:
        return _of_text(data, kind, wanted, options, faults)
    if not _has_needed(main, kind, faults):
        return None
    return _of_copy(main, kind, wanted, options, faults)


def _of_copy(
    copy: Path, kind: Kind, wanted: Wanted, options: Options, faults: Faults
) -> Rows | None:
    """Return the rows of a private copy that is opened in a process of its own."""
    return read_apart(copy, kind, wanted.geometry, wanted.columns, options, faults)


def _bytes(path: Path, wanted: Wanted, faults: Faults) -> bytes | None:
    """Return the bytes of a file, held to their digest; None if it was refused."""
    data = read_bytes(path, faults)
    if data is not None:
        _check_digest(data, wanted.sha256, faults)
    return data


def _of_text(
    data: bytes | None, kind: Kind, wanted: Wanted, options: Options, faults: Faults
) -> Rows | None:
    """Return the rows of a format that is text."""
    if data is None:
        return None
    table = kind.way == "table"
    text = text_of(data, options, faults, guessing=table and options.recognise)
    if text is None:
        if table:
            _suspect_table(data, faults)
        return None
    if table:
        return read_table(text, wanted.geometry, wanted.columns, options, faults)
    parsed = (parse_sequence if kind.way == "sequence" else parse)(text, data, faults)
    del text, data  # of a large file they are as much again as what was made of them
    return None if parsed is None else read_features(parsed, wanted.geometry, faults)


def _begins_right(data: bytes, kind: Kind, faults: Faults) -> bool:
    """Note and return whether a file begins as its format does."""
    if not kind.magic or data.startswith(kind.magic):
        return True
    hint = "protected by a password, or an old .xls?" if data.startswith(_COMPOUND) else ""
    begins = shown(data[:12].decode("latin-1"))
    value = f"it begins with {begins}, not as {kind.title} does"
    faults.add(value, f"a {kind.title} file", hint=hint, rule="magic")
    return False


def _take_along(path: Path, copy: Path, kind: Kind, faults: Faults) -> bool:
    """Copy what belongs to a file; note what is missing, and changes that are not in it yet."""
    for suffix in (*kind.needed, *kind.beside):
        found = sibling(path, suffix)
        if found is not None and found.lstat().st_size == 0 and suffix in kind.beside:
            continue
        if found is not None and private_copy(found, copy.with_suffix(suffix), faults) is None:
            return False
    journal = path.with_name(f"{path.name}-wal")
    if kind.way == "geopackage" and journal.exists() and journal.stat().st_size:
        value = f"{journal.name} holds changes that are not in the file yet"
        hint = "close the program that has it open"
        faults.add(value, "a closed database", hint=hint, rule="database")
        return False
    return _has_needed(copy, kind, faults)


def _has_needed(copy: Path, kind: Kind, faults: Faults) -> bool:
    """Note and return whether all that a format needs is there."""
    missing = [suffix for suffix in kind.needed if not copy.with_suffix(suffix).exists()]
    for suffix in missing:
        value = f"{suffix} is not beside it: its attributes are missing"
        faults.add(value, f"the {suffix} file too", rule="missing-part")
    return not missing


def _check_digest(data: bytes, sha256: str, faults: Faults) -> None:
    """Note bytes that are not the declared ones; an empty digest declares none."""
    faults.sha256 = hashlib.sha256(data).hexdigest()
    if sha256 and faults.sha256 != sha256:
        faults.add(f"sha256 is {faults.sha256}, the sidecar says {sha256}", rule="sha256")


def _suspect_table(data: bytes, faults: Faults) -> None:
    """Note what else is wrong with a table that is not UTF-8; its signs are ASCII all the same."""
    signs = data.decode("latin-1")
    if suspect_separator(signs.split("\n", 1)[0], faults):
        suspect_decimal_comma(signs, faults)
