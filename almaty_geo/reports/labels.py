"""The words that every page has, whatever it is about."""

from collections.abc import Mapping

from almaty_geo.words import Text, say


def labels() -> Mapping[str, Text]:
    """Return the fixed words of a page by the name that the template knows them by."""
    return {
        "accessed": say("Accessed"),
        "areas": say("Districts"),
        "city": say("Whole city"),
        "city_dossier": say("City dossier"),
        "closing": say("What would close the gap"),
        "confidence": say("Confidence"),
        "contents": say("In short"),
        "data": say("How good the data are"),
        "date": say("Describes"),
        "district": say("District"),
        "district_dossier": say("District dossier"),
        "features": say("In all"),
        "foreign": say("Names in another language"),
        "here": say("Here"),
        "how_sure": say("How sure this is"),
        "inset": say(
            "The map shows where nearly all residents live; the small one shows the whole."
        ),
        "languages": say("Languages"),
        "layer": say("Layer"),
        "legend": say("Legend"),
        "licence": say("Licence"),
        "locator": say("Where the district lies"),
        "method": say("Method"),
        "north": say("N"),
        "precision": say("Places known by"),
        "publisher": say("Publisher"),
        "remarks": say("Remarks on layers"),
        "skip": say("Skip to the answer"),
        "sources": say("Sources and licences"),
        "unlocated": say("Without a place"),
        "whole": say("There is no figure for this district alone; for the whole city:"),
    }


def method() -> tuple[Text, ...]:
    """Return how the figures of all pages come about, in plain words."""
    return (
        say(
            "Every figure is computed from the layers listed below; none is typed in by hand. "
            "The same figure is the same on every page, on the map and in the exports."
        ),
        say(
            "People live at the points of the demand layer, in whole people; each counts in one "
            "district only, so districts add up to the city."
        ),
        say(
            "Shares are rounded once, for reading. A dash means that there is no figure, "
            "which is not zero."
        ),
        say(
            "The basis of distance, the norm and how sure each is stand beside the figures. "
            "A norm that is yet to be confirmed is marked so."
        ),
        say(
            "Rows without a place are kept and counted, and not drawn. A dashed circle shows how "
            "far off a place that was put in by hand may be."
        ),
        say(
            "Names are shown as the source has them; a name in another language than the page's "
            "is marked with that language."
        ),
    )
