"""A place's figures by date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.cells import value_of
from almaty_geo.errors import DataError
from almaty_geo.specs import WaterSupply
from almaty_geo.words import Text

DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", flags=re.ASCII)


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series."""

    series: str
    """Which figure."""

    date: str
    """A year, a month or a day."""

    value: float
    """How much."""

    source: str
    """Who says so."""

    confidence: str
    """How sure it is."""

    told_by: Text
    """Who says so, for a reader."""

    @property
    def year(self) -> int:
        """The year of the date."""
        return int(self.date[:4])

    @property
    def decimal_year(self) -> float:
        """The date as a number, for lines between dates: a month counts from its first day."""
        month = int(self.date[5:7]) if len(self.date) > len("2026") else 1
        day = int(self.date[8:10]) if len(self.date) > len("2026-03") else 1
        return self.year + (month - 1) / 12 + (day - 1) / 365

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as plain values for JSON."""
        return {
            "series": self.series,
            "date": self.date,
            "value": self.value,
            "source": self.source,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Series:
    """All figures, by series and date."""

    points: tuple[Point, ...]
    """In the order of their dates."""

    layer: str
    """Where they come from, for messages."""

    def of(self, name: str) -> tuple[Point, ...]:
        """Return the figures of one series; DataError if there is none."""
        found = tuple(point for point in self.points if point.series == name)
        if not found:
            raise DataError(f"{self.layer}: there is no figure of the series {name!r}.")
        return found

    def latest(self, name: str) -> Point:
        """Return the newest figure of a series; DataError if there is none."""
        return self.of(name)[-1]


def read_series(table: Layer) -> Series:
    """
    Return the figures of a table with ``series``, ``date``, ``value``.

    Raises
    ------
    DataError
        If a date is no year, month or day.
    """
    frame = table.frame
    for row, day in zip(frame["id"].astype(str), frame["date"].astype(str), strict=True):
        if not DATE.fullmatch(day):
            raise DataError(
                f"{table.spec.file}: {row}: date {day!r} is no year, month or day, such as 2026-03."
            )
    told = zip(
        frame["series"].astype(str),
        frame["date"].astype(str),
        frame["value"].astype(float),
        frame["source"].astype(str),
        frame["confidence"].astype(str),
        [value_of(table, "source", source) for source in frame["source"].astype(str)],
        strict=True,
    )
    points = sorted((Point(*one) for one in told), key=lambda p: (p.decimal_year, p.series))
    return Series(tuple(points), table.id)


def people_in(series: Series, supply: WaterSupply, year: int) -> tuple[int, bool]:
    """
    Return residents of a year, and whether they are a forecast.

    Known figures count as they are: the newest of the year. Between the newest known figure and
    the forecast's, and between its years, residents grow in a straight line; beyond the last they
    stay.
    """
    known = series.of(supply.population)
    own = [point for point in known if point.year == year]
    if own:
        return round(own[-1].value), False
    if year < known[-1].year or supply.forecast is None:
        return round(_between(known, year)), False
    return round(_between((known[-1], *series.of(supply.forecast)), year)), True


def _between(points: Sequence[Point], year: int) -> float:
    return float(np.interp(year, [p.decimal_year for p in points], [p.value for p in points]))
