"""
Measure the atlas of the bundled plan in a browser, and hold it against plain Folium.

Size, opening, zooming, what-if click to paint, with the budget of each. Then the same layers drawn
by ``folium.GeoJson``: both pages are opened in turn, several times, and medians are told. Its page
links to libraries on the web; they are answered here, from the vendored files where there are any,
and else with nothing, so that it can run at all. ``ALMATY_GEO_CHROMIUM`` names the browser.
"""

import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import folium
import numpy as np
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

from almaty_geo.catalogue import Layer
from almaty_geo.maps import Picture, draw
from almaty_geo.maps.links import STAND_INS
from almaty_geo.maps.picture import drawn_layers
from almaty_geo.maps.vendored import script, stylesheet
from almaty_geo.plan import Plan

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("ALMATY_GEO_CHROMIUM", "/usr/bin/chromium")
SIZE: ViewportSize = {"width": 1440, "height": 900}
ROUNDS = 5
"""Times that each page is opened, ours and plain Folium's in turn."""

ZOOMS = 4
COLOUR = "#0b5a8a"
CLICKS = ((0.5, 0.5), (0.4, 0.6), (0.3, 0.5), (0.45, 0.35), (0.35, 0.55))
"""Where the map is clicked, as shares of its width and height; the card covers the right."""

# From the click, wherever it lands, until the frame after the page has changed.
LISTEN = """() => {
  window.painted = 0;
  let began = 0;
  document.addEventListener("click", () => { began = performance.now(); }, true);
  almatyGeo.onChange((state, changed) => {
    if (!changed.has("trial")) return;
    requestAnimationFrame(() => setTimeout(() => {
      window.painted = performance.now() - began;
    }, 0));
  });
}"""
# Until the frame after the next one has been painted.
PAINTED = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"""
ALL_ON = """() => {
  const shown = Object.fromEntries(almatyGeo.data.layers.map(({ id }) => [id, true]));
  almatyGeo.set({ shown });
}"""
ZOOM = """(by) => new Promise((done) => {
  const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
  const began = performance.now();
  map.once("moveend", () => requestAnimationFrame(
    () => setTimeout(() => done(performance.now() - began), 0)));
  map.setZoom(map.getZoom() + by, { animate: false });
})"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the benchmark."""

    job: str
    """What was done."""

    amount: float
    """Median."""

    unit: str
    """Its unit."""

    budget: float
    """What it should not exceed."""


def opened(browser: Browser, file: Path) -> tuple[Page, float]:
    """Return a page in a window of its own, and seconds until it had painted."""
    page = browser.new_page(viewport=SIZE)
    page.route(re.compile("https?://"), _answered)
    began = time.perf_counter()
    page.goto(file.as_uri())
    page.evaluate(PAINTED)
    return page, time.perf_counter() - began


def zooms(page: Page) -> list[float]:
    """Return milliseconds from a step of the zoom to its painting, in and out in turn."""
    return [float(page.evaluate(ZOOM, 1 if step % 2 == 0 else -1)) for step in range(ZOOMS)]


def plain_folium(layers: Sequence[Layer]) -> str:
    """Return the page that Folium makes of layers, with what it says of each feature on hover."""
    made = folium.Map()
    boxes = np.array([layer.located.total_bounds for layer in layers])
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    bounds = [[south, west], [north, east]]
    for layer in layers:
        frame = layer.located
        fields = [str(name) for name in frame.columns if name != frame.geometry.name]
        shown = folium.GeoJson(
            frame.to_json(),
            name=layer.id,
            marker=folium.CircleMarker(radius=4),
            style_function=lambda _: {"color": COLOUR, "weight": 1, "fillOpacity": 0.3},
            tooltip=folium.GeoJsonTooltip(fields=fields),
        )
        shown.add_to(made)
    folium.LayerControl().add_to(made)
    made.fit_bounds(bounds)
    html: str = made.get_root().render()
    return html


def _answered(route: Route) -> None:
    """Answer a request of plain Folium's page from the vendored files; refuse tiles."""
    address = route.request.url
    for stand_in in STAND_INS:
        if re.search(stand_in.address, address):
            body = "\n".join(
                stylesheet(path) if path.endswith(".css") else script(path)
                for path in stand_in.files
            )
            kind = "text/css" if address.endswith(".css") else "text/javascript"
            route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")
            return
    route.abort()


def measure(page: Page, file: Path) -> Iterator[Measured]:
    """Yield what is measured on one atlas."""
    yield Measured("size of the file", file.stat().st_size / 1e6, "MB", 3)
    began = time.perf_counter()
    page.goto(f"{file.as_uri()}#en/schools")
    page.wait_for_selector("html[data-ready=yes]")
    yield Measured("open to ready", time.perf_counter() - began, "s", 2)
    yield Measured("zoom by one step", statistics.median(zooms(page)), "ms", 150)
    page.evaluate(LISTEN)
    themes = page.evaluate("almatyGeo.data.sections.filter((s) => s.trial).map((s) => s.id)")
    for theme in themes:
        added, removed = _tried(page, theme)
        yield Measured(f"what if, add to {theme}", added, "ms", 100)
        yield Measured(f"what if, remove of {theme}", removed, "ms", 100)


def _tried(page: Page, theme: str) -> tuple[float, float]:
    """Return milliseconds from the click to the painting, adding and removing."""
    page.evaluate("(section) => almatyGeo.set({ section, view: null, card: '' })", theme)
    page.wait_for_timeout(800)
    page.click("#open-trial")
    page.click('[data-key="try:add"]')
    box = page.locator(".folium-map").bounding_box()
    if box is None:
        raise ValueError("the map is not visible")
    added = []
    for x, y in CLICKS:
        place = box["x"] + x * box["width"], box["y"] + y * box["height"]
        page.evaluate("window.painted = 0")
        page.mouse.click(*place)
        added.append(_painted(page))
    page.click('[data-key="try:remove"]')
    removed = []
    for _ in CLICKS:
        page.evaluate("window.painted = 0")
        page.click('[data-key="try:take"]')
        removed.append(_painted(page))
    return statistics.median(added), statistics.median(removed)


def _painted(page: Page) -> float:
    """Return how long the last click took to be painted."""
    for _ in range(100):
        page.wait_for_timeout(50)
        if took := float(page.evaluate("window.painted")):
            return took
    raise TimeoutError("nothing was painted within 5 seconds")


def compare(browser: Browser, picture: Picture, files: dict[str, Path]) -> Iterator[str]:
    """Yield a line for the size, the opening and the zooming of each page, with the ratio."""
    layers = [one.layer for one in drawn_layers(picture, picture.sections)]
    files["folium"].write_text(plain_folium(layers), encoding="utf-8")
    seconds: dict[str, list[float]] = {name: [] for name in files}
    took: dict[str, list[float]] = {name: [] for name in files}
    for _ in range(ROUNDS):
        for name, file in files.items():
            page, opening = opened(browser, file)
            seconds[name].append(opening)
            if name == "atlas":
                page.evaluate(ALL_ON)  # Folium has every layer on from the start
            took[name] += zooms(page)
            page.close()
    yield f"{len(layers)} layers, {sum(map(len, layers)):,} features, all of them on"
    size = {name: file.stat().st_size / 1e6 for name, file in files.items()}
    open_s = {name: statistics.median(each) for name, each in seconds.items()}
    zoom_ms = {name: statistics.median(each) for name, each in took.items()}
    for job, unit, of in (
        ("size", "MB", size),
        ("open to painted", "s", open_s),
        ("zoom by one step", "ms", zoom_ms),
    ):
        ratio = of["folium"] / of["atlas"]
        yield (
            f"{job:<20}{of['atlas']:>9.2f} {unit:<3} Folium {of['folium']:>9.2f} {unit:<3}"
            f" ratio {ratio:.2f}"
        )


def main() -> None:
    """Print each line as it is measured."""
    plan = Plan(ROOT)
    picture = plan.picture(plan.map_spec())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = {name: Path(folder) / f"{name}.html" for name in ("atlas", "folium")}
        files["atlas"].write_text(draw(picture), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        for line in measure(page, files["atlas"]):
            told = f"{line.amount:>9.2f} {line.unit:<3} of {line.budget:g}"
            met = "" if line.amount <= line.budget else "  MISSED"
            print(f"{line.job:<36}{told}{met}", flush=True)
        page.close()
        for text in compare(browser, picture, files):
            print(text, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
