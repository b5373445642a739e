"""The atlas in a real browser, with every request to a network refused."""

import time
from collections.abc import Callable
from pathlib import Path

import map_sample
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, Visit
from grounds import Ground
from playwright.sync_api import Browser, Page

from almaty_geo.maps import draw, explore
from almaty_geo.maps.wording import interface
from almaty_geo.words import LANGUAGES, Language, Text

pytestmark = pytest.mark.enable_socket

HOSTILE = (
    "{{7*7}}{% raw %}<img src=x onerror=alert(1)></script><script>alert(1)</script>"
    "`+alert(1)+`${alert(1)}'\"--><svg onload=alert(1)>"
)
SIZE_LIMIT = 3_000_000
PHONE = (390, 844)

# Counts the pixels of the map's canvas that differ from what was kept before.
KEEP = """() => {
  const canvas = document.querySelector(".atlas-canvas");
  window.kept = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
}"""
CHANGED = """() => {
  const canvas = document.querySelector(".atlas-canvas");
  const now = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let changed = 0;
  for (let i = 0; i < now.length; i += 4) {
    const same = [0, 1, 2].every((channel) => now[i + channel] === kept[i + channel]);
    if (!same) changed += 1;
  }
  return changed;
}"""
ALONE = """(name) => {
  const shown = Object.fromEntries(almatyGeo.data.layers.map(({ id }) => [id, id === name]));
  almatyGeo.set({ shown });
}"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory, draw(map_sample.picture()))


@pytest.fixture(scope="module")
def hostile_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory, draw(map_sample.picture(HOSTILE)))


def written(factory: pytest.TempPathFactory, page: str) -> Path:
    file = factory.mktemp("atlas") / "atlas.html"
    file.write_text(page, encoding="utf-8")
    return file


Visited = Callable[..., Visit]


def test_the_atlas_opens_small_and_quiet(ground: Ground, visit: Visited) -> None:
    assert ground.page.stat().st_size < SIZE_LIMIT
    for language in LANGUAGES:
        one = visit(ground.page, f"#{language}")
        assert one.faults() == []
        assert one.page.locator("#answer .lead b").inner_text()
        assert one.page.evaluate("document.documentElement.lang") == language


def test_every_layer_of_the_atlas_paints(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en")
    layers = one.page.evaluate("almatyGeo.data.layers.map((layer) => layer.id)")
    assert len(layers) > 15
    one.page.evaluate(ALONE, "")
    one.page.evaluate(KEEP)
    unpainted = []
    for layer in layers:
        one.page.evaluate(ALONE, layer)
        if one.page.evaluate(CHANGED) < 20:
            unpainted.append(layer)
    assert unpainted == []
    assert one.faults() == []


def test_every_section_of_the_atlas_shows_an_answer(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#kk")
    tabs = one.page.locator("#sections a")
    for at in range(tabs.count()):
        tabs.nth(at).click()
        assert one.page.locator("#answer .lead").inner_text().strip()
        assert one.page.locator("#answer .figures dd").count() > 0
        assert one.page.locator("#answer .bars li, #answer tbody tr").count() > 0
    assert one.faults() == []


def test_hostile_words_show_as_text_and_nothing_runs(hostile_town: Path, visit: Visited) -> None:
    one = visit(hostile_town, "#en/clinics")
    page = one.page
    assert page.title() == "Atlas of the town" + HOSTILE
    page.evaluate("almatyGeo.turnTo(almatyGeo.data.areas[0].id)")
    assert HOSTILE in page.locator("#answer .place h2").inner_text()
    page.click("#open-layers")
    page.click("#open-table")
    page.click("#open-drawer")
    assert HOSTILE in page.locator("#drawer").inner_text()
    page.keyboard.press("Escape")
    for layer in page.evaluate("almatyGeo.data.layers.map((layer) => layer.id)"):
        page.evaluate(
            """(name) => {
              const drawing = almatyGeo.drawingOf(almatyGeo.layers.get(name));
              document.body.append(almatyGeo.popupOf(drawing, 0), almatyGeo.hintOf(drawing, 0));
            }""",
            layer,
        )
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    for language in LANGUAGES:
        page.evaluate("(language) => almatyGeo.set({ language })", language)
    assert page.locator("img, svg[onload], script[src]").count() == 0
    assert "49" not in page.locator("body").inner_text()
    assert one.faults() == []


READ = """() => Object.fromEntries([...document.querySelectorAll("[data-i18n]")].map(
  (one) => [one.dataset.i18n, one.textContent]))"""
LABELS = """() => Object.fromEntries([...document.querySelectorAll("[data-i18n-label]")].map(
  (one) => [one.dataset.i18nLabel, one.getAttribute("aria-label")]))"""


def check_the_switch(one: Visit, title: Text) -> None:
    words = interface()
    opened_at = one.page.evaluate("almatyGeo.state.section")
    for language in LANGUAGES:
        one.page.click(f"#languages [lang={language}]")
        for what in (READ, LABELS):
            said = one.page.evaluate(what)
            assert said
            assert said == {key: words[key][language] for key in said}
        assert one.page.title() == title[language]
        assert one.page.url.endswith(f"#{language}/{opened_at}")
    assert one.faults() == []


def test_the_switch_changes_every_word_of_a_town(town: Path, visit: Visited) -> None:
    check_the_switch(visit(town, "#en"), map_sample.Sample().words("Atlas of the town"))


def test_the_switch_changes_every_word_of_the_atlas(ground: Ground, visit: Visited) -> None:
    check_the_switch(visit(ground.page, "#en"), ground.picture.spec.title)


def test_the_address_is_remembered_and_leads_back(town: Path, visit: Visited) -> None:
    one = visit(town, "#kk/promises")
    assert one.page.evaluate("document.documentElement.lang") == "kk"
    assert one.words("#sections [aria-current]") == ["Promises (қаз)"]
    one.page.goto(one.page.url.partition("#")[0] + "#en/clinics/east")
    assert one.page.locator("#answer .place h2").inner_text() == "East district"
    one.page.goto(one.page.url.partition("#")[0] + "#en/clinics/east/14/50.02/10.06")
    assert one.page.evaluate("almatyGeo.state.view") == [14, 50.02, 10.06]
    one.page.goto(one.page.url.partition("#")[0] + "#xx/nothing/nowhere/a/b/c")
    assert one.page.locator("#answer .lead").inner_text()
    assert one.faults() == []


def test_a_bar_turns_the_panel_and_the_map_and_back(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    one.page.evaluate(KEEP)
    one.page.click("[data-area=west]")
    one.settle()
    assert one.page.locator("#answer .place h2").inner_text() == "West district"
    assert one.page.locator("#answer .lead b").inner_text() == "700 in west"
    assert one.page.url.endswith("#en/clinics/west")
    assert one.page.evaluate(CHANGED) > 1000
    one.page.click(".back")
    one.settle()
    assert one.page.locator("#answer .lead b").inner_text() == "700 in city"
    assert one.page.url.endswith("#en/clinics")


def test_a_click_on_the_map_turns_the_panel_or_opens_a_popup(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")

    def click(lon: float, lat: float) -> None:
        x, y = one.page.evaluate(
            """([lon, lat]) => {
              const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
              const { x, y } = map.latLngToContainerPoint([lat, lon]);
              const box = map.getContainer().getBoundingClientRect();
              return [box.left + x, box.top + y];
            }""",
            [lon, lat],
        )
        one.page.mouse.click(x, y)

    click(map_sample.WEST + 0.015, map_sample.SOUTH + 0.015)
    popup = one.page.locator(".leaflet-popup")
    assert popup.locator("h2").inner_text() == "Клиника 0 ru"
    assert popup.locator("h2 bdi").get_attribute("lang") == "ru"
    assert "1,000" in popup.inner_text()
    assert "1990" in popup.inner_text()
    assert popup.locator(".leaflet-popup-close-button").get_attribute("aria-label") == "Close"
    one.page.keyboard.press("Escape")
    popup.wait_for(state="detached", timeout=10_000)
    click(map_sample.WEST + 0.045, map_sample.SOUTH + 0.038)
    assert one.page.locator("#answer .place h2").inner_text() == "East district"


def test_a_legend_entry_goes_with_its_layer(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    entry = one.page.locator("#legend [data-layer=clinics]")
    assert "under_construction" in entry.inner_text()
    one.page.evaluate(KEEP)
    one.page.click("#open-layers")
    one.page.click("#layers [data-layer=clinics] input")
    assert one.page.evaluate(CHANGED) > 50
    assert entry.count() == 0
    one.page.click("#layers [data-layer=clinics] input")
    assert entry.count() == 1
    assert one.page.evaluate(CHANGED) == 0


def test_every_layer_of_an_invented_town_paints(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    one.page.evaluate(ALONE, "")
    one.page.evaluate(KEEP)
    for layer in ("districts", "road", "homes", "wells", "clinics"):
        one.page.evaluate(ALONE, layer)
        assert one.page.evaluate(CHANGED) > 50, layer


def test_a_section_without_areas_to_compare_opens_as_a_table(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/promises")
    assert one.page.locator("caption").inner_text() == "Areas"
    assert one.page.locator("thead th[scope=col]").count() == 3
    assert one.page.locator("tbody th[scope=row] [lang=ru]").count() == 4
    assert one.page.locator("tbody .tone svg").count() == 3
    assert not one.page.locator("#open-table").is_visible()
    one.page.click("#sections a >> nth=0")
    one.page.click("#open-table")
    assert one.page.locator("#open-table").get_attribute("aria-pressed") == "true"
    assert one.page.locator("tbody tr").count() == 4
    one.page.click(".to-area")
    assert one.page.locator("#answer .place h2").inner_text() == "West district"


def test_the_drawer_says_where_everything_comes_from(town: Path, visit: Visited) -> None:
    one = visit(town, "#en")
    one.page.click("#open-drawer")
    drawer = one.page.locator("#drawer")
    assert drawer.locator("article").count() == 6
    assert drawer.locator("article a").all_inner_texts() == ["https://example.org/wells"]
    for said in ("Office", "ODbL-1.0", "Well 1", "± 500\u00a0m", "A caution", "BSD-2-Clause"):
        assert said in drawer.inner_text(), said
    assert "abcdef" * 10 in drawer.inner_text()
    one.page.keyboard.press("Escape")
    assert not drawer.is_visible()
    assert one.page.evaluate("document.activeElement.id") == "open-drawer"


def test_everything_can_be_done_from_the_keyboard(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    press = one.page.keyboard.press
    press("Tab")
    assert one.page.evaluate("document.activeElement.id") == "skip"
    press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "answer"
    press("Tab")
    assert one.page.evaluate("document.activeElement.dataset.area") == "east"
    press("Tab")
    press("Enter")
    assert one.page.locator("#answer .place h2").inner_text() == "West district"
    assert one.page.evaluate("document.activeElement.dataset.area") == "west"
    press("Escape")
    assert one.page.locator("#answer .place").count() == 0
    one.page.focus("#open-layers")
    press("Enter")
    assert one.page.evaluate("document.activeElement.type") == "checkbox"
    press("Space")
    assert one.page.evaluate("document.activeElement.type") == "checkbox"
    press("Escape")
    assert one.page.evaluate("document.activeElement.id") == "open-layers"
    outline = one.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_atlas_is_read_from_the_keyboard(ground: Ground, visit: Visited) -> None:
    section = ground.picture.section("schools")
    assert section.bars is not None
    first, second = (row.area for row in section.bars.rows[:2])
    one = visit(ground.page, "#en/schools")
    page, press = one.page, one.page.keyboard.press
    at, on_area = "document.activeElement.id", "document.activeElement.dataset.area"
    press("Tab")
    assert page.evaluate(at) == "skip"
    press("Enter")
    assert page.evaluate(at) == "answer"
    for area in (first, second):
        tab_to(page, area)
        assert page.evaluate(on_area) == area
    press("Enter")
    answer = next(a for a in section.answers if a.area == second)
    assert page.locator("#answer .lead").inner_text() == answer.headline.en
    assert page.evaluate("almatyGeo.state.area") == page.evaluate(on_area) == second
    press("Escape")
    assert page.locator("#answer .lead").inner_text() == section.answers[0].headline.en
    page.focus("#open-drawer")
    press("Enter")
    assert page.locator("#drawer").is_visible()
    press("Escape")
    assert not page.locator("#drawer").is_visible()
    assert page.evaluate(at) == "open-drawer"
    assert one.faults() == []


def tab_to(page: Page, area: str) -> None:
    """Press Tab until a district has the focus; what explains the figures may come before it."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.area") == area:
            return


def test_the_panel_folds_away(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    before = one.page.locator("#map-room").bounding_box()
    one.page.click("#fold")
    after = one.page.locator("#map-room").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"] + 300
    assert one.page.locator("#fold").get_attribute("aria-label") == "Show the panel"
    assert not one.page.locator("#answer .lead").is_visible()


def test_a_phone_shows_all_without_scrolling_sideways(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#ru", PHONE, has_touch=True)
    for section in one.page.evaluate("[...almatyGeo.sections.keys()]"):
        one.page.evaluate("(section) => almatyGeo.set({ section })", section)
        width = one.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE[0], section
    sideways = "(room) => room.scrollWidth - room.clientWidth"
    one.page.evaluate("almatyGeo.set({ section: 'commitments' })")
    assert one.page.locator(".table-room:has(.told)").first.evaluate(sideways) <= 0
    one.page.click("#open-layers")
    one.page.click(".legend-toggle", force=True)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert one.faults() == []


def test_a_sheet_of_paper_holds_answer_map_legend_and_sources(
    ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, "#ru/schools")
    paper = one.page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.count(b"/Type /Page\n") == 1
    one.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for part in ("#answer .lead", ".atlas-canvas", "#legend", "#source-line", "#scale"):
        assert one.page.locator(part).is_visible(), part
    assert "OpenStreetMap" in one.page.locator("#source-line").inner_text()
    assert not one.page.locator("#tools").is_visible()
    one.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert one.page.locator("#tools").is_visible()
    assert one.page.url.endswith("#ru/schools")


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_motion_is_left_out_for_those_who_ask(wish: str, town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics", reduced_motion=wish)
    zoom = "Object.entries(window).find(([key]) => key.startsWith('map_'))[1].getZoom()"
    at_once = one.page.evaluate(
        f"() => {{ document.querySelector('[data-area=west]').click(); return {zoom}; }}"
    )
    one.settle()
    assert (at_once == one.page.evaluate(zoom)) == (wish == "reduce")


@pytest.mark.parametrize("state", ["chart", "table", "layers", "drawer", "popup", "phone", "area"])
def test_the_rules_of_accessibility_hold(state: str, town: Path, visit: Visited) -> None:
    one = visit(town, "#ru/clinics", PHONE if state == "phone" else DESKTOP)
    if state in {"table", "layers", "drawer"}:
        one.page.click(f"#open-{state}")
    if state == "area":
        one.page.click("[data-area=west]")
    if state == "popup":
        one.page.evaluate(
            """() => {
              const drawing = almatyGeo.drawingOf(almatyGeo.layers.get("clinics"));
              const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
              map.openPopup(almatyGeo.popupOf(drawing, 0), map.getCenter());
            }"""
        )
    one.settle()
    found = Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()


def test_explore_opens_in_a_frame_as_a_notebook_shows_it(tmp_path: Path, browser: Browser) -> None:
    shown = explore(map_sample.picture(HOSTILE), section="clinics")
    frame = tmp_path / "notebook.html"
    frame.write_text("<!doctype html>" + shown._repr_html_(), encoding="utf-8")
    context = browser.new_context()
    one = Visit(context.new_page())
    one.page.goto(frame.as_uri())
    inside = one.page.frame_locator("iframe")
    inside.locator("html[data-ready=yes]").wait_for(timeout=10_000)
    assert inside.locator("#answer .lead b").inner_text()
    assert not inside.locator("#top").is_visible()
    inside.locator(".legend-toggle").click()
    assert one.page.frames[1].evaluate("location.hash") == ""
    assert one.faults() == []
    context.close()


def test_the_page_is_there_soon(ground: Ground, visit: Visited) -> None:
    began = time.perf_counter()
    one = visit(ground.page)
    assert time.perf_counter() - began < 10  # seconds; a hang, not a benchmark
    language: Language = "ru"
    assert one.page.evaluate("document.documentElement.lang") == language
