"""The formats that are read: the suffix decides, the content is never asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from almaty_geo.reading.faults import Faults

Way = Literal[
    "features", "sequence", "table", "geopackage", "geoparquet", "workbook", "raster", "archive",
    "FlatGeobuf", "ESRI Shapefile", "LIBKML", "DXF", "MapInfo File",
]  # fmt: skip
"""How a format is read; names with capitals are GDAL's own, of the one driver that may open it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A format."""

    title: str
    """What people call it."""

    way: Way
    """How it is read."""

    needed: tuple[str, ...] = ()
    """Suffixes of files that must lie beside it."""

    beside: tuple[str, ...] = ()
    """Suffixes of files that are taken along where they lie beside it."""

    counted: Literal["feature", "row"] = "feature"
    """How its faults name a place in it."""

    magic: tuple[bytes, ...] = ()
    """What it begins with, one of these; empty where a format has no such sign."""

    @property
    def apart(self) -> bool:
        """Whether it is opened in a process of its own, with limits."""
        return self.way not in {"features", "sequence", "table", "archive"}


_GEOJSON = Kind("GeoJSON", "features")
_SEQUENCE = Kind("GeoJSON text sequence", "sequence")
_TABLE = Kind("CSV", "table", counted="row")
_ZIP = Kind("zip archive", "archive", magic=(b"PK\x03\x04", b"PK\x05\x06"))
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")

KINDS: Mapping[str, Kind] = {
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".geojson": _GEOJSON,
    ".json": _GEOJSON,
    ".geojsonl": _SEQUENCE,
    ".geojsons": _SEQUENCE,
    ".geojsonseq": _SEQUENCE,
    ".ndjson": _SEQUENCE,
    ".gpkg": Kind("GeoPackage", "geopackage", magic=(b"SQLite format 3\x00",)),
    ".fgb": Kind("FlatGeobuf", "FlatGeobuf", magic=(b"fgb\x03fgb",)),
    ".parquet": Kind("GeoParquet", "geoparquet", magic=(b"PAR1",)),
    ".geoparquet": Kind("GeoParquet", "geoparquet", magic=(b"PAR1",)),
    ".shp": Kind(
        "Shapefile", "ESRI Shapefile", (".dbf",), (".shx", ".prj", ".cpg"),
        magic=(b"\x00\x00\x27\x0a",),
    ),
    ".zip": _ZIP,
    ".shz": _ZIP,
    ".xlsx": Kind("Excel workbook", "workbook", counted="row", magic=(b"PK\x03\x04",)),
    ".tif": Kind("GeoTIFF", "raster", counted="row", magic=_TIFF),
    ".tiff": Kind("GeoTIFF", "raster", counted="row", magic=_TIFF),
    ".kml": Kind("KML", "LIBKML"),
    ".dxf": Kind("DXF", "DXF"),
    ".tab": Kind("MapInfo TAB", "MapInfo File", (".dat",), (".map", ".id")),
    ".mif": Kind("MapInfo MIF", "MapInfo File", (), (".mid",)),
}  # fmt: skip
"""Every format by suffix."""

SUFFIXES = tuple(sorted(KINDS))
"""Kinds of file that can be read."""

_EXTRACT = "an OpenStreetMap extract holds many themes: `almaty-geo fetch THEME --from city"

REFUSED: Mapping[str, str] = {
    ".pbf": f"{_EXTRACT}.osm.pbf`",
    ".osm": f"{_EXTRACT}.osm`",
    ".gml": "GML may fetch from the network while it is read: save it as GeoPackage",
    ".kmz": "unpack it and give the .kml within",
    ".gz": "unpack it first",
    ".xls": "the old format of Excel: save it as .xlsx",
    ".xlsm": "a workbook with macros: save it as .xlsx",
    ".ods": "save it as .xlsx or .csv",
    ".vrt": "a description of other data, not data",
    ".svg": "a drawing without places",
    ".dwg": "save it as .dxf",
    ".gdb": "save it as GeoPackage",
}
"""Kinds of file that people bring and that are not read, with what to do about it."""


def kind_of(path: Path, faults: Faults) -> Kind | None:
    """
    Return the format of a file by its suffix.

    Parameters
    ----------
    path
        The file.
    faults
        Where it is noted that there is none, and what to do about it.
    """
    suffix = path.suffix.lower()
    if suffix in KINDS:
        return KINDS[suffix]
    if suffix in REFUSED:
        faults.add(f"{suffix} is not read: {REFUSED[suffix]}", rule="suffix")
        return None
    said = f"the suffix {path.suffix!r}" if suffix else "a name without a suffix"
    faults.add(said, f"one of {', '.join(SUFFIXES)}", rule="suffix")
    return None
