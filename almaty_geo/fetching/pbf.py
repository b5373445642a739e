"""OpenStreetMap's own file formats, read in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

from almaty_geo.errors import DataError
from almaty_geo.fetching.faults import FetchError
from almaty_geo.fetching.limits import Limits
from almaty_geo.fetching.queries import Box
from almaty_geo.fetching.themes import ANY, FetchTheme
from almaty_geo.reading import legible

FORMATS = {".pbf": "pbf", ".osm": "osm"}
"""Format by the suffix of a file: the binary one, and XML."""

TOO_MUCH = 3
"""Exit code of the reader that finds more than may come out."""

_SCRIPT = Path(__file__).with_name("extract.py")
_SAID_MAX_CHARS = 160


def extract(data: bytes, theme: FetchTheme, *, box: Box, path: Path, limits: Limits) -> bytes:
    """
    Return the elements of a file as an answer of the Overpass API would hold them.

    Parameters
    ----------
    data
        The file.
    theme
        Whose tags are looked for. Of each of its tables one key decides here; the exact choice is
        made by whoever reads the answer.
    box
        West, south, east, north.
    path
        Where the file lay; its suffix is one of `FORMATS`.
    limits
        Bounds of time, memory and of what may come out.

    Returns
    -------
    answer
        JSON.

    Raises
    ------
    DataError
        If the file is not what its suffix says, or holds too much.
    FetchError
        If reading takes too long.
    """
    name = legible(path.name)
    order = json.dumps(_order(theme, box, path, limits))
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a script of this package
            [sys.executable, "-P", str(_SCRIPT), order],
            input=data,
            capture_output=True,
            timeout=limits.total_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FetchError(f"{name}: reading takes more than {limits.total_s:g} s.") from None
    if done.returncode == TOO_MUCH:
        most = f"{limits.size_max_bytes:,} bytes"
        raise DataError(f"{name}: holds more than {most} of {theme.id!r} in the box.")
    if done.returncode:
        raise DataError(f"{name}: cannot be read as {path.suffix[1:].upper()} ({_why(done)}).")
    return done.stdout


def _order(theme: FetchTheme, box: Box, path: Path, limits: Limits) -> dict[str, object]:
    """Return all that the reader is told."""
    deciding = [next(iter(wanted.items())) for wanted in theme.any_of]
    free = any(ANY in values for _, values in deciding)
    return {
        "format": FORMATS[path.suffix.lower()],
        "keys": sorted({key for key, _ in deciding}) if free else [],
        "pairs": [] if free else [[key, value] for key, values in deciding for value in values],
        "box": box,
        "size_max_bytes": limits.size_max_bytes,
        "memory_max_bytes": limits.memory_max_bytes,
        "too_much": TOO_MUCH,
    }


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the last thing that a reader said before it gave up."""
    if done.returncode < 0:
        return f"its reader was stopped by signal {-done.returncode}"
    lines = done.stderr.decode("utf-8", errors="replace").strip().splitlines() or ["no reason"]
    return legible(lines[-1])[:_SAID_MAX_CHARS]
