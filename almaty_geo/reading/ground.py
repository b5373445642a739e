"""Whether shapes lie where they can, and are sound as outlines."""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.reading.faults import Faults
from almaty_geo.reading.systems import guesses

_EARTH = (-180.0, -90.0, 180.0, 90.0)
_MERCATOR_RADIUS_M = 6_378_137.0
_MERCATOR_MAX_M = 20_037_508.35
# A grid's origin is somewhere else on the globe: what only misses the box is not a grid.
_GRID_MIN_DEG = 5.0
_OTHER_METRES = "metres of another metric grid?"
_GUESSES_SHOWN = 3

_REASONS = {
    "Self-intersection": "the outline crosses itself",
    "Ring Self-intersection": "the outline touches itself",
    "Hole lies outside shell": "a hole lies outside the outline",
    "Nested shells": "a part lies within another",
    "Nested holes": "a hole lies within another",
    "Duplicate Rings": "two rings are the same",
    "Interior is disconnected": "holes cut the area apart",
    "Too few points in geometry component": "too few different positions",
}
_PLACE = re.compile(r"\[(\S+) (\S+)\]")


def check_ground(shapes: NDArray[np.object_], area: StudyArea | None, faults: Faults) -> None:
    """
    Note shapes that lie where they cannot, or are not sound.

    Parameters
    ----------
    shapes
        Shapes (n,), longitude and latitude in degrees.
    area
        Where they must lie; None for anywhere on Earth.
    faults
        Where faults are noted: the first position of a shape that is out of bounds; when all
        shapes are, for what looks like one reason, that is one fault of the file.
    """
    on_earth = np.flatnonzero(_check_bounds(shapes, area, faults))
    sound = shapely.is_valid(shapes[on_earth])
    for index in on_earth[~sound].tolist():
        value, rule = unsound(shapes[index])
        faults.add(value, "a sound outline", feature=index, rule=rule)


def unsound(shape: shapely.Geometry) -> tuple[str, str]:
    """
    Return why a shape is not sound, and the slug of the rule.

    Examples
    --------
    >>> unsound(shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"))
    ('the outline crosses itself at 0.5, 0.5', 'crosses-itself')
    """
    parts = shapely.get_parts(shape)
    bad = [number for number, part in enumerate(parts) if not part.is_valid]
    part, which = (parts[bad[0]], f"part {bad[0]}: ") if bad and len(parts) > 1 else (shape, "")
    flat = shapely.area(shapely.convex_hull(part)) == 0
    if flat:
        what = "no length" if shapely.get_dimensions(part) == 1 else "no area"
        return f"{which}the outline has {what}", what.replace(" ", "-")
    reason = shapely.is_valid_reason(part)
    place = _PLACE.search(reason)
    at = f" at {float(place[1]):.7g}, {float(place[2]):.7g}" if place else ""
    kind = reason.split("[")[0]
    said = _REASONS.get(kind, kind[:1].lower() + kind[1:])
    return f"{which}{said}{at}", "crosses-itself"


def _check_bounds(
    shapes: NDArray[np.object_], area: StudyArea | None, faults: Faults
) -> NDArray[np.bool_]:
    """Note shapes out of bounds; return which lie on Earth and can be looked at."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    on_earth: NDArray[np.bool_] = ~shapely.is_missing(shapes)
    on_earth[owner[~_within(xy, _EARTH)]] = False
    out = ~_within(xy, area.bounds_deg if area else _EARTH)
    features, first = np.unique(owner[out], return_index=True)
    if not len(features):
        return on_earth
    places = xy[out][first]
    hints = [_hint(float(x), float(y), area) for x, y in places]
    if _OTHER_METRES in hints and (grids := guesses(places, area)):
        named = f"metres, {' or '.join(grids[:_GUESSES_SHOWN])}?"
        hints = [named if hint == _OTHER_METRES else hint for hint in hints]
    expected = _expected(area)
    if 1 < len(features) == len(np.unique(owner)) and len(set(hints)) == 1 and hints[0]:
        example = f"{_said(places[0])} of {faults.counted} {features[0]}"
        value = f"all {len(features):,} places are out of bounds, such as {example}"
        faults.add(value, expected, hint=hints[0], rule="out-of-bounds")
        return on_earth
    for feature, place, hint in zip(features.tolist(), places, hints, strict=True):
        faults.add(_said(place), expected, feature=feature, hint=hint, rule="out-of-bounds")
    return on_earth


def _within(xy: NDArray[np.float64], bounds: Sequence[float]) -> NDArray[np.bool_]:
    west, south, east, north = bounds
    x, y = xy.T
    within: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return within


def _said(place: NDArray[np.float64]) -> str:
    """Return a position as words."""
    return f"longitude {place[0]:.10g}, latitude {place[1]:.10g}"


def _expected(area: StudyArea | None) -> str:
    """Return the bounds as words."""
    west, south, east, north = area.bounds_deg if area else _EARTH
    box = f"longitude {west:.7g} to {east:.7g}, latitude {south:.7g} to {north:.7g}"
    return f"a place in the area of interest, {box}" if area else box


def _hint(x: float, y: float, area: StudyArea | None) -> str:
    """Guess why a position is out of bounds."""
    bounds = area.bounds_deg if area else None
    if _holds(bounds or _EARTH, y, x):
        return "latitude and longitude swapped?"
    if _holds(_EARTH, x, y):
        far = bounds and not _holds(_wider(bounds), x, y)
        return "another place, or a metric grid?" if far else ""
    if max(abs(x), abs(y)) <= 360:  # noqa: PLR2004 - a full turn: degrees, but not these
        off_pole = abs(y) > 90  # noqa: PLR2004 - the poles
        return "latitude out of range" if off_pole else "longitude out of range"
    if not max(abs(x), abs(y)) <= _MERCATOR_MAX_M:
        return "not a place on Earth in any unit"
    if bounds is None or _holds(_wider(bounds), *_from_mercator(x, y)):
        return "metres, EPSG:3857?" if bounds else "metres, such as EPSG:3857?"
    return _OTHER_METRES


def _holds(bounds: Sequence[float], x: float, y: float) -> bool:
    west, south, east, north = bounds
    return west <= x <= east and south <= y <= north


def _wider(bounds: Sequence[float]) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    return (
        west - _GRID_MIN_DEG,
        south - _GRID_MIN_DEG,
        east + _GRID_MIN_DEG,
        north + _GRID_MIN_DEG,
    )


def _from_mercator(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of Web Mercator metres."""
    latitude = 2 * np.arctan(np.exp(y / _MERCATOR_RADIUS_M)) - np.pi / 2
    return float(np.degrees(x / _MERCATOR_RADIUS_M)), float(np.degrees(latitude))
