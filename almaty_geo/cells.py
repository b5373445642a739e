"""Cells, columns and rows that the tables of all subjects share."""

from typing import Literal

from almaty_geo.catalogue import Layer
from almaty_geo.names import Name, name_in
from almaty_geo.sections import CITY, OUTSIDE, Cell, Row, TableColumn
from almaty_geo.travel import Unit
from almaty_geo.words import Text, count, percent, same, say


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


def signed(value: float | None, *, fixed: bool = False) -> Text:
    """Write a change with its sign, to a tenth at most; one that rounds to nothing has none."""
    rounded = None if value is None else round(value, 1)
    written = count(rounded, digits=1, fixed=fixed)
    return say("+{n}", n=written) if rounded is not None and rounded > 0 else written


def value_of(layer: Layer, column: str, value: str) -> Text:
    """Return a value of an enumeration in the layer's own words."""
    spec = layer.spec.columns.get(column)
    return (spec.values if spec else {}).get(value, same(value or "—"))


def nothing() -> Cell:
    """Return a cell of what nobody knows."""
    return Cell(None, same("—"))


def number(value: float | None, *, digits: int = 0) -> Cell:
    """Return a number as a cell, with as many digits as its column has."""
    return Cell(value, count(value, digits=digits, fixed=True))


def percentage(share: float | None, *, digits: int = 0) -> Cell:
    """Return a share from 0 to 1 as a cell, written as a percentage."""
    return Cell(share, percent(share, digits=digits, fixed=True))


def shares_between(low: float | None, high: float | None, *, digits: int = 0) -> Cell:
    """Return the ends of a share as a cell, with one sign of percent."""
    if low is None or high is None:
        return nothing()
    first = count(low * 100, digits=digits, fixed=True)
    shown = say("{low}–{high}", low=first, high=percent(high, digits=digits, fixed=True))
    return Cell(shown.en, shown)


def difference(value: float | None, *, fixed: bool = False) -> Cell:
    """Return a change as a cell, with its sign."""
    return Cell(value, signed(value, fixed=fixed))


def named(row_id: str, name: Name, *, tone: Literal["", "unsure"] = "") -> Cell:
    """Return a proper name as a cell, its language marked."""
    return Cell(row_id, name.text, language=name.language, tone=tone)


def opening_year(year: int, *, assumed: bool) -> Cell:
    """Return the year in which a facility opens; said to be assumed where no source states it."""
    if assumed:
        return Cell(year, say("{year} (assumed)", year=str(year)), tone="unsure")
    return Cell(year, same(str(year)))


def area_cell(areas: Layer, area: str, *, tone: Literal["", "unsure"] = "") -> Cell:
    """Return an area's name in the languages that the layer has; also the city's, and outside."""
    if area == CITY:
        return Cell(CITY, say("City"))
    if area == OUTSIDE:
        return Cell(area, say("Outside every district"))
    return named(area, name_in(areas, area), tone=tone)


def area_column() -> TableColumn:
    """Return the column of areas' names."""
    return TableColumn("area", say("District"), align="left")


def area_row(areas: Layer, area: str, *cells: Cell) -> Row:
    """Return what is told of an area, behind its name; the city's row is the sum of the others."""
    return Row(area, (area_cell(areas, area), *cells), total=area == CITY)
