"""What an import changes: rows added, changed and gone."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from almaty_geo.errors import DataError

NAMED = 5
"""How many rows of a kind a report names; it counts them all."""


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
        Column that tells rows apart.

    Returns
    -------
    change
        Rows by their key, in the order in which they stand.
    """
    before, after = _fingerprints(old, key), _fingerprints(new, key)
    return Change(
        added=tuple(k for k in after if k not in before),
        changed=tuple(k for k in after if k in before and after[k] != before[k]),
        gone=tuple(k for k in before if k not in after),
        same=sum(k in before and after[k] == before[k] for k in after),
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
    incoming = new.set_index(key, drop=False)
    kept = old.set_index(key, drop=False)
    order = [*kept.index, *(k for k in incoming.index if k not in kept.index)]
    rows = [incoming.loc[[k]] if k in incoming.index else kept.loc[[k]] for k in order]
    merged = pd.concat(rows, ignore_index=True) if rows else new
    return gpd.GeoDataFrame(merged, geometry=new.geometry.name, crs=new.crs)


def _fingerprints(frame: gpd.GeoDataFrame, key: str) -> dict[str, tuple[object, ...]]:
    """Return what each row says, by its key; a place is told by its written coordinates."""
    shapes = shapely.to_wkb(shapely.set_precision(frame.geometry.to_numpy(), 1e-7))
    columns = sorted(str(c) for c in frame.columns if c != frame.geometry.name)
    cells = frame[columns].astype("string").fillna("").itertuples(index=False)
    keys = frame[key].astype("string").fillna("")
    return {str(k): (tuple(row), shape) for k, row, shape in zip(keys, cells, shapes, strict=True)}


def _named(keys: tuple[str, ...]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    return f": {', '.join(keys[:NAMED])}{more}"
