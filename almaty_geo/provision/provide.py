"""From what a plan declares to who gets which seat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, SpecError
from almaty_geo.places import (
    Demand,
    Facilities,
    Membership,
    Roll,
    changed,
    demand,
    membership,
    roll,
)
from almaty_geo.provision.answer import Provision, Question, in_units
from almaty_geo.provision.declared import Seating
from almaty_geo.provision.flow import assign
from almaty_geo.provision.instance import Instance, Objective, Whole, ranks
from almaty_geo.provision.pupils import Pupils, pupils
from almaty_geo.provision.reasons import near_by_air
from almaty_geo.provision.seats import Seats, memberships, seats
from almaty_geo.specs import Norm, Scenario, Speeds
from almaty_geo.travel import Pairs, Reach, Travel, Unit, norm_reach

MS_PER_MIN = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """How answers are split: the area of each block and of each school, by layer of areas."""

    blocks: Mapping[str, Membership]
    """Of the n blocks."""

    schools: Mapping[str, Membership]
    """Of the m schools."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Which way leads where."""

    pairs: Pairs
    """Every pair of block and school within the admission limit."""

    travel: Travel
    """How ways were reckoned."""

    usual_detour: float | None = None
    """Way over straight line that no usual way exceeds; a block whose ways are all longer is cut
    off by something. None where ways do not follow streets."""


def provide(
    demand: Demand,
    pupils: Pupils,
    schools: tuple[Facilities, Seats],
    ways: Ways,
    question: Question,
    split: Split,
) -> Provision:
    """
    Give pupils seats.

    Parameters
    ----------
    demand
        The n blocks.
    pupils
        Who needs a seat in each.
    schools
        The m schools that are open, and what they offer.
    ways
        Every pair within the admission limit.
    question
        What is asked.
    split
        How the answer is split.

    Returns
    -------
    provision
        Proven, unless the objective is ``nearest-first``.

    Raises
    ------
    UsageError
        If there is no such objective.
    DataError
        If ways are not in the unit of the limit.
    """
    open_, offer = schools
    pairs = ways.pairs
    if pairs.unit != question.limit.unit:
        raise DataError(
            f"Ways are in {pairs.unit}, and the admission limit in {question.limit.unit}."
        )
    kept = offer.admits[pairs.destination]
    origin, destination = pairs.origin[kept], pairs.destination[kept]
    way = _whole(pairs.way[kept], pairs.unit)
    instance = Instance(
        pupils=pupils.number,
        seats=offer.offered,
        origin=origin,
        destination=destination,
        way=way,
        norm=in_units(question.norm, question.limit),
        origin_rank=ranks(demand.ids),
        destination_rank=ranks(open_.ids),
    )
    found = assign(instance, objective=question.objective)
    return Provision(
        question=question,
        demand=demand,
        pupils=pupils,
        facilities=open_,
        seats=offer,
        origin=origin,
        destination=destination,
        way=way,
        flow=found.flow,
        proof=found.proof,
        areas=split.blocks,
        school_areas=split.schools,
        basis=ways.travel.basis,
        cut_off=_cut_off(demand, open_, offer, ways, question.limit),
    )


@dataclass(frozen=True, eq=False)
class Ground:
    """A theme's seats in a plan: all that its answers are made from."""

    rule: Seating
    """Who needs a seat, and what a school offers."""

    norm: Norm
    """Norm and admission limit; a scenario may change them."""

    layers: tuple[Layer, ...]
    """Layers of the theme's schools."""

    people: Layer
    """Layer of blocks."""

    areas: Layer
    """Layer of areas that answers are split by first."""

    area: StudyArea
    """The metric plane."""

    travel: Travel
    """How ways are reckoned."""

    speeds: Speeds
    """Minutes to metres."""

    detour_high: float
    """Way over straight line that no usual way exceeds."""

    others: tuple[Layer, ...] = ()
    """Further layers of areas that answers can be split by."""

    def provide(
        self,
        scenario: Scenario,
        *,
        shifts: int | None = None,
        objective: Objective = "seats-first",
        low: bool = False,
        language: str | None = None,
    ) -> Provision:
        """
        Return who gets which seat in a scenario.

        Parameters
        ----------
        scenario
            Which schools are open.
        shifts
            Shifts of every school; each school's own where None.
        objective
            See `almaty_geo.provision.flow.assign`.
        low
            Whether to take the low variant of the count of pupils.
        language
            Only schools that teach in it; any where None.

        Returns
        -------
        provision
            Proven, unless the objective is ``nearest-first``.

        Raises
        ------
        UsageError
            If there is no such objective, number of shifts or low variant.
        UnknownNameError
            If no school teaches in that language.
        SpecError, DataError
            If a layer is not what the plan declares.
        """
        open_ = self.open(scenario)
        layers = tuple(changed(layer, scenario) for layer in self.layers)
        offer = seats(self.rule, open_, layers, shifts=shifts, language=language)
        blocks = self.blocks(scenario)
        reach, limit = self.reaches(scenario)
        question = Question(self.rule.theme, scenario.id, reach, limit, objective, shifts, language)
        usual = self.detour_high if self.travel.basis == "streets" else None
        pairs = self.travel.pairs(blocks.xy_m, open_.xy_m, reach=limit)
        return provide(
            blocks,
            self.pupils(blocks, low=low),
            (open_, offer),
            Ways(pairs, self.travel, usual),
            question,
            Split(
                self._memberships,
                {one.id: memberships(open_, self.layers, one) for one in self._areas},
            ),
        )

    def open(self, scenario: Scenario) -> Facilities:
        """Return the schools open in a scenario; SpecError if it contradicts itself."""
        self._roll.check(scenario)
        return self._roll.offered(self._roll.open(scenario), self._roll.capacity(scenario))

    def blocks(self, scenario: Scenario) -> Demand:
        """Return the blocks with the residents that a scenario gives them."""
        if scenario.population is None:
            return self.demand
        return demand(self.people, self.area, scenario, areas=self.membership)

    def pupils(self, blocks: Demand, *, low: bool = False) -> Pupils:
        """Return who needs a seat in blocks as `blocks` gives them; see `pupils` for errors."""
        residents = int(self.demand.people.sum())
        member = self.membership
        return pupils(self.rule, self.counted, blocks, member, low=low, residents=residents)

    def offered(self, scenario: Scenario, ids: Sequence[str]) -> Whole:
        """Return the seats in all shifts of schools, open or not, in the order of the roll."""
        wanted = set(ids)
        mask = np.array([name in wanted for name in self._roll.ids], dtype=bool)
        named = self._roll.offered(mask, self._roll.capacity(scenario))
        return seats(self.rule, named, tuple(changed(x, scenario) for x in self.layers)).offered

    def reaches(self, scenario: Scenario) -> tuple[Reach, Reach]:
        """Return the norm and the admission limit that hold in a scenario; SpecError if unfit."""
        theme = self.rule.theme
        norm = scenario.norm(theme, {theme: self.norm}) or self.norm
        if norm.reach is None or norm.admission_limit is None:
            raise SpecError(f"norms/{theme}.toml: seats need a [reach] and an [admission_limit].")
        reach = norm_reach(norm.reach, self.speeds)
        limit = norm_reach(norm.admission_limit, self.speeds)
        if limit.mode != reach.mode or limit.metres < reach.metres:
            raise SpecError(
                f"norms/{theme}.toml: the admission limit of {limit.value:g} {limit.unit} "
                f"({limit.mode}) is less than the reach of {reach.value:g} {reach.unit} "
                f"({reach.mode}), or of another mode."
            )
        return reach, limit

    @cached_property
    def demand(self) -> Demand:
        """Blocks with their residents of today."""
        return demand(self.people, self.area)

    @property
    def membership(self) -> Membership:
        """Area of each block, in the first layer of areas."""
        return self._memberships[self.areas.id]

    @cached_property
    def _memberships(self) -> Mapping[str, Membership]:
        return {one.id: membership(self.people, one) for one in self._areas}

    @property
    def _areas(self) -> tuple[Layer, ...]:
        return (self.areas, *self.others)

    @property
    def counted(self) -> Layer:
        """Layer whose pupils are counted."""
        named = self.rule.pupils.layer
        for layer in self.layers:
            if layer.id == named:
                return layer
        raise SpecError(
            f"provision/{self.rule.theme}.toml: [pupils] counts the layer {named!r}, which does "
            f"not serve the theme {self.rule.theme!r}."
        )

    @cached_property
    def _roll(self) -> Roll:
        return roll(self.rule.theme, self.layers, self.area)


def _whole(way: NDArray[np.float64], unit: Unit) -> Whole:
    """Return ways in whole millimetres, or milliseconds."""
    return np.rint(way * (1000 if unit == "m" else MS_PER_MIN)).astype(np.int64)


def _cut_off(
    demand: Demand, open_: Facilities, offer: Seats, ways: Ways, limit: Reach
) -> NDArray[np.bool_]:
    """Return which blocks are out of reach although a school is near by air, shape (n,)."""
    if ways.usual_detour is None:
        return np.zeros(len(demand.people), dtype=bool)
    near = near_by_air(
        demand.xy_m, open_.xy_m[offer.admits], within_m=limit.metres / ways.usual_detour
    )
    near[ways.pairs.origin[offer.admits[ways.pairs.destination]]] = False
    return near
