import hashlib
import json
import math
import re
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, OutputError
from almaty_geo.exports import (
    Contents,
    Grade,
    Result,
    Step,
    write_datapackage,
    write_frame,
    write_layer,
    write_package,
    write_projects,
)
from almaty_geo.plan import Plan
from almaty_geo.specs import Column
from almaty_geo.words import LANGUAGES, Text, same

DAY = date(2026, 3, 1)
CHOSEN = ("districts", "intakes", "main_streets", "residents", "schools_planned", "city_series")
HOSTILE = "[% env('HOME') %] \"><x/> {{7*7}} </qgis> \x01"
SHOWN = "[\u200b% env('HOME') %] \"><x/> {{7*7}} </qgis> \ufffd"


@pytest.fixture
def layers(almaty: Plan) -> list[Layer]:
    return [almaty.layers[name] for name in CHOSEN]


@pytest.fixture
def answer() -> Result:
    """Three areas: one served well, one badly, one where nobody lives."""
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "share": pd.array([0.2, 0.9, None], dtype="Float64")},
        geometry=[box(76 + at, 43, 77 + at, 44) for at in range(3)],
        crs="EPSG:4326",
    )
    steps = (
        Step(0.2, same("up to 20%"), "#fee838"),
        Step(math.inf, Text("20%-дан көп", "больше 20%", "over 20%"), "#00224e"),
    )
    columns = {"share": Column(kind="float", title=Text("Үлес", "Доля", "Share"))}
    return Result(
        name="coverage",
        title=Text("Қамту", "Охват", "Coverage"),
        frame=frame,
        grade=Grade("share", steps),
        columns=columns,
        show=True,
    )


def styles(path: Path) -> dict[tuple[str, str], ET.Element]:
    """Return each style of a package by table and name."""
    with sqlite3.connect(path) as base:
        rows = base.execute("select f_table_name, styleName, styleQML from layer_styles").fetchall()
    return {(table, name): parse(qml) for table, name, qml in rows}


def parse(text: str) -> ET.Element:
    assert text.startswith("<!DOCTYPE qgis ")
    return ET.fromstring(text)  # noqa: S314 - written by ourselves, just now


def attributes(root: ET.Element, path: str, name: str) -> list[str]:
    return [found.attrib[name] for found in root.findall(path)]


def package(layers: list[Layer], plan: Plan, folder: Path, *results: Result) -> Path:
    return write_package(
        layers, folder / "plan.gpkg", date=DAY, styles=plan.map_spec(), results=results
    )


def projects(layers: list[Layer], plan: Plan, folder: Path, *results: Result) -> dict[str, str]:
    paths = write_projects(
        layers,
        folder / "plan.gpkg",
        date=DAY,
        styles=plan.map_spec(),
        metric_crs=plan.spec.metric_crs,
        results=results,
    )
    assert [path.name for path in paths] == [f"plan_{lang}.qgs" for lang in LANGUAGES]
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return dict(zip(LANGUAGES, texts, strict=True))


def test_each_table_has_a_style_in_each_language_and_one_of_them_is_taken(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    path = package(layers, almaty, tmp_path, answer)
    with sqlite3.connect(path) as base:
        found = base.execute(
            "select f_table_name, f_geometry_column, styleName, useAsDefault, update_time"
            " from layer_styles order by id"
        ).fetchall()
        kinds = dict(base.execute("select table_name, data_type from gpkg_contents"))
        (count,) = base.execute("select count(*) from coverage").fetchone()
    assert {row[0] for row in found} == {*CHOSEN, "coverage"}
    assert len(found) == 3 * (len(CHOSEN) + 1)
    assert [row[0] for row in found if row[3]] == list(dict.fromkeys(row[0] for row in found))
    assert {row[2] for row in found if row[3]} == {"Русский"}
    assert {row[1] for row in found if row[0] == "city_series"} == {""}
    assert {row[1] for row in found if row[0] == "districts"} == {"geom"}
    assert {row[4] for row in found} == {"2026-03-01T00:00:00.000Z"}
    assert kinds["layer_styles"] == "attributes"
    assert count == 3


def test_the_same_package_and_projects_are_the_same_bytes(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    one, two = (package(layers, almaty, tmp_path / n, answer).read_bytes() for n in "ab")
    assert one == two
    assert projects(layers, almaty, tmp_path / "a") == projects(layers, almaty, tmp_path / "b")


def test_a_state_is_told_by_the_sign_in_words_of_the_style(
    layers: list[Layer], almaty: Plan, tmp_path: Path
) -> None:
    found = styles(package(layers, almaty, tmp_path))
    for name, words in {
        "English": ["existing", "under construction", "at design stage", "planned"],
        "Русский": ["существующий", "строится", "проектируется", "планируется"],
    }.items():
        renderer = found["intakes", name].find("renderer-v2")
        assert renderer is not None
        assert renderer.attrib["type"] == "categorizedSymbol"
        assert renderer.attrib["attr"] == "state"
        values = attributes(renderer, "categories/category", "value")
        assert values == ["existing", "under_construction", "design", "planned"]
        assert attributes(renderer, "categories/category", "label") == words
        marks = [
            attributes(symbol, "layer/prop[@k='name']", "v")
            for symbol in renderer.findall("symbols/symbol")
        ]
        assert marks == [
            ["circle", "diamond"],
            ["circle", "diamond", "diagonal_half_square"],
            ["circle", "diamond", "diamond"],
            ["circle", "diamond"],
        ]


def test_colours_and_widths_are_those_of_the_maps_file(
    layers: list[Layer], almaty: Plan, tmp_path: Path
) -> None:
    (symbol,) = styles(package(layers, almaty, tmp_path))["main_streets", "English"].iter("symbol")
    assert attributes(symbol, "layer/prop[@k='line_color']", "v") == ["207,214,221,255"]  # #cfd6dd
    assert attributes(symbol, "layer/prop[@k='line_width']", "v") == ["0.370"]  # 1.4 px


def test_classes_of_an_answer_take_every_row_once_and_no_data_has_its_own(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    style = styles(package(layers, almaty, tmp_path, answer))["coverage", "Русский"]
    labels = attributes(style, "renderer-v2/rules/rule", "label")
    assert labels == ["up to 20%", "больше 20%", "нет данных"]
    conditions = attributes(style, "renderer-v2/rules/rule", "filter")
    with sqlite3.connect(tmp_path / "plan.gpkg") as base:
        taken = [
            [i for (i,) in base.execute(f"select id from coverage where {condition}")]  # noqa: S608 - ours
            for condition in conditions
        ]
    assert taken == [["a"], ["b"], ["c"]]
    fills = attributes(style, ".//symbol/layer/prop[@k='color']", "v")
    assert fills == ["254,232,56,255", "0,34,78,255", "213,218,224,255"]


def test_columns_are_called_as_the_sidecar_says_in_each_language(
    layers: list[Layer], almaty: Plan, tmp_path: Path
) -> None:
    found = styles(package(layers, almaty, tmp_path))
    told = {
        name: {a.attrib["field"]: a.attrib["name"] for a in style.findall("aliases/alias")}
        for (table, name), style in found.items()
        if table == "districts"
    }
    assert told["Қазақша"]["people"].startswith("Тұрғындар, 2026 жылғы наурыз")
    assert told["Русский"]["people"].startswith("Жители, март 2026 года")
    assert told["English"]["people"].startswith("Residents, March 2026")
    assert list(told["English"]) == ["fid", *almaty.layers["districts"].spec.columns]


def test_a_package_without_styles_has_no_table_of_them(layers: list[Layer], tmp_path: Path) -> None:
    path = write_package(layers, tmp_path / "plan.gpkg", date=DAY)
    with sqlite3.connect(path) as base:
        names = {name for (name,) in base.execute("select table_name from gpkg_contents")}
    assert names == set(CHOSEN)


def test_two_tables_of_one_name_are_refused(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    for name in ("districts", "layer_styles"):
        with pytest.raises(DataError, match=f"'{name}' cannot name two tables"):
            package(layers, almaty, tmp_path, replace(answer, name=name))
    assert not list(tmp_path.iterdir())


def test_a_project_opens_what_lies_beside_it_in_groups_of_its_language(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    found = projects(layers, almaty, tmp_path, answer)
    groups = {
        lang: attributes(parse(text), "layer-tree-group/layer-tree-group", "name")
        for lang, text in found.items()
    }
    assert groups["en"] == ["Facilities", "People", "Answer", "Base map", "Data"]
    assert groups["ru"][0] == "Объекты"
    assert len(set(groups["kk"]) | set(groups["ru"]) | set(groups["en"])) == 15
    root = parse(found["ru"])
    sources = {element.text or "" for element in root.iter("datasource")}
    assert sources == {f"./plan.gpkg|layername={name}" for name in (*CHOSEN, "coverage")}
    assert str(tmp_path) not in found["ru"]
    assert root.findtext("properties/Paths/Absolute") == "false"
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:32643"
    names = {x.findtext("id"): x.findtext("layername") for x in root.iter("maplayer")}
    listed = {x.attrib["id"]: x.attrib["name"] for x in root.iter("layer-tree-layer")}
    assert names == listed
    assert names["layer_districts"] == "Районы города"


def test_a_project_shows_at_first_what_the_map_shows(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    root = parse(projects(layers, almaty, tmp_path, answer)["en"])
    on = {
        x.attrib["id"]
        for x in root.iter("layer-tree-layer")
        if x.attrib["checked"] == "Qt::Checked"
    }
    assert on == {f"layer_{n}" for n in ("districts", "intakes", "main_streets", "coverage")}
    drawn = [element.text for element in root.findall("layer-tree-group/custom-order/item")]
    assert drawn[-2:] == ["layer_coverage", "layer_districts"]
    view = root.find("ProjectViewSettings/DefaultViewExtent")
    assert view is not None
    people = almaty.layers["residents"].located.to_crs(almaty.spec.metric_crs)
    inside = people.cx[
        float(view.attrib["xmin"]) : float(view.attrib["xmax"]),
        float(view.attrib["ymin"]) : float(view.attrib["ymax"]),
    ]
    assert len(inside) > 0.95 * len(people)


def test_hostile_words_stay_words(almaty: Plan, tmp_path: Path) -> None:
    layer = almaty.layers["schools_planned"]
    words = {state: same(HOSTILE) for state in layer.spec.columns["state"].values}  # noqa: PD011 - ours
    told = {
        "state": layer.spec.columns["state"].model_copy(update={"values": words}),
        'a"b': Column(kind="str", title=same(HOSTILE)),
    }
    spec = layer.spec.model_copy(
        update={"title": same(HOSTILE), "columns": {**layer.spec.columns, **told}}
    )
    frame = layer.frame.assign(**{'a"b': HOSTILE})
    hostile = [Layer(spec, frame)]
    root = parse(projects(hostile, almaty, tmp_path)["kk"])
    assert root.findtext(".//layername") == SHOWN
    assert SHOWN in attributes(root, ".//aliases/alias", "name")
    assert SHOWN in attributes(root, ".//category", "label")
    assert "[%" not in (tmp_path / "plan_kk.qgs").read_text(encoding="utf-8")
    style = styles(package(hostile, almaty, tmp_path))["schools_planned", "English"]
    assert SHOWN in attributes(style, "renderer-v2/categories/category", "label")


def test_a_name_in_an_expression_is_quoted(almaty: Plan, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {'a" or 1=1 --': [1.0, 2.0]}, geometry=[Point(76, 43), Point(77, 43)], crs="EPSG:4326"
    )
    steps = (Step(1.0, same("low"), "#00224e"), Step(math.inf, same("high"), "#fee838"))
    grade = Grade('a" or 1=1 --', steps, size='a" or 1=1 --')
    result = Result(name="odd", title=same("odd"), frame=frame, grade=grade)
    style = styles(package([], almaty, tmp_path, result))["odd", "English"]
    conditions = attributes(style, "renderer-v2/rules/rule", "filter")
    assert conditions[0] == '"a"" or 1=1 --" <= 1.0'
    sized = attributes(style, ".//Option[@name='expression']", "value")
    assert set(sized) == {
        '5.292 * max(0.08, sqrt(max(coalesce("a"" or 1=1 --", 0), 0) / 2.0))',
    }


def test_a_data_package_lists_every_export_with_size_and_digest(
    layers: list[Layer], almaty: Plan, answer: Result, tmp_path: Path
) -> None:
    package(layers, almaty, tmp_path, answer)
    for layer in layers[:2]:
        write_layer(layer, tmp_path / "layers", formats=["csv", "geojson", "shp"], date=DAY)
    write_frame(answer.frame, answer.name, tmp_path, formats=["csv"], date=DAY)
    (tmp_path / "notes.txt").write_text("no export")
    title = almaty.map_spec().title
    contents = Contents(id="almaty", title=title, date=DAY, layers=layers, results=[answer])
    path = write_datapackage(tmp_path, contents)
    told = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    found = {resource["path"]: resource for resource in told["resources"]}
    assert set(found) == {
        "plan.gpkg",
        "coverage.csv",
        *(f"layers/districts.{end}" for end in ("csv", "geojson", "shp.zip")),
        *(f"layers/intakes.{end}" for end in ("csv", "geojson", "shp.zip")),
    }
    for place, resource in found.items():
        content = (tmp_path / place).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert told["created"] == "2026-03-01T00:00:00Z"
    assert told["titles"]["kk"] == title.kk
    before = path.read_bytes()
    assert write_datapackage(tmp_path, contents).read_bytes() == before


def test_a_data_package_says_what_the_columns_are_and_whose(
    layers: list[Layer], answer: Result, tmp_path: Path
) -> None:
    for layer in layers:
        write_layer(layer, tmp_path, formats=["csv", "shp"], date=DAY)
    write_frame(answer.frame, answer.name, tmp_path, formats=["csv"], date=DAY)
    contents = Contents(
        id="almaty", title=same("Almaty"), date=DAY, layers=layers, results=[answer]
    )
    told = json.loads(write_datapackage(tmp_path, contents).read_text(encoding="utf-8"))
    found = {resource["path"]: resource for resource in told["resources"]}
    for name in (*CHOSEN, "coverage"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8") as file:
            header = file.readline().strip().split(",")
        assert [f["name"] for f in found[f"{name}.csv"]["schema"]["fields"]] == header
    districts = found["districts.csv"]
    assert districts["licenses"] == [{"name": "ODbL-1.0", "title": "ODbL-1.0"}]
    paths = [source.get("path") for source in districts["sources"]]
    assert paths[0] == "https://www.openstreetmap.org/copyright"
    assert paths[2] is None
    fields = {field["name"]: field for field in districts["schema"]["fields"]}
    assert fields["people"]["type"] == "integer"
    assert fields["people"]["titles"]["ru"] == "Жители, март 2026 года"
    assert fields["people"]["constraints"] == {
        "required": True,
        "minimum": 0,
        "maximum": 2_000_000,
    }
    states = next(
        f for f in found["schools_planned.csv"]["schema"]["fields"] if f["name"] == "state"
    )
    assert set(states["constraints"]["enum"]) == set(states["labels"])
    assert "schema" not in found["districts.shp.zip"]
    assert "licenses" not in found["schools_planned.csv"] or re.match(
        r"[A-Za-z0-9._-]+$", found["schools_planned.csv"]["licenses"][0]["name"]
    )


def test_nothing_of_a_package_is_written_through_a_link(
    layers: list[Layer], almaty: Plan, tmp_path: Path
) -> None:
    treasure = tmp_path / "treasure"
    treasure.write_text("kept")
    (tmp_path / "plan_ru.qgs").symlink_to(treasure)
    with pytest.raises(OutputError, match="is a link"):
        projects(layers, almaty, tmp_path)
    assert treasure.read_text() == "kept"
