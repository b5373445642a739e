"""Proper names of rows, in the languages that their layer has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.words import LANGUAGES, Text, same


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name, in the languages that its layer has."""

    text: Text
    """The name; where a language is missing, in the one there is."""

    language: str = ""
    """The one language it is in; empty where all are there, or nobody says which it is."""


def row_name(row: Mapping[str, object], columns: Sequence[str]) -> Name | None:
    """
    Return the name of a row of a layer.

    Parameters
    ----------
    row
        The row.
    columns
        Name columns of the layer, such as "name_ru"; a column "name" is of no stated language.

    Returns
    -------
    name
        None where the row has none.
    """
    said = {c.removeprefix("name_"): row[c] for c in columns}
    names = {language: word for language, word in said.items() if isinstance(word, str) and word}
    if not names:
        return None
    language, first = next(iter(names.items()))
    text = Text(**{lang: names.get(lang, first) for lang in LANGUAGES})
    whole = len(names) == len(LANGUAGES) or language not in LANGUAGES
    return Name(text, "" if whole else language)


def rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, object]]:
    """Return the rows of a table, of some columns only."""
    if not columns:
        return [{} for _ in range(len(frame))]
    return [{str(k): v for k, v in row.items()} for row in frame[list(columns)].to_dict("records")]


def name_in(layer: Layer, row_id: str) -> Name:
    """Return the name of the row of a layer that has an id; the id where it has no name."""
    frame, columns = layer.frame, layer.spec.name_columns
    row, *_ = rows_of(frame[frame["id"].astype(str) == row_id], columns)
    return row_name(row, columns) or Name(same(row_id))
