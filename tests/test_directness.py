import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from almaty_geo.errors import UsageError
from almaty_geo.specs import Detour, Speed, Speeds
from almaty_geo.travel import Pairs, Reach, StraightLine, parse_reach
from almaty_geo.travel.directness import Directness, directness
from almaty_geo.words import same

SPEEDS = Speeds(walk=Speed(m_per_min=75, basis=same("x"), confidence="high"))
DETOUR = Detour(index=1.25, low=1.0, high=1.5, basis=same("x"), confidence="high")
SEARCH = parse_reach("20km", mode="walk", speeds=SPEEDS)
places = st.integers(1, 8).flatmap(
    lambda n: arrays(np.float64, (n, 2), elements=st.floats(-3000, 3000, width=16))
)


class AroundTheBlock(StraightLine):
    """Ways that go along one axis and then the other."""

    def pairs(self, origins_m: np.ndarray, destinations_m: np.ndarray, *, reach: Reach) -> Pairs:
        way = np.abs(origins_m[:, None] - destinations_m[None]).sum(axis=2)
        origin, destination = np.nonzero(way <= reach.value)
        return Pairs(origin, destination, way[origin, destination], "m")


@given(places, places)
def test_a_constant_detour_is_found_again(homes: np.ndarray, schools: np.ndarray) -> None:
    found = directness(StraightLine(DETOUR), homes, schools, search=SEARCH)
    assert found.index[np.isfinite(found.index)] == pytest.approx(1.25, abs=1e-4)
    assert not found.cut_off.any()


def test_the_index_is_the_ratio_of_sums_over_the_nearest() -> None:
    homes = np.array([[0.0, 0.0]])
    schools = np.array([[300.0, 400.0], [1000.0, 0.0], [5000.0, 5000.0], [10.0, 0.0]])
    found = directness(AroundTheBlock(DETOUR), homes, schools, search=SEARCH, neighbours=4)
    assert found.index.tolist() == [(700 + 1000) / (500 + 1000)]
    assert found.compared.tolist() == [2]  # 10 m is too near to tell, 7 km too far to walk


def test_what_no_way_leads_to_is_counted_and_not_averaged() -> None:
    search = parse_reach("800m", mode="walk", speeds=SPEEDS)
    homes = np.array([[0.0, 0.0], [np.nan, np.nan]])
    schools = np.array([[300.0, 400.0], [1000.0, 0.0]])
    found = directness(AroundTheBlock(DETOUR), homes, schools, search=search)
    assert found.index[0] == 700 / 500
    assert np.isnan(found.index[1])
    assert found.cut_off.tolist() == [1, 0]


def test_quantiles_count_people_and_not_places() -> None:
    ways, lines = np.array([3.0, 1.1, 0.0, 2.0]), np.array([2.0, 1.0, 0.0, 1.0])
    found = Directness(ways, lines, np.ones(4, int), np.zeros(4, int))
    people = np.array([30, 60, 1000, 10])
    assert found.quantiles(people, [0.5, 0.9, 1.0]).tolist() == [1.1, 1.5, 2.0]
    assert np.isnan(found.quantiles(np.zeros(4, int), [0.5])).all()


def test_two_comparisons_add_up_by_length() -> None:
    one = Directness(np.array([300.0]), np.array([200.0]), np.ones(1, int), np.zeros(1, int))
    other = Directness(np.array([100.0]), np.array([100.0]), np.ones(1, int), np.ones(1, int))
    assert (one + other).index.tolist() == [400 / 300]
    assert (one + other).cut_off.tolist() == [1]


def test_minutes_are_no_length() -> None:
    minutes = parse_reach("10min", mode="walk", speeds=SPEEDS)
    with pytest.raises(UsageError, match="10 min is no length"):
        directness(StraightLine(DETOUR), np.zeros((1, 2)), np.ones((1, 2)), search=minutes)
