"""What stands on the page of an area, before it is put in one language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from almaty_geo.catalogue import Layer
from almaty_geo.maps.palette import part_colours
from almaty_geo.reports.dossier import Dossier
from almaty_geo.reports.ground import Ground, Plane, grounds
from almaty_geo.reports.names import Name, Names, area_names, mark
from almaty_geo.reports.quality import Quality, here, quality
from almaty_geo.reports.sketch import NOTHING, Sketch, crowd, sketch
from almaty_geo.sections import CITY, Answer, Bars, Cell, Row, Section, Table, TableColumn
from almaty_geo.words import LANGUAGES, Language, Text, count, same, say

ONE_LINE, MANY = 20, 60
"""Letters of a cell that still stand in one line; letters that ask for a wide column."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """An area as a bar."""

    name: Names
    """Its name."""

    widths: tuple[str, ...]
    """Percent of the longest bar, for each part."""

    value: Text
    """The last part, which ranks the bars."""

    own: bool
    """Whether the page is about it."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Areas compared."""

    title: Text
    """What the order is by."""

    parts: tuple[tuple[str, Text], ...]
    """Colour and title of each part."""

    rows: tuple[BarRow, ...]
    """Ranked."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a table on a page."""

    cells: tuple[tuple[TableColumn, Names, Cell], ...]
    """Column, text for each reader, and the cell itself."""

    own: bool
    """Whether it is about the page's area."""

    total: bool
    """Whether it is the sum of the others."""


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table on a page."""

    table: Table
    """Title and columns."""

    rows: tuple[ShownRow, ...]
    """Rows; of a list that is longer than the areas, those of this area."""

    def fits(self, language: Language) -> list[str]:
        """Return how each column is set, by its longest text: in one line, in some, in many."""
        columns = zip(*(row.cells for row in self.rows), strict=True)
        longest = (max(len(text[language].text) for _, text, _ in cells) for cells in columns)
        return ["many" if n > MANY else "some" if n > ONE_LINE else "one" for n in longest]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section, as the page of one area has it."""

    id: str
    """Anchor."""

    title: Text
    """Heading."""

    scenario: Text | None
    """Scenario of the figures."""

    answer: Answer | None
    """The area's answer, else the whole place's."""

    whole: bool
    """Whether the answer is the whole place's on the page of a part."""

    ground: Ground
    """What its map stands on."""

    sketch: Sketch | None
    """Map; None where there is nothing to show on one."""

    bars: BarChart | None
    """Areas compared."""

    tables: tuple[ShownTable, ...]
    """Tables."""

    notes: tuple[Text, ...]
    """How sure it is."""

    def headline(self, language: Language) -> tuple[str, str, str]:
        """Return the headline in three: before, in, and after what is set apart."""
        if self.answer is None:
            return "", "", ""
        return cut(self.answer.headline[language], self.answer.emphasis[language])


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page of an area."""

    area: str
    """Its id, or `CITY`."""

    name: Names
    """Its name."""

    chapters: tuple[Chapter, ...]
    """Sections, and what else lies there."""

    quality: Quality
    """What is said of the data."""

    crowds: Markup
    """People outside the area, for the maps to refer to."""

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What the maps stand on, each once."""
        return tuple({c.ground.id: c.ground for c in self.chapters}.values())

    def labels(
        self, ground: Ground, names: Mapping[str, Names], language: Language
    ) -> Iterator[tuple[float, float, Name, list[str]]]:
        """Yield where and what to write on the map: names of areas, but for the page's own."""
        for area, (x, y) in ground.anchors.items():
            if area != self.area:
                name = names[area][language]
                yield x, y, name, _in_lines(name.text)


def compose(dossier: Dossier, plane: Plane, area: str) -> Page:
    """
    Return what stands on the page of one area.

    Parameters
    ----------
    dossier
        All that pages are made from.
    plane
        Its layers in metres.
    area
        Id of an area, or `CITY`.
    """
    one = None if area == CITY else area
    people = dict.fromkeys(s.classes.layer for s in dossier.sections if s.classes)
    near, far = grounds(plane, one, [name for name in people if name in plane.shapes])
    rest = _others(dossier, plane)
    chapters = [
        *_told_once(
            [_chapter(s, plane, near if s.classes else far, area) for s in dossier.sections]
        ),
        *_gathered(rest, plane, far, one),
    ]
    used = dict.fromkeys(
        [
            dossier.areas.id,
            *(name for s in dossier.sections for name in (*s.sources, *s.layers)),
            *rest,
            *(style.layer for style in far.lines),
        ]
    )
    said = [note for chapter in chapters for note in chapter.notes]
    return Page(
        area=area,
        name=mark(dossier.name, "") if one is None else area_names(dossier.areas)[area],
        chapters=tuple(chapters),
        quality=quality(plane, list(used), one, said=said),
        crowds=NOTHING.join(crowd(plane, near, name) for name in people if name in plane.shapes),
    )


def _told_once(chapters: Sequence[Chapter]) -> Iterator[Chapter]:
    """Yield chapters without the notes that an earlier one makes; a line says where they are."""
    first: dict[Text, Text] = {}
    for chapter in chapters:
        again = dict.fromkeys(first[note] for note in chapter.notes if note in first)
        notes = [note for note in chapter.notes if note not in first]
        first.update(dict.fromkeys(notes, chapter.title))
        if again:
            quoted = _listed([say("“{title}”", title=title) for title in again])
            notes.append(
                say(
                    "What is said of the same data under {chapters} holds here too.",
                    chapters=quoted,
                )
            )
        yield replace(chapter, notes=tuple(notes))


def _listed(texts: Sequence[Text]) -> Text:
    """Return texts one after the other, with commas between them."""
    return Text(**{lang: ", ".join(text[lang] for text in texts) for lang in LANGUAGES})


def _chapter(section: Section, plane: Plane, land: Ground, area: str) -> Chapter:
    own = section.answer(area)
    drawn = sketch(
        plane, land, classes=section.classes, layers=section.layers, numbered=section.marks
    )
    return Chapter(
        id=section.id,
        title=section.title,
        scenario=section.scenario,
        answer=own or section.answer(CITY),
        whole=own is None,
        ground=land,
        sketch=drawn if section.classes or drawn.below or drawn.above else None,
        bars=_chart(section.bars, area_names(plane.areas), area) if section.bars else None,
        tables=tuple(_shown(table, area) for table in section.tables),
        notes=section.notes,
    )


def _chart(bars: Bars, names: Mapping[str, Names], area: str) -> BarChart:
    longest = max((sum(bar.parts) for bar in bars.rows), default=0) or 1
    return BarChart(
        title=bars.title,
        parts=tuple(zip(part_colours(len(bars.parts)), bars.parts, strict=True)),
        rows=tuple(
            BarRow(
                name=names.get(bar.area) or mark(same(bar.area), ""),
                widths=tuple(f"{100 * part / longest:.2f}" for part in bar.parts),
                value=count(bar.parts[-1]),
                own=bar.area == area,
            )
            for bar in bars.rows
        ),
    )


def _shown(table: Table, area: str) -> ShownTable:
    """
    Return a table as the page of one area has it.

    Where a row stands for each area, all are shown, to compare. A longer list is cut down to the
    rows of this area and of none; its sum goes, since it would no longer add up.
    """
    told = Counter(row.area for row in table.rows if row.area and not row.total)
    is_list = area != CITY and max(told.values(), default=0) > 1
    rows = [
        row
        for row in table.rows
        if not is_list or (row.area in {"", area} and not (row.total and row.area != area))
    ]
    return ShownTable(table, tuple(_shown_row(table, row, area) for row in rows))


def _shown_row(table: Table, row: Row, area: str) -> ShownRow:
    return ShownRow(
        cells=tuple(
            (column, mark(cell.shown, cell.language), cell)
            for column, cell in zip(table.columns, row.cells, strict=True)
        ),
        own=row.area == area and not row.total,
        total=row.total,
    )


def _others(dossier: Dossier, plane: Plane) -> list[str]:
    """Return the layers that the map shows and no section speaks of, without areas and people."""
    told = {name for section in dossier.sections for name in (*section.layers, *section.sources)}
    return [
        style.layer
        for style in dossier.map_spec.layers
        if style.layer in plane.layers
        and style.layer not in told
        and style.group != "base"
        and plane.layers[style.layer].spec.role not in {"area", "demand"}
    ]


def _gathered(
    layers: Sequence[str], plane: Plane, land: Ground, area: str | None
) -> Iterator[Chapter]:
    """Yield a chapter on what else the plan knows, if it knows anything else."""
    if not layers:
        return
    drawn = sketch(plane, land, layers=layers)
    title = say("Also on the map")
    yield Chapter(
        id="others",
        title=title,
        scenario=None,
        answer=None,
        whole=False,
        ground=land,
        sketch=drawn if drawn.below or drawn.above else None,
        bars=None,
        tables=(_shown(_inventory(layers, plane, area), area or CITY),),
        notes=tuple(
            say("{layer}: {note}", layer=plane.layers[name].spec.title, note=note.text)
            for name in layers
            for note in plane.layers[name].spec.notes
        ),
    )


def _inventory(layers: Sequence[str], plane: Plane, area: str | None) -> Table:
    """Return a table of layers: how many features, how many of them here."""
    headings = [TableColumn("layer", say("Layer"), align="left")]
    if area is not None:
        headings.append(TableColumn("here", say("Here")))
    headings += [
        TableColumn("features", say("In all")),
        TableColumn("unlocated", say("Without a place")),
    ]
    return Table(
        title=say("Also on the map"),
        columns=tuple(headings),
        rows=tuple(_inventory_row(plane, plane.layers[name], area) for name in layers),
    )


def _inventory_row(plane: Plane, layer: Layer, area: str | None) -> Row:
    numbers = [len(layer), layer.unlocated]
    if area is not None:
        numbers.insert(0, here(plane, layer, area))
    title = Cell(layer.id, layer.spec.title)
    return Row(area="", cells=(title, *(Cell(n, count(n)) for n in numbers)))


def cut(sentence: str, part: str) -> tuple[str, str, str]:
    """
    Return a sentence in three: before a part of it, the part, and after.

    Examples
    --------
    >>> cut("In all 30 of 80 people", "30 of 80")
    ('In all ', '30 of 80', ' people')
    """
    before, found, after = sentence.partition(part)
    return (before, found, after) if found else (sentence, "", "")


def _in_lines(text: str) -> list[str]:
    """
    Return a name in one line, or in two of about the same length.

    Examples
    --------
    >>> _in_lines("Алмалинский район")
    ['Алмалинский', 'район']
    """
    words = text.split()
    if len(words) < len(("one", "two")):
        return [text]
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return list(min(cuts, key=lambda lines: max(map(len, lines))))
