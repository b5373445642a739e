"""
Formats written in a second process: Word files are made in Python, which one core at a time runs.

The child (`child`) is handed models of reports one by one, and tells which files it wrote or why
it could not. It ends when nothing more can come, so that none is left over, whatever happens here.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from almaty_geo.errors import AlmatyGeoError, OutputError
from almaty_geo.reports.model import Report
from almaty_geo.words import Language

_COMMAND = ("-P", "-m", "almaty_geo.reports.beside.child")


@dataclass(frozen=True, slots=True)
class Job:
    """A report to be written in a format."""

    format: str
    """Of `formats.FORMATS`."""

    report: Report
    """What to write."""

    languages: Sequence[Language]
    """The readers' languages."""

    folder: Path
    """Folder for the files."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a report could not be written."""

    kind: type[AlmatyGeoError]
    """The kind of error."""

    said: str
    """Its one line."""


class Beside:
    """A second process that writes reports, one at a time; closed at the end of ``with``."""

    def __init__(self) -> None:
        """
        Start it.

        Raises
        ------
        OSError
            If the machine refuses another process.
        """
        known = os.pathsep.join(path for path in sys.path if path)
        self._child = subprocess.Popen(  # noqa: S603 - this interpreter and a module of this package
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": known},
            # Ctrl-C is for us: the child ends when it has written what it is at.
            process_group=0,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._child.pid

    def write(self, job: Job) -> tuple[Path, ...]:
        """
        Have a report written and return the paths; see `formats.Writer`.

        Raises
        ------
        OutputError
            If it cannot be written, or the process came to an end.
        """
        told = self._told(job)
        if told is None:
            status = self._child.wait()
            why = f"by signal {-status}" if status < 0 else f"with status {status}"
            raise OutputError(
                f"{job.folder}: the process that writes {job.format} ended {why} at the report on "
                f"{job.report.area}; it may have lacked memory."
            )
        if isinstance(told, Failed):
            raise told.kind(told.said)
        return told

    def _told(self, job: Job) -> tuple[Path, ...] | Failed | None:
        """Hand a job over and return what comes back; None if the process is gone."""
        there, back = self._child.stdin, self._child.stdout
        if there is None or back is None:  # pragma: no cover - both are pipes
            return None
        try:
            pickle.dump(job, there, pickle.HIGHEST_PROTOCOL)
            there.flush()
            told: tuple[Path, ...] | Failed = pickle.load(back)  # noqa: S301 - from our own process
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        return told

    def __enter__(self) -> Self:
        """Return itself, started already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the process end, and wait until it has."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._child.wait()
