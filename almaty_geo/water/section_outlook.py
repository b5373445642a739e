"""Tables of who remains without central water, and of what protection zones hold."""

from almaty_geo.coverage.section_cells import number
from almaty_geo.sections import Cell, Row, Table, TableColumn
from almaty_geo.specs import Exclusion
from almaty_geo.water.ground import Ground
from almaty_geo.water.kept_out import Met, kept_out
from almaty_geo.water.supply import Supply
from almaty_geo.water.without import Remaining, outlooks
from almaty_geo.words import Text, count, same, say, term

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


def zone_table(supply: Supply, ground: Ground) -> Table | None:
    """Return what lies in protection zones, surely or possibly; None where nothing does."""
    assumed = [i for one in ground.scenarios.values() for i in ground.planned(one)]
    met = kept_out(supply, assumed)
    if not met:
        return None
    columns = (
        TableColumn("source", say("Source"), align="left"),
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


def zone_notes(zone: Exclusion) -> list[Text]:
    """Return how wide the zones are, and why much of them is only possible."""
    return [
        say(
            "{zone}: {metres} m. Source: {basis}. Confidence: {confidence}. A thing is possibly "
            "inside where the intake’s place is less certain than that.",
            zone=zone.title,
            metres=count(zone.distance_m),
            basis=zone.basis,
            confidence=term("confidence", zone.confidence),
        )
    ]


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
