"""A file into a layer: one that the plan declares, or a new one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from almaty_geo.errors import DataError, UsageError
from almaty_geo.importing.fresh import Fresh, declare
from almaty_geo.importing.holding import (
    against_old,
    bounds,
    complete,
    of_rows,
    raise_faults,
    refuse,
    unlocated,
)
from almaty_geo.importing.ledger import ImportEntry, Ledger, lines_of
from almaty_geo.importing.mapping import (
    chosen,
    chosen_of,
    guess_mapping,
    parse_condition,
    parse_mapping,
)
from almaty_geo.importing.mending import mended, writable
from almaty_geo.importing.request import Imported, Request
from almaty_geo.importing.sealing import seal, seal_new
from almaty_geo.plan import Plan
from almaty_geo.reading import Note, Opened, open_outside
from almaty_geo.specs import GeometryType, LayerSpec, Origin


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
    refuse(plan, name, spec.role)
    return take_rows(
        plan, spec, _opened(file, spec.geometry, asked), asked, Came(file.name, file=file)
    )


@dataclass(frozen=True, slots=True)
class Came:
    """Where rows come from, as sidecar and ledger have it."""

    name: str
    """Name of a file, or the address that was asked."""

    sha256: str = ""
    """Digest of the answer; empty for that of the file that is read."""

    file: Path | None = None
    """What `check` could be asked about."""

    lines: tuple[ImportEntry, ...] = ()
    """What was changed before the rows were read."""

    notes: tuple[Note, ...] = ()
    """What was noted before that."""


def take_rows(plan: Plan, spec: LayerSpec, opened: Opened, asked: Request, came: Came) -> Imported:
    """
    Hold opened rows to a declared layer, and write it.

    Parameters
    ----------
    plan
        Whose layer it is.
    spec
        Its sidecar, with what is new in it.
    opened
        The rows, under their own names.
    asked
        Columns, conditions, and whether rows are merged or replaced.
    came
        Where they come from.

    Returns
    -------
    imported
        As `import_layer`, with its errors.
    """
    area = bounds(plan, spec.id)
    given = list(opened.columns)
    mapping = guess_mapping(given, spec, told=parse_mapping(asked.mapping, spec))
    conditions = [parse_condition(text) for text in asked.where]
    kept = chosen_of(opened.columns, opened.count, conditions)
    # Columns that the file lacks are held to be empty, unless they are required.
    declared = {c: s for c, s in spec.columns.items() if c in mapping or s.required or c == "id"}
    narrowed = spec.model_copy(update={"columns": declared})
    found = opened.found(narrowed, area, columns={c: mapping[c] for c in declared if c in mapping})
    found, mends = mended(plan, spec.id, found) if asked.mend else (found, ())
    raise_faults(of_rows(found.faults, kept), came.file)
    frame = complete(found.frame[kept], spec)
    if frame.empty:
        raise DataError(f"{came.name}: holds no rows; the layer {spec.id!r} stays as it was.")
    notes = (*came.notes, *found.notes)
    sha256, rows = came.sha256 or opened.sha256, np.flatnonzero(kept).tolist()
    whence = f"{came.name}, {opened.count} rows, SHA-256 {sha256}"
    frame, fitted = writable(plan, spec.id, frame)
    lines = [*lines_of(spec.id, whence, frame, notes, rows), *mends, *fitted, *came.lines]
    del opened, found, rows  # a large file need not stand in memory twice while it is written
    frame, change = against_old(plan, spec, frame, asked.merge_on)
    origin = Origin(
        file=came.name,
        sha256=sha256,
        mapping={name: own for name, own in mapping.items() if own != name},
        where=tuple(str(condition) for condition in conditions),
        notes=tuple(str(note) for note in notes),
    )
    merged = asked.merge_on is not None
    seal(plan, spec, frame, origin, ledger=Ledger(lines, goes_on=merged))
    return Imported(
        layer=spec.id,
        rows=len(frame),
        unlocated=unlocated(spec, frame),
        mapping=mapping,
        left_out=tuple(c for c in given if c not in mapping.values()),
        missing=tuple(c for c in spec.columns if c not in mapping),
        change=change,
        merged=merged,
        notes=notes,
        changes=len(lines) - 1,
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
    if name in plan.specs.specs:
        raise UsageError(f"The plan has the layer {name!r} already; import into it without --new.")
    refuse(plan, name, fresh.role)
    opened = _opened(file, None, asked)
    found = opened.found(None, plan.area)
    found, mends = mended(plan, name, found) if asked.mend else (found, ())
    conditions = [parse_condition(text) for text in asked.where]
    kept = chosen(found.frame, conditions)
    raise_faults(of_rows(found.faults, kept), file)
    spec, frame, noted = declare(name, found.frame[kept].reset_index(drop=True), fresh, file=file)
    notes = (*found.notes, *noted)
    rows = np.flatnonzero(kept).tolist()
    whence = f"{file.name}, {opened.count} rows, SHA-256 {opened.sha256}"
    frame, fitted = writable(plan, name, frame)
    lines = [*lines_of(name, whence, frame, notes, rows), *mends, *fitted]
    origin = Origin(
        file=file.name,
        sha256=opened.sha256,
        where=tuple(str(condition) for condition in conditions),
        notes=tuple(str(note) for note in notes),
    )
    del opened, found, rows  # a large file need not stand in memory twice
    return seal_new(plan, spec, frame, origin, lines=lines, notes=notes)


def _opened(file: Path, geometry: GeometryType | None, asked: Request) -> Opened:
    """Open a file; what cannot be opened at all is refused before its columns are looked for."""
    opened = open_outside(file, geometry, options=asked.options)
    if opened.rows is None:
        raise_faults(opened.faults, file)
    return opened
