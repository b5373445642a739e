"""The tables of the ring road: access, through traffic, streets to it, interchanges, severance."""

from collections.abc import Mapping, Sequence
from typing import Any

from almaty_geo.catalogue import Layer
from almaty_geo.cells import (
    area_cell,
    area_column,
    named,
    nothing,
    number,
    percentage,
    signed,
    value_of,
)
from almaty_geo.ringroad.access import AreaAccess
from almaty_geo.ringroad.minutes import USUAL
from almaty_geo.ringroad.radials import Radial
from almaty_geo.ringroad.reckoning import Effect, RingAnswer, Severance
from almaty_geo.ringroad.road import Spot
from almaty_geo.ringroad.shown import (
    interval,
    km,
    minutes,
)
from almaty_geo.ringroad.through import Pair
from almaty_geo.sections import CITY, Cell, Row, Table, TableColumn
from almaty_geo.words import Text, count, dated, joined, percent, same, say

GROUPS = 10
"""How many groups of people cut off are shown."""


def tables(
    answer: RingAnswer,
    areas: Layer,
    layers: Mapping[str, Layer],
    promised: Table | None,
) -> tuple[Table, ...]:
    """Return all tables; those that nothing is known for are left out."""
    found = [
        _access(answer, areas, centre=False),
        _access(answer, areas, centre=True),
        _pairs(answer),
    ]
    if answer.through.traffic is not None:
        found.append(_diverted(answer))
    if promised is not None:
        found.append(promised)
    if answer.radials and answer.spec.radials is not None:
        found.append(_radials(answer.radials, layers[answer.spec.radials.layer]))
    if answer.effects:
        found.append(_effects(answer.effects))
    found.append(_interchanges(answer, layers[answer.spec.interchanges]))
    if answer.severance is not None and answer.severance.groups:
        found.append(_severed(answer.severance, areas))
    return tuple(found)


def _access(answer: RingAnswer, areas: Layer, *, centre: bool) -> Table:
    """Return people within each reach by area; areas add up to the city."""
    reaches, main = answer.spec.reaches_min, answer.spec.main_min
    title = (
        say("Residents by minutes by car to the centre")
        if centre
        else say("Residents by minutes by car to the nearest interchange")
    )
    columns = (
        area_column(),
        TableColumn("people", say("Residents")),
        *(
            TableColumn(f"within_{reach:g}", say("Within {reach}", reach=minutes(reach)))
            for reach in reaches
        ),
        TableColumn("share", say("Share within {reach}", reach=minutes(main))),
        TableColumn("interval", say("From … to")),
        TableColumn("median", say("Half of the residents, at most")),
    )
    city, *others = answer.areas
    rows = [
        Row(area=row.area, cells=_access_cells(answer, areas, row, centre=centre)) for row in others
    ]
    total = Row(area=CITY, cells=_access_cells(answer, areas, city, centre=centre), total=True)
    return Table(title, columns, (*rows, total))


def _access_cells(
    answer: RingAnswer, areas: Layer, row: AreaAccess, *, centre: bool
) -> tuple[Cell, ...]:
    within = row.centre if centre else row.road
    main = within[answer.spec.main_min]
    median = row.centre_min if centre else row.road_min
    share, least, most = (
        n / row.people if row.people else None for n in (main.people, main.least, main.most)
    )
    span = say("{low} to {high}", low=percent(least), high=percent(most))
    return (
        area_cell(areas, row.area),
        number(row.people),
        *(number(within[reach].people) for reach in answer.spec.reaches_min),
        percentage(share),
        Cell(span.en, span, tone="unsure"),
        Cell(None if median is None else round(median, 1), minutes(median)),
    )


def _pairs(answer: RingAnswer) -> Table:
    columns = (
        TableColumn("start", say("From gate"), align="left"),
        TableColumn("end", say("To gate"), align="left"),
        TableColumn("city_km", say("Without the ring road, km")),
        TableColumn("city_inside_km", say("Of these in the city")),
        TableColumn("city_min", say("Without the ring road, min")),
        TableColumn("city_interval", say("From … to")),
        TableColumn("ring_km", say("By the ring road, km")),
        TableColumn("ring_min", say("By the ring road, min")),
        TableColumn("ring_interval", say("From … to")),
        TableColumn("saved_min", say("Saved, min")),
        TableColumn("saved_inside_km", say("Fewer km in the city")),
        TableColumn("faster", say("Faster way"), align="left"),
    )
    rows = tuple(Row(area="", cells=_pair_cells(answer, pair)) for pair in answer.through.pairs)
    return Table(say("Through traffic: from gate to gate by both ways"), columns, rows)


def _pair_cells(answer: RingAnswer, pair: Pair) -> tuple[Cell, ...]:
    one, other = (answer.road.gates[at] for at in (pair.start, pair.end))
    city, saved = pair.city_min, pair.saved_min
    inside = pair.saved_inside_km
    return (
        named(one.id, one.name),
        named(other.id, other.name),
        number(_round(pair.city_km), digits=1),
        number(_round(pair.city_inside_km), digits=1),
        number(None if city is None else _round(city[USUAL]), digits=1),
        Cell(interval(city).en, interval(city), tone="unsure"),
        number(_round(pair.ring_km), digits=1),
        number(_round(pair.ring_min[USUAL]), digits=1),
        Cell(interval(pair.ring_min).en, interval(pair.ring_min), tone="unsure"),
        Cell(_round(saved), signed(_round(saved))),
        Cell(_round(inside), signed(_round(inside))),
        _faster(pair),
    )


def _faster(pair: Pair) -> Cell:
    """Say which way is faster, and whether it is so at every end of the assumptions."""
    if pair.city_min is None:
        return Cell(None, say("no way by streets"), tone="unsure")
    if pair.wins:
        if pair.sure:
            return Cell("ring_road", say("the ring road"), tone="good")
        return Cell("ring_road", say("the ring road, not surely"), tone="unsure")
    if pair.sure:
        return Cell("city", say("the city"))
    return Cell("city", say("the city, not surely"), tone="unsure")


def _diverted(answer: RingAnswer) -> Table:
    columns = (
        TableColumn("share", say("Share that takes the ring road")),
        TableColumn("vehicles_day", say("Vehicles a day")),
        TableColumn("hours_day", say("Hours saved a day")),
        TableColumn("inside_km_day", say("Fewer vehicle-km in the city a day")),
    )
    found = (answer.through.diverted(share) for share in answer.diverted)
    rows = tuple(
        Row(
            area="",
            cells=(
                percentage(one.share),
                number(one.vehicles_day),
                number(round(one.hours_day)),
                number(round(one.inside_km_day)),
            ),
        )
        for one in found
        if one is not None
    )
    return Table(
        say("What through traffic saves, by the share that takes the ring road"), columns, rows
    )


def _radials(radials: Sequence[Radial], layer: Layer) -> Table:
    columns = (
        TableColumn("street", say("Street"), align="left"),
        TableColumn("kind", say("Kind"), align="left"),
        TableColumn("stretch", say("Stretch"), align="left"),
        TableColumn("length_km", say("Length, km")),
        TableColumn("due", say("Due")),
        TableColumn("state", say("State"), align="left"),
        TableColumn("source", say("Source"), align="left"),
        TableColumn("confidence", say("Confidence"), align="left"),
        TableColumn("geometry_basis", say("Drawn on the map"), align="left"),
    )
    rows = tuple(Row(area="", cells=_radial_cells(one, layer)) for one in radials)
    return Table(
        say("Streets between the city and the ring road, and internal ones"), columns, rows
    )


def _stretch(one: Radial) -> Text | None:
    """Write from where to where, as far as it is known."""
    if one.start is None and one.end is None:
        return None
    unknown = same("…")
    return say("{start} – {end}", start=one.start or unknown, end=one.end or unknown)


def _told_by(one: Radial) -> Text | None:
    """Write who says so, and of when, as far as it is known."""
    told = [write(text) for write, text in ((same, one.source), (dated, one.date)) if text]
    return joined(told) if told else None


def _radial_cells(one: Radial, layer: Layer) -> tuple[Cell, ...]:
    return (
        named(one.id, one.name),
        Cell(one.kind, value_of(layer, "kind", one.kind)),
        _words(_stretch(one)),
        number(one.length_km, digits=1),
        Cell(one.due, dated(one.due or "—")),
        Cell(one.state, value_of(layer, "state", one.state)),
        _words(_told_by(one)),
        Cell(one.confidence, value_of(layer, "confidence", one.confidence)),
        Cell(
            one.drawn,
            value_of(layer, "geometry_basis", one.drawn),
            tone="" if one.trial == "course" else "unsure",
        ),
    )


def _effects(effects: Sequence[Effect]) -> Table:
    columns = (
        TableColumn("rank", say("Rank")),
        TableColumn("street", say("Street"), align="left"),
        TableColumn("course", say("Course tried"), align="left"),
        TableColumn("km", say("Length tried, km")),
        TableColumn("people_road", say("Residents sooner at an interchange")),
        TableColumn("person_hours", say("Person-hours saved, one trip each")),
        TableColumn("people_centre", say("Residents sooner at the centre")),
        *(
            TableColumn(f"more_{reach:g}", say("More within {reach}", reach=minutes(reach)))
            for reach in (effects[0].within if effects else ())
        ),
    )
    rows = tuple(Row(area="", cells=_effect_cells(rank, e)) for rank, e in enumerate(effects, 1))
    return Table(
        say("What each street would change if it were open, all else as today"), columns, rows
    )


def _effect_cells(rank: int, effect: Effect) -> tuple[Cell, ...]:
    radial = effect.radial
    course = (
        Cell("course", say("as in the plan"))
        if effect.ranked
        else Cell("straight", say("straight course assumed"), tone="unsure")
    )
    return (
        Cell(rank, count(rank)) if effect.ranked else nothing(),
        named(radial.id, radial.name),
        course,
        number(_round(radial.drawn_km), digits=1),
        number(effect.people_road),
        number(round(effect.saved_person_min / 60)),
        number(effect.people_centre),
        *(number(people) for people in effect.within.values()),
    )


def _interchanges(answer: RingAnswer, layer: Layer) -> Table:
    columns = (
        TableColumn("no", say("No.")),
        TableColumn("interchange", say("Interchange"), align="left"),
        TableColumn("km", say("Kilometre")),
        TableColumn("confidence", say("Confidence of the place"), align="left"),
        TableColumn("basis", say("How it was placed"), align="left"),
        TableColumn("precision_m", say("Place known to, m")),
        TableColumn("link", say("Assumed link to the streets")),
        TableColumn("people", say("Nearest interchange of residents")),
    )
    people = answer.access.demand.people
    nearest = answer.access.road.which
    rows = []
    for at, spot in enumerate(answer.road.interchanges):
        served = int(people[nearest == at].sum())
        rows.append(Row(area="", cells=_interchange_cells(answer, layer, (at, spot), served)))
    return Table(say("Interchanges"), columns, tuple(rows))


def _interchange_cells(
    answer: RingAnswer, layer: Layer, one: tuple[int, Spot], served: int
) -> tuple[Cell, ...]:
    at, spot = one
    link = next((each for each in answer.road.links if each.interchange == at), None)
    length = None if link is None else round(link.straight_m / 1000, 1)
    unsure = spot.confidence != "high"
    return (
        number(at + 1),
        named(spot.id, spot.name),
        number(round(spot.km, 1), digits=1),
        Cell(
            spot.confidence or None,
            value_of(layer, "confidence", spot.confidence),
            tone="unsure" if unsure else "",
        ),
        _words(spot.basis),
        number(spot.precision_m),
        Cell(length, km(length), tone="" if link is None else "unsure"),
        number(served),
    )


def _severed(severance: Severance, areas: Layer) -> Table:
    columns = (
        TableColumn("barrier", say("What lies between"), align="left"),
        area_column(),
        TableColumn("near", say("Near"), align="left"),
        TableColumn("people", say("Residents")),
        TableColumn("straight", say("By air")),
        TableColumn("way", say("By street")),
        TableColumn("link", say("Missing crossing, m")),
    )
    rows = tuple(
        Row(area=str(group["district"]), cells=_group_cells(group, name, areas))
        for group, name in zip(severance.groups[:GROUPS], severance.names, strict=False)
    )
    return Table(say("Residents near by air and far by street"), columns, rows)


def _group_cells(group: Mapping[str, Any], name: Text, areas: Layer) -> tuple[Cell, ...]:
    link = group["link"]
    return (
        Cell(group["barrier_ids"], name),
        area_cell(areas, str(group["district"])),
        Cell(group["near"], same(str(group["near"] or "—"))),
        number(group["people"]),
        number(group["straight"]),
        number(group["way"]),
        number(None if link is None else link["length_m"]),
    )


def _words(text: Text | None) -> Cell:
    return nothing() if text is None else Cell(text.en, text)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
