"""Sentences that differ in their numbers only, each kept once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from almaty_geo.maps.pool import Pool
from almaty_geo.words import LANGUAGES, Language, Text, count

HOLE = "\ufffc"
"""Stands where a number goes; a text that has this sign itself is kept whole."""

GROUP = {lang: count(1_000_000)[lang][1] for lang in LANGUAGES}
"""What stands between thousands."""

POINT = {lang: count(0.5, digits=1)[lang][1] for lang in LANGUAGES}
"""What stands before a fraction."""

Number = int | str
"""A number as it is written to the page: a string where it has a fraction."""


@dataclass(eq=False)
class Sentences:
    """
    Texts without their numbers, by number.

    Examples
    --------
    >>> kept = Sentences(Pool(["ru", "en"]))
    >>> kept.take(Text(kk="1\u202f234 адам", ru="1\u202f234 жителя", en="1,234 residents"))
    (0, [1234])
    >>> kept.take(Text(kk="5 адам", ru="5 жителя", en="5 residents"))
    (0, [5])
    """

    pool: Pool
    """Languages of the page."""

    kept: list[tuple[str | list[str], int]] = field(default_factory=list)
    """Each text for the page, and how many numbers go into it."""

    _at: dict[tuple[str, ...], int] = field(default_factory=dict)

    def take(self, text: Text) -> tuple[int, list[Number]]:
        """Return which text it is, and the numbers in it."""
        bare, numbers = parted(text)
        key = (*(bare[lang] for lang in LANGUAGES), str(len(numbers)))
        if key not in self._at:
            self._at[key] = len(self.kept)
            self.kept.append((self.pool.word(bare), len(numbers)))
        return self._at[key], numbers


@dataclass(eq=False)
class Shapes:
    """Lists of sentences that come again and again with other numbers, each kept once."""

    sentences: Sentences
    """Where the texts go."""

    kept: list[list[int | str]] = field(default_factory=list)
    """Each list: numbers of texts, and words that stay as they are."""

    _at: dict[tuple[int | str, ...], int] = field(default_factory=dict)

    def take(self, parts: Sequence[Text | str]) -> list[Number]:
        """Return which list it is, then all the numbers in it."""
        shape: list[int | str] = []
        numbers: list[Number] = []
        for part in parts:
            if isinstance(part, str):
                shape.append(part)
                continue
            at, own = self.sentences.take(part)
            shape.append(at)
            numbers += own
        key = tuple(shape)
        if key not in self._at:
            self._at[key] = len(self.kept)
            self.kept.append(shape)
        return [self._at[key], *numbers]


def parted(text: Text) -> tuple[Text, list[Number]]:
    """
    Return a text with holes for its numbers, and the numbers in it.

    A text of which the languages tell other numbers, or in another order, is kept whole.

    Examples
    --------
    >>> bare, numbers = parted(Text(kk="62,0\u202f%", ru="62,0\u202f%", en="62.0%"))
    >>> bare.en.replace(HOLE, "_"), numbers
    ('_%', ['62.0'])
    """
    found = {lang: _parted(text[lang], lang) for lang in LANGUAGES}
    alike = len({tuple(numbers) for _, numbers in found.values()}) == 1
    if not alike or any(HOLE in text[lang] for lang in LANGUAGES):
        return text, []
    bare = Text(**{lang: found[lang][0] for lang in LANGUAGES})
    return bare, [_short(number) for number in found[LANGUAGES[0]][1]]


def filled(text: str, numbers: Sequence[Number], language: Language) -> str:
    """
    Return a text with its numbers, as the page puts them in.

    Examples
    --------
    >>> filled(f"In 2027 there are {HOLE} of {HOLE}%", [1234, "62.0"], "en")
    'In 2027 there are 1,234 of 62.0%'
    """
    first, *parts = text.split(HOLE) if numbers else [text]
    written = (_written(str(number), language) for number in numbers)
    return first + "".join(number + part for number, part in zip(written, parts, strict=True))


def _parted(text: str, language: Language) -> tuple[str, list[str]]:
    """
    Return a text with holes for its numbers, and the numbers in plain digits.

    Whole numbers of four digits and more count only where they are grouped: 2027 is a year.
    """
    group, point = re.escape(GROUP[language]), re.escape(POINT[language])
    whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,3}})"
    pattern = re.compile(
        rf"(?<![\d{point}{group}]){whole}(?:{point}\d+)?(?![\d{point}{group}]\d|\d)", re.ASCII
    )
    found = [
        hit.group().replace(GROUP[language], "").replace(POINT[language], ".")
        for hit in pattern.finditer(text)
    ]
    return pattern.sub(HOLE, text), found


def _written(number: str, language: Language) -> str:
    """Return plain digits as a language writes them."""
    whole, _, rest = number.partition(".")
    grouped = re.sub(r"\B(?=(\d{3})+$)", GROUP[language], whole)
    return grouped + POINT[language] + rest if rest else grouped


def _short(number: str) -> Number:
    """Return digits as a number where it says the same."""
    return int(number) if number.isdecimal() and str(int(number)) == number else number
