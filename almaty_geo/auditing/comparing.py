"""Two results compared: byte by byte, and the values of those files that hold any."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from almaty_geo.auditing.values import values_of
from almaty_geo.manifest import Code, Manifest

TOLERANCE = 1e-9
"""Relative: what the last digits of a sum may differ by where packages add in another order."""


def differing_files(then: Path, now: Path) -> tuple[str, ...]:
    """Return the files, by path, that are not the same in both folders, byte for byte."""
    return tuple(
        path for path in sorted(_files(then) | _files(now)) if not _same(then / path, now / path)
    )


def differing_versions(manifest: Manifest, now: Code) -> tuple[str, ...]:
    """Return a phrase for each package, and what else computes, that is not as it was."""
    before = {**manifest.versions, "platform": manifest.platform}
    after = {**now.versions, "platform": now.platform}
    found = [
        f"{name} {before.get(name, 'absent')} then, {after.get(name, 'absent')} now"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    if manifest.code != now.sha256:
        found.append(f"code of almaty-geo {manifest.code[:12]}… then, {now.sha256[:12]}… now")
    return tuple(found)


def differing_values(
    then: Path, now: Path, files: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Return each value that differs, and each file that only one side has.

    Parameters
    ----------
    then, now
        Two results.
    files
        Paths that differ in bytes.

    Returns
    -------
    differences
        Lines such as "answers/figures.json schools.share.city: 0.3 then, 0.4 now".
    pages
        Those of the files whose values cannot be compared: pages to read, projects, packages.

    Raises
    ------
    DataError
        If a file that ends like JSON is none.
    """
    found: list[str] = []
    pages: list[str] = []
    for path in files:
        if not ((then / path).is_file() and (now / path).is_file()):
            found.append(f"{path}: {'only now' if (now / path).is_file() else 'only then'}")
        elif (before := values_of(then / path)) is None:
            pages.append(path)
        else:
            found += [f"{path} {line}" for line in differences(before, values_of(now / path))]
    return tuple(found), tuple(pages)


def differences(then: Any, now: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """
    Yield where two values of JSON differ; whole numbers and texts exactly, others by `TOLERANCE`.

    Examples
    --------
    >>> list(differences({"a": [1, 0.1 + 0.2]}, {"a": [2, 0.3]}))
    ['a.0: 1 then, 2 now']
    """
    if isinstance(then, dict) and isinstance(now, dict):
        yield from _each(then, now, where)
    elif isinstance(then, list) and isinstance(now, list):
        yield from _each(_numbered(then), _numbered(now), where)
    elif not _equal(then, now):
        yield f"{where or 'value'}: {_shown(then)} then, {_shown(now)} now"


def _each(then: Mapping[str, Any], now: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in dict.fromkeys((*then, *now)):
        inner = f"{where}.{key}" if where else key
        if key in then and key in now:
            yield from differences(then[key], now[key], inner)
        else:
            yield f"{inner}: {'only then' if key in then else 'only now'}"


def _numbered(values: list[Any]) -> dict[str, Any]:
    return {str(position): value for position, value in enumerate(values)}


def _equal(then: object, now: object) -> bool:
    if isinstance(then, float) and isinstance(now, float):
        return math.isclose(then, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE * TOLERANCE)
    return type(then) is type(now) and then == now


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    longest = 60
    return text if len(text) <= longest else f"{text[:longest]}…"


def _files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
