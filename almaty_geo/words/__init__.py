"""
Everything said to a reader, in Kazakh, Russian and English.

Sentences are written in English in the code and looked up in ``kk.po`` and ``ru.po`` beside this
file (gettext: any translator's editor opens them); ``en.po`` only words what is no prose as a
key. Words of a plan (titles, norms, promises) come
from the plan itself, in all three languages.
"""

import gettext
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any, ClassVar, Literal, get_args

import pandas as pd
from babel import localedata
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from almaty_geo.errors import DataError

Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NARROW_SPACE = "\u202f"
MINUS = "\u2212"
BEYOND_COUNTING = 1e15
"""Larger numbers are no counts of anything here; they are written as they come."""


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in each language."""

    # Read by pydantic when a declared file holds a text: a fourth language is a slip of the pen.
    __pydantic_config__: ClassVar[Mapping[str, object]] = {
        "extra": "forbid",
        "str_min_length": 1,
        "str_strip_whitespace": True,
    }

    kk: str
    """Kazakh."""

    ru: str
    """Russian."""

    en: str
    """English."""

    def __getitem__(self, language: Language) -> str:
        """Return the text in one language."""
        chosen: str = getattr(self, language)
        return chosen

    def __str__(self) -> str:
        """Return the English text."""
        return self.en

    def to_dict(self) -> dict[str, str]:
        """Return the text as a mapping from language to string."""
        return {language: self[language] for language in LANGUAGES}


def same(word: str) -> Text:
    """Return a text that reads the same in every language, such as a proper name."""
    return Text(word, word, word)


def joined(texts: Iterable[Text], /, *, by: str = ", ") -> Text:
    """
    Return texts as one, with the same sign between them in every language.

    Examples
    --------
    >>> joined([same("a"), same("b")], by="; ").kk
    'a; b'
    """
    each = tuple(texts)
    return Text(**{lang: by.join(text[lang] for text in each) for lang in LANGUAGES})


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    """Return the gettext catalogue of a language; what it lacks is said in English."""
    source = resources.files(__package__).joinpath(f"{language}.po")
    compiled = io.BytesIO()
    if not localedata.exists(language):
        raise DataError(f"Babel has no rules for {language!r} here; install the package anew.")
    try:
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
    except OSError as error:
        raise DataError(
            f"The words for {language!r} cannot be read ({error.strerror or error}); install the "
            "package anew."
        ) from None
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def say(message: str, /, **values: Text | str) -> Text:
    """
    Return a sentence in every language.

    Parameters
    ----------
    message
        English sentence, with ``{name}`` where a value goes; the key of the catalogues.
    values
        What goes in: texts (the same language is taken) or strings as they are.

    Returns
    -------
    text
        The sentence in each language.

    Examples
    --------
    >>> say("District").ru
    'Район'
    """
    return _filled({lang: _catalogue(lang).gettext(message) for lang in LANGUAGES}, values)


def say_count(singular: str, plural: str, number: int, /, **values: Text | str) -> Text:
    """
    Return a sentence about a number of things; ``{n}`` is the number, written out by locale.

    Parameters
    ----------
    singular, plural
        English sentence for one and for many; the key of the catalogues.
    number
        How many.
    values
        What goes in beside ``{n}``.

    Returns
    -------
    text
        The sentence, in the plural form that each language asks for.
    """
    said = {lang: _catalogue(lang).ngettext(singular, plural, number) for lang in LANGUAGES}
    return _filled(said, {"n": count(number), **values})


def term(context: str, word: str, /) -> Text:
    """
    Return a word of an enumeration, such as a status or a confidence.

    Parameters
    ----------
    context
        Which enumeration: "status", "role", "confidence", "state", "mode", "unit", …
    word
        Its value in the data.

    Returns
    -------
    text
        The word for a reader; one that no catalogue knows is read as it is written.
    """
    found = {lang: _catalogue(lang).pgettext(context, word) for lang in LANGUAGES}
    return Text(**{k: v if v != word else word.replace("_", " ") for k, v in found.items()})


def _filled(said: Mapping[Language, str], values: Mapping[str, Text | str]) -> Text:
    """Put values into a sentence, each in the sentence's language."""

    def filled(language: Language) -> str:
        own = {k: v[language] if isinstance(v, Text) else v for k, v in values.items()}
        return said[language].format(**own) if own else said[language]

    return Text(kk=filled("kk"), ru=filled("ru"), en=filled("en"))


def count(number: float | None, /, *, digits: int = 0, fixed: bool = False) -> Text:
    """
    Write a number by locale, rounded half to even; "—" where there is none.

    Parameters
    ----------
    number
        The number.
    digits
        Digits after the decimal sign, at most.
    fixed
        Whether to write them all, as the numbers of a column do.

    Returns
    -------
    written
        The number, with a minus sign (not a hyphen) if it is negative.

    Examples
    --------
    >>> count(1316644).en, count(-0.5, digits=2).ru, count(2, digits=1, fixed=True).en
    ('1,316,644', '−0,5', '2.0')
    """
    if number is None:
        return same("—")
    if abs(number) > BEYOND_COUNTING or number != number:  # noqa: PLR0124 - NaN
        return same(str(number))
    return _counted(number or 0, digits, fixed)  # -0.0 is 0 too


@lru_cache(maxsize=2**16, typed=True)  # maps and reports say the same numbers again and again
def _counted(number: float, digits: int, fixed: bool) -> Text:  # noqa: FBT001 - of the cache
    pattern = "#,##0" + ("." + ("0" if fixed else "#") * digits if digits else "")
    return Text(**{lang: _numeral(format_decimal(number, pattern, lang)) for lang in LANGUAGES})


def percent(share: float | None, /, *, digits: int = 0, fixed: bool = False) -> Text:
    """
    Write a share from 0 to 1 as a percentage by locale; "—" where there is none.

    `digits` and `fixed` as in `count`.

    Examples
    --------
    >>> percent(0.44).en, percent(None).en
    ('44%', '—')
    """
    if share is None:
        return same("—")
    hundredths = count(share * 100, digits=digits, fixed=fixed)
    return Text(
        kk=f"{hundredths.kk}{NARROW_SPACE}%",
        ru=f"{hundredths.ru}{NARROW_SPACE}%",
        en=f"{hundredths.en}%",
    )


def day(value: date, /) -> Text:
    """
    Write a date by locale, the month in words.

    Examples
    --------
    >>> day(date(2026, 3, 1)).en
    '1 March 2026'
    """
    locales = {"kk": "kk", "ru": "ru", "en": "en_GB"}
    return Text(**{k: _spaced(format_date(value, "long", v)) for k, v in locales.items()})


def dated(told: str, /) -> Text:
    """
    Write a date of a source as far as it is told: a day, a month, a year; else as it is written.

    Examples
    --------
    >>> dated("2026-03-01").en, dated("2026-03").en, dated("2026").en, dated("soon").en
    ('1 March 2026', 'March 2026', '2026', 'soon')
    """
    try:
        if len(told) == len("2026-03-01"):
            return day(date.fromisoformat(told))
        month = date.fromisoformat(f"{told}-01") if len(told) == len("2026-03") else None
    except ValueError:
        month = None
    if month is None:
        return same(told)
    written = {lang: format_skeleton("yMMMM", month, locale=lang) for lang in LANGUAGES}
    return Text(**{lang: _spaced(text) for lang, text in written.items()})


def _numeral(written: str) -> str:
    """Write a minus for the hyphen that some locales put before a number."""
    return _spaced(written).replace("-", MINUS)


def _spaced(written: str) -> str:
    """Make the locale's no-break spaces narrow, as typographers group digits."""
    return written.replace("\u00a0", NARROW_SPACE)


def shown(value: Any, /) -> Text:  # noqa: ANN401 - a cell of any layer
    """Write a cell of a layer: numbers and dates by locale, empty as "—", text as it is."""
    if pd.isna(value):
        return same("—")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return count(value, digits=2)
    return same(str(value))
