"""Answers kept on disk, each whole: what broke off half way goes on where it was."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from almaty_geo.errors import DataError, OutputError
from almaty_geo.fetching.local import read_regular
from almaty_geo.files import write_file

_ABOUT_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """Where data came from, so that anyone can ask again."""

    address: str
    """Whom was asked: an address, or the name of a file."""

    query: str
    """What was asked; of a file, what was taken from it."""

    sha256: str
    """Digest of the raw answer, unpacked."""

    size_bytes: int
    """Size of the raw answer, unpacked."""

    date: str
    """When the data were as they are, in UTC, as the server states it; empty where it does not."""

    kept: bool = False
    """Whether it was on disk already."""


@dataclass(frozen=True, slots=True)
class Cache:
    """
    A folder of answers.

    ``<key>.answer`` is the raw answer and ``<key>.json`` tells its digest, question and date. The
    second is written last: without it there is no answer.
    """

    folder: Path
    """The folder; made when the first answer is kept."""

    def load(self, address: str, query: str, *, size_max_bytes: int) -> tuple[bytes, str] | None:
        """Return a kept answer and its date; None if there is none, or it is not what it was."""
        about_path, data_path = self._paths(address, query)
        try:
            about = json.loads(read_regular(about_path, size_max_bytes=_ABOUT_MAX_BYTES))
            data = read_regular(data_path, size_max_bytes=size_max_bytes)
        except (DataError, ValueError, RecursionError):
            return None
        if not isinstance(about, dict):
            return None
        expected = {**_about(address, query, data), "date": about.get("date")}
        date = about.get("date")
        return (data, date) if about == expected and isinstance(date, str) else None

    def store(self, address: str, query: str, data: bytes, date: str) -> None:
        """
        Keep an answer.

        Raises
        ------
        OutputError
            If it cannot be written; what is there is whole all the same.
        """
        about_path, data_path = self._paths(address, query)
        about = {**_about(address, query, data), "date": date}
        write_file(data_path, data)
        write_file(about_path, json.dumps(about, ensure_ascii=False, indent=1) + "\n")

    def drop(self, address: str, query: str) -> None:
        """Forget an answer, if it is kept."""
        about_path, data_path = self._paths(address, query)
        try:
            about_path.unlink(missing_ok=True)
            data_path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"{about_path}: the answer cannot be kept ({error.strerror or error})."
            ) from error

    def _paths(self, address: str, query: str) -> tuple[Path, Path]:
        key = hashlib.sha256(f"{address}\n{query}".encode()).hexdigest()[:40]
        return self.folder / f"{key}.json", self.folder / f"{key}.answer"


def _about(address: str, query: str, data: bytes) -> Mapping[str, str | int]:
    return {
        "address": address,
        "query": query,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
    }
