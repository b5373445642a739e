"""Swipe, years and paper, in a real browser that refuses any network."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, Visit
from grounds import Ground
from playwright.sync_api import Page, expect
from toytown import SCENARIO, write_toytown

from almaty_geo.maps import draw
from almaty_geo.plan import Plan
from almaty_geo.plan.scenarios import compared
from almaty_geo.sections import CITY, Section
from almaty_geo.words import LANGUAGES, Language, count

pytestmark = pytest.mark.enable_socket

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(1)</script>${alert(1)}"
PHONE = (390, 844)
SCHOOLS = ("schools", "private_schools", "kindergartens")
Visited = Callable[..., Visit]
TOLD = """([section, scene]) => {
  Object.assign(almatyGeo.state, { section, pair: [scene, scene] }); // nothing is painted
  const found = almatyGeo.section();
  const said = (text) => almatyGeo.say(text);
  return {
    scenario: said(found.scenario),
    notes: found.notes.map(said),
    answers: Object.entries(found.answers).map(([area, one]) => [
      area, said(one.headline), said(one.emphasis),
      one.figures.map(([id, shown, label]) => [id, said(shown), said(label)]),
    ]),
    bars: found.bars && found.bars.rows.map(([area, parts, shown]) =>
      [area, parts, shown.map(said)]),
    cells: found.tables[0].rows.map(([, , cells]) => cells.slice(1).map(said)),
    title: said(found.classes.title),
    titles: found.classes.titles.map(said),
    colours: found.classes.colours,
    of: found.classes.of,
  };
}"""


@pytest.fixture(scope="module")
def hostile_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a town in which scenarios and schools have hostile names."""
    folder = write_toytown(tmp_path_factory.mktemp("scenes") / "town")
    said = json.dumps(HOSTILE)
    text = SCENARIO.format(year=2026, en="Later", opens='[[opens]]\nlayer = "schools_planned"\n')
    for language in LANGUAGES:
        text = text.replace(f'{language} = "Later', f"{language} = {said[:-1]}Later")
        text = text.replace(f'{language} = "Invented', f"{language} = {said[:-1]}Invented")
    (folder / "layers/scenarios/later.toml").write_text(text, encoding="utf-8")
    for name in ("schools", "schools_planned"):
        spoil(folder, name)
    plan = Plan(folder)
    file = folder / "town.html"
    file.write_text(draw(plan.picture(plan.map_spec())), encoding="utf-8")
    return file


def spoil(folder: Path, name: str) -> None:
    """Put the hostile text behind the name of every row."""
    import hashlib  # noqa: PLC0415 - for the digest of the sidecar alone

    path = folder / "layers" / f"{name}.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    for feature in data["features"]:
        feature["properties"]["name_ru"] = HOSTILE
    path.write_text(json.dumps(data), encoding="utf-8")
    sidecar = folder / "layers" / f"{name}.toml"
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar.write_text(sidecar.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def told(section: Section, language: Language) -> Mapping[str, Any]:
    """Return what the page must say of a section."""
    assert section.scenario is not None
    assert section.classes is not None
    return {
        "scenario": section.scenario[language],
        "notes": [note[language] for note in section.notes],
        "answers": [
            [
                a.area,
                a.headline[language],
                a.emphasis[language],
                [[f.id, f.shown[language], f.label[language]] for f in a.figures],
            ]
            for a in section.answers
        ],
        "bars": section.bars
        and [
            [row.area, list(row.parts), [count(part)[language] for part in row.parts]]
            for row in section.bars.rows
        ],
        "cells": [
            [cell.shown[language] for cell in row.cells[1:]] for row in section.tables[0].rows
        ],
        "title": section.classes.title[language],
        "titles": [title[language] for title in section.classes.titles],
    }


PIXELS = """(selector) => {
  const canvas = document.querySelector(selector + " canvas");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
}"""
DIFFERENT = """([a, b]) => a.length === b.length
  ? a.filter((byte, k) => Math.abs(byte - b[k]) > 100).length : -1"""


def sides_differ(page: Page) -> int:
    """Return how many bytes of the two sides' canvases differ, edges of lines left out."""
    panes = '[".leaflet-atlas-pane", ".leaflet-after-pane"]'
    found: int = page.evaluate(f"({DIFFERENT})({panes}.map({PIXELS}))")
    return found


def share(page: Page) -> int:
    return int(page.locator("#swipe-handle").get_attribute("aria-valuenow") or -1)


# -- What the page says of each scene ------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scene_reads_as_the_plan_says_it(
    language: Language, ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, f"#{language}/schools")
    made = ground.picture.scenes
    for theme in SCHOOLS:
        for name, scene in made.themes[theme].scenes.items():
            found = one.page.evaluate(TOLD, [theme, name])
            expected = told(scene.section, language)
            assert {key: found[key] for key in expected} == expected, (theme, name)
            assert scene.section.classes is not None
            assert found["of"] == "".join(str(c) for c in scene.section.classes.of), (theme, name)
    assert one.faults() == []


# -- Swipe ---------------------------------------------------------------------------------------


def test_two_scenarios_are_compared_by_one_press(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools")
    page = one.page
    page.click("#open-compare")
    assert one.words(".swipe-name") == ["Register of 2025", "Today, 2026"]
    both = compared(ground.plan, "register-2025", "today-2026", "schools")
    out = both.differences["out_of_reach"]
    lead = page.locator("#answer .lead").inner_text()
    for number in (out.before.sum(), out.after.sum(), abs(out.change.sum())):
        assert count(int(number)).en in lead
    rows = {
        cells[0]: cells[1:]
        for cells in page.locator("#answer tbody tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText))"
        )
    }
    for title, measure in {
        "Residents": "people",
        "Within reach": "within_reach",
        "Facilities": "facilities",
        "Seats": "capacity",
    }.items():
        told_by = both.differences[measure]
        numbers = [told_by.before.sum(), told_by.after.sum()]
        assert rows[title][:2] == [count(int(number)).en for number in numbers]
    for area, change in zip(both.areas, out.change, strict=False):
        shown = page.locator(f"#answer [data-area={area}] .bar-value").inner_text()
        assert int(shown.replace(",", "").replace("−", "-")) == change
    assert page.locator("details summary").first.inner_text() == "New facilities: 21"
    assert one.faults() == []


def test_the_comparison_of_an_area_is_its_own(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools/alatau?swipe=register-2025,population-2040")
    both = compared(ground.plan, "register-2025", "population-2040", "schools")
    at = both.areas.index("alatau")
    out = both.differences["out_of_reach"]
    lead = one.page.locator("#answer .lead").inner_text()
    assert f"{count(int(out.before[at])).en} → {count(int(out.after[at])).en}" in lead
    opened = both.differences["facilities"].change[at]
    assert one.words("#answer summary")[0].startswith("New facilities: ")
    gone = [t for t in one.words("#answer summary") if t.startswith("Facilities that close: ")]
    numbers = [int(t.rpartition(" ")[2]) for t in [one.words("#answer summary")[0], *gone]]
    assert numbers[0] - sum(numbers[1:]) == opened


def test_each_side_shows_its_own_scenario(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026")
    assert sides_differ(one.page) > 1000
    same = visit(ground.page, "#en/kindergartens?swipe=register-2025,today-2026")
    assert sides_differ(same.page) == 0


def test_the_handle_follows_the_mouse(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026")
    page = one.page
    assert share(page) == 50
    room, grip = (
        page.locator("#map-room").bounding_box(),
        page.locator("#swipe-handle i").bounding_box(),
    )
    assert room is not None
    assert grip is not None
    page.mouse.move(grip["x"] + 22, grip["y"] + 22)
    page.mouse.down()
    page.mouse.move(room["x"] + 0.3 * room["width"], grip["y"] + 40, steps=5)
    page.mouse.up()
    assert share(page) == 30
    expect(page).to_have_url(re.compile("&at=30$"), timeout=10_000)
    clip = page.locator(".leaflet-after-pane").evaluate("(pane) => pane.style.clipPath")
    left = float(clip.removeprefix("polygon(").partition("px")[0])
    assert left == pytest.approx(0.3 * room["width"], abs=2)
    page.mouse.move(room["x"] + 0.8 * room["width"], grip["y"])
    assert share(page) == 30  # it was let go


def test_the_handle_follows_a_finger(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#ru/schools?swipe=register-2025,today-2026", PHONE, has_touch=True)
    page = one.page
    box = page.locator("#swipe-handle i").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    client = page.context.new_cdp_session(page)
    at = {"x": box["x"] + 22, "y": box["y"] + 22}

    def touch(kind: str, *points: Mapping[str, float]) -> None:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", at)
    for step in range(1, 6):
        touch("touchMove", {"x": at["x"] + 20 * step, "y": at["y"]})
    touch("touchEnd")
    assert share(page) == round(100 * (at["x"] + 100) / PHONE[0])
    assert one.faults() == []


def test_the_handle_follows_the_keys(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026")
    handle = one.page.locator("#swipe-handle")
    handle.focus()
    found = []
    for key in ("ArrowRight", "ArrowLeft", "PageDown", "PageUp", "Home", "ArrowLeft", "End"):
        one.page.keyboard.press(key)
        found.append(share(one.page))
    assert found == [52, 50, 40, 50, 0, 0, 100]
    assert handle.get_attribute("aria-valuetext") == "Register of 2025: 100%, Today, 2026: 0%"
    assert handle.get_attribute("aria-label") == "Border between before and after"
    assert handle.get_attribute("role") == "slider"


@pytest.mark.parametrize("way", ["Escape", "[data-key='compare:end']", "#open-compare"])
def test_the_comparison_ends(way: str, ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools/medeu?swipe=register-2025,today-2026")
    if way == "Escape":
        one.page.keyboard.press("Escape")
    else:
        one.page.click(way)
    assert one.page.evaluate("almatyGeo.state.pair") is None
    assert one.page.evaluate("almatyGeo.state.area") == "medeu"
    assert one.page.locator(".leaflet-after-pane canvas").count() == 0
    assert one.page.locator("#swipe").is_hidden()
    assert one.page.evaluate("document.activeElement.id") == "open-compare"
    assert one.page.url.endswith("#en/schools/medeu")
    clip = one.page.locator(".leaflet-atlas-pane").evaluate("(pane) => pane.style.clipPath")
    assert clip == ""


def test_scenes_are_chosen_and_swapped(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026")
    page = one.page
    page.select_option("[data-key='compare:1']", "order~2031")
    assert one.words(".swipe-name")[1] == "“Building order, 5 a year” in 2031"
    page.click("[data-key='compare:swap']")
    assert page.evaluate("almatyGeo.state.pair") == ["order~2031", "register-2025"]
    page.focus("[data-key='compare:0']")
    page.select_option("[data-key='compare:0']", "register-2025")  # both the same: they swap
    assert page.evaluate("almatyGeo.state.pair") == ["register-2025", "order~2031"]
    assert page.evaluate("document.activeElement.dataset.key") == "compare:0"


def test_a_click_tells_of_the_side_that_it_falls_on(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026&at=100")
    spot = """() => {
      const [before, after] = ["before", "after"].map((side) =>
        almatyGeo.onSide(side, () => almatyGeo.section().classes.of));
      const layer = almatyGeo.layers.get("residents");
      const i = [...before].findIndex((digit, k) => digit !== after[k] && layer.sizes[k] > 30);
      const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
      map.setView(almatyGeo.mapWing.spotOf("residents", i), 17, { animate: false });
      return [before[i], after[i]].map((digit) =>
        almatyGeo.say(almatyGeo.section().classes.titles[Number(digit)]));
    }"""
    titles = one.page.evaluate(spot)
    said = []
    for at in (100, 0):
        one.page.evaluate("(split) => almatyGeo.set({ split })", at)
        box = one.page.locator(".folium-map").bounding_box()
        assert box is not None
        one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        popup = one.page.locator(".leaflet-popup dl")
        popup.wait_for(timeout=10_000)
        said.append(popup.inner_text())
        one.page.keyboard.press("Escape")
        one.page.locator(".leaflet-popup").wait_for(state="detached", timeout=10_000)
    assert titles[0] != titles[1]
    assert titles[0] in said[0]
    assert titles[1] in said[1]


def test_the_legend_holds_for_both_sides(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026")
    said = one.words("#legend [data-layer=scenes] li")
    assert said == ["Planned schools: counts as open", "opens", "closes"]
    one.page.keyboard.press("Escape")
    assert one.words("#legend [data-layer=scenes] li") == []


# -- Years ---------------------------------------------------------------------------------------


def test_years_go_by_with_the_keys(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools")
    page = one.page
    page.click("#open-years")
    assert page.evaluate("almatyGeo.state.year") == "order~2026"
    slider = page.locator("#year-bar input[type=range]")
    slider.focus()
    made = ground.picture.scenes.themes["schools"]
    order = made.courses[0]
    for step in order.steps[1:]:
        page.keyboard.press("ArrowRight")
        answer = made.scenes[step.scene].section.answers[0]
        assert page.locator("#answer .lead").inner_text() == answer.headline.en
        assert page.locator("#year-bar .year").inner_text() == str(step.year)
        assert count(step.people).en in page.locator(".year-told").inner_text()
        assert page.evaluate("document.activeElement.dataset.key") == "year:slider"
        assert (slider.get_attribute("aria-valuetext") or "").startswith(str(step.year))
    assert page.url.endswith("#en/schools?year=order~2031")
    assert one.faults() == []


def test_what_opens_in_a_year_is_named(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2027")
    made = ground.picture.scenes.themes["schools"]
    first, second = (made.scenes[f"order~{year}"].is_open for year in (2026, 2027))
    names = {made.offered.names[at].text.en for at in np.flatnonzero(first != second)}
    assert set(one.words(".year-told .scene-list bdi")) == names  # one may close as another opens
    assert (second & ~first).sum() == 5
    told_by = one.page.locator(".year-told").inner_text()
    assert "Opens in this year: 5 (year assumed)" in told_by
    one.page.evaluate("almatyGeo.set({ year: 'today-2026~2025' })")
    assert "Opens in this year: 21" in one.page.locator(".year-told").inner_text()
    assert "assumed" not in one.page.locator(".year-told").inner_text()  # the register says it
    one.page.evaluate("almatyGeo.set({ year: 'today-2026~2030' })")
    assert "Nothing opens or closes" in one.page.locator(".year-told").inner_text()


def test_what_opens_leads_to_its_place(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2027")
    name = one.page.locator(".year-told .scene-list button").first
    text = name.inner_text()
    name.click()
    one.page.locator(".leaflet-popup h2").wait_for(timeout=10_000)
    assert one.page.locator(".leaflet-popup h2 bdi").inner_text() in text


def test_the_map_follows_the_years(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2026")
    changed = f"""() => {{
      const pane = ".leaflet-atlas-pane";
      const before = ({PIXELS})(pane);
      almatyGeo.set({{ year: "order~2027" }});
      return ({DIFFERENT})([before, ({PIXELS})(pane)]);
    }}"""
    assert one.page.evaluate(changed) > 1000


def test_years_play_and_stop_at_the_last(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2029", reduced_motion="no-preference")
    play = one.page.locator("[data-key='year:play']")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(one.page.locator("#year-bar .year")).to_have_text("2031", timeout=10_000)
    expect(play).to_have_attribute("aria-pressed", "false", timeout=10_000)
    play.click()  # from the first on
    expect(one.page.locator("#year-bar .year")).to_have_text("2026")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    assert one.faults() == []


def test_nothing_plays_for_those_who_want_no_motion(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2026", reduced_motion="reduce")
    assert one.page.locator("[data-key='year:play']").count() == 0
    one.page.click("[data-key=years_next]")
    assert one.page.locator("#year-bar .year").inner_text() == "2027"
    one.page.click("[data-key=years_before]")
    assert one.page.locator("[data-key=years_before]").is_disabled()


@pytest.mark.parametrize("way", ["Escape", "[data-key='year:end']", "#open-years"])
def test_the_years_end(way: str, ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2027")
    if way == "Escape":
        one.page.keyboard.press("Escape")
    else:
        one.page.click(way)
    assert one.page.evaluate("almatyGeo.state.year") == ""
    assert one.page.locator("#year-bar").is_hidden()
    assert one.page.evaluate("document.activeElement.id") == "open-years"
    assert one.page.url.endswith("#en/schools")


def test_another_theme_has_no_years_but_can_be_compared(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2027")
    one.page.evaluate("almatyGeo.set({ section: 'kindergartens' })")
    assert one.page.locator("#year-bar").is_hidden()
    assert one.page.locator("#open-years").is_hidden()
    one.page.click("#open-compare")
    assert one.words(".swipe-name")[1] == "Residents of 2030"  # the first that says otherwise


def test_nothing_is_tried_on_another_scenario(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?year=order~2027")
    assert one.page.locator("#open-trial").is_hidden()


# -- Links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "key", "wanted"),
    [
        ("swipe=register-2025,order~2031&at=12", "pair", ["register-2025", "order~2031"]),
        ("swipe=register-2025,order~2031&at=12", "split", 12),
        ("year=today-2026~2030", "year", "today-2026~2030"),
        ("swipe=register-2025,nowhere", "pair", None),
        ("swipe=register-2025", "pair", None),
        ("swipe=__proto__,constructor", "pair", None),
        ("swipe=%E0%A4%A,today-2026&at=x&year", "pair", None),
        ("swipe=register-2025,today-2026&at=900", "split", 50),
        ("year=order~1900", "year", ""),
    ],
)
def test_a_link_leads_to_what_was_compared(
    asked: str, key: str, wanted: object, ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, f"#ru/schools/medeu/13/43.23/76.95?{asked}")
    assert one.page.evaluate(f"almatyGeo.state.{key}") == wanted
    assert one.page.evaluate("almatyGeo.state.area") == "medeu"
    assert one.page.locator("#answer .lead").is_visible()
    if wanted:
        assert one.page.evaluate("almatyGeo.addressOf({})").endswith(
            "?" + asked.replace("&at=900", "")
        )
    assert one.faults() == []


# -- Paper and pictures --------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize(
    "address",
    [
        "#ru/schools",
        "#kk/schools?swipe=register-2025,today-2026",
        "#en/schools/alatau?year=order~2028",
        "#ru/private_schools?swipe=register-2025,population-2040",
    ],
)
def test_a_sheet_holds_all(paper: str, address: str, ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, address)
    page = one.page
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.click("#open-print")
    page.click(f"[data-key='print:{paper}']")
    assert page.evaluate("window.printed")
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert sheet.count(b"/Type /Page\n") == 1
    wide = {"a4": 842, "a3": 1191}[paper]
    box = sheet.partition(b"/MediaBox [")[2].partition(b"]")[0].split()
    assert [round(float(side)) for side in box][2] == wide
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    room = page.locator("body").bounding_box()
    assert room is not None
    for part in ("#answer .lead", "#legend", "#source-line", "#scale", "#date", ".folium-map"):
        box_of = page.locator(part).bounding_box()
        assert box_of is not None, part
        assert box_of["y"] + box_of["height"] <= room["y"] + room["height"] + 1, part
        assert box_of["x"] + box_of["width"] <= room["x"] + room["width"] + 1, part
    if "swipe" in address:
        names = one.words(".swipe-name")
        assert " → ".join(names) in page.locator("#answer .on-paper").inner_text()
    over = page.locator("#answer").evaluate("(one) => one.scrollWidth - one.clientWidth")
    assert over <= 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#tools").is_visible()
    assert one.faults() == []


def test_the_picture_has_both_sides(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools?swipe=register-2025,today-2026")
    columns = """(split) => {
      almatyGeo.set({ split });
      const canvas = almatyGeo.pictureOf();
      const ctx = canvas.getContext("2d");
      const half = canvas.width / 2;
      const y = canvas.height / 4;
      return [0, half].map((x) =>
        ctx.getImageData(x + 40, y, half - 80, canvas.height / 2).data);
    }"""
    left, right = one.page.evaluate(
        f"""() => {{
          const [whole, mixed] = [0, 50].map({columns});
          return [0, 1].map((k) => ({DIFFERENT})([whole[k], mixed[k]]));
        }}"""
    )
    assert left > 1000  # the first scenario, not the second
    assert right < left / 100  # edges of lines


# -- Hostile names, access, small screens ---------------------------------------------------------


def test_hostile_names_show_as_text(hostile_town: Path, visit: Visited) -> None:
    one = visit(hostile_town, "#en/schools")
    page = one.page
    page.click("#open-compare")
    assert HOSTILE in one.words(".swipe-name")[1]
    assert HOSTILE in page.locator("#compare-bar").inner_html().replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    page.locator("#answer summary").first.click()
    assert HOSTILE in page.locator("#answer .scene-list").first.inner_text()
    page.evaluate("almatyGeo.pictureOf()")
    page.click("#open-years")
    page.select_option("[data-key='year:course']", "later")
    for language in LANGUAGES:
        page.evaluate("(language) => almatyGeo.set({ language })", language)
    page.evaluate("almatyGeo.set({ year: 'order~2027' })")
    assert HOSTILE in page.locator(".year-told").inner_text()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("img").count() == 0
    assert one.faults() == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize(
    "address",
    [
        "#ru/schools?swipe=register-2025,today-2026",
        "#kk/schools/alatau?year=order~2027",
        "#en/schools?year=today-2026~2025",
    ],
)
def test_axe_finds_nothing(
    address: str, size: tuple[int, int], ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, address, size)
    one.settle()
    found = Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "asked", ["?swipe=register-2025,today-2026", "?year=order~2028", "?year=today-2026~2025"]
)
def test_a_phone_has_all_in_its_width_and_under_a_finger(
    asked: str, language: str, ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, f"#{language}/schools{asked}", PHONE, has_touch=True)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    small = (
        one.page.locator(".scene-bar, #answer, #swipe")
        .locator("button:visible, select:visible, input:visible, summary:visible")
        .evaluate_all(
            """(all) => all.filter((one) => one.getBoundingClientRect().height < 24)
          .map((one) => one.outerHTML)"""
        )
    )
    assert small == []
    assert one.faults() == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_side_by_side_are_not_cut(
    language: str, size: tuple[int, int], ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, f"#{language}/schools?swipe=register-2025,population-2040", size)
    for theme in ("schools", "private_schools"):
        one.page.evaluate("(section) => almatyGeo.set({ section })", theme)
        assert one.page.locator(".swipe-name").count() == 2
        cut = one.page.locator("#answer .table-room").evaluate_all(
            "(all) => all.map((room) => room.scrollWidth - room.clientWidth)"
        )
        assert max(cut) <= 0, theme


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), PHONE])
def test_names_of_the_sides_lie_under_nothing(
    size: tuple[int, int], ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, "#kk/schools?swipe=register-2025,population-2040", size)
    for split in (20, 50, 80):
        one.page.evaluate("(split) => almatyGeo.set({ split })", split)
        name = one.page.locator(["#swipe-before", "#swipe-after"][split < 50])
        box = name.bounding_box()
        assert box is not None
        for other in ("#tools", "#zoom", "#search"):
            there = one.page.locator(other).bounding_box()
            assert there is not None
            apart = (
                box["x"] >= there["x"] + there["width"]
                or box["x"] + box["width"] <= there["x"]
                or box["y"] >= there["y"] + there["height"]
                or box["y"] + box["height"] <= there["y"]
            )
            assert apart, (split, other)


def test_the_whole_page_can_be_compared(ground: Ground) -> None:
    """The page of the plan itself has the scenes too; figures of the city are those of Python."""
    scenes, plan = ground.picture.scenes, ground.plan
    assert set(scenes.themes) == set(plan.themes)
    one = scenes.themes["schools"].scenes["today-2026"]
    assert one.amounts[-1].area == CITY
    assert one.amounts[-1].within == plan.coverage("schools", scenario="today-2026").within_reach
