"""The formats that a report can be written in, each in a module of its own."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol

from almaty_geo.reports import Dossier, Shelf, page, shelf
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Report
from almaty_geo.reports.saving import saved
from almaty_geo.words import LANGUAGES, Language

WORKERS = 2
"""Files written at the same time; most of the work of a PDF or a picture is outside Python."""

AHEAD = 1
"""Reports whose files may be under way at the same time: the more, the more memory."""


class Writer(Protocol):
    """Writes one report."""

    def __call__(
        self, report: Report, languages: Sequence[Language], folder: Path
    ) -> tuple[Path, ...]:
        """
        Write files into a folder that exists, and return their paths.

        Parameters
        ----------
        report
            What to write.
        languages
            The readers' languages.
        folder
            Folder for the files, which are named ``<language>/<area>.<format>`` in it; JSON holds
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
they know of all that are written together."""


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

    The order is the same each time, and so are the bytes. After an error, or when the caller
    stops early, no further file is begun.

    Raises
    ------
    UnknownNameError
        If there is no such area or language.
    OutputError
        If a file cannot be written.
    """
    others = shelf(dossier, languages=wish.languages, areas=wish.areas)
    writers = [_html(others) if name == HTML else writer(name) for name in wish.formats]
    made = reports(dossier, areas=wish.areas)
    jobs = (
        [partial(write, report, wish.languages, folder) for write in writers] for report in made
    )
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from _in_turn(jobs, pool)


def _in_turn(
    jobs: Iterator[Sequence[Callable[[], tuple[Path, ...]]]], pool: ThreadPoolExecutor
) -> Iterator[Path]:
    """Do jobs, those of a few reports at a time, and yield what they wrote in their order."""
    begun = deque[Future[tuple[Path, ...]]]()
    try:
        for batch in jobs:
            begun.extend(pool.submit(job) for job in batch)
            while len(begun) > AHEAD * len(batch):
                yield from begun.popleft().result()
        while begun:
            yield from begun.popleft().result()
    finally:
        for waiting in begun:
            waiting.cancel()


def files(wish: Wish, areas: int) -> int:
    """Return how many files so many areas take."""
    each = sum(1 if name == JSON else len(wish.languages) for name in wish.formats)
    return areas * each


def _html(others: Shelf) -> Writer:
    """Return what writes pages that link to one another."""

    def write(report: Report, languages: Sequence[Language], folder: Path) -> tuple[Path, ...]:
        return tuple(
            saved(folder / lang / f"{report.area}.html", page(report, lang, others).encode())
            for lang in languages
        )

    return write


def writer(name: str) -> Writer:
    """Return what writes a format; KeyError for one that is not in `FORMATS`."""
    module, _, function = FORMATS[name].partition(":")
    found: Writer = getattr(import_module(module), function)
    return found
