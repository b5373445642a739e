"""A network as two tables, edges and nodes, and back."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError
from almaty_geo.specs import Column, Speeds
from almaty_geo.streets.building import speeds_of
from almaty_geo.streets.cleaning import Cleaning
from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, NEITHER, Network
from almaty_geo.streets.tags import shows_footpaths
from almaty_geo.words import say

_Ids = Sequence[str]

DECIMALS = 10
"""Decimals of a degree: a hundredth of a millimetre, so that whole millimetres come back."""

_OFF_MM = 1


def edge_columns() -> dict[str, Column]:
    """Return what the table of edges promises."""
    return {
        "id": Column(kind="str", required=True, unique=True),
        "from_node": _whole(say("Node at the start")),
        "to_node": _whole(say("Node at the end")),
        "length_mm": _whole(say("Length"), unit="mm", minimum=1),
        "kind": Column(kind="str", title=say("Class of street")),
        "name": Column(kind="str", title=say("Street name")),
        "walk": _whole(say("On foot: 0 both ways, 3 closed"), maximum=NEITHER),
        "drive": _whole(
            say("By car: 0 both ways, 1 as drawn, 2 against it, 3 closed"), maximum=NEITHER
        ),
        "level": Column(kind="int", title=say("Storey: 0 on the ground"), required=True),
        "maxspeed_km_h": Column(kind="float", title=say("Speed limit"), unit="km/h", minimum=0),
        "component": _whole(say("Connected part: 0 is the largest")),
        "feature": Column(kind="str", title=say("Line of the file")),
    }


def node_columns() -> dict[str, Column]:
    """Return what the table of nodes promises."""
    return {
        "node": Column(kind="int", title=say("Number of the node"), required=True, unique=True),
        "streets": _whole(say("Streets that meet"), minimum=1),
    }


def edges_of(cleaning: Cleaning, area: StudyArea) -> gpd.GeoDataFrame:
    """Return the edges of a cleaned graph, one a row, in degrees."""
    graph, lines = cleaning.graph, cleaning.lines
    source = graph.source
    limit = lines.limit_km_h[source]
    columns = {
        "id": [f"e{number}" for number in range(len(graph))],
        "from_node": graph.ends[:, 0],
        "to_node": graph.ends[:, 1],
        "length_mm": graph.length_mm,
        "kind": _or_none(lines.kind[source]),
        "name": _or_none(lines.name[source]),
        "walk": lines.walk[source].astype(np.int64),
        "drive": lines.drive[source].astype(np.int64),
        "level": lines.level[source].astype(np.int64),
        "maxspeed_km_h": limit,
        "component": graph.component,
        "feature": lines.feature[source],
    }
    return gpd.GeoDataFrame(columns, geometry=_degrees(graph.course, area), crs=DEGREES)


def nodes_of(cleaning: Cleaning, area: StudyArea) -> gpd.GeoDataFrame:
    """Return the nodes of a cleaned graph, one a row, in degrees."""
    graph = cleaning.graph
    points = _degrees(np.asarray(shapely.points(graph.node_mm / 1000)), area)
    columns = {"node": np.arange(len(graph.node_mm)), "streets": graph.degree}
    return gpd.GeoDataFrame(columns, geometry=points, crs=DEGREES)


def network_from_layer(layer: Layer, area: StudyArea, speeds: Speeds) -> Network:
    """
    Return the network that a layer holds.

    Parameters
    ----------
    layer
        Edges with the columns of `edge_columns`; `kind`, `name`, `walk`, `drive`, `component` and
        `maxspeed_km_h` may be missing: then all edges are open to all, and one part.
    area
        For the metric plane.
    speeds
        How fast each class of street is.

    Returns
    -------
    network
        The same network that was stored, to the millimetre.

    Raises
    ------
    DataError
        If the layer has no edges, an edge has several parts or none, edges that name one node end
        at different places, or a number is not one that it may be.
    """
    frame = layer.frame
    size = len(frame)
    ids = [str(name) for name in (frame["id"] if "id" in frame else range(size))]
    _refuse(layer, np.ones(1, dtype=bool) if not size else np.zeros(1, dtype=bool), ids, "no edges")
    shapes = frame.geometry.to_numpy()
    _refuse(layer, shapely.get_type_id(shapes) != _LINE, ids, "is not one line")
    course = area.to_metres(shapes)
    course = shapely.transform(course, lambda xy: np.rint(xy * 1000) / 1000)
    ends = np.column_stack([_whole_numbers(layer, c, ids) for c in ("from_node", "to_node")])
    _refuse(layer, ends.min(axis=1) < 0, ids, "has a node below 0")
    number, ends = np.unique(ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    node_mm = _places(layer, course, ends, len(number), ids)
    length_mm = _whole_numbers(layer, "length_mm", ids)
    _refuse(layer, length_mm < 1, ids, "is shorter than a millimetre")
    kind, name = (_texts(frame, column) for column in ("kind", "name"))
    limit = _limits(frame)
    walk_speed, drive_speed = speeds_of(kind, limit, speeds)
    walk = _codes(layer, "walk", ids, (BOTH, NEITHER))
    drive = _codes(layer, "drive", ids, (BOTH, FORWARD, BACKWARD, NEITHER))
    part = _whole_numbers(layer, "component", ids) if "component" in frame else np.zeros(size)
    return Network(
        layer=layer.id,
        node_xy_m=node_mm / 1000,
        ends=ends.astype(np.int32),
        length_mm=length_mm,
        course=course,
        kind=kind,
        name=name,
        walk=walk,
        drive=drive,
        walk_m_per_min=walk_speed,
        drive_m_per_min=drive_speed,
        component=part.astype(np.int32),
        footpaths=shows_footpaths(kind, length_mm),
        one_way=bool(np.isin(drive, (FORWARD, BACKWARD)).any()),
        confidence=layer.spec.source[0].confidence,
        notes=tuple(note.text for note in layer.spec.notes),
    )


_LINE = 1


def _whole(
    title: object, *, unit: str = "", minimum: float = 0, maximum: float | None = None
) -> Column:
    return Column.model_validate(
        {
            "kind": "int",
            "title": title,
            "unit": unit,
            "minimum": minimum,
            "maximum": maximum,
            "required": True,
        }
    )


def _or_none(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    named: NDArray[np.object_] = texts.copy()
    named[texts == ""] = None
    return named


def _degrees(shapes: NDArray[np.object_], area: StudyArea) -> NDArray[np.object_]:
    degrees: NDArray[np.object_] = shapely.transform(
        area.to_degrees(shapes), lambda xy: np.round(xy, DECIMALS)
    )
    return degrees


def _refuse(layer: Layer, bad: NDArray[np.bool_], ids: _Ids, said: str) -> None:
    """Raise DataError if anything is bad, naming the first edge and counting the others."""
    where = np.flatnonzero(bad)
    if len(where):
        edge = f"edge {ids[where[0]]} " if len(ids) else ""
        more = f", and {len(where) - 1} more" if len(where) > 1 else ""
        made = "streets are made by `almaty-geo import streets FILE`"
        raise DataError(f"{layer.spec.file}: {edge}{said}{more}; {made}.")


def _whole_numbers(layer: Layer, column: str, ids: _Ids) -> NDArray[np.int64]:
    values = np.asarray(layer.frame[column], dtype=float)
    _refuse(layer, ~(values == np.rint(values)), ids, f"has no whole number in {column}")
    return values.astype(np.int64)


def _codes(layer: Layer, column: str, ids: _Ids, allowed: tuple[int, ...]) -> NDArray[np.int8]:
    if column not in layer.frame:
        return np.full(len(layer.frame), BOTH, dtype=np.int8)
    codes = _whole_numbers(layer, column, ids)
    _refuse(layer, ~np.isin(codes, allowed), ids, f"has a {column} that is none of {allowed}")
    return codes.astype(np.int8)


def _texts(frame: gpd.GeoDataFrame, column: str) -> NDArray[np.object_]:
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    given = frame[column].astype(object)
    texts: NDArray[np.object_] = given.where(given.notna(), "").to_numpy()
    return texts


def _limits(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    if "maxspeed_km_h" not in frame:
        return np.full(len(frame), np.nan)
    limit = np.asarray(frame["maxspeed_km_h"], dtype=float)
    return np.where(limit > 0, limit, np.nan)


def _places(
    layer: Layer,
    course: NDArray[np.object_],
    ends: NDArray[np.int64],
    size: int,
    ids: _Ids,
) -> NDArray[np.int64]:
    """Return where nodes are, shape (n, 2), once all edges agree about it."""
    xy, owner = shapely.get_coordinates(course, return_index=True)
    first = np.searchsorted(owner, np.arange(len(course)))
    last = np.searchsorted(owner, np.arange(len(course)), side="right") - 1
    xy_mm = np.rint(xy * 1000).astype(np.int64)
    node_mm = np.zeros((size, 2), dtype=np.int64)
    node_mm[ends[:, 0]] = xy_mm[first]
    node_mm[ends[:, 1]] = xy_mm[last]
    off = np.maximum(
        np.abs(node_mm[ends[:, 0]] - xy_mm[first]).max(axis=1),
        np.abs(node_mm[ends[:, 1]] - xy_mm[last]).max(axis=1),
    )
    _refuse(layer, off > _OFF_MM, ids, "does not end where its node is")
    return node_mm
