"""What the checks found, and what they would repair."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from almaty_geo.reading import Fault, Repair, legible

Severity = Literal["error", "warning", "note"]

NAMED_MAX = 5
"""Ids that a sentence about many rows names."""


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

    repair: Repair | None = None
    """What would be done about it, where that is mechanical."""

    def __str__(self) -> str:
        """Return one line for a terminal."""
        repair = (
            f" Repair: {self.repair.before} becomes {self.repair.after}." if self.repair else ""
        )
        said = self.sentence.removeprefix(f"{self.layer}: ")  # a fault names its file already
        return legible(f"{self.severity}: {self.layer}: {said}{repair}")

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, its repair within it."""
        return asdict(self)


def of_fault(layer: str, fault: Fault, repair: Repair | None = None) -> Finding:
    """Return a fault of a file as a finding."""
    return Finding(layer, fault.id, fault.rule, "error", str(fault), repair)


def repair_of(
    layer: str,
    feature: str,
    rule: str,
    shown: tuple[str, str],
    was: Mapping[str, object],
) -> Repair:
    """
    Return a line of the ledger.

    Parameters
    ----------
    layer, feature, rule
        What is repaired, and which rule asks for it.
    shown
        What is there and what would be, for a reader.
    was
        Members of the feature to put back when the repair is undone.
    """
    key = "/".join((layer, feature, *was, rule))
    return Repair(key, layer, feature, rule, *shown, json.dumps(was, ensure_ascii=False))


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
