"""A file of one's own in place of a server: only an existing regular file of a bearable size."""

from pathlib import Path

from almaty_geo.errors import DataError
from almaty_geo.reading.faults import Faults
from almaty_geo.reading.files import read_bytes


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
    faults = Faults(path.name or str(path))
    data = read_bytes(path, faults, size_max_bytes=size_max_bytes)
    if data is None:
        raise DataError(str(faults.listed()[0]))
    return data
