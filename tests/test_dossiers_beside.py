"""A second process writes some formats: the same files, and nothing of it is left over."""

import io
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from toytown import write_toytown

from almaty_geo.errors import OutputError
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier, formats
from almaty_geo.reports.beside import Beside, Failed, Job
from almaty_geo.reports.beside.child import serve
from almaty_geo.reports.formats import Wish, written
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Report
from almaty_geo.results.dossiers import dossier

WISH = Wish(("docx", "json", "html"), ("en",))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return dossier(Plan(write_toytown(tmp_path_factory.mktemp("town") / "toytown")))


@pytest.fixture(scope="module")
def west(town: Dossier) -> Report:
    return next(reports(town, areas=["west"]))


class Known(Beside):
    """A second process of which tests know."""

    pids: tuple[int, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        Known.pids += (self.pid,)


class Killed(Known):
    """One that is killed as soon as it is asked for something."""

    def write(self, job: Job) -> tuple[Path, ...]:
        os.kill(self.pid, signal.SIGKILL)
        return super().write(job)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have two cores, and see that each process that was started has ended."""
    monkeypatch.setattr(formats, "_cores", lambda: 2)
    monkeypatch.setattr(formats, "Beside", Known)
    monkeypatch.setattr(Known, "pids", ())
    yield
    assert Known.pids
    for pid in Known.pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.usefixtures("known")
def test_two_processes_write_what_one_writes_in_the_same_order(
    town: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [path.relative_to(tmp_path / "two") for path in written(town, tmp_path / "two", WISH)]
    monkeypatch.setattr(formats, "_cores", lambda: 1)
    one = [path.relative_to(tmp_path / "one") for path in written(town, tmp_path / "one", WISH)]
    assert len(Known.pids) == 1
    assert one == two
    assert len(one) == 9
    for path in one:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


@pytest.mark.usefixtures("known")
def test_a_process_that_was_killed_is_one_clear_line(
    town: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "Beside", Killed)
    with pytest.raises(OutputError, match="ended by signal 9 at the report on city") as told:
        list(written(town, tmp_path, WISH))
    assert "\n" not in str(told.value)


@pytest.mark.usefixtures("known")
def test_what_cannot_be_written_there_is_told_here(town: Dossier, tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "city.docx").mkdir()
    with pytest.raises(OutputError, match=r"city\.docx: cannot be written \(Is a directory\)"):
        list(written(town, tmp_path, WISH))


@pytest.mark.usefixtures("known")
def test_a_caller_who_stops_early_leaves_no_process_behind(town: Dossier, tmp_path: Path) -> None:
    made = written(town, tmp_path, WISH)
    assert next(made) == tmp_path / "en" / "city.docx"
    made.close()  # type: ignore[attr-defined]  # it is a generator


def test_where_no_process_can_be_started_one_writes_all(
    town: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(formats, "_cores", lambda: 2)
    monkeypatch.setattr(subprocess, "Popen", refused)
    assert len(list(written(town, tmp_path, Wish(("docx", "json"), ("en",))))) == 6


@pytest.mark.parametrize(
    ("kinds", "areas", "cores", "apart"),
    [
        (("pdf", "html", "docx", "xlsx"), 9, 2, {"docx", "xlsx"}),
        (("docx", "xlsx"), 9, 2, {"docx"}),
        (("docx",), 9, 2, set()),
        (("pdf", "html"), 9, 2, set()),
        (("pdf", "docx"), 1, 2, set()),
        (("pdf", "docx"), 9, 1, set()),
    ],
)
def test_a_second_process_is_started_only_where_it_saves_time(
    kinds: tuple[str, ...],
    areas: int,
    cores: int,
    apart: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(formats, "_cores", lambda: cores)
    assert formats._apart(kinds, areas) == apart  # noqa: SLF001 - the rule itself


def test_jobs_are_answered_one_by_one_until_no_more_come(west: Report, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    jobs, answers = io.BytesIO(), io.BytesIO()
    for folder in (tmp_path, taken):
        pickle.dump(Job("json", west, ("en",), folder), jobs)
    jobs.seek(0)
    serve(jobs, answers)
    answers.seek(0)
    assert pickle.load(answers) == (tmp_path / "west.json",)  # noqa: S301 - written above
    told = pickle.load(answers)  # noqa: S301 - written above
    assert isinstance(told, Failed)
    assert told.kind is OutputError
    assert "west.json: cannot be written (" in told.said


def test_the_process_ends_when_its_maker_is_killed() -> None:
    code = (
        "from almaty_geo.reports.beside import Beside; import time\n"
        "print(Beside().pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as maker:
        assert maker.stdout is not None
        assert maker.stderr is not None
        assert int(maker.stdout.readline()) > 0
        maker.kill()
        # Closed only when the last process that could write to it is gone.
        assert maker.stderr.read() == b""
