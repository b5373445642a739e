"""Words of the page itself."""

from almaty_geo.maps.toolwords import tool_words
from almaty_geo.maps.wording_scenes import scene_words
from almaty_geo.maps.wording_trial import trial_words
from almaty_geo.words import Text, count, say

LANGUAGE_NAMES = {"kk": ("Қаз", "Қазақша"), "ru": ("Рус", "Русский"), "en": ("Eng", "English")}
"""What each language calls itself, short and whole."""

SCALE_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


def interface() -> dict[str, Text]:
    """Return every word of the page that is not data, by the key that the page knows it by."""
    return {**_places(), **_actions(), **_facts(), **tool_words(), **trial_words(), **scene_words()}


def groups() -> dict[str, Text]:
    """Return the headings of the layer control, in the order in which it lists them."""
    return {
        "facilities": say("Facilities"),
        "people": say("People"),
        "network": say("Roads and networks"),
        "base": say("Base map"),
    }


def scale_steps() -> list[tuple[int, Text]]:
    """Return the lengths that a scale bar may have, in metres, with their words."""
    return [(metres, _length(metres)) for metres in SCALE_M]


def _length(metres: int) -> Text:
    """Return a length in metres, or in kilometres from one on."""
    kilometres, rest = divmod(metres, 1000)
    if kilometres and not rest:
        return say("{value}\u00a0km", value=count(kilometres))
    return say("{value}\u00a0m", value=count(metres))


def _places() -> dict[str, Text]:
    """Return the names of the parts of the page."""
    return {
        "skip": say("Skip to the answer"),
        "sections": say("Sections"),
        "language": say("Language"),
        "map": say("Map"),
        "answer": say("Answer"),
        "layers": say("Layers"),
        "legend": say("Legend"),
        "data": say("Data"),
        "drawer": say("Where the data come from"),
        "notes": say("Basis and cautions"),
        "figures": say("Figures"),
        "tools": say("Map tools"),
        "libraries": say("Libraries in this page"),
    }


def _actions() -> dict[str, Text]:
    """Return what can be done."""
    return {
        "table": say("Table"),
        "print": say("Print"),
        "close": say("Close"),
        "city": say("Whole city"),
        "zoom_in": say("Zoom in"),
        "zoom_out": say("Zoom out"),
        "fold": say("Hide the panel"),
        "unfold": say("Show the panel"),
        "more": say("More remarks"),
    }


def _facts() -> dict[str, Text]:
    """Return the headings of facts."""
    return {
        "scenario": say("Scenario"),
        "sources": say("Sources"),
        "address": say("Address"),
        "date": say("Date"),
        "accessed": say("Taken on"),
        "licence": say("Licence"),
        "confidence": say("Confidence"),
        "precision": say("Places"),
        "unlocated": say("Without a place"),
        "names": say("Names by language"),
        "digest": say("Digest of the file"),
        "input_hash": say("Digest of all input"),
        "id": say("Id"),
        "halo": say("approximate place"),
        "size_unknown": say("not stated"),
        "tiles_asked": say("Waiting for the network"),
        "tiles_failed": say("No answer from the network: the map’s own base stays."),
        "written_in_kk": say("in Kazakh"),
        "written_in_ru": say("in Russian"),
        "written_in_en": say("in English"),
    }
