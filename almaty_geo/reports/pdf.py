"""A report as PDF: the model in one language, as data for the template."""

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from almaty_geo.reports.drawing import document, sign_document
from almaty_geo.reports.labels import labels
from almaty_geo.reports.lettering import legible
from almaty_geo.reports.model import Chart, Entry, Grid, Line, Map, Report, Theme, cut
from almaty_geo.reports.names import TAGS
from almaty_geo.reports.packing import packed
from almaty_geo.reports.quality import Quality, SourceLine, gathered
from almaty_geo.reports.saving import saved
from almaty_geo.reports.typeset import MISSING, typeset, unknown_letters
from almaty_geo.reports.widths import Widths, letters_of, widths
from almaty_geo.sections import TableColumn
from almaty_geo.words import Language, Text, day, joined, same, say

REGIONS: dict[Language, str] = {"kk": "KZ", "ru": "KZ", "en": "GB"}

WHOLE_ROWS, WHOLE_LETTERS = 14, 1200
"""A table of no more rows and letters stays on one page."""

TURNED_SHARE = 0.7
"""How much of that fits on a page that lies on its side."""

LONG, PIECE = 26, 8
"""Longer words may be broken after so many letters."""

RUNNING = 48
"""Letters of a name at the edge of the page."""

TOP_LETTERS = 2000
"""A theme's opening of no more letters stays on one page."""


def write_pdf(report: Report, languages: Sequence[Language], folder: Path) -> tuple[Path, ...]:
    """Write a report as PDF in each language and return the paths; see `formats.Writer`."""
    return tuple(
        saved(folder / lang / f"{report.area}.pdf", pdf(report, lang)) for lang in languages
    )


def pdf(report: Report, language: Language) -> bytes:
    """
    Return a report as PDF, the same bytes each time.

    Raises
    ------
    OutputError
        If a typeface is missing.
    """
    template = resources.files(__package__).joinpath("templates/dossier.typ").read_text("utf-8")
    said = json.dumps(_payload(report, language), ensure_ascii=False)
    unknown = unknown_letters(said)
    if unknown:
        said = said.translate(dict.fromkeys(map(ord, unknown), MISSING))
    return packed(typeset(template, {"data": said}, day=report.date))


def _payload(report: Report, language: Language) -> dict[str, Any]:
    """Return what the template reads."""
    t = _reader(language)
    words = labels()
    keys = {theme.id: f"{number}" for number, theme in enumerate(report.themes)}
    name = t(report.name.shown)
    return {
        "lang": language,
        "region": REGIONS[language],
        "title": f"{name}: {t(report.kind)}, {t(day(report.date))}",
        "description": t(report.lead.headline or report.kind),
        "keywords": [report.stamp],
        "name": name,
        "tongue": report.name.tongue[language],
        "kind": t(report.kind),
        "day": t(day(report.date)),
        "place": t(report.place),
        "running": _shortened(name),
        "running_kind": _shortened(f"{t(report.kind)} · {t(day(report.date))}"),
        "foot": _shortened(t(report.place)),
        "stamp": legible(report.stamp),
        "caution": t(report.lead.notes[0]) if report.lead.notes else "",
        "locator": _map(report.locator, language, t) if report.locator else None,
        "compared": _grid(report.compared, language, t),
        "brief": [
            {"key": keys[theme.id], "title": t(theme.title), "headline": t(theme.headline)}
            for theme in report.themes[1:]
            if report.locator is None and theme.headline and not _carries_on(theme, report)
        ],
        "themes": [_theme(theme, report, keys, language) for theme in report.themes],
        "back": list(_back(report, language, t)),
        "words": {
            "how_sure": t(words["how_sure"]),
            "whole": t(words["whole"]),
            "closing": t(words["closing"]),
            "locator": t(words["locator"]),
            "brief": t(words["contents"]),
            "page": t(say("p.\u00a0{n}", n="{n}")),
            "tags": dict(TAGS),
        },
    }


Reader = Callable[[Text], str]


def _reader(language: Language) -> Reader:
    """Return what gives a text in one language, fit to be set: legible, long words breakable."""

    def read(text: Text) -> str:
        return breakable(legible(text[language]), LONG)

    return read


def breakable(text: str, most: int) -> str:
    """
    Return text whose words of more letters than a column takes may be broken.

    Examples
    --------
    >>> breakable("a word", 3).replace("\u200b", "|")
    'a wo|rd'
    """
    step = min(most - 1, PIECE)
    return " ".join(
        "\u200b".join(word[i : i + step] for i in range(0, len(word), step))
        if max(map(letters_of, word.split("\u200b"))) > most and not _is_figure(word)
        else word
        for word in text.split(" ")
    )


def _is_figure(word: str) -> bool:
    """Return whether a word is a number with its signs, which is never broken."""
    return any(map(str.isdigit, word)) and not any(map(str.isalpha, word))


def _shortened(text: str) -> str:
    """Return a name for the edge of the page, where there is room for one line."""
    return text if len(text) <= RUNNING else f"{text[: RUNNING - 1]}…"


def _carries_on(theme: Theme, report: Report) -> bool:
    """Return whether another theme says that this one closes its gap."""
    return any(theme.id in other.closing for other in report.themes)


def _theme(
    theme: Theme, report: Report, keys: dict[str, str], language: Language
) -> dict[str, Any]:
    t = _reader(language)
    before, strong, after = "", "", ""
    if theme.headline is not None and theme.emphasis is not None:
        before, strong, after = cut(t(theme.headline), t(theme.emphasis))
    others = {other.id: other for other in report.themes}
    figures = [{"shown": t(f.shown), "label": t(f.label)} for f in theme.figures]
    return {
        "key": keys[theme.id],
        "whole_top": _letters_on_top(theme, t) <= TOP_LETTERS,
        "title": t(theme.title),
        "scenario": t(theme.scenario) if theme.scenario else "",
        "before": before,
        "strong": strong,
        "after": after,
        "figures": figures,
        "whole": theme.whole,
        "map": _map(theme.map, language, t) if theme.map else None,
        "chart": _chart(theme.chart, language, t) if theme.chart else None,
        "tables": [_grid(table, language, t, turnable=True) for table in theme.tables],
        "notes": [t(note) for note in theme.notes],
        "closing": [
            {"key": keys[name], "title": t(others[name].title), "headline": t(headline)}
            for name in theme.closing
            if (headline := others[name].headline) is not None
        ],
    }


def _letters_on_top(theme: Theme, t: Reader) -> int:
    """Return how many letters stand beside the map and above it; large ones count for more."""
    large = [theme.title, *(text for text in (theme.scenario, theme.headline) if text)]
    small = [text for figure in theme.figures for text in (figure.shown, figure.label)]
    if theme.map:
        small += [key.title for group in theme.map.legend for key in group.keys]
        small += [note for group in theme.map.legend for note in group.notes]
    if theme.chart:
        small += [theme.chart.title, *(part.title for part in theme.chart.parts)]
        small += [row.name.shown for row in theme.chart.rows]
    return 2 * sum(len(t(text)) for text in large) + sum(len(t(text)) for text in small)


def _map(one: Map, language: Language, t: Reader) -> dict[str, Any]:
    return {
        "svg": document(one, language),
        "alt": t(one.title),
        "legend": [
            {
                "title": t(group.title) if group.title else "",
                "keys": [
                    {"sign": sign_document(key.sign), "title": t(key.title)} for key in group.keys
                ],
                "notes": [t(note) for note in group.notes],
            }
            for group in one.legend
        ],
    }


def _chart(chart: Chart, language: Language, t: Reader) -> dict[str, Any]:
    return {
        "title": t(chart.title),
        "parts": [{"title": t(part.title), "colour": part.colour} for part in chart.parts],
        "rows": [
            {
                "name": t(row.name.shown),
                "tongue": row.name.tongue[language],
                "parts": list(row.parts),
                "shown": t(row.shown),
                "own": row.own,
            }
            for row in chart.rows
        ],
    }


def _grid(grid: Grid, language: Language, t: Reader, *, turnable: bool = False) -> dict[str, Any]:
    """Return a table with the widths of its columns and the size of its letters."""
    titles = [t(column.title) for column in grid.columns]
    cells = [[t(entry.shown) for entry in row.cells] for row in grid.rows]
    wordy = [i for i, column in enumerate(grid.columns) if column.align == "left"]
    columns = [[row[i] for row in cells] for i in range(len(titles))]
    fit = widths(titles, columns, stretched=wordy[0] if wordy else 0, turnable=turnable)
    em = fit.em or (0.0,) * len(titles)
    return {
        "title": t(grid.title),
        "size": fit.size_pt,
        "listed": fit.listed,
        "turned": fit.turned,
        "whole": _is_short([*titles, *(text for row in cells for text in row)], cells, fit),
        "cols": [
            {"title": breakable(title, most), "align": column.align, "em": wide}
            for column, title, wide, most in zip(grid.columns, titles, em, fit.letters, strict=True)
        ],
        "rows": [
            {
                "cells": [
                    {
                        "text": breakable(text, most),
                        "tongue": entry.tongue[language],
                        "tone": entry.tone,
                    }
                    for text, entry, most in zip(texts, row.cells, fit.letters, strict=True)
                ],
                "own": row.own,
                "total": row.total,
            }
            for texts, row in zip(cells, grid.rows, strict=True)
        ],
    }


def _is_short(texts: Sequence[str], rows: Sequence[object], fit: Widths) -> bool:
    """Return whether a table fits on one page, which is lower if the paper is turned."""
    share = TURNED_SHARE if fit.turned else 1.0
    return len(rows) <= share * WHOLE_ROWS and sum(map(len, texts)) <= share * WHOLE_LETTERS


def _back(report: Report, language: Language, t: Reader) -> Iterator[dict[str, Any]]:
    """Yield the parts at the end: data, method, sources."""
    words, quality = labels(), report.quality
    yield {
        "title": t(words["data"]),
        "summary": [],
        "tables": [_grid(_lines(quality, whole=report.locator is None), language, t)],
        "lines": [f"{t(layer)}: {t(remark)}" for layer, remark in quality.remarks],
    }
    lines = [t(line) for line in report.method]
    yield {"title": t(words["method"]), "summary": [], "tables": [], "lines": lines}
    yield {
        "title": t(words["sources"]),
        "summary": [t(line) for line in quality.licensing],
        "tables": [_grid(_sources(quality), language, t)],
        "lines": [],
    }


def _lines(quality: Quality, *, whole: bool) -> Grid:
    """Return what is known of each layer as a table."""
    heads = ["layer", "date", "here", "features", "unlocated", "precision", "foreign"]
    kept = [head for head in heads if head != "here" or not whole]
    left = {"layer", "date", "precision"}
    rows = [
        [getattr(line, "title" if head == "layer" else head) for head in kept]
        for line in quality.lines
    ]
    return _plain([(head, head in left) for head in kept], rows)


def _sources(quality: Quality) -> Grid:
    """Return the publishers of each layer as a table."""
    rows = [
        [
            same("") if number else title,
            _publishers(group),
            group[0].licence,
            group[0].accessed,
            group[0].confidence,
        ]
        for title, sources in quality.sources
        for number, group in enumerate(gathered(sources))
    ]
    heads = ["layer", "publisher", "licence", "accessed", "confidence"]
    return _plain([(head, True) for head in heads], rows)


def _publishers(group: Sequence[SourceLine]) -> Text:
    """Return who published it, each once, and what was done to the data."""
    told = joined(dict.fromkeys(source.publisher for source in group))
    note = group[0].note
    return told if note is None else joined([told, note], by=". ")


def _plain(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Text]]) -> Grid:
    """Return a table of texts."""
    words = labels()
    return Grid(
        id="",
        title=same(""),
        columns=tuple(
            TableColumn(name, words[name], align="left" if left else "right")
            for name, left in heads
        ),
        rows=tuple(
            Line(tuple(Entry(text.en, text, same(""), "") for text in row), own=False, total=False)
            for row in rows
        ),
    )
