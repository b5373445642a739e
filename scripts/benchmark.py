"""
Measure the bars: how long the verbs take and how much memory a build needs.

Each job runs in a process of its own, several times; the median counts. Timings depend on the
machine and are printed, never asserted.

    python scripts/benchmark.py [--repeats 5]
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("almaty-geo"))


@dataclass(frozen=True, slots=True)
class Job:
    """A command with the time that it may take."""

    name: str
    """What is measured."""

    arguments: tuple[str, ...]
    """Of the command line."""

    bar_s: float | None
    """Seconds allowed; None where no bar is set."""

    repeats: int | None = None
    """Runs, where the job is too long for the usual number."""


def jobs(folder: Path) -> tuple[Job, ...]:
    """Return the jobs; what they write goes below a folder."""
    return (
        Job("almaty-geo --help", ("--help",), 0.4),
        Job("coverage schools", ("coverage", "schools", "--json"), None),
        Job("layers", ("layers", "--json"), None),
        Job("build, three languages", ("build", "--out", str(folder / "out")), 30, 3),
    )


def run(job: Job) -> float:
    """Run a job once and return wall seconds; raise CalledProcessError if it fails."""
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - the installed command
        [COMMAND, *job.arguments], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def main() -> None:
    """Print a table of jobs: median, least, bar, and whether it is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    print(f"{'job':<28}{'median s':>10}{'least s':>10}{'bar s':>8}  met")
    with tempfile.TemporaryDirectory() as folder:
        for job in jobs(Path(folder)):
            seconds = [run(job) for _ in range(min(repeats, job.repeats or repeats))]
            median = statistics.median(seconds)
            bar = f"{job.bar_s:g}" if job.bar_s else "-"
            met = "-" if job.bar_s is None else ("yes" if median <= job.bar_s else "NO")
            print(f"{job.name:<28}{median:>10.2f}{min(seconds):>10.2f}{bar:>8}  {met}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\npeak memory of any job: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
