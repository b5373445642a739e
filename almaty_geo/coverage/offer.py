"""A theme with all that its section is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.coverage.detail import Detail
from almaty_geo.coverage.measure import Coverage, median_way
from almaty_geo.coverage.naming import Streets
from almaty_geo.coverage.percapita import norm_per_1000
from almaty_geo.names import Name
from almaty_geo.places import membership
from almaty_geo.sections import CITY
from almaty_geo.specs import NormValue, Scenario, ThemeWords
from almaty_geo.words import Text, same, say

SPOT_DECIMALS = 5
"""Decimals of a degree for the centre of a cluster: about a metre."""


@dataclass(frozen=True, slots=True)
class AreaLine:
    """The figures of one area."""

    area: str
    """Its id, "outside" for people outside every area, or `CITY`."""

    people: int
    """Who live there."""

    within: int
    """Who of them are within reach."""

    share: float | None
    """Within over people, 0 to 1; None where nobody lives."""

    low: float | None
    """The share if ways are as long as they may be."""

    high: float | None
    """The share if ways are as short as they may be."""

    median: float | None
    """Way that half of the people do not exceed, in the reach's unit; None where there is none."""

    facilities: int
    """How many are open there."""

    capacity: int
    """How many those can take, as far as known."""

    unknown: int
    """How many of them have no known capacity."""

    @property
    def out(self) -> int:
        """People out of reach."""
        return self.people - self.within


@dataclass(frozen=True, eq=False)
class Offer:
    """A theme with all that its section needs; the coverage is reckoned already."""

    words: ThemeWords
    """How sentences name the theme."""

    scenario: Scenario
    """Which facilities are open."""

    coverage: Coverage
    """Who is within reach; where the theme has no norm, the reach only draws bands."""

    layers: tuple[Layer, ...]
    """Layers of facilities."""

    demand: Layer
    """Layer of people."""

    areas: Layer
    """Layer of areas that the answer is split by."""

    provision: NormValue | None = None
    """How much for how many people, if there is a norm for it."""

    other: tuple[Scenario, Coverage] | None = None
    """Another scenario that opens more of the theme, to tell what it changes."""

    asked: bool = False
    """Whether somebody asked for the reach; else it is a norm's, or only draws bands."""

    ground: StudyArea | None = None
    """Gives degrees to clusters of people out of reach; None to leave them out."""

    streets: Streets | None = None
    """Names of the spots where they live."""

    errors: Mapping[str, tuple[float | None, float | None]] | None = None
    """Share within reach of each area and the city by detour and by streets, where the plan has
    compared them; shown where ways do not follow streets."""

    @property
    def held(self) -> bool:
        """Whether people are held to a reach: a norm, or one that was asked for."""
        return self.asked or self.coverage.norm is not None

    @cached_property
    def lines(self) -> tuple[AreaLine, ...]:
        """The figures of each area, of people outside all if there are any, and of the city."""
        cov = self.coverage
        number, capacity, unknown = self._facilities_by_area()
        medians = median_way(cov.nearest, cov.demand.people, cov.areas[self.areas.id])
        split = cov.by(self.areas.id)
        lines = [
            AreaLine(
                area=str(area),
                people=int(row["people"]),
                within=int(row["within_reach"]),
                share=_known(row["share"]),
                low=_known(row["low"]),
                high=_known(row["high"]),
                median=_known(medians[position]) if position < len(self.areas) else None,
                facilities=int(number[position]),
                capacity=int(capacity[position]),
                unknown=int(unknown[position]),
            )
            for position, (area, row) in enumerate(
                zip(split.index, split.to_dict("records"), strict=True)
            )
        ]
        whole = AreaLine(
            area=CITY,
            people=cov.people,
            within=cov.within_reach,
            share=cov.share,
            low=cov.low,
            high=cov.high,
            median=_known(medians[-1]),
            facilities=int(number.sum()),
            capacity=int(capacity.sum()),
            unknown=int(unknown.sum()),
        )
        return (*lines, whole)

    @property
    def city(self) -> AreaLine:
        """The figures of the whole place."""
        return self.lines[-1]

    @cached_property
    def detail(self) -> Detail:
        """All that there is to say beyond who is within reach."""
        return Detail(self.coverage, self.areas.id)

    @cached_property
    def spots(self) -> tuple[tuple[tuple[float, float], Name | None], ...]:
        """Longitude, latitude and name of each cluster of people out of reach."""
        found = self.detail.clusters
        if self.ground is None or not found:
            return ()
        xy_m = np.array([one.xy_m for one in found])
        places = self.ground.to_degrees([shapely.Point(xy) for xy in xy_m])
        named = self.streets.nearest(xy_m) if self.streets else (None,) * len(found)
        degrees = np.round(shapely.get_coordinates(places), SPOT_DECIMALS).tolist()
        return tuple(((lon, lat), name) for (lon, lat), name in zip(degrees, named, strict=True))

    @property
    def capacity_unit(self) -> str:
        """What capacity is counted in, as its column says; empty where none does."""
        units = (
            layer.spec.columns[layer.spec.capacity].unit
            for layer in self.layers
            if layer.spec.capacity is not None
        )
        return next((unit for unit in units if unit), "")

    @property
    def norm_per_1000(self) -> float | None:
        """What the norm for provision asks for 1,000 residents, counted as capacity is."""
        return norm_per_1000(self.provision, self.capacity_unit)

    def gain(self, line: AreaLine) -> int | None:
        """Return how many more the other scenario brings within reach; None if it is nobody."""
        if self.other is None or not self.held:
            return None
        after = self.other[1]
        if after.within_reach == self.coverage.within_reach:
            return None
        if line.area == CITY:
            return after.within_reach - line.within
        position = [one.area for one in self.lines].index(line.area)
        return int(after.by(self.areas.id)["within_reach"].iloc[position]) - line.within

    def _facilities_by_area(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return open facilities, their known capacity, and how many have none known, by area."""
        size = len(self.areas) + 1
        number, capacity, unknown = np.zeros((3, size), dtype=np.int64)
        for layer in self.layers:
            rows = self.coverage.facilities.rows[layer.id]
            member = membership(layer, self.areas)
            number += member.sums(rows.astype(np.int64))
            if layer.spec.capacity is not None:
                held = layer.frame[layer.spec.capacity].to_numpy(dtype=float, na_value=np.nan)
                known = np.where(rows, np.nan_to_num(held), 0).round().astype(np.int64)
                capacity += member.sums(known)
                unknown += member.sums((rows & np.isnan(held)).astype(np.int64))
        return number, capacity, unknown

    @property
    def counted(self) -> bool:
        """Whether any layer says how many its facilities can take."""
        return any(layer.spec.capacity for layer in self.layers)

    @property
    def capacity_title(self) -> Text:
        """What capacity is called: the title of its column."""
        for layer in self.layers:
            if layer.spec.capacity is not None:
                return layer.spec.columns[layer.spec.capacity].title or same(layer.spec.capacity)
        return say("Capacity")


def _known(value: float) -> float | None:
    """Return a number, or None for NaN and infinity."""
    return float(value) if np.isfinite(value) else None
