"""
Numbers, days and words as people write them, read by a stated rule.

Spaces, no-break spaces and apostrophes may set groups of three digits apart. A comma or point is a
decimal sign, or sets groups apart where there are several or another sign follows. One comma
before three digits can be either ("1,200"): it is left as text, for the reader of the faults to
decide, unless the decimal sign is known.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from almaty_geo.reading.faults import Faults, legible
from almaty_geo.reading.options import Options
from almaty_geo.reading.rows import Rows
from almaty_geo.specs import Column

_SPACES = "[ \u00a0\u202f\u2009']"
_APART = re.compile(rf"-?[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}})+(?=[.,]|$)")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DIGITS = re.compile(r"-?[0-9]+")
_EITHER = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_GROUPS = {
    ",": re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?P<rest>\.[0-9]+)?"),
    ".": re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?P<rest>,[0-9]+)?"),
}
_MINUS = {"\u2212": "-", "\u2013": "-"}
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?")
_YES_NO: Mapping[Any, bool] = {
    "true": True, "yes": True, "да": True, "иә": True, "1": True, 1: True,
    "false": False, "no": False, "нет": False, "жоқ": False, "0": False, 0: False,
}  # fmt: skip
_FIRST_SHOWN = 3
_LENGTH_MAX = 40


def plain_number(text: str, decimal: str | None = None) -> str | None:
    r"""
    Return a number as JSON would have it, or None if it is none or can be read in two ways.

    Parameters
    ----------
    text
        As it was written.
    decimal
        The decimal sign, if it is known.

    Examples
    --------
    >>> [plain_number(t) for t in ("1 200", "1\u00a0200,5", "1,5", "1,234,567", "0,200", "-5")]
    ['1200', '1200.5', '1.5', '1234567', '0.200', '-5']
    >>> plain_number("1,200"), plain_number("1,200", ","), plain_number("1,200", ".")
    (None, '1.200', '1200')
    >>> plain_number("1 20"), plain_number("12 %"), plain_number("1.234.567,5")
    (None, None, '1234567.5')
    """
    text = text.strip(" \t\u00a0\u202f")
    if len(text) > _LENGTH_MAX:
        return None
    text = _MINUS.get(text[:1], text[:1]) + text[1:]
    if (apart := _APART.match(text)) is not None:
        text = re.sub(_SPACES, "", apart[0]) + text[apart.end() :]
        decimal = decimal or ("," if "," in text else None)
    if decimal is None and _EITHER.fullmatch(text):
        return None
    return _without_groups(text, decimal)


def _without_groups(text: str, decimal: str | None) -> str | None:
    """Return a number whose groups are set apart by commas or points, if at all."""
    for sign, pattern in _GROUPS.items():
        found = pattern.fullmatch(text)
        several = found is not None and (text.count(sign) > 1 or found["rest"] is not None)
        if found is not None and sign != decimal and (several or decimal is not None):
            return text.replace(sign, "").replace(",", ".")
    if decimal != "." and _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    return text if _PLAIN.fullmatch(text) else None


def eased(
    rows: Rows, declared: Mapping[str, Column] | None, options: Options, faults: Faults
) -> Rows:
    """
    Return rows with values of declared columns read as what they were meant to be.

    Parameters
    ----------
    rows
        Columns as they were read.
    declared
        The sidecar's columns; without them nothing is changed.
    options
        Whether this is wanted, and the decimal sign.
    faults
        Where each column that was changed is noted, with the values.

    Returns
    -------
    rows
        A value that does not fit the rule stays as it is, for the check to name.
    """
    if declared is None or not options.lenient_numbers:
        return rows
    columns = {
        name: _eased(name, values, declared[name].kind, options.decimal, faults)
        if name in declared
        else values
        for name, values in rows.columns.items()
    }
    return replace(rows, columns=columns)


def suspects_decimal_comma(cells: Iterable[str]) -> bool:
    """
    Return whether a comma can only be the decimal sign of these cells.

    Examples
    --------
    >>> suspects_decimal_comma(["76,95", "1,200"]), suspects_decimal_comma(["1,200"])
    (True, False)
    """
    sure = False
    for cell in cells:
        if "," not in cell or len(cell) > _LENGTH_MAX:
            continue
        if cell.count(",") > 1 and _GROUPS[","].fullmatch(cell):
            return False
        sure = sure or bool(_DECIMAL_COMMA.fullmatch(cell) and not _EITHER.fullmatch(cell))
    return sure


def _eased(
    name: str, values: Sequence[Any], kind: str, decimal: str | None, faults: Faults
) -> list[Any]:
    """Return the values of one column, and note those that were changed."""
    change = _CHANGES.get(kind, _as_text)
    changed = [v if v is None else change(v, decimal) for v in values]
    cells = [
        (index, legible(str(before)), legible(str(after)))
        for index, (before, after) in enumerate(zip(values, changed, strict=True))
        if after is not before
    ]
    if cells:
        distinct = list(dict.fromkeys((before, after) for _, before, after in cells))
        such = ", ".join(f"'{before}' as {after}" for before, after in distinct[:_FIRST_SHOWN])
        said = f"{len(cells):,} values read as {_SAID.get(kind, 'text')}, such as {such}"
        faults.note(said, f"read-as-{kind}", column=name, count=len(cells), cells=cells)
    return changed


def _as_float(value: Any, decimal: str | None) -> Any:  # noqa: ANN401 - any value
    number = plain_number(value, decimal) if isinstance(value, str) else None
    return value if number is None else float(number)


def _as_int(value: Any, decimal: str | None) -> Any:  # noqa: ANN401 - any value
    if isinstance(value, str):
        number = plain_number(value, decimal)
        if number is None or (number.lstrip("-").startswith("0") and number.strip("-0.") != ""):
            return value
        return _as_int(int(number) if _DIGITS.fullmatch(number) else float(number), None)
    if type(value) is float and value.is_integer():
        return int(value)
    return value


def _as_bool(value: Any, _: str | None) -> Any:  # noqa: ANN401 - any value
    if isinstance(value, bool):
        return value
    key = value.strip().lower() if isinstance(value, str) else value
    return _YES_NO.get(key, value) if isinstance(key, str | int) else value


def _as_day(value: Any, _: str | None) -> Any:  # noqa: ANN401 - any value
    if not isinstance(value, str):
        return value
    if found := _DAY.fullmatch(value.strip()):
        return f"{found[3]}-{found[2]}-{found[1]}"
    found = _MIDNIGHT.fullmatch(value.strip())
    return found[1] if found else value


def _as_text(value: Any, _: str | None) -> Any:  # noqa: ANN401 - any value
    if type(value) is float and value.is_integer():
        return f"{value:.0f}"
    return str(value) if type(value) in {int, float} else value


_CHANGES: Mapping[str, Callable[[Any, str | None], Any]] = {
    "int": _as_int,
    "float": _as_float,
    "bool": _as_bool,
    "date": _as_day,
}
_SAID = {"int": "whole numbers", "float": "numbers", "bool": "yes and no", "date": "days"}
