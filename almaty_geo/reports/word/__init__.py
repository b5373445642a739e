"""
Reports as Word documents, to edit.

`markup` makes text into runs and paragraphs, `tables` sets tables, `drawings` turns maps into
pictures, `looks` has the page and its styles; `themes` and `back` say what stands where.
"""

import io
from pathlib import Path

from markupsafe import Markup

from almaty_geo.errors import OutputError
from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Map, Report
from almaty_geo.reports.word.archive import same_bytes
from almaty_geo.reports.word.back import data, method, sources
from almaty_geo.reports.word.draft import Draft
from almaty_geo.reports.word.drawings import pictures, signs
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


def write_docx(report: Report, language: Language, folder: Path) -> Path:
    """
    Write a report as a Word document, the same bytes each time; see `formats.Writer`.

    Raises
    ------
    OutputError
        If it cannot be written, or the typeface of the maps is not installed.
    """
    drawn = pictures(_maps(report, language)) | signs(_signs(report))
    draft = Draft(empty(report, language), language, drawn)
    content = _first_page(draft, report)
    content += joined(chapter(draft, theme, report.themes) for theme in report.themes)
    content += data(draft, report) + method(draft, report) + sources(draft, report)
    body = draft.made.element.body
    for at, piece in enumerate(read(content)):
        body.insert(at, piece)
    kept = io.BytesIO()
    draft.made.save(kept)
    path = folder / language / f"{report.area}.docx"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(same_bytes(kept.getvalue()))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}.") from error
    return path


def _maps(report: Report, language: Language) -> list[str]:
    """Return the drawings of all maps."""
    maps = [theme.map for theme in report.themes if theme.map is not None]
    maps += [report.locator] if report.locator is not None else []
    return [one.drawing[language] for one in maps]


def _signs(report: Report) -> list[str]:
    """Return the drawings of all legends."""
    maps = [theme.map for theme in report.themes if theme.map is not None]
    return [key.sign for one in maps for group in one.legend for key in group.keys]


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
    drawn = draft.picture(locator.drawing[lang], size_mm, locator.title[lang])
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
