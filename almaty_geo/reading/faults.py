"""What is wrong with a file, what was read of it, and what a repair would change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import geopandas as gpd

FAULTS_MAX = 10_000
"""Faults listed of one file: more tell a reader nothing new, and a page of them is no help."""

SHOWN_MAX_CHARS = 80
"""Characters of a value repeated in a sentence: enough to find it by."""

# Control characters drive a terminal, direction marks reorder a line, lone surrogates cannot be
# printed at all: none of them may leave a data file for a log.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]+"
)


def legible(text: str) -> str:
    r"""
    Return text without anything that a terminal would obey or could not show.

    Examples
    --------
    >>> legible("School\x1b[2J 5")
    'School[2J 5'
    """
    return _UNSEEN.sub("", text.replace("\n", " ").replace("\t", " "))


def shown(value: object) -> str:
    """
    Return a value as a fault repeats it: legible, short, text in quotes.

    Examples
    --------
    >>> shown(-5), shown("1 200"), shown(None), shown(True)
    ('-5', "'1 200'", 'empty', 'true')
    """
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = legible(str(value))
    if len(text) > SHOWN_MAX_CHARS:
        text = f"{text[:SHOWN_MAX_CHARS]}…"
    return f"'{text}'" if type(value) is str else text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file."""

    file: str
    """Name of the file."""

    value: str
    """What was found, ready to show."""

    expected: str = ""
    """What should have been there; empty where the finding says it already."""

    feature: int | None = None
    """Index of the feature or row, from 0; None for the file as a whole."""

    id: str = ""
    """The feature's own id, where it has one."""

    column: str = ""
    """Column, or empty for the geometry or the whole feature."""

    hint: str = ""
    """A guess at what was meant."""

    rule: str = "structure"
    """Slug of the rule that was broken."""

    counted: Literal["feature", "row"] = "feature"
    """A feature is named by its index, a row as a spreadsheet numbers it (the header is 1)."""

    def __str__(self) -> str:
        """Return one sentence: file, feature, column, value, expectation, guess."""
        where = ", ".join(part for part in (self._place(), self._of_column()) if part)
        expected = f", expected {self.expected}" if self.expected else ""
        hint = f" ({self.hint})" if self.hint else ""
        said = f"{self.file}: {where}{': ' if where else ''}{self.value}{expected}{hint}."
        return legible(said)

    def _place(self) -> str:
        if self.feature is None:
            return ""
        number = self.feature + (2 if self.counted == "row" else 0)
        return f"{self.counted} {number}" + (f" ({self.id})" if self.id else "")

    def _of_column(self) -> str:
        return f"column {self.column}" if self.column else ""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was recognised, changed or left out while reading: nothing is silent."""

    file: str
    """Name of the file."""

    text: str
    """What was done, ready to show."""

    rule: str
    """Slug of the rule by which it was done."""

    column: str = ""
    """Column, or empty for the geometry or the whole file."""

    count: int = 0
    """How many features or rows it concerns; 0 for the file as a whole."""

    cells: tuple[tuple[int, str, str], ...] = ()
    """For changed values: index, what stood there, what is there now."""

    def __str__(self) -> str:
        """Return one sentence: file, column, what was done."""
        column = f"column {self.column}: " if self.column else ""
        return legible(f"{self.file}: {column}{self.text}.")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a file held, and everything that is wrong with it."""

    frame: gpd.GeoDataFrame
    """
    One row a feature, longitude and latitude in degrees.

    A value or a place that cannot be taken is empty here and named among the faults; the frame
    has no rows where the file could not be read at all.
    """

    faults: tuple[Fault, ...]
    """Every fault, those of the file as a whole first, then by feature."""

    notes: tuple[Note, ...] = ()
    """Everything that was recognised, changed or left out on the way in."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A line of the ledger: what a repair changes, so that it can be refused or undone."""

    id: str
    """Unique in a plan: layer, feature, column and rule."""

    layer: str
    """Layer that is repaired."""

    feature: str
    """Id of the feature that is repaired."""

    rule: str
    """Slug of the rule that asks for it."""

    before: str
    """What is there."""

    after: str
    """What would be there."""

    undo: str
    """JSON object of the feature's members to put back, as they were."""


@dataclass(slots=True)
class Faults:
    """Collects the faults of one file while it is read."""

    file: str
    counted: Literal["feature", "row"] = "feature"
    sha256: str = ""
    ids: Sequence[str] = ()
    found: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def add(
        self,
        value: str,
        expected: str = "",
        *,
        feature: int | None = None,
        column: str = "",
        hint: str = "",
        rule: str = "structure",
    ) -> None:
        """Note one fault; the feature's id is filled in."""
        name = self.ids[feature] if feature is not None and feature < len(self.ids) else ""
        self.found.append(
            Fault(
                legible(self.file),
                value,
                expected,
                feature,
                name,
                column,
                hint,
                rule,
                self.counted,
            )
        )

    def note(
        self,
        text: str,
        rule: str,
        *,
        column: str = "",
        count: int = 0,
        cells: Sequence[tuple[int, str, str]] = (),
    ) -> None:
        """Note one thing that was recognised, changed or left out."""
        told = Note(legible(self.file), text, rule, legible(column), count, tuple(cells))
        self.notes.append(told)

    def listed(self) -> tuple[Fault, ...]:
        """Return all faults in order, cut at `FAULTS_MAX` with a line that counts the rest."""
        # What was found before the ids were known bears them too.
        named = [
            replace(f, id=self.ids[f.feature])
            if not f.id and f.feature is not None and f.feature < len(self.ids)
            else f
            for f in self.found
        ]
        ordered = sorted(named, key=lambda f: -1 if f.feature is None else f.feature)
        rest = len(ordered) - FAULTS_MAX
        if rest > 0:
            more = Fault(legible(self.file), f"{rest} more faults are not listed", rule="more")
            return (*ordered[:FAULTS_MAX], more)
        return tuple(ordered)
