"""Year by year: who is within reach, what is open, and in what order to build."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from almaty_geo.cells import difference, number, percentage
from almaty_geo.notes import layer_notes, scenario_note
from almaty_geo.scenarios.phases import Phase
from almaty_geo.scenarios.programme import Programme
from almaty_geo.scenarios.section_how import year_how
from almaty_geo.scenarios.section_notes import (
    basis_word,
    sources,
    ways_notes,
)
from almaty_geo.scenarios.section_openings import openings, openings_table
from almaty_geo.scenarios.setting import Setting
from almaty_geo.sections import CITY, Answer, Cell, Figure, Row, Section, Table, TableColumn
from almaty_geo.specs import Scenario, ThemeWords
from almaty_geo.words import Text, count, percent, same, say, say_count


@dataclass(frozen=True, eq=False)
class Years:
    """A theme year by year, with all that its section needs."""

    words: ThemeWords
    """How sentences name the theme."""

    setting: Setting
    """The theme."""

    scenarios: tuple[Scenario, ...]
    """Scenarios, the plan's own first."""

    phases: Mapping[str, tuple[Phase, ...]]
    """Years of each scenario, by its id; the same years in all."""

    programme: Programme | None = None
    """In what order to build; None where there is nothing to build."""

    @property
    def id(self) -> str:
        """Id of the section."""
        return f"{self.setting.theme}_years"

    @property
    def own(self) -> tuple[Phase, ...]:
        """Years of the plan's own scenario."""
        return self.phases[self.scenarios[0].id]


def years_section(years: Years) -> Section:
    """
    Return what a theme offers year by year.

    Parameters
    ----------
    years
        The theme, its years and its building order.

    Returns
    -------
    section
        A table of years, and one of what to build in which.
    """
    setting, first = years.setting, years.scenarios[0]
    tables = [_year_table(years)]
    if opened := openings(setting, first, years.scenarios[1:]):
        tables.insert(0, openings_table(setting, opened))
    if years.programme is not None:
        tables.append(_programme_table(years.programme))
    return Section(
        id=years.id,
        title=say("By year: {theme}", theme=years.words.title),
        scenario=first.title,
        answers=(_answer(years),),
        tables=tuple(tables),
        notes=(
            *ways_notes(setting, first),
            say(
                "Residents of years without a figure lie on the straight line between two figures; "
                "where people live keeps today's pattern, scaled alike."
            ),
            *(_programme_notes(years.programme) if years.programme else ()),
            *map(scenario_note, years.scenarios),
            *layer_notes(setting.layers),
        ),
        layers=tuple(setting.roll.layers),
        sources=tuple(sources(setting)),
    )


def _answer(years: Years) -> Answer:
    first, last = years.own[0], years.own[-1]
    out = _out(last)
    headline = say_count(
        "If nothing more is built, {n} resident will live out of reach in {year}.",
        "If nothing more is built, {n} residents will live out of reach in {year}.",
        out,
        year=str(last.year),
    )
    named = [
        ("first", _out(first), say("out of reach in {year}", year=str(first.year))),
        ("last", out, say("out of reach in {year}", year=str(last.year))),
    ]
    if years.programme is not None:
        delay = years.programme.order.delay
        named.append(("delay", delay, say("person-years lost if building starts a year later")))
    figures = [
        Figure(f"{years.id}.{n}.{CITY}", v, count(v), label, year_how(n, first, last))
        for n, v, label in named
    ]
    return Answer(CITY, headline, count(out), tuple(figures))


def _out(phase: Phase) -> int:
    return int(phase.people.sum() - phase.within.sum())


def _year_table(years: Years) -> Table:
    columns = [
        TableColumn("year", say("Year")),
        TableColumn("people", say("Residents")),
        TableColumn("basis", say("Basis"), align="left"),
    ]
    for scenario in years.scenarios:
        title = scenario.title
        columns += [
            TableColumn(f"share_{scenario.id}", say("{title}: share within reach", title=title)),
            TableColumn(f"open_{scenario.id}", say("{title}: facilities", title=title)),
            TableColumn(f"capacity_{scenario.id}", say("{title}: capacity", title=title)),
        ]
    rows = [_year_row(years, at) for at in range(len(years.own))]
    return Table(say("Year by year"), tuple(columns), tuple(rows))


def _year_row(years: Years, at: int) -> Row:
    phase = years.own[at]
    cells = [
        Cell(phase.year, same(str(phase.year))),
        number(int(phase.people.sum())),
        Cell(phase.population.basis, basis_word(phase.population.basis)),
    ]
    for scenario in years.scenarios:
        own = years.phases[scenario.id][at]
        cells += [
            percentage(own.share, digits=1),
            number(int(own.facilities.sum())),
            number(int(own.capacity.sum())),
        ]
    return Row("", tuple(cells))


def _programme_table(programme: Programme) -> Table:
    """Return what to build in which year."""
    columns = (
        TableColumn("rank", say("Rank")),
        TableColumn("year", say("Year in this order")),
        TableColumn("site", say("Site"), align="left"),
        TableColumn("gain", say("More residents within reach")),
        TableColumn("delay", say("Person-years lost by a year's delay")),
    )
    rows = [
        Row(
            "",
            (
                number(rank),
                Cell(year, same(str(year))),
                _site(programme, site),
                difference(gain),
                number(delay),
            ),
        )
        for rank, (site, year, gain, delay) in enumerate(programme.sites, start=1)
    ]
    title = say("What to build first, at {n} a year", n=count(programme.budget))
    return Table(title, columns, tuple(rows))


def _site(programme: Programme, site: str) -> Cell:
    """Return a site's name as its layer has it, marked with its language; its id without one."""
    layer_id, _, row = site.partition("/")
    layer = programme.served.setting.roll.layers.get(layer_id)
    if layer is not None:
        found = layer.frame[layer.frame["id"].astype(str) == row].iloc[0]
        for column in layer.spec.name_columns:
            if isinstance(found[column], str):
                return Cell(site, same(found[column]), language=column.removeprefix("name_"))
    return Cell(site, same(row))


def _programme_notes(programme: Programme) -> Sequence[Text]:
    order = programme.order
    notes = [
        say(
            "The order serves {value} person-years; no order serves more than {bound} (gap {gap}).",
            value=count(order.value),
            bound=count(order.bound),
            gap=percent(order.gap, digits=2),
        )
    ]
    if programme.left_out:
        notes.append(
            say(
                "Sites that bring nobody more within reach are not in the order: {n}. They may "
                "still add seats.",
                n=count(len(programme.left_out)),
            )
        )
    return notes
