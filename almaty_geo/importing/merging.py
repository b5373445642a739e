"""What an import changes: rows added, changed and gone."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.errors import DataError

NAMED = 5
"""How many rows of a kind a report names; it counts them all."""

GRID_DEG = 1e-7
"""Places that are written alike are one: the last decimal that files keep."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the rows of a layer, by key."""

    added: tuple[str, ...]
    """Rows that the layer did not have."""

    changed: tuple[str, ...]
    """Rows that say something else now."""

    gone: tuple[str, ...]
    """Rows that the file does not have: removed by a replacement, kept by a merge."""

    same: int
    """How many rows stay as they were."""

    def lines(self, *, merged: bool) -> list[str]:
        """Return the report for a reader."""
        gone = "not in the file, kept" if merged else "gone"
        kinds = {"added": self.added, "changed": self.changed, gone: self.gone}
        said = [f"{len(keys)} {kind}{_named(keys)}" for kind, keys in kinds.items()]
        return [*said, f"{self.same} as they were"]


def compare(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, *, key: str) -> Change:
    """
    Compare two states of a layer.

    Parameters
    ----------
    old, new
        Rows with the same columns.
    key
        Column that tells rows apart; of several rows with one key the last counts.

    Returns
    -------
    change
        Rows by their key, in the order in which they stand.
    """
    before, after = _keyed(old, key), _keyed(new, key)
    at = before.index.get_indexer(after.index)
    known = at >= 0
    changed = np.zeros(len(after), dtype=bool)
    changed[known] = _differ(before.iloc[at[known]], after[known])
    gone = ~before.index.isin(after.index)
    return Change(
        added=tuple(after.index[~known]),
        changed=tuple(after.index[changed]),
        gone=tuple(before.index[gone]),
        same=int(np.count_nonzero(known & ~changed)),
    )


def merge(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, *, key: str) -> gpd.GeoDataFrame:
    """
    Put new rows in the place of old ones of the same key, and others behind them.

    Raises
    ------
    DataError
        If the key is empty or not unique on either side.
    """
    for name, frame in (("layer", old), ("file", new)):
        keys = frame[key]
        if keys.isna().any() or keys.duplicated().any():
            raise DataError(f"{key!r} is empty or not unique in the {name}: rows cannot be merged.")
    if not len(old):
        return new
    incoming = pd.Index(new[key])
    at = incoming.get_indexer(pd.Index(old[key]))
    own = np.arange(len(old))
    places = np.where(at >= 0, len(old) + at, own)
    further = len(old) + np.flatnonzero(~incoming.isin(old[key]))
    both = pd.concat([old, new], ignore_index=True)
    order = np.concatenate([places, further])
    merged = both.iloc[order].reset_index(drop=True)
    return gpd.GeoDataFrame(merged, geometry=new.geometry.name, crs=new.crs)


def _keyed(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return rows by their key as text, each key once."""
    keys = pd.Index(frame[key].astype("string").fillna("").astype(object))
    last: gpd.GeoDataFrame = frame.set_axis(keys, axis=0)[~keys.duplicated(keep="last")]
    return last


def _differ(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which rows say something else, or lie elsewhere."""
    differ = _moved(before.geometry.to_numpy(), after.geometry.to_numpy())
    for column in (c for c in after.columns if c != after.geometry.name):
        differ |= _texts(before[column]) != _texts(after[column])
    return differ


def _texts(values: "pd.Series[Any]") -> NDArray[np.object_]:
    """Return cells as they read, nothing as nothing."""
    return values.astype("string").fillna("").to_numpy(dtype=object)


def _moved(before: NDArray[np.object_], after: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which shapes are not the same on the grid of written coordinates."""
    here, there = ~shapely.is_missing(before), ~shapely.is_missing(after)
    moved: NDArray[np.bool_] = here != there
    both = np.flatnonzero(here & there)
    unlike = both[~shapely.equals_exact(before[both], after[both], tolerance=GRID_DEG / 4)]
    # Rings may begin elsewhere or turn the other way, and a digit beyond the grid may be lost.
    was, now = (
        shapely.normalize(shapely.set_precision(shapes[unlike], GRID_DEG))
        for shapes in (before, after)
    )
    moved[unlike] = ~shapely.equals_exact(was, now, tolerance=GRID_DEG / 4)
    return moved


def _named(keys: tuple[str, ...]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    return f": {', '.join(keys[:NAMED])}{more}"
