"""Maps as drawings that stand alone, for paper: to scale, north up, names in one language."""

from importlib import resources
from xml.sax.saxutils import escape

import shapely
from markupsafe import Markup

from almaty_geo.reports.ground import Ground, Plane, View, fills, scale_bar, strokes
from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Key, KeyGroup, Map
from almaty_geo.reports.names import Names
from almaty_geo.reports.pages import Chapter, Page
from almaty_geo.reports.signs import HIGH_PX, WIDE_PX, Sign
from almaty_geo.words import LANGUAGES, Language, Text, say

LOCATOR_PX = 200.0
"""Longer side of the map that shows where an area lies."""

LOCATOR_PAD_PX = 6.0


def sheet(name: str) -> str:
    """Return a style sheet of this package."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def map_of(chapter: Chapter, page: Page, names: dict[str, Names]) -> Map | None:
    """Return the map of a chapter; None where there is nothing to show on one."""
    if chapter.sketch is None:
        return None
    ground = chapter.ground
    title = {lang: f"{chapter.title[lang]}: {page.name[lang].text}" for lang in LANGUAGES}
    return Map(
        title=Text(**title),
        width_px=ground.view.width_px,
        height_px=ground.view.height_px,
        m_per_px=ground.view.m_per_px,
        scale=ground.scale[1],
        legend=tuple(
            KeyGroup(group.title, tuple(map(_key, group.signs)), group.notes)
            for group in chapter.sketch.legend
        ),
        drawing=Text(**{lang: _drawn(chapter, page, names, lang) for lang in LANGUAGES}),
    )


def locator(plane: Plane, area: str, name: Names) -> Map | None:
    """Return a small map of where an area lies in the whole; None for one without an outline."""
    own = plane.outlines.get(area)
    if own is None:
        return None
    view = _around(plane.whole)
    bar, scale = scale_bar(view)
    land = Markup(
        '<path class="rest" d="{}"/><path class="own" d="{}"/><path class="edges" d="{}"/>'
    ).format(fills([plane.whole], view), fills([own], view), strokes(plane.outlines.values(), view))
    drawing = {
        lang: _svg(view, land + _scale(view, bar, scale[lang], pad_px=2)) for lang in LANGUAGES
    }
    shown = Text(**{lang: name[lang].text for lang in LANGUAGES})
    return Map(
        title=say("Where it lies: {name}", name=shown),
        width_px=view.width_px,
        height_px=view.height_px,
        m_per_px=view.m_per_px,
        scale=scale,
        legend=(),
        drawing=Text(**drawing),
    )


def _around(whole: shapely.Geometry) -> View:
    """Return a small view of a shape, with a margin."""
    west, south, east, north = shapely.bounds(whole).tolist()
    m_per_px = max(east - west, north - south, 1.0) / (LOCATOR_PX - 2 * LOCATOR_PAD_PX)
    pad_m = LOCATOR_PAD_PX * m_per_px
    return View(
        west_m=west - pad_m,
        north_m=north + pad_m,
        m_per_px=m_per_px,
        width_px=round((east - west) / m_per_px + 2 * LOCATOR_PAD_PX, 1),
        height_px=round((north - south) / m_per_px + 2 * LOCATOR_PAD_PX, 1),
    )


def _key(sign: Sign) -> Key:
    start = f'<svg class="sign" viewBox="0 0 {WIDE_PX} {HIGH_PX}" aria-hidden="true">'
    inner = str(sign.drawing).removeprefix(start).removesuffix("</svg>")
    return Key(sign.title, _document(WIDE_PX, HIGH_PX, inner))


def _drawn(chapter: Chapter, page: Page, names: dict[str, Names], language: Language) -> str:
    """Return the map of a chapter in one language."""
    ground, sketch = chapter.ground, chapter.sketch
    if sketch is None:
        return ""
    defined = Markup("<defs>{}</defs>").format(page.crowds if "#crowd-" in sketch.below else "")
    bar, scale = ground.scale
    parts = [
        defined,
        ground.under,
        sketch.below,
        ground.over,
        sketch.above,
        _names(page, ground, names, language),
        ground.inset,
        _north(ground.view, language),
        _scale(ground.view, bar, scale[language]),
    ]
    return _svg(ground.view, Markup("").join(parts))


def _names(page: Page, ground: Ground, names: dict[str, Names], language: Language) -> Markup:
    """Write the names of the areas around."""
    written = Markup("")
    for x, y, _, lines in page.labels(ground, names, language):
        for number, line in enumerate(lines):
            down = y - 6 * (len(lines) - 1) + 4 + 12 * number
            written += Markup('<text class="name" x="{}" y="{:.1f}">{}</text>').format(
                x, down, Markup(escape(legible(line)))  # noqa: S704 - escaped for XML here
            )  # fmt: skip
    return written


def _north(view: View, language: Language) -> Markup:
    return Markup(
        '<g class="north" transform="translate({:g} 26)"><rect x="-15" y="-15" width="30" '
        'height="52" rx="3"/><text y="2">{}</text><path d="M0 7l7 22-7-5-7 5z"/></g>'
    ).format(view.width_px - 26, labels()["north"][language])


def _scale(view: View, bar: float, name: str, *, pad_px: float = 18) -> Markup:
    return Markup(
        '<g class="scale" transform="translate({:g} {:g})"><rect x="-9" y="-24" width="{:.2f}" '
        'height="32" rx="3"/><text y="-8">{}</text><path d="M0 -4v4h{:.2f}v-4"/></g>'
    ).format(pad_px, view.height_px - max(pad_px - 2, 3), bar + 18, name, bar)


def _svg(view: View, inner: str) -> str:
    """Return a map in its frame as a document."""
    wide, high = view.width_px, view.height_px
    frame = (
        f'<rect class="frame" x=".5" y=".5" width="{wide - 1:.1f}" height="{high - 1:.1f}"/>'
        if inner.startswith("<defs>")
        else ""
    )
    return _document(wide, high, f"{inner}{frame}")


def _document(wide: float, high: float, inner: str) -> str:
    style = escape(sheet("map.css"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
        f'width="{wide:g}" height="{high:g}" font-family="Noto Sans"><style>{style}</style>'
        f"{inner}</svg>"
    )


def legible(text: str) -> str:
    r"""
    Return text without what is no letter: signs that steer, and those that turn the direction.

    Examples
    --------
    >>> legible("a\x07b\u202ec")
    'abc'
    """
    return "".join(c for c in text if c.isprintable() or c in "\n\u00a0\u202f\u200b\u00ad")
