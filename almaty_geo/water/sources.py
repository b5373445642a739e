"""Sources of water, as a layer tells of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almaty_geo.catalogue import Layer
from almaty_geo.errors import UnknownNameError
from almaty_geo.words import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class WaterSource:
    """An intake, a groundwater field or works."""

    id: str
    """Row of the layer."""

    name: Text
    """Its name."""

    kind: str
    """What it is."""

    area: str | None
    """Area that it is stated to lie in."""

    state: str
    """Existing, under construction, at design stage or planned."""

    opens: int | None
    """Year of opening; None where unknown, or long open."""

    capacity_m3_day: int | None
    """How much it gives; None where unknown, which is not 0."""

    people_served: int | None
    """People that its source says it serves."""

    located: bool
    """Whether it has a place."""

    precision_m: int | None = None
    """How far off its place may be; None where nobody says."""

    closed: bool = False
    """Whether somebody asked what would be without it."""

    def open_in(self, year: int) -> bool:
        """Return whether it gives water by the end of a year."""
        if self.closed:
            return False
        if self.state == "existing":
            return self.opens is None or self.opens <= year
        return self.opens is not None and self.opens <= year

    def to_dict(self) -> dict[str, Any]:
        """Return the source as plain values for JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "district": self.area,
            "state": self.state,
            "opens": self.opens,
            "capacity_m3_day": self.capacity_m3_day,
            "people_served": self.people_served,
            "located": self.located,
            "precision_m": self.precision_m,
            "out_of_service": self.closed,
        }


def water_sources(layer: Layer, *, without: Collection[str] = ()) -> tuple[WaterSource, ...]:
    """
    Return the sources of a layer, in its order; columns that it lacks are unknown.

    Parameters
    ----------
    layer
        Layer of water sources.
    without
        Rows that are out of service.

    Raises
    ------
    UnknownNameError
        If there is no such row.
    """
    ids = [str(name) for name in layer.frame["id"]]
    for name in without:
        if name not in ids:
            raise UnknownNameError("water source", name, ids)
    frame = layer.frame
    area = next((c for c, s in layer.spec.columns.items() if s.kind == "ref"), "")
    placeless = frame.geometry.isna()
    return tuple(
        WaterSource(
            id=str(row["id"]),
            name=_name(row),
            kind=_text(row.get("kind")) or "",
            area=_text(row.get(area)),
            state=_text(row.get("state")) or "existing",
            opens=_whole(row.get("opens")),
            capacity_m3_day=_whole(row.get("capacity_m3_day")),
            people_served=_whole(row.get("people_served")),
            located=not bool(placeless.iloc[position]),
            precision_m=_whole(row.get("precision_m")),
            closed=str(row["id"]) in without,
        )
        for position, row in enumerate(frame.to_dict("records"))
    )


def _name(row: dict[Any, Any]) -> Text:
    """Return the name in each language; where one is missing, the first that is there."""
    names = {lang: _text(row.get(f"name_{lang}")) for lang in LANGUAGES}
    first = next((n for n in (names["ru"], names["kk"], names["en"]) if n), str(row["id"]))
    return Text(**{lang: name or first for lang, name in names.items()})


def _text(value: object) -> str | None:
    return None if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]  # a cell


def _whole(value: object) -> int | None:
    return None if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]  # a cell
