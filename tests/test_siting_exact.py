"""Sites on middling questions: proofs against scipy's solver, asked in another form."""

import itertools
import time
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, random_array
from scipy.spatial import KDTree

from almaty_geo.siting import Ask, Search, cover, mean, prices, seated, worst
from almaty_geo.siting.branching import Tree, half_of
from almaty_geo.siting.gains import Gains, gains_of, greedy, improved
from almaty_geo.siting.prices import Pricing
from almaty_geo.siting.question import Best, Choice
from almaty_geo.siting.seats import Places

EXACT = Search(exact=True, time_limit_s=120)


def town(seed: int, points: int, sites: int) -> tuple[Any, Any]:
    """Return whole distances (points, sites) in a square, and people."""
    rng = np.random.default_rng(seed)
    homes, spots = rng.random((points, 2)) * 1000, rng.random((sites, 2)) * 1000
    apart = np.hypot(*(homes[:, None] - spots[None]).transpose(2, 0, 1))
    return np.rint(apart), rng.integers(1, 100, points)


def peer_median(way: Any, people: Any, count: int) -> float:
    """Return the p-median of the textbook programme: who goes where, and which sites are open."""
    m, n = way.shape
    size = n + m * n
    rules = []
    served = np.zeros((m, size))
    for i in range(m):
        served[i, n + i * n : n + (i + 1) * n] = 1
    rules.append(LinearConstraint(served, 1, 1))
    only = np.zeros((m * n, size))
    only[np.arange(m * n), n + np.arange(m * n)] = -1
    only[np.arange(m * n), np.tile(np.arange(n), m)] = 1
    rules.append(LinearConstraint(only, 0, np.inf))
    rules.append(LinearConstraint(np.r_[np.ones(n), np.zeros(m * n)][None], count, count))
    cost = np.r_[np.zeros(n), (people[:, None] * way).ravel()]
    whole = np.r_[np.ones(n), np.zeros(m * n)]
    found: Any = milp(cost, constraints=rules, bounds=Bounds(0, 1), integrality=whole)
    return float(found.fun)


def peer_cover(covers: Any, people: Any, count: int) -> float:
    """Return the most people covered, by the textbook programme."""
    m, n = covers.shape
    rules = [
        LinearConstraint(np.c_[covers.astype(float), -np.eye(m)], 0, np.inf),
        LinearConstraint(np.r_[np.ones(n), np.zeros(m)][None], count, count),
    ]
    whole = np.r_[np.ones(n), np.zeros(m)]
    found: Any = milp(
        np.r_[np.zeros(n), -people], constraints=rules, bounds=Bounds(0, 1), integrality=whole
    )
    return -float(found.fun)


@pytest.mark.parametrize("seed", range(30))
def test_prices_never_go_below_the_best_nor_rule_it_out(seed: int) -> None:
    way, people = town(seed, 12, 9)
    table = people[:, None] * np.maximum(400 + 200 * (seed % 2) - way, 0)
    gains, count = gains_of(table.T), 2 + seed % 2
    worth = {s: gains.worth(s) for s in itertools.combinations(range(9), count)}
    best = max(worth, key=lambda s: worth[s])
    floor = min(worth.values())  # a poor set to beat, so that only the prices bound
    for shortest in (0.5, 0.05, 0.005):
        everything = Choice(np.empty(0, dtype=np.intp), np.arange(9))
        pricing = Pricing(gains, count, everything, gains.prices(range(count)))
        pricing.run(worth[best], worth[best] - floor, steps=300, shortest=shortest)
        assert pricing.bound >= worth[best] * (1 - 1e-9)
        assert set(pricing.kept) <= set(best) <= {*pricing.kept, *pricing.free}


@pytest.mark.parametrize(("seed", "count"), [(1, 2), (2, 5), (3, 9)])
def test_the_median_equals_the_solvers(seed: int, count: int) -> None:
    way, people = town(seed, 40, 25)
    found = mean(way, people, count, search=EXACT)
    assert (found.status, found.bound) == ("optimal", found.value)
    assert found.value == pytest.approx(peer_median(way, people, count))


@pytest.mark.parametrize(("seed", "count"), [(1, 3), (2, 8), (3, 15)])
def test_the_coverage_equals_the_solvers(seed: int, count: int) -> None:
    way, people = town(seed, 300, 80)
    found = cover(way <= 90, people, count, search=EXACT)
    quick = cover(way <= 90, people, count)
    truth = peer_cover(way <= 90, people, count)
    assert (found.status, found.value, found.bound) == ("optimal", truth, truth)
    assert quick.value <= truth <= quick.bound


@pytest.mark.parametrize("seed", [1, 2])
def test_the_gap_shown_holds_the_proven_best(seed: int) -> None:
    way, people = town(seed, 200, 120)
    quick, exact = (mean(way, people, 8, search=s) for s in (Search(), EXACT))
    assert exact.status == "optimal"
    assert quick.bound <= exact.value <= quick.value
    quick, exact = (worst(way, people, 6, search=s) for s in (Search(), EXACT))
    assert exact.status == "optimal"
    assert quick.bound <= exact.value <= quick.value


def test_seats_are_proven_where_they_bind() -> None:
    way, people = town(4, 150, 60)
    seats = np.full(60, 400)
    quick, exact = (
        seated(Places(way <= 150, seats), people, 7, search=search) for search in (Search(), EXACT)
    )
    assert exact.status == "optimal"
    assert quick.value <= exact.value <= quick.bound


def test_branching_and_the_solver_prove_the_same() -> None:
    way, people = town(7, 80, 50)
    table = people[:, None] * (way.max(axis=1)[:, None] - way)
    gains = gains_of(table.T)
    grown, closed = (_best(gains, 4) for _ in range(2))
    everything = Choice(np.empty(0, dtype=np.intp), np.arange(50))
    pricing = Pricing(gains, 4, everything, gains.prices(grown.sites))
    pricing.run(grown.target, grown.slack, steps=5, shortest=0.01)
    tree = Tree(grown, half_of(pricing))
    tree.grow(halves=100_000, until_s=time.monotonic() + 60)
    assert tree.proven
    bound = gains.programme(everything, 4).close(closed, everything, limit_s=60)
    assert bound == closed.value == grown.value == tree.bound


def _best(gains: Gains, count: int) -> Best:
    """Return a poor set to begin with, so that both have something to find."""
    best = Best(gains, count)
    best.offer(range(count))
    return best


def test_a_proof_cut_short_shows_a_gap_and_why() -> None:
    way, people = town(11, 300, 300)
    found = mean(way, people, 7, search=Search(exact=True, time_limit_s=1e-3))
    assert found.status == "optimal" or (
        found.reason == "the time limit of 0.001 s was reached" and found.gap > 0
    )
    assert found.bound <= mean(way, people, 7, search=EXACT).value <= found.value


def test_exchanges_never_lose_what_greedy_found() -> None:
    way, people = town(12, 200, 90)
    gains = gains_of(((way <= 100) * people[:, None]).T)
    first = greedy(gains, 9)
    better = improved(gains, first)
    assert gains.worth(better) >= gains.worth(first)
    assert improved(gains, better) == better
    assert improved(gains, first, fixed=3)[:3] == first[:3]


def test_a_menu_of_many_sites_holds_what_it_says() -> None:
    way, people = town(13, 400, 150)
    search = Search(exact=True, menu=Ask(tolerance=0.01, options=8))
    found = cover(way <= 80, people, 10, search=search)
    assert found.menu is not None
    assert len(found.menu.options) == 8
    for option in found.menu.options:
        reached = (way[:, list(option.sites)] <= 80).any(axis=1)
        assert int(people[reached].sum()) == option.value >= 0.99 * found.value
        assert option.sure
    verdicts = {r.site: r.verdict for r in found.menu.no_regret}
    assert "open" not in verdicts.values()
    for site, verdict in verdicts.items():
        rest = np.delete(way, site, axis=1) <= 80
        truth = peer_cover(rest, people, 10)
        assert (truth < 0.99 * found.value) == (verdict == "proven")


def test_the_next_sites_of_the_bundled_city_are_proven(almaty: Any) -> None:
    from almaty_geo.places import demand  # noqa: PLC0415 - the plan is needed here only

    people = demand(almaty.layers["residents"], almaty.area)
    schools = almaty.facilities("schools", almaty.scenario())
    reach = 500 / 1.3
    spots = people.xy_m[::2]
    near = KDTree(spots).sparse_distance_matrix(
        KDTree(people.xy_m), reach, output_type="coo_matrix"
    )
    covers = np.zeros((len(people.ids), len(spots)), dtype=bool)
    covers[near.col, near.row] = True
    already = KDTree(schools.xy_m[schools.located]).query(people.xy_m)[0] <= reach
    quick, exact = (
        cover(covers, people.people, 22, already=already, search=search)
        for search in (Search(), Search(exact=True))
    )
    assert quick.gap <= 0.005
    assert exact.status == "optimal"
    assert quick.value <= exact.value <= quick.bound
    assert exact.value == sum(step for step in exact.gains if step is not None)


def test_dense_and_sparse_tables_give_the_same_answer() -> None:
    way, people = town(5, 30, 12)
    dense = cover(way <= 2000, people, 2)
    assert cover(csr_array(way <= 2000), people, 2) == dense
    rows, columns = np.nonzero(way <= 200)
    near = csr_array((way[rows, columns], (rows, columns)), shape=way.shape)
    cut = np.where(way <= 200, way, np.inf)
    whole = mean(cut, people, 2, cutoff_m=200)
    assert mean(near, people, 2, cutoff_m=200) == whole


def test_a_tolerance_stops_early_and_says_so() -> None:
    covers = random_array((300, 60), density=0.05, rng=np.random.default_rng(1)) > 0
    found = cover(covers, np.arange(300), 6, search=Search(exact=True, tolerance=0.5))
    assert found.reason is None or "tolerance of 0.5" in found.reason
    assert found.gap <= 0.5


@pytest.mark.parametrize("seed", range(4))
def test_what_is_dropped_can_be_left_out_of_the_market(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    way, people = town(seed, 200, 150)
    question = gains_of(csr_array(((way.max() - way) * people[:, None]).T))
    sites = question.start(30)
    found = []
    for fewer in (0.0, 1.0):  # never, and whenever one is dropped
        monkeypatch.setattr(prices, "FEWER", fewer)
        every = Choice(np.empty(0, dtype=np.intp), np.arange(question.height))
        pricing = Pricing(question, 30, every, question.prices(sites))
        pricing.run(question.worth(sites) + 1, 1.0, steps=300, shortest=0.005)
        found.append((pricing.bound, pricing.kept.tolist(), pricing.free.tolist()))
    assert len(found[0][1]) + len(found[0][2]) < question.height
    assert found[0] == found[1]
