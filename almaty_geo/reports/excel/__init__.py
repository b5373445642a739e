"""
Reports as workbooks, to compute with.

`book` writes cells that stay what they are, `numbers` gives them their formats, `sheets` says what
stands where.
"""

from pathlib import Path

from xlsxwriter.exceptions import XlsxWriterException

from almaty_geo.errors import OutputError
from almaty_geo.reports.excel.book import Book
from almaty_geo.reports.excel.sheets import data, reading, summary, theme_sheet
from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Report
from almaty_geo.words import Language, say

__all__ = ["write_xlsx"]


def write_xlsx(report: Report, language: Language, folder: Path) -> Path:
    """
    Write a report as a workbook, the same bytes each time; see `formats.Writer`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = folder / language / f"{report.area}.xlsx"
    try:
        path.parent.mkdir(exist_ok=True)
        _write(Book(path, report, language), report)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}.") from error
    except XlsxWriterException as error:
        reason = " ".join(str(error).split())
        raise OutputError(f"{path}: cannot be written: {reason}") from error
    return path


def _write(book: Book, report: Report) -> None:
    lang = book.language
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
