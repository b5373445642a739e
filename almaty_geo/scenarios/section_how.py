"""How each figure of scenarios comes about, in words."""

from almaty_geo.scenarios.phases import Phase
from almaty_geo.scenarios.uncertainty import DRAWS, Certainty
from almaty_geo.words import Text, count, say


def change_how(before: int, after: int) -> Text:
    """Return the formula of a change between two scenarios."""
    return say(
        "Residents within reach in that scenario − residents within reach now: {then} − {within}.",
        then=count(after),
        within=count(before),
    )


def year_how(name: str, first: Phase, last: Phase) -> Text:
    """Return the formula of a figure of the years: "first", "last" or "delay"."""
    if name == "delay":
        return say(
            "Residents served, summed over the years of the building order − the same if all is "
            "built a year later."
        )
    phase = first if name == "first" else last
    return say(
        "Residents of the year − those of them within reach: {people} − {within}.",
        people=count(int(phase.people.sum())),
        within=count(int(phase.within.sum())),
    )


def sure_how(name: str, certainty: Certainty) -> Text:
    """Return the formula of a figure of certainty: "share", "low", "high", "robust", "factor"."""
    if name == "share":
        return say("Residents within reach ÷ all residents, as things are declared.")
    if name == "low":
        return say(
            "The share that 2.5% of {draws} draws fall below, or the share itself if less.",
            draws=count(DRAWS),
        )
    if name == "high":
        return say(
            "The share that 2.5% of {draws} draws exceed, or the share itself if more.",
            draws=count(DRAWS),
        )
    if name == "factor":
        return say("Residents of the area ÷ residents that the register counted there.")
    verdicts = certainty.verdicts[:-1]
    return say(
        "The number of districts marked robust, of {known} where anybody lives.",
        known=count(len(verdicts) - verdicts.count("empty")),
    )
