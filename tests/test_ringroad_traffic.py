"""Traffic that chooses its way: by hand, and with AequilibraE where it is installed."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from ringtown import TOY_RING, as_table, write_ring
from streetmaker import drawn
from toytown import ORIGIN_M, write_layer

from almaty_geo.cli import main
from almaty_geo.errors import DataError, SpecError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.plan.ring import ring_traffic
from almaty_geo.ringroad.equilibrium import Roads, equilibrium, relative_gap

engine = pytest.mark.skipif(
    find_spec("aequilibrae") is None, reason="AequilibraE is not installed: extra `traffic`"
)
CONGESTION = """
[congestion]
alpha = 0.15
beta = 4
confidence = "assumption"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[congestion.capacity_vehicles_day]
others = 1000
ring = 5000
"""


def roads(*rows: tuple[int, int, float, float, float]) -> Roads:
    """Return roads of rows (tail, head, free minutes, capacity, alpha), minutes linear in cars."""
    tail, head, free, capacity, alpha = np.array(rows, dtype=float).T
    ends = tail.astype(np.int64), head.astype(np.int64)
    return Roads(*ends, free, capacity, alpha, np.ones(len(rows)))


def braess(*, bridge: bool) -> tuple[Roads, np.ndarray, np.ndarray]:
    """
    Return the network of Braess: 4,000 cars from 0 to 3.

    0-1 and 2-3 take a hundredth of a minute a car (and one car's worth when empty), 1-3 and 0-2
    take 45 minutes; the bridge 1-2 takes none.
    """
    slow = (0.01, 1.0, 1.0)
    fixed = (45.0, 1.0, 0.0)
    rows = [(0, 1, *slow), (1, 3, *fixed), (0, 2, *fixed), (2, 3, *slow)]
    if bridge:
        rows.append((1, 2, 1e-3, 1.0, 0.0))
    return roads(*rows), np.array([[0.0, 4000.0], [0.0, 0.0]]), np.array([0, 3])


def test_the_gap_is_what_one_reckons_by_hand() -> None:
    """All on one way take 40.01 + 45 minutes; the other way, empty, would take 45.01."""
    network, demand, zones = braess(bridge=False)
    one_way = np.array([4000.0, 4000.0, 0.0, 0.0])
    assert relative_gap(network, one_way, demand, zones) == pytest.approx((85.01 - 45.01) / 85.01)
    shared = np.full(4, 2000.0)
    assert relative_gap(network, shared, demand, zones) == pytest.approx(0, abs=1e-12)
    assert relative_gap(network, np.zeros(4), demand * 0, zones) == 0


def test_of_parallel_roads_the_faster_counts() -> None:
    network = roads((0, 1, 9.0, 1.0, 0.0), (0, 1, 3.0, 1.0, 0.0))
    demand, zones = np.array([[0.0, 10.0], [0.0, 0.0]]), np.array([0, 1])
    assert relative_gap(network, np.array([10.0, 0.0]), demand, zones) == pytest.approx(2 / 3)


def test_traffic_to_where_no_road_leads_is_named() -> None:
    network = roads((0, 1, 1.0, 1.0, 0.0))
    demand, zones = np.array([[0.0, 0.0], [5.0, 0.0]]), np.array([0, 1])
    with pytest.raises(DataError, match="from zone 1 to zone 0"):
        equilibrium(network, demand, zones)


def test_without_the_engine_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "aequilibrae", None)
    monkeypatch.setitem(sys.modules, "aequilibrae.paths", None)
    with pytest.raises(UsageError, match=r"pip install 'almaty-geo\[traffic\]'"):
        equilibrium(*braess(bridge=False))


@engine
def test_the_bridge_of_braess_makes_everybody_later() -> None:
    without = equilibrium(*braess(bridge=False))
    assert without.vehicles == pytest.approx([2000] * 4, rel=1e-3)
    assert without.hours * 60 / 4000 == pytest.approx(65.01, rel=1e-3)
    assert without.gap < 1e-4
    bridged = equilibrium(*braess(bridge=True))
    assert bridged.vehicles[[0, 3, 4]] == pytest.approx([4000] * 3, rel=1e-3)
    assert bridged.hours * 60 / 4000 == pytest.approx(80.02, rel=1e-3)
    assert bridged.gap < 1e-4


def town(tmp_path: Path, *, demand: str | None = "west,east,100\n", streets: bool = True) -> Plan:
    text = TOY_RING if demand is None else TOY_RING.replace("facts =", 'demand = "trips"\nfacts =')
    folder = write_ring(tmp_path / "town", text + CONGESTION)
    if demand is not None:
        columns = {"start": "str", "end": "str", "vehicles_day": "float"}
        write_layer(folder, "trips", role="context", geometry="none", features=[], columns=columns)
        as_table(folder, "trips", "start,end,vehicles_day\n" + demand)
    plan = Plan(folder)
    if streets:
        line = [[(0, 1000), (2000, 1000)], [(2000, 1000), (4000, 1000)]]
        moved = [[(x + ORIGIN_M[0], y + ORIGIN_M[1]) for x, y in one] for one in line]
        plan.__dict__["network"] = drawn(*moved)
    return plan


@engine
def test_through_traffic_leaves_the_city_for_a_faster_ring_road(tmp_path: Path) -> None:
    states = ring_traffic(town(tmp_path))
    assert states is not None
    before, after = states
    # 100 vehicles: 13 minutes and 4 km in the city without the ring road, 10 minutes by it
    assert before.hours_day == pytest.approx(100 * 13 / 60, rel=1e-3)
    assert before.inside_km_day == pytest.approx(400, rel=1e-3)
    assert before.ring_vehicles_day == 0
    assert after.hours_day == pytest.approx(100 * 10 / 60, rel=1e-3)
    assert after.inside_km_day == pytest.approx(0, abs=1e-6)
    assert after.ring_vehicles_day == pytest.approx(100)
    assert max(before.gap, after.gap) < 1e-4


@engine
def test_the_verb_tells_both_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = town(tmp_path)
    monkeypatch.setattr("almaty_geo.plan.open_plan", lambda _: plan)
    assert main(["ring-road", "--equilibrium", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["equilibrium"]
    assert told["before"]["inside_km_day"] == 400
    assert told["after"]["ring_vehicles_day"] == 100


def test_an_equilibrium_needs_streets_and_a_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="assigned to streets"):
        ring_traffic(town(tmp_path / "a", streets=False))
    with pytest.raises(UsageError, match="the plan names none"):
        ring_traffic(town(tmp_path / "b", demand=None))
    with pytest.raises(UsageError, match="names a demand"):
        ring_traffic(town(tmp_path / "c", demand=""))


def test_a_gate_that_no_road_leads_to_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Zones are: west, north, east, middle"):
        ring_traffic(town(tmp_path, demand="west,north,5\n"))  # no street comes near it


def test_capacities_must_name_the_ring_road_and_other_streets(tmp_path: Path) -> None:
    text = TOY_RING + CONGESTION.replace("ring = 5000", "lane = 5000")
    with pytest.raises(SpecError, match="names no 'ring'"):
        Plan(write_ring(tmp_path / "town", text)).ring_road()
