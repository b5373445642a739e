"""All that the section of a theme's seats is made from, reckoned once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from almaty_geo.cells import nothing, opening_year
from almaty_geo.places import Roll, roll
from almaty_geo.provision.answer import COUNTS, Provision
from almaty_geo.provision.gap import ShiftGap, shift_gap
from almaty_geo.provision.provide import Ground
from almaty_geo.provision.pupils import whole_column
from almaty_geo.provision.relief import Relief, reliefs
from almaty_geo.sections import CITY, Cell
from almaty_geo.specs import Scenario, ThemeWords


@dataclass(frozen=True, slots=True)
class AreaSeats:
    """The figures of one area."""

    area: str
    """Its id, "outside", or `CITY`."""

    pupils: int
    """Who need a seat and live there."""

    seats: int
    """Seats of the schools there."""

    seated: int
    """Pupils with a seat, wherever it is."""

    within_norm: int
    """Pupils with a seat within the norm."""

    waiting: int
    """Pupils in reach without a seat."""

    out: int
    """Pupils out of reach."""

    mean_walk_m: float | None
    """Mean way to a seat; None where nobody has one."""

    @property
    def without(self) -> int:
        """Pupils without a seat, in reach or out of it."""
        return self.waiting + self.out


def lines(answer: Provision, areas: str) -> tuple[AreaSeats, ...]:
    """Return the figures of each area, of outside if anything lies there, and of the city."""
    split = answer.by(areas)
    rows: Iterable[tuple[object, Any]] = zip(split.index, split.to_dict("records"), strict=True)
    return (*(_line(str(area), row) for area, row in rows), _line(CITY, answer.totals()))


def _line(area: str, row: Mapping[str, Any]) -> AreaSeats:
    pupils, seats, seated, near, waiting, out = (int(row[name]) for name in COUNTS)
    mean = None if pd.isna(row["mean_walk_m"]) else float(row["mean_walk_m"])
    return AreaSeats(area, pupils, seats, seated, near, waiting, out, mean)


@dataclass(frozen=True, eq=False)
class Story:
    """A theme's seats in a scenario, with what is needed to tell of them."""

    ground: Ground
    """All that answers are made from."""

    words: ThemeWords
    """How sentences name the theme."""

    scenario: Scenario
    """Which schools are open."""

    main: Provision
    """In each school's own shifts, as the register or the scenario says."""

    one_shift: Provision
    """With every school teaching in one shift."""

    low: Provision | None
    """One shift, with the low variant of the pupils; None where none is declared."""

    gap: ShiftGap
    """Seats missing for one shift."""

    other: tuple[Scenario, ShiftGap] | None
    """Another scenario that opens more schools, and what is missing in it."""

    reliefs: tuple[Relief, ...]
    """What each of its schools changes alone, in one shift; then all together."""

    @cached_property
    def lines(self) -> tuple[AreaSeats, ...]:
        """Figures in the shifts of the scenario."""
        return lines(self.main, self.ground.areas.id)

    @cached_property
    def one_shift_lines(self) -> tuple[AreaSeats, ...]:
        """Figures in one shift, of the same areas."""
        return lines(self.one_shift, self.ground.areas.id)

    @property
    def single(self) -> bool:
        """Whether every school teaches in one shift as it is."""
        return bool((self.main.seats.shifts == 1).all())

    @cached_property
    def low_without(self) -> Mapping[str, int]:
        """Pupils without a seat in one shift by area, by the low count."""
        if self.low is None:
            return {}
        return {line.area: line.without for line in lines(self.low, self.ground.areas.id)}

    def opening(self, school: str) -> Cell:
        """Return the year in which a school of the other scenario opens; ``school`` is its id."""
        if self.other is None:
            return nothing()
        own, scenario = self._roll, self.other[0]
        at = own.ids.index(school)
        year, assumed = int(own.years(scenario)[0][at]), bool(own.year_assumed(scenario)[at])
        return opening_year(year, assumed=assumed)

    @cached_property
    def _roll(self) -> Roll:
        ground = self.ground
        return roll(ground.rule.theme, ground.layers, ground.area)

    @cached_property
    def factors(self) -> Mapping[str, float]:
        """How much the residents of each borderline area were scaled."""
        rule = self.ground.rule.borderline
        if rule is None:
            return {}
        before = whole_column(self.ground.people, rule.column, self.ground.rule.theme)
        now = self.ground.demand.people
        return rule.factors(self.ground.membership, before=before.clip(min=0), now=now)


def tell(
    ground: Ground,
    words: ThemeWords,
    scenario: Scenario,
    *,
    other: Scenario | None = None,
) -> Story:
    """
    Reckon all that the section tells.

    Parameters
    ----------
    ground
        All that answers are made from.
    words
        How sentences name the theme.
    scenario
        Which schools are open.
    other
        A scenario that opens more, to tell what it changes; one that offers no more seats is
        passed over.

    Returns
    -------
    story
        For `almaty_geo.provision.section.section`.
    """
    one_shift = ground.provide(scenario, shifts=1)
    after = None if other is None else ground.provide(other, shifts=1)
    if after is not None and after.seats.offered.sum() <= one_shift.seats.offered.sum():
        after = None
    found: tuple[Relief, ...] = ()
    later: tuple[Scenario, ShiftGap] | None = None
    if other is not None and after is not None:
        later = (other, shift_gap(ground, after))
        found = reliefs(
            (scenario, one_shift),
            after,
            lambda one: ground.provide(one, shifts=1),
            areas=ground.areas.id,
        )
    return Story(
        ground=ground,
        words=words,
        scenario=scenario,
        main=ground.provide(scenario),
        one_shift=one_shift,
        low=ground.provide(scenario, shifts=1, low=True) if ground.rule.pupils.low else None,
        gap=shift_gap(ground, one_shift),
        other=later,
        reliefs=found,
    )
