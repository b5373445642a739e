"""The engine on plain arrays: known answers, an independent LP, and certificates that can fail."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from almaty_geo.errors import DataError, UsageError
from almaty_geo.provision.certificate import Cost, proven, whole_face
from almaty_geo.provision.flow import LARGEST, assign, in_tenths, solved, stages
from almaty_geo.provision.greedy import nearest_first
from almaty_geo.provision.instance import (
    OBJECTIVES,
    Assignment,
    Instance,
    Objective,
    Pricing,
    ranks,
    sums,
)
from almaty_geo.provision.ties import settled

NORM = 500
PLANNED: tuple[Objective, ...] = ("seats-first", "least-walk", "fair")


def instance_of(pupils: list[int], seats: list[int], ways: dict[tuple[int, int], int]) -> Instance:
    pairs = list(ways)
    return Instance(
        np.array(pupils, dtype=np.int64),
        np.array(seats, dtype=np.int64),
        np.array([i for i, _ in pairs], dtype=np.intp),
        np.array([j for _, j in pairs], dtype=np.intp),
        np.array(list(ways.values()), dtype=np.int64),
        NORM,
    )


@st.composite
def instances(draw: st.DrawFn, *, most: int = 7, way: int = 12) -> Instance:
    """Return a small instance; few distinct ways, so that equal optima are common."""
    blocks = draw(st.integers(1, 6))
    schools = draw(st.integers(1, 4))
    pairs = draw(st.sets(st.tuples(st.integers(0, blocks - 1), st.integers(0, schools - 1))))
    return instance_of(
        draw(st.lists(st.integers(0, most), min_size=blocks, max_size=blocks)),
        draw(st.lists(st.integers(0, most), min_size=schools, max_size=schools)),
        {pair: 100 * draw(st.integers(0, way)) for pair in sorted(pairs)},
    )


def totals(instance: Instance, found: Assignment) -> tuple[int, int, int]:
    """Return pupils seated, within the norm, and the way of all in sum."""
    within = instance.way <= instance.norm
    walked = int((found.flow * instance.way).sum())
    return int(found.flow.sum()), int(found.flow[within].sum()), walked


def by_linear_programme(instance: Instance, aims: list[np.ndarray]) -> list[int]:
    """Maximise aims one after the other with HiGHS, each held at its best for the next."""
    pairs = len(instance.way)
    if not pairs:
        return [0] * len(aims)
    rows = np.zeros((instance.blocks + instance.schools, pairs))
    rows[instance.origin, np.arange(pairs)] = 1
    rows[instance.blocks + instance.destination, np.arange(pairs)] = 1
    most = np.concatenate([instance.pupils, instance.seats])
    held: list[np.ndarray] = []
    best: list[int] = []
    for aim in aims:
        done = linprog(
            -aim,
            A_ub=rows,
            b_ub=most,
            A_eq=np.array(held) if held else None,
            b_eq=np.array(best) if held else None,
            method="highs",
        )
        held.append(aim.astype(float))
        best.append(-round(done.fun or 0))
    return best


@given(instances())
@settings(max_examples=150, deadline=None)
def test_each_aim_equals_an_independent_linear_programme_in_turn(instance: Instance) -> None:
    seat = np.ones(len(instance.way))
    within = (instance.way <= NORM).astype(float)
    walk = -instance.way.astype(float)
    seated, near, walked = by_linear_programme(instance, [seat, within, walk])
    found = assign(instance)
    assert found.proof == "optimal"
    assert totals(instance, found) == (seated, near, -walked)
    least = assign(instance, objective="least-walk")
    seated, walked = by_linear_programme(instance, [seat, walk])
    assert totals(instance, least)[::2] == (seated, -walked)


@given(instances())
@settings(max_examples=60, deadline=None)
def test_the_fair_one_spreads_missing_seats_as_an_independent_programme_does(
    instance: Instance,
) -> None:
    tenths, weight, _ = in_tenths(instance)
    served = weight[tenths.origin].astype(float)
    aims = [np.ones(len(tenths.way)), served, (tenths.way <= NORM).astype(float)]
    best = by_linear_programme(tenths, [*aims, -tenths.way.astype(float)])
    found = assign(instance, objective="fair")
    assert found.proof == "optimal"
    assert totals(instance, found) == (best[0], best[2], -best[3])


@given(instances())
@settings(max_examples=60, deadline=None)
def test_solving_in_stages_or_from_few_schools_changes_nothing(instance: Instance) -> None:
    for objective in PLANNED:
        whole = assign(instance, objective=objective)
        staged = assign(instance, objective=objective, largest=0)
        narrow = assign(instance, objective=objective, near=1)
        assert len(staged.pricings) == {"seats-first": 3, "least-walk": 2, "fair": 4}[objective]
        for other in (staged, narrow):
            assert other.proof == "optimal"
            assert other.flow.tolist() == whole.flow.tolist()


@given(instances(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_does_not_matter(instance: Instance, random: object) -> None:
    shuffle = np.random.default_rng(getattr(random, "randint")(0, 2**30))  # noqa: B009 - untyped
    block = shuffle.permutation(instance.blocks)
    school = shuffle.permutation(instance.schools)
    pair = shuffle.permutation(len(instance.way))
    moved = Instance(
        instance.pupils[block],
        instance.seats[school],
        np.argsort(block)[instance.origin[pair]],
        np.argsort(school)[instance.destination[pair]],
        instance.way[pair],
        NORM,
        instance.origin_rank[block],
        instance.destination_rank[school],
    )
    for objective in OBJECTIVES:
        one = assign(instance, objective=objective)
        other = assign(moved, objective=objective)
        assert one.flow[pair].tolist() == other.flow.tolist(), objective


def every_flow(instance: Instance) -> Iterator[np.ndarray]:
    """Yield every possible whole assignment of a tiny instance."""

    def grow(at: int, left: np.ndarray, free: np.ndarray, so_far: list[int]) -> Iterator[list[int]]:
        if at == len(instance.way):
            yield so_far
            return
        i, j = instance.origin[at], instance.destination[at]
        for number in range(int(min(left[i], free[j])) + 1):
            left[i] -= number
            free[j] -= number
            yield from grow(at + 1, left, free, [*so_far, number])
            left[i] += number
            free[j] += number

    for flow in grow(0, instance.pupils.copy(), instance.seats.copy(), []):
        yield np.array(flow, dtype=np.int64)


def test_of_equal_optima_the_declared_rule_chooses() -> None:
    random = np.random.default_rng(11)
    several = 0
    for _ in range(60):
        blocks, schools = random.integers(1, 4, size=2)
        ways = {
            (i, j): int(100 * random.integers(3, 5))
            for i in range(blocks)
            for j in range(schools)
            if random.random() < 0.8
        }
        instance = instance_of(
            random.integers(0, 3, blocks).tolist(), random.integers(0, 3, schools).tolist(), ways
        )
        all_flows = list(every_flow(instance))
        best = max((f.sum(), -(f * instance.way).sum()) for f in all_flows)
        optima = [f for f in all_flows if (f.sum(), -(f * instance.way).sum()) == best]
        several += len(optima) > 1
        affinity = (blocks - instance.origin) * (schools - instance.destination)
        order = np.lexsort((instance.destination, instance.origin))
        chosen = max(optima, key=lambda f: ((f * affinity).sum(), f[order].tolist()))
        assert assign(instance).flow.tolist() == chosen.tolist()
    assert several > 10


def test_what_the_affinity_leaves_open_is_settled_id_by_id() -> None:
    random = np.random.default_rng(5)
    moved = 0
    for _ in range(40):
        pairs = [(i, j) for i in range(3) for j in range(3) if random.random() < 0.8]
        instance = instance_of([1, 2, 1], [1, 1, 2], dict.fromkeys(pairs, 100))
        cost = Cost(np.zeros(len(pairs), dtype=np.int64), np.ones(3, dtype=np.int64))
        flow, _, face, gap = solved(instance, [cost])
        assert gap == 0
        optima = [f for f in every_flow(instance) if f.sum() == flow.sum()]
        expected = max(optima, key=lambda f: f.tolist())  # pairs are in the order of ids
        for start in (optima[0], optima[-1], flow):
            assert settled(instance, face, start).tolist() == expected.tolist()
        moved += flow.tolist() != expected.tolist()
    assert moved


def test_equal_optima_of_equal_affinity_are_told_apart_too() -> None:
    # Nobody to the school of the same rank: both ways round have the affinity 11.
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    instance = instance_of([1, 1, 1], [1, 1, 1], dict.fromkeys(pairs, 100))
    expected = {(0, 1), (1, 2), (2, 0)}  # the first block to the first school it can have
    for order in ([0, 1, 2, 3, 4, 5], [5, 3, 1, 0, 2, 4], [2, 0, 5, 4, 1, 3]):
        shuffled = replace(
            instance,
            origin=instance.origin[order],
            destination=instance.destination[order],
        )
        flow = assign(shuffled).flow
        used = zip(shuffled.origin[flow > 0], shuffled.destination[flow > 0], strict=True)
        assert set(used) == expected


def test_a_known_answer_by_hand() -> None:
    # Block 0 could take the only near seats of school 0, but block 1 has no other school.
    ways = {(0, 0): 100, (0, 1): 900, (1, 0): 400}
    instance = instance_of([10, 6], [8, 10], ways)
    planned = assign(instance)
    assert planned.flow.tolist() == [2, 8, 6]
    assert totals(instance, planned) == (16, 8, 2 * 100 + 8 * 900 + 6 * 400)
    greedy = assign(instance, objective="nearest-first")
    assert greedy.proof is None
    assert greedy.flow.tolist() == [8, 2, 0]


def test_the_norm_comes_before_walking_only_where_asked() -> None:
    # One seat each at 500 (in the norm) and 501: two within and one far, or all a little less far.
    ways = {(0, 0): 500, (0, 1): 600, (1, 0): 501, (1, 1): 2000}
    instance = instance_of([1, 1], [1, 1], ways)
    assert assign(instance).flow.tolist() == [1, 0, 0, 1]
    assert assign(instance, objective="least-walk").flow.tolist() == [0, 1, 1, 0]


def test_the_fair_one_does_not_leave_out_the_far() -> None:
    ways = {(0, 0): 100, (1, 0): 1900}
    instance = instance_of([10, 10], [10], ways)
    assert assign(instance).flow.tolist() == [10, 0]
    assert assign(instance, objective="fair").flow.tolist() == [5, 5]


def test_equally_far_pairs_go_by_id_without_a_plan() -> None:
    ways = {(1, 0): 100, (0, 1): 100, (0, 0): 100}
    instance = replace(instance_of([3, 3], [4, 1], ways), origin_rank=np.array([1, 0]))
    assert nearest_first(instance).tolist() == [3, 1, 1]


@given(instances(), st.data())
@settings(max_examples=60, deadline=None)
def test_one_seat_more_never_seats_fewer(instance: Instance, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, instance.schools - 1))
    more = instance.seats.copy()
    more[at] += 1
    for objective in PLANNED:
        before = totals(instance, assign(instance, objective=objective))[0]
        after = totals(instance, assign(replace(instance, seats=more), objective=objective))[0]
        assert before <= after <= before + 1


@given(instances())
@settings(max_examples=60, deadline=None)
def test_nobody_is_seated_twice_and_no_school_is_overfull(instance: Instance) -> None:
    best = totals(instance, assign(instance))[0]
    for objective in OBJECTIVES:
        flow = assign(instance, objective=objective).flow
        assert (flow >= 0).all()
        assert (sums(instance.origin, flow, instance.blocks) <= instance.pupils).all()
        assert (sums(instance.destination, flow, instance.schools) <= instance.seats).all()
        assert flow.sum() <= best


def _town() -> Instance:
    random = np.random.default_rng(3)
    ways = {
        (i, j): int(random.integers(1, 2000))
        for i in range(30)
        for j in range(6)
        if random.random() < 0.6
    }
    ways |= {(30, 6): 500, (30, 7): 600, (31, 6): 501, (31, 7): 2000}  # the norm costs way here
    pupils = [*random.integers(1, 40, 30).tolist(), 1, 1]
    return instance_of(pupils, [60, 0, 90, 140, 320, 80, 1, 1], ways)


@pytest.mark.parametrize("largest", [LARGEST, 0])
def test_a_certificate_fails_on_anything_but_the_optimum(largest: int) -> None:
    instance = _town()
    costs = stages(instance, "seats-first", largest=largest)
    found = assign(instance, largest=largest)
    assert proven(instance, costs, found.flow, found.pricings)
    assert not proven(instance, costs, nearest_first(instance), found.pricings)
    least = assign(instance, objective="least-walk")
    assert not proven(instance, costs, least.flow, found.pricings)
    fewer = found.flow.copy()
    fewer[np.argmax(fewer)] -= 1
    assert not proven(instance, costs, fewer, found.pricings)
    more = found.flow.copy()
    more[np.argmax(more)] += 1
    assert not proven(instance, costs, more, found.pricings)
    assert not proven(instance, costs, found.flow, found.pricings[:-1])
    dearest = int(np.argmax(found.pricings[0].price))
    for change in (-1, 1):
        price = found.pricings[0].price.copy()
        price[dearest] += change
        tampered = (Pricing(price), *found.pricings[1:])
        still = proven(instance, costs, found.flow, tampered)
        # Prices may have play; what they may not do is prove less than the optimum.
        assert still == (_dual(instance, costs[0], price) == _primal(instance, costs[0], found))
    assert not proven(instance, costs, found.flow, (Pricing(price - 10**9), *found.pricings[1:]))


def test_prices_below_nothing_and_pupils_from_nowhere_prove_nothing() -> None:
    instance = instance_of([10], [11], {(0, 0): 100})
    seat = Cost(np.array([0]), np.array([1]))
    free = Cost(np.array([0]), np.array([0]))
    nothing = [Pricing(np.array([0]))]
    assert proven(instance, [seat], np.array([10]), nothing)
    assert not proven(instance, [seat], np.array([9]), nothing)
    assert not proven(instance, [seat], np.array([9]), [Pricing(np.array([-1]))])
    assert not proven(instance, [free], np.array([11]), nothing)
    assert not proven(instance, [free], np.array([-1]), nothing)
    assert not proven(instance, [free], np.array([5, 5]), nothing)
    few = replace(instance, pupils=np.array([20]))
    assert not proven(few, [free], np.array([12]), nothing)


def _dual(instance: Instance, cost: Cost, price: np.ndarray) -> int:
    least = cost.miss.copy()
    for i, j, c in zip(instance.origin, instance.destination, cost.pair, strict=True):
        least[i] = min(least[i], c + price[j])
    return int((least * instance.pupils).sum() - (price * instance.seats).sum())


def _primal(instance: Instance, cost: Cost, found: Assignment) -> int:
    missed = instance.pupils - sums(instance.origin, found.flow, instance.blocks)
    return int((cost.pair * found.flow).sum() + (cost.miss * missed).sum())


def test_a_cut_off_solver_is_found_out_by_the_pairs_it_was_not_given() -> None:
    instance = _town()
    costs = stages(instance, "seats-first")
    nearest = instance.way <= 300  # what a solver that sees near schools only would answer
    seen = replace(
        instance,
        origin=instance.origin[nearest],
        destination=instance.destination[nearest],
        way=instance.way[nearest],
    )
    part = assign(seen)
    assert part.proof == "optimal"
    flow = np.zeros(len(instance.way), dtype=np.int64)
    flow[nearest] = part.flow
    assert not proven(instance, costs, flow, part.pricings)


def test_what_cannot_be_served_is_answered_all_the_same() -> None:
    nobody = instance_of([0, 0], [5], {(0, 0): 10})
    unreachable = instance_of([3, 4], [5], {})
    no_seats = instance_of([3], [0], {(0, 0): 10})
    no_schools = instance_of([3], [], {})
    plenty = instance_of([3], [500], {(0, 0): 10})
    for objective in OBJECTIVES:
        for instance, seated in (
            (nobody, 0),
            (unreachable, 0),
            (no_seats, 0),
            (no_schools, 0),
            (plenty, 3),
        ):
            found = assign(instance, objective=objective)
            assert found.flow.sum() == seated
            assert found.proof == (None if objective == "nearest-first" else "optimal")


def test_what_is_no_instance_is_refused_in_one_line() -> None:
    with pytest.raises(DataError, match=r"^seats\[1\] is -2; it must be 0 or more\.$"):
        instance_of([1], [3, -2], {(0, 0): 10})
    with pytest.raises(DataError, match=r"^pupils\[0\] is -1"):
        instance_of([-1], [3], {(0, 0): 10})
    with pytest.raises(DataError, match=r"^destination of a pair is outside 0 to 0\.$"):
        instance_of([1], [3], {(0, 1): 10})
    good = instance_of([1], [3], {(0, 0): 10})
    twice = np.array([0, 0], dtype=np.intp)
    with pytest.raises(DataError, match="is given twice"):
        replace(good, origin=twice, destination=twice, way=np.array([1, 2]))
    with pytest.raises(DataError, match="2 pairs have 1 ways"):
        replace(good, origin=np.array([0, 1]), destination=twice, pupils=np.array([1, 1]),
                origin_rank=np.array([0, 1]))  # fmt: skip
    with pytest.raises(DataError, match="origin_rank must give each of 1 a place"):
        replace(good, origin_rank=np.array([0, 0]))
    with pytest.raises(UsageError, match="Objective 'best' is none of: seats-first"):
        assign(good, objective="best")  # type: ignore[arg-type]  # what a caller may type


def test_a_face_of_everything_allows_everything() -> None:
    face = whole_face(_town())
    assert face.pair.all()
    assert face.miss.all()
    assert not face.full.any()


def test_ranks_follow_ids() -> None:
    assert ranks(["block-2", "block-10", "block-1"]).tolist() == [2, 1, 0]
