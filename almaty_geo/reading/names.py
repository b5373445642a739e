"""Whether the columns of a file bear the names that its sidecar declares."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from almaty_geo.reading.faults import Faults, legible, shown
from almaty_geo.reading.options import Options
from almaty_geo.reading.rows import Rows
from almaty_geo.specs import Column

GEOMETRY = "geometry"
"""The name that the column of shapes has in every frame; no other column may bear it."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""
What text may not hold.

Tab and line ends are text; other control characters drive a terminal, and half of a surrogate
pair cannot be written to any file.
"""


def check_names(rows: Rows, declared: Mapping[str, Column] | None, faults: Faults) -> None:
    """
    Note names of columns that are not as declared.

    Parameters
    ----------
    rows
        Columns as they were read.
    declared
        The sidecar's columns; None where nothing is.
    faults
        Where it is noted that a name is missing, not declared, differs from another only in case,
        or is not fit to be one.
    """
    _check_fit(rows, faults)
    _check_case(rows, faults)
    if declared is None or not rows.columns:
        return
    there = ", ".join(map(legible, rows.columns))
    for name in (name for name in declared if name not in rows.columns):
        hint = f"there are: {there}"
        faults.add("is missing", "as declared", column=name, hint=hint, rule="missing-column")
    for name in rows.columns:
        if name not in declared and name != GEOMETRY:
            _note_undeclared(name, rows, declared, faults)


def chosen(rows: Rows, options: Options, faults: Faults) -> Rows:
    """
    Return rows with the columns that were asked for, under their declared names.

    Parameters
    ----------
    rows
        Columns as they were read.
    options
        Declared name to the file's own name; None to keep all.
    faults
        Where it is noted that one is not there, and which were left out.
    """
    if options.columns is None:
        return rows
    there = ", ".join(map(legible, rows.columns))
    for source in (s for s in options.columns.values() if s not in rows.columns):
        value, hint = f"column {shown(source)} is not there", f"there are: {there}"
        faults.add(value, "as asked", hint=hint, rule="missing-column")
    wanted = {name: source for name, source in options.columns.items() if source in rows.columns}
    others = [legible(n) for n in rows.columns if n not in wanted.values()]
    if others:
        faults.note(f"columns left out: {', '.join(others)}", "left-out", count=len(others))
    for name, source in wanted.items():
        if name != source:
            faults.note(f"taken from column {shown(source)}", "renamed", column=name)
    columns = {name: rows.columns[source] for name, source in wanted.items()}
    if "id" in columns:
        faults.ids = [shown(v).strip("'") if v is not None else "" for v in columns["id"]]
    return replace(rows, columns=columns, first={})


def _check_fit(rows: Rows, faults: Faults) -> None:
    """Note names that nobody could read, and the one that is taken."""
    for name in rows.columns:
        if not name.strip() or CONTROL.search(name):
            faults.add(f"the name {shown(name)}", "a readable name", rule="column-name")
        elif name == GEOMETRY:
            faults.add("that name is taken", "geometry_wkt", column=name, rule="column-name")


def _check_case(rows: Rows, faults: Faults) -> None:
    """Note names that differ only in case: in a database they are one."""
    times = Counter(name.casefold() for name in rows.columns)
    for folded in (name for name, number in times.items() if number > 1):
        alike = " and ".join(shown(name) for name in rows.columns if name.casefold() == folded)
        value = f"columns {alike} differ only in case"
        faults.add(value, "different names", rule="column-case")


def _note_undeclared(name: str, rows: Rows, declared: Mapping[str, Column], faults: Faults) -> None:
    """Note a column that the sidecar does not know."""
    near = next((known for known in declared if known.casefold() == name.strip().casefold()), "")
    where = f"first in feature {rows.first[name]}" if name in rows.first else ""
    faults.add(
        "is not declared",
        f"one of {', '.join(declared)}",
        column=legible(name),
        hint=f"{near}?" if near else where,
        rule="undeclared-column",
    )
