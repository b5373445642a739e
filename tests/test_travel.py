import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from almaty_geo.errors import UsageError
from almaty_geo.specs import Detour, Speed, Speeds
from almaty_geo.travel import StraightLine, parse_reach
from almaty_geo.words import same

SPEEDS = Speeds(walk=Speed(m_per_min=75, basis=same("x"), confidence="high"))
DETOUR = Detour(index=1.25, low=1.0, high=1.5, basis=same("x"), confidence="high")
REACH = parse_reach("500m", mode="walk", speeds=SPEEDS)
metres = st.floats(-5000, 5000, width=32)
places = st.integers(1, 12).flatmap(lambda n: arrays(np.float64, (n, 2), elements=metres))


def test_the_way_is_the_straight_line_times_the_detour_index() -> None:
    found = StraightLine(DETOUR).nearest(
        np.array([[0.0, 0.0]]), np.array([[300.0, 400.0]]), reach=REACH
    )
    assert found.way.tolist() == [625.0]
    assert found.least.tolist() == [500.0]
    assert found.most.tolist() == [750.0]


def test_among_equally_far_places_the_first_one_is_nearest() -> None:
    around = np.array([[0.0, 100.0], [100.0, 0.0], [-100.0, 0.0], [0.0, 100.0]])
    assert StraightLine(DETOUR).nearest(np.zeros((1, 2)), around, reach=REACH).which.tolist() == [0]
    assert StraightLine(DETOUR).nearest(
        np.zeros((1, 2)), around[::-1], reach=REACH
    ).which.tolist() == [0]


def test_without_a_place_or_a_destination_there_is_no_way() -> None:
    nowhere = np.array([[np.nan, np.nan]])
    here = np.array([[0.0, 0.0]])
    for origins, destinations in ((nowhere, here), (here, nowhere), (here, np.empty((0, 2)))):
        found = StraightLine(DETOUR).nearest(origins, destinations, reach=REACH)
        assert np.isinf(found.way).all()
        assert found.which.tolist() == [-1]


@given(places, places)
def test_the_nearest_is_what_brute_force_finds(
    origins: np.ndarray, destinations: np.ndarray
) -> None:
    found = StraightLine(DETOUR).nearest(origins, destinations, reach=REACH)
    apart = np.linalg.norm(origins[:, None] - destinations[None], axis=2)
    assert np.allclose(found.way, np.round(apart.min(axis=1) * 1.25, 3), atol=1e-3)
    chosen = apart[np.arange(len(origins)), found.which]
    assert np.allclose(chosen, apart.min(axis=1), atol=1e-3)


@pytest.mark.parametrize(
    ("text", "metres_of_way"),
    [("500m", 500), ("1.5km", 1500), ("15 min", 1125), ("0,5 km", 500), (" 300 m ", 300)],
)
def test_a_reach_is_read_with_its_unit(text: str, metres_of_way: float) -> None:
    assert parse_reach(text, mode="walk", speeds=SPEEDS).metres == metres_of_way


@pytest.mark.parametrize(
    "text", ["500", "0m", "-5m", "nan m", "1e3m", "5 miles", "", "201km", "٥m"]
)
def test_what_is_no_reach_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="Reach"):
        parse_reach(text, mode="walk", speeds=SPEEDS)


def test_a_mode_without_a_speed_is_refused() -> None:
    with pytest.raises(UsageError, match="no speed for the mode 'drive'"):
        parse_reach("10min", mode="drive", speeds=SPEEDS)
