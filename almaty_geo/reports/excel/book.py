"""A workbook in which text stays text, and every formula is our own."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from almaty_geo.reports.model import Report
from almaty_geo.words import Language

CELL_MAX = 32_767
HEAD_MAX = 255
NAME_MAX = 31
WIDE = 8
"""Columns that a sentence runs over."""

LINE_PT, TITLE_PT = 14.5, 24
WIDTHS = (11, 42)
FIRST_WIDTH = 26
BOLD = 1.12
"""Width of a letter in bold next to one that is not."""

BUTTON = 4
"""Letters that the button of a filter takes in a heading."""


_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_UNFIT = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_BREAKS = re.compile(r"[\t\n\r ]+")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#1f2933"},
    "soft": {"font_color": "#5b6773"},
    "answer": {"font_size": 12, "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "font_size": 11, "font_color": "#0b5a8a"},
    "note": {"text_wrap": True, "valign": "top", "font_color": "#46515c", "font_size": 9},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": "#f4f6f8"},
    "text": {"text_wrap": True, "valign": "top"},
    "link": {"font_color": "#0b5a8a", "underline": 1},
}


@dataclass(frozen=True, slots=True)
class Value:
    """A cell: a number with its format, or text."""

    value: float | int | str | None
    """The number, or the text; None for an empty cell."""

    code: str = ""
    """Number format; empty for text."""

    letters: int = 0
    """Letters that the number takes as it is shown."""

    bold: bool = False
    """Whether it is set in bold."""

    sums: bool = False
    """Whether it is the sum of the cells above it in its table."""


@dataclass(slots=True)
class Page:
    """A sheet being filled from the top."""

    sheet: Worksheet
    """The sheet."""

    name: str
    """Its name."""

    row: int = 0
    """The first row that is free."""

    widths: dict[int, int] = field(default_factory=dict)
    """Letters that the widest cell of each column takes."""

    sentences: list[tuple[int, int, float]] = field(default_factory=list)
    """Row, letters and height of a line of each sentence that runs over several columns."""

    heads: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    """Row and headings of each table."""


class Book:
    """A workbook being written in one language."""

    def __init__(self, file: io.BytesIO, report: Report, language: Language) -> None:
        self.language: Language = language
        self._book = xlsxwriter.Workbook(file, _OPTIONS)
        self._stamp = report.stamp
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._names = {"history"}
        self._tables = 0
        self._book.set_properties(
            {
                "title": _legal(f"{report.name.shown[language]} · {report.kind[language]}"),
                "subject": _legal(report.place[language]),
                "author": f"almaty-geo {report.version}",
                "comments": report.stamp,
                "created": datetime.combine(report.date, time()),
            }
        )
        self._book.set_calc_mode("auto")

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def page(self, title: str) -> Page:
        """Return a new sheet that bears a title."""
        name = self._name(title)
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{self._stamp.replace('&', '&&')[:200]}&R&8&P / &N")
        page = Page(sheet, name)
        sheet.set_column(0, 0, FIRST_WIDTH)
        self.line(page, title, "title")
        sheet.set_row(0, TITLE_PT)
        sheet.freeze_panes(1, 1)
        return page

    def line(self, page: Page, text: str, look: str) -> None:
        """Write a line that runs on over empty cells."""
        page.sheet.write_string(page.row, 0, _legal(text), self._look(look))
        page.row += 1

    def sentence(self, page: Page, text: str, look: str) -> None:
        """Write a sentence over several columns; `fit` makes it as high as it takes."""
        page.sheet.merge_range(page.row, 0, page.row, WIDE, "", self._look(look))
        page.sheet.write_string(page.row, 0, _legal(text), self._look(look))
        # Letters of another size than the sheet's take more room, or less.
        size = {"answer": 1.15, "note": 0.85}.get(look, 1.0)
        page.sentences.append((page.row, round(len(text) * size), LINE_PT * size))
        page.row += 1

    def link(self, page: Page, target: Page, row: int, at: int = 0) -> None:
        """Write a link to another sheet, under its name."""
        quoted = target.name.replace("'", "''")
        page.sheet.write_url(row, at, f"internal:'{quoted}'!A1", self._look("link"), target.name)

    def table(
        self,
        page: Page,
        heads: Sequence[str],
        rows: Sequence[Sequence[Value]],
        *,
        below: Sequence[Value] = (),
    ) -> tuple[int, int]:
        """
        Write a table with filters, and under it a line that the filters leave alone.

        Returns
        -------
        first, last
            Rows of the sheet that hold its values.
        """
        top, first = page.row, page.row + 1
        last = top + len(rows)
        self._tables += 1
        page.sheet.add_table(
            *(top, 0, last, len(heads) - 1),
            {
                "name": f"table_{self._tables}",
                "style": "Table Style Light 1",
                "columns": [
                    {"header": head, "header_format": self._look("head")} for head in _once(heads)
                ],
            },
        )
        for row, cells in enumerate(rows, start=first):
            for at, cell in enumerate(cells):
                self._put(page, (row, at), cell)
            longest = max((len(c.value) for c in cells if isinstance(c.value, str)), default=0)
            if longest >= WIDTHS[1]:
                page.sheet.set_row(row, LINE_PT * -(-longest // (WIDTHS[1] - 4)))
        for at, cell in enumerate(below):
            self._put(page, (last + 1, at), cell, over=(first, last))
        page.heads.append((top, heads))
        for at, head in enumerate(heads):
            self._widen(page, at, max(map(len, head.split(" ")), default=0) + 4)
        page.row = last + 3
        return first, last

    def bars(self, page: Page, at: int, rows: tuple[int, int], most: float, colour: str) -> None:
        """Draw bars into the cells of a column, the longest for ``most``."""
        page.sheet.conditional_format(
            *(rows[0], at, rows[1], at),
            {
                "type": "data_bar",
                "data_bar_2010": True,
                "bar_solid": True,
                "bar_color": colour,
                "min_type": "num",
                "min_value": 0,
                "max_type": "num",
                "max_value": most,
            },
        )

    def fit(self, page: Page) -> None:
        """Set the width of columns by what stands in tables, and the height of sentences."""
        widths = [
            min(max(page.widths.get(at, 0) + 1, WIDTHS[0]), WIDTHS[1])
            for at in range(max([WIDE, *page.widths]) + 1)
        ]
        widths[0] = max(widths[0], FIRST_WIDTH)
        for at, width in enumerate(widths):
            page.sheet.set_column(at, at, width)
        total = sum(widths[: WIDE + 1]) - WIDE
        for row, letters, line_pt in page.sentences:
            page.sheet.set_row(row, line_pt * -(-letters // total))
        for row, heads in page.heads:
            lines = [_lines(head, wide) for head, wide in zip(heads, widths, strict=False)]
            page.sheet.set_row(row, LINE_PT * max(lines, default=1))

    def _put(
        self, page: Page, place: tuple[int, int], cell: Value, *, over: tuple[int, int] = (0, 0)
    ) -> None:
        if cell.value is None:
            return
        if isinstance(cell.value, str):
            text = _legal(cell.value)
            page.sheet.write_string(*place, text, self._text(place[1], bold=cell.bold))
            self._widen(page, place[1], len(text))
            return
        look = self._format(num_format=cell.code, bold=cell.bold, top=int(cell.sums))
        if cell.sums:
            formula = f"=SUM({xl_range(over[0], place[1], over[1], place[1])})"
            page.sheet.write_formula(*place, formula, look, cell.value)
        else:
            page.sheet.write_number(*place, cell.value, look)
        self._widen(page, place[1], cell.letters or len(f"{cell.value:,.2f}"))

    def _widen(self, page: Page, at: int, letters: int) -> None:
        page.widths[at] = max(page.widths.get(at, 0), letters)

    def _text(self, at: int, *, bold: bool) -> Any:  # noqa: ANN401 - a format of an untyped library
        """Return the format of text, set off from a number that stands before it."""
        return self._format(text_wrap=True, bold=bold, indent=int(at > 0))

    def _look(self, name: str) -> Any:  # noqa: ANN401 - the same
        return self._format(**_LOOKS[name])

    def _format(self, **told: object) -> Any:  # noqa: ANN401 - the same
        key = tuple(sorted({"valign": "top", **told}.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(key))
        return self._formats[key]

    def _name(self, title: str) -> str:
        """Return a name that a sheet can bear and no other bears."""
        clean = _UNFIT.sub(" ", _legal(title).replace(": ", " – ")).strip("' ")
        plain = _cut(clean, NAME_MAX).strip("' ") or "1"
        name, number = plain, 2
        while name.casefold() in self._names:
            tail = f" {number}"
            name, number = _cut(plain, NAME_MAX - len(tail)) + tail, number + 1
        self._names.add(name.casefold())
        return name


def _lines(head: str, wide: int) -> int:
    """Return how many lines a heading in bold takes in a column; the last ends with a button."""
    lines, used = 1, 0
    for word in head.split(" "):
        letters = round(len(word) * BOLD)
        if used and used + letters > wide:
            lines, used = lines + 1, 0
        lines, used = lines + max(letters - 1, 0) // wide, used + letters + 1
    return lines + (used + BUTTON > wide)


def _legal(text: str) -> str:
    """Return as much of a text as a cell holds, each sign that XML cannot hold replaced."""
    return _cut(_FORBIDDEN.sub("\ufffd", text), CELL_MAX)


def _cut(text: str, most: int) -> str:
    """Return a text cut to a length in the units that spreadsheets count."""
    units = text.encode("utf-16-le", "replace")
    return text if len(units) <= 2 * most else units[: 2 * most].decode("utf-16-le", "ignore")


def _once(heads: Iterable[str]) -> list[str]:
    """Return headings no two of which are the same to a spreadsheet, and none of which is empty."""
    used, made = set[str](), list[str]()
    for head in heads:
        plain = _cut(_BREAKS.sub(" ", _legal(head)).strip(" "), HEAD_MAX - 4) or "—"
        name, number = plain, 2
        while name.casefold() in used:
            name, number = f"{plain} ({number})", number + 1
        used.add(name.casefold())
        made.append(name)
    return made
