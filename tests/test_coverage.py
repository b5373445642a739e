import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from almaty_geo.coverage import Coverage, Question, measure, section
from almaty_geo.coverage.measure import median_way
from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.plan import Plan
from almaty_geo.sections import CITY
from almaty_geo.specs import Detour
from almaty_geo.travel import Reach, StraightLine
from almaty_geo.words import same

DETOUR = Detour(index=1.25, low=1.0, high=1.5, basis=same("x"), confidence="high")


def test_the_town_is_covered_as_counted_by_hand(toytown: Path) -> None:
    answer = Plan(toytown).coverage("schools")
    assert (answer.people, answer.within_reach, answer.out_of_reach) == (200, 150, 50)
    assert answer.share == 0.75
    assert answer.low == 0.5  # at 1.5 only those at the door
    assert answer.high == 0.9  # at 1.0 all of West
    split = answer.by("districts")
    assert split["within_reach"].to_dict() == {"west": 150, "east": 0}
    assert split["out_of_reach"].to_dict() == {"west": 30, "east": 20}


def test_a_scenario_changes_who_is_covered(toytown: Path) -> None:
    answer = Plan(toytown).coverage("schools", scenario="later")
    assert answer.by("districts")["within_reach"].to_dict() == {"west": 150, "east": 20}


def test_a_reach_that_was_asked_for_has_no_norm(toytown: Path) -> None:
    found = Plan(toytown).coverage("schools", reach="503m").to_dict("districts")
    assert found["norm"] is None
    assert found["within_reach"] == 180
    assert found["reach"] == {"value": 503.0, "unit": "m"}


def test_a_reach_that_was_asked_for_is_what_the_map_answers(toytown: Path) -> None:
    Plan(toytown).coverage("schools", reach="300m").explore().save(toytown / "page.html")
    page = (toytown / "page.html").read_text(encoding="utf-8")
    assert re.search(r"farther than 300(\\u00a0|\u00a0)m on foot", page)
    assert "within the norm" not in page


def test_the_answer_says_all_that_it_promises(toytown: Path) -> None:
    found = Plan(toytown).coverage("schools").to_dict("districts")
    keys = {
        *(
            "theme",
            "scenario",
            "reach",
            "mode",
            "norm",
            "basis",
            "people",
            "within_reach",
        ),
        *("out_of_reach", "share", "low", "high"),
    }
    more = {"kth", "count_within", "curve", "access", "equity", "clusters", "scenario_sha256"}
    assert set(found) == {*keys, *more, "districts"}
    assert [set(row) for row in found["districts"]] == [{*keys, "district"}] * 2
    assert found["norm"] == {"basis_text": "Invented", "confidence": "to_be_confirmed"}
    assert found["basis"] == "detour"
    assert found["scenario"] == "today"
    for row in (found, *found["districts"]):
        assert all(type(row[k]) is int for k in ("people", "within_reach", "out_of_reach"))


def test_unknown_names_are_refused_with_the_nearest_right_ones(toytown: Path) -> None:
    plan = Plan(toytown)
    with pytest.raises(UnknownNameError, match="'scools': did you mean schools"):
        plan.coverage("scools")
    with pytest.raises(UnknownNameError, match="scenario 'latter': did you mean later"):
        plan.coverage("schools", scenario="latter")
    with pytest.raises(UnknownNameError, match="layer of areas 'district'"):
        plan.coverage("schools").by("district")


def test_a_theme_without_a_norm_asks_for_a_reach(toytown: Path) -> None:
    (toytown / "layers" / "norms" / "schools.toml").unlink()
    plan = Plan(toytown)
    with pytest.raises(UsageError, match="'schools' has no norm for reach: give one, such as"):
        plan.coverage("schools")
    told, *_ = plan.sections()
    headline = told.answer(CITY)
    assert headline is not None
    assert headline.headline.en == "Half of the residents live 0\u00a0m or less from a school."
    assert told.bars is None


def test_the_section_says_the_same_numbers_as_the_answer(toytown: Path) -> None:
    told, *_ = Plan(toytown).sections()
    city = told.answer(CITY)
    west = told.answer("west")
    assert city is not None
    assert west is not None
    assert city.headline.en == "50 residents live farther than 500\u00a0m on foot from a school."
    assert [f.value for f in city.figures] == [0.75, 2, 100, 20]
    assert west.figures[0].value == pytest.approx(150 / 180)
    assert told.bars is not None
    assert [(b.area, b.parts) for b in told.bars.rows] == [
        ("west", (150, 30)),
        ("east", (0, 20)),
    ]
    table = told.tables[0]
    rows = {row.area: [cell.value for cell in row.cells[1:4]] for row in table.rows}
    assert rows == {"west": [180, 150, 30], "east": [20, 0, 20], CITY: [200, 150, 50]}
    assert [row.cells[0].language for row in table.rows] == ["ru", "ru", ""]
    assert [row.total for row in table.rows] == [False, False, True]
    assert told.classes is not None
    assert told.classes.of.tolist() == [0, 0, 1, 3, 3]


def test_facilities_without_a_place_or_a_size_are_named(toytown: Path) -> None:
    told, *_ = Plan(toytown).sections()
    assert any("without a place, which serve nobody here: 1" in n.en for n in told.notes)


def _coverage(
    people: np.ndarray, homes: np.ndarray, places: np.ndarray, areas: np.ndarray, reach_m: float
) -> Coverage:
    ids = tuple(map(str, range(len(people))))
    return measure(
        Demand("homes", ids, people, homes),
        Facilities("x", ("x",), tuple(map(str, range(len(places)))), places, places[:, 0], {}),
        StraightLine(DETOUR),
        Question(Reach(reach_m, "m", "walk", reach_m), None, "today"),
        areas={"quarters": Membership(("a", "b", "c"), areas)},
    )


metres = st.floats(-3000, 3000, width=32)
towns = st.integers(1, 15).flatmap(
    lambda n: st.tuples(
        arrays(np.int64, n, elements=st.integers(0, 10_000)),
        arrays(np.float64, (n, 2), elements=metres),
        arrays(np.intp, n, elements=st.integers(-1, 2)),
    )
)
facilities = st.integers(0, 6).flatmap(lambda n: arrays(np.float64, (n, 2), elements=metres))


@given(towns, facilities, metres, metres, st.floats(1, 4000), st.floats(0, 2000))
@settings(deadline=None)
def test_more_never_covers_fewer_and_everybody_is_counted_once(
    town: tuple[np.ndarray, np.ndarray, np.ndarray],
    places: np.ndarray,
    east: float,
    north: float,
    reach_m: float,
    further_m: float,
) -> None:
    people, homes, areas = town
    before = _coverage(people, homes, places, areas, reach_m)
    one_more = _coverage(people, homes, np.vstack([places, [[east, north]]]), areas, reach_m)
    farther = _coverage(people, homes, places, areas, reach_m + further_m)
    assert before.within_reach <= one_more.within_reach
    assert before.within_reach <= farther.within_reach
    split = before.by("quarters")
    assert split["people"].sum() == people.sum() == before.people
    assert split["within_reach"].sum() == before.within_reach
    assert (split["within_reach"] + split["out_of_reach"] == split["people"]).all()
    assert split.loc[split["people"] == 0, "share"].isna().all()
    if before.share is not None:
        assert before.low is not None
        assert before.high is not None
        assert 0 <= before.low <= before.share <= before.high <= 1


@given(towns, facilities, st.permutations(range(15)), st.floats(1, 4000))
@settings(deadline=None)
def test_order_and_a_move_of_everything_change_nothing(
    town: tuple[np.ndarray, np.ndarray, np.ndarray],
    places: np.ndarray,
    order: list[int],
    reach_m: float,
) -> None:
    people, homes, areas = town
    shuffled = [i for i in order if i < len(people)]
    before = _coverage(people, homes, places, areas, reach_m)
    after = _coverage(people[shuffled], homes[shuffled], places[::-1], areas[shuffled], reach_m)
    assert before.by("quarters").equals(after.by("quarters"))
    moved = _coverage(people, np.round(homes, 1) + 1024, np.round(places, 1) + 1024, areas, reach_m)
    still = _coverage(people, np.round(homes, 1), np.round(places, 1), areas, reach_m)
    assert moved.nearest.way == pytest.approx(still.nearest.way, abs=1e-3)


def test_nobody_anywhere_gives_no_share() -> None:
    empty = _coverage(np.array([0]), np.zeros((1, 2)), np.zeros((1, 2)), np.array([0]), 500)
    assert empty.share is None
    assert empty.low is None


def test_a_point_exactly_as_far_as_the_reach_is_within() -> None:
    homes = np.array([[400.0, 0.0], [400.001, 0.0]])
    found = _coverage(np.array([1, 2]), homes, np.zeros((1, 2)), np.array([0, 0]), 500)
    assert found.nearest.way.tolist() == [500.0, 500.001]
    assert found.within_reach == 1


def test_a_band_of_the_map_ends_where_the_reach_does(toytown: Path) -> None:
    found = Plan(toytown).coverage("schools", reach="498.75m")
    offer = replace(Plan(toytown).offer("schools", Plan(toytown).scenario()), coverage=found)
    exact = replace(found.reach, value=float(found.nearest.way[1]))
    edge = replace(found, question=replace(found.question, reach=exact))
    classes = section(replace(offer, coverage=edge)).classes
    assert classes is not None
    assert classes.of.tolist()[:3] == [0, 0, 1]


def test_of_other_scenarios_the_latest_that_changes_something_is_told(toytown: Path) -> None:
    scenarios = toytown / "layers" / "scenarios"
    later = (scenarios / "later.toml").read_text()
    (scenarios / "last.toml").write_text(later.replace("2030", "2040").replace("Later", "Last"))
    idle = (scenarios / "today.toml").read_text()
    (scenarios / "idle.toml").write_text(idle.replace("2026", "2050").replace("Today", "Idle"))
    told, *_ = Plan(toytown).sections()
    assert "“Last”" in told.answers[0].figures[3].label.en


def test_half_of_the_people_live_within_the_median_way() -> None:
    found = _coverage(
        np.array([1, 2, 3]),
        np.array([[0.0, 0.0], [80.0, 0.0], [160.0, 0.0]]),
        np.zeros((1, 2)),
        np.array([0, 0, 1]),
        500,
    )
    medians = median_way(found.nearest, found.demand.people, found.areas["quarters"])
    assert medians[[0, 1, 3]].tolist() == [100.0, 200.0, 100.0]
    assert np.isnan(medians[2])
