"""What the water balance says to a reader."""

from collections.abc import Sequence

from almaty_geo.catalogue import Layer
from almaty_geo.coverage.section_cells import area_cell, number, signed
from almaty_geo.sections import CITY, Answer, Cell, Figure, Marks, Row, Section, Table, TableColumn
from almaty_geo.water.balance import AreaWater, Balance, Year
from almaty_geo.water.section_how import area_how, city_how
from almaty_geo.water.series import Point
from almaty_geo.water.sources import WaterSource
from almaty_geo.water.supply import Supply
from almaty_geo.words import LANGUAGES, Text, count, percent, same, say, say_count, shown, term


def section(supply: Supply) -> Section:
    """
    Return what the balance says.

    Parameters
    ----------
    supply
        The balance and its layers.

    Returns
    -------
    section
        Who has no central water, supply against demand by year and area, what each source adds.
    """
    tables = [_years(supply), _sources(supply), _areas(supply)]
    if supply.places is not None:
        tables.append(_places(supply.places, supply.areas))
    more, told, marks = _by_place(supply)
    return Section(
        id="water",
        title=say("Water"),
        scenario=None,
        answers=(_city(supply), *(_area(supply, one) for one in supply.balance.areas if one.area)),
        tables=(*tables, *more),
        notes=(*_notes(supply), *told),
        marks=marks,
        layers=(supply.sources.id,),
        sources=(supply.sources.id, supply.series.layer, supply.demand, supply.areas.id),
    )


def _by_place(supply: Supply) -> tuple[list[Table], list[Text], Marks | None]:
    """Return tables, notes and places: who is served from where, who remains, what is in zones."""
    from almaty_geo.water import section_outlook as outlook  # noqa: PLC0415 - the solver is heavy
    from almaty_geo.water import section_served as served  # noqa: PLC0415 - the same

    tables, notes = [outlook.outlook_table(supply)], outlook.outlook_notes(supply)
    marks = None
    if supply.ground is not None:
        now = supply.ground.serve()
        marks = served.assumed_marks(supply.ground)
        tables += [*served.served_tables(supply, supply.ground, now)]
        notes += served.served_notes(supply, supply.ground, now)
        if supply.zone is not None:
            tables.append(outlook.zone_table(supply, supply.ground))
            notes += outlook.zone_notes(supply.zone)
    return [table for table in tables if table is not None], notes, marks


def _city(supply: Supply) -> Answer:
    balance, without = supply.balance, supply.without
    use, now = balance.use[0], balance.years[0]
    if without is None:
        number_said = _m3_day(use.value)
        headline = say("{use} of water are used.", use=number_said)
    else:
        people = round(without.value)
        number_said = count(people)
        headline = say_count(
            "{n} resident had no central water in {year}.",
            "{n} residents had no central water in {year}.",
            people,
            year=str(without.year),
        )
    itemised, published = balance.itemised_m3_day, now.capacity_m3_day
    figures = (
        ("use", use.value, _m3_day(use.value), say("used on the average day")),
        ("capacity", published, _m3_day(published), say("capacity of all sources, as published")),
        (
            "unattributed",
            balance.unattributed_m3_day,
            percent(balance.unattributed_m3_day / published if published else None),
            say("of it is named nowhere: sources itemised sum to {n}", n=_m3_day(itemised)),
        ),
        _pledged(supply),
    )
    return Answer(
        area=CITY,
        headline=headline,
        emphasis=number_said,
        figures=tuple(
            Figure(f"water.{name}.{CITY}", value, said, label, city_how(supply, name))
            for name, value, said, label in figures
        ),
    )


def _pledged(supply: Supply) -> tuple[str, float | None, Text, Text]:
    """Return what the sources of the first pledge give, as a share of what is used."""
    balance = supply.balance
    if not supply.spec.pledges:
        open_ones = sum(s.capacity_m3_day or 0 for s in balance.sources if s.state == "existing")
        return ("open", open_ones, _m3_day(open_ones), say("of it from sources at work"))
    known = [s for s in balance.sources if s.id in supply.spec.pledges[0].sources]
    with_capacity = [s for s in known if s.capacity_m3_day is not None]
    share = balance.share_of_use([s.id for s in with_capacity])
    named = Text(**{k: " + ".join(s.name[k] for s in with_capacity) for k in LANGUAGES})
    return ("pledged", share, percent(share, digits=1), say("of use: {sources}", sources=named))


def _area(supply: Supply, own: AreaWater) -> Answer:
    norm, used = supply.balance.norm.id, supply.balance.used[0].id
    demand = own.demand_m3_day[used]
    said = _m3_day(demand)
    headline = say("Residents here use about {use} on the average day.", use=said)
    figures: list[tuple[str, float | None, Text, Text]] = [
        ("use", round(demand), said, say("at what the city truly uses per person")),
        (
            "norm",
            round(own.demand_m3_day[norm]),
            _m3_day(own.demand_m3_day[norm]),
            say("at the design norm"),
        ),
        (
            "capacity",
            own.capacity_m3_day,
            _m3_day(own.capacity_m3_day),
            say("known capacity of sources stated for the district"),
        ),
        ("coming", own.coming_m3_day, _m3_day(own.coming_m3_day), say("to come, as far as known")),
    ]
    return Answer(
        area=own.area,
        headline=headline,
        emphasis=said,
        figures=tuple(
            Figure(f"water.{name}.{own.area}", value, shown_, label, area_how(supply, own, name))
            for name, value, shown_, label in figures
        ),
    )


def _m3_day(value: float) -> Text:
    return say("{value} m³/day", value=count(round(value)))


def _years(supply: Supply) -> Table:
    balance = supply.balance
    used = balance.used[0].id
    columns = (
        TableColumn("year", say("Year"), align="left"),
        TableColumn("people", say("Residents")),
        TableColumn("capacity_m3_day", say("Capacity, m³/day")),
        TableColumn("demand_m3_day", say("Use on the average day, m³/day")),
        TableColumn("peak_m3_day", say("Use on the peak day, m³/day")),
        TableColumn("reserve_m3_day", say("Reserve on the peak day, m³/day")),
        TableColumn("interval", say("From … to")),
    )
    return Table(
        title=say("Supply against demand by year, at what is truly used per person"),
        columns=columns,
        rows=tuple(Row(area="", cells=_year_cells(year, used)) for year in balance.years),
    )


def _year_cells(year: Year, used: str) -> tuple[Cell, ...]:
    reserve = round(year.reserve_m3_day(used))
    least, most = round(year.least_reserve_m3_day), round(year.most_reserve_m3_day)
    interval = say("{low} to {high}", low=signed(least), high=signed(most))
    named = say("{year} (forecast)", year=str(year.year)) if year.forecast else same(str(year.year))
    return (
        Cell(year.year, named),
        number(year.people),
        number(year.capacity_m3_day),
        number(round(year.demand_m3_day[used])),
        number(round(year.peak_m3_day[used])),
        Cell(reserve, signed(reserve), tone="bad" if reserve < 0 else ""),
        Cell(interval.en, interval, tone="unsure"),
    )


def _sources(supply: Supply) -> Table:
    columns = (
        TableColumn("source", say("Source"), align="left"),
        TableColumn("kind", say("Kind"), align="left"),
        TableColumn("state", say("State"), align="left"),
        TableColumn("opens", say("Opens")),
        TableColumn("capacity_m3_day", say("Capacity, m³/day")),
        TableColumn("share", say("Share of use")),
        TableColumn("people_stated", say("People, as stated")),
        TableColumn("people_at_norm", say("People at the norm")),
    )
    rows = [
        Row(area=one.area or "", cells=_source_cells(supply, one)) for one in supply.balance.sources
    ]
    rest = supply.balance.unattributed_m3_day
    if rest:
        empty = [Cell(None, same("—"))] * 3
        share = rest / supply.balance.use[0].value
        name = Cell("unattributed", say("Not attributed to any source"), tone="unsure")
        told = (number(rest), Cell(share, percent(share, digits=1)))
        rows.append(Row(area="", cells=(name, *empty, *told, *empty[:2])))
    return Table(say("Sources of water and what each adds"), columns, tuple(rows))


def _source_cells(supply: Supply, one: WaterSource) -> tuple[Cell, ...]:
    balance = supply.balance
    share = None if one.capacity_m3_day is None else balance.share_of_use([one.id])
    return (
        Cell(one.id, one.name),
        Cell(one.kind, _value(supply.sources, "kind", one.kind)),
        Cell(one.state, _value(supply.sources, "state", one.state)),
        Cell(one.opens, same("—" if one.opens is None else str(one.opens))),
        number(one.capacity_m3_day),
        Cell(share, percent(share, digits=1)),
        number(one.people_served),
        number(balance.people_at(one, balance.norm)),
    )


def _areas(supply: Supply) -> Table:
    balance = supply.balance
    each = (balance.norm, *balance.used)
    titles = (
        say("At {litres} L per person (norm)", litres=count(balance.norm.litres)),
        *(say("At {litres} L per person (used)", litres=count(p.litres)) for p in balance.used),
    )
    columns = (
        TableColumn("area", say("District"), align="left"),
        TableColumn("people", say("Residents")),
        *(TableColumn(p.id, title) for p, title in zip(each, titles, strict=True)),
        TableColumn("capacity_m3_day", say("Sources stated here, m³/day")),
        TableColumn("coming_m3_day", say("To come, m³/day")),
        TableColumn("unknown", say("Sources of unknown capacity")),
    )
    ids = [p.id for p in each]
    rows = [Row(area=one.area, cells=_area_cells(supply, one, ids)) for one in balance.areas]
    total = _total(balance, ids)
    return Table(
        say("Use on the average day by district, m³/day"),
        columns,
        (*rows, Row(area=CITY, cells=total, total=True)),
    )


def _area_cells(supply: Supply, one: AreaWater, ids: Sequence[str]) -> tuple[Cell, ...]:
    name = (
        area_cell(supply.areas, one.area)
        if one.area
        else Cell("", say("No district stated, or outside"))
    )
    return (
        name,
        number(one.people),
        *(number(round(one.demand_m3_day[key])) for key in ids),
        number(one.capacity_m3_day),
        number(one.coming_m3_day),
        number(one.unknown),
    )


def _total(balance: Balance, ids: Sequence[str]) -> tuple[Cell, ...]:
    """Return the sum of all areas, from figures rounded as they are shown."""
    areas = balance.areas
    return (
        Cell(CITY, say("City")),
        number(sum(a.people for a in areas)),
        *(number(sum(round(a.demand_m3_day[key]) for a in areas)) for key in ids),
        number(sum(a.capacity_m3_day for a in areas)),
        number(sum(a.coming_m3_day for a in areas)),
        number(sum(a.unknown for a in areas)),
    )


def _places(places: Layer, areas: Layer) -> Table:
    """Return the named places, with what their source says; nothing is spread over blocks."""
    columns = (
        TableColumn("place", say("Place"), align="left"),
        TableColumn("area", say("District"), align="left"),
        TableColumn("water", say("What is known of its water"), align="left"),
    )
    area = next((c for c, s in places.spec.columns.items() if s.layer == areas.id), "")
    rows = []
    for row in places.frame.to_dict("records"):
        known = Text(**{lang: shown(row.get(f"water_{lang}"))[lang] for lang in LANGUAGES})
        name = next((row[c] for c in places.spec.name_columns if row[c]), row["id"])
        district = str(row[area]) if area else ""
        where = area_cell(areas, district) if district else Cell(None, same("—"))
        cells = (Cell(str(name), same(str(name))), where, Cell(known.en, known))
        rows.append(Row(area=district, cells=cells))
    return Table(say("Named places and their water"), columns, tuple(rows))


def _notes(supply: Supply) -> list[Text]:
    balance, peak = supply.balance, supply.spec.peak_day
    notes = [
        say(
            "Norm: {value} L per person per day. Source: {basis}. Confidence: {confidence}.",
            value=count(supply.norm.value),
            basis=supply.norm.basis,
            confidence=term("confidence", supply.norm.confidence),
        ),
        say(
            "Use on the peak day is the average day’s × {value} ({low} to {high}): {basis}. "
            "Confidence: {confidence}.",
            value=count(peak.value, digits=2),
            low=count(peak.low, digits=2),
            high=count(peak.high, digits=2),
            basis=peak.basis,
            confidence=term("confidence", peak.confidence),
        ),
        *(
            _use_note(point, person.litres)
            for point, person in zip(balance.use, balance.used, strict=True)
        ),
        say(
            "The interval of the reserve: named sources only against the largest use at the upper "
            "end of the peak, to all that is published against the smallest use on an average day."
        ),
        *(pledge.note for pledge in supply.spec.pledges),
    ]
    if supply.without is not None:
        notes.append(
            say(
                "People without central water: {n} ({date}, {source}); no source says where they "
                "live, so nothing is spread over blocks.",
                n=count(supply.without.value),
                date=supply.without.date,
                source=supply.without.source,
            )
        )
    layers = [supply.sources] + ([supply.places] if supply.places else [])
    told = ((layer, note) for layer in layers for note in layer.spec.notes)
    return notes + [
        say("{layer}: {note}", layer=layer.spec.title, note=note.text) for layer, note in told
    ]


def _use_note(point: Point, litres: float) -> Text:
    return say(
        "Used: {value} m³/day ({date}, {source}; confidence: {confidence}), which is {litres} L "
        "per person for all purposes.",
        value=count(point.value),
        date=point.date,
        source=point.source,
        confidence=term("confidence", point.confidence),
        litres=count(litres),
    )


def _value(layer: Layer, column: str, value: str) -> Text:
    """Return a value of an enumeration in words."""
    words = layer.spec.columns[column].values if column in layer.spec.columns else {}
    return words.get(value, same(value))
