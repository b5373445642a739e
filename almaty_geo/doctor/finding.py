"""What the checks found, and what they would repair."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import shapely

from almaty_geo.catalogue import Layer
from almaty_geo.reading import Fault, Repair, legible

Severity = Literal["error", "warning", "note"]

NAMED_MAX = 5
"""Ids that a sentence about many rows names."""


@dataclass(frozen=True, slots=True)
class Mending(Repair):
    """A repair with all that is needed to make it."""

    row: int
    """Which feature of the file is repaired, from 0."""

    now: str
    """JSON object of the feature's members as they would be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a layer."""

    layer: str
    """Id of the layer, or the name of a file that is none."""

    feature: str
    """Id of the feature; empty where it is about several or the whole layer."""

    rule: str
    """Slug of the check."""

    severity: Severity
    """An error breaks a promise, a warning raises a doubt, a note is a fact worth counting."""

    sentence: str
    """What was found."""

    repair: Mending | None = None
    """What would be done about it, where that is mechanical."""

    at: shapely.Geometry | None = field(default=None, repr=False)
    """The ground it is about, in degrees, where that is not simply the feature's own."""

    def __str__(self) -> str:
        """Return one line for a terminal."""
        repair = (
            f" Repair: {self.repair.before} becomes {self.repair.after}." if self.repair else ""
        )
        said = self.sentence.removeprefix(f"{self.layer}: ")  # a fault names its file already
        return legible(f"{self.severity}: {self.layer}: {said}{repair}")

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, its repair within it; the ground is left out."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "at"}
        repair = self.repair
        return {
            **told,
            "repair": repair and {f.name: getattr(repair, f.name) for f in fields(repair)},
        }


def of_fault(layer: str, fault: Fault, repair: Mending | None = None) -> Finding:
    """Return a fault of a file as a finding."""
    return Finding(layer, fault.id, fault.rule, "error", str(fault), repair)


def repair_of(
    layer: str,
    feature: tuple[str, int],
    rule: str,
    shown: tuple[str, str],
    members: tuple[Mapping[str, object], Mapping[str, object]],
    *,
    where: str = "",
) -> Mending:
    """
    Return a repair: a line of the ledger, and what is to be written.

    Parameters
    ----------
    layer, feature, rule
        What is repaired (its id, and which row of the file it is), and which rule asks for it.
    shown
        What is there and what would be, for a reader.
    members
        Members of the feature as they are and as they would be.
    where
        What tells it from other repairs of the same feature by the same rule, if anything.
    """
    name, row = feature
    was, now = (json.dumps(part, ensure_ascii=False) for part in members)
    key = "/".join((layer, name, *members[0], f"{rule}@{where}" if where else rule))
    return Mending(key, layer, name, rule, *shown, was, row, now)


def named(ids: Sequence[str]) -> str:
    """
    Return ids as words, the first few by name.

    Examples
    --------
    >>> named(["a", "b"]), named(list("abcdefg"))
    ('a and b', 'a, b, c, d, e and 2 more')
    """
    if len(ids) > NAMED_MAX:
        return f"{', '.join(ids[:NAMED_MAX])} and {len(ids) - NAMED_MAX} more"
    *rest, last = ids
    return f"{', '.join(rest)} and {last}" if rest else last


def rows(number: int, of: int | None = None) -> str:
    """
    Return a number of rows as words.

    Examples
    --------
    >>> rows(1), rows(3610), rows(2, of=9)
    ('1 row', '3,610 rows', '2 of 9 rows')
    """
    if of is not None:
        return f"{number:,} of {of:,} rows"
    return f"{number:,} row{'' if number == 1 else 's'}"


def id_of(layer: Layer, row: object) -> str:
    """Return what a row is called: its id, else its index."""
    frame = layer.frame
    return legible(str(frame.loc[row, "id"])) if "id" in frame else str(row)  # type: ignore[index]  # a label of this very frame


def quoted(text: str) -> str:
    """Return text between signs that show where it begins and ends."""
    return f"‹{legible(text)}›"


def retold(layer: Layer, row: object, column: str, rule: str, texts: tuple[str, str]) -> Mending:
    """Return the repair of one text: as it is, and as it would be."""
    before, after = texts
    feature = (id_of(layer, row), int(layer.frame.index.get_loc(row)))  # type: ignore[arg-type]  # one place: rows are numbered
    shown = (quoted(before), quoted(after))
    return repair_of(layer.id, feature, rule, shown, ({column: before}, {column: after}))
