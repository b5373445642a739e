"""A theme with all that a scenario is applied to, and what becomes of it in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import UsageError
from almaty_geo.places import Demand, Facilities, Membership, Roll, demand, membership
from almaty_geo.specs import Norm, Scenario, Speeds
from almaty_geo.travel import Reach, Travel, norm_reach

if TYPE_CHECKING:
    from almaty_geo.provision.declared import Borderline

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Situation:
    """What a scenario, or a year of it, comes to for one theme."""

    scenario: Scenario
    """What was applied."""

    is_open: Mask
    """Which facilities of the roll are open, shape (m,)."""

    capacity: NDArray[np.float64]
    """How many each of them can take, shape (m,); NaN where unknown."""

    demand: Demand
    """People at n points."""

    reach: Reach
    """How far counts as within reach."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A theme with all that a scenario is applied to."""

    roll: Roll
    """Every facility of the theme, open or not: m of them."""

    people: Layer
    """Demand layer, n rows."""

    areas: Layer
    """Layer of areas that results are split by: k of them."""

    members: Membership
    """Area of each demand point."""

    area: StudyArea
    """Gives the metric plane."""

    travel: Travel
    """How ways are reckoned."""

    norms: Mapping[str, Norm]
    """The plan's norms by theme."""

    speeds: Speeds
    """Speeds by mode."""

    borderline: "Borderline"
    """From which scaling of people on results are unsure."""

    reach: Reach | None = None
    """The reach that was asked for; a scenario's norm by default."""

    _cache: dict[str, Demand] = field(default_factory=dict, repr=False)
    _pairs: dict[Reach, tuple[NDArray[np.intp], NDArray[np.intp]]] = field(
        default_factory=dict, repr=False
    )

    @property
    def theme(self) -> str:
        """What is offered."""
        return self.roll.theme

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Layers that figures are made from: people, facilities, areas."""
        return (self.people, *self.roll.layers.values(), self.areas)

    @cached_property
    def base(self) -> Demand:
        """People as the demand layer has them."""
        return demand(self.people, self.area)

    @cached_property
    def facility_areas(self) -> Membership:
        """Area of each facility of the roll."""
        each = {n: membership(x, self.areas).of for n, x in self.roll.layers.items()}
        ids = tuple(self.areas.frame["id"].astype(str))
        return Membership(ids, self.roll.gathered(each).astype(np.intp))

    def at(self, scenario: Scenario, *, year: int | None = None) -> Situation:
        """
        Apply a scenario.

        Parameters
        ----------
        scenario
            What opens, closes and changes; it may be a part of a declared one, so that it is not
            held to contradictions here.
        year
            Only what is open in that year; all that the scenario opens by default.

        Returns
        -------
        situation
            New; nothing that was there is changed.

        Raises
        ------
        UsageError
            If nobody says how far is within reach.
        SpecError
            If the scenario names what is not there.
        """
        own = self.roll
        return Situation(
            scenario=scenario,
            is_open=own.open(scenario) if year is None else own.open_in(scenario, year),
            capacity=own.capacity(scenario),
            demand=self.demand(scenario),
            reach=self.reach_in(scenario),
        )

    def demand(self, scenario: Scenario) -> Demand:
        """Return the people of a scenario."""
        if scenario.population is None:
            return self.base
        key = scenario.population.model_dump_json()
        if key not in self._cache:
            self._cache[key] = demand(self.people, self.area, scenario, areas=self.members)
        return self._cache[key]

    def reach_in(self, scenario: Scenario) -> Reach:
        """Return how far is within reach in a scenario; UsageError where nobody says."""
        if self.reach is not None:
            return self.reach
        norm = scenario.norm(self.theme, self.norms)
        if norm is None or norm.reach is None:
            raise UsageError(
                f"Theme {self.theme!r} has no norm for reach: give one, such as --reach 500m."
            )
        return norm_reach(norm.reach, self.speeds)

    def pairs(self, reach: Reach) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return every point and facility of the roll within reach, positions, shapes (p,)."""
        if reach not in self._pairs:
            found = self.travel.pairs(self.base.xy_m, self.roll.xy_m, reach=reach)
            self._pairs[reach] = (found.origin, found.destination)
        return self._pairs[reach]

    def within(self, situation: Situation) -> Mask:
        """Return which points have an open facility within reach, shape (n,)."""
        origin, destination = self.pairs(situation.reach)
        near = np.zeros(len(self.base.ids), dtype=bool)
        near[origin[situation.is_open[destination]]] = True
        return near

    def offered(self, situation: Situation) -> Facilities:
        """Return what is open, as coverage and provision take it."""
        return self.roll.offered(situation.is_open, situation.capacity)
