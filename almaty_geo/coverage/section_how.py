"""How each figure of a theme's coverage comes about, in words."""

from almaty_geo.coverage.offer import AreaLine, Offer
from almaty_geo.words import Text, count, say


def how(offer: Offer, line: AreaLine, name: str) -> Text:
    """
    Return the formula of a figure, with its numbers.

    Parameters
    ----------
    offer
        The theme.
    line
        The area's figures.
    name
        Which of the figures: the middle part of its id.

    Returns
    -------
    formula
        One or two sentences.
    """
    if name in {"share", "within_reach", "gain"}:
        return _reached(offer, line, name)
    people, open_ones = count(line.people), count(line.facilities)
    if name == "people":
        return say("The sum of residents at the points of demand in the area.")
    if name == "facilities":
        return say(
            "The number of open facilities in the area: by place, or as their row states the area."
        )
    if name == "capacity":
        return say(
            "The sum of the capacities of {facilities} open facilities in the area; those of "
            "unknown capacity add nothing: {unknown}.",
            facilities=open_ones,
            unknown=count(line.unknown),
        )
    if name == "people_each":
        return say(
            "Residents ÷ open facilities, rounded: {people} ÷ {facilities}.",
            people=people,
            facilities=open_ones,
        )
    return say(
        "The shortest way to the nearest open facility that at least half of the {people} "
        "residents do not exceed.",
        people=people,
    )


def _reached(offer: Offer, line: AreaLine, name: str) -> Text:
    """Return the formula of a figure that rests on who is within reach."""
    reach, within = offer.coverage.reach.shown, count(line.within)
    if name == "share":
        return say(
            "Residents within reach ({reach}) ÷ all residents: {within} ÷ {people}.",
            reach=reach,
            within=within,
            people=count(line.people),
        )
    if name == "gain":
        return say(
            "Residents within reach in that scenario − residents within reach now: "
            "{then} − {within}.",
            then=count(line.within + (offer.gain(line) or 0)),
            within=within,
        )
    return say(
        "The sum of residents at points from which the way to the nearest open facility is at "
        "most {reach}.",
        reach=reach,
    )
