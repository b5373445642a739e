"""One writer at a time: a lock that the system takes back with the process that holds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from almaty_geo.errors import OutputError

PATIENCE_S = 0.3
"""How long a lock is waited for: somebody may just be done."""


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """
    Keep every other writer of a folder or file out; readers are not kept out.

    The file that carries the lock lies beside the target and goes with the work. Should the
    process be killed, the file stays behind without its lock, and bothers nobody.

    Parameters
    ----------
    target
        What is to be written; need not be there. Must not be locked by this process already.

    Raises
    ------
    OutputError
        If another process holds the lock, naming it, or if no lock can be made there.
    """
    path = lock_path(target)
    lock = FileLock(path, timeout=PATIENCE_S)
    try:
        _acquire(lock, path, target)
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):  # while it is held: who waits sees it go, and makes anew
                path.unlink()
            lock.release()


def _acquire(lock: BaseFileLock, path: Path, target: Path) -> None:
    """Take a lock, or say why not."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise OutputError(
            f"{target}: another almaty-geo is writing it (lock {path}); wait until it is done."
        ) from None
    except OSError as error:
        why = error.strerror or error
        raise OutputError(f"{target}: cannot be written (lock {path}: {why}).") from error


def lock_path(target: Path) -> Path:
    """Return the file that carries the lock of a folder or file: two names of it, one lock."""
    return around(target) / f".{target.resolve().name}.lock"


def around(target: Path) -> Path:
    """
    Return the folder for a target's lock and drafts.

    It is the one that the target lies in, so that a draft becomes the target by one rename; a
    folder that is mounted, or lies in one that cannot be written to, holds its own.
    """
    place = target.resolve()
    alone = place.is_dir() and (os.path.ismount(place) or not os.access(place.parent, os.W_OK))
    return place if alone else place.parent
