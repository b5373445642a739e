"""What a plan declares of its water supply."""

from typing import Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec, Word
from almaty_geo.words import Text


class Factor(Spec):
    """A figure that multiplies others, with its interval."""

    value: float = Field(gt=0)
    """How much."""

    low: float = Field(gt=0)
    """Lower end."""

    high: float = Field(gt=0)
    """Upper end."""

    basis: Text
    """Where it comes from."""

    confidence: Confidence
    """How sure it is."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"low {self.low} <= value {self.value} <= high {self.high} is not so")
        return self


class Pledge(Spec):
    """People that a programme speaks of; they are not added to those of its parts."""

    people: int = Field(gt=0)
    """How many."""

    sources: tuple[str, ...]
    """Rows of the layer of sources that the programme counts."""

    note: Text
    """Why they are not added up."""


class Pipes(Spec):
    """How the pipes between an intake and people are reckoned."""

    off_street_m: float = Field(gt=0, allow_inf_nan=False)
    """Farthest that an intake may lie off the street that its main joins."""

    lift_way_m: float = Field(ge=0, allow_inf_nan=False)
    """Metres of way that a metre of lift weighs as much as, where heights are given."""

    basis: Text
    """Where the weight comes from."""

    confidence: Confidence
    """How sure it is."""


class WaterZones(Spec):
    """What the protection zones of intakes are held against."""

    exclusion: Slug
    """Declared exclusion that says how wide the zones are."""

    facilities: tuple[Slug, ...] = ()
    """Layers of things that should not be built in a zone."""


class FreeHead(Spec):
    """The head that must be left where a pipe enters a building."""

    one_storey_m: float = Field(gt=0, allow_inf_nan=False)
    """Metres of water above the ground, for a building of one storey."""

    each_storey_m: float = Field(ge=0, allow_inf_nan=False)
    """Metres more for each further storey."""

    storeys: int = Field(ge=1, le=100)
    """Storeys that are reckoned with where nobody says."""

    near_m: float = Field(gt=0, allow_inf_nan=False)
    """Farthest that a node of a model may be for its pressure to stand for people."""

    basis: Text
    """The document it comes from."""

    confidence: Confidence
    """How sure it is."""

    def metres(self, storeys: int) -> float:
        """Return the head that so many storeys need."""
        return self.one_storey_m + self.each_storey_m * (storeys - 1)


class NewIntakes(Spec):
    """Intakes that nobody has placed yet (``layers/water/scenarios/<id>.toml``)."""

    id: Slug
    """File stem."""

    title: Text
    """What a reader calls the scenario."""

    people: int = Field(gt=0)
    """People that all of them together are to serve."""

    areas: tuple[Slug, ...] = Field(min_length=1)
    """Areas that get one intake each, with equal shares of the people."""

    places: dict[Slug, tuple[float, float]] = Field(default_factory=dict)
    """Longitude and latitude by area, where a place is to be tried instead of the rule's."""

    stands_for: tuple[Slug, ...] = ()
    """Rows of the layer of sources that these intakes would be."""

    basis: Text
    """Where the figures come from."""

    confidence: Confidence
    """How sure they are."""

    @model_validator(mode="after")
    def _areas_are_told_apart(self) -> Self:
        if len(set(self.areas)) < len(self.areas):
            raise ValueError("an area is named twice")
        if strange := set(self.places) - set(self.areas):
            raise ValueError(f"{min(strange)!r} has a place and is none of the areas")
        if self.people < len(self.areas):
            raise ValueError("there are fewer people than areas")
        return self


class WaterSupply(Spec):
    """Where the figures of a water balance stand (``layers/water/supply.toml``)."""

    sources: Slug
    """Layer of water sources, with ``capacity_m3_day``, ``people_served``, ``state``, ``opens``."""

    series: Slug
    """Table of the place's figures by date, with ``series``, ``date`` and ``value``."""

    use: tuple[Word, ...] = Field(min_length=1)
    """Series of what is used, m³ a day; where they disagree, the first is the main one."""

    capacity: Word | None = None
    """Series of the published capacity of all sources, m³ a day."""

    population: Word
    """Series of residents."""

    forecast: Word | None = None
    """Series of residents to come."""

    without: Word | None = None
    """Series of people without central water."""

    without_areas: tuple[Slug, ...] = ()
    """Areas that the figure without central water speaks of."""

    places: Slug | None = None
    """Layer of named places, with what is known of their water (``water_kk`` and so on)."""

    peak_day: Factor
    """Use on the day of most use over the average day's."""

    pledges: tuple[Pledge, ...] = ()
    """People that programmes speak of."""

    pipes: Pipes | None = None
    """How pipes are reckoned; without it nobody is held against a source by place."""

    zones: WaterZones | None = None
    """What protection zones are held against."""

    free_head: FreeHead | None = None
    """What pressures of a hydraulic model are held to."""
