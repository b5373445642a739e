"""Files that are whole or not there: written aside, checked, then given their name at once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from almaty_geo.errors import OutputError
from almaty_geo.staging import sync


def write_file(path: Path, content: bytes | str) -> None:
    """
    Write a file whole or not at all.

    Parameters
    ----------
    path
        File to make or replace; its folder is made where missing.
    content
        Bytes, or text to be written as UTF-8.

    Raises
    ------
    OutputError
        If it cannot be written, or a link stands in the way; what was there is still there.
    """
    data = content.encode() if isinstance(content, str) else content
    with replacing(path) as draft:
        draft.write_bytes(data)
        expect(path, len(data), draft.stat().st_size, "bytes")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Give a place to write a file in, and put the file under its name once it is complete.

    The draft lies in a temporary folder beside the target, so that the last step is one rename
    within one file system, and whatever a driver leaves beside its file goes with the folder.

    Parameters
    ----------
    path
        File to make or replace; its folder is made where missing.

    Yields
    ------
    draft
        Path to write to, of the same name and suffix.

    Raises
    ------
    OutputError
        If it cannot be written, or a link stands in the way; what was there is still there.
    """
    _refuse_links(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(
            dir=path.parent, prefix=".unfinished-", ignore_cleanup_errors=True
        ) as folder:
            draft = Path(folder) / path.name
            yield draft
            sync(draft)
            draft.replace(path)
    except OutputError:
        raise
    except OSError as error:
        raise failed(path, error.strerror or str(error)) from error
    with suppress(OSError):  # some file systems cannot sync a folder; the file is in place
        sync(path.parent)


def failed(path: Path, why: str) -> OutputError:
    """Return the error that says a file could not be written, and that nothing was lost."""
    return OutputError(f"{path}: cannot be written ({why}); what was there before is unchanged.")


def expect(path: Path, wanted: int, found: int, what: str) -> None:
    """Raise OutputError if a draft, opened again, does not hold as much as was written."""
    if found != wanted:
        raise failed(path, f"{found} of {wanted} {what} arrived")


def _refuse_links(path: Path) -> None:
    for place in (path, path.parent):
        if place.is_symlink():
            raise OutputError(f"{place}: is a link, and nothing is written through links.")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path}: is there already, and is not a regular file.")
