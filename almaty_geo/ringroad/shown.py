"""Figures of the ring road as a reader of each language writes them."""

from almaty_geo.ringroad.through import Three
from almaty_geo.words import Text, count, same, say


def minutes(value: float | None) -> Text:
    """Write minutes, to a whole one: they are no surer than that."""
    if value is None:
        return same("—")
    return say("{value}\u00a0min", value=count(round(value)))


def km(value: float | None) -> Text:
    """Write kilometres, to a tenth."""
    if value is None:
        return same("—")
    return say("{value}\u00a0km", value=count(value, digits=1))


def interval(three: Three | None) -> Text:
    """Write the ends of an interval of minutes."""
    if three is None:
        return same("—")
    return say("{low} to {high}", low=count(round(three[0])), high=count(round(three[2])))
