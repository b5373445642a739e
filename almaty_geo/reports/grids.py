"""Tables of a report: those of the subjects, and the area against the whole place."""

from collections import Counter
from collections.abc import Sequence

from almaty_geo.reports.ground import Plane
from almaty_geo.reports.model import Chart, Entry, Grid, Line, Theme
from almaty_geo.reports.names import mark, tongue
from almaty_geo.reports.quality import here
from almaty_geo.sections import CITY, Answer, Cell, Figure, Row, Section, Table, TableColumn
from almaty_geo.words import Text, count, same, say

NOTHING = same("")


def grid(name: str, table: Table, area: str) -> Grid:
    """
    Return a table as the report of one area has it.

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
    several = told[area] > 1  # a list of this area's rows alone: none of them stands out
    return Grid(
        id=name,
        title=table.title,
        columns=table.columns,
        rows=tuple(
            Line(
                cells=tuple(_entry(cell) for cell in row.cells),
                own=row.area == area and not row.total and not several,
                total=row.total,
            )
            for row in rows
        ),
    )


def _entry(cell: Cell) -> Entry:
    return Entry(cell.value, cell.shown, tongue(mark(cell.shown, cell.language)), cell.tone)


def inventory(layers: Sequence[str], plane: Plane, area: str | None) -> Table:
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
        rows=tuple(_inventory_row(plane, name, area) for name in layers),
    )


def _inventory_row(plane: Plane, name: str, area: str | None) -> Row:
    layer = plane.layers[name]
    numbers = [len(layer), layer.unlocated]
    if area is not None:
        numbers.insert(0, here(plane, layer, area))
    title = Cell(layer.id, layer.spec.title)
    return Row(area="", cells=(title, *(Cell(n, count(n)) for n in numbers)))


def against(sections: Sequence[Section], themes: Sequence[Theme], area: str) -> Grid:
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


def ranked(lead: Theme) -> Grid:
    """Return the first table of a theme, its areas as the bars rank them."""
    if not lead.tables:
        return Grid("compared", lead.title, (), ())
    table = lead.tables[0]
    order = [row.area for row in lead.chart.rows] if lead.chart else []
    rows = sorted(table.rows, key=lambda row: (row.total, _place(row, order)))
    return Grid("compared", _title(lead.chart, table), table.columns, tuple(rows))


def _title(chart: Chart | None, table: Grid) -> Text:
    return chart.title if chart else table.title


def _place(row: Line, order: Sequence[str]) -> int:
    name = str(row.cells[0].value)
    return order.index(name) if name in order else len(order)
