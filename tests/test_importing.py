import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toytown import degrees, feature

from almaty_geo.build import Order, build
from almaty_geo.cli import main
from almaty_geo.errors import AlmatyGeoError, DataError, UnknownNameError, UsageError
from almaty_geo.importing import (
    Fresh,
    ImportEntry,
    Request,
    import_layer,
    import_ledger,
    new_layer,
)
from almaty_geo.importing.merging import compare, merge
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
    monkeypatch.setattr("almaty_geo.plan.folder.is_bundled", lambda _: True)
    before = state(toytown)
    with pytest.raises(UsageError, match="start your own with `almaty-geo new DIR`"):
        import_layer(Plan(toytown), "schools", file)
    assert state(toytown) == before


def test_each_value_that_was_changed_is_a_line_of_the_ledger(
    toytown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lon, lat = degrees(900, 900)
    rows = f"C;1 200;{lon};{lat}\nD;20;{lon};{lat}\nE;x;{lon};{lat}\nF;3 000;{lon};{lat}\n"
    file = table(toytown, f"id;Места;lon;lat\n{rows}")
    done = import_layer(Plan(toytown), "schools", file, Request(where=("id!=E",)))
    lines = import_ledger(Plan(toytown), "schools")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert lines[0] == ImportEntry(
        *("schools/import", "schools", "", "import"),
        before=f"offered.csv, 4 rows, SHA-256 {digest}",
        after="3 rows, 0 without a place",
    )
    changed = [(e.id, e.feature, e.before, e.after) for e in lines if e.feature]
    assert changed == [
        ("schools/C/seats/read-as-int", "C", "1 200", "1200"),
        ("schools/F/seats/read-as-int", "F", "3 000", "3000"),
    ]
    assert done.changes == len(lines) - 1
    assert main(["repair", "schools", "--ledger", "--plan", str(toytown)]) == 0
    assert "schools/C/seats/read-as-int: 1 200 becomes 1200." in capsys.readouterr().out
    assert main(["repair", "schools", "--ledger", "--json", "--plan", str(toytown)]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == [e.id for e in lines]


def test_a_ledger_is_about_the_rows_that_the_layer_has(toytown: Path) -> None:
    def taken(seats: str, request: Request) -> list[str]:
        lon, lat = degrees(900, 900)
        file = table(toytown, f"id;Места;lon;lat\n{seats[:1]};{seats};{lon};{lat}\n")
        import_layer(Plan(toytown), "schools", file, request)
        return [e.before for e in import_ledger(Plan(toytown), "schools") if e.feature]

    merged = Request(merge_on="id")
    assert taken("1 200", merged) == ["1 200"]
    assert taken("2 200", merged) == ["1 200", "2 200"]
    assert taken("3 200", Request()) == ["3 200"]
    before = Plan(toytown).input_hash
    path = toytown / "layers" / "ledger" / "schools.import.jsonl"
    path.write_text("none")
    assert Plan(toytown).input_hash != before
    with pytest.raises(DataError, match=r"schools\.import\.jsonl: line 1: is no line"):
        import_ledger(Plan(toytown), "schools")


def test_a_layer_may_be_kept_under_another_name_of_its_file(toytown: Path) -> None:
    layers = toytown / "layers"
    sidecar = (layers / "schools.toml").read_text(encoding="utf-8")
    (layers / "schools.geojson").rename(layers / "list.json")
    renamed = sidecar.replace('"schools.geojson"', '"list.json"')
    (layers / "schools.toml").write_text(renamed, encoding="utf-8")
    # Another file of the same stem is another layer's.
    other = (layers / "schools_planned.toml").read_text(encoding="utf-8")
    (layers / "schools_planned.geojson").rename(layers / "list.geojson")
    (layers / "schools_planned.toml").write_text(
        other.replace('"schools_planned.geojson"', '"list.geojson"'), encoding="utf-8"
    )
    file = table(toytown, f"id,seats,lon,lat\nC,20,{place(900, 900)}\n")
    import_layer(Plan(toytown), "schools", file)
    plan = Plan(toytown)
    assert plan.layers["schools"].frame["id"].tolist() == ["C"]
    assert plan.layers["schools_planned"].frame["id"].tolist() == ["P"]
    assert not (layers / "schools.geojson").exists()
    assert not list(layers.glob(".*"))


def test_rows_are_not_merged_into_a_layer_that_cannot_be_read(toytown: Path) -> None:
    path = toytown / "layers" / "schools.geojson"
    path.write_text(path.read_text().replace('"seats": 60', '"seats": -6'))
    before = state(toytown)
    file = table(toytown, f"id,seats,lon,lat\nC,20,{place(900, 900)}\n")
    with pytest.raises(DataError, match="Rows cannot be merged into it: replace them all"):
        import_layer(Plan(toytown), "schools", file, Request(merge_on="id"))
    assert state(toytown) == before
    assert import_layer(Plan(toytown), "schools", file).change.added == ("C",)


def test_columns_of_a_new_layer_are_told_apart_and_rows_numbered_where_ids_are_not(
    toytown: Path,
) -> None:
    rows = f"7,a,b,1,{place(900, 900)}\n7,c,d,2,{place(950, 900)}\n"
    file = table(toytown, f"ID,name,name:en,Name EN,lon,lat\n{rows}")
    done = new_layer(Plan(toytown), "wells", file, Fresh(title=TITLE))
    frame = Plan(toytown).layers["wells"].frame
    assert list(frame.columns[:-1]) == ["id", "id_own", "name", "name_en", "name_en_2"]
    assert frame["id"].tolist() == ["wells-001", "wells-002"]
    assert frame["id_own"].tolist() == [7, 7]
    said = " ".join(map(str, done.notes))
    assert "rows are numbered: the column id is empty or the same in several" in said
    assert "columns renamed: ID -> id_own, name:en -> name_en, Name EN -> name_en_2" in said


def test_an_outline_that_rounding_would_break_is_fitted_and_listed(toytown: Path) -> None:
    # A dent that ends just inside the opposite side: rounded, it reaches through it.
    west, south = degrees(500, 500)
    east, north = degrees(900, 900)
    middle, tip = (west + east) / 2, south + 1e-8
    ring = [(west, south), (east, south), (east, north), (middle + 1e-3, north),
            (middle, tip), (middle - 1e-3, north), (west, north), (west, south)]  # fmt: skip
    ring[0] = ring[-1] = (west, south + 4e-8)
    ring[1] = (east, south - 4e-8)
    geometry = {"type": "Polygon", "coordinates": [ring]}
    one = {"type": "Feature", "properties": {"id": "a"}, "geometry": geometry}
    file = toytown / "dent.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    new_layer(Plan(toytown), "dent", file, Fresh(title=TITLE, role="context"))
    (line,) = [e for e in import_ledger(Plan(toytown), "dent") if e.feature]
    assert (line.rule, line.feature) == ("rounded", "a")
    assert Plan(toytown).layers["dent"].frame.geometry.is_valid.all()


PLACES = st.none() | st.tuples(st.integers(0, 3), st.integers(0, 3))
TABLES = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.none() | st.integers(0, 2), PLACES), max_size=5
)


def rows_of(table: dict[str, Any]) -> gpd.GeoDataFrame:
    points: list[Any] = [None if xy is None else shapely.Point(xy) for _, xy in table.values()]
    columns = {
        "id": pd.Series(list(table), dtype=object),
        "seats": pd.array([seats for seats, _ in table.values()], dtype="Int64"),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs="EPSG:4326"))


@given(TABLES, TABLES)
@settings(deadline=None, max_examples=60)
def test_rows_are_compared_and_merged_as_dictionaries_would_be(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    change = compare(rows_of(old), rows_of(new), key="id")
    assert change.added == tuple(k for k in new if k not in old)
    assert change.changed == tuple(k for k in new if k in old and new[k] != old[k])
    assert change.gone == tuple(k for k in old if k not in new)
    assert change.same == sum(k in old and new[k] == old[k] for k in new)
    merged = merge(rows_of(old), rows_of(new), key="id")
    expected = rows_of({**old, **new})
    assert merged["id"].tolist() == expected["id"].tolist()
    assert compare(expected, merged, key="id").same == len(expected)


def test_an_outline_that_begins_elsewhere_or_turns_the_other_way_is_the_same() -> None:
    square = shapely.box(0, 0, 1, 1)
    x, y = square.exterior.xy
    turned = shapely.Polygon(list(zip(x, y, strict=True))[2:] + list(zip(x, y, strict=True))[1:3])
    frames = [
        gpd.GeoDataFrame({"id": ["a"]}, geometry=[shape], crs="EPSG:4326")
        for shape in (square, turned.reverse(), shapely.box(0, 0, 1, 1 + 1e-6))
    ]
    assert compare(frames[0], frames[1], key="id").same == 1
    assert compare(frames[0], frames[2], key="id").changed == ("a",)


SPOILT = st.lists(
    st.tuples(
        st.sampled_from(["put", "drop", "cut"]), st.integers(0, 2**31), st.binary(max_size=6)
    ),
    min_size=1,
    max_size=3,
)


@given(suffix=st.sampled_from(["csv", "geojson"]), changes=SPOILT)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_spoilt_file_leaves_the_old_layer_or_a_whole_new_one(
    suffix: str, changes: list[tuple[str, int, bytes]], toytown: Path
) -> None:
    lon, lat = degrees(900, 900)
    one = feature({"id": "C", "name_ru": "Школа", "seats": 20}, (900, 900))
    data = bytearray(
        f"id,name_ru,seats,lon,lat\nC,Школа,20,{lon},{lat}\n".encode()
        if suffix == "csv"
        else json.dumps({"type": "FeatureCollection", "features": [one]}).encode()
    )
    for how, place_, piece in changes:
        at = place_ % (len(data) + 1)
        data[at : at + (len(piece) if how == "drop" else 0)] = b"" if how == "drop" else piece
        del data[at if how == "cut" else len(data) :]
    file = toytown / f"offered.{suffix}"
    file.write_bytes(data)
    before = state(toytown)
    try:
        rows = import_layer(Plan(toytown), "schools", file).rows
    except AlmatyGeoError as error:
        rows, said = 0, str(error)
    if rows:
        assert len(Plan(toytown).layers["schools"]) == rows
        assert import_ledger(Plan(toytown), "schools")[0].rule == "import"
    else:
        assert "\n" not in said
        assert state(toytown) == before
    assert not list(toytown.glob(".*"))
