"""Street files of every kind that is read, as lines in the metric plane."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError
from almaty_geo.reading import Fault, Options, legible, read_outside
from almaty_geo.streets.ledger import Entry
from almaty_geo.streets.lines import Lines
from almaty_geo.streets.openstreetmap import Drawn, is_openstreetmap, read_openstreetmap
from almaty_geo.streets.tags import (
    drive_of,
    limit_of,
    lowered,
    name_of,
    recognised,
    storey_of,
    walk_of,
)

_AS_IT_IS = Options()
_NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What a street file holds."""

    lines: Lines
    """Its lines that can be used."""

    entries: tuple[Entry, ...]
    """What was left out of it, each with the reason."""

    columns: dict[str, str]
    """Which column or tag of the file says what."""

    notes: tuple[str, ...] = ()
    """What was recognised on the way in."""


def read_streets(path: Path, area: StudyArea, *, options: Options = _AS_IT_IS) -> Opened:
    """
    Read a street file.

    Parameters
    ----------
    path
        Any layer of lines that can be read, a table with WKT, an OpenStreetMap extract (PBF or
        XML), or an answer of the Overpass API (JSON).
    area
        Lines that leave its area of interest are left out, and named; the metric plane is its.
    options
        What the file does not say itself.

    Returns
    -------
    opened
        Lines, and everything that was left out.

    Raises
    ------
    DataError
        If the file cannot be read, lies elsewhere as a whole, or holds no lines.
    """
    if is_openstreetmap(path):
        drawn = read_openstreetmap(path, area)
        return _opened(path, drawn, area)
    return _of_layer(path, area, options)


def _of_layer(path: Path, area: StudyArea, options: Options) -> Opened:
    """Return the lines of a file that the one door reads."""
    found = read_outside(path, None, area, options=options)
    whole = [fault for fault in found.faults if fault.feature is None]
    frame = found.frame
    if whole or not len(frame):
        raise DataError(_said(whole or found.faults) or f"{legible(path.name)}: holds no lines.")
    shapes = frame.geometry.to_numpy()
    bad: dict[int, list[Fault]] = {}
    for fault in found.faults:
        if fault.feature is not None and fault.rule != "no-length":  # that is found on the grid
            bad.setdefault(fault.feature, []).append(fault)
    if len(bad) == len(frame):
        raise DataError(_said(found.faults))
    meant = recognised([str(c) for c in frame.columns if c != frame.geometry.name])
    columns = {field: _texts(frame[column]) for field, column in meant.items()}
    counted = found.faults[0].counted if found.faults else "feature"
    features = _features(path, columns.get("id"), len(frame), counted)
    entries = tuple(_left_out(features[i], shapes[i], bad[i]) for i in sorted(bad))
    sound = np.array([index not in bad for index in range(len(frame))])
    kept = {
        field: np.array(cells, dtype=object)[sound].tolist() for field, cells in columns.items()
    }
    opened = _opened(path, Drawn(shapes[sound], features[sound], kept, entries), area)
    return replace(opened, columns=dict(meant), notes=tuple(str(note) for note in found.notes))


def _left_out(feature: str, shape: BaseGeometry | None, faults: Sequence[Fault]) -> Entry:
    """Return the entry of a line that has faults."""
    somewhere = bool(np.isfinite(shapely.get_coordinates(shape)).all())
    far = somewhere and all(fault.rule == "out-of-bounds" for fault in faults)
    said = (f"{f.value}{f', expected {f.expected}' if f.expected else ''}" for f in faults)
    return Entry("far-away" if far else "fault", feature, "; ".join(said), "left out")


def _opened(path: Path, drawn: Drawn, area: StudyArea) -> Opened:
    """Return shapes with their columns as lines; what is no line is named."""
    degrees, features = drawn.degrees, drawn.features
    is_line = np.isin(shapely.get_type_id(degrees), (_LINE, _LINES)) & ~shapely.is_empty(degrees)
    named = [
        Entry("no-line", features[i], _what(degrees[i]), "left out", _place(degrees[i]))
        for i in np.flatnonzero(~is_line)
    ]
    if not is_line.any():
        said = _nothing(drawn.entries)
        raise DataError(f"{legible(path.name)}: {said}, expected streets as lines.")
    parts, owner = shapely.get_parts(degrees[is_line], return_index=True)
    row = np.flatnonzero(is_line)[owner]
    columns = lowered(drawn.columns)
    size = len(degrees)
    lines = Lines(
        course=area.to_metres(parts),
        feature=features[row],
        kind=np.array(columns.get("kind", [""] * size), dtype=object)[row],
        name=name_of(columns, size)[row],
        walk=walk_of(columns, size)[row],
        drive=drive_of(columns, size)[row],
        level=storey_of(columns, size)[row],
        limit_km_h=limit_of(columns, size)[row],
    )
    meant = {field: field for field in columns}
    return Opened(lines, (*drawn.entries, *named), meant)


_LINE, _LINES = 1, 5


def _nothing(entries: Sequence[Entry]) -> str:
    """Return that there are no lines, and where those are that there might have been."""
    far = sum(entry.rule == "far-away" for entry in entries)
    return f"all {far:,} lines leave the area of interest" if far else "holds no lines"


def _what(shape: BaseGeometry | None) -> str:
    if shape is None:
        return "no geometry"
    return f"{shape.geom_type}{' without coordinates' if shape.is_empty else ''}"


def _place(shape: BaseGeometry | None) -> tuple[float, float] | None:
    """Return a place of a shape in degrees."""
    if shape is None or shape.is_empty:
        return None
    point = shapely.point_on_surface(shape)
    return (round(point.x, 7), round(point.y, 7))


def _texts(values: object) -> list[str]:
    """Return cells as text without blanks around it; an empty one as ""."""
    cells = np.asarray(values, dtype=object)
    return ["" if _is_empty(cell) else _text(cell) for cell in cells]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(legible(str(cell)).split())


def _is_empty(cell: object) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124 - what is not itself is not a number


def _features(
    path: Path, ids: Sequence[str] | None, size: int, counted: str
) -> NDArray[np.object_]:
    """Return what the ledger calls each feature of a file."""
    first, word = (
        (2, "row")
        if counted == "row" or path.suffix.lower() in {".csv", ".tsv"}
        else (0, "feature")
    )
    named = [
        f"{word} {n + first}" + (f" ({ids[n]})" if ids and ids[n] else "") for n in range(size)
    ]
    return np.array(named, dtype=object)


def _said(faults: Sequence[Fault]) -> str:
    more = f" And {len(faults) - _NAMED} more." if len(faults) > _NAMED else ""
    return " ".join(str(fault) for fault in faults[:_NAMED]) + more
