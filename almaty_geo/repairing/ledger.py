"""The ledger: one line for each repair made or undone, beside the data it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from almaty_geo.ledgers import ledger_of
from almaty_geo.reading import legible

Action = Literal["repaired", "undone"]
Change = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one repair changes, made alone; nothing is named that it cannot touch."""

    area_m2: Change | None = None
    """Area of the outline that is repaired, before and after."""

    people: Change | None = None
    """People of the layer, or of the area that is repaired, before and after."""

    coverage: Mapping[str, Change] = field(default_factory=dict)
    """People within reach by theme, before and after: of all, or of the area repaired."""

    def __str__(self) -> str:
        """Return the effect as a phrase."""
        parts = []
        if self.area_m2 is not None:
            parts.append(f"area {_changed(self.area_m2)} m²")
        if self.people is not None:
            parts.append(f"people {_changed(self.people)}")
        parts += [f"within reach of {k} {_changed(v)}" for k, v in self.coverage.items()]
        return ", ".join(parts) or "none on area, people or coverage"

    def turned(self) -> "Effect":
        """Return the effect of taking it back."""

        def back(change: Change | None) -> Change | None:
            return None if change is None else (change[1], change[0])

        coverage = {theme: (after, before) for theme, (before, after) in self.coverage.items()}
        return Effect(back(self.area_m2), back(self.people), coverage)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the ledger."""

    id: str
    """What to call it by when it is to be undone."""

    layer: str
    """Layer that was repaired."""

    feature: str
    """Id of the feature that was repaired."""

    rule: str
    """Slug of the rule that asked for it."""

    before: str
    """What was there, for a reader."""

    after: str
    """What was put there."""

    undo: Mapping[str, str]
    """The feature's members as they were written before, to the letter."""

    made: Mapping[str, str]
    """The same members as they were written by the repair."""

    row: int
    """Which feature of the file it was, from 0."""

    date: str
    """The plan's date."""

    effect: Effect
    """What it changed."""

    data: tuple[str, str]
    """SHA-256 of the data file before and after all that was done with it."""

    action: Action = "repaired"
    """Whether the repair was made, or taken back."""

    def __str__(self) -> str:
        """Return one line for a terminal."""
        done = "undone: " if self.action == "undone" else ""
        return legible(
            f"{done}{self.id}: {self.before} becomes {self.after}; effect: {self.effect}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return asdict(self)


def path_of(layers: Path, layer: str) -> Path:
    """Return where the ledger of a layer lies, in the folder of layers."""
    return layers / "ledger" / f"{layer}.jsonl"


def read_ledger(path: Path) -> tuple[LedgerEntry, ...]:
    """Return every line of a ledger, as `ledger_of`."""
    return ledger_of(path, _entry, writer="repair")


def standing(entries: Sequence[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the repairs that were made and not undone, oldest first."""
    left: dict[str, LedgerEntry] = {}
    for entry in entries:
        if entry.action == "undone":
            left.pop(entry.id, None)
        else:
            left[entry.id] = entry
    return tuple(left.values())


def _entry(raw: Mapping[str, Any]) -> LedgerEntry:
    effect = raw["effect"]
    area, people = (None if v is None else (v[0], v[1]) for v in _pair(effect))
    coverage = {str(k): (v[0], v[1]) for k, v in effect["coverage"].items()}
    told = {**raw, "effect": Effect(area, people, coverage), "data": tuple(raw["data"])}
    return LedgerEntry(**told)


def _pair(effect: Mapping[str, Any]) -> tuple[Any, Any]:
    return effect["area_m2"], effect["people"]


def _changed(change: Change) -> str:
    before, after = change
    return f"{before:,.0f} → {after:,.0f}"
