"""A folder of plans as one country in partitions: one city at a time in memory."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.errors import OutputError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.scaling.files import write_rows
from almaty_geo.scaling.layout import (
    COUNTRY,
    PARTITIONS,
    ROW,
    TILE_M,
    Partition,
    Partitions,
    StreetFacts,
    checked_tile_m,
    city_folder,
    tiles_of,
    tiles_under,
    written_partitions,
)
from almaty_geo.scaling.naming import country_toml, of_city, plans_in, specs_of, told
from almaty_geo.specs import Mode
from almaty_geo.staging import whole_folder
from almaty_geo.streets import Network
from almaty_geo.tiling.halo import bounds_of, fastest_m_per_min, settled
from almaty_geo.travel.streets import CAP_M, ISLAND_M, ByStreets


def pack(
    plans: Path,
    out: Path,
    *,
    tile_m: float = TILE_M,
    progress: Callable[[str], None] | None = None,
) -> tuple[str, ...]:
    """
    Write a folder of plans as a country in partitions.

    Parameters
    ----------
    plans
        Folder whose folders are plans, one a city; ``country.toml`` in it says what it is called.
    out
        Folder that the country becomes; what was there before goes.
    tile_m
        Side of a tile in metres.
    progress
        Told each city that is done.

    Returns
    -------
    cities
        Their slugs, sorted.

    Raises
    ------
    SpecError, DataError
        If a plan is not what it declares; nothing is written then.
    UsageError
        If there is no plan in the folder, or the country would lie in it.
    OutputError
        If it cannot be written; what was there before is still there.
    """
    side = checked_tile_m(tile_m)
    found = plans_in(plans)
    if not found:
        raise UsageError(f"{plans}: none of its folders is a plan.")
    if out.resolve().is_relative_to(plans.resolve()):
        raise UsageError(f"{out} lies in the folder of plans; name another place.")
    with whole_folder(out) as draft:
        spec = told(plans, specs_of(found))
        (draft / COUNTRY).write_text(country_toml(spec), encoding="utf-8")
        for city, path in found.items():
            with of_city(city):
                pack_city(Plan(path), city, draft, tile_m=side)
            if progress is not None:
                progress(city)
    return tuple(found)


def pack_city(plan: Plan, city: str, folder: Path, *, tile_m: float) -> Partitions:
    """
    Write one city.

    Parameters
    ----------
    plan
        Its plan, whole.
    city
        Its slug.
    folder
        Where the country lies.
    tile_m
        Side of a tile in metres.

    Returns
    -------
    partitions
        What was written, as ``partitions.json`` says.
    """
    files = [*_people(plan, city, folder, tile_m), *_facilities(plan, city, folder)]
    facts = None
    if plan.network is not None:
        travel = ByStreets(plan.network)
        streets = settled(plan.network, cap_m=CAP_M, island_m=ISLAND_M)
        files += _streets(plan, streets, city, folder, tile_m)
        facts = street_facts(streets, travel.walking_m_per_min)
    made = Partitions(tile_m=tile_m, files=tuple(files), streets=facts)
    _copy(plan, city_folder(folder, city), made)
    return made


def street_facts(network: Network, leg_m_per_min: float) -> StreetFacts:
    """Return what only the whole of a city's settled streets shows."""

    def fastest(mode: Mode) -> float | None:
        speed = network.walk_m_per_min if mode == "walk" else network.drive_m_per_min
        if np.isnan(speed).any():
            return None
        return fastest_m_per_min(network, mode=mode, leg_m_per_min=leg_m_per_min)

    return StreetFacts(
        layer=network.layer,
        footpaths=network.footpaths,
        one_way=network.one_way,
        leg_m_per_min=leg_m_per_min,
        fastest_walk_m_per_min=fastest("walk") or leg_m_per_min,
        fastest_drive_m_per_min=fastest("drive"),
    )


def numbered(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows with the column that says where they stood."""
    return frame.assign(**{ROW: np.arange(len(frame), dtype=np.int64)})


def _people(plan: Plan, city: str, folder: Path, tile_m: float) -> Iterator[Partition]:
    """Write people, tile by tile."""
    layer = plan.layers[plan.spec.demand]
    tile = tiles_of(plan.area.xy_m(layer.frame.geometry.to_numpy()), tile_m)
    rows = numbered(layer.frame)
    for name in sorted(set(tile.tolist())):
        yield write_rows(folder, city, layer.spec, rows[tile == name], tile=name)


def _facilities(plan: Plan, city: str, folder: Path) -> Iterator[Partition]:
    """Write what each theme offers, each layer whole."""
    for name in plan.layers.with_role("facility"):
        layer = plan.layers[name]
        if layer.spec.geometry != "none":
            yield write_rows(folder, city, layer.spec, numbered(layer.frame))


def _streets(
    plan: Plan, network: Network, city: str, folder: Path, tile_m: float
) -> Iterator[Partition]:
    """Write streets, each in every tile that its box touches."""
    layer: Layer = plan.layers[network.layer]
    codes = {"walk": network.walk.astype(np.int64), "drive": network.drive.astype(np.int64)}
    rows = numbered(layer.frame).assign(**codes)
    for name, at in sorted(tiles_under(bounds_of(network), tile_m).items()):
        yield write_rows(folder, city, layer.spec, rows.iloc[at], tile=name)


def _copy(plan: Plan, folder: Path, made: Partitions) -> None:
    """Copy all of a plan but the layers that lie in files of their own."""
    apart: Sequence[str] = [plan.specs.spec(name).file for name in made.layers]
    left = {plan.folder / "layers" / name for name in apart}
    try:
        for path in plan.files():
            if path not in left:
                target = folder / path.relative_to(plan.folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        (folder / PARTITIONS).write_text(written_partitions(made), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}).") from error
