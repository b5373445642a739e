import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from killing import digests, redate

from almaty_geo import staging
from almaty_geo.build import Order, build
from almaty_geo.cli import main
from almaty_geo.errors import DataError, OutputError
from almaty_geo.locking import around, lock_path, locked
from almaty_geo.plan import Plan
from almaty_geo.staging import changed_folder, files_together, whole_file, whole_folder


def test_a_second_build_into_the_same_folder_is_refused_naming_the_lock(
    toytown: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with held_elsewhere(out):
        code = main(["build", "--out", str(out), "--lang", "en", "--plan", str(toytown)])
    said = capsys.readouterr().err
    assert code == 1
    assert said == (
        f"almaty-geo: {out}: another almaty-geo is writing it (lock {tmp_path / '.out.lock'}); "
        "wait until it is done.\n"
    )
    assert not out.exists()
    assert (tmp_path / ".out.lock").exists()  # but the lock is gone with its process
    build(Plan(toytown), Order(out, languages=("en",)))
    assert {p.name for p in tmp_path.iterdir()} == {"out", "toytown"}


@contextmanager
def held_elsewhere(target: Path) -> Iterator[None]:
    """Have another process lock a folder, and kill it at the end."""
    code = (
        "import sys; from pathlib import Path; from almaty_geo.locking import locked\n"
        "with locked(Path(sys.argv[1])):\n"
        "    print('locked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(target)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "locked\n"
        yield
        process.kill()


def test_what_another_build_is_still_making_is_not_cleared_away(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "out") as draft:
        (draft / "half").touch()
        with pytest.raises(OutputError, match=r"\.out\.lock"), whole_folder(tmp_path / "out"):
            pytest.fail("two of them")
        assert (draft / "half").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_only_leftovers_of_the_same_folder_are_cleared_away(tmp_path: Path) -> None:
    ours = [".out.building-abcd_123", ".out.before"]
    theirs = [".out.building-mine", ".outer.building-abcd1234", ".out.building-abcd1234x", "before"]
    for name in (*ours, *theirs):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / ".out.building-aaaaaaaa").write_text("a file")
    (tmp_path / ".out.building-bbbbbbbb").symlink_to(tmp_path / "before")
    (tmp_path / "out").mkdir()
    with whole_folder(tmp_path / "out"):
        pass
    files = {".out.building-aaaaaaaa", ".out.building-bbbbbbbb", "out"}
    assert {p.name for p in tmp_path.iterdir()} == {*theirs, *files}
    assert (tmp_path / "before" / "file").exists()


def test_a_lock_has_one_place_whatever_the_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    names = [Path(), tmp_path / "here", Path("..") / "here"]
    assert {lock_path(name) for name in names} == {tmp_path / ".here.lock"}


def test_a_lock_is_had_again_once_it_was_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path / "new" / "out"):
            assert (tmp_path / "new" / ".out.lock").exists()
        assert not (tmp_path / "new" / ".out.lock").exists()


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").mkdir()
    with pytest.raises(OutputError, match="cannot be written"), locked(tmp_path / "out"):
        pytest.fail("locked")


def test_a_plan_that_changes_while_it_is_built_gives_nothing(toytown: Path, tmp_path: Path) -> None:
    def meddle(step: str) -> None:
        if step == "exports":
            redate(toytown)

    with pytest.raises(DataError, match="changed while it was being built"):
        build(Plan(toytown), Order(tmp_path / "out", languages=("en",)), progress=meddle)
    assert [p.name for p in tmp_path.iterdir()] == ["toytown"]


def fill(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(params=["at once", "in two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways in which two folders change places."""
    if request.param != "at once":
        monkeypatch.setattr(staging, "exchange", lambda *_: False)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_a_whole_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    fill(tmp_path / "out", old="1", both="1")
    with whole_folder(tmp_path / "out") as draft:
        fill(draft, new="2", both="2")
    assert {p.name: p.read_text() for p in (tmp_path / "out").iterdir()} == {
        "new": "2",
        "both": "2",
    }
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="only Linux exchanges names")
def test_two_folders_exchange_their_names_on_linux(tmp_path: Path) -> None:
    fill(tmp_path / "a", a="")
    fill(tmp_path / "b", b="")
    assert staging.exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "b").exists()
    assert not staging.exchange(tmp_path / "a", tmp_path / "missing")


def test_a_rename_that_fails_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = fill(tmp_path / "out", old="1")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if ".building-" in self.name:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(staging, "exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError, match="No space left"), whole_folder(out) as draft:
        fill(draft, new="2")
    assert digests(tmp_path).keys() == {"out/old"}


def test_an_old_folder_put_aside_is_put_back_before_anything_else(tmp_path: Path) -> None:
    fill(tmp_path / ".out.before", old="1")
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "out"):
        raise KeyboardInterrupt
    assert digests(tmp_path).keys() == {"out/old"}


@pytest.mark.usefixtures("way")
def test_files_that_are_all_there_is_in_a_folder_change_together(tmp_path: Path) -> None:
    out = fill(tmp_path / "out", a="1")
    number = out.stat().st_ino
    with files_together(out) as draft:
        fill(draft, a="2", b="2")
    assert {p.name: p.read_text() for p in out.iterdir()} == {"a": "2", "b": "2"}
    assert out.stat().st_ino != number


def test_files_that_go_beside_others_leave_those_alone(tmp_path: Path) -> None:
    out = fill(tmp_path / "out", mine="1", a="1")
    number = out.stat().st_ino
    with files_together(out) as draft:
        fill(draft, a="2")
        fill(draft / "more", b="2")
    assert {p.name for p in out.iterdir()} == {"mine", "a", "more"}
    assert ((out / "mine").read_text(), (out / "a").read_text()) == ("1", "2")
    assert out.stat().st_ino == number
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("obstacle", ["folder", "link", "link around", "file around"])
def test_files_whose_place_is_taken_change_nothing(obstacle: str, tmp_path: Path) -> None:
    out = fill(tmp_path / "out", a="1")
    elsewhere = fill(tmp_path / "elsewhere", b="1")
    if obstacle == "folder":
        (out / "in").mkdir()
        (out / "in" / "b").mkdir()
    elif obstacle == "link":
        (out / "in").mkdir()
        (out / "in" / "b").symlink_to(elsewhere / "b")
    elif obstacle == "link around":
        (out / "in").symlink_to(elsewhere)
    else:
        (out / "in").write_text("1")
    with pytest.raises(OutputError, match=str(out / "in")), files_together(out) as draft:
        fill(fill(draft, a="2") / "in", b="2")
    assert (out / "a").read_text() == "1"
    assert (elsewhere / "b").read_text() == "1"


def test_the_current_folder_keeps_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = fill(tmp_path / "out", a="1")
    monkeypatch.chdir(out)
    number = out.stat().st_ino
    with files_together(Path()) as draft:
        fill(draft, a="2")
    assert (out.stat().st_ino, (out / "a").read_text()) == (number, "2")
    for make in (whole_folder, changed_folder):
        with pytest.raises(OutputError, match="current folder"), make(out):
            pytest.fail("a place")


def test_a_mounted_folder_holds_its_own_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = fill(tmp_path / "out", a="1")
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == out)
    assert (around(out), around(out / "in")) == (out, out)
    with files_together(out) as draft:
        assert draft.parent == out
        fill(draft, a="2")
    assert digests(tmp_path).keys() == {"out/a"}
    assert (out / "a").read_text() == "2"
    with pytest.raises(OutputError, match="it is mounted"), whole_folder(out):
        pytest.fail("a place")


@pytest.mark.usefixtures("way")
def test_a_changed_folder_keeps_what_is_not_changed(tmp_path: Path) -> None:
    folder = fill(tmp_path / "layers", a="1", b="1")
    fill(folder / "norms", c="1")
    fill(folder / ".unfinished-12345678", d="half")
    with changed_folder(folder) as draft:
        (draft / "a").unlink()
        fill(draft, a="2", e="2")
        assert (folder / "a").read_text() == "1"
    text = {name: (folder / name).read_text() for name in digests(folder)}
    assert text == {"a": "2", "b": "1", "e": "2", "norms/c": "1"}
    assert [p.name for p in tmp_path.iterdir()] == ["layers"]


def test_a_folder_changed_by_other_means_is_left_like_that(tmp_path: Path) -> None:
    folder = fill(tmp_path / "layers", a="1")
    with pytest.raises(OutputError, match="changed meanwhile"), changed_folder(folder) as draft:
        fill(folder, b=f"by hand, not in {draft.name}")
    assert digests(tmp_path).keys() == {"layers/a", "layers/b"}


def test_a_file_system_without_links_has_its_files_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    folder = fill(tmp_path / "layers", a="1")
    monkeypatch.setattr(os, "link", fail)
    with changed_folder(folder) as draft:
        fill(draft, a="2")
        assert (folder / "a").read_text() == "1"
    assert (folder / "a").read_text() == "2"


def test_what_a_killed_run_left_of_a_file_goes_with_the_next(toytown: Path, tmp_path: Path) -> None:
    out = tmp_path / "maps" / "atlas.html"
    arguments = ["map", "atlas", "--out", str(out), "--lang", "en", "--plan", str(toytown)]
    left = out.parent / ".atlas.html.building-abcdefgh"
    left.mkdir(parents=True)
    (left / "atlas.html").write_text("half a")
    other = out.parent / ".other.html.building-abcdefgh"
    other.mkdir()
    assert main(arguments) == 0
    assert {p.name for p in out.parent.iterdir()} == {"atlas.html", other.name}


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "atlas.html"
    out.write_text("old")

    def break_off() -> None:
        with whole_file(out) as draft:
            draft.write_text("half")
            raise DataError("broken")

    with pytest.raises(DataError, match="broken"):
        break_off()
    assert out.read_text() == "old"
    with held_elsewhere(out), pytest.raises(OutputError, match="another almaty-geo"):
        whole_file(out).__enter__()
    with whole_file(out) as draft:
        draft.write_text("new")
    assert out.read_text() == "new"
    (tmp_path / "link").symlink_to(out)
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(OutputError, match=f"is a {name}; name a file"):
            whole_file(tmp_path / name).__enter__()
