"""Coverage and capacity year by year, from opening and closing years and the people of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from almaty_geo.scenarios.forecast import People, people_in
from almaty_geo.scenarios.measures import capacity, facilities, people, within_reach
from almaty_geo.scenarios.setting import Setting, Situation, Whole
from almaty_geo.specs import Scenario
from almaty_geo.spreading import largest_remainder


@dataclass(frozen=True, eq=False)
class Phase:
    """One year of a scenario: k areas, and what lies outside all last."""

    year: int
    """The year."""

    population: People
    """The people of the whole place, and where the figure comes from."""

    people: Whole
    """People of each area, shape (k + 1,)."""

    within: Whole
    """Who of them are within reach, shape (k + 1,)."""

    facilities: Whole
    """How many are open there, shape (k + 1,)."""

    capacity: Whole
    """How many those can take, as far as known, shape (k + 1,)."""

    @property
    def share(self) -> float | None:
        """Share of the people within reach, 0 to 1; None where nobody lives."""
        total = int(self.people.sum())
        return int(self.within.sum()) / total if total else None

    def to_dict(self, areas: Sequence[str]) -> dict[str, Any]:
        """Return the year as plain values for JSON."""
        return {
            "year": self.year,
            "people": int(self.people.sum()),
            "people_basis": self.population.basis,
            "within_reach": int(self.within.sum()),
            "share": self.share,
            "facilities": int(self.facilities.sum()),
            "capacity": int(self.capacity.sum()),
            "districts": [
                {
                    "district": area,
                    "people": int(self.people[at]),
                    "within_reach": int(self.within[at]),
                    "facilities": int(self.facilities[at]),
                    "capacity": int(self.capacity[at]),
                }
                for at, area in enumerate(areas)
            ],
        }


def by_year(
    setting: Setting, scenario: Scenario, years: Sequence[int], *, points: Mapping[int, People]
) -> tuple[Phase, ...]:
    """
    Return what a theme offers, and to how many, in each year.

    Where people live keeps its pattern: all are scaled alike to the people of the year, in whole
    people by the largest remainder.

    Parameters
    ----------
    setting
        The theme.
    scenario
        What opens, closes and changes by the end.
    years
        Which years.
    points
        Figures of population, as `forecast` gives them.

    Returns
    -------
    phases
        One for each year, in the order asked for.

    Raises
    ------
    UsageError
        If no population is known for a year.
    """
    return tuple(_phase(setting, scenario, people_in(points, year)) for year in years)


def situation_in(setting: Setting, scenario: Scenario, population: People) -> Situation:
    """Return what a scenario comes to in one year, for that year's people."""
    usual = setting.demand(scenario)
    scaled = usual
    if int(usual.people.sum()) != population.total:
        number = largest_remainder(usual.people, population.total, order=np.asarray(usual.ids))
        scaled = replace(usual, people=number)
    return replace(setting.at(scenario, year=population.year), demand=scaled)


def _phase(setting: Setting, scenario: Scenario, population: People) -> Phase:
    found = situation_in(setting, scenario, population)
    return Phase(
        year=population.year,
        population=population,
        people=people(setting, found),
        within=within_reach(setting, found),
        facilities=facilities(setting, found),
        capacity=capacity(setting, found),
    )
