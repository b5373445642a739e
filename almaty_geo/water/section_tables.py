"""The tables of the balance: by year, by source and kind, by area, and by named place."""

from collections.abc import Sequence

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
from almaty_geo.names import Name, row_name
from almaty_geo.sections import CITY, Cell, Row, Table, TableColumn
from almaty_geo.water.balance import Balance, Year
from almaty_geo.water.parts import AreaWater, KindWater
from almaty_geo.water.sources import WaterSource
from almaty_geo.water.supply import Supply
from almaty_geo.words import LANGUAGES, Text, count, same, say, shown


def tables(supply: Supply) -> tuple[Table, ...]:
    """Return the tables; promises stand after the first, beside what they are held against."""
    found = [_years(supply), _sources(supply), _kinds(supply), _areas(supply), _later(supply)]
    if supply.promised is not None:
        found.insert(1, supply.promised)
    if supply.places is not None:
        found.append(_places(supply.places, supply.areas))
    return tuple(found)


def m3_day(value: float) -> Text:
    """Write cubic metres a day, to a whole one."""
    return say("{value} m³/day", value=count(round(value)))


def _years(supply: Supply) -> Table:
    balance = supply.balance
    columns = (
        TableColumn("year", say("Year"), align="left"),
        TableColumn("people", say("Residents")),
        TableColumn("capacity_m3_day", say("Capacity, m³/day")),
        TableColumn("demand_m3_day", say("Use on the average day, m³/day")),
        TableColumn("peak_m3_day", say("Use on the peak day, m³/day")),
        TableColumn("reserve_m3_day", say("Reserve on the peak day, m³/day")),
        TableColumn(
            "reserve_norm_m3_day",
            say("The same at the norm of {litres} L", litres=count(balance.norm.litres)),
        ),
        TableColumn("interval", say("From … to")),
    )
    return Table(
        title=say(
            "Supply against demand by year, at what is truly used per person: {litres} L",
            litres=count(balance.used[0].litres),
        ),
        columns=columns,
        rows=tuple(Row(area="", cells=_year_cells(balance, year)) for year in balance.years),
    )


def _year_cells(balance: Balance, year: Year) -> tuple[Cell, ...]:
    used = balance.used[0].id
    least, most = round(year.least_reserve_m3_day), round(year.most_reserve_m3_day)
    interval = say("{low} to {high}", low=signed(least), high=signed(most))
    title = say("{year} (forecast)", year=str(year.year)) if year.forecast else same(str(year.year))
    return (
        Cell(year.year, title),
        number(year.people),
        number(year.capacity_m3_day),
        number(round(year.demand_m3_day[used])),
        number(round(year.peak_m3_day[used])),
        _reserve(year.reserve_m3_day(used)),
        _reserve(year.reserve_m3_day(balance.norm.id)),
        Cell(interval.en, interval, tone="unsure"),
    )


def _reserve(m3_a_day: float) -> Cell:
    """Return a reserve, or a deficit, as a cell."""
    reserve = round(m3_a_day)
    return Cell(reserve, signed(reserve), tone="bad" if reserve < 0 else "")


def _sources(supply: Supply) -> Table:
    columns = (
        TableColumn("source", say("Water source"), align="left"),
        TableColumn("kind", say("Kind"), align="left"),
        TableColumn("state", say("State"), align="left"),
        TableColumn("opens", say("Opens")),
        TableColumn("capacity_m3_day", say("Capacity, m³/day")),
        TableColumn("share", say("Share of use")),
        TableColumn("people_stated", say("People, as stated")),
        TableColumn("people_at_norm", say("People at the norm")),
    )
    rows = [
        Row(
            area=one.area or "",
            cells=_source_cells(supply, one),
            feature=f"{supply.sources.id}/{one.id}",
        )
        for one in supply.balance.sources
    ]
    rest = supply.balance.unattributed_m3_day
    if rest:
        empty = [nothing()] * 3
        share = rest / supply.balance.use[0].value
        name = Cell("unattributed", say("Not attributed to any source"), tone="unsure")
        told = (number(rest), percentage(share, digits=1))
        rows.append(Row(area="", cells=(name, *empty, *told, *empty[:2])))
    return Table(say("Sources of water and what each adds"), columns, tuple(rows))


def _source_cells(supply: Supply, one: WaterSource) -> tuple[Cell, ...]:
    balance = supply.balance
    share = None if one.capacity_m3_day is None else balance.share_of_use([one.id])
    return (
        Cell(one.id, one.name),
        Cell(one.kind, value_of(supply.sources, "kind", one.kind)),
        Cell(one.state, value_of(supply.sources, "state", one.state)),
        Cell(one.opens, same("—" if one.opens is None else str(one.opens))),
        number(one.capacity_m3_day),
        percentage(share, digits=1),
        number(one.people_served),
        number(balance.people_at(one, balance.norm)),
    )


def _kinds(supply: Supply) -> Table:
    """Return the sources by kind; with what no source is named for they sum to the published."""
    balance = supply.balance
    columns = (
        TableColumn("kind", say("Kind"), align="left"),
        TableColumn("sources", say("How many")),
        TableColumn("capacity_m3_day", say("Capacity, m³/day")),
        TableColumn("coming_m3_day", say("To come, m³/day")),
        TableColumn("share", say("Share of use")),
        TableColumn("unknown", say("Sources of unknown capacity")),
    )
    rows = [Row(area="", cells=_kind_cells(supply, kind)) for kind in balance.kinds]
    known = sum(kind.capacity_m3_day for kind in balance.kinds)
    rest = balance.unattributed_m3_day
    if rest:
        name = Cell("unattributed", say("Not attributed to any source"), tone="unsure")
        none = nothing()
        rows.append(
            Row(area="", cells=(name, none, number(rest), none, _share(supply, rest), none))
        )
    total = (
        Cell(CITY, say("All together")),
        number(len(balance.sources)),
        number(known + rest),
        number(sum(kind.coming_m3_day for kind in balance.kinds)),
        _share(supply, known + rest),
        number(sum(kind.unknown for kind in balance.kinds)),
    )
    return Table(
        say("Capacity by kind of source; groundwater fields at their licensed limits"),
        columns,
        (*rows, Row(area="", cells=total, total=True)),
    )


def _kind_cells(supply: Supply, one: KindWater) -> tuple[Cell, ...]:
    return (
        Cell(one.kind, value_of(supply.sources, "kind", one.kind)),
        number(one.sources),
        number(one.capacity_m3_day),
        number(one.coming_m3_day),
        _share(supply, one.capacity_m3_day),
        number(one.unknown),
    )


def _share(supply: Supply, m3_a_day: int) -> Cell:
    """Return a capacity over what is used, by the main figure of use."""
    share = m3_a_day / supply.balance.use[0].value
    return percentage(share, digits=1)


def _areas(supply: Supply) -> Table:
    balance = supply.balance
    each = (balance.norm, *balance.used)
    titles = (
        say("At {litres} L per person (norm)", litres=count(balance.norm.litres)),
        *(say("At {litres} L per person (used)", litres=count(p.litres)) for p in balance.used),
    )
    columns = (
        area_column(),
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
    return (
        _area_name(supply, one),
        number(one.people),
        *(number(one.demand_m3_day[key]) for key in ids),
        number(one.capacity_m3_day),
        number(one.coming_m3_day),
        number(one.unknown),
    )


def _area_name(supply: Supply, one: AreaWater) -> Cell:
    if one.area:
        return area_cell(supply.areas, one.area)
    return Cell("", say("No district stated, or outside"))


def _total(balance: Balance, ids: Sequence[str]) -> tuple[Cell, ...]:
    """Return the sum of all areas."""
    areas = balance.areas
    return (
        Cell(CITY, say("City")),
        number(sum(a.people for a in areas)),
        *(number(sum(a.demand_m3_day[key] for a in areas)) for key in ids),
        number(sum(a.capacity_m3_day for a in areas)),
        number(sum(a.coming_m3_day for a in areas)),
        number(sum(a.unknown for a in areas)),
    )


def _later(supply: Supply) -> Table:
    """Return the peak day's use of each area by year, and the sources stated there by the last."""
    balance = supply.balance
    used = balance.used[0].id
    years = [one.year for one in balance.areas[-1].years]
    columns = (
        area_column(),
        *(TableColumn(f"peak_{year}", same(str(year))) for year in years),
        TableColumn(
            "capacity_m3_day", say("Sources stated here by {year}, m³/day", year=str(years[-1]))
        ),
    )

    def cells(areas: Sequence[AreaWater]) -> tuple[Cell, ...]:
        peaks = (sum(a.years[at].peak_m3_day[used] for a in areas) for at in range(len(years)))
        capacity = sum(a.years[-1].capacity_m3_day for a in areas)
        return (*(number(peak) for peak in peaks), number(capacity))

    rows = [
        Row(area=one.area, cells=(_area_name(supply, one), *cells([one]))) for one in balance.areas
    ]
    total = (Cell(CITY, say("City")), *cells(balance.areas))
    return Table(
        say(
            "Use on the peak day by district and year, m³/day, at {litres} L per person, if all "
            "districts grow alike (assumption)",
            litres=count(balance.used[0].litres),
        ),
        columns,
        (*rows, Row(area=CITY, cells=total, total=True)),
    )


def _places(places: Layer, areas: Layer) -> Table:
    """Return the named places, with what their source says; nothing is spread over blocks."""
    columns = (
        TableColumn("place", say("Place"), align="left"),
        area_column(),
        TableColumn("water", say("What is known of its water"), align="left"),
    )
    area = next((c for c, s in places.spec.columns.items() if s.layer == areas.id), "")
    rows = []
    for found in places.frame.to_dict("records"):
        row = {str(column): value for column, value in found.items()}
        known = Text(**{lang: shown(row.get(f"water_{lang}"))[lang] for lang in LANGUAGES})
        name = row_name(row, places.spec.name_columns) or Name(same(str(row["id"])))
        district = str(row[area]) if area else ""
        where = area_cell(areas, district) if district else nothing()
        cells = (named(str(row["id"]), name), where, Cell(known.en, known))
        rows.append(Row(area=district, cells=cells))
    return Table(say("Named places and their water"), columns, tuple(rows))
