"""
A PDF made smaller: its objects in compressed streams (ISO 32000-1, 7.5.7 and 7.5.8).

A tagged table has an object for each cell, and typst writes them as they are; they shrink to a
tenth. Nothing that is shown, read aloud or said of the file changes.
"""

import re
import zlib
from collections.abc import Mapping

from almaty_geo.errors import OutputError

GROUP = 400
"""Objects in a stream: few enough to open one page quickly."""

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_SECTION = re.compile(rb"xref\s+0\s+(\d+)\s+")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])\s?\s")
_HEAD = re.compile(rb"(\d+) 0 obj\s*")
_SIZE = re.compile(rb"/Size \d+")


def packed(pdf: bytes) -> bytes:
    """
    Return a PDF with its objects in compressed streams; the same bytes each time.

    Parameters
    ----------
    pdf
        As typst writes it: one section, one table of places, not encrypted.

    Raises
    ------
    OutputError
        If it is not such a file.
    """
    objects, trailer = _objects(pdf)
    plain = {n: body for n, body in objects.items() if not body.endswith(b"endstream")}
    out = bytearray(pdf[: pdf.index(b"\n", pdf.index(b"\n") + 1) + 1])
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    for number, body in objects.items():
        if number not in plain:
            places[number] = (1, _put(out, number, body), 0)
    last = max(objects)
    numbers = sorted(plain)
    for start in range(0, len(numbers), GROUP):
        last += 1
        group = numbers[start : start + GROUP]
        places[last] = (1, _put(out, last, _grouped({n: plain[n] for n in group})), 0)
        places |= {number: (2, last, place) for place, number in enumerate(group)}
    start = len(out)
    places[last + 1] = (1, start, 0)
    _put(out, last + 1, _table(places, trailer))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def _objects(pdf: bytes) -> tuple[dict[int, bytes], bytes]:
    """Return what each object holds, by number, and what the trailer says."""
    found = _START.search(pdf)
    table = found and _SECTION.match(pdf, int(found[1]))
    if not found or not table:
        raise OutputError("The typeset report is not laid out as expected; it cannot be packed.")
    count, at = int(table[1]), table.end()
    used = []
    for number in range(count):
        entry = _ENTRY.match(pdf, at)
        if entry is None:
            raise OutputError("The typeset report has a broken table; it cannot be packed.")
        at = entry.end()
        if entry[3] == b"n":
            used.append((int(entry[1]), number))
    used.sort()
    ends = [place for place, _ in used[1:]] + [int(found[1])]
    objects = {
        number: _body(pdf[place:end], number)
        for (place, number), end in zip(used, ends, strict=True)
    }
    said = pdf[at : found.start()]
    return objects, said[said.index(b"<<") + 2 : said.rindex(b">>")]


def _body(part: bytes, number: int) -> bytes:
    """Return what stands between the words that open and close an object."""
    head = _HEAD.match(part)
    end = part.rfind(b"endobj")
    if head is None or int(head[1]) != number or end < 0:
        raise OutputError(f"Object {number} of the typeset report is not where it should be.")
    return part[head.end() : end].strip(b"\r\n ")


def _put(out: bytearray, number: int, body: bytes) -> int:
    """Write an object at the end and return its place."""
    place = len(out)
    out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return place


def _grouped(objects: Mapping[int, bytes]) -> bytes:
    """Return a stream of objects: their numbers and places, then themselves."""
    index, content = bytearray(), bytearray()
    for number, body in objects.items():
        index += b"%d %d " % (number, len(content))
        content += body + b"\n"
    said = b"/Type /ObjStm /N %d /First %d" % (len(objects), len(index))
    return _stream(said, bytes(index + content))


def _table(places: Mapping[int, tuple[int, int, int]], trailer: bytes) -> bytes:
    """Return the table of places as a stream, with what the trailer says."""
    size = max(places) + 1
    missing = (0, 0, 65535)
    rows = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + rest.to_bytes(2, "big")
        for kind, place, rest in (places.get(number, missing) for number in range(size))
    )
    said = _SIZE.sub(b"", trailer).strip()
    return _stream(b"/Type /XRef /Size %d /W [1 4 2] %b" % (size, said), rows)


def _stream(said: bytes, content: bytes) -> bytes:
    tight = zlib.compress(content, 9)
    return b"<< %b /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        said, len(tight), tight,
    )  # fmt: skip
