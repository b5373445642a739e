"""From columns of Arrow to plain values: numbers, text, true and false."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

from almaty_geo.reading.encodings import suspected
from almaty_geo.reading.faults import Faults

_CODEC = "utf-8"


def plain_column(
    name: str, column: pa.ChunkedArray, faults: Faults, *, codec: str = _CODEC
) -> Sequence[Any] | pa.ChunkedArray | None:
    """
    Return a column's values as JSON has them.

    Parameters
    ----------
    name
        Its name.
    column
        Its values.
    faults
        Where text that cannot be decoded is noted, and that a column was left out.
    codec
        Encoding of text.

    Returns
    -------
    values
        Days and times as ISO 8601, lists and objects as JSON; None for binary data.
    """
    kind = column.type
    if kinds.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind):
        faults.note("holds binary data: left out", "left-out", column=name)
        return None
    if kinds.is_string(kind) or kinds.is_large_string(kind):
        return _texts(name, column, codec, faults)
    if kinds.is_boolean(kind):
        return column
    if kinds.is_integer(kind) and not kinds.is_uint64(kind):
        return column.cast(pa.int64())
    if kinds.is_floating(kind):
        return [None if v is None or v != v else v for v in column.to_pylist()]  # noqa: PLR0124 - NaN
    return [_plain(value) for value in column.to_pylist()]


def _texts(name: str, column: pa.ChunkedArray, codec: str, faults: Faults) -> list[str | None]:
    """Return texts, each decoded strictly: a reader that guesses leaves nonsense behind."""
    raw = column.cast(pa.large_binary()).to_pylist()
    texts: list[str | None] = []
    for index, value in enumerate(raw):
        try:
            texts.append(None if value is None else value.decode(codec))
        except UnicodeDecodeError as error:
            texts.append(None)
            byte = f"byte {error.start} is 0x{value[error.start]:02x}, not {codec}"
            hint = suspected(value) if codec == _CODEC else ""
            faults.add(byte, codec, feature=index, column=name, hint=hint, rule="encoding")
    return texts


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return a value of a kind that JSON does not have as one that it has."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
