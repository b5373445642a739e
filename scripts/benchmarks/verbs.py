"""
Measure the verbs: how long each takes and how much memory, in a process of its own.

Time is taken on the clock, and at work in all processes of the verb; with ``--clock cpu`` the
latter is held against the bars, for machines that are busy with other things. Memory is the most
that all processes of the verb had together, or that one of them ever had, whichever is more.

    python scripts/benchmarks/verbs.py [--repeats 3] [--quick] [--only help build …]
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from scripts.benchmarks.memory import KB_PER_MB, watched
from scripts.benchmarks.rows import Row, asked, tell

BESIDE = Path(sys.executable).with_name("almaty-geo")
COMMAND = str(BESIDE) if BESIDE.exists() else shutil.which("almaty-geo")
"""As it is installed: beside the interpreter, or wherever a shell would find it."""

FORMATS = ("html", "pdf", "docx", "xlsx")
BARS: Mapping[str, tuple[float, float | None]] = {
    "almaty-geo --help": (0.4, None),
    "build": (30, None),
    "dossiers": (60, 1000),
    "build --all": (120, 1500),
    "import": (60, 3000),
}
"""Seconds and megabytes allowed."""

NO_BARS = (None, None)


@dataclass(frozen=True, slots=True)
class Job:
    """Commands, one after another, with the time and the memory that they may take."""

    name: str
    """What is measured."""

    case: str
    """On what."""

    commands: tuple[tuple[str, ...], ...]
    """Arguments of the command line, or of any program where the first is a path."""

    bar_s: float | None = None
    """Seconds allowed; None where no bar is set."""

    bar_mb: float | None = None
    """Megabytes allowed; None where no bar is set."""

    repeats: int = 9
    """Most runs, where the job is too long for the usual number."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run took."""

    wall: float
    """Seconds that passed."""

    cpu: float
    """Seconds at work."""

    memory_mb: float
    """Most that its processes had."""


def run(commands: Sequence[Sequence[str]]) -> Spent:
    """Run commands and return what they took; raise CalledProcessError if one fails."""
    start, cpu, peak = time.perf_counter(), 0.0, 0.0
    for arguments in commands:
        whole = [*([] if Path(arguments[0]).is_absolute() else [str(COMMAND)]), *arguments]
        process = subprocess.Popen(whole, stdout=subprocess.DEVNULL)  # noqa: S603 - the installed command
        with watched(process.pid) as most:
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, whole)
        cpu += used.ru_utime + used.ru_stime
        peak = max(peak, most[-1], used.ru_maxrss / KB_PER_MB)
    return Spent(time.perf_counter() - start, cpu, peak)


def jobs(folder: Path, *, quick: bool) -> Iterator[Job]:
    """Yield the jobs; what they write goes below a folder."""
    rows = 10_000 if quick else 1_000_000
    few: tuple[str, ...] = ("--lang", "en") if quick else ()
    who, how = ("city", "1 × 1 language") if quick else ("all", "9 × 3 languages")
    plan = f"the bundled plan, {'1 language' if quick else '3 languages'}"
    build: tuple[str, ...] = ("build", "--out", str(folder / "out"), *few)
    dossiers: tuple[str, ...] = ("report", "--district", who, "--format", ",".join(FORMATS), *few)
    for name, case, command, repeats in (
        ("almaty-geo --help", "start to end", ("--help",), 9),
        ("coverage", "the bundled plan, schools", ("coverage", "schools", "--json"), 9),
        ("build", plan, build, 2),
        ("dossiers", f"{how} × 4 formats", (*dossiers, "--out", str(folder / "dossiers")), 1),
        ("build --all", plan, (*build, "--all"), 1),
        ("import", f"{rows:,} points", points(folder, rows), 1),
    ):
        bar_s, bar_mb = NO_BARS if quick else BARS.get(name, NO_BARS)
        yield Job(name, case, (command,), bar_s, bar_mb, repeats)


def points(folder: Path, rows: int) -> tuple[str, ...]:
    """Return the arguments of an import of points into a plan made for it."""
    town, file = folder / "town", folder / "points.csv"
    plan = ("--plan", str(town))
    example = town / "example" / "layers" / "districts.geojson"
    run([("new", str(town)), ("import", "districts", str(example), *plan)])
    titles = (x for name in ("kk", "ru", "en") for x in ("--title", f"{name}=Points"))
    for many in (1, rows):
        places = (f"p{n},{n % 500},{76.6 + n % 997 / 2e3:.7f},{43.1 + n % 991 / 3e3:.7f}\n"
                  for n in range(many))  # fmt: skip
        with file.open("w", encoding="utf-8") as sink:
            sink.writelines(("id,seats,lon,lat\n", *places))
        if many == 1:  # what is timed can be done again: it replaces this row
            run([("import", "points", str(file), "--new", *titles, *plan)])
    return ("import", "points", str(file), *plan)


def measured(job: Job, repeats: int, clock: str) -> Iterator[Row]:
    """Yield the time of a job, and its memory where that has a bar."""
    times = min(repeats, job.repeats)
    spent = [run(job.commands) for _ in range(times)]
    wall, cpu = (statistics.median(getattr(one, name) for one in spent) for name in ("wall", "cpu"))
    memory = max(one.memory_mb for one in spent)
    row = Row(job.name, job.case, bar=job.bar_s, clock=clock, repeats=times, memory_mb=memory)
    other = f"CPU {cpu:.2f} s" if clock == "wall" else f"wall {wall:.2f} s"
    yield replace(row, ours=wall if clock == "wall" else cpu, note=other)
    if job.bar_mb is not None:
        yield replace(
            row, job=f"{job.name}: memory", ours=memory, unit="MB", bar=job.bar_mb, memory_mb=None
        )


def tests(repeats: int, clock: str, *, ask: bool) -> Iterator[Row]:
    """Yield how long the command of all checks takes, where that is asked for: it is long."""
    script = Path(__file__).parents[1] / "test"
    job = Job("the test command", "scripts/test", (("/bin/bash", str(script)),), 18 * 60, None, 1)
    if ask:
        yield from measured(job, repeats, clock)
        return
    yield Row(job.name, job.case, bar=job.bar_s, note="not run; --tests runs it")


def main() -> None:
    """Print each job as it is done."""
    parser = asked(__doc__, repeats=5)
    parser.add_argument("--only", nargs="*", help="first words of jobs")
    parser.add_argument("--tests", action="store_true", help="run all checks as well")
    given = parser.parse_args()
    if COMMAND is None:
        sys.exit("almaty-geo is not installed: pip install --editable .")
    repeats = 1 if given.quick else given.repeats

    def rows() -> Iterator[Row]:
        with tempfile.TemporaryDirectory() as folder:
            for job in jobs(Path(folder), quick=given.quick):
                if not given.only or any(job.name.startswith(word) for word in given.only):
                    yield from measured(job, repeats, given.clock)
        if given.tests or not given.only:
            yield from tests(repeats, given.clock, ask=given.tests)

    tell(rows(), given.rows)


if __name__ == "__main__":
    main()
