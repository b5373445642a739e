"""Radial and internal streets: how they stand, and what each would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.names import Name, row_name
from almaty_geo.ringroad.minutes import M_PER_KM, Driving, at_speed
from almaty_geo.ringroad.road import Road, records, text_of
from almaty_geo.ringroad.web import Edge
from almaty_geo.specs import RadialColumns
from almaty_geo.words import Text, same

STEP_M = 500.0
"""Longest stretch of a radial street between places where streets may join it."""

JOIN_M = 100.0
"""A street joins such a place if it is so near."""

Trial = Literal["course", "straight", "none"]
"""Whether its course is in the plan; a straight one may be tried; or there is nothing to try."""


@dataclass(frozen=True, slots=True, eq=False)
class Radial:
    """A street between the city and the ring road, or one that may be such."""

    id: str
    """Row of its layer."""

    name: Name
    """Its name."""

    kind: str
    """As its layer says."""

    start: Text | None
    """Where the stretch begins, in words."""

    end: Text | None
    """Where it ends, in words."""

    length_km: float | None
    """Reported length of the stretch."""

    state: str
    """As its layer says."""

    due: str | None
    """When it is to be ready."""

    date: str
    """As of when."""

    source: str
    """Who says so."""

    confidence: str
    """How sure it is."""

    drawn: str
    """What the map shows, as its layer says."""

    trial: Trial
    """What can be tried."""

    course_m: tuple[shapely.LineString, ...]
    """What is tried, in the metric plane; empty where nothing is."""

    @property
    def drawn_km(self) -> float | None:
        """Length of what is tried."""
        metres = sum(float(shapely.length(line)) for line in self.course_m)
        return metres / M_PER_KM if self.course_m else None

    def to_dict(self) -> dict[str, Any]:
        """Return the street as plain values for JSON."""
        drawn = self.drawn_km
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name.text.en,
            "from": self.start.en if self.start else None,
            "to": self.end.en if self.end else None,
            "length_km": self.length_km,
            "state": self.state,
            "due": self.due,
            "date": self.date,
            "source": self.source,
            "confidence": self.confidence,
            "geometry_basis": self.drawn,
            "tried_as": self.trial,
            "tried_km": None if drawn is None else round(drawn, 1),
        }


def read_radials(
    spec: RadialColumns, layer: Layer, road: Road, area: StudyArea
) -> tuple[Radial, ...]:
    """
    Read the streets between city and ring road.

    Parameters
    ----------
    spec
        Says which lines are the course of what is to be built.
    layer
        The streets.
    road
        Where a straight course leads to: the interchange nearest to the street's outer end.
    area
        Gives the metric plane.

    Returns
    -------
    radials
        In the order of the layer. One whose course, start and end are in the plan is tried by its
        course; one that is to lead to the ring road and of which only another line is drawn,
        straight from that line's corner nearest to an interchange; others not at all.
    """
    frame = layer.frame
    shapes = area.to_metres(frame.geometry)
    columns = layer.spec.name_columns
    rows = records(frame)
    found = []
    for at, row in enumerate(rows):
        texts = text_of(row, "start"), text_of(row, "end")
        drawn = str(row["geometry_basis"])
        kind = str(row.get("kind") or "")
        trial, course = _trial(spec, (kind, drawn), texts, shapes[at], road)
        found.append(
            Radial(
                id=str(row["id"]),
                name=row_name(row, columns) or Name(same(str(row["id"]))),
                kind=kind,
                start=texts[0],
                end=texts[1],
                length_km=None if pd.isna(row.get("length_km")) else float(row["length_km"]),
                state=str(row["state"]),
                due=None if pd.isna(row.get("due")) else str(row["due"]),
                date=str(row.get("date") or ""),
                source=str(row.get("source") or ""),
                confidence=str(row.get("confidence") or ""),
                drawn=drawn,
                trial=trial,
                course_m=course,
            )
        )
    return tuple(found)


def places_of(radial: Radial) -> NDArray[np.float64]:
    """Return the places along what is tried, each line from end to end, shape (p, 2)."""
    if not radial.course_m:
        return np.empty((0, 2))
    return np.concatenate([_marks(radial, line) for line in radial.course_m])


def edges_of(
    radial: Radial, driving: Driving, *, first: int, interchanges: NDArray[np.float64]
) -> tuple[Edge, ...]:
    """
    Return a radial street as ways between its places, of which the first has a position.

    Parameters
    ----------
    radial
        The street.
    driving
        Speed on it.
    first
        Position of its first place.
    interchanges
        Easting and northing, shape (i, 2), at positions 0 to i - 1: a place at one is joined to it.
    """
    edges: list[Edge] = []
    at = first
    for line in radial.course_m:
        steps = len(_marks(radial, line)) - 1
        metres = float(shapely.length(line)) / steps
        cost = at_speed(metres, driving.radial)
        edges += [Edge((at + n, at + n + 1), "radial", metres, cost) for n in range(steps)]
        at += steps + 1
    places = places_of(radial)
    for place, xy in enumerate(places):
        same_spot = np.flatnonzero(np.linalg.norm(interchanges - xy, axis=1) < 1)
        edges += [Edge((int(i), first + place), "joint", 0.0, (1, 1, 1)) for i in same_spot]
    return tuple(edges)


def _marks(radial: Radial, line: shapely.LineString) -> NDArray[np.float64]:
    """Return the places along a line, evenly apart; a straight course has its two ends."""
    steps = 1 if radial.trial == "straight" else int(np.ceil(shapely.length(line) / STEP_M))
    along = np.linspace(0, 1, max(steps, 1) + 1)
    return shapely.get_coordinates(shapely.line_interpolate_point(line, along, normalized=True))


def _trial(
    spec: RadialColumns,
    told: tuple[str, str],
    ends: Sequence[Text | None],
    shape: shapely.Geometry | None,
    road: Road,
) -> tuple[Trial, tuple[shapely.LineString, ...]]:
    """Return what can be tried of a street of a kind, drawn in some way; and its course."""
    kind, drawn = told
    if shape is None or shapely.is_empty(shape):
        return "none", ()
    if drawn in spec.course:
        known = all(end is not None for end in ends)
        return ("course", tuple(shapely.get_parts(shape))) if known else ("none", ())
    if drawn not in spec.guessed or kind not in spec.to_ring:
        return "none", ()
    corners = shapely.get_coordinates(shape)
    spots = np.array([spot.xy_m for spot in road.interchanges])
    far_m = np.linalg.norm(corners[:, None] - spots[None], axis=2)
    corner, spot = np.unravel_index(far_m.argmin(), far_m.shape)
    return "straight", (shapely.LineString([corners[corner], spots[spot]]),)
