"""The ring road as the plan's layers tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.errors import DataError
from almaty_geo.names import Name, row_name
from almaty_geo.specs import RingRoad
from almaty_geo.words import LANGUAGES, Text, same

M_PER_KM = 1000


@dataclass(frozen=True, slots=True)
class Spot:
    """An interchange, a gate or the centre."""

    id: str
    """Row of its layer."""

    name: Name
    """Its name."""

    xy_m: tuple[float, float]
    """Easting and northing in metres."""

    km: float
    """Kilometre of the drawn course that it is nearest to."""

    off_m: float
    """How far it lies off the course."""

    confidence: str
    """How sure its place is; "" where the layer does not say."""

    told_km: float | None = None
    """Kilometre that its source gives."""

    basis: Text | None = None
    """How it was placed."""

    precision_m: float | None = None
    """How far off its place may be; None where nobody says."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure about the road."""

    id: str
    """Which figure."""

    value: float
    """How much."""

    date: str
    """As of when."""

    source: str
    """Who says so."""

    confidence: str
    """How sure it is."""

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as plain values for JSON."""
        return {
            "value": self.value,
            "date": self.date,
            "source": self.source,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A way from an interchange to the nearest street, which no file shows: taken to exist."""

    interchange: int
    """Position of the interchange."""

    end_m: tuple[float, float]
    """Its end at the street, easting and northing."""

    straight_m: float
    """Straight from end to end."""


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """The ring road, with what joins it."""

    course: shapely.LineString
    """Its course in the metric plane, from its first kilometre to its last."""

    interchanges: tuple[Spot, ...]
    """Where cars come onto it, in the order of their layer."""

    gates: tuple[Spot, ...]
    """Where through traffic comes in, in the order of kilometres."""

    centre: Spot
    """The centre of the city."""

    links: tuple[Link, ...]
    """Ways that are taken to exist."""

    facts: Mapping[str, Fact]
    """Figures, by their id."""

    official_km: float | None
    """The official length."""

    @property
    def drawn_km(self) -> float:
        """Length of the drawn course."""
        return float(shapely.length(self.course)) / M_PER_KM

    @property
    def off_official(self) -> float | None:
        """Drawn length less the official one, over the official one; None where unknown."""
        if self.official_km is None:
            return None
        return (self.drawn_km - self.official_km) / self.official_km

    def between(self, start_km: float, end_km: float) -> shapely.LineString:
        """Return the course from one kilometre to another, in that direction."""
        part = substring(self.course, start_km * M_PER_KM, end_km * M_PER_KM)
        xy_m = shapely.get_coordinates(part)
        return shapely.LineString(xy_m if len(xy_m) > 1 else np.repeat(xy_m, 2, axis=0))


def read_road(spec: RingRoad, layers: Catalogue, area: StudyArea) -> Road:
    """
    Read the ring road from the layers that are declared.

    Parameters
    ----------
    spec
        Names the layers.
    layers
        The plan's.
    area
        Gives the metric plane.

    Returns
    -------
    road
        With gates in the order in which the road passes them.

    Raises
    ------
    DataError
        If the course is not one line, the centre is no row of the gates, or there is no
        interchange.
    UnknownNameError
        If the plan lacks a layer.
    """
    course = _course(layers[spec.course], area)
    interchanges = _spots(layers[spec.interchanges], course, area)
    if not interchanges:
        raise DataError(f"{spec.interchanges}: no interchange has a place.")
    spots = _spots(layers[spec.gates], course, area)
    centre = next((spot for spot in spots if spot.id == spec.centre), None)
    if centre is None:
        raise DataError(f"{spec.gates}: there is no row {spec.centre!r} to be the centre.")
    gates = sorted((s for s in spots if s is not centre), key=lambda s: (s.km, s.id))
    facts = _facts(layers[spec.facts]) if spec.facts else {}
    official = facts.get(spec.length)
    return Road(
        course=course,
        interchanges=interchanges,
        gates=tuple(gates),
        centre=centre,
        links=_links(layers[spec.links], interchanges, area) if spec.links else (),
        facts=facts,
        official_km=official.value if official else None,
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by the names of their columns."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def text_of(row: Mapping[str, Any], prefix: str) -> Text | None:
    """Return a text that a row holds in a column for each language; None where it has none."""
    told = {lang: row.get(f"{prefix}_{lang}") for lang in LANGUAGES}
    known = {lang: str(value) for lang, value in told.items() if not pd.isna(value) and value}
    if not known:
        return None
    first = next(iter(known.values()))
    return Text(**{lang: known.get(lang, first) for lang in LANGUAGES})


def _course(layer: Layer, area: StudyArea) -> shapely.LineString:
    lines = shapely.get_parts(area.to_metres(layer.located.geometry))
    joined = shapely.line_merge(shapely.multilinestrings(list(lines))) if len(lines) else None
    if not isinstance(joined, shapely.LineString):
        raise DataError(
            f"{layer.spec.file}: the course of the ring road must be one line from end to end."
        )
    ends = shapely.get_coordinates(joined)[[0, -1]]
    far_m = np.linalg.norm(ends - shapely.get_coordinates(lines[0])[0], axis=1)
    return joined if far_m[0] <= far_m[1] else shapely.LineString(joined.coords[::-1])


def _spots(layer: Layer, course: shapely.LineString, area: StudyArea) -> tuple[Spot, ...]:
    frame = layer.located
    xy_m: NDArray[np.float64] = area.xy_m(frame.geometry)
    points = shapely.points(xy_m)
    km = np.atleast_1d(shapely.line_locate_point(course, points) / M_PER_KM)
    off_m = np.atleast_1d(shapely.distance(course, points))
    columns = layer.spec.name_columns
    rows = records(frame)
    names = [row_name(row, columns) for row in rows]
    return tuple(
        Spot(
            id=str(row["id"]),
            name=names[at] or Name(same(str(row["id"]))),
            xy_m=(float(xy_m[at, 0]), float(xy_m[at, 1])),
            km=float(km[at]),
            off_m=float(off_m[at]),
            confidence=str(row.get("confidence") or ""),
            told_km=None if pd.isna(row.get("km")) else float(row["km"]),
            basis=text_of(row, "basis"),
            precision_m=None if pd.isna(row.get("precision_m")) else float(row["precision_m"]),
        )
        for at, row in enumerate(rows)
    )


def _links(layer: Layer, interchanges: tuple[Spot, ...], area: StudyArea) -> tuple[Link, ...]:
    """Return the links; the end that is farther from the interchange is the one at the street."""
    at = {spot.id: position for position, spot in enumerate(interchanges)}
    frame = layer.located
    links = []
    for name, line in zip(
        frame["interchange"].astype(str), area.to_metres(frame.geometry), strict=True
    ):
        if name not in at:
            raise DataError(f"{layer.spec.file}: a link names no interchange {name!r}.")
        here = np.array(interchanges[at[name]].xy_m)
        ends = shapely.get_coordinates(line)[[0, -1]]
        far = max(ends, key=lambda end: float(np.linalg.norm(end - here)))
        straight_m = float(np.linalg.norm(far - here))
        links.append(Link(at[name], (float(far[0]), float(far[1])), straight_m))
    return tuple(links)


def _facts(layer: Layer) -> dict[str, Fact]:
    """Return the figures that are numbers; ranges and dates are not among them."""
    found = {}
    for row in layer.frame.to_dict("records"):
        try:
            value = float(row["value"])
        except (TypeError, ValueError):
            continue
        told = [str(row.get(key) or "") for key in ("date", "source", "confidence")]
        found[str(row["fact"])] = Fact(str(row["fact"]), value, *told)
    return found
