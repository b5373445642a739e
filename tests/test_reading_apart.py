"""The process that opens risky files: its limits hold, and its failures are told."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from test_reading import said
from test_reading_formats import SCHOOLS, read

from almaty_geo.reading import apart
from almaty_geo.reading.apart import opened_apart
from almaty_geo.reading.faults import Faults
from almaty_geo.reading.kinds import KINDS, Kind
from almaty_geo.reading.options import Options

BEGIN = "from almaty_geo.reading.apart.child import limit; limit({seconds}, {memory}); "


def run(code: str, *, seconds: int = 5, memory: int = 4_000_000_000) -> int:
    whole = BEGIN.format(seconds=seconds, memory=memory) + code
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, check=False)
    return done.returncode


def test_a_reader_that_never_ends_is_ended() -> None:
    assert run("\nwhile True: pass", seconds=1) in {-signal.SIGXCPU, -signal.SIGKILL}


def test_a_reader_that_wants_all_memory_does_not_get_it() -> None:
    assert run("x = bytearray(3_000_000_000)", memory=2_000_000_000) == 1
    assert run("x = bytearray(3_000_000)", memory=2_000_000_000) == 0


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (-int(signal.SIGXCPU), "reading it took more than 8 s, expected a sound FlatGeobuf file"),
        (-int(signal.SIGKILL), "reading it took more than 8 s"),
        (71, "reading it takes more memory than is borne"),
        (-int(signal.SIGSEGV), "cannot be read as FlatGeobuf"),
        (0, "cannot be read as FlatGeobuf"),
    ],
)
def test_a_reader_that_dies_is_a_fault_of_the_file(
    status: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, status)

    path = tmp_path / "x.fgb"
    SCHOOLS.to_file(path)
    monkeypatch.setattr(apart.subprocess, "run", dead)  # type: ignore[attr-defined]  # the one it uses
    assert sentence in said(read(path))


def test_a_reader_that_sleeps_is_ended_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "WALL_FACTOR", 0.001)
    path = tmp_path / "x.fgb"
    SCHOOLS.to_file(path)
    assert "reading it took more than 8 s" in said(read(path))


def test_a_format_without_a_reader_is_a_fault(tmp_path: Path) -> None:
    copy = tmp_path / "data.x"
    copy.write_bytes(b"x")
    faults = Faults("x")
    kind = Kind("X", "raster")
    assert opened_apart(copy, kind, Options(), faults) is None
    assert "a sound" in str(faults.found[0])


def test_the_child_gets_nothing_of_the_users_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("GDAL_DRIVER_PATH", "/elsewhere")
    seen: list[dict[str, str]] = []

    def note(command: list[str], **how: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        seen.append(how["env"])
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(apart.subprocess, "run", note)  # type: ignore[attr-defined]  # the one it uses
    path = tmp_path / "x.fgb"
    SCHOOLS.to_file(path)
    read(path)
    assert "SECRET" not in seen[0]
    assert seen[0]["GDAL_DRIVER_PATH"] == "disable"
    assert seen[0]["HOME"] != os.environ.get("HOME")
    assert not Path(seen[0]["HOME"]).exists()


def test_every_risky_format_is_opened_apart() -> None:
    text = {"features", "sequence", "table", "archive"}
    assert {kind.way for kind in KINDS.values() if not kind.apart} == text
