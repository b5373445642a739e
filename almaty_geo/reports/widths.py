"""How wide the columns of a table are on paper, and how large its letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LETTER_EM, PAD_EM = 0.6, 0.9
"""Width of a letter, and what a column takes beside its letters, in the table's letter size."""

PAPER_EM = 61.0
"""Width of the paper in letters of 8 points."""

SIZES_PT = (8.0, 7.2, 6.5, 6.0)
WORDY = 22
"""Letters of a cell beyond which a column is of words, and may be set in several lines."""

MOST = 70
"""Longer cells ask for no wider a column."""

EASY = 0.8
"""Share of the paper that the longest words may take for the table to be read with ease."""

LEAST_EM = 2.4
LISTED_LETTERS = 26
BROKEN = 8
"""Letters of a heading's word that stay together in the tightest table."""

WIDE = frozenset("%@—…±×WMwmЖМФШЩЫЮжмфшщыюҚқҢңӘә")
"""Letters that take half as much again as others."""

_GAPS = re.compile(r"[ \n\u200b]")


@dataclass(frozen=True, slots=True)
class Widths:
    """The measures of a table."""

    size_pt: float
    """Size of its letters."""

    em: tuple[float, ...]
    """Width of each column in that size; 0 for the one that takes what is left."""

    letters: tuple[int, ...]
    """Letters of a word beyond which it must be breakable, for each column."""

    listed: bool = False
    """Whether the table is too wide for paper, and better told row by row."""


def widths(titles: Sequence[str], cells: Sequence[Sequence[str]], *, stretched: int = 0) -> Widths:
    """
    Return the measures of a table.

    The largest letters are taken with which all cells stand in one line, or, where they cannot,
    all words do; if not even that, words are broken.

    Parameters
    ----------
    titles
        Heading of each column.
    cells
        Texts of each column.
    stretched
        The column that takes what is left where all others have what they wish.

    Examples
    --------
    >>> widths(["District", "People"], [["West", "East"], ["1 200", "300"]])
    Widths(size_pt=8.0, em=(0.0, 4.5), letters=(8, 6), listed=False)
    """
    least = [_em(max(_word(t), _fixed(column))) for t, column in zip(titles, cells, strict=True)]
    wished = [max(m, _em(min(_longest(c), MOST))) for m, c in zip(least, cells, strict=True)]
    for size in SIZES_PT:
        room = PAPER_EM * SIZES_PT[0] / size
        if sum(wished) <= room:
            return _spread(size, wished, least, room=0.0, stretched=stretched)
        if sum(least) <= EASY * room:
            return _spread(size, least, wished, room=room)
    room = PAPER_EM * SIZES_PT[0] / SIZES_PT[-1]
    if sum(least) > room:  # long words of headings may be broken, figures never
        heads = [min(_word(title), BROKEN) for title in titles]
        least = [_em(max(head, _fixed(c))) for head, c in zip(heads, cells, strict=True)]
    if sum(least) > room:
        return Widths(SIZES_PT[0], (), tuple(LISTED_LETTERS for _ in titles), listed=True)
    return _spread(SIZES_PT[-1], least, wished, room=room)


def _spread(
    size: float,
    base: Sequence[float],
    wished: Sequence[float],
    *,
    room: float,
    stretched: int = -1,
) -> Widths:
    """Return widths where columns share what is left by what they wish for; 0 room for none."""
    extra = max(room - sum(base), 0.0)
    pull = [max(wish - own, 0.0) ** 0.7 for own, wish in zip(base, wished, strict=True)]
    total = sum(pull) or 1.0
    em = [own + extra * part / total for own, part in zip(base, pull, strict=True)]
    letters = tuple(max(2, round((one - PAD_EM) / LETTER_EM)) for one in em)
    shown = [0.0 if place == stretched else round(one, 2) for place, one in enumerate(em)]
    return Widths(size, tuple(shown), letters)


def _em(letters: int) -> float:
    return max(letters * LETTER_EM + PAD_EM, LEAST_EM)


def _longest(column: Sequence[str]) -> int:
    return max(map(_letters, column), default=1)


def _letters(text: str) -> int:
    """Return how many letters of usual width a text is as wide as."""
    return len(text) + (sum(letter in WIDE for letter in text) + 1) // 2


def _fixed(column: Sequence[str]) -> int:
    """Return the letters of a column that stand in one line whatever happens."""
    longest = _longest(column)
    return max(map(_word, column), default=1) if longest > WORDY else longest


def _word(text: str) -> int:
    return max((_letters(word) for word in _GAPS.split(text)), default=1)
