"""Drawings as pictures: SVG set by typst, in few colours, so that a report stays small."""

import io
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from importlib import resources

import typst
from PIL import Image

from almaty_geo.errors import OutputError
from almaty_geo.reports.typeset import FALLBACK, FONTS, TYPEFACE

PPI = 130
"""Of a drawing of 480 points; set 110 mm wide, that is 200 dots to an inch."""

SIGN_PPI = 300
KEPT = 8
"""Legends whose signs are kept, since a report has the same in each language."""

COLOURS = 64
THREADS = 2

_SOURCE = f"""
#let drawings = json(bytes(sys.inputs.drawings))
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: ("{TYPEFACE}", "{FALLBACK}"))
#for drawing in drawings {{ page(image(bytes(drawing), format: "svg")) }}
""".encode()


def pictures(drawings: Iterable[str], *, ppi: int = PPI) -> dict[str, bytes]:
    """
    Return each drawing as PNG, the same bytes each time.

    Parameters
    ----------
    drawings
        SVG documents.
    ppi
        Pixels to an inch, where a drawing has 96 units to one.

    Raises
    ------
    OutputError
        If the typeface of the names is not installed.
    """
    once = list(dict.fromkeys(drawings))
    if not once:
        return {}
    fonts = _fonts()
    halves = [half for half in (once[::2], once[1::2]) if half]
    with ThreadPoolExecutor(THREADS) as threads:
        done = list(threads.map(lambda half: _set(half, ppi, fonts), halves))
    return {
        svg: png
        for half, made in zip(halves, done, strict=True)
        for svg, png in zip(half, made, strict=True)
    }


def signs(drawings: Iterable[str]) -> dict[str, bytes]:
    """Return each sign of a legend as PNG; see `pictures`."""
    return _signs(tuple(dict.fromkeys(drawings)))


@lru_cache(maxsize=KEPT)
def _signs(drawings: tuple[str, ...]) -> dict[str, bytes]:
    return pictures(drawings, ppi=SIGN_PPI)


def _set(drawings: Sequence[str], ppi: int, fonts: typst.Fonts) -> list[bytes]:
    # Said to be bytes; a list of them where there are several pages.
    made: bytes | list[bytes] = typst.compile(
        _SOURCE,
        format="png",
        ppi=ppi,
        font_paths=fonts,
        sys_inputs={"drawings": json.dumps(drawings)},
    )
    return [_smaller(page) for page in ([made] if isinstance(made, bytes) else made)]


def _smaller(png: bytes) -> bytes:
    """Return a picture in a palette: a third of the bytes, and nothing that one can see less."""
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    kept = io.BytesIO()
    few.save(kept, "PNG", compress_level=6)
    return kept.getvalue()


@cache
def _fonts() -> typst.Fonts:
    """Return the typefaces that names on maps are set in; reading them takes longer than a map."""
    try:
        folder = resources.files(FONTS) / "files"
    except ModuleNotFoundError:
        raise OutputError(
            f"The typeface {TYPEFACE} is not installed; maps need the package "
            f"{FONTS.replace('_', '-')}."
        ) from None
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)]
    )
