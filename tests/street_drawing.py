"""Streets drawn by hand: metres from a corner of an invented ground."""

from collections.abc import Sequence

import numpy as np
import shapely

from almaty_geo.area import StudyArea
from almaty_geo.specs import Speed, Speeds, StreetClass
from almaty_geo.streets import Cleaning, Lines
from almaty_geo.words import same

X, Y = 650_000, 4_790_000
AREA = StudyArea(same("Ground"), (76.0, 42.0, 78.0, 44.0), "EPSG:32643")

_TOLD = {"basis": same("drawn by hand"), "confidence": "assumption"}
SPEEDS = Speeds(
    walk=Speed.model_validate({"m_per_min": 75, **_TOLD}),
    drive=Speed.model_validate({"m_per_min": 500, **_TOLD}),
    classes={
        kind: StreetClass.model_validate({"walk": walk, "drive_m_per_min": drive, **_TOLD})
        for kind, walk, drive in (
            ("residential", True, 350),
            ("footway", True, None),
            ("motorway", False, 1200),
            ("construction", False, None),
        )
    },
)


def drawn(
    *course: str,
    kind: Sequence[str] | None = None,
    name: Sequence[str] | None = None,
    level: Sequence[int] | None = None,
) -> Lines:
    """Return lines given as "x y, x y" in metres; the first is row 2 of its file."""
    size = len(course)
    lines = shapely.from_wkt([f"LINESTRING ({line})" for line in course])
    return Lines(
        course=shapely.transform(lines, lambda xy: xy + np.array([X, Y])),
        feature=np.array([f"row {n + 2}" for n in range(size)], dtype=object),
        kind=np.array(kind or ["residential"] * size, dtype=object),
        name=np.array(name or [""] * size, dtype=object),
        walk=np.zeros(size, dtype=np.int8),
        drive=np.zeros(size, dtype=np.int8),
        level=np.array(level or [0] * size, dtype=np.int16),
        limit_km_h=np.full(size, np.nan),
    )


def measured(cleaning: Cleaning) -> list[int]:
    """Return the lengths of all edges in millimetres, sorted."""
    return sorted(cleaning.graph.length_mm.tolist())


def shape_of(lon: float, lat: float) -> tuple[float, float]:
    """Return a place in metres from the corner."""
    ((x, y),) = AREA.xy_m([shapely.Point(lon, lat)])
    return float(x - X), float(y - Y)
