"""What became of a street file: for an operator, and beside every result made from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from almaty_geo.specs import Note, NoteKind
from almaty_geo.streets import Cleaning
from almaty_geo.streets.ledger import SAID
from almaty_geo.words import Text, count, say

_LISTED = 10


@dataclass(frozen=True, slots=True, eq=False)
class ImportedStreets:
    """What became of a street file."""

    layer: str
    """The layer of edges."""

    file: str
    """Name of the file."""

    columns: Mapping[str, str]
    """Which column or tag of the file says what."""

    notes: tuple[str, ...]
    """What was recognised on the way in."""

    cleaning: Cleaning
    """The graph, and everything that was done."""

    one_way: bool
    """Whether the file says which streets are one-way."""

    footpaths: bool
    """Whether the file shows footpaths."""

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain values for JSON; single actions are in the ledger."""
        made = self.cleaning
        graph = made.graph
        return {
            "layer": self.layer,
            "file": self.file,
            "columns": dict(self.columns),
            "notes": list(self.notes),
            "drawn_km": round(made.drawn_km, 3),
            "closed_km": round(made.closed_km, 3),
            "edges": len(graph),
            "nodes": len(graph.node_mm),
            "km": round(int(graph.length_mm.sum()) / 1e6, 3),
            "one_way": self.one_way,
            "footpaths": self.footpaths,
            "unknown_classes": dict(made.unknown_kinds),
            "done": dict(made.counts),
            "largest_share": [
                {"within_m": s.within_m, "share": round(s.largest, 6), "parts": s.parts}
                for s in made.shares
            ],
            "parts": [
                {
                    "km": round(p.km, 3),
                    "pieces": p.pieces,
                    "names": list(p.names),
                    "lon": p.place[0],
                    "lat": p.place[1],
                    "apart_m": round(p.apart_m, 1),
                }
                for p in made.parts
            ],
        }

    def lines(self) -> list[str]:
        """Return the report for a reader."""
        made = self.cleaning
        graph = made.graph
        km = int(graph.length_mm.sum()) / 1e6
        meant = ", ".join(f"{own} -> {name}" for name, own in self.columns.items() if own != name)
        size = f"{len(graph):,} edges, {len(graph.node_mm):,} nodes, {km:,.1f} km"
        lines = [f"{self.layer}: {size} of {made.drawn_km:,.1f} km drawn"]
        lines += [f"  columns: {meant}"] if meant else []
        lines += [f"  {count:,} {SAID[rule]}" for rule, count in made.counts.items()]
        lines += [
            f"  class {kind or 'not stated'!r}: {count:,} lines, the usual speeds"
            for kind, count in made.unknown_kinds.items()
        ]
        lines += ["  share of length in the largest part, by the widest gap that is joined:"]
        lines += [f"    {s.within_m:g} m: {s.largest:.2%} ({s.parts:,} parts)" for s in made.shares]
        lines += self._parts()
        lines += [] if self.one_way else ["  one-way streets: the file names none, all are two-way"]
        lines += [] if self.footpaths else ["  footpaths: none or few; walks are upper bounds"]
        return [*lines, *(f"  note: {note}" for note in self.notes)]

    def _parts(self) -> list[str]:
        """Return lines about the longest parts besides the largest."""
        others = self.cleaning.parts[1:]
        lines = [
            f"    {p.km:,.1f} km at {p.place[0]:.5f}, {p.place[1]:.5f}, {p.apart_m:,.0f} m away: "
            f"{', '.join(p.names) or 'nameless'}"
            for p in others[:_LISTED]
        ]
        rest = others[_LISTED:]
        if rest:
            km = sum(p.km for p in rest)
            lines.append(f"    and {len(rest):,} more of {km:,.1f} km together: see the ledger")
        return (
            [f"  {len(others):,} parts hang together with nothing else:", *lines] if others else []
        )


def notes_of(done: ImportedStreets) -> tuple[Note, ...]:
    """Return what must stand beside every result made from the streets."""
    made = done.cleaning
    whole_km = sum(part.km for part in made.parts)
    out_km = whole_km - int(made.graph.length_mm.sum()) / 1e6
    notes: list[tuple[NoteKind, Text]] = []
    if not done.footpaths:
        text = say("The street file shows no footpaths, or few: walks by it are upper bounds.")
        notes.append(("gap", text))
    if not done.one_way:
        text = say("The street file names no one-way streets: all are two-way here.")
        notes.append(("gap", text))
    if made.closed_km:
        closed = count(made.closed_km, digits=1)
        text = say("Not counted, since closed to everybody: {km} km of streets.", km=closed)
        notes.append(("caution", text))
    if len(made.parts) > len(made.graph.component_mm):
        text = say(
            "Left out, since nothing joins them to the other streets: {km} km of {whole} km.",
            km=count(out_km, digits=1),
            whole=count(whole_km),
        )
        notes.append(("gap", text))
    return tuple(Note(kind=kind, text=text) for kind, text in notes)
