"""Other facilities tried in a real browser, held against the command line to the person."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, Visit
from grounds import Ground, copied
from toytown import degrees, write_toytown

from almaty_geo.cli import main
from almaty_geo.coverage import section as coverage_section
from almaty_geo.maps import draw
from almaty_geo.maps.wording_trial import trial_words
from almaty_geo.plan import Plan
from almaty_geo.words import LANGUAGES, count, percent

pytestmark = pytest.mark.enable_socket

PHONE = (390, 844)
Visited = Callable[..., Visit]
HOSTILE = '</script><img src=x onerror=alert(1)>"`${alert(1)}{{7*7}}'
MIXED = """
[{ add: [76.8512345, 43.2812345] }, { add: [76.93, 43.19] }, { remove: 3 }, { remove: 40 },
 { move: [5, 76.9, 43.3] }, { add: [77.0, 43.25] }]
"""
PLAY = """(steps) => {
  const seats = almatyGeo.trials.now().spec.counted ? 700 : null;
  for (const { add, remove, move } of steps) {
    if (add) almatyGeo.trials.add(...add, seats, "");
    const open = almatyGeo.trials.open();
    if (remove !== undefined) almatyGeo.trials.remove(open[remove]);
    if (move) almatyGeo.trials.move(open[move[0]], move[1], move[2]);
  }
}"""
BARS = """() => Object.fromEntries(
  almatyGeo.section().bars.rows.map(([area, parts]) => [area, parts]))"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toytown(tmp_path_factory.mktemp("tried") / "toytown")


@pytest.fixture(scope="module")
def town_page(town: Path) -> Path:
    plan = Plan(town)
    page = town.parent / "town.html"
    page.write_text(draw(plan.picture(plan.map_spec())), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, ground: Ground) -> Path:
    """Return a plan to save scenarios into, as the reader of the page has it."""
    return copied(ground.plan.folder, tmp_path_factory.mktemp("tried") / "city")


def opened(visit: Visited, page: Path, address: str, size: tuple[int, int] = DESKTOP) -> Visit:
    one = visit(page, address, size)
    one.page.click("#open-trial")
    one.page.wait_for_selector("#trial:not([hidden])")
    return one


def press(one: Visit, name: str) -> None:
    one.page.click(f'[data-key="try:{name}"]')


def settled(one: Visit, act: Callable[[], object]) -> None:
    """Do something to the trial, and wait until the page shows what comes of it."""
    shown = "document.documentElement.dataset.trial || ''"
    before = one.page.evaluate(shown)
    act()
    until(one, lambda: one.page.evaluate(shown) != before)
    until(one, lambda: not one.page.evaluate("almatyGeo.trials.waits()"))


def until(one: Visit, holds: Callable[[], bool]) -> None:
    """Wait for something; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(250):
        if holds():
            return
        one.page.wait_for_timeout(20)
    raise AssertionError("it did not come to pass in 5 seconds")


def click_at(one: Visit, lon: float, lat: float) -> None:
    """Click the map at a place, having gone there so close that a pixel is about a metre."""
    one.page.evaluate(
        """([lon, lat]) => Object.entries(window).find(([key]) => key.startsWith("map_"))[1]
        .setView([lat, lon], 17, { animate: false })""",
        [lon, lat],
    )
    x, y = one.page.evaluate(
        """() => {
          const box = document.querySelector(".folium-map").getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        }"""
    )
    one.page.mouse.click(x, y)


def lead(one: Visit) -> str:
    return one.page.locator("#answer .lead").inner_text()


def saved(one: Visit, folder: Path) -> Path:
    """Save the trial into the plan, under the name that the page gives it."""
    with one.page.expect_download() as caught:
        press(one, "save")
    file = folder / "layers" / "scenarios" / caught.value.suggested_filename
    caught.value.save_as(file)
    command = f"--scenario {file.stem}"
    assert all(command in said for said in one.page.locator("#trial code").all_inner_texts())
    return file


def test_a_school_added_by_clicks_brings_those_near_it_within_reach(
    town_page: Path, visit: Visited
) -> None:
    one = opened(visit, town_page, "#en/schools")
    assert lead(one).startswith("50 residents live farther than 500\u00a0m")
    press(one, "add")
    one.page.fill('[data-key="try:seats"]', "250")
    lon, lat = degrees(3000, 1000)
    settled(one, lambda: click_at(one, lon, lat))
    assert lead(one).startswith("30 residents live farther than 500\u00a0m")
    assert one.page.locator("#answer [data-figure='schools.share.city'] dd").inner_text() == "85%"
    assert (
        one.page.locator("#answer [data-figure='schools.facilities.city'] dd").inner_text() == "3"
    )
    assert (
        one.page.locator("#answer [data-figure='schools.capacity.city'] dd").inner_text() == "350"
    )
    assert one.page.evaluate(BARS) == {"west": [150, 30], "east": [20, 0]}
    assert one.page.evaluate("almatyGeo.section().classes.of") == "00101"
    told = one.page.locator("#trial [role=status]").inner_text()
    assert told == "Residents out of reach: 50 → 30 (−20)."
    assert one.faults() == []


def test_removing_undoing_and_looking_back_say_what_they_should(
    town_page: Path, visit: Visited
) -> None:
    one = opened(visit, town_page, "#en/schools")
    press(one, "remove")
    assert one.page.locator("#trial option").all_inner_texts() == ["Школа А"]
    settled(one, lambda: press(one, "take"))
    assert lead(one).startswith("200 residents live")
    assert one.page.evaluate(BARS) == {"west": [0, 180], "east": [0, 20]}
    press(one, "before")
    assert lead(one).startswith("50 residents live")
    press(one, "before")
    assert lead(one).startswith("200 residents live")
    settled(one, lambda: press(one, "undo"))
    assert lead(one).startswith("50 residents live")
    assert one.page.locator('[data-key="try:undo"]').is_disabled()
    assert one.faults() == []


def test_a_facility_is_moved_by_two_clicks(town_page: Path, visit: Visited) -> None:
    one = opened(visit, town_page, "#en/schools")
    press(one, "move")
    click_at(one, *degrees(1000, 1000))
    assert "where it is to stand" in one.page.locator("#trial").inner_text()
    settled(one, lambda: click_at(one, *degrees(1000, 1402)))
    assert one.page.evaluate(BARS) == {"west": [80, 100], "east": [0, 20]}
    assert one.page.locator("#trial li").all_inner_texts() == ["+\nMoved: Школа А · 60"]
    settled(one, lambda: press(one, "undo"))
    assert one.page.evaluate(BARS) == {"west": [150, 30], "east": [0, 20]}


def test_a_place_outside_the_plan_is_refused(town_page: Path, visit: Visited) -> None:
    one = opened(visit, town_page, "#en/schools")
    press(one, "add")
    click_at(one, 0.0, 0.0)
    said = one.page.locator("#trial [role=status]").inner_text()
    assert said == "That place is outside the plan's area."
    assert lead(one).startswith("50 residents live")


@pytest.mark.parametrize("theme", ["schools", "kindergartens", "metro", "bus_stops"])
def test_the_page_and_the_command_line_agree_to_the_person(
    theme: str, city: Path, ground: Ground, visit: Visited, capsys: pytest.CaptureFixture[str]
) -> None:
    one = opened(visit, ground.page, f"#en/{theme}")
    steps = [s for s in one.page.evaluate(MIXED) if theme != "metro" or s.get("remove", 0) < 10]
    settled(one, lambda: one.page.evaluate(PLAY, steps))
    name = saved(one, city).stem
    assert name == f"register-2025-{theme}-plus4-minus{2 if theme == 'metro' else 3}"
    assert main(["coverage", theme, "--scenario", name, "--plan", str(city), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert lead(one).startswith(count(said["out_of_reach"]).en + " residents")
    assert one.page.evaluate(BARS) == {
        row["district"]: [row["within_reach"], row["out_of_reach"]] for row in said["districts"]
    }
    share, label = one.page.evaluate(
        "almatyGeo.section().answers.city.figures[0].slice(1).map((text) => text.at(-1))"
    )
    assert share == percent(said["share"]).en
    plan = Plan(city)
    if plan.network is None:
        assert percent(said["low"]).en in label
        assert percent(said["high"]).en in label
    else:  # how sure ways by streets are is not reckoned in the page, so it says nothing of it
        assert label == "within the norm, by streets"
    section = coverage_section(plan.offer(theme, plan.scenario(name)))
    assert section.classes is not None
    assert one.page.evaluate("almatyGeo.section().classes.of") == "".join(
        str(c) for c in section.classes.of
    )
    shown = {figure.id: figure.shown.en for figure in section.answers[0].figures[:3]}
    for name, text, _ in one.page.evaluate("almatyGeo.section().answers.city.figures.slice(0, 3)"):
        assert shown[name] == (text if isinstance(text, str) else text[-1]), name
    assert one.faults() == []


def test_a_saved_scenario_is_loaded_back(city: Path, ground: Ground, visit: Visited) -> None:
    first = opened(visit, ground.page, "#ru/schools")
    settled(first, lambda: first.page.evaluate(PLAY, first.page.evaluate(MIXED)))
    file = saved(first, city)
    second = opened(visit, ground.page, "#ru/schools")
    settled(second, lambda: second.page.set_input_files("#trial-file", file))
    assert lead(second) == lead(first)
    assert second.page.evaluate(BARS) == first.page.evaluate(BARS)
    assert second.page.evaluate("almatyGeo.scenarioFile()") == file.read_text(encoding="utf-8")


def test_what_a_scenario_opens_can_be_removed_and_what_it_replaced_returns(
    tmp_path: Path, visit: Visited, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_toytown(tmp_path / "toytown")
    frame = folder / "layers" / "schools.geojson"
    sidecar = folder / "layers" / "schools.toml"
    data = json.loads(frame.read_text(encoding="utf-8"))
    data["features"][1]["geometry"] = {"type": "Point", "coordinates": degrees(3400, 1000)}
    old = Plan(folder).layers.spec("schools").sha256
    frame.write_text(json.dumps(data), encoding="utf-8")
    new = hashlib.sha256(frame.read_bytes()).hexdigest()
    sidecar.write_text(sidecar.read_text().replace(old, new), encoding="utf-8")
    plan = Plan(folder)
    page = tmp_path / "later.html"
    page.write_text(draw(plan.picture(plan.map_spec(), scenario="later")), encoding="utf-8")
    one = opened(visit, page, "#en/schools")
    assert one.page.evaluate(BARS) == {"west": [150, 30], "east": [20, 0]}
    press(one, "remove")
    options = one.page.locator("#trial option").all_inner_texts()
    assert options == ["Школа А", "P"]
    one.page.select_option("#trial select", label="P")
    settled(one, lambda: press(one, "take"))
    assert one.page.locator("#trial option").all_inner_texts() == ["Школа А", "Школа Б"]
    assert one.page.evaluate(BARS) == {"west": [150, 30], "east": [20, 0]}
    file = saved(one, folder)
    assert "opens" not in file.read_text(encoding="utf-8")
    asked = ["--scenario", file.stem, "--plan", str(folder), "--json"]
    assert main(["coverage", "schools", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["out_of_reach"] == 30
    assert Plan(folder).facilities("schools", Plan(folder).scenario(file.stem)).ids == (
        "schools/A",
        "schools/B",
    )


def test_a_file_that_is_no_scenario_changes_nothing(
    town_page: Path, tmp_path: Path, visit: Visited
) -> None:
    one = opened(visit, town_page, "#en/schools")
    for content in (HOSTILE, "", "[title]\n[[adds]]\ntheme = 'schools'\nid = 3\n" + HOSTILE):
        file = tmp_path / "wrong.toml"
        file.write_text(content, encoding="utf-8")
        one.page.evaluate("document.querySelector('#trial [role=status]').textContent = ''")
        one.page.set_input_files("#trial-file", file)
        told = one.page.locator("#trial [role=status]")
        until(one, lambda: told.inner_text().startswith("The file is no scenario"))  # noqa: B023 - called at once
        assert lead(one).startswith("50 residents live")
    assert one.faults() == []


def test_what_a_file_names_and_the_plan_lacks_is_told_in_one_line(
    town_page: Path, tmp_path: Path, visit: Visited
) -> None:
    one = opened(visit, town_page, "#en/schools")
    lon, lat = degrees(3000, 1000)
    far = degrees(90_000, 1000)
    file = tmp_path / "other.toml"
    file.write_text(
        '[title]\nen = "x"\n[[closes]]\nlayer = "schools"\nids = ["A", "Z"]\n'
        f'[[adds]]\ntheme = "schools"\nid = "one"\nlon = {lon}\nlat = {lat}\n'
        f'[[adds]]\ntheme = "wells"\nid = "two"\nlon = {lon}\nlat = {lat}\n'
        '[[opens]]\nlayer = "schools_planned"\nids = ["P"]\n'
        f'[[adds]]\ntheme = "schools"\nid = "far"\nlon = {far[0]}\nlat = {far[1]}\n',
        encoding="utf-8",
    )
    settled(one, lambda: one.page.set_input_files("#trial-file", file))
    told = one.page.locator("#trial [role=status]").inner_text()
    assert told.startswith(
        "Left out, since this page does not hold them: "
        "schools/Z, schools_planned/P, wells/two, and 1 more."
    )
    assert one.page.evaluate(BARS) == {"west": [0, 180], "east": [20, 0]}
    assert one.faults() == []


def test_hostile_names_in_a_file_show_as_text(
    town_page: Path, tmp_path: Path, visit: Visited
) -> None:
    one = opened(visit, town_page, "#en/schools")
    lon, lat = degrees(3000, 1000)
    file = tmp_path / "hostile.toml"
    file.write_text(
        f'[title]\nen = "x"\n[[adds]]\ntheme = "schools"\nid = "try-1"\nlon = {lon}\nlat = {lat}\n'
        f"name = {json.dumps(HOSTILE)}\n",
        encoding="utf-8",
    )
    settled(one, lambda: one.page.set_input_files("#trial-file", file))
    assert HOSTILE in one.page.locator("#trial li").inner_text()
    assert lead(one).startswith("30 residents live")
    assert one.page.locator("img").count() == 0
    assert one.faults() == []


def test_everything_can_be_done_from_the_keyboard(town_page: Path, visit: Visited) -> None:
    one = visit(town_page, "#en/schools")
    one.page.evaluate(
        "almatyGeo.set({ view: [15, " + ", ".join(map(str, degrees(3000, 1000)[::-1])) + "] })"
    )
    one.settle()
    keys = one.page.keyboard
    one.page.focus("#open-trial")
    keys.press("Enter")
    assert one.page.evaluate("document.activeElement.dataset.key") == "try:add"
    keys.press("Enter")
    assert one.page.evaluate("document.activeElement.dataset.key") == "try:add"
    for expected in ("try:move", "try:remove", "try:seats", "try:middle"):
        keys.press("Tab")
        assert one.page.evaluate("document.activeElement.dataset.key") == expected
    settled(one, lambda: keys.press("Enter"))
    assert lead(one).startswith("30 residents live")
    keys.press("Escape")
    assert one.page.locator("#trial").is_hidden()
    assert one.page.evaluate("document.activeElement.id") == "open-trial"
    assert lead(one).startswith("30 residents live")


def test_the_tool_speaks_the_readers_language(town_page: Path, visit: Visited) -> None:
    one = opened(visit, town_page, "#en/schools")
    words = trial_words()
    for language in LANGUAGES:
        one.page.click(f"#languages [lang={language}]")
        said = one.page.locator("#trial").inner_text()
        for key in ("try_title", "try_add", "try_undo", "try_nothing", "try_load"):
            assert words[key][language] in said, key


def test_only_sections_that_hold_people_to_a_reach_can_be_tried(
    ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, "#en/schools")
    assert one.page.locator("#open-trial").is_visible()
    one.page.evaluate("almatyGeo.set({ section: 'hospitals' })")
    assert one.page.locator("#open-trial").is_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_open_tool_is_accessible_and_fits(
    size: tuple[int, int], town_page: Path, visit: Visited
) -> None:
    one = opened(visit, town_page, "#ru/schools", size)
    press(one, "remove")
    settled(one, lambda: press(one, "take"))
    press(one, "add")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    one.settle()
    found = Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()
