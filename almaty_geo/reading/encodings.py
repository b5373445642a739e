"""From bytes to text: UTF-8, or what is recognised as something else and said to be."""

import codecs
from collections.abc import Mapping

from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.options import Options

_MARKS: Mapping[bytes, tuple[str, str]] = {
    codecs.BOM_UTF8: ("utf-8", "UTF-8"),
    codecs.BOM_UTF16_LE: ("utf-16-le", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16-be", "UTF-16"),
}
_SAMPLE_BYTES = 1_000_000
_UPPER, _LOWER = range(0xC0, 0xE0), range(0xE0, 0x100)
# What Windows writes besides letters: quotes, dashes, the number sign, ё and the no-break space.
_SIGNS = frozenset(b"\x84\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xa7\xab\xb0\xb9\xbb\xa8\xb8\xb2\xb3")
# Bytes that are Kazakh letters in KZ-1048, and in cp1251 letters that no Kazakh text has.
_KAZAKH = frozenset(b"\x8d\x8e\x9d\x9e\xa1\xa2\xa3\xaa\xaf\xba\xbc\xbd\xbe\xbf\xb4\xa5")
_ASCII_END = 0x80


def text_of(data: bytes, options: Options, faults: Faults, *, guessing: bool) -> str | None:
    """
    Return bytes as text.

    Parameters
    ----------
    data
        A whole file.
    options
        An encoding, if one was given; it wins over a guess, not over a byte order mark.
    faults
        Where the first byte that does not fit is noted, and what was recognised.
    guessing
        Whether text other than UTF-8 is taken if it is recognised beyond doubt.

    Returns
    -------
    text
        Without the mark; None if it cannot be made out.
    """
    for mark, (codec, name) in _MARKS.items():
        if data.startswith(mark) and (guessing or codec == "utf-8"):
            return _decoded(data[len(mark) :], codec, name, faults)
    if options.encoding is not None:
        return _as_asked(data, options.encoding, faults)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if guessing and recognised(data) == "cp1251":
            faults.note("text is cp1251, recognised by its letters", "encoding")
            return data.decode("cp1251", "replace")
        byte = f"byte {error.start} is 0x{data[error.start]:02x}, not UTF-8"
        faults.add(byte, "UTF-8", hint=suspected(data), rule="encoding")
        return None


def recognised(data: bytes) -> str:
    """
    Return the encoding of text that is not UTF-8, or an empty text where in doubt.

    Examples
    --------
    >>> recognised("Школа № 5".encode("cp1251")), recognised("Школа 5".encode("koi8-r"))
    ('cp1251', '')
    """
    high = [byte for byte in data[:_SAMPLE_BYTES] if byte >= _ASCII_END]
    upper = sum(byte in _UPPER for byte in high)
    lower = sum(byte in _LOWER for byte in high)
    signs = sum(byte in _SIGNS for byte in high)
    if upper + lower + signs != len(high):
        return ""
    # KOI8-R has small letters where cp1251 has capitals: mostly capitals may be either.
    return "cp1251" if lower > upper else ""


def suspected(data: bytes) -> str:
    """Return a guess, as a hint, at an encoding that is not UTF-8."""
    if data[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "UTF-16?"
    high = [byte for byte in data[:_SAMPLE_BYTES] if byte >= _ASCII_END]
    letters = sum(byte in _UPPER or byte in _LOWER for byte in high)
    if letters * 2 <= len(high):
        return ""
    if any(byte in _KAZAKH for byte in high):
        return "cp1251, or KZ-1048 with Kazakh letters?"
    return "cp1251, as Russian spreadsheets write?"


def known_codec(name: str) -> str:
    """
    Return Python's name of an encoding, or an empty text if there is none that decodes text.

    Examples
    --------
    >>> known_codec("1251"), known_codec("UTF-8"), known_codec("rot13"), known_codec("ANSI 1251")
    ('cp1251', 'utf-8', '', 'cp1251')
    """
    plain = name.strip().lower().removeprefix("ansi").removeprefix("windows-").strip(" -")
    plain = f"cp{plain}" if plain.isdigit() and len(plain) in {3, 4} else plain
    plain = "utf-8" if plain in {"cp65001", "65001", "utf8"} else plain
    try:
        b"a".decode(plain)
        return codecs.lookup(plain).name
    except (LookupError, ValueError):
        return ""


def _as_asked(data: bytes, encoding: str, faults: Faults) -> str | None:
    codec = known_codec(encoding)
    if not codec:
        faults.add(f"encoding {shown(encoding)} is not known", "such as cp1251", rule="encoding")
        return None
    text = _decoded(data, codec, codec, faults)
    return None if text is None else text.removeprefix("\ufeff")


def _decoded(data: bytes, codec: str, name: str, faults: Faults) -> str | None:
    """Return text in an encoding that is known, or note where it does not fit."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} is 0x{error.object[error.start]:02x}, not {name}"
        hint = suspected(data) if codec == "utf-8" else ""
        faults.add(byte, name, hint=hint, rule="encoding")
        return None
    if codec != "utf-8":
        faults.note(f"text is {name}", "encoding")
    return text
