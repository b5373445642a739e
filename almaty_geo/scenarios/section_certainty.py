"""How sure the share within reach is, district by district."""

from collections.abc import Iterator, Sequence

import numpy as np

from almaty_geo.cells import area_column, area_row, nothing, percentage, shares_between
from almaty_geo.notes import layer_notes, scenario_note
from almaty_geo.scenarios.section_how import sure_how
from almaty_geo.scenarios.section_notes import (
    sources,
    varied_word,
    verdict_word,
    ways_notes,
)
from almaty_geo.scenarios.setting import Setting
from almaty_geo.scenarios.uncertainty import AGREE, DRAWS, SEED, Certainty
from almaty_geo.sections import (
    CITY,
    OUTSIDE,
    Answer,
    Cell,
    Figure,
    Row,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.specs import ThemeWords
from almaty_geo.words import Text, count, joined, percent, same, say, say_count

_Told = tuple[str, float | None, Text, Text]
"""Name, value, the value as it is written, and what it is."""


def certainty_section(words: ThemeWords, setting: Setting, certainty: Certainty) -> Section:
    """
    Return how sure a theme's shares are.

    Parameters
    ----------
    words
        How sentences name the theme.
    setting
        The theme.
    certainty
        What was found.

    Returns
    -------
    section
        One table, one line for each district: share, interval, scaling, verdict.
    """
    own = f"{certainty.theme}_certainty"
    told = [
        area
        for area, verdict in zip(certainty.areas, certainty.verdicts, strict=False)
        if verdict != "empty"
    ]
    return Section(
        id=own,
        title=say("How sure: {theme}", theme=words.title),
        scenario=certainty.scenario.title,
        answers=(_whole(own, certainty), *(_answer(own, certainty, area) for area in told)),
        tables=(_table(setting, certainty),),
        notes=(
            *_notes(setting, certainty),
            *ways_notes(setting, certainty.scenario),
            scenario_note(certainty.scenario),
            *layer_notes(setting.layers),
        ),
        layers=tuple(setting.roll.layers),
        sources=tuple(sources(setting)),
    )


def _whole(own: str, certainty: Certainty) -> Answer:
    verdicts = certainty.verdicts[:-1]
    robust, known = verdicts.count("robust"), len(verdicts) - verdicts.count("empty")
    shown = say("{kept} of {all}", kept=count(robust), all=count(known))
    headline = say_count(
        "The result holds in {shown} district.",
        "The result holds in {shown} districts.",
        known,
        shown=shown,
    )
    figures = [
        *_shares(*(_known(value) for value in certainty.city)),
        ("robust", robust, count(robust), say("robust districts")),
    ]
    return Answer(CITY, headline, shown, _figures(own, certainty, CITY, figures))


def _shares(share: float | None, low: float | None, high: float | None) -> Iterator[_Told]:
    """Yield the share within reach and its ends, as figures are made of them."""
    each = ("share", share, say("within reach")), ("low", low, say("low end"))
    for name, value, label in (*each, ("high", high, say("high end"))):
        yield name, value, percent(value, digits=1, fixed=True), label


def _figures(
    own: str, certainty: Certainty, area: str, told: Sequence[_Told]
) -> tuple[Figure, ...]:
    return tuple(
        Figure(f"{own}.{name}.{area}", value, shown, label, sure_how(name, certainty))
        for name, value, shown, label in told
    )


def _answer(own: str, certainty: Certainty, area: str) -> Answer:
    at = certainty.areas.index(area)
    verdict = certainty.verdicts[at]
    word = verdict_word(verdict)
    headline = say("The share within reach here is {verdict}.", verdict=word)
    ends = (certainty.share, certainty.low, certainty.high)
    figures = [*_shares(*(float(each[at]) for each in ends))]
    factor = _known(certainty.factor[at])
    if factor is not None:
        label = say("people over people counted")
        figures.append(("factor", factor, _times(factor), label))
    return Answer(area, headline, word, _figures(own, certainty, area, figures))


def _table(setting: Setting, certainty: Certainty) -> Table:
    columns = (
        area_column(),
        TableColumn("share", say("Share")),
        TableColumn("interval", say("From … to")),
        TableColumn("agree", say("Same side of the city in")),
        TableColumn("factor", say("Scaled by")),
        TableColumn("verdict", say("How sure"), align="left"),
    )
    rows = [
        _row(setting, certainty, area, at)
        for at, area in enumerate((*certainty.areas, OUTSIDE))
        if area != OUTSIDE or certainty.verdicts[at] != "empty"
    ]
    share, low, high = (None if np.isnan(value) else value for value in certainty.city)
    whole = (
        percentage(share, digits=1),
        shares_between(low, high, digits=1),
        *(nothing() for _ in range(3)),
    )
    title = say("How sure the share within reach is")
    return Table(title, columns, (*rows, area_row(setting.areas, CITY, *whole)))


def _row(setting: Setting, certainty: Certainty, area: str, at: int) -> Row:
    share, low, high, agree, factor = (
        _known(each[at])
        for each in (
            certainty.share,
            certainty.low,
            certainty.high,
            certainty.agree,
            certainty.factor,
        )
    )
    verdict = certainty.verdicts[at]
    return area_row(
        setting.areas,
        area,
        percentage(share, digits=1),
        shares_between(low, high, digits=1),
        percentage(agree),
        nothing() if factor is None else Cell(factor, _times(factor)),
        Cell(verdict, verdict_word(verdict), tone="" if verdict == "robust" else "unsure"),
    )


def _notes(setting: Setting, certainty: Certainty) -> list[Text]:
    """Return the rule, what was varied, and what could not be."""
    varied = [varied_word(name) for name in certainty.varied]
    notes = [
        say(
            "{draws} draws of a fixed seed ({seed}) vary: {varied}. From … to holds 95% of them.",
            draws=count(DRAWS),
            seed=str(SEED),
            varied=joined(varied or [same("—")]),
        ),
        say(
            "Robust: at least {agree} of the draws have the district on the same side of the "
            "city's share, and its people were scaled by {limit} at most; else borderline.",
            agree=percent(AGREE),
            limit=count(certainty.factor_limit, digits=1),
        ),
    ]
    layers = {setting.people.id: setting.people, **setting.roll.layers}
    if certainty.unstated:
        titles = [layers[name].spec.title for name in certainty.unstated]
        listed = joined(titles)
        notes.append(
            say(
                "Nobody states how precise these places are; taken as exact: {layers}.",
                layers=listed,
            )
        )
    return notes


def _times(factor: float) -> Text:
    return say("× {factor}", factor=count(factor, digits=2, fixed=True))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
