"""Where the rows of a layer lie on a map, how large their signs are, and in which state."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.reports.ground import Ground, Plane
from almaty_geo.reports.signs import SignState, sizes
from almaty_geo.specs import Style

CROWD = 200
"""More places than this in sight are drawn smaller."""

LEAST_PX = 1.3
HALO_PX = 4.0
"""A stated error smaller than this on the map is not drawn."""

STATES: tuple[SignState, ...] = ("existing", "under_construction", "design", "planned", "unknown")


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Where the rows of a layer lie on a map."""

    px: NDArray[np.float64]
    """Pixels, right and down, shape (n, 2); NaN where there is no place."""

    seen: NDArray[np.bool_]
    """Which lie in the frame, shape (n,)."""

    inside: NDArray[np.bool_]
    """Which lie in the area that the map is about, shape (n,)."""


def spots(plane: Plane, ground: Ground, layer: Layer) -> Spots:
    """Return where the rows of a layer of points lie on the map of an area."""
    shapes = plane.shapes[layer.id]
    xy_m = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    px = ground.view.px(xy_m)
    shapely.prepare(ground.focus)
    inside = shapely.intersects_xy(ground.focus, *np.nan_to_num(xy_m, nan=np.inf).T)
    return Spots(px=px, seen=ground.view.shows(px), inside=np.asarray(inside))


def states(layer: Layer) -> NDArray[np.str_]:
    """Return the state of each row: existing where none is told, unknown where it is no state."""
    if "state" not in layer.frame:
        return np.full(len(layer), "existing")
    told = layer.frame["state"].astype("string").fillna("existing").to_numpy(dtype=str)
    return np.where(np.isin(told, STATES), told, "unknown")


def radii(layer: Layer, style: Style, *, crowd: int) -> NDArray[np.float64]:
    """
    Return the radius of each row's sign, its area in proportion to the capacity if that is known.

    Parameters
    ----------
    layer
        Places.
    style
        Says how large the largest is.
    crowd
        How many are in sight; a crowd is drawn smaller.
    """
    most = style.radius_px * float(np.clip(np.sqrt(CROWD / max(crowd, 1)), 0.35, 1))
    column = layer.spec.capacity
    if column is None:
        return sizes(np.full(len(layer), max(most, LEAST_PX)))
    held = layer.frame[column].to_numpy(dtype=float, na_value=np.nan)
    largest = np.nanmax(held, initial=0)
    share = np.nan_to_num(held / largest, nan=0) if largest > 0 else np.zeros(len(layer))
    return sizes(np.maximum(most * np.sqrt(np.clip(share, 0.2, 1)), LEAST_PX))


def halos_px(layer: Layer, spots: Spots, ground: Ground) -> list[tuple[float, float, float]]:
    """Return pixel and radius of what is not known about places that were put in by hand."""
    if layer.spec.precision.method != "hand_placed":
        return []
    metres = np.full(len(layer), layer.spec.precision.metres or 0.0)
    if "precision_m" in layer.frame:
        told = layer.frame["precision_m"].to_numpy(dtype=float, na_value=np.nan)
        metres = np.where(np.isnan(told), metres, told)
    radius = metres / ground.view.m_per_px
    rows = spots.seen & (radius >= HALO_PX)
    return [(x, y, r) for (x, y), r in zip(spots.px[rows], radius[rows], strict=True)]
