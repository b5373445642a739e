"""A file of one's own in place of a server: only an existing regular file of a bearable size."""

import os
import stat
from pathlib import Path

from almaty_geo.errors import DataError
from almaty_geo.reading import legible

# A link is not followed and a pipe is not waited for, even if it took the file's place just now.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


def read_regular(path: Path, *, size_max_bytes: int) -> bytes:
    """
    Return the bytes of a file.

    Parameters
    ----------
    path
        The file.
    size_max_bytes
        Most that is read.

    Returns
    -------
    data
        All of it.

    Raises
    ------
    DataError
        If it is not there, no regular file, empty or too large.
    """
    name = legible(path.name or str(path))
    try:
        _refuse(path.lstat(), name, size_max_bytes)
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            _refuse(os.fstat(file.fileno()), name, size_max_bytes)
            data = file.read(size_max_bytes + 1)
    except FileNotFoundError:
        raise DataError(f"{name}: not found.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        why = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{name}: cannot be opened ({legible(why)}).") from None
    if len(data) > size_max_bytes:
        raise DataError(f"{name}: grew while it was read.")
    return data


def _refuse(status: os.stat_result, name: str, size_max_bytes: int) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise DataError(f"{name}: is a symbolic link, expected a regular file.")
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"{name}: is a directory, expected a regular file.")
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{name}: is a pipe, a socket or a device, expected a regular file.")
    if status.st_size == 0:
        raise DataError(f"{name}: file is empty (0 bytes).")
    if status.st_size > size_max_bytes:
        size = f"{status.st_size:,} bytes"
        raise DataError(f"{name}: {size}, expected at most {size_max_bytes:,}.")
