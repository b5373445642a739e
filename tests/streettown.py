"""
An invented town with streets, some of them one-way, and more in it than anybody checks by hand.

Two square districts of 2 km, West and East, as in `toytown`, with people, schools that teach in
shifts, schools that are planned, and clinics that are reached by car. Some people live where no
street is, some have no place, some on one spot with others, and some beside a clinic, so that one
edge leads there, or a one-way street does not.
"""

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from streetmaker import town
from toytown import SPEEDS, STATE_VALUES, degrees, feature, write_layer, write_toytown

from almaty_geo.importing.streets import StreetsRequest, import_streets
from almaty_geo.plan import Plan
from almaty_geo.streets import Rules

ID = "str; required = true; unique = true"
SEATING = """
[pupils]
layer = "schools"
column = "pupils"
confidence = "assumption"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[share]
confidence = "assumption"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[shifts]
column = "shifts"
otherwise = 2
confidence = "assumption"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }
"""
NORM = """
[{key}]
value = {value}
unit = "{unit}"
mode = "{mode}"
confidence = "to_be_confirmed"
basis = {{ kk = "Ойдан", ru = "Выдумано", en = "Invented" }}
"""
DRIVE = """
[drive]
m_per_min = 400
confidence = "high"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[classes.footway]
walk = true
confidence = "high"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[classes.motorway]
walk = false
drive_m_per_min = 900
confidence = "high"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[classes.primary]
walk = true
drive_m_per_min = 650
confidence = "high"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }
"""
CLINICS = """
[themes.clinics]
title = { kk = "Емханалар", ru = "Поликлиники", en = "Clinics" }
nearest = { kk = "емханадан", ru = "поликлиники", en = "a clinic" }
"""


def write_streettown(folder: Path, *, streets: bool = True) -> Path:
    """Write the plan of the town into a new folder and return it; with its streets or without."""
    write_toytown(folder)
    rng = np.random.default_rng(11)
    with (folder / "plan.toml").open("a", encoding="utf-8") as plan:
        plan.write(CLINICS)
    _declare(folder / "layers")
    spots = [(east, north) for east, north in rng.integers(-100, 4000, (170, 2)) if north < 2000]
    clinics = rng.integers(0, 2000, (9, 2)) * [2, 1]
    beside = [(x + dx, y + dy) for x, y in clinics for dx, dy in ((60, 5), (-60, -5), (6, 50))]
    _people(folder, rng, [*spots, *beside])
    _schools(folder, rng)
    _clinics(folder, clinics.tolist())
    if streets:
        _streets(folder, rng)
    return folder


def _declare(layers: Path) -> None:
    reach = NORM.format(key="reach", value=300, unit="m", mode="walk")
    limit = NORM.format(key="admission_limit", value=900, unit="m", mode="walk")
    (layers / "norms" / "schools.toml").write_text(reach + limit, encoding="utf-8")
    quick = NORM.format(key="reach", value=0.4, unit="min", mode="drive")
    (layers / "norms" / "clinics.toml").write_text(quick, encoding="utf-8")
    (layers / "travel" / "speeds.toml").write_text(SPEEDS + DRIVE, encoding="utf-8")
    (layers / "provision").mkdir()
    (layers / "provision" / "schools.toml").write_text(SEATING, encoding="utf-8")


def _people(folder: Path, rng: np.random.Generator, spots: list[tuple[Any, Any]]) -> None:
    """Write people: the last two have no place, three share a spot, one lives beyond all."""
    places: list[tuple[float, float] | None] = [(float(x), float(y)) for x, y in spots]
    places += [places[0], places[0], (5400.0, 3900.0), None, None]
    number = rng.integers(0, 90, len(places))
    order = rng.permutation(len(places))
    write_layer(
        folder,
        "residents",
        role="demand",
        features=[
            feature(
                {
                    "id": f"home-{order[k]}",
                    "district": None if k % 40 == 7 else "west" if k % 2 else "east",
                    "people": int(number[k]),
                },
                place,
            )
            for k, place in enumerate(places)
        ],
        columns={
            "id": ID,
            "district": 'ref; layer = "districts"',
            "people": "int; minimum = 0; required = true",
        },
    )


def _schools(folder: Path, rng: np.random.Generator) -> None:
    columns = {"id": ID, "name_ru": "str", "seats": "int; minimum = 0"}
    own = {**columns, "shifts": "int; minimum = 1", "pupils": "int; minimum = 0"}
    rows = [
        feature(
            {
                "id": f"{k:02}" if k % 3 else f"Ә{k}",
                "name_ru": f"Школа {k}",
                "seats": None if k == 5 else int(rng.integers(10, 60)),
                "shifts": None if k % 4 == 1 else 1 + k % 2,
                "pupils": int(rng.integers(30, 80)),
            },
            None if k == 9 else (float(rng.integers(0, 4000)), float(rng.integers(0, 2000))),
        )
        for k in range(14)
    ]
    extra = 'theme = "schools"\ncapacity = "seats"\n'
    write_layer(folder, "schools", role="facility", features=rows, columns=own, extra=extra)
    planned = [
        feature(
            {"id": f"p{k}", "name_ru": None, "seats": 80, "state": "planned", "replaces": old},
            (float(rng.integers(0, 4000)), float(rng.integers(0, 2000))),
        )
        for k, old in enumerate([None, "01", "Ә3", None])
    ]
    more = {"state": f"enum; {STATE_VALUES.strip()}", "replaces": 'ref; layer = "schools"'}
    write_layer(
        folder,
        "schools_planned",
        role="facility",
        features=planned,
        columns={**columns, **more},
        extra=extra,
    )


def _clinics(folder: Path, places: list[list[int]]) -> None:
    write_layer(
        folder,
        "clinics",
        role="facility",
        features=[
            feature({"id": f"c{k}", "name_ru": f"Поликлиника {k}"}, (float(x), float(y)))
            for k, (x, y) in enumerate(places)
        ],
        columns={"id": ID, "name_ru": "str"},
        extra='theme = "clinics"\n',
    )


def _streets(folder: Path, rng: np.random.Generator) -> None:
    """Write streets over most of both districts, an island among them, and take them in."""
    lines = [shapely.get_coordinates(line) for line in town(560, seed=5, spacing_m=95.0).course]
    island = [np.array([[5200.0, 300.0 + 200 * k], [5900.0, 300.0 + 200 * k]]) for k in range(2)]
    island += [np.array([[5200.0, 300.0], [5200.0, 500.0]])]
    rows = ["highway,oneway,geometry_wkt"]
    for line in [line * [1.55, 0.85] for line in lines] + island:
        kind = rng.choice(
            ["residential", "primary", "footway", "motorway"], p=[0.55, 0.3, 0.1, 0.05]
        )
        way = rng.choice(["yes", "-1", "no"], p=[0.2, 0.2, 0.6])
        corners = ", ".join("{} {}".format(*degrees(x, y)) for x, y in line)
        rows.append(f'{kind},{way},"LINESTRING ({corners})"')
    file = folder / "drawn.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_streets(Plan(folder), file, StreetsRequest(rules=Rules(keep=None)))
    file.unlink()
