"""Formats that GDAL reads: one driver is there, and it sees only what its suffix promised."""

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataSourceError, FieldError

from almaty_geo.area import DEGREES
from almaty_geo.reading.apart import flatgeobuf, shapefile
from almaty_geo.reading.apart.job import Job, Opened
from almaty_geo.reading.apart.plain import plain_column
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import ROWS_MAX, Stated, too_many

_SHAPEFILE, _KML, _DXF, _FLATGEOBUF = "ESRI Shapefile", "LIBKML", "DXF", "FlatGeobuf"
_PARTS_OF_ENTITIES = frozenset({b"VERTEX", b"SEQEND", b"ATTRIB"})
_HEAD_BYTES = 100_000
_SIGNS = {
    ".tab": (
        re.compile(rb"Type\s+NATIVE\b", re.IGNORECASE),
        "a table that only points to other files",
        "Type NATIVE",
    ),
    ".mif": (
        re.compile(rb"\A\s*Version\s", re.IGNORECASE),
        "it does not begin as MapInfo MIF does",
        "Version",
    ),
    ".dxf": (re.compile(rb"SECTION"), "it has no section, as DXF has", "a text DXF"),
}
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<[A-Za-z]")
# What the driver adds to every placemark, in use or not.
_KML_OWN = frozenset({
    "id", "description", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude",
    "visibility", "drawOrder", "icon",
})  # fmt: skip
_SHAPE = "wkb_geometry"


def read(path: Path, job: Job, faults: Faults) -> Opened | None:
    """Return one layer of a file."""
    if set(pyogrio.list_drivers()) != {job.way}:
        faults.add(f"{job.title} cannot be opened by itself here", "one driver", rule="reader")
        return None
    if not _is_sound(path, job, faults):
        return None
    codec = shapefile.codec_of(path, job.encoding, faults) if job.way == _SHAPEFILE else "utf-8"
    if codec is None:
        return None
    try:
        layer = _layer(path, job.layer, faults)
        return None if layer is None else _read(path, layer, job, codec, faults)
    except (DataSourceError, FieldError, pa.ArrowException, ValueError, RuntimeError) as error:
        said = str(error).splitlines()[0] if str(error) else ""
        reason = said.replace(str(path), path.name).replace(f"{path.parent}/", "")[:120]
        faults.add(f"damaged or cut off: {reason}", f"a sound {job.title} file", rule="reader")
    return None


def _is_sound(path: Path, job: Job, faults: Faults) -> bool:
    """Return whether a file is what its suffix says, as far as that can be seen from outside."""
    if job.way == _SHAPEFILE:
        return shapefile.sound(path, faults)
    data = path.read_bytes()
    if job.way == _KML:
        return _is_kml(data, faults)
    if job.way == _FLATGEOBUF:
        return flatgeobuf.is_whole(data, faults)
    sign = _SIGNS.get(path.suffix)
    if sign is not None and sign[0].search(data[:_HEAD_BYTES]) is None:
        faults.add(sign[1], sign[2], rule="reader")
        return False
    return True


def _expected(path: Path, job: Job, faults: Faults) -> int | None:
    """Return how many features a file has by another count than the driver's; None if unknown."""
    if job.way == _KML:
        return len(re.findall(rb"<(?:\w+:)?Placemark[\s/>]", path.read_bytes().replace(b"\0", b"")))
    if path.suffix == ".tab":
        return shapefile.rows_of_table(path.with_suffix(".dat"), faults)
    if path.suffix == ".mif" and path.with_suffix(".mid").exists():
        rows = path.with_suffix(".mid").read_bytes().splitlines()
        return sum(1 for row in rows if row.strip()) or None
    if job.way == _DXF:
        return _entities(path.read_bytes())
    return None


def _entities(data: bytes) -> int | None:
    """Return how many entities a drawing has: each begins with a group of code 0."""
    lines = [line.strip() for line in data.splitlines()]
    pairs = list(zip(lines[::2], lines[1::2], strict=False))
    try:
        start = pairs.index((b"2", b"ENTITIES"))
        end = pairs.index((b"0", b"ENDSEC"), start)
    except ValueError:
        return None
    kinds = [name for code, name in pairs[start:end] if code == b"0"]
    return sum(kind not in _PARTS_OF_ENTITIES for kind in kinds)


def _is_kml(data: bytes, faults: Faults) -> bool:
    """Return whether XML is KML without a document type: entities in one may grow without end."""
    plain = data.replace(b"\x00", b"")
    if _DECLARATION.search(plain):
        faults.add("it has a DOCTYPE or entities of its own", "none", rule="doctype")
        return False
    if not _FIRST_TAG.search(plain) or b"kml" not in plain[:5_000].lower():
        faults.add("it does not begin as KML does", "<kml>", rule="reader")
        return False
    return True


def _layer(path: Path, wanted: str | None, faults: Faults) -> str | None:
    """Return the layer to read, or note that several are there and none was named."""
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    named = ", ".join(map(shown, layers))
    if wanted is not None and wanted not in layers:
        faults.add(f"layer {shown(wanted)} is not there", f"one of {named}", rule="layer")
        return None
    if not layers:
        faults.add("holds no layer", "one", rule="layer")
        return None
    if wanted is None and len(layers) > 1:
        value, expected = f"holds {len(layers)} layers: {named}", "one of them named"
        faults.add(value, expected, rule="layer")
        return None
    return wanted or layers[0]


def _read(path: Path, layer: str, job: Job, codec: str, faults: Faults) -> Opened | None:
    """Return a layer, all of it or nothing."""
    about = pyogrio.read_info(path, layer=layer, force_feature_count=True)
    if too_many(int(about["features"]), len(about["fields"]), faults):
        return None
    meta, table = pyogrio.raw.read_arrow(path, layer=layer, max_features=ROWS_MAX + 1)
    said = int(about["features"])
    if table.num_rows != said:
        faults.add(f"{table.num_rows:,} of {said:,} features can be read", "all", rule="cut-off")
        return None
    counted = _expected(path, job, faults)
    if counted is not None and counted != table.num_rows:
        value = f"{table.num_rows:,} of {counted:,} features can be read"
        faults.add(value, "all", rule="cut-off")
        return None
    columns = {}
    for name in table.column_names:
        if name in {_SHAPE, meta["geometry_name"]}:
            continue
        column = table.column(name)
        if column.null_count == len(column) and _is_drivers_own(name, job.way):
            continue
        values = plain_column(name, column, faults, codec=codec)
        if values is not None and not _is_constant(name, values, job.way):
            columns[name] = values
    shape = meta["geometry_name"] or _SHAPE
    wkb = table.column(shape) if shape in table.column_names else None
    return Opened(columns, wkb, _stated(meta["crs"], job.way))


def _is_drivers_own(name: str, way: str) -> bool:
    return way == _KML and name in _KML_OWN


def _is_constant(name: str, values: Any, way: str) -> bool:  # noqa: ANN401 - a list or Arrow
    """Return whether a column only holds what the driver fills in where nothing is stated."""
    if not _is_drivers_own(name, way):
        return False
    given = values.to_pylist() if isinstance(values, pa.ChunkedArray) else values
    return set(given) <= {None, "", -1, 0}


def _stated(crs: str | None, way: str) -> Stated:
    """Return the coordinate system; KML has but one."""
    if way == _KML or crs in {DEGREES, "OGC:CRS84"}:
        return Stated(DEGREES)
    if not crs:
        return Stated("")
    known = crs if len(crs) < 40 else "another one"  # noqa: PLR2004 - a code, not a definition
    return Stated(crs, f"crs is {shown(known)}")
