"""How a file is to be taken in, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from almaty_geo.importing.merging import Change
from almaty_geo.reading import Note, Options


@dataclass(frozen=True, slots=True)
class Request:
    """How a file is to be taken in."""

    mapping: tuple[str, ...] = ()
    """Pairs "column=source" that overrule what is guessed."""

    where: tuple[str, ...] = ()
    """Conditions "column=value" on the file's own columns."""

    merge_on: str | None = None
    """Column by which rows are merged; None to replace all rows."""

    options: Options = field(default_factory=Options)
    """What the file does not say itself: coordinate system, encoding, sheet, decimal sign."""

    mend: bool = False
    """Whether outlines that are not sound are made so, each listed; refused otherwise."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    layer: str
    """The layer."""

    rows: int
    """How many rows it has now."""

    unlocated: int
    """How many of them have no place."""

    mapping: Mapping[str, str]
    """The file's own name of each column."""

    left_out: tuple[str, ...]
    """Columns of the file that the layer has no room for."""

    missing: tuple[str, ...]
    """Columns of the layer that the file does not have; they are empty now."""

    change: Change
    """Rows added, changed and gone."""

    merged: bool
    """Whether rows that the file does not have were kept."""

    notes: tuple[Note, ...]
    """What was recognised or changed on the way in."""

    changes: int = 0
    """How many lines the ledger has for that, each value by itself."""

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain values for JSON."""
        return {
            "layer": self.layer,
            "rows": self.rows,
            "unlocated": self.unlocated,
            "mapping": dict(self.mapping),
            "left_out": list(self.left_out),
            "missing": list(self.missing),
            "added": list(self.change.added),
            "changed": list(self.change.changed),
            "gone": list(self.change.gone),
            "merged": self.merged,
            "notes": [str(note) for note in self.notes],
            "ledger_lines": self.changes,
        }

    def lines(self) -> list[str]:
        """Return the report for a reader."""
        renamed = [f"{own} -> {name}" for name, own in self.mapping.items() if own != name]
        lines = [f"{self.layer}: {self.rows} rows, {self.unlocated} without a place"]
        lines += [f"  columns: {', '.join(renamed)}"] if renamed else []
        lines += [f"  left out: {', '.join(self.left_out)}"] if self.left_out else []
        lines += [f"  empty: {', '.join(self.missing)}"] if self.missing else []
        lines += [f"  {line}" for line in self.change.lines(merged=self.merged)]
        lines += [f"  note: {note}" for note in self.notes]
        said = f"{self.changes} change{'' if self.changes == 1 else 's'} on the way in"
        how = f"`almaty-geo repair {self.layer} --ledger` lists them"
        return [*lines, f"  {said}; {how}" if self.changes else f"  {said}"]
