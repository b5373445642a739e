"""
Reports as workbooks, to compute with.

`book` writes cells that stay what they are, `numbers` gives them their formats, `sheets` says what
stands where.
"""

import io
from collections.abc import Sequence
from pathlib import Path

from almaty_geo.reports.excel.book import Book
from almaty_geo.reports.excel.sheets import data, reading, summary, theme_sheet
from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Report
from almaty_geo.reports.saving import saved
from almaty_geo.words import Language, say

__all__ = ["write_xlsx"]


def write_xlsx(report: Report, languages: Sequence[Language], folder: Path) -> tuple[Path, ...]:
    """
    Write a report as a workbook in each language, the same bytes each time; see `formats.Writer`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    return tuple(
        saved(folder / lang / f"{report.area}.xlsx", _workbook(report, lang)) for lang in languages
    )


def _workbook(report: Report, lang: Language) -> bytes:
    kept = io.BytesIO()
    book = Book(kept, report, lang)
    first = book.page(say("How to read")[lang])
    answers = book.page(report.name.shown[lang])
    themes = [book.page(theme.title[lang]) for theme in report.themes]
    last = book.page(labels()["data"][lang])
    reading(book, first, report, [answers, *themes, last])
    summary(book, answers, report)
    for page, theme in zip(themes, report.themes, strict=True):
        theme_sheet(book, page, theme)
    data(book, last, report)
    book.close()
    return kept.getvalue()
