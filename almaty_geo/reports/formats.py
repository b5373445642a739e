"""The formats that a report can be written in, each in a module of its own."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from almaty_geo.reports import Dossier, Shelf, page, shelf
from almaty_geo.reports.beside import Beside, Job
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Report
from almaty_geo.reports.saving import saved
from almaty_geo.words import LANGUAGES, Language

WORKERS = 2
"""Files written at the same time; most of the work of a PDF or a picture is outside Python."""

AHEAD = 2
"""Reports that may wait for their files to be written."""


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


HTML, JSON, DOCX = "html", "json", "docx"

IN_PYTHON = frozenset({DOCX, "xlsx"})
"""Formats whose work is in Python, for a second process; the others take about as long in sum."""

Written = Future[tuple[Path, ...]]
"""What becomes the paths of a report's files in a format."""


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
    made = reports(dossier, areas=wish.areas)
    apart = _apart(wish.formats, len(others.areas))
    with ExitStack() as kept:
        helper = _helper(kept) if apart else None
        here = kept.enter_context(ThreadPoolExecutor(WORKERS - bool(helper)))
        there = kept.enter_context(ThreadPoolExecutor(1))

        def begin(name: str) -> Callable[[Report], Written]:
            if helper is not None and name in apart:
                return lambda one: there.submit(
                    helper.write, Job(name, one, wish.languages, folder)
                )
            write = _html(others) if name == HTML else writer(name)
            return lambda one: here.submit(write, one, wish.languages, folder)

        begins = [begin(name) for name in wish.formats]
        yield from _in_turn([start(one) for start in begins] for one in made)


def _apart(formats: Sequence[str], areas: int) -> frozenset[str]:
    """Return the formats to be written in a second process; none where that saves no time."""
    wanted = frozenset(formats)
    if min(len(wanted), areas, _cores()) < WORKERS or not sys.executable:
        return frozenset()
    slow = wanted & IN_PYTHON
    return slow if slow < wanted else wanted & {DOCX}


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _helper(kept: ExitStack) -> Beside | None:
    """Start a second process; None where the machine refuses it: all is then written in this."""
    with suppress(OSError):
        return kept.enter_context(Beside())
    return None


def _in_turn(batches: Iterator[Sequence[Written]]) -> Iterator[Path]:
    """Have a few reports under way at a time, and yield what was written in its order."""
    begun = deque[Written]()
    try:
        for batch in batches:
            begun.extend(batch)
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
