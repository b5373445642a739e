"""GeoParquet 1.0 and 1.1, the footer looked at before any row is."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from almaty_geo.area import DEGREES
from almaty_geo.reading.apart.job import Job, Opened
from almaty_geo.reading.apart.plain import plain_column
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import Stated, too_many

UNPACKED_MAX_BYTES = 1_000_000_000
"""Size of all columns when unpacked, by the footer: small files can hold any amount of zeros."""


def read(path: Path, job: Job, faults: Faults) -> Opened | None:
    """Return the columns and shapes of a GeoParquet file."""
    try:
        file = pq.ParquetFile(path)
        if not _is_bearable(file.metadata, faults):
            return None
        return _opened(file, job, faults)
    except (pa.ArrowException, OSError, ValueError) as error:
        said = str(error).splitlines()[0][:120] if str(error) else "unreadable"
        faults.add(f"damaged or cut off: {said}", "a sound GeoParquet file", rule="reader")
    return None


def _is_bearable(footer: Any, faults: Faults) -> bool:  # noqa: ANN401 - pyarrow has no types
    """Return whether a file may be read, by what its footer says."""
    groups = range(footer.num_row_groups)
    unpacked = sum(footer.row_group(group).total_byte_size for group in groups)
    if unpacked > UNPACKED_MAX_BYTES:
        expected = f"at most {UNPACKED_MAX_BYTES:,}"
        faults.add(f"{unpacked:,} bytes when unpacked", expected, rule="too-many")
    return not too_many(footer.num_rows, footer.num_columns, faults) and (
        unpacked <= UNPACKED_MAX_BYTES
    )


def _opened(file: Any, job: Job, faults: Faults) -> Opened | None:  # noqa: ANN401 - pyarrow
    """Return what a bearable file holds."""
    geo = _geo(file.schema_arrow.metadata or {}, faults)
    if faults.found:
        return None
    primary, about = geo if geo is not None else (None, {})
    names = file.schema_arrow.names
    if primary is None and (binary := _binary(file.schema_arrow)):
        value = f"no geo metadata, though column {shown(binary)} is binary"
        faults.add(value, "GeoParquet", rule="no-geo")
        return None
    if primary is not None and primary not in names:
        faults.add(f"column {shown(primary)} is not there", "as its metadata say", rule="no-geo")
        return None
    table = file.read(use_threads=False)
    covering = _covering(about)
    columns = {}
    for name in (n for n in names if n != primary):
        if name in covering:
            faults.note("holds boxes that only speed up reading: left out", "left-out", column=name)
            continue
        values = plain_column(name, table.column(name), faults, codec=job.encoding or "utf-8")
        if values is not None:
            columns[name] = values
    wkb = table.column(primary) if primary is not None else None
    return Opened(columns, wkb, _stated(about) if primary is not None else Stated(DEGREES))


def _geo(metadata: dict[bytes, bytes], faults: Faults) -> tuple[str, dict[str, Any]] | None:
    """Return the main column of shapes and what is said of it, or None without any."""
    if b"geo" not in metadata:
        return None
    try:
        geo = json.loads(metadata[b"geo"])
    except (ValueError, RecursionError):
        faults.add("geo metadata is not JSON", "GeoParquet", rule="no-geo")
        return None
    primary = geo.get("primary_column") if isinstance(geo, dict) else None
    every = geo.get("columns") if isinstance(geo, dict) else None
    about = every.get(primary) if isinstance(every, dict) and isinstance(primary, str) else None
    if not isinstance(about, dict):
        faults.add("geo metadata names no column of shapes", "GeoParquet", rule="no-geo")
        return None
    encoding = about.get("encoding")
    if encoding != "WKB":
        faults.add(f"unsupported encoding {shown(encoding)}", "WKB", rule="no-geo")
        return None
    return str(primary), about


def _binary(schema: Any) -> str:  # noqa: ANN401 - pyarrow
    """Return a column of bytes, which may be shapes of some kind."""
    binary = (pa.types.is_binary, pa.types.is_large_binary)
    return next((f.name for f in schema if any(test(f.type) for test in binary)), "")


def _covering(about: dict[str, Any]) -> set[str]:
    """Return columns that only repeat the bounds of each shape."""
    covering = about.get("covering")
    bbox = covering.get("bbox") if isinstance(covering, dict) else None
    paths = bbox.values() if isinstance(bbox, dict) else ()
    return {path[0] for path in paths if isinstance(path, list) and path}


def _stated(about: dict[str, Any]) -> Stated:
    """Return the coordinate system; none at all means degrees, null means unknown."""
    if "crs" not in about:
        return Stated(DEGREES)
    crs = about["crs"]
    if not isinstance(crs, dict):
        return Stated("", "crs is null, so unknown" if crs is None else f"crs is {shown(crs)}")
    number = crs.get("id")
    code = f"{number.get('authority')}:{number.get('code')}" if isinstance(number, dict) else ""
    if code in {"OGC:CRS84", DEGREES}:
        return Stated(DEGREES)
    return Stated(json.dumps(crs), f"crs is {shown(code or str(crs.get('name')))}")
