"""Which area each point belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.errors import UnknownNameError
from almaty_geo.sections import OUTSIDE


@dataclass(frozen=True, eq=False)
class Membership:
    """Which area each of n points belongs to; every point to one at most."""

    ids: tuple[str, ...]
    """Areas, in the order of their layer."""

    of: NDArray[np.intp]
    """Position in ``ids`` of each point's area, shape (n,); -1 for none."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Areas, and what lies outside all of them last."""
        return (*self.ids, OUTSIDE)

    @cached_property
    def at(self) -> NDArray[np.intp]:
        """Position in ``names`` of where each point belongs, shape (n,)."""
        return np.where(self.of < 0, len(self.ids), self.of)

    def sums(self, amounts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what each area holds of whole amounts (n,); the last entry is outside all."""
        totals = np.zeros(len(self.ids) + 1, dtype=np.int64)
        np.add.at(totals, self.at, amounts)
        return totals

    def parts(self, amounts: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the same of amounts (n,) that need not be whole, shape (k + 1,)."""
        held = np.bincount(self.at, weights=amounts, minlength=len(self.names))
        return np.asarray(held, dtype=np.float64)


def split_by(areas: Mapping[str, Membership], name: str) -> Membership:
    """Return the split by a layer of areas; UnknownNameError if there is no such layer."""
    if name not in areas:
        raise UnknownNameError("layer of areas", name, areas)
    return areas[name]


def membership(layer: Layer, areas: Layer) -> Membership:
    """
    Return the area that each row of a layer belongs to.

    A column that refers to the area layer decides, since the source knows best; else the place
    does. A point on a shared border belongs to the area whose id comes first, so that nobody
    counts twice.

    Parameters
    ----------
    layer
        Points, n rows.
    areas
        Polygons with the column ``id``.

    Returns
    -------
    membership
        One area, or none, for each row.
    """
    ids = tuple(areas.frame["id"].astype(str))
    stated = next((c for c, s in layer.spec.columns.items() if s.layer == areas.id), None)
    if stated is not None:
        names = pd.Index(layer.frame[stated].astype("string").fillna(""))
        at = pd.Index(ids).get_indexer(names)
        return Membership(ids, at.astype(np.intp))
    return Membership(ids, _containing(layer, areas, ids))


def _containing(layer: Layer, areas: Layer, ids: tuple[str, ...]) -> NDArray[np.intp]:
    """Return the first area by id that covers each representative point; -1 for none."""
    found = np.full(len(layer), -1, dtype=np.intp)
    points = shapely.point_on_surface(layer.frame.geometry.to_numpy())
    for position in sorted(range(len(ids)), key=lambda p: ids[p], reverse=True):
        polygon = areas.frame.geometry.iloc[position]
        shapely.prepare(polygon)
        found[shapely.covers(polygon, points)] = position
    return found
