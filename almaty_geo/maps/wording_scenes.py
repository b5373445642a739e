"""Words of comparing scenarios, of going through the years, and of paper."""

from almaty_geo.maps.toolwords import HOLE
from almaty_geo.words import LANGUAGES, Text, percent, same, say

SAMPLE = 7
"""A digit that stands for a number in a template."""


def scene_words() -> dict[str, Text]:
    """Return every word of these tools, by the key that the page knows it by."""
    return {**_comparing(), **_measures(), **_signs(), **_years(), **_paper()}


def _comparing() -> dict[str, Text]:
    """Return what is said of two scenarios side by side."""
    return {
        "compare": say("Compare"),
        "compare_title": say("Compare two scenarios"),
        "compare_before": say("Before"),
        "compare_after": say("After"),
        "compare_change": say("Change"),
        "compare_swap": say("Swap"),
        "compare_end": say("End"),
        "compare_handle": say("Border between before and after"),
        "compare_opens": say("New facilities"),
        "compare_closes": say("Facilities that close"),
        "compare_districts": say("Districts by change"),
        "compare_two_bars": say("Upper bar: before. Lower bar: after."),
    }


def _measures() -> dict[str, Text]:
    """Return what is compared."""
    return {
        "measure": say("What is compared"),
        "measure_people": say("Residents"),
        "measure_within": say("Within reach"),
        "measure_out": say("Out of reach"),
        "measure_share": say("Share within reach"),
        "measure_facilities": say("Facilities"),
        "measure_district": say("District"),
        "in_percent": _percent(),
        "in_points": say("{n} pp", n=same(HOLE)),
    }


def _signs() -> dict[str, Text]:
    """Return what signs on the map mean."""
    return {
        "counts_open": say("counts as open"),
        "opens": say("opens"),
        "closes": say("closes"),
    }


def _years() -> dict[str, Text]:
    """Return what is said of years."""
    return {
        "years": say("Years"),
        "years_title": say("Year by year"),
        "years_course": say("What is built"),
        "years_slider": say("Year"),
        "years_play": say("Play"),
        "years_pause": say("Pause"),
        "years_before": say("Year before"),
        "years_next": say("Next year"),
        "year_opens": say("Opens in this year"),
        "year_closes": say("Closes in this year"),
        "year_nothing": say("Nothing opens or closes in this year."),
        "year_assumed": say("year assumed"),
    }


def _paper() -> dict[str, Text]:
    """Return what is said of printing."""
    return {
        "print_title": say("Print what is shown"),
        "print_on": say("Print on {paper}", paper=same(HOLE)),
        "print_hint": say("Landscape; the map is fitted to the sheet, with legend and scale."),
    }


def _percent() -> Text:
    """Return how a percentage is written, with a place for its number."""
    said = percent(SAMPLE / 100)
    return Text(**{lang: said[lang].replace(str(SAMPLE), HOLE) for lang in LANGUAGES})
