"""Invented layers of many shapes around the invented town: cells, patches of land, long lines."""

from collections.abc import Sequence
from typing import Any

import map_sample
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.maps import Picture
from almaty_geo.sections import Classes
from almaty_geo.specs import Column, MapSpec, Style

TOWN = map_sample.Sample()
AREA = StudyArea(TOWN.words("Town"), (9.9, 49.9, 10.2, 50.2), "EPSG:32632")
CLASSES = 4


def patches(side: int, *, bends: int = 0, seed: int = 1) -> NDArray[np.object_]:
    """
    Return side times side irregular outlines that touch, over both areas: shape (side²,).

    Each has four corners, and between two of them as many bends as asked for, which neighbours
    share.
    """
    drawn = np.random.default_rng(seed)
    at = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1)), axis=-1).astype(float)
    at[1:-1, 1:-1] += drawn.uniform(-0.3, 0.3, (side - 1, side - 1, 2))
    share = np.linspace(0, 1, bends + 2)[:-1, None]
    across = at[:, :-1, None] + share * (at[:, 1:, None] - at[:, :-1, None])
    along = at[:-1, :, None] + share * (at[1:, :, None] - at[:-1, :, None])
    for edges in (across, along):
        edges[1:-1, 1:-1, 1:] += drawn.uniform(-0.06, 0.06, edges[1:-1, 1:-1, 1:].shape)
    back = [e[:, :, 1:][:, :, ::-1] for e in (across, along)]
    corners = at[1:, 1:, None], at[1:, :-1, None]
    rings = [across[:-1], along[:, 1:], corners[0], back[0][1:], corners[1], back[1][:, :-1]]
    scale = np.array([2 * map_sample.SIDE, map_sample.SIDE]) / side
    ring = np.concatenate(rings, axis=2).reshape(side * side, -1, 2) * scale
    corner = np.array([map_sample.WEST, map_sample.SOUTH])
    made: NDArray[np.object_] = shapely.polygons(ring + corner)
    return made


def metric_cells(columns: int, rows: int, side_m: float = 100) -> NDArray[np.object_]:
    """Return squares along the axes of the town's metric plane, south-western first."""
    plane = AREA
    west, south = plane.xy_m([shapely.Point(map_sample.WEST, map_sample.SOUTH)])[0]
    x, y = (
        one.ravel() for one in np.meshgrid(np.arange(columns) * side_m, np.arange(rows) * side_m)
    )
    boxes = shapely.box(west + x, south + y, west + x + side_m, south + y + side_m)
    return plane.to_degrees(boxes)


def degree_cells(columns: int, rows: int, side_deg: float = 0.001) -> NDArray[np.object_]:
    """Return rectangles along degrees, south-western first."""
    x, y = (
        one.ravel()
        for one in np.meshgrid(np.arange(columns) * side_deg, np.arange(rows) * side_deg)
    )
    west, south = map_sample.WEST + x, map_sample.SOUTH + y
    made: NDArray[np.object_] = shapely.box(west, south, west + side_deg, south + side_deg)
    return made


def land(shapes: Sequence[Any] | NDArray[np.object_], slip: str = "", **more: Any) -> Layer:
    """Return a layer of outlines (or lines) called "land", with a number and a word for each."""
    town = map_sample.Sample(slip)
    kinds = ("field", "wood", "yard")
    columns = {
        "id": town.text_column("Id"),
        "name_en": town.text_column(),
        "kind": Column(
            kind="enum", title=town.words("Kind"), values={k: town.words(k) for k in kinds}
        ),
        "worth": Column(kind="float", title=town.words("Worth"), unit="m"),
    }
    rows = [
        {
            "id": town.id(f"land-{k:05}"),
            "name_en": f"Plot {k}{slip}",
            "kind": kinds[k % len(kinds)],
            "worth": k + 0.25,
        }
        for k in range(len(shapes))
    ]
    geometry = more.pop("geometry", "Polygon")
    if not more.pop("named", True):
        columns.pop("name_en")
    return town.layer(
        "land", columns, rows, list(shapes), role="context", geometry=geometry, **more
    )


def picture(layer: Layer, *, slip: str = "", classes: bool = True, **style: Any) -> Picture:
    """Return the town with the layer under everything else, coloured by a section of it."""
    plain = map_sample.picture(slip)
    look = {"layer": "land", "group": "base", "colour": "#5a6b3c", "always": True, **style}
    spec = MapSpec(id="town", title=plain.spec.title, layers=(Style(**look), *plain.spec.layers))
    (first, *rest) = plain.sections
    of = np.arange(len(layer.frame), dtype=np.uint8) % CLASSES
    words = map_sample.Sample(slip).words
    titles = tuple(words(f"class {k}") for k in range(CLASSES))
    coloured = Classes(layer="land", title=words("Class of land"), of=of, titles=titles)
    section = replaced(first, classes=coloured if classes else None)
    layers = {**plain.layers, "land": layer}
    return map_sample.picture(slip, spec=spec, sections=(section, *rest), layers=layers)


def replaced(section: Any, **changes: Any) -> Any:
    """Return a section with other fields."""
    return type(section)(**{**{n: getattr(section, n) for n in section.__slots__}, **changes})
