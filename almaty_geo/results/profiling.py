"""
What a run spends where: each step by the clock, and inside it what was at work, by looking often.

A thread of its own looks at the stacks of the others, and at the memory of the process, some
hundred times a second; the time since the last look goes to what it sees, in equal parts where
several are at work. Nothing of the run is changed for it: the result is the same to the byte, and
without a profile nothing of this is even imported.
"""

import resource
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

OWN = "almaty_geo."
NOT_WORK = (f"{OWN}build", f"{OWN}results", f"{OWN}cli", f"{OWN}auditing")
"""What calls the work: its frames say nothing of where time goes."""

WAITING = {"threading", "concurrent.futures._base"}
"""Where a thread stands that waits for another."""

LOOK_S = 0.004
PASSED_ON = 0.85
"""Share of a function's time in one that it calls, from which on it only hands on."""

MB = 2**20
STATM = Path("/proc/self/statm")


@dataclass(slots=True)
class Spent:
    """Time and memory of a function, and of those that it calls."""

    name: str
    """Module and function, without the package's name; for a step its name."""

    seconds: float = 0.0
    """By the clock."""

    peak_mb: float = 0.0
    """Most memory that the process had meanwhile; 0 where the system does not tell."""

    cpu_seconds: float | None = None
    """Of the processor, of this process; only of steps."""

    inside: dict[str, "Spent"] = field(default_factory=dict)
    """What it called, by name."""

    def within(self, name: str) -> "Spent":
        """Return what was spent in one function that it calls."""
        return self.inside.setdefault(name, Spent(name))

    def add(self, seconds: float, megabytes: float) -> None:
        """Add what was spent between two looks."""
        self.seconds += seconds
        self.peak_mb = max(self.peak_mb, megabytes)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON, the longest first."""
        inside = sorted(self.inside.values(), key=lambda one: -one.seconds)
        told: dict[str, Any] = {"name": self.name, "seconds": round(self.seconds, 3)}
        if self.cpu_seconds is not None:
            told["cpu_seconds"] = round(self.cpu_seconds, 3)
        told["peak_mb"] = round(self.peak_mb)
        return {**told, "inside": [one.to_dict() for one in inside]} if inside else told


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table."""

    depth: int
    """0 for the whole, 1 for a step, more for what it called."""

    spent: Spent
    """What it tells."""

    share: float
    """Of the whole time."""


class Profile:
    """
    A watch over the thread that makes it, from `start` to `stop`.

    Examples
    --------
    >>> profile = Profile()
    >>> profile.start()
    >>> profile.step("work")
    >>> profile.stop()
    >>> [line.spent.name for line in profile.lines()]
    ['all', 'work']
    """

    def __init__(self) -> None:
        self.whole = Spent("all", cpu_seconds=0.0)
        self._watched = threading.get_ident()
        self._done = threading.Event()
        self._looker = threading.Thread(target=self._look, name="profile", daemon=True)
        self._lock = threading.Lock()
        self._step: Spent | None = None
        self._since = self._cpu_since = self._looked = 0.0

    def start(self) -> None:
        """Begin to look."""
        self._since = self._looked = time.perf_counter()
        self._cpu_since = time.process_time()
        self._looker.start()

    def step(self, name: str) -> None:
        """End the step before, and begin one; files of one folder are one step."""
        with self._lock:
            self._end_step()
            self._step = self.whole.within(name.partition("/")[0])

    def stop(self) -> None:
        """End the last step, and look no more."""
        self._done.set()
        self._looker.join()
        self._end_step()
        steps = self.whole.inside.values()
        self.whole.seconds = sum(step.seconds for step in steps)
        self.whole.cpu_seconds = sum(step.cpu_seconds or 0.0 for step in steps)
        self.whole.peak_mb = _highest_mb()

    def lines(self, *, least: float = 0.02) -> Iterator[Line]:
        """
        Yield the whole, each step, and inside the steps what took long.

        Parameters
        ----------
        least
            Share of the whole time below which a function is left out. One that hands on to
            another stands for both.
        """
        total = self.whole.seconds or 1.0
        yield Line(0, self.whole, 1.0)
        for step in self.whole.inside.values():
            yield Line(1, step, step.seconds / total)
            yield from _inside(step, 2, total, least)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON."""
        steps = [step.to_dict() for step in self.whole.inside.values()]
        return {**Spent.to_dict(self.whole), "inside": steps}

    def _end_step(self) -> None:
        """Give the time since the last step began to it; the processor's too."""
        now, cpu = time.perf_counter(), time.process_time()
        if self._step is not None:
            self._step.seconds += now - self._since
            self._step.cpu_seconds = (self._step.cpu_seconds or 0.0) + cpu - self._cpu_since
        self._since, self._cpu_since = now, cpu
        self._looked = max(self._looked, now)  # what was before belongs to the step before

    def _look(self) -> None:
        """Look until told to stop."""
        while not self._done.wait(LOOK_S):
            with self._lock:
                now = time.perf_counter()
                passed, self._looked = now - self._looked, now
                self._count(self._seen(), passed)

    def _seen(self) -> list[list[str]]:
        """Return what is at work: the watched thread unless it waits, and those it waits for."""
        frames = sys._current_frames()  # noqa: SLF001 - the way to look
        watched = frames.pop(self._watched, None)
        frames.pop(threading.get_ident(), None)
        if watched is None:
            return []
        own = _at_work(watched)
        helping = [own + names for names in map(_at_work, frames.values()) if names]
        waits = watched.f_globals.get("__name__") in WAITING
        return helping if helping and waits else [own, *helping]

    def _count(self, seen: Sequence[Sequence[str]], seconds: float) -> None:
        """Give the time since the last look to all that is at work."""
        step, megabytes = self._step, _resident_mb()
        if step is None:
            return
        step.peak_mb = max(step.peak_mb, megabytes)
        for names in seen:
            spent = step
            for name in names:
                spent = spent.within(name)
                spent.add(seconds / len(seen), megabytes)


def _at_work(frame: FrameType) -> list[str]:
    """Return the functions of this package on a stack, the outermost first, each once."""
    found: list[str] = []
    at: FrameType | None = frame
    while at is not None:
        module = at.f_globals.get("__name__", "")
        if module.startswith(OWN) and not module.startswith(NOT_WORK):
            name = f"{module.removeprefix(OWN)}.{_named(at.f_code.co_qualname)}"
            if name not in found:
                found.append(name)
        at = at.f_back
    return found[::-1]


def _named(qualified: str) -> str:
    """
    Return a function's name without those that have none in it.

    Examples
    --------
    >>> _named("Plan.sections.<locals>.<genexpr>")
    'Plan.sections'
    """
    return qualified.partition(".<locals>")[0]


def _inside(spent: Spent, depth: int, total: float, least: float) -> Iterator[Line]:
    """Yield what took long in a function; where it hands on to another, that one's insides."""
    for one in sorted(spent.inside.values(), key=lambda inner: -inner.seconds):
        if one.seconds < least * total:
            return
        yield Line(depth, one, one.seconds / total)
        yield from _inside(_at_the_end(one), depth + 1, total, least)


def _at_the_end(spent: Spent) -> Spent:
    """Return where a chain of functions ends that spend nearly all their time in the next one."""
    longest = max(spent.inside.values(), key=lambda inner: inner.seconds, default=None)
    if longest is None or longest.seconds < PASSED_ON * spent.seconds:
        return spent
    return _at_the_end(longest)


def _resident_mb() -> float:
    """Return the memory that this process has now; 0 where the system does not tell."""
    try:
        pages = int(STATM.read_bytes().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / MB


def _highest_mb() -> float:
    """Return the most memory that this process ever had."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB
