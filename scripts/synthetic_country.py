"""
Write an invented country: cities with people at points, streets to match, schools and clinics.

    python scripts/synthetic_country.py OUT [--cities 100] [--people 20000000] [--tile 4000]

It lies in an ocean, so that nobody takes it for a place there is, and its names say that they are
invented. The same options give the same bytes. It is written as `almaty-geo pack` would write it
(see docs/scale.md), tile by tile: never more than one tile is in memory, whatever the size of the
country. Streets are a lattice with jitter: every row is whole, every fourth column too, three of
ten other blocks are missing, and a river is crossed at every twelfth column alone. All of it hangs
together, so that no part of it needs to know another.
"""

import argparse
import hashlib
import json
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.scaling.files import write_rows
from almaty_geo.scaling.layout import (
    COUNTRY,
    PARTITIONS,
    ROW,
    CountrySpec,
    Partition,
    Partitions,
    StreetFacts,
    Tile,
    city_folder,
    written_partitions,
)
from almaty_geo.scaling.naming import country_toml
from almaty_geo.specs import LayerSpec, read_spec
from almaty_geo.spreading import largest_remainder
from almaty_geo.staging import whole_folder
from almaty_geo.tiling.halo import touching
from almaty_geo.words import Text

DAY = date(2026, 1, 1)
DECLARED = Path(__file__).with_name("synthetic_city")
"""Declared files of every city; what differs between cities is written with a dollar sign."""

PEOPLE_PER_KM2 = 6000
SPACING_M = 125.0
"""Between crossings."""

JITTER_M = 20.0
WHOLE_COLUMN, BRIDGE = 4, 12
"""Every fourth column of streets is whole; every twelfth crosses the river."""

MISSING = 0.3
"""Share of the other blocks without a street on their side."""

ONE_WAY = 0.1
PER_SCHOOL, PER_CLINIC = 4000, 15_000
PUPILS = 0.14
"""Share of people who are pupils."""

WALK_M_PER_MIN = 75.0
DRIVE_M_PER_MIN = {"primary": 600.0, "residential": 350.0}
EAST, NORTH = 0, 1

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Wanted:
    """What country to write."""

    cities: int = 100
    """How many cities."""

    people: int = 20_000_000
    """How many people, in all."""

    tile_m: float = 4000.0
    """Side of a tile."""

    per_point: int = 20
    """People at a point, about."""

    seed: int = 7
    """Of all that is left to chance."""


@dataclass(frozen=True, eq=False)
class City:
    """One city: a square of streets, more people towards its middle."""

    wanted: Wanted
    """The country."""

    number: int
    """From 0."""

    people: int
    """How many live here."""

    @property
    def slug(self) -> str:
        """What files call it."""
        return f"invented-{self.number + 1:03d}"

    @property
    def middle_deg(self) -> tuple[float, float]:
        """Longitude and latitude of the middle, in an ocean of the south."""
        return -140.0 + 2.5 * (self.number % 10), -20.0 - 2.5 * (self.number // 10 % 10)

    @cached_property
    def area(self) -> StudyArea:
        """The ground and its plane."""
        lon, lat = self.middle_deg
        zone = int((lon + 180) // 6) + 1
        name = Text(self.slug, self.slug, self.slug)
        return StudyArea(name, (lon - 1, lat - 1, lon + 1, lat + 1), f"EPSG:{32_700 + zone}")

    @cached_property
    def crossings(self) -> int:
        """Crossings of streets from west to east, and from south to north."""
        side_m = (self.people / PEOPLE_PER_KM2) ** 0.5 * 1000
        return max(round(float(side_m) / SPACING_M), 2 * BRIDGE) + 1

    @property
    def side_m(self) -> float:
        """Side of the square."""
        return (self.crossings - 1) * SPACING_M

    @cached_property
    def corner_m(self) -> NDArray[np.float64]:
        """South-west corner, whole kilometres."""
        middle = self.area.xy_m([shapely.Point(self.middle_deg)])[0]
        whole = np.round(middle / 1000) * 1000 - np.floor(self.side_m / 2000) * 1000
        return np.asarray(whole)

    @cached_property
    def tiles(self) -> tuple[Tile, ...]:
        """Tiles with some of the square, by name."""
        size = self.wanted.tile_m
        first = np.floor(self.corner_m / size).astype(int)
        last = np.floor((self.corner_m + self.side_m) / size).astype(int)
        every = [
            Tile(column, row, size)
            for column in range(first[0], last[0] + 1)
            for row in range(first[1], last[1] + 1)
        ]
        return tuple(sorted(every, key=lambda tile: tile.name))

    @cached_property
    def parts_m(self) -> NDArray[np.float64]:
        """What of the square lies in each tile: west, south, east, north, shape (t, 4)."""
        boxes = np.array([tile.box for tile in self.tiles])
        low = np.maximum(boxes[:, :2], self.corner_m)
        high = np.minimum(boxes[:, 2:], self.corner_m + self.side_m)
        return np.concatenate([low, np.maximum(low, high)], axis=1)

    @cached_property
    def people_of(self) -> Whole:
        """Whole people of each tile, shape (t,): fewer the farther out."""
        low, high = self.parts_m[:, :2], self.parts_m[:, 2:]
        off = np.linalg.norm((low + high) / 2 - self.corner_m - self.side_m / 2, axis=1)
        weight = (high - low).prod(axis=1) * np.exp(-2 * off / self.side_m)
        return largest_remainder(np.rint(weight), self.people)

    def dice(self, *of: int) -> np.random.Generator:
        """Return chance that hangs on what it is for alone, not on what was thrown before."""
        return np.random.default_rng([self.wanted.seed, self.number, *of])

    def tossed(self, column: Whole, row: Whole, what: int) -> NDArray[np.float64]:
        """Return a number from 0 to 1 for each crossing, the same whichever tile asks."""
        mixed = (column * 1_000_003 + row).astype(np.uint64) * np.uint64(8) + np.uint64(what)
        mixed += np.uint64(self.wanted.seed * 1_000_033 + self.number) << np.uint64(40)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)  # SplitMix64's end
        return np.asarray((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) / 2.0**53


def cities(wanted: Wanted) -> Iterator[City]:
    """Yield cities, the largest first; sizes fall as one over rank plus ten."""
    sizes = largest_remainder(1 / (np.arange(wanted.cities) + 11.0), wanted.people)
    for number, people in enumerate(sizes.tolist()):
        yield City(wanted, number, people)


def streets(city: City, tile: Tile) -> gpd.GeoDataFrame:
    """Return the streets whose boxes touch a tile."""
    west, south, east, north = tile.box
    low = np.floor((np.array([west, south]) - city.corner_m) / SPACING_M).astype(int) - 2
    high = np.floor((np.array([east, north]) - city.corner_m) / SPACING_M).astype(int) + 2
    last = city.crossings - 1
    span = [np.arange(max(a, 0), min(b, last) + 1) for a, b in zip(low, high, strict=True)]
    column, row = (grid.ravel() for grid in np.meshgrid(*span))
    along = [(column, row, side) for side in (EAST, NORTH)]
    frames = [_block_sides(city, tile, *one) for one in along]
    columns = {name: np.concatenate([f[name] for f in frames]) for name in frames[0]}
    order = np.argsort(columns[ROW], kind="stable")
    ordered = {name: values[order] for name, values in columns.items()}
    course = city.area.to_degrees(ordered.pop("course"))
    placed = shapely.transform(course, lambda xy: np.round(xy, 10))
    return gpd.GeoDataFrame(ordered, geometry=placed, crs=DEGREES)


def _block_sides(
    city: City, tile: Tile, column: Whole, row: Whole, side: int
) -> dict[str, NDArray[np.generic]]:
    """Return the sides of blocks that run east, or north, as columns."""
    last = city.crossings - 1
    there = column < last if side == EAST else row < last
    if side == NORTH:
        kept = (column % WHOLE_COLUMN == 0) | (city.tossed(column, row, 0) >= MISSING)
        river = row == city.crossings // 2
        there = there & np.where(river, column % BRIDGE == 0, kept)
    column, row = column[there], row[there]
    ends = [_crossing(city, column, row)]
    ends.append(_crossing(city, column + (side == EAST), row + (side == NORTH)))
    course = np.asarray(shapely.linestrings(np.stack(ends, axis=1)))
    near = touching(shapely.bounds(course), tile.box)
    column, row, course = column[near], row[near], course[near]
    node = row * city.crossings + column
    main = (row % 10 == 0) if side == EAST else (column % BRIDGE == 0)
    one_way = ~main & (city.tossed(column, row, 1 + side) < ONE_WAY)
    number = node * 2 + side
    return {
        ROW: number,
        "id": np.array([f"e{n}" for n in number], dtype=object),
        "from_node": node,
        "to_node": node + (1 if side == EAST else city.crossings),
        "length_mm": np.ceil(shapely.length(course) * 1000 - 1e-3).astype(np.int64),
        "kind": np.where(main, "primary", "residential").astype(object),
        "walk": np.zeros(len(node), dtype=np.int64),
        "drive": one_way.astype(np.int64),
        "course": course,
    }


def _crossing(city: City, column: Whole, row: Whole) -> NDArray[np.float64]:
    """Return where streets cross, to the millimetre, shape (n, 2)."""
    jitter = np.column_stack([city.tossed(column, row, what) for what in (3, 4)]) - 0.5
    place = city.corner_m + np.column_stack([column, row]) * SPACING_M + 2 * JITTER_M * jitter
    return np.asarray(np.round(place, 3))


def _places(city: City, at: int, number: int, what: int) -> NDArray[np.float64]:
    """Return places somewhere in a tile's part of the city, shape (n, 2)."""
    low, high = city.parts_m[at, :2], city.parts_m[at, 2:]
    own = city.dice(what, at).random((number, 2))
    return np.asarray(np.round(low + own * (high - low), 3))


def _points(city: City, xy_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return places as points in degrees."""
    return shapely.transform(
        city.area.to_degrees(np.asarray(shapely.points(xy_m))), lambda xy: np.round(xy, 8)
    )


def districts(city: City) -> tuple[list[str], NDArray[np.object_]]:
    """Return the districts: two by two, or four by four in a large city."""
    per = 4 if city.people > 400_000 else 2  # noqa: PLR2004 - said in the line above
    step = city.side_m / per
    ids, boxes = [], []
    for east in range(per):
        for north in range(per):
            west, south = city.corner_m + step * np.array([east, north])
            ids.append(f"d{east}{north}")
            boxes.append(shapely.box(west, south, west + step, south + step))
    return ids, city.area.to_degrees(np.array(boxes))


def _district(city: City, xy_m: NDArray[np.float64]) -> list[str]:
    ids = districts(city)[0]
    per = round(len(ids) ** 0.5)
    at = np.clip(((xy_m - city.corner_m) / city.side_m * per).astype(int), 0, per - 1)
    return [f"d{east}{north}" for east, north in at.tolist()]


def residents(city: City, at: int, first: int) -> gpd.GeoDataFrame:
    """Return the people of a tile; rows count from `first`."""
    tile, people = city.tiles[at], int(city.people_of[at])
    number = points_of(city, at)
    xy_m = _places(city, at, number, 5)
    weight = city.dice(6, at).integers(1, 10, number)
    columns = {
        ROW: np.arange(first, first + number),
        "id": [f"{tile.name}-{n}" for n in range(number)],
        "people": largest_remainder(weight, people),
        "district": _district(city, xy_m),
    }
    return gpd.GeoDataFrame(columns, geometry=list(_points(city, xy_m)), crs=DEGREES)


def points_of(city: City, at: int) -> int:
    """Return how many points the people of a tile are at."""
    return -(-int(city.people_of[at]) // city.wanted.per_point)


def facilities(city: City, per: int, what: int) -> gpd.GeoDataFrame:
    """Return schools or clinics, one for so many people, somewhere in each tile."""
    share = city.people_of / per
    number = np.floor(share + city.dice(what).random(len(share))).astype(int)
    number[int(city.people_of.argmax())] += not number.sum()
    places = [_places(city, at, n, what) for at, n in enumerate(number.tolist())]
    xy_m = np.concatenate(places)
    size = len(xy_m)
    columns = {
        ROW: np.arange(size),
        "id": [f"f{n}" for n in range(size)],
        "seats": city.dice(what, 1).integers(12, 33, size) * 25,
        "pupils": largest_remainder(np.ones(size), round(city.people * PUPILS)),
    }
    return gpd.GeoDataFrame(columns, geometry=list(_points(city, xy_m)), crs=DEGREES)


def write(wanted: Wanted, folder: Path) -> Iterator[str]:
    """Write a country, and yield each city that is done."""
    name = Text("Ойдан шығарылған ел", "Выдуманная страна", "Invented Country")
    spec = CountrySpec(id="invented-country", name=name, date=DAY)
    with whole_folder(folder) as draft:
        (draft / COUNTRY).write_text(country_toml(spec), encoding="utf-8")
        for city in cities(wanted):
            _write_city(city, draft)
            yield city.slug


def _write_city(city: City, folder: Path) -> None:
    """Write the declared files of a city, then its layers, one tile after another."""
    own = city_folder(folder, city.slug)
    for path, text in _declared(city):
        (own / path).parent.mkdir(parents=True, exist_ok=True)
        (own / path).write_text(text, encoding="utf-8")
    files = tuple(_files(city, folder))
    facts = StreetFacts(
        layer="streets",
        footpaths=False,
        one_way=True,
        leg_m_per_min=WALK_M_PER_MIN,
        # A little more than the speeds: an edge's time is rounded to a millisecond.
        fastest_walk_m_per_min=WALK_M_PER_MIN * 1.001,
        fastest_drive_m_per_min=max(DRIVE_M_PER_MIN.values()) * 1.001,
    )
    made = Partitions(tile_m=city.wanted.tile_m, files=files, streets=facts)
    (own / PARTITIONS).write_text(written_partitions(made), encoding="utf-8")


def _declared(city: City) -> Iterator[tuple[Path, str]]:
    """Yield path and text of each declared file of a city, and of its districts."""
    outlines = _outlines(city)
    yield Path("layers") / "districts.geojson", outlines
    values = {
        "number": f"{city.number + 1:03d}",
        "crs": city.area.metric_crs,
        "day": DAY.isoformat(),
        "year": DAY.year,
        "outlines": hashlib.sha256(outlines.encode()).hexdigest(),
    }
    for path in sorted(DECLARED.rglob("*.toml")):
        text = string.Template(path.read_text(encoding="utf-8")).substitute(values)
        yield path.relative_to(DECLARED), text


def _outlines(city: City) -> str:
    """Return the districts as GeoJSON, with names that say that they are invented."""
    features = []
    for at, (name, shape) in enumerate(zip(*districts(city), strict=True), start=1):
        ring = np.round(shapely.get_coordinates(shape), 8).tolist()
        properties = {
            "id": name,
            "name_kk": f"Ойдан шығарылған аудан {at}",
            "name_ru": f"Выдуманный район {at}",
            "name_en": f"Invented District {at}",
        }
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _files(city: City, folder: Path) -> Iterator[Partition]:
    """Write the layers of a city, and yield what was written."""

    def spec(name: str) -> LayerSpec:
        path = city_folder(folder, city.slug) / "layers" / f"{name}.toml"
        return read_spec(path, LayerSpec, id=name)

    for name, per, what in (("schools", PER_SCHOOL, 7), ("clinics", PER_CLINIC, 8)):
        yield write_rows(folder, city.slug, spec(name), facilities(city, per, what))
    people, roads = spec("people"), spec("streets")
    first = 0
    for at, tile in enumerate(city.tiles):
        if number := points_of(city, at):
            own = residents(city, at, first)
            yield write_rows(folder, city.slug, people, own, tile=tile.name)
            first += number
        found = streets(city, tile)
        if len(found):
            yield write_rows(folder, city.slug, roads, found, tile=tile.name)


def main() -> int:
    """Write a country as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("out", type=Path)
    usual = Wanted()
    parser.add_argument("--cities", type=int, default=usual.cities)
    parser.add_argument("--people", type=int, default=usual.people)
    parser.add_argument("--tile", type=float, default=usual.tile_m, dest="tile_m")
    parser.add_argument("--per-point", type=int, default=usual.per_point)
    parser.add_argument("--seed", type=int, default=usual.seed)
    asked = vars(parser.parse_args())
    out = asked.pop("out")
    done = sum(1 for _ in write(Wanted(**asked), out))
    print(f"{done} cities in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
