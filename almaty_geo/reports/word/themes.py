"""A chapter of a Word document: what one subject says of the area."""

from markupsafe import Markup

from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Chart, ChartPart, ChartRow, Entry, Grid, KeyGroup, Map, Theme
from almaty_geo.reports.word.draft import Draft
from almaty_geo.reports.word.markup import (
    ACCENT,
    BOLD,
    NOTHING,
    PLAIN,
    TONES,
    WASH,
    Look,
    inner_link,
    joined,
    marked,
    named,
    paragraph,
    run,
)
from almaty_geo.reports.word.tables import (
    TEXT_MM,
    TURNED_MM,
    TWIPS_PER_MM,
    TableCell,
    TableRow,
    bare,
    cell_of,
    is_wide,
    page_end,
    table,
)
from almaty_geo.reports.word.tables import Grid as Setting
from almaty_geo.sections import Figure
from almaty_geo.words import Text, count, say

MAP_MM = 112.0
SIGN_MM = (5.4, 3.6)
BAR_SPACES = 46
"""No-break spaces with a colour behind them that the longest bar is made of."""

GAP_MM = 3.0


def anchor(theme: str, themes: tuple[Theme, ...]) -> str:
    """Return the name of the place in the document where a chapter starts."""
    return f"t{[one.id for one in themes].index(theme)}"


def chapter(draft: Draft, theme: Theme, themes: tuple[Theme, ...]) -> Markup:
    """Return a chapter: answer, figures, map, bars, tables, what would help, how sure it is."""
    lang, words = draft.language, labels()
    title = draft.told(theme.title)
    if theme.scenario is not None:
        title += run(f"  {theme.scenario[lang]}", lang, Look(colour="5B6773", half_points=18))
    link = marked(title, anchor(theme.id, themes), draft.number())
    # The first page is to be read alone; the chapter that repeats its answer starts the next.
    fresh = Markup("<w:pageBreakBefore/>") if theme.id == themes[0].id else NOTHING
    made = paragraph("Heading1", link, more=fresh)
    if theme.whole:
        made += paragraph("Small", draft.told(words["whole"]))
    if theme.headline is not None:
        made += headline(draft, theme, "Headline")
    made += cards(draft, theme.figures)
    if theme.map is not None:
        made += _map(draft, theme.map)
    if theme.chart is not None:
        made += bars(draft, theme.chart)
    settings = [(one, _setting(draft, one)) for one in theme.tables if one.rows]
    made += joined(_titled(draft, *one) for one in settings if not is_wide(one[1]))
    made += _closing(draft, theme, themes)
    wide = joined(_titled(draft, *one, text_mm=TURNED_MM) for one in settings if is_wide(one[1]))
    made += _notes(draft, theme)
    if not wide:
        return made
    upright, turned = draft.foot(), draft.foot(turned=True)
    return made + page_end(upright) + wide + page_end(turned, turned=True)


def _notes(draft: Draft, theme: Theme) -> Markup:
    """Return how sure it all is."""
    if not theme.notes:
        return NOTHING
    lines = joined(paragraph("ListBullet", draft.told(note)) for note in theme.notes)
    return paragraph("Heading2", draft.told(labels()["how_sure"])) + lines


def headline(draft: Draft, theme: Theme, style: str) -> Markup:
    """Return the sentence with the number that matters, the number set apart."""
    lang = draft.language
    if theme.headline is None or theme.emphasis is None:
        return NOTHING
    before, found, after = theme.parted(lang)
    parts = ((before, PLAIN), (found, Look(bold=True, colour=ACCENT)), (after, PLAIN))
    return paragraph(style, joined(run(text, lang, look) for text, look in parts if text))


def cards(draft: Draft, figures: tuple[Figure, ...]) -> Markup:
    """Return figures side by side, each with its label."""
    if not figures:
        return NOTHING
    width = round(TEXT_MM * TWIPS_PER_MM / len(figures))
    cells = joined(
        cell_of(
            paragraph("Figure", draft.told(figure.shown))
            + paragraph("Label", draft.told(figure.label)),
            width,
            shade=WASH,
        )
        for figure in figures
    )
    title = " · ".join(figure.label[draft.language] for figure in figures)
    row = Markup("<w:tr><w:trPr><w:cantSplit/></w:trPr>{}</w:tr>").format(cells)
    return bare(title, [width] * len(figures), row, side=113) + paragraph("Gap", NOTHING)


def _map(draft: Draft, shown: Map) -> Markup:
    """Return a map with its legend beside it."""
    lang = draft.language
    high_mm = MAP_MM * shown.height_px / shown.width_px
    drawn = draft.map(shown, (MAP_MM, high_mm))
    widths = [round((MAP_MM + GAP_MM) * TWIPS_PER_MM)]
    widths.append(round(TEXT_MM * TWIPS_PER_MM) - widths[0])
    legend = joined(_key_group(draft, group) for group in shown.legend)
    cells = cell_of(paragraph("Key", drawn), widths[0])
    cells += cell_of(legend or paragraph("Key", NOTHING), widths[1])
    row = Markup("<w:tr><w:trPr><w:cantSplit/></w:trPr>{}</w:tr>").format(cells)
    return bare(shown.title[lang], widths, row, side=0)


def _key_group(draft: Draft, group: KeyGroup) -> Markup:
    lang = draft.language
    made = NOTHING
    if group.title is not None:
        made += paragraph("Key", run(group.title[lang], lang, BOLD))
    indent = Markup('<w:ind w:left="397" w:hanging="397"/>')
    for key in group.keys:
        sign = draft.sign(key.sign, SIGN_MM)
        text = run(f"\u2002{key.title[lang]}", lang)
        made += paragraph("Key", sign + text, more=indent)
    return made + joined(paragraph("Small", draft.told(note)) for note in group.notes)


def bars(draft: Draft, chart: Chart) -> Markup:
    """Return areas compared: the number of each part, and a bar made of them."""
    lang = draft.language
    longest = max((sum(row.parts) for row in chart.rows), default=0) or 1
    district = labels()["district"]
    heads = [TableCell(draft.told(district), district[lang])]
    heads += [
        _bar_head(draft, part, look) for part, look in zip(chart.parts, _looks(chart), strict=True)
    ]
    heads.append(TableCell(NOTHING, "\u00a0" * 24))
    setting = Setting(
        title=chart.title[lang],
        heads=tuple(heads),
        right=(False, *(True for _ in chart.parts), False),
        rows=tuple(_bar_row(draft, chart, row, longest) for row in chart.rows),
    )
    return paragraph("Heading2", draft.told(chart.title)) + table(setting)


def _bar_head(draft: Draft, part: ChartPart, look: Look) -> TableCell:
    square = run("\u00a0\u00a0\u00a0", draft.language, look)
    text = part.title[draft.language]
    return TableCell(square + run(f" {text}", draft.language), f"   {text}")


def _looks(chart: Chart) -> list[Look]:
    """Return how each part of a bar looks: told apart in grey too, by what is drawn over it."""
    last = len(chart.parts) - 1
    lined = ["thinDiagStripe" if at == last else "pct20" for at in range(len(chart.parts))]
    return [
        Look(shade=part.colour.lstrip("#"), lines=lines if at else "")
        for at, (part, lines) in enumerate(zip(chart.parts, lined, strict=True))
    ]


def _bar_row(draft: Draft, chart: Chart, row: ChartRow, longest: int) -> TableRow:
    lang = draft.language
    look = BOLD if row.own else PLAIN
    name, tongue = row.name.shown[lang], row.name.tongue[lang]
    numbers = [count(part)[lang] for part in row.parts]
    cells = [TableCell(named(name, tongue, lang, look), name)]
    cells += [TableCell(run(number, lang, look), number) for number in numbers]
    cells.append(TableCell(_bar(draft, chart, row, longest), "\u00a0" * 24))
    return TableRow(tuple(cells), "own" if row.own else "")


def _bar(draft: Draft, chart: Chart, row: ChartRow, longest: int) -> Markup:
    """Return a bar of spaces, each part's end rounded, so that no rounding adds up."""
    made, so_far, end = NOTHING, 0, 0
    for number, look in zip(row.parts, _looks(chart), strict=True):
        so_far += number
        start, end = end, round(BAR_SPACES * so_far / longest)
        if end > start:
            made += run("\u00a0" * (end - start), draft.language, look)
    return made


def grid(draft: Draft, shown: Grid) -> Markup:
    """Return a table of the model under its title."""
    return _titled(draft, shown, _setting(draft, shown)) if shown.rows else NOTHING


def _titled(draft: Draft, shown: Grid, setting: Setting, *, text_mm: float = TEXT_MM) -> Markup:
    """Return a table under its title."""
    return paragraph("Heading2", draft.told(shown.title)) + table(setting, text_mm=text_mm)


def _setting(draft: Draft, shown: Grid) -> Setting:
    """Return a table of the model, ready to be set."""
    lang = draft.language
    return Setting(
        title=shown.title[lang],
        heads=tuple(TableCell(draft.told(c.title), c.title[lang]) for c in shown.columns),
        right=tuple(column.align == "right" for column in shown.columns),
        rows=tuple(
            TableRow(
                tuple(_entry(draft, cell, bold=line.own or line.total) for cell in line.cells),
                "total" if line.total else "own" if line.own else "",
            )
            for line in shown.rows
        ),
    )


def _entry(draft: Draft, cell: Entry, *, bold: bool) -> TableCell:
    text = cell.shown[draft.language]
    look = Look(bold=bold or bool(cell.tone), colour=TONES.get(cell.tone, ""))
    return TableCell(named(text, cell.tongue[draft.language], draft.language, look), text)


def _closing(draft: Draft, theme: Theme, themes: tuple[Theme, ...]) -> Markup:
    """Return links to the chapters that say what would close the gap."""
    others = {one.id: one for one in themes if one.id in theme.closing}
    if not others:
        return NOTHING
    made = paragraph("Heading2", draft.told(say("What would close the gap")))
    for name, other in others.items():
        link = Look(colour=ACCENT)
        title = inner_link(
            run(other.title[draft.language], draft.language, link), anchor(name, themes)
        )
        made += paragraph("ListBullet", title + _told(draft, other.headline))
    return made


def _told(draft: Draft, sentence: Text | None) -> Markup:
    return NOTHING if sentence is None else run(f": {sentence[draft.language]}", draft.language)
