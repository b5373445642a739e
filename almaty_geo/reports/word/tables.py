"""Tables of a Word document: headings that repeat, numbers to the right, widths by content."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Literal

from markupsafe import Markup

from almaty_geo.reports.word.markup import (
    INK,
    LOOKS,
    NOTHING,
    RULE,
    WASH,
    joined,
    legal,
    paragraph,
)

TWIPS_PER_MM = 1440 / 25.4
TEXT_MM = 180.0
"""Width of the text on the page."""

TURNED_MM = 267.0
"""The same on a page that lies on its side."""

MARGINS_MM = {"top": 14, "right": 15, "bottom": 17, "left": 15, "header": 7, "footer": 8}
"""Of the page, and of what stands at its head and foot."""

SIZES_PT = (8.0, 7.0, 6.5)
"""Sizes of letters in a table, tried from the largest until its words fit."""

EM_SHARE = 0.58
"""Width of a letter next to the size, on average, some of them bold."""

PADDING_MM, TIGHT_MM = 3.4, 2.4
"""Width of a cell beside its letters, with some to spare and with none."""

SHORT = 12
"""Rows of a table that stays on one page."""

ENDS = 2
"""Rows of a longer one that stay together at its start and at its end."""

WHOLE = 10
"""Letters of a text that is never broken, such as a number with its unit."""

ONE_LINE = 18
"""Letters of a text that is not broken while there is room."""

WORD_MAX, TEXT_MAX = 24, 56
"""Letters of a word that may claim width; letters of a text that may."""

LONG_LEAST = 28
"""Letters that a longer text gets in a line before short texts are kept in one."""

_WIDE, _WIDER = frozenset("mwMWшщжмыюфШЩЖМЫЮФ"), 0.3
"""Letters wider than others, and by which share of one."""

_RIGHT = Markup('<w:jc w:val="right"/>')
_CLOSED = Markup("</w:tc>")
_OWN, _TOTAL = "E8F1F7", "EEF1F4"


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell, ready to be set."""

    content: Markup
    """Runs."""

    plain: str
    """The same as text, to measure."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row, ready to be set."""

    cells: tuple[TableCell, ...]
    """One for each column."""

    kind: Literal["", "own", "total"] = ""
    """Whether it is about the report's area, or the sum of the others."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, ready to be set."""

    title: str
    """What it is, for those who cannot see it."""

    heads: tuple[TableCell, ...]
    """Headings."""

    right: tuple[bool, ...]
    """Which columns hold numbers."""

    rows: tuple[TableRow, ...]
    """Rows."""


def _stays(rows: Sequence[TableRow], at: int) -> bool:
    """Return whether a row is kept on a page with the next: a short table is never torn apart."""
    left = len(rows) - 1 - at
    return left > 0 and (
        len(rows) <= SHORT or at < ENDS or left < ENDS or rows[at + 1].kind == "total"
    )


def is_wide(grid: Grid) -> bool:
    """Return whether a table asks for a page that lies on its side: its words would be broken."""
    words = [min(max(map(_word, column)), WORD_MAX) for column in _texts(grid)]
    return _room(words, SIZES_PT[-1], PADDING_MM, TEXT_MM)[2] < 0


def _texts(grid: Grid) -> list[list[str]]:
    """Return all texts of each column."""
    return [
        [grid.heads[at].plain, *(row.cells[at].plain for row in grid.rows)]
        for at in range(len(grid.heads))
    ]


def table(grid: Grid, *, text_mm: float = TEXT_MM) -> Markup:
    """Return a table over the width of the text; headings repeat on each page it runs over."""
    widths, size_pt = fitted(_texts(grid), text_mm=text_mm)
    style = f"Cell{round(size_pt * 10)}"
    rows = [_row(grid.heads, grid, widths, (style, "head"), keep=True)]
    rows += [
        _row(row.cells, grid, widths, (style, row.kind), keep=_stays(grid.rows, at))
        for at, row in enumerate(grid.rows)
    ]
    return _framed(grid.title, widths, joined(rows))


def fitted(texts: Sequence[Sequence[str]], *, text_mm: float = TEXT_MM) -> tuple[list[int], float]:
    """
    Return the width of each column in twips, and the size of the letters in points.

    Parameters
    ----------
    texts
        All texts of each column.
    text_mm
        Width of the text on the page.

    Notes
    -----
    Each column gets what its short texts and its longest word take; what is left is shared by how
    much more its longest text could use. Where that does not fit, letters get smaller, then short
    texts break, then long ones get less than a fair line, then names at the start of rows
    break, then words.
    """
    words = [min(max(map(_word, column)), WORD_MAX) for column in texts]
    short = [max(n, *map(_short, c[1:]), _long(c)) for n, c in zip(words, texts, strict=True)]
    tries = [*((short, size, PADDING_MM) for size in SIZES_PT[:2])]
    fair = [max(n, _long(c)) for n, c in zip(words, texts, strict=True)]
    tries += [(fair, size, PADDING_MM) for size in SIZES_PT[:2]]
    names = [max(words[0], short[0]), *words[1:]]
    tries += [(names, size, PADDING_MM) for size in SIZES_PT[:2]]
    tries += [(words, size, PADDING_MM) for size in SIZES_PT] + [(words, SIZES_PT[-1], TIGHT_MM)]
    least, size, room = next(
        (found for found in (_room(*one, text_mm) for one in tries) if found[2] >= 0),
        _room(*tries[-1], text_mm),
    )
    wanted = [max(min(max(map(len, c)), TEXT_MAX), n) for c, n in zip(texts, least, strict=True)]
    more = [want - need for want, need in zip(wanted, least, strict=True)]
    share = room / (sum(more) or len(texts)) if room >= 0 else 0.0
    grown = [n + share * (m if sum(more) else 1) for n, m in zip(least, more, strict=True)]
    wide = [PADDING_MM + (text_mm - PADDING_MM * len(texts)) * n / sum(grown) for n in grown]
    return [round(mm * TWIPS_PER_MM) for mm in wide], size


def _room(
    least: list[int], size_pt: float, padding_mm: float, text_mm: float
) -> tuple[list[int], float, float]:
    """Return the least widths and a size, and how many letters of that size are left over."""
    letter_mm = size_pt * EM_SHARE * 25.4 / 72
    return least, size_pt, (text_mm - padding_mm * len(least)) / letter_mm - sum(least)


def _short(text: str) -> int:
    """Return the length of a text that is to stand in one line; 0 for a longer one."""
    return len(text) if len(text) <= ONE_LINE else 0


def _long(texts: Sequence[str]) -> int:
    """Return the letters that a column of long texts gets in a line; 1 for one of shorter texts."""
    return LONG_LEAST if max(map(len, texts)) > TEXT_MAX else 1


def _word(text: str) -> int:
    """Return the width of the longest word, or of a text too short to break, in letters."""
    pieces = [text] if len(text) <= WHOLE else text.split(" ")
    return max(1, *map(_width, pieces))


def _width(word: str) -> int:
    """Return the width of a word in letters; in a long one, wide and narrow make up for another."""
    wide = sum(letter in _WIDE for letter in word) if len(word) <= WHOLE else 0
    return ceil(len(word) + _WIDER * wide)


def _row(
    cells: Sequence[TableCell],
    grid: Grid,
    widths: Sequence[int],
    look: tuple[str, str],
    *,
    keep: bool = False,
) -> Markup:
    """Return a row, kept on one page with the next if it should be."""
    style, kind = look
    kept = Markup("<w:keepNext/>") if keep else NOTHING
    head = Markup("<w:tblHeader/>") if kind == "head" else NOTHING
    shade = {"head": WASH, "own": _OWN, "total": _TOTAL}.get(kind, "")
    drawn = joined(
        cell_of(
            paragraph(style, cell.content, more=kept + (_RIGHT if right else NOTHING)),
            width,
            shade=shade,
            edge=INK if kind == "total" else "",
        )
        for cell, width, right in zip(cells, widths, grid.right, strict=True)
    )
    return Markup("<w:tr><w:trPr><w:cantSplit/>{}</w:trPr>{}</w:tr>").format(head, drawn)


def cell_of(content: Markup, width_twips: int, *, shade: str = "", edge: str = "") -> Markup:
    """Return a cell that holds paragraphs, with a colour behind it and a line above it."""
    return joined((_opened(width_twips, shade, edge), content, _CLOSED))


@lru_cache(maxsize=LOOKS)
def _opened(width_twips: int, shade: str, edge: str) -> Markup:
    told = NOTHING
    if edge:
        told += Markup(
            '<w:tcBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{}"/></w:tcBorders>'
        ).format(edge)
    if shade:
        told += Markup('<w:shd w:val="clear" w:color="auto" w:fill="{}"/>').format(shade)
    return Markup('<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/>{}</w:tcPr>').format(
        width_twips, told
    )


def _framed(title: str, widths: Sequence[int], rows: Markup) -> Markup:
    line = Markup('<w:{{}} w:val="single" w:sz="4" w:space="0" w:color="{}"/>').format(RULE)
    borders = joined(line.format(side) for side in ("top", "bottom", "insideH"))
    return bare(title, widths, rows, borders=borders)


def bare(
    title: str, widths: Sequence[int], rows: Markup, *, borders: Markup = NOTHING, side: int = 68
) -> Markup:
    """Return a table without lines of its own, its columns of a width in twips."""
    return Markup(
        '<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/>'
        "<w:tblBorders>{borders}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="24" w:type="dxa"/>'
        '<w:left w:w="{side}" w:type="dxa"/><w:bottom w:w="24" w:type="dxa"/>'
        '<w:right w:w="{side}" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
        '<w:tblCaption w:val="{title}"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    ).format(
        total=sum(widths),
        borders=borders,
        side=side,
        title=legal(title)[:250],
        columns=joined(Markup('<w:gridCol w:w="{}"/>').format(width) for width in widths),
        rows=rows,
    )


def page_end(foot: str, *, turned: bool = False) -> Markup:
    """
    Return the end of a run of pages, upright or on their sides: what follows starts a page.

    Parameters
    ----------
    foot
        Relation of the line at the foot of each page.
    turned
        Whether the pages that end here lie on their sides.
    """
    wide, high = (297, 210) if turned else (210, 297)
    told = Markup(' w:orient="landscape"') if turned else NOTHING
    edges = joined(
        Markup(' w:{}="{}"').format(name, round(mm * TWIPS_PER_MM))
        for name, mm in MARGINS_MM.items()
    )
    section = Markup(
        '<w:sectPr><w:footerReference w:type="default" r:id="{}"/>'
        '<w:pgSz w:w="{}" w:h="{}"{}/><w:pgMar{} w:gutter="0"/></w:sectPr>'
    )
    return paragraph(
        "Gap",
        NOTHING,
        more=section.format(
            foot, round(wide * TWIPS_PER_MM), round(high * TWIPS_PER_MM), told, edges
        ),
    )
