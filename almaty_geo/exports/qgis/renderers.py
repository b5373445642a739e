"""How QGIS tells the rows of a table apart: by state, by class, or not at all."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from typing import get_args

import numpy as np

from almaty_geo.exports.qgis.looks import Look
from almaty_geo.exports.qgis.symbols import (
    DASHES,
    FILLINGS,
    PAPER,
    Filling,
    Sign,
    area,
    column,
    line,
    marker,
)
from almaty_geo.exports.results import Grade
from almaty_geo.exports.xml_text import child
from almaty_geo.specs import State
from almaty_geo.words import Language, Text, say, term

NO_DATA = "#d5dae0"
"""Of rows that have no value: a grey that is in no scale of amounts."""

STATES: tuple[State, ...] = get_args(State)
_EDGE = "#ffffff"
_SPECK, _LEAST = 0.08, 0.25
"""Size of the smallest dot, and of the smallest sign, the largest being 1."""


def renderer(look: Look, language: Language) -> ET.Element:
    """Return how the rows of a table with places are drawn."""
    if look.grade is not None:
        return _by_class(look, look.grade, language)
    if "state" in look.columns and "state" in look.sheet.columns:
        return _by_state(look, language)
    root = _root("singleSymbol")
    child(root, "symbols").append(_symbol("0", look, "", look.style.colour))
    return root


def plain(text: str) -> str:
    """Return a text in which legends find no expression to work out."""
    return text.replace("[%", "[\u200b%")


def _root(kind: str) -> ET.Element:
    always = {"forceraster": "0", "symbollevels": "0", "enableorderby": "0"}
    return ET.Element("renderer-v2", {"type": kind, **always})


def _by_state(look: Look, language: Language) -> ET.Element:
    """Return one class for each state there is, and one for rows whose state nobody states."""
    states = look.sheet.columns["state"]
    classes: list[tuple[str, Text]] = [
        (state, _state_word(look, state)) for state in STATES if (states == state).any()
    ]
    if not states.isin(STATES).all() or not classes:
        classes.append(("", say("not stated")))  # QGIS: everything else
    root = _root("categorizedSymbol")
    root.set("attr", look.stored["state"])
    categories, symbols = child(root, "categories"), child(root, "symbols")
    for at, (state, title) in enumerate(classes):
        told = {"value": state, "type": "string", "label": plain(title[language])}
        child(categories, "category", symbol=str(at), render="true", **told)
        symbols.append(_symbol(str(at), look, state, look.style.colour))
    return root


def _state_word(look: Look, state: str) -> Text:
    words = look.columns["state"].values
    return words.get(state) or term("state", state)


def _by_class(look: Look, grade: Grade, language: Language) -> ET.Element:
    """Return one rule for each class; a graduated renderer would not draw rows without a value."""
    root = _root("RuleRenderer")
    rules, symbols = child(root, "rules", key=f"{look.name}"), child(root, "symbols")
    for at, (condition, title, colour) in enumerate(_classes(look, grade)):
        told = {"filter": condition, "label": plain(title[language])}
        child(rules, "rule", key=f"{look.name}-{at}", symbol=str(at), **told)
        symbols.append(_symbol(str(at), look, "", colour))
    return root


def _classes(look: Look, grade: Grade) -> Iterator[tuple[str, Text, str]]:
    """Yield the condition, the title and the colour of each class; no data last."""
    name = column(look.stored[grade.column])
    edges = [-np.inf, *(step.upto for step in grade.steps)]
    for (low, high), step in zip(pairwise(edges), grade.steps, strict=True):
        above = [f"{name} > {low!r}"] if np.isfinite(low) else []
        below = [f"{name} <= {high!r}"] if np.isfinite(high) else []
        yield " AND ".join([*above, *below]) or f"{name} IS NOT NULL", step.title, step.colour
    yield f"{name} IS NULL", say("no data"), NO_DATA


def _symbol(name: str, look: Look, state: str, colour: str) -> ET.Element:
    """Return the symbol of one class."""
    style = look.style
    if look.sheet.geometry == "LineString":
        return line(name, colour, style.width_px, DASHES.get(state, style.dash))
    if look.sheet.geometry == "Polygon":
        if look.grade is not None:
            return area(name, colour, _EDGE, style.width_px)
        return area(name, PAPER, colour, style.width_px)
    hollow: Filling = "ring" if style.shape == "ring" else "solid"
    filling = hollow if state in {"", "existing"} else FILLINGS[state]
    sign = Sign(
        colour,
        style.shape,
        style.radius_px,
        filling,
        size=_size(look),
        halo_m=_halo(look),
        dot=_is_dot(look),
    )
    return marker(name, sign)


def _is_dot(look: Look) -> bool:
    return look.role == "demand" or look.grade is not None


def _size(look: Look) -> str:
    """Return the expression that sizes each sign: areas of signs are as the amounts."""
    if not look.size or look.size not in look.sheet.columns:
        return ""
    amounts = look.sheet.columns[look.size].astype("Float64").fillna(0)
    largest = float(amounts.max()) if len(amounts) else 0.0
    if largest <= 0:
        return ""
    name = column(look.stored[look.size])
    least = _SPECK if _is_dot(look) else _LEAST
    return f"max({least}, sqrt(max(coalesce({name}, 0), 0) / {largest!r}))"


def _halo(look: Look) -> str:
    """Return the expression for the radius within which a place is known."""
    if look.halo in look.stored:
        return f"coalesce({column(look.stored[look.halo])}, 0)"
    return look.halo
