"""
Measure every bar: ours and each installed peer in turn, as one table, one JSON file, one picture.

The verbs run in processes of their own; then each file of ``scripts/benchmarks`` measures its
subject against its peers, in a process of its own, and can be run alone. Medians count. Timings
depend on the machine and are printed, never asserted; a peer that is missing is named. Real
streets are taken where ``ALMATY_GEO_TEST_DATA`` names a folder with the city's register or the
plan has streets of its own; peers come with ``pip install 'almaty-geo[bench]'``.

    python scripts/benchmark.py [--quick] [--only verbs streets …] [--tests]
        [--json FILE] [--picture FILE]

``--also FILE …`` adds rows that ``--rows FILE`` kept of earlier runs, so that a long run can be
done in parts; ``--only`` with no name measures nothing more. ``--tests`` runs the command of all
checks as well, which takes a quarter of an hour.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from scripts.benchmarks.picture import draw
from scripts.benchmarks.rows import HEAD, Row, asked, growth, line, read

FOLDER = Path(__file__).parent / "benchmarks"
SUBJECTS = ("verbs", "streets", "provision", "siting", "trials", "atlas", "rendering", "scale")
"""Files that measure, in the order of the table."""

LOAD = 2.0
"""Jobs that wait for a core, above which the table says that the machine was busy."""


def machine() -> dict[str, str | int | float]:
    """Return what the figures depend on: date, cores, memory, versions, and other work."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(pages / 2**30),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
    }


def told(about: dict[str, str | int | float]) -> str:
    """Return the machine in a line."""
    text = "{date}, {cores} cores, {memory_gb} GB, Python {python}, {system}".format(**about)
    return f"{text}, load {about['load']} at the start"


def measured(
    names: Sequence[str], options: Sequence[str], *, tests: bool
) -> tuple[tuple[Row, ...], list[str]]:
    """Run benchmarks of subjects; return their rows, and the subjects that failed."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        for name in names:
            print(f"\n== {name}", flush=True)
            whole = [sys.executable, str(FOLDER / f"{name}.py"), "--rows", str(file), *options]
            whole += ["--tests"] * (tests and name == "verbs")
            failed += [name] * bool(subprocess.run(whole, check=False).returncode)  # noqa: S603 - own file
        return read(file), failed


def written(rows: Sequence[Row], about: dict[str, str | int | float]) -> str:
    """Return rows as JSON, with ratio, share of the bar and whether it is met."""
    lines = [
        {**asdict(row), "ratio": row.ratio, "share": row.share, "met": row.met} for row in rows
    ]
    return json.dumps({"machine": about, "rows": lines}, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Measure, then print one table; exit 1 if a subject's benchmark fails."""
    parser = asked(__doc__)
    parser.add_argument("--only", nargs="*", choices=SUBJECTS, default=SUBJECTS)
    parser.add_argument("--tests", action="store_true", help="run all checks as well")
    parser.add_argument("--also", nargs="*", type=Path, default=[], help="rows of earlier runs")
    parser.add_argument("--json", type=Path, help="file for all rows")
    parser.add_argument("--picture", type=Path, help=".svg or .png of shares of the bars")
    given = parser.parse_args()
    about = machine()
    options = ["--clock", given.clock, "--repeats", str(given.repeats)]
    names = [name for name in SUBJECTS if name in given.only]
    options += ["--quick"] * given.quick
    rows, failed = measured(names, options, tests=given.tests)
    rows = tuple(row for file in given.also for row in read(file)) + rows
    if given.rows is not None:
        given.rows.write_text("".join(f"{json.dumps(asdict(row))}\n" for row in rows), "utf-8")
    rows += growth(rows)
    print(f"\n{told(about)}\n{HEAD}")
    for row in rows:
        print(line(row))
    missed = sum(row.met is False for row in rows)
    print(f"\nbars met {sum(row.met is True for row in rows)}, not met {missed}")
    if float(about["load"]) > LOAD:
        print(f"the machine was busy (load {about['load']}): times on the clock say little")
    if given.json is not None:
        given.json.write_text(written(rows, about), encoding="utf-8")
    if given.picture is not None and not draw(rows, given.picture, told=told(about)):
        print("no picture: matplotlib is not installed, or nothing with a bar was measured")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
