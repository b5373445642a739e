"""What a theme's seats say to a reader: one section."""

import numpy as np

from almaty_geo.cells import way
from almaty_geo.provision.notes import notes
from almaty_geo.provision.section_how import how
from almaty_geo.provision.section_told import told
from almaty_geo.provision.story import AreaSeats, Story
from almaty_geo.provision.tables import tables
from almaty_geo.sections import CITY, OUTSIDE, Answer, Bar, Bars, Classes, Figure, Section
from almaty_geo.words import Text, count, say, say_count

SUFFIX = "-seats"
"""What a section's id adds to its theme's."""


def section(story: Story) -> Section:
    """
    Return what a theme's seats say.

    Parameters
    ----------
    story
        All figures, reckoned already.

    Returns
    -------
    section
        Headline, figures, bars of three parts that add up, tables, and how sure all of it is. An
        area whose residents rest on a large scaling has no number for a headline.
    """
    ground = story.ground
    places = [line.area for line in story.lines if line.area not in {CITY, OUTSIDE}]
    return Section(
        id=ground.rule.theme + SUFFIX,
        title=say("{theme}: seats", theme=story.words.title),
        scenario=story.scenario.title,
        answers=tuple(_answer(story, area) for area in (CITY, *places)),
        tables=tables(story),
        notes=notes(story),
        bars=_bars(story, places),
        classes=_classes(story),
        layers=tuple(layer.id for layer in ground.layers),
        told=told(story),
        sources=(ground.people.id, *(layer.id for layer in ground.layers), ground.areas.id),
    )


def _answer(story: Story, area: str) -> Answer:
    now, single = _of(story.lines, area), _of(story.one_shift_lines, area)
    headline, emphasis = _headline(story, single, now)
    return Answer(area, headline, emphasis, _figures(story, single, now))


def _of(lines: tuple[AreaSeats, ...], area: str) -> AreaSeats:
    return next(line for line in lines if line.area == area)


def _headline(story: Story, single: AreaSeats, now: AreaSeats) -> tuple[Text, Text]:
    """Return the sentence that answers first, and its number."""
    if not now.pupils:
        nobody = say("No pupils live here.")
        return nobody, nobody
    if (factor := story.factors.get(now.area)) is not None:
        times = say("× {factor}", factor=count(factor, digits=2))
        unsure = say(
            "Borderline: the residents here are a count scaled {times}, too unsure for a headline.",
            times=times,
        )
        return unsure, times
    if story.single:
        sentence = say_count(
            "{n} pupil has no seat in one shift.",
            "{n} pupils have no seat in one shift.",
            single.without,
        )
    else:
        sentence = say_count(
            "{n} pupil would have no seat in one shift; in the shifts there are: {now}.",
            "{n} pupils would have no seat in one shift; in the shifts there are: {now}.",
            single.without,
            now=count(now.without),
        )
    return sentence, count(single.without)


def _figures(story: Story, single: AreaSeats, now: AreaSeats) -> tuple[Figure, ...]:
    """Return four figures: one shift, the shifts there are, out of reach, and the way."""
    low = story.low_without.get(now.area)
    one = (
        say("without a seat in one shift")
        if low is None
        else say("without a seat in one shift (by the lower count {low})", low=count(low))
    )
    walk = None if now.mean_walk_m is None else round(now.mean_walk_m, -1)
    each = (
        ("without_one_shift", single.without, count(single.without), one),
        ("without", now.without, count(now.without), say("without a seat in the shifts there are")),
        ("out_of_reach", now.out, count(now.out), _beyond(story)),
        ("mean_walk_m", walk, way(now.mean_walk_m, "m"), say("mean way to a seat")),
    )
    own = story.ground.rule.theme + SUFFIX
    return tuple(
        Figure(f"{own}.{name}.{now.area}", value, shown, label, how(name, single=single, now=now))
        for name, value, shown, label in each
    )


def _beyond(story: Story) -> Text:
    limit = story.main.question.limit.shown
    return say("of them with no school within {limit}", limit=limit)


def _bars(story: Story, places: list[str]) -> Bars:
    own = [_of(story.lines, area) for area in places]
    ranked = sorted(own, key=lambda line: (line.area in story.factors, -line.out, -line.waiting))
    unsure = any(line.area in story.factors for line in own)
    return Bars(
        title=say("Districts by pupils out of reach, the borderline ones last")
        if unsure
        else say("Districts by pupils out of reach"),
        parts=(say("with a seat"), say("in reach, no seat"), say("out of reach")),
        rows=tuple(Bar(line.area, (line.seated, line.waiting, line.out)) for line in ranked),
    )


def _classes(story: Story) -> Classes:
    """Put blocks in classes: all within the norm, all seated, some without a seat, out of reach."""
    answer = story.main
    short = answer.in_reach_no_seat > 0
    far = answer.seated_within_norm < answer.seated
    of = np.select([~answer.in_reach, short, far], [3, 2, 1], default=0)
    return Classes(
        layer=answer.demand.layer,
        title=say("Seats for the pupils of each block"),
        of=of.astype(np.uint8),
        titles=(
            say("all have a seat within the norm"),
            say("all have a seat, some beyond the norm"),
            say("some in reach have no seat"),
            say("no school within {limit}", limit=answer.question.limit.shown),
        ),
    )
