"""The checks one by one: each finds its fault, and leaves alone what only looks like it."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from toytown import degrees, feature, write_layer

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue
from almaty_geo.doctor import Finding, check_layers
from almaty_geo.plan import Plan
from almaty_geo.words import same

GROUND = StudyArea(same("Toytown"), (8.9, 47.7, 9.2, 48.0), "EPSG:32632")
ID = "str; required = true; unique = true"
LOOSE_ID = "str"
Ring = list[tuple[float, float]]


def found(town: Path, layer: str, rule: str) -> list[Finding]:
    every = check_layers(Catalogue(town / "layers"), GROUND, only=layer)
    return [finding for finding in every if finding.rule == rule]


def facts(town: Path, layer: str, rule: str) -> list[tuple[str, str]]:
    return [(finding.severity, finding.sentence) for finding in found(town, layer, rule)]


def points(
    town: Path, *rows: dict[str, Any], columns: dict[str, str], layer: str = "schools", **more: Any
) -> None:
    """Write a layer of points, 200 m apart unless a row says where it is."""
    features = [
        feature({name: row.get(name) for name in columns}, row.get("at", (100 + 200 * i, 100)))
        for i, row in enumerate(rows)
    ]
    role = more.pop("role", "facility")
    write_layer(town, layer, role=role, features=features, columns=columns, **more)


def shapes(
    town: Path,
    *coordinates: Any,
    kind: str = "Polygon",
    layer: str = "districts",
    role: str = "area",
    columns: dict[str, str] | None = None,
    **values: list[Any],
) -> None:
    """Write a layer of lines or areas, given in metres."""

    def placed(part: Any) -> Any:
        return degrees(*part) if isinstance(part, tuple) else [placed(p) for p in part]

    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"id": f"{layer}-{i}", **{k: v[i] for k, v in values.items()}},
            "geometry": {
                "type": kind if isinstance(part, list) else f"Multi{kind}",
                "coordinates": placed(list(part)),
            },
        }
        for i, part in enumerate(coordinates)
    ]
    kinds = {"id": ID, **(columns or {})}
    write_layer(town, layer, role=role, features=features, columns=kinds, geometry=kind)


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


# Shapes.


def test_a_corner_written_twice_is_to_be_written_once(toytown: Path) -> None:
    ring = box(0, 0, 2000, 2000)
    shapes(toytown, [[ring[0], ring[1], ring[1], ring[1], *ring[2:]]], [box(2000, 0, 4000, 2000)])
    (finding,) = found(toytown, "districts", "corner-twice")
    assert finding.sentence == "districts-0: 2 corners are written twice in a row."
    assert finding.repair is not None
    assert len(json.loads(finding.repair.now)["geometry"]["coordinates"][0]) == 5


def test_an_outline_that_turns_back_on_itself_has_a_spike(toytown: Path) -> None:
    ring = [(0, 0), (2000, 0), (2000, 999), (2500, 1000), (2000, 1001), (2000, 2000), (0, 2000)]
    shapes(toytown, [[*ring, ring[0]]])
    (finding,) = found(toytown, "districts", "spike")
    lon, lat = degrees(2500, 1000)
    assert finding.sentence == f"districts-0: the outline has a spike at {lon:.6g}, {lat:.6g}."
    assert finding.repair is not None
    assert finding.repair.after.startswith("one of 4,000,")


def test_a_sharp_corner_is_no_spike(toytown: Path) -> None:
    ring = [(0, 0), (2000, 0), (2000, 980), (2500, 1000), (2000, 1020), (2000, 2000), (0, 2000)]
    shapes(toytown, [[*ring, ring[0]]])
    assert found(toytown, "districts", "spike") == []


def test_parts_and_holes_too_small_to_be_meant_are_to_go(toytown: Path) -> None:
    hole, speck = box(500, 500, 505, 505), box(3000, 0, 3004, 4)
    shapes(toytown, ([box(0, 0, 1000, 1000), hole], [speck]))
    (part,) = found(toytown, "districts", "tiny-part")
    (gap,) = found(toytown, "districts", "tiny-hole")
    assert part.sentence == "districts-0: 1 part is smaller than 100 m²."
    assert gap.sentence == "districts-0: 1 hole is smaller than 100 m²."
    assert part.repair is not None
    assert json.loads(part.repair.now)["geometry"]["type"] == "Polygon"


def test_an_area_that_is_another_than_stated_is_noted(toytown: Path) -> None:
    shapes(
        toytown,
        [box(0, 0, 1000, 1000)],
        [box(1000, 0, 2000, 1000)],
        columns={"size": 'float; unit = "ha"'},
        size=[101.0, 125.0],
    )
    assert facts(toytown, "districts", "stated-area") == [
        ("note", "districts-1: the outline holds 100.00 ha, size says 125.00."),
    ]


# Lines.


def test_a_line_without_length_and_one_there_twice_are_found(toytown: Path) -> None:
    line = [(0.0, 0.0), (500.0, 0.0)]
    shapes(
        toytown,
        line,
        line[::-1],
        [(0.0, 0.0), (0.2, 0.0)],
        kind="LineString",
        layer="streets",
        role="network",
    )
    assert facts(toytown, "streets", "same-line") == [
        ("warning", "streets-0 and streets-1 run the same course."),
    ]
    assert [f.feature for f in found(toytown, "streets", "no-length")] == ["streets-2"]


def test_the_pieces_of_a_network_are_counted(toytown: Path) -> None:
    shapes(
        toytown,
        [(0.0, 0.0), (500.0, 0.0)],
        [(250.0, 0.0), (250.0, 500.0)],  # meets the first in its middle
        [(0.0, 300.0), (500.0, 300.0)],  # crosses the second
        [(900.0, 0.0), (900.0, 500.0)],
        kind="LineString",
        layer="streets",
        role="network",
    )
    assert facts(toytown, "streets", "pieces") == [
        (
            "note",
            "the lines fall into 2 pieces; the largest holds 3 of 4, apart are streets-3.",
        ),
    ]
    shapes(
        toytown, [(0.0, 0.0), (500.0, 0.0)], [(0.0, 9.0), (500.0, 9.0)], kind="LineString",
        layer="streets", role="context",
    )  # fmt: skip
    assert found(toytown, "streets", "pieces") == []


def test_ends_just_short_of_a_line_or_just_beyond_it_are_counted(toytown: Path) -> None:
    shapes(
        toytown,
        [(0.0, 0.0), (1000.0, 0.0)],
        [(200.0, 5.0), (200.0, 500.0)],
        [(400.0, -5.0), (400.0, 500.0)],
        [(600.0, 0.0), (600.0, 500.0)],
        [(800.0, 20.0), (800.0, 500.0)],
        kind="LineString",
        layer="streets",
        role="network",
    )
    assert facts(toytown, "streets", "short-end") == [
        ("note", "1 end stops less than 10 m short of another line: streets-1."),
    ]
    assert facts(toytown, "streets", "overshoot") == [
        ("note", "1 end reaches less than 10 m beyond another line: streets-2."),
    ]


def test_places_far_from_every_line_of_a_network_are_counted(toytown: Path) -> None:
    shapes(
        toytown, [(0.0, -2420.0), (4000.0, -2420.0)], kind="LineString", layer="streets",
        role="network",
    )  # fmt: skip
    points(toytown, {"id": "a", "at": (500, 100)}, {"id": "b", "at": (500, 0)}, columns={"id": ID})
    assert facts(toytown, "schools", "far-from-lines") == [
        ("note", "1 of 2 rows lies 2.5 km from the nearest line of streets: a."),
    ]


# Places.


def test_places_on_a_border_that_state_no_area_are_counted(toytown: Path) -> None:
    points(toytown, {"id": "a", "at": (2000, 500)}, {"id": "b"}, columns={"id": ID})
    (finding,) = found(toytown, "schools", "on-border")
    assert finding.sentence.startswith("1 of 2 rows on a border count in the area whose id comes")


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("ул. Мира 5, Заречный район", True),
        ("в Заречном районе, ул. Мира", True),
        ("Заречный район", True),
        ("ул. Заречная 5", False),
        ("Нагорный район", False),
        ("район Заречный", False),
    ],
)
def test_an_address_that_names_another_area_is_found(text: str, away: bool, toytown: Path) -> None:  # noqa: FBT001 - a case of the table
    shapes(
        toytown,
        [box(0, 0, 2000, 2000)],
        [box(2000, 0, 4000, 2000)],
        columns={"name_ru": "str"},
        name_ru=["Нагорный район", "Заречный район"],
    )
    columns = {"id": ID, "address": "str"}
    points(toytown, {"id": "a", "address": text, "at": (1500, 500)}, columns=columns)
    expected = [("warning", "a: its address names districts-1, 500 m away.")] if away else []
    assert facts(toytown, "schools", "address") == expected


def test_places_set_by_hand_that_do_not_say_how_well_are_counted(toytown: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": "a", "precision_m": 500}, {"id": "b"}]
    points(toytown, *rows, columns={"id": ID, "precision_m": "int"})
    sidecar = toytown / "layers" / "schools.toml"
    text = sidecar.read_text(encoding="utf-8").replace('"register"', '"hand_placed"')
    assert found(toytown, "schools", "precision-missing") == []
    sidecar.write_text(text, encoding="utf-8")
    (finding,) = found(toytown, "schools", "precision-missing")
    assert finding.sentence.endswith("do not say how precise it is: b.")


def test_things_of_one_name_near_each_other_are_counted(toytown: Path) -> None:
    points(
        toytown,
        {"id": "a", "name_ru": "Школа «Мир»", "at": (100, 100)},
        {"id": "b", "name_ru": 'школа "МИР"', "at": (160, 100)},
        {"id": "c", "name_ru": "Школа «Мир»", "at": (500, 100)},
        columns={"id": ID, "name_ru": "str"},
    )
    assert facts(toytown, "schools", "namesakes") == [
        ("note", "1 pair of one name stands less than 100 m apart: at a."),
    ]


def test_rows_that_differ_in_their_id_only_are_found(toytown: Path) -> None:
    row = {"name_ru": "Школа", "seats": 5, "at": (100, 100)}
    points(
        toytown,
        {"id": "a", **row},
        {"id": "b", **row},
        {"id": "c", **row, "seats": 6},
        columns={"id": ID, "name_ru": "str", "seats": "int"},
    )
    assert facts(toytown, "schools", "same-row") == [
        ("warning", "a and b are the same in every column but the id."),
    ]


# Names.


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("Шкoла", "Школа"),
        ("Сенiм", "Сенім"),
        ("Вambino", "Bambino"),
        ("АВС-клуб TOY", "АВС-клуб TOY"),
        ("Лицей №5 имени Aлии", "Лицей №5 имени Алии"),
        ("Ғылым", "Ғылым"),
        ("5а School", "5а School"),
    ],
)
def test_letters_that_only_look_right_are_to_be_replaced(
    name: str, tidy: str, toytown: Path
) -> None:
    points(toytown, {"id": "a", "name_ru": name}, columns={"id": ID, "name_ru": "str"})
    finds = found(toytown, "schools", "look-alikes")
    if tidy == name:
        assert finds == []
    else:
        (finding,) = finds
        assert finding.repair is not None
        assert json.loads(finding.repair.now) == {"name_ru": tidy}


def test_a_word_of_two_alphabets_that_fits_neither_is_noted(toytown: Path) -> None:
    points(toytown, {"id": "a", "name_ru": "БалаLand"}, columns={"id": ID, "name_ru": "str"})
    assert facts(toytown, "schools", "mixed-word") == [
        ("note", "a: name_ru mixes two alphabets in ‹БалаLand›."),
    ]
    assert found(toytown, "schools", "look-alikes") == []


def test_a_column_that_mixes_languages_is_noted_by_kind(toytown: Path) -> None:
    names = ("Школа", "Мектеп «Үміт»", "School", "Школа ђ", "№ 5")
    columns = {"id": ID, "name_ru": "str", "name_en": "str"}
    points(
        toytown,
        *({"id": f"s{i}", "name_ru": name, "name_en": "School"} for i, name in enumerate(names)),
        columns=columns,
    )
    assert facts(toytown, "schools", "language") == [
        ("note", "name_ru has Kazakh letters in 1 of 5 rows: s1."),
        ("note", "name_ru is in Latin letters in 1 of 5 rows: s2."),
        ("note", "name_ru has letters that are neither Russian nor Kazakh in 1 of 5 rows: s3."),
    ]


def test_names_that_some_rows_lack_are_counted(toytown: Path) -> None:
    columns = {"id": ID, "name_ru": "str", "name_en": "str"}
    points(toytown, {"id": "a", "name_ru": "А"}, {"id": "b"}, {"id": "c"}, columns=columns)
    assert facts(toytown, "schools", "name-missing") == [
        ("note", "name_ru is empty in 2 of 3 rows: b and c."),
    ]


@pytest.mark.parametrize("other", ["S-1", "s-1 ", "s-1\u00a0", "ｓ-1"])
def test_ids_that_can_be_taken_for_each_other_are_found(other: str, toytown: Path) -> None:
    points(toytown, {"id": "s-1"}, {"id": other}, {"id": "s-2"}, columns={"id": LOOSE_ID})
    (finding,) = found(toytown, "schools", "id-alike")
    assert finding.sentence.endswith("can be taken for each other.")


def test_a_cyrillic_id_that_looks_like_a_latin_one_is_found(toytown: Path) -> None:
    points(toytown, {"id": "c1"}, {"id": "с1"}, {"id": " "}, columns={"id": LOOSE_ID})
    assert len(found(toytown, "schools", "id-alike")) == 1
    assert facts(toytown, "schools", "id-blank") == [
        ("warning", "row 2 has no id: nothing can refer to it."),
    ]


# Numbers.


def test_a_number_ten_times_too_large_is_noted(toytown: Path) -> None:
    seats = [800, 900, 1000, 700, 850, 950, 650, 750, 1100, 1200, 600, 9000]
    rows = [{"id": f"s{i}", "seats": n} for i, n in enumerate(seats)]
    points(toytown, *rows, columns={"id": ID, "seats": "int"})
    assert facts(toytown, "schools", "outlier") == [
        ("note", "seats is 875 in the middle, and far from it at s11 (9,000)."),
    ]


def test_numbers_that_are_only_unlike_in_size_are_left_alone(toytown: Path) -> None:
    rows = [{"id": f"s{i}", "seats": round(20 * 1.5**i)} for i in range(14)]
    points(toytown, *rows, columns={"id": ID, "seats": "int"})
    assert found(toytown, "schools", "outlier") == []


def test_the_largest_number_is_doubted_if_it_is_one_digit_repeated(toytown: Path) -> None:
    columns = {"id": ID, "beds": "int"}
    points(toytown, {"id": "a", "beds": 70}, {"id": "b", "beds": 777}, columns=columns)
    assert facts(toytown, "schools", "placeholder") == [
        ("note", "b: beds is 777, the largest of all and one digit repeated: is it known?"),
    ]
    points(toytown, {"id": "a", "beds": 800}, {"id": "b", "beds": 777}, columns=columns)
    assert found(toytown, "schools", "placeholder") == []


# What should agree.


def test_what_ends_before_it_begins_is_found(toytown: Path) -> None:
    columns = {"id": ID, "works_from": "date", "works_to": "date", "opens": "int", "closes": "int"}
    points(
        toytown,
        {"id": "a", "works_from": "2024-05-01", "works_to": "2024-04-30"},
        {"id": "b", "works_from": "2024-05-01", "works_to": "2024-05-01"},
        {"id": "c", "opens": 2030, "closes": 2026},
        {"id": "d", "opens": 2030},
        columns=columns,
    )
    assert facts(toytown, "schools", "order") == [
        (
            "warning",
            "a: works_from is 2024-05-01, works_to is 2024-04-30, which is earlier.",
        ),
        ("warning", "c: opens is 2030, closes is 2026, which is earlier."),
    ]


def test_replacements_add_up(toytown: Path) -> None:
    columns = {
        "id": ID,
        "seats": "int",
        "replaces": 'ref; layer = "schools"',
        "replaced_seats": "int",
        "net_seats": "int",
    }
    points(
        toytown,
        {"id": "a", "seats": 90, "replaces": "A", "replaced_seats": 60, "net_seats": 30},
        {"id": "b", "seats": 90, "replaces": "B", "replaced_seats": 50, "net_seats": 40},
        {"id": "c", "seats": 90, "replaced_seats": 5, "net_seats": 85},
        {"id": "d", "seats": 90, "replaces": "A", "replaced_seats": 60, "net_seats": 31},
        columns=columns,
        layer="schools_planned",
        extra='theme = "schools"\ncapacity = "seats"\n',
    )
    assert facts(toytown, "schools_planned", "replaced") == [
        ("warning", "b: replaced_seats is 50, B has 40."),
        ("warning", "c: replaced_seats is 5, it replaces nothing."),
    ]
    assert facts(toytown, "schools_planned", "net") == [
        ("warning", "d: net_seats is 31, 90 less 60 is not."),
    ]
    assert facts(toytown, "schools_planned", "replaced-twice") == [
        ("warning", "A is replaced by a and d."),
    ]


def test_people_of_points_and_of_areas_are_compared(toytown: Path) -> None:
    path = toytown / "layers" / "districts.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    for row, number in zip(data["features"], (180, 21), strict=True):
        row["properties"]["people"] = number
    write_layer(
        toytown,
        "districts",
        role="area",
        features=data["features"],
        columns={"id": ID, "name_ru": "str", "people": "int"},
        geometry="Polygon",
    )
    assert facts(toytown, "residents", "people-sum") == [
        ("warning", "20 people in east; districts says 21."),
    ]


def test_a_sum_that_is_not_the_published_total_is_noted(toytown: Path) -> None:
    columns = {"id": ID, "capacity_m3_day": 'int; unit = "m3/day"'}
    rows: list[dict[str, Any]] = [
        {"id": "a", "capacity_m3_day": 500},
        {"id": "b", "capacity_m3_day": 300},
        {"id": "c"},
    ]
    points(toytown, *rows, columns=columns, layer="works")
    table(toytown, "water_capacity,2026,1000,m3_day\nwater_use,2026,9,m3_day\ncapacity,2026,9,t\n")
    assert facts(toytown, "works", "published-sum") == [
        (
            "note",
            (
                "capacity_m3_day of 2 of 3 rows sums to 800 m3/day; figures says 1,000 "
                "(water_capacity-2026)."
            ),
        ),
    ]
    table(toytown, "water_capacity,2026,801,m3_day\n")
    assert found(toytown, "works", "published-sum") == []


def table(town: Path, lines: str) -> None:
    """Write a table of series: series, date, value, unit."""
    rows = [line.split(",") for line in lines.splitlines()]
    text = "id,series,date,value,unit\n" + "".join(
        f"{series}-{day},{series},{day},{value},{unit}\n" for series, day, value, unit in rows
    )
    write_layer(town, "figures", role="context", features=[], columns={"id": ID}, geometry="none")
    layers = town / "layers"
    (layers / "figures.geojson").unlink()
    (layers / "figures.csv").write_text(text, encoding="utf-8", newline="")
    sidecar = (layers / "figures.toml").read_text(encoding="utf-8").split("[columns.id]")[0]
    sidecar = sidecar.replace("figures.geojson", "figures.csv")
    old = sidecar.split('sha256 = "')[1].split('"')[0]
    sidecar = sidecar.replace(old, hashlib.sha256(text.encode()).hexdigest())
    for name in ("id", "series", "date", "unit"):
        sidecar += f'\n[columns.{name}]\nkind = "str"\n'
    sidecar += '\n[columns.value]\nkind = "float"\n'
    (layers / "figures.toml").write_text(sidecar, encoding="utf-8")


def test_words_that_name_rows_of_another_layer_but_for_some_are_noted(toytown: Path) -> None:
    shapes(
        toytown,
        *([(0.0, 100.0 * i), (500.0, 100.0 * i)] for i in range(3)),
        kind="LineString",
        layer="rivers",
        role="context",
        columns={"name_en": "str"},
        name_en=["Big Brook", "Small Brook", "Other"],
    )
    values = "; ".join(
        f'values.{v} = {{ kk = "k", ru = "r", en = "{word}" }}'
        for v, word in {"b": "Big Brook river", "s": "Small Brook", "l": "Lost river"}.items()
    )
    rows = [{"id": v, "water": v} for v in "bsl"]
    points(toytown, *rows, columns={"id": ID, "water": f"enum; {values}"})
    assert facts(toytown, "schools", "named-nowhere") == [
        ("note", "water names 2 rows of rivers; not there are Lost river."),
    ]


# The plan that ships.


@pytest.mark.parametrize(
    ("layer", "rule", "sentence"),
    [
        ("main_streets", "pieces", "the lines fall into 32 pieces;"),
        (
            "ring_road_interchanges",
            "far-from-lines",
            (
                "4 of 7 rows lie 2.8 to 9.6 km from the nearest line of main_streets: "
                "interchange-1, interchange-4, interchange-5 and interchange-7."
            ),
        ),
        ("hospitals", "placeholder", "hospital-11: beds is 777, the largest of all"),
        ("hospitals", "language", "name_ru has Kazakh letters in 2 of 24 rows"),
        (
            "intakes",
            "published-sum",
            "capacity_m3_day of 6 of 11 rows sums to 975,600 m3/day; city_series says 1,300,000",
        ),
        (
            "intakes",
            "named-nowhere",
            "source_water names 2 rows of rivers; not there are Kargaly river, Aksai river,",
        ),
    ],
)
def test_the_known_faults_of_the_plan_are_found(
    layer: str, rule: str, sentence: str, almaty: Plan
) -> None:
    every = check_layers(almaty.layers, almaty.area, only=layer)
    (finding,) = (f for f in every if f.rule == rule)
    assert finding.sentence.startswith(sentence)
    assert finding.severity == "note"


def test_what_should_agree_in_the_plan_agrees(almaty: Plan) -> None:
    rules = {f.rule for f in check_layers(almaty.layers, almaty.area)}
    assert not rules & {"people-sum", "replaced", "net", "replaced-twice", "order", "id-alike"}
    assert not rules & {"stated-area", "spike", "corner-twice", "tiny-part", "tiny-hole", "overlap"}


def test_the_whole_plan_is_checked_in_a_moment(almaty: Plan) -> None:
    check_layers(almaty.layers, almaty.area, only="districts")  # what is read once is read
    start = time.process_time()
    check_layers(almaty.layers, almaty.area)
    assert time.process_time() - start < 3
