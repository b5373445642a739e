"""Sites on questions small enough to know the answer, by hand or by trying every set."""

import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from almaty_geo.errors import UsageError
from almaty_geo.siting import (
    Ask,
    Places,
    Search,
    Siting,
    Weights,
    cover,
    fewest,
    gap,
    mean,
    seated,
    worst,
    worst_first,
)

QUICK = Search(menu=Ask())
EXACT = Search(exact=True, menu=Ask())
ASKED = pytest.mark.parametrize("search", [QUICK, EXACT], ids=["quick", "exact"])
SEEDS = pytest.mark.parametrize("seed", range(12))


def sets(n: int, count: int, *, without: int | None = None) -> list[tuple[int, ...]]:
    return list(itertools.combinations([k for k in range(n) if k != without], count))


class Town:
    """A random town with everything that exists, and the worth of each set by plain sums."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.m, self.n, self.count = rng.integers(6, 22), int(rng.integers(4, 10)), 1 + seed % 3
        self.way = rng.integers(0, 40, (self.m, self.n)).astype(float)
        if seed % 2:
            self.way = rng.random((self.m, self.n)) * 40
        self.people = rng.integers(0, 30, self.m)
        self.people[0] = 7
        self.old = rng.integers(8, 60, self.m).astype(float)
        self.old[0] = 50
        self.way[0, 0] = 3
        self.covers, self.already = self.way <= 8, self.old <= 8

    def covered(self, chosen: tuple[int, ...]) -> int:
        new = self.covers[:, list(chosen)].any(axis=1) & ~self.already
        return int(self.people[new].sum())

    def walked(self, chosen: tuple[int, ...], *, old: bool = True) -> float:
        ways = self.way[:, list(chosen)].min(axis=1)
        return float(self.people @ (np.minimum(ways, self.old) if old else ways))

    def farthest(self, chosen: tuple[int, ...]) -> float:
        ways = np.minimum(self.way[:, list(chosen)].min(axis=1), self.old)
        return float(ways[self.people > 0].max())

    def need(self, share: float) -> tuple[int, float]:
        """Return the fewest sites that reach a share, and a share that all of them reach."""
        known = int(self.people[self.already].sum())
        reached = share * (self.covered(tuple(range(self.n))) + known)
        for k in range(1, self.n + 1):
            if any(self.covered(s) + known >= reached - 1e-9 for s in sets(self.n, k)):
                return (0 if known >= reached - 1e-9 else k), reached / self.people.sum()
        raise AssertionError


def test_two_of_three_sites_by_hand() -> None:
    covers = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    found = cover(covers, [10, 20, 30, 25], 2, search=EXACT)
    assert (found.sites, found.gains, found.value) == ((1, 2), (50, 25), 75)
    assert (found.status, found.bound, found.gap, found.reason) == ("optimal", 75, 0, None)


def test_whom_existing_facilities_cover_is_never_a_gain() -> None:
    covers = np.array([[1, 0], [0, 1]], dtype=bool)
    found = cover(covers, [100, 1], 1, already=np.array([True, False]))
    assert (found.sites, found.value, found.before) == ((1,), 1, 100)


def test_ties_go_to_the_first_candidate() -> None:
    covers = np.ones((2, 5), dtype=bool)
    assert cover(covers, [1, 1], 1).sites == (0,)
    assert mean(np.ones((2, 5)), [1, 1], 1).sites == (0,)


def test_the_median_of_points_on_a_line_by_hand() -> None:
    at = np.array([0.0, 1, 2, 10, 11])
    found = mean(np.abs(at[:, None] - at), np.ones(5), 2, search=EXACT)
    assert sorted(found.sites) in ([1, 3], [1, 4])
    assert (found.value, found.bound, found.before) == (3, 3, None)
    assert found.gains[0] is None


def test_the_centre_of_points_on_a_line_by_hand() -> None:
    at = np.array([0.0, 1, 2, 10, 14])
    found = worst(np.abs(at[:, None] - at), np.ones(5), 2, search=EXACT)
    assert (found.value, found.bound, found.status) == (4, 4, "optimal")


def test_seats_bind_before_reach_does() -> None:
    places = Places(np.ones((1, 2), dtype=bool), [30, 50])
    old = Places(np.ones((1, 1), dtype=bool), [40])
    found = seated(places, [100], 1, existing=old, search=EXACT)
    assert (found.sites, found.value, found.before, found.status) == ((1,), 50, 40, "optimal")


def test_people_move_between_old_and_new_seats() -> None:
    places = Places(np.array([[True], [False]]), [10])  # the new site reaches the first only
    old = Places(np.array([[True], [True]]), [10])
    found = seated(places, [10, 10], 1, existing=old)
    assert (found.before, found.value) == (10, 10)


@SEEDS
@ASKED
def test_covering_equals_trying_every_set(seed: int, search: Search) -> None:
    town = Town(seed)
    found = cover(town.covers, town.people, town.count, already=town.already, search=search)
    truth = {s: town.covered(s) for s in sets(town.n, town.count)}
    best = max(truth.values())
    assert truth[tuple(sorted(found.sites))] == found.value == sum(_known(found))
    assert found.value <= best <= found.bound
    assert found.gap >= gap(found.value, best)
    assert not search.exact or found.value == found.bound == best
    _check_menu(found, truth, -1, search)


@SEEDS
@ASKED
def test_the_mean_equals_trying_every_set(seed: int, search: Search) -> None:
    town = Town(seed)
    old = town.old if seed % 3 else None
    found = mean(town.way, town.people, town.count, existing_m=old, search=search)
    truth = {s: town.walked(s, old=old is not None) for s in sets(town.n, town.count)}
    best = min(truth.values())
    assert truth[tuple(sorted(found.sites))] == pytest.approx(found.value)
    assert found.bound - 1e-9 <= best <= found.value + 1e-9
    assert not search.exact or found.value == pytest.approx(best, rel=2e-8)
    assert (found.status == "optimal") == (found.reason is None)
    _check_menu(found, truth, 1, search)


@SEEDS
@ASKED
def test_the_worst_equals_trying_every_set(seed: int, search: Search) -> None:
    town = Town(seed)
    found = worst(town.way, town.people, town.count, existing_m=town.old, search=search)
    best = min(town.farthest(s) for s in sets(town.n, town.count))
    assert found.bound <= best <= found.value == town.farthest(found.sites)
    assert not search.exact or found.value == found.bound
    assert found.before == town.old[town.people > 0].max()
    assert sum(_known(found)) == pytest.approx(town.old[town.people > 0].max() - found.value)


@SEEDS
@ASKED
def test_the_fewest_equals_trying_every_set(seed: int, search: Search) -> None:
    town = Town(seed)
    best, share = town.need(0.9)
    found = fewest(town.covers, town.people, share, already=town.already, search=search)
    assert found.bound <= best <= found.value == len(found.sites)
    assert not search.exact or found.value == found.bound
    reached = town.covered(found.sites) + town.people[town.already].sum() if best else np.inf
    assert reached >= share * town.people.sum() - 1e-6


@SEEDS
@ASKED
def test_seats_equal_trying_every_set(seed: int, search: Search) -> None:
    town, rng = Town(seed), np.random.default_rng(seed + 100)
    seats, old_seats = rng.integers(0, 40, town.n), rng.integers(0, 40, 2)
    seats[0] = 3
    covers, old = town.way <= 15, rng.random((town.m, 2)) < 0.3
    who = Weights(
        town.people, rng.integers(1, 4, town.m) if seed % 2 else np.ones_like(town.people)
    )
    found = seated(
        Places(covers, seats), who, town.count, existing=Places(old, old_seats), search=search
    )
    before = _flow(old, old_seats, who)
    truth = {
        s: _flow(np.c_[covers[:, list(s)], old], np.r_[seats[list(s)], old_seats], who) - before
        for s in sets(town.n, town.count)
    }
    best = max(truth.values())
    assert found.before == before
    assert truth[tuple(sorted(found.sites))] == found.value == sum(_known(found))
    assert found.value <= best <= found.bound
    assert not search.exact or found.status == "optimal"
    _check_menu(found, truth, -1, search)


def _known(found: Siting) -> list[float]:
    return [gain for gain in found.gains if gain is not None]


def _flow(covers: Any, seats: Any, who: Weights) -> int:
    """Return the most people seated, by an independent linear programme."""
    pairs = np.argwhere(covers)
    if not len(pairs):
        return 0
    rules = np.zeros((sum(covers.shape), len(pairs)))
    rules[pairs[:, 0], np.arange(len(pairs))] = 1
    rules[covers.shape[0] + pairs[:, 1], np.arange(len(pairs))] = 1
    room = np.concatenate([who.people, seats])
    found: Any = linprog(-who.times[pairs[:, 0]], A_ub=rules, b_ub=room)
    return int(np.rint(-found.fun))


def _check_menu(
    found: Siting, truth: dict[tuple[int, ...], Any], sign: int, search: Search
) -> None:
    """Hold a menu to the values of all sets: ``sign`` is 1 where less is better."""
    assert found.menu is not None
    limit = sign * found.value + found.menu.tolerance * abs(found.value) + 1e-9
    best = sign * min(sign * value for value in truth.values())
    assert found.menu.options[0].sites == tuple(sorted(found.sites))
    assert len({option.sites for option in found.menu.options}) == len(found.menu.options)
    for option in found.menu.options:
        assert option.value == pytest.approx(truth[option.sites])
        assert sign * option.value <= limit
        if option.sure:
            assert sign * option.value <= sign * best + found.menu.tolerance * abs(best) + 1e-6
    assert {r.site for r in found.menu.no_regret} == set(found.sites)
    for regret in found.menu.no_regret:
        others = (sign * v for s, v in truth.items() if regret.site not in s)
        near = min(others, default=np.inf) <= limit
        assert regret.verdict in ({"refuted", "open"} if near else {"proven", "open"})
        assert not search.exact or regret.verdict != "open"


def test_a_site_is_proven_without_regret_only_if_every_set_without_it_is_worse() -> None:
    covers = np.eye(4, dtype=bool)
    found = cover(covers, [1000, 50, 50, 1], 2, search=EXACT)
    assert found.menu is not None
    assert {r.site: r.verdict for r in found.menu.no_regret} == {0: "proven", 1: "refuted"}
    assert [o.sites for o in found.menu.options] == [(0, 1), (0, 2)]


def test_a_menu_can_be_asked_for_sets_that_differ_more() -> None:
    covers = np.eye(6, dtype=bool)
    search = Search(menu=Ask(tolerance=0.1, options=5, differ=2))
    found = cover(covers, np.full(6, 10), 3, search=search)
    assert found.menu is not None
    assert len(found.menu.options) > 1
    for one, other in itertools.combinations(found.menu.options, 2):
        assert len(set(one.sites) - set(other.sites)) >= 2


towns = st.integers(0, 10_000)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(towns)
def test_a_further_candidate_never_makes_the_best_worse(seed: int) -> None:
    town = Town(seed)
    fewer = mean(town.way[:, :-1], town.people, 1, existing_m=town.old, search=Search(exact=True))
    more = mean(town.way, town.people, 1, existing_m=town.old, search=Search(exact=True))
    assert more.value <= fewer.value * (1 + 2e-8)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(towns)
def test_a_further_site_never_makes_it_worse(seed: int) -> None:
    town = Town(seed)
    near = town.way < 20
    values = [cover(near, town.people, k, search=EXACT).value for k in (1, 2, 3)]
    assert values == sorted(values)
    walked = [mean(town.way, town.people, k, search=EXACT).value for k in (1, 2, 3)]
    assert walked[0] >= walked[1] * (1 - 2e-8)
    assert walked[1] >= walked[2] * (1 - 2e-8)


@settings(deadline=None, max_examples=20, derandomize=True)
@given(towns)
def test_the_same_question_has_the_same_answer(seed: int) -> None:
    town = Town(seed)
    first, second = (
        json.dumps(cover(town.covers, town.people, 2, search=EXACT).to_dict()) for _ in range(2)
    )
    assert first == second


def test_a_cut_off_is_what_no_way_counts_as() -> None:
    found = mean(np.array([[1.0, np.inf], [np.inf, 2]]), [3, 5], 1, cutoff_m=10)
    assert (found.sites, found.value, found.before, found.gains) == (
        (1,),
        3 * 10 + 5 * 2,
        80,
        (40,),
    )


def test_the_worst_off_are_helped_first_if_they_count_more() -> None:
    covers, far = np.eye(2, dtype=bool), [400, 5000]
    who = worst_first([100, 60], far, reach_m=500, times=3)
    assert who.times.tolist() == [1, 3]
    assert cover(covers, [100, 60], 1).sites == (0,)
    fair = cover(covers, who, 1)
    assert (fair.sites, fair.value, fair.plain) == ((1,), 180, 60)


def test_favoured_ways_are_told_in_plain_metres_too() -> None:
    found = mean(np.array([[1.0, 4], [6, 2]]), Weights(np.array([2, 3]), np.array([1, 5])), 1)
    assert (found.sites, found.value, found.plain) == ((1,), 2 * 4 + 15 * 2, 2 * 4 + 3 * 2)


def test_an_answer_is_plain_json() -> None:
    town = Town(4)
    told = cover(town.covers, town.people, 2, search=QUICK).to_dict()
    assert json.loads(json.dumps(told))["sites"] == list(told["sites"])
    assert told["gap"] == gap(told["value"], told["bound"])


def test_all_candidates_are_the_answer_when_all_are_asked_for() -> None:
    town = Town(3)
    found = mean(town.way, town.people, town.n)
    assert (sorted(found.sites), found.status) == (list(range(town.n)), "optimal")


def test_nothing_is_sited_where_enough_is_covered() -> None:
    found = fewest(np.ones((2, 1), dtype=bool), [9, 1], 0.9, already=np.array([True, False]))
    assert (found.sites, found.value, found.status, found.before) == ((), 0, "optimal", 9)


SQUARE = np.eye(3, dtype=bool)
WAYS = np.ones((3, 2))
ONES = np.ones(3)


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: cover(SQUARE, ONES, 0), "count of sites must be a whole number from 1, not 0"),
        (lambda: cover(SQUARE, ONES, 1.5), "must be a whole number from 1, not 1.5"),  # type: ignore[arg-type]  # on purpose
        (lambda: cover(SQUARE, ONES, 4), "4 sites are asked for, but there are 3 candidates"),
        (lambda: cover(np.ones((3, 0)), ONES, 1), "There are no candidate sites"),
        (lambda: cover(ONES, ONES, 1), r"demand points by candidates, not of shape \(3,\)"),
        (lambda: cover(SQUARE, [1, 2], 1), "2 weights for 3 demand points"),
        (lambda: cover(SQUARE, [1, -2, 3], 1), "Weight 1 is -2: expected a whole number"),
        (lambda: cover(SQUARE, [1, 2, np.nan], 1), "Weight 2 is nan"),
        (lambda: cover(SQUARE, [1, 0.5, 3], 1), "Weight 1 is 0.5"),
        (lambda: cover(SQUARE, [[1]], 1), r"one row of numbers, not of shape \(1, 1\)"),
        (lambda: cover(SQUARE, [0, 0, 0], 1), "All weights are 0"),
        (lambda: cover(~SQUARE & SQUARE, ONES, 1), "No candidate site covers anybody"),
        (lambda: cover(SQUARE, ONES, 1, already=[True]), "covered already must be 3 truth values"),
        (lambda: cover(SQUARE, ONES, 1, already=[1, 0, 2]), "must be 3 truth values"),
        (lambda: mean(-WAYS, ONES, 1), "from point 0 to candidate 0 it says -1"),
        (lambda: mean(WAYS * np.nan, ONES, 1), "it says nan"),
        (lambda: mean(WAYS * np.inf, ONES, 1), "No demand point has a way to any candidate"),
        (lambda: mean(np.where(SQUARE, 1, np.inf), ONES, 1), "no way to 2 of 3 .* give a cut-off"),
        (lambda: mean(WAYS, ONES, 1, cutoff_m=0), "cut-off must be above 0 m"),
        (lambda: mean(WAYS, ONES, 1, existing_m=[1]), "must be 3 numbers from 0"),
        (lambda: mean(csr_array(-WAYS), ONES, 1), "Distances must be 0 or more"),
        (lambda: worst(np.where(SQUARE, 1, np.inf), ONES, 1), "No set of 1 was found"),
        (lambda: worst(WAYS * np.inf, ONES, 1), "Demand point 0 has no way to any candidate"),
        (lambda: fewest(SQUARE, ONES, 0), "share must be above 0"),
        (lambda: fewest(SQUARE, ONES, 1.1), "share must be above 0 and at most 1"),
        (lambda: fewest(SQUARE[:, :2], ONES, 1), "cover 66.7% of the people, less than the 100.0%"),
        (lambda: fewest(np.ones((3, 0)), ONES, 1), "There are no candidate sites.$"),
        (lambda: seated(Places(SQUARE, [1, 2]), ONES, 1), "expected one number a candidate"),
        (lambda: seated(Places(SQUARE, [1, -1, 1]), ONES, 1), "Seats of candidate 1 are -1"),
        (lambda: seated(Places(SQUARE, [0, 0, 0]), ONES, 1), "No candidate site has any seats"),
        (lambda: seated(Places(~SQUARE & SQUARE, ONES), ONES, 1), "within reach of anybody"),
        (lambda: seated(Places(SQUARE, [2**31, 1, 1]), ONES, 1), "at most 2,147,483,647"),
        (
            lambda: seated(Places(SQUARE, ONES), ONES, 1, existing=Places(SQUARE[:2], ONES)),
            "given for 2 demand points, candidates for 3",
        ),
        (lambda: Search(time_limit_s=0), "time limit must be above 0"),
        (lambda: Search(tolerance=1), "tolerance must be a share"),
        (lambda: Ask(options=0), "A menu lists at least 1 set"),
        (lambda: Ask(tolerance=-0.1), "menu's tolerance must be a share"),
        (lambda: worst_first([1], [np.nan], reach_m=1), "must be 1 numbers from 0"),
        (lambda: worst_first([1], [1], reach_m=0), "a reach above 0 m"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_clear_line(ask: Any, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as caught:
        ask()
    assert "\n" not in str(caught.value)
