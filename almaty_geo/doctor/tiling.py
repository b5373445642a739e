"""Doubts about how areas lie beside each other: ground that is in two of them, or in none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.doctor.finding import Finding, Mending, named
from almaty_geo.doctor.shapes import polygonal, reshaped

AREA_TOLERANCE_M2 = 1.0
"""Ground that two areas may share, or leave out, without a word."""

SLIVER_M = 0.01
"""Mean width below which that ground is a matter of rounding, however long it is."""

SEAM_M = 0.1
"""Widest slit that does not lead out of a gap: where a corner of one area meets the side of
another, seven decimals of a degree leave a centimetre between them."""

GAP_M = 50.0
"""Widest strip, open at an end, that is taken for a gap: a main street. Wider ones are meant."""

GIVEN_MAX_M2 = 100_000.0
"""Ground that may be given to one area by rule. Where more is at stake, people decide."""

_BORDER_SHARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Tiling:
    """The areas of a layer, in metres."""

    layer: str
    """Id of the layer."""

    features: Sequence[tuple[str, int]]
    """Id, and row of the file, of each."""

    degrees: NDArray[np.object_]
    """Outlines as they are in the file."""

    shapes: NDArray[np.object_]
    """Outlines in metres, made sound."""

    area: StudyArea
    """For the metric plane."""

    def named(self, which: Sequence[int]) -> str:
        """Return the names of some of them."""
        return named([self.features[i][0] for i in which])


def overlaps(tiles: Tiling) -> Iterator[Finding]:
    """
    Yield pairs of areas that share ground: people there count twice.

    Ground up to `GIVEN_MAX_M2` is proposed to stay with the area whose id comes first, as a point
    on a shared border does; the other gives it up.
    """
    shapes = tiles.shapes
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b)
    for a, b in pairs:
        common = polygonal(shapely.intersection(shapes[a], shapes[b]))
        if shapely.area(common) > AREA_TOLERANCE_M2 and not shapely.equals(shapes[a], shapes[b]):
            sentence = f"{tiles.named([a, b])} overlap by {_size(common)}"
            keeps, gives = sorted((a, b), key=lambda i: tiles.features[i][0])
            repair = _given_up(tiles, gives, keeps) if _small(common) else None
            yield _of_size(tiles, "overlap", sentence, common, repair)


def gaps(tiles: Tiling) -> Iterator[Finding]:
    """
    Yield ground between areas that belongs to none: people there count nowhere.

    Ground up to `GIVEN_MAX_M2` is proposed for the area with the longest border along it.
    """
    whole = shapely.union_all(tiles.shapes)
    outer = shapely.get_exterior_ring(shapely.get_parts(_closed(whole, SEAM_M)))
    filled = shapely.union_all(shapely.polygons(outer))
    beyond = shapely.difference(_closed(filled, GAP_M), filled)
    for rule, ground in (("gap", shapely.difference(filled, whole)), ("open-gap", beyond)):
        for part in shapely.get_parts(ground):
            if shapely.area(part) <= AREA_TOLERANCE_M2:
                continue
            gap = _without_hairs(part)
            beside, longest = _neighbours(gap, tiles.shapes)
            if rule == "open-gap" and len(beside) < 2:  # noqa: PLR2004 - a gap is between two
                continue
            place = tiles.area.to_degrees([shapely.point_on_surface(gap)])[0]
            x, y = (f"{degrees:.6g}" for degrees in (place.x, place.y))
            around = tiles.named(beside)
            sentence = f"{_size(gap)} at {x}, {y}, beside {around}, belong to no area"
            repair = _taken_in(tiles, longest, gap, f"{x},{y}") if beside and _small(gap) else None
            yield _of_size(tiles, rule, sentence, gap, repair)


def _given_up(tiles: Tiling, gives: int, keeps: int) -> Mending | None:
    """Return the repair by which an area gives up what lies in another."""
    left = polygonal(shapely.difference(tiles.shapes[gives], tiles.shapes[keeps]))
    return _repair(tiles, gives, ("overlap", tiles.features[keeps][0]), left)


def _taken_in(tiles: Tiling, takes: int, gap: shapely.Geometry, at: str) -> Mending | None:
    """Return the repair by which an area takes in a gap, up to the borders of all others."""
    others = np.delete(tiles.shapes, takes)
    wider = shapely.buffer(gap, SEAM_M, join_style="mitre")
    taken = shapely.difference(wider, shapely.union_all(others))
    grown = polygonal(shapely.union(tiles.shapes[takes], taken))
    return _repair(tiles, takes, ("gap", at), grown)


def _repair(
    tiles: Tiling, which: int, rule: tuple[str, str], metres: shapely.Geometry
) -> Mending | None:
    """Return the repair of one outline by a rule, and what tells it from others like it."""
    shapes = (tiles.degrees[which], tiles.area.to_degrees([metres])[0])
    slug, where = rule
    return reshaped(tiles.layer, tiles.features[which], slug, shapes, tiles.area, where=where)


def _closed(ground: shapely.Geometry, width_m: float) -> shapely.Geometry:
    """Return ground with every strip up to a width closed; its corners stay where they are."""
    half = width_m / 2
    wider = shapely.buffer(ground, half, join_style="mitre")
    return shapely.buffer(wider, -half, join_style="mitre")


def _without_hairs(gap: shapely.Geometry) -> shapely.Geometry:
    """Return a gap without the hairs that closing leaves along the outside of the ground."""
    half = SLIVER_M / 2
    core = shapely.buffer(gap, -half, join_style="mitre")
    return shapely.buffer(core, half, join_style="mitre") if shapely.area(core) > 0 else gap


def _neighbours(gap: shapely.Geometry, shapes: NDArray[np.object_]) -> tuple[list[int], int]:
    """
    Return the areas that border a gap, and the one with the longest border.

    They border it along a good part of its outline, not at a corner only.
    """
    near = np.flatnonzero(shapely.dwithin(shapes, gap, SLIVER_M))
    edge = shapely.buffer(gap, SLIVER_M)
    along = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), edge))
    long = near[along > _BORDER_SHARE * shapely.length(gap)]
    longest = int(near[np.argmax(along)]) if len(near) else -1
    return [int(i) for i in long], longest


def _small(ground: shapely.Geometry) -> bool:
    return bool(shapely.area(ground) <= GIVEN_MAX_M2)


def _size(ground: shapely.Geometry) -> str:
    return f"{shapely.area(ground):,.0f} m²"


def _of_size(
    tiles: Tiling, rule: str, sentence: str, ground: shapely.Geometry, repair: Mending | None
) -> Finding:
    """Return a warning, or a note where the ground is too thin to matter."""
    at = tiles.area.to_degrees([ground])[0]
    width_m = 2 * shapely.area(ground) / shapely.length(ground)
    if width_m < SLIVER_M:
        thin = f"{sentence}, thinner than 1 cm: taken for rounding."
        return Finding(tiles.layer, "", f"{rule}-sliver", "note", thin, at=at)
    large = "" if repair or _small(ground) else " Too much to be given to one by rule."
    said = f"{sentence}, about {width_m:,.1f} m wide.{large}"
    return Finding(tiles.layer, "", rule, "warning", said, repair, at)
