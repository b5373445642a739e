"""Cells, columns and notes that the tables of a country share."""

from collections.abc import Iterator

from almaty_geo.cells import number, percentage, shares_between
from almaty_geo.scaling.counted import Numbers
from almaty_geo.scaling.national import National
from almaty_geo.sections import Cell, TableColumn
from almaty_geo.travel import Reach
from almaty_geo.words import Text, count, say, say_count


def columns_of(national: National) -> tuple[TableColumn, ...]:
    """Return the columns of numbers."""
    if national.wish.seats:
        return (
            TableColumn("pupils", say("Pupils")),
            TableColumn("seats", say("Seats")),
            TableColumn("seated", say("With a seat")),
            TableColumn("seated_within_norm", say("of them within the norm")),
            TableColumn("in_reach_no_seat", say("In reach, no seat")),
            TableColumn("out_of_reach", say("Out of reach")),
            TableColumn("mean_walk_m", say("Mean way, m")),
        )
    return (
        TableColumn("people", say("Residents")),
        TableColumn("within_reach", say("Within reach")),
        TableColumn("out_of_reach", say("Out of reach")),
        TableColumn("share", say("Share")),
        TableColumn("interval", say("From … to")),
    )


def told_cells(
    national: National, numbers: Numbers, walked_m: float | None = None
) -> tuple[Cell, ...]:
    """Return the cells of those columns."""
    told = national.told(numbers, walked_m)
    if national.wish.seats:
        mean = told["mean_walk_m"]
        way = Cell(mean, count(None if mean is None else round(mean, -1)))
        return (*map(number, numbers), way)
    return (
        *(number(told[k]) for k in ("people", "within_reach", "out_of_reach")),
        percentage(told["share"]),
        shares_between(told["low"], told["high"]),
    )


def shared_reach(national: National) -> Reach | None:
    """Return the reach that holds in every city; None where they differ."""
    each = {city.facts.reach for city in national.cities.values()}
    return next(iter(each)) if len(each) == 1 else None


def how_sure(national: National) -> Iterator[Text]:
    """Yield what the numbers rest on: ways, reach, and how they were put together."""
    cities = tuple(national.cities.values())
    streets = sum(city.facts.basis == "streets" for city in cities)
    if streets:
        yield say_count("{n} city by streets.", "{n} cities by streets.", streets)
    if len(cities) > streets:
        yield say_count(
            "{n} city by straight line times its detour index.",
            "{n} cities by straight line times their detour index.",
            len(cities) - streets,
        )
    reach = shared_reach(national)
    yield (
        say("What counts as within reach differs from city to city.")
        if reach is None
        else say("Within reach: up to {reach}.", reach=reach.shown)
    )
    norm = cities[0].facts.norm
    if norm is not None and reach is not None:
        yield norm.basis
    if national.wish.seats:
        proven = sum(city.proof == "optimal" for city in cities)
        yield say_count(
            "In {n} city it is proven that no other plan seats more.",
            "In {n} cities it is proven that no other plan seats more.",
            proven,
        )
        yield say("Seats are given within each city: nobody crosses from one to another.")
    else:
        yield say("Each city is served by what its own layers hold, on both sides of its border.")
