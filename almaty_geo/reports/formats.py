"""The formats that a report can be written in, each in a module of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from almaty_geo.errors import OutputError
from almaty_geo.reports import Dossier, write
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Report
from almaty_geo.words import LANGUAGES, Language


class Writer(Protocol):
    """Writes one report in one language."""

    def __call__(self, report: Report, language: Language, folder: Path) -> Path:
        """
        Write a file into a folder that exists, and return its path.

        Parameters
        ----------
        report
            What to write.
        language
            The reader's language.
        folder
            Folder for the file, which is named ``<language>/<area>.<format>`` in it; JSON holds
            all languages, and is named ``<area>.json``.

        Raises
        ------
        OutputError
            If it cannot be written, or what it takes (a typeface) is not there.
        """


FORMATS: Mapping[str, str] = {
    "pdf": "almaty_geo.reports.pdf:write_pdf",
    "json": "almaty_geo.reports.data:write_json",
    "docx": "almaty_geo.reports.word:write_docx",
    "xlsx": "almaty_geo.reports.excel:write_xlsx",
}
"""Module and function of each format; imported when asked for. HTML pages link to one another, so
they are written together, by `almaty_geo.reports.write`."""


HTML, JSON = "html", "json"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which reports are wanted."""

    formats: Sequence[str] = (HTML,)
    """``html``, or of `FORMATS`."""

    languages: Sequence[Language] = LANGUAGES
    """Languages of those formats that have a file for each."""

    areas: Sequence[str] | None = None
    """Ids of areas, ``city`` for the whole place; None for all of them."""


def written(dossier: Dossier, folder: Path, wish: Wish) -> Iterator[Path]:
    """
    Write reports into a folder that exists, and yield the path of each file once it is there.

    Raises
    ------
    UnknownNameError
        If there is no such area or language.
    OutputError
        If a file cannot be written.
    """
    try:
        if HTML in wish.formats:
            for name, page in write(dossier, languages=wish.languages, areas=wish.areas):
                yield _saved(folder / name, page)
        others = [(name, writer(name)) for name in wish.formats if name != HTML]
        for report in reports(dossier, areas=wish.areas) if others else ():
            for name, save in others:
                for language in wish.languages[:1] if name == JSON else wish.languages:
                    yield save(report, language, folder)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error}).") from error


def files(wish: Wish, areas: int) -> int:
    """Return how many files so many areas take."""
    each = sum(1 if name == JSON else len(wish.languages) for name in wish.formats)
    return areas * each


def _saved(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def writer(name: str) -> Writer:
    """Return what writes a format; KeyError for one that is not in `FORMATS`."""
    module, _, function = FORMATS[name].partition(":")
    found: Writer = getattr(import_module(module), function)
    return found
