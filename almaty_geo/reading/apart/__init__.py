"""
Risky formats, opened in a process of their own with limits of time, memory and size.

The child gets a private copy under a plain name and hands back a table and what it noted. Whatever
a file makes of the library that reads it, the plan, the other files and the network are out of
its reach.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from almaty_geo.reading.apart.job import JOB, NO_MEMORY, Job, Opened, read_answer
from almaty_geo.reading.faults import Faults, legible
from almaty_geo.reading.kinds import Kind
from almaty_geo.reading.options import Options
from almaty_geo.reading.placing import placed
from almaty_geo.reading.rows import Rows, too_many
from almaty_geo.reading.wkb import shapes_of_wkb
from almaty_geo.specs import Column, GeometryType

TIME_BASE_S, TIME_PER_MB_S = 8, 2
"""Seconds of computing that a file may take: what any needs, and more for each megabyte."""

WALL_FACTOR = 5
"""Seconds by the clock for each of computing: other programs want the machine too."""

MEMORY_MAX_BYTES = 4_000_000_000
"""Address space that reading one file may take; less than half of it is ever filled."""

_MEGABYTE = 1_000_000
_ROOT = Path(__file__).parents[3]
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "PROJ_DATA", "PROJ_LIB", "COVERAGE_PROCESS_START")
_NOWHERE = "127.0.0.1:9"


def read_apart(
    copy: Path,
    kind: Kind,
    wanted: GeometryType | None,
    declared: Mapping[str, Column] | None,
    options: Options,
    faults: Faults,
) -> Rows | None:
    """
    Return the rows of a file of a risky format.

    Parameters
    ----------
    copy
        A private copy under a plain name, alone in its folder but for what belongs to it.
    kind
        The format.
    wanted, declared
        Type of geometry and columns that the sidecar declares.
    options
        Layer and encoding, if they were said.
    faults
        Where everything wrong is noted, that the file cannot be opened at all included.

    Returns
    -------
    rows
        Columns and shapes; None if there are none.
    """
    opened = opened_apart(copy, kind, options, faults)
    if opened is None:
        return None
    columns = {name: list(values) for name, values in opened.columns.items()}
    count = len(next(iter(columns.values()), opened.wkb or ()))
    if too_many(count, len(columns), faults):
        return None
    faults.ids = [legible(str(v)) if v is not None else "" for v in columns.get("id", ())]
    if opened.wkb is None:
        parts = placed(columns, wanted, declared or {}, options, faults)
        rest = {name: list(values) for name, values in parts.rest.items()}
        known = opened.stated if opened.stated.system else parts.stated
        return Rows(rest, parts.shapes, {}, known)
    return Rows(columns, shapes_of_wkb(list(opened.wkb), wanted, faults), {}, opened.stated)


def opened_apart(copy: Path, kind: Kind, options: Options, faults: Faults) -> Opened | None:
    """Run the child on a copy and return what it read, or note why there is nothing."""
    folder = copy.parent
    seconds = TIME_BASE_S + TIME_PER_MB_S * (copy.stat().st_size // _MEGABYTE)
    job = Job(
        kind.way, kind.title, copy.name, faults.file, options.layer, options.encoding, seconds,
        MEMORY_MAX_BYTES, options.outlines,
    )  # fmt: skip
    (folder / JOB).write_text(json.dumps(asdict(job)), encoding="utf-8")
    command = [sys.executable, "-s", "-P", "-W", "ignore", "-m", "almaty_geo.reading.apart.child"]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, a fixed module, a private folder
            [*command, str(folder)],
            env=_environment(kind, folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds * WALL_FACTOR,
            check=False,
        )
        status = done.returncode
    except subprocess.TimeoutExpired:
        status = -_TIME_IS_UP
    if status == 0:
        try:
            return read_answer(folder, faults)
        except (OSError, ValueError, pa.ArrowException):
            status = 1
    faults.add(*_why(status, kind.title, seconds), rule="reader")
    return None


_TIME_IS_UP = int(getattr(signal, "SIGXCPU", 24))


def _why(status: int, title: str, seconds: int) -> tuple[str, str]:
    """Return why there is no answer, and what was expected."""
    if status in {-_TIME_IS_UP, -int(getattr(signal, "SIGKILL", 9))}:
        return f"reading it took more than {seconds} s", f"a sound {title} file"
    if status == NO_MEMORY:
        return "reading it takes more memory than is borne", f"a sound {title} file"
    return f"cannot be read as {title}", f"a sound {title} file"


def _environment(kind: Kind, folder: Path) -> dict[str, str]:
    """Return a clean environment: nothing of the user's, one driver, no way to the network."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    plain = {
        "PYTHONPATH": str(_ROOT),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "TMP": str(folder),
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PROJ_NETWORK": "OFF",
        "http_proxy": _NOWHERE,
        "https_proxy": _NOWHERE,
    }
    return {**kept, **plain, **(_gdal(kind.way) if not kind.way.islower() else {})}


def _gdal(driver: str) -> dict[str, str]:
    """Return settings that leave one driver, its file, and nothing else."""
    from pyogrio import list_drivers  # noqa: PLC0415 - half a second, for few formats

    return {
        "GDAL_SKIP": ",".join(sorted(set(list_drivers()) - {driver})),
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_PROXY": _NOWHERE,
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_NUM_THREADS": "1",
        "GDAL_CACHEMAX": "64",
        "OGR_ORGANIZE_POLYGONS": "DEFAULT",
        "SHAPE_ENCODING": "",
        "SHAPE_RESTORE_SHX": "YES",
        "DXF_CLOSED_LINE_AS_POLYGON": "TRUE",
        "LIBKML_RESOLVE_STYLE": "NO",
    }
