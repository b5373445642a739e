"""
What a process and all that it started have in memory together.

The proportional set size: a page that several processes share counts once. Linux tells it in
``/proc``; elsewhere nothing is told.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

KB_PER_MB = 1024
EVERY_S = 0.1
"""Seconds between two looks; a peak that is shorter than that may be missed."""


def together(process: int) -> float:
    """Return the megabytes of a process and all below it; 0 where that is not told."""
    found, waiting = 0.0, [process]
    while waiting:
        folder = Path("/proc", str(waiting.pop()))
        with suppress(OSError):  # it has ended, or the system has no such folder
            for task in (folder / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
            told = (folder / "smaps_rollup").read_text().partition("\nPss:")[2].split()
            found += int(told[0]) / KB_PER_MB
    return found


@contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """Look at a process from time to time; give a list whose last entry is the most seen."""
    most, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(EVERY_S):
            most.append(max(most.pop(), together(process)))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()
