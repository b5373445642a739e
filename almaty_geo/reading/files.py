"""From a path to bytes: only an existing regular file of a bearable size."""

import os
import re
import stat
from pathlib import Path

from almaty_geo.reading.faults import Faults

SIZE_MAX_BYTES = 200_000_000
"""The largest file that is read: the outlines of a city's buildings come to about half of it."""

_ADDRESS = re.compile(r"/vsi|[A-Za-z][A-Za-z0-9+.-]+:")
# A link is not followed and a pipe is not waited for, even if it took the file's place just now.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


def read_bytes(path: Path, faults: Faults, *, size_max_bytes: int = SIZE_MAX_BYTES) -> bytes | None:
    """
    Return the bytes of a file.

    Parameters
    ----------
    path
        A path as the user gave it; an address or a driver's connection string is none.
    faults
        Where a refusal is noted.
    size_max_bytes
        Most that is read.

    Returns
    -------
    data
        All bytes; None if the file was refused.
    """
    try:
        if refused := _refusal(path.lstat(), path.parent, size_max_bytes):
            faults.add(*refused, rule="file")
            return None
        return _read(path, faults, size_max_bytes)
    except FileNotFoundError:
        where = "is an address, not a file" if _ADDRESS.match(str(path)) else "not found"
        faults.add(where, "an existing file", rule="missing-file")
    except (OSError, ValueError) as error:
        faults.add(f"cannot be opened: {getattr(error, 'strerror', None) or error}", rule="file")
    return None


def private_copy(path: Path, target: Path, faults: Faults) -> bytes | None:
    """
    Copy a file into a private folder, so that whatever opens it there can do it no harm.

    Parameters
    ----------
    path
        The file.
    target
        The copy, under a plain name: what opens it never sees the one that was given.
    faults
        Where a refusal is noted.

    Returns
    -------
    data
        All bytes; None if the file was refused.
    """
    data = read_bytes(path, faults)
    if data is not None:
        target.write_bytes(data)
    return data


def sibling(path: Path, suffix: str) -> Path | None:
    """Return the file beside another that has the same stem and a given suffix, in any case."""
    direct = path.with_suffix(suffix)
    if direct.exists() or not path.parent.is_dir():
        return direct if direct.exists() else None
    wanted = direct.name.casefold()
    return next((p for p in sorted(path.parent.iterdir()) if p.name.casefold() == wanted), None)


def _read(path: Path, faults: Faults, size_max_bytes: int) -> bytes | None:
    """Open a file, look again at what was opened, and read it."""
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        if refused := _refusal(os.fstat(file.fileno()), path.parent, size_max_bytes):
            faults.add(*refused, rule="file")
            return None
        data = file.read(size_max_bytes + 1)
    if len(data) > size_max_bytes:
        faults.add("grew while it was read", rule="file")
        return None
    return data


def _refusal(status: os.stat_result, folder: Path, most: int) -> tuple[str, str] | None:
    """Return what speaks against reading a file, and what was expected; None if nothing does."""
    if stat.S_ISLNK(status.st_mode):
        return f"a symbolic link in {folder.name or 'its folder'}", "a regular file"
    if stat.S_ISDIR(status.st_mode):
        return "is a directory", "a regular file"
    if not stat.S_ISREG(status.st_mode):
        return "is a pipe, a socket or a device", "a regular file"
    if status.st_size == 0:
        return "file is empty (0 bytes)", "data"
    if status.st_size > most:
        return f"{status.st_size:,} bytes", f"at most {most:,}"
    return None
