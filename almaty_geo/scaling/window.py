"""A city of a country, whole or seen through the window of one tile: a plan like any other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.errors import UsageError
from almaty_geo.places import Demand
from almaty_geo.plan import Plan
from almaty_geo.scaling.files import read_rows
from almaty_geo.scaling.layout import (
    NOWHERE,
    Partitions,
    city_folder,
    read_partitions,
    tile_named,
    touched,
)
from almaty_geo.specs import LayerSpec, Scenario
from almaty_geo.streets import Network, network_from_layer
from almaty_geo.tiling.halo import Box, bounds_of, cut, grown_m, halo_m
from almaty_geo.travel import Asked, ByStreets, Reach, Travel
from almaty_geo.travel.streets import CAP_M


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a city is seen."""

    tile: str
    """Name of the tile whose people are asked about; "none" for those without a place."""

    halo_m: float
    """How far around it facilities and ways are seen."""

    def ground(self, size_m: float, more_m: float = 0.0) -> Box | None:
        """Return the box of tile and halo, grown; None where there is no place."""
        if self.tile == NOWHERE:
            return None
        return grown_m(tile_named(self.tile, size_m).box, self.halo_m + more_m)


class CityLayers(Catalogue):
    """
    Layers of a city; those that lie in files of their own are read from there.

    Parameters
    ----------
    plan
        The city.
    whole
        Layers of the whole city, for what a window does not cut; None for the whole itself.
    """

    def __init__(self, plan: "CityPlan", whole: "CityLayers | None" = None) -> None:
        self.folder, self.area = plan.folder / "layers", plan.area
        self.specs: Mapping[str, LayerSpec] = plan.specs.specs
        self._loaded: dict[str, Layer] = {}
        self._plan = plan
        self._whole = whole

    def _load(self, spec: LayerSpec) -> Layer:
        plan = self._plan
        files = plan.partitions.of(spec.id)
        if self._whole is not None and plan.window is not None:
            if spec.id == plan.spec.demand:
                own = tuple(one for one in files if one.tile == plan.window.tile)
                return read_rows(plan.country, plan.city, spec, own)
            if spec.routable and files:
                box = plan.window.ground(plan.partitions.tile_m, CAP_M)
                own = () if box is None else touched(files, box, plan.partitions.tile_m)
                return read_rows(plan.country, plan.city, spec, own)
            return self._whole[spec.id]
        return read_rows(plan.country, plan.city, spec, files) if files else super()._load(spec)


class CityPlan(Plan):
    """
    The plan of one city of a country.

    Parameters
    ----------
    country
        Where the country lies.
    city
        Slug of the city.

    Raises
    ------
    SpecError
        If a declared file says something it may not say.
    """

    def __init__(self, country: Path, city: str) -> None:
        super().__init__(city_folder(country, city))
        self.country = country
        self.city = city
        self.partitions: Partitions = read_partitions(country, city)
        self.window: Window | None = None
        self._within: CityPlan | None = None

    def through(self, window: Window) -> "CityPlan":
        """Return the city as one worker sees it: a tile's people, and what is around them."""
        seen = object.__new__(CityPlan)
        for name, value in vars(self).items():
            # What is declared is the same; what was made of layers is made anew.
            if not isinstance(getattr(CityPlan, name, None), cached_property):
                vars(seen)[name] = {} if name[0] == "_" and isinstance(value, dict) else value
        vars(seen)["area"] = self.area
        seen.window = window
        seen._within = self
        return seen

    @cached_property
    def layers(self) -> Catalogue:
        """Every layer, by id; people and streets as far as the window shows them."""
        within = None if self._within is None else self._within.layers
        return CityLayers(self, within if isinstance(within, CityLayers) else None)

    @cached_property
    def network(self) -> Network | None:
        """The city's streets, as far as the window shows them."""
        facts = self.partitions.streets
        if facts is None:
            return None
        layer = self.layers[facts.layer]
        if not len(layer):
            return _nowhere(layer)
        found = network_from_layer(layer, self.area, self.speeds)
        whole = replace(found, footpaths=facts.footpaths, one_way=facts.one_way)
        if self.window is None:
            return whole
        box = self.window.ground(self.partitions.tile_m, CAP_M)
        return whole if box is None else cut(whole, bounds_of(whole), box)

    def people(self, scenario: Scenario | None = None) -> Demand:
        """Return the people of a scenario, as far as the window shows them."""
        if self.window is not None and scenario is not None and scenario.population is not None:
            raise UsageError(
                f"Scenario {scenario.id!r} scales the people of a whole city, which no tile "
                "knows: ask the cities as a folder of plans."
            )
        return super().people(scenario)

    def halo_m(self, reach: Reach, basis: Asked | None = None) -> float:
        """Return how far by air a place within reach may lie in this city."""
        facts = self.partitions.streets
        if basis in {"detour", "local"} or facts is None:
            return halo_m(reach)
        fastest = (
            facts.fastest_walk_m_per_min if reach.mode == "walk" else facts.fastest_drive_m_per_min
        )
        if reach.unit == "min" and fastest is None:
            raise UsageError(f"The plan declares no speed for the mode {reach.mode!r}.")
        return halo_m(reach, fastest_m_per_min=fastest)

    def _travel(self, basis: Asked | None) -> Travel:
        found = super()._travel(basis)
        facts = self.partitions.streets
        if isinstance(found, ByStreets) and facts is not None:
            # Islands were closed when the country was written: a tile does not show them.
            return ByStreets(found.network, island_m=0.0, leg_m_per_min=facts.leg_m_per_min)
        return found


def _nowhere(layer: Layer) -> Network:
    """Return streets where there are none."""
    none, names = np.empty(0), np.empty(0, dtype=object)
    return Network(
        layer=layer.id,
        node_xy_m=np.empty((0, 2)),
        ends=np.empty((0, 2), dtype=np.int32),
        length_mm=none.astype(np.int64),
        course=names,
        kind=names,
        name=names,
        walk=none.astype(np.int8),
        drive=none.astype(np.int8),
        walk_m_per_min=none,
        drive_m_per_min=none,
        component=none.astype(np.int32),
        footpaths=False,
        one_way=False,
        confidence=layer.spec.source[0].confidence,
    )
