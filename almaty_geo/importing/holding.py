"""What every import holds to: the layer may be written, its faults are named, its rows compared."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.importing.merging import Change, compare, merge
from almaty_geo.plan import Plan, refuse_bundled
from almaty_geo.reading import Fault
from almaty_geo.specs import LayerSpec, Role

SHOWN = 3
"""How many faults an error names; `check` lists all."""


def refuse(plan: Plan, name: str, role: Role) -> None:
    """
    Refuse a layer that is not written here.

    Raises
    ------
    UsageError
        If the plan is the bundled one, or the layer's role needs an importer of its own.
    """
    refuse_bundled(plan.folder)
    if role == "network":
        raise UsageError(
            f"Layer {name!r} has the role 'network', which is made of a street file: "
            "`almaty-geo import streets FILE`."
        )


def bounds(plan: Plan, name: str) -> StudyArea | None:
    """Return where coordinates must lie; the areas themselves say it for all others."""
    return None if name == plan.spec.areas else plan.area


def of_rows(faults: Sequence[Fault], kept: NDArray[np.bool_]) -> list[Fault]:
    """Return the faults of rows that are taken in, and of the file as a whole."""
    return [f for f in faults if f.feature is None or f.feature >= len(kept) or kept[f.feature]]


def raise_faults(faults: Sequence[Fault], file: Path | None = None) -> None:
    """Raise DataError that names the first faults, if there are any, and says how to see all."""
    if faults:
        named = " ".join(str(fault) for fault in faults[:SHOWN])
        more = len(faults) - SHOWN
        check = f": `almaty-geo check {file}` lists all" if file else ""
        raise DataError(f"{named}{f' And {more} more{check}.' if more > 0 else ''}")


def complete(frame: gpd.GeoDataFrame, spec: LayerSpec) -> gpd.GeoDataFrame:
    """Return rows with every declared column, in the sidecar's order."""
    whole = frame.reset_index(drop=True).copy()
    for column in spec.columns:
        if column not in whole:
            whole[column] = pd.Series([None] * len(whole), dtype=object)
    return whole[[*spec.columns, whole.geometry.name]]


def against_old(
    plan: Plan, spec: LayerSpec, new: gpd.GeoDataFrame, merge_on: str | None
) -> tuple[gpd.GeoDataFrame, Change]:
    """
    Return the rows that the layer will have, and what changes.

    Raises
    ------
    UnknownNameError
        If rows are to be merged by a column that the layer does not have.
    DataError
        If that column does not tell rows apart, or the rows of the layer cannot be read to be kept.
    """
    key = merge_on or ("id" if "id" in spec.columns else next(iter(spec.columns)))
    if key not in spec.columns:
        raise UnknownNameError(f"column of {spec.id}", key, spec.columns)
    try:
        old = complete(plan.specs[spec.id].frame, spec)
    except DataError as error:
        if merge_on:
            said = f"{error} Rows cannot be merged into it: replace them all."
            raise DataError(said) from None
        old = new.iloc[:0]
    change = compare(old, new, key=key)
    return (merge(old, new, key=key) if merge_on else new), change


def unlocated(spec: LayerSpec, frame: gpd.GeoDataFrame) -> int:
    """Return how many rows have no place; of a table none should have."""
    return 0 if spec.geometry == "none" else int(frame.geometry.isna().sum())
