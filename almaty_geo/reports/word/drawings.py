"""Drawings as pictures in few colours, so that a report stays small."""

import io
from collections.abc import Mapping, Sequence

from PIL import Image

from almaty_geo.reports.drawing import sign_document, wordless, words_alone
from almaty_geo.reports.model import Map, Report
from almaty_geo.reports.typeset import pictures
from almaty_geo.words import Language

PPI = 150
"""Of a drawing of 480 points; set 112 mm wide, that is 225 dots to an inch."""

SIGN_PPI = 300
COLOURS = 32
Drawn = tuple[str, str, str]
"""Backdrop, and what is drawn on it."""


class Album:
    """The pictures of a report: what is the same in all languages is drawn once."""

    def __init__(self, report: Report) -> None:
        maps = [theme.map for theme in report.themes if theme.map is not None]
        self._maps = [*maps, *([report.locator] if report.locator else [])]
        self._bare = _drawn([wordless(one) for one in self._maps], PPI)
        signs = [key.sign for one in maps for group in one.legend for key in group.keys]
        once = list(dict.fromkeys(signs))
        drawn = _drawn([sign_document(sign) for sign in once], SIGN_PPI)
        self.signs: Mapping[str, bytes] = {
            sign: _packed(picture) for sign, picture in zip(once, drawn, strict=True)
        }

    def lettered(self, language: Language) -> dict[Drawn, bytes]:
        """Return the maps as PNG with names in one language, by what they show."""
        lettering = [words_alone(one, language) for one in self._maps]
        once = list(dict.fromkeys(lettering))
        layers = dict(zip(once, _drawn(once, PPI, fill="none"), strict=True))
        return {
            drawn_of(one): _packed(Image.alpha_composite(bare, layers[words]))
            for one, bare, words in zip(self._maps, self._bare, lettering, strict=True)
        }


def drawn_of(shown: Map) -> Drawn:
    """Return what tells a map from the others of a report."""
    return shown.backdrop.id, shown.below, shown.above


def _drawn(drawings: Sequence[str], ppi: int, *, fill: str = "white") -> list[Image.Image]:
    """Return drawings as pictures."""
    return [
        Image.open(io.BytesIO(png)).convert("RGBA")
        for png in pictures(drawings, ppi=ppi, fill=fill)
    ]


def _packed(picture: Image.Image) -> bytes:
    """Return a picture in a palette: a third of the bytes, and nothing that one can see less."""
    few = picture.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    kept = io.BytesIO()
    few.save(kept, "PNG", compress_level=6)
    return kept.getvalue()
