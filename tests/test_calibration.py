import os
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from almaty_geo.errors import UsageError
from almaty_geo.plan import Plan
from almaty_geo.sections import CITY
from almaty_geo.specs import Detour, Speed, Speeds
from almaty_geo.streets import network_of_file
from almaty_geo.travel import StraightLine, parse_reach
from almaty_geo.travel.local import LocalDetour
from almaty_geo.words import same

ROOT = Path(__file__).parents[1]
DATA = os.environ.get("ALMATY_GEO_TEST_DATA")
SPEEDS = Speeds(walk=Speed(m_per_min=75, basis=same("x"), confidence="high"))
DETOUR = Detour(index=1.5, low=1.0, high=2.0, basis=same("x"), confidence="high")
REACH = parse_reach("500m", mode="walk", speeds=SPEEDS)
places = st.integers(1, 10).flatmap(
    lambda n: arrays(np.float64, (n, 2), elements=st.floats(-1500, 1500, width=16))
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(ROOT)


def test_each_place_has_the_index_of_the_nearest_known_one() -> None:
    known = np.array([[0.0, 0.0], [1000.0, 0.0]])
    travel = LocalDetour(DETOUR, known, np.array([2.0, 1.2]))
    homes = np.array([[10.0, 0.0], [900.0, 0.0], [9000.0, 0.0], [np.nan, np.nan]])
    assert travel.around(homes).tolist() == [2.0, 1.2, 1.5, 1.5]  # 8 km off: the one index
    found = travel.nearest(homes, np.array([[110.0, 0.0]]), reach=REACH)
    assert found.way.tolist() == [200.0, 948.0, 13335.0, np.inf]
    assert (found.least <= found.way).all()
    assert (found.most >= found.way).all()


@given(places, places, st.floats(1, 3))
def test_one_index_everywhere_is_the_straight_line(
    homes: np.ndarray, schools: np.ndarray, index: float
) -> None:
    local = LocalDetour(DETOUR, homes, np.full(len(homes), index))
    straight = StraightLine(DETOUR.model_copy(update={"index": index, "high": 4.0}))
    here, there = (t.nearest(homes, schools, reach=REACH) for t in (local, straight))
    assert here.way.tolist() == there.way.tolist()
    assert here.which.tolist() == there.which.tolist()
    some, others = (t.pairs(homes, schools, reach=REACH) for t in (local, straight))
    assert some.way.tolist() == others.way.tolist()
    assert some.destination.tolist() == others.destination.tolist()


@given(places, places, st.integers(0, 1000))
def test_pairs_are_what_brute_force_finds(
    homes: np.ndarray, schools: np.ndarray, seed: int
) -> None:
    index = np.random.default_rng(seed).uniform(1, 3, len(homes))
    travel = LocalDetour(DETOUR, homes, index)
    around = travel.around(homes)
    apart = np.linalg.norm(homes[:, None] - schools[None], axis=2) * around[:, None]
    found = travel.pairs(homes, schools, reach=REACH)
    inside = np.round(apart, 3) <= REACH.value
    assert set(zip(found.origin.tolist(), found.destination.tolist(), strict=True)) == set(
        zip(*(axis.tolist() for axis in np.nonzero(inside)), strict=True)
    )


def test_the_table_speaks_of_the_index_that_the_plan_has(plan: Plan) -> None:
    assert plan.calibrated is not None
    frame = plan.calibrated.compared.frame
    for theme in frame["theme"].unique():
        own = frame[frame["theme"] == theme].set_index("area")
        now = plan.coverage(theme, basis="detour")
        assert own.loc[CITY, "within_detour"] == now.within_reach
        by_area = now.by(plan.spec.areas)["within_reach"]
        assert own.loc[by_area.index, "within_detour"].tolist() == by_area.tolist()
        assert (own["within_streets"] <= own["within_straight"]).all()
        assert own.drop(CITY)["within_streets"].sum() == own.loc[CITY, "within_streets"]


def test_sections_show_the_error_where_the_detour_is_used(plan: Plan) -> None:
    (schools,) = (s for s in plan.sections() if s.id == "schools")
    (table,) = (t for t in schools.tables if "by_streets" in [c.id for c in t.columns])
    total = table.rows[-1]
    shares = {c.id: cell.value for c, cell in zip(table.columns, total.cells, strict=True)}
    assert shares["by_streets"] == pytest.approx(603_500 / 2_354_736, abs=0.005)


def test_directness_is_a_section_of_its_own(plan: Plan) -> None:
    (section,) = (s for s in plan.sections() if s.id == "directness")
    assert section.classes is not None
    assert len(section.classes.of) == len(plan.layers["residents"])
    assert section.answers[0].area == CITY
    assert len(section.tables[0].rows) == 9


def test_an_index_by_place_that_nobody_measured_is_refused(toytown: Path) -> None:
    with pytest.raises(UsageError, match="no detour index by place"):
        Plan(toytown).coverage("schools", basis="local")


@pytest.mark.skipif(not DATA, reason="ALMATY_GEO_TEST_DATA names no folder of real files")
def test_the_plan_says_what_the_real_streets_give(plan: Plan) -> None:
    streets = Path(str(DATA)) / "streets"
    roads, paths = (
        network_of_file(streets / name, plan.area, plan.speeds)
        for name in ("almaty_streets_city_gis.csv", "almaty_osm_2013.osm.pbf")
    )
    script = runpy.run_path(str(ROOT / "scripts" / "calibrate_detour.py"))
    found = script["Calibration"](plan, roads, paths)
    assert found.index == plan.spec.detour.index
    assert found.high == plan.spec.detour.high
    assert plan.calibrated is not None
    told = plan.calibrated.directness.frame["index"].to_numpy(dtype=float, na_value=np.nan)
    np.testing.assert_allclose(told, np.round(found.by_roads.index, 3))
