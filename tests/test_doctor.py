"""The checks: each known fault is found, sound data pass, and repairs say what they change."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely
from toytown import degrees, feature, square, write_layer

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue
from almaty_geo.doctor import Finding, check_file, check_layers, findings
from almaty_geo.errors import UnknownNameError
from almaty_geo.plan import Plan
from almaty_geo.reading import read_outside
from almaty_geo.words import same

GROUND = StudyArea(same("Toytown"), (8.9, 47.7, 9.2, 48.0), "EPSG:32632")
ID = "str; required = true; unique = true"
HOME = {"id": ID, "district": 'ref; layer = "districts"', "people": "int; minimum = 0"}
SCHOOL = {"id": ID, "name_ru": "str", "number": "str", "seats": "int"}


def checked(town: Path, only: str | None = None) -> tuple[Finding, ...]:
    return check_layers(Catalogue(town / "layers"), GROUND, only=only)


def doubts(town: Path, only: str) -> list[tuple[str, str, str]]:
    return [(f.severity, f.rule, f.sentence) for f in checked(town, only)]


def homes(town: Path, *places: tuple[str, str | None, tuple[float, float] | None, int]) -> None:
    rows = [feature({"id": i, "district": d, "people": n}, at) for i, d, at, n in places]
    write_layer(town, "residents", role="demand", features=rows, columns=HOME)


def schools(town: Path, *rows: tuple[dict[str, Any], tuple[float, float] | None]) -> None:
    features = [
        feature({"name_ru": None, "number": None, "seats": 1, **properties}, at)
        for properties, at in rows
    ]
    extra = 'theme = "schools"\ncapacity = "seats"\n'
    write_layer(town, "schools", role="facility", features=features, columns=SCHOOL, extra=extra)


def areas(town: Path, **corners: Sequence[tuple[float, float]]) -> None:
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[degrees(*corner) for corner in (*ring, ring[0])]],
            },
        }
        for name, ring in corners.items()
    ]
    write_layer(
        town, "districts", role="area", features=features, columns={"id": ID}, geometry="Polygon"
    )


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


def test_a_sound_plan_gives_notes_only(toytown: Path) -> None:
    assert [(f.layer, f.severity, f.rule, f.sentence) for f in checked(toytown)] == [
        ("residents", "note", "nobody", "1 of 5 rows with 0 people."),
        ("schools", "note", "unlocated", "1 of 2 rows without a place, kept and counted: B."),
        (
            "plan",
            "note",
            "languages",
            "5 rows of 3 layers may bear a name: 4 in ru, 0 in kk, 0 in en.",
        ),
    ]


def test_checking_twice_finds_the_same(almaty: Plan) -> None:
    once, again = (check_layers(almaty.layers, almaty.area) for _ in range(2))
    assert once == again


# Places.


def test_a_place_outside_is_named_with_its_distance(toytown: Path) -> None:
    homes(toytown, ("a", "west", (1000, 1000), 1), ("b", None, (5000, 1000), 1))
    assert doubts(toytown, "residents") == [
        ("warning", "outside", "b lies outside every area of districts, 1,000 m from east."),
    ]


def test_a_place_outside_says_how_far_its_own_area_is(toytown: Path) -> None:
    homes(toytown, ("a", "west", (1000, 1000), 1), ("b", "west", (5000, 1000), 1))
    assert doubts(toytown, "residents")[0][2] == (
        "b lies outside every area of districts, 1,000 m from east; "
        "its district says west, 3,000 m away."
    )


def test_a_place_far_outside_is_a_finding_of_its_own(toytown: Path) -> None:
    homes(toytown, ("a", "west", (1000, 1000), 1), ("b", "east", (9001, 1000), 1))
    assert doubts(toytown, "residents")[0][:2] == ("warning", "far-outside")


def test_a_place_within_the_outline_s_own_error_is_a_note(toytown: Path) -> None:
    homes(toytown, ("a", "west", (1000, 1000), 1), ("b", "east", (4010, 1000), 1))
    severity, rule, sentence = doubts(toytown, "residents")[0]
    assert (severity, rule) == ("note", "outside")
    assert sentence.endswith("10 m from east, within the 15 m to which it is known.")


def test_all_places_outside_is_said_once_more(toytown: Path) -> None:
    homes(toytown, ("a", None, (5000, 1000), 1), ("b", None, (-900, 1000), 1))
    assert doubts(toytown, "residents")[-1] == (
        "warning",
        "all-outside",
        "all 2 rows lie outside districts.",
    )


def test_a_place_in_another_area_than_said_is_named_with_both(toytown: Path) -> None:
    homes(toytown, ("a", "east", (1500, 1000), 1), ("b", "west", (2010, 1000), 1))
    assert doubts(toytown, "residents") == [
        ("warning", "another-area", "a lies in west; its district says east, 500 m away."),
    ]


def test_the_area_layer_says_how_far_its_outlines_are_off(toytown: Path) -> None:
    homes(toytown, ("a", "east", (1950, 1000), 1))
    assert doubts(toytown, "residents")[0][1] == "another-area"
    sidecar = toytown / "layers" / "districts.toml"
    text = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(
        text.replace('method = "register"', 'method = "generalised"\nmetres = 60'), encoding="utf-8"
    )
    assert doubts(toytown, "residents") == []


def test_a_row_s_own_precision_turns_a_doubt_into_a_note(toytown: Path) -> None:
    row = {"id": "a", "district": "east", "people": 1, "precision_m": 2000}
    columns = {**HOME, "precision_m": "int"}
    features = [feature(row, (1500, 1000))]
    write_layer(toytown, "residents", role="demand", features=features, columns=columns)
    assert doubts(toytown, "residents")[0] == (
        "note",
        "another-area",
        (
            "a lies in west; its district says east, 500 m away, within the 2,015 m to which it is "
            "known."
        ),
    )


def test_a_place_on_a_shared_border_is_in_both(toytown: Path) -> None:
    homes(toytown, ("a", "west", (2000, 1000), 1), ("b", "east", (2000, 1000), 1))
    assert doubts(toytown, "residents") == []


def test_facilities_that_share_a_point_are_counted_by_place(toytown: Path) -> None:
    at = ((500, 500), (500, 500), (600, 500), (700, 500), (700, 500), (700, 500))
    schools(toytown, *(({"id": f"s{i}"}, place) for i, place in enumerate(at)))
    lon, lat = degrees(700, 500)
    (severity, rule, sentence), *rest = doubts(toytown, "schools")
    assert (severity, rule, rest) == ("warning", "shared-place", [])
    assert sentence.startswith(
        f"5 of 6 rows share 2 places: s3, s4 and s5 at {lon:.7g}, {lat:.7g}; s0 and s1 at"
    )


def test_facilities_less_than_a_metre_apart_are_named(toytown: Path) -> None:
    schools(
        toytown,
        ({"id": "a"}, (500, 500)),
        ({"id": "b"}, (500.5, 500)),
        ({"id": "c"}, (502, 500)),
    )
    assert [(rule, sentence[:15]) for _, rule, sentence in doubts(toytown, "schools")] == [
        ("close", "a and b are 0.5"),
    ]


# Values.


def test_a_number_borne_twice_is_named_with_its_bearers(toytown: Path) -> None:
    schools(
        toytown,
        ({"id": "a", "number": "10"}, (100, 100)),
        ({"id": "b", "number": "11"}, (200, 100)),
        ({"id": "c", "number": "10"}, (300, 100)),
        ({"id": "d", "number": None}, (400, 100)),
        ({"id": "e", "number": None}, (500, 100)),
    )
    assert doubts(toytown, "schools") == [
        ("warning", "number-twice", "number 10 is borne by a and c."),
    ]


def test_one_name_at_one_place_is_found_however_it_is_written(toytown: Path) -> None:
    schools(
        toytown,
        ({"id": "a", "name_ru": "Школа «Арман»"}, (100, 100)),
        ({"id": "b", "name_ru": 'ШКОЛА "Ар\u200bман"'}, (100, 100)),
        ({"id": "c", "name_ru": "Школа «Арман»"}, (300, 100)),
    )
    assert "a and b have the same name" in "".join(
        sentence for _, rule, sentence in doubts(toytown, "schools") if rule.startswith("same")
    )


def test_a_capacity_that_is_not_known_is_named(toytown: Path) -> None:
    schools(toytown, ({"id": "a", "seats": None}, (100, 100)), ({"id": "b"}, (200, 100)))
    (finding,) = checked(toytown, "schools")
    assert (finding.feature, finding.rule, finding.severity) == ("a", "unknown-capacity", "warning")
    assert finding.sentence == "1 of 2 rows without seats: a."


def test_an_id_that_leads_nowhere_is_an_error(toytown: Path) -> None:
    homes(toytown, ("a", "norht", (1000, 1000), 1))
    assert doubts(toytown, "residents") == [
        ("error", "unresolved", "a: district is 'norht', which is no id of districts."),
    ]


def test_a_reference_to_a_layer_that_is_not_there_is_an_error(toytown: Path) -> None:
    columns = {**HOME, "district": 'ref; layer = "quarters"'}
    row = {"id": "a", "district": "x", "people": 1}
    write_layer(
        toytown,
        "residents",
        role="demand",
        features=[feature(row, (1000, 1000))],
        columns=columns,
    )
    assert doubts(toytown, "residents")[0] == (
        "error",
        "unresolved",
        "column district refers to the layer quarters, which cannot be read.",
    )


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        (" Школа", "Школа"),
        ("Школа ", "Школа"),
        ("Школа  №5", "Школа №5"),
        ("Школа \u00a0№5", "Школа №5"),
        ("  ", ""),
    ],
)
def test_spaces_too_many_are_to_be_taken_out(name: str, tidy: str, toytown: Path) -> None:
    schools(toytown, ({"id": "a", "name_ru": name}, (100, 100)))
    (finding,) = checked(toytown, "schools")
    assert (finding.rule, finding.severity) == ("spaces", "warning")
    repair = finding.repair
    assert repair is not None
    assert (repair.before, repair.after) == (f"‹{name}›", f"‹{tidy}›")
    assert repair.id == "schools/a/name_ru/spaces"
    assert json.loads(repair.undo) == {"name_ru": name}


def test_a_name_that_is_tidy_is_left_alone(toytown: Path) -> None:
    schools(toytown, ({"id": "a", "name_ru": 'Школа\u00a0№5 «Арман» "x"'}, (100, 100)))
    assert checked(toytown, "schools") == ()


@pytest.mark.parametrize("name", ['Школа "Арман', "Школа «Арман", "Арман»"])
def test_a_quote_left_open_is_noted(name: str, toytown: Path) -> None:
    schools(toytown, ({"id": "a", "name_ru": name}, (100, 100)))
    assert [(f.severity, f.rule) for f in checked(toytown, "schools")] == [("note", "quotes")]


def test_characters_that_cannot_be_seen_are_noted_and_not_shown(toytown: Path) -> None:
    schools(toytown, ({"id": "a", "name_ru": "\u202eнамрА"}, (100, 100)))
    (finding,) = checked(toytown, "schools")
    assert finding.rule == "invisible"
    assert str(finding) == (
        "note: schools: a: name_ru ‹намрА› holds characters that cannot be seen."
    )


def test_a_licence_that_nobody_stated_is_counted(toytown: Path) -> None:
    sidecar = toytown / "layers" / "districts.toml"
    text = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(text.replace("CC0-1.0", "not stated"), encoding="utf-8")
    assert doubts(toytown, "districts") == [
        ("note", "licence", "1 of 1 sources state no licence: Invented."),
    ]


# Outlines.


def test_areas_that_overlap_are_named_with_the_ground_they_share(toytown: Path) -> None:
    areas(toytown, a=box(0, 0, 1000, 1000), b=box(990, 0, 2000, 1000))
    (severity, rule, sentence), *rest = doubts(toytown, "districts")
    assert (severity, rule, rest) == ("warning", "overlap", [])
    assert sentence.startswith("a and b overlap by ")
    shared = float(sentence.split(" by ")[1].split(" ")[0].replace(",", ""))
    assert shared == pytest.approx(10_000, abs=20)  # corners are rounded to a centimetre


def test_a_gap_shut_in_by_areas_is_found_whatever_its_width(toytown: Path) -> None:
    areas(
        toytown,
        a=box(0, 0, 1000, 400),
        b=box(0, 600, 1000, 1000),
        c=[(0, 400), (400, 400), (400, 600), (0, 600)],
        d=[(600, 400), (1000, 400), (1000, 600), (600, 600)],
    )
    ((severity, rule, sentence),) = doubts(toytown, "districts")
    assert (severity, rule) == ("warning", "gap")
    ground = float(sentence.split(" m²")[0].replace(",", ""))
    assert ground == pytest.approx(40_000, abs=20)
    assert "beside a, b, c and d, belong to no area" in sentence


def test_a_narrow_gap_open_at_its_ends_is_found(toytown: Path) -> None:
    areas(toytown, a=box(0, 0, 1000, 1000), b=box(1020, 0, 2000, 1000))
    ((severity, rule, sentence),) = doubts(toytown, "districts")
    assert (severity, rule) == ("warning", "open-gap")
    ground = float(sentence.split(" m²")[0].replace(",", ""))
    assert ground == pytest.approx(20_000, abs=20)
    assert "beside a and b" in sentence


def test_a_bay_in_the_outline_and_areas_far_apart_are_no_gaps(toytown: Path) -> None:
    areas(
        toytown,
        a=[(0, 0), (1000, 0), (1000, 490), (500, 500), (1000, 510), (1000, 1000), (0, 1000)],
        b=box(1100, 0, 2000, 1000),
    )
    assert doubts(toytown, "districts") == []


def test_a_shared_border_that_is_off_by_less_than_a_centimetre_is_no_fault(toytown: Path) -> None:
    off = 0.004
    rings = [box(0, 0, 1000, 1000), box(1000 - off, 0, 2000, 1000)]
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": shapely.geometry.mapping(
                GROUND.to_degrees([shapely.Polygon([(500_000 + x, 5_300_000 + y) for x, y in r])])[
                    0
                ]
            ),
        }
        for name, r in zip("ab", rings, strict=True)
    ]
    write_layer(
        toytown,
        "districts",
        role="area",
        features=features,
        columns={"id": ID},
        geometry="Polygon",
    )
    ((severity, rule, sentence),) = doubts(toytown, "districts")
    assert (severity, rule) == ("note", "overlap-sliver")
    assert sentence == "a and b overlap by 4 m², thinner than 1 cm: taken for rounding."


def test_areas_that_share_a_border_exactly_are_sound(toytown: Path) -> None:
    assert doubts(toytown, "districts") == []


def test_one_outline_borne_twice_is_found_wherever_it_begins(toytown: Path) -> None:
    ring = box(0, 0, 1000, 1000)
    areas(toytown, a=ring, b=[*ring[2:], *ring[:2]][::-1])
    assert doubts(toytown, "districts") == [
        ("warning", "same-outline", "a and b have the same outline."),
    ]


# Layers that cannot be read.


def crossed(town: Path) -> None:
    bow = [(0, 0), (1000, 1000), (1000, 0), (0, 1000)]
    areas(town, a=bow, b=box(2000, 0, 3000, 1000))


def test_a_crossed_outline_is_an_error_with_areas_before_and_after_its_repair(
    toytown: Path,
) -> None:
    crossed(toytown)
    (finding,) = checked(toytown, "districts")
    assert (finding.severity, finding.rule, finding.feature) == ("error", "crosses-itself", "a")
    assert finding.sentence.startswith(
        "districts.geojson: feature 0 (a): the outline crosses itself at"
    )
    repair = finding.repair
    assert repair is not None
    before, after = (
        float(text.split(" m²")[0].split(" of ")[1].replace(",", ""))
        for text in (repair.before, repair.after)
    )
    assert before == pytest.approx(0, abs=30)
    assert after == pytest.approx(500_000, abs=30)
    undone = json.loads(repair.undo)["geometry"]
    data = json.loads((toytown / "layers" / "districts.geojson").read_text(encoding="utf-8"))
    assert undone == data["features"][0]["geometry"]
    assert " Repair: an outline of " in str(finding)


def test_layers_that_refer_to_a_broken_one_are_still_checked(toytown: Path) -> None:
    crossed(toytown)
    rules = {(f.layer, f.rule) for f in checked(toytown) if f.severity == "error"}
    assert rules == {("districts", "crosses-itself"), ("residents", "unresolved")}


def test_a_changed_file_is_an_error_beside_its_other_faults(toytown: Path) -> None:
    path = toytown / "layers" / "schools.geojson"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"seats": 60', '"seats": -60'), encoding="utf-8")
    assert [(f.severity, f.rule) for f in checked(toytown, "schools")] == [
        ("error", "sha256"),
        ("error", "bounds"),
    ]


def test_a_sidecar_without_its_file_and_a_file_without_its_sidecar_are_found(toytown: Path) -> None:
    layers = toytown / "layers"
    (layers / "schools.geojson").unlink()
    (layers / "parks.geojson").write_text("{}", encoding="utf-8")
    (layers / "README.md").write_text("", encoding="utf-8")
    (layers / ".hidden").write_text("", encoding="utf-8")
    found = {(f.layer, f.rule): f for f in checked(toytown)}
    assert found["schools", "missing-file"].severity == "error"
    assert found["parks.geojson", "no-sidecar"].severity == "warning"
    assert not {name for name, _ in found} & {"README.md", ".hidden"}


def test_one_layer_can_be_checked_alone_and_must_exist(toytown: Path) -> None:
    assert {f.layer for f in checked(toytown, "schools")} == {"schools"}
    with pytest.raises(UnknownNameError, match="did you mean schools"):
        checked(toytown, "scools")


def test_a_file_that_is_no_layer_yet_can_be_checked(toytown: Path) -> None:
    crossed(toytown)
    found = check_file(toytown / "layers" / "districts.geojson", GROUND)
    assert [(f.layer, f.rule, f.repair is None) for f in found] == [
        ("districts.geojson", "crosses-itself", False)
    ]
    assert str(found[0]).startswith("error: districts.geojson: feature 0 (a): the outline crosses")
    assert check_file(toytown / "layers" / "schools.geojson", GROUND) == ()


def test_a_finding_is_plain_data(toytown: Path) -> None:
    crossed(toytown)
    (finding,) = checked(toytown, "districts")
    plain = json.loads(json.dumps(finding.to_dict()))
    assert list(plain) == ["layer", "feature", "rule", "severity", "sentence", "repair"]
    assert plain["repair"]["rule"] == "make-valid"


def test_a_hostile_name_is_one_line_of_text(toytown: Path) -> None:
    schools(toytown, ({"id": "a", "name_ru": "{{7*7}}\n<img onerror=x> `${1}` \u2028 "}, (1, 1)))
    lines = [str(finding) for finding in checked(toytown, "schools")]
    assert lines
    assert all(line.isprintable() for line in lines)


def test_an_area_s_neighbours_in_a_square_are_not_taken_for_a_bay(toytown: Path) -> None:
    write_layer(
        toytown,
        "districts",
        role="area",
        features=[square("west", 0), square("mid", 2000), square("east", 4000)],
        columns={"id": ID, "name_ru": "str"},
        geometry="Polygon",
    )
    assert doubts(toytown, "districts") == []


# The plan that ships.


@pytest.fixture(scope="module")
def shipped(almaty: Plan) -> dict[tuple[str, str], list[Finding]]:
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in check_layers(almaty.layers, almaty.area):
        found.setdefault((finding.layer, finding.rule), []).append(finding)
    return found


def test_nothing_that_ships_breaks_a_promise(
    shipped: dict[tuple[str, str], list[Finding]],
) -> None:
    assert [str(f) for group in shipped.values() for f in group if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("layer", "rule", "sentence"),
    [
        (
            "schools_state",
            "another-area",
            "school-015 lies in auezov; its district says bostandyk, 980 m away.",
        ),
        (
            "schools_planned",
            "outside",
            (
                "planned-06 lies outside every area of districts, 3,280 m from turksib; "
                "its district says medeu, 4,393 m away."
            ),
        ),
        ("schools_state", "unknown-capacity", "1 of 217 rows without seats: school-014."),
        ("kindergartens", "shared-place", "105 of 924 rows share 42 places: "),
        ("hospitals", "shared-place", "2 of 24 rows share 1 place: hospital-01 and hospital-02"),
    ],
)
def test_the_known_faults_of_the_plan_are_found(
    layer: str, rule: str, sentence: str, shipped: dict[tuple[str, str], list[Finding]]
) -> None:
    (finding,) = shipped[layer, rule]
    assert finding.sentence.startswith(sentence)
    assert finding.severity == "warning"


def test_numbers_that_two_schools_bear_are_found(
    shipped: dict[tuple[str, str], list[Finding]],
) -> None:
    sentences = [f.sentence for f in shipped["schools_state", "number-twice"]]
    assert sorted(s.split()[1] for s in sentences) == ["10", "15", "17"]
    assert all(s.count("school-") == 2 for s in sentences)


def test_ten_kindergartens_lie_outside_every_district(
    shipped: dict[tuple[str, str], list[Finding]],
) -> None:
    rules = Counter(
        {rule: len(shipped["kindergartens", rule]) for rule in ("outside", "far-outside")}
    )
    assert rules == {"outside": 8, "far-outside": 2}
    slight = [f.sentence for f in shipped["kindergartens", "outside"] if f.severity == "note"]
    assert len(slight) == 1
    assert "10 m from medeu" in slight[0]


def test_no_resident_lies_outside_or_in_another_district(
    shipped: dict[tuple[str, str], list[Finding]],
) -> None:
    assert {rule for layer, rule in shipped if layer == "residents"} <= {
        "far-from-lines",
        "licence",
    }


def test_findings_of_one_layer_are_those_of_the_whole(almaty: Plan) -> None:
    alone = findings(almaty.layers["hospitals"], almaty.layers, almaty.area)
    assert alone == check_layers(almaty.layers, almaty.area, only="hospitals")


# Real files.


@pytest.mark.parametrize(
    ("name", "rule", "number"),
    [("districts_osm_2024.geojson", "gap", 6), ("districts_city_gis.geojson", "gap", 1)],
)
def test_the_gaps_of_published_districts_are_found(
    name: str, rule: str, number: int, real_data: Path, tmp_path: Path
) -> None:
    published = read_outside(real_data / "districts" / name, None).frame
    features: list[dict[str, object]] = [
        {"type": "Feature", "properties": {"id": str(i)}, "geometry": shapely.geometry.mapping(g)}
        for i, g in enumerate(published.geometry)
    ]
    (tmp_path / "layers").mkdir()
    write_layer(
        tmp_path,
        "districts",
        role="area",
        features=features,
        columns={"id": ID},
        geometry="Polygon",
    )
    ground = StudyArea(same("City"), (76, 42, 78, 44), "EPSG:32643")
    found = check_layers(Catalogue(tmp_path / "layers"), ground)
    assert Counter(f.rule for f in found)[rule] == number
