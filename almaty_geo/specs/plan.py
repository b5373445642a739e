"""The ground of a plan."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec
from almaty_geo.words import Text


class Detour(Spec):
    """How much longer the way is than the straight line, where no streets are at hand."""

    index: float = Field(ge=1)
    """Way by streets over straight line."""

    low: float = Field(ge=1)
    """Lower end of the interval; gives the higher share within reach."""

    high: float = Field(ge=1)
    """Upper end of the interval; gives the lower share within reach."""

    basis: Text
    """Where the figures come from."""

    confidence: Confidence
    """How sure they are."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.index <= self.high:
            raise ValueError(f"low {self.low} <= index {self.index} <= high {self.high} is not so")
        return self


class Calibration(Spec):
    """Layers that hold straight lines against ways by streets."""

    directness: Slug
    """Points with ``index`` (way over straight line around them) and ``compared``."""

    compared: Slug
    """Table of people within reach by ``theme`` and ``area``: ``people``, ``within_detour``,
    ``within_streets``."""


class Sites(Spec):
    """Themes whose next sites maps and reports show."""

    themes: tuple[Slug, ...] = ()
    """The themes; each needs a norm for reach."""

    count: int = Field(default=5, ge=1)
    """How many sites."""


class ThemeWords(Spec):
    """How sentences name a theme."""

    title: Text
    """Heading, such as "Schools"."""

    nearest: Text
    """What distance is measured to: "a state school"; ru in the genitive, kk in the ablative."""


class PlanSpec(Spec):
    """The ground of a plan (``plan.toml``)."""

    id: Slug
    """Short name; output files bear it."""

    name: Text
    """Name of the place."""

    date: date
    """The day the plan speaks of; results carry it, and no clock is asked."""

    metric_crs: str = Field(pattern=r"^[A-Z]+:\d+$")
    """Plane in which distances are true; its unit is the metre."""

    areas: Slug
    """Layer of role "area" that bounds the place and that results are split by."""

    demand: Slug
    """Layer of role "demand": where people live."""

    margin_m: float = Field(default=15_000, ge=0)
    """How far beyond the areas data may lie."""

    scenario: Slug
    """Scenario that answers when none is named."""

    barriers: tuple[Slug, ...] = ()
    """Layers of lines that may lie between people and what is near them by air."""

    detour: Detour
    """Way over straight line."""

    calibration: Calibration | None = None
    """What the detour index rests on; None where it is a bare assumption."""

    sites: Sites = Sites()
    """Which next sites are shown."""

    themes: dict[Slug, ThemeWords] = Field(default_factory=dict)
    """Words for themes, in the order in which maps and reports show them."""
