"""What a map is drawn from, and which of its layers are drawn how."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import UnknownNameError
from almaty_geo.maps.palette import CATEGORIES
from almaty_geo.maps.scenes import NO_SCENES, Scenes
from almaty_geo.sections import CITY, Section
from almaty_geo.specs import MapSpec, Style
from almaty_geo.words import Language, Text


@dataclass(frozen=True, eq=False, kw_only=True)
class Picture:
    """All that a map is drawn from."""

    name: Text
    """Name of the place."""

    date: dt.date
    """The day that the plan speaks of."""

    plan_id: str
    """Short name of the plan."""

    spec: MapSpec
    """What the map shows."""

    area: StudyArea
    """The ground and its metric plane."""

    areas: Layer
    """Areas that results are split by."""

    sections: tuple[Section, ...]
    """What there is to say, in the plan's order."""

    layers: Mapping[str, Layer]
    """Layers that may be drawn, loaded, by id."""

    language: Language = "ru"
    """Language shown first."""

    input_hash: str
    """Digest of everything the figures were made from."""

    scenes: Scenes = NO_SCENES
    """Themes in other scenarios and by year, to be compared."""

    opens_at: str = CITY
    """Area that the map is turned to when it opens."""

    whole: Text | None = None
    """What all of the place is called in a list of its areas; a city where nobody says."""

    def section(self, name: str) -> Section:
        """Return one section; raise UnknownNameError if there is none of that id."""
        for section in self.sections:
            if section.id == name:
                return section
        raise UnknownNameError("section", name, (s.id for s in self.sections))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A layer with the way it is drawn."""

    layer: Layer
    """The layer."""

    style: Style
    """How."""


def ordered_sections(picture: Picture) -> tuple[Section, ...]:
    """Return the sections in the order that the map's file asks for."""
    named = [s for name in picture.spec.sections for s in picture.sections if s.id == name]
    rest = [s for s in picture.sections if s.id not in picture.spec.sections]
    wanted = named if picture.spec.only else [*named, *rest]
    return tuple(wanted or picture.sections)


def drawn_layers(picture: Picture, sections: tuple[Section, ...]) -> tuple[Drawn, ...]:
    """
    Return the layers to draw, bottom first.

    Layers come in the order of the map's file; one that is not there is drawn, in a default
    style, if it is a facility or a section asks for it. Styles of layers that the plan does not
    have are passed over, and so are tables.

    Parameters
    ----------
    picture
        What to draw.
    sections
        What is said beside the map.

    Returns
    -------
    drawn
        Each layer once; the areas are always among them.
    """
    scope = {**picture.layers, picture.areas.id: picture.areas}
    places = {name: layer for name, layer in scope.items() if layer.spec.geometry != "none"}
    styles = [style for style in picture.spec.layers if style.layer in places]
    named = {style.layer for style in styles}
    styles += _default_styles(places, named, sections)
    if picture.areas.id not in named:
        styles.insert(_top_of_base(styles), _area_style(picture.areas.id))
    return tuple(Drawn(places[style.layer], style) for style in styles)


def _default_styles(
    places: Mapping[str, Layer], named: set[str], sections: tuple[Section, ...]
) -> list[Style]:
    """Return styles for layers that the map's file does not name: people below what they reach."""
    asked = {name for section in sections for name in section.layers}
    asked |= {s.classes.layer for s in sections if s.classes is not None}
    left = [layer for name, layer in sorted(places.items()) if name not in named]
    people = [x for x in left if x.spec.role == "demand" and x.id in asked]
    others = [
        x
        for x in left
        if x.spec.role == "facility" or (x.id in asked and x.spec.role in {"network", "context"})
    ]
    coloured = zip(others, (CATEGORIES * (1 + len(others))), strict=False)
    return [
        *(Style(layer=x.id, group="people", radius_px=10, show=False) for x in people),
        *(
            Style(
                layer=x.id,
                group="network" if x.spec.role == "network" else "facilities",
                colour=colour,
                show=x.id not in asked,
            )
            for x, colour in coloured
        ),
    ]


def _area_style(name: str) -> Style:
    """Return the default style of the areas."""
    return Style(layer=name, group="base", colour="#4b5866", width_px=1.3, always=True)


def _top_of_base(styles: list[Style]) -> int:
    """Return where the base ends."""
    return max((at + 1 for at, style in enumerate(styles) if style.group == "base"), default=0)
