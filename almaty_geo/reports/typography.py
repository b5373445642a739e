"""Texts as a typesetter sets them: what belongs together stays in one line, with print's signs."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from almaty_geo.reports.model import Entry, Named
from almaty_geo.words import LANGUAGES, NARROW_SPACE, Language, Text

NO_BREAK, FIRM_HYPHEN = "\u00a0", "\u2011"

KEPT = 2**16
"""Texts that are remembered: the reports of one run say much the same."""

T = TypeVar("T")

_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)")
_UNITS = (
    "м³ м² м км га л мин сек ч сут т тыс млн млрд чел п раз п\\.\u00a0п "
    "м/мин км/ч км/сағ сағ тәул мың адам жыл год года лет г ж m³ m² "
    "m km ha L min h pp million people"
)
_UNIT = re.compile(rf"(?<=\d) (?=(?:{'|'.join(_UNITS.split(' '))})(?!\w))")
_PERCENT = re.compile(r"(?<=\d)[ \u00a0](?=%)")
_AFTER = re.compile(r"(?<!\w)(№|×|≥|≤|п\.|стр\.|cl\.|No\.) (?=\d)")
_SUFFIX = re.compile(r"(?<=[\d%³²\u00bb])-(?=[а-яёәғқңөұүһі]{1,7}(?![\w-]))")
_RANGE_OF_PERCENT = re.compile(r"(\d)\u202f?% ?(?:–|—) ?(?=\d[\d.,\u202f]*\u202f?%)")
_SAME_UNIT = re.compile(r"([\d.,\u202f]*\d)\u00a0?([^\W\d]+) (?:–|to) ([\d.,\u202f]*\d)\u00a0?\2")
_WHOLE_RANGE = re.compile(r"([\d.,\u202f]*\d)(?:\u202f?%)? (?:–|to) ([\d.,\u202f]*\d(?:\u202f?%)?)")
_SIGNED_RANGE = re.compile(r" – (?=[+\u2212]\d)")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])'")


def in_type(value: T) -> T:
    """
    Return what a report holds with its texts well set; proper names stay as the source has them.

    Numbers keep their digits and their units in one line, percentages of a range are told once,
    and hyphens, dashes and apostrophes are those of print.
    """
    changed: T = _set(value)
    return changed


def lowered(title: Text) -> Text:
    """
    Return a title as it stands within a sentence; an abbreviation keeps its capitals.

    Examples
    --------
    >>> lowered(Text("Орын", "Места", "MW installed"))
    Text(kk='орын', ru='места', en='MW installed')
    """
    return Text(**{lang: _lower(title[lang]) for lang in LANGUAGES})


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _set(value: Any) -> Any:  # noqa: ANN401 - anything that a report holds
    if isinstance(value, Text):
        return _text(value)
    if isinstance(value, tuple):
        return tuple(_set(one) for one in value)
    if isinstance(value, Entry):
        return _entry(value)
    if isinstance(value, Named) or not is_dataclass(value) or isinstance(value, type):
        return value
    told = (one.name for one in fields(value) if one.metadata.get("json", True))
    changes = {name: _set(getattr(value, name)) for name in told}
    return replace(value, **changes)


def _entry(entry: Entry) -> Entry:
    """Return a cell with its text well set; a name of another language is left alone."""
    if any(entry.tongue[language] for language in LANGUAGES):
        return entry
    return replace(entry, shown=_text(entry.shown))


def _text(text: Text) -> Text:
    """Return a text well set; one that reads the same everywhere may be a name, and stays."""
    if text.kk == text.ru == text.en:
        return text
    return Text(**{lang: well_set(text[lang], lang) for lang in LANGUAGES})


@lru_cache(maxsize=KEPT)
def well_set(text: str, language: Language) -> str:
    r"""
    Return a text as a typesetter of a language sets it.

    Examples
    --------
    >>> well_set("12 500 м", "ru"), well_set("75 %-ы", "kk"), well_set("15%–38%", "en")
    ('12\u202f500\xa0м', '75\u202f%‑ы', '15–38%')
    >>> well_set("500 м – 1 000 м", "ru"), well_set("10 min to 15 min", "en")
    ('500–1\u202f000\xa0м', '10–15\xa0min')
    >>> well_set("49 to 139", "en"), well_set("0 % – 85 %", "kk")
    ('49–139', '0–85\u202f%')
    """
    for change in _CHANGES[language]:
        text = change(text)
    if found := _SAME_UNIT.fullmatch(text):
        return f"{found[1]}–{found[3]}{NO_BREAK}{found[2]}"
    found = _WHOLE_RANGE.fullmatch(text)
    return f"{found[1]}–{found[2]}" if found else text


def _grouped(text: str) -> str:
    return _GROUPS.sub(lambda m: re.sub(r"\s", NARROW_SPACE, m[0]), text)


def _replaced(pattern: re.Pattern[str], by: str) -> Callable[[str], str]:
    return lambda text: pattern.sub(by, text)


_SHARED = (
    _replaced(_UNIT, NO_BREAK),
    _replaced(_AFTER, rf"\1{NO_BREAK}"),
    _replaced(_RANGE_OF_PERCENT, r"\1–"),
)
_OURS = (
    _grouped,
    _replaced(_PERCENT, NARROW_SPACE),
    *_SHARED,
    _replaced(_SUFFIX, FIRM_HYPHEN),
    _replaced(_SIGNED_RANGE, f"{NO_BREAK}– "),
)
_CHANGES: dict[Language, tuple[Callable[[str], str], ...]] = {
    "kk": _OURS,
    "ru": _OURS,
    "en": (*_SHARED, _replaced(_APOSTROPHE, "’")),
}
