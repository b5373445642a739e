"""
Write the data files of the bundled layers from a folder of facts.

    python scripts/build_layers.py FACTS_DIR [--out .]

Facts are small tables; layers are the project's own, in the schema that their sidecars declare.
Sidecars are written by hand and kept: only their `sha256` is refreshed. What the facts get wrong
stays wrong here, for the layer checks to find; only form changes: whole numbers lose their ".0",
dates become ISO dates, blanks around texts go, and an empty cell becomes null. The same facts give
the same bytes.
"""

import argparse
import csv
import hashlib
import io
import json
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely
import tomlkit
from shapely.affinity import scale
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import clip_by_rect

from almaty_geo.specs import NOT_STATED, LayerSpec, read_spec
from almaty_geo.words import LANGUAGES

TEXTS = Path(__file__).parent / "layers_from_facts" / "texts.toml"
ACCESSED = "2026-11-22"  # the day all sources were looked up

# Rivers are drawn no further north: the area of interest ends 15 km beyond the districts.
RIVERS_NORTH_DEG = 43.538

# An interchange that no main street comes nearer to is linked to the nearest one.
LINK_M = 500
M_PER_DEGREE = 111_320

Record = Mapping[str, str]
Row = tuple[Record, BaseGeometry | None]


@dataclass(frozen=True)
class Drawn:
    """Which lines of the main streets stand for a radial street, cut west and east in degrees."""

    names: tuple[str, ...]
    """Names the street bears in the main streets."""

    basis: str = "street_only"
    """What the lines are of the stretch that the facts speak of."""

    west_deg: float = -180
    east_deg: float = 180


# Matched by name and checked on the map. Тлендиева and Жубанова are not among the main streets;
# Северное кольцо is another street than Северное полукольцо. Abay avenue is cut where Momyshuly
# street crosses it, Raiymbek avenue where its eastern end begins.
DRAWN = {
    "abay": Drawn(("пр. Абая",), "part_of_stretch", east_deg=76.83938),
    "ryskulov": Drawn(("пр. Рыскулова",)),
    "akyn-sara": Drawn(("ул. Монке би", "ул. Монке би (мкр.Алгабас)")),
    "sain": Drawn(("ул. Саина", "пр. Саина")),
    "tole-bi": Drawn(("ул. Толе Би",)),
    "raiymbek-east": Drawn(("пр. Райымбека",), west_deg=76.9508),
    "khmelnitsky": Drawn(("ул. Хмельницкого",)),
}


@dataclass(frozen=True)
class Facts:
    """A folder of facts, and what the layers make of the words in it."""

    folder: Path
    """Where the tables lie."""

    def table(self, name: str) -> list[dict[str, str]]:
        """Return a table's records, blanks around values dropped."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [{k: v.strip() for k, v in record.items()} for record in csv.DictReader(file)]

    @cached_property
    def texts(self) -> dict[str, Any]:
        """Codes, remarks and units by the words of the facts."""
        return tomllib.loads(TEXTS.read_text(encoding="utf-8"))

    def code(self, kind: str, raw: str) -> Record:
        """Return the columns that a fixed word of the facts stands for."""
        return dict(self.texts[kind][raw])

    def said(self, prefix: str, raw: str) -> Record:
        """Return a remark as one column for each language; KeyError if it has no translation."""
        return columns(prefix, self.texts["text"][raw] if raw else {})

    def unit(self, raw: str) -> Record:
        """Return a unit, and what else the facts put beside it as a note."""
        known = self.texts["unit"].get(raw, {"unit": raw})
        return {"unit": known["unit"], **columns("note", known)}


def columns(prefix: str, text: Record) -> Record:
    """Return a text as one column for each language."""
    return {f"{prefix}_{language}": text.get(language, "") for language in LANGUAGES}


def course(record: Record) -> shapely.LineString:
    """Return the line of a course such as "76.9,43.2 77.0,43.3"."""
    return shapely.LineString([[*map(float, xy.split(","))] for xy in record["course"].split()])


def place(record: Record) -> BaseGeometry | None:
    """Return the point or the line of a record; None where it has none."""
    if "course" in record:
        return course(record)
    if record.get("lon"):
        return shapely.Point(float(record["lon"]), float(record["lat"]))
    return None


def plain(table: str, **renamed: str) -> Callable[[Facts], Iterator[Row]]:
    """Return the builder of a layer that takes a table as it is, some columns under new names."""

    def build(facts: Facts) -> Iterator[Row]:
        for record in facts.table(table):
            yield {**record, **{new: record[old] for new, old in renamed.items()}}, place(record)

    return build


def districts(facts: Facts) -> Iterator[Row]:
    """Outlines with residents; outer rings run counter-clockwise."""
    raw = json.loads((facts.folder / "district_boundaries.geojson").read_text(encoding="utf-8"))
    outlines = {f["properties"]["slug"]: shape(f["geometry"]) for f in raw["features"]}
    for record in facts.table("districts"):
        own = {
            "id": record["slug"],
            "people": record["population_2026_03"],
            "people_2023": record["population_2023_page"],
        }
        yield {**record, **own}, shapely.orient_polygons(outlines[record["slug"]])


def schools_state(facts: Facts) -> Iterator[Row]:
    """State schools of the register."""
    for record in facts.table("schools_state"):
        taught = facts.code("language", record["language_ru"]) if record["language_ru"] else {}
        own = {"number": record["number"].removesuffix(".0"), "language": "", **taught}
        yield {**record, **own}, place(record)


def schools_planned(facts: Facts) -> Iterator[Row]:
    """Sites of new schools; the press reports them in work, and none of them open by name."""
    for record in facts.table("schools_planned"):
        own = {
            "name_ru": record["site_ru"],
            "state": "under_construction",
            "opens": record["year"],
            "programme": record["programme"].lower().replace(" ", "_"),
        }
        yield {**record, **own, **facts.said("note", record["note"])}, place(record)


def kindergartens(facts: Facts) -> Iterator[Row]:
    """Kindergartens, state and private."""
    for record in facts.table("kindergartens"):
        yield {**record, **facts.code("private", record["private"])}, place(record)


def park_works(facts: Facts) -> Iterator[Row]:
    """Parks and squares under works; an area of 0.0 ha is one that is not stated."""
    for record in facts.table("park_works"):
        own = {**facts.code("works", record["kind_ru"]), **facts.code("works", record["status_ru"])}
        days = {k: "-".join(reversed(record[k].split("."))) for k in ("works_from", "works_to")}
        area_ha = "" if record["area_ha"] == "0.0" else record["area_ha"]
        yield {**record, **own, **days, "area_ha": area_ha}, place(record)


def intakes(facts: Facts) -> Iterator[Row]:
    """Water intakes and works; most have no place."""
    for record in facts.table("intakes"):
        opens = record["opens"]
        own = {
            "kind": record["kind"].replace(" ", "_"),
            "source_water": record["source_water"].lower().replace(" ", "_"),
            "state": record["status"],
            "opens": opens[:4],
            "opened": opens if opens.count("-") == 2 else "",  # noqa: PLR2004 - a full date
            **facts.code("precision", record["location_precision"]),
        }
        yield {**record, **own, **facts.said("note", record["note"])}, place(record)


def ring_road(facts: Facts) -> Iterator[Row]:
    """Return the course of the ring road as one line."""
    word = {record["key"]: record for record in facts.table("glossary")}["ring_road"]
    xy = [[float(m["lon"]), float(m["lat"])] for m in facts.table("ring_road_alignment")]
    yield {"id": "bakad", **columns("name", word)}, shapely.LineString(xy)


def ring_road_marks(facts: Facts) -> Iterator[Row]:
    """Return the bends of the ring road with their kilometres."""
    for position, record in enumerate(facts.table("ring_road_alignment"), start=1):
        yield {**record, "id": f"mark-{position:02}"}, place(record)


def ring_road_interchanges(facts: Facts) -> Iterator[Row]:
    """Interchanges; how sure each place is, and how it came about."""
    for record in facts.table("ring_road_interchanges"):
        confidence, basis = record["location_confidence"].split(": ")
        own = {"id": f"interchange-{record['no']}", **facts.code("interchange", confidence)}
        texts = {**facts.said("exit", record["exit_to"]), **facts.said("basis", basis)}
        yield {**record, **own, **texts}, place(record)


def ring_road_gates(facts: Facts) -> Iterator[Row]:
    """Where through traffic enters, and the centre."""
    for record in facts.table("ring_road_gates"):
        names = facts.said("name", record["name_en"])
        yield {**record, **names, **facts.code("gate", record["how_placed"])}, place(record)


def ring_road_links(facts: Facts) -> Iterator[Row]:
    """Straight lines from interchanges that no main street comes near, to the nearest one."""
    streets = shapely.union_all([course(s) for s in facts.table("main_streets")])
    for record in facts.table("ring_road_interchanges"):
        here = shapely.Point(float(record["lon"]), float(record["lat"]))
        narrow = math.cos(math.radians(here.y))  # a degree of longitude over one of latitude
        squeezed = scale(streets, narrow, 1, origin=(0, 0)), scale(here, narrow, 1, origin=(0, 0))
        link = shapely.shortest_line(squeezed[1], squeezed[0])
        if shapely.length(link) * M_PER_DEGREE > LINK_M:
            own = {"id": f"link-{record['no']}", "interchange": f"interchange-{record['no']}"}
            drawn = shapely.get_coordinates(scale(link, 1 / narrow, 1, origin=(0, 0))).round(5)
            yield {**own, "basis": "assumed"}, shapely.LineString(drawn)


def ring_road_facts(facts: Facts) -> Iterator[Row]:
    """Figures about the ring road."""
    for record in facts.table("ring_road"):
        yield {**record, "id": record["fact"], **facts.unit(record["unit"])}, None


def radial_streets(facts: Facts) -> Iterator[Row]:
    """Radial streets and candidates for internal ones, drawn where the main streets have them."""
    streets = [(s["name_ru"], course(s)) for s in facts.table("main_streets")]
    for record in facts.table("radial_streets"):
        drawn = DRAWN.get(record["id"])
        radial = record["kind"] == "radial"
        own = {
            "kind": "radial" if radial else "internal_candidate",
            "state": record["status"],
            "geometry_basis": drawn.basis if drawn else "no_line",
            "confidence": record["confidence"] if radial else "assumption",
        }
        texts = {
            **facts.said("start", record["from"]),
            **facts.said("end", record["to"]),
            **facts.said("note", "" if radial else record["confidence"]),
        }
        yield {**record, **own, **texts}, lines_of(drawn, streets) if drawn else None


def lines_of(drawn: Drawn, streets: Sequence[tuple[str, shapely.LineString]]) -> BaseGeometry:
    """Return the lines that stand for a radial street, as one geometry."""
    lines = [line for name, line in streets if name in drawn.names]
    cut = [clip_by_rect(line, drawn.west_deg, -90, drawn.east_deg, 90) for line in lines]
    found = [shapely.transform(line, lambda xy: xy.round(5)) for line in cut if line.length > 0]
    parts = [shapely.get_coordinates(line) for line in found]
    return shapely.MultiLineString(parts) if len(parts) > 1 else shapely.LineString(parts[0])


def rivers(facts: Facts) -> Iterator[Row]:
    """Rivers and canals, cut where the area of interest ends."""
    for record in facts.table("rivers"):
        yield record, clip_by_rect(course(record), -180, -90, 180, RIVERS_NORTH_DEG)


def microdistricts(facts: Facts) -> Iterator[Row]:
    """Named places that reports speak of."""
    for record in facts.table("microdistricts"):
        own = facts.code("microdistrict", record["how_placed"])
        yield {**record, **own, **facts.said("water", record["water_note"])}, place(record)


def city_series(facts: Facts) -> Iterator[Row]:
    """Figures of the city by date; rows that conflict are all kept."""
    for record in facts.table("city_series"):
        own = {"id": f"{record['series']}-{record['date']}"}
        yield {**record, **own, **facts.unit(record["unit"])}, None


def sources(facts: Facts) -> Iterator[Row]:
    """Who published what, where; nothing that is not stated is filled in."""
    for record in facts.table("sources"):
        stated = {key: value or NOT_STATED for key, value in record.items()}
        named = dict.fromkeys(LANGUAGES, record["publisher"])
        told = facts.texts["publisher"].get(record["publisher"], named)
        yield {**stated, **columns("publisher", told), "accessed": ACCESSED}, None


LAYERS: Mapping[str, Callable[[Facts], Iterator[Row]]] = {
    "bus_stops": plain("bus_stops", name_ru="name"),
    "city_series": city_series,
    "districts": districts,
    "hospitals": plain("hospitals"),
    "intakes": intakes,
    "kindergartens": kindergartens,
    "main_streets": plain("main_streets"),
    "metro_stations": plain("metro_stations", confidence="location_confidence"),
    "microdistricts": microdistricts,
    "park_works": park_works,
    "radial_streets": radial_streets,
    "residents": plain("residents_blocks", people="people_2026"),
    "ring_road": ring_road,
    "ring_road_facts": ring_road_facts,
    "ring_road_gates": ring_road_gates,
    "ring_road_interchanges": ring_road_interchanges,
    "ring_road_links": ring_road_links,
    "ring_road_marks": ring_road_marks,
    "rivers": rivers,
    "schools_planned": schools_planned,
    "schools_private": plain("schools_private"),
    "schools_state": schools_state,
    "sources": sources,
}


def cell(raw: str, kind: str) -> str | int | float | None:
    """Return a value of the kind its column declares; None where there is none."""
    if not raw:
        return None
    if kind == "int":
        return int(raw.removesuffix(".0"))
    if kind == "float":
        value = float(raw)
        return int(value) if value.is_integer() else value
    return raw


def cells(record: Record, spec: LayerSpec) -> dict[str, str | int | float | None]:
    """Return the columns that a sidecar declares, in its order."""
    return {name: cell(record[name], column.kind) for name, column in spec.columns.items()}


def geojson(rows: Sequence[Row], spec: LayerSpec) -> str:
    """Return a feature collection, one feature a line so that differences read well."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": cells(record, spec),
                "geometry": None if geometry is None else mapping(geometry),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for record, geometry in rows
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def table(rows: Sequence[Row], spec: LayerSpec) -> str:
    """Return a CSV table with a header; an empty cell is null."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(spec.columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells(record, spec) for record, _ in rows)
    return text.getvalue()


def write(name: str, facts: Facts, folder: Path) -> None:
    """Write a layer's data file and refresh the digest in its sidecar."""
    sidecar = folder / f"{name}.toml"
    spec = read_spec(sidecar, LayerSpec, id=name)
    rows = list(LAYERS[name](facts))
    data = (table if spec.geometry == "none" else geojson)(rows, spec).encode()
    (folder / spec.file).write_bytes(data)
    document = tomlkit.parse(sidecar.read_text(encoding="utf-8"))
    document["sha256"] = hashlib.sha256(data).hexdigest()
    sidecar.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
    print(f"{spec.file}: {len(rows)} rows, {len(data):,} bytes")


def main() -> None:
    """Write every layer."""
    parser = argparse.ArgumentParser(description="Write the bundled layers from a folder of facts.")
    parser.add_argument("facts", type=Path, metavar="FACTS_DIR", help="folder of tables")
    parser.add_argument("--out", type=Path, default=Path(), help="plan whose layers are written")
    asked = parser.parse_args()
    for name in LAYERS:
        write(name, Facts(asked.facts), asked.out / "layers")


if __name__ == "__main__":
    main()
