"""What the benchmark says of its measurements: ratios, bars, growth, table and picture."""

import json
import math
import subprocess
import sys
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scripts are no part of the package

from scripts import benchmark
from scripts.benchmarks import memory, picture, verbs
from scripts.benchmarks.rows import HEAD, Row, exponent, growth, in_turn, line, read, tell

PEER = Row("nearest", "a town", 0.02, peer="scipy", theirs=0.08, bar=0.5)
ALONE = Row("build", "a plan", 31.0, bar=30)


def test_a_peer_is_held_by_the_ratio_and_ours_alone_by_its_unit() -> None:
    assert PEER.ratio == pytest.approx(0.25)
    assert PEER.share == pytest.approx(0.5)
    assert PEER.met is True
    assert ALONE.ratio is None
    assert ALONE.share == pytest.approx(31 / 30)
    assert ALONE.met is False


def test_a_bar_just_reached_is_met() -> None:
    assert replace(ALONE, ours=30.0).met is True
    assert replace(PEER, ours=0.04).met is True


def test_a_quick_wrong_answer_meets_no_bar() -> None:
    row = replace(PEER, right=False)
    assert row.met is False
    assert "ANSWER NOT AS DEMANDED" in line(row)


@pytest.mark.parametrize(
    "row",
    [
        replace(PEER, theirs=None, note="scipy is not installed"),
        replace(PEER, bar=None),
        replace(ALONE, ours=None),
        replace(ALONE, bar=None),
    ],
)
def test_what_was_not_measured_is_neither_met_nor_missed(row: Row) -> None:
    assert row.met is None
    assert "yes" not in line(row)
    assert "NO" not in line(row)


def test_a_missing_peer_is_named_with_its_bar() -> None:
    text = line(replace(PEER, peer="pandana", theirs=None, bar=0.02, note="is not installed"))
    assert "pandana" in text
    assert "0.02" in text
    assert "is not installed" in text


def test_a_line_says_ours_theirs_ratio_bar_and_memory() -> None:
    text = line(replace(PEER, memory_mb=1234.4))
    assert "20 ms" in text
    assert "80 ms" in text
    assert "0.25" in text
    assert "yes" in text
    assert "1,234 MB" in text
    assert "31 s" in line(ALONE)
    assert line(ALONE).split("NO")[0].split()[-1] == "30"
    assert HEAD.index("ratio") < HEAD.index("bar") < HEAD.index("met")


@given(
    slope=st.floats(-2, 3),
    factor=st.floats(1e-6, 1e6),
    sizes=st.lists(st.integers(10, 10**7), min_size=3, max_size=6, unique=True),
)
def test_the_exponent_of_a_power_is_its_power(
    slope: float, factor: float, sizes: list[int]
) -> None:
    found = exponent(sizes, [factor * size**slope for size in sizes])
    assert found == pytest.approx(slope, abs=1e-6)


def test_the_exponent_is_the_slope_of_least_squares() -> None:
    # In powers of ten: (0, 0), (1, 0), (2, 3); means 1 and 1; (-1)(-1) + 0 + 1·2 = 3 over 2.
    assert exponent([1, 10, 100], [1, 1, 1000]) == pytest.approx(1.5)


def test_growth_is_told_of_jobs_with_three_sizes_and_counts_each_size_once() -> None:
    sizes = (100, 200, 400)
    rows = [replace(PEER, ours=size / 1000, size=size) for size in sizes]
    twice = [replace(row, peer="pandana") for row in rows]
    real = replace(PEER, ours=99.0)
    two = [replace(PEER, job="pairs", size=size) for size in sizes[:2]]
    (row,) = growth([*rows, *twice, real, *two])
    assert row.job == "nearest: growth"
    assert row.ours == pytest.approx(1)
    assert row.unit == "exponent"
    assert row.case == "100 to 400, 3 sizes"


def test_engines_take_turns() -> None:
    order: list[str] = []

    def engine(name: str) -> str:
        order.append(name)
        return name

    found = in_turn({name: partial(engine, name) for name in "ab"}, 3)
    assert order == ["a", "b"] * 3
    assert found.answers == {"a": "a", "b": "b"}
    assert all(seconds >= 0 for seconds in found.seconds.values())


@pytest.mark.parametrize("clock", ["wall", "cpu"])
def test_the_clock_at_work_counts_work_and_the_other_all_time(clock: str) -> None:
    found = in_turn({"work": lambda: sum(math.sqrt(n) for n in range(50_000))}, 1, clock=clock)
    assert found.seconds["work"] > 0


def test_rows_are_told_and_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.jsonl"
    rows = (PEER, replace(ALONE, memory_mb=5.0, size=3, note="«≤»"))
    tell(rows[:1], file)
    tell(rows[1:], file)
    assert read(file) == rows
    assert read(tmp_path / "none") == ()
    assert capsys.readouterr().out.splitlines() == [HEAD, line(rows[0]), HEAD, line(rows[1])]


def test_the_json_holds_rows_with_ratio_and_whether_the_bar_is_met() -> None:
    told = json.loads(benchmark.written([PEER, ALONE], {"cores": 2}))
    assert told["machine"] == {"cores": 2}
    assert [row["met"] for row in told["rows"]] == [True, False]
    assert told["rows"][0]["ratio"] == pytest.approx(0.25)
    assert told["rows"][1] == {**asdict(ALONE), "ratio": None, "share": 31 / 30, "met": False}


def test_the_machine_is_told_in_a_line() -> None:
    text = benchmark.told(benchmark.machine())
    assert "cores" in text
    assert "load" in text


def test_every_subject_has_a_file_and_every_file_is_a_subject() -> None:
    files = {file.stem for file in benchmark.FOLDER.glob("*.py")}
    assert files - {"rows", "picture", "memory"} == set(benchmark.SUBJECTS)


def test_the_picture_says_what_was_measured_and_the_bar(tmp_path: Path) -> None:
    assert picture.titled(PEER) == "nearest, of scipy (a town)"
    assert picture.titled(ALONE) == "build (a plan)"
    assert picture.measure(PEER) == "0.25 (bar 0.5)"
    assert picture.measure(ALONE) == "31 s (bar 30)"
    assert picture.draw([replace(ALONE, bar=None)], tmp_path / "p.svg", told="") is False


def test_the_picture_has_each_row_with_a_bar_and_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with the bench extra")
    rows = [PEER, ALONE, replace(PEER, job="left out", bar=None)]
    files = [tmp_path / name for name in ("one.svg", "two.svg")]
    for file in files:
        assert picture.draw(rows, file, told="a day, a machine") is True
    text = files[0].read_text("utf-8")
    assert "nearest, of scipy (a town)" in text
    assert "bar not met" in text
    assert "a day, a machine" in text
    assert "left out" not in text
    assert files[0].read_bytes() == files[1].read_bytes()


HOLDS = "import sys; held = bytearray(60 * 2**20); print(1, flush=True); sys.stdin.read()"
"""A program that takes 60 MB and keeps them until it is told to end."""

BELOW = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {HOLDS!r}], stdin=subprocess.PIPE)
sys.stdin.read()
child.communicate()
"""
IN_PROC = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")


@IN_PROC
@pytest.mark.parametrize("program", [HOLDS, BELOW], ids=["itself", "what it started"])
def test_memory_is_that_of_a_process_and_of_all_that_it_started(program: str) -> None:
    whole = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(whole, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with memory.watched(process.pid) as most:
            seen = memory.together(process.pid)
            time.sleep(3 * memory.EVERY_S)
        process.communicate()
    assert 60 < seen < 120
    assert most[-1] == pytest.approx(seen, rel=0.2)
    assert memory.together(process.pid) == 0


def test_the_jobs_of_the_verbs_hold_every_bar_and_small_ones_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(verbs, "points", lambda *_: ("import",))
    jobs = {job.name: job for job in verbs.jobs(tmp_path, quick=False)}
    told = {name: (job.bar_s, job.bar_mb) for name, job in jobs.items() if job.bar_s}
    assert told == verbs.BARS
    assert "all" in jobs["dossiers"].commands[0]
    assert "html,pdf,docx,xlsx" in jobs["dossiers"].commands[0]
    assert all(job.bar_s is None for job in verbs.jobs(tmp_path, quick=True))
