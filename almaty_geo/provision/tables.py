"""The tables of a theme's seats; they add up to the city."""

from typing import Literal

import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.provision.answer import OUTSIDE
from almaty_geo.provision.gap import AreaGap, ShiftGap
from almaty_geo.provision.relief import Relief
from almaty_geo.provision.seats import layer_of
from almaty_geo.provision.story import AreaSeats, Story
from almaty_geo.sections import CITY, Cell, Row, Table, TableColumn
from almaty_geo.words import LANGUAGES, Text, count, same, say


def tables(story: Story) -> tuple[Table, ...]:
    """Return the split in the shifts there are and in one, the shift gap, and what is planned."""
    found = [_split(story, story.one_shift_lines, say("Seats in one shift")), _gap(story)]
    if not story.single:
        own = say("Seats in the shifts of each school")
        found.insert(0, _split(story, story.lines, own))
    if story.other is not None:
        found.append(_planned(story))
    return tuple(found)


def metres(value: float | None) -> Text:
    """Write a typical way, to ten metres: it is no surer than that."""
    return same("—") if value is None else say("{value}\u00a0m", value=count(round(value, -1)))


def name_cell(layer: Layer, row_id: str, *, tone: Literal["", "unsure"] = "") -> Cell:
    """Return a proper name; where the layer lacks a language, marked with the one it has."""
    frame = layer.frame
    row = frame[frame["id"].astype(str) == row_id].iloc[0]
    columns = layer.spec.name_columns
    names = {c.removeprefix("name_"): str(row[c]) for c in columns if pd.notna(row[c])}
    language, first = next(iter(names.items()), ("", row_id))
    text = Text(**{lang: names.get(lang, first) for lang in LANGUAGES})
    return Cell(
        row_id,
        text,
        language="" if len(names) == len(LANGUAGES) else language,
        tone=tone,
    )


def area_cell(story: Story, area: str) -> Cell:
    """Return an area's name; that of a borderline one is toned as unsure."""
    if area == CITY:
        return Cell(CITY, say("City"))
    if area == OUTSIDE:
        return Cell(area, say("Outside every district"))
    return name_cell(story.ground.areas, area, tone="unsure" if area in story.factors else "")


def _split(story: Story, lines: tuple[AreaSeats, ...], title: Text) -> Table:
    columns = (
        TableColumn("area", say("District"), align="left"),
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
    walk = None if line.mean_walk_m is None else round(line.mean_walk_m, -1)
    cells = [Cell(number, count(number)) for number in whole]
    return Row(
        area=line.area,
        cells=(area_cell(story, line.area), *cells, Cell(walk, count(walk)), _sure(story, line)),
        total=line.area == CITY,
    )


def _sure(story: Story, line: AreaSeats) -> Cell:
    """Return how sure a line is: borderline where its residents were scaled by much."""
    factor = story.factors.get(line.area)
    if factor is None:
        return Cell(None, same("—"))
    said = say("borderline (× {factor})", factor=count(factor, digits=2))
    return Cell("borderline", said, tone="unsure")


def _gap(story: Story) -> Table:
    """Return the seats missing for one shift; today, and in the other scenario."""
    columns = [
        TableColumn("area", say("District"), align="left"),
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
        cells = [Cell(number, count(number)) for number in numbers]
        rows.append(Row(line.area, (area_cell(story, line.area), *cells), line.area == CITY))
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
        name = name_cell(layer, one.school.removeprefix(f"{layer.id}/"))
    numbers = (one.seats, one.seated, one.seated_within_norm)
    cells = [Cell(number, count(number)) for number in numbers]
    whose = "; ".join(f"{area} {number}" for area, number in one.by_area)
    opens = Cell(None, same("—")) if together else story.opening(one.school)
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
        say("{area}: {n}", area=area_cell(story, area).shown, n=count(number))
        for area, number in ranked
    ]
    return Text(**{lang: "; ".join(text[lang] for text in said) for lang in LANGUAGES})
