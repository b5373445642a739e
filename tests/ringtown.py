"""
A ring road around the invented town, to be checked by hand.

The road runs west, north and east of the town, metres from West's south-west corner::

    course        (-1000, 1000) - (-1000, 3000) - (5000, 3000) - (5000, 1000): 10 km
    interchanges  1 at km 0, 2 at (2000, 3000), km 5, and 3 at km 10; a gate at each
    centre        (2000, 1000)
    streets       (0, 1000) - (2000, 1000) - (4000, 1000), and (2000, 1000) - (2000, 3000)
    links         from interchange 1 to (0, 1000), and from 3 to (4000, 1000)
    speeds        30 km/h in the city (20 to 40), 60 on the ring (50 to 100), 45 on radials
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toytown import degrees, feature, write_layer, write_toytown

ID = "str; required = true; unique = true"
COURSE = [(-1000, 1000), (-1000, 3000), (5000, 3000), (5000, 1000)]
TOY_RING = """
course = "ring"
interchanges = "interchanges"
gates = "gates"
centre = "middle"
links = "links"
facts = "facts"
reaches_min = [4, 5, 8]
main_min = 5
diverted = [0.5, 1]
traffic_basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }

[radials]
layer = "radials"
to_ring = ["radial"]
course = ["stretch"]
guessed = ["street"]

[severed]
theme = "schools"
lines = ["ring", "railways"]
"""
SPEED = """
[{name}_speed]
value = {value}
low = {low}
high = {high}
confidence = "assumption"
basis = {{ kk = "Ойдан", ru = "Выдумано", en = "Invented" }}
"""
DETOUR = """
[detour]
index = 1.25
low = 1.0
high = 1.5
confidence = "assumption"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }
"""
SPEEDS = {"city": (30, 20, 40), "ring": (60, 50, 100), "radial": (45, 30, 60)}
DRIVE = """
[drive]
m_per_min = 500
confidence = "high"
basis = { kk = "Ойдан", ru = "Выдумано", en = "Invented" }
"""
WORDS = 'values.{0} = {{ kk = "{0} kk", ru = "{0} ru", en = "{0}" }}'
FACTS = [("length", "10.05"), ("design_traffic", "300"), ("opened", "2023-06-16")]
RADIALS: list[tuple[dict[str, object], list[tuple[float, float]] | None]] = [
    (
        {"id": "wide", "name_ru": "Широкая", "kind": "radial", "start_ru": "ул. А",
         "end_ru": "кольцо", "length_km": 2.0, "geometry_basis": "stretch"},
        [(1000, 1000), (-1000, 1000)],
    ),
    (
        {"id": "narrow", "name_ru": "Узкая", "kind": "radial", "geometry_basis": "street"},
        [(3000, 1000), (3900, 1000)],
    ),
    (
        {"id": "unplaced", "name_ru": "Дальняя", "kind": "radial", "geometry_basis": "none"},
        None,
    ),
    (
        {"id": "inner", "name_ru": "Внутренняя", "kind": "internal", "geometry_basis": "street"},
        [(2000, 1000), (2000, 2000)],
    ),
]  # fmt: skip


def enum(*values: str) -> str:
    return "enum; " + "; ".join(WORDS.format(value) for value in values)


def lines(properties: dict[str, object], course: Sequence[tuple[float, float]] | None) -> Any:
    where = None if course is None else [degrees(*xy) for xy in course]
    geometry = None if where is None else {"type": "LineString", "coordinates": where}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_ring(folder: Path, text: str = TOY_RING) -> Path:
    """Write the town with its ring road into a new folder and return it."""
    write_toytown(folder)
    named = {"id": ID, "name_ru": "str"}
    write_layer(
        folder, "ring", role="context", geometry="LineString",
        features=[lines({"id": "ring", "name_ru": "Кольцо"}, COURSE)], columns=named,
    )  # fmt: skip
    spots = {"one": (-1000, 1000), "two": (2000, 3000), "three": (5000, 1000)}
    confidence = dict(zip(spots, ("high", "low", "medium"), strict=True))
    write_layer(
        folder, "interchanges", role="context",
        features=[
            feature({"id": i, "name_ru": i, "confidence": confidence[i], "basis_ru": "рукой"}, xy)
            for i, xy in spots.items()
        ],
        columns={**named, "confidence": enum("high", "medium", "low"), "basis_ru": "str"},
    )  # fmt: skip
    gates = {"west": spots["one"], "east": spots["three"], "north": spots["two"]}
    write_layer(
        folder, "gates", role="context",
        features=[
            feature({"id": i, "name_ru": i}, xy)
            for i, xy in {**gates, "middle": (2000, 1000)}.items()
        ],
        columns=named,
    )  # fmt: skip
    write_layer(
        folder, "links", role="context", geometry="LineString",
        features=[
            lines({"id": "l1", "interchange": "one"}, [spots["one"], (0, 1000)]),
            lines({"id": "l3", "interchange": "three"}, [(4000, 1000), spots["three"]]),
        ],
        columns={"id": ID, "interchange": 'ref; layer = "interchanges"'},
    )  # fmt: skip
    write_layer(
        folder, "radials", role="context", geometry="LineString",
        features=[lines({"state": "planned", **told}, course) for told, course in RADIALS],
        columns={
            **named,
            "kind": enum("radial", "internal"),
            "start_ru": "str",
            "end_ru": "str",
            "length_km": "float",
            "state": enum("planned"),
            "geometry_basis": enum("stretch", "street", "none"),
        },
    )  # fmt: skip
    write_layer(
        folder, "facts", role="context", geometry="none",
        features=[],
        columns={"id": ID, "fact": "str", "value": "str", "source": "str", "confidence": "str"},
    )  # fmt: skip
    table = "id,fact,value,source,confidence\n" + "".join(
        f"{fact},{fact},{value},invented,high\n" for fact, value in FACTS
    )
    as_table(folder, "facts", table)
    (folder / "layers" / "ringroad").mkdir()
    speeds = "".join(
        SPEED.format(name=name, value=value, low=low, high=high)
        for name, (value, low, high) in SPEEDS.items()
    )
    (folder / "layers" / "ringroad" / "ring.toml").write_text(text + speeds + DETOUR, "utf-8")
    speeds_file = folder / "layers" / "travel" / "speeds.toml"
    speeds_file.write_text(speeds_file.read_text("utf-8") + DRIVE, "utf-8")
    return folder


def as_table(folder: Path, id_: str, text: str) -> None:
    """Make a layer a table of CSV."""
    layers = folder / "layers"
    data = (layers / f"{id_}.geojson").read_bytes()
    (layers / f"{id_}.geojson").unlink()
    (layers / f"{id_}.csv").write_text(text, encoding="utf-8")
    sidecar = layers / f"{id_}.toml"
    declared = sidecar.read_text("utf-8").replace(f"{id_}.geojson", f"{id_}.csv")
    digests = hashlib.sha256(data).hexdigest(), hashlib.sha256(text.encode()).hexdigest()
    sidecar.write_text(declared.replace(*digests), encoding="utf-8")
