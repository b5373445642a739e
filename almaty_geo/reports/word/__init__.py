"""
Reports as Word documents, to edit.

`markup` makes text into runs and paragraphs, `tables` sets tables, `drawings` turns maps into
pictures, `looks` has the page and its styles; `themes` and `back` say what stands where.
"""

import io
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Map, Report
from almaty_geo.reports.saving import saved
from almaty_geo.reports.word.archive import same_bytes
from almaty_geo.reports.word.back import data, method, sources
from almaty_geo.reports.word.draft import Draft
from almaty_geo.reports.word.drawings import Album
from almaty_geo.reports.word.looks import empty, read
from almaty_geo.reports.word.markup import (
    ACCENT,
    NOTHING,
    Look,
    inner_link,
    joined,
    named,
    paragraph,
    run,
)
from almaty_geo.reports.word.tables import TEXT_MM, TWIPS_PER_MM, bare, cell_of
from almaty_geo.reports.word.themes import anchor, cards, chapter, grid, headline
from almaty_geo.words import Language, day, say

__all__ = ["write_docx"]

LOCATOR_MM = 40.0


def write_docx(report: Report, languages: Sequence[Language], folder: Path) -> tuple[Path, ...]:
    """
    Write a report as Word documents, the same bytes each time; see `formats.Writer`.

    Raises
    ------
    OutputError
        If it cannot be written, or the typeface of the maps is not installed.
    """
    album = Album(report)
    return tuple(
        saved(folder / lang / f"{report.area}.docx", _document(report, lang, album))
        for lang in languages
    )


def _document(report: Report, language: Language, album: Album) -> bytes:
    draft = Draft(empty(report, language), language, album)
    content = _first_page(draft, report)
    content += joined(chapter(draft, theme, report.themes) for theme in report.themes)
    content += data(draft, report) + method(draft, report) + sources(draft, report)
    body = draft.made.element.body
    for at, piece in enumerate(read(content)):
        body.insert(at, piece)
    kept = io.BytesIO()
    draft.made.save(kept)
    return same_bytes(kept.getvalue())


def _first_page(draft: Draft, report: Report) -> Markup:
    """Return the answer first: one sentence, four figures, where it lies, how it compares."""
    lang = draft.language
    kicker = f"{report.kind[lang]} · {day(report.date)[lang]}"
    name = named(report.name.shown[lang], report.name.tongue[lang], lang)
    answer = headline(draft, report.lead, "Answer")
    made = paragraph("Kicker", run(kicker, lang)) + paragraph("Title", name)
    made += answer if report.locator is None else _beside(draft, answer, report.locator)
    made += cards(draft, report.lead.figures)
    return made + grid(draft, report.compared) + _in_short(draft, report)


def _beside(draft: Draft, answer: Markup, locator: Map) -> Markup:
    """Return the answer with the small map of where the area lies beside it."""
    share = LOCATOR_MM / max(locator.width_px, locator.height_px)
    size_mm = (locator.width_px * share, locator.height_px * share)
    lang = draft.language
    drawn = draft.map(locator, size_mm)
    widths = [round((TEXT_MM - LOCATOR_MM) * TWIPS_PER_MM), round(LOCATOR_MM * TWIPS_PER_MM)]
    right = Markup('<w:jc w:val="right"/>')
    cells = cell_of(answer or paragraph("Answer", NOTHING), widths[0])
    cells += cell_of(paragraph("Key", drawn, more=right), widths[1])
    row = Markup("<w:tr><w:trPr><w:cantSplit/></w:trPr>{}</w:tr>").format(cells)
    return bare(locator.title[lang], widths, row, side=0) + paragraph("Gap", NOTHING)


def _in_short(draft: Draft, report: Report) -> Markup:
    """Return what each chapter says, leading to it."""
    lang, words = draft.language, labels()
    made = paragraph("Heading2", draft.told(words["contents"]))
    for theme in report.themes:
        title = run(theme.title[lang], lang, Look(bold=True, colour=ACCENT))
        line = inner_link(title, anchor(theme.id, report.themes))
        if theme.headline is not None:
            sentence = theme.headline
            if theme.whole:
                sentence = say("{area}: {sentence}", area=words["city"], sentence=sentence)
            line += run(f"  {sentence[lang]}", lang)
        made += paragraph("ListBullet", line)
    return made
