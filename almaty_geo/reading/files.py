"""From a path to text: only an existing regular file of a known kind and a bearable size."""

import os
import re
import stat
from pathlib import Path

from almaty_geo.reading.faults import Faults

SIZE_MAX_BYTES = 200_000_000
"""The largest file that is read: the outlines of a city's buildings come to about half of it."""

SUFFIXES = (".csv", ".geojson", ".json")
"""Kinds of file that can be read; the suffix decides, the content is never asked."""

_ADDRESS = re.compile(r"/vsi|[A-Za-z][A-Za-z0-9+.-]+:")
_CYRILLIC_BYTES = frozenset(range(0xC0, 0x100))
# A link is not followed and a pipe is not waited for, even if it took the file's place just now.
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


def read_bytes(path: Path, faults: Faults) -> bytes | None:
    """
    Return the bytes of a file.

    Parameters
    ----------
    path
        A path as the user gave it; an address or a driver's connection string is none.
    faults
        Where a refusal is noted.

    Returns
    -------
    data
        All bytes; None if the file was refused.
    """
    if path.suffix.lower() not in SUFFIXES:
        kind = f"the suffix {path.suffix!r}" if path.suffix else "a name without a suffix"
        faults.add(kind, f"one of {', '.join(SUFFIXES)}", rule="suffix")
        return None
    try:
        if refused := _refusal(path.lstat(), path.parent):
            faults.add(*refused, rule="file")
            return None
        return _read(path, faults)
    except FileNotFoundError:
        where = "is an address, not a file" if _ADDRESS.match(str(path)) else "not found"
        faults.add(where, "an existing file", rule="missing-file")
    except (OSError, ValueError) as error:
        faults.add(f"cannot be opened: {getattr(error, 'strerror', None) or error}", rule="file")
    return None


def text_of(data: bytes, faults: Faults) -> str | None:
    """
    Return bytes as text.

    Parameters
    ----------
    data
        UTF-8, with or without a byte order mark.
    faults
        Where the first byte that is not UTF-8 is noted, with a guess at the encoding.

    Returns
    -------
    text
        Without the mark; None if it is not UTF-8.
    """
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        offset = error.start
        byte = f"byte {offset} is 0x{data[offset]:02x}, not UTF-8"
        faults.add(byte, "UTF-8", hint=_encoding(data), rule="encoding")
        return None


def _read(path: Path, faults: Faults) -> bytes | None:
    """Open a file, look again at what was opened, and read it."""
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        if refused := _refusal(os.fstat(file.fileno()), path.parent):
            faults.add(*refused, rule="file")
            return None
        data = file.read(SIZE_MAX_BYTES + 1)
    if len(data) > SIZE_MAX_BYTES:
        faults.add("grew while it was read", rule="file")
        return None
    return data


def _refusal(status: os.stat_result, folder: Path) -> tuple[str, str] | None:
    """Return what speaks against reading a file, and what was expected; None if nothing does."""
    if stat.S_ISLNK(status.st_mode):
        return f"a symbolic link in {folder.name or 'its folder'}", "a regular file"
    if stat.S_ISDIR(status.st_mode):
        return "is a directory", "a regular file"
    if not stat.S_ISREG(status.st_mode):
        return "is a pipe, a socket or a device", "a regular file"
    if status.st_size == 0:
        return "file is empty (0 bytes)", "data"
    if status.st_size > SIZE_MAX_BYTES:
        return f"{status.st_size:,} bytes", f"at most {SIZE_MAX_BYTES:,}"
    return None


def _encoding(data: bytes) -> str:
    """Guess at an encoding that is not UTF-8."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "UTF-16?"
    high = [byte for byte in data[:100_000] if byte > 0x7F]  # noqa: PLR2004 - beyond ASCII
    letters = sum(byte in _CYRILLIC_BYTES for byte in high)
    return "cp1251, as Russian spreadsheets write?" if letters * 2 > len(high) else ""
