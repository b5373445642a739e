"""Repairs: made in the open, with their effect, one by one, and taken back to the letter."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import shapely
from toytown import PLAN, degrees, feature, write_layer, write_toytown

from almaty_geo.doctor import check_layers
from almaty_geo.errors import DataError, OutputError, UnknownNameError, UsageError
from almaty_geo.exports import write_file
from almaty_geo.plan import Plan
from almaty_geo.repairing import findings_page, ground, ledger, repair, undo
from almaty_geo.repairing.text import DataText

ID = "str; required = true; unique = true"
SCHOOL = {"id": ID, "name_ru": "str", "seats": "int; minimum = 0"}
THEME = 'theme = "schools"\ncapacity = "seats"\n'


def schools(town: Path, *names: str | None) -> Path:
    rows = [
        feature({"id": f"s{i}", "name_ru": name, "seats": 1}, (100 + 200 * i, 100))
        for i, name in enumerate(names)
    ]
    write_layer(town, "schools", role="facility", features=rows, columns=SCHOOL, extra=THEME)
    return town / "layers" / "schools.geojson"


def areas(town: Path, **rings: list[tuple[float, float]]) -> Path:
    rows: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[degrees(*corner) for corner in (*ring, ring[0])]],
            },
        }
        for name, ring in rings.items()
    ]
    write_layer(
        town, "districts", role="area", features=rows, columns={"id": ID}, geometry="Polygon"
    )
    return town / "layers" / "districts.geojson"


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


def placed_homes(town: Path, *homes: tuple[str, float, float, int]) -> None:
    """Write people who belong to the area they live in, not to one that is stated."""
    rows = [feature({"id": i, "people": n}, (x, y)) for i, x, y, n in homes]
    columns = {"id": ID, "people": "int; minimum = 0; required = true"}
    write_layer(town, "residents", role="demand", features=rows, columns=columns)


def sealed(path: Path) -> bool:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return digest in path.with_suffix(".toml").read_text(encoding="utf-8")


# Made and taken back.


def test_a_repair_changes_what_it_means_and_no_other_byte(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5", "Школа №6")
    before = path.read_text(encoding="utf-8")
    report = repair(Plan(toytown), "schools")
    assert [entry.id for entry in report.done] == ["schools/s0/name_ru/spaces"]
    assert path.read_text(encoding="utf-8") == before.replace("Школа  №5", "Школа №5")
    assert sealed(path)
    assert Plan(toytown).layers["schools"].frame["name_ru"].tolist() == ["Школа №5", "Школа №6"]


def test_what_is_undone_is_what_was_there_to_the_letter(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5")
    # As somebody wrote it: spaces between members, escaped letters, a space too many.
    text = path.read_text(encoding="utf-8").replace('"seats": 1', '"seats" :   1 ')
    text = text.replace('"Школа  №5"', json.dumps("Школа  №5"))
    path.write_text(text, encoding="utf-8")
    sidecar = path.with_suffix(".toml")
    digest = hashlib.sha256(text.encode()).hexdigest()
    old = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(re.sub(r'(?<=sha256 = ")[0-9a-f]+', digest, old), encoding="utf-8")
    was, seal = path.read_bytes(), sidecar.read_bytes()
    (entry,) = repair(Plan(toytown), "schools").done
    assert path.read_bytes() != was
    assert rb"\u0428\u043a\u043e\u043b\u0430 \u2116" in path.read_bytes()
    undo(Plan(toytown), "schools", entry.id)
    assert path.read_bytes() == was
    assert sidecar.read_bytes() == seal


def test_nothing_is_written_when_only_asked_what_would_be(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5")
    before = {p: p.read_bytes() for p in toytown.rglob("*") if p.is_file()}
    report = repair(Plan(toytown), "schools", dry_run=True)
    assert len(report.done) == 1
    assert not report.written
    assert {p: p.read_bytes() for p in toytown.rglob("*") if p.is_file()} == before
    assert "proposed, nothing is changed" in str(report)
    assert path.exists()


def test_repairs_are_made_one_by_one_where_asked(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5", "Школа  №6", "Лицeй")
    wanted = ["schools/s1/name_ru/spaces", "look-alikes"]
    report = repair(Plan(toytown), "schools", only=wanted)
    assert [entry.id for entry in report.done] == [
        "schools/s1/name_ru/spaces",
        "schools/s2/name_ru/look-alikes",
    ]
    assert "Школа  №5" in path.read_text(encoding="utf-8")
    assert [f.rule for f in report.left] == ["spaces"]


def test_a_repair_that_nobody_proposes_is_named(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5")
    before = path.read_bytes()
    with pytest.raises(UnknownNameError, match="did you mean spaces"):
        repair(Plan(toytown), "schools", only=["spacs", "spaces"])
    assert path.read_bytes() == before


def test_one_text_with_two_faults_is_repaired_twice_and_undone_in_order(toytown: Path) -> None:
    path = schools(toytown, "Лицeй  №5")
    was = path.read_bytes()
    first, second = repair(Plan(toytown), "schools").done
    assert (first.rule, second.rule) == ("spaces", "look-alikes")
    with pytest.raises(UsageError, match=f"Undo '{second.id}' first"):
        undo(Plan(toytown), "schools", first.id)
    undo(Plan(toytown), "schools", second.id)
    undo(Plan(toytown), "schools", first.id)
    assert path.read_bytes() == was


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_repairs_of_different_features_are_undone_in_any_order(
    order: tuple[int, ...], toytown: Path
) -> None:
    path = schools(toytown, "Школа  №5", " Школа №6", "Лицeй")
    was = path.read_bytes()
    done = repair(Plan(toytown), "schools").done
    assert len(done) == 3
    for i in order:
        undo(Plan(toytown), "schools", done[i].id)
    assert path.read_bytes() == was


def test_what_was_changed_since_is_not_undone(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5")
    (entry,) = repair(Plan(toytown), "schools").done
    schools(toytown, "Гимназия №5")
    now = path.read_bytes()
    with pytest.raises(DataError, match="it has been changed since, and stays as it is"):
        undo(Plan(toytown), "schools", entry.id)
    assert path.read_bytes() == now


def test_a_repair_that_was_undone_or_never_made_cannot_be_undone(toytown: Path) -> None:
    schools(toytown, "Школа  №5")
    (entry,) = repair(Plan(toytown), "schools").done
    undo(Plan(toytown), "schools", entry.id)
    with pytest.raises(UnknownNameError, match="Unknown repair in the ledger"):
        undo(Plan(toytown), "schools", entry.id)


def test_the_ledger_keeps_every_line(toytown: Path) -> None:
    schools(toytown, "Школа  №5")
    (entry,) = repair(Plan(toytown), "schools").done
    undo(Plan(toytown), "schools", entry.id)
    again = repair(Plan(toytown), "schools").done
    lines = ledger(Plan(toytown), "schools")
    assert [line.action for line in lines] == ["repaired", "undone", "repaired"]
    assert lines[0].undo == {"name_ru": '"Школа  №5"'}
    assert (lines[0].before, lines[0].after) == ("‹Школа  №5›", "‹Школа №5›")
    assert {line.date for line in lines} == {"2026-06-01"}
    assert again[0] == lines[2]
    raw = (toytown / "layers" / "ledger" / "schools.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["id"] for line in raw.splitlines()] == [line.id for line in lines]
    assert len({line.id for line in lines}) == 2  # undone lines bear the name of what they undo


def test_a_ledger_is_no_stray_file_and_repeats_itself(toytown: Path, tmp_path: Path) -> None:
    schools(toytown, "Школа  №5")
    repair(Plan(toytown), "schools")
    plan = Plan(toytown)
    assert "no-sidecar" not in {f.rule for f in check_layers(plan.layers, plan.area)}
    assert repair(plan, "schools").done == ()
    assert not tmp_path.joinpath("toytown", "layers", "ledger", "schools.unfinished").exists()


def test_a_broken_ledger_is_named_by_its_line(toytown: Path) -> None:
    folder = toytown / "layers" / "ledger"
    folder.mkdir()
    (folder / "schools.jsonl").write_text('{"id": 5}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"schools\.jsonl: line 1: is no line of a ledger"):
        ledger(Plan(toytown), "schools")


def test_a_table_is_repaired_and_put_back_to_the_letter(toytown: Path) -> None:
    schools(toytown, "Школа №5")
    layers = toytown / "layers"
    text = 'id,note,n\r\na,"да,  нет",1\r\nb, слово,2\r\nc,"сло""во ",3\r\nd,,4\r\n'
    (layers / "words.csv").write_text(text, encoding="utf-8", newline="")
    sidecar = (layers / "schools.toml").read_text(encoding="utf-8")
    sidecar = sidecar.split("[columns.id]")[0].replace(THEME, "")
    sidecar = sidecar.replace("schools.geojson", "words.csv").replace('"facility"', '"context"')
    sidecar = sidecar.replace('geometry = "Point"', 'geometry = "none"')
    digest = hashlib.sha256(text.encode()).hexdigest()
    sidecar = re.sub(r'(?<=sha256 = ")[0-9a-f]+', digest, sidecar)
    for name, kind in (("id", "str"), ("note", "str"), ("n", "int")):
        sidecar += f'\n[columns.{name}]\nkind = "{kind}"\n'
    (layers / "words.toml").write_text(sidecar, encoding="utf-8")
    done = repair(Plan(toytown), "words").done
    written = (layers / "words.csv").read_bytes().decode()
    assert written == text.replace(",  н", ", н").replace(" слово", "слово").replace("во ", "во")
    for entry in done:
        undo(Plan(toytown), "words", entry.id)
    assert (layers / "words.csv").read_bytes() == text.encode()


# Effects.


def test_a_crossed_outline_is_repaired_with_its_area_before_and_after(toytown: Path) -> None:
    bow = [(0.0, 0.0), (1000.0, 1000.0), (1000.0, 0.0), (0.0, 1000.0)]
    path = areas(toytown, west=bow, east=box(2000, 0, 4000, 2000))
    was = path.read_bytes()
    (entry,) = repair(Plan(toytown), "districts").done
    assert entry.rule == "make-valid"
    before, after = entry.effect.area_m2 or (0.0, 0.0)
    assert before == pytest.approx(0, abs=30)
    assert after == pytest.approx(500_000, abs=30)
    assert Plan(toytown).layers["districts"].frame.geometry.is_valid.all()
    undo(Plan(toytown), "districts", entry.id)
    assert path.read_bytes() == was


def test_a_gap_goes_to_the_neighbour_with_the_longest_border_and_brings_its_people(
    toytown: Path,
) -> None:
    areas(
        toytown,
        west=box(0, 0, 1000, 1000),
        east=[(1020, 0), (2000, 0), (2000, 1000), (1020, 1000), (1040, 500)],
    )
    placed_homes(toytown, ("a", 500, 500, 7), ("b", 1010, 500, 5), ("c", 1900, 500, 3))
    (entry,) = repair(Plan(toytown), "districts", only=["gap"]).done
    assert entry.id.startswith("districts/east/geometry/gap@")  # its side is bent, so longer
    assert list(entry.effect.people or ()) == [3, 8]
    before, after = entry.effect.area_m2 or (0.0, 0.0)
    assert after - before == pytest.approx(30_000, abs=40)
    plan = Plan(toytown)
    rules = {f.rule for f in check_layers(plan.layers, plan.area, only="districts")}
    assert not rules & {"gap", "open-gap", "overlap"}


def test_an_overlap_stays_with_the_area_whose_id_comes_first(toytown: Path) -> None:
    areas(toytown, west=box(0, 0, 1000, 1000), east=box(950, 0, 2000, 1000))
    placed_homes(toytown, ("a", 500, 500, 7), ("b", 975, 500, 5))
    (entry,) = repair(Plan(toytown), "districts").done
    assert entry.id == "districts/west/geometry/overlap@east"
    before, after = entry.effect.area_m2 or (0.0, 0.0)
    assert before - after == pytest.approx(50_000, abs=40)
    assert list(entry.effect.people or ()) == [
        7,
        7,
    ]  # b counted in the first already
    plan = Plan(toytown)
    found = check_layers(plan.layers, plan.area, only="districts")
    assert "overlap" not in {f.rule for f in found}


def test_too_large_an_overlap_is_left_for_people_to_decide(toytown: Path) -> None:
    areas(toytown, west=box(0, 0, 1000, 1000), east=box(800, 0, 2000, 1000))
    report = repair(Plan(toytown), "districts")
    assert report.done == ()
    (finding,) = (f for f in report.left if f.rule == "overlap")
    assert finding.sentence.endswith("Too much to be given to one by rule.")


def test_ground_that_people_live_on_changes_who_is_within_reach(toytown: Path) -> None:
    areas(toytown, west=box(0, 0, 1000, 2000), east=box(1020, 0, 4000, 2000))
    placed_homes(toytown, ("a", 200, 1000, 7), ("b", 1010, 1000, 5))
    (entry,) = repair(Plan(toytown), "districts").done
    assert entry.effect.coverage == {"schools": (0, 5)}
    assert "within reach of schools 0 → 5" in str(entry)


def test_a_name_has_no_effect_on_people(toytown: Path) -> None:
    schools(toytown, "Школа  №5")
    (entry,) = repair(Plan(toytown), "schools").done
    assert str(entry.effect) == "none on area, people or coverage"


def test_two_gaps_beside_one_area_are_two_repairs(toytown: Path) -> None:
    areas(
        toytown,
        a=box(0, 0, 1000, 1000),
        b=box(1020, 0, 2000, 480),
        c=box(1020, 480, 2000, 1000),
        d=box(0, 1030, 2000, 2000),
    )
    was = (toytown / "layers" / "districts.geojson").read_bytes()
    done = repair(Plan(toytown), "districts").done
    assert len({entry.id for entry in done}) == len(done) >= 1
    for entry in reversed(done):
        undo(Plan(toytown), "districts", entry.id)
    assert (toytown / "layers" / "districts.geojson").read_bytes() == was


def test_a_spike_and_a_tiny_part_are_taken_off(toytown: Path) -> None:
    ring = [(0.0, 0.0), (2000.0, 0.0), (2000.0, 1000.0), (2600.0, 1001.0), (2000.0, 1002.0)]
    areas(toytown, west=[*ring, (2000.0, 2000.0), (0.0, 2000.0)], east=box(2000, 0, 4000, 900))
    rules = {entry.rule for entry in repair(Plan(toytown), "districts", only=["spike"]).done}
    assert rules == {"spike"}
    shape = Plan(toytown).layers["districts"].frame.geometry.iloc[0]
    east = shapely.bounds(shape)[2]
    assert east == pytest.approx(degrees(2000, 0)[0], abs=1e-4)


def test_lines_are_repaired_at_once_and_put_back_one_by_one(toytown: Path) -> None:
    rows: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"id": f"l{i}"},
            "geometry": {
                "type": "LineString",
                "coordinates": [degrees(0, 9 * i), degrees(0, 9 * i), degrees(900, 9 * i)],
            },
        }
        for i in range(40)
    ]
    write_layer(
        toytown, "rivers", role="context", features=rows, columns={"id": ID}, geometry="LineString"
    )
    path = toytown / "layers" / "rivers.geojson"
    was = path.read_bytes()
    done = repair(Plan(toytown), "rivers").done
    assert [entry.rule for entry in done] == ["corner-twice"] * 40
    assert done[0].after == "a line of 2 corners"
    for entry in done[:2]:
        undo(Plan(toytown), "rivers", entry.id)
    data = [json.loads(content)["features"] for content in (was, path.read_bytes())]
    same = [old == new for old, new in zip(*data, strict=True)]
    assert same == [True] * 2 + [False] * 38


# Refused, and cut off.


def test_the_bundled_plan_is_not_written_to(toytown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = schools(toytown, "Школа  №5")
    before = path.read_bytes()
    monkeypatch.setattr("almaty_geo.plan.folder.is_bundled", lambda folder: folder == toytown)
    with pytest.raises(UsageError, match="The bundled plan is not written to"):
        repair(Plan(toytown), "schools")
    with pytest.raises(UsageError, match="The bundled plan is not written to"):
        undo(Plan(toytown), "schools", "schools/s0/name_ru/spaces")
    assert path.read_bytes() == before
    assert len(repair(Plan(toytown), "schools", dry_run=True).done) == 1


def test_data_that_nobody_vouches_for_are_not_repaired(toytown: Path) -> None:
    path = schools(toytown, "Школа  №5")
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(DataError, match=r"is not the file that schools\.toml vouches for"):
        repair(Plan(toytown), "schools")
    assert path.read_bytes() == before


def test_an_unknown_layer_is_named(toytown: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean schools"):
        repair(Plan(toytown), "scools")
    with pytest.raises(UnknownNameError, match="did you mean schools"):
        ledger(Plan(toytown), "scools")


@pytest.mark.parametrize("step", range(1, 5))
def test_work_cut_off_at_any_step_is_finished_or_forgotten(
    step: int, toytown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = schools(toytown, "Школа  №5")
    was = path.read_bytes()
    steps = iter(range(1, 100))

    def failing(target: Path, content: bytes | str) -> None:
        if next(steps) == step:
            raise OutputError(f"{target}: cut off")
        write_file(target, content)

    monkeypatch.setattr("almaty_geo.repairing.desk.write_file", failing)
    with pytest.raises(OutputError, match="cut off"):
        repair(Plan(toytown), "schools")
    monkeypatch.setattr("almaty_geo.repairing.desk.write_file", write_file)
    repair(Plan(toytown), "schools")
    (entry,) = ledger(Plan(toytown), "schools")
    assert sealed(path)
    assert not (toytown / "layers" / "ledger" / "schools.unfinished").exists()
    undo(Plan(toytown), "schools", entry.id)
    assert path.read_bytes() == was


# Texts.


@pytest.mark.parametrize(
    ("text", "row", "member", "raw"),
    [
        ('{"type":"Feature","properties":{"a" : [1, 2] },"geometry":null}', 0, "a", "[1, 2]"),
        ('\ufeff{"features":[{"geometry":null,"properties":{"a":1}}]}', 0, "geometry", "null"),
        ('{"features": [ {"properties":{}}, {"properties":{"a":"}],"}} ] }', 1, "a", '"}],"'),
    ],
)
def test_a_value_is_found_where_it_stands(text: str, row: int, member: str, raw: str) -> None:
    assert DataText(text, table=False).raw(row, member) == raw


def test_a_value_of_a_table_is_found_where_it_stands() -> None:
    table = DataText('\ufeffid,"a b"\n1,"x\ny"\n2,\n', table=True)
    assert len(table) == 2
    assert (table.raw(0, "a b"), table.value(0, "a b")) == ('"x\ny"', "x\ny")
    assert table.value(1, "a b") is None
    assert table.replaced([(1, {"a b": "z"}), (0, {"id": "7"})]).text.endswith('\n7,"x\ny"\n2,z\n')


# The page.


def test_the_page_holds_every_finding_and_runs_nothing(toytown: Path) -> None:
    hostile = "{{7*7}} <img src=x onerror=alert(1)> </script> `${1}`  x"
    schools(toytown, hostile, "Школа  №5")
    plan = Plan(toytown)
    found = check_layers(plan.layers, plan.area)
    page = findings_page(plan, found)
    assert page == findings_page(plan, found)
    assert page.count("<li id=") == len(found)
    assert "<img" not in page
    assert "<script" not in page
    assert "{{7*7}} &lt;img" in page
    assert not re.search(r'(src|href)="(?!#)', page)
    placed = [i for i, f in enumerate(found, 1) if f.feature.startswith("s")]
    assert all(f'<a href="#f{i}"' in page for i in placed)


def test_the_page_of_a_plan_whose_areas_are_broken_still_lists_what_is_wrong(
    toytown: Path,
) -> None:
    bow = [(0.0, 0.0), (1000.0, 1000.0), (1000.0, 0.0), (0.0, 1000.0)]
    areas(toytown, west=bow, east=box(2000, 0, 4000, 2000))
    plan = Plan(toytown)
    with pytest.raises(DataError):
        _ = plan.area
    found = check_layers(plan.specs, ground(plan), only="districts")
    assert "crosses itself" in findings_page(plan, found)
    assert "<svg" not in findings_page(plan, found)


def test_a_page_of_nothing_says_so(toytown: Path) -> None:
    assert "Nothing was found." in findings_page(Plan(toytown), ())


# Real files.


def test_published_districts_that_overlap_are_repaired_where_asked_and_refused_where_large(
    real_data: Path, almaty: Plan, tmp_path: Path
) -> None:
    town = _with_districts(real_data / "districts/districts_cityger_overlapping.geojson", tmp_path)
    plan = Plan(town)
    before = check_layers(plan.layers, plan.area, only="districts")
    assert sum(f.rule == "overlap" for f in before) == 13
    shapes = shapely.area(plan.area.to_metres(plan.areas.frame.geometry.to_numpy())).sum()
    was = (town / "layers" / "districts.geojson").read_bytes()
    report = repair(plan, "districts", only=["overlap"])
    assert len(report.done) == 12
    large = [f for f in report.left if f.rule == "overlap"]
    assert ["3,498," in f.sentence for f in large] == [True]
    given = sum(b - a for b, a in (e.effect.area_m2 for e in report.done if e.effect.area_m2))
    again = Plan(town)
    left = shapely.area(again.area.to_metres(again.areas.frame.geometry.to_numpy())).sum()
    assert shapes - left == pytest.approx(given, rel=1e-3)
    for entry in reversed(report.done):
        undo(Plan(town), "districts", entry.id)
    assert (town / "layers" / "districts.geojson").read_bytes() == was
    assert almaty.folder not in town.parents


def _with_districts(published: Path, folder: Path) -> Path:
    """Return a plan whose areas are those of a published file, with people in each."""

    town = write_toytown(folder / "city")
    text = PLAN.replace("EPSG:32632", "EPSG:32643")
    (town / "plan.toml").write_text(text, encoding="utf-8")
    raw: dict[str, Any] = json.loads(published.read_text(encoding="utf-8"))
    rows = [{**row, "properties": {"id": f"d{row['properties']['id']}"}} for row in raw["features"]]
    write_layer(
        town, "districts", role="area", features=rows, columns={"id": ID}, geometry="Polygon"
    )
    homes: list[dict[str, object]] = [
        {
            "type": "Feature",
            "properties": {"id": row["properties"]["id"], "people": 10},
            "geometry": shapely.geometry.mapping(
                shapely.geometry.shape(row["geometry"]).representative_point()
            ),
        }
        for row in rows
    ]
    columns = {"id": ID, "people": "int; minimum = 0; required = true"}
    write_layer(town, "residents", role="demand", features=homes, columns=columns)
    for name in ("schools", "schools_planned"):
        path = town / "layers" / f"{name}.geojson"
        text = re.sub(r'"coordinates": \[[^]]*\]', '"coordinates": [76.9, 43.2]', path.read_text())
        path.write_text(text, encoding="utf-8")
        sidecar = path.with_suffix(".toml")
        digest = hashlib.sha256(text.encode()).hexdigest()
        sidecar.write_text(re.sub(r'(?<=sha256 = ")[0-9a-f]+', digest, sidecar.read_text()))
    return town
