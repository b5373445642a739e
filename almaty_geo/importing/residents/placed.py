"""People put at points, each with the sums and the rests by which they get there."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import UsageError
from almaty_geo.importing.residents.asked import Spread
from almaty_geo.importing.residents.people import People
from almaty_geo.importing.residents.targets import Targets
from almaty_geo.spreading import Parts, Shapes, by_area, dasymetric, overlaps, shared, to_nearest

_OVERLAP = 1e-6
"""Share of a source that may lie in two targets before it is said: beyond round-off."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """People at points, before they are whole."""

    ids: tuple[str, ...]
    """One for each point."""

    points: NDArray[np.object_]
    """In degrees, shape (r,); None where the place is not known."""

    parts: Parts
    """Shares of each source at each point; they sum to 1 for every source."""

    amounts: NDArray[np.float64]
    """People at each source, shape (n,)."""

    whole: bool
    """Whether those are whole people."""

    rest: NDArray[np.float64]
    """Share of each source that lies in no target and stays where it is, shape (n,)."""

    said: tuple[str, ...] = ()
    """What had to be decided."""

    def at_points(self) -> NDArray[np.float64]:
        """Return people at each point, shape (r,)."""
        people = self.amounts[self.parts.source] * self.parts.weight
        return np.bincount(self.parts.target, people, len(self.ids)).astype(np.float64)

    def whole_at_points(self) -> NDArray[np.int64]:
        """Return whole people at each point, shape (r,); those of each source stay together."""
        sources = self.amounts.astype(np.int64)
        ids = np.array(self.ids)[self.parts.target]
        each = shared(self.parts.weight, self.parts.source, sources, order=ids)
        people = np.zeros(len(self.ids), dtype=np.int64)
        np.add.at(people, self.parts.target, each)
        return people


def placed(people: People, targets: Targets | None, spread: Spread, area: StudyArea) -> Placed:
    """
    Put people at points.

    Parameters
    ----------
    people
        By cell, outline or point.
    targets
        Whom they are put to; None where they stay.
    spread
        By which method.
    area
        Gives the metric plane.

    Returns
    -------
    placed
        Targets first, then what stays where the file has it: all of a source that lies in no
        target, and by "area" the share of one that lies partly in none.

    Raises
    ------
    UsageError
        If the method asks for outlines where there are points.
    """
    own = _points(people)
    if targets is None:
        every = np.arange(len(own))
        parts = Parts(every, every, np.ones(len(own)))
        return _as_placed(people, people.ids, own, parts)
    located = np.flatnonzero(~shapely.is_missing(people.shapes))
    shares = _shares(people, targets, spread, area, located)
    shares = replace(shares, source=located[shares.source])
    here = np.array([*targets.ids, *(f"rest-{i}" for i in people.ids)], dtype=object)
    points = np.concatenate([shapely.point_on_surface(targets.shapes), own])
    parts = shares.completed(len(targets.ids), len(own))
    used, at = np.unique(parts.target, return_inverse=True)
    made = _as_placed(people, tuple(here[used]), points[used], replace(parts, target=at))
    left = parts.target >= len(targets.ids)
    rest = np.bincount(parts.source[left], parts.weight[left], len(own)).astype(np.float64)
    return replace(made, rest=rest, said=_doubled(shares, len(own)))


def overlapping(people: People, area: StudyArea) -> tuple[str, ...]:
    """Return what is to be said of outlines with people that lie over each other."""
    if people.kind != "outlines":
        return ()
    shapes = area.to_metres(people.shapes[~shapely.is_missing(people.shapes)])
    pairs = overlaps(shapes, shapes)
    least = np.minimum(shapely.area(shapes)[pairs.source], shapely.area(shapes)[pairs.target])
    over = (pairs.source < pairs.target) & (pairs.weight > 0.01 * least)
    if not over.any():
        return ()
    one, other = int(pairs.source[over][0]), int(pairs.target[over][0])
    said = (
        f"{int(over.sum()):,} pairs of outlines lie over each other, such as "
        f"{people.ids[one]} and {people.ids[other]}: the people of both are counted there."
    )
    return (said,)


def _as_placed(
    people: People, ids: tuple[str, ...], points: NDArray[np.object_], parts: Parts
) -> Placed:
    return Placed(ids, points, parts, people.amounts, people.whole, np.zeros(len(people.amounts)))


def _points(people: People) -> NDArray[np.object_]:
    """Return a point for each source: a point is its own, a cell's is its centre."""
    if people.kind == "cells":
        centres: NDArray[np.object_] = shapely.centroid(people.shapes)
        return centres
    return shapely.point_on_surface(people.shapes)


def _shares(
    people: People,
    targets: Targets,
    spread: Spread,
    area: StudyArea,
    located: NDArray[np.intp],
) -> Parts:
    """Return the shares of sources that have a place, by their position among these."""
    goal: Shapes = area.to_metres(targets.shapes)
    if spread.method == "nearest":
        points = area.to_metres(_points(people)[located])
        return to_nearest(points, shapely.point_on_surface(goal))
    if people.kind == "points":
        raise UsageError(
            f"Points have no area: method {spread.method!r} needs a raster or outlines; 'nearest' "
            "puts each point to the nearest target."
        )
    sources = area.to_metres(people.shapes[located])
    if spread.method == "dasymetric":
        return dasymetric(sources, goal, targets.density)
    if not targets.outlines:
        raise UsageError("Method 'area' needs outlines to spread by; these are points.")
    return by_area(sources, goal)


def _doubled(shares: Parts, sources: int) -> tuple[str, ...]:
    """Return what is to be said of targets that lie over each other."""
    over = int((shares.sums(sources) > 1 + _OVERLAP).sum())
    if not over:
        return ()
    said = (
        f"targets lie over each other in {over:,} places of the file: people there are shared "
        "between them, and counted once."
    )
    return (said,)
