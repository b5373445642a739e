"""
Hold straight lines against ways by streets, and write what the plan may say of the detour.

    python scripts/calibrate_detour.py STREETS --footpaths FILE [--plan .] [--write]

STREETS shows the place's roads and may lack footpaths: on foot its index is an upper bound.
FOOTPATHS is a file that shows footpaths, if only in a part of the place. Where it shows them, how
much they shorten ways is measured against STREETS, and the city's one index is the median of the
roads times that ratio. Its interval reaches from the straight line, which no way is shorter than,
to the index at which straight lines give the share that the roads give.

Written with ``--write``, the same bytes each time: the detour of ``plan.toml``; the layers
``directness`` (the index around every point of demand) and ``calibration`` (people within reach of
each theme with a norm on foot, by detour and by the roads, in each area), their sidecars' digests;
the tables of ``docs/calibration.md`` between its marks.
"""

import argparse
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import tomlkit
from numpy.typing import NDArray

from almaty_geo.exports import write_frame
from almaty_geo.places import Demand, Facilities
from almaty_geo.plan import Plan, open_plan
from almaty_geo.sections import CITY
from almaty_geo.streets import Network, network_of_file
from almaty_geo.travel import Reach, StraightLine, Travel, norm_reach, parse_reach
from almaty_geo.travel.directness import Directness, directness, quantiles
from almaty_geo.travel.streets import ByStreets

SEARCH = "6km"
SPREAD = (0.1, 0.25, 0.5, 0.75, 0.9)
PATHS = ("footway", "path", "pedestrian", "steps", "service", "living_street", "cycleway")
AROUND_M = 400
DENSE_M = 2000
"""Where so many metres of paths lie around a point, the second file is taken to show them."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """A plan with its roads, and with a file that shows footpaths in a part of it."""

    plan: Plan
    """The plan; its own streets, if it has any, play no part."""

    roads: Network
    """All roads."""

    paths: Network
    """Roads and footpaths, where they are mapped."""

    @cached_property
    def demand(self) -> Demand:
        """People."""
        return self.plan.people(self.plan.scenario())

    @cached_property
    def offers(self) -> Mapping[str, tuple[Facilities, Reach]]:
        """Facilities and reach of each theme with a norm on foot."""
        scenario = self.plan.scenario()
        norms = {t: self.plan.norms[t].reach for t in self.plan.themes if t in self.plan.norms}
        return {
            theme: (self.plan.facilities(theme, scenario), norm_reach(norm, self.plan.speeds))
            for theme, norm in norms.items()
            if norm is not None and norm.mode == "walk"
        }

    @cached_property
    def areas(self) -> Mapping[str, NDArray[np.bool_]]:
        """Which points of demand lie in each area, and in the city."""
        member = self.plan.memberships()[self.plan.spec.areas]
        own = {name: member.of == at for at, name in enumerate(member.ids)}
        return {**own, CITY: np.ones(len(member.of), dtype=bool)}

    @cached_property
    def by_roads(self) -> Directness:
        """Directness by the roads, over all themes."""
        return self._directness(ByStreets(self.roads))

    @cached_property
    def by_paths(self) -> Directness:
        """Directness by the file with footpaths."""
        return self._directness(ByStreets(self.paths))

    @cached_property
    def dense(self) -> NDArray[np.bool_]:
        """Which points of demand have many metres of paths around them."""
        chosen = np.isin(self.paths.kind.astype(str), PATHS)
        tree = shapely.STRtree(self.paths.course[chosen])
        points, lines = tree.query(
            shapely.points(self.demand.xy_m), predicate="dwithin", distance=AROUND_M
        )
        metres = np.bincount(
            points,
            weights=self.paths.length_mm[chosen][lines] / 1000,
            minlength=len(self.demand.people),
        )
        both = np.isfinite(self.by_roads.index) & np.isfinite(self.by_paths.index)
        return (metres >= DENSE_M) & both

    @cached_property
    def shortening(self) -> float:
        """Median index by footpaths over that by roads, where paths are mapped."""
        people = np.where(self.dense, self.demand.people, 0)
        by_paths, by_roads = (
            quantiles(found.index, people, [0.5])[0] for found in (self.by_paths, self.by_roads)
        )
        return float(by_paths / by_roads)

    @cached_property
    def index(self) -> float:
        """The city's one index: the roads' median, shortened as footpaths do."""
        middle = self.by_roads.quantiles(self.demand.people, [0.5])[0]
        return round(float(middle) * self.shortening, 2)

    @cached_property
    def high(self) -> float:
        """The index at which straight lines give the roads' share, of all themes together."""
        by_roads = sum(self.within(t, ByStreets(self.roads)).sum() for t in self.offers)
        steps = np.round(np.arange(self.index, 4.0, 0.01), 2)
        for step in steps:
            if sum(self.within(t, self.straight(step)).sum() for t in self.offers) <= by_roads:
                return float(step)
        return float(steps[-1])

    def straight(self, index: float) -> StraightLine:
        """Return straight lines times an index."""
        told = self.plan.spec.detour.model_copy(update={"index": index})
        return StraightLine(told)

    def within(self, theme: str, travel: Travel) -> NDArray[np.int64]:
        """Return the people of each point who are within the theme's norm, shape (n,)."""
        offered, reach = self.offers[theme]
        way = travel.nearest(self.demand.xy_m, offered.xy_m, reach=reach).way
        return np.where(way <= reach.value, self.demand.people, 0)

    def _directness(self, travel: Travel) -> Directness:
        search = parse_reach(SEARCH, mode="walk", speeds=self.plan.speeds)
        found = [
            directness(travel, self.demand.xy_m, offered.xy_m, search=search)
            for offered, _ in self.offers.values()
        ]
        whole = found[0]
        for one in found[1:]:
            whole += one
        return whole


def spread_table(found: Calibration) -> pd.DataFrame:
    """Return the index by the roads in each area: quantiles by people."""
    rows = {
        name: found.by_roads.quantiles(np.where(chosen, found.demand.people, 0), SPREAD)
        for name, chosen in found.areas.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=[f"{s:.0%}" for s in SPREAD])


def compared_table(found: Calibration) -> pd.DataFrame:
    """Return people within the norm of each theme, by area, by detour and by the roads."""
    rows = []
    for theme in found.offers:
        by_detour = found.within(theme, found.straight(found.index))
        by_roads = found.within(theme, ByStreets(found.roads))
        by_air = found.within(theme, found.straight(1.0))
        rows += [
            {
                "id": f"{theme}-{name}",
                "theme": theme,
                "area": name,
                "people": int(found.demand.people[chosen].sum()),
                "within_straight": int(by_air[chosen].sum()),
                "within_detour": int(by_detour[chosen].sum()),
                "within_streets": int(by_roads[chosen].sum()),
            }
            for name, chosen in found.areas.items()
        ]
    return pd.DataFrame(rows)


def write(found: Calibration, compared: pd.DataFrame) -> None:
    """Write index, layers and tables into the plan and the docs."""
    folder = found.plan.folder
    _write_detour(found, folder / "plan.toml")
    people = found.plan.layers[found.plan.spec.demand].frame
    around = gpd.GeoDataFrame(
        {
            "id": people["id"].astype(str),
            "index": np.round(found.by_roads.index, 3),
            "compared": found.by_roads.compared,
        },
        geometry=people.geometry,
    )
    table = gpd.GeoDataFrame(compared, geometry=np.full(len(compared), None), crs=4326)
    for name, frame, suffix in (("directness", around, "geojson"), ("calibration", table, "csv")):
        written = write_frame(
            frame, name, folder / "layers", formats=[suffix], date=found.plan.spec.date
        )
        _seal(folder / "layers" / f"{name}.toml", written[0])
    page = folder / "docs" / "calibration.md"
    text = page.read_text(encoding="utf-8")
    for mark, lines in _tables(found, compared):
        text = _between(text, mark, lines)
    page.write_text(text, encoding="utf-8")


def _write_detour(found: Calibration, path: Path) -> None:
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    detour = document["detour"]
    detour["index"], detour["low"], detour["high"] = found.index, 1.0, found.high
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _seal(sidecar: Path, data: Path) -> None:
    document = tomlkit.parse(sidecar.read_text(encoding="utf-8"))
    document["sha256"] = hashlib.sha256(data.read_bytes()).hexdigest()
    sidecar.write_text(tomlkit.dumps(document), encoding="utf-8")


def _tables(found: Calibration, compared: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """Yield the tables of the page by their marks."""
    spread = spread_table(found)
    heading = ["area", *(f"{column} of residents below" for column in spread.columns)]
    body = [
        [str(name), *(f"{v:.2f}" for v in row)]
        for name, row in zip(spread.index, spread.to_numpy(), strict=True)
    ]
    yield "spread", _markdown(heading, body)
    people = np.where(found.dense, found.demand.people, 0)
    rows = [
        [name, *(f"{v:.2f}" for v in own.quantiles(people, SPREAD))]
        for name, own in (("roads", found.by_roads), ("with footpaths", found.by_paths))
    ]
    yield "footpaths", _markdown(["streets", *heading[1:]], rows)
    yield (
        "result",
        _markdown(
            ["figure", "value"],
            [
                ["median by roads", f"{float(spread['50%'][CITY]):.2f}"],
                ["points where footpaths are mapped", f"{int(found.dense.sum()):,}"],
                ["their residents", f"{int(people.sum()):,}"],
                ["footpaths over roads there", f"{found.shortening:.3f}"],
                ["the city's one index", f"{found.index:.2f}"],
                ["its interval", f"1.00 to {found.high:.2f}"],
            ],
        ),
    )
    shares = []
    for row in compared.to_dict("records"):
        parts = [
            row[c] / row["people"] for c in ("within_straight", "within_detour", "within_streets")
        ]
        error = (parts[1] - parts[2]) * 100
        shares.append([row["theme"], row["area"], *(f"{p:.1%}" for p in parts), f"{error:+.1f}"])
    titles = [
        "theme",
        "area",
        "straight line",
        "detour index",
        "by roads",
        "index less roads, points",
    ]
    yield "compared", _markdown(titles, shares)


def _markdown(heading: list[str], rows: list[list[str]]) -> list[str]:
    lines = [heading, ["---"] * len(heading), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _between(text: str, mark: str, lines: list[str]) -> str:
    """Put lines between the marks of a page; ValueError if it has none."""
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", flags=re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"docs/calibration.md: the marks of {mark!r} are missing")
    inner = "\n".join(lines)
    return pattern.sub(lambda found: f"{found[1]}{inner}\n{found[2]}", text)


def main() -> None:
    """Print the comparison; write what the plan may say of it when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("streets", type=Path)
    parser.add_argument("--footpaths", type=Path, required=True)
    parser.add_argument("--plan", type=Path, default=Path())
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    plan = open_plan(asked.plan)
    roads, paths = (
        network_of_file(file, plan.area, plan.speeds) for file in (asked.streets, asked.footpaths)
    )
    found = Calibration(plan, roads, paths)
    compared = compared_table(found)
    for mark, lines in _tables(found, compared):
        print(f"\n{mark}", *lines, sep="\n")
    if asked.write:
        write(found, compared)


if __name__ == "__main__":
    main()
