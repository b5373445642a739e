"""Words of the page's tools: finding, measuring, drawing, saving."""

from almaty_geo.words import LANGUAGES, Text, count, same, say

HOLE = "#"
"""Where the page puts a number that it works out itself."""


def tool_words() -> dict[str, Text]:
    """Return the words of the tools, by the key that the page knows them by."""
    return {**_tabs(), **_tables(), **_search(), **_drawing(), **_saving(), **_numbers()}


def _tabs() -> dict[str, Text]:
    """Return the names of the rows of tabs."""
    return {
        "subsections": say("Sections of this theme"),
        "all_sections": say("All sections"),
    }


def _tables() -> dict[str, Text]:
    """Return the words of long tables."""
    return {
        "rows_all": say("Show all {n}", n=same(HOLE)),
        "rows_fewer": say("Show fewer"),
    }


def _search() -> dict[str, Text]:
    """Return the words of the search."""
    return {
        "search": say("Find a district, street or school"),
        "found": say("Found"),
        "found_none": say("Nothing found"),
        "found_more": say("and {n} more", n=same(HOLE)),
    }


def _drawing() -> dict[str, Text]:
    """Return the words of measuring and drawing."""
    return {
        "drawing": say("Measure and draw"),
        "draw_short": say("Measure"),
        "draw_point": say("Point"),
        "draw_line": say("Distance"),
        "draw_area": say("Area"),
        "draw_hint_point": say("Click the map where the point is."),
        "draw_hint_line": say("Click along the way; double-click ends it."),
        "draw_hint_area": say("Click around the area; double-click ends it."),
        "draw_centre": say("Add the map’s centre"),
        "draw_undo": say("Undo"),
        "draw_end": say("Finish"),
        "draw_clear": say("Remove all"),
        "draw_remove": say("Remove"),
        "draw_name": say("Name"),
        "draw_perimeter": say("Perimeter"),
        "draw_crosses": say("The outline crosses itself: it has no area."),
        "draw_save": say("Save as GeoJSON"),
        "draw_exact": say(
            "Measured on the ellipsoid WGS 84. One pixel of the map is {length} now: "
            "a click is no more exact than that.",
            length=same(HOLE),
        ),
    }


def _saving() -> dict[str, Text]:
    """Return the words of saving and sending."""
    return {
        "share": say("Save"),
        "share_title": say("Save or send what is shown"),
        "share_link": say("Copy the link"),
        "share_copied": say("The link is copied."),
        "share_by_hand": say("Copy this link by hand:"),
        "share_picture": say("Save the map as a picture (PNG)"),
        "share_saved": say("Saved: {file}", file=same(HOLE)),
    }


def _numbers() -> dict[str, Text]:
    """Return how numbers are written, and units to write after them."""
    return {
        "number_group": Text(**{lang: count(1_000_000)[lang][1] for lang in LANGUAGES}),
        "number_point": Text(**{lang: count(0.5, digits=1)[lang][1] for lang in LANGUAGES}),
        "in_m": say("{value}\u00a0m", value=same(HOLE)),
        "in_km": say("{value}\u00a0km", value=same(HOLE)),
        "in_m2": say("{value}\u00a0m²", value=same(HOLE)),
        "in_ha": say("{value}\u00a0ha", value=same(HOLE)),
        "in_km2": say("{value}\u00a0km²", value=same(HOLE)),
    }
