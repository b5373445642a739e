"""
Measure the bars: how long the verbs take and how much memory a build needs.

Each job runs in a process of its own, several times; the median counts. Then each file of
``scripts/benchmarks`` is run: it measures one subject against its peers, and can be run alone.
Timings depend on the machine and are printed, never asserted.

    python scripts/benchmark.py [--repeats 5] [--only verbs streets …]
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
        Job("import, a million points", million(folder), 60, 1),
    )


def million(folder: Path) -> tuple[str, ...]:
    """Return the arguments of an import of a million points into a plan made for it."""
    town, file = folder / "town", folder / "points.csv"
    run(Job("", ("new", str(town)), None))
    plan = ("--plan", str(town))
    example = town / "example" / "layers" / "districts.geojson"
    run(Job("", ("import", "districts", str(example), *plan), None))
    titles = (x for name in ("kk", "ru", "en") for x in ("--title", f"{name}=Points"))
    for rows in (1, 1_000_000):
        places = (f"p{n},{n % 500},{76.6 + n % 997 / 2e3:.7f},{43.1 + n % 991 / 3e3:.7f}\n"
                  for n in range(rows))  # fmt: skip
        with file.open("w", encoding="utf-8") as sink:
            sink.writelines(("id,seats,lon,lat\n", *places))
        if rows == 1:  # what is timed can be done again: it replaces this row
            run(Job("", ("import", "points", str(file), "--new", *titles, *plan), None))
    return ("import", "points", str(file), *plan)


def run(job: Job) -> float:
    """Run a job once and return wall seconds; raise CalledProcessError if it fails."""
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - the installed command
        [COMMAND, *job.arguments], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def subjects() -> dict[str, Path]:
    """Return the benchmarks of subjects, by name."""
    folder = Path(__file__).parent / "benchmarks"
    return {file.stem: file for file in sorted(folder.glob("*.py"))}


def verbs(repeats: int) -> None:
    """Print a table of jobs: median, least, bar, and whether it is met."""
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


def main() -> None:
    """Measure the verbs, then each subject; exit 1 if a subject's benchmark fails."""
    known = subjects()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=["verbs", *known], default=["verbs", *known])
    given = parser.parse_args()
    if "verbs" in given.only:
        verbs(given.repeats)
    failed = []
    for name in (name for name in known if name in given.only):
        print(f"\n== {name}", flush=True)
        done = subprocess.run([sys.executable, known[name]], check=False)  # noqa: S603 - own file
        failed += [name] * bool(done.returncode)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
