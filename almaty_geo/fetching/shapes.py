"""From elements to shapes: points, lines and outlines with holes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from almaty_geo.fetching.answers import Elements, Member, Relation
from almaty_geo.fetching.queries import DECIMALS

_RING_MIN = 4
_LINE_MIN = 2
_AREAS = frozenset({"multipolygon", "boundary"})


class Lack(Enum):
    """Why a thing of the theme has no shape that its layer can hold."""

    PARTS = "parts are missing"
    """A node or a way that it consists of did not come."""

    OPEN = "the outline does not make an area"
    """A ring that does not end where it begins, is flat, or crosses another."""

    POINT = "a point, without an outline"
    """Mapped as a point where an area is needed."""

    KIND = "a relation without an outline"
    """A relation of a type that makes no area."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape with what was done to come by it."""

    geometry: BaseGeometry
    """Degrees."""

    mended: bool = False
    """Whether the outline crosses itself, so that a point had to be taken from a mended one."""

    cut: bool = False
    """Whether a line goes on where no nodes came, as at the edge of a file."""


def point_of_node(found: Elements, ref: int) -> Shape:
    """Return a node as a point."""
    return Shape(shapely.Point(found.places[ref]))


def line_of_way(found: Elements, ref: int) -> Shape | Lack:
    """Return a way as a line, closed ones too; ends that did not come are left off."""
    nodes = found.ways[ref].nodes if ref in found.ways else ()
    here = [index for index, node in enumerate(nodes) if node in found.places]
    known = nodes[here[0] : here[-1] + 1] if here else ()
    line = _line(found, known)
    return Shape(line, cut=len(known) < len(nodes)) if line is not None else Lack.PARTS


def area_of_way(found: Elements, ref: int) -> Shape | Lack:
    """Return a closed way as an area."""
    line = _line(found, found.ways[ref].nodes) if ref in found.ways else None
    if line is None:
        return Lack.PARTS
    if not line.is_closed or len(line.coords) < _RING_MIN:
        return Lack.OPEN
    area = shapely.Polygon(line)
    # The two halves of a crossed outline may cancel out; a flat one has none, however it is mended.
    holds = area.area or shapely.make_valid(area).area
    return Shape(area) if holds else Lack.OPEN


def area_of_relation(found: Elements, relation: Relation) -> Shape | Lack:
    """Return a multipolygon or a boundary as an area."""
    if relation.tags.get("type") not in _AREAS:
        return Lack.KIND
    outer = _area(found, [m for m in relation.members if m.type == "way" and m.role != "inner"])
    inner = _area(found, [m for m in relation.members if m.type == "way" and m.role == "inner"])
    if outer is None:
        return Lack.PARTS
    if isinstance(outer, Lack):
        return outer
    if isinstance(inner, Lack):
        return inner
    whole = outer if inner is None else shapely.difference(outer, inner)
    return Shape(whole) if not whole.is_empty else Lack.OPEN


def point_of_way(found: Elements, ref: int) -> Shape | Lack:
    """Return a point inside a closed way, or on an open one."""
    area = area_of_way(found, ref)
    if area is Lack.OPEN:
        area = line_of_way(found, ref)
    return _inside(area)


def point_of_relation(found: Elements, relation: Relation) -> Shape | Lack:
    """Return a point inside an area, or else on the largest part of the relation."""
    area = area_of_relation(found, relation)
    if area not in {Lack.KIND, Lack.OPEN}:
        return _inside(area)
    parts = [shape for m in relation.members if (shape := _part(found, m)) is not None]
    if not parts:
        return Lack.PARTS if relation.members else Lack.KIND
    return _inside(Shape(max(parts, key=lambda g: (g.area, g.length))))


def _part(found: Elements, member: Member) -> BaseGeometry | None:
    """Return the shape of a member, if it came."""
    if member.type == "node" and member.ref in found.places:
        return shapely.Point(found.places[member.ref])
    if member.type != "way":
        return None
    area = area_of_way(found, member.ref)
    shape = line_of_way(found, member.ref) if isinstance(area, Lack) else area
    return None if isinstance(shape, Lack) else shape.geometry


def _inside(shape: Shape | Lack) -> Shape | Lack:
    """Return a point on the surface of an area, or on a line, to the decimals that maps have."""
    if isinstance(shape, Lack):
        return shape
    sound = bool(shapely.is_valid(shape.geometry))
    whole = shape.geometry if sound else shapely.make_valid(shape.geometry)
    point = shapely.point_on_surface(whole)
    if point.is_empty:
        return Lack.OPEN
    return Shape(shapely.Point(np.round([point.x, point.y], DECIMALS)), mended=not sound)


def _line(found: Elements, nodes: Sequence[int]) -> shapely.LineString | None:
    """Return a line through nodes; None if one is missing or there are too few."""
    if any(node not in found.places for node in nodes):
        return None
    xy = [found.places[node] for node in nodes]
    return shapely.LineString(xy) if len(set(xy)) >= _LINE_MIN else None


def _area(found: Elements, members: Iterable[Member]) -> BaseGeometry | Lack | None:
    """Return the area within ways that make rings together; None where there are no ways."""
    ways = [found.ways.get(member.ref) for member in members]
    if not ways:
        return None
    lines = [_line(found, way.nodes) if way is not None else None for way in ways]
    if any(line is None for line in lines):
        return Lack.PARTS
    faces, cuts, dangles, crossed = shapely.polygonize_full(lines)
    if not (cuts.is_empty and dangles.is_empty and crossed.is_empty) or faces.is_empty:
        return Lack.OPEN
    if not shapely.is_valid(list(faces.geoms)).all():
        return Lack.OPEN
    whole: BaseGeometry = shapely.union_all(list(faces.geoms))
    return whole
