"""JSON as its standard has it: nothing doubled, nothing that is not a number, nothing too deep."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from almaty_geo.reading.faults import Faults, shown

DEPTH_MAX = 32
"""Brackets within brackets: several areas in a collection need 8, the rest is for properties."""

INTEGER_DIGITS_MAX = 19
"""Digits of the largest 64-bit integer."""

_INT64_MAX = 2**63 - 1
_CHUNK = 1 << 22
_QUOTE = ord('"')
_NOT_SIGNS = bytes(set(range(256)) - set(b'[]{}"'))
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"[{")] = 1
_STEPS[list(b"]}")] = -1


class Odd(str):
    """A number that JSON or a 64-bit integer does not have, as it was written."""

    __slots__ = ()


class Doubled(dict[str, Any]):
    """An object in which a member was given twice; readers disagree which of the two wins."""

    __slots__ = ("twice",)
    twice: tuple[str, ...]


@dataclass(slots=True)
class Parsed:
    """A JSON document, and the slips in it that a reader of features should place."""

    value: Any = None
    odd: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def parse(text: str, data: bytes, faults: Faults) -> Parsed | None:
    """
    Return a JSON document.

    Parameters
    ----------
    text, data
        The document, as text and as bytes.
    faults
        Where it is noted that it is not JSON, and where.

    Returns
    -------
    parsed
        The document; doubled members and odd numbers are marked in it, and listed.
        None if it is not JSON.
    """
    if too_deep(data):
        faults.add(f"nested deeper than {DEPTH_MAX}", f"at most {DEPTH_MAX}", rule="depth")
        return None
    parsed = Parsed()
    try:
        parsed.value = decoder(parsed).decode(text)
    except json.JSONDecodeError as error:
        _say_not_json(text, error, faults)
        return None
    return parsed


def too_deep(data: bytes) -> bool:
    """
    Return whether brackets nest deeper than `DEPTH_MAX`, found without parsing.

    Examples
    --------
    >>> too_deep(b"[" * 33), too_deep(b'"' + b"[" * 33 + b'"')
    (True, False)
    """
    # Without escaped quotes, an odd number of quotes before a bracket means that it is text.
    unescaped = data.replace(rb"\\", b"").replace(rb"\"", b"")
    signs = np.frombuffer(unescaped.translate(None, _NOT_SIGNS), np.uint8)
    depth = quotes = 0
    for start in range(0, len(signs), _CHUNK):
        chunk = signs[start : start + _CHUNK]
        opened = quotes + np.cumsum(chunk == _QUOTE)
        depths = depth + np.cumsum(np.where(opened % 2, 0, _STEPS[chunk]), dtype=np.int64)
        if depths.max() > DEPTH_MAX:
            return True
        depth, quotes = int(depths[-1]), int(opened[-1])
    return False


def decoder(parsed: Parsed) -> json.JSONDecoder:
    """Return a decoder that marks what is not sound instead of letting it pass."""

    def constant(name: str) -> Odd:
        parsed.odd.append(name)
        return Odd(name)

    def integer(digits: str) -> int | Odd:
        number = int(digits) if len(digits) <= INTEGER_DIGITS_MAX + 1 else _INT64_MAX + 1
        if abs(number) <= _INT64_MAX:
            return number
        parsed.odd.append(digits)
        return Odd(digits)

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        times = Counter(name for name, _ in pairs)
        marked = Doubled(found)
        marked.twice = tuple(name for name in found if times[name] > 1)
        parsed.doubled.extend(marked.twice)
        return marked

    return json.JSONDecoder(
        object_pairs_hook=members, parse_int=integer, parse_constant=constant, strict=True
    )


def _say_not_json(text: str, error: json.JSONDecodeError, faults: Faults) -> None:
    """Note where a text stops being JSON, with a guess at what it is instead."""
    start = text.lstrip(" \t\r\n")[:40]
    hint = ""
    if start.startswith("<"):
        hint = f"it begins with {shown(start.split('>')[0] + '>')}: XML or HTML?"
    elif start.startswith("\x1e") or (error.msg == "Extra data" and text[error.pos] == "{"):
        hint = "one JSON text a line, GeoJSONSeq? Put the features into one FeatureCollection"
    problem = "text after its end" if error.msg == "Extra data" else phrase(error.msg)
    place = f"line {error.lineno}, column {error.colno}"
    faults.add(f"not JSON at {place}: {problem}", "one JSON document", hint=hint, rule="json")


def phrase(message: str) -> str:
    """Return a parser's message as part of a sentence."""
    return message[:1].lower() + message[1:].removesuffix(" at")
