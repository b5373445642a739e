"""From what the subjects say to the model of a report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from almaty_geo.errors import UnknownNameError
from almaty_geo.maps.palette import part_colours
from almaty_geo.reports.dossier import Dossier
from almaty_geo.reports.drawing import locator, map_of
from almaty_geo.reports.ground import Plane, plane
from almaty_geo.reports.labels import labels, method
from almaty_geo.reports.model import (
    SCHEMA,
    Chart,
    ChartPart,
    ChartRow,
    Entry,
    Grid,
    Line,
    Named,
    Report,
    Theme,
)
from almaty_geo.reports.names import Names, area_names, mark
from almaty_geo.reports.pages import Chapter, Page, ShownTable, compose
from almaty_geo.sections import CITY, Answer, Bars, Figure, Section, TableColumn
from almaty_geo.words import LANGUAGES, Text, count, same, say

NOTHING = same("")


def reports(dossier: Dossier, *, areas: Sequence[str] | None = None) -> Iterator[Report]:
    """
    Yield the model of each report.

    Parameters
    ----------
    dossier
        All that reports are made from.
    areas
        Ids of areas to write about, `CITY` for the whole place; None for all of them.

    Yields
    ------
    report
        The whole place's first, then one for each area, or in the order asked for.

    Raises
    ------
    UnknownNameError
        If there is no such area.
    """
    known = [CITY, *dossier.areas.frame["id"].astype(str)]
    for area in areas or ():
        if area not in known:
            raise UnknownNameError("district", area, known)
    land = plane(dossier.area, dossier.areas, dossier.layers, dossier.map_spec)
    for area in dict.fromkeys(known if areas is None else areas):
        yield _report(dossier, land, area)


def _report(dossier: Dossier, land: Plane, area: str) -> Report:
    page = compose(dossier, land, area)
    names = {CITY: mark(dossier.name, ""), **area_names(dossier.areas)}
    sections = {section.id: section for section in dossier.sections}
    themes = _drawn_once(
        [_theme(c, page, names, sections.get(c.id)) for c in _in_order(page.chapters)]
    )
    return Report(
        schema=SCHEMA,
        area=area,
        name=_named(page.name),
        kind=labels()["city_dossier" if area == CITY else "district_dossier"],
        place=dossier.name,
        date=dossier.date,
        plan_id=dossier.plan_id,
        version=dossier.version,
        input_hash=dossier.input_hash,
        locator=None if area == CITY else locator(land, area, page.name),
        compared=_ranked(themes) if area == CITY else _against(dossier.sections, themes, area),
        themes=tuple(themes),
        quality=page.quality,
        method=method(),
    )


def _in_order(chapters: Sequence[Chapter]) -> list[Chapter]:
    """Return chapters, those that carry on another's subject right after it."""
    heads = [c for c in chapters if _head(c.id, chapters) == c.id]
    return [c for head in heads for c in chapters if _head(c.id, chapters) == head.id]


def _drawn_once(themes: Sequence[Theme]) -> list[Theme]:
    """Return themes without the maps that an earlier one draws line by line."""
    drawn = [theme.map.drawing.en if theme.map else "" for theme in themes]
    return [
        replace(theme, map=None) if drawing and drawing in drawn[:place] else theme
        for place, (theme, drawing) in enumerate(zip(themes, drawn, strict=True))
    ]


def _head(name: str, chapters: Sequence[Chapter]) -> str:
    """Return the id of the chapter whose subject another carries on; its own if none."""
    for other in chapters:
        if name.startswith((f"{other.id}-", f"{other.id}_")):
            return other.id
    return name


def _theme(chapter: Chapter, page: Page, names: dict[str, Names], section: Section | None) -> Theme:
    answer = chapter.answer
    return Theme(
        id=chapter.id,
        title=chapter.title,
        scenario=chapter.scenario,
        headline=answer.headline if answer else None,
        emphasis=answer.emphasis if answer else None,
        figures=answer.figures if answer else (),
        whole=chapter.whole and answer is not None,
        map=map_of(chapter, page, names),
        chart=_chart(section.bars, names, page.area) if section and section.bars else None,
        tables=tuple(
            _grid(f"{chapter.id}.{number}", table)
            for number, table in enumerate(chapter.tables, start=1)
            if table.rows
        ),
        notes=chapter.notes,
        closing=tuple(
            other.id
            for other in page.chapters
            if other.id != chapter.id
            and other.id.startswith((f"{chapter.id}-", f"{chapter.id}_"))
            and other.answer is not None
        ),
    )


def _chart(bars: Bars, names: Mapping[str, Names], area: str) -> Chart:
    colours = part_colours(len(bars.parts))
    return Chart(
        title=bars.title,
        parts=tuple(ChartPart(t, c) for t, c in zip(bars.parts, colours, strict=True)),
        rows=tuple(
            ChartRow(
                area=bar.area,
                name=_named(names.get(bar.area) or mark(same(bar.area), "")),
                parts=bar.parts,
                shown=count(bar.parts[-1]),
                own=bar.area == area,
            )
            for bar in bars.rows
        ),
    )


def _grid(name: str, shown: ShownTable) -> Grid:
    several = sum(row.own for row in shown.rows) > 1  # a list of this area's rows alone
    return Grid(
        id=name,
        title=shown.table.title,
        columns=shown.table.columns,
        rows=tuple(
            Line(
                cells=tuple(
                    Entry(cell.value, cell.shown, _tongue(text), cell.tone)
                    for _, text, cell in row.cells
                ),
                own=row.own and not several,
                total=row.total,
            )
            for row in shown.rows
        ),
    )


def _against(sections: Sequence[Section], themes: Sequence[Theme], area: str) -> Grid:
    """Return the first figure of each subject that knows the area, beside the whole place's."""
    known = {section.id: section for section in sections}
    pairs = [
        (theme, own, whole)
        for theme in themes
        if theme.id in known
        for own, whole in _pairs(known[theme.id].answer(area), known[theme.id].answer(CITY))
    ]
    told = [(own.value, whole.value) for _, own, whole in pairs]
    pairs = [pair for i, pair in enumerate(pairs) if _is_new(told, i)]
    return Grid(
        id="compared",
        title=say("The district against the city"),
        columns=(
            TableColumn("theme", say("Subject"), align="left"),
            TableColumn("figure", say("Figure"), align="left"),
            TableColumn("here", say("Here")),
            TableColumn("city", say("Whole city")),
        ),
        rows=tuple(
            Line(
                cells=(
                    Entry(theme.id, theme.title, NOTHING, ""),
                    Entry(own.label.en, own.label, NOTHING, ""),
                    Entry(own.value, own.shown, NOTHING, ""),
                    Entry(whole.value, whole.shown, NOTHING, ""),
                ),
                own=False,
                total=False,
            )
            for theme, own, whole in pairs
        ),
    )


def _pairs(own: Answer | None, whole: Answer | None) -> list[tuple[Figure, Figure]]:
    """Return the first figure that an area and the whole place both have, in a pair."""
    if own is None or whole is None:
        return []
    there = {_quantity(figure): figure for figure in whole.figures}
    both = [(f, there[_quantity(f)]) for f in own.figures if _quantity(f) in there]
    return both[:1]


def _is_new(told: Sequence[tuple[object, object]], place: int) -> bool:
    """Return whether no earlier subject gives the same two numbers that are not whole."""
    again = told[place] in told[:place]
    return not (again and any(isinstance(value, float) for value in told[place]))


def _quantity(figure: Figure) -> str:
    """Return what a figure counts: its id without the area, and how it is labelled."""
    return figure.id.rpartition(".")[0]


def _ranked(themes: Sequence[Theme]) -> Grid:
    """Return the first table of the first theme, its areas as the bars rank them."""
    lead = themes[0]
    if not lead.tables:
        return Grid("compared", lead.title, (), ())
    table = lead.tables[0]
    order = [row.area for row in lead.chart.rows] if lead.chart else []
    rows = sorted(table.rows, key=lambda row: (row.total, _place(row, order)))
    title = lead.chart.title if lead.chart else table.title
    return Grid("compared", title, table.columns, tuple(rows))


def _place(row: Line, order: Sequence[str]) -> int:
    name = str(row.cells[0].value)
    return order.index(name) if name in order else len(order)


def _named(names: Names) -> Named:
    return Named(Text(**{lang: names[lang].text for lang in LANGUAGES}), _tongue(names))


def _tongue(names: Names) -> Text:
    return Text(**{lang: names[lang].language or "" for lang in LANGUAGES})
