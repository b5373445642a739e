"""Proper names as the source has them, in the reader's language where it has that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.words import LANGUAGES, Language, Text

TAGS: Mapping[Language, str] = {"kk": "қаз", "ru": "рус", "en": "eng"}
"""Short names of the languages, each in itself."""

SPOKEN: tuple[Language, ...] = ("ru", "kk", "en")
"""Languages in the order in which sources are likely to have a name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name for one reader."""

    text: str
    """The name."""

    language: Language | None = None
    """Its language, where that is not the reader's."""


Names = Mapping[Language, Name]


def name_of(row: Mapping[str, Any], layer: Layer, *, otherwise: str) -> Names:
    """
    Return the name of a row for each reader.

    Parameters
    ----------
    row
        Values by column.
    layer
        Says which columns hold names.
    otherwise
        What to say where the source has no name.
    """
    told: dict[Language, str] = {
        language: str(row[f"name_{language}"])
        for language in SPOKEN
        if f"name_{language}" in layer.spec.columns and pd.notna(row[f"name_{language}"])
    }
    return {language: _for(language, told, otherwise) for language in LANGUAGES}


def _for(language: Language, told: Mapping[Language, str], otherwise: str) -> Name:
    if language in told:
        return Name(told[language])
    first = next((known for known in SPOKEN if known in told), None)
    return Name(otherwise) if first is None else Name(told[first], first)


def area_names(areas: Layer) -> dict[str, Names]:
    """Return the name of each area by its id."""
    rows = areas.frame.to_dict("records")
    return {
        str(row["id"]): name_of(
            {str(k): v for k, v in row.items()}, areas, otherwise=str(row["id"])
        )
        for row in rows
    }


def foreign(layer: Layer, language: Language) -> int:
    """Return how many rows of a layer have a name, but none in a language."""
    columns = list(layer.spec.name_columns)
    known = layer.frame[columns].notna()
    named = known.any(axis=1)
    own = f"name_{language}"
    return int((named & ~known[own]).sum() if own in columns else named.sum())


def mark(shown: Text, told_in: str) -> Names:
    """
    Return a text for each reader, marked with its language where it is not the reader's.

    Examples
    --------
    >>> mark(Text("Абай", "Абай", "Абай"), "ru")["en"]
    Name(text='Абай', language='ru')
    >>> mark(Text("Абай", "Абая", "Abay"), "")["en"]
    Name(text='Abay', language=None)
    """
    return {reader: Name(shown[reader], _marked(shown, told_in, reader)) for reader in LANGUAGES}


def _marked(shown: Text, told_in: str, reader: Language) -> Language | None:
    """Return the language to mark a text with: where the reader gets it as it was told."""
    source = next((known for known in LANGUAGES if known == told_in), None)
    if source is None or source == reader or shown[reader] != shown[source]:
        return None
    return source


def tongue(names: Names) -> Text:
    """Return the language of a name for each reader where it is not the reader's; else empty."""
    return Text(**{reader: names[reader].language or "" for reader in LANGUAGES})
