"""The ledger of an import: one line for the file, and one for each thing changed on its way in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import geopandas as gpd

from almaty_geo.exports import write_file
from almaty_geo.ledgers import ledger_of, ledger_text
from almaty_geo.plan import Plan
from almaty_geo.reading import Note, legible

IMPORTED = "import"
"""Rule of the line that tells of the whole file."""


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """A line of the ledger: what was changed while the rows came in."""

    id: str
    """Layer, feature, column and rule."""

    layer: str
    """Layer that the rows came into."""

    feature: str
    """Id of the row; empty where it is about a column, or the file as a whole."""

    rule: str
    """Slug of the rule by which it was done."""

    before: str
    """What stood in the file."""

    after: str
    """What stands in the layer."""

    def __str__(self) -> str:
        """Return one line for a terminal."""
        becomes = " becomes " if self.feature else ": "
        return legible(f"{self.id}: {self.before}{becomes}{self.after}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines of one import."""

    lines: Sequence[ImportEntry]
    """One for the file, and one for each change."""

    goes_on: bool = False
    """Whether rows of earlier imports stay, and with them what was said of those."""

    def write(self, layers: Path, layer: str) -> None:
        """Write the ledger of a layer, in the folder of layers; nothing where there is no line."""
        if not self.lines:
            return
        path = path_of(layers, layer)
        said = path.read_text(encoding="utf-8") if self.goes_on and path.is_file() else ""
        write_file(path, said + ledger_text(self.lines))


NOTHING_LISTED = Ledger(())


def path_of(layers: Path, layer: str) -> Path:
    """Return where the ledger of a layer's imports lies, in the folder of layers."""
    return layers / "ledger" / f"{layer}.import.jsonl"


def entry(layer: str, rule: str, before: str, after: str, *, feature: str = "") -> ImportEntry:
    """Return a line about the whole layer, or about one of its rows."""
    key = "/".join(part for part in (layer, feature, rule) if part)
    return ImportEntry(key, layer, feature, rule, legible(before), legible(after))


def lines_of(
    layer: str, source: str, frame: gpd.GeoDataFrame, notes: Sequence[Note], rows: Sequence[int]
) -> list[ImportEntry]:
    """
    Return the lines of an import.

    Parameters
    ----------
    layer
        Layer that the rows come into.
    source
        What they come from, for a reader.
    frame
        The rows that come in.
    notes
        What was recognised or changed; each value of it becomes a line.
    rows
        Which row of the file each of them was (n,), from 0.
    """
    unlocated = int(frame.geometry.isna().sum())
    whole = entry(layer, IMPORTED, source, f"{len(frame)} rows, {unlocated} without a place")
    here = {row: place for place, row in enumerate(rows)}
    ids = frame["id"].astype("string").fillna("").tolist() if "id" in frame else []
    lines = [whole]
    for note in notes:
        lines += _of_note(layer, note, here, ids)
    return lines


def _of_note(
    layer: str, note: Note, here: dict[int, int], ids: Sequence[str]
) -> Iterator[ImportEntry]:
    """Yield a line for each changed value of rows that come in, or one for what has none."""
    if not note.cells:
        key = "/".join(part for part in (layer, note.column, note.rule) if part)
        said = f"column {note.column}" if note.column else note.file
        yield ImportEntry(key, layer, "", note.rule, said, legible(note.text))
    for row, before, after in note.cells:
        if row in here:
            name = ids[here[row]] if ids else str(here[row] + 1)
            key = f"{layer}/{name}/{note.column}/{note.rule}"
            yield ImportEntry(key, layer, name, note.rule, before, after)


def import_ledger(plan: Plan, layer: str) -> tuple[ImportEntry, ...]:
    """
    Return every line of the ledger of a layer's imports; none where nothing was imported.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer.
    DataError
        If the file is no such ledger, naming the line.
    """
    path = path_of(plan.folder / "layers", plan.specs.spec(layer).id)

    def entry(raw: Mapping[str, Any]) -> ImportEntry:
        told = {"layer": layer, **raw}  # of streets other things are told too
        return ImportEntry(**{one.name: str(told[one.name]) for one in fields(ImportEntry)})

    return ledger_of(path, entry, writer="import")
