"""Signs of the map: dots for people, marks for places, and the same signs in its legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from almaty_geo.specs import State, Style
from almaty_geo.words import Text

PAPER = "#ffffff"
STEP = 1.12
"""Ratio of one size of sign to the next: too small a step to see, so few are enough."""

RIM_PX = 1.2
RIMMED_PX = 2.0
"""Smaller signs get no white rim."""

LIGHT_RIM_PX = 0.9
"""Twice the width of the rim that a light dot has."""

DARK = "#5c4a00"
"""Colour of that rim."""

NEAR_TENTHS = 60
"""Height of the strips in which dots follow one another."""

SIGN_PX = 5.5
WIDE_PX, HIGH_PX = 24, 16

SignState = State | Literal["unknown"]
"""What a sign tells of the state of a place or a line."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of a legend."""

    drawing: Markup
    """The sign, as elements of SVG, 24 by 16 pixels."""

    title: Text
    """What it means."""


def sizes(radius_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return radii rounded to steps, so that signs of one size can share a path."""
    steps = np.round(np.log(np.maximum(radius_px, 0.1)) / np.log(STEP))
    return np.asarray(np.round(STEP**steps, 2))


def dots(
    px: NDArray[np.float64],
    radius: NDArray[np.float64],
    kind: NDArray[np.intp],
    rows: NDArray[np.bool_],
    colours: Sequence[str],
    *,
    rimmed: int = -1,
) -> Markup:
    """
    Return dots, the large ones below.

    Parameters
    ----------
    px, radius, kind
        Place, radius and position in ``colours`` of each row.
    rows
        Which rows to draw.
    colours
        One for each kind.
    rimmed
        The kind whose dots get a dark rim, so light are they; -1 for none.
    """
    drawn = Markup("")
    for size in np.unique(radius[rows])[::-1]:
        for number, colour in enumerate(colours):
            group = rows & (radius == size) & (kind == number)
            if group.any():
                drawn += _dots(_spots(px[group]), colour, size, rim=number == rimmed)
    return drawn


def _dots(path: str, colour: str, radius_px: float, *, rim: bool) -> Markup:
    dot = _stroked(path, colour, 2 * radius_px, "round")
    return _stroked(path, DARK, 2 * radius_px + LIGHT_RIM_PX, "round") + dot if rim else dot


def marks(
    px: NDArray[np.float64],
    radius: NDArray[np.float64],
    rows: NDArray[np.bool_],
    style: Style,
    state: SignState,
) -> Markup:
    """Return the signs of places of one layer and one state, the large ones below."""
    drawn = Markup("")
    for size in np.unique(radius[rows])[::-1]:
        drawn += _mark(px[rows & (radius == size)], float(size), style, state)
    return drawn


def people_sign(colour: str, title: Text, radius_px: float = SIGN_PX, *, rim: bool = False) -> Sign:
    """Return the sign of a class of people, or an empty ring to show a size."""
    if colour == "none":
        ring = Markup('<circle cx="{:g}" cy="{:g}" r="{:.1f}" class="size"/>').format(
            WIDE_PX / 2, HIGH_PX / 2, min(radius_px, HIGH_PX / 2 - 1)
        )
        return Sign(ring, title)
    centre = np.array([[WIDE_PX / 2, HIGH_PX / 2]])
    return Sign(_dots(_spots(centre), colour, radius_px, rim=rim), title)


def place_sign(style: Style, state: SignState, title: Text) -> Sign:
    """Return the sign of places of a layer in one state."""
    centre = np.array([[WIDE_PX / 2, HIGH_PX / 2]])
    return Sign(_mark(centre, min(style.radius_px, SIGN_PX), style, state), title)


def line_sign(pen: Markup, title: Text) -> Sign:
    """Return the sign of a line that is drawn with these attributes."""
    stroke = Markup('<path {} d="M1 {:g}h{:g}"/>').format(pen, HIGH_PX / 2, WIDE_PX - 2)
    return Sign(stroke, title)


def halo_sign(colour: str, title: Text) -> Sign:
    """Return the sign of a place that is known only roughly."""
    return Sign(halo((WIDE_PX / 2, HIGH_PX / 2), HIGH_PX / 2 - 1, colour), title)


def halo(px: tuple[float, float], radius_px: float, colour: str) -> Markup:
    """Return a dashed circle of the size of what is not known about a place."""
    return Markup('<circle class="halo" cx="{:.1f}" cy="{:.1f}" r="{:.1f}" stroke="{}"/>').format(
        *px, radius_px, colour
    )


def number_mark(px: tuple[float, float], number: int, radius_px: float = 7.5) -> Markup:
    """Return the sign of a numbered place."""
    x, y = px
    return Markup(
        '<g class="numbered"><circle cx="{}" cy="{}" r="{}"/><text x="{}" y="{}">{}</text></g>'
    ).format(f"{x:.1f}", f"{y:.1f}", f"{radius_px:g}", f"{x:.1f}", f"{y + 3.2:.1f}", number)


def number_sign(title: Text) -> Sign:
    """Return the sign that numbered places have in the legend."""
    return Sign(number_mark((WIDE_PX / 2, HIGH_PX / 2), 1, SIGN_PX + 1), title)


def _mark(px: NDArray[np.float64], radius: float, style: Style, state: SignState) -> Markup:
    """
    Return marks of one size.

    Solid if existing, hollow if planned, cored if being built, crossed out if nobody knows.
    """
    hollow = style.shape == "ring" or state != "existing"
    rim = min(RIM_PX, radius / 2)
    coats = (
        [(style.colour, radius), (PAPER, radius - rim)]
        if hollow
        else [(PAPER, radius + rim / 2), (style.colour, radius)][radius < RIMMED_PX :]
    )
    if state == "under_construction":
        coats.append((style.colour, radius * 0.45))
    drawn = Markup("")
    for colour, size in coats:
        if style.shape == "diamond":
            drawn += Markup('<path fill="{}" d="{}"/>').format(colour, _diamonds(px, size * 1.25))
        else:
            cap = "square" if style.shape == "square" else "round"
            # A square cap is as wide as the stroke: a little less, to weigh as much as a circle.
            width = 2 * size * (0.886 if cap == "square" else 1)
            drawn += _stroked(_spots(px), colour, width, cap)
    return drawn + _stroked(_strokes(px, radius), style.colour, rim, "butt") * (state == "unknown")


def _stroked(path: str, colour: str, width_px: float, cap: str) -> Markup:
    return Markup('<path stroke="{}" stroke-width="{:.1f}" stroke-linecap="{}" d="{}"/>').format(
        colour, width_px, cap, path
    )


def _spots(px: NDArray[np.float64]) -> str:
    """Return a path of steps too short to see: the caps of the stroke are what is seen."""
    # Not of no length: some readers of PDF then draw a step of their own. From each to one that is
    # near, since short ways take few letters.
    tenths = np.round((px - [0.05, 0]) * 10).astype(int)
    near = tenths[np.lexsort((tenths[:, 0], tenths[:, 1] // NEAR_TENTHS))]
    moves = np.diff(near, axis=0) - [1, 0]
    start = f"M{near[0, 0] / 10:g} {near[0, 1] / 10:g}h.1"
    return start + "".join(f"m{_short(x)}{_next(y)}h.1" for x, y in moves.tolist())


def _short(tenths: int) -> str:
    """
    Return tenths as SVG can read them, in the fewest letters.

    Examples
    --------
    >>> [_short(n) for n in (-5, 0, 7, 32, -120)]
    ['-.5', '0', '.7', '3.2', '-12']
    """
    whole, part = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole or ''}.{part}" if part else f"{sign}{whole}"


def _next(tenths: int) -> str:
    """Return a second number, set apart from the one before it."""
    return _short(tenths) if tenths < 0 else f" {_short(tenths)}"


def _strokes(px: NDArray[np.float64], radius: float) -> str:
    """Return a line through each mark, from below on the left to above on the right."""
    lows = np.round(px + np.array([-radius, radius]), 1).tolist()
    return "".join(f"M{x:g} {y:g}l{2 * radius:.1f} {-2 * radius:.1f}" for x, y in lows)


def _diamonds(px: NDArray[np.float64], radius: float) -> str:
    r = f"{radius:.1f}"
    tops = np.round(px - [0, radius], 1).tolist()
    return "".join(f"M{x:g} {y:g}l{r} {r} -{r} {r} -{r} -{r}z" for x, y in tops)
