"""The atlas page and its smaller sibling for notebooks."""

from collections.abc import Iterable, Sequence

import folium

from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.maps.page import OfflineMap, Page, figure_of, stable_ids, written
from almaty_geo.maps.payload import Mode, as_json, first_view, libraries_of, page_data, sections_of
from almaty_geo.maps.picture import Picture
from almaty_geo.maps.vendored import asset_text, library
from almaty_geo.sections import Section
from almaty_geo.words import LANGUAGES, Language

SCRIPTS = (
    "data",
    "state",
    "dom",
    "numbers",
    "scenes",
    "geometry",
    "geodesy",
    "signs",
    "features",
    "finding",
    "outlines",
    "drawings",
    "slices",
    "cells",
    "painter",
    "tiles",
    "labels",
    "marks",
    "popup",
    "map",
    "tabs",
    "panel",
    "table",
    "legend",
    "layers",
    "drawer",
    "printing",
    "search",
    "saving",
    "drawing",
    "compared",
    "years",
    "swipe",
    "whatif_ground",
    "whatif_spec",
    "whatif_straight",
    "whatif_streets",
    "whatif_seats",
    "whatif_worker",
    "whatif",
    "whatif_file",
    "whatif_picker",
    "whatif_pupils",
    "whatif_panel",
    "start",
)
"""Scripts of the page, in the order in which they build on each other."""

STYLES = ("page", "tabs", "panel", "map", "drawer", "tools", "whatif", "scenes", "printing")
"""Style sheets, later ones over earlier."""


def draw(picture: Picture, *, languages: Iterable[Language] = LANGUAGES) -> str:
    """
    Return the whole atlas as one self-contained page.

    Parameters
    ----------
    picture
        What to draw.
    languages
        Languages of its switch, in that order.

    Returns
    -------
    html
        The page: no network, the same bytes for the same picture.

    Raises
    ------
    UnknownNameError
        If a language is not one of the three.
    UsageError
        If no language is asked for.
    """
    with stable_ids():
        made = _map(picture, _checked(languages), sections_of(picture), "atlas")
        return made.get_root().render()


def explore(picture: Picture, *, section: str) -> OfflineMap:
    """
    Return a Folium map of one section, for notebooks; any Folium layer may be added to it.

    Parameters
    ----------
    picture
        What to draw.
    section
        Id of the section.

    Returns
    -------
    map
        A `folium.Map` that shows and saves itself with no network.

    Raises
    ------
    UnknownNameError
        If there is no such section.
    """
    with stable_ids():
        return _map(picture, LANGUAGES, sections_of(picture, section), "explore")


def offline(map: folium.Map) -> str:  # noqa: A002 - what it is, and how callers read it
    """
    Return any Folium map as one self-contained page.

    Parameters
    ----------
    map
        A map, with whatever was added to it. Glyphs of ``folium.Icon`` are left out.

    Returns
    -------
    html
        The page: libraries inside it, and a policy under which it can fetch nothing.

    Raises
    ------
    UsageError
        If it needs an address that is not kept with the package; the error names it.
    """
    figure = figure_of(map)
    html = figure.render()
    if isinstance(figure, Page):
        return html
    return written(figure, language="en", title=figure.title or "Map")


def _map(
    picture: Picture, languages: Sequence[Language], sections: tuple[Section, ...], mode: Mode
) -> OfflineMap:
    """Return the map on its page."""
    first = picture.language if picture.language in languages else languages[0]
    data = page_data(picture, languages=languages, sections=sections, mode=mode)
    code = [
        *(library(name) for name in libraries_of(data["layers"])),
        *(asset_text(f"js/{name}.js") for name in SCRIPTS),
    ]
    return OfflineMap(
        Page(first, picture.spec.title[first], tiles=picture.spec.tiles),
        first_view(picture, sections),
        shell=asset_text("atlas.html"),
        css="\n".join(asset_text(f"css/{name}.css") for name in STYLES),
        data=as_json(data),
        code='"use strict";\n' + "\n".join(code),
    )


def _checked(languages: Iterable[Language]) -> tuple[Language, ...]:
    """Return the languages of a page, once each is one there is."""
    wanted = tuple(dict.fromkeys(languages))
    for language in wanted:
        if language not in LANGUAGES:
            raise UnknownNameError("language", language, LANGUAGES)
    if not wanted:
        raise UsageError("A map needs at least one language; none was asked for.")
    return wanted
