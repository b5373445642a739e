"""
An invented town that one can check by hand.

Two square districts of 2 km, West and East, side by side; the origin is West's south-west corner.
Metres east and north of it::

    West  people  100 at (1000, 1000)   0 m from School A
                   50 at (1000, 1399)   399 m from School A: 498.75 m of way at 1.25
                   30 at (1000, 1402)   402 m: 502.5 m of way
    East  people   20 at (3000, 1000)   beyond everything today; at School P once it opens
                    0 at (3500,  500)
    schools   A at (1000, 1000), 60 seats; B has no place yet, 40 seats, not open to anybody
    planned   P at (3000, 1000), 90 seats, opens in the scenario "later", replaces B
"""

import hashlib
import json
from pathlib import Path

from pyproj import Transformer

ORIGIN_M = (500_000.0, 5_300_000.0)
CRS = "EPSG:32632"
PEOPLE = {
    "home-1": (1000, 1000, 100, "west"),
    "home-2": (1000, 1399, 50, "west"),
    "home-3": (1000, 1402, 30, "west"),
    "home-4": (3000, 1000, 20, "east"),
    "home-5": (3500, 500, 0, "east"),
}
TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
PLAN = """
id = "toytown"
name = { kk = "Ойыншық", ru = "Игрушкино", en = "Toytown" }
date = 2026-06-01
metric_crs = "EPSG:32632"
areas = "districts"
demand = "residents"
margin_m = 3000
scenario = "today"

[detour]
index = 1.25
low = 1.0
high = 1.5
confidence = "assumption"
basis = { kk = "Ойдан.", ru = "Выдумано.", en = "Invented." }

[themes.schools]
title = { kk = "Мектептер", ru = "Школы", en = "Schools" }
nearest = { kk = "мектептен", ru = "школы", en = "a school" }
"""
SIDECAR = """
title = {{ kk = "{id} kk", ru = "{id} ru", en = "{id} en" }}
role = "{role}"
geometry = "{geometry}"
file = "{id}.geojson"
sha256 = "{sha256}"
date = "2026"
{extra}
[precision]
method = "register"

[[source]]
publisher = "Invented"
url = "not stated"
accessed = 2026-06-01
licence = "CC0-1.0"
confidence = "high"
{columns}
"""
COLUMN = '\n[columns.{name}]\nkind = "{kind}"\n{more}'
NORM = """
[reach]
value = 500
unit = "m"
mode = "walk"
confidence = "to_be_confirmed"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }
"""
SPEEDS = """
[walk]
m_per_min = 75
confidence = "high"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }
"""
SCENARIO = """
year = {year}
confidence = "high"
source = "invented"
title = {{ kk = "{en} kk", ru = "{en} ru", en = "{en}" }}
note = {{ kk = "Ойдан.", ru = "Выдумано.", en = "Invented." }}
{opens}
"""
MAP = """
title = { kk = "Атлас", ru = "Атлас", en = "Atlas" }

[[layers]]
layer = "districts"
group = "base"
always = true

[[layers]]
layer = "residents"
group = "people"
"""
STATE_VALUES = """
values.existing = { kk = "бар", ru = "есть", en = "existing" }
values.planned = { kk = "жоспар", ru = "план", en = "planned" }
"""


def degrees(east_m: float, north_m: float) -> list[float]:
    """Return longitude and latitude of a place given in metres from the origin."""
    lon, lat = TO_DEGREES.transform(ORIGIN_M[0] + east_m, ORIGIN_M[1] + north_m)
    return [round(lon, 7), round(lat, 7)]


def feature(properties: dict[str, object], at_m: tuple[float, float] | None) -> dict[str, object]:
    geometry = None if at_m is None else {"type": "Point", "coordinates": degrees(*at_m)}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def square(id_: str, west_m: float) -> dict[str, object]:
    corners = [(0, 0), (2000, 0), (2000, 2000), (0, 2000), (0, 0)]
    ring = [degrees(west_m + x, y) for x, y in corners]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    properties = {"id": id_, "name_ru": id_.title()}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_layer(  # noqa: PLR0913 - a layer is all of this
    folder: Path,
    id_: str,
    *,
    role: str,
    features: list[dict[str, object]],
    columns: dict[str, str],
    extra: str = "",
    geometry: str = "Point",
) -> None:
    """Write a layer; ``columns`` maps a name to its kind, or to "kind; more lines"."""
    data = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / "layers" / f"{id_}.geojson").write_text(data, encoding="utf-8")
    declared = "".join(
        COLUMN.format(name=name, kind=kind, more=more.strip().replace("; ", "\n") + "\n")
        for name, (kind, _, more) in ((n, k.partition(";")) for n, k in columns.items())
    )
    text = SIDECAR.format(
        id=id_,
        role=role,
        geometry=geometry,
        sha256=hashlib.sha256(data.encode()).hexdigest(),
        extra=extra,
        columns=declared,
    )
    (folder / "layers" / f"{id_}.toml").write_text(text, encoding="utf-8")


def write_toytown(folder: Path) -> Path:
    """Write the plan of the town into a new folder and return it."""
    for name in ("norms", "travel", "scenarios", "commitments"):
        (folder / "layers" / name).mkdir(parents=True)
    (folder / "maps").mkdir()
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    layers = folder / "layers"
    (layers / "norms" / "schools.toml").write_text(NORM, encoding="utf-8")
    (layers / "travel" / "speeds.toml").write_text(SPEEDS, encoding="utf-8")
    opens = '[[opens]]\nlayer = "schools_planned"\n'
    for name, year, rule in (("today", 2026, ""), ("later", 2030, opens)):
        text = SCENARIO.format(year=year, en=name.title(), opens=rule)
        (layers / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "maps" / "atlas.toml").write_text(MAP, encoding="utf-8")
    id_ = "str; required = true; unique = true"
    write_layer(
        folder,
        "districts",
        role="area",
        features=[square("west", 0), square("east", 2000)],
        columns={"id": id_, "name_ru": "str"},
        geometry="Polygon",
    )
    write_layer(
        folder,
        "residents",
        role="demand",
        features=[
            feature({"id": home, "district": district, "people": people}, (east, north))
            for home, (east, north, people, district) in PEOPLE.items()
        ],
        columns={
            "id": id_,
            "district": 'ref; layer = "districts"',
            "people": "int; minimum = 0; required = true",
        },
    )
    school = {"id": id_, "name_ru": "str", "seats": "int; minimum = 0"}
    write_layer(
        folder,
        "schools",
        role="facility",
        features=[
            feature({"id": "A", "name_ru": "Школа А", "seats": 60}, (1000, 1000)),
            feature({"id": "B", "name_ru": "Школа Б", "seats": 40}, None),
        ],
        columns=school,
        extra='theme = "schools"\ncapacity = "seats"\n',
    )
    write_layer(
        folder,
        "schools_planned",
        role="facility",
        features=[
            feature(
                {"id": "P", "name_ru": None, "seats": 90, "state": "planned", "replaces": "B"},
                (3000, 1000),
            )
        ],
        columns={
            **school,
            "state": f"enum; {STATE_VALUES.strip()}",
            "replaces": 'ref; layer = "schools"',
        },
        extra='theme = "schools"\ncapacity = "seats"\n',
    )
    return folder
