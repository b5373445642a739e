"""How wide the columns of a table are on paper, and how large its letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

LETTER_EM, PAD_EM = 0.6, 0.9
"""Width of a letter, and what a column takes beside its letters, in the table's letter size."""

PAPER_EM = 61.0
"""Width of the paper in letters of 8 points."""

TURNED_EM = 91.0
"""The same of paper on its side."""

SIZES_PT = (8.0, 7.2, 6.5, 6.0)
LONG_ROWS = 10
"""A shorter table is read in small letters with less trouble than the paper is turned."""

TURNED_LINES = 36
"""Lines of heading and highest row that such paper holds; more would run off its foot."""

EASY_PT = 6.5
"""A long table that asks for smaller letters is set on paper on its side."""

WORDY = 22
"""Letters of a cell beyond which a column is of words, and may be set in several lines."""

HEAD_LINES = (2, 3, 4)
"""Lines of headings, tried in this order where there is room to spare."""

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

    broken: bool = False
    """Whether words are broken that ought not to be."""

    turned: bool = False
    """Whether the paper is to lie on its side."""


def widths(
    titles: Sequence[str],
    cells: Sequence[Sequence[str]],
    *,
    stretched: int = 0,
    turnable: bool = False,
) -> Widths:
    """
    Return the measures of a table.

    The largest letters are taken with which all cells stand in one line, or, where they cannot,
    all words do; if not even that, the paper is turned, or words are broken.

    Parameters
    ----------
    titles
        Heading of each column.
    cells
        Texts of each column.
    stretched
        The column that takes what is left where all others have what they wish.
    turnable
        Whether the paper may be turned.

    Examples
    --------
    >>> widths(["District", "People"], [["West", "East"], ["1 200", "300"]])
    Widths(size_pt=8.0, em=(0.0, 4.5), letters=(8, 6), listed=False, broken=False, turned=False)
    """
    upright = _fitted(titles, cells, stretched, PAPER_EM)
    if not turnable or not _is_hard(upright, max(map(len, cells), default=0)):
        return upright
    turned = _fitted(titles, cells, stretched, TURNED_EM)
    high = _lines([[title] for title in titles], turned) + _lines(cells, turned)
    return upright if high > TURNED_LINES else replace(turned, turned=True)


def _is_hard(fit: Widths, rows: int) -> bool:
    """Return whether a table is hard to read: its words are broken, or it is long and small."""
    small = fit.size_pt < EASY_PT and rows >= LONG_ROWS
    return fit.listed or fit.broken or small


def _lines(cells: Sequence[Sequence[str]], fit: Widths) -> int:
    """Return about how many lines the highest row takes."""
    columns = zip(cells, fit.letters, strict=True)
    return max((-(-_longest(column) // most) for column, most in columns), default=1)


def _fitted(
    titles: Sequence[str], cells: Sequence[Sequence[str]], stretched: int, paper_em: float
) -> Widths:
    least = [_em(max(_word(t), _fixed(column))) for t, column in zip(titles, cells, strict=True)]
    wished = [max(m, _em(min(_longest(c), MOST))) for m, c in zip(least, cells, strict=True)]
    for lines in HEAD_LINES:
        eased = [max(w, _em(_part(t, lines))) for w, t in zip(wished, titles, strict=True)]
        if sum(eased) <= paper_em:
            return _spread(SIZES_PT[0], eased, least, room=0.0, stretched=stretched)
    for size in SIZES_PT:
        room = paper_em * SIZES_PT[0] / size
        if sum(wished) <= room:
            return _spread(size, wished, least, room=0.0, stretched=stretched)
        if sum(least) <= EASY * room:
            return _spread(size, least, wished, room=room)
    room = paper_em * SIZES_PT[0] / SIZES_PT[-1]
    broken = sum(least) > room
    if broken:  # long words of headings may be, figures never
        heads = [min(_word(title), BROKEN) for title in titles]
        least = [_em(max(head, _fixed(c))) for head, c in zip(heads, cells, strict=True)]
    if sum(least) > room:
        return Widths(SIZES_PT[0], (), tuple(LISTED_LETTERS for _ in titles), listed=True)
    return replace(_spread(SIZES_PT[-1], least, wished, room=room), broken=broken)


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


def _part(title: str, lines: int) -> int:
    """Return the letters of a line of a heading that is set in so many."""
    return max(_word(title), -(-_letters(title) // lines) + lines)


def _word(text: str) -> int:
    return max((_letters(word) for word in _GAPS.split(text)), default=1)
