"""
GeoPackage, read as the database that it is: read only, every row, no index trusted.

Only SELECT is ever said to it, in a connection that cannot write; triggers do not run.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from almaty_geo.area import DEGREES
from almaty_geo.reading.apart.job import Job, Opened
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import ROWS_MAX, Stated, too_many

_HEADER_BYTES = 8
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_EMPTY = 0b0001_0000
_MAGIC = b"GP"
_DEGREES_ID = 4326
_LAYERS = "SELECT table_name, data_type FROM gpkg_contents ORDER BY table_name"
_SHAPES = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
_SYSTEM = (
    "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
    "WHERE srs_id = ?"
)


def read(path: Path, job: Job, faults: Faults) -> Opened | None:
    """Return one layer of a GeoPackage."""
    try:
        address = f"file:{path.name}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("PRAGMA query_only = ON")
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA cell_size_check = ON")
            base.text_factory = bytearray  # undecoded, and told from blobs, which are bytes
            if (sound := base.execute("PRAGMA quick_check(1)").fetchone()[0]) != b"ok":
                said = sound.decode("utf-8", "replace").splitlines()[-1]
                faults.add(f"malformed database: {said}", "a sound one", rule="database")
                return None
            table = _layer(base, job.layer, faults)
            return None if table is None else _read(base, table, job, faults)
    except sqlite3.Error as error:
        faults.add(f"malformed database: {error}", "a sound GeoPackage", rule="database")
    return None


def _layer(base: sqlite3.Connection, wanted: str | None, faults: Faults) -> str | None:
    """Return the layer to read, or note that there is none, or several and none was named."""
    kinds = {_text(name): _text(kind) for name, kind in base.execute(_LAYERS)}
    layers = [name for name, kind in kinds.items() if kind == "features"]
    named = ", ".join(map(shown, layers))
    if wanted is not None:
        if wanted in kinds:
            return wanted
        faults.add(f"layer {shown(wanted)} is not there", f"one of {named}", rule="layer")
    elif not layers:
        tables = f"tables: {', '.join(map(shown, kinds))}" if kinds else ""
        faults.add("holds no layer of features", "one", hint=tables, rule="layer")
    elif len(layers) > 1:
        value, expected = f"holds {len(layers)} layers: {named}", "one of them named"
        faults.add(value, expected, rule="layer")
    else:
        return layers[0]
    return None


def _read(base: sqlite3.Connection, table: str, job: Job, faults: Faults) -> Opened | None:
    """Return every row of a table, in the order of its key."""
    quoted = '"' + table.replace('"', '""') + '"'
    count = base.execute(f"SELECT count(*) FROM {quoted} NOT INDEXED").fetchone()[0]  # noqa: S608 - quoted
    found = base.execute(_SHAPES, (table,)).fetchone()
    shape = _text(found[0]) if found else None
    cursor = base.execute(f"SELECT * FROM {quoted} NOT INDEXED LIMIT {ROWS_MAX + 1}")  # noqa: S608 - quoted
    names = [column[0] for column in cursor.description]
    if too_many(count, len(names), faults):
        return None
    rows = cursor.fetchall()
    if len(rows) != count:
        faults.add(f"{len(rows):,} rows of {count:,} can be read", "all", rule="database")
        return None
    _check_counted(base, table, shape, count, faults)
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {
        name: [] for name in names
    }  # fmt: skip
    blobs = columns.pop(shape, None) if shape is not None else None
    key = _key(base, table)
    kept = {n: v for n, v in columns.items() if n != key}
    wkb = None if blobs is None else _shapes(blobs, faults)
    plain = {name: _plain(name, values, job, faults) for name, values in kept.items()}
    values = {name: column for name, column in plain.items() if column is not None}
    return Opened(values, wkb, _stated(base, found[1]) if found else Stated(DEGREES))


def _check_counted(
    base: sqlite3.Connection, table: str, shape: str | None, count: int, faults: Faults
) -> None:
    """Note where the database's own counts are stale: readers that trust them lose rows."""
    tables = {_text(name) for (name,) in base.execute("SELECT name FROM sqlite_master")}
    if "gpkg_ogr_contents" in tables:
        counted = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
        said = base.execute(counted, (table,)).fetchone()
        if said and isinstance(said[0], int) and said[0] != count:
            text = f"the file says {said[0]:,} rows and has {count:,}: all were read"
            faults.note(text, "stale-index", count=count)
    rowids = f"rtree_{table}_{shape}_rowid"
    if rowids in tables:
        quoted = '"' + rowids.replace('"', '""') + '"'
        indexed = base.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608 - quoted
        if indexed < count:
            text = f"its spatial index holds {indexed:,} of {count:,} rows: it was not used"
            faults.note(text, "stale-index", count=count)


def _key(base: sqlite3.Connection, table: str) -> str | None:
    """Return the column that numbers rows, if it is a number and nothing else."""
    info = base.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
    keys = [_text(name) for name, kind, pk in info if pk and _text(kind).upper() == "INTEGER"]
    return keys[0] if len(keys) == 1 and keys[0].casefold() in {"fid", "ogc_fid"} else None


def _stated(base: sqlite3.Connection, number: object) -> Stated:
    """Return the coordinate system of a layer; -1 and 0 stand for none."""
    row = base.execute(_SYSTEM, (number,)).fetchone()
    if number == _DEGREES_ID:
        return Stated(DEGREES)
    if row is None or number in {0, -1}:
        return Stated("")
    authority, code, definition = _text(row[0]).upper(), row[1], _text(row[2])
    system = f"{authority}:{code}" if authority == "EPSG" else definition
    return Stated(system, f"crs is {shown(system)}")


def _shapes(blobs: Sequence[object], faults: Faults) -> list[bytes | None]:
    """Return the WKB within each blob; one that holds none is named, not dropped."""
    shapes = [_wkb(blob) for blob in blobs]
    for index, (blob, shape) in enumerate(zip(blobs, shapes, strict=True)):
        if blob is not None and shape is None:
            faults.add("geometry is not a GeoPackage blob", "one", feature=index, rule="nesting")
    return shapes


def _wkb(blob: object) -> bytes | None:
    """Return what follows the header of a blob: magic, version, flags, system, envelope."""
    if not isinstance(blob, bytes) or len(blob) < _HEADER_BYTES or blob[:2] != _MAGIC:
        return None
    envelope = _ENVELOPE_BYTES.get((blob[3] >> 1) & 0b111)
    start = _HEADER_BYTES + (envelope or 0)
    return blob[start:] if envelope is not None and len(blob) > start else None


def _plain(name: str, values: list[Any], job: Job, faults: Faults) -> list[Any] | None:
    """Return a column's values, text decoded; a column of blobs is left out, and noted."""
    blobs = sum(isinstance(value, bytes) for value in values)
    if blobs:
        faults.note("holds binary data: left out", "left-out", column=name, count=blobs)
        return None
    codec = job.encoding or "utf-8"
    texts: list[Any] = list(values)
    for index, value in enumerate(values):
        if isinstance(value, bytearray):
            try:
                texts[index] = value.decode(codec)
            except UnicodeDecodeError:
                texts[index] = None
                said = f"text is not {codec}"
                faults.add(said, codec, feature=index, column=name, rule="encoding")
    return texts


def _text(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    return str(value)
