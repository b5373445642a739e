"""What opens when, and what each adds net of what it replaces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from almaty_geo.cells import area_cell, area_column, difference, named, opening_year, signed
from almaty_geo.names import name_in
from almaty_geo.scenarios.setting import Setting
from almaty_geo.sections import Cell, Row, Table, TableColumn
from almaty_geo.specs import Scenario
from almaty_geo.words import say


@dataclass(frozen=True, slots=True)
class Opening:
    """A facility that a scenario opens."""

    facility: str
    """``layer/id``."""

    year: int
    """First year in which it is open."""

    assumed: bool
    """Whether that is the scenario's own year, since neither its entry nor the layer has one."""

    capacity: int | None
    """How much more can be taken, less what it replaces; None where unknown."""

    people: int
    """How many more have one within reach if it opens alone, less those who lose theirs."""


def openings(setting: Setting, first: Scenario, others: Sequence[Scenario]) -> tuple[Opening, ...]:
    """
    Return what opens beside the facilities of a scenario, by year and id.

    Parameters
    ----------
    setting
        The theme.
    first
        What is open before; each facility is opened alone beside it.
    others
        What any of them opens, and the first does not. The first of them says the year.

    Returns
    -------
    openings
        Each facility once.
    """
    found: dict[str, Opening] = {}
    before = setting.roll.open(first)
    for other in others:
        for at in np.flatnonzero(setting.roll.open(other) & ~before).tolist():
            name = setting.roll.ids[at]
            if name not in found:
                found[name] = _opening(setting, (first, other), at)
    return tuple(sorted(found.values(), key=lambda one: (one.year, one.facility)))


def _opening(setting: Setting, scenarios: tuple[Scenario, Scenario], at: int) -> Opening:
    first, other = scenarios
    roll, now = setting.roll, setting.at(first)
    alone = np.arange(len(roll.ids)) == at
    then = replace(now, is_open=roll.open_with(first, alone))
    people = now.demand.people
    more = int(people[setting.within(then)].sum() - people[setting.within(now)].sum())
    taken = roll.capacity(other)
    gone = now.is_open & ~then.is_open
    net = taken[at] - taken[gone].sum()
    return Opening(
        facility=roll.ids[at],
        year=int(roll.years(other)[0][at]),
        assumed=bool(roll.year_assumed(other)[at]),
        capacity=int(net) if np.isfinite(net) else None,
        people=more,
    )


def openings_table(setting: Setting, found: Sequence[Opening]) -> Table:
    """Return what opens when, and what it adds."""
    columns = (
        TableColumn("facility", say("Facility"), align="left"),
        TableColumn("opens", say("Opens")),
        TableColumn("capacity", say("Capacity, net")),
        TableColumn("people", say("More residents within reach")),
        area_column(),
    )
    rows = tuple(_row(setting, one) for one in found)
    return Table(say("What opens when, and what each adds net"), columns, rows)


def _row(setting: Setting, one: Opening) -> Row:
    layer, _, row_id = one.facility.partition("/")
    members = setting.facility_areas
    own = members.at[setting.roll.ids.index(one.facility)]
    cells = (
        named(one.facility, name_in(setting.roll.layers[layer], row_id)),
        opening_year(one.year, assumed=one.assumed),
        Cell(one.capacity, say("not stated") if one.capacity is None else signed(one.capacity)),
        difference(one.people),
        area_cell(setting.areas, members.names[own]),
    )
    return Row("", cells, feature=one.facility)
