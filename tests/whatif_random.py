"""Trials made at random in a page, each held against the plan's own answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from browsing import Visit

from almaty_geo.coverage.reachable import BANDS, steps_of
from almaty_geo.plan import Plan

DO = """([step, lon, lat, at, seats]) => {
  const { trials } = almatyGeo;
  const open = trials.open();
  if (step === "add") trials.add(lon, lat, seats, "");
  if (step === "undo") trials.undo();
  if (step === "remove") trials.remove(open[at % open.length]);
  if (step === "move") trials.move(open[at % open.length], lon, lat);
}"""
TOLD = """() => {
  const { trials, data } = almatyGeo;
  const areas = [...data.ground.areas, almatyGeo.CITY];
  const rows = almatyGeo.section().bars.rows.map(([area, parts]) => [area, parts]);
  return {
    file: almatyGeo.scenarioFile(),
    bars: Object.fromEntries(rows),
    classes: almatyGeo.section().classes.of,
    seats: trials.now().spec.seats
      ? Object.fromEntries(areas.map((area) => [area, trials.seats(area)[1]]))
      : null,
  };
}"""


@dataclass(frozen=True)
class Told:
    """What a page said of one trial."""

    bars: dict[str, list[int]]
    """People within and out of reach of each district."""

    classes: str
    """Class of each demand point that has a place."""

    seats: dict[str, list[int]] | None
    """Pupils seated, in reach without a seat, and out of reach, of each district and the city."""


def until(one: Visit, script: str) -> None:
    """Wait until something holds; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(1000):
        if one.page.evaluate(script):
            return
        one.page.wait_for_timeout(10)
    raise AssertionError(f"it did not come to pass in 10 seconds: {script}")


def steps(rng: np.random.Generator, box: tuple[float, ...], number: int) -> Iterator[list[Any]]:
    """Yield steps: kind, place, which of the open facilities, and seats."""
    for _ in range(number):
        kind = str(rng.choice(["add", "add", "move", "remove", "undo"]))
        lon, lat = rng.uniform(box[0], box[2]), rng.uniform(box[1], box[3])
        seats = [None, 0, 25, 300][rng.integers(4)]
        yield [kind, lon, lat, int(rng.integers(1000)), seats]


def tried(one: Visit, folder: Path, asked: Iterator[list[Any]]) -> dict[str, Told]:
    """Make trials, save each as a scenario of the plan, and return what the page said of it."""
    found = {}
    one.page.evaluate("almatyGeo.trials.begin()")
    for number, step in enumerate(asked):
        one.page.evaluate(DO, step)
        until(one, "!almatyGeo.trials.waits()")
        told = one.page.evaluate(TOLD)
        name = f"tried-{number}"
        file = folder / "layers" / "scenarios" / f"{name}.toml"
        file.write_text(told.pop("file"), encoding="utf-8")
        found[name] = Told(**told)
    return found


def known(folder: Path, theme: str, scenarios: list[str], *, seats: bool) -> dict[str, Told]:
    """Return what the plan itself says of each scenario."""
    plan = Plan(folder)
    return {name: _of(plan, theme, name, seats=seats) for name in scenarios}


def _of(plan: Plan, theme: str, scenario: str, *, seats: bool) -> Told:
    coverage = plan.coverage(theme, scenario=scenario)
    rows = coverage.by(plan.spec.areas)[["within_reach", "out_of_reach"]]
    placed = np.isfinite(coverage.demand.xy_m).all(axis=1)
    edges = np.array(steps_of(coverage.reach, BANDS))
    classes = np.searchsorted(edges, coverage.nearest.way[placed], side="left")
    pupils = None
    if seats:
        given = plan.provision(theme, scenario=scenario, objective="nearest-first")
        parts = ["seated", "in_reach_no_seat", "out_of_reach"]
        told = given.by(plan.spec.areas)[parts]
        pupils = {
            str(area): [int(n) for n in row]
            for area, row in zip(told.index, told.to_numpy(), strict=True)
        }
        pupils["city"] = [given.totals()[part] for part in parts]
        pupils.pop("outside", None)
    bars = {
        str(area): [int(n) for n in row]
        for area, row in zip(rows.index, rows.to_numpy(), strict=True)
    }
    bars.pop("outside", None)
    return Told(bars, "".join(map(str, classes)), pupils)
