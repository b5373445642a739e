"""Hydraulic models: the example networks that come with WNTR, laid over an invented town."""

import importlib.util
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toytown import ORIGIN_M, TO_DEGREES

from almaty_geo.cli import main
from almaty_geo.errors import DataError, SpecError, UnknownNameError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.plan.supply import network_pressures
from almaty_geo.water.hydraulics import run_network

wntr: Any = pytest.importorskip("wntr", reason="wntr is not installed: pip install wntr six")
NETWORKS = Path(wntr.__file__).parent / "library" / "networks"
NET1, NET3 = NETWORKS / "Net1.inp", NETWORKS / "Net3.inp"
SUPPLY = """
sources = "intakes"
series = "figures"
use = ["use"]
population = "population"

[peak_day]
value = 1.2
low = 1.1
high = 1.3
confidence = "assumption"
basis = { kk = "x", ru = "x", en = "x" }
"""
FREE_HEAD = """
[free_head]
one_storey_m = 10
each_storey_m = 4
storeys = 5
near_m = 400
confidence = "to_be_confirmed"
basis = { kk = "x", ru = "x", en = "x" }
"""


@pytest.fixture
def town(toytown: Path) -> Path:
    (toytown / "layers" / "water").mkdir()
    (toytown / "layers" / "water" / "supply.toml").write_text(SUPPLY + FREE_HEAD, encoding="utf-8")
    return toytown


def laid(source: Path, target: Path, *, degrees: bool = False) -> Path:
    """Lay a model over the town: node 21 at home-1, node 23 at home-4."""
    model = wntr.network.WaterNetworkModel(str(source))
    for name in model.node_name_list:
        node = model.get_node(name)
        east, north = node.coordinates
        place = (ORIGIN_M[0] + (east - 10) * 50, ORIGIN_M[1] + (north - 20) * 50)
        node.coordinates = TO_DEGREES.transform(*place) if degrees else place
    wntr.network.write_inpfile(model, str(target))
    return target


def test_a_model_gives_each_block_the_head_of_the_node_near_by(town: Path, tmp_path: Path) -> None:
    found = network_pressures(Plan(town), laid(NET1, tmp_path / "one.inp"))
    node = [found.modelled.names[at] if at >= 0 else "" for at in found.node.tolist()]
    assert node == ["21", "21", "", "23", ""]  # home-3 is 402 m off, home-5 707 m
    west, east = found.by_area()
    assert (west.people, west.enough, west.short, west.unknown) == (180, 150, 0, 30)
    assert (east.people, east.enough, east.short, east.unknown) == (20, 20, 0, 0)
    assert west.least_m == pytest.approx(found.modelled.least_m[found.modelled.names.index("21")])
    assert west.supply == pytest.approx(1)


def test_without_its_intake_the_town_runs_dry(town: Path, tmp_path: Path) -> None:
    model = laid(NET1, tmp_path / "one.inp")
    west, east = network_pressures(Plan(town), model, without=["9"]).by_area()
    assert (west.enough, west.short, east.short) == (0, 150, 20)
    assert west.least_m == 0
    assert west.supply is not None
    assert 0 < west.supply < 0.5  # the tank is all there is


def test_more_storeys_need_more_head(town: Path, tmp_path: Path) -> None:
    model = laid(NET1, tmp_path / "one.inp")
    assert network_pressures(Plan(town), model).head_m == 10 + 4 * 4
    low = network_pressures(Plan(town), model, storeys=1)
    assert low.head_m == 10
    tall = network_pressures(Plan(town), model, storeys=25)
    assert tall.head_m == 106
    assert tall.by_area()[0].short == 150
    with pytest.raises(UsageError, match="at least 1 storey, not 0"):
        network_pressures(Plan(town), model, storeys=0)


def test_coordinates_are_those_that_are_said(town: Path, tmp_path: Path) -> None:
    metres = network_pressures(Plan(town), laid(NET1, tmp_path / "m.inp"))
    model = laid(NET1, tmp_path / "d.inp", degrees=True)
    degrees = network_pressures(Plan(town), model, crs="EPSG:4326")
    assert degrees.to_dict() == metres.to_dict()
    with pytest.raises(DataError, match=r"None of 8 nodes .* name the coordinates it is in"):
        network_pressures(Plan(town), model)
    with pytest.raises(UsageError, match="Coordinates 'moon' are not known"):
        network_pressures(Plan(town), model, crs="moon")


@pytest.mark.parametrize("network", ["Net1.inp", "Net2.inp", "Net3.inp"])
def test_two_engines_agree(network: str) -> None:
    found = run_network(NETWORKS / network, head_m=26)
    assert found.engine == "epanet"
    model = wntr.network.WaterNetworkModel(str(NETWORKS / network))
    model.options.hydraulic.demand_model = "PDD"
    model.options.hydraulic.required_pressure = 26
    model.options.hydraulic.minimum_pressure = 0
    with warnings.catch_warnings(action="ignore"):  # WNTR fits a curve through three points
        other = wntr.sim.WNTRSimulator(model).run_sim()
    names = list(found.names)
    assert found.least_m == pytest.approx(
        other.node["pressure"][names].min().clip(lower=0), abs=0.02
    )
    given = other.node["demand"][names].mean() * 86_400
    assert found.given_m3_day == pytest.approx(given.clip(lower=0), rel=0.002, abs=0.5)


def test_an_empty_tank_gives_no_water() -> None:
    whole = run_network(NET3, head_m=26)
    one = run_network(NET3, head_m=26, without=["River"])
    none = run_network(NET3, head_m=26, without=["River", "Lake"])
    told = [f.given_m3_day.sum() / f.wanted_m3_day.sum() for f in (whole, one, none)]
    assert told[0] > 0.999
    assert told[2] < 0.2  # three tanks, for a week
    assert told[0] >= told[1] >= told[2]
    assert none.engine == "wntr"
    assert (none.least_m == 0).all()
    model = wntr.network.WaterNetworkModel(str(NET3))
    held = sum(
        np.pi / 4 * tank.diameter**2 * (tank.init_level - tank.min_level)
        for _, tank in model.tanks()
    )
    hour = none.hours / (none.hours + 1)  # the mean is over reports, one more than hours
    assert none.given_m3_day.sum() * none.hours / 24 * hour < held * 1.5


def test_a_pipe_too_can_be_out_of_service() -> None:
    assert run_network(NET1, head_m=26, without=["10"]).least_m.min() == 0
    with pytest.raises(UnknownNameError, match="Unknown node '99'"):
        run_network(NET1, head_m=26, without=["99"])


def edited(tmp_path: Path, before: str, after: str) -> Path:
    text = NET1.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "edited.inp"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[JUNCTIONS]", "[JUNKTIONS]", "not a model that EPANET reads"),
        (
            "[PIPES]",
            "[PIPES]\n 999 10 nowhere 100 10 100 0 Open ;",
            "not a model that EPANET reads",
        ),
        ("[TIMES]\n", "[TIMES]\n Duration soon\n", "not a model that EPANET reads"),
        ("[PUMPS]", "[PUMPS]\n\x00", "not a model that EPANET reads"),
    ],
)
def test_a_broken_model_gives_one_clear_line(
    before: str, after: str, said: str, town: Path, tmp_path: Path, refusal: Callable[..., str]
) -> None:
    path = edited(tmp_path, before, after)
    with pytest.raises(DataError, match=said):
        run_network(path, head_m=26)
    told = refusal("water", "--plan", str(town), "--network", str(path))
    assert said in told
    assert "edited.inp" in told


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00", b"[TITLE]\n[END]\n"])
def test_what_is_no_model_gives_one_clear_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "no.inp"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"^no\.inp: ") as told:
        run_network(path, head_m=26)
    assert "\n" not in str(told.value)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.inp: not found"):
        run_network(tmp_path / "gone.inp", head_m=26)
    with pytest.raises(DataError, match="not a model that EPANET reads"):
        run_network(tmp_path, head_m=26)


def test_a_model_that_would_run_for_ever_is_refused(tmp_path: Path) -> None:
    text = NET1.read_text(encoding="utf-8").replace("24:00", "9999999:00", 1)
    path = tmp_path / "long.inp"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="asks for 10,000,000 steps of 9 nodes"):
        run_network(path, head_m=26)


def test_a_model_writes_no_file_of_its_own(tmp_path: Path) -> None:
    wanted = [tmp_path / name for name in ("saved.hyd", "map.map")]
    text = NET1.read_text(encoding="utf-8")
    text = text.replace(
        "[OPTIONS]", f"[OPTIONS]\n HYDRAULICS SAVE {wanted[0]}\n MAP {wanted[1]}", 1
    )
    path = tmp_path / "writes.inp"
    path.write_text(text, encoding="utf-8")
    assert run_network(path, head_m=26).least_m.min() > 26
    assert [one.name for one in tmp_path.iterdir()] == ["writes.inp"]


def test_the_verb_tells_pressure_by_district(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = laid(NET1, tmp_path / "one.inp")
    asked = ["water", "--plan", str(town), "--network", str(model), "--without", "9"]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["short"] for one in told["districts"]] == [150, 20]
    assert told["without"] == ["9"]
    assert {one["block"]: one["node"] for one in told["blocks"]} == {
        "home-1": "21",
        "home-2": "21",
        "home-4": "23",
    }
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "one.inp without 9: 24 h, head needed 26 m" in printed
    assert "nodes below the head needed: 8 of 8" in printed


def test_a_plan_without_a_free_head_says_so(town: Path) -> None:
    (town / "layers" / "water" / "supply.toml").write_text(SUPPLY, encoding="utf-8")
    with pytest.raises(SpecError, match=r"declares no \[free_head\]"):
        network_pressures(Plan(town), NET1)


def test_without_the_package_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wntr", None)
    assert importlib.util.find_spec("almaty_geo.water.hydraulics") is not None
    with pytest.raises(UsageError, match=r"pip install 'almaty-geo\[hydraulics\]'"):
        run_network(NET1, head_m=26)
