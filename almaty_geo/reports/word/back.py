"""The last chapters of a Word document: the data, the method, the sources."""

from collections.abc import Sequence

from markupsafe import Markup

from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Report
from almaty_geo.reports.quality import SourceLine, gathered
from almaty_geo.reports.word.draft import Draft
from almaty_geo.reports.word.markup import ACCENT, NOTHING, Look, joined, paragraph, run
from almaty_geo.reports.word.tables import Grid, TableCell, TableRow, table
from almaty_geo.sections import CITY
from almaty_geo.words import Text, same


def data(draft: Draft, report: Report) -> Markup:
    """Return how good the data are, layer by layer, and remarks on them."""
    words, whole = labels(), report.area == CITY
    names = ["layer", "date", "here", "features", "unlocated", "precision", "foreign"]
    lines = [
        [x.title, x.date, x.here, x.features, x.unlocated, x.precision, x.foreign]
        for x in report.quality.lines
    ]
    kept = [at for at, name in enumerate(names) if name != "here" or not whole]
    made = paragraph("Heading1", draft.told(words["data"]))
    made += _table(
        draft,
        words["data"],
        [words[names[at]] for at in kept],
        [[draft_cell(draft, line[at]) for at in kept] for line in lines],
        [names[at] in {"here", "features", "unlocated", "foreign"} for at in kept],
    )
    if report.quality.remarks:
        made += paragraph("Heading2", draft.told(words["remarks"]))
        for layer, remark in report.quality.remarks:
            text = f"{layer[draft.language]}: {remark[draft.language]}"
            made += paragraph("ListBullet", run(text, draft.language))
    return made


def method(draft: Draft, report: Report) -> Markup:
    """Return how the figures come about."""
    lines = joined(paragraph("ListBullet", draft.told(line)) for line in report.method)
    return paragraph("Heading1", draft.told(labels()["method"])) + lines


def sources(draft: Draft, report: Report) -> Markup:
    """Return whose the data are, and under which licences."""
    words, quality = labels(), report.quality
    names = ("layer", "publisher", "licence", "accessed", "confidence")
    rows = [
        [
            draft_cell(draft, same("") if number else title),
            _publishers(draft, group),
            *(draft_cell(draft, t) for t in (one.licence, one.accessed, one.confidence)),
        ]
        for title, told in quality.sources
        for number, group in enumerate(gathered(told))
        for one in group[:1]
    ]
    heads = [words[name] for name in names]
    made = paragraph("Heading1", draft.told(words["sources"]))
    made += joined(paragraph("Small", draft.told(line)) for line in quality.licensing)
    return made + _table(draft, words["sources"], heads, rows, [False] * len(names))


def draft_cell(draft: Draft, text: Text) -> TableCell:
    """Return a text as a cell."""
    return TableCell(draft.told(text), text[draft.language])


def _publishers(draft: Draft, group: Sequence[SourceLine]) -> TableCell:
    """Return who published it, one after the other."""
    cells = [_publisher(draft, source) for source in group]
    comma = run(", ", draft.language)
    content = cells[0].content + joined(comma + cell.content for cell in cells[1:])
    return TableCell(content, ", ".join(cell.plain for cell in cells))


def _publisher(draft: Draft, source: SourceLine) -> TableCell:
    """Return who published it, leading to where, and what was done to the data."""
    lang = draft.language
    note = same("") if source.note is None else source.note
    name = source.publisher[lang]
    link = run(name, lang, Look(colour=ACCENT))
    content = draft.link(link, source.url) if source.url else draft.told(source.publisher)
    if note[lang]:
        content += run(f". {note[lang]}", lang)
    return TableCell(content, f"{name}. {note[lang]}")


def _table(
    draft: Draft,
    title: Text,
    heads: Sequence[Text],
    rows: Sequence[Sequence[TableCell]],
    right: Sequence[bool],
) -> Markup:
    if not rows:
        return NOTHING
    return table(
        Grid(
            title=title[draft.language],
            heads=tuple(draft_cell(draft, head) for head in heads),
            right=tuple(right),
            rows=tuple(TableRow(tuple(row)) for row in rows),
        )
    )
