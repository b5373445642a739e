"""Parts with a halo say what the whole says."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from streetmaker import drawn, network, town

from almaty_geo.coverage import Question, measure
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.plan import Plan
from almaty_geo.specs import Detour
from almaty_geo.streets.network import Network
from almaty_geo.tiling import TiledCoverage, measure_by_parts
from almaty_geo.tiling.halo import (
    MODES,
    bounds_of,
    box_of,
    cut,
    fastest_m_per_min,
    grown_m,
    halo_m,
    settled,
)
from almaty_geo.tiling.parts import parts, within_reach
from almaty_geo.travel import ByStreets, Reach, StraightLine, Travel
from almaty_geo.words import same

WALK = Reach(500.0, "m", "walk", 500.0)
DETOUR = Detour(index=1.3, low=1.1, high=1.6, basis=same("invented"), confidence="assumption")


def people_at(xy_m: NDArray[np.float64], *, seed: int = 3) -> Demand:
    number = np.random.default_rng(seed).integers(0, 50, len(xy_m))
    return Demand("people", tuple(map(str, range(len(xy_m)))), number.astype(np.int64), xy_m)


def facilities_at(xy_m: NDArray[np.float64]) -> Facilities:
    ids = tuple(f"shops/{at}" for at in range(len(xy_m)))
    whole = np.ones(len(xy_m), dtype=bool)
    return Facilities("shops", ("shops",), ids, xy_m, np.full(len(xy_m), np.nan), {"shops": whole})


def both(
    demand: Demand, open_: Facilities, travel: Travel, reach: Reach, **more: Any
) -> tuple[Any, TiledCoverage]:
    question = Question(reach, None, "today")
    four = np.arange(len(demand.people)) % 5 - 1
    areas = {"districts": Membership(("a", "b", "c", "d"), four.astype(np.intp))}
    return (
        measure(demand, open_, travel, question, areas=areas),
        measure_by_parts(demand, open_, travel, question, areas=areas, **more),
    )


def scattered(number: int, size_m: float, seed: int) -> NDArray[np.float64]:
    return np.round(np.random.default_rng(seed).uniform(-100, size_m, (number, 2)), 3)


def held_alike(whole: Any, tiled: TiledCoverage) -> None:
    reach = whole.reach.value
    assert whole.by("districts").equals(tiled.by("districts"))
    assert (whole.within == tiled.within).all()
    for name in ("way", "least", "most"):
        one, other = getattr(whole.nearest, name), getattr(tiled.nearest, name)
        assert (np.where(one <= reach, one, np.inf) == other).all()
    near = whole.within
    assert (whole.nearest.which[near] == tiled.nearest.which[near]).all()


def with_islands(seed: int) -> Network:
    """A town, and beside it streets of a few hundred metres that hang together with nothing."""
    main = town(900, seed=seed)
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 2500, (12, 2)).round(3)
    ends = np.concatenate([at, at + np.array([0.0, 180.0])])
    lines = shapely.linestrings(np.stack([at, at + np.array([0.0, 180.0])], axis=1))
    first = len(main.node_xy_m)
    pairs = np.stack([np.arange(12), np.arange(12) + 12], axis=1) + first
    return network(
        np.concatenate([main.node_xy_m, ends]),
        np.concatenate([main.ends, pairs]).astype(np.int32),
        np.concatenate([main.course, lines]),
        drive=np.concatenate([np.arange(len(main.ends)) % 3, np.zeros(12)]),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "reach",
    [
        WALK,
        Reach(333.333, "m", "drive", 333.333),
        Reach(6.0, "min", "walk", 450.0),
        Reach(1.5, "min", "drive", 750.0),
    ],
    ids=["500 m", "333 m by car", "6 min", "1.5 min by car"],
)
def test_parts_of_streets_say_what_the_whole_says(reach: Reach, seed: int) -> None:
    streets = with_islands(seed)
    demand, open_ = people_at(scattered(900, 2600, seed)), facilities_at(scattered(60, 2600, 9))
    whole, tiled = both(demand, open_, ByStreets(streets), reach, most=40)
    assert 0 < whole.within_reach < whole.people
    held_alike(whole, tiled)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    most=st.integers(1, 60),
    metres=st.floats(1, 1500),
    unlocated=st.integers(0, 3),
)
def test_parts_by_straight_line_say_what_the_whole_says(
    seed: int, most: int, metres: float, unlocated: int
) -> None:
    xy_m = scattered(120, 2000, seed)
    xy_m[:unlocated] = np.nan
    reach = Reach(metres, "m", "walk", metres)
    demand, open_ = people_at(xy_m), facilities_at(scattered(8, 2000, seed + 1))
    held_alike(*both(demand, open_, StraightLine(DETOUR), reach, most=most))


def test_a_halo_of_half_the_reach_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    demand, open_ = people_at(scattered(900, 2600, 1)), facilities_at(scattered(60, 2600, 9))
    travel = ByStreets(with_islands(1))
    monkeypatch.setattr("almaty_geo.tiling.parts.halo_m", lambda reach, **_: reach.metres / 2)
    whole, tiled = both(demand, open_, travel, WALK, most=40)
    assert (whole.within & ~tiled.within).any()
    assert not (tiled.within & ~whole.within).any()


def test_islands_not_settled_first_would_change_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demand, open_ = people_at(scattered(900, 2600, 1)), facilities_at(scattered(60, 2600, 9))
    travel = ByStreets(with_islands(1))
    monkeypatch.setattr("almaty_geo.tiling.parts.settled", lambda streets, **_: streets)
    whole, tiled = both(demand, open_, travel, WALK, most=40)
    assert (whole.within != tiled.within).any()


def test_a_place_at_the_edge_of_the_halo_still_counts() -> None:
    streets = drawn(((0, 0), (1000, 0)), ((1000, 0), (2000, 0)))
    people = people_at(np.array([[0.0, 0.0], [2000.0, 0.0]]))
    shops = facilities_at(np.array([[500.0, 0.0], [1499.999, 0.0]]))
    whole, tiled = both(people, shops, ByStreets(streets), WALK, most=1)
    assert whole.within.tolist() == tiled.within.tolist() == [True, False]
    assert tiled.nearest.way.tolist() == [500.0, np.inf]


def test_parts_hold_no_more_points_than_asked_and_each_point_once() -> None:
    xy_m = scattered(1000, 3000, 4)
    xy_m[5] = np.nan
    cut_up = list(parts(xy_m, xy_m[:9], StraightLine(DETOUR), reach=WALK, most=64))
    assert max(len(part.rows) for part in cut_up) <= 64
    assert sorted(np.concatenate([p.rows for p in cut_up])) == [n for n in range(1000) if n != 5]


def test_a_part_carries_its_own_streets_alone() -> None:
    streets = town(4000)
    size_m = float(streets.node_xy_m.max())
    people = scattered(2000, size_m, 2)
    travel = ByStreets(streets)
    cut_up = list(parts(people, people[:5], travel, reach=WALK, most=100))
    carried = [part.travel.network for part in cut_up if isinstance(part.travel, ByStreets)]
    assert len(carried) == len(cut_up)
    assert max(len(own.length_mm) for own in carried) < len(streets.length_mm) / 2
    assert within_reach(cut_up[0]).way.shape == cut_up[0].rows.shape


def test_where_a_place_joins_does_not_hang_on_other_streets() -> None:
    streets = town(4000, seed=5)
    places = scattered(3000, float(streets.node_xy_m.max()), 6)
    box = grown_m(box_of(places[:50]), 600.0)
    whole, part = ByStreets(streets), ByStreets(cut(streets, bounds_of(streets), box), island_m=0)
    one, other = (travel.snap(places[:50], mode="walk") for travel in (whole, part))
    assert (one.along_mm == other.along_mm).all()
    assert (one.off_mm == other.off_mm).all()


def test_settling_closes_islands_and_nothing_else() -> None:
    streets = with_islands(2)
    done = settled(streets, cap_m=500, island_m=1000)
    assert (np.flatnonzero(done.walk != streets.walk) >= len(streets.walk) - 12).all()
    assert (done.walk[-12:] == 3).all()
    only = settled(streets, cap_m=500, island_m=1000, modes=MODES[:1])
    assert (only.drive == streets.drive).all()


def test_the_fastest_is_what_rounded_times_allow() -> None:
    one = drawn(((0, 0), (0.001, 0)), ((0.001, 0), (100, 0)))
    reckoned = fastest_m_per_min(one, mode="walk", leg_m_per_min=75.0)
    longest = one.length_mm / 1000 / (one.cost("walk", "min") / 60_000)
    assert reckoned == max(75.0, longest.max())
    # A metre in 799.6 ms is kept as 800: no slower; one in 800.4 as well, and that is faster.
    quick = replace(one, walk_m_per_min=np.full(2, 100 / (0.5 / 60_000 * 1.4) / 1000))
    assert fastest_m_per_min(quick, mode="walk", leg_m_per_min=75.0) > 75.0


def test_the_halo_is_the_reach_as_metres() -> None:
    assert halo_m(WALK) == 501
    assert halo_m(Reach(10.0, "min", "drive", 5000.0)) == 5001
    assert halo_m(Reach(10.0, "min", "drive", 5000.0), fastest_m_per_min=1200.0) == 12_001


@pytest.mark.parametrize("basis", ["detour", "local"])
def test_the_bundled_plan_by_parts_says_what_it_says_whole(
    almaty: Plan, basis: Literal["detour", "local"]
) -> None:
    scenario = almaty.scenario()
    tiled = measure_by_parts(
        almaty.people(scenario),
        almaty.facilities("schools", scenario),
        almaty.travel(basis),
        almaty.question("schools", None, scenario),
        areas=almaty.memberships(),
        most=200,
    )
    held_alike(almaty.coverage("schools", basis=basis), tiled)
