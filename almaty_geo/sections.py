"""
What a subject has to say, ready to be drawn: the one shape that maps and reports know.

A subject (a theme's coverage, the promises, later provision, water, the ring road) computes its
figures and hands them over as a `Section`. Maps and reports draw any section, so a new subject
needs no change in either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import Plane
from almaty_geo.words import Text

CITY = "city"
"""The area of an answer that is about the whole place."""


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
class Plural:
    """A sentence about a number, in the form that each number asks for."""

    forms: tuple[Text, ...]
    """Its forms, with ``{n}`` where the number goes."""

    of: tuple[int, ...]
    """Form of the numbers 0 to 99, then of those from 100 on by their last two digits: 200."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What decides whether a way is within reach."""

    indices: tuple[float, float, float]
    """What a straight line is multiplied by: as reckoned, at the least, at the most."""

    m_per_min: float | None
    """Speed, where ways are minutes."""

    reach: float
    """A way exactly that long is within reach; metres, or minutes where there is a speed."""

    steps: tuple[float, ...]
    """Where the classes of people on the map end, each inclusive."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """All that somebody needs to reckon a section anew with facilities added or taken away."""

    theme: str
    """What the facilities offer."""

    plane: Plane
    """Turns degrees to metres."""

    rule: Rule
    """What is within reach."""

    points_deg: NDArray[np.float64]
    """Longitude and latitude of the n demand points that have a place, shape (n, 2)."""

    people: NDArray[np.int64]
    """Whole people at each of them, shape (n,)."""

    area: NDArray[np.intp]
    """Position in ``areas`` of each one's area, shape (n,); -1 for none."""

    areas: tuple[str, ...]
    """Areas that results are split by."""

    placeless: NDArray[np.int64]
    """People without a place, by area, the last outside all: shape (k + 1,)."""

    layers: tuple[str, ...]
    """Layers of the facilities."""

    ids: tuple[str, ...]
    """``layer/id`` of the m facilities that are open, or would be if none replaced them."""

    places_deg: NDArray[np.float64]
    """Longitude and latitude of each, shape (m, 2); NaN where it has no place."""

    capacity: tuple[int | None, ...]
    """How many each can take, m of them."""

    facility_area: NDArray[np.intp]
    """Position in ``areas`` of each facility's area, shape (m,); -1 for none."""

    opened: tuple[int, ...]
    """Positions of facilities that are open only because the scenario opens them."""

    replaces: tuple[tuple[int, int], ...]
    """Positions of a facility and of another that it closes while it is open."""

    counted: bool
    """Whether facilities of the theme have a capacity."""

    headline: Plural
    """The sentence that answers, about the people out of reach."""

    words: Mapping[str, Text]
    """Other words, by key."""

    scenario_toml: str
    """What a saved scenario begins with: all of the present one but which of these facilities it
    opens."""

    opens: tuple[tuple[str, int | None, tuple[str, ...]], ...]
    """Layer, year and ids of what the present scenario opens of these layers."""


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

    trial: Trial | None = None
    """What it takes to try other facilities; None where a reader cannot."""

    def answer(self, area: str) -> Answer | None:
        """Return the answer for an area, or None where the section has none."""
        return next((a for a in self.answers if a.area == area), None)
