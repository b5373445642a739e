import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from toytown import degrees, feature

from almaty_geo.build import Order, build
from almaty_geo.cli import main
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.importing import Fresh, Request, import_layer, new_layer
from almaty_geo.plan import Plan
from almaty_geo.reading import Options
from almaty_geo.specs import LayerSpec, read_spec
from almaty_geo.words import Text

TITLE = Text(kk="Емханалар", ru="Поликлиники", en="Polyclinics")


def table(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "offered.csv"
    path.write_text(text, encoding=encoding)
    return path


def place(east_m: float, north_m: float) -> str:
    lon, lat = degrees(east_m, north_m)
    return f"{lon},{lat}"


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((folder / "layers").iterdir()) if p.is_file()}


def test_columns_are_matched_by_name_title_and_synonym(toytown: Path) -> None:
    file = table(toytown, f"ID,Наименование,Мощность,lon,lat\nC,Школа В,20,{place(1500, 1500)}\n")
    done = import_layer(Plan(toytown), "schools", file)
    assert done.mapping == {"id": "ID", "name_ru": "Наименование", "seats": "Мощность"}
    frame = Plan(toytown).layers["schools"].frame
    assert frame[["id", "name_ru", "seats"]].to_numpy().tolist() == [["C", "Школа В", 20]]


def test_what_is_told_overrules_what_is_guessed(toytown: Path) -> None:
    file = table(toytown, f"id,seats,real,lon,lat\nC,20,25,{place(1500, 1500)}\n")
    done = import_layer(Plan(toytown), "schools", file, Request(mapping=("seats=real",)))
    assert done.mapping["seats"] == "real"
    assert done.left_out == ("seats",)
    assert done.missing == ("name_ru",)
    assert Plan(toytown).layers["schools"].frame["seats"].tolist() == [25]


def test_only_rows_that_meet_the_conditions_come_in(toytown: Path) -> None:
    rows = f"C,20,open,{place(900, 900)}\nD,bad,shut,{place(950, 900)}\n"
    file = table(toytown, f"id,seats,status,lon,lat\n{rows}")
    done = import_layer(Plan(toytown), "schools", file, Request(where=("status=open",)))
    assert done.rows == 1  # what is wrong with a row that stays out does not matter
    other = Request(where=("status!=open",))
    with pytest.raises(DataError, match="bad"):
        import_layer(Plan(toytown), "schools", file, other)


def test_a_merge_keeps_what_the_file_does_not_have(toytown: Path) -> None:
    rows = f"A,Школа А,65,{place(1000, 1000)}\nC,Школа В,20,{place(900, 900)}\n"
    file = table(toytown, f"id,name_ru,seats,lon,lat\n{rows}")
    done = import_layer(Plan(toytown), "schools", file, Request(merge_on="id"))
    assert (done.change.added, done.change.changed, done.change.gone) == (("C",), ("A",), ("B",))
    layer = Plan(toytown).layers["schools"]
    assert layer.frame["id"].tolist() == ["A", "B", "C"]
    assert layer.frame["seats"].tolist() == [65, 40, 20]
    assert layer.unlocated == 1


def test_a_replacement_reports_what_is_gone(toytown: Path) -> None:
    file = table(toytown, f"id,name_ru,seats,lon,lat\nA,Школа А,60,{place(1000, 1000)}\n")
    done = import_layer(Plan(toytown), "schools", file)
    assert (done.change.added, done.change.changed, done.change.gone) == ((), (), ("B",))
    assert done.change.same == 1
    assert "1 gone: B" in " ".join(done.lines())


def test_the_sidecar_says_which_file_the_data_came_from(toytown: Path) -> None:
    file = table(toytown, f"id;Места;lon;lat\nC;1 200;{place(900, 900).replace(',', ';')}\n")
    done = import_layer(Plan(toytown), "schools", file)
    spec = read_spec(toytown / "layers" / "schools.toml", LayerSpec, id="schools")
    assert spec.origin is not None
    assert spec.origin.file == "offered.csv"
    assert spec.origin.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert spec.origin.mapping == {"seats": "Места"}
    assert list(spec.origin.notes) == [str(note) for note in done.notes]
    assert any("1 200" in note or "number" in note for note in spec.origin.notes)
    assert Plan(toytown).layers["schools"].frame["seats"].tolist() == [1200]


def test_a_planners_windows_table_comes_in(toytown: Path) -> None:
    lon, lat = (str(v).replace(".", ",") for v in degrees(900, 900))
    text = f"id;Название;Места;lon;lat\nC;Школа № 5;20;{lon};{lat}\n"
    done = import_layer(Plan(toytown), "schools", table(toytown, text, encoding="cp1251"))
    assert done.rows == 1
    assert Plan(toytown).layers["schools"].frame["name_ru"].tolist() == ["Школа № 5"]


def test_metres_come_in_when_their_system_is_said(toytown: Path) -> None:
    file = table(toytown, "id,x,y\nC,501000,5301000\n")
    options = Options(crs="EPSG:32632", places=("x", "y"))
    import_layer(Plan(toytown), "schools", file, Request(options=options))
    places = Plan(toytown).layers["schools"].frame.geometry
    assert [places.x.iloc[0], places.y.iloc[0]] == pytest.approx(degrees(1000, 1000), abs=1e-6)


@pytest.mark.parametrize(
    ("request_", "error", "complaint"),
    [
        (Request(mapping=("seats",)), UsageError, "'seats' is not column=source"),
        (Request(mapping=("seat=x",)), UnknownNameError, "'seat': did you mean seats"),
        (Request(mapping=("seats=Meст",)), UnknownNameError, "column of the file 'Meст'"),
        (Request(where=("status",)), UsageError, "'status' is not column=value"),
        (Request(where=("state=1",)), UnknownNameError, "column of the file 'state'"),
        (Request(merge_on="key"), UnknownNameError, "column of schools 'key'"),
        (Request(where=("id=none",)), DataError, "holds no rows"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(
    request_: Request, error: type[Exception], complaint: str, toytown: Path
) -> None:
    file = table(toytown, f"id,seats,lon,lat\nC,20,{place(900, 900)}\n")
    before = state(toytown)
    with pytest.raises(error, match=complaint):
        import_layer(Plan(toytown), "schools", file, request_)
    assert state(toytown) == before


def test_rows_cannot_be_merged_on_a_key_that_is_not_one(toytown: Path) -> None:
    rows = f"C,20,{place(900, 900)}\nD,20,{place(950, 900)}\n"
    file = table(toytown, f"id,seats,lon,lat\n{rows}")
    with pytest.raises(DataError, match="'seats' is empty or not unique in the file"):
        import_layer(Plan(toytown), "schools", file, Request(merge_on="seats"))


def test_a_new_layer_is_a_theme_at_once(toytown: Path, tmp_path: Path) -> None:
    rows = f"Емхана № 1,250,{place(3000, 1000)}\nБасқа,,{place(900, 900)}\n"
    file = table(toytown, f"Name,Visits per day,lon,lat\n{rows}")
    fresh = Fresh(title=TITLE, publisher="Health office", licence="CC-BY-4.0")
    done = new_layer(Plan(toytown), "polyclinics", file, fresh)
    assert done.rows == 2
    plan = Plan(toytown)
    layer = plan.layers["polyclinics"]
    assert list(layer.spec.columns) == ["id", "name_kk", "visits_per_day"]
    assert layer.frame["id"].tolist() == ["polyclinics-001", "polyclinics-002"]
    assert (layer.spec.theme, layer.spec.licence) == ("polyclinics", "CC-BY-4.0")
    found = plan.coverage("polyclinics", reach="500m").by("districts")["within_reach"]
    assert found.to_dict() == {"west": 100, "east": 20}
    page = build(plan, Order(tmp_path / "out", languages=("kk",))) / "atlas.html"
    assert "Емханалар" in page.read_text(encoding="utf-8")


def test_a_new_layer_needs_titles_and_a_name_of_its_own(
    toytown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(toytown, f"id,lon,lat\nC,{place(900, 900)}\n")
    before = state(toytown)
    asked = ["--new", "--plan", str(toytown)]
    assert main(["import", "wells", str(file), *asked]) == 1
    assert "--title kk=" in capsys.readouterr().err
    titles = [x for lang in ("kk", "ru", "en") for x in ("--title", f"{lang}=Wells {lang}")]
    assert main(["import", "schools", str(file), *asked, *titles]) == 1
    assert "has the layer 'schools' already" in capsys.readouterr().err
    assert main(["import", "wells", str(file), *asked, *titles, "--role", "ground"]) == 1
    assert state(toytown) == before
    assert main(["import", "wells", str(file), *asked, *titles, "--json"]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (said["layer"], said["rows"], said["added"]) == ("wells", 1, ["C"])


def test_shapes_of_several_types_are_no_layer(toytown: Path) -> None:
    line = feature({"id": "L"}, None)
    line["geometry"] = {"type": "LineString", "coordinates": [degrees(0, 0), degrees(9, 9)]}
    file = toytown / "mixed.geojson"
    both = {"type": "FeatureCollection", "features": [feature({"id": "P"}, (10, 10)), line]}
    file.write_text(json.dumps(both))
    with pytest.raises(DataError, match=r"several types \(LineString, Point\)"):
        new_layer(Plan(toytown), "mixed", file, Fresh(title=TITLE))
    assert not (toytown / "layers" / "mixed.toml").exists()


def test_the_real_schools_come_in_through_their_own_columns(
    real_data: Path, root: Path, tmp_path: Path
) -> None:
    file = real_data / "schools" / "schools_existing_2025.geojson"
    folder = tmp_path / "plan"
    for name in ("layers", "maps"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "plan.toml", folder)
    done = new_layer(Plan(folder), "offered", file, Fresh(title=TITLE))
    assert done.rows == 369
    assert len(Plan(folder).layers["offered"]) == 369


def test_the_plan_in_the_installed_package_is_not_written_to(
    toytown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = table(toytown, f"id,seats,lon,lat\nC,20,{place(900, 900)}\n")
    monkeypatch.setattr("almaty_geo.importing.is_bundled", lambda _: True)
    before = state(toytown)
    with pytest.raises(UsageError, match="start your own with `almaty-geo new DIR`"):
        import_layer(Plan(toytown), "schools", file)
    assert state(toytown) == before
