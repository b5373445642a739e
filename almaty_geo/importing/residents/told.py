"""What became of a file of people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from almaty_geo.importing.residents.totals import AreaPeople


@dataclass(frozen=True, slots=True)
class ImportedResidents:
    """What became of a file of people."""

    layer: str
    """The layer."""

    rows: int
    """At how many points its people live."""

    method: str
    """How they were spread."""

    mapping: Mapping[str, str]
    """The file's own name of each column that was used."""

    source_people: float
    """People of the file that were taken in."""

    people: int
    """People of the layer now."""

    areas: tuple[AreaPeople, ...]
    """By area, before and after; the last, with an empty id, is outside all of them."""

    totals: str | None
    """What areas were scaled to."""

    unlocated: int
    """People whose place is not known; they are among those outside."""

    stayed: int
    """Places of the file that lie, wholly or in part, in no target."""

    stayed_people: float
    """Their people there: they stay where the file has them, at one point each."""

    emptied: int
    """Points left out because nobody whole lives there."""

    dropped: tuple[str, ...]
    """Columns that the layer had and has no more."""

    notes: tuple[str, ...]
    """What was recognised, decided or left out on the way."""

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain values for JSON."""
        areas = [
            {**asdict(a), "file": round(a.file, 3), "factor": _rounded(a.factor)}
            for a in self.areas
        ]
        return {
            "layer": self.layer,
            "rows": self.rows,
            "method": self.method,
            "mapping": dict(self.mapping),
            "source_people": round(self.source_people, 3),
            "people": self.people,
            "areas": areas,
            "totals": self.totals,
            "unlocated": self.unlocated,
            "stayed": self.stayed,
            "stayed_people": round(self.stayed_people, 3),
            "emptied": self.emptied,
            "dropped": list(self.dropped),
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """Return the report for a reader."""
        scaled = f"scaled to {self.totals}" if self.totals else "not scaled"
        lines = [
            f"{self.layer}: {self.people:,} people at {self.rows:,} points, method {self.method}",
            f"  in the file: {_number(self.source_people)} people; {scaled}",
        ]
        lines += [f"  columns: {', '.join(f'{own} -> {n}' for n, own in self.mapping.items())}"]
        lines = lines if self.mapping else lines[:-1]
        lines += [f"  {_said(area)}" for area in self.areas]
        if self.unlocated:
            lines.append(f"  without a place: {self.unlocated:,} people, counted as outside")
        if self.stayed:
            lines.append(
                f"  in no target: {_number(self.stayed_people)} people at {self.stayed:,} places "
                "of the file, who stay there, at one point each"
            )
        if self.emptied:
            lines.append(f"  {self.emptied:,} points left out: no whole person lives there")
        if self.dropped:
            lines.append(f"  columns that are gone: {', '.join(self.dropped)}")
        return [*lines, *(f"  note: {note}" for note in self.notes)]


def _said(area: AreaPeople) -> str:
    was = "" if area.was is None else f", was {area.was:,}"
    factor = "" if area.factor is None else f" (× {area.factor:.2f})"
    name = area.id or "outside every area"
    return f"{name}: {_number(area.file)} in the file, {area.people:,} now{factor}{was}"


def _number(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.1f}"


def _rounded(factor: float | None) -> float | None:
    return None if factor is None else round(factor, 6)
