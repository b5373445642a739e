import json
from collections.abc import Callable
from pathlib import Path

import pytest
from toytown import PLAN, degrees

from almaty_geo.cli import cli, main
from almaty_geo.plan import Plan

Printed = pytest.CaptureFixture[str]


def answer(printed: Printed, *arguments: str) -> object:
    assert main([*arguments, "--json"]) == 0
    return json.loads(printed.readouterr().out)


@pytest.mark.parametrize("verb", sorted(cli.commands))
def test_every_verb_has_help_with_an_example(verb: str, capsys: Printed) -> None:
    assert main([verb, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"Example: almaty-geo {verb}" in said


def test_coverage_of_almaty_adds_up_to_the_last_person(almaty: Plan, capsys: Printed) -> None:
    found = answer(capsys, "coverage", "schools", "--plan", str(almaty.folder))
    assert isinstance(found, dict)
    assert found["people"] == 2_354_736
    assert found["scenario"] == "register-2025"
    for key in ("people", "within_reach", "out_of_reach"):
        assert sum(row[key] for row in found["districts"]) == found[key]
    districts = almaty.areas.frame
    stated = dict(zip(districts["id"], districts["people"], strict=True))
    assert {row["district"]: row["people"] for row in found["districts"]} == stated


def test_layers_are_listed_with_their_provenance(almaty: Plan, capsys: Printed) -> None:
    rows = answer(capsys, "layers", "--plan", str(almaty.folder))
    assert isinstance(rows, list)
    assert [row["id"] for row in rows] == sorted(almaty.layers)
    assert {"id", "role", "features", "unlocated", "licence", "source"} <= set(rows[0])
    unlocated = {row["id"]: row["unlocated"] for row in rows}
    assert (unlocated["intakes"], unlocated["schools_state"], unlocated["sources"]) == (8, 0, 0)


def test_commitments_are_listed_with_their_status(almaty: Plan, capsys: Printed) -> None:
    rows = answer(capsys, "commitments", "--plan", str(almaty.folder))
    assert isinstance(rows, list)
    assert len(rows) == 21


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["coverage", "scools"], "Unknown theme 'scools': did you mean schools?"),
        (["coverage", "schools", "--reach", "far"], "Reach 'far' is not a number with a unit"),
        (["coverage", "schools", "--by", "district"], "Unknown layer of areas 'district'"),
        (["coverage", "schools", "--scenario", "lter"], "did you mean later?"),
        (["check", "resident"], "Unknown layer 'resident': did you mean residents?"),
        (["export", "resident", "--out", "x"], "Unknown layer 'resident'"),
        (["export", "residents", "--format", "gpk", "--out", "x"], "did you mean gpkg?"),
        (["report", "--district", "wst", "--out", "x"], "did you mean west"),
        (["build", "--lang", "kz"], "Unknown language 'kz': did you mean kk?"),
        (["map", "atals", "--out", "x"], "Unknown map 'atals': did you mean atlas?"),
        (["import", "residents", "none.geojson"], "none.geojson"),
        (["layers", "--plan", "nowhere"], "plan.toml: not found"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_exit_1(
    arguments: list[str],
    complaint: str,
    toytown: Path,
    refusal: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(toytown)
    assert complaint in refusal(*arguments)


@pytest.mark.parametrize("arguments", [["coverage"], ["fly"], ["layers", "--jsn"], ["map"]])
def test_wrong_usage_exits_2(arguments: list[str], capsys: Printed) -> None:
    assert main(arguments) == 2
    assert "Usage: almaty-geo" in capsys.readouterr().err


def test_the_current_folder_is_the_plan_if_it_is_one(
    toytown: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(toytown)
    found = answer(capsys, "coverage", "schools")
    assert isinstance(found, dict)
    assert found["people"] == 200


def test_check_names_every_fault_and_exits_1(toytown: Path, capsys: Printed) -> None:
    path = toytown / "layers" / "schools.geojson"
    path.write_text(path.read_text().replace('"seats": 60', '"seats": -60'))
    assert main(["check", "--plan", str(toytown)]) == 1
    said = capsys.readouterr().out
    assert "sha256" in said
    assert "-60" in said


def test_check_passes_a_plan_without_faults(toytown: Path, capsys: Printed) -> None:
    assert main(["check", "--plan", str(toytown)]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_check_reads_a_file_that_is_no_layer(toytown: Path, capsys: Printed) -> None:
    file = toytown / "outside.geojson"
    file.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}')
    assert main(["check", str(file), "--plan", str(toytown)]) == 1
    assert "outside.geojson" in capsys.readouterr().out


def test_import_replaces_a_layer_and_seals_it(toytown: Path, capsys: Printed) -> None:
    old = toytown / "layers" / "schools.geojson"
    file = toytown / "new.geojson"
    file.write_text(old.read_text().replace('"seats": 60', '"seats": 75'))
    assert main(["import", "schools", str(file), "--plan", str(toytown)]) == 0
    assert "schools: 2 rows" in capsys.readouterr().out
    plan = Plan(toytown)
    assert plan.layers["schools"].frame["seats"].tolist() == [75, 40]
    assert plan.layers["schools"].unlocated == 1


def test_import_reads_a_table_with_places(toytown: Path) -> None:
    file = toytown / "new.csv"
    lon, lat = degrees(1500, 1500)
    file.write_text(f"id,name_ru,seats,lon,lat\nC,Школа В,20,{lon},{lat}\n", encoding="utf-8")
    assert main(["import", "schools", str(file), "--plan", str(toytown)]) == 0
    frame = Plan(toytown).layers["schools"].frame
    assert frame["name_ru"].tolist() == ["Школа В"]
    assert frame.geometry.x.tolist() == pytest.approx([lon])


def test_import_of_a_bad_file_leaves_the_layer_as_it_was(toytown: Path, capsys: Printed) -> None:
    layers = toytown / "layers"
    before = [(layers / name).read_bytes() for name in ("schools.geojson", "schools.toml")]
    file = toytown / "new.geojson"
    text = (layers / "schools.geojson").read_text()
    file.write_text(text.replace('"seats": 60', '"seats": "many"'))
    assert main(["import", "schools", str(file), "--plan", str(toytown)]) == 1
    assert "'many'" in capsys.readouterr().err
    assert before == [(layers / n).read_bytes() for n in ("schools.geojson", "schools.toml")]


def test_a_new_plan_says_what_to_fill_and_holds_an_example(
    toytown: Path, tmp_path: Path, capsys: Printed
) -> None:
    folder = tmp_path / "mine"
    assert main(["new", str(folder)]) == 0
    assert str(folder / "plan.toml") in capsys.readouterr().out
    assert main(["coverage", "schools", "--plan", str(folder)]) == 1
    assert "almaty-geo import districts FILE" in capsys.readouterr().err
    assert main(["coverage", "schools", "--plan", str(folder / "example")]) == 0
    capsys.readouterr()
    assert main(["new", str(folder)]) == 1
    assert "is there already and not empty" in capsys.readouterr().err
    (folder / "plan.toml").write_text(PLAN.replace('"toytown"', '"mine"'), encoding="utf-8")
    for name in ("districts", "residents", "schools"):
        text = (toytown / "layers" / f"{name}.geojson").read_text()
        if name == "residents":
            text = text.replace('"district": "west", ', "").replace('"district": "east", ', "")
        (tmp_path / f"{name}.geojson").write_text(text)
        code = main(["import", name, str(tmp_path / f"{name}.geojson"), "--plan", str(folder)])
        assert code == 0, capsys.readouterr().err
    capsys.readouterr()
    found = answer(capsys, "coverage", "schools", "--plan", str(folder))
    assert isinstance(found, dict)
    assert found["within_reach"] == 150


def test_a_name_that_a_terminal_would_obey_is_printed_without_its_power(
    toytown: Path, capsys: Printed
) -> None:
    sidecar = toytown / "layers" / "schools.toml"
    sidecar.write_text(sidecar.read_text().replace("schools en", "schools\\u001b[31m\\u202e en"))
    assert main(["layers", "--plan", str(toytown)]) == 0
    assert "schools[31m en" in capsys.readouterr().out
