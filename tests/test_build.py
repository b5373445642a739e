import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from toytown import degrees, feature, write_layer, write_toytown

from almaty_geo.build import Order, build
from almaty_geo.cli import main
from almaty_geo.errors import DataError, OutputError, SpecError, UnknownNameError
from almaty_geo.exports import FORMATS, SUFFIXES
from almaty_geo.plan import Plan
from almaty_geo.reports.formats import Wish
from almaty_geo.results import ExportOrder, Ordered, ReportOrder
from almaty_geo.results.profiling import Profile
from almaty_geo.words import count

HOSTILE = (
    "{{7*7}}",
    "{% raw %}",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "`${alert(1)}`",
    "=cmd|'/C calc'!A0",
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toytown(tmp_path_factory.mktemp("plan") / "toytown")


@pytest.fixture(scope="module")
def out(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(Plan(town), Order(tmp_path_factory.mktemp("built") / "out"))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_town_that_is_not_almaty_is_built_whole(out: Path) -> None:
    made = set(digests(out))
    pages = {f"reports/{lang}/{p}.html" for lang in ("kk", "ru", "en") for p in TOWN_PAGES}
    assert {"atlas.html", "manifest.json", "answers/coverage_schools.json", *pages} <= made
    assert {f"exports/layers/{n}.geojson" for n in ("residents", "schools", "districts")} <= made
    assert {"exports/toytown.gpkg", "exports/coverage/coverage_schools_districts.gpkg"} <= made
    assert {f"reports/{p}.json" for p in TOWN_PAGES} | {"checks/findings.html"} <= made
    assert "Almaty" not in (out / "atlas.html").read_text(encoding="utf-8")


TOWN_PAGES = ("city", "west", "east")


def test_the_manifest_lists_every_input_and_output_with_its_digest(town: Path, out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    listed = {entry["path"]: entry["sha256"] for entry in manifest["outputs"]}
    assert listed == {k: v for k, v in digests(out).items() if k != "manifest.json"}
    inputs = {entry["path"]: entry["sha256"] for entry in manifest["inputs"]}
    assert inputs == digests(town)
    licences = {e["path"]: e["licence"] for e in manifest["inputs"] if "licence" in e}
    assert licences["layers/schools.geojson"] == "CC0-1.0"
    assert manifest["parameters"]["scenario"] == "today"


def test_building_twice_gives_the_same_bytes(town: Path, out: Path, tmp_path: Path) -> None:
    again = build(Plan(town), Order(tmp_path / "again"))
    assert digests(again) == digests(out)


def test_the_exported_answer_holds_the_same_numbers(out: Path) -> None:
    path = out / "exports" / "coverage" / "coverage_schools_districts.geojson"
    rows = [f["properties"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]
    found = {row["id"]: (row["people"], row["within_reach"], row["out_of_reach"]) for row in rows}
    assert found == {"west": (180, 150, 30), "east": (20, 0, 20)}


def test_a_second_build_takes_the_place_of_the_first(town: Path, tmp_path: Path) -> None:
    order = Order(tmp_path / "out", languages=("en",))
    build(Plan(town), order)
    (order.out / "left-over.txt").write_text("from an earlier result")
    build(Plan(town), order)
    assert not (order.out / "left-over.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert [p.name for p in (order.out / "reports").iterdir() if p.is_dir()] == ["en"]


@pytest.mark.parametrize("fault", ["missing", "changed", "broken"])
def test_a_bad_layer_builds_nothing_and_leaves_what_was_there(
    fault: str, toytown: Path, tmp_path: Path
) -> None:
    order = Order(tmp_path / "out", languages=("en",))
    build(Plan(toytown), order)
    before = digests(order.out)
    path = toytown / "layers" / "schools.geojson"
    if fault == "missing":
        path.unlink()
    elif fault == "changed":
        path.write_text(path.read_text().replace("60", "61"))
    else:
        _reseal(toytown, path.read_text().replace('"seats": 60', '"seats": "x"'))
    with pytest.raises(DataError, match=r"schools\.geojson"):
        build(Plan(toytown), order)
    assert digests(order.out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "toytown"]


def _reseal(folder: Path, text: str) -> None:
    path = folder / "layers" / "schools.geojson"
    sidecar = folder / "layers" / "schools.toml"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(text)
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar.write_text(sidecar.read_text().replace(old, new))


@pytest.mark.parametrize(
    "step",
    [
        *(f"build.{name}" for name in ("_answers", "_atlas", "_reports", "_exports")),
        "build._checks",
        "results.making.write_manifest",
    ],
)
def test_a_build_that_dies_on_the_way_leaves_what_was_there(
    step: str, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(tmp_path / "out", languages=("en",))
    build(Plan(town), order)
    before = digests(order.out)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"almaty_geo.{step}", stop)
    with pytest.raises(KeyboardInterrupt):
        build(Plan(town), order)
    assert digests(order.out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_result_that_a_killed_build_left_aside_is_put_back(town: Path, tmp_path: Path) -> None:
    order = Order(tmp_path / "out", languages=("en",))
    build(Plan(town), order)
    (tmp_path / "out").rename(tmp_path / ".out.before")
    build(Plan(town), order)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_somebody_else_is_not_touched(town: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("dear")
    with pytest.raises(OutputError, match="not an earlier result"):
        build(Plan(town), Order(tmp_path / "letters"))
    assert [p.name for p in (tmp_path / "letters").iterdir()] == ["mine.txt"]


ORDERS: Mapping[str, Callable[[Path], Ordered]] = {
    "build": lambda out: Order(out, languages=("en",)),
    "report": lambda out: ReportOrder(out, Wish(("html", "json"), ("en",), ["west"])),
    "export": lambda out: ExportOrder(out, ["schools"], ["geojson", "csv"]),
}


@pytest.mark.parametrize("verb", ORDERS)
def test_every_result_takes_the_place_of_an_earlier_one_of_its_verb_and_of_nothing_else(
    verb: str, town: Path, tmp_path: Path
) -> None:
    out = build(Plan(town), ORDERS[verb](tmp_path / "out"))
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert told["job"] == verb
    assert {entry["path"] for entry in told["outputs"]} == set(digests(out)) - {"manifest.json"}
    before = digests(out)
    (out / "left-over.txt").write_text("from an earlier result")
    assert digests(build(Plan(town), ORDERS[verb](out))) == before
    for other in set(ORDERS) - {verb}:
        with pytest.raises(OutputError, match=f"a result of '{verb}', which '{other}' does not"):
            build(Plan(town), ORDERS[other](out))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "manifest.json").write_text('{"name": "a web page", "job": "build"}')
    with pytest.raises(OutputError, match="not an earlier result"):
        build(Plan(town), ORDERS[verb](foreign))
    assert digests(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["foreign", "out"]


@pytest.mark.parametrize("verb", ORDERS)
def test_progress_is_told_as_often_as_was_announced(verb: str, town: Path, tmp_path: Path) -> None:
    order: Ordered = ORDERS[verb](tmp_path / "out")
    said: list[str] = []
    build(Plan(town), order, progress=said.append)
    assert len(said) == order.length(Plan(town)) + 2
    assert (said[0], said[-1]) == ("check", "manifest")


def test_a_full_build_has_every_format_of_everything(town: Path, tmp_path: Path) -> None:
    made = build(Plan(town), Order(tmp_path / "out", languages=("en",), everything=True))
    found = set(digests(made))
    kinds = {path.rpartition(".")[2] for path in found if path.startswith("reports/en/")}
    assert kinds == {"html", "pdf", "docx", "xlsx"}
    assert {f"reports/{area}.json" for area in TOWN_PAGES} <= found
    assert {f"exports/layers/schools.{SUFFIXES[one]}" for one in FORMATS} <= found
    assert {f"exports/coverage/coverage_schools_districts.{SUFFIXES[f]}" for f in FORMATS} <= found
    assert "checks/findings.html" in found


def test_a_file_that_is_no_part_of_the_plan_changes_nothing(toytown: Path, tmp_path: Path) -> None:
    before = digests(build(Plan(toytown), Order(tmp_path / "one", languages=("en",))))
    (toytown / "layers" / "draft.geojson").write_text("{}")
    assert digests(build(Plan(toytown), Order(tmp_path / "two", languages=("en",)))) == before


def test_a_district_that_is_not_there_writes_nothing(town: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean west"):
        build(Plan(town), ReportOrder(tmp_path / "out", Wish(areas=["wst"])))
    assert not list(tmp_path.iterdir())


def test_one_layer_can_be_written_to_a_file_beside_others(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("dear")
    for name in ("a.geojson", "b.gpkg", "c.shp.zip"):
        asked = ["export", "schools", "--plan", str(town), "--out", str(tmp_path / name)]
        assert main(asked) == 0
        assert main([*asked, "--format", "xlsx"]) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a.geojson", "b.gpkg", "c.shp.zip", "mine.txt",
    ]  # fmt: skip
    assert "leave --format out" in capsys.readouterr().err
    assert "Школа А" in (tmp_path / "a.geojson").read_text(encoding="utf-8")


def test_several_layers_make_one_folder(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["export", "schools", "residents", "schools", "--plan", str(town), "--out", str(out)]
    assert main([*asked, "--format", "csv"]) == 0
    names = ["constraints.txt", "manifest.json", "residents.csv", "schools.csv"]
    assert sorted(p.name for p in out.iterdir()) == names
    assert capsys.readouterr().out.split() == [str(out / name) for name in names]


def test_a_profile_tells_every_step_and_changes_no_byte(
    town: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again, told = tmp_path / "again", tmp_path / "profile.json"
    asked = ["build", "--plan", str(town), "--out", str(again), "--profile"]
    assert main([*asked, "--profile-out", str(told)]) == 0
    assert digests(again) == digests(out)
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["step", "seconds", "CPU", "share", "peak", "MB"]
    steps = ["check", *(name for name in STEPS), "manifest"]
    assert [line.split()[0] for line in lines if re.match(r" {0,2}\w", line)] == ["all", *steps]
    profile = json.loads(told.read_text(encoding="utf-8"))
    assert [step["name"] for step in profile["inside"]] == steps
    for step in profile["inside"]:
        inside = sum(one["seconds"] for one in step.get("inside", ()))
        assert inside <= step["seconds"] + 0.05
    assert profile["seconds"] == pytest.approx(sum(s["seconds"] for s in profile["inside"]), abs=1)


STEPS = ("answers", "atlas", "maps", "reports", "exports", "checks", "index")


def test_a_profile_finds_what_was_at_work() -> None:
    profile = Profile()
    profile.start()
    profile.step("counting")
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        count(time.monotonic(), digits=2)
    profile.step("resting/a")
    time.sleep(0.1)
    profile.step("resting/b")
    profile.stop()
    counting, resting = profile.whole.inside.values()
    assert "words.count" in counting.inside
    assert 0 < counting.inside["words.count"].seconds <= counting.seconds
    assert counting.seconds >= 0.3
    assert resting.seconds >= 0.1
    assert not resting.inside
    assert [line.depth for line in profile.lines()][:3] == [0, 1, 2]


def test_a_profile_sees_the_threads_that_work_for_the_first() -> None:
    def work() -> None:
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            count(time.monotonic(), digits=2)

    profile = Profile()
    profile.start()
    profile.step("both")
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result()
    profile.stop()
    (both,) = profile.whole.inside.values()
    assert 0 < both.inside["words.count"].seconds <= both.seconds


def test_a_link_is_not_written_through(town: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OutputError, match="is a link"):
        build(Plan(town), Order(tmp_path / "link"))


def test_a_map_that_styles_an_unknown_layer_is_refused(toytown: Path, tmp_path: Path) -> None:
    path = toytown / "maps" / "atlas.toml"
    path.write_text(path.read_text() + '\n[[layers]]\nlayer = "rivres"\n')
    with pytest.raises(SpecError, match=r"atlas\.toml: Unknown layer 'rivres'"):
        build(Plan(toytown), Order(tmp_path / "out"))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a town that got a theme of its own: two files more."""
    folder = write_toytown(tmp_path_factory.mktemp("grown") / "toytown")
    write_layer(
        folder,
        "wells",
        role="facility",
        features=[feature({"id": "W1", "name_ru": "Колодец"}, (3000, 1000))],
        columns={"id": "str; required = true", "name_ru": "str"},
        extra='theme = "wells"\n',
    )
    return folder


def test_a_theme_of_two_files_shows_up_everywhere(
    grown: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["layers", "--plan", str(grown)]) == 0
    assert "wells" in capsys.readouterr().out
    assert main(["coverage", "wells", "--reach", "500m", "--plan", str(grown), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {r["district"]: r["within_reach"] for r in found["districts"]} == {"west": 0, "east": 20}
    out = build(Plan(grown), Order(tmp_path / "out"))
    for page in ("atlas.html", "reports/en/city.html", "reports/en/east.html"):
        assert "wells en" in (out / page).read_text(encoding="utf-8")
    assert "Колодец" in (out / "atlas.html").read_text(encoding="utf-8")
    assert (out / "exports" / "layers" / "wells.geojson").is_file()


def test_a_norm_of_one_file_makes_it_a_theme_with_a_reach(grown: Path, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    shutil.copytree(grown, folder)
    norms = folder / "layers" / "norms"
    shutil.copy(norms / "schools.toml", norms / "wells.toml")
    assert Plan(folder).coverage("wells").within_reach == 20


def test_hostile_names_stay_text_in_everything_that_is_built(tmp_path: Path) -> None:
    folder = write_toytown(tmp_path / "toytown")
    features = [
        feature({"id": f"H{i}", "name_ru": name}, (1000 + i, 1000))
        for i, name in enumerate(HOSTILE)
    ]
    write_layer(
        folder,
        "schools",
        role="facility",
        features=features,
        columns={"id": "str; required = true", "name_ru": "str"},
        extra='theme = "schools"\n',
    )
    out = build(Plan(folder), Order(tmp_path / "out"))
    for path in [out / "atlas.html", *out.rglob("reports/*/*.html")]:
        text = path.read_text(encoding="utf-8")
        assert "<img src=x" not in text
        assert "<script>alert" not in text
    atlas = (out / "atlas.html").read_text(encoding="utf-8")
    assert "{{7*7}}" in atlas  # shown as it is: nothing has reckoned it
    exported = json.loads((out / "exports/layers/schools.geojson").read_text(encoding="utf-8"))
    assert [f["properties"]["name_ru"] for f in exported["features"]] == list(HOSTILE)


def test_the_layer_of_a_square_town_is_written_as_it_was_read(town: Path, out: Path) -> None:
    exported = json.loads((out / "exports/layers/residents.geojson").read_text(encoding="utf-8"))
    assert "crs" not in exported
    places = [f["geometry"]["coordinates"] for f in exported["features"]]
    assert places[0] == degrees(1000, 1000)
    assert len(places) == len(Plan(town).layers["residents"])
