"""The ground of a plan, and what its maps show."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec
from almaty_geo.words import Text

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


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


class Style(Spec):
    """How a map draws a layer."""

    layer: Slug
    """The layer."""

    group: Literal["base", "people", "facilities", "network"] = "facilities"
    """Where the layer control lists it."""

    colour: Colour = "#0b5a8a"
    """Line or fill."""

    width_px: float = Field(default=1.5, gt=0)
    """Line width."""

    dash: str = Field(default="", pattern=r"^[0-9 ]*$")
    """Dash pattern in pixels, as in SVG; empty for a whole line."""

    shape: Literal["circle", "diamond", "square", "ring"] = "circle"
    """Sign of a point."""

    radius_px: float = Field(default=4, gt=0)
    """Size of a point; the largest one where capacity sizes it."""

    show: bool = True
    """Whether the layer is on where no section asks for others."""

    always: bool = False
    """Whether the layer belongs to the base of every section."""


class Tab(Spec):
    """Sections that a map keeps under one tab."""

    title: Text
    """What the tab says."""

    sections: tuple[str, ...] = Field(min_length=1)
    """Sections in order; those that the plan does not have are passed over."""


class MapSpec(Spec):
    """What a map shows (``maps/<id>.toml``)."""

    id: Slug
    """File stem."""

    title: Text
    """Heading."""

    sections: tuple[str, ...] = ()
    """Sections in order; those that are not named follow; empty for all in the plan's order."""

    only: bool = False
    """Whether sections that are not named stay out."""

    tabs: tuple[Tab, ...] = ()
    """Sections under one tab; one that no tab names joins the tab of its theme, or has its own."""

    layers: tuple[Style, ...]
    """Layers, bottom first; a facility layer that is not named is drawn in a default style."""
