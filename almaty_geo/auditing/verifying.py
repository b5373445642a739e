"""A result and its plan held to the manifest: nothing changed, nothing missing, nothing more."""

import hashlib
import stat
import tomllib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from almaty_geo.errors import DataError, UsageError
from almaty_geo.manifest import MANIFEST, Entry, Manifest, read_manifest
from almaty_geo.plan.folder import declared_files


def verify(folder: Path, plan: Path) -> tuple[str, ...]:
    """
    Return what is not as it was when a result was made.

    Parameters
    ----------
    folder
        The result.
    plan
        Folder of the plan, wherever it lies now; it need not be readable as a plan any more.

    Returns
    -------
    faults
        One line for each file that was changed, is missing or was not there; outputs first.
        A manifest that was changed itself is the only fault told: it vouches for nothing.

    Raises
    ------
    UsageError
        If there is no such result, or the folder is of another plan.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder}: holds no {MANIFEST}, so it is no finished result.")
    try:
        manifest = read_manifest(folder)
    except DataError as error:
        return (str(error),)
    refuse_other_plan(manifest, plan)
    return (*output_faults(manifest, folder), *input_faults(manifest, plan))


def output_faults(manifest: Manifest, folder: Path) -> tuple[str, ...]:
    """Return a line for each file of a result that is not as the manifest has it."""
    there = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    found = {path.relative_to(folder).as_posix() for path in there} - {MANIFEST}
    return tuple(_faults("output", manifest.outputs, folder, found))


def input_faults(manifest: Manifest, plan: Path) -> tuple[str, ...]:
    """Return a line for each file of a plan that is not as the manifest has it."""
    found = {path.relative_to(plan).as_posix() for path in declared_files(plan) if path.exists()}
    return tuple(_faults("input", manifest.inputs, plan, found))


def refuse_other_plan(manifest: Manifest, plan: Path) -> None:
    """Raise UsageError if a folder holds no plan, or another one than a result was made from."""
    try:
        text = (plan / "plan.toml").read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # a changed byte, which is told as such
    except OSError:
        if any((plan / one.path).exists() for one in manifest.inputs):
            return  # a missing file, which is told as such
        raise UsageError(
            f"{plan}: holds no plan; name the folder of the plan {manifest.plan.id!r} with --plan."
        ) from None
    try:
        own = tomllib.loads(text).get("id")
    except tomllib.TOMLDecodeError:
        return
    if isinstance(own, str) and own != manifest.plan.id:
        raise UsageError(
            f"{plan}: is the plan {own!r}, and the result was made from {manifest.plan.id!r}; "
            "name its folder with --plan."
        )


def _faults(
    kind: str, listed: Sequence[Entry], folder: Path, found: Collection[str]
) -> Iterator[str]:
    yield from file_faults(kind, listed, folder)
    for path in sorted(set(found) - {one.path for one in listed}):
        yield f"{kind} {path}: was not there; the manifest does not list it"


def file_faults(kind: str, listed: Sequence[Entry], folder: Path) -> Iterator[str]:
    """Yield a line for each file, an "input" or an "output", that is not as its entry has it."""
    for one in sorted(listed, key=lambda entry: entry.path):
        if why := _fault(one, folder, links=kind == "input"):
            yield f"{kind} {one.path}: {why}"


def _fault(one: Entry, folder: Path, *, links: bool) -> str:
    """Return how a file, or what a link leads to, differs from its entry; nothing if alike."""
    path = folder / one.path
    try:
        status = path.stat(follow_symlinks=links)
        if not stat.S_ISREG(status.st_mode):
            return "is no regular file any more"
        if status.st_size != one.bytes:
            return f"was changed: {status.st_size} bytes, and {one.bytes} were written"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    if digest != one.sha256:
        return f"was changed: sha256 {digest[:12]}…, and {one.sha256[:12]}… was written"
    return ""
