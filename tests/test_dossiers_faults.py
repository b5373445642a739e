"""What goes wrong while dossiers are written is one clear line, and nothing is half written."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import localedata
from killing import Killer, Run, digests
from toytown import write_toytown

from almaty_geo import words
from almaty_geo.build import dossier
from almaty_geo.cli import main
from almaty_geo.errors import DataError, OutputError
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier, formats, typeset
from almaty_geo.reports.formats import Wish, written
from almaty_geo.reports.model import Report
from almaty_geo.sections import CITY
from almaty_geo.words import Language

KINDS = ("html", "pdf", "docx", "xlsx", "json")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toytown(tmp_path_factory.mktemp("town") / "toytown")


@pytest.fixture(scope="module")
def town(plan: Path) -> Dossier:
    return dossier(Plan(plan))


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    one = Killer(tmp_path_factory.mktemp("killer"))
    yield one
    one.close()


def asked(plan: Path, out: Path, kind: str) -> list[str]:
    options = ["--district", "west", "--lang", "ru", "--format", kind]
    return ["report", *options, "--plan", str(plan), "--out", str(out)]


def one_line(said: str, *parts: str) -> None:
    assert said.startswith("almaty-geo: ")
    assert said.count("\n") == 1, said
    for part in parts:
        assert part in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_what_was_there(
    kind: str, plan: Path, killer: Killer, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert main(asked(plan, out, "json")) == 0
    before = digests(tmp_path)
    ended = killer(Run(asked(plan, out, kind), str(tmp_path), at=-1, file_bytes=3_000))
    assert ended.status == 1
    one_line(ended.said, f"west.{kind}: cannot be written (File too large)")
    assert digests(tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_nobody_may_write_to_is_named(
    kind: str, plan: Path, killer: Killer, tmp_path: Path
) -> None:
    refused = Run(
        asked(plan, tmp_path / "out", kind),
        str(tmp_path),
        end="13 Permission denied",
        at=0,
        lasting=True,
    )
    ended = killer(refused)
    assert ended.status == 1
    one_line(ended.said, f"{tmp_path / 'out'}: cannot be written", "Permission denied")
    assert digests(tmp_path) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_district_is_named_with_the_right_one(
    kind: str, plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [*asked(plan, tmp_path / "out", kind), "--district", "wset"]
    assert main(wrong) == 1
    one_line(capsys.readouterr().err, "district 'wset': did you mean west")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_missing_typeface_is_named_and_nothing_written(
    kind: str,
    plan: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(typeset, "FONTS", "fontpkg_not_there")
    assert main(asked(plan, tmp_path / "out", kind)) == 1
    one_line(capsys.readouterr().err, "Noto Sans", "fontpkg-not-there")
    assert not (tmp_path / "out").exists()


def test_a_typeface_that_is_empty_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("almaty_geo.reports.typeset.resources.files", lambda _: tmp_path)
    with pytest.raises(OutputError, match=r"The typeface Noto Sans is not in .+; reports need it"):
        typeset.typefaces()


@pytest.fixture
def unread() -> Iterator[None]:
    """Have the words of all languages read anew, before and after."""
    words._catalogue.cache_clear()  # noqa: SLF001 - they are read once
    yield
    words._catalogue.cache_clear()  # noqa: SLF001 - the same


@pytest.mark.usefixtures("unread")
def test_missing_words_or_rules_of_a_language_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(localedata, "exists", lambda name: name != "kk")
        with pytest.raises(DataError, match="Babel has no rules for 'kk' here"):
            words.say("District")
    monkeypatch.setattr("almaty_geo.words.resources.files", lambda _: tmp_path)
    with pytest.raises(DataError, match=r"The words for 'kk' cannot be read \(No such file"):
        words.say("District")


def test_after_an_error_no_further_file_is_begun(
    town: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def broken(report: Report, languages: list[Language], folder: Path) -> tuple[Path, ...]:
        begun.append(f"{folder}{languages}{report.area}")
        raise OutputError("broken")

    monkeypatch.setattr(formats, "writer", lambda _: broken)
    with pytest.raises(OutputError, match="broken"):
        list(written(town, tmp_path, Wish(("pdf",), ("en",))))
    assert len(begun) < 3
    assert not [t for t in threading.enumerate() if "ThreadPoolExecutor" in t.name]


def test_a_caller_who_stops_early_leaves_no_thread_behind(town: Dossier, tmp_path: Path) -> None:
    made = written(town, tmp_path, Wish(("json", "html"), ("en",)))
    assert next(made) == tmp_path / f"{CITY}.json"
    made.close()  # type: ignore[attr-defined]  # it is a generator
    assert not [t for t in threading.enumerate() if "ThreadPoolExecutor" in t.name]
    assert not list(tmp_path.rglob("east.*"))
