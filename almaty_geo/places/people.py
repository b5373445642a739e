"""People at points, as they are or as a scenario has them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, SpecError, UnknownNameError
from almaty_geo.places.areas import Membership
from almaty_geo.specs import Population, Scenario
from almaty_geo.spreading import largest_remainder


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """People at points."""

    layer: str
    """Where they come from."""

    ids: tuple[str, ...]
    """One for each point."""

    people: NDArray[np.int64]
    """Whole people at each point, shape (n,)."""

    xy_m: NDArray[np.float64]
    """Easting and northing in metres, shape (n, 2); NaN where there is no place."""


def demand(
    layer: Layer,
    area: StudyArea,
    scenario: Scenario | None = None,
    *,
    areas: Membership | None = None,
) -> Demand:
    """
    Return the people of a demand layer.

    Parameters
    ----------
    layer
        Layer of role "demand".
    area
        Gives the metric plane.
    scenario
        Says how many people there are; as many as the layer says by default.
    areas
        Area of each row, for a scenario that tells the people of areas.

    Returns
    -------
    demand
        In the order of the layer's rows.

    Raises
    ------
    SpecError
        If the scenario names an area that is not there, or its people have nowhere to be.
    """
    frame = layer.frame
    ids = tuple(frame["id"].astype(str))
    people = frame["people"].fillna(0).to_numpy(dtype=np.int64)
    if scenario is not None and scenario.population is not None:
        try:
            people = scaled(people, ids, scenario.population, areas=areas)
        except (DataError, UnknownNameError) as error:
            raise SpecError(f"{scenario.id}.toml: population: {error}") from None
    return Demand(layer.id, ids, people, area.xy_m(frame.geometry.to_numpy()))


def scaled(
    people: NDArray[np.int64],
    ids: tuple[str, ...],
    population: Population,
    *,
    areas: Membership | None = None,
) -> NDArray[np.int64]:
    """
    Scale people to a population, in whole people by the largest remainder.

    Parameters
    ----------
    people
        Whole people at each of n points, shape (n,).
    ids
        One for each point; the first of equal remainders gets the person.
    population
        What they are scaled to: named areas first, what is left of the total to all others.
    areas
        Area of each point; needed where the population names areas.

    Returns
    -------
    people
        Shape (n,); the total and each named area hold exactly what they should.

    Raises
    ------
    DataError
        If people are to be where nobody lives, so that nothing says at which points.
    UnknownNameError
        If it names an area that is not there.
    """
    result = people.copy()
    order = np.asarray(ids)
    rest = np.ones(len(people), dtype=bool)
    known = areas.ids if areas is not None else ()
    for name, number in population.areas.items():
        if areas is None or name not in known:
            raise UnknownNameError("area", name, known)
        own = areas.of == known.index(name)
        result[own] = largest_remainder(people[own], number, order=order[own])
        rest &= ~own
    if population.total is not None:
        left = population.total - sum(population.areas.values())
        result[rest] = largest_remainder(people[rest], left, order=order[rest])
    return result
