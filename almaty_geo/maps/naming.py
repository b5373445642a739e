"""Proper names as the source has them, with the language of each marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.words import LANGUAGES, Language, Text, same

SOURCE_ORDER: tuple[Language, ...] = ("ru", "kk", "en")
"""Which language stands in for a missing one: most sources write Russian."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name for the reader of each language."""

    text: Text
    """What is shown."""

    written_in: Text
    """The language that it is shown in, by reader; empty where that cannot be said."""


def name_of(found: Mapping[Language, str]) -> Name | None:
    """
    Return the name to show to each reader, or None where there is none.

    Examples
    --------
    >>> abay = name_of({"ru": "пр. Абая", "en": "Abay avenue"})
    >>> abay.text.kk, abay.written_in.kk, abay.text.en
    ('пр. Абая', 'ru', 'Abay avenue')
    """
    first = next((lang for lang in SOURCE_ORDER if found.get(lang)), None)
    if first is None:
        return None
    chosen = {lang: lang if found.get(lang) else first for lang in LANGUAGES}
    return Name(
        Text(**{lang: found[source] for lang, source in chosen.items()}),
        Text(**{str(lang): str(source) for lang, source in chosen.items()}),
    )


def feature_names(layer: Layer) -> list[Name]:
    """Return the name of each row of a layer: its own, else its id, else its number."""
    columns = language_columns(layer.frame, "name")
    ids = filled(layer.frame["id"]) if "id" in layer.frame else [""] * len(layer.frame)
    return [
        name_of({lang: values[row] for lang, values in columns.items()})
        or Name(same(ids[row] or str(row + 1)), same(""))
        for row in range(len(layer.frame))
    ]


def language_columns(frame: pd.DataFrame, stem: str) -> dict[Language, list[str]]:
    """Return the columns that say the same in several languages, by language."""
    return {
        lang: filled(frame[f"{stem}_{lang}"]) for lang in LANGUAGES if f"{stem}_{lang}" in frame
    }


def filled(values: Iterable[object]) -> list[str]:
    """Return texts as they are and "" for what is missing."""
    cells: Iterable[Any] = values
    return ["" if pd.isna(cell) else str(cell) for cell in cells]


def short_names(names: Sequence[Name]) -> list[Text]:
    """
    Return names without the last word where all of them share it, as "district" in a list of them.

    Examples
    --------
    >>> both = [name_of({"ru": "Алмалинский район"}), name_of({"ru": "Медеуский район"})]
    >>> [text.ru for text in short_names(both)]
    ['Алмалинский', 'Медеуский']
    """
    by_language = {lang: _without_common_end([n.text[lang] for n in names]) for lang in LANGUAGES}
    return [Text(**{lang: by_language[lang][at] for lang in LANGUAGES}) for at in range(len(names))]


def _without_common_end(names: list[str]) -> list[str]:
    """Drop the last word if every name has several words and the same last one."""
    parts = [name.rpartition(" ") for name in names]
    ends = {end for start, _, end in parts if start}
    shared = len(names) > 1 and len(ends) == 1 and all(start for start, _, _ in parts)
    return [start for start, _, _ in parts] if shared else names
