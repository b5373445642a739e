"""Doubts about names: letters that look right and are others, languages mixed or missing."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from almaty_geo.catalogue import Layer
from almaty_geo.doctor.finding import Finding, id_of, named, quoted, retold, rows

LANGUAGES = ("ru", "kk", "en")
"""Languages of names, the one that most sources have first."""

_LATIN = "aceopxyihABCEHIKMOPTX"
_CYRILLIC = "асеорхуіһАВСЕНІКМОРТХ"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_WORD = re.compile(r"[^\W\d_]+")
_IS_LATIN = re.compile("[A-Za-z]")
_IS_CYRILLIC = re.compile("[\u0400-\u04ff]")
_KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_FOREIGN = re.compile("[\u0400-\u04ff](?<![А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі])")


def letters(layer: Layer) -> Iterator[Finding]:
    """
    Yield words made of Latin and Cyrillic letters at once.

    Whoever looks for such a word does not find it. Where all letters of one script look like some
    of the other, the repair writes the word in the script that fits, or else that most of it is in.
    """
    for name in _texts(layer):
        for row, text in layer.frame[name].dropna().items():
            if not (_IS_LATIN.search(text) and _IS_CYRILLIC.search(text)):
                continue
            tidy = _WORD.sub(lambda word: _one_script(word[0]), text)
            feature = id_of(layer, row)
            mixed = _named(word for word in _WORD.findall(text) if _is_mixed(word))
            if tidy != text:
                sentence = f"{feature}: {name} has letters of two alphabets in {mixed}."
                repair = retold(layer, row, name, "look-alikes", (text, tidy))
                yield Finding(layer.id, feature, "look-alikes", "warning", sentence, repair)
            elif mixed:
                sentence = f"{feature}: {name} mixes two alphabets in {mixed}."
                yield Finding(layer.id, feature, "mixed-word", "note", sentence)


def languages(layer: Layer) -> Iterator[Finding]:
    """
    Yield columns of one language that hold others too, and those filled in part of the rows.

    A column that holds another language throughout is a matter of its title, not of its rows.
    """
    total = len(layer)
    for name in _texts(layer):
        language = name.rpartition("_")[2]
        if language not in LANGUAGES or not name.startswith("name"):
            continue
        texts = layer.frame[name]
        told = {row: text for row, text in texts.items() if isinstance(text, str) and text.strip()}
        if 0 < len(told) < total:
            empty = [id_of(layer, row) for row in texts.index if row not in told]
            sentence = f"{name} is empty in {rows(len(empty), total)}: {named(empty)}."
            yield Finding(layer.id, "", "name-missing", "note", sentence)
        kinds: dict[str, list[str]] = {}
        for row, text in told.items():
            if found := _other(text, language):
                kinds.setdefault(found, []).append(id_of(layer, row))
        for kind, ids in kinds.items():
            if len(ids) < len(told):
                sentence = f"{name} {kind} in {rows(len(ids), total)}: {named(ids)}."
                yield Finding(layer.id, "", "language", "note", sentence)


def alike(layer: Layer) -> Iterator[Finding]:
    """Yield ids that differ only in case, spaces or look-alike letters, and ids that are blank."""
    if "id" not in layer.frame:
        return
    seen: dict[str, str] = {}
    for row, name in layer.frame["id"].items():
        if not isinstance(name, str) or not name.strip():
            sentence = f"row {row} has no id: nothing can refer to it."
            yield Finding(layer.id, "", "id-blank", "warning", sentence)
            continue
        folded = unicodedata.normalize("NFKC", name).translate(_TO_LATIN).casefold()
        key = "".join(folded.split())
        if key in seen:
            sentence = f"ids {quoted(seen[key])} and {quoted(name)} can be taken for each other."
            yield Finding(layer.id, id_of(layer, row), "id-alike", "warning", sentence)
        seen.setdefault(key, name)


def spoken(layers: Mapping[str, Layer]) -> Iterator[Finding]:
    """Yield how many rows of a plan bear a name in each language."""
    counted = {
        language: sum(
            int(layer.frame[f"name_{language}"].notna().sum())
            for layer in layers.values()
            if f"name_{language}" in layer.frame
        )
        for language in LANGUAGES
    }
    nameable = [layer for layer in layers.values() if layer.spec.name_columns]
    total = sum(len(layer) for layer in nameable)
    if total:
        each = ", ".join(f"{n:,} in {language}" for language, n in counted.items())
        sentence = f"{rows(total)} of {len(nameable)} layers may bear a name: {each}."
        yield Finding("plan", "", "languages", "note", sentence)


def _texts(layer: Layer) -> list[str]:
    return [n for n, column in layer.spec.columns.items() if column.kind == "str" and n != "id"]


def _is_mixed(word: str) -> bool:
    return bool(_IS_LATIN.search(word) and _IS_CYRILLIC.search(word))


def _one_script(word: str) -> str:
    """
    Return a word in one script if look-alikes allow it, else as it is.

    Examples
    --------
    >>> _one_script("Cенiм"), _one_script("Техt"), _one_script("BoBо")
    ('Сенім', 'Text', 'BoBo')
    """
    if not _is_mixed(word):
        return word
    ways = [
        w for w in (word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)) if not _is_mixed(w)
    ]
    if len(ways) == 1:
        return ways[0]
    latin = len(_IS_LATIN.findall(word))
    cyrillic = len(_IS_CYRILLIC.findall(word))
    return word if not ways or latin == cyrillic else ways[int(latin > cyrillic)]


def _other(text: str, language: str) -> str:
    """Return what speaks against a text being of a language; empty if nothing does."""
    latin, cyrillic = bool(_IS_LATIN.search(text)), bool(_IS_CYRILLIC.search(text))
    if _FOREIGN.search(text):
        return "has letters that are neither Russian nor Kazakh"
    if language == "en":
        return "has Cyrillic letters" if cyrillic else ""
    if latin and not cyrillic:
        return "is in Latin letters"
    return "has Kazakh letters" if language == "ru" and _KAZAKH.search(text) else ""


def _named(words: Iterable[str]) -> str:
    each = [quoted(word) for word in words]
    return named(each) if each else ""
