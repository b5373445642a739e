"""How sites are sought: the arrays of each question, and what answers it."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from almaty_geo.errors import UsageError
from almaty_geo.places import Demand, Facilities
from almaty_geo.plan.provisions import ground
from almaty_geo.siting import (
    Ask,
    Places,
    Search,
    Siting,
    Weights,
    cover,
    fewest,
    mean,
    seated,
    worst,
    worst_first,
)
from almaty_geo.siting.candidates import Candidates
from almaty_geo.specs import Mode, Scenario
from almaty_geo.travel import Asked, Reach, Travel, parse_reach

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan

Objective = Literal["cover", "mean", "worst", "seats", "share"]
OBJECTIVES: tuple[Objective, ...] = ("cover", "mean", "worst", "seats")
CUT_OFF = "5km"
"""What a longer way counts as, for "mean"."""
SEATS = 1200
"""Seats of a new school, where nobody says."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How sites are asked for."""

    count: int | None = None
    """How many sites; None to ask for a share."""

    share: float | None = None
    """Share of all people to bring within reach with the fewest sites."""

    objective: Objective = "cover"
    """What is sought."""

    among: str = "blocks"
    """Where sites may be: "blocks", "nodes" of the streets, "grid:250m", or a layer of points."""

    exact: bool = False
    """Whether to prove the answer."""

    menu: bool = False
    """Whether to list near-best sets."""

    tolerance: float = 0.01
    """How far behind the best a set of the menu may be."""

    equity: bool = False
    """Whether the worst-off count more."""

    seats_each: int | None = None
    """Seats of each new site, for "seats"."""

    reach: str | None = None
    """What counts as within reach; the theme's norm by default."""

    mode: Mode | None = None
    """How people travel; the norm's by default."""

    basis: Asked | None = None
    """By streets, detour or local detour; streets by default where the plan has them."""


@dataclass(frozen=True, eq=False)
class Board:
    """All arrays that a question of siting needs."""

    demand: Demand
    open_: Facilities
    found: Candidates
    travel: Travel
    reach: Reach
    equity: bool

    @cached_property
    def existing(self) -> NDArray[np.float64]:
        """Way of each point to the nearest facility that is open, shape (m,)."""
        return self.travel.nearest(self.demand.xy_m, self.open_.xy_m, reach=self.reach).way

    @property
    def already(self) -> NDArray[np.bool_]:
        """Which points are within reach of what is open, shape (m,)."""
        return self.existing <= self.reach.value

    @property
    def weights(self) -> Weights:
        """People, the worst-off more where equity is asked for."""
        times = 3 if self.equity else 1
        return worst_first(self.demand.people, self.existing, reach_m=self.reach.value, times=times)

    def covers(self, places_m: NDArray[np.float64], reach: Reach) -> csr_array:
        """Return which point has which place within reach, shape (m, n)."""
        pairs = self.travel.pairs(self.demand.xy_m, places_m, reach=reach)
        shape = (len(self.demand.people), len(places_m))
        ones = np.ones(len(pairs.origin), dtype=bool)
        return csr_array((ones, (pairs.origin, pairs.destination)), shape=shape)

    def ways(self, reach: Reach) -> NDArray[np.float64]:
        """Return ways to candidates in whole metres or minutes' parts, ``inf`` beyond a reach."""
        pairs = self.travel.pairs(self.demand.xy_m, self.found.xy_m, reach=reach)
        table = np.full((len(self.demand.people), len(self.found.xy_m)), np.inf)
        table[pairs.origin, pairs.destination] = np.rint(pairs.way)
        return table


def board_of(
    plan: "Plan", theme: str, wanted: Wanted, found: Candidates, scenario: Scenario
) -> Board:
    """Return the arrays of a question; for "seats", people are pupils and the reach the limit."""
    travel = plan.travel(wanted.basis)
    if wanted.objective == "seats":
        seats = ground(plan, theme, basis=wanted.basis)
        answer = seats.provide(scenario)
        blocks = answer.demand
        pupils = Demand(blocks.layer, blocks.ids, answer.pupils.number, blocks.xy_m)
        limit = answer.question.limit
        return Board(pupils, answer.facilities, found, travel, limit, wanted.equity)
    question = plan.question(theme, wanted.reach, scenario, mode=wanted.mode)
    return Board(
        plan.people(scenario),
        plan.facilities(theme, scenario),
        found,
        travel,
        question.reach,
        wanted.equity,
    )


def search_of(wanted: Wanted) -> Search:
    """Return how hard to look."""
    return Search(exact=wanted.exact, menu=Ask(tolerance=wanted.tolerance) if wanted.menu else None)


def _cover(_: "Plan", __: str, board: Board, wanted: Wanted, ___: Scenario) -> Siting:
    return cover(
        board.covers(board.found.xy_m, board.reach),
        board.weights,
        wanted.count or 0,
        already=board.already,
        search=search_of(wanted),
    )


def _share(_: "Plan", __: str, board: Board, wanted: Wanted, ___: Scenario) -> Siting:
    return fewest(
        board.covers(board.found.xy_m, board.reach),
        board.weights,
        wanted.share or 0.0,
        already=board.already,
        search=search_of(wanted),
    )


def _mean(plan: "Plan", _: str, board: Board, wanted: Wanted, __: Scenario) -> Siting:
    far = parse_reach(CUT_OFF, mode=board.reach.mode, speeds=plan.speeds)
    if board.reach.unit != far.unit:
        raise UsageError("The objective 'mean' adds metres: give a reach in metres.")
    return mean(
        board.ways(far),
        board.weights,
        wanted.count or 0,
        existing_m=np.rint(board.existing),
        cutoff_m=far.value,
        search=search_of(wanted),
    )


def _worst(plan: "Plan", _: str, board: Board, wanted: Wanted, __: Scenario) -> Siting:
    if board.reach.unit != "m":
        raise UsageError("The objective 'worst' is about metres: give a reach in metres.")
    lived = board.demand.people > 0
    far = np.ceil(np.rint(board.existing[lived]).max(initial=1.0))
    if not np.isfinite(far):
        raise UsageError(f"{_lost(board)} has no way to any open facility: 'worst' has no answer.")
    widest = parse_reach(f"{far:.0f}m", mode=board.reach.mode, speeds=plan.speeds)
    return worst(
        board.ways(widest),
        board.demand.people,
        wanted.count or 0,
        existing_m=np.rint(board.existing),
        search=search_of(wanted),
    )


def _lost(board: Board) -> str:
    """Return the first place with people that no way leads from."""
    at = np.flatnonzero((board.demand.people > 0) & ~np.isfinite(board.existing))[0]
    return str(board.demand.ids[at])


def _seats(plan: "Plan", theme: str, board: Board, wanted: Wanted, scenario: Scenario) -> Siting:
    offered = ground(plan, theme, basis=wanted.basis).provide(scenario).seats.offered
    each = np.full(len(board.found.ids), wanted.seats_each or SEATS, dtype=np.int64)
    return seated(
        Places(board.covers(board.found.xy_m, board.reach), each),
        Weights(board.demand.people, np.ones_like(board.demand.people)),
        wanted.count or 0,
        existing=Places(board.covers(board.open_.xy_m, board.reach), offered),
        search=search_of(wanted),
    )


SEEKERS = {"cover": _cover, "share": _share, "mean": _mean, "worst": _worst, "seats": _seats}
"""What answers each objective."""
