"""Typesetting: typst with the typefaces of this package's dependencies, and no others."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import typst

from almaty_geo.errors import OutputError

TYPEFACE, FONTS = "Noto Sans", "fontpkg_noto_sans"
FALLBACK = "DejaVu Sans Mono"
"""Comes with typst, and has the mathematical signs and scripts that `TYPEFACE` lacks."""

STANDARDS: tuple[Literal["a-2b"], Literal["ua-1"]] = ("a-2b", "ua-1")
"""To be kept for long, and to be read aloud: tagged, with a title and a language."""

MISSING = "\ufffd"
"""Stands for a letter that no typeface here has."""

_SAYS_MISSING = re.compile(r'the (?:text|text contains the disallowed codepoint) `"(.+?)"`')
_NUMBER = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(source: str, inputs: Mapping[str, str], *, day: date) -> bytes:
    """
    Return a PDF made from typst source and inputs; the same bytes each time.

    Parameters
    ----------
    source
        Our own markup.
    inputs
        What it reads from ``sys.inputs``.
    day
        Date to write into the file.

    Raises
    ------
    OutputError
        If a typeface is missing, or typst cannot set it.
    """
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        made = _compiler(_typefaces()).compile(
            input=source.encode(),
            format="pdf",
            sys_inputs=dict(inputs),
            pdf_standards=[*STANDARDS],
            timestamp=moment,
        )
    except typst.TypstError as error:
        raise OutputError(f"The report cannot be typeset: {' '.join(str(error).split())}") from None
    return made if isinstance(made, bytes) else b""


def picture(svg: str, *, width_px: float, ppi: float = 300.0) -> bytes:
    """
    Return a drawing as PNG, for formats that take no SVG.

    Parameters
    ----------
    svg
        The drawing, as an SVG document.
    width_px
        Its width in its own pixels, of which there are 96 to the inch.
    ppi
        Dots to the inch.

    Raises
    ------
    OutputError
        If a typeface is missing.
    """
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#set text(font: ("{TYPEFACE}", "{FALLBACK}"))\n'
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width_px * 0.75:.3f}pt)\n'
    )
    made = _compiler(_typefaces()).compile(
        input=source.encode(), format="png", ppi=ppi, sys_inputs={"svg": svg}
    )
    return made if isinstance(made, bytes) else b""


def unknown_letters(text: str) -> frozenset[str]:
    """
    Return the letters of a text that no typeface here has.

    Typst is asked for each in a document of its own kind: it refuses what it cannot show.

    Raises
    ------
    OutputError
        If a typeface is missing.
    """
    odd = sorted(letter for letter in set(text) if not _is_common(letter))
    found = set[str]()
    while odd:
        refused = _refused(odd)
        if not refused:
            return frozenset(found)
        found |= refused
        odd = [letter for letter in odd if letter not in refused]
    return frozenset(found)


def _refused(letters: list[str]) -> set[str]:
    source = (
        '#set document(title: "letters")\n'
        f'#set text(font: ("{TYPEFACE}", "{FALLBACK}"), lang: "en")\n'
        '#for letter in sys.inputs.letters.split("\\n") { letter; parbreak() }\n'
    )
    try:
        _compiler(_typefaces()).compile(
            input=source.encode(),
            format="pdf",
            sys_inputs={"letters": "\n".join(letters)},
            pdf_standards=[*STANDARDS],
        )
    except typst.TypstError as error:
        said = {_NUMBER.sub(_letter, one) for one in _SAYS_MISSING.findall(error.diagnostic)}
        refused = {letter for one in said for letter in one} & set(letters)
        if not refused:
            raise OutputError(f"The report cannot be typeset: {error.message}") from None
        return refused
    return set()


def _letter(number: re.Match[str]) -> str:
    return chr(int(number[1], 16))


def _is_common(letter: str) -> bool:
    """Return whether a letter is one that the typeface is known to have."""
    return letter.isascii() or "\u00a1" <= letter <= "\u024f" or "\u0400" <= letter <= "\u052f"


@cache
def _compiler(typefaces: Path) -> typst.Compiler:
    """Return the typesetter; reading the typefaces takes longer than a page."""
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[typefaces]
    )
    for name in (TYPEFACE, FALLBACK):
        if name not in known.families():
            raise OutputError(f"The typeface {name} is not in {typefaces}; reports need it.")
    return typst.Compiler(font_paths=known, ignore_system_fonts=True)


def _typefaces() -> Path:
    """Return the folder of the typefaces."""
    try:
        return Path(str(resources.files(FONTS) / "files"))
    except ModuleNotFoundError:
        raise OutputError(
            f"The typeface {TYPEFACE} is not installed; reports as PDF need the package "
            f"{FONTS.replace('_', '-')}."
        ) from None
