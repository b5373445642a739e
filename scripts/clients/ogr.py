"""Read every export with Debian's GDAL: the right count, coordinate system and columns."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PLACED = {"geojson", "gpkg", "fgb", "kml", "shp"}
"""Formats in which GDAL sees places; in CSV and XLSX they are columns."""

UNREAD = {"parquet"}
"""Formats that Debian's GDAL is built without."""

NAME_MAX = 10
SHEET_NAME_MAX = 31


def main(folder: Path) -> None:
    """Check every file; end with an error that names the first that is not as it must be."""
    told = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for place, form, table in told["files"]:
        if form not in UNREAD:
            _check(folder / place, form, told["tables"][table], table)
    package = folder / told["package"]
    for table, expected in told["tables"].items():
        _check(package, "gpkg", expected, table)
    files = [f for f in told["files"] if f[1] not in UNREAD]
    print(f"{len(files)} files and {len(told['tables'])} tables of {package.name} are as written")


def _check(path: Path, form: str, expected: dict[str, Any], table: str) -> None:
    source = f"/vsizip/{path}" if form == "shp" else str(path)
    named = [table] if form in {"gpkg", "shp"} else []
    if form == "xlsx":
        named = [table[:SHEET_NAME_MAX]]
    found = _run(["ogrinfo", "-ro", "-so", "-al", source, *named])
    rows = int(_only(r"Feature Count: (\d+)", found, path))
    if rows != expected["rows"]:
        sys.exit(f"{path}: {rows} of {expected['rows']} rows")
    if form in PLACED and expected["placed"] and 'ID["EPSG",4326]' not in found:
        sys.exit(f"{path}: the coordinate system is not EPSG:4326")
    columns = re.findall(r"^(\S+): (?:String|Integer|Integer64|Real|Date)\b", found, re.MULTILINE)
    missing = [c for c in expected["columns"] if not _held(c, columns, form)]
    if missing:
        sys.exit(f"{path}: no column {missing[0]!r} among {columns}")
    _convert(path, source, named, expected["rows"])


def _held(column: str, columns: list[str], form: str) -> bool:
    """Return whether a column is there; a Shapefile's names are cut, and KML has its own."""
    if form == "shp":
        return any(column[: NAME_MAX - 2] == c[: NAME_MAX - 2] for c in columns)
    return column in columns


def _convert(path: Path, source: str, named: list[str], rows: int) -> None:
    """Have each row read and written once more."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.gpkg"
        _run(["ogr2ogr", "-q", "-f", "GPKG", str(copy), source, *named, "-nln", "copy"])
        found = _run(["ogrinfo", "-ro", "-so", "-al", str(copy)])
    again = int(_only(r"Feature Count: (\d+)", found, path))
    if again != rows:
        sys.exit(f"{path}: {again} of {rows} rows after conversion")


def _only(pattern: str, text: str, path: Path) -> str:
    found = re.findall(pattern, text)
    if len(found) != 1:
        sys.exit(f"{path}: {len(found)} tables where one was expected")
    return str(found[0])


def _run(command: list[str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OGR_XLSX_HEADERS": "FORCE"},  # else a table of texts has no header
    )
    if done.returncode or "ERROR" in done.stderr:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]))
