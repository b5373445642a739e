"""A building programme: what to build in which year, whom it serves, what waiting costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from almaty_geo.errors import UsageError
from almaty_geo.scenarios.forecast import People, people_in
from almaty_geo.scenarios.order import Order, building_order
from almaty_geo.scenarios.served import Served


@dataclass(frozen=True, eq=False)
class Programme:
    """The best order found to build sites in, so many a year."""

    served: Served
    """The theme, what is open before, and the sites."""

    budget: int
    """How many can be built in a year."""

    order: Order
    """What to build in which year."""

    population: tuple[People, ...]
    """The people of each year."""

    @property
    def status(self) -> str:
        """Whether the bound is reached: "optimal" if so, else "bounded"."""
        return "optimal" if self.order.bound == self.order.value else "bounded"

    @property
    def sites(self) -> tuple[tuple[str, int, int, int], ...]:
        """Id, year, people gained and person-years lost by a year's delay, in building order."""
        worth = self.served.worth()
        found: list[tuple[str, int, int, int]] = []
        chosen, delays = 0, iter(self.order.delays)
        for year, own in zip(self.order.years, self.order.built, strict=True):
            for site in own:
                gain = worth(chosen | 1 << site, year) - worth(chosen, year)
                found.append((self.served.sites[site], year, gain, next(delays)))
                chosen |= 1 << site
        return tuple(found)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Sites that are not built: they would serve nobody more, or the years are over."""
        built = set(self.order.sequence)
        return tuple(name for j, name in enumerate(self.served.sites) if j not in built)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        order, scenario = self.order, self.served.scenario
        names = self.served.sites
        rows = zip(
            order.years, self.population, order.built, order.served, order.before, strict=True
        )
        keys = ("site", "year", "gain_people", "delay_person_years")
        return {
            "theme": self.served.setting.theme,
            "scenario": scenario.id,
            "sha256": scenario.sha256,
            "basis": self.served.setting.travel.basis,
            "budget": self.budget,
            "years": [
                {
                    "year": year,
                    "people": people.total,
                    "people_basis": people.basis,
                    "built": [names[site] for site in built],
                    "served": now,
                    "served_without": before,
                    "share": now / people.total if people.total else None,
                }
                for year, people, built, now, before in rows
            ],
            "sites": [
                {"rank": rank, **dict(zip(keys, site, strict=True))}
                for rank, site in enumerate(self.sites, start=1)
            ],
            "left_out": list(self.left_out),
            "person_years": order.value,
            "person_years_without": sum(order.before),
            "bound": order.bound,
            "gap": order.gap,
            "status": self.status,
            "delay_person_years": order.delay,
        }


def programme(served: Served, *, budget: int, first: int, last: int | None = None) -> Programme:
    """
    Return the best order found to build sites in.

    Parameters
    ----------
    served
        The theme and the sites.
    budget
        How many can be built in a year.
    first, last
        Years; by default up to the year in which all could be built, or the last of which the
        people are known.

    Returns
    -------
    programme
        Proven best up to twelve sites; above, with a bound.

    Raises
    ------
    UsageError
        If the budget is less than 1, the years run backwards, or the people of one are not known.
    """
    years = _years(served, budget, first, last)
    population = tuple(people_in(served.points, year) for year in years)
    order = building_order(
        served.worth(),
        len(served.sites),
        budget=budget,
        years=years,
        most=served.worth(closing=False),
    )
    return Programme(served, budget, order, population)


def _years(served: Served, budget: int, first: int, last: int | None) -> Sequence[int]:
    """Return the years of a programme."""
    if budget < 1:
        raise UsageError(f"The budget is {budget}; it must be 1 or more a year.")
    if last is not None and last < first:
        raise UsageError(f"The years run from {first} to {last}: backwards.")
    if last is None:
        needed = first - 1 + -(-len(served.sites) // budget)
        known = max(served.points)
        last = max(first, needed if len(served.points) == 1 else min(needed, known))
    return range(first, last + 1)
