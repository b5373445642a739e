"""People as a file has them: by cell, by outline or by point."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, UsageError
from almaty_geo.importing.holding import of_rows, raise_faults
from almaty_geo.importing.mapping import chosen, guess_mapping, parse_condition, parse_mapping
from almaty_geo.reading import Note, Options, read_outside
from almaty_geo.reading.kinds import KINDS
from almaty_geo.specs import NOT_STATED, Column, LayerSpec, Precision, Source, build
from almaty_geo.words import same

EACH = "1"
"""Given for the column of people: every row is one person."""

_OUT = {"out-of-bounds", "more"}
_FAMILIES = {"Point": "Point", "Polygon": "Polygon", "MultiPolygon": "Polygon"}
_NOBODY = Source(
    publisher=same(NOT_STATED),
    url=NOT_STATED,
    accessed=date(1970, 1, 1),
    licence=NOT_STATED,
    confidence="not_stated",
)
_COLUMNS = {
    "id": Column(kind="str"),
    "people": Column(kind="float", minimum=0, required=True),
}


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """People by place, as a file has them."""

    kind: Literal["cells", "outlines", "points"]
    """What the places are."""

    ids: tuple[str, ...]
    """One for each place."""

    amounts: NDArray[np.float64]
    """How many people, shape (n,); a model's cells hold parts of people."""

    shapes: NDArray[np.object_]
    """Where, in degrees, shape (n,); None where that is not known."""

    mapping: dict[str, str]
    """The file's own names of the columns that were used."""

    notes: tuple[str, ...]
    """What was recognised, changed or left out on the way in."""

    @property
    def whole(self) -> bool:
        """Whether all are whole people."""
        return bool((np.floor(self.amounts) == self.amounts).all())


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file of people is to be read."""

    mapping: tuple[str, ...]
    """Pairs "column=source"."""

    where: tuple[str, ...]
    """Conditions that rows must meet."""

    options: Options
    """What the file does not say itself."""


def read_people(file: Path, asked: Asked, area: StudyArea) -> People:
    """
    Read people from a raster, or from outlines or points with a count.

    Parameters
    ----------
    file
        Of any format that can be read.
    asked
        Columns, conditions, and what the file does not say itself.
    area
        Where places must lie; cells of a raster beyond are left out, and counted.

    Returns
    -------
    people
        By place.

    Raises
    ------
    DataError
        If the file cannot be read, holds nobody, or a count is negative or no number.
    UsageError
        If it does not say how many people there are.
    UnknownNameError
        If somebody named a column that the file does not have.
    """
    kind = KINDS.get(file.suffix.lower())
    if kind is not None and kind.way == "raster":
        return _of_raster(file, asked, area)
    return _of_table(file, asked, area)


def _of_raster(file: Path, asked: Asked, area: StudyArea) -> People:
    if asked.mapping or asked.where:
        raise UsageError(f"{file.name}: a raster has no columns to map or to choose by.")
    found = read_outside(file, None, area, options=replace(asked.options, outlines=True))
    raise_faults([f for f in found.faults if f.rule not in _OUT], file)
    cells = found.frame
    if cells.empty:
        raise DataError(f"{file.name}: no cell has a value.")
    shapes, amounts = cells.geometry.to_numpy(), cells["value"].to_numpy(dtype=np.float64)
    within = _within(shapes, area)
    if not within.any():
        raise_faults(found.faults, file)
    _refuse_negative(file, amounts, shapes)
    kept = within & (amounts > 0)
    if not kept.any():
        raise DataError(f"{file.name}: holds nobody in the area of the plan.")
    notes = [str(note) for note in found.notes]
    notes += _counted(file, "cells lie beyond the area of the plan", ~within, amounts)
    notes += _counted(file, "cells hold nobody", within & (amounts == 0), amounts)
    ids = tuple(f"cell-{n:06d}" for n in (np.flatnonzero(kept) + 1).tolist())
    return People("cells", ids, amounts[kept], shapes[kept], {}, tuple(notes))


def _within(shapes: NDArray[np.object_], area: StudyArea) -> NDArray[np.bool_]:
    west, south, east, north = area.bounds_deg
    bounds = shapely.bounds(shapes)
    low, high = bounds[:, :2] >= [west, south], bounds[:, 2:] <= [east, north]
    return np.asarray(low.all(axis=1) & high.all(axis=1), dtype=bool)


def _refuse_negative(file: Path, amounts: NDArray[np.float64], shapes: NDArray[np.object_]) -> None:
    negative = np.flatnonzero(amounts < 0)
    if len(negative):
        middle = shapely.centroid(shapes[negative[0]])
        raise DataError(
            f"{file.name}: {len(negative):,} cells hold fewer than 0 people, such as "
            f"{amounts[negative[0]]:g} at {middle.x:.5f}, {middle.y:.5f} (a value for 'no data' "
            "that the raster does not declare?)."
        )


def _counted(
    file: Path, what: str, rows: NDArray[np.bool_], amounts: NDArray[np.float64]
) -> list[str]:
    if not rows.any():
        return []
    people = f", with {amounts[rows].sum():,.1f} people" if amounts[rows].any() else ""
    return [f"{file.name}: {int(rows.sum()):,} {what}{people}: left out."]


def _of_table(file: Path, asked: Asked, area: StudyArea) -> People:
    raw = read_outside(file, None, None, options=asked.options)
    given = [str(c) for c in raw.frame.columns if c != raw.frame.geometry.name]
    each = f"people={EACH}" in asked.mapping and EACH not in given
    told = tuple(pair for pair in asked.mapping if not (each and pair.startswith("people=")))
    declared = _declared("Point")
    mapping = guess_mapping(given, declared, told=parse_mapping(told, declared))
    kept = chosen(raw.frame, [parse_condition(text) for text in asked.where])
    raise_faults(of_rows(raw.faults, kept), file)
    if not kept.any():
        raise DataError(f"{file.name}: holds no rows.")
    if each:
        mapping.pop("people", None)
    elif "people" not in mapping:
        raise UsageError(
            f"{file.name}: which column holds people? Give --map people=COLUMN, or people={EACH} "
            f"if every row is one person. There are: {', '.join(given)}."
        )
    geometry = _geometry(raw.frame[kept], file)
    frame, notes = _checked(file, mapping, geometry, asked, area, kept)
    amounts = np.ones(int(kept.sum())) if each else frame["people"].to_numpy(dtype=np.float64)
    if not amounts.any():
        raise DataError(f"{file.name}: holds nobody.")
    ids, said = _ids(raw.frame[kept], mapping, file, told=any(p.startswith("id=") for p in told))
    return People(
        "points" if geometry == "Point" else "outlines",
        ids,
        amounts,
        frame.geometry.to_numpy(),
        mapping,
        (*(str(note) for note in notes), *said),
    )


def _checked(
    file: Path,
    mapping: dict[str, str],
    geometry: str,
    asked: Asked,
    area: StudyArea,
    kept: NDArray[np.bool_],
) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Return the rows that are taken, each held to what a count of people must be."""
    columns = {name: own for name, own in mapping.items() if name == "people"}
    spec = _declared(geometry)
    spec = spec.model_copy(update={"columns": {c: s for c, s in _COLUMNS.items() if c in columns}})
    found = read_outside(file, spec, area, options=replace(asked.options, columns=columns))
    raise_faults(of_rows(found.faults, kept), file)
    return found.frame[kept], found.notes


def _declared(geometry: str) -> LayerSpec:
    """Return a sidecar that asks for people and an id."""
    tables = {
        "id": "people",
        "title": same("people"),
        "role": "demand",
        "geometry": geometry,
        "file": "people.geojson",
        "sha256": "0" * 64,
        "date": NOT_STATED,
        "precision": Precision(method="not_stated"),
        "source": (_NOBODY,),
        "columns": _COLUMNS,
    }
    return build(LayerSpec, tables, "people.toml")


def _geometry(frame: gpd.GeoDataFrame, file: Path) -> str:
    """Return the one type of the places."""
    found = set(frame.geom_type.dropna().astype(str))
    kinds = {_FAMILIES.get(kind, kind) for kind in found}
    if len(kinds) != 1 or not kinds <= set(_FAMILIES.values()):
        listed = ", ".join(sorted(found)) or "no places"
        raise DataError(f"{file.name}: {listed}; people need points or outlines, one of them.")
    return kinds.pop()


def _ids(
    frame: gpd.GeoDataFrame, mapping: dict[str, str], file: Path, *, told: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return an id for each row, and what is to be said of them."""
    own = mapping.get("id")
    if own is not None:
        ids = [as_text(value) for value in frame[own]]
        if all(ids) and len(set(ids)) == len(ids):
            return tuple(ids), ()
        if told:
            raise DataError(f"{file.name}: column {own!r} is empty or not unique: no ids.")
        del mapping["id"]
    numbered = tuple(f"place-{n:05d}" for n in range(1, len(frame) + 1))
    why = f"{own!r} is empty or not unique" if own else "no column of ids"
    return numbered, (f"{file.name}: {why}: rows are numbered.",)


def as_text(value: object) -> str:
    """Return a cell as an id or a class is written."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or pd.isna(value) else str(value).strip()  # type: ignore[call-overload]  # a cell
