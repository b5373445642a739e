"""
How a country lies in a folder, so that a worker reads what it needs and no more.

::

    country.toml                                  name, date
    cities/<city>/plan.toml, layers/…, maps/…     the plan of each city, without its large layers
    cities/<city>/partitions.json                 its files, each with rows and digest; its streets
    demand/layer=<id>/city=<city>/tile=<x>_<y>/part-0.parquet
    network/layer=<id>/city=<city>/tile=<x>_<y>/part-0.parquet
    facility/layer=<id>/city=<city>/part-0.parquet

All are GeoParquet in degrees, in Hive partitions. A tile is a square of the city's metric plane,
counted from its origin; ``tile=none`` holds what has no place. A street lies in each tile that its
box touches; the column ``row`` says where a row stood in its layer, so that doubles are known and
the order can be had back.
"""

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from almaty_geo.errors import SpecError
from almaty_geo.specs import LayerSpec, Spec, build
from almaty_geo.specs.base import Slug
from almaty_geo.tiling.halo import Box, touching
from almaty_geo.words import Text

COUNTRY = "country.toml"
PARTITIONS = "partitions.json"
CITIES = "cities"
ROW = "row"
"""Column that says where a row stood in its layer."""

NOWHERE = "none"
"""The tile of what has no place."""

TILE_M = 4000.0
"""Side of a tile, unless another is asked for."""

LEAST_M, MOST_M = 100.0, 1_000_000.0
"""Smallest and largest side of a tile."""


class CountrySpec(Spec):
    """What a country is called (``country.toml``)."""

    id: Slug
    """Short name; output files bear it."""

    name: Text
    """Name of the country."""

    date: date
    """The day that results bear."""


class Partition(Spec):
    """One file of a layer."""

    layer: Slug
    """Layer whose rows it holds."""

    tile: str = Field(default="", pattern=r"^(|none|-?\d{1,7}_-?\d{1,7})$")
    """Tile that it is about; empty for a layer that is not cut."""

    rows: int = Field(ge=0)
    """How many rows it holds."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Digest of the file."""


class StreetFacts(Spec):
    """What only the whole of a city's streets shows."""

    layer: Slug
    """Layer of the streets."""

    footpaths: bool
    """Whether footpaths are shown all over."""

    one_way: bool
    """Whether it is known which streets are one-way."""

    leg_m_per_min: float = Field(gt=0)
    """How fast people walk between a place and its street."""

    fastest_walk_m_per_min: float = Field(gt=0)
    """Fastest that anybody gets along on foot."""

    fastest_drive_m_per_min: float | None = Field(default=None, gt=0)
    """Fastest by car; None where no speed is declared."""


class Partitions(Spec):
    """The files of one city (``partitions.json``)."""

    tile_m: float = Field(gt=0)
    """Side of its tiles."""

    files: tuple[Partition, ...]
    """Every file, sorted by layer and tile."""

    streets: StreetFacts | None = None
    """Of its streets; None where it has none."""

    def of(self, layer: str) -> tuple[Partition, ...]:
        """Return the files of one layer."""
        return tuple(one for one in self.files if one.layer == layer)

    @property
    def layers(self) -> frozenset[str]:
        """Layers that lie in files of their own."""
        return frozenset(one.layer for one in self.files)


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of a city's plane."""

    column: int
    """Squares east of the origin."""

    row: int
    """Squares north of the origin."""

    size_m: float
    """Side."""

    @property
    def name(self) -> str:
        """What folders call it."""
        return f"{self.column}_{self.row}"

    @property
    def box(self) -> Box:
        """West, south, east, north in metres."""
        west, south = self.column * self.size_m, self.row * self.size_m
        return west, south, west + self.size_m, south + self.size_m


def tile_named(name: str, size_m: float) -> Tile:
    """Return the tile that a folder is about."""
    column, row = name.split("_")
    return Tile(int(column), int(row), size_m)


def tiles_of(xy_m: NDArray[np.float64], size_m: float) -> NDArray[np.object_]:
    """
    Return the name of the tile of each place, shape (n,).

    Examples
    --------
    >>> tiles_of(np.array([[4100.0, -1.0], [4000.0, 0.0], [np.nan, np.nan]]), 4000.0).tolist()
    ['1_-1', '1_0', 'none']
    """
    found = np.full(len(xy_m), NOWHERE, dtype=object)
    has = np.isfinite(xy_m).all(axis=1)
    at = np.floor(xy_m[has] / size_m).astype(np.int64)
    found[has] = [f"{column}_{row}" for column, row in at.tolist()]
    return found


def tiles_under(bounds_m: NDArray[np.float64], size_m: float) -> dict[str, list[int]]:
    """Return the boxes, shape (n, 4), that touch each tile, by the tile's name."""
    found: dict[str, list[int]] = {}
    first = np.floor(bounds_m[:, :2] / size_m).astype(np.int64)
    last = np.floor(bounds_m[:, 2:] / size_m).astype(np.int64)
    for at, ((west, south), (east, north)) in enumerate(
        zip(first.tolist(), last.tolist(), strict=True)
    ):
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                found.setdefault(f"{column}_{row}", []).append(at)
    return found


def touched(files: tuple[Partition, ...], box: Box, size_m: float) -> tuple[Partition, ...]:
    """Return the files whose tiles touch a box."""
    placed = [one for one in files if one.tile != NOWHERE]
    if not placed:
        return ()
    boxes = np.array([tile_named(one.tile, size_m).box for one in placed])
    return tuple(placed[at] for at in np.flatnonzero(touching(boxes, box)).tolist())


def path_of(folder: Path, city: str, spec: LayerSpec, partition: Partition) -> Path:
    """Return where a file of a city lies."""
    place = folder / spec.role / f"layer={spec.id}" / f"city={city}"
    return (place / f"tile={partition.tile}" if partition.tile else place) / "part-0.parquet"


def city_folder(folder: Path, city: str) -> Path:
    """Return where the plan of a city lies."""
    return folder / CITIES / city


def read_partitions(folder: Path, city: str) -> Partitions:
    """
    Return what files a city has.

    Raises
    ------
    SpecError
        If ``partitions.json`` is missing or is not what it should be.
    """
    path = city_folder(folder, city) / PARTITIONS
    where = f"{CITIES}/{city}/{PARTITIONS}"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError(f"{where}: not found; `almaty-geo pack` writes it.") from None
    except (OSError, ValueError) as error:
        raise SpecError(f"{where}: {error}.") from error
    if not isinstance(raw, dict):
        raise SpecError(f"{where}: is no object.")
    return build(Partitions, raw, where)


def written_partitions(partitions: Partitions) -> str:
    """Return ``partitions.json`` as text, the same for the same files."""
    raw = partitions.model_dump(mode="json")
    raw["files"].sort(key=lambda one: (one["layer"], one["tile"]))
    return json.dumps(raw, ensure_ascii=False, indent=1) + "\n"


def checked_tile_m(tile_m: float) -> float:
    """Return the side of a tile; SpecError if it is none."""
    if not (math.isfinite(tile_m) and LEAST_M <= tile_m <= MOST_M):
        raise SpecError(f"Tile of {tile_m:g} m: from {LEAST_M:g} m to {MOST_M:g} m was expected.")
    return tile_m
