"""What ships: every layer and every declared file of the plan of Almaty keeps its promises."""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from almaty_geo.plan import Plan
from almaty_geo.specs import NOT_STATED, LayerSpec, read_spec
from almaty_geo.words import LANGUAGES

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "layers"
SIDECARS = sorted(LAYERS.glob("*.toml"))
DECLARED = [ROOT / "plan.toml", *sorted(LAYERS.rglob("*.toml"))]
NAMES = [path.stem for path in SIDECARS]
KAZAKH_ONLY = set("әғқңөұүһі")

ROWS = {
    "bus_stops": (1991, 0),
    "calibration": (36, 0),
    "city_series": (24, 0),
    "directness": (3610, 0),
    "districts": (8, 0),
    "hospitals": (24, 0),
    "intakes": (11, 8),
    "kindergartens": (924, 0),
    "main_streets": (282, 0),
    "metro_stations": (11, 0),
    "microdistricts": (9, 0),
    "park_works": (57, 0),
    "radial_streets": (10, 3),
    "residents": (3610, 0),
    "ring_road": (1, 0),
    "ring_road_facts": (9, 0),
    "ring_road_gates": (7, 0),
    "ring_road_interchanges": (7, 0),
    "ring_road_links": (5, 0),
    "ring_road_marks": (71, 0),
    "rivers": (29, 0),
    "schools_planned": (23, 0),
    "schools_private": (152, 0),
    "schools_state": (217, 0),
    "sources": (40, 0),
}

PEOPLE = {
    "alatau": 402_867,
    "almaly": 273_422,
    "auezov": 360_568,
    "bostandyk": 349_503,
    "medeu": 255_147,
    "nauryzbay": 242_444,
    "turksib": 272_273,
    "zhetysu": 198_512,
}


def sidecar(name: str) -> LayerSpec:
    return read_spec(LAYERS / f"{name}.toml", LayerSpec, id=name)


def texts(value: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield everything said in three languages in a declared file, with its place."""
    if isinstance(value, dict):
        if set(value) & set(LANGUAGES):
            yield where, value
        else:
            for key, inner in value.items():
                yield from texts(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from texts(inner, f"{where}.{position}")


def said() -> list[tuple[str, dict[str, str]]]:
    return [
        found
        for path in DECLARED
        for found in texts(tomllib.loads(path.read_text(encoding="utf-8")), path.stem)
    ]


# What lies in the folder


def test_every_data_file_has_a_sidecar_and_every_sidecar_a_data_file() -> None:
    data = {path.name for path in LAYERS.iterdir() if path.is_file() and path.suffix != ".toml"}
    assert {sidecar(name).file for name in NAMES} == data


def test_the_layers_are_those_counted_here() -> None:
    assert set(NAMES) == set(ROWS)


@pytest.mark.parametrize("name", NAMES)
def test_the_digest_in_the_sidecar_is_that_of_the_data(name: str) -> None:
    spec = sidecar(name)
    assert hashlib.sha256((LAYERS / spec.file).read_bytes()).hexdigest() == spec.sha256


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_layer_keeps_its_promises(name: str, almaty: Plan) -> None:
    assert almaty.layers.faults(name) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_layer_has_all_its_rows_and_counts_those_without_a_place(
    name: str, almaty: Plan
) -> None:
    layer = almaty.layers[name]
    assert (len(layer), layer.unlocated) == ROWS[name]


@pytest.mark.parametrize("name", [n for n in NAMES if sidecar(n).geometry != "none"])
def test_a_feature_stands_on_a_line_of_its_own_with_few_decimals(name: str) -> None:
    text = (LAYERS / sidecar(name).file).read_text(encoding="utf-8")
    first, *features, last = text.splitlines()
    assert first.startswith('{"type":"FeatureCollection",')
    assert first.endswith('"features":[')
    assert last == "]}"
    assert text.endswith("\n")
    assert all(json.loads(line.removesuffix(","))["type"] == "Feature" for line in features)
    assert len(features) == ROWS[name][0]
    assert not re.search(r"\d\.\d{7,}", text)


def test_outer_rings_run_counter_clockwise(almaty: Plan) -> None:
    parts = shapely.get_parts(almaty.layers["districts"].frame.geometry.to_numpy())
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()


# Known answers


def test_the_residents_sum_to_the_city_and_to_each_district_exactly(almaty: Plan) -> None:
    residents = almaty.layers["residents"].frame
    assert residents["people"].sum() == 2_354_736
    assert residents.groupby("district")["people"].sum().to_dict() == PEOPLE
    districts = almaty.layers["districts"].frame
    assert dict(zip(districts["id"], districts["people"], strict=True)) == PEOPLE


def test_the_state_schools_have_the_registers_seats_and_both_counts_of_pupils(
    almaty: Plan,
) -> None:
    schools = almaty.layers["schools_state"].frame
    assert schools["seats"].sum() == 196_267
    assert schools["pupils_register"].sum() == 275_523
    assert schools["pupils_2024"].sum() == 308_773
    assert (schools["shifts"] == 2).sum() == 187


def test_the_planned_schools_have_their_seats_gross_and_net(almaty: Plan) -> None:
    planned = almaty.layers["schools_planned"].frame
    comfortable = planned[planned["programme"] == "comfortable_school"]
    assert len(comfortable) == 21
    assert comfortable["seats"].sum() == 34_800
    assert comfortable["net_seats"].sum() == 33_506
    assert (planned["net_seats"] == planned["seats"] - planned["replaced_seats"]).all()


def test_the_seats_replaced_are_those_of_the_school_replaced(almaty: Plan) -> None:
    planned = almaty.layers["schools_planned"].frame.dropna(subset="replaces")
    seats = almaty.layers["schools_state"].frame.set_index("id")["seats"]
    assert dict(zip(planned["replaces"], planned["replaced_seats"], strict=True)) == {
        "school-129": seats["school-129"],
        "school-024": seats["school-024"],
    }


def test_no_planned_school_is_open_in_the_register_and_21_are_today(almaty: Plan) -> None:
    before = almaty.facilities("schools", almaty.scenario("register-2025"))
    today = almaty.facilities("schools", almaty.scenario("today-2026"))
    assert len(before.ids) == 217
    assert len(today.ids) == 217 + 21 - 2
    gained = sum(x for x in today.capacity if x == x) - sum(x for x in before.capacity if x == x)  # noqa: PLR0124 - NaN
    assert gained == 33_506


def test_a_park_counts_only_once_its_works_are_completed(almaty: Plan) -> None:
    works = almaty.layers["park_works"].frame
    assert set(works.loc[works["state"] == "existing", "status"]) == {"completed"}
    assert works.loc[works["status"] == "cancelled", "state"].tolist() == ["planned"]
    assert works["works_from"].min() == "2021-03-01"


def test_the_itemised_water_sources_sum_to_less_than_the_published_total(almaty: Plan) -> None:
    assert almaty.layers["intakes"].frame["capacity_m3_day"].sum() == 975_600


def test_only_intakes_placed_by_hand_have_a_place_and_say_how_precise_it_is(almaty: Plan) -> None:
    intakes = almaty.layers["intakes"].frame
    by_hand = intakes["precision"] == "hand_placed"
    assert intakes.loc[by_hand, "id"].tolist() == ["kargaly", "aksai", "ermensai"]
    assert (intakes.geometry.notna() == by_hand).all()
    assert (intakes["precision_m"].notna() == by_hand).all()


def test_the_marks_lie_on_the_ring_road(almaty: Plan) -> None:
    road = almaty.layers["ring_road"].frame.geometry.iloc[0]
    marks = almaty.layers["ring_road_marks"].frame
    assert shapely.distance(marks.geometry.to_numpy(), road).max() < 1e-9
    assert marks["km"].is_monotonic_increasing
    length_m = shapely.length(almaty.area.to_metres([road]))[0]
    assert length_m == pytest.approx(65_590, rel=0.005)


def test_radial_streets_say_what_their_lines_are(almaty: Plan) -> None:
    radials = almaty.layers["radial_streets"].frame.set_index("id")
    assert radials["geometry_basis"].to_dict() == {
        "abay": "part_of_stretch",
        "ryskulov": "street_only",
        "akyn-sara": "street_only",
        "sain": "street_only",
        "tlendiev": "no_line",
        "northern-half-ring": "no_line",
        "tole-bi": "street_only",
        "zhubanov": "no_line",
        "raiymbek-east": "street_only",
        "khmelnitsky": "street_only",
    }
    assert (radials.geometry.isna() == (radials["geometry_basis"] == "no_line")).all()
    assert (radials["kind"] == "radial").sum() == 6


def test_the_part_of_abay_avenue_begins_at_momyshuly_street(almaty: Plan) -> None:
    radials = almaty.layers["radial_streets"].frame.set_index("id")
    streets = almaty.layers["main_streets"].frame
    abay, momyshuly = almaty.area.to_metres(
        [
            radials.geometry["abay"],
            shapely.union_all([*streets.geometry[streets["name_ru"] == "ул. Момышулы"]]),
        ]
    )
    assert shapely.length(abay) == pytest.approx(3_400, abs=50)
    assert shapely.distance(abay, momyshuly) < 5
    assert shapely.bounds(abay)[2] < shapely.bounds(momyshuly)[2]


# Faults that real files have, kept for the layer checks to find


def test_known_faults_of_the_register_are_not_mended_in_silence(almaty: Plan) -> None:
    schools = almaty.layers["schools_state"].frame.set_index("id")
    districts = almaty.layers["districts"].frame.set_index("id").geometry
    assert schools.loc["school-014", ["seats", "pupils_register", "pupils_2024"]].isna().all()
    assert schools.loc["school-015", "district"] == "bostandyk"
    assert districts["auezov"].covers(schools.geometry["school-015"])
    borne_twice = schools["number"].value_counts()
    assert set(borne_twice[borne_twice == 2].index) == {"10", "15", "17"}
    site = almaty.layers["schools_planned"].frame.set_index("id").geometry["planned-06"]
    assert not districts.covers(site).any()


def test_known_faults_of_geocoded_points_are_not_mended_in_silence(almaty: Plan) -> None:
    kindergartens = almaty.layers["kindergartens"].frame
    shared = Counter(kindergartens.geometry.to_wkb())
    assert kindergartens["district"].isna().sum() == 10
    assert sum(n > 1 for n in shared.values()) == 42
    assert sum(n for n in shared.values() if n > 1) == 105
    hospitals = Counter(almaty.layers["hospitals"].frame.geometry.to_wkb())
    assert sorted(hospitals.values())[-2:] == [1, 2]


def test_rows_of_the_city_that_conflict_are_both_kept(almaty: Plan) -> None:
    series = almaty.layers["city_series"].frame.set_index("id")["value"]
    assert series["water_use-2026-03-04"] == 700_000
    assert series["water_use_company_page-2026-04"] == 600_000


# References, sources, words


@pytest.mark.parametrize(
    ("name", "column"),
    [(n, c) for n in NAMES for c, spec in sidecar(n).columns.items() if spec.kind == "ref"],
)
def test_every_reference_leads_to_a_row(name: str, column: str, almaty: Plan) -> None:
    target = sidecar(name).columns[column].layer
    assert target is not None
    assert set(almaty.layers[name].frame[column].dropna()) <= set(almaty.layers[target].frame["id"])


@pytest.mark.parametrize("name", NAMES)
def test_a_source_with_an_address_is_a_row_of_the_sources(name: str, almaty: Plan) -> None:
    listed = almaty.layers["sources"].frame
    known = set(zip(listed["publisher_en"], listed["url"], listed["licence"], strict=True))
    for source in sidecar(name).source:
        if source.url != NOT_STATED:
            assert (source.publisher.en, source.url, source.licence) in known


def test_sources_without_a_licence_or_an_address_are_counted(almaty: Plan) -> None:
    listed = almaty.layers["sources"].frame
    assert Counter(listed["licence"]) == {NOT_STATED: 38, "ODbL-1.0": 1, "official text": 1}
    assert (listed["url"] == NOT_STATED).sum() == 1
    assert Counter(sidecar(n).licence for n in NAMES) == {
        NOT_STATED: 23,
        "ODbL-1.0; not stated": 1,
        "ODbL-1.0": 1,
    }


def test_evidence_scenarios_and_promises_name_sources_that_exist(almaty: Plan) -> None:
    known = set(almaty.layers["sources"].frame["id"])
    assert len(almaty.promises) == 21
    assert {p.source for p in almaty.promises.values()} == {"speech-2022"}
    assert {e.source for p in almaty.promises.values() for e in p.evidence} <= known
    assert {s.source for s in almaty.scenarios.values()} <= known
    assert sum(len(p.evidence) for p in almaty.promises.values()) == 22


def test_promises_name_only_districts_that_exist(almaty: Plan) -> None:
    named = {area for p in almaty.promises.values() for area in p.areas}
    assert named == {"alatau", "nauryzbay"}
    assert named < set(PEOPLE)


def test_only_the_rule_for_fire_stations_is_sure(almaty: Plan) -> None:
    figures = {
        (theme, kind): value
        for theme, norm in almaty.norms.items()
        for kind in ("reach", "admission_limit", "provision")
        if (value := getattr(norm, kind)) is not None
    }
    assert len(figures) == 13
    assert [key for key, v in figures.items() if v.confidence == "high"] == [
        ("fire_stations", "reach")
    ]
    assert all(v.note for v in figures.values() if v.confidence in {"low", "conflicting"})
    school = figures["schools", "reach"].note
    assert school is not None
    assert "SP RK 3.01-101-2013" in school.en


def test_every_theme_of_a_layer_has_words_and_the_schools_come_first(almaty: Plan) -> None:
    themes = {sidecar(name).theme for name in NAMES} - {None}
    assert set(almaty.spec.themes) == themes
    assert next(iter(almaty.spec.themes)) == "schools"


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_a_title(name: str) -> None:
    assert all(column.title for column in sidecar(name).columns.values())


@pytest.mark.parametrize(("where", "text"), said())
def test_nothing_said_is_left_in_another_language(where: str, text: dict[str, str]) -> None:
    assert set(text) == set(LANGUAGES), where
    assert all(word == word.strip() != "" for word in text.values()), where
    assert text["en"] not in {text["kk"], text["ru"]}, where
    assert not re.search("[а-яёА-ЯЁ]", text["en"].replace("Северное кольцо", "").replace("ТОО", ""))
    assert not set(text["ru"].lower()) & KAZAKH_ONLY, where


@pytest.mark.parametrize(("where", "text"), [(w, t) for w, t in said() if len(t["en"]) > 40])
def test_a_sentence_in_kazakh_has_kazakh_letters(where: str, text: dict[str, str]) -> None:
    assert set(text["kk"].lower()) & KAZAKH_ONLY, where


@pytest.mark.parametrize("name", NAMES)
def test_a_remark_in_a_row_is_in_all_languages_or_not_there(name: str, almaty: Plan) -> None:
    columns = sidecar(name).columns
    stems = {c.removesuffix("_kk") for c in columns if c.endswith("_kk")} - {"name"}
    frame = almaty.layers[name].frame
    for stem in stems:
        filled = frame[[f"{stem}_{language}" for language in LANGUAGES]].notna()
        assert filled.all(axis=1).equals(filled.any(axis=1)), stem


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_row_has_blanks_around_it(name: str, almaty: Plan) -> None:
    frame = almaty.layers[name].frame
    for column, spec in sidecar(name).columns.items():
        if spec.kind == "str":
            values = frame[column].dropna().astype(str)
            assert (values == values.str.strip()).all(), column
            assert (values != "").all(), column
