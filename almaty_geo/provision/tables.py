"""The tables of a theme's seats; they add up to the city."""

from almaty_geo.cells import area_cell, area_column, named, nothing, number, typical
from almaty_geo.names import name_in
from almaty_geo.provision.gap import AreaGap, ShiftGap
from almaty_geo.provision.relief import Relief
from almaty_geo.provision.seats import layer_of
from almaty_geo.provision.story import AreaSeats, Story
from almaty_geo.sections import CITY, Cell, Row, Table, TableColumn
from almaty_geo.words import Text, count, joined, same, say


def tables(story: Story) -> tuple[Table, ...]:
    """Return the split in the shifts there are and in one, the shift gap, and what is planned."""
    found = [_split(story, story.one_shift_lines, say("Seats in one shift")), _gap(story)]
    if not story.single:
        own = say("Seats in the shifts of each school")
        found.insert(0, _split(story, story.lines, own))
    if story.other is not None:
        found.append(_planned(story))
    return tuple(found)


def _split(story: Story, lines: tuple[AreaSeats, ...], title: Text) -> Table:
    columns = (
        area_column(),
        TableColumn("pupils", say("Pupils")),
        TableColumn("seats", say("Seats in the district")),
        TableColumn("seated", say("With a seat")),
        TableColumn("seated_within_norm", say("of them within the norm")),
        TableColumn("in_reach_no_seat", say("In reach, no seat")),
        TableColumn("out_of_reach", say("Out of reach")),
        TableColumn("mean_walk_m", say("Mean way, m")),
        TableColumn("sure", say("How sure"), align="left"),
    )
    return Table(title, columns, tuple(_split_row(story, line) for line in lines))


def _split_row(story: Story, line: AreaSeats) -> Row:
    whole = (line.pupils, line.seats, line.seated, line.within_norm, line.waiting, line.out)
    walk = None if line.mean_walk_m is None else typical(line.mean_walk_m, "m")
    return _row(story, line.area, *map(number, whole), number(walk), _sure(story, line))


def _row(story: Story, area: str, *cells: Cell) -> Row:
    """Return a row of an area; the name of a borderline one is toned as unsure."""
    name = area_cell(story.ground.areas, area, tone="unsure" if area in story.factors else "")
    return Row(area, (name, *cells), total=area == CITY)


def _sure(story: Story, line: AreaSeats) -> Cell:
    """Return how sure a line is: borderline where its residents were scaled by much."""
    factor = story.factors.get(line.area)
    if factor is None:
        return nothing()
    said = say("borderline (× {factor})", factor=count(factor, digits=2))
    return Cell("borderline", said, tone="unsure")


def _gap(story: Story) -> Table:
    """Return the seats missing for one shift; today, and in the other scenario."""
    columns = [
        area_column(),
        TableColumn("pupils", say("Pupils at the schools here")),
        TableColumn("seats", say("Seats in one shift")),
        TableColumn("missing", say("Missing, if pupils change school within the district")),
        TableColumn("missing_by_school", say("Missing, if no pupil changes school")),
    ]
    later = _lines(story.other[1]) if story.other is not None else {}
    if story.other is not None:
        title = say("Missing in the scenario “{title}”", title=story.other[0].title)
        columns.append(TableColumn("missing_later", title))
    rows: list[Row] = []
    for line in story.gap.areas:
        numbers = [line.pupils, line.seats, line.by_area, line.by_school]
        if story.other is not None:
            numbers.append(later[line.area].by_area if line.area in later else 0)
        rows.append(_row(story, line.area, *map(number, numbers)))
    return Table(say("Seats missing to teach in one shift"), tuple(columns), tuple(rows))


def _lines(gap: ShiftGap) -> dict[str, AreaGap]:
    return {line.area: line for line in gap.areas}


def _planned(story: Story) -> Table:
    """Return what each school that the other scenario opens changes in one shift."""
    other = story.other[0].title if story.other is not None else same("")
    columns = (
        TableColumn("school", say("School"), align="left"),
        TableColumn("opens", say("Opens")),
        TableColumn("seats", say("Seats more")),
        TableColumn("seated", say("Pupils who get a seat")),
        TableColumn("seated_within_norm", say("within the norm, net")),
        TableColumn("districts", say("Where they live"), align="left"),
    )
    return Table(
        say("What each school of the scenario “{title}” changes in one shift", title=other),
        columns,
        tuple(_relief_row(story, one) for one in story.reliefs),
    )


def _relief_row(story: Story, one: Relief) -> Row:
    together = one.school == "all"
    if together:
        name = Cell("all", say("All together"))
    else:
        layer = next(x for x in story.ground.layers if x.id == layer_of(one.school))
        row = one.school.removeprefix(f"{layer.id}/")
        name = named(row, name_in(layer, row))
    cells = map(number, (one.seats, one.seated, one.seated_within_norm))
    whose = "; ".join(f"{area} {pupils}" for area, pupils in one.by_area)
    opens = nothing() if together else story.opening(one.school)
    return Row(
        "",
        (name, opens, *cells, Cell(whose or None, _whose(story, one))),
        together,
        feature="" if together else one.school,
    )


def _whose(story: Story, one: Relief) -> Text:
    """Return the areas of the pupils relieved, most first."""
    if not one.by_area:
        return same("—")
    ranked = sorted(one.by_area, key=lambda pair: -pair[1])
    said = [
        say("{area}: {n}", area=area_cell(story.ground.areas, area).shown, n=count(pupils))
        for area, pupils in ranked
    ]
    return joined(said, by="; ")
