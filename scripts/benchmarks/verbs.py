"""
Measure the verbs: how long each takes and how much memory, in a process of its own.

Time is taken on the clock, and at work in all processes of the verb; with ``--clock cpu`` the
latter is held against the bars, for machines that are busy with other things. Memory is the most
that any process of the verb ever had.

    python scripts/benchmarks/verbs.py [--repeats 3] [--quick] [--only help build …]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from scripts.benchmarks.rows import Row, asked, tell

COMMAND = str(Path(sys.executable).with_name("almaty-geo"))
FORMATS = ("html", "pdf", "docx", "xlsx")
KB_PER_MB = 1024


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
    """Most that one process had."""


def run(commands: Sequence[Sequence[str]]) -> Spent:
    """Run commands and return what they took; raise CalledProcessError if one fails."""
    start, cpu, peak = time.perf_counter(), 0.0, 0.0
    for arguments in commands:
        whole = [*([] if Path(arguments[0]).is_absolute() else [COMMAND]), *arguments]
        process = subprocess.Popen(whole, stdout=subprocess.DEVNULL)  # noqa: S603 - the installed command
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, whole)
        cpu += used.ru_utime + used.ru_stime
        peak = max(peak, used.ru_maxrss / KB_PER_MB)
    return Spent(time.perf_counter() - start, cpu, peak)


def jobs(folder: Path, *, quick: bool) -> Iterator[Job]:
    """Yield the jobs; what they write goes below a folder."""
    out = folder / "out"
    plan = "the bundled plan"
    yield Job("almaty-geo --help", "start to end", (("--help",),), 0.4)
    yield Job("coverage", f"{plan}, schools", (("coverage", "schools", "--json"),))
    if not quick:
        yield Job("build", f"{plan}, three languages", (("build", "--out", str(out)),), 30, None, 2)
    kinds: tuple[str, ...] = FORMATS
    who, whom = "all", "9 × 3 languages × 4 formats"
    if quick:
        kinds = ("html", "json")
        who, whom = "city", "1 × 3 languages × 2 formats"
    dossiers = (
        "report",
        "--district",
        who,
        "--format",
        ",".join(kinds),
        "--out",
        str(folder / "d"),
    )
    yield Job("dossiers", whom, (dossiers,), None if quick else 60, None, 1)
    if not quick:
        yield Job("build --all", plan, (("build", "--all", "--out", str(out)),), 120, 1500, 1)
    rows = 10_000 if quick else 1_000_000
    bar_s, bar_mb = (None, None) if quick else (60, 3000)
    yield Job("import", f"{rows:,} points", (points(folder, rows),), bar_s, bar_mb, 1)


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
