"""The process that opens one risky file: limits first, then the one reader that the job names."""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from almaty_geo.reading.apart.job import JOB, NO_MEMORY, Job, Opened, write_answer
from almaty_geo.reading.faults import Faults

_WRITTEN_MAX_BYTES = 2_000_000_000
_GDAL = "vector"


def main(folder: Path) -> int:
    """
    Open the file of a job.

    Parameters
    ----------
    folder
        A private folder with the job and the copy; the answer goes there too.

    Returns
    -------
    status
        0, also if the file is bad; else why there is no answer.
    """
    job = Job(**json.loads((folder / JOB).read_text(encoding="utf-8")))
    limit(job.seconds, job.memory_bytes)
    faults = Faults(job.shown)
    try:
        write_answer(folder, _reader(job.way)(folder / job.file, job, faults), faults)
    except MemoryError:
        return NO_MEMORY
    return 0


def limit(seconds: int, memory_bytes: int) -> None:
    """Hold this process to its limits, where the system knows how to; elsewhere the clock must."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, _WRITTEN_MAX_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def _reader(way: str) -> Callable[[Path, Job, Faults], Opened | None]:
    """Return the reader of a format; only its own libraries are loaded."""
    module = way if way.islower() else _GDAL
    reader: Callable[[Path, Job, Faults], Opened | None]
    reader = import_module(f"almaty_geo.reading.apart.{module}").read
    return reader


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
