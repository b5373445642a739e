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

LONG_CELL, STEP_EM = 60, 1.0
"""Letters of a cell that makes its row high; by how much its column is widened at a time."""

HARDLY = 1.2
"""How much higher a table may be for larger letters."""

MOST = 70
"""Longer cells ask for no wider a column."""

EASY = 0.8
"""Share of the paper that the longest words may take for the table to be read with ease."""

TIGHT = 0.97
"""The same where the choice is between that and the smallest letters."""

LEAST_EM = 2.4
LISTED_LETTERS = 26
BROKEN = 8
"""Letters of a heading's word that stay together in the tightest table."""

WIDE = frozenset("%@—…±×WMwmЖМФШЩЫЮжмфшщыюҚқҢңӘә")
"""Letters that take half as much again as others."""

NARROW = frozenset(" \u00a0\u202f.,:;'’|!()[]·ijlıіїI")
"""Signs that take about half as much."""

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


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the columns of a table ask for, in letters."""

    titles: Sequence[str]
    """Heading of each column."""

    cells: Sequence[Sequence[str]]
    """Texts of each column."""

    least: Sequence[float]
    """Widths with which no word and no short text is broken."""

    soft: Sequence[float]
    """The same where phrases without a figure may be, but for the names at the start of rows."""

    wished: Sequence[float]
    """Widths with which all but long texts stand in one line."""

    paper_em: float
    """Width of the paper."""

    def spread(self, size: float, base: Sequence[float]) -> Widths:
        """Return a size's measures where columns share what is left by what they need and wish."""
        room = self.room(size)
        return _spread(size, _eased(base, self.cells, room=room), self.wished, room=room)

    def room(self, size: float) -> float:
        """Return the width of the paper in letters of a size."""
        return self.paper_em * SIZES_PT[0] / size


def _fitted(
    titles: Sequence[str], cells: Sequence[Sequence[str]], stretched: int, paper_em: float
) -> Widths:
    pairs = list(zip(titles, cells, strict=True))
    least = [_em(max(_word(title), _fixed(column))) for title, column in pairs]
    soft = [least[0], *(_em(max(_word(t), _firm(c))) for t, c in pairs[1:])]
    wished = [max(m, _em(min(_longest(c), MOST))) for m, c in zip(least, cells, strict=True)]
    asked = _Wishes(titles, cells, least, soft, wished, paper_em)
    return _headed(asked, stretched) or _lowest(asked) or _largest(asked, stretched)


def _headed(asked: _Wishes, stretched: int) -> Widths | None:
    """Return measures where all stands in one line, and headings in few; None where it cannot."""
    for lines in HEAD_LINES:
        pairs = zip(asked.wished, asked.titles, strict=True)
        eased = [max(wish, _em(_part(title, lines))) for wish, title in pairs]
        if sum(eased) <= asked.paper_em:
            return _spread(SIZES_PT[0], eased, asked.least, room=0.0, stretched=stretched)
    return None


def _lowest(asked: _Wishes) -> Widths | None:
    """Return measures for a table of long texts: the largest letters that make it hardly higher."""
    if max(map(_longest, asked.cells), default=0) < LONG_CELL:
        return None
    tried = [
        (_high(asked.cells, _eased(base, asked.cells, room=asked.room(size))) * size, size, base)
        for size in SIZES_PT
        if size >= EASY_PT
        for base in (asked.least, asked.soft)
        if sum(base) <= TIGHT * asked.room(size)
    ]
    low = min((high for high, _, _ in tried), default=0.0)
    fits = (asked.spread(size, base) for high, size, base in tried if high <= HARDLY * low)
    return next(fits, None)


def _largest(asked: _Wishes, stretched: int) -> Widths:
    """Return measures with the largest letters that fit."""
    for size in SIZES_PT:
        room = asked.room(size)
        if sum(asked.wished) <= room:
            return _spread(size, asked.wished, asked.least, room=0.0, stretched=stretched)
        if sum(asked.least) <= (TIGHT if size <= EASY_PT else EASY) * room:
            return asked.spread(size, asked.least)
    return _tightest(asked)


def _tightest(asked: _Wishes) -> Widths:
    """Return measures with the smallest letters; long words of headings may break, figures not."""
    least, room = asked.least, asked.room(SIZES_PT[-1])
    broken = sum(least) > room
    if broken:
        heads = [min(_word(title), BROKEN) for title in asked.titles]
        least = [_em(max(head, _fixed(c))) for head, c in zip(heads, asked.cells, strict=True)]
    if sum(least) > room:
        return Widths(SIZES_PT[0], (), tuple(LISTED_LETTERS for _ in least), listed=True)
    return replace(asked.spread(SIZES_PT[-1], least), broken=broken)


def _high(cells: Sequence[Sequence[str]], em: Sequence[float]) -> int:
    """Return how many lines the rows of a table take together."""
    return sum(map(max, zip(*_in_lines(cells, em), strict=True)))


def _in_lines(cells: Sequence[Sequence[str]], em: Sequence[float]) -> list[list[int]]:
    """Return the lines of each cell, column by column."""
    return [
        [
            max(1, -(-letters_of(text) // max(2, round((wide - PAD_EM) / LETTER_EM))))
            for text in column
        ]
        for column, wide in zip(cells, em, strict=True)
    ]


def _eased(base: Sequence[float], cells: Sequence[Sequence[str]], *, room: float) -> list[float]:
    """Return widths where columns that make rows high get what lowers them, as far as room goes."""
    em, left = list(base), room - sum(base)
    if max(map(_longest, cells), default=0) < LONG_CELL:
        return em
    while left >= STEP_EM:
        gain = [0] * len(em)
        for row in zip(*_in_lines(cells, em), strict=True):
            if max(row) > 1:
                gain[row.index(max(row))] += max(row)
        if not any(gain):
            break
        em[gain.index(max(gain))] += STEP_EM
        left -= STEP_EM
    return em


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
    return max(map(letters_of, column), default=1)


def letters_of(text: str) -> int:
    """Return how many letters of usual width a text is as wide as."""
    wide = sum(letter in WIDE for letter in text)
    narrow = sum(letter in NARROW for letter in text)
    return len(text) + (wide - max(narrow - 1, 0) + 1) // 2


def _fixed(column: Sequence[str]) -> int:
    """Return the letters of a column that stand in one line whatever happens."""
    longest = _longest(column)
    return max(map(_word, column), default=1) if longest > WORDY else longest


def _firm(column: Sequence[str]) -> int:
    """Return the same where texts without a figure may be set in several lines."""
    told = [text for text in column if any(letter.isdigit() for letter in text)]
    return max(_fixed(told) if told else 1, max(map(_word, column), default=1))


def _part(title: str, lines: int) -> int:
    """Return the letters of a line of a heading that is set in so many."""
    return max(_word(title), -(-letters_of(title) // lines) + lines)


def _word(text: str) -> int:
    return max((letters_of(word) for word in _GAPS.split(text)), default=1)
