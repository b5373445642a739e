"""How many are served if some sites are built: what a building order is reckoned by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UsageError
from almaty_geo.scenarios.forecast import People, people_in
from almaty_geo.scenarios.order import Worth
from almaty_geo.scenarios.phases import situation_in
from almaty_geo.scenarios.setting import Mask, Setting, Whole
from almaty_geo.specs import Scenario


@dataclass(frozen=True, eq=False)
class Served:
    """People within reach, by which of c sites are built beside what a scenario has open."""

    setting: Setting
    """The theme."""

    scenario: Scenario
    """What is open before anything is built."""

    sites: tuple[str, ...]
    """Id of each site."""

    at: NDArray[np.intp]
    """Position of each site in the roll, or after its end, shape (c,)."""

    origin: NDArray[np.intp]
    """Demand point of each pair within reach, shape (p,)."""

    destination: NDArray[np.intp]
    """Facility of the roll, or site after its end, of each pair, shape (p,)."""

    points: Mapping[int, People]
    """Figures of population."""

    def worth(self, *, closing: bool = True) -> Worth:
        """
        Return how many people a set of sites serves in a year.

        Parameters
        ----------
        closing
            Whether a site closes what it replaces; without, more sites never serve fewer, and
            each adds less the more there are.
        """
        known: dict[int, Mask] = {}
        people: dict[int, Whole] = {}

        def served(chosen: int, year: int) -> int:
            if chosen not in known:
                known[chosen] = self._near(chosen, closing=closing)
            if year not in people:
                population = people_in(self.points, year)
                people[year] = situation_in(self.setting, self.scenario, population).demand.people
            return int(people[year][known[chosen]].sum())

        return served

    def _near(self, chosen: int, *, closing: bool) -> Mask:
        """Return which points are served by what is open and the chosen sites, shape (n,)."""
        is_open = self._open.copy()
        is_open[[at for j, at in enumerate(self.at.tolist()) if chosen >> j & 1]] = True
        if closing:
            new, old = self.setting.roll.replaced
            is_open[old[is_open[new]]] = False
        near = np.zeros(len(self.setting.base.ids), dtype=bool)
        near[self.origin[is_open[self.destination]]] = True
        return near

    @cached_property
    def _open(self) -> Mask:
        own = self.setting.roll.open(self.scenario)
        return np.concatenate([own, np.zeros(len(self.sites), dtype=bool)])


def planned(
    setting: Setting,
    scenario: Scenario,
    others: Sequence[Scenario],
    *,
    points: Mapping[int, People],
) -> Served:
    """
    Return what the facilities that scenarios open would serve.

    Parameters
    ----------
    setting
        The theme.
    scenario
        What is open before anything is built.
    others
        What any of them opens, and the first does not, is a site.
    points
        Figures of population.

    Returns
    -------
    served
        Sites by layer and id.

    Raises
    ------
    UsageError
        If there is no such facility, or none of them has a place.
    """
    roll = setting.roll
    wanted = np.zeros(len(roll.ids), dtype=bool)
    for other in others:
        wanted |= roll.open(other)
    wanted &= ~roll.open(scenario)
    located = wanted & np.isfinite(roll.xy_m[:, 0])
    if not located.any():
        why = "none of them has a place" if wanted.any() else "no other scenario opens more"
        raise UsageError(f"There is no site for {setting.theme!r} to build: {why}.")
    at = np.flatnonzero(located)
    origin, destination = setting.pairs(setting.reach_in(scenario))
    ids = tuple(roll.ids[position] for position in at)
    return Served(setting, scenario, ids, at, origin, destination, points)


def given(
    setting: Setting,
    scenario: Scenario,
    sites: Mapping[str, tuple[float, float]],
    *,
    points: Mapping[int, People],
) -> Served:
    """
    Return what sites given by their place would serve.

    Parameters
    ----------
    setting
        The theme.
    scenario
        What is open before anything is built.
    sites
        Easting and northing in metres of each site, by its id.
    points
        Figures of population.

    Returns
    -------
    served
        Sites by id.

    Raises
    ------
    UsageError
        If there is none.
    """
    if not sites:
        raise UsageError(f"There is no site for {setting.theme!r} to build.")
    ids = tuple(sorted(sites))
    places = np.array([sites[name] for name in ids], dtype=np.float64)
    reach = setting.reach_in(scenario)
    origin, destination = setting.pairs(reach)
    found = setting.travel.pairs(setting.base.xy_m, places, reach=reach)
    first = len(setting.roll.ids)
    return Served(
        setting=setting,
        scenario=scenario,
        sites=ids,
        at=np.arange(first, first + len(ids)),
        origin=np.concatenate([origin, found.origin]),
        destination=np.concatenate([destination, first + found.destination]),
        points=points,
    )
