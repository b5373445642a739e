"""What coverage says to a reader: one section for each theme."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.cells import (
    area_column,
    area_row,
    number,
    percentage,
    shares_between,
    signed,
    typical,
)
from almaty_geo.cells import way as shown_way
from almaty_geo.coverage.offer import AreaLine, Offer
from almaty_geo.coverage.reachable import BANDS, steps_of
from almaty_geo.coverage.section_access import access_notes, access_table
from almaty_geo.coverage.section_calibration import calibration_table
from almaty_geo.coverage.section_clusters import clusters_note, clusters_table
from almaty_geo.coverage.section_how import how
from almaty_geo.coverage.section_within import within_table
from almaty_geo.notes import layer_notes, norm_note, scenario_note
from almaty_geo.sections import (
    CITY,
    OUTSIDE,
    Answer,
    Bar,
    Bars,
    Classes,
    Figure,
    Row,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.travel import Unit
from almaty_geo.words import Text, count, percent, say, say_count


def section(offer: Offer) -> Section:
    """
    Return what a theme's coverage says.

    Parameters
    ----------
    offer
        The theme, its coverage and its layers.

    Returns
    -------
    section
        Headline, figures, bars, a table that adds up, and how sure all of it is.
    """
    told = glance(offer)
    return replace(told, tables=(*told.tables, *_more_tables(offer)), notes=tuple(_notes(offer)))


def glance(offer: Offer) -> Section:
    """
    Return what a theme's coverage says without what takes long to reckon.

    Parameters
    ----------
    offer
        The theme, its coverage and its layers.

    Returns
    -------
    section
        As `section`, with the table that adds up alone, and notes on basis, norm and scenario.
    """
    places = [line for line in offer.lines if line.area not in {CITY, OUTSIDE}]
    return Section(
        id=offer.coverage.theme,
        title=offer.words.title,
        scenario=offer.scenario.title,
        answers=tuple(_answer(offer, line) for line in (offer.city, *places)),
        tables=(_table(offer),),
        notes=notes_at_a_glance(offer),
        bars=_bars(places) if offer.held else None,
        classes=_classes(offer),
        layers=tuple(layer.id for layer in offer.layers),
        sources=(offer.demand.id, *(layer.id for layer in offer.layers), offer.areas.id),
    )


def notes_at_a_glance(offer: Offer) -> tuple[Text, ...]:
    """Return basis, norm, scenario and cautions: the notes that take nothing to reckon."""
    return (*_basis_notes(offer), *layer_notes(_made_from(offer)))


def _more_tables(offer: Offer) -> Iterator[Table]:
    """Yield errors, choice, access, and who is out of reach where."""
    where = clusters_table(offer) if offer.held else None
    more = (calibration_table(offer), within_table(offer), access_table(offer), where)
    yield from (table for table in more if table is not None)


def _answer(offer: Offer, line: AreaLine) -> Answer:
    headline, emphasis = _headline(offer, line)
    return Answer(line.area, headline, emphasis, tuple(_figures(offer, line)))


def _headline(offer: Offer, line: AreaLine) -> tuple[Text, Text]:
    """Return the sentence that answers first, and its number."""
    if not line.people:
        nobody = say("Nobody lives here.")
        return nobody, nobody
    return _normed_headline(offer, line) if offer.held else _median_headline(offer, line)


def _normed_headline(offer: Offer, line: AreaLine) -> tuple[Text, Text]:
    said = count(line.out)
    return normed_headline(offer, line.out, said), said


def normed_headline(offer: Offer, out: int, said: Text) -> Text:
    """
    Return the sentence that answers first where people are held to a reach.

    Parameters
    ----------
    offer
        The theme.
    out
        How many people are out of reach; decides the plural.
    said
        That number as it is written, or what stands for it.
    """
    reach = offer.coverage.reach
    beyond = (
        say("farther than {reach} on foot", reach=reach.shown)
        if reach.mode == "walk"
        else say("farther than {reach} by car", reach=reach.shown)
    )
    return say_count(
        "{n} resident lives {beyond} from {nearest}.",
        "{n} residents live {beyond} from {nearest}.",
        out,
        n=said,
        beyond=beyond,
        nearest=offer.words.nearest,
    )


def _median_headline(offer: Offer, line: AreaLine) -> tuple[Text, Text]:
    nearest = offer.words.nearest
    if line.median is None:
        none = say("There is no way to {nearest}.", nearest=nearest)
        return none, none
    way = shown_way(line.median, offer.coverage.reach.unit)
    return (
        say("Half of the residents live {way} or less from {nearest}.", way=way, nearest=nearest),
        way,
    )


def _figures(offer: Offer, line: AreaLine) -> list[Figure]:
    """Return four figures: how near, how many, how much they take, and what would change it."""
    near = _share_figure(offer, line) if offer.held else _median_figure(offer, line)
    number = ("facilities", line.facilities, count(line.facilities), say("facilities open"))
    held = _capacity_figure(offer, line)
    named = (near, number, held, _change_figure(offer, line))
    theme = offer.coverage.theme
    return [
        Figure(f"{theme}.{name}.{line.area}", value, shown, label, how(offer, line, name))
        for name, value, shown, label in named
    ]


def _share_figure(offer: Offer, line: AreaLine) -> tuple[str, float | None, Text, Text]:
    low, high = percent(line.low), percent(line.high)
    if offer.coverage.norm is None:
        label = say("within reach (from {low} to {high})", low=low, high=high)
    else:
        label = say("within the norm (from {low} to {high})", low=low, high=high)
    return ("share", line.share, percent(line.share), label)


def _median_figure(offer: Offer, line: AreaLine) -> tuple[str, float | None, Text, Text]:
    label = say("to the nearest one, for half of the residents")
    unit = offer.coverage.reach.unit
    return (f"median_{unit}", line.median, shown_way(line.median, unit), label)


def _capacity_figure(offer: Offer, line: AreaLine) -> tuple[str, float | None, Text, Text]:
    if offer.counted:
        return ("capacity", line.capacity, count(line.capacity), offer.capacity_title)
    each = round(line.people / line.facilities) if line.facilities else None
    return ("people_each", each, count(each), say("residents per facility"))


def _change_figure(offer: Offer, line: AreaLine) -> tuple[str, float | None, Text, Text]:
    gain = offer.gain(line)
    if gain is not None and offer.other is not None:
        title = offer.other[0].title
        label = say("residents within reach in the scenario “{title}”", title=title)
        return ("gain", gain, signed(gain), label)
    if offer.held:
        return ("within_reach", line.within, count(line.within), say("residents within reach"))
    return ("people", line.people, count(line.people), say("residents"))


def _bars(places: list[AreaLine]) -> Bars:
    ranked = sorted(places, key=lambda line: -line.out)
    return Bars(
        title=say("Districts by residents out of reach"),
        parts=(say("within reach"), say("out of reach")),
        rows=tuple(Bar(line.area, (line.within, line.out)) for line in ranked),
    )


def _table(offer: Offer) -> Table:
    """Return the table of areas: people, reach, facilities; it adds up to the city."""
    columns = [TableColumn("people", say("Residents"))]
    if offer.held:
        columns += [
            TableColumn("within_reach", say("Within reach")),
            TableColumn("out_of_reach", say("Out of reach")),
            TableColumn("share", say("Share")),
            TableColumn("interval", say("From … to")),
        ]
    columns += [
        _median_column(offer.coverage.reach.unit),
        TableColumn("facilities", say("Facilities")),
    ]
    if offer.counted:
        columns += [
            TableColumn("capacity", offer.capacity_title),
            TableColumn("per_1000", say("Per 1,000 residents")),
        ]
    ids = [column.id for column in columns]
    return Table(
        title=offer.words.title,
        columns=(area_column(), *columns),
        rows=tuple(_row(offer, line, ids) for line in offer.lines),
    )


def _median_column(unit: Unit) -> TableColumn:
    if unit == "m":
        return TableColumn("median_m", say("Half live within, m"))
    return TableColumn("median_min", say("Half live within, min"))


def _row(offer: Offer, line: AreaLine, ids: list[str]) -> Row:
    unit = offer.coverage.reach.unit
    each = 1000 * line.capacity / line.people if line.people else None
    whole = {
        "people": line.people,
        "within_reach": line.within,
        "out_of_reach": line.out,
        "facilities": line.facilities,
        "capacity": line.capacity,
        f"median_{unit}": None if line.median is None else typical(line.median, unit),
    }
    cells = {
        "share": percentage(line.share, digits=1),
        "interval": shares_between(line.low, line.high),
        "per_1000": number(each, digits=1),
        **{name: number(value) for name, value in whole.items()},
    }
    return area_row(offer.areas, line.area, *(cells[name] for name in ids))


def _classes(offer: Offer) -> Classes:
    """Put people in bands of one, two and three times the reach, and beyond."""
    reach = offer.coverage.reach
    edges = np.array(steps_of(reach, BANDS))
    steps = [reach.times(band) for band in BANDS]
    between = (
        say("{low} to {high}", low=low, high=high) for low, high in itertools.pairwise(steps)
    )
    heading = (
        say("On foot to the nearest: {theme}", theme=offer.words.title)
        if reach.mode == "walk"
        else say("By car to the nearest: {theme}", theme=offer.words.title)
    )
    return Classes(
        layer=offer.demand.id,
        title=heading,
        of=np.searchsorted(edges, offer.coverage.nearest.way, side="left").astype(np.uint8),
        titles=(
            say("up to {reach}", reach=steps[0]),
            *between,
            say("farther than {reach}", reach=steps[-1]),
        ),
    )


def _notes(offer: Offer) -> list[Text]:
    """Return basis, norm and how sure they are; then what the layers themselves warn of."""
    notes = [*_basis_notes(offer), *access_notes(offer)]
    if offer.held and offer.spots:
        notes.append(clusters_note(offer))
    return [*notes, *layer_notes(_made_from(offer))]


def _basis_notes(offer: Offer) -> list[Text]:
    """Return how ways were reckoned, norms, the scenario, and what is not known of facilities."""
    cov = offer.coverage
    notes = [*cov.travel.said(cov.reach), *_snaps(offer)]
    if cov.norm is not None:
        notes.append(norm_note(say("Norm for reach"), cov.norm))
    elif offer.asked:
        notes.append(
            say("The reach of {reach} was asked for; it is no norm.", reach=cov.reach.shown)
        )
    else:
        notes.append(say("There is no norm for reach; bands on the map are for orientation only."))
    if offer.provision is not None:
        notes.append(norm_note(say("Norm for provision"), offer.provision))
    notes.append(scenario_note(offer.scenario))
    placeless = int((~cov.facilities.located).sum())
    if placeless:
        n = count(placeless)
        notes.append(say("Open facilities without a place, which serve nobody here: {n}.", n=n))
    if offer.counted and offer.city.unknown:
        n = count(offer.city.unknown)
        notes.append(say("Open facilities whose capacity is not known: {n}.", n=n))
    return notes


def _made_from(offer: Offer) -> tuple[Layer, ...]:
    """Return the layers that figures are made from: people, facilities, areas."""
    return (offer.demand, *offer.layers, offer.areas)


def _snaps(offer: Offer) -> tuple[Text, ...]:
    """Return how far homes lie off the streets, where ways follow streets."""
    cov = offer.coverage
    if cov.basis != "streets":
        return ()
    from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - not all plans have any
    from almaty_geo.travel.telling import said_of_snaps  # noqa: PLC0415 - the same

    if not isinstance(cov.travel, ByStreets):
        return ()
    return said_of_snaps(cov.travel.snap(cov.demand.xy_m, mode=cov.reach.mode))
