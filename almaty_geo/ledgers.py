"""Ledgers: what was done to a layer, one JSON value a line, in a file beside the data."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from almaty_geo.errors import DataError


class Line(Protocol):
    """A line of a ledger."""

    def to_dict(self) -> Mapping[str, Any]:
        """Return the line as plain data."""


Read = TypeVar("Read", bound=Line)


def ledger_of(path: Path, line: Callable[[Any], Read], *, writer: str) -> tuple[Read, ...]:
    """
    Return every line of a ledger, oldest first; none where there is no file.

    Parameters
    ----------
    path
        The file.
    line
        Makes a line of what one line of the file holds.
    writer
        The verb that alone writes such a file.

    Raises
    ------
    DataError
        If the file is no such ledger, naming the line.
    """
    if not path.is_file():
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise DataError(
            f"{path.name}: not UTF-8; a ledger is only written by `{writer}`."
        ) from None
    found = []
    for n, text in enumerate(lines, 1):
        try:
            found.append(line(json.loads(text)))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            raise DataError(
                f"{path.name}: line {n}: is no line of a ledger, which only `{writer}` writes."
            ) from None
    return tuple(found)


def ledger_text(lines: Iterable[Line]) -> str:
    """Return lines as the text of a ledger."""
    told = (json.dumps(one.to_dict(), ensure_ascii=False, allow_nan=False) for one in lines)
    return "".join(f"{line}\n" for line in told)
