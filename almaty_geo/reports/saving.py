"""Files of a report, written with one clear line if they cannot be."""

from pathlib import Path

from almaty_geo.errors import OutputError


def saved(path: Path, content: bytes) -> Path:
    """
    Write a file, and the folder that it lies in where that is missing; return its path.

    Raises
    ------
    OutputError
        If that fails: no room, no right, or something else in the way.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}).") from error
    return path
