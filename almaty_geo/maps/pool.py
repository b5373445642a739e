"""Texts of a page, each kept once, in the languages asked for."""

from collections.abc import Sequence
from typing import Any

from almaty_geo.maps.naming import Name
from almaty_geo.words import Language, Text


class Pool:
    """
    Texts by number.

    Parameters
    ----------
    languages
        The languages a page is read in, in the order of its switch.

    Examples
    --------
    >>> pool = Pool(["ru", "en"])
    >>> pool.word(Text(kk="аудан", ru="район", en="district"))
    ['район', 'district']
    """

    def __init__(self, languages: Sequence[Language]) -> None:
        self.languages = tuple(languages)
        self.texts: list[Any] = []
        self._at: dict[tuple[Any, ...], int] = {}

    def word(self, text: Text) -> str | list[str]:
        """Return a text for the page: one string where it reads the same in every language."""
        said = [text[lang] for lang in self.languages]
        return said[0] if len(set(said)) == 1 else said

    def name(self, name: Name) -> int:
        """Return the number of a text that may be in another language than its reader's."""
        key = tuple((name.text[lang], name.written_in[lang]) for lang in self.languages)
        if key not in self._at:
            self._at[key] = len(self.texts)
            self.texts.append(self._entry(name))
        return self._at[key]

    def _entry(self, name: Name) -> str | list[Any] | dict[str, Any]:
        """Return a text, with the language that it is written in where that is another one."""
        foreign = [
            "" if name.written_in[lang] == lang else name.written_in[lang]
            for lang in self.languages
        ]
        text = self.word(name.text)
        return {"text": text, "in": foreign} if any(foreign) else text
