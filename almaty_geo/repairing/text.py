"""
One value of a data file replaced in its text, every other byte left as it is.

Files are not parsed and written anew: what a repair does not mean to change stays as somebody
wrote it, down to the spaces, and what is undone is what was there.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from almaty_geo.errors import DataError

GEOMETRY = "geometry"
"""The member of a feature that is no column."""

_SPACE = re.compile(r"[ \t\r\n]*")
_CELL = re.compile(r'"(?:[^"]|"")*"|[^,\r\n]*')
_END = re.compile(r"\r\n|\n|\r|$")
_DECODER = json.JSONDecoder()

Span = tuple[int, int]


class DataText:
    """
    The text of a data file, and where in it each value stands.

    Parameters
    ----------
    text
        GeoJSON, or CSV with a header; sound enough to have been read.
    table
        Whether it is CSV.
    """

    def __init__(self, text: str, *, table: bool) -> None:
        self.text = text
        self.table = table
        self._rows = list(_table_rows(text) if table else _features(text))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def raw(self, row: int, member: str) -> str:
        """Return a value as it is written; DataError if the row has no such member."""
        start, end = self._span(row, member)
        return self.text[start:end]

    def value(self, row: int, member: str) -> object:
        """Return what a value says; an empty cell says None."""
        raw = self.raw(row, member)
        if not self.table:
            return json.loads(raw)
        (cells,) = csv.reader(io.StringIO(raw, newline="")) if raw else ([""],)
        return cells[0] or None

    def has(self, row: int, member: str) -> bool:
        """Return whether a row has a member."""
        return 0 <= row < len(self._rows) and member in self._members(row)

    def written(self, row: int, member: str, value: object) -> str:
        """Return how a value would be written where another stands."""
        if not self.table:
            escaped = r"\u" in self.raw(row, member)
            return json.dumps(value, ensure_ascii=escaped, allow_nan=False, separators=(",", ":"))
        text = "" if value is None else str(value)
        plain = not re.search(r'[",\r\n]', text) and not self.raw(row, member).startswith('"')
        return text if plain else '"' + text.replace('"', '""') + '"'

    def replaced(self, changes: Iterable[tuple[int, Mapping[str, str]]]) -> "DataText":
        """
        Return the text with other values.

        Parameters
        ----------
        changes
            Row, and values by member as they are to be written; each value once.
        """
        text = self.text
        spans = [
            (self._span(row, member), raw) for row, raws in changes for member, raw in raws.items()
        ]
        for (start, end), raw in sorted(spans, reverse=True):
            text = text[:start] + raw + text[end:]
        return DataText(text, table=self.table)

    def _span(self, row: int, member: str) -> Span:
        if not self.has(row, member):
            raise DataError(f"Row {row} has no {member}: the file has been changed since.")
        return self._members(row)[member]

    def _members(self, row: int) -> dict[str, Span]:
        if self.table:
            return dict(self._rows[row])
        return _feature_members(self.text, self._rows[row]["feature"][0])


def _members_of(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, begin and end of the value of each member of the JSON object at a place."""
    at = _skipped(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skipped(text, _skipped(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        yield name, at, end
        at = _skipped(text, end)
        if text[at] == ",":
            at = _skipped(text, at + 1)


def _features(text: str) -> Iterator[dict[str, Span]]:
    """Yield where each feature of a GeoJSON document stands."""
    start = _skipped(text, text.startswith("\ufeff"))
    whole = {name: (at, end) for name, at, end in _members_of(text, start)}
    if "features" not in whole:
        yield {"feature": (start, len(text))}
        return
    at = _skipped(text, whole["features"][0] + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield {"feature": (at, end)}
        at = _skipped(text, end)
        if text[at] == ",":
            at = _skipped(text, at + 1)


def _feature_members(text: str, at: int) -> dict[str, Span]:
    """Return where each column and the geometry of one feature stand."""
    found: dict[str, Span] = {}
    for name, start, end in _members_of(text, at):
        if name == GEOMETRY:
            found[GEOMETRY] = (start, end)
        elif name == "properties" and text[start] == "{":
            found.update({key: (b, e) for key, b, e in _members_of(text, start)})
    return found


def _table_rows(text: str) -> Iterator[dict[str, Span]]:
    """Yield where each cell of each row of a CSV file stands, by column."""
    names: list[str] | None = None
    for spans in _records(text):
        if names is None:
            names = [text[start:end].strip('"').replace('""', '"') for start, end in spans]
        elif len(spans) == len(names):
            yield dict(zip(names, spans, strict=True))


def _records(text: str) -> Iterator[list[Span]]:
    """Yield the cells of each line of a CSV file."""
    at, spans = int(text.startswith("\ufeff")), list[Span]()
    while at < len(text):
        found = _CELL.match(text, at)
        at = found.end() if found else at
        spans.append(found.span() if found else (at, at))
        if text[at : at + 1] == ",":
            at += 1
            if at < len(text):
                continue
            spans.append((at, at))
        end = _END.match(text, at)
        if end is None:
            raise DataError("A quote in the table ends where no cell does.")
        yield spans
        at, spans = end.end(), []


def _skipped(text: str, at: int) -> int:
    """Return the next place that is no white space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at
