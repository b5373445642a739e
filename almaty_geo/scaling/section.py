"""What a country's answer says to a reader: one section, by city and by district."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from almaty_geo.scaling.counted import Numbers
from almaty_geo.scaling.national import CityAnswer, National
from almaty_geo.scaling.section_cells import (
    columns_of,
    how_sure,
    shared_reach,
    told_cells,
)
from almaty_geo.sections import (
    CITY,
    Answer,
    Bar,
    Bars,
    Cell,
    Classes,
    Figure,
    Row,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.words import Text, count, percent, say, say_count

STEPS = (0.9, 0.75, 0.5, 0.25)
"""Shares that the classes of cities begin at, best first; the last class is all below."""

PEOPLE = "city_people"
"""Layer of the map that holds how many there are in each city."""

CITIES = "cities"
"""Layer of the map that holds the outlines of cities."""


def section(national: National) -> Section:
    """
    Return what a country's answer says.

    Parameters
    ----------
    national
        All its cities.

    Returns
    -------
    section
        Headline, figures, cities ranked by what is left to do, tables that add up, and what it
        all rests on.
    """
    cities = tuple(national.cities.values())
    words = cities[0].facts.words.title
    seats = national.wish.seats
    return Section(
        id=national.wish.theme + ("-seats" if seats else ""),
        title=say("{theme}: seats", theme=words) if seats else words,
        scenario=None,
        answers=(
            _answer(national, CITY, national.total),
            *(_answer(national, one.city, one.total) for one in cities),
        ),
        tables=(_by_city(national), _by_district(national)),
        notes=tuple(how_sure(national)),
        bars=_bars(national),
        classes=_classes(national),
        sources=(CITIES,),
    )


def _answer(national: National, area: str, numbers: Numbers) -> Answer:
    headline, emphasis = (_seats_headline if national.wish.seats else _reach_headline)(
        national, area, numbers
    )
    figures = (
        _seats_figures(national, numbers)
        if national.wish.seats
        else _reach_figures(numbers, parts=_number_of_parts(national, area))
    )
    theme = national.wish.theme
    told = tuple(
        Figure(f"{theme}.{name}.{area}", value, shown, label)
        for name, value, shown, label in figures
    )
    return Answer(area, headline, emphasis, told)


def _reach_headline(national: National, area: str, numbers: Numbers) -> tuple[Text, Text]:
    """Return who is out of reach in a sentence, and the number."""
    people, within, *_ = numbers
    if not people:
        nobody = say("Nobody lives here.")
        return nobody, nobody
    out = people - within
    facts = None if area == CITY else national.cities[area].facts
    reach = shared_reach(national) if facts is None else facts.reach
    nearest = next(iter(national.cities.values())).facts.words.nearest
    if reach is None:
        sentence = say_count(
            "{n} resident is out of reach.", "{n} residents are out of reach.", out
        )
        return sentence, count(out)
    beyond = (
        say("farther than {reach} on foot", reach=reach.shown)
        if reach.mode == "walk"
        else say("farther than {reach} by car", reach=reach.shown)
    )
    sentence = say_count(
        "{n} resident lives {beyond} from {nearest}.",
        "{n} residents live {beyond} from {nearest}.",
        out,
        beyond=beyond,
        nearest=nearest,
    )
    return sentence, count(out)


def _seats_headline(national: National, area: str, numbers: Numbers) -> tuple[Text, Text]:
    """Return who has no seat in a sentence, and the number."""
    del national, area
    pupils, _, seated, *_ = numbers
    if not pupils:
        nobody = say("No pupils live here.")
        return nobody, nobody
    left = pupils - seated
    return say_count("{n} pupil has no seat.", "{n} pupils have no seat.", left), count(left)


def _number_of_parts(national: National, area: str) -> tuple[int, Text]:
    """Return how many cities the country has, or districts a city, and what they are called."""
    if area == CITY:
        return len(national.cities), say("cities")
    return len(national.cities[area].facts.districts), say("districts")


def _reach_figures(
    numbers: Numbers, *, parts: tuple[int, Text]
) -> Iterator[tuple[str, float | None, Text, Text]]:
    """Yield share, people within reach, all people, and how many parts there are."""
    people, within, low, high = numbers
    share = partial(_share, of=people)
    ends = say(
        "within reach (from {low} to {high})",
        low=percent(share(low)),
        high=percent(share(high)),
    )
    yield "share", share(within), percent(share(within)), ends
    yield "within_reach", within, count(within), say("residents within reach")
    yield "people", people, count(people), say("residents")
    yield "parts", parts[0], count(parts[0]), parts[1]


def _seats_figures(
    national: National, numbers: Numbers
) -> Iterator[tuple[str, float | None, Text, Text]]:
    """Yield share with a seat, those without one near and far, and all pupils."""
    told = national.told(numbers)
    share = _share(told["seated"], of=told["pupils"])
    waiting, far = told["in_reach_no_seat"], told["out_of_reach"]
    yield "seated_share", share, percent(share), say("with a seat")
    yield "in_reach_no_seat", waiting, count(waiting), say("in reach, no seat")
    yield "out_of_reach", far, count(far), say("out of reach")
    yield "pupils", told["pupils"], count(told["pupils"]), say("pupils")


def _bars(national: National) -> Bars:
    """Return cities, the one with most left to do first."""
    seats = national.wish.seats
    parts = {city.city: _parts(national, city.total) for city in national.cities.values()}
    ranked = sorted(parts.items(), key=lambda item: (-(sum(item[1]) - item[1][0]), item[0]))
    return Bars(
        title=say("Cities by pupils without a seat")
        if seats
        else say("Cities by residents out of reach"),
        parts=(say("with a seat"), say("in reach, no seat"), say("out of reach"))
        if seats
        else (say("within reach"), say("out of reach")),
        rows=tuple(Bar(city, own) for city, own in ranked),
    )


def _parts(national: National, numbers: Numbers) -> Numbers:
    """Return the parts of a bar; the first is what is well."""
    told = national.told(numbers)
    if national.wish.seats:
        return told["seated"], told["in_reach_no_seat"], told["out_of_reach"]
    return told["within_reach"], told["out_of_reach"]


def _classes(national: National) -> Classes:
    """Put cities in classes by the share that is well."""
    shares = []
    for city in national.cities.values():
        parts = _parts(national, city.total)
        shares.append(_share(parts[0], of=sum(parts)) or 0.0)
    of = np.searchsorted(-np.array(STEPS), -np.array(shares), side="left")
    first, *middle = STEPS
    bounds = zip(middle, STEPS, strict=False)
    between = [say("{low} to {high}", low=percent(a), high=percent(b)) for a, b in bounds]
    return Classes(
        layer=PEOPLE,
        title=say("Share with a seat") if national.wish.seats else say("Share within reach"),
        of=of.astype(np.uint8),
        titles=(
            say("{share} and more", share=percent(first)),
            *between,
            say("less than {share}", share=percent(STEPS[-1])),
        ),
    )


def _by_city(national: National) -> Table:
    """Return the table of cities; it adds up to the country."""
    columns = (TableColumn("city", say("City, town"), align="left"), *columns_of(national))
    rows = [
        Row(one.city, (Cell(one.city, one.facts.name), *_cells(national, one)))
        for one in national.cities.values()
    ]
    return Table(say("Cities"), columns, (*rows, _total(national, 1)))


def _by_district(national: National) -> Table:
    """Return the table of districts by city; it adds up to the country."""
    columns = (
        TableColumn("city", say("City, town"), align="left"),
        TableColumn("district", say("District"), align="left"),
        *columns_of(national),
    )
    rows = []
    for city in national.cities.values():
        of = Cell(city.city, city.facts.name)
        for area, name, district, numbers in city.rows():
            own = Cell(area, name, language=district.language if district else "")
            cells = told_cells(national, numbers, city.walked_m.get(area))
            rows.append(Row(city.city, (of, own, *cells)))
    return Table(say("Districts"), columns, (*rows, _total(national, 2)))


def _cells(national: National, city: CityAnswer) -> tuple[Cell, ...]:
    return told_cells(national, city.total, sum(city.walked_m.values()))


def _total(national: National, names: int) -> Row:
    """Return the row of the country, with as many cells of names as the others have."""
    walked = sum(w for city in national.cities.values() for w in city.walked_m.values())
    empty = (Cell(None, Text("", "", "")),) * (names - 1)
    cells = told_cells(national, national.total, walked)
    return Row("", (Cell("all", say("All together")), *empty, *cells), total=True)


def _share(number: int, *, of: int) -> float | None:
    return number / of if of else None
