"""How many people there are in each year: counted, forecast, or on the line between two figures."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from almaty_geo.catalogue import Layer
from almaty_geo.errors import UsageError
from almaty_geo.specs import LayerSpec, Scenario

Basis = Literal["counted", "forecast", "between", "scenario", "constant"]
SERIES = frozenset({"series", "date", "value"})
COUNTED, FORECAST = "population", "population_forecast"


@dataclass(frozen=True, slots=True)
class People:
    """People of the whole place in a year."""

    year: int
    """The year."""

    total: int
    """How many."""

    basis: Basis
    """Counted or forecast figure of that year, on the straight line between two such figures, a
    scenario's own, or constant, where the plan says nothing of other years."""


def tells_figures(spec: LayerSpec) -> bool:
    """Return whether a layer is a table of figures by date."""
    return set(spec.columns) >= SERIES


def series_of(layers: Iterable[Layer]) -> tuple[People, ...]:
    """
    Return the figures of population that tables of a plan hold, one for each year.

    A table of figures is a layer with the columns ``series``, ``date`` and ``value``; its series
    ``population`` is counted, ``population_forecast`` is forecast. Of several figures of one year
    the latest counts; a counted one goes before a forecast.

    Parameters
    ----------
    layers
        Layers of a plan; others than tables of figures are passed over.

    Returns
    -------
    people
        By year.
    """
    found: dict[int, tuple[tuple[bool, str], People]] = {}
    for layer in layers:
        frame = layer.frame
        if not tells_figures(layer.spec):
            continue
        told = frame[["series", "date", "value"]].dropna()
        for series, day, value in told.itertuples(index=False):
            if series not in {COUNTED, FORECAST} or not re.match(r"\d{4}", str(day)):
                continue
            year, rank = int(str(day)[:4]), (series == COUNTED, str(day))
            basis: Basis = "counted" if series == COUNTED else "forecast"
            if year not in found or rank >= found[year][0]:
                found[year] = (rank, People(year, round(float(value)), basis))
    return tuple(people for _, (_, people) in sorted(found.items()))


def forecast(
    series: Iterable[People], *, today: People, scenario: Scenario | None = None
) -> Mapping[int, People]:
    """
    Return the figures that years are reckoned from.

    Parameters
    ----------
    series
        Figures by year.
    today
        The people of the demand layer, in the year they were counted; they go before the series.
    scenario
        One that says how many people there are; its figure goes before the series too.

    Returns
    -------
    points
        By year, in order.
    """
    points = {people.year: people for people in series}
    points[today.year] = today
    own = scenario.population if scenario is not None else None
    if own is not None and own.total is not None:
        points[own.year] = People(own.year, own.total, "scenario")
    return dict(sorted(points.items()))


def people_in(points: Mapping[int, People], year: int) -> People:
    """
    Return the people of one year.

    Where no figure is of that year, the straight line between the figures before and after it, in
    whole people (half to even). A plan with one figure only has it in every year.

    Raises
    ------
    UsageError
        If the year lies before the first figure or after the last.
    """
    if year in points:
        return points[year]
    if len(points) == 1:
        return People(year, next(iter(points.values())).total, "constant")
    first, last = min(points), max(points)
    if not first < year < last:
        raise UsageError(f"No population is known for {year}: figures are of {first} to {last}.")
    low = max(known for known in points if known < year)
    high = min(known for known in points if known > year)
    before, after = points[low].total, points[high].total
    total = before + round((after - before) * (year - low) / (high - low))
    return People(year, total, "between")
