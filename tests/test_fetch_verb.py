"""The verb that goes out: what it brings home is the layer that its answer holds, or nothing."""

import json
import re
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from overpass_server import answer, says, says_in_pieces, serving
from test_fetching import MISBEHAVIOURS, THEMES, node, quick, square, way
from test_importing import state
from toytown import degrees, write_toytown

from almaty_geo import fetching
from almaty_geo.build import Order, build
from almaty_geo.catalogue import Catalogue
from almaty_geo.cli import main
from almaty_geo.create import new_plan
from almaty_geo.errors import SpecError
from almaty_geo.fetching import fetch, read_themes
from almaty_geo.importing import fetched_layer, import_ledger, take_fetched
from almaty_geo.plan import Plan
from almaty_geo.specs import NOT_STATED

ROOT = Path(__file__).parents[1]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def town(toytown: Path) -> Path:
    """Return the plan with the table of tags."""
    folder = toytown / "layers" / "fetch"
    folder.mkdir()
    table = (ROOT / "layers" / "fetch" / "themes.toml").read_text(encoding="utf-8")
    (folder / "themes.toml").write_text(table, encoding="utf-8")
    return toytown


def at(ref: int, east_m: float, north_m: float, /, **tags: str) -> dict[str, Any]:
    return node(ref, *degrees(east_m, north_m), **tags)


def school(ref: int, east_m: float, north_m: float, /, **tags: str) -> dict[str, Any]:
    return at(ref, east_m, north_m, amenity="school", **tags)


SCHOOLS = answer([
    school(5, 1500, 1500, name="№ 5", capacity="800"),
    school(6, 3000, 1000, name__kk="Мектеп", capacity="many"),
    at(7, 900, 900, amenity="pharmacy"),
])  # fmt: skip


def run(town: Path, *arguments: str) -> int:
    return main(["fetch", *arguments, "--cache", str(town.parent / "kept"), "--plan", str(town)])


def rows(plan: Plan, layer: str) -> dict[str, tuple[Any, Any]]:
    frame = plan.layers[layer].frame
    names = frame["name_ru"].fillna("")
    return dict(zip(frame["id"], zip(names, frame["seats"].tolist(), strict=True), strict=True))


def test_without_a_layer_the_verb_tells_what_there_is_and_changes_nothing(
    town: Path, capsys: Printed
) -> None:
    before = state(town)
    with serving(says(SCHOOLS)) as (url, served):
        assert run(town, "schools", "--from", url) == 0
        said = capsys.readouterr().out
        assert run(town, "schools", "--from", url, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert said.startswith(f"schools: 2 rows from {url}\n  as of 2026-04-08T06:07:10Z")
    assert "ODbL-1.0, © OpenStreetMap contributors" in said
    assert "1 name is in a language that the map does not state" in said
    assert "almaty-geo fetch schools … --into schools\n" in said
    assert (told["rows"], told["kept"], told["imported"]) == (2, True, None)
    assert len(served.asked) == 1  # the second time from what was kept
    assert state(town) == before


@pytest.mark.parametrize("theme", ["schools", "parks", "streets"])
def test_a_new_layer_is_the_same_as_what_the_answer_holds(
    theme: str, town: Path, tmp_path: Path
) -> None:
    corners = [at(n, x, y) for n, (x, y) in enumerate([(0, 0), (900, 0), (900, 900)], start=11)]
    recorded = answer([
        school(5, 1500, 1500, name="№ 5", capacity="800"),
        *corners,
        way(1, [11, 12, 13, 11], leisure="park", name="Сад"),
        way(2, [11, 12, 13], highway="residential", lanes="2"),
    ])  # fmt: skip
    file = tmp_path / "answer.json"
    file.write_bytes(recorded)
    with serving(says_in_pieces(recorded)) as (url, _):
        assert run(town, theme, "--from", url, "--new", "fetched") == 0
    plan = Plan(town)
    read = fetch(THEMES[theme], bounds_deg=plan.area.bounds_deg, source=file)
    layer = plan.layers["fetched"]
    assert layer.frame.geometry.geom_equals_exact(read.frame.geometry, 1e-7).all()
    pd.testing.assert_frame_equal(
        pd.DataFrame(layer.frame.drop(columns="geometry")),
        pd.DataFrame(read.frame.drop(columns="geometry")),
    )
    assert (layer.spec.title, layer.spec.date) == (THEMES[theme].title, "2026-04-08")
    assert layer.spec.licence == "ODbL-1.0"
    assert layer.spec.source[0].url == url
    assert layer.spec.source[0].note is not None
    assert "© OpenStreetMap contributors" in layer.spec.source[0].note.kk
    assert layer.spec.origin is not None
    assert (layer.spec.origin.file, layer.spec.origin.sha256) == (url, read.sha256)
    assert [n.text for n in layer.spec.notes] == [n.text for n in read.notes]


def test_a_fetched_theme_is_a_theme_of_the_plan_at_once(town: Path, tmp_path: Path) -> None:
    elements = [at(7, 3000, 1000, amenity="pharmacy", name__ru="Аптека")]
    with serving(says(answer(elements))) as (url, _):
        assert run(town, "pharmacies", "--from", url, "--new", "pharmacies") == 0
    plan = Plan(town)
    found = plan.coverage("pharmacies", reach="500m").by("districts")["within_reach"]
    assert found.to_dict() == {"west": 0, "east": 20}
    page = build(plan, Order(tmp_path / "out", languages=("kk",))) / "atlas.html"
    assert "Дәріханалар" in page.read_text(encoding="utf-8")


def test_a_declared_layer_takes_the_rows_and_says_whose_they_are_from_then_on(
    town: Path, capsys: Printed
) -> None:
    with serving(says(SCHOOLS)) as (url, _):
        for _ in range(2):  # the second time nothing piles up
            assert run(town, "schools", "--from", url, "--into", "schools") == 0
    plan = Plan(town)
    assert rows(plan, "schools") == {"node-5": ("№ 5", 800), "node-6": ("", pd.NA)}
    spec = plan.specs.spec("schools")
    assert spec.licence == "ODbL-1.0"
    assert (spec.date, spec.precision.method) == ("2026-04-08", "not_stated")
    assert spec.title.en == "schools en"
    assert len(spec.notes) == 2
    assert spec.origin is not None
    assert spec.origin.mapping == {"seats": "capacity"}
    assert "2 as they were" in capsys.readouterr().out
    assert main(["check", "schools", "--plan", str(town)]) in {0, 1}


def test_rows_are_merged_by_their_id_and_both_sources_stand(town: Path) -> None:
    first = answer([school(5, 1500, 1500, name="№ 5", capacity="800")])
    with serving(says(first), says(SCHOOLS)) as (url, _):
        arguments = ["schools", "--from", url, "--into", "schools", "--merge-on", "id"]
        assert run(town, *arguments) == 0
        assert run(town, *arguments, "--fresh") == 0
    plan = Plan(town)
    assert list(rows(plan, "schools")) == ["A", "B", "node-5", "node-6"]
    publishers = [source.publisher.en for source in plan.specs.spec("schools").source]
    assert publishers == ["Invented", "OpenStreetMap contributors"]
    assert [line.rule for line in import_ledger(plan, "schools")].count("import") == 2


def test_the_areas_themselves_can_be_fetched(town: Path) -> None:
    corners = [at(n + 1, *xy) for n, xy in enumerate([(0, 0), (2000, 0), (2000, 2000), (0, 2000)])]
    ring = [1, 2, 3, 4, 1]
    relation = {
        "type": "relation",
        "id": 9,
        "members": [{"type": "way", "ref": 1, "role": "outer"}],
        "tags": {"boundary": "administrative", "admin_level": "6", "type": "boundary",
                 "name:ru": "Запад"},
    }  # fmt: skip
    with serving(says(answer([relation, way(1, ring), *corners]))) as (url, _):
        asked = ["districts", "--from", url, "--into", "districts", "--bbox", "8,47,10,49"]
        assert run(town, *asked) == 0
    assert Plan(town).areas.frame["name_ru"].tolist() == ["Запад"]


def test_what_reaches_beyond_the_area_of_interest_is_cut_or_left_out_and_listed(
    town: Path,
) -> None:
    plan = Plan(town)
    edge = plan.area.bounds_deg[2]
    inside, _ = degrees(3500, 500)
    recorded = answer([
        at(1, 100, 100), node(2, inside, degrees(0, 500)[1]), node(3, edge + 0.1, 47.85),
        way(1, [1, 2], highway="residential"),
        way(2, [2, 3], highway="primary"),
        *square(21, edge - 0.01, 47.86, 0.02),
        way(3, [21, 22, 23, 24, 21], leisure="park"),
        *square(31, inside, degrees(0, 500)[1], 0.001),
        way(4, [31, 32, 33, 34, 31], leisure="park"),
    ])  # fmt: skip
    with serving(says(recorded)) as (url, _):
        assert run(town, "streets", "--from", url, "--new", "ways") == 0
        assert run(town, "parks", "--from", url, "--new", "parks") == 0
    plan = Plan(town)
    ways = plan.layers["ways"].frame
    assert ways["id"].tolist() == ["way-1", "way-2"]
    assert ways.geometry.iloc[1].bounds[2] == pytest.approx(edge, abs=1e-5)
    assert plan.layers["parks"].frame["id"].tolist() == ["way-4"]
    listed = {
        name: [(e.rule, e.feature) for e in import_ledger(plan, name) if e.feature]
        for name in ("ways", "parks")
    }
    assert listed == {"ways": [("cut", "way-2")], "parks": [("beyond", "way-3")]}
    notes = [note.text.en for note in plan.specs.spec("parks").notes]
    assert "1 thing has no row: it reaches beyond the area of interest." in notes


def test_nothing_in_the_area_of_interest_is_no_layer(town: Path, capsys: Printed) -> None:
    away = answer([node(5, 20.0, 47.9, amenity="school")])
    before = state(town)
    with serving(says(away)) as (url, _):
        assert run(town, "schools", "--from", url, "--bbox", "19,47,21,49", "--new", "far") == 1
    assert "nothing of it lies in the plan's area of interest" in capsys.readouterr().err
    assert state(town) == before


@pytest.mark.parametrize(
    ("name", "how"),
    list(zip(MISBEHAVIOURS, cycle([("--into", "schools"), ("--new", "fetched")]), strict=False)),
)
def test_each_misbehaviour_is_one_line_of_the_verb_and_no_half_layer(
    name: str, how: tuple[str, str], town: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    behaviour, _, complaint, _ = MISBEHAVIOURS[name]
    limits = quick(
        tries=1,
        pause_s=0,
        read_s=0.2 if name == "silent" else 5,
        size_max_bytes=1_000_000,
        total_s=0.3 if name.startswith("dripping") else 20,
    )
    monkeypatch.setattr(fetching.sources, "USUAL", limits)
    hurried = fetching.sources.fetch
    monkeypatch.setattr(fetching, "fetch", lambda *a, **k: hurried(*a, **k, limits=limits))
    before = state(town)
    with serving(behaviour) as (url, _):
        assert run(town, "schools", "--from", url, *how, "--bbox", "76.5,43,77.3,43.6") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("almaty-geo: ")
    assert re.search(complaint, printed.err)
    assert state(town) == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["scools"], "Unknown theme to fetch 'scools': did you mean schools?"),
        (["schools", "--into", "school"], "Unknown layer 'school'"),
        (["schools", "--new", "schools"], "has the layer 'schools' already; say --into"),
        (["schools", "--new", "x", "--title", "kk=a"], "Titles are needed in every language"),
        (["schools", "--bbox", "1,2,3"], "Box '1,2,3' is none: plan, or W,S,E,N"),
        (["schools", "--bbox", "a,b,c,d"], "Box 'a,b,c,d' is none"),
        (["schools", "--bbox", "77,43,76,44"], "is none: west < east"),
        (["schools", "--from", "x.shp"], "expected an address (http://…), or a file"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anybody_is_asked(
    arguments: list[str], complaint: str, town: Path, capsys: Printed
) -> None:
    before = state(town)
    with serving(says(SCHOOLS)) as (url, served):
        source = [] if "--from" in arguments else ["--from", url]
        assert run(town, *arguments, *source) == 1
    assert complaint in capsys.readouterr().err
    assert not served.asked
    assert state(town) == before


@pytest.mark.parametrize(
    "arguments", [["--into", "schools", "--new", "x"], ["--merge-on", "id"], ["--map", "seats=x"]]
)
def test_options_that_exclude_each_other_are_wrong_usage(arguments: list[str], town: Path) -> None:
    assert run(town, "schools", *arguments) == 2


def test_the_plan_in_the_installed_package_is_not_fetched_into(
    town: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almaty_geo.plan.folder.is_bundled", lambda _: True)
    with serving(says(SCHOOLS)) as (url, served):
        assert run(town, "schools", "--from", url, "--new", "fetched") == 1
        assert run(town, "schools", "--from", url, "--into", "schools") == 1
    assert "start your own with `almaty-geo new DIR`" in capsys.readouterr().err
    assert not served.asked


def test_a_new_plan_has_the_table_of_tags_that_ships(tmp_path: Path) -> None:
    new_plan(tmp_path / "town")
    table = tmp_path / "town" / "layers" / "fetch" / "themes.toml"
    assert read_themes(table) == THEMES
    assert list(Catalogue(tmp_path / "town" / "layers")) == ["districts", "residents", "schools"]


def test_a_plan_without_the_table_says_so(toytown: Path, capsys: Printed) -> None:
    assert run(toytown, "schools") == 1
    assert "themes.toml: not found" in capsys.readouterr().err
    with pytest.raises(SpecError, match="not found"):
        read_themes(toytown / "layers" / "fetch" / "themes.toml")


def test_the_same_rows_come_from_an_extract_through_the_verb(
    real_data: Path, root: Path, tmp_path: Path
) -> None:
    extract = real_data / "streets" / "almaty_osm_2013.osm.pbf"
    town = write_toytown(tmp_path / "plan")
    read = fetch(THEMES["schools"], bounds_deg=Plan(root).area.bounds_deg, source=extract)
    plan = Plan(town)
    plan.__dict__["area"] = Plan(root).area  # the extract is of another place than the town
    done = fetched_layer(plan, "schools_osm", read)
    assert done.rows == len(read.frame) == 69
    again = take_fetched(_reopened(plan, root), "schools_osm", read)
    assert again.change.same == 69
    assert Plan(town).specs.spec("schools_osm").date != NOT_STATED


def _reopened(plan: Plan, root: Path) -> Plan:
    again = Plan(plan.folder)
    again.__dict__["area"] = Plan(root).area
    return again
