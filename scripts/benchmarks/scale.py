"""
Measure a country on one process and on workers: time, memory of a worker, one worker killed.

An invented country (`scripts/synthetic_country.py`) is written, then asked who is within reach of
a school, and who gets a seat: by one process, and by two workers of which one is killed when a
third of the work is done. Both must say the same to the person. Then smaller countries show how a
worker's memory follows its tile and does not follow the country. Printed, never asserted, but for
equality. Three minutes of a quiet machine.

    python scripts/benchmarks/scale.py [--people 500000] [--cities 20] [--tile 4000]
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from almaty_geo.scaling import Country, National, Wish, open_country
from almaty_geo.scaling.layout import read_partitions
from almaty_geo.tiling.cluster import connected
from almaty_geo.tiling.running import results
from scripts.benchmarks.rows import Row, tell
from scripts.benchmarks.rows import asked as asked_of_all

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "synthetic_country.py"
REACH = Wish("schools")
SEATS = Wish("schools", seats=True)
WORKERS = 2
KB_PER_MB = 1024
SIDES_M = (2000.0, 4000.0, 8000.0)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took."""

    seconds: float
    """From the first task to the last; workers were there already."""

    cpu_s: float
    """Of that at work, in all processes that were there at the end."""

    idle_mb: float
    """Most that a worker had in memory before it was given work: Python and its libraries."""

    peak_mb: float
    """Most that a worker, or the one process, ever had in memory."""

    answer: National
    """What came of it."""

    killed: bool = False
    """Whether a worker was killed on the way."""


def peak_mb() -> float:
    """Return the most memory that this process ever had, apart from the one that began it."""
    status = Path("/proc/self/status")
    if status.exists():
        told = status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()
        return int(told[0]) / KB_PER_MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB


def made(folder: Path, *, cities: int, people: int, tile_m: float, per_point: int = 20) -> Country:
    """Write a country, and say how long that took and how large it is."""
    asked = ["--cities", str(cities), "--people", str(people), "--tile", str(tile_m)]
    asked += ["--per-point", str(per_point)]
    start = time.perf_counter()
    whole = [sys.executable, str(SCRIPT), str(folder), *asked]
    subprocess.run(whole, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S603 - our own script
    took = time.perf_counter() - start
    files = list(folder.rglob("*.parquet"))
    size_mb = sum(path.stat().st_size for path in files) / 1e6
    print(
        f"{people:,} people, {cities} cities, tiles of {tile_m:g} m: written in {took:.0f} s, "
        f"{len(files):,} files, {size_mb:.0f} MB"
    )
    return open_country(folder)


def here(country: Country, wish: Wish) -> Run:
    """Ask a country in this process."""
    start, at_work = time.perf_counter(), time.process_time()
    answer = country.ask(wish)
    cpu_s = time.process_time() - at_work
    return Run(time.perf_counter() - start, cpu_s, 0.0, peak_mb(), answer)


def ready(number: int) -> int:
    """Import what a task needs."""
    import almaty_geo.provision  # noqa: PLC0415 - in a worker, before anything is measured
    import almaty_geo.travel.streets  # noqa: F401, PLC0415 - the same

    return number


def by_workers(country: Country, wish: Wish, *, kill: bool) -> Run:
    """Ask a country by workers; maybe kill one when a third of the tasks is done."""
    with connected(f"local:{WORKERS}") as client:
        list(results(range(4 * WORKERS), ready, client=client))
        idle, at_work = max(client.run(peak_mb).values()), client.run(time.process_time)
        step = _killer(client.run, at=len(country.tasks(wish)) // 3) if kill else None
        start = time.perf_counter()
        answer = country.ask(wish, client=client, progress=step)
        took = time.perf_counter() - start
        spent = client.run(time.process_time)
        cpu_s = sum(each - at_work.get(worker, 0.0) for worker, each in spent.items())
        return Run(took, cpu_s, idle, max(client.run(peak_mb).values()), answer, kill)


def _killer(run: Callable[..., dict[str, int]], *, at: int) -> Callable[[str], None]:
    """Return what ends one worker once so many tasks are done."""
    done: list[str] = []

    def step(city: str) -> None:
        done.append(city)
        if len(done) == max(at, 1):
            os.kill(min(run(os.getpid).values()), signal.SIGKILL)

    return step


def compared(country: Country, wish: Wish) -> tuple[Row, ...]:
    """Ask a country both ways, hold one answer against the other, and return the rows."""
    name = "seats" if wish.seats else "reach"
    one = here(country, wish)
    many = by_workers(country, wish, kill=True)
    same = one.answer.to_dict() == many.answer.to_dict()
    told = one.answer.told(one.answer.total)
    print(f"{name}: {told}")
    print(
        f"{name}: {len(country.tasks(wish))} tasks; one process {one.seconds:.1f} s "
        f"({one.cpu_s:.1f} s at work), {one.peak_mb:.0f} MB; {WORKERS} workers, "
        f"one killed on the way, {many.seconds:.1f} s, {many.peak_mb:.0f} MB at most "
        f"({many.idle_mb:.0f} before any work); "
        f"{'the same to the person' if same else 'NOT THE SAME'}"
    )
    if not same:
        raise SystemExit(1)
    case = f"{len(country.cities)} cities"
    return (
        Row(
            f"country, {name}: by workers",
            case,
            many.seconds,
            peer="one process",
            theirs=one.seconds,
            note=f"{WORKERS} workers, one killed on the way; the same to the person",
        ),
        Row(
            f"country, {name}: a worker",
            case,
            many.peak_mb,
            "MB",
            peer="one process",
            theirs=one.peak_mb,
            note=f"{many.idle_mb:.0f} MB before any work",
        ),
    )


def grown(folder: Path, people: int, cities: int) -> Iterator[Row]:
    """Yield what a worker's memory follows: its tile, not the country."""
    for side in SIDES_M:
        yield _one_size(folder / f"tile-{side:g}", people=people, cities=cities, tile_m=side)
    for times in (2, 4):
        many, more = people * times, cities * times
        yield _one_size(folder / f"x{times}", people=many, cities=more, tile_m=4000.0)


def _one_size(folder: Path, *, people: int, cities: int, tile_m: float) -> Row:
    country = made(folder, cities=cities, people=people, tile_m=tile_m, per_point=2)
    points = max(
        one.rows
        for city in country.cities
        for one in read_partitions(country.folder, city).of("people")
    )
    run = by_workers(country, REACH, kill=False)
    return Row(
        "country: a worker",
        f"{people:,} people, {tile_m / 1000:g} km tiles",
        run.peak_mb,
        "MB",
        note=f"largest tile {points:,} points; {run.cpu_s:.1f} s at work; "
        f"{run.idle_mb:.0f} MB before any work",
    )


def main() -> int:
    """Measure, and print."""
    parser = asked_of_all(__doc__)
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--cities", type=int, default=20)
    parser.add_argument("--tile", type=float, default=4000.0, dest="tile_m")
    parser.add_argument("--only", choices=["answers", "memory"])
    asked = parser.parse_args()
    if asked.quick:
        asked.people, asked.cities, asked.only = 20_000, 3, "answers"
    if find_spec("distributed") is None:
        note = "dask.distributed is not installed (pip install 'almaty-geo[scale]')"
        tell([Row("country, by workers", f"{asked.people:,} people", note=note)], asked.rows)
        return 0
    with tempfile.TemporaryDirectory() as room:
        if asked.only != "memory":
            country = made(
                Path(room) / "whole",
                cities=asked.cities,
                people=asked.people,
                tile_m=asked.tile_m,
            )
            rows = [row for wish in (REACH, SEATS) for row in compared(country, wish)]
            tell(rows, asked.rows)
        if asked.only != "answers":
            tell(grown(Path(room), 400_000, 1), asked.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
