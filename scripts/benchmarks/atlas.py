"""
Measure the atlas of the bundled plan in a browser: size, opening, zooming, what-if click to paint.

``ALMATY_GEO_CHROMIUM`` names the browser. Medians over all themes that can be tried.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from almaty_geo.maps import draw
from almaty_geo.plan import Plan

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("ALMATY_GEO_CHROMIUM", "/usr/bin/chromium")
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
ZOOM = """() => new Promise((done) => {
  const map = Object.entries(window).find(([key]) => key.startsWith("map_"))[1];
  const began = performance.now();
  map.once("moveend", () => requestAnimationFrame(
    () => setTimeout(() => done(performance.now() - began), 0)));
  map.setZoom(map.getZoom() + 1, { animate: false });
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


def measure(page: Page, file: Path) -> Iterator[Measured]:
    """Yield what is measured on one atlas."""
    yield Measured("size of the file", file.stat().st_size / 1e6, "MB", 3)
    began = time.perf_counter()
    page.goto(f"{file.as_uri()}#en/schools")
    page.wait_for_selector("html[data-ready=yes]")
    yield Measured("open to ready", time.perf_counter() - began, "s", 2)
    yield Measured("zoom by one step", statistics.median(_zooms(page)), "ms", 150)
    page.evaluate(LISTEN)
    themes = page.evaluate("almatyGeo.data.sections.filter((s) => s.trial).map((s) => s.id)")
    for theme in themes:
        added, removed = _tried(page, theme)
        yield Measured(f"what if, add to {theme}", added, "ms", 100)
        yield Measured(f"what if, remove of {theme}", removed, "ms", 100)


def _zooms(page: Page) -> list[float]:
    return [page.evaluate(ZOOM) for _ in range(3)]


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


def main() -> None:
    """Print each line as it is measured."""
    plan = Plan(ROOT)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "atlas.html"
        file.write_text(draw(plan.picture(plan.map_spec())), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for line in measure(page, file):
            told = f"{line.amount:>9.2f} {line.unit:<3} of {line.budget:g}"
            print(f"{line.job:<36}{told}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
