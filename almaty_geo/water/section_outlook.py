"""Tables of who remains without central water, and of what protection zones hold."""

from collections.abc import Sequence

from almaty_geo.cells import number
from almaty_geo.sections import Cell, Row, Table, TableColumn
from almaty_geo.specs import Exclusion
from almaty_geo.water.ground import Ground
from almaty_geo.water.kept_out import Met, Span, Zone, kept_out, zones_held
from almaty_geo.water.supply import Supply
from almaty_geo.water.without import Remaining, outlooks
from almaty_geo.words import Text, count, same, say, say_count, term

NONE = same("—")


def outlook_table(supply: Supply) -> Table | None:
    """Return how many would remain without central water; None where nothing is published."""
    rows = outlooks(supply)
    if not rows:
        return None
    columns = (
        TableColumn("opens", say("What opens"), align="left"),
        TableColumn("people", say("People it is said to serve")),
        TableColumn("least", say("Remain at least")),
        TableColumn("most", say("Remain at most")),
    )
    return Table(
        say("Without central water, as far as sources say"),
        columns,
        tuple(Row(area="", cells=_remaining(one)) for one in rows),
    )


def outlook_notes(supply: Supply) -> list[Text]:
    """Return what the interval means."""
    if supply.without is None:
        return []
    return [
        say(
            "Who remains without central water: at least, if everybody whom a source is said to "
            "serve has none today; at most, if all of them have it already. People of a programme "
            "count once with all its sources."
        )
    ]


def zone_tables(supply: Supply, ground: Ground) -> tuple[Table, ...]:
    """Return the zones with their ground, people and schools; then each thing that lies in one."""
    assumed = [i for one in ground.scenarios.values() for i in ground.planned(one)]
    met = kept_out(supply, assumed)
    held = zones_held(supply, assumed, met)
    return (_zones(supply, held), *([_conflicts(supply, met)] if met else ())) if held else ()


def _zones(supply: Supply, held: Sequence[Zone]) -> Table:
    columns = (
        TableColumn("source", say("Water source"), align="left"),
        TableColumn("precision_m", say("Place known to, m")),
        TableColumn("area_ha", say("Zone, ha")),
        TableColumn("may_cover_ha", say("Ground it may lie on, ha")),
        TableColumn("people", say("Residents")),
        *(TableColumn(layer.id, layer.spec.title) for layer in supply.kept_out),
    )
    return Table(
        say("Protection zones of intakes: ground, residents and schools"),
        columns,
        tuple(Row(area="", cells=_zone_cells(supply, one)) for one in held),
    )


def _zone_cells(supply: Supply, one: Zone) -> tuple[Cell, ...]:
    return (
        Cell(one.intake, one.intake_name),
        number(one.precision_m) if one.precision_m else Cell(0, NONE),
        number(round(one.area_ha, 1), digits=1),
        number(round(one.may_cover_ha, 1), digits=1),
        _span(one.people),
        *(_span(one.things[layer.id]) for layer in supply.kept_out),
    )


def _span(span: Span) -> Cell:
    """Write what is inside at least and at most; one number where both are the same."""
    least, most = span
    if least == most:
        return Cell(least, count(least), tone="bad" if least else "")
    said = say("{low} to {high}", low=count(least), high=count(most))
    return Cell(said.en, said, tone="bad" if least else "unsure")


def _conflicts(supply: Supply, met: Sequence[Met]) -> Table:
    columns = (
        TableColumn("source", say("Water source"), align="left"),
        TableColumn("thing", say("What lies in its zone"), align="left"),
        TableColumn("people", say("Residents")),
        TableColumn("distance_m", say("Distance, m")),
        TableColumn("verdict", say("How sure"), align="left"),
    )
    return Table(
        say("Protection zones of intakes: what lies in them"),
        columns,
        tuple(Row(area="", cells=_met(supply, one)) for one in met),
    )


def zone_notes(supply: Supply, zone: Exclusion) -> list[Text]:
    """Return how wide the zones are, and why much of them is only possible."""
    told = [
        say(
            "{zone}: a radius of {metres} m (option: {option}). Source: {basis}. Confidence: "
            "{confidence}. At least what lies inside wherever the intake truly is, at most what "
            "may: its place is less certain than the radius.",
            zone=zone.title,
            metres=count(zone.distance_m),
            option=same("--zone"),
            basis=zone.basis,
            confidence=term("confidence", zone.confidence),
        )
    ]
    placeless = sum(not one.located for one in supply.balance.sources)
    if placeless:
        told.append(
            say_count(
                "{n} source has no place: nobody can say what lies in its zone.",
                "{n} sources have no place: nobody can say what lies in their zones.",
                placeless,
            )
        )
    return told


def _remaining(one: Remaining) -> tuple[Cell, ...]:
    people = Cell(None, say("not stated")) if one.people is None else number(one.people)
    if not one.id:
        people = Cell(None, NONE)
    return (Cell(one.id, one.title), people, number(one.least), number(one.most))


def _met(supply: Supply, one: Met) -> tuple[Cell, ...]:
    layer = next((a for a in supply.kept_out if a.id == one.layer), None)
    thing = say("Residents")
    if layer is not None:
        thing = say("{layer}: {name}", layer=layer.spec.title, name=one.name)
    sure = one.verdict == "inside"
    verdict = (
        say("inside")
        if sure
        else say("possibly: the place is known to ±{metres} m", metres=count(one.precision_m))
    )
    return (
        Cell(one.intake, one.intake_name),
        Cell(one.thing or one.layer, thing),
        Cell(None, NONE) if one.people is None else number(one.people),
        number(round(one.distance_m)),
        Cell(one.verdict, verdict, tone="bad" if sure else "unsure"),
    )
