"""Which pupil gets which seat: the answer, with its proof, its split and its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.places import Demand, Facilities, Membership, split_by
from almaty_geo.provision.declared import Shifts
from almaty_geo.provision.instance import Objective, Positions, Whole, sums
from almaty_geo.provision.pupils import Pupils
from almaty_geo.provision.seats import Seats
from almaty_geo.travel import Basis, Reach

COUNTS = ("pupils", "seats", "seated", "seated_within_norm", "in_reach_no_seat", "out_of_reach")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a theme's seats."""

    theme: str
    """What the seats are for."""

    scenario: str
    """Id of the scenario that says which schools are open."""

    norm: Reach
    """Way up to which a seat is within the norm; exactly that far is within."""

    limit: Reach
    """Way up to which a seat may be given at all; exactly that far is within."""

    objective: Objective = "seats-first"
    """What is wanted; see `almaty_geo.provision.flow.assign`."""

    shifts: int | None = None
    """Shifts of every school; each school's own where None."""

    language: str | None = None
    """Language of teaching that schools must offer; any where None. How many pupils want which
    is not known, so all pupils are asked about: the answer is what only these schools can do."""


@dataclass(frozen=True, eq=False)
class Provision:
    """
    Pupils of n blocks given seats of m schools.

    Seated, in reach without a seat, and out of reach add up to the pupils, in every block, in
    every area and in sum. No school has more pupils than seats.
    """

    question: Question
    """What was asked."""

    demand: Demand
    """The n blocks."""

    pupils: Pupils
    """Who needs a seat."""

    facilities: Facilities
    """The m schools that are open."""

    seats: Seats
    """What they offer."""

    origin: Positions
    """Block of each pair within the admission limit, shape (p,)."""

    destination: Positions
    """School of each pair; only such as admit, seats known or not, shape (p,)."""

    way: Whole
    """Way of each pair in whole millimetres (milliseconds for a limit in minutes), shape (p,)."""

    flow: Whole
    """Pupils of each pair who get a seat, shape (p,)."""

    proof: float | Literal["optimal"] | None
    """ "optimal" where prices of seats prove it, else the gap; None for ``nearest-first``."""

    areas: Mapping[str, Membership]
    """Area of each block, for each layer of areas."""

    school_areas: Mapping[str, Membership]
    """Area of each school, for each layer of areas."""

    basis: Basis
    """Whether ways follow streets or are straight lines times a detour index."""

    cut_off: NDArray[np.bool_]
    """Blocks out of reach although a school is so near by air that any usual detour would do:
    something bars the way. Shape (n,); none where ways do not follow streets."""

    @property
    def objective(self) -> Objective:
        """What was wanted."""
        return self.question.objective

    @property
    def scenario(self) -> str:
        """Id of the scenario."""
        return self.question.scenario

    @property
    def shifts(self) -> Shifts:
        """Shifts of every school, or "own"."""
        return "own" if self.question.shifts is None else self.question.shifts

    @cached_property
    def in_reach(self) -> NDArray[np.bool_]:
        """Which blocks have a school within the admission limit, shape (n,)."""
        reached = np.zeros(len(self.pupils.number), dtype=bool)
        reached[self.origin] = True
        return reached

    @cached_property
    def seated(self) -> Whole:
        """Pupils of each block who get a seat, shape (n,)."""
        return sums(self.origin, self.flow, len(self.pupils.number))

    @cached_property
    def seated_within_norm(self) -> Whole:
        """Pupils of each block who get a seat within the norm, shape (n,)."""
        near = np.where(self.way <= self.norm_units, self.flow, 0)
        return sums(self.origin, near, len(self.pupils.number))

    @cached_property
    def in_reach_no_seat(self) -> Whole:
        """Pupils of each block who have a school in reach and no seat, shape (n,)."""
        return np.where(self.in_reach, self.pupils.number - self.seated, 0)

    @cached_property
    def out_of_reach(self) -> Whole:
        """Pupils of each block who have no school in reach, shape (n,)."""
        return np.where(self.in_reach, 0, self.pupils.number)

    @cached_property
    def load(self) -> Whole:
        """Pupils at each school, shape (m,)."""
        return sums(self.destination, self.flow, len(self.facilities.ids))

    @cached_property
    def queue(self) -> Whole:
        """Pupils in reach without a seat for whom each school is the nearest, shape (m,).

        Of schools equally near, the first by id; the queues add up to all in reach without a seat.
        """
        order = np.lexsort((self.destination, self.way, self.origin))
        block, first = np.unique(self.origin[order], return_index=True)
        nearest = self.destination[order[first]]
        return sums(nearest, self.in_reach_no_seat[block], len(self.facilities.ids))

    @property
    def norm_units(self) -> int:
        """The norm in the unit of the ways: whole millimetres, or milliseconds."""
        return in_units(self.question.norm, self.question.limit)

    def mean_walk_m(self, chosen: NDArray[np.bool_] | None = None) -> float | None:
        """Return the mean way to a seat in metres, of some blocks (n,); None if nobody has one."""
        flow = self.flow if chosen is None else np.where(chosen[self.origin], self.flow, 0)
        number = int(flow.sum())
        if not number:
            return None
        limit = self.question.limit
        metres = limit.metres / limit.value / (1000 if limit.unit == "m" else 60_000)
        return float((flow * self.way).sum()) / number * metres

    def totals(self) -> dict[str, Any]:
        """Return the figures of the whole place, whole pupils and seats, and the mean way."""
        return {
            **{name: int(each.sum()) for name, each in self._counted().items()},
            "mean_walk_m": self.mean_walk_m(),
        }

    def by(self, areas: str) -> pd.DataFrame:
        """
        Return the figures of each area.

        Parameters
        ----------
        areas
            Layer of areas, such as "districts".

        Returns
        -------
        table
            One row an area, by its id: ``pupils``, ``seats`` (of the schools in it), ``seated``,
            ``seated_within_norm``, ``in_reach_no_seat``, ``out_of_reach`` (of the pupils who live
            in it, wherever their school is; whole numbers) and ``mean_walk_m`` (NaN where nobody
            has a seat). A last row "outside" keeps sums whole where anything lies outside.

        Raises
        ------
        UnknownNameError
            If the plan has no such layer of areas.
        """
        member = split_by(self.areas, areas)
        table = pd.DataFrame(
            {
                name: (self.school_areas[areas] if name == "seats" else member).sums(each)
                for name, each in self._counted().items()
            },
            index=pd.Index(member.names, name=areas),
        )
        means = [self.mean_walk_m(member.at == at) for at in range(len(table))]
        table["mean_walk_m"] = np.array([np.nan if m is None else m for m in means])
        return table if table.iloc[-1][["pupils", "seats"]].any() else table.iloc[:-1]

    def to_dict(self, areas: str) -> dict[str, Any]:
        """
        Return the answer as plain values for JSON.

        Parameters
        ----------
        areas
            Layer of areas to split by.

        Returns
        -------
        answer
            The whole, with a list ``districts`` of the same keys and ``district``.
        """
        shared: dict[str, Any] = {
            "theme": self.question.theme,
            "scenario": self.scenario,
            "shifts": self.shifts,
            "objective": self.objective,
            "proof": self.proof,
            "low": self.pupils.low,
            "language": self.question.language,
            "norm": {"value": self.question.norm.value, "unit": self.question.norm.unit},
            "limit": {"value": self.question.limit.value, "unit": self.question.limit.unit},
            "basis": self.basis,
        }
        whole = {
            "schools": len(self.facilities.ids),
            "schools_without_known_seats": int((~self.seats.known).sum()),
            **_plain(self.totals()),
        }
        districts = [
            {**shared, **_plain(row), "district": slug}
            for slug, row in self.by(areas).to_dict("index").items()
        ]
        return {**shared, **whole, "districts": districts}

    def _counted(self) -> dict[str, Whole]:
        each = (
            self.pupils.number,
            self.seats.offered,
            self.seated,
            self.seated_within_norm,
            self.in_reach_no_seat,
            self.out_of_reach,
        )
        return dict(zip(COUNTS, each, strict=True))


def in_units(reach: Reach, like: Reach) -> int:
    """Return a reach in whole units of the ways that another reach is held to."""
    if like.unit == "m":
        return round(reach.metres * 1000)
    return round(reach.metres / like.metres * like.value * 60_000)


def _plain(row: Mapping[Any, Any]) -> dict[str, int | float | None]:
    """Return a row as JSON can say it; the mean way to a tenth of a metre."""
    plain: dict[str, int | float | None] = {str(k): int(row[k]) for k in COUNTS}
    mean = row["mean_walk_m"]
    plain["mean_walk_m"] = None if mean is None or mean != mean else round(float(mean), 1)  # noqa: PLR0124 - NaN
    return plain
