"""Tables of who is served from where, and what they rest on."""

import numpy as np
import shapely

from almaty_geo.catalogue import Layer
from almaty_geo.cells import area_cell, area_column, number
from almaty_geo.sections import CITY, Cell, Classes, Marks, Row, Table, TableColumn
from almaty_geo.specs import NewIntakes
from almaty_geo.water.ground import Ground
from almaty_geo.water.served import Part, Served
from almaty_geo.water.supply import Supply
from almaty_geo.words import Text, count, percent, same, say, term

KM = 1000
DECIMALS = 6
TOLD_APART = 4
NONE = same("—")


def served_tables(supply: Supply, ground: Ground, now: Served) -> tuple[Table, ...]:
    """
    Return who is served by intakes with a place: as things stand, and in each scenario.

    Parameters
    ----------
    supply
        A plan's supply.
    ground
        Its people and intakes.
    now
        Who is served as things stand.

    Returns
    -------
    tables
        Each adds up to all residents.
    """
    title = say("Who the intakes with a place and a known capacity could serve")
    tables = [_table(title, now, supply.areas)]
    for scenario in ground.scenarios.values():
        assumed = say("{scenario} (assumption): who could be served", scenario=scenario.title)
        tables.append(_table(assumed, ground.serve(ground.planned(scenario)), supply.areas))
    return tuple(tables)


def served_notes(supply: Supply, ground: Ground, now: Served) -> list[Text]:
    """Return what the tables rest on, and the option that changes each assumption."""
    notes = [
        say(
            "By place: as many people as capacities allow, with the least pipe in sum, at "
            "{litres} L per person per day (option: {option}). It says whom an intake could "
            "serve, not whom it does.",
            litres=count(ground.person.litres),
            option=same("--norm"),
        ),
        *ground.travel.said(ground.reach),
        say(
            "Intakes placed by hand are tried at the stated point and at eight points around it, "
            "one intake at a time: “stay” are those whom the same intake serves in every case; "
            "{always} of the {served} served today have one of them in every case.",
            always=count(int(now.found.always.sum())),
            served=count(int(now.flow.sum())),
        ),
        say(
            "Lifting water by 1 m counts as {metres} m of pipe where heights are given (option: "
            "{option}): {basis}. Confidence: {confidence}.",
            metres=count(ground.pipes.lift_way_m),
            option=same("--lift-way"),
            basis=ground.pipes.basis,
            confidence=term("confidence", ground.pipes.confidence),
        ),
        _unplaced(supply, ground),
    ]
    return notes + [_assumed(one) for one in ground.scenarios.values()]


def served_classes(supply: Supply, now: Served) -> Classes:
    """
    Return which intake could serve each block: the one that most of its people would have.

    A block is an intake's in every case if all whom it serves there stay with it wherever it truly
    is. Beyond a few intakes they are not told apart: nobody could tell so many colours apart.
    """
    flow, left = now.flow, now.left
    every = np.column_stack([flow, left])
    which = np.where(every.sum(axis=1) > 0, every.argmax(axis=1), flow.shape[1])
    titles, of = [], np.zeros(len(flow), dtype=np.uint8)
    for sure in (True, False):
        for position, intake in enumerate(now.intakes):
            stays = now.stays[:, position] == flow[:, position]
            here = (which == position) & (stays == sure)
            if not here.any():
                continue
            name = intake.name if len(now.intakes) <= TOLD_APART else say("an intake")
            said = (
                say("{intake}, in every case", intake=name)
                if sure
                else say("{intake}, by its stated place only", intake=name)
            )
            if said not in titles:
                titles.append(said)
            of[here] = titles.index(said)
    of[which == flow.shape[1]] = len(titles)
    titles.append(say("Other sources, or not known"))
    return Classes(
        layer=supply.demand,
        title=say("Which intake with a place could serve residents"),
        of=of,
        titles=tuple(titles),
    )


def assumed_marks(ground: Ground) -> Marks | None:
    """Return where the scenarios' intakes are assumed to be; None where there are none."""
    intakes = [one for scenario in ground.scenarios.values() for one in ground.planned(scenario)]
    if not intakes:
        return None
    points = ground.area.to_degrees(shapely.Point(one.xy_m) for one in intakes)
    return Marks(
        title=say("New intakes, placed by rule (assumption)"),
        lon_lat=tuple((round(p.x, DECIMALS), round(p.y, DECIMALS)) for p in points),
    )


def _unplaced(supply: Supply, ground: Ground) -> Text:
    """Say what stands outside the tables by place."""
    own = {one.id for one in ground.intakes}
    rest = sum(s.capacity_m3_day or 0 for s in supply.balance.sources if s.id not in own)
    return say(
        "Sources without a place or not open ({rest} m³/day), and the {unattributed} m³/day that "
        "no source is named for, serve nobody in these tables: what is known of them is stated by "
        "district.",
        rest=count(rest),
        unattributed=count(supply.balance.unattributed_m3_day),
    )


def _assumed(scenario: NewIntakes) -> Text:
    return say(
        "{scenario}: {basis}. Each is placed at the block of its district from which it serves "
        "most of those who live farthest from other intakes with a place (option: {option}). "
        "Confidence: {confidence}.",
        scenario=scenario.title,
        basis=scenario.basis,
        option=same("--place"),
        confidence=term("confidence", scenario.confidence),
    )


def _table(title: Text, served: Served, areas: Layer) -> Table:
    columns = (
        TableColumn("source", say("Water source"), align="left"),
        area_column(),
        TableColumn("people", say("Residents")),
        TableColumn("stays", say("Of them stay")),
        TableColumn("robust", say("Share who stay")),
        TableColumn("way_km", say("Pipe on average, km")),
    )
    rows = [Row(area=part.area, cells=_cells(served, part, areas)) for part in served.parts()]
    left = [(name, people) for name, people in served.left_by_area().items() if people]
    rows += [Row(area=name, cells=_left(name, people, areas)) for name, people in left]
    total = int(served.demand.people.sum())
    named = (Cell(CITY, say("City")), Cell(CITY, NONE), number(total))
    blank = (Cell(None, NONE),) * 3
    return Table(title, columns, (*rows, Row(area=CITY, cells=(*named, *blank), total=True)))


def _cells(served: Served, part: Part, areas: Layer) -> tuple[Cell, ...]:
    intake = served.intakes[part.intake]
    share = part.stays / part.people
    known = (number(part.stays), Cell(round(share, 4), percent(share)))
    if intake.assumed:  # its place is not uncertain but made up
        known = (Cell(None, NONE), Cell(None, NONE))
    km = round(part.mean_way_m / KM, 1)
    return (
        Cell(intake.id, intake.name, tone="unsure" if intake.assumed else ""),
        _area(areas, part.area),
        number(part.people),
        *known,
        number(km, digits=1),
    )


def _left(name: str, people: int, areas: Layer) -> tuple[Cell, ...]:
    other = Cell("", say("Other sources, or not known"), tone="unsure")
    return (other, _area(areas, name), number(people), *(Cell(None, NONE),) * 3)


def _area(areas: Layer, name: str) -> Cell:
    return area_cell(areas, name) if name else Cell("", say("Outside every district"))
