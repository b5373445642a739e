"""What a file of any format comes to before it is checked, and how much of it is borne."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import DEGREES
from almaty_geo.reading.faults import Faults

ROWS_MAX = 1_000_000
"""Rows of one file: more than a city has addresses, and what fits into memory with room."""

COLUMNS_MAX = 1_000
"""Columns of one file: an extract with every tag in use has hundreds; beyond is a slip."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says of its coordinate system."""

    system: str
    """Authority code, WKT, PROJJSON or PROJ string; empty where it is not known."""

    said: str = "the coordinate system is not stated"
    """What is to be said where it is not known, or cannot be used."""

    hint: str = ""
    """A remark to go with it."""


IN_DEGREES = Stated(DEGREES)
"""What formats say that have no other: longitude and latitude."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Columns by name, and a shape for each row."""

    columns: dict[str, list[Any]]
    """One value for each row, None where there is none."""

    shapes: NDArray[np.object_]
    """Shapes (n,), None where there is none."""

    first: dict[str, int]
    """The first row that has each column, where rows may differ in that."""

    stated: Stated = IN_DEGREES
    """The coordinate system of the shapes."""

    decimal: Literal[",", "."] | None = None
    """The decimal sign that was recognised in text."""

    as_text: bool = False
    """Whether values are cells of a table of text, still to be read as values."""


def too_many(rows: int, columns: int, faults: Faults) -> bool:
    """Note and return whether a file has more rows or columns than are borne."""
    for number, limit, what in ((rows, ROWS_MAX, "rows"), (columns, COLUMNS_MAX, "columns")):
        if number > limit:
            faults.add(f"{number:,} {what}", f"at most {limit:,}", rule="too-many")
    return rows > ROWS_MAX or columns > COLUMNS_MAX


def no_shapes(count: int) -> NDArray[np.object_]:
    """Return shapes (n,) that are all None."""
    shapes: NDArray[np.object_] = np.full(count, None, dtype=object)
    return shapes
