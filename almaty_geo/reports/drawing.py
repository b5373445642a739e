"""Maps of a report: to scale, north up, what is drawn apart from the words on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import shapely
from markupsafe import Markup, escape

from almaty_geo.reports.ground import (
    Ground,
    Plane,
    View,
    fills,
    grounds,
    scale_bar,
    strokes,
)
from almaty_geo.reports.labels import labels
from almaty_geo.reports.lettering import Box, around, lettered
from almaty_geo.reports.model import Backdrop, Key, KeyGroup, Map
from almaty_geo.reports.names import Names
from almaty_geo.reports.signs import HIGH_PX, WIDE_PX
from almaty_geo.reports.sketch import Sketch, crowd
from almaty_geo.sections import CITY
from almaty_geo.words import LANGUAGES, Language, Text, say

LOCATOR_PX = 200.0
"""Longer side of the map that shows where an area lies."""

LOCATOR_PAD_PX = 6.0
SCALE_PAD_PX = 18.0
MARK_PX = 9.0
"""How far around a numbered place no name is written."""

NORTH_BOX = (41.0, 11.0, 11.0, 63.0)
"""Left and right edge of the north arrow from the right of the frame; its top and bottom."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """What several maps of an area are drawn on."""

    ground: Ground
    """The piece of the plane."""

    backdrop: Backdrop
    """What is drawn of it."""

    names: tuple[tuple[Names, tuple[float, float]], ...]
    """Names of the areas around, each with the pixel of its middle."""


def sheets(
    plane: Plane, area: str, people: Iterable[str], names: Mapping[str, Names]
) -> tuple[Sheet, Sheet]:
    """Return what maps of an area are drawn on: those of people, and all others."""
    layers = [name for name in people if name in plane.shapes]
    near, far = grounds(plane, None if area == CITY else area, layers)
    first = _sheet(plane, near, area, layers, names)
    return first, first if far is near else _sheet(plane, far, area, (), names)


def _sheet(
    plane: Plane, ground: Ground, area: str, layers: Sequence[str], names: Mapping[str, Names]
) -> Sheet:
    return Sheet(
        ground=ground,
        backdrop=Backdrop(
            id=ground.id,
            crowds="".join(crowd(plane, ground, name) for name in layers),
            under=str(ground.under),
            over=str(ground.over),
            part=bool(ground.inset),
        ),
        names=tuple((names[other], px) for other, px in ground.anchors.items() if other != area),
    )


def map_of(sheet: Sheet, sketch: Sketch, title: Text) -> Map:
    """Return the map of a subject, which its title tells to those who cannot see it."""
    view = sheet.ground.view
    words = {lang: _words(sheet, sketch.marks, lang) for lang in LANGUAGES}
    return Map(
        title=title,
        width_px=view.width_px,
        height_px=view.height_px,
        m_per_px=view.m_per_px,
        scale=sheet.ground.scale[1],
        legend=tuple(
            KeyGroup(
                group.title,
                tuple(Key(sign.title, str(sign.drawing)) for sign in group.signs),
                group.notes,
            )
            for group in sketch.legend
        ),
        backdrop=sheet.backdrop,
        below=str(sketch.below),
        above=str(sketch.above + _frame(view)),
        words=Text(**words),
    )


def locator(plane: Plane, area: str, name: Text) -> Map | None:
    """Return a small map of where an area lies in the whole; None for one without an outline."""
    own = plane.outlines.get(area)
    if own is None:
        return None
    view = _around(plane.whole)
    bar, scale = scale_bar(view)
    land = Markup(
        '<path class="rest" d="{}"/><path class="own" d="{}"/><path class="edges" d="{}"/>'
    ).format(fills([plane.whole], view), fills([own], view), strokes(plane.outlines.values(), view))
    return Map(
        title=say("Where it lies: {name}", name=name),
        width_px=view.width_px,
        height_px=view.height_px,
        m_per_px=view.m_per_px,
        scale=scale,
        legend=(),
        backdrop=Backdrop("where", crowds="", under=str(land), over="", part=False),
        below="",
        above="",
        words=Text(**{lang: str(_scale(view, bar, scale[lang], 2)) for lang in LANGUAGES}),
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


def _words(sheet: Sheet, marks: Sequence[tuple[float, float]], language: Language) -> str:
    """Return all that stands on a map in one language."""
    ground = sheet.ground
    view, (bar, scale) = ground.view, ground.scale
    names = [(names[language], px) for names, px in sheet.names]
    taken = [*_furniture(ground, bar), *(around(px, MARK_PX) for px in marks)]
    parts = (
        lettered(names, taken, (view.width_px, view.height_px)),
        ground.inset,
        _north(view, language),
        _scale(view, bar, scale[language], SCALE_PAD_PX),
    )
    return str(Markup("").join(parts))


def _furniture(ground: Ground, bar: float) -> list[Box]:
    """Return where north arrow, scale and inset stand."""
    wide, high = ground.view.width_px, ground.view.height_px
    left, right, top, bottom = NORTH_BOX
    inset_wide, inset_high = ground.inset_px
    scale = (0.0, high - SCALE_PAD_PX - 24, SCALE_PAD_PX + bar + 9, high)
    inset = (wide - inset_wide - 8, high - inset_high - 8, wide, high)
    return [(wide - left, top, wide - right, bottom), scale, *([inset] if inset_wide else [])]


def _frame(view: View) -> Markup:
    return Markup('<rect class="frame" x=".5" y=".5" width="{:g}" height="{:g}"/>').format(
        view.width_px - 1, view.height_px - 1
    )


def _north(view: View, language: Language) -> Markup:
    return Markup(
        '<g class="north" transform="translate({:g} 26)"><rect x="-15" y="-15" width="30" '
        'height="52" rx="3"/><text y="2">{}</text><path d="M0 7l7 22-7-5-7 5z"/></g>'
    ).format(view.width_px - 26, labels()["north"][language])


def _scale(view: View, bar: float, name: str, pad_px: float) -> Markup:
    return Markup(
        '<g class="scale" transform="translate({:g} {:g})"><rect x="-9" y="-24" width="{:.2f}" '
        'height="32" rx="3"/><text y="-8">{}</text><path d="M0 -4v4h{:.2f}v-4"/></g>'
    ).format(pad_px, view.height_px - max(pad_px - 2, 3), bar + 18, name, bar)


def document(shown: Map, language: Language) -> str:
    """Return a map with its words as an SVG document."""
    return _document(shown.width_px, shown.height_px, _drawn(shown) + shown.words[language])


def wordless(shown: Map) -> str:
    """Return a map without a word on it as an SVG document."""
    return _document(shown.width_px, shown.height_px, _drawn(shown))


def words_alone(shown: Map, language: Language) -> str:
    """Return what a map has in one language, on nothing, as an SVG document."""
    return _document(shown.width_px, shown.height_px, shown.words[language])


def sign_document(sign: str) -> str:
    """Return a sign of a legend as an SVG document."""
    return _document(WIDE_PX, HIGH_PX, sign)


def _drawn(shown: Map) -> str:
    back = shown.backdrop
    defined = f"<defs>{back.crowds}</defs>" if "#crowd-" in shown.below else ""
    return f"{defined}{back.under}{shown.below}{back.over}{shown.above}"


def _document(wide: float, high: float, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
        f'width="{wide:g}" height="{high:g}" font-family="Noto Sans">'
        f"<style>{_style()}</style>{inner}</svg>"
    )


@cache
def _style() -> str:
    return str(escape(style("map.css")))


def style(name: str) -> str:
    """Return a style sheet of this package."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")
