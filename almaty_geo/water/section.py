"""What the water balance says to a reader."""

from typing import NamedTuple

from almaty_geo.sections import CITY, Answer, Classes, Figure, Marks, Section, Table
from almaty_geo.water.parts import AreaWater
from almaty_geo.water.section_how import area_how, city_how
from almaty_geo.water.section_notes import notes
from almaty_geo.water.section_tables import m3_day, tables
from almaty_geo.water.section_told import told
from almaty_geo.water.supply import Supply
from almaty_geo.words import Text, count, joined, percent, say, say_count


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
    placed = _by_place(supply)
    return Section(
        id="water",
        title=say("Water"),
        scenario=None,
        answers=(_city(supply), *(_area(supply, one) for one in supply.balance.areas if one.area)),
        tables=(*tables(supply), *placed.tables),
        notes=(*notes(supply), *placed.notes),
        classes=placed.classes,
        marks=placed.marks,
        layers=(supply.sources.id,),
        told=told(supply),
        sources=(supply.sources.id, supply.series.layer, supply.demand, supply.areas.id),
    )


class _ByPlace(NamedTuple):
    """What is said of people and intakes by place."""

    tables: list[Table]
    notes: list[Text]
    classes: Classes | None = None
    marks: Marks | None = None


def _by_place(supply: Supply) -> _ByPlace:
    """Return who is served from where, who remains, and what is in zones."""
    from almaty_geo.water import section_outlook as outlook  # noqa: PLC0415 - the solver is heavy
    from almaty_geo.water import section_served as served  # noqa: PLC0415 - the same

    remain = outlook.outlook_table(supply)
    found = _ByPlace([] if remain is None else [remain], outlook.outlook_notes(supply))
    ground = supply.ground
    if ground is None:
        return found
    now = ground.serve()
    found.tables.extend(served.served_tables(supply, ground, now))
    found.notes.extend(served.served_notes(supply, ground, now))
    if supply.zone is not None:
        found.tables.extend(outlook.zone_tables(supply, ground))
        found.notes.extend(outlook.zone_notes(supply, supply.zone))
    return found._replace(
        classes=served.served_classes(supply, now), marks=served.assumed_marks(ground)
    )


def _city(supply: Supply) -> Answer:
    balance, without = supply.balance, supply.without
    use, now = balance.use[0], balance.years[0]
    if without is None:
        number_said = m3_day(use.value)
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
        ("use", use.value, m3_day(use.value), say("used on the average day")),
        ("capacity", published, m3_day(published), say("capacity of all sources, as published")),
        (
            "unattributed",
            balance.unattributed_m3_day,
            percent(balance.unattributed_m3_day / published if published else None),
            say("of it is named nowhere: sources itemised sum to {n}", n=m3_day(itemised)),
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
        return ("open", open_ones, m3_day(open_ones), say("of it from sources at work"))
    known = [s for s in balance.sources if s.id in supply.spec.pledges[0].sources]
    with_capacity = [s for s in known if s.capacity_m3_day is not None]
    share = balance.share_of_use([s.id for s in with_capacity])
    named = joined((s.name for s in with_capacity), by=" + ")
    return ("pledged", share, percent(share, digits=1), say("of use: {sources}", sources=named))


def _area(supply: Supply, own: AreaWater) -> Answer:
    norm, used = supply.balance.norm.id, supply.balance.used[0].id
    demand = own.demand_m3_day[used]
    said = m3_day(demand)
    headline = say("Residents here use about {use} on the average day.", use=said)
    figures: list[tuple[str, float | None, Text, Text]] = [
        ("use", demand, said, say("at what the city truly uses per person")),
        (
            "norm",
            own.demand_m3_day[norm],
            m3_day(own.demand_m3_day[norm]),
            say("at the design norm"),
        ),
        (
            "capacity",
            own.capacity_m3_day,
            m3_day(own.capacity_m3_day),
            say("known capacity of sources stated for the district"),
        ),
        ("coming", own.coming_m3_day, m3_day(own.coming_m3_day), say("to come, as far as known")),
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
