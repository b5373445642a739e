"""What was done to a street file, line by line."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Literal

Rule = Literal[
    "fault",
    "no-line",
    "area",
    "cut-off",
    "no-length",
    "far-away",
    "closed",
    "unknown-class",
    "crossing",
    "touch",
    "same-course",
    "loose-end",
    "part-joined",
    "overshoot",
    "part-left-out",
]

SAID: dict[Rule, str] = {
    "fault": "lines left out: they cannot be read",
    "no-line": "features left out: not lines",
    "area": "ways left out: outlines of areas",
    "cut-off": "ways that go on where the file has no nodes",
    "no-length": "lines left out: no length",
    "far-away": "lines left out: beyond the area of interest",
    "closed": "lines left out: their class or the file closes them to everybody",
    "unknown-class": "lines of a class that the plan's speeds do not name: usual speeds",
    "crossing": "crossings without a vertex: joined",
    "touch": "vertices on or beside another line: joined",
    "same-course": "stretches left out: another line runs there",
    "loose-end": "loose ends taken to the nearest line",
    "part-joined": "parts joined to others",
    "overshoot": "ends that stuck out beyond a junction: cut off",
    "part-left-out": "parts left out: joined to nothing",
}
"""What each rule does, for a reader."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done, or left out."""

    rule: Rule
    """Why."""

    feature: str
    """What it was done to."""

    before: str
    """What was there."""

    after: str
    """What is there now."""

    place: tuple[float, float] | None = None
    """Longitude and latitude, where it has a place."""

    id: str = ""
    """Rule and number."""

    def to_dict(self) -> dict[str, object]:
        """Return the entry as plain data, the id first."""
        raw = asdict(self)
        return {"id": raw.pop("id"), **raw}


def numbered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with ids, each rule counted from 1."""
    seen: Counter[str] = Counter()
    listed = []
    for entry in entries:
        seen[entry.rule] += 1
        listed.append(replace(entry, id=f"{entry.rule}-{seen[entry.rule]:05d}"))
    return tuple(listed)
