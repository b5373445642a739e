"""
Colours that mean something, the same on maps and in reports.

Amounts are drawn in cividis, which reads the same to every kind of colour sight and in grey;
categories in the eight colours of Okabe and Ito.
"""

from itertools import pairwise

CIVIDIS = (
    (0, "#00224e"),
    (1 / 4, "#414d6b"),
    (1 / 3, "#575d6d"),
    (1 / 2, "#7d7c78"),
    (2 / 3, "#a59c74"),
    (3 / 4, "#bcae6c"),
    (1, "#fee838"),
)
"""Known points of cividis; what lies between is drawn in a straight line."""

CATEGORIES = ("#0072b2", "#cc79a7", "#009e73", "#d55e00", "#56b4e9", "#e69f00", "#000000")
"""Okabe and Ito, the ones that read well on white first."""

NOT_STATED = "#c3cad1"
"""What has no value of that by which the others are coloured."""

SERVED = "#00224e"
SHORT = "#a59c74"
OUT = "#e0a800"
ACCENT = "#0b5a8a"


def class_colours(classes: int) -> tuple[str, ...]:
    """
    Return one colour for each class, best (darkest) first.

    Examples
    --------
    >>> class_colours(4)
    ('#00224e', '#575d6d', '#a59c74', '#fee838')
    >>> class_colours(1)
    ('#00224e',)
    """
    last = max(classes - 1, 1)
    return tuple(_cividis(step / last) for step in range(classes))


def part_colours(parts: int) -> tuple[str, ...]:
    """
    Return one colour for each part of a bar; the last, what is not covered, is gold.

    Examples
    --------
    >>> part_colours(2)
    ('#00224e', '#e0a800')
    >>> part_colours(3)
    ('#00224e', '#a59c74', '#e0a800')
    """
    if parts <= 1:
        return (SERVED,) * parts
    return (SERVED, *(SHORT for _ in range(parts - 2)), OUT)


def _cividis(at: float) -> str:
    """Return the colour at a point from 0 to 1."""
    for (low, dark), (high, light) in pairwise(CIVIDIS):
        if at <= high:
            return _between(dark, light, (at - low) / (high - low))
    return CIVIDIS[-1][1]


def _between(dark: str, light: str, share: float) -> str:
    """Return the colour that lies so far on the way from one to the other."""
    pairs = zip(_channels(dark), _channels(light), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    """Return red, green and blue of ``#rrggbb``."""
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
