"""What the ring road's figures say to a reader."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.ringroad.access import AreaAccess
from almaty_geo.ringroad.notes import notes
from almaty_geo.ringroad.reckoning import RingAnswer
from almaty_geo.ringroad.section_how import how
from almaty_geo.ringroad.shown import km, minutes
from almaty_geo.ringroad.tables import tables
from almaty_geo.sections import CITY, Answer, Bar, Bars, Classes, Figure, Section, Table
from almaty_geo.words import Text, count, percent, say

ID = "ring_road"


@dataclass(frozen=True, slots=True, eq=False)
class ShownRing:
    """An answer with all that its section is made from."""

    answer: RingAnswer
    """The figures."""

    layers: Mapping[str, Layer]
    """Layers that they were made from, by id."""

    areas: Layer
    """Layer of areas."""

    demand: str
    """Layer of people."""

    promised: Table | None = None
    """What was promised, with status and evidence, to stand beside the results."""

    reminders: tuple[Text, ...] = ()
    """The same as sentences."""

    asked_traffic: bool = False
    """Whether somebody asked for the through traffic."""


def section(shown: ShownRing) -> Section:
    """
    Return what the figures say.

    Parameters
    ----------
    shown
        The answer and its layers.

    Returns
    -------
    section
        Access by area, through traffic by pair of gates, streets to the ring road, interchanges.
    """
    answer = shown.answer
    rows = answer.areas
    spec = answer.spec
    radial = spec.radials.layer if spec.radials else None
    drawn = (spec.course, spec.interchanges, spec.gates, spec.links, radial)
    return Section(
        id=ID,
        title=say("Ring road"),
        scenario=None,
        answers=tuple(_answer(shown, row) for row in rows if row.area in _told(shown)),
        tables=tables(answer, shown.areas, shown.layers, shown.promised),
        notes=(
            *shown.reminders,
            *notes(answer, shown.layers, asked_traffic=shown.asked_traffic),
        ),
        bars=_bars(answer, rows, _told(shown)),
        classes=_classes(shown),
        layers=tuple(name for name in drawn if name),
        sources=(*shown.layers, shown.demand, shown.areas.id),
    )


def _told(shown: ShownRing) -> set[str]:
    """Return the areas that have an answer of their own."""
    return {CITY, *shown.areas.frame["id"].astype(str)}


def _answer(shown: ShownRing, row: AreaAccess) -> Answer:
    answer = shown.answer
    main = answer.spec.main_min
    within = row.road[main].people
    share = within / row.people if row.people else None
    said = percent(share)
    headline = say(
        "{share} of residents reach an interchange of the ring road within {reach} by car.",
        share=said,
        reach=minutes(main),
    )
    centre = row.centre[main].people / row.people if row.people else None
    figures = [
        (
            "within",
            share,
            said,
            say("of residents within {reach} of an interchange", reach=minutes(main)),
        ),
        (
            "centre",
            centre,
            percent(centre),
            say("of residents within {reach} of the centre", reach=minutes(main)),
        ),
        (
            "median",
            _round(row.road_min),
            minutes(row.road_min),
            say("to an interchange for half of the residents, at most"),
        ),
    ]
    if row.area == CITY:
        figures.append(_wins(answer))
    else:
        figures.append(
            (
                "median_centre",
                _round(row.centre_min),
                minutes(row.centre_min),
                say("to the centre for half of the residents, at most"),
            )
        )
    return Answer(
        area=row.area,
        headline=headline,
        emphasis=said,
        figures=tuple(
            Figure(f"{ID}.{name}.{row.area}", value, text, label, how(answer, row, name))
            for name, value, text, label in figures
        ),
    )


def _wins(answer: RingAnswer) -> tuple[str, float | None, Text, Text]:
    """Return for how many pairs of gates the ring road is faster, and what it saves."""
    wins, pairs = len(answer.through.winning), len(answer.through.pairs)
    saved = answer.through.saved_each()
    value = say("{n} of {all}", n=count(wins), all=count(pairs))
    if saved is None:
        return ("wins", wins, value, say("pairs of gates for which the ring road is faster"))
    label = say(
        "pairs of gates for which the ring road is faster: by {saved} and {km} in the city a "
        "vehicle",
        saved=minutes(saved[0]),
        km=km(saved[1]),
    )
    return ("wins", wins, value, label)


def _bars(answer: RingAnswer, rows: Sequence[AreaAccess], told: set[str]) -> Bars:
    main = answer.spec.main_min
    places = [row for row in rows if row.area in told - {CITY}]
    parts = [(row.area, row.road[main].people, row.people) for row in places]
    ranked = sorted(parts, key=lambda part: (part[1] - part[2], part[0]))
    return Bars(
        title=say(
            "Districts by residents farther than {reach} from an interchange", reach=minutes(main)
        ),
        parts=(
            say("within {reach}", reach=minutes(main)),
            say("farther"),
        ),
        rows=tuple(Bar(area, (within, people - within)) for area, within, people in ranked),
    )


def _classes(shown: ShownRing) -> Classes:
    """Put people in bands of minutes to the nearest interchange."""
    reaches = shown.answer.spec.reaches_min
    steps = [minutes(reach) for reach in reaches]
    between = [say("{low} to {high}", low=a, high=b) for a, b in itertools.pairwise(steps)]
    way = shown.answer.access.road.way
    return Classes(
        layer=shown.demand,
        title=say("By car to the nearest interchange of the ring road"),
        of=np.searchsorted(np.array(reaches), way, side="left").astype(np.uint8),
        titles=(
            say("up to {reach}", reach=steps[0]),
            *between,
            say("farther than {reach}", reach=steps[-1]),
        ),
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
