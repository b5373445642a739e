"""Names on a map where they cover neither each other nor what has a place of its own."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from almaty_geo.reports.names import Name

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""

LETTER_PX, LINE_PX = 6.4, 12.0
"""Width of a letter of a name, with some to spare, and height of a line."""

STEPS_PX = (0.0, -14.0, 14.0, -28.0, 28.0, -42.0, 42.0)
"""How far a name may be moved up and down to find room."""

SIDES_PX = (0.0, -24.0, 24.0, -48.0, 48.0)
"""How far to either side."""


def lettered(
    names: Iterable[tuple[Name, tuple[float, float]]],
    taken: Sequence[Box],
    size_px: tuple[float, float],
) -> Markup:
    """
    Write names near where they belong; one that finds no room is left out.

    Parameters
    ----------
    names
        Each with the pixel of its middle, the most important first.
    taken
        Where nothing may be written.
    size_px
        Width and height of the frame.
    """
    boxes, written = list(taken), Markup("")
    for name, middle in names:
        lines = in_lines(legible(name.text))
        found = _room(lines, middle, boxes, size_px)
        if found is None:
            continue
        boxes.append(_box(lines, found))
        written += _written(lines, found, name.language)
    return written


def around(px: tuple[float, float], reach_px: float) -> Box:
    """Return the box around a pixel."""
    x, y = px
    return x - reach_px, y - reach_px, x + reach_px, y + reach_px


def in_lines(text: str) -> list[str]:
    """
    Return a name in one line, or in two of about the same length.

    Examples
    --------
    >>> in_lines("Алмалинский район")
    ['Алмалинский', 'район']
    """
    words = text.split()
    if len(words) < len(("one", "two")):
        return [text]
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return list(min(cuts, key=lambda lines: max(map(len, lines))))


def legible(text: str) -> str:
    r"""
    Return text without what is no letter: signs that steer, and those that turn the direction.

    Examples
    --------
    >>> legible("a\x07b\u202ec")
    'abc'
    """
    if text.isprintable():
        return text
    return "".join(c for c in text if c.isprintable() or c in "\n\u00a0\u202f\u200b\u00ad")


def _room(
    lines: Sequence[str],
    middle: tuple[float, float],
    boxes: Sequence[Box],
    size: tuple[float, float],
) -> tuple[float, float] | None:
    """Return the nearest place to the middle where lines fit; None where there is none."""
    places = [(middle[0] + x, middle[1] + y) for x in SIDES_PX for y in STEPS_PX]
    places.sort(key=lambda place: abs(place[0] - middle[0]) + abs(place[1] - middle[1]))
    return next((place for place in places if _fits(_box(lines, place), boxes, size)), None)


def _fits(box: Box, boxes: Sequence[Box], size: tuple[float, float]) -> bool:
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
    return inside and not any(_meet(box, other) for other in boxes)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _box(lines: Sequence[str], middle: tuple[float, float]) -> Box:
    wide, high = max(map(len, lines)) * LETTER_PX / 2, len(lines) * LINE_PX / 2
    x, y = middle
    return x - wide, y - high, x + wide, y + high


def _written(lines: Sequence[str], middle: tuple[float, float], language: str | None) -> Markup:
    x, y = middle
    told = Markup(' lang="{}"').format(language) if language else Markup("")
    start = y - LINE_PX / 2 * (len(lines) - 1) + 4
    return Markup("").join(
        Markup('<text class="name" x="{:.1f}" y="{:.1f}"{}>{}</text>').format(
            x, start + LINE_PX * number, told, line
        )
        for number, line in enumerate(lines)
    )
