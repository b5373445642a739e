"""Smaller maps out of a large one: a theme of its own, or an area of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.maps.naming import feature_names
from almaty_geo.maps.picture import Picture, ordered_sections
from almaty_geo.maps.scenes import NO_SCENES
from almaty_geo.maps.tabs import Group, groups_of
from almaty_geo.sections import Classes, Section
from almaty_geo.words import Text, say

AROUND = 0.15
"""How much of an area's width and height is drawn around it."""


def theme_pictures(picture: Picture) -> Iterator[tuple[str, Picture]]:
    """
    Yield a map of each theme, with the layers that it needs and no more.

    Parameters
    ----------
    picture
        The whole map.

    Yields
    ------
    id, part
        Id of the theme's first section, and what to draw.
    """
    for group in groups_of(ordered_sections(picture), picture.spec):
        yield group.id, _theme(picture, group)


def area_pictures(picture: Picture) -> Iterator[tuple[str, Picture]]:
    """
    Yield a map of each area, with what lies in it and around it.

    The answers stay those of the whole place and of all areas, so that they can be compared; only
    what is drawn is cut. It opens turned to its area.

    Parameters
    ----------
    picture
        The whole map.

    Yields
    ------
    id, part
        Id of the area, and what to draw.
    """
    names = dict(zip(picture.areas.frame["id"], feature_names(picture.areas), strict=True))
    frame = picture.areas.located
    for area, shape in zip(frame["id"], frame.geometry, strict=True):
        title = _titled(picture.spec.title, names[area].text)
        part = replace(picture, spec=picture.spec.model_copy(update={"title": title}))
        yield str(area), _cut(part, str(area), shape)


def _theme(picture: Picture, group: Group) -> Picture:
    """Return the map of one theme."""
    shown = {name for s in group.sections for name in s.layers}
    shown |= {s.classes.layer for s in group.sections if s.classes is not None}
    kept = {style.layer for style in picture.spec.layers if style.always} | shown
    sources = {name for s in group.sections for name in s.sources}
    layers = {name: x for name, x in picture.layers.items() if name in kept | sources}
    drawn = {name for name, x in layers.items() if name in kept or x.spec.role != "facility"}
    spec = picture.spec.model_copy(
        update={
            "title": _titled(picture.spec.title, group.title),
            "sections": tuple(s.id for s in group.sections),
            "only": True,
            "layers": tuple(style for style in picture.spec.layers if style.layer in kept),
        }
    )
    return replace(
        picture,
        spec=spec,
        layers={name: x for name, x in layers.items() if name in drawn},
    )


def _titled(title: Text, part: Text) -> Text:
    """Return the title of a part of a map."""
    return say("{title}: {part}", title=title, part=part)


def _cut(picture: Picture, area: str, shape: shapely.Geometry) -> Picture:
    """Return the map of one area."""
    west, south, east, north = shapely.bounds(shape)
    dx, dy = AROUND * (east - west), AROUND * (north - south)
    window = shapely.box(west - dx, south - dy, east + dx, north + dy)
    inside = {
        name: np.asarray(shapely.intersects(np.asarray(x.frame.geometry, dtype=object), window))
        for name, x in picture.layers.items()
        if x.spec.geometry != "none" and name != picture.areas.id
    }
    return replace(
        picture,
        layers={name: _kept(x, inside) for name, x in picture.layers.items()},
        sections=tuple(_section(section, inside) for section in picture.sections),
        scenes=NO_SCENES,
        opens_at=area,
    )


def _kept(layer: Layer, inside: Mapping[str, NDArray[np.bool_]]) -> Layer:
    """Return a layer with the rows that lie inside."""
    if layer.id not in inside:
        return layer
    return Layer(layer.spec, layer.frame[inside[layer.id]])


def _section(section: Section, inside: Mapping[str, NDArray[np.bool_]]) -> Section:
    """Return a section with the classes of the rows that are left; trials need all of them."""
    classes = section.classes
    if classes is None or classes.layer not in inside:
        return replace(section, trial=None)
    left: Classes = replace(classes, of=classes.of[inside[classes.layer]])
    return replace(section, classes=left, trial=None)
