"""The sheets of a workbook: how to read it, the answers, a subject each, the data."""

from collections.abc import Sequence

from almaty_geo.reports.excel.book import Book, Page, Value
from almaty_geo.reports.excel.numbers import Pattern, pattern_of
from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Chart, Entry, Grid, Report, Theme
from almaty_geo.sections import CITY
from almaty_geo.words import Text, say

NONE = "—"
WHOLE = "#,##0"
LEAST_ROWS = 2
"""Fewer rows have nothing to compare."""

SHARE_COLOUR = "#8fb4cc"


def reading(book: Book, page: Page, report: Report, pages: Sequence[Page]) -> None:
    """Fill the first sheet: what the workbook is, how to read it, and where to find what."""
    lang = book.language
    book.line(page, f"{report.kind[lang]} · {report.name.shown[lang]}", "heading")
    book.line(page, report.stamp, "soft")
    page.row += 1
    for sentence in _how():
        book.sentence(page, sentence[lang], "text")
    page.row += 1
    book.line(page, say("Sheets")[lang], "heading")
    for other in pages:
        book.link(page, other, page.row)
        page.row += 1
    page.row += 1
    book.line(page, labels()["method"][lang], "heading")
    for line in report.method:
        book.sentence(page, line[lang], "note")
    book.fit(page)


def _how() -> tuple[Text, ...]:
    return (
        say(
            "Each sheet is about one subject: the answer first, then its figures, then tables "
            "that can be sorted and filtered, then how sure it all is."
        ),
        say(
            "A cell holds the number itself; its format only rounds what is seen. The column "
            "“As written” says a figure as the other files of this report do."
        ),
        say(
            "The sum under a table is a formula over its rows wherever they add up; every other "
            "cell is a value. Nothing here runs, and nothing is fetched from anywhere."
        ),
        say("An empty cell means that there is no figure, which is not zero."),
        say("Bars in cells compare the rows of one column; for shares, a full bar is 100%."),
    )


def summary(book: Book, page: Page, report: Report) -> None:
    """Fill the sheet of answers: the area against the whole, and a sentence for each subject."""
    lang, words = book.language, labels()
    if report.lead.headline is not None:
        book.sentence(page, report.lead.headline[lang], "answer")
    page.row += 1
    grid(book, page, report.compared)
    book.line(page, words["contents"][lang], "heading")
    rows = [
        [Value(t.title[lang]), Value(_sentence(t, lang_city=words["city"])[lang])]
        for t in report.themes
        if t.headline is not None
    ]
    if rows:
        book.table(page, [say("Subject")[lang], say("Answer")[lang]], rows)
    book.fit(page)


def _sentence(theme: Theme, *, lang_city: Text) -> Text:
    """Return the answer of a subject, marked where it is the whole place's."""
    if theme.headline is None:
        return say("no data")
    if not theme.whole:
        return theme.headline
    return say("{area}: {sentence}", area=lang_city, sentence=theme.headline)


def theme_sheet(book: Book, page: Page, theme: Theme) -> None:
    """Fill the sheet of a subject."""
    lang, words = book.language, labels()
    if theme.scenario is not None:
        book.line(page, theme.scenario[lang], "soft")
    if theme.whole:
        book.line(page, words["whole"][lang], "soft")
    if theme.headline is not None:
        book.sentence(page, theme.headline[lang], "answer")
    page.row += 1
    _figures(book, page, theme)
    if theme.chart is not None:
        _chart(book, page, theme.chart)
    for one in theme.tables:
        grid(book, page, one)
    if theme.notes:
        book.line(page, words["how_sure"][lang], "heading")
        for note in theme.notes:
            book.sentence(page, note[lang], "note")
    book.fit(page)


def _figures(book: Book, page: Page, theme: Theme) -> None:
    lang = book.language
    if not theme.figures:
        return
    heads = [say("Figure"), say("Value"), say("As written"), say("Number of the figure")]
    rows = [
        [
            Value(figure.label[lang]),
            _number(figure.value, pattern_of(figure.value, figure.shown, lang)),
            Value(figure.shown[lang]),
            Value(figure.id),
        ]
        for figure in theme.figures
    ]
    book.table(page, [head[lang] for head in heads], rows)


def _number(value: float | str | None, pattern: Pattern | None) -> Value:
    """Return the value of a figure, in its format or a plain one."""
    if value is None or isinstance(value, str):
        return Value(value)
    if pattern is not None:
        return Value(value, pattern.code())
    return Value(value, WHOLE if isinstance(value, int) else f"{WHOLE}.##")


def _chart(book: Book, page: Page, chart: Chart) -> None:
    """Write areas compared, each part with bars in its cells."""
    lang = book.language
    book.line(page, chart.title[lang], "heading")
    heads = [labels()["district"][lang], *(part.title[lang] for part in chart.parts)]
    rows = [
        [
            Value(row.name.shown[lang], bold=row.own),
            *(Value(part, WHOLE, bold=row.own) for part in row.parts),
        ]
        for row in chart.rows
    ]
    if not rows:
        return
    at = book.table(page, heads, rows)
    most = max((max(row.parts, default=0) for row in chart.rows), default=0) or 1
    for column, part in enumerate(chart.parts, start=1):
        book.bars(page, column, at, most, _pale(part.colour))


def _pale(colour: str) -> str:
    """Return a colour so light that the number over it can be read."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - part) // 2:02x}" for part in parts)


def grid(book: Book, page: Page, shown: Grid) -> None:
    """Write a table of the model under its title; its total is a formula where rows add up."""
    lines = [line for line in shown.rows if not line.total]
    total = next((line for line in shown.rows if line.total), None)
    if not lines:
        return
    lang = book.language
    book.line(page, shown.title[lang], "heading")
    digits = [_digits([line.cells[at] for line in shown.rows]) for at in range(len(shown.columns))]
    rows = [
        [_cell(book, c, digits[at], bold=line.own) for at, c in enumerate(line.cells)]
        for line in lines
    ]
    below = [] if total is None else [
        _total(book, cell, [line.cells[at] for line in lines], digits[at])
        for at, cell in enumerate(total.cells)
    ]  # fmt: skip
    heads = [column.title[lang] for column in shown.columns]
    where = book.table(page, heads, rows, below=below)
    for at in range(len(shown.columns)):
        if len(lines) >= LEAST_ROWS and _shares([line.cells[at] for line in lines]):
            book.bars(page, at, where, 1, SHARE_COLOUR)


def _digits(cells: Sequence[Entry]) -> int | None:
    """Return how many digits after the point all numbers of a column get; None for their own."""
    found = (pattern_of(cell.value, cell.shown, "en") for cell in cells)
    known = [pattern for pattern in found if pattern is not None]
    if len({(pattern.share, pattern.unit) for pattern in known}) > 1:
        return None  # a column of several quantities
    return max((pattern.digits for pattern in known), default=0)


def _cell(book: Book, cell: Entry, digits: int | None, *, bold: bool) -> Value:
    """Return a cell as a number where it is one, else as it is written; empty where there is no."""
    pattern = pattern_of(cell.value, cell.shown, book.language)
    if pattern is not None and not isinstance(cell.value, str):
        letters = len(cell.shown[book.language]) + 2
        value = cell.value if pattern.rounded is None else pattern.rounded
        return Value(value, pattern.code(digits=digits), letters, bold=bold)
    text = cell.shown[book.language]
    return Value(None if text == NONE else text, bold=bold)


def _total(book: Book, cell: Entry, above: Sequence[Entry], digits: int | None) -> Value:
    """Return a cell of the last line: a sum where the whole numbers above make it up."""
    plain = _cell(book, cell, digits, bold=True)
    numbers = [one.value for one in above if one.value is not None]
    whole = [n for n in numbers if isinstance(n, int) and not isinstance(n, bool)]
    adds_up = len(whole) == len(numbers) and sum(whole) == plain.value
    if isinstance(plain.value, int) and adds_up and len(whole) >= LEAST_ROWS:
        return Value(plain.value, plain.code, plain.letters, bold=True, sums=True)
    return plain


def _shares(cells: Sequence[Entry]) -> bool:
    """Return whether all numbers of a column are shares from 0 to 1."""
    known = [c for c in cells if c.value is not None]
    found = [pattern_of(cell.value, cell.shown, "en") for cell in known]
    inside = all(isinstance(c.value, int | float) and 0 <= c.value <= 1 for c in known)
    return bool(found) and inside and all(one is not None and one.share for one in found)


def data(book: Book, page: Page, report: Report) -> None:
    """Fill the sheet of the data: how good they are, remarks, whose they are."""
    lang, words, quality = book.language, labels(), report.quality
    names = ["layer", "date", "here", "features", "unlocated", "precision", "foreign"]
    kept = [at for at, name in enumerate(names) if name != "here" or report.area != CITY]
    lines = [
        [x.title, x.date, x.here, x.features, x.unlocated, x.precision, x.foreign]
        for x in quality.lines
    ]
    if lines:
        rows = [[_counted(line[at], book) for at in kept] for line in lines]
        book.table(page, [words[names[at]][lang] for at in kept], rows)
    if quality.remarks:
        book.line(page, words["remarks"][lang], "heading")
        for layer, remark in quality.remarks:
            book.sentence(page, f"{layer[lang]}: {remark[lang]}", "note")
    page.row += 1
    _sources(book, page, report)
    book.fit(page)


def _counted(text: Text, book: Book) -> Value:
    """Return a written count as a number, and anything else as it is written."""
    digits = text.en.replace(",", "")
    if digits.isascii() and digits.isdigit() and (text.en != digits or int(digits) < 1000):  # noqa: PLR2004 - written without a comma
        return Value(int(digits), WHOLE)
    return Value(None if text.en == NONE else text[book.language])


def _sources(book: Book, page: Page, report: Report) -> None:
    lang, words, quality = book.language, labels(), report.quality
    names = ("layer", "publisher", "licence", "accessed", "confidence")
    heads = [*(words[name][lang] for name in names), say("Address")[lang], say("Note")[lang]]
    rows = [
        [
            *(Value(t[lang]) for t in (title, s.publisher, s.licence, s.accessed, s.confidence)),
            Value(s.url or None),
            Value(s.note[lang] if s.note else None),
        ]
        for title, group in quality.sources
        for s in group
    ]
    book.line(page, words["sources"][lang], "heading")
    if rows:
        book.table(page, heads, rows)
    for line in quality.licensing:
        book.line(page, line[lang], "soft")
