"""What a fetch brings home: a layer, whence it came, and what a reader should know of it."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd

from almaty_geo.fetching.cache import Answer
from almaty_geo.fetching.rows import Tally
from almaty_geo.fetching.shapes import Lack
from almaty_geo.fetching.themes import FetchTheme
from almaty_geo.specs import NOT_STATED, Column, Note, Precision, Source
from almaty_geo.words import Text, say, say_count

PUBLISHER = "OpenStreetMap contributors"
ATTRIBUTION = "© OpenStreetMap contributors"
LICENCE = "ODbL-1.0"
"""Whoever publishes the data, or a map made of them, names the contributors and the licence."""


@dataclass(frozen=True, eq=False)
class Fetched:
    """A theme as OpenStreetMap has it in a box."""

    theme: FetchTheme
    """What was asked for."""

    frame: gpd.GeoDataFrame
    """One row a thing, in degrees: id, osm_type, osm_id, names, then the theme's own columns."""

    answers: tuple[Answer, ...]
    """Every answer that the rows come from, in the order of asking."""

    tally: Tally
    """What is not plain about the rows, counted."""

    @property
    def address(self) -> str:
        """Whom was asked: an address, or the name of a file."""
        return self.answers[0].address

    @property
    def query(self) -> str:
        """All that was asked."""
        return "\n".join(answer.query for answer in self.answers)

    @property
    def sha256(self) -> str:
        """Digest of the raw answer; of several, the digest of their digests in order."""
        if len(self.answers) == 1:
            return self.answers[0].sha256
        listed = "\n".join(answer.sha256 for answer in self.answers)
        return hashlib.sha256(listed.encode()).hexdigest()

    @property
    def size_bytes(self) -> int:
        """Size of all raw answers, unpacked."""
        return sum(answer.size_bytes for answer in self.answers)

    @property
    def date(self) -> str:
        """
        When the data were as they are, in UTC: of several answers the oldest.

        Empty where one does not state it. A file says when it was cut out; one that does not is as
        old as the newest edit that was read from it.
        """
        return min(answer.date for answer in self.answers)

    @property
    def day(self) -> str:
        """The day of `date`, or "not stated", as a sidecar has it."""
        return self.date[:10] or NOT_STATED

    @property
    def columns(self) -> Mapping[str, Column]:
        """Columns as a sidecar declares them."""
        return self.theme.declared

    @property
    def precision(self) -> Precision:
        """How well the places are known: the map does not say."""
        return Precision(method="not_stated")

    @property
    def notes(self) -> tuple[Note, ...]:
        """What must stand beside every result made from the rows."""
        return tuple(_notes(self.tally, self.answers))

    def source(self, *, accessed: dt.date) -> Source:
        """
        Return the provenance as a sidecar has it.

        Parameters
        ----------
        accessed
            The day it was fetched; nothing here asks a clock.
        """
        return Source(
            publisher=PUBLISHER,
            url=self.address,
            accessed=accessed,
            licence=LICENCE,
            confidence="medium",
            note=say(
                "{attribution}; as of {date}; raw answer SHA-256 {sha256}.",
                attribution=ATTRIBUTION,
                date=self.date or say("a date that is not stated"),
                sha256=self.sha256,
            ),
        )


def _notes(tally: Tally, answers: tuple[Answer, ...]) -> Iterator[Note]:
    """Yield a remark for each thing that was counted."""
    yield from _gaps(tally)
    if n := tally.unmarked:
        text = say_count(
            "{n} name is in a language that the map does not state; it is shown as Russian.",
            "{n} names are in a language that the map does not state; they are shown as Russian.",
            n,
        )
        yield Note(kind="caution", text=text)
    if n := tally.mended:
        text = say_count(
            "{n} outline crosses itself; its point is taken from a mended copy.",
            "{n} outlines cross themselves; their points are taken from mended copies.",
            n,
        )
        yield Note(kind="caution", text=text)
    if n := tally.cleaned:
        text = say_count(
            "From {n} text, characters that nobody can see were taken out.",
            "From {n} texts, characters that nobody can see were taken out.",
            n,
        )
        yield Note(kind="caution", text=text)
    dates = sorted({answer.date for answer in answers})
    if len(dates) > 1 and dates[0]:
        text = say(
            "The parts are of different moments, from {oldest} to {newest}.",
            oldest=dates[0],
            newest=dates[-1],
        )
        yield Note(kind="caution", text=text)


_LACKS: Mapping[Lack, Callable[[int], Text]] = {
    Lack.PARTS: lambda n: say_count(
        "{n} thing has no row: parts of it did not come.",
        "{n} things have no row: parts of them did not come.",
        n,
    ),
    Lack.OPEN: lambda n: say_count(
        "{n} thing has no row: its outline does not make an area.",
        "{n} things have no row: their outlines do not make areas.",
        n,
    ),
    Lack.POINT: lambda n: say_count(
        "{n} thing has no row: it is mapped as a point, without an outline.",
        "{n} things have no row: they are mapped as points, without outlines.",
        n,
    ),
    Lack.KIND: lambda n: say_count(
        "{n} thing has no row: it is a relation that makes no area.",
        "{n} things have no row: they are relations that make no area.",
        n,
    ),
}
"""What is said of things without a row, by what each lacks."""


def _gaps(tally: Tally) -> Iterator[Note]:
    """Yield a remark for each thing that is missing."""
    lacking = Counter(tally.lacking.values())
    for lack, said in _LACKS.items():
        if n := lacking[lack]:
            yield Note(kind="gap", text=said(n))
    if n := tally.unnamed:
        text = say_count("{n} thing has no name.", "{n} things have no name.", n)
        yield Note(kind="gap", text=text)
    if n := tally.cut:
        text = say_count(
            "{n} line goes on where its parts did not come; it is kept as far as it is known.",
            "{n} lines go on where their parts did not come; they are kept as far as known.",
            n,
        )
        yield Note(kind="gap", text=text)
    for column, number in sorted(tally.unread.items()):
        text = say_count(
            "Column “{column}”: {n} value is no whole number and is left empty.",
            "Column “{column}”: {n} values are no whole numbers and are left empty.",
            number,
            column=column,
        )
        yield Note(kind="gap", text=text)
