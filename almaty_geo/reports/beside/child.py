"""The second process: reads jobs, writes reports, tells what became of them."""

import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from almaty_geo.errors import AlmatyGeoError
from almaty_geo.reports.beside import Failed, Job
from almaty_geo.reports.formats import writer


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """
    Do jobs until no more can come, or nobody is there to be told.

    Parameters
    ----------
    jobs
        Pickled jobs, one after the other.
    answers
        What becomes of each: its paths, or why there are none.
    """
    with suppress(EOFError, BrokenPipeError):
        while True:
            done = _done(pickle.load(jobs))  # noqa: S301 - from the process that started this one
            pickle.dump(done, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _done(job: Job) -> tuple[Path, ...] | Failed:
    try:
        return writer(job.format)(job.report, job.languages, job.folder)
    except AlmatyGeoError as error:
        return Failed(type(error), str(error))


def _main() -> None:
    """Serve, with what any library may print kept out of the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)
    with suppress(BrokenPipeError):
        answers.close()


if __name__ == "__main__":
    _main()
