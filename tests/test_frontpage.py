"""The page that leads to everything that was built, and the small maps beside the large one."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit
from grounds import Ground
from toytown import write_toytown

from almaty_geo.build import Order, build
from almaty_geo.maps import area_pictures, draw, theme_pictures
from almaty_geo.maps.tabs import groups_of
from almaty_geo.plan import Plan
from almaty_geo.words import LANGUAGES

pytestmark = pytest.mark.enable_socket

SIZE_LIMIT = 3_000_000
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = write_toytown(tmp_path_factory.mktemp("plan") / "toytown")
    return build(Plan(town), Order(tmp_path_factory.mktemp("built") / "out", everything=True))


class Links(HTMLParser):
    """The addresses of a page by the language that they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.found: dict[str, list[str]] = {"": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div" and "language" in (given.get("class") or ""):
            self.language = given.get("lang") or ""
            self.found[self.language] = []
        if tag == "a":
            self.found[self.language].append(unquote(given["href"] or "").partition("#")[0])


def links_of(page: Path) -> dict[str, list[str]]:
    reader = Links()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_led_to_once_and_every_way_leads_to_a_file(language: str, out: Path) -> None:
    made = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    others = tuple(f"reports/{lang}/" for lang in LANGUAGES if lang != language)
    wanted = sorted(p for p in made if p != "index.html" and not p.startswith(others))
    assert sorted(links_of(out / "index.html")[language]) == wanted


def test_it_opens_in_one_language_and_turns_to_another_without_a_script(
    out: Path, visit: Callable[..., Visit]
) -> None:
    one = visit(out / "index.html", ready=False)
    assert one.words("main h1:visible") == [one.page.locator("#ru h1").inner_text()]
    one.page.click("nav a[lang=kk]")
    assert one.page.locator("#kk").is_visible()
    assert not one.page.locator("#ru").is_visible()
    assert one.page.locator("#kk .first a").get_attribute("href") == "atlas.html#kk"
    one.page.click("#kk .first a")
    one.page.wait_for_selector("html[data-ready=yes][lang=kk]")
    assert one.faults() == []


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)])
def test_the_rules_of_accessibility_hold(
    size: tuple[int, int], out: Path, visit: Callable[..., Visit]
) -> None:
    one = visit(out / "index.html", "#en", size, ready=False)
    for details in one.page.locator("#en summary").all():
        details.click()
    found = Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()
    assert one.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert one.faults() == []


def test_only_the_languages_asked_for_are_there(tmp_path: Path) -> None:
    town = write_toytown(tmp_path / "toytown")
    made = build(Plan(town), Order(tmp_path / "out", languages=("en",)))
    assert set(links_of(made / "index.html")) == {"", "en"}


def test_the_maps_of_themes_hold_every_section_once(ground_by_lines: Ground) -> None:
    picture = ground_by_lines.picture
    parts = dict(theme_pictures(picture))
    held = [s for part in parts.values() for s in part.spec.sections]
    assert sorted(held) == sorted(section.id for section in picture.sections)
    assert {g.id for g in groups_of(picture.sections, picture.spec)} == set(parts)
    page = draw(parts["metro"], languages=("ru",))
    data = json.loads(re.search(r'id="atlas-data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]  # it is there, or the test fails
    assert [section["id"] for section in data["sections"]] == ["metro", "bus_stops"]
    layers = {layer["id"] for layer in data["layers"]}
    assert {"metro_stations", "bus_stops", "residents", "districts"} <= layers
    assert not layers & {"schools_state", "kindergartens", "hospitals"}


def test_the_map_of_an_area_is_cut_to_it_and_keeps_its_answers(
    ground_by_lines: Ground, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    picture = ground_by_lines.picture
    parts = dict(area_pictures(picture))
    assert set(parts) == set(picture.areas.frame["id"])
    part = parts["medeu"]
    whole, cut = picture.layers["residents"], part.layers["residents"]
    lives = cut.frame["district"] == "medeu"
    assert int(lives.sum()) == int((whole.frame["district"] == "medeu").sum())
    assert len(cut) < len(whole)
    classes = part.section("schools").classes
    before = picture.section("schools").classes
    assert classes is not None
    assert before is not None
    kept = whole.frame["id"].isin(cut.frame["id"])
    assert np.array_equal(classes.of, before.of[kept])
    page = draw(part)
    assert len(page.encode()) < SIZE_LIMIT
    file = tmp_path / "medeu.html"
    file.write_text(page, encoding="utf-8")
    one = visit(file, "#en")
    assert one.words("#answer .place h2") == ["Medeu"]
    assert one.words("#title") == ["Atlas of Almaty: Medeu"]
    one.page.click(".back")
    assert one.page.url.endswith("#en/schools/city")
    assert one.faults() == []


def test_every_small_map_can_be_mailed_and_opens_without_a_network(
    ground: Ground, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    themes, areas = (dict(f(ground.picture)) for f in (theme_pictures, area_pictures))
    assert len(themes) > 7
    assert set(areas) == set(ground.picture.areas.frame["id"])
    one = visit(ground.page)
    for name, part in {**themes, **areas}.items():
        file = tmp_path / f"{name}.html"
        file.write_text(draw(part), encoding="utf-8")
        assert file.stat().st_size < SIZE_LIMIT, name
        one.open(file, "#ru")
        assert one.words("#title") == [part.spec.title["ru"]]
        assert one.page.locator("#answer .lead").inner_text(), name
        assert one.page.locator(".atlas-canvas").evaluate(COLOURS) > 20, name
        assert one.faults() == [], name
