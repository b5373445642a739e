"""
What it takes to reckon a section anew with other facilities: all that a page may try out.

Subjects fill these in; a page carries them and reckons by the same rules as the command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import Plane
from almaty_geo.words import Text


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

    indices: tuple[float, ...]
    """What a straight line is multiplied by: as reckoned, at the least, at the most; none where
    ways follow streets."""

    m_per_min: float | None
    """Speed, where ways are minutes."""

    reach: float
    """A way exactly that long is within reach; metres, or minutes where there is a speed."""

    steps: tuple[float, ...]
    """Where the classes of people on the map end, each inclusive."""


@dataclass(frozen=True, slots=True, eq=False)
class Joins:
    """Where places join the streets, in whole millimetres."""

    edge: NDArray[np.intp]
    """Position of each place's edge in a `StreetGraph`, -1 for none, shape (p,)."""

    along_mm: NDArray[np.int64]
    """How far along it from its first end, shape (p,)."""

    off_mm: NDArray[np.int64]
    """How far off it, shape (p,)."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetGraph:
    """Streets that places may join: n nodes and e edges, in whole millimetres of the plane."""

    nodes_mm: NDArray[np.int64]
    """Easting and northing of the nodes, shape (n, 2)."""

    ends: NDArray[np.int64]
    """Nodes at which each edge starts and ends, shape (e, 2)."""

    length_mm: NDArray[np.int64]
    """Length of each edge, shape (e,)."""

    corners: NDArray[np.int64]
    """How many corners the course of each edge has, its ends left out, shape (e,)."""

    corners_mm: NDArray[np.int64]
    """All those corners, edge by edge, shape (c, 2)."""

    amended: tuple[tuple[int, int, int, int, int], ...]
    """Edges whose course does not end just where their nodes are: the edge, then what to add to
    its first end and to its second."""

    direction: Mapping[str, NDArray[np.int8]]
    """How each mode may travel each edge: 0 both ways, 1 forward, 2 backward, 3 not; shape (e,)."""

    m_per_min: Mapping[str, NDArray[np.float64]]
    """Speed of each mode on each edge; NaN where nobody says, shape (e,)."""

    leg_m_per_min: float
    """How fast people walk between a place and its street."""

    cap_m: float
    """Farthest that a place may lie off a street."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetTrial:
    """What ways by streets need, beside what straight lines do."""

    graph: StreetGraph
    """The streets; one for all trials of a plan."""

    mode: str
    """How people travel: "walk" or "drive"."""

    points: Joins
    """Where the n demand points join."""

    places: Joins
    """Where the m facilities join."""


@dataclass(frozen=True, slots=True, eq=False)
class SeatTrial:
    """What it takes to give pupils seats anew, the nearest first."""

    pupils: NDArray[np.int64]
    """Whole pupils at each of the n demand points, shape (n,)."""

    rank: NDArray[np.int64]
    """Place of each demand point in the order of ids, shape (n,)."""

    placeless: NDArray[np.int64]
    """Pupils without a place, by area, the last outside all: shape (k + 1,)."""

    offered: NDArray[np.int64]
    """Seats of the m facilities in all their shifts; 0 where unknown, shape (m,)."""

    shifts: int
    """Shifts of a facility that is added."""

    limit: float
    """A way exactly that long may still lead to a seat; metres, or minutes as in ``m_per_min``."""

    m_per_min: float | None
    """Speed, where the limit is minutes."""


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

    scenario: str = ""
    """Id of the present scenario."""

    streets: StreetTrial | None = None
    """Streets and who joins them where; None where ways are straight lines times an index."""

    seats: SeatTrial | None = None
    """Who needs a seat; None where the theme has no seats to give."""
