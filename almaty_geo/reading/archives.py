"""Zip archives: looked through before anything is unpacked, and never one within another."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from almaty_geo.reading.faults import Faults, legible, shown
from almaty_geo.reading.kinds import KINDS
from almaty_geo.reading.options import Options

UNPACKED_MAX_BYTES = 400_000_000
"""Size of all files of an archive when unpacked: counted while unpacking, not believed."""

MEMBERS_MAX = 500
"""Files of one archive."""

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_PLAIN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_CLUTTER = ("__MACOSX/", ".")
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)


def unpacked(archive: Path, folder: Path, options: Options, faults: Faults) -> Path | None:
    """
    Unpack the one layer of an archive, with what belongs to it.

    Parameters
    ----------
    archive
        A private copy.
    folder
        An empty private folder to unpack into, under plain names.
    options
        Which file of the archive, if that was said.
    faults
        Where everything that speaks against it is noted; nothing is unpacked then.

    Returns
    -------
    path
        The main file; None if there is none.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            if not _is_safe(members, faults):
                return None
            main = _main(members, options, faults)
            return None if main is None else _extracted(opened, main, members, folder, faults)
    except _DAMAGED as error:
        said = legible(str(error))
        faults.add(f"damaged or cut off: {said}", "a sound zip archive", rule="archive")
    return None


def _is_safe(members: list[zipfile.ZipInfo], faults: Faults) -> bool:
    """Note every member that no honest archive has; return whether there is none."""
    before = len(faults.found)
    size = sum(member.file_size for member in members)
    if len(members) > MEMBERS_MAX:
        faults.add(f"{len(members):,} files", f"at most {MEMBERS_MAX:,}", rule="too-many")
    if size > UNPACKED_MAX_BYTES:
        expected = f"at most {UNPACKED_MAX_BYTES:,}"
        faults.add(f"{size:,} bytes when unpacked", expected, rule="too-many")
    for member in members:
        if problem := _problem(member):
            value = f"member {shown(member.filename)} {problem}"
            faults.add(value, "plain files within the archive", rule="archive")
    names = [member.filename.casefold() for member in members]
    if len(set(names)) < len(names):
        faults.add("two members bear one name", "each its own", rule="archive")
    return len(faults.found) == before


def _problem(member: zipfile.ZipInfo) -> str:
    """Return what is wrong with a member, or nothing."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename:
        return "would land outside of the folder"
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a symbolic link" if stat.S_ISLNK(mode) else "is no plain file"
    if member.flag_bits & _ENCRYPTED:
        return "is protected by a password"
    if member.compress_type not in _PLAIN_METHODS:
        return "is packed in an unusual way"
    return ""


def _main(
    members: list[zipfile.ZipInfo], options: Options, faults: Faults
) -> zipfile.ZipInfo | None:
    """Return the member that is a layer, or note that there is none, or several."""
    layers = [m for m in members if _is_layer(m)]
    named = ", ".join(shown(m.filename) for m in layers)
    if options.layer is not None:
        asked = {m.filename: m for m in layers} | {_stem(m): m for m in layers}
        if options.layer in asked:
            return asked[options.layer]
    if len(layers) == 1:
        return layers[0]
    if not layers:
        inner = any(m.filename.lower().endswith((".zip", ".shz", ".gz")) for m in members)
        hint = "an archive within an archive is not opened" if inner else ""
        faults.add("holds no layer", "one", hint=hint, rule="archive")
    else:
        value, expected = f"holds {len(layers)} layers: {named}", "one of them named"
        faults.add(value, expected, rule="layer")
    return None


def _is_layer(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    kind = KINDS.get(path.suffix.lower())
    return (
        kind is not None
        and kind.way != "archive"
        and not member.is_dir()
        and not member.filename.startswith(_CLUTTER)
        and not path.name.startswith(".")
    )


def _stem(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).stem


def _extracted(
    opened: zipfile.ZipFile,
    main: zipfile.ZipInfo,
    members: list[zipfile.ZipInfo],
    folder: Path,
    faults: Faults,
) -> Path | None:
    """Unpack a member and those of the same stem, under plain names."""
    stem = main.filename.rpartition(".")[0].casefold()
    left = UNPACKED_MAX_BYTES
    for member in members:
        if member.is_dir() or member.filename.rpartition(".")[0].casefold() != stem:
            continue
        suffix = PurePosixPath(member.filename).suffix.lower()
        with opened.open(member) as source, (folder / f"data{suffix}").open("wb") as target:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    faults.add("grows beyond what its list says", rule="archive")
                    return None
                target.write(chunk)
    faults.note(f"read from the archive's {shown(main.filename)}", "archive")
    return folder / f"data{PurePosixPath(main.filename).suffix.lower()}"
