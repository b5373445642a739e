"""Results held to account: changed bytes show, builds repeat, numbers say how they came about."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytown import write_toytown

from almaty_geo.auditing import explain, explained, length, recall, replay, verify
from almaty_geo.auditing.comparing import differences
from almaty_geo.auditing.values import values_of
from almaty_geo.build import Order, build
from almaty_geo.cli import main
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.exports import FORMATS
from almaty_geo.manifest import FIGURES, MANIFEST, as_json, code, entry, read_manifest
from almaty_geo.manifest.content import sealed
from almaty_geo.plan import Plan
from almaty_geo.reports.formats import FORMATS as REPORT_FORMATS
from almaty_geo.reports.formats import Wish
from almaty_geo.results import ExportOrder, ReportOrder
from almaty_geo.words import LANGUAGES

OUTPUTS = (
    "atlas.html",
    "constraints.txt",
    "answers/figures.json",
    "reports/en/west.html",
    "exports/layers/schools.geojson",
    "exports/toytown.gpkg",
    "exports/datapackage.json",
)
INPUTS = (
    "plan.toml",
    "layers/schools.toml",
    "layers/schools.geojson",
    "layers/norms/schools.toml",
    "layers/scenarios/today.toml",
    "layers/travel/speeds.toml",
    "maps/atlas.toml",
)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a plan, "town", what was built of it, "out", and other results."""
    folder = tmp_path_factory.mktemp("audit")
    town = write_toytown(folder / "town")
    build(Plan(town), Order(folder / "out", languages=("en",)))
    wish = Wish(("html", *REPORT_FORMATS), ("ru",), ["west"])
    build(Plan(town), ReportOrder(folder / "dossiers", wish, "later"))
    build(Plan(town), ExportOrder(folder / "files", None, FORMATS, "later"))
    build(Plan(town), ExportOrder(folder / "layer", ["schools"], ["csv"]))
    return folder


RESULTS = {"out": "build", "dossiers": "report", "files": "export", "layer": "export"}


@pytest.fixture
def town_and_out(once: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Return a copy of both, to be spoilt."""
    shutil.copytree(once, tmp_path / "copy")
    return tmp_path / "copy" / "town", tmp_path / "copy" / "out"


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1
    path.write_bytes(data)


def reseal(out: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Write a manifest that says something else, as if it had been written so."""
    path = out / MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(as_json(sealed(content)), encoding="utf-8")


def test_what_nobody_touched_has_no_fault(once: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(once / "out", once / "town") == ()
    assert main(["verify", str(once / "out"), "--plan", str(once / "town")]) == 0
    assert "is as it was" in capsys.readouterr().out


@pytest.mark.parametrize("position", [0, -1])
@pytest.mark.parametrize("path", OUTPUTS)
def test_one_changed_byte_of_an_output_is_noticed(
    path: str, position: int, town_and_out: tuple[Path, Path]
) -> None:
    town, out = town_and_out
    flip(out / path, position)
    (fault,) = verify(out, town)
    assert fault.startswith(f"output {path}: was changed")


@pytest.mark.parametrize("result", RESULTS)
def test_one_changed_byte_of_any_file_of_any_result_is_noticed(result: str, once: Path) -> None:
    out = once / result
    assert verify(out, once / "town") == ()
    listed = [one.path for one in read_manifest(out).outputs]
    assert len(listed) == len([p for p in out.rglob("*") if p.is_file()]) - 1
    for number, path in enumerate(listed):
        before = (out / path).read_bytes()
        flip(out / path, 7 * number)
        (fault,) = verify(out, once / "town")
        assert fault.startswith(f"output {path}: was changed")
        (out / path).write_bytes(before)


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize(
    "path", ["plan.toml", "layers/schools.geojson", "layers/norms/schools.toml"]
)
def test_one_changed_byte_of_an_input_of_any_result_is_noticed(
    result: str, path: str, town_and_out: tuple[Path, Path]
) -> None:
    town, out = town_and_out
    flip(town / path, 5)
    (fault,) = verify(out.with_name(result), town)
    assert fault.startswith(f"input {path}: was changed")


def test_the_manifest_of_each_result_says_what_was_asked(once: Path) -> None:
    asked = {name: read_manifest(once / name).parameters for name in RESULTS}
    assert {name: read_manifest(once / name).job for name in RESULTS} == RESULTS
    shared = {"scenario", "basis", "detour", "metric_crs"}
    own = {n: {k: v for k, v in p.items() if k not in shared} for n, p in asked.items()}
    formats = ["html", "pdf", "json", "docx", "xlsx"]
    assert own == {
        "out": {"all": False, "languages": ["en"]},
        "dossiers": {"districts": ["west"], "formats": formats, "languages": ["ru"]},
        "files": {"layers": None, "formats": list(FORMATS)},
        "layer": {"layers": ["schools"], "formats": ["csv"]},
    }
    assert {p["scenario"] for p in asked.values()} == {"today", "later"}
    assert len({read_manifest(once / name).plan.sha256 for name in RESULTS}) == 1


@pytest.mark.parametrize("path", INPUTS)
def test_one_changed_byte_of_an_input_is_noticed(
    path: str, town_and_out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    town, out = town_and_out
    flip(town / path, 5 if path == "plan.toml" else 0)
    assert main(["verify", str(out), "--plan", str(town)]) == 1
    assert capsys.readouterr().out.startswith(f"input {path}: was changed")


@given(at=st.integers(min_value=0, max_value=10**6), bit=st.integers(min_value=0, max_value=7))
def test_one_changed_bit_of_the_manifest_is_noticed(at: int, bit: int, once: Path) -> None:
    path = once / "out" / MANIFEST
    before = path.read_bytes()
    data = bytearray(before)
    data[at % len(data)] ^= 1 << bit
    try:
        path.write_bytes(data)
        (fault,) = verify(once / "out", once / "town")
    finally:
        path.write_bytes(before)
    assert fault.startswith(MANIFEST)


def test_missing_and_extra_files_are_told_one_a_line(
    town_and_out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    town, out = town_and_out
    (out / "atlas.html").unlink()
    (out / "reports" / "en" / "notes.txt").write_text("mine")
    (out / "link").symlink_to(town)
    (town / "layers" / "norms" / "schools.toml").unlink()
    (town / "maps" / "more.toml").write_text("")
    assert main(["verify", str(out), "--plan", str(town)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "output atlas.html: is missing",
        "output link: was not there; the manifest does not list it",
        "output reports/en/notes.txt: was not there; the manifest does not list it",
        "input layers/norms/schools.toml: is missing",
        "input maps/more.toml: was not there; the manifest does not list it",
    ]


def test_a_file_that_became_a_link_to_the_same_bytes_is_told(
    town_and_out: tuple[Path, Path],
) -> None:
    town, out = town_and_out
    shutil.move(out / "atlas.html", town.parent / "aside.html")
    (out / "atlas.html").symlink_to(town.parent / "aside.html")
    assert verify(out, town) == ("output atlas.html: is no regular file any more",)


def test_a_plan_that_moved_is_named(
    town_and_out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    town, out = town_and_out
    moved = town.rename(town.with_name("elsewhere"))
    assert main(["verify", str(out), "--plan", str(moved), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"unchanged": True, "faults": []}
    assert main(["verify", str(out), "--plan", str(out)]) == 1
    assert "holds no plan; name the folder of the plan 'toytown'" in capsys.readouterr().err


def test_another_plan_is_refused(once: Path, root: Path) -> None:
    with pytest.raises(UsageError, match="the result was made from 'toytown'"):
        verify(once / "out", root)


def test_a_folder_that_is_no_result_is_refused(once: Path) -> None:
    with pytest.raises(UsageError, match="no finished result"):
        verify(once / "town", once / "town")


@pytest.mark.parametrize("path", ["../town/plan.toml", "/etc/passwd", "a/../../b", ""])
def test_a_manifest_that_points_outside_is_refused(
    path: str, town_and_out: tuple[Path, Path]
) -> None:
    town, out = town_and_out
    reseal(out, lambda content: content["outputs"][0].update(path=path))
    (fault,) = verify(out, town)
    assert "a path inside the folder is expected" in fault


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", '{"a": NaN}', "\ud800", '"x"'])
def test_what_is_no_manifest_is_refused(text: str, town_and_out: tuple[Path, Path]) -> None:
    _, out = town_and_out
    (out / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError, match=MANIFEST):
        read_manifest(out)


def test_constraints_name_every_package_that_took_part(once: Path) -> None:
    lines = (once / "out" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("==") for line in lines if not line.startswith("#"))
    manifest = read_manifest(once / "out")
    own = {"python", "almaty-geo"}
    assert told == {k: v for k, v in manifest.versions.items() if k not in own}
    assert {"numpy", "geopandas", "pydantic-core", "shapely"} <= set(told)  # and what they need


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_is_made_again_to_the_byte(
    result: str, once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(once / result), "--plan", str(once / "town")]) == 0
    number = len([path for path in (once / result).rglob("*") if path.is_file()])
    assert capsys.readouterr().out == f"all {number} files are the same, byte for byte\n"


@pytest.mark.parametrize("result", RESULTS)
def test_a_replay_tells_its_progress_as_often_as_announced(result: str, once: Path) -> None:
    said: list[str] = []
    plan = Plan(once / "town")
    replay(once / result, plan, progress=said.append)
    assert len(said) == length(once / result, plan)


def test_another_package_version_is_named_and_values_compared(
    town_and_out: tuple[Path, Path],
) -> None:
    town, out = town_and_out
    reseal(out, lambda content: content["versions"].update(numpy="0.0.1", gone="1"))
    found = replay(out, Plan(town))
    assert found.versions == (
        "gone 1 then, absent now",
        f"numpy 0.0.1 then, {code().versions['numpy']} now",
    )
    assert (found.equal, found.differing, found.values) == (True, (), ())


def _other_figures(out: Path, *, numpy: str) -> None:
    """Let a result say another number, as if a package had reckoned it."""
    path = out / "answers" / "figures.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["schools.share.west"] == pytest.approx(150 / 180)
    told["schools.share.west"] = 0.5
    told["schools.share.city"] *= 1 + 1e-13
    path.write_text(as_json(told), encoding="utf-8")
    now = entry(path, out).model_dump(exclude_none=True)

    def change(content: dict[str, Any]) -> None:
        content["versions"]["numpy"] = numpy
        content["outputs"] = [now if o["path"] == now["path"] else o for o in content["outputs"]]

    reseal(out, change)


def test_a_value_that_differs_is_told_with_the_package(
    town_and_out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    town, out = town_and_out
    _other_figures(out, numpy="0.0.1")
    assert main(["replay", str(out), "--plan", str(town)]) == 1
    said = capsys.readouterr().out
    assert "differs: numpy 0.0.1 then" in said
    assert "value differs: answers/figures.json schools.share.west: 0.5 then, 0.8333" in said
    assert "schools.share.city" not in said


def test_with_the_same_versions_bytes_are_held_to(town_and_out: tuple[Path, Path]) -> None:
    town, out = town_and_out
    _other_figures(out, numpy=code().versions["numpy"])
    found = replay(out, Plan(town))
    assert (found.equal, found.versions) == (False, ())
    assert found.differing == ("answers/figures.json", MANIFEST)


@pytest.mark.parametrize("what", ["out/atlas.html", "town/layers/schools.geojson"])
def test_what_is_not_as_it_was_is_not_repeated(what: str, town_and_out: tuple[Path, Path]) -> None:
    town, out = town_and_out
    flip(town.parent / what, 100)
    with pytest.raises(DataError, match="was changed"):
        replay(out, Plan(town))


def test_a_result_of_an_unknown_verb_is_not_repeated(town_and_out: tuple[Path, Path]) -> None:
    town, out = town_and_out
    reseal(out, lambda content: content.update(job="map"))
    with pytest.raises(UsageError, match="'map' cannot be built again"):
        replay(out, Plan(town))


@pytest.mark.parametrize(
    ("result", "parameters"),
    [
        ("out", {"languages": ["xx"]}),
        ("out", {"languages": 7}),
        ("out", {"languages": [["en"]]}),
        ("out", {"scenario": 3}),
        ("out", {"all": "yes"}),
        ("dossiers", {"formats": ["exe"]}),
        ("dossiers", {"districts": "west"}),
        ("dossiers", {"districts": [7]}),
        ("files", {"formats": None}),
        ("layer", {"layers": [None]}),
    ],
)
def test_parameters_that_are_none_are_refused(
    result: str, parameters: dict[str, Any], town_and_out: tuple[Path, Path]
) -> None:
    town, out = town_and_out
    reseal(out.with_name(result), lambda content: content["parameters"].update(parameters))
    with pytest.raises(DataError, match="expected"):
        replay(out.with_name(result), Plan(town))


@pytest.mark.parametrize(
    ("result", "parameters", "kind"),
    [
        ("dossiers", {"districts": ["../west"]}, "district"),
        ("layer", {"layers": ["../schools"]}, "layer"),
        ("out", {"scenario": "../today"}, "scenario"),
    ],
)
def test_a_name_that_the_plan_does_not_have_is_refused(
    result: str, parameters: dict[str, Any], kind: str, town_and_out: tuple[Path, Path]
) -> None:
    town, out = town_and_out
    reseal(out.with_name(result), lambda content: content["parameters"].update(parameters))
    with pytest.raises(UnknownNameError, match=f"Unknown {kind}"):
        replay(out.with_name(result), Plan(town))


def _as_if_by_another_package(folder: Path, path: str, change: Callable[[str], str]) -> None:
    """Change a text file of a result as if another version of numpy had written it."""
    file = folder / path
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    now = entry(file, folder).model_dump(exclude_none=True)

    def say_so(content: dict[str, Any]) -> None:
        content["versions"]["numpy"] = "0.0.1"
        content["outputs"] = [now if o["path"] == path else o for o in content["outputs"]]

    reseal(folder, say_so)


@pytest.mark.parametrize(
    ("result", "path", "before", "after", "told"),
    [
        (
            "dossiers",
            "west.json",
            '"schools.share.west"',
            '"schools.share.wst"',
            "west.json themes",
        ),
        ("files", "layers/schools.geojson", '"seats":60', '"seats":61', "schools.geojson features"),
        ("layer", "schools.csv", ",60,", ",61,", "schools.csv seats.0: 61"),
    ],
)
def test_values_of_reports_and_exports_are_compared_where_versions_differ(
    result: str,
    path: str,
    before: str,
    after: str,
    told: str,
    town_and_out: tuple[Path, Path],
) -> None:
    town, out = town_and_out
    folder = out.with_name(result)
    assert before in (folder / path).read_text(encoding="utf-8")
    _as_if_by_another_package(folder, path, lambda text: text.replace(before, after))
    found = replay(folder, Plan(town))
    assert not found.equal
    assert found.differing == (path,)
    assert any(told in line for line in found.values), found.values


def test_bytes_of_a_page_may_be_with_the_versions_where_its_figures_are_equal(
    town_and_out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    town, out = town_and_out
    folder = out.with_name("dossiers")
    _as_if_by_another_package(folder, "ru/west.html", lambda text: text + "\n")
    _as_if_by_another_package(folder, FIGURES, lambda text: text.replace("\n", "\n "))
    assert main(["replay", str(folder), "--plan", str(town)]) == 0
    said = capsys.readouterr().out
    assert "file differs: ru/west.html" in said
    assert "(1 of figures and rows; 1 are pages" in said
    assert replay(folder, Plan(town)).to_dict()["pages"] == ["ru/west.html"]


def test_every_export_of_a_layer_holds_the_same_rows(once: Path) -> None:
    stem = once / "files" / "coverage" / "coverage_schools_districts"
    for kind in ("csv", "gpkg", "xlsx"):
        table = values_of(stem.with_name(f"{stem.name}.{kind}"))
        reached = dict(zip(table["id"], table["within_reach"], strict=True))
        assert reached == {"west": 150, "east": 20}, kind
    assert values_of(once / "files" / "datapackage.json") is None
    assert values_of(once / "dossiers" / "ru" / "west.pdf") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(value=JSON)
def test_a_value_does_not_differ_from_itself(value: object) -> None:
    assert list(differences(value, json.loads(json.dumps(value)))) == []


@given(then=JSON, now=JSON)
def test_values_of_other_text_differ_but_for_the_last_digits(then: object, now: object) -> None:
    if not list(differences(then, now)):
        assert re.sub(r"-?[\d.e+-]+", "0", json.dumps(then, sort_keys=True)) == re.sub(
            r"-?[\d.e+-]+", "0", json.dumps(now, sort_keys=True)
        )


def test_each_kind_of_difference_has_its_line() -> None:
    then = {"a": 1, "b": [1, 2], "c": 0.5, "d": True, "gone": 0}
    now = {"a": 1.0, "b": [1], "c": 0.5000001, "d": 1, "new": 0}
    assert list(differences(then, now)) == [
        "a: 1 then, 1.0 now",
        "b.1: only then",
        "c: 0.5 then, 0.5000001 now",
        "d: true then, 1 now",
        "gone: only then",
        "new: only now",
    ]


def test_a_figure_of_the_invented_town_is_explained(once: Path) -> None:
    plan = Plan(once / "town")
    found = explain(plan, "schools.share.west").to_dict("en")
    assert found["value"] == pytest.approx(150 / 180)
    assert found["formula"] == "Residents within reach (500\u00a0m) ÷ all residents: 150 ÷ 180."
    assert found["scenario"] == "today"
    assert found["norms"] == ["Norm for reach: 500 m. Source: Invented. Confidence: " + UNSURE]
    rows = {one["layer"]: (one["rows"], one["rows_in_layer"]) for one in found["layers"]}
    assert rows == {
        "residents": (3, 5),
        "schools": (2, 2),
        "schools_planned": (0, 1),
        "districts": (1, 2),
    }
    for one in found["layers"]:
        assert one["sha256"] == plan.layers.spec(one["layer"]).sha256
        assert (one["licence"], one["source"], one["date"]) == ("CC0-1.0", "Invented", "2026")
    assert {one["path"] for one in found["files"]} == {
        "plan.toml",
        "layers/travel/speeds.toml",
        "layers/scenarios/today.toml",
        "layers/norms/schools.toml",
    }


@pytest.mark.parametrize("result", ["out", "dossiers"])
def test_a_figure_of_a_result_is_explained_in_its_own_scenario(
    result: str, once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--result", str(once / result), "--plan", str(once / "town"), "--json"]
    assert main(["explain", *asked]) == 0
    listed = {row["id"]: row["value"] for row in json.loads(capsys.readouterr().out)}
    assert main(["explain", "schools.share.city", *asked]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scenario"] == {"out": "today", "dossiers": "later"}[result]
    assert found["value"] == listed["schools.share.city"]
    assert ("schools.share.east" in listed) == (result == "out")


def test_every_figure_of_a_report_is_among_its_figures_and_can_be_explained(once: Path) -> None:
    model = json.loads((once / "dossiers" / "west.json").read_text(encoding="utf-8"))
    figures = json.loads((once / "dossiers" / FIGURES).read_text(encoding="utf-8"))
    shown = [figure for theme in model["themes"] for figure in theme["figures"]]
    assert shown
    for figure in shown:
        assert figures[figure["id"]] == figure["value"]
        recalled = recall(once / "dossiers", Plan(once / "town"), figure["id"])
        assert recalled.equal
        assert recalled.explained.figure.value == figure["value"]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (["schools.share.wst", "--result", "dossiers"], "did you mean schools.share.west"),
        (["schools.share.west", "--result", "layer"], "'export' has no figures"),
        (["schools.share.west", "--result", "town"], "no finished result"),
        (["x", "--result", "out", "--scenario", "today"], "not both"),
    ],
)
def test_what_a_result_does_not_have_is_one_clear_line(
    asked: list[str],
    complaint: str,
    once: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(once)
    assert main(["explain", *asked, "--plan", "town"]) == 1
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("what", ["dossiers/answers/figures.json", "town/layers/schools.geojson"])
def test_a_figure_is_not_explained_from_what_was_changed(
    what: str, town_and_out: tuple[Path, Path]
) -> None:
    town, out = town_and_out
    flip(town.parent / what, 60)
    with pytest.raises((DataError, UsageError), match="was changed"):
        recall(out.with_name("dossiers"), Plan(town), "schools.share.west")


def test_a_figure_that_the_plan_no_longer_comes_to_is_told(
    town_and_out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    town, out = town_and_out
    _other_figures(out, numpy="0.0.1")
    asked = ["--result", str(out), "--plan", str(town)]
    assert main(["explain", "schools.share.west", *asked]) == 1
    assert "schools.share.west is 0.5 there, 0.8333" in capsys.readouterr().err
    assert main(["explain", "schools.share.city", *asked]) == 0


UNSURE = "planner’s default, to be confirmed."


def test_another_scenario_is_explained_as_such(once: Path) -> None:
    found = explain(Plan(once / "town"), "schools.share.east", scenario="later").to_dict("en")
    assert found["formula"].endswith(": 20 ÷ 20.")
    assert {one["layer"]: one["rows"] for one in found["layers"]}["schools_planned"] == 1


def test_a_figure_is_told_in_the_language_that_is_asked_for(
    once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = ["--plan", str(once / "town")]
    assert main(["explain", "schools.facilities.west", "--lang", "ru", *plan]) == 0
    said = capsys.readouterr().out
    assert "Формула: Число действующих объектов на территории" in said
    assert "открыты в сценарии" in said


def test_an_unknown_figure_is_answered_with_the_nearest(
    once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = ["--plan", str(once / "town")]
    assert main(["explain", "schools.shares.west", *plan]) == 1
    said = capsys.readouterr().err
    assert "did you mean schools.share.west" in said
    assert len(said.splitlines()) == 1
    with pytest.raises(UnknownNameError, match="scenario"):
        explain(Plan(once / "town"), "schools.share.west", scenario="none")


def test_without_an_id_all_figures_are_listed(
    once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "--json", "--plan", str(once / "town")]) == 0
    listed = {row["id"]: row["value"] for row in json.loads(capsys.readouterr().out)}
    figures = json.loads((once / "out" / "answers" / "figures.json").read_text(encoding="utf-8"))
    assert listed == figures


def test_every_figure_of_the_plan_has_an_id_of_its_own_and_a_formula(almaty: Plan) -> None:
    seen: set[str] = set()
    scenario = almaty.scenario()
    for section in almaty.sections():
        for answer in section.answers:
            for figure in answer.figures:
                assert figure.id not in seen, figure.id
                assert figure.id.startswith(f"{section.id}."), figure.id
                assert figure.id.endswith(f".{answer.area}"), figure.id
                seen.add(figure.id)
                found = explained(almaty, section, answer.area, figure, scenario)
                assert all(found.to_dict(lang)["formula"] for lang in LANGUAGES), figure.id
                assert all(all(line[lang] for lang in LANGUAGES) for line in found.said())


QUOTIENT = re.compile(r": ([\d,]+) ÷ ([\d,]+)\.$")
DIFFERENCE = re.compile(r": ([\d,]+) − ([\d,]+)[.;]")


def test_the_numbers_of_a_formula_give_the_figure(almaty: Plan) -> None:
    held = 0
    for section in almaty.sections():
        for figure in (figure for answer in section.answers for figure in answer.figures):
            how = figure.how.en if figure.how else ""
            if (found := QUOTIENT.search(how)) and figure.value is not None:
                one, other = (int(text.replace(",", "")) for text in found.groups())
                near = 0.5 if isinstance(figure.value, int) else 1e-9
                assert figure.value == pytest.approx(one / other, abs=near), figure.id
            elif found := DIFFERENCE.search(how):
                one, other = (int(text.replace(",", "")) for text in found.groups())
                assert figure.value == one - other, figure.id
            held += bool(found)
    assert held > 100


def test_a_manifest_of_an_older_version_is_told_as_such(town_and_out: tuple[Path, Path]) -> None:
    town, out = town_and_out
    content = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    del content["seal"]
    (out / MANIFEST).write_text(as_json(content), encoding="utf-8")
    (fault,) = verify(out, town)
    assert "has no seal" in fault
