"""Figures of the ring road as a reader of each language writes them."""

from collections.abc import Mapping

from almaty_geo.catalogue import Layer
from almaty_geo.coverage.naming import Name
from almaty_geo.ringroad.through import Three
from almaty_geo.sections import Cell
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


def named(id_: str, name: Name) -> Cell:
    """Return a proper name as a cell, its language marked."""
    return Cell(id_, name.text, language=name.language)


def nothing() -> Cell:
    """Return a cell of what nobody knows."""
    return Cell(None, same("—"))


def value_of(layer: Layer, column: str, value: str) -> Text:
    """Return a value of an enumeration in the layer's own words."""
    words: Mapping[str, Text] = (
        layer.spec.columns[column].values if column in layer.spec.columns else {}
    )
    return words.get(value, same(value or "—"))
