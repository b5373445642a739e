"""Whether every value of a column is what the sidecar promises."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from almaty_geo.reading.faults import Faults, legible, shown
from almaty_geo.reading.names import CONTROL, GEOMETRY, check_names
from almaty_geo.reading.rows import Rows
from almaty_geo.specs import Column

INTEGER_MAX = 2**53 - 1
"""Largest magnitude of a whole number: beyond it readers of JSON no longer agree on it."""

TEXT_MAX_CHARS = 131_072
"""Longest text of one value: the limit of Python's CSV reader, kept for every format."""

_FLOAT_MAX = float(np.finfo(np.float64).max)
_TYPES: Mapping[str, frozenset[type]] = {
    "int": frozenset({int}),
    "float": frozenset({int, float}),
    "bool": frozenset({bool}),
}
_TEXT = frozenset({str})
_KINDS = {int: "int", float: "float", bool: "bool", str: "str"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS_APART = re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f,'][0-9]{3})+")
_EITHER = re.compile(r"-?[0-9]{1,3},[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


def checked_columns(
    rows: Rows, declared: Mapping[str, Column] | None, faults: Faults
) -> dict[str, pd.Series]:
    """
    Return columns with the types that the sidecar promises.

    Parameters
    ----------
    rows
        Columns as they were read.
    declared
        The sidecar's columns; None to take the columns as found.
    faults
        Where every name and value that breaks a promise is noted.

    Returns
    -------
    columns
        By name, in the sidecar's order: text, dates and ids as text with None, whole numbers as
        Int64, numbers as float64 with NaN, yes and no as boolean. A bad value is empty.
    """
    check_names(rows, declared, faults)
    if declared is None:
        found = {name: _flat(values) for name, values in rows.columns.items() if name != GEOMETRY}
        return {name: _checked(name, v, _guessed(v), faults) for name, v in found.items()}
    nothing: list[Any] = [None] * len(rows.shapes)
    return {
        name: _checked(name, rows.columns[name], _with_id(name, column), faults)
        if name in rows.columns
        else _series(nothing, column.kind)
        for name, column in declared.items()
    }


def empty_columns(declared: Mapping[str, Column] | None) -> dict[str, pd.Series]:
    """Return the declared columns without rows."""
    return {name: _series([], column.kind) for name, column in (declared or {}).items()}


def expected_of(column: Column) -> str:
    """
    Return what a column's values must be, as words.

    Examples
    --------
    >>> expected_of(Column(kind="ref", layer="districts"))
    'the id of a row of districts'
    """
    return {
        "str": "text",
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "date": "a date such as 2026-03-01",
        "enum": f"one of {', '.join(column.values)}",
        "ref": f"the id of a row of {column.layer}",
    }[column.kind]


@dataclass(slots=True)
class _Cells:
    """The values of one column while they are checked."""

    name: str
    given: Sequence[Any]
    column: Column
    faults: Faults
    sound: list[Any]

    def refuse(self, bad: Iterable[int], rule: str, expected: str) -> None:
        """Note values that break a rule, and empty them."""
        for index in bad:
            self.faults.add(
                shown(self.given[index]),
                expected,
                feature=index,
                column=legible(self.name),
                hint=_meant(self.given[index]) if rule == "kind" else "",
                rule=rule,
            )
            self.sound[index] = None


def _with_id(name: str, column: Column) -> Column:
    """Return a declared column; one named id is what others refer to, so each row has its own."""
    return column.model_copy(update={"required": True, "unique": True}) if name == "id" else column


def _checked(name: str, values: Sequence[Any], column: Column, faults: Faults) -> pd.Series:
    """Return a column, every value held to what is promised."""
    cells = _Cells(name, values, column, faults, list(values))
    expected = expected_of(column)
    if column.required:
        cells.refuse((i for i, v in enumerate(values) if v is None), "required", expected)
    types = _TYPES.get(column.kind, _TEXT)
    cells.refuse(_of_other_type(values, types), "kind", expected)
    if types is _TEXT:
        _check_texts(cells)
    elif column.kind != "bool":
        _check_bounds(cells)
    if column.unique:
        _check_unique(cells)
    return _series(cells.sound, column.kind)


def _of_other_type(values: Sequence[Any], types: frozenset[type]) -> list[int]:
    """Return which values are of another type; true and false are not numbers."""
    allowed = types | {type(None)}
    if set(map(type, values)) <= allowed:
        return []
    return [i for i, value in enumerate(values) if type(value) not in allowed]


def _meant(value: Any) -> str:  # noqa: ANN401 - any value
    """Guess what a value of a wrong kind was meant to be."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= INTEGER_MAX:
        return f"{value:.0f}, without a point?"
    if not isinstance(value, str):
        return ""
    if _EITHER.fullmatch(value.strip()):
        return "digits set apart, or a decimal comma? Say which sign is decimal"
    if _DIGITS_APART.fullmatch(value.strip()):
        return "a number with its digits set apart?"
    if _DECIMAL_COMMA.fullmatch(value.strip()):
        return "a decimal comma?"
    return ""


def _check_texts(cells: _Cells) -> None:
    """Note texts that are too long, cannot be printed, or are not the date or word promised."""
    long = _where(cells.sound, lambda text: len(text) > TEXT_MAX_CHARS)
    cells.refuse(long, "too-long", f"at most {TEXT_MAX_CHARS:,} characters")
    if CONTROL.search("\n".join(text for text in cells.sound if text is not None)):
        bad = _where(cells.sound, lambda text: CONTROL.search(text) is not None)
        cells.refuse(bad, "control-character", "text without control characters")
    if cells.column.kind == "date":
        bad = _where(cells.sound, lambda text: not _is_day(text))
        cells.refuse(bad, "kind", expected_of(cells.column))
    if cells.column.kind == "enum":
        known = cells.column.values  # noqa: PD011 - words of an enumeration, not an array
        cells.refuse(
            _where(cells.sound, lambda v: v not in known), "kind", expected_of(cells.column)
        )


def _check_bounds(cells: _Cells) -> None:
    """Note numbers that are too small or too large."""
    limit = INTEGER_MAX if cells.column.kind == "int" else _FLOAT_MAX
    beyond = f"at most {INTEGER_MAX:,} either way" if limit == INTEGER_MAX else "a finite number"
    cells.refuse(_where(cells.sound, lambda v: abs(v) > limit), "bounds", beyond)
    low, high = cells.column.minimum, cells.column.maximum
    if low is not None:
        cells.refuse(_where(cells.sound, lambda v: v < low), "bounds", f"at least {low:.15g}")
    if high is not None:
        cells.refuse(_where(cells.sound, lambda v: v > high), "bounds", f"at most {high:.15g}")


def _where(values: Sequence[Any], broken: Callable[[Any], bool]) -> list[int]:
    """Return which values there are break a rule."""
    return [i for i, value in enumerate(values) if value is not None and broken(value)]


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _check_unique(cells: _Cells) -> None:
    """Note values that an earlier row bears already."""
    first: dict[Any, int] = {}
    shift = 2 if cells.faults.counted == "row" else 0
    for index, value in enumerate(cells.sound):
        if value is None or first.setdefault(value, index) == index:
            continue
        cells.faults.add(
            shown(value),
            "a value of its own",
            feature=index,
            column=legible(cells.name),
            hint=f"{cells.faults.counted} {first[value] + shift} has it too",
            rule="unique",
        )


def _flat(values: Sequence[Any]) -> list[Any]:
    """Return values with nested ones as JSON text: a table has no other place for them."""
    if not any(isinstance(value, dict | list) for value in values):
        return list(values)
    return [
        json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for value in values
    ]


def _guessed(values: Sequence[Any]) -> Column:
    """Return the column that most values of an undeclared one fit."""
    counts = Counter(_KINDS[kind] for kind in map(type, values) if kind in _KINDS)
    if counts["float"]:
        counts["float"] += counts.pop("int", 0)
    kind = counts.most_common(1)[0][0] if counts.total() else "str"
    return Column.model_validate({"kind": kind})


def _series(values: Sequence[Any], kind: str) -> pd.Series:
    """Return values as a column of the dtype that its kind has everywhere."""
    if kind == "int":
        return pd.Series(pd.array(list(values), dtype="Int64"))
    if kind == "float":
        return pd.Series([np.nan if v is None else v for v in values], dtype="float64")
    if kind == "bool":
        return pd.Series(pd.array(list(values), dtype="boolean"))
    return pd.Series(list(values), dtype=object)
