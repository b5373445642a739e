"""
Folders that change at once: made aside, then given their name, or not changed at all.

Whatever happens on the way, kill and power cut included, the folder is as it was or as it was to
become. What a killed process leaves aside has a name of its own pattern, is never read, and goes
with the next run.
"""

import ctypes
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from almaty_geo.errors import OutputError
from almaty_geo.locking import around, locked

UNFINISHED = ".unfinished-*"
"""Names of drafts of single files, which a killed process may leave."""

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """
    Give a folder to fill that takes the place of another.

    Parameters
    ----------
    out
        Folder that it becomes when the work is done; what was in it goes.

    Yields
    ------
    draft
        An empty folder.

    Raises
    ------
    OutputError
        If another process is writing ``out``, or it cannot be written; it stays as it was.
    """
    refuse_unfit(out)
    _refuse_fixed(out)
    with locked(out), _draft(out) as draft:
        yield draft
        put_in_place(draft, out)


@contextmanager
def files_together(out: Path) -> Iterator[Path]:
    """
    Give a folder to fill with files that go into another one together.

    Where nothing in ``out`` would stay, all of it changes at once. Else the files change one
    after another, each at once, when all are written; what else lies there is not touched.

    Parameters
    ----------
    out
        Folder for the files; made where missing.

    Yields
    ------
    draft
        An empty folder.

    Raises
    ------
    OutputError
        If another process is writing into ``out``, or it cannot be written. What was there before
        is unchanged, unless the disk fails between two files of which each is whole.
    """
    refuse_unfit(out)
    with locked(out), _draft(out) as draft:
        yield draft
        if _is_swappable(draft, out):
            put_in_place(draft, out)
        else:
            _move_files(draft, out)


@contextmanager
def changed_folder(folder: Path) -> Iterator[Path]:
    """
    Give a likeness of a folder to change, which takes the folder's place.

    Files are linked, not copied: write them by replacing, never in place.

    Parameters
    ----------
    folder
        A folder of our own, such as the layers of a plan.

    Yields
    ------
    draft
        A folder with the same files.

    Raises
    ------
    OutputError
        If another process is writing the folder, if it was changed meanwhile by other means, or
        if it cannot be written; it stays as it was.
    """
    refuse_unfit(folder)
    _refuse_fixed(folder)
    with locked(folder), _draft(folder) as draft:
        before = _listing(folder)
        try:
            shutil.copytree(
                folder,
                draft,
                symlinks=True,
                copy_function=_link,
                ignore=shutil.ignore_patterns(UNFINISHED),
                dirs_exist_ok=True,
            )
        except OSError as error:
            raise _failed(folder, error) from error
        yield draft
        if _listing(folder) != before:
            raise OutputError(f"{folder}: was changed meanwhile, and is left like that; try again.")
        put_in_place(draft, folder)


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """
    Give a folder for the draft of a file, which takes its place when the work is done.

    Parameters
    ----------
    out
        The file.

    Yields
    ------
    draft
        Path to write to, of the same name; what a killed process left of it is gone.

    Raises
    ------
    OutputError
        If another process is writing ``out``, a link or a folder has its name, or it cannot be
        written; what was there is still there.
    """
    if out.is_symlink() or out.is_dir():
        what = "link" if out.is_symlink() else "folder"
        raise OutputError(f"{out} is a {what}; name a file.")
    with locked(out), _draft(out) as folder:
        yield folder / out.name
        try:
            (folder / out.name).replace(out)
        except OSError as error:
            raise _failed(out, error) from error
        with suppress(OSError):  # some file systems cannot sync a folder
            sync(out.parent)


def put_in_place(draft: Path, out: Path) -> None:
    """
    Give a finished folder its name.

    The two folders change names in one step where the system can do that. Elsewhere the old one
    is put aside for the moment between two renames, and put back by the next run if it must.

    Raises
    ------
    OutputError
        If that fails; ``out`` is as it was.
    """
    aside = _aside(out)
    try:
        _sync_folders(draft)
        if not out.exists():
            draft.rename(out)
        elif not exchange(draft, out):
            out.rename(aside)
            draft.rename(out)
            with suppress(OSError):  # the next run clears it away
                aside.rename(draft)
    except OSError as error:
        with suppress(OSError):
            _restore(out)
        raise OutputError(f"{out}: cannot be replaced ({error.strerror or error}).") from error
    with suppress(OSError):  # some file systems cannot sync a folder; all is in place
        sync(out.parent)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names at once; return False where the system cannot do it."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # Linux has it, others do not
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def refuse_unfit(out: Path) -> None:
    """Raise OutputError if a path is taken by a link or a file."""
    if out.is_symlink():
        raise OutputError(f"{out} is a link; name the folder itself.")
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; name a folder.")


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """Give a new folder near the target, which is locked; what is left of it goes at the end."""
    try:
        yield _new_draft(out)
    finally:
        with suppress(OSError):  # the next run clears it away
            _clear(out)  # by pattern: Ctrl-C may come before the draft's name is known here


def _new_draft(out: Path) -> Path:
    """Return a new folder near the target, once what killed processes left is dealt with."""
    name, aside = out.resolve().name, _aside(out)
    try:
        _restore(out)
        draft = Path(tempfile.mkdtemp(prefix=f".{name}.building-", dir=around(out)))
        if aside.is_dir() and not aside.is_symlink():  # not removed in part: it could be put back
            aside.rename(draft / "before")
        _clear(out, but=draft)
        shutil.rmtree(draft / "before", ignore_errors=True)
        draft.chmod(out.stat().st_mode & 0o777 if out.is_dir() else 0o755)
    except OSError as error:
        raise _failed(out, error) from error
    return draft


def _clear(out: Path, but: Path | None = None) -> None:
    """Remove the drafts of killed processes, and our own; only while the target is locked."""
    name = re.escape(out.resolve().name)
    ours = re.compile(rf"\.{name}\.building-[a-z0-9_]{{8}}")
    for path in around(out).iterdir():
        if ours.fullmatch(path.name) and path != but:
            shutil.rmtree(path, ignore_errors=True)  # which leaves files and links alone


def _aside(out: Path) -> Path:
    """Return where the old folder lies for the moment between two renames."""
    place = out.resolve()
    return place.with_name(f".{place.name}.before")


def _restore(out: Path) -> None:
    """Put back an old folder that was left aside."""
    aside = _aside(out)
    if aside.is_dir() and not out.exists():
        aside.rename(out)


def _is_swappable(draft: Path, out: Path) -> bool:
    """Return whether all that is in the target would be replaced, and the target may move."""
    if not out.exists():
        return True
    if _why_fixed(out):
        return False
    pairs = ((path, draft / path.relative_to(out)) for path in out.rglob("*"))
    return all(
        not old.is_symlink() and (new.is_file() if old.is_file() else new.is_dir())
        for old, new in pairs
    )


def _why_fixed(out: Path) -> str:
    """Return why a folder cannot change places with another; nothing if it can."""
    if around(out) == out.resolve():
        return "it is mounted, or lies in a folder that cannot be written to"
    if out.exists() and Path.cwd().is_relative_to(out.resolve()):
        return "it is the current folder, or around it"  # a shell that stands in it would be lost
    return ""


def _refuse_fixed(out: Path) -> None:
    if why := _why_fixed(out):
        raise OutputError(f"{out}: cannot be replaced as a whole ({why}).")


def _move_files(draft: Path, out: Path) -> None:
    """Move each file to its place, once no place is found to be taken."""
    files = [path for path in sorted(draft.rglob("*")) if path.is_file()]
    moves = [(path, out / path.relative_to(draft)) for path in files]
    for _, target in moves:
        _refuse_taken(target, out)
    try:
        for path, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        for folder in {target.parent for _, target in moves}:
            with suppress(OSError):  # some file systems cannot sync a folder
                sync(folder)
    except OSError as error:
        raise _failed(out, error) from error


def _refuse_taken(target: Path, out: Path) -> None:
    """Raise OutputError if a file cannot go to its place, or would go there through a link."""
    for place in (target, *target.parents):
        if place == out:
            return
        if place.is_symlink():
            raise OutputError(f"{place}: is a link, and nothing is written through links.")
        if place.exists() and place.is_file() != (place == target):
            raise OutputError(f"{place}: is there already, and is in the way.")


def _listing(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what tells whether anything in a folder was changed."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if not path.is_dir():
            about = (status.st_ino, status.st_mtime_ns, status.st_size)
            found[path.relative_to(folder).as_posix()] = about
    return found


def _link(source: str, target: str) -> str:
    """Give a file a second name, or copy it where the file system cannot."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        return str(shutil.copy2(source, target, follow_symlinks=False))
    return target


def _failed(out: Path, error: OSError) -> OutputError:
    first = error.args[0][0][2] if isinstance(error, shutil.Error) else None
    why = first or error.strerror or str(error)
    return OutputError(f"{out}: cannot be written ({why}); what was there before is unchanged.")


def _sync_folders(folder: Path) -> None:
    """Have the system put the names of all files in a folder on the disk itself."""
    for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        with suppress(OSError):  # some file systems cannot sync a folder
            sync(place)


def sync(path: Path) -> None:
    """Have the system put a file, or a folder's list of names, on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
