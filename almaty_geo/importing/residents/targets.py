"""Whom people are put to: outlines, buildings, land, or points."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.importing.holding import raise_faults
from almaty_geo.importing.residents.asked import OTHERS, Spread
from almaty_geo.importing.residents.people import as_text
from almaty_geo.plan import Plan
from almaty_geo.reading import read_outside

STOREYS = (
    *("storeys", "stories", "floors", "levels", "building levels", "number of floors"),
    *("этажность", "этажей", "этажи", "этаж", "қабаттылығы", "қабат", "қабаттар саны"),
)
"""Names that files give to the number of storeys."""

_IDS = ("id", "osm id", "fid", "objectid", "gid")
_FLAT = {"Point"}
_WIDE = {"Polygon", "MultiPolygon"}


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Where people may be put."""

    ids: tuple[str, ...]
    """One for each."""

    shapes: NDArray[np.object_]
    """Outlines or points in degrees, shape (m,)."""

    density: NDArray[np.float64]
    """Storeys times the weight of the class, shape (m,)."""

    said: tuple[str, ...]
    """What they are, and what was assumed of them."""

    by_storeys: bool
    """Whether their storeys are known, at least of some."""

    outlines: bool
    """Whether they are outlines, not points."""


def read_targets(plan: Plan, spread: Spread) -> Targets:
    """
    Return whom people are put to.

    Parameters
    ----------
    plan
        May have them as a layer.
    spread
        Which layer or file, and which of its columns hold storeys and classes.

    Raises
    ------
    DataError
        If there are none, or they are neither all points nor all outlines.
    UnknownNameError
        If a column is not there.
    UsageError
        If a class has no weight.
    """
    frame, name, said = _frame(plan, spread.by or "")
    located = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    if located.empty:
        raise DataError(f"{name}: has no places to spread people over.")
    found = set(located.geom_type)
    if not (found <= _FLAT or found <= _WIDE):
        listed = ", ".join(sorted(found))
        raise DataError(f"{name}: {listed}; people are spread over points or outlines.")
    if len(located) < len(frame):
        said = [*said, f"{name}: {len(frame) - len(located):,} without a place: left out."]
    storeys, noted = _storeys(located, spread, name)
    density = storeys * _class_weights(located, spread, name)
    return Targets(
        ids=_ids(located),
        shapes=located.geometry.to_numpy(),
        density=density,
        said=(*said, *noted),
        by_storeys=bool(noted),
        outlines=found <= _WIDE,
    )


def _frame(plan: Plan, by: str) -> tuple[gpd.GeoDataFrame, str, list[str]]:
    """Return rows, what to call them, and which state of them it was."""
    if by in plan.specs.specs:
        digest = plan.specs.spec(by).sha256
        return plan.layers[by].frame, by, [f"spread by the layer {by}, sha256 {digest}."]
    file = Path(by)
    if not file.suffix:
        raise UnknownNameError("layer", by, plan.specs.specs)
    found = read_outside(file, None, plan.area)
    raise_faults(found.faults, file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    notes = [str(note) for note in found.notes]
    return found.frame, file.name, [f"spread by {file.name}, sha256 {digest}.", *notes]


def _ids(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Return the ids of rows, or their numbers where those are missing or not unique."""
    named = {_plain(str(c)): str(c) for c in reversed(frame.columns)}
    own = next((named[_plain(name)] for name in _IDS if _plain(name) in named), None)
    ids = [as_text(value) for value in frame[own]] if own is not None else []
    if ids and all(ids) and len(set(ids)) == len(ids):
        return tuple(ids)
    return tuple(f"target-{n:05d}" for n in range(1, len(frame) + 1))


def _storeys(
    frame: gpd.GeoDataFrame, spread: Spread, name: str
) -> tuple[NDArray[np.float64], list[str]]:
    """Return storeys (m,), the median of the known where they are not, and what was assumed."""
    none = np.ones(len(frame))
    if spread.method != "dasymetric":
        return none, []
    column = _known(frame, spread.storeys) if spread.storeys else _guessed(frame)
    if column is None:
        return none, []
    storeys = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64)
    known = np.isfinite(storeys) & (storeys > 0)
    if not known.any():
        return none, []
    usual = float(np.median(storeys[known]))
    said = f"{name}: storeys of {int(known.sum()):,} of {len(frame):,} are known, from {column!r}"
    rest = "" if known.all() else f"; the others are taken to have {usual:g}, their median"
    return np.where(known, storeys, usual), [f"{said}{rest}."]


def _class_weights(frame: gpd.GeoDataFrame, spread: Spread, name: str) -> NDArray[np.float64]:
    """Return the weight of the class of each (m,)."""
    if spread.classes is None:
        return np.ones(len(frame))
    column, weights = _known(frame, spread.classes), spread.densities()
    classes = frame[column].map(as_text)
    if unknown := sorted(set(classes) - set(weights)):
        if OTHERS not in weights:
            listed = ", ".join(repr(one) for one in unknown[:10])
            raise UsageError(
                f"{name}: no weight is given for {listed}; give one, or '{OTHERS}=number' for all."
            )
        weights = {**dict.fromkeys(unknown, weights[OTHERS]), **weights}
    density = np.array([weights[one] for one in classes], dtype=np.float64)
    if not density.any():
        raise UsageError(f"{name}: every class has the weight 0: nobody can live there.")
    return density


def _known(frame: gpd.GeoDataFrame, column: str) -> str:
    columns = [str(c) for c in frame.columns if c != frame.geometry.name]
    if column not in columns:
        raise UnknownNameError("column", column, columns)
    return column


def _guessed(frame: gpd.GeoDataFrame) -> str | None:
    named = {_plain(str(c)): str(c) for c in reversed(frame.columns)}
    return next((named[_plain(name)] for name in STOREYS if _plain(name) in named), None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
