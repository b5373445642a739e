"""Layers of many shapes in a real browser: painted, found and told the same whichever way."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import map_sample
import numpy as np
import pytest
import shape_samples
import shapely
from browsing import DESKTOP, Visit
from grounds import Ground
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Route

from almaty_geo.catalogue import Layer
from almaty_geo.maps import draw, rendering
from almaty_geo.specs import Tiles
from almaty_geo.words import LANGUAGES, Text

pytestmark = pytest.mark.enable_socket

Way = Literal["plain", "tiles", "cells"]
WAYS: tuple[Way, ...] = ("plain", "tiles", "cells")
Visited = Callable[..., Visit]
Written = Callable[..., Path]
PHONE = (390, 844)
SMALL = (1000, 640)  # less to paint and to read back
SLIP = "<img src=x onerror=alert(1)>{{7*7}}</script><script>alert(1)</script>`${alert(1)}`"

PICTURE = "document.querySelector('.atlas-canvas').toDataURL().split(',')[1]"
ALONE = """(name) => {
  const shown = Object.fromEntries(almatyGeo.data.layers.map(({ id }) => [id, id === name]));
  almatyGeo.set({ shown });
}"""
WHERE = """([lon, lat]) => {
  const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
  const { x, y } = map.latLngToContainerPoint([lat, lon]);
  const box = map.getContainer().getBoundingClientRect();
  return [box.left + x, box.top + y];
}"""
GO = """([zoom, lat, lon]) => {
  const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
  map.setView([lat, lon], zoom, { animate: false });
}"""
OTHER_CLASSES = """() => {
  const before = almatyGeo.section;
  almatyGeo.section = () => {
    const section = before();
    const of = "3".repeat(section.classes.of.length);
    return { ...section, classes: { ...section.classes, of } };
  };
  almatyGeo.mapWing.repaint();
}"""


@pytest.fixture
def write(tmp_path: Path) -> Written:
    def written(page: str) -> Path:
        file = tmp_path / "map.html"
        file.write_text(page, encoding="utf-8")
        return file

    return written


def page_of(layer: Layer, way: Way, **options: Any) -> str:
    """Return a page that draws a layer in one of the ways, whatever would be chosen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "MANY", 0 if way == "tiles" else 10**9)
        if way != "cells":
            patch.setattr(rendering, "lattice_of", lambda *_: None)
        page = draw(shape_samples.picture(layer, **options))
    assert f'"way":"{way}"' in page
    return page


def cells() -> NDArray[np.object_]:
    return shape_samples.metric_cells(57, 44)


def painted(one: Visit) -> NDArray[np.int64]:
    """Return the colours of the map's canvas, shape (height, width, 3)."""
    written = io.BytesIO(base64.b64decode(one.page.evaluate(PICTURE)))
    return np.asarray(Image.open(written).convert("RGB"), dtype=np.int64)


def point_of(one: Visit, shape: Any) -> tuple[float, float]:
    at = shape.representative_point()
    x, y = one.page.evaluate(WHERE, [at.x, at.y])
    return x, y


@pytest.mark.parametrize("way", WAYS)
def test_a_layer_is_painted_whichever_way_and_not_while_it_is_hidden(
    way: Way, write: Written, visit: Visited
) -> None:
    one = visit(write(page_of(shape_samples.land(cells()), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "")
    bare = painted(one)
    one.page.evaluate(ALONE, "land")
    assert (painted(one) != bare).any(axis=2).mean() > 0.3
    one.page.evaluate(ALONE, "")
    assert (painted(one) == bare).all()
    assert one.faults() == []


@pytest.mark.parametrize("coloured", [True, False], ids=["classes", "one colour"])
def test_a_layer_looks_the_same_either_side_of_the_bar(
    *, coloured: bool, write: Written, visit: Visited
) -> None:
    seen = {}
    for way in WAYS:
        page = page_of(shape_samples.land(cells()), way, classes=coloured)
        one = visit(write(page), "#en/clinics", SMALL)
        one.page.evaluate(ALONE, "land")
        seen[way] = painted(one)
    for way in ("tiles", "cells"):
        apart = np.abs(seen["plain"] - seen[way]).max(axis=2)
        assert (apart > 40).mean() < 0.02, way
        assert apart.mean() < 4, way


@pytest.mark.parametrize("side", [44, 45], ids=["1,936", "2,025"])
def test_the_bar_is_crossed_without_anybody_saying_so(
    side: int, write: Written, visit: Visited
) -> None:
    shapes = shape_samples.patches(side)
    one = visit(write(draw(shape_samples.picture(shape_samples.land(shapes)))), "#en/clinics")
    layer = "almatyGeo.layers.get('land')"
    assert one.page.evaluate(f"{layer}.way") == ("plain" if side == 44 else "tiles")
    assert one.page.evaluate("typeof window.geojsonvt") == (
        "undefined" if side == 44 else "function"
    )
    assert one.faults() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_click_tells_of_the_right_feature_at_every_zoom(
    way: Way, write: Written, visit: Visited
) -> None:
    shapes = cells()
    one = visit(write(page_of(shape_samples.land(shapes), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "land")
    for k, zoom in ((1234, 13), (900, 14.25), (1500, 17)):
        middle = shapes[k].centroid
        one.page.evaluate(GO, [zoom, middle.y, middle.x])
        one.page.mouse.click(*point_of(one, shapes[k]))
        popup = one.page.locator(".leaflet-popup")
        popup.locator("h2").wait_for(timeout=10_000)
        assert popup.locator("h2").inner_text().startswith(f"Plot {k}")
        assert f"{k:,}.25" in popup.inner_text()
        assert f"class {k % 4}" in popup.inner_text()
        one.page.keyboard.press("Escape")
        popup.wait_for(state="detached", timeout=10_000)
    assert one.faults() == []


def corner_of(shapes: NDArray[np.object_]) -> tuple[int, Any]:
    """Return a feature, and a point of it that lies in the box of a later one."""
    for k, shape in enumerate(shapes[:-1]):
        corners = shapely.get_coordinates(shape) * 0.9 + np.array(shape.centroid.coords) * 0.1
        for point in map(shapely.Point, corners):
            later = shapely.contains(shapely.box(*shapely.bounds(shapes[k + 1 :]).T), point)
            if later.any() and shape.contains(point):
                return k, point
    raise AssertionError("no outline reaches into the box of a later one")


@pytest.mark.parametrize("way", ["plain", "tiles"])
def test_a_box_that_holds_the_point_is_no_outline_that_does(
    way: Way, write: Written, visit: Visited
) -> None:
    shapes = shape_samples.patches(20)
    k, point = corner_of(shapes)
    one = visit(write(page_of(shape_samples.land(shapes), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "land")
    one.page.evaluate(GO, [15, point.y, point.x])
    one.page.mouse.move(*one.page.evaluate(WHERE, [point.x, point.y]))
    assert one.page.locator("#hint").inner_text() == f"Plot {k}"


@pytest.mark.parametrize("way", WAYS)
def test_the_pointer_is_told_what_lies_under_it_and_nothing_where_nothing_is(
    way: Way, write: Written, visit: Visited
) -> None:
    shapes = cells()
    one = visit(write(page_of(shape_samples.land(shapes), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "land")
    one.page.mouse.move(*point_of(one, shapes[800]))
    assert one.page.locator("#hint").inner_text() == "Plot 800"
    one.page.evaluate(ALONE, "")
    x, y = point_of(one, shapes[801])
    one.page.mouse.move(x, y)
    assert not one.page.locator("#hint").is_visible()


@pytest.mark.parametrize("way", WAYS)
def test_the_keyboard_reaches_what_lies_in_the_middle(
    way: Way, write: Written, visit: Visited
) -> None:
    shapes = cells()
    one = visit(write(page_of(shape_samples.land(shapes), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "land")
    middle = shapes[700].centroid
    one.page.evaluate(GO, [16, middle.y, middle.x])
    one.page.locator(".folium-map").focus()
    one.page.keyboard.press("Enter")
    popup = one.page.locator(".leaflet-popup h2")
    popup.wait_for(timeout=10_000)
    assert popup.inner_text().startswith("Plot 700")


@pytest.mark.parametrize("way", WAYS)
def test_the_search_finds_a_feature_and_shows_it(way: Way, write: Written, visit: Visited) -> None:
    shapes = cells()
    one = visit(write(page_of(shape_samples.land(shapes), way)), "#en/clinics", SMALL)
    one.page.fill("#search-field", "Plot 1357")
    one.page.locator("#search-list li").first.click()
    popup = one.page.locator(".leaflet-popup h2")
    popup.wait_for(timeout=10_000)
    assert popup.inner_text().startswith("Plot 1357")
    lat, lon = one.page.evaluate("almatyGeo.mapWing.looksAt().slice(1)")
    assert shapes[1357].distance(shapely.Point(lon, lat)) < 0.004


@pytest.mark.parametrize("way", WAYS)
def test_colours_follow_the_section_as_what_is_tried_changes_it(
    way: Way, write: Written, visit: Visited
) -> None:
    one = visit(write(page_of(shape_samples.land(cells()), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "land")
    before = painted(one)
    one.page.evaluate(OTHER_CLASSES)
    after = painted(one)
    assert (before != after).any(axis=2).mean() > 0.2
    yellow = np.abs(after - np.array([254, 235, 86])).max(axis=2) < 12  # the last class on white
    assert yellow.mean() > 0.15


@pytest.mark.parametrize("way", WAYS)
def test_paper_and_picture_show_it_too(way: Way, write: Written, visit: Visited) -> None:
    one = visit(write(page_of(shape_samples.land(cells()), way)), "#en/clinics", SMALL)
    one.page.evaluate(ALONE, "land")
    share = """(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let dark = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] < 60 && data[i + 2] < 110) dark += 1;
      return dark / (data.length / 4);
    }"""
    assert one.page.evaluate(f"({share})(almatyGeo.pictureOf())") > 0.08
    one.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert one.page.evaluate(f"({share})(document.querySelector('.atlas-canvas'))") > 0.08
    one.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert one.faults() == []


@pytest.mark.parametrize("way", WAYS)
def test_hostile_words_of_many_shapes_show_as_text(
    way: Way, write: Written, visit: Visited
) -> None:
    shapes = cells()
    layer = shape_samples.land(shapes, SLIP)
    one = visit(write(page_of(layer, way, slip=SLIP, by="kind")), "#en", SMALL)
    one.page.evaluate(ALONE, "land")
    one.page.mouse.move(*point_of(one, shapes[800]))
    one.page.mouse.click(*point_of(one, shapes[800]))
    popup = one.page.locator(".leaflet-popup h2")
    popup.wait_for(timeout=10_000)
    assert SLIP in popup.inner_text()
    one.page.click("#open-layers")
    assert one.page.locator("img, svg[onload], script[src]").count() == 0
    assert one.faults() == []


def test_lines_cut_into_tiles_are_found_by_a_click_near_them(
    write: Written, visit: Visited
) -> None:
    base = np.array([map_sample.WEST, map_sample.SOUTH])
    lines = [
        shapely.LineString(base + np.array([[0.001, 0.001 * k], [0.03, 0.001 * k + 0.0004]]))
        for k in range(1, 30)
    ]
    layer = shape_samples.land(lines, geometry="LineString")
    one = visit(write(page_of(layer, "tiles", classes=False)), "#en/clinics")
    one.page.evaluate(ALONE, "land")
    middle = lines[11].interpolate(0.5, normalized=True)
    one.page.evaluate(GO, [16, middle.y, middle.x])
    x, y = one.page.evaluate(WHERE, [middle.x, middle.y])
    one.page.mouse.click(x, y + 3)
    popup = one.page.locator(".leaflet-popup h2")
    popup.wait_for(timeout=10_000)
    assert popup.inner_text().startswith("Plot 11")


def test_a_column_colours_features_and_the_legend_tells_how(write: Written, visit: Visited) -> None:
    layer = shape_samples.land(shape_samples.patches(12))
    one = visit(write(page_of(layer, "plain", classes=False, by="kind")), "#en/promises")
    assert one.words("#legend [data-layer=land] li") == ["Land", "field", "wood", "yard"]
    one.page.evaluate(ALONE, "land")
    blue = np.abs(painted(one) - np.array([38, 135, 190])).max(axis=2) < 12  # the first on white
    assert blue.mean() > 0.05


def test_a_capacity_that_nobody_knows_is_drawn_otherwise_and_said(
    write: Written, visit: Visited
) -> None:
    clinics = map_sample.Sample().clinics()
    told = draw(map_sample.picture())
    clinics.frame["beds"] = [1000, 2000, None, 4000]
    layers = {**map_sample.picture().layers, "clinics": clinics}
    entry = "#legend [data-layer=clinics] .sizes"
    known = visit(write(told), "#en/clinics")
    assert known.words(f"{entry} li") == ["1,000", "200", "50"]
    known.page.evaluate(ALONE, "clinics")
    before = painted(known)
    unknown = visit(write(draw(map_sample.picture(layers=layers))), "#en/clinics")
    assert unknown.words(f"{entry} li")[-1] == "not stated"
    unknown.page.evaluate(ALONE, "clinics")
    assert (painted(unknown) != before).any(axis=2).sum() > 15
    assert unknown.faults() == []


@pytest.mark.parametrize(
    ("rows", "entries"), [(4, ["Clinics"]), (0, [])], ids=["stateless", "none"]
)
def test_a_layer_whose_states_nobody_knows_is_plain_and_one_without_features_is_not_explained(
    rows: int, entries: list[str], write: Written, visit: Visited
) -> None:
    clinics = map_sample.Sample().clinics()
    frame = clinics.frame.assign(state=None)[:rows]
    layers = {**map_sample.picture().layers, "clinics": Layer(clinics.spec, frame)}
    one = visit(write(draw(map_sample.picture(layers=layers))), "#en/clinics")
    assert one.words("#legend [data-layer=clinics] > ul > li") == entries
    assert one.faults() == []


BOXES = "almatyGeo.labelBoxes"


def label_shapes(boxes: list[dict[str, Any]]) -> NDArray[np.object_]:
    """Return the turned boxes of labels in pixels."""
    made = []
    for one in boxes:
        cos, sin = np.cos(one["angle"]), np.sin(one["angle"])
        sides = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
        sides = sides * (one["halfWidth"], one["halfHeight"])
        turned = sides @ np.array([[cos, sin], [-sin, cos]])
        made.append(shapely.Polygon(turned + (one["x"], one["y"])))  # noqa: RUF005 - arrays
    return np.array(made, dtype=object)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
def test_no_two_labels_meet_at_any_zoom(
    size: tuple[int, int], ground_by_lines: Ground, visit: Visited
) -> None:
    one = visit(ground_by_lines.page, "#kk", size)
    room = size[0] * size[1]
    most = 0
    for zoom in (9, 10, 10.75, 11.5, 12.25, 13, 14, 15, 16.5):
        for lat, lon in ((43.24, 76.93), (43.28, 76.85)):
            one.page.evaluate(GO, [zoom, lat, lon])
            boxes = one.page.evaluate(BOXES)
            labels = label_shapes(boxes)
            assert len(boxes) < 9 + room / 15_000
            meeting = shapely.STRtree(labels).query(labels, predicate="intersects")
            assert [pair for pair in meeting.T.tolist() if pair[0] < pair[1]] == [], zoom
            most = max(most, len(boxes))
    assert most > (20 if size == DESKTOP else 6)
    assert one.faults() == []


def test_labels_are_in_the_language_of_the_page(ground_by_lines: Ground, visit: Visited) -> None:
    one = visit(ground_by_lines.page, "#ru")
    seen = {}
    for language in LANGUAGES:
        one.page.evaluate("(language) => almatyGeo.set({ language })", language)
        seen[language] = {box["text"] for box in one.page.evaluate(BOXES)}
    assert "Almaly" in seen["en"]
    assert "Алмалинский" in seen["ru"]
    assert "Алмалы" in seen["kk"]


def test_districts_come_first_and_streets_lie_along_their_lines(
    ground_by_lines: Ground, visit: Visited
) -> None:
    one = visit(ground_by_lines.page, "#ru")
    one.page.evaluate(GO, [13, 43.25, 76.92])
    boxes = one.page.evaluate(BOXES)
    abay = [box for box in boxes if box["text"] == "пр. Абая"]
    assert abay
    assert all(abs(np.degrees(box["angle"])) < 12 for box in abay)  # from west to east
    assert any(abs(np.degrees(box["angle"])) > 70 for box in boxes)
    one.page.evaluate(GO, [9, 43.25, 76.92])
    assert {box["angle"] for box in one.page.evaluate(BOXES)} == {0}  # districts only


def tiled(town: Any) -> str:
    address = "https://tiles.example.org/{z}/{x}/{y}.png"
    credit = Text("© Үлгі", "© Пример", "© Example")
    tiles = Tiles(address=address, attribution=credit)
    return draw(map_sample.picture(spec=town.spec.model_copy(update={"tiles": tiles})))


def test_tiles_are_asked_for_when_switched_on_and_credited_while_they_are_seen(
    write: Written, visit: Visited
) -> None:
    one = visit(write(tiled(map_sample.picture())), "#en/clinics")
    asked = []
    grey = one.page.evaluate(
        """() => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 256;
          const ctx = canvas.getContext("2d");
          ctx.fillStyle = "#334455";
          ctx.fillRect(0, 0, 256, 256);
          return [...atob(canvas.toDataURL().split(",")[1])].map((sign) => sign.charCodeAt(0));
        }"""
    )

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=bytes(grey), content_type="image/png")

    one.page.route("https://tiles.example.org/**", answer)
    assert asked == []
    one.page.click("#open-layers")
    one.page.check("[data-key=tiles]")
    one.page.locator("#credits", has_text="© Example").wait_for(timeout=10_000)
    assert asked
    assert all(url.startswith("https://tiles.example.org/") for url in asked)
    corner = "document.querySelector('.atlas-canvas').getContext('2d').getImageData(2, 2, 1, 1)"
    assert one.page.evaluate(f"{corner}.data[3]") == 0  # the page's ground gives way
    assert one.page.evaluate(
        "(() => { const c = almatyGeo.pictureOf(); c.toDataURL(); return true; })()"
    )
    one.page.uncheck("[data-key=tiles]")
    assert "Example" not in one.page.locator("#credits").inner_text()
    assert one.page.evaluate(f"{corner}.data[3]") == 255
    assert one.faults() == []


def test_without_a_network_a_page_with_tiles_keeps_its_own_ground_and_says_so(
    write: Written, visit: Visited
) -> None:
    one = visit(write(tiled(map_sample.picture())), "#en/clinics")
    one.page.click("#open-layers")
    before = painted(one)
    one.page.check("[data-key=tiles]")
    told = one.page.locator(".layer-tiles [role=status]")
    told.get_by_text("No answer from the network").wait_for(timeout=10_000)
    assert (painted(one) == before).all()
    assert "Example" not in one.page.locator("#credits").inner_text()
    one.page.locator("[data-area=west]").click()
    assert one.page.locator("#answer .place h2").inner_text() == "West district"


def test_a_page_without_tiles_has_no_switch_for_them(write: Written, visit: Visited) -> None:
    one = visit(write(draw(map_sample.picture())), "#en/clinics")
    one.page.click("#open-layers")
    assert one.page.locator("[data-key=tiles]").count() == 0
