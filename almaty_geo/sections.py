"""
What a subject has to say, ready to be drawn: the one shape that maps and reports know.

A subject (a theme's coverage, the promises, later provision, water, the ring road) computes its
figures and hands them over as a `Section`. Maps and reports draw any section, so a new subject
needs no change in either.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from almaty_geo.trying import Trial
from almaty_geo.words import Text

CITY = "city"
"""The area of an answer that is about the whole place."""

OUTSIDE = "outside"
"""The area of what lies outside every area."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its label; the same wherever it is shown."""

    id: str
    """Unique in a plan: section, quantity, area; such as "schools.share.medeu"."""

    value: float | int | str | None
    """The number itself; None where there is none."""

    shown: Text
    """The number as a reader of each language writes it."""

    label: Text
    """What it counts."""

    how: Text | None = None
    """The formula in words, with the numbers that went in; None where nobody says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a section for one area."""

    area: str
    """Id of the area, or `CITY`."""

    headline: Text
    """One sentence with the number that matters."""

    emphasis: Text
    """The part of the headline to set apart; it occurs in it word for word."""

    figures: tuple[Figure, ...]
    """Up to four figures."""


@dataclass(frozen=True, slots=True)
class Bar:
    """An area as a bar whose parts add up."""

    area: str
    """Id of the area."""

    parts: tuple[int, ...]
    """One number for each of the section's parts; their sum is the area's total."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Areas compared, the one with most left to do first."""

    title: Text
    """What the order is by."""

    parts: tuple[Text, ...]
    """What each part of a bar is; the last is what is not covered, and ranks the bars."""

    rows: tuple[Bar, ...]
    """Bars, ranked."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table."""

    id: str
    """Name in files."""

    title: Text
    """Heading."""

    align: Literal["left", "right"] = "right"
    """Numbers right, words left."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    value: float | int | str | None
    """The value itself, for files."""

    shown: Text
    """The value for a reader."""

    language: str = ""
    """Language of a proper name that is not the reader's; empty where it does not matter."""

    tone: Literal["", "good", "bad", "unsure"] = ""
    """How the cell is to be taken; never the only sign of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    area: str
    """Area that the row is about; empty where it is about none."""

    cells: tuple[Cell, ...]
    """One for each column."""

    total: bool = False
    """Whether it is the sum of the others."""

    feature: str = ""
    """``layer/id`` of the facility that the row is about; empty where it is about none."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that adds up."""

    title: Text
    """Heading."""

    columns: tuple[TableColumn, ...]
    """Columns."""

    rows: tuple[Row, ...]
    """Rows, in the order to show them."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The people of a demand layer, put in classes to be coloured."""

    layer: str
    """Demand layer."""

    title: Text
    """Heading of the legend."""

    of: NDArray[np.uint8]
    """Class of each row of the layer, in its order, shape (n,)."""

    titles: tuple[Text, ...]
    """What each class is, best first."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Numbered places that a section speaks of and no layer holds, such as proposed sites."""

    title: Text
    """What they are."""

    lon_lat: tuple[tuple[float, float], ...]
    """Longitude and latitude of each, in degrees; numbered from 1 in this order."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a section says of one feature: maps say it where the feature is chosen."""

    layer: str
    """Layer of the feature."""

    id: str
    """Its id there."""

    text: Text
    """A sentence or two."""


@dataclass(frozen=True, slots=True)
class Section:
    """All that a subject says."""

    id: str
    """Unique in a plan: the theme's id, or the subject's."""

    title: Text
    """Heading, and name of the tab."""

    scenario: Text | None
    """Scenario that the figures hold in; None where none matters."""

    answers: tuple[Answer, ...]
    """The city's first, then one for each area that has one."""

    tables: tuple[Table, ...]
    """The same figures, and more, as tables."""

    notes: tuple[Text, ...]
    """Basis, norm and how sure it is; cautions and conflicts of the layers used."""

    bars: Bars | None = None
    """Areas compared."""

    classes: Classes | None = None
    """How people are coloured on the map."""

    marks: Marks | None = None
    """Numbered places that the map shows with this section."""

    layers: tuple[str, ...] = field(default=())
    """Layers that the map shows with this section, beside its base."""

    sources: tuple[str, ...] = field(default=())
    """Layers that the figures were made from."""

    told: tuple[Told, ...] = ()
    """What is said of single features."""

    trial: Trial | None = None
    """What it takes to try other facilities; None where a reader cannot."""

    def answer(self, area: str) -> Answer | None:
        """Return the answer for an area, or None where the section has none."""
        return next((a for a in self.answers if a.area == area), None)
