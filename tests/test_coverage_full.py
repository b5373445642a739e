import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from toytown import write_layer

from almaty_geo.cli import main
from almaty_geo.coverage import Coverage, Question, measure, section
from almaty_geo.coverage.catchment import Gaussian, Zones, floating_catchment, zones
from almaty_geo.coverage.clusters import clusters
from almaty_geo.coverage.curve import curve
from almaty_geo.coverage.detail import Detail
from almaty_geo.coverage.equity import equity
from almaty_geo.coverage.naming import Streets
from almaty_geo.coverage.percapita import norm_per_1000
from almaty_geo.coverage.reachable import reachable
from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.names import Name
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.plan import Plan
from almaty_geo.sections import CITY
from almaty_geo.specs import Detour, NormValue
from almaty_geo.travel import Reach, StraightLine
from almaty_geo.words import same

Floats = NDArray[np.float64]
STRAIGHT = Detour(index=1.0, low=1.0, high=1.5, basis=same("x"), confidence="high")
METRES = Reach(500, "m", "walk", 500)
Printed = pytest.CaptureFixture[str]


def coverage_of(
    people: list[int],
    homes: list[tuple[float, float]],
    places: list[tuple[float, float]],
    *,
    areas: list[int] | None = None,
    capacity: list[float] | None = None,
    reach_m: float = 500,
) -> Coverage:
    """Cover homes on a plane where ways are straight lines; districts a, b and c."""
    of = np.array(areas if areas is not None else [0] * len(people), dtype=np.intp)
    sizes = np.full(len(places), np.nan) if capacity is None else np.array(capacity, dtype=float)
    return measure(
        Demand(
            "homes",
            tuple(map(str, range(len(people)))),
            np.array(people, dtype=np.int64),
            np.array(homes, dtype=float).reshape(-1, 2),
        ),
        Facilities(
            "clinics",
            ("clinics",),
            tuple(f"clinics/{i}" for i in range(len(places))),
            np.array(places, dtype=float).reshape(-1, 2),
            sizes,
            {},
        ),
        StraightLine(STRAIGHT),
        Question(Reach(reach_m, "m", "walk", reach_m), None, "today"),
        areas={"quarters": Membership(("a", "b", "c"), of)},
    )


LINE = coverage_of(
    [10, 20, 30, 40],
    [(0, 0), (500, 0), (1000, 0), (5000, 0)],
    [(0, 0), (300, 0), (900, 0)],
    areas=[0, 0, 1, -1],
    capacity=[60, 40, np.nan],
)


def test_the_number_and_the_kth_nearest_within_reach_are_as_counted_by_hand() -> None:
    found = reachable(LINE.demand, LINE.facilities, LINE.travel, reach=LINE.reach)
    assert found.count(500).tolist() == [2, 3, 1, 0]
    assert found.kth(1).tolist() == [0, 200, 100, np.inf]
    assert found.kth(2).tolist() == [300, 400, 700, np.inf]
    assert found.kth(3).tolist() == [900, 500, 1000, np.inf]
    assert np.isinf(found.kth(4)).all()


def test_there_is_no_nearest_before_the_first() -> None:
    found = reachable(LINE.demand, LINE.facilities, LINE.travel, reach=LINE.reach)
    with pytest.raises(UsageError, match="no 0-th nearest facility: k must be 1 or more"):
        found.kth(0)
    with pytest.raises(UsageError, match="looked for up to 1500 m of way, not 2000"):
        found.count(2000)


def test_a_facility_exactly_as_far_as_the_reach_counts() -> None:
    exact = coverage_of([1], [(0, 0)], [(500, 0), (500.001, 0)])
    found = reachable(exact.demand, exact.facilities, exact.travel, reach=exact.reach)
    assert found.count(500).tolist() == [1]
    odd = coverage_of([1], [(0, 0)], [(1.001, 0)], reach_m=1.001)  # 1.001 * 1000 is below 1001
    assert Detail(odd, "quarters").bands[CITY] == (1, 1, 1)


def test_a_facility_outside_every_district_still_serves() -> None:
    border = coverage_of([7], [(0, 0)], [(-400, 0)], capacity=[14])
    assert border.within_reach == 7
    detail = Detail(border, "quarters")
    assert detail.access is not None
    assert detail.access.per_person.tolist() == [2.0]


def test_the_curve_counts_people_by_way() -> None:
    found = curve(LINE, "quarters", steps=(0, 100, 200, 5000))
    assert found.total == (10, 40, 60, 100)
    assert found.within == {"a": (10, 10, 30, 30), "b": (0, 30, 30, 30), "c": (0, 0, 0, 0)} | {
        "outside": (0, 0, 0, 40)
    }
    assert (found.low, found.high) == ((10, 10, 40, 60), found.total)  # at 1.5 times the line
    assert found.no_way == 0


def test_a_curve_needs_growing_steps_and_a_known_layer_of_areas() -> None:
    with pytest.raises(UsageError, match="must grow"):
        curve(LINE, "quarters", steps=(200, 100))
    with pytest.raises(UnknownNameError, match="layer of areas 'quarter'"):
        curve(LINE, "quarter")


def test_access_is_as_reckoned_by_hand() -> None:
    r"""Weights 1 up to 500 m, .5 up to 1,000: loads 10+20+15 and 10+20+15; the third unknown."""
    within = reachable(LINE.demand, LINE.facilities, LINE.travel, reach=METRES)
    found = floating_catchment(
        LINE.demand, LINE.facilities, within, decay=Zones((500, 1000), (1.0, 0.5))
    )
    assert found.ratio[:2] == pytest.approx([60 / 45, 40 / 45])
    assert np.isnan(found.ratio[2])
    assert found.per_person == pytest.approx([100 / 45, 100 / 45, 50 / 45, 0])
    assert (found.unknown, found.idle, found.handed_out) == (1, 0, 100)
    each = found.by(LINE.demand.people, LINE.areas["quarters"])
    assert each[[0, 1, 3, 4]] == pytest.approx([100 / 45, 50 / 45, 0, 1.0])
    assert np.isnan(each[2])


def test_gaussian_weights_fall_from_the_door_to_the_end() -> None:
    weight = Gaussian(1000).weight(np.array([0.0, 500, 1000, 2000]))
    middle = (np.exp(-0.125) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    assert weight == pytest.approx([1, middle, 0, 0])


@pytest.mark.parametrize(
    ("edges", "weights"),
    [((), ()), ((500, 500), (1, 1)), ((500,), (0,)), ((500, 900), (0.5, 1)), ((0, 5), (1, 1))],
)
def test_bands_of_a_catchment_must_make_sense(
    edges: tuple[float, ...], weights: tuple[float, ...]
) -> None:
    with pytest.raises(UsageError, match="Bands of a catchment"):
        Zones(edges, weights)


def test_a_catchment_needs_capacity_and_a_size() -> None:
    blind = coverage_of([1], [(0, 0)], [(0, 0)])
    within = reachable(blind.demand, blind.facilities, blind.travel, reach=blind.reach)
    with pytest.raises(UsageError, match="'clinics' states the capacity of no open facility"):
        floating_catchment(blind.demand, blind.facilities, within, decay=zones(METRES))
    with pytest.raises(UsageError, match="must end beyond 0"):
        Gaussian(0)
    with pytest.raises(UsageError, match="ends at 2000 m; ways are known up to 1500"):
        floating_catchment(LINE.demand, LINE.facilities, within, decay=Gaussian(2000))


def test_capacity_far_from_everybody_or_without_a_place_is_idle() -> None:
    far = coverage_of([5], [(0, 0)], [(0, 0), (9000, 0), (np.nan, np.nan)], capacity=[10, 20, 40])
    access = Detail(far, "quarters").access
    assert access is not None
    assert (access.handed_out, access.idle, access.unknown) == (10, 60, 0)
    assert access.per_person.tolist() == [2.0]


def test_equity_is_what_counting_person_by_person_gives() -> None:
    found = equity(np.array([3.0, 1.0, 0.0]), np.array([10, 20, 10]))
    assert found is not None
    each = np.sort(np.repeat([3.0, 1.0, 0.0], [10, 20, 10]))
    gaps = np.abs(each[:, None] - each[None]).sum()
    assert found.gini == pytest.approx(gaps / (2 * len(each) ** 2 * each.mean()))
    assert found.palma == pytest.approx(each[-4:].sum() / each[:16].sum())
    assert (found.mean, found.worst_tenth, found.worst_tenth_share) == (1.25, 0, 0)


def test_equity_has_no_figure_where_there_is_nobody_or_nothing() -> None:
    assert equity(np.array([1.0]), np.array([0])) is None
    nothing = equity(np.array([0.0, 0.0]), np.array([1, 2]))
    assert nothing is not None
    assert (nothing.mean, nothing.gini, nothing.palma) == (0, None, None)
    half = equity(np.array([0.0, 1.0]), np.array([50, 50]))
    assert half is not None
    assert half.palma is None
    assert half.gini == pytest.approx(0.5)


amounts = st.lists(
    st.tuples(st.floats(0, 1000), st.integers(0, 40)), min_size=1, max_size=12
).filter(lambda rows: sum(n for _, n in rows) > 0 and sum(a * n for a, n in rows) > 1e-6)


@given(amounts)
def test_equity_agrees_with_people_counted_one_by_one(rows: list[tuple[float, int]]) -> None:
    amount, people = np.array([a for a, _ in rows]), np.array([n for _, n in rows])
    found = equity(amount, people)
    assert found is not None
    each = np.sort(np.repeat(amount, people * 10))  # in tenths of a person nobody is cut
    tenth = len(each) // 10
    assert found.worst_tenth == pytest.approx(each[:tenth].mean(), rel=1e-9, abs=1e-9)
    ranks = np.arange(1, len(each) + 1)
    gini = ((2 * ranks - len(each) - 1) * each).sum() / (len(each) * each.sum())
    assert found.gini == pytest.approx(gini, abs=1e-9)
    poor = each[: 4 * tenth].sum()
    if poor > 1e-3:
        assert found.palma == pytest.approx(each[-tenth:].sum() / poor, rel=1e-6)


def test_homes_out_of_reach_are_put_together_by_district() -> None:
    far = coverage_of(
        [5, 10, 20, 40, 0, 3],
        [(5000, 0), (5300, 0), (5550, 0), (9000, 0), (9100, 0), (0, 0)],
        [(0, 0)],
        areas=[0, 0, 1, 1, 1, 0],
    )
    first, second, third = clusters(far, "quarters")
    assert (first.people, first.points, first.area) == (40, (3,), "b")
    assert (second.people, second.points, second.area) == (20, (2,), "b")
    assert (third.people, third.points, third.area) == (15, (0, 1), "a")
    assert third.xy_m == (5200.0, 0.0)
    assert third.extra == pytest.approx((5 * 4500 + 10 * 4800) / 15)


def test_a_chain_of_homes_is_cut_to_what_one_facility_could_serve() -> None:
    street = coverage_of([1] * 21, [(200.0 * i, 0) for i in range(21)], [(90_000, 0)])
    found = clusters(street, "quarters")
    assert sum(one.people for one in found) == 21
    for one in found:
        places = street.demand.xy_m[list(one.points), 0]
        assert np.ptp(places) <= 1000
    assert len(found) < 21


def test_where_no_way_leads_a_cluster_says_so() -> None:
    nowhere = coverage_of([6, 2], [(0, 0), (np.nan, np.nan)], [])
    (only,) = clusters(nowhere, "quarters")
    assert (only.people, only.no_way, only.extra) == (6, 6, None)


def test_a_spot_bears_the_name_of_the_nearest_street() -> None:
    streets = Streets(
        np.array([shapely.LineString([(0, 0), (9, 0)]), shapely.LineString([(0, 9), (9, 9)])]),
        (Name(same("Low")), Name(same("High"))),
    )
    spots = np.array([[4.0, 1.0], [4.0, 8.0], [4.0, 4.5], [4.0, 5000.0]])
    found = [name.text.en if name else None for name in streets.nearest(spots)]
    assert found == ["Low", "High", "Low", None]


@pytest.mark.parametrize(
    ("value", "unit", "counted", "expected"),
    [
        (180, "seats per 1000 residents", "seats", 180),
        (40, "beds per 10000 residents", "", 4),
        (10, "m2 per person", "m2", 10_000),
        (180, "seats per 1000 residents", "beds", None),
        (230, "L per day", "", None),
        (5, "seats per 0 residents", "seats", None),
    ],
)
def test_a_norm_for_provision_is_brought_to_a_thousand_people(
    value: float, unit: str, counted: str, expected: float | None
) -> None:
    norm = NormValue(value=value, unit=unit, basis=same("x"), confidence="high")
    assert norm_per_1000(norm, counted) == expected


metres = st.floats(-3000, 3000, width=32)
towns = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        arrays(np.int64, n, elements=st.integers(0, 1000)),
        arrays(np.float64, (n, 2), elements=metres),
        arrays(np.intp, n, elements=st.integers(-1, 2)),
    )
)
offers = st.integers(0, 6).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, (n, 2), elements=metres),
        arrays(np.float64, n, elements=st.one_of(st.just(np.nan), st.integers(0, 900))),
    )
)
Town = tuple[NDArray[np.int64], Floats, NDArray[np.intp]]


def covered(town: Town, offer: tuple[Floats, Floats], reach_m: float) -> Coverage:
    people, homes, areas = town
    places, capacity = offer
    return coverage_of(
        people.tolist(),
        homes.tolist(),
        places.tolist(),
        areas=areas.tolist(),
        capacity=capacity.tolist(),
        reach_m=reach_m,
    )


@given(towns, offers, st.floats(1, 3000))
@settings(deadline=None)
def test_all_of_it_adds_up_and_grows(
    town: Town, offer: tuple[Floats, Floats], reach_m: float
) -> None:
    found = covered(town, offer, reach_m)
    detail = Detail(found, "quarters")
    first, second = detail.reachable.kth(1), detail.reachable.kth(2)
    near = found.nearest.way <= detail.reachable.farthest.value
    assert (first[near] == found.nearest.way[near]).all()
    assert np.isinf(first[~near]).all()
    assert (first <= second).all()
    assert ((detail.reachable.count(found.reach.value) > 0) == found.within).all()
    for told in (detail.bands, detail.choice):
        parts = np.array([v for name, v in told.items() if name != CITY])
        assert (parts.sum(axis=0) == told[CITY]).all()
    assert detail.bands[CITY][0] == detail.choice[CITY][0] == found.within_reach
    assert list(detail.bands[CITY]) == sorted(detail.bands[CITY])
    assert list(detail.choice[CITY]) == sorted(detail.choice[CITY], reverse=True)
    assert sum(detail.count_dict().values()) == found.people
    line = detail.curve
    assert list(line.total) == sorted(line.total)
    assert (np.array(line.low) <= line.total).all()
    assert (line.total <= np.array(line.high)).all()
    assert line.total[3] == found.within_reach
    assert np.array(list(line.within.values())).sum(axis=0).tolist() == list(line.total)
    assert sum(line.people.values()) == found.people
    assert sum(one.people for one in detail.clusters) == found.out_of_reach


@given(towns, offers, st.floats(1, 3000), st.sampled_from(["bell", "bands"]))
@settings(deadline=None)
def test_capacity_is_handed_out_once(
    town: Town, offer: tuple[Floats, Floats], reach_m: float, shape: str
) -> None:
    found = covered(town, offer, reach_m)
    assume(np.isfinite(offer[1]).any())
    detail = Detail(found, "quarters")
    decay = Gaussian(detail.reachable.farthest.value) if shape == "bell" else zones(found.reach)
    access = floating_catchment(found.demand, found.facilities, detail.reachable, decay=decay)
    given_out = float((found.demand.people * access.per_person).sum())
    assert given_out == pytest.approx(access.handed_out)
    assert access.handed_out + access.idle == pytest.approx(np.nansum(offer[1]))
    assert (access.per_person >= 0).all()


@given(towns, offers, st.permutations(range(12)), st.floats(1, 3000))
@settings(deadline=None)
def test_the_order_of_homes_and_facilities_changes_nothing(
    town: Town, offer: tuple[Floats, Floats], order: list[int], reach_m: float
) -> None:
    shuffled = [i for i in order if i < len(town[0])]
    before = Detail(covered(town, offer, reach_m), "quarters")
    moved: Town = (town[0][shuffled], town[1][shuffled], town[2][shuffled])
    after = Detail(covered(moved, (offer[0][::-1], offer[1][::-1]), reach_m), "quarters")
    assert before.choice == after.choice
    assert before.curve == after.curve or before.curve.to_dict() == after.curve.to_dict()
    back = [tuple(sorted(shuffled[p] for p in one.points)) for one in after.clusters]
    assert sorted(back) == sorted(one.points for one in before.clusters)
    for name, even in before.equity.items():
        other = after.equity[name]
        assert (even is None) == (other is None)
        if even is not None and other is not None:
            assert other.mean == pytest.approx(even.mean)
            assert other.gini == pytest.approx(even.gini, abs=1e-9)


@given(towns, offers, metres, metres, st.floats(1, 3000))
@settings(deadline=None)
def test_one_facility_more_lowers_nothing(
    town: Town, offer: tuple[Floats, Floats], east: float, north: float, reach_m: float
) -> None:
    more = np.vstack([offer[0], [[east, north]]]), np.append(offer[1], 10.0)
    before = Detail(covered(town, offer, reach_m), "quarters")
    after = Detail(covered(town, more, reach_m), "quarters")
    for k in (1, 2, 3):
        assert (after.reachable.kth(k) <= before.reachable.kth(k)).all()
    pairs = zip(before.curve.total, after.curve.total, strict=True)
    assert all(low <= high for low, high in pairs)


def test_the_section_shows_choice_access_and_where_people_are_out_of_reach(toytown: Path) -> None:
    told, *_ = Plan(toytown).sections()
    _, within, access, places = told.tables
    rows = {row.area: [cell.value for cell in row.cells[1:]] for row in within.rows}
    assert rows == {"west": [150, 180, 180, 0, 0], "east": [0] * 5, CITY: [150, 180, 180, 0, 0]}
    columns = {column.id: at for at, column in enumerate(access.columns)}
    city = access.rows[-1].cells
    assert city[columns["per_1000_known"]].value == 500  # 100 seats for 200 people
    load = 100 + 50 + 30 * 0.68
    west = access.rows[0].cells[columns["access"]].value
    assert west == pytest.approx(1000 * 60 / 180)
    assert city[columns["access"]].value == pytest.approx(1000 * 60 / 200)
    assert load == pytest.approx(170.4)
    told_places = [(r.area, r.cells[2].value) for r in places.rows]
    assert told_places == [("west", 30), ("east", 20)]
    assert any("without a place, which counts for nobody" in note.en for note in told.notes)


def test_the_error_against_streets_is_shown_where_the_plan_knows_it(toytown: Path) -> None:
    plan = Plan(toytown)
    offer = plan.offer("schools", plan.scenario())
    compared = replace(offer, errors={"west": (0.8, 0.5), CITY: (0.75, None)})
    assert len(section(compared).tables) == len(section(offer).tables) + 1
    told = section(compared).tables[1]
    cells = {row.area: [cell.shown.en for cell in row.cells[1:]] for row in told.rows}
    assert cells["west"] == ["80.0%", "50.0%", "+30.0"]
    assert cells["east"] == ["—", "—", "—"]
    assert cells[CITY] == ["75.0%", "—", "—"]


def test_a_theme_without_capacity_has_no_table_of_access(toytown: Path) -> None:
    for name in ("schools", "schools_planned"):
        sidecar = toytown / "layers" / f"{name}.toml"
        sidecar.write_text(sidecar.read_text().replace('capacity = "seats"\n', ""))
    plan = Plan(toytown)
    told, *_ = plan.sections()
    assert len(told.tables) == 3
    answer = plan.coverage("schools").to_dict("districts")
    assert (answer["access"], answer["equity"]) == (None, None)


def test_where_nothing_is_open_everybody_is_out_of_reach_without_a_way(toytown: Path) -> None:
    write_layer(
        toytown,
        "schools",
        role="facility",
        features=[],
        columns={"id": "str; required = true; unique = true", "seats": "int"},
        extra='theme = "schools"\ncapacity = "seats"\n',
    )
    plan = Plan(toytown)
    answer = plan.coverage("schools").to_dict("districts")
    assert (answer["within_reach"], answer["out_of_reach"]) == (0, 200)
    assert answer["curve"]["no_way"] == 200
    assert answer["count_within"] == {"0": 200, "1": 0, "2": 0, "3+": 0}
    assert [row["half_within"] for row in answer["kth"]] == [None] * 3
    assert sum(row["people"] for row in answer["clusters"]) == 200
    assert plan.sections()


def test_where_nobody_lives_there_is_no_share_and_no_cluster() -> None:
    empty = Detail(coverage_of([0], [(0, 0)], [(9000, 0)], capacity=[5]), "quarters")
    assert empty.kth_dict()[0]["share"] is None
    assert empty.clusters == ()
    assert empty.equity_dict() == {
        "of": "access",
        "per": 1000,
        "city": None,
        "districts": {"a": None, "b": None, "c": None},
    }


def test_the_answer_is_json_and_says_all_of_it(toytown: Path, capsys: Printed) -> None:
    assert main(["coverage", "schools", "--plan", str(toytown), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["count_within"] == {"0": 50, "1": 150, "2": 0, "3+": 0}
    assert found["kth"][0] == {
        "k": 1,
        "within_reach": 150,
        "share": 0.75,
        "half_within": 0.0,
        "districts": {"west": 150, "east": 0},
    }
    assert found["curve"]["steps"][:4] == [125, 250, 375, 500]
    assert found["curve"]["within"][3] == 150
    assert found["access"]["unit"] == ""
    assert found["access"]["per_1000"] == 500
    assert found["access"]["decay"] == {"edges": [500, 1000, 1500], "weights": [1, 0.68, 0.22]}
    assert found["equity"]["city"]["mean"] == pytest.approx(300)
    first = found["clusters"][0]
    assert (first["people"], first["district"], first["points"]) == (30, "west", ["home-3"])
    assert first["extra"] == pytest.approx(2.5, abs=0.3)


def test_coverage_on_a_terminal_names_the_clusters(toytown: Path, capsys: Printed) -> None:
    assert main(["coverage", "schools", "--plan", str(toytown), "--basis", "detour"]) == 0
    said = capsys.readouterr().out
    assert "largest of 2 clusters out of reach" in said
    assert "500 per 1,000" in said


def test_service_areas_are_written_in_the_format_of_the_file(
    toytown: Path, tmp_path: Path, capsys: Printed
) -> None:
    plan, out = ["--plan", str(toytown)], tmp_path / "areas.geojson"
    reaches = ["--reach", "250m", "--reach", "500m"]
    assert main(["service-areas", "schools", *reaches, "--out", str(out), *plan]) == 0
    rows = json.loads(out.read_text())["features"]
    told = [(r["properties"]["facility"], r["properties"]["reach"]) for r in rows]
    assert told == [("schools/A", 500), ("schools/A", 250)]  # B has no place
    assert main(["service-areas", "schools", *plan]) == 0
    assert "schools/A" in capsys.readouterr().out
    assert main(["service-areas", "schools", "--out", str(tmp_path / "x.pdf"), *plan]) == 1
    assert "Unknown format 'pdf'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["coverage", "schools", "--reach", "0m"], "must be more than 0"),
        (["coverage", "schools", "--basis", "streets"], "The plan has no streets"),
        (
            ["coverage", "schools", "--mode", "drive"],
            "The norm of 'schools' is for the mode 'walk'",
        ),
        (["service-areas", "schools", "--reach", "1m", "--reach", "1min"], "all be metres or all"),
        (["service-areas", "scools"], "Unknown theme 'scools': did you mean schools?"),
        (["barriers", "schools"], "The plan has no streets"),
        (["barriers", "schools", "--ratio", "0.5"], "ratios at least 1"),
        (["travel", "somewhere", "9,48"], "'somewhere' is not lon,lat"),
        (["travel", "48,9", "9,48"], "write longitude first"),
        (["travel", "9,47.85", "9,47.86", "--mode", "drive"], "no speed for the mode 'drive'"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    arguments: list[str], complaint: str, toytown: Path, refusal: Callable[..., str]
) -> None:
    assert complaint in refusal(*arguments, "--plan", str(toytown))


def test_without_streets_a_way_is_a_straight_line_times_the_index(
    toytown: Path, capsys: Printed
) -> None:
    ends = ["9.0133,47.8600", "9.0133,47.8690"]
    assert main(["travel", *ends, "--json", "--plan", str(toytown)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["basis"] == "detour"
    assert found["metres"] == pytest.approx(1.25 * found["straight_m"], abs=0.2)
    assert found["minutes"] == pytest.approx(found["metres"] / 75, abs=0.1)
    assert found["geometry"]["coordinates"][0] == [9.0133, 47.86]
