"""Somebody's file into a layer of a plan: read by the one door, held to the sidecar, or refused."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.importing.fresh import Fresh, declare
from almaty_geo.importing.mapping import (
    Condition,
    chosen,
    guess_mapping,
    parse_condition,
    parse_mapping,
)
from almaty_geo.importing.merging import Change, compare, merge
from almaty_geo.importing.sealing import seal
from almaty_geo.plan import Plan, is_bundled
from almaty_geo.reading import Fault, Found, Note, Options, read_outside
from almaty_geo.specs import LayerSpec, Origin

__all__ = ["Change", "Condition", "Fresh", "Imported", "Request", "import_layer", "new_layer"]

SHOWN = 3
"""How many faults an error names; `check` lists all."""


@dataclass(frozen=True, slots=True)
class Request:
    """How a file is to be taken in."""

    mapping: tuple[str, ...] = ()
    """Pairs "column=source" that overrule what is guessed."""

    where: tuple[str, ...] = ()
    """Conditions "column=value" on the file's own columns."""

    merge_on: str | None = None
    """Column by which rows are merged; None to replace all rows."""

    options: Options = field(default_factory=Options)
    """What the file does not say itself: coordinate system, encoding, sheet, decimal sign."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    layer: str
    """The layer."""

    rows: int
    """How many rows it has now."""

    unlocated: int
    """How many of them have no place."""

    mapping: Mapping[str, str]
    """The file's own name of each column."""

    left_out: tuple[str, ...]
    """Columns of the file that the layer has no room for."""

    missing: tuple[str, ...]
    """Columns of the layer that the file does not have; they are empty now."""

    change: Change
    """Rows added, changed and gone."""

    merged: bool
    """Whether rows that the file does not have were kept."""

    notes: tuple[Note, ...]
    """What was recognised or changed on the way in."""

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain values for JSON."""
        return {
            "layer": self.layer,
            "rows": self.rows,
            "unlocated": self.unlocated,
            "mapping": dict(self.mapping),
            "left_out": list(self.left_out),
            "missing": list(self.missing),
            "added": list(self.change.added),
            "changed": list(self.change.changed),
            "gone": list(self.change.gone),
            "merged": self.merged,
            "notes": [str(note) for note in self.notes],
        }

    def lines(self) -> list[str]:
        """Return the report for a reader."""
        renamed = [f"{own} -> {name}" for name, own in self.mapping.items() if own != name]
        lines = [f"{self.layer}: {self.rows} rows, {self.unlocated} without a place"]
        lines += [f"  columns: {', '.join(renamed)}"] if renamed else []
        lines += [f"  left out: {', '.join(self.left_out)}"] if self.left_out else []
        lines += [f"  empty: {', '.join(self.missing)}"] if self.missing else []
        lines += [f"  {line}" for line in self.change.lines(merged=self.merged)]
        return [*lines, *(f"  note: {note}" for note in self.notes)]


def import_layer(plan: Plan, name: str, file: Path, request: Request | None = None) -> Imported:
    """
    Take a file into a layer that the plan declares.

    Parameters
    ----------
    plan
        Whose layer it is.
    name
        The layer; its sidecar decides what the file must hold.
    file
        Of any format that can be read.
    request
        Columns, conditions, and whether rows are merged or replaced; replaced by default.

    Returns
    -------
    imported
        What became of the file, and of each row.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer, or somebody named a column that is not there.
    UsageError
        If the plan is the bundled one, or the layer's role needs an importer of its own.
    DataError
        If the file is not what the sidecar promises; the layer stays as it was.
    OutputError
        If the layer cannot be written; it stays as it was.
    """
    asked = request or Request()
    spec = plan.specs.spec(name)
    _refuse(plan, spec)
    area = _bounds(plan, name)
    raw = read_outside(file, None, None, options=asked.options)
    given = [str(c) for c in raw.frame.columns if c != raw.frame.geometry.name]
    mapping = guess_mapping(given, spec, told=parse_mapping(asked.mapping, spec))
    conditions = [parse_condition(text) for text in asked.where]
    kept = chosen(raw.frame, conditions)
    found = _held(file, spec, area, mapping, asked.options)
    _raise(found.faults if len(kept) != len(found.frame) else _of_rows(found.faults, kept), file)
    frame = _complete(found.frame[kept] if len(kept) == len(found.frame) else found.frame, spec)
    if frame.empty:
        raise DataError(f"{file.name}: holds no rows; the layer {name!r} stays as it was.")
    frame, change = _against_old(plan, spec, frame, asked.merge_on)
    origin = _origin(file, mapping, conditions, found.notes)
    seal(plan, spec, frame, origin)
    return Imported(
        layer=name,
        rows=len(frame),
        unlocated=0 if spec.geometry == "none" else int(frame.geometry.isna().sum()),
        mapping=mapping,
        left_out=tuple(c for c in given if c not in mapping.values()),
        missing=tuple(c for c in spec.columns if c not in mapping),
        change=change,
        merged=asked.merge_on is not None,
        notes=found.notes,
    )


def new_layer(
    plan: Plan, name: str, file: Path, fresh: Fresh, request: Request | None = None
) -> Imported:
    """
    Take a file in as a layer that the plan does not have yet: a theme of two files.

    Parameters
    ----------
    plan
        Gets the layer.
    name
        Its id: lower-case letters, digits, "_" and "-".
    file
        Of any format that can be read; its columns become the layer's.
    fresh
        What the file cannot say: titles, role, theme, source and licence.
    request
        Conditions, and what the file does not say itself; columns cannot be renamed.

    Returns
    -------
    imported
        What became of the file.

    Raises
    ------
    UsageError
        If the plan is the bundled one or has the layer already.
    DataError, SpecError, OutputError
        As `import_layer`; nothing is left of the layer then.
    """
    asked = request or Request()
    if name in plan.specs:
        raise UsageError(f"The plan has the layer {name!r} already; import into it without --new.")
    raw = read_outside(file, None, plan.area, options=asked.options)
    conditions = [parse_condition(text) for text in asked.where]
    kept = chosen(raw.frame, conditions)
    _raise(_of_rows(raw.faults, kept), file)
    spec, frame = declare(name, raw.frame[kept].reset_index(drop=True), fresh, file=file)
    _refuse(plan, spec)
    seal(plan, spec, frame, _origin(file, {}, conditions, raw.notes), fresh=True)
    return Imported(
        layer=name,
        rows=len(frame),
        unlocated=0 if spec.geometry == "none" else int(frame.geometry.isna().sum()),
        mapping={},
        left_out=(),
        missing=(),
        change=compare(frame.iloc[:0], frame, key="id"),
        merged=False,
        notes=raw.notes,
    )


def _refuse(plan: Plan, spec: LayerSpec) -> None:
    if is_bundled(plan.folder):
        raise UsageError(
            "The bundled plan is not written to: start your own with `almaty-geo new DIR`, "
            "then give --plan DIR."
        )
    if spec.role == "network":
        raise UsageError(f"Layer {spec.id!r} has the role 'network': streets come in later.")


def _bounds(plan: Plan, name: str) -> StudyArea | None:
    """Return where coordinates must lie; the areas themselves say it for all others."""
    return None if name == plan.spec.areas else plan.area


def _held(
    file: Path,
    spec: LayerSpec,
    area: StudyArea | None,
    mapping: Mapping[str, str],
    options: Options,
) -> Found:
    """Read a file by its mapping; columns that it lacks are held to be empty, unless required."""
    declared = {c: s for c, s in spec.columns.items() if c in mapping or s.required or c == "id"}
    columns = {c: mapping.get(c, c) for c in declared}
    narrowed = spec.model_copy(update={"columns": declared})
    return read_outside(file, narrowed, area, options=replace(options, columns=columns))


def _of_rows(faults: Sequence[Fault], kept: NDArray[np.bool_]) -> list[Fault]:
    """Return the faults of rows that are taken in, and of the file as a whole."""
    return [f for f in faults if f.feature is None or f.feature >= len(kept) or kept[f.feature]]


def _raise(faults: Sequence[Fault], file: Path) -> None:
    if faults:
        named = " ".join(str(fault) for fault in faults[:SHOWN])
        more = len(faults) - SHOWN
        rest = f" And {more} more: `almaty-geo check {file}` lists all." if more > 0 else ""
        raise DataError(f"{named}{rest}")


def _complete(frame: gpd.GeoDataFrame, spec: LayerSpec) -> gpd.GeoDataFrame:
    """Return rows with every declared column, in the sidecar's order."""
    whole = frame.reset_index(drop=True).copy()
    for column in spec.columns:
        if column not in whole:
            whole[column] = pd.Series([None] * len(whole), dtype=object)
    return whole[[*spec.columns, whole.geometry.name]]


def _against_old(
    plan: Plan, spec: LayerSpec, new: gpd.GeoDataFrame, merge_on: str | None
) -> tuple[gpd.GeoDataFrame, Change]:
    """Return the rows that the layer will have, and what changes."""
    key = merge_on or ("id" if "id" in spec.columns else next(iter(spec.columns)))
    if key not in spec.columns:
        raise UnknownNameError(f"column of {spec.id}", key, spec.columns)
    old = plan.specs[spec.id].frame if _readable(plan, spec) else new.iloc[:0]
    old = _complete(old, spec)
    change = compare(old, new, key=key)
    return (merge(old, new, key=key) if merge_on else new), change


def _readable(plan: Plan, spec: LayerSpec) -> bool:
    """Return whether the layer's present data can be compared with the new ones."""
    return not plan.specs.faults(spec.id)


def _origin(
    file: Path, mapping: Mapping[str, str], conditions: Sequence[Condition], notes: Sequence[Note]
) -> Origin:
    return Origin(
        file=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        mapping={name: own for name, own in mapping.items() if own != name},
        where=tuple(str(condition) for condition in conditions),
        notes=tuple(str(note) for note in notes),
    )
