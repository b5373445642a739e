"""Where a facility could be put: points of a layer or a grid, minus declared exclusions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.errors import UsageError
from almaty_geo.specs import Exclusion

Floats = NDArray[np.float64]
MOST = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """An exclusion with the features that it keeps away from."""

    exclusion: Exclusion
    """What is declared."""

    shapes_m: NDArray[np.object_] | None = None
    """Features in the metric plane, None where one has no place; None if there is no layer."""

    @property
    def placed(self) -> NDArray[np.object_]:
        """The features that have a place."""
        if self.shapes_m is None:
            return np.empty(0, dtype=object)
        has = ~(shapely.is_missing(self.shapes_m) | shapely.is_empty(self.shapes_m))
        return np.asarray(self.shapes_m[has], dtype=object)


@dataclass(frozen=True, slots=True)
class Checked:
    """An exclusion that was applied."""

    exclusion: Exclusion
    """What is declared."""

    features: int
    """How many features it was checked against."""

    unlocated: int
    """How many more features have no place, so nothing could be kept away from them."""

    excluded: int
    """How many candidates it rules out; one may be ruled out by several."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places where a facility could be put."""

    ids: tuple[str, ...]
    """One for each candidate, in the order given."""

    xy_m: Floats
    """Easting and northing in metres, shape (n, 2)."""

    given: int
    """How many there were before exclusions."""

    unlocated: int
    """How many of those had no place."""

    checked: tuple[Checked, ...]
    """Exclusions that were applied."""

    unchecked: tuple[Exclusion, ...]
    """Exclusions that nothing was known to check against: a site may break them."""

    @property
    def excluded_by(self) -> tuple[tuple[str, int], ...]:
        """How many candidates each exclusion rules out, by its id."""
        return tuple((c.exclusion.id, c.excluded) for c in self.checked)


def candidates(ids: Sequence[str], xy_m: Floats, zones: Sequence[Zone]) -> Candidates:
    """
    Return the places that no exclusion rules out.

    Parameters
    ----------
    ids
        One for each place, such as the points of demand, of a layer or of a grid.
    xy_m
        Easting and northing in metres, shape (n, 2); NaN where a thing has no place.
    zones
        Every exclusion declared; one without a layer, or none of whose features has a place, is
        told as not checked.

    Returns
    -------
    candidates
        In the order given.

    Raises
    ------
    UsageError
        If ids and places are not as many, or no place is left.

    Notes
    -----
    A place is ruled out if it lies on a feature, or nearer to one than the distance; a place
    exactly as far is not.
    """
    if xy_m.shape != (len(ids), 2):
        raise UsageError(f"{len(ids)} ids need places of shape ({len(ids)}, 2), not {xy_m.shape}.")
    located = np.isfinite(xy_m).all(axis=1)
    if not located.any():
        raise UsageError("There are no candidate sites: nothing given has a place.")
    keep = np.array(located, dtype=np.bool_)
    checked, unchecked = [], []
    for zone in sorted(zones, key=lambda z: z.exclusion.id):
        shapes = zone.placed
        if zone.shapes_m is None or not len(shapes):
            unchecked.append(zone.exclusion)
            continue
        hit = np.zeros(len(ids), dtype=bool)
        hit[located] = _near(xy_m[located], shapes, zone.exclusion.distance_m or 0.0)
        keep &= ~hit
        unlocated = len(zone.shapes_m) - len(shapes)
        checked.append(Checked(zone.exclusion, len(shapes), unlocated, int(hit.sum())))
    if not keep.any():
        named = ", ".join(c.exclusion.id for c in checked if c.excluded)
        raise UsageError(f"No candidate site is left of {int(located.sum())}: excluded by {named}.")
    return Candidates(
        ids=tuple(str(name) for name, kept in zip(ids, keep.tolist(), strict=True) if kept),
        xy_m=xy_m[keep],
        given=len(ids),
        unlocated=int((~located).sum()),
        checked=tuple(checked),
        unchecked=tuple(unchecked),
    )


def grid(areas_m: Sequence[shapely.Geometry], *, step_m: float) -> tuple[tuple[str, ...], Floats]:
    """
    Return a regular grid of points inside some areas.

    Parameters
    ----------
    areas_m
        Polygons in the metric plane.
    step_m
        Between neighbouring points; the grid lies on whole multiples of it, so that it does not
        move when an area changes.

    Returns
    -------
    ids, xy_m
        Ids ``east_north`` in whole metres, and places, shape (n, 2); west to east, then south to
        north.

    Raises
    ------
    UsageError
        If the step is not above 0, so small that the grid is too large, or no point lies inside.
    """
    if not (np.isfinite(step_m) and step_m > 0):
        raise UsageError(f"The grid's step must be above 0 m, not {step_m!r}.")
    whole = shapely.union_all(list(areas_m))
    if whole.is_empty:
        raise UsageError("There is no area to lay a grid on.")
    west, south, east, north = whole.bounds
    columns = np.arange(np.ceil(west / step_m), np.floor(east / step_m) + 1)
    rows = np.arange(np.ceil(south / step_m), np.floor(north / step_m) + 1)
    if len(columns) * len(rows) > MOST:
        raise UsageError(
            f"A grid of {step_m:g} m has {len(columns) * len(rows):,} points, more than "
            f"{MOST:,}: take a larger step."
        )
    x, y = (part.ravel() * step_m for part in np.meshgrid(columns, rows, indexing="ij"))
    shapely.prepare(whole)
    inside = shapely.intersects_xy(whole, x, y)
    xy_m = np.column_stack([x[inside], y[inside]])
    if not len(xy_m):
        raise UsageError(f"No point of a grid of {step_m:g} m lies inside the areas.")
    return tuple(f"{e:.0f}_{n:.0f}" for e, n in xy_m), xy_m


def _near(xy_m: Floats, shapes: NDArray[np.object_], distance_m: float) -> NDArray[np.bool_]:
    """Return which points lie on a shape or nearer to one than a distance, shape (n,)."""
    points = np.asarray(shapely.points(xy_m), dtype=object)
    at, of = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=distance_m)
    apart = shapely.distance(points[at], shapes[of])
    near: NDArray[np.bool_] = np.zeros(len(xy_m), dtype=np.bool_)
    near[at[(apart < distance_m) | (apart == 0)]] = True
    return near
