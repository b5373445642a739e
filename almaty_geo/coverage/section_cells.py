"""Cells that the tables of coverage share."""

import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.coverage.measure import OUTSIDE
from almaty_geo.sections import CITY, Cell
from almaty_geo.travel import Unit
from almaty_geo.words import LANGUAGES, Text, count, same, say


def way(length: float | None, unit: Unit) -> Text:
    """Write a typical way, to ten metres or a minute: it is no surer than that."""
    if length is None:
        return same("—")
    value = count(typical(length, unit))
    if unit == "m":
        return say("{value}\u00a0m", value=value)
    return say("{value}\u00a0min", value=value)


def typical(length: float, unit: Unit) -> float:
    """Round a typical way to what it is sure to."""
    return round(length, -1 if unit == "m" else 0)


def area_cell(areas: Layer, area: str) -> Cell:
    """Return an area's name in the languages that the layer has."""
    if area == CITY:
        return Cell(CITY, say("City"))
    if area == OUTSIDE:
        return Cell(area, say("Outside every district"))
    return named_cell(areas, area)


def number(value: float | None, *, digits: int = 0) -> Cell:
    """Return a number as a cell."""
    return Cell(value, count(value, digits=digits))


def signed(value: float | None) -> Text:
    """Write a change with its sign, to a tenth at most."""
    written = count(value, digits=1)
    return say("+{n}", n=written) if value is not None and value > 0 else written


def opening_year(year: int, *, assumed: bool) -> Cell:
    """Return the year in which a facility opens; said to be assumed where no source states it."""
    if assumed:
        return Cell(year, say("{year} (assumed)", year=str(year)), tone="unsure")
    return Cell(year, same(str(year)))


def named_cell(layer: Layer, row_id: str) -> Cell:
    """Return a row's name; where the layer lacks a language, marked with the one it has."""
    frame = layer.frame
    row = frame[frame["id"].astype(str) == row_id].iloc[0]
    columns = layer.spec.name_columns
    names = {c.removeprefix("name_"): str(row[c]) for c in columns if pd.notna(row[c])}
    language, first = next(iter(names.items()), ("", row_id))
    text = Text(**{lang: names.get(lang, first) for lang in LANGUAGES})
    return Cell(row_id, text, language="" if len(names) == len(LANGUAGES) else language)
