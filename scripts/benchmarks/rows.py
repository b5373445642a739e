"""
One form for all that is measured: what, ours, the peer's, their ratio, the bar, met or not.

Each file of this folder tells its rows in this form; ``scripts/benchmark.py`` gathers them into one
table, one JSON file and one picture. Nothing here measures anything but time.
"""

import argparse
import json
import math
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


def at_work() -> float:
    """Return seconds that all threads of this process and its ended children were at work."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


CLOCKS: Mapping[str, Callable[[], float]] = {
    "wall": time.perf_counter,
    "cpu": at_work,
}
"""Seconds that passed, or seconds at work: for machines that are busy with other things."""

SIZES = 3
"""Sizes from which a growth exponent is told."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured, maybe against a peer, maybe against a bar."""

    job: str
    """What was done; rows of one job and several sizes show how cost grows."""

    case: str
    """On what."""

    ours: float | None = None
    """Median of ours; None where it was not measured."""

    unit: str = "s"
    """Of ours and of the peer's."""

    peer: str = ""
    """Who else did it; empty where ours is held against the bar alone."""

    theirs: float | None = None
    """Median of the peer's; None where it was not measured."""

    bar: float | None = None
    """Most that is allowed: of the ratio where there is a peer, else in the unit of ours."""

    clock: str = "wall"
    """How time was taken: "wall", or "cpu" of all threads and child processes."""

    repeats: int = 1
    """How often; medians are told."""

    right: bool = True
    """Whether the answer is the peer's, better, or proven, as the job demands."""

    size: int | None = None
    """Of an invented case, in nodes or blocks, where growth is told."""

    memory_mb: float | None = None
    """Most that was in memory, where it counts."""

    note: str = ""
    """What else there is to know, such as why nothing was measured."""

    @property
    def ratio(self) -> float | None:
        """Ours as a share of the peer's; None where one of them is missing."""
        if self.ours is None or not self.theirs:
            return None
        return self.ours / self.theirs

    @property
    def share(self) -> float | None:
        """What was measured as a share of its bar: 1 is just met. None without either."""
        held = self.ratio if self.peer else self.ours
        return None if held is None or not self.bar else held / self.bar

    @property
    def met(self) -> bool | None:
        """Whether the bar is met, by a right answer; None where that cannot be told."""
        return None if self.share is None else self.right and self.share <= 1


@dataclass(frozen=True, slots=True)
class Run:
    """Medians of engines that took turns, and what each answered last."""

    seconds: Mapping[str, float]
    """By engine."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    """By engine."""


def in_turn(engines: Mapping[str, Callable[[], Any]], repeats: int, *, clock: str = "wall") -> Run:
    """Run engines in turn, several times, and return medians and last answers."""
    now = CLOCKS[clock]
    taken: dict[str, list[float]] = {name: [] for name in engines}
    answers: dict[str, Any] = {}
    for _ in range(repeats):
        for name, engine in engines.items():
            start = now()
            answers[name] = engine()
            taken[name].append(now() - start)
    return Run({name: statistics.median(each) for name, each in taken.items()}, answers)


def exponent(sizes: Sequence[float], amounts: Sequence[float]) -> float:
    """
    Return how an amount grows with size: the slope of its logarithm on that of the size.

    Parameters
    ----------
    sizes, amounts
        Positive, of one length; least squares over all of them.

    Returns
    -------
    slope
        1 for twice the amount at twice the size.
    """
    x, y = np.log(np.asarray(sizes, dtype=float)), np.log(np.asarray(amounts, dtype=float))
    apart = x - x.mean()
    return float((apart * (y - y.mean())).sum() / (apart**2).sum())


def growth(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return a row with the growth exponent of each job measured at three sizes or more."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        if row.size is not None and row.ours:
            found.setdefault(row.job, {})[row.size] = row
    return tuple(
        _grown(job, [by_size[size] for size in sorted(by_size)])
        for job, by_size in found.items()
        if len(by_size) >= SIZES
    )


def _grown(job: str, rows: Sequence[Row]) -> Row:
    sizes = [row.size or 0 for row in rows]
    slope = exponent(sizes, [row.ours or math.nan for row in rows])
    case = f"{sizes[0]:,} to {sizes[-1]:,}, {len(sizes)} sizes"
    return Row(f"{job}: growth", case, slope, "exponent", clock=rows[0].clock)


HEAD = f"{'job':<27} {'on':<34} {'ours':>12} {'peer':<22} {'theirs':>12} {'ratio':>8}"
HEAD += f" {'bar':>6}  {'met':<4} note"


def line(row: Row) -> str:
    """Return a row as a line of the table."""
    met = {None: "-", True: "yes", False: "NO"}[row.met]
    bar = "-" if row.bar is None else f"{row.bar:g}"
    memory = "" if row.memory_mb is None else f"{row.memory_mb:,.0f} MB"
    wrong = "" if row.right else "ANSWER NOT AS DEMANDED"
    note = "; ".join(part for part in (wrong, memory, row.note) if part)
    amounts = [_amount(each, row.unit) for each in (row.ours, row.theirs)]
    ratio = "-" if row.ratio is None else f"{row.ratio:.3g}"
    told = f"{row.job:<27} {row.case:<34} {amounts[0]:>12} {row.peer or '-':<22}"
    return f"{told} {amounts[1]:>12} {ratio:>8} {bar:>6}  {met:<4} {note}".rstrip()


def _amount(amount: float | None, unit: str) -> str:
    if amount is None:
        return "-"
    if unit == "s" and amount < 1:
        amount, unit = amount * 1000, "ms"
    return f"{amount:,.3g} {unit}" if amount < 1000 else f"{amount:,.0f} {unit}"  # noqa: PLR2004 - digits


def asked(about: str, **usual: object) -> argparse.ArgumentParser:
    """
    Return what every benchmark can be asked.

    Parameters
    ----------
    about
        The docstring of the file.
    usual
        Other options than the defaults: ``repeats``.
    """
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=usual.get("repeats", 3))
    parser.add_argument("--quick", action="store_true", help="small cases, once: does it work?")
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall")
    parser.add_argument("--rows", type=Path, help="file that gets each row as a line of JSON")
    return parser


def tell(rows: Iterable[Row], file: Path | None) -> None:
    """Print rows as they come, and add them to a file as lines of JSON."""
    print(HEAD, flush=True)
    for row in rows:
        print(line(row), flush=True)
        if file is not None:
            with file.open("a", encoding="utf-8") as sink:
                sink.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def read(file: Path) -> tuple[Row, ...]:
    """Return the rows that were added to a file; none where it is missing."""
    if not file.exists():
        return ()
    return tuple(Row(**json.loads(text)) for text in file.read_text("utf-8").splitlines())
