"""What a map shows and how: its layers, their looks, where it opens, and tiles from a network."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from almaty_geo.specs.base import Slug, Spec
from almaty_geo.words import LANGUAGES, Text

EAST, NORTH = 180, 85
"""Where the maps of the web end, in degrees."""

PLACES_OF_A_TILE = ("{z}", "{x}", "{y}")
"""What an address of tiles must have, each once: zoom, column and row."""

_PLAIN_ADDRESS = re.compile(
    r"(https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)/(?:[A-Za-z0-9._~/?=&%+:@,-]|\{[zxy]\})*"
)


def _as_colour(written: str) -> str:
    if re.fullmatch("#[0-9a-f]{6}", written) is None:
        raise ValueError("a colour is # and six of 0-9 and a-f, such as #0b5a8a")
    return written


def _as_dash(written: str) -> str:
    if re.fullmatch(r"(\d+( \d+)*)?", written) is None or written == "0":
        raise ValueError("a dash is lengths in pixels with a space between, such as '6 3'")
    return written


def _as_tiles(address: str) -> str:
    for place in PLACES_OF_A_TILE:
        if address.count(place) != 1:
            raise ValueError(f"an address of tiles has {place} once")
    if _PLAIN_ADDRESS.fullmatch(address) is None:
        raise ValueError(
            "an address of tiles begins with https:// and one host, and has no signs but "
            "letters, digits and . _ ~ / ? = & % + : @ , - beside {z}, {x} and {y}"
        )
    return address


Colour = Annotated[str, AfterValidator(_as_colour)]
Degrees = tuple[float, float, float, float]


class Style(Spec):
    """How a map draws a layer."""

    layer: Slug
    """The layer."""

    title: Text | None = None
    """What legend and layer list call it; its sidecar's title where none is given."""

    group: Literal["base", "people", "facilities", "network"] = "facilities"
    """Where the layer control lists it."""

    colour: Colour = "#0b5a8a"
    """Line or fill."""

    by: str = ""
    """Column that colours the features, in groups of words or steps of an amount; empty for one
    colour."""

    width_px: float = Field(default=1.5, gt=0, le=20)
    """Line width."""

    dash: Annotated[str, AfterValidator(_as_dash)] = ""
    """Dash pattern in pixels, as in SVG; empty for a whole line."""

    shape: Literal["circle", "diamond", "square", "ring"] = "circle"
    """Sign of a point."""

    radius_px: float = Field(default=4, gt=0, le=60)
    """Size of a point; the largest one where capacity sizes it."""

    labels: bool = False
    """Whether names are written on the map where there is room."""

    legend: bool = True
    """Whether the legend has the layer."""

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


class Tiles(Spec):
    """Pictures of a map from a network, beneath everything; a page does without them as well."""

    address: Annotated[str, AfterValidator(_as_tiles)]
    """Where a tile is, such as ``https://tiles.example.org/{z}/{x}/{y}.png``."""

    attribution: Text
    """Whose they are; on the map while they are shown."""

    title: Text | None = None
    """What the layer list calls them."""

    deepest_zoom: int = Field(default=18, ge=0, le=22)
    """Closest zoom that there are tiles for; beyond it they are drawn larger."""

    show: bool = False
    """Whether they are on when the page opens, so that it asks the network at once."""

    @model_validator(mode="after")
    def _is_attributed(self) -> Self:
        if any(not self.attribution[lang].strip() for lang in LANGUAGES):
            raise ValueError("tiles are attributed in every language")
        return self

    @property
    def host(self) -> str:
        """The one host that a page may ask, as its policy names it."""
        found = _PLAIN_ADDRESS.fullmatch(self.address)
        return found[1] if found else ""


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

    view_deg: Degrees | None = None
    """West, south, east, north of the first view; where people live if none is given."""

    tiles: Tiles | None = None
    """Tiles from a network; none unless they are asked for."""

    layers: tuple[Style, ...]
    """Layers, bottom first; a facility layer that is not named is drawn in a default style."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.view_deg is not None:
            west, south, east, north = self.view_deg
            if not (-EAST <= west < east <= EAST and -NORTH <= south < north <= NORTH):
                raise ValueError(
                    "view_deg is west, south, east, north in degrees, such as [76.8, 43.1, 77, 43]"
                )
        names = [style.layer for style in self.layers]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"the layer {twice[0]!r} stands there twice")
        return self
