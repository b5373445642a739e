"""Typesetting: typst with the typefaces of this package's dependencies, and no others."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
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

KEPT_RUNS = 11
"""Runs for which typst keeps what it worked out, and one more."""

KEPT = 64
"""Sets of odd letters that are remembered: most reports have the same."""

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
        made = typst.compile(
            source.encode(),
            format="pdf",
            font_paths=typefaces(),
            sys_inputs=dict(inputs),
            pdf_standards=[*STANDARDS],
            timestamp=moment,
        )
    except typst.TypstError as error:
        raise OutputError(f"The report cannot be typeset: {' '.join(str(error).split())}") from None
    _forget()
    return bytes(made)


def pictures(drawings: Sequence[str], *, ppi: float, fill: str = "white") -> list[bytes]:
    """
    Return drawings as PNG, for formats that take no SVG; the same bytes each time.

    Parameters
    ----------
    drawings
        SVG documents.
    ppi
        Pixels to an inch, where a drawing has 96 units to one.
    fill
        What is behind them, in typst's words: a colour, or ``none``.

    Raises
    ------
    OutputError
        If a typeface is missing.
    """
    source = (
        "#let drawings = json(bytes(sys.inputs.drawings))\n"
        f"#set page(width: auto, height: auto, margin: 0pt, fill: {fill})\n"
        f'#set text(font: ("{TYPEFACE}", "{FALLBACK}"))\n'
        '#for one in drawings { page(image(bytes(one), format: "svg")) }\n'
    )
    if not drawings:
        return []
    # Said to be bytes; a list of them where there are several pages.
    made: bytes | list[bytes] = typst.compile(
        source.encode(),
        format="png",
        ppi=ppi,
        font_paths=typefaces(),
        sys_inputs={"drawings": json.dumps(drawings)},
    )
    _forget()
    return [made] if isinstance(made, bytes) else made


def _forget() -> None:
    """Let typst drop what it worked out: it keeps that for so many more runs, up to a gigabyte."""
    for _ in range(KEPT_RUNS):
        typst.compile(b"", format="svg", font_paths=typefaces())


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
        refused = _refused(tuple(odd))
        if not refused:
            return frozenset(found)
        found |= refused
        odd = [letter for letter in odd if letter not in refused]
    return frozenset(found)


@lru_cache(maxsize=KEPT)
def _refused(letters: tuple[str, ...]) -> frozenset[str]:
    source = (
        '#set document(title: "letters")\n'
        f'#set text(font: ("{TYPEFACE}", "{FALLBACK}"), lang: "en")\n'
        '#for letter in sys.inputs.letters.split("\\n") { letter; parbreak() }\n'
    )
    try:
        typst.compile(
            source.encode(),
            format="pdf",
            font_paths=typefaces(),
            sys_inputs={"letters": "\n".join(letters)},
            pdf_standards=[*STANDARDS],
        )
    except typst.TypstError as error:
        said = {_NUMBER.sub(_letter, one) for one in _SAYS_MISSING.findall(error.diagnostic)}
        refused = {letter for one in said for letter in one} & set(letters)
        if not refused:
            raise OutputError(f"The report cannot be typeset: {error.message}") from None
        return frozenset(refused)
    return frozenset()


def _letter(number: re.Match[str]) -> str:
    return chr(int(number[1], 16))


def _is_common(letter: str) -> bool:
    """Return whether a letter is one that the typeface is known to have."""
    return letter.isascii() or "\u00a1" <= letter <= "\u024f" or "\u0400" <= letter <= "\u052f"


def typefaces() -> typst.Fonts:
    """
    Return the typefaces of all reports.

    Raises
    ------
    OutputError
        If one is missing.
    """
    try:
        return _read(Path(str(resources.files(FONTS) / "files")))
    except ModuleNotFoundError:
        raise OutputError(
            f"The typeface {TYPEFACE} is not installed; reports need the package "
            f"{FONTS.replace('_', '-')}."
        ) from None


@cache
def _read(folder: Path) -> typst.Fonts:
    """Return typefaces, those of typst among them; to read them takes longer than a page."""
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder]
    )
    for name in (TYPEFACE, FALLBACK):
        if name not in known.families():
            raise OutputError(f"The typeface {name} is not in {folder}; reports need it.")
    return known
