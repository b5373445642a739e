"""Tabs, search, measuring, drawing and saving, in a real browser that refuses any network."""

import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import map_sample
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, Visit
from grounds import Ground
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from pyproj import Geod

from almaty_geo.maps import draw
from almaty_geo.words import LANGUAGES, Language, count

pytestmark = pytest.mark.enable_socket

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(1)</script>${alert(1)}"
PHONE = (390, 844)
EARTH = Geod(ellps="WGS84")
Visited = Callable[..., Visit]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tools") / "town.html"
    file.write_text(draw(map_sample.picture()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def hostile_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tools") / "hostile.html"
    file.write_text(draw(map_sample.picture(HOSTILE)), encoding="utf-8")
    return file


def find(one: Visit, text: str) -> list[str]:
    """Type into the search and return the names found."""
    one.page.fill("#search-field", text)
    return one.words("#search-list [role=option] bdi")


def tap(page: Page, *places: tuple[float, float]) -> None:
    """Click the map at shares of its width and height, slowly enough for single clicks."""
    box = page.locator(".folium-map").bounding_box()
    assert box is not None
    for x, y in places:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(300)


# -- Tabs ---------------------------------------------------------------------------------------


def test_every_section_is_reached_by_its_tab_and_the_one_beneath(
    ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, "#en")
    seen = []
    tabs = one.page.locator("#sections a")
    for at in range(tabs.count()):
        tabs.nth(at).click()
        assert one.page.locator("#sections a[aria-current]").count() == 1
        beneath = one.page.locator("#subsections a")
        for inner in range(beneath.count()):
            beneath.nth(inner).click()
            assert one.page.locator("#subsections [aria-current=page]").count() == 1
            seen.append(one.page.evaluate("almatyGeo.state.section"))
        if not beneath.count():
            seen.append(one.page.evaluate("almatyGeo.state.section"))
            assert tabs.nth(at).get_attribute("aria-current") == "page"
    assert sorted(seen) == sorted(one.page.evaluate("[...almatyGeo.sections.keys()]"))
    assert one.faults() == []


@pytest.mark.parametrize("width", [1440, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_tab_is_out_of_sight(language: str, width: int, ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, f"#{language}/schools", (width, 720))
    for row in ("#sections", "#subsections"):
        hidden = one.page.locator(row).evaluate("(row) => row.scrollWidth - row.clientWidth")
        assert hidden <= 0, row
    tops = [one.page.locator(part).bounding_box() for part in ("#sections", "#languages")]
    assert all(top is not None and top["y"] < 20 for top in tops)  # one row


def test_a_tab_leads_back_to_where_it_was_left(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools")
    one.page.click("#subsections a >> text=Seats")
    one.page.click("#sections a >> text=Transit")
    assert one.words("#subsections a") == ["Metro", "Bus stops"]
    one.page.click("#sections a >> text=Schools")
    assert one.page.evaluate("almatyGeo.state.section") == "schools-seats"


def test_arrows_go_along_the_tabs(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en/schools")
    one.page.focus("#sections a >> nth=0")
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("ArrowLeft")
    second = one.words("#sections a")[1]
    assert one.page.evaluate("document.activeElement.textContent") == second
    one.page.keyboard.press("Enter")
    assert one.words("#sections [aria-current]") == [second]


def test_a_phone_has_all_sections_in_one_list(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#ru/schools-seats", PHONE, has_touch=True)
    opener = one.page.locator("#open-sections")
    assert opener.inner_text() == "Школы · Места"
    opener.click()
    links = one.page.locator("#all-sections a")
    assert links.count() == one.page.evaluate("almatyGeo.sections.size")
    assert one.page.evaluate("document.activeElement.textContent") == "Места"
    one.page.keyboard.press("Escape")
    assert not one.page.locator("#all-sections").is_visible()
    opener.click()
    one.page.click("#all-sections a >> text=Метро")
    assert opener.inner_text() == "Транспорт · Метро"
    assert one.page.evaluate("document.activeElement.id") == "open-sections"


# -- Search -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["ауезов", "Әуезов", "AUEZOV", "ауэзов"])
def test_a_district_is_found_in_any_language_and_any_letters(
    typed: str, ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, "#ru/schools")
    assert find(one, typed)[0] == "Ауэзовский район"
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("almatyGeo.state.area") == "auezov"
    assert one.page.locator("#search-list").is_hidden()


@pytest.mark.parametrize("typed", ["13", "школа 13", "мектеп 13", "school 13", "№ 13"])
def test_a_school_is_found_by_its_number(typed: str, ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#kk/schools")
    first = find(one, typed)[0]
    assert "13" in first
    one.page.keyboard.press("Enter")
    one.page.locator(".leaflet-popup h2").wait_for(timeout=10_000)
    assert first in one.page.locator(".leaflet-popup h2").inner_text()
    zoom, lat, lon = one.page.evaluate("almatyGeo.mapWing.looksAt()")
    assert zoom >= 15
    assert 43 < lat < 43.5
    assert 76.6 < lon < 77.2
    assert one.faults() == []


def test_a_street_is_found_once_though_it_has_many_pieces(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#ru/water")
    one.page.fill("#search-field", "толе би")
    places = one.page.evaluate("almatyGeo.find('толе би').map((x) => [x.layer.id, x.name])")
    streets = [name for layer, name in places if layer == "main_streets"]
    assert streets
    assert len(streets) == len(set(streets))
    assert one.page.evaluate("almatyGeo.find('толе би').some((x) => x.features.length > 1)")


def test_the_list_is_worked_from_the_keyboard(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    field = one.page.locator("#search-field")
    assert find(one, "клиника") == [f"Клиника {k}" for k in range(4)]
    assert field.get_attribute("aria-expanded") == "true"
    press = one.page.keyboard.press
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        press(key)
    assert field.get_attribute("aria-activedescendant") == "found-3"
    assert one.words("[aria-selected=true] bdi") == ["Клиника 3"]
    press("Escape")
    assert one.page.locator("#search-list").is_hidden()
    assert field.input_value() == "клиника"
    press("Escape")
    assert field.input_value() == ""
    assert find(one, "no such thing") == []
    assert one.words("#search-told") == ["Nothing found"]


def test_what_is_found_is_put_on_the_map_where_it_was_off(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    one.page.evaluate("almatyGeo.set({ shown: { wells: false } })")
    find(one, "well 0")
    one.page.locator("#search-list [role=option]").first.click()
    one.page.locator(".leaflet-popup").wait_for(timeout=10_000)
    assert one.page.evaluate("almatyGeo.state.shown.wells") is True


def test_hostile_names_are_found_as_text(hostile_town: Path, visit: Visited) -> None:
    one = visit(hostile_town, "#ru/clinics")
    assert HOSTILE in find(one, "onerror")[0]
    one.page.keyboard.press("Enter")
    one.page.wait_for_timeout(500)
    for language in LANGUAGES:
        one.page.evaluate("(language) => almatyGeo.set({ language })", language)
        assert find(one, "клиника")
    one.page.evaluate("almatyGeo.pictureOf()")
    assert one.page.locator("img").count() == 0
    assert one.faults() == []


# -- Measuring and drawing ----------------------------------------------------------------------

PLACES = st.tuples(
    st.floats(76.6, 77.3, allow_nan=False).map(lambda x: round(x, 6)),
    st.floats(43.0, 43.5, allow_nan=False).map(lambda y: round(y, 6)),
)


@pytest.fixture(scope="module")
def measuring(browser: Browser, town: Path) -> Page:
    one = Visit(browser.new_page())
    one.open(town, "#en")
    return one.page


@settings(max_examples=40, deadline=None)
@given(places=st.lists(PLACES, min_size=2, max_size=6, unique=True))
def test_lengths_are_those_of_the_ellipsoid(
    measuring: Page, places: list[tuple[float, float]]
) -> None:
    found = measuring.evaluate("(places) => almatyGeo.lengthM(places, false)", places)
    lon, lat = zip(*places, strict=True)
    assert found == pytest.approx(EARTH.line_length(lon, lat), abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(corners=st.lists(PLACES, min_size=3, max_size=3, unique=True))
def test_areas_are_those_of_the_ellipsoid(
    measuring: Page, corners: list[tuple[float, float]]
) -> None:
    found = measuring.evaluate("(ring) => almatyGeo.areaM2(ring)", corners)
    expected = abs(EARTH.polygon_area_perimeter(*fine(corners))[0])
    assert found == pytest.approx(expected, rel=1e-6, abs=50)  # of a side of tens of km


def fine(ring: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return a ring with so many places on each side that it is straight in degrees."""
    steps = np.linspace(0, 1, 400, endpoint=False)
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    return tuple(
        [float(x) for a, b in sides for x in a[axis] + steps * (b[axis] - a[axis])]
        for axis in (0, 1)
    )  # type: ignore[return-value]  # a tuple of two, as the axes are


def test_an_outline_that_crosses_itself_has_no_area(measuring: Page) -> None:
    crosses = "(ring) => almatyGeo.crossesItself(ring)"
    assert measuring.evaluate(crosses, [[0, 0], [1, 1], [1, 0], [0, 1]])
    assert not measuring.evaluate(crosses, [[0, 0], [1, 0], [1, 1], [0, 1]])


def test_what_is_drawn_is_measured_named_and_saved(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#en", accept_downloads=True)
    page = one.page
    page.click("#open-drawing")
    page.click("[data-key='kind:line']")
    tap(page, (0.3, 0.5), (0.5, 0.6))
    said = page.locator("#drawing .measured").inner_text()
    page.click("[data-key=end]")
    page.click("[data-key='kind:area']")
    tap(page, (0.3, 0.7), (0.3, 0.85), (0.45, 0.85))
    page.click("[data-key=end]")
    page.click("[data-key='kind:point']")
    tap(page, (0.4, 0.4))
    page.fill("[data-key='name:1']", "Site " + HOSTILE)
    with page.expect_download() as waiting:
        page.click("[data-key=save]")
    saved: dict[str, Any] = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert waiting.value.suggested_filename.endswith("-drawing.geojson")
    line, area, point = saved["features"]
    assert [f["geometry"]["type"] for f in saved["features"]] == ["LineString", "Polygon", "Point"]
    lon, lat = zip(*line["geometry"]["coordinates"], strict=True)
    length = EARTH.line_length(lon, lat)
    assert line["properties"]["length_m"] == pytest.approx(length, abs=0.06)
    assert said == f"{length / 1000:.2f}\u00a0km" or said == f"{length:.0f}\u00a0m"
    (ring,) = area["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    lon, lat = zip(*ring, strict=True)
    assert EARTH.polygon_area_perimeter(lon, lat)[0] > 0  # against the clock
    assert area["properties"]["name"] == "Site " + HOSTILE
    assert area["properties"]["area_m2"] > 0
    assert len(point["geometry"]["coordinates"]) == 2
    assert one.page.locator(".leaflet-popup").count() == 0
    assert one.faults() == []


def test_drawing_works_from_the_keyboard_and_is_taken_back(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    page = one.page
    page.focus("#open-drawing")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.key") == "kind:line"
    page.keyboard.press("Enter")
    page.focus(".folium-map")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    assert page.evaluate("almatyGeo.sketch.places.length") == 2
    page.click("[data-key=undo]")
    assert page.evaluate("almatyGeo.sketch.places.length") == 1
    page.click("[data-key=centre]")
    page.click("[data-key=end]")
    assert page.evaluate("almatyGeo.sketch.done.length") == 1
    page.keyboard.press("Escape")
    assert page.locator("#drawing").is_hidden()
    assert page.evaluate("document.activeElement.id") == "open-drawing"
    assert page.evaluate("almatyGeo.sketch.kind") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_writes_them(
    language: Language, town: Path, visit: Visited
) -> None:
    one = visit(town, f"#{language}")
    said = one.page.evaluate("[12345.678, -1000000, 999].map((n) => almatyGeo.number(n, 2))")
    wanted = [count(12345.678, digits=2), count(-1_000_000), count(999)]
    assert said[0] == wanted[0][language]
    assert said[1].replace("−", "-").startswith(wanted[1][language].replace("−", "-"))
    assert said[2].startswith(wanted[2][language])
    assert (
        one.page.evaluate("almatyGeo.saidArea(25000)")[4:]
        == {
            "kk": "\u00a0га",
            "ru": "\u00a0га",
            "en": "\u00a0ha",
        }[language]
    )


# -- Saving -------------------------------------------------------------------------------------


def test_the_link_leads_to_what_is_shown(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics", permissions=["clipboard-read", "clipboard-write"])
    one.page.evaluate(
        """almatyGeo.set({ area: "east", view: [14, 50.02, 10.06],
          shown: { wells: false, clinics: true } })"""
    )
    one.page.click("#open-sharing")
    one.page.click("[data-key=link]")
    one.page.locator("#share-told").filter(has_text=re.compile(r"\S")).wait_for(timeout=10_000)
    link = one.page.evaluate("navigator.clipboard.readText()")
    assert link.partition("#")[2] == "en/clinics/east/14/50.02/10.06?on=clinics&off=wells"
    other = visit(town, "#" + link.partition("#")[2])
    assert other.page.evaluate("almatyGeo.state.view") == [14, 50.02, 10.06]
    assert other.page.evaluate("almatyGeo.state.shown") == {"clinics": True, "wells": False}
    assert other.page.evaluate("almatyGeo.state.area") == "east"
    assert [*one.faults(), *other.faults()] == []


def test_a_link_that_a_browser_will_not_copy_is_shown(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics")
    one.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }"
    )
    one.page.click("#open-sharing")
    one.page.click("[data-key=link]")
    assert one.page.locator("#share-told input").input_value().endswith("#en/clinics")


def test_a_broken_link_opens_the_first_view(town: Path, visit: Visited) -> None:
    one = visit(town, "#en/clinics?on=%E0%A4%A,__proto__&off&=x")
    assert one.page.evaluate("almatyGeo.state.shown") == {}
    assert one.faults() == []


def test_the_map_is_saved_as_a_picture_with_its_sources(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#ru/schools/medeu", accept_downloads=True)
    one.page.click("#open-sharing")
    with one.page.expect_download() as waiting:
        one.page.click("[data-key=picture]")
    content = Path(waiting.value.path()).read_bytes()
    width, height, pixels = png(content)
    size = one.page.evaluate("almatyGeo.mapWing.size()")
    assert width == 2 * size["x"]
    assert height > 2 * size["y"] + 60
    rows = np.frombuffer(pixels, dtype=np.uint8).reshape(height, -1)
    assert rows[: height // 20].std() > 0  # the heading
    assert rows[-30:].std() > 0  # the sources
    assert waiting.value.suggested_filename.endswith("-schools-medeu.png")
    assert one.faults() == []


def png(content: bytes) -> tuple[int, int, bytes]:
    """Return width, height and the filtered rows of a PNG."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    packed, at = b"", 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            packed += content[at + 8 : at + 8 + length]
        at += 12 + length
    return width, height, zlib.decompress(packed)


# -- All of it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["tabs", "menu", "found", "nothing", "drawing", "sharing"])
def test_the_rules_of_accessibility_hold(state: str, ground: Ground, visit: Visited) -> None:
    size = PHONE if state == "menu" else DESKTOP
    one = visit(ground.page, "#kk/schools-seats", size)
    if state == "menu":
        one.page.click("#open-sections")
    if state in {"found", "nothing"}:
        find(one, "мектеп 13" if state == "found" else "xyzzy")
        one.page.keyboard.press("ArrowDown")
    if state in {"drawing", "sharing"}:
        one.page.click(f"#open-{state}")
    if state == "drawing":
        one.page.click("[data-key='kind:area']")
        for _ in range(2):
            one.page.click("[data-key=centre]")
            tap(one.page, (0.4, 0.6), (0.5, 0.8))
        one.page.click("[data-key=end]")
    one.settle()
    found = Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_has_room_for_every_tool(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#kk/schools", PHONE, has_touch=True)
    for name in ("drawing", "sharing"):
        one.page.locator(f"#open-{name}").scroll_into_view_if_needed()
        one.page.click(f"#open-{name}")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        room = one.page.locator(".folium-map").bounding_box()
        card = one.page.locator(f"#{name}").bounding_box()
        assert room is not None
        assert card is not None
        assert card["y"] > room["y"] + 0.6 * room["height"]  # the map stays in sight
        one.page.keyboard.press("Escape")
    assert one.faults() == []
