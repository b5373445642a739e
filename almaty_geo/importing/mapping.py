"""Which column of a file is which column of a layer: guessed, shown, and overruled."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.specs import Column, LayerSpec
from almaty_geo.words import LANGUAGES

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "id": ("fid", "objectid", "gid", "код", "ид", "идентификатор"),
    "name_ru": ("name", "title", "наименование", "название", "имя", "nameru"),
    "name_kk": ("namekz", "namekk", "атауы", "атау"),
    "name_en": ("nameen", "english name"),
    "district": ("rayon", "район", "аудан", "district name"),
    "people": ("population", "pop", "residents", "жители", "население", "жителей", "тұрғындар"),
    "seats": ("capacity", "places", "места", "мест", "вместимость", "мощность", "орын"),
    "beds": ("койки", "коек", "төсек"),
}
"""Other names that files give to columns that most layers have."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that rows must meet, such as "status=open"."""

    column: str
    """The file's own name of a column."""

    value: str
    """What it must hold, as text."""

    equal: bool = True
    """Whether it must hold that, or must not."""

    def __str__(self) -> str:
        """Return the condition as it is written."""
        return f"{self.column}{'=' if self.equal else '!='}{self.value}"


def parse_mapping(pairs: Iterable[str], spec: LayerSpec) -> dict[str, str]:
    """
    Read "column=source" pairs.

    Raises
    ------
    UsageError
        If a pair is none.
    UnknownNameError
        If the layer declares no such column.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, sign, source = pair.partition("=")
        if not sign or not source.strip():
            raise UsageError(f"{pair!r} is not column=source.")
        if column.strip() not in spec.columns:
            raise UnknownNameError(f"column of {spec.id}", column.strip(), spec.columns)
        mapping[column.strip()] = source.strip()
    return mapping


def parse_condition(text: str) -> Condition:
    """Read "column=value" or "column!=value"; raise UsageError if it is neither."""
    found = re.fullmatch(r"\s*([^=!]+?)\s*(!?=)\s*(.*?)\s*", text)
    if found is None:
        raise UsageError(f"{text!r} is not column=value or column!=value.")
    return Condition(found[1], found[3], equal=found[2] == "=")


def guess_mapping(
    given: Sequence[str], spec: LayerSpec, *, told: Mapping[str, str]
) -> dict[str, str]:
    """
    Say which of a file's columns is which of a layer's.

    A column is recognised by its name, by its title in any language, or by a usual synonym;
    letters' case, spaces and punctuation do not matter. No column of the file is taken twice.

    Parameters
    ----------
    given
        Columns of the file.
    spec
        The layer.
    told
        What somebody said; it overrules every guess.

    Returns
    -------
    mapping
        The file's own name for each declared column that it has.

    Raises
    ------
    UnknownNameError
        If somebody named a column that the file does not have.
    """
    for source in told.values():
        if source not in given:
            raise UnknownNameError("column of the file", source, given)
    mapping = dict(told)
    free = {_plain(name): name for name in reversed(given) if name not in told.values()}
    for names in (_own_name, _titles, _synonyms):
        for column, declared in spec.columns.items():
            match = next((free[n] for n in names(column, declared) if n in free), None)
            if column not in mapping and match is not None:
                mapping[column] = match
                del free[_plain(match)]
    return {column: mapping[column] for column in spec.columns if column in mapping}


def chosen(frame: gpd.GeoDataFrame, conditions: Iterable[Condition]) -> NDArray[np.bool_]:
    """Return which rows of a table meet all conditions, as `chosen_of` does."""
    cells = {str(c): frame[c].tolist() for c in frame.columns if c != frame.geometry.name}
    return chosen_of(cells, len(frame), conditions)


def chosen_of(
    columns: Mapping[str, Sequence[object]], count: int, conditions: Iterable[Condition]
) -> NDArray[np.bool_]:
    """
    Return which rows meet all conditions.

    Parameters
    ----------
    columns
        Values by column, under the file's own names.
    count
        How many rows there are.
    conditions
        What each row must meet.

    Returns
    -------
    kept
        Shape (n,).

    Raises
    ------
    UnknownNameError
        If a condition names a column that the file does not have.
    """
    kept = np.ones(count, dtype=bool)
    for condition in conditions:
        if condition.column not in columns:
            raise UnknownNameError("column of the file", condition.column, columns)
        cells = map(_as_text, columns[condition.column])
        held = np.fromiter((cell == condition.value for cell in cells), dtype=bool, count=count)
        kept &= held if condition.equal else ~held
    return kept


def _as_text(value: object) -> str:
    """Return a cell as one would write it in a condition."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _own_name(column: str, _: Column) -> list[str]:
    return [_plain(column)]


def _titles(_: str, declared: Column) -> list[str]:
    title = declared.title
    return [] if title is None else [_plain(title[language]) for language in LANGUAGES]


def _synonyms(column: str, _: Column) -> list[str]:
    return [_plain(name) for name in SYNONYMS.get(column, ())]
