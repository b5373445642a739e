"""
Measure trials in the atlas: size, opening, click to paint, and how long seats take.

The bundled plan by straight lines and, where the city's street register is at hand, by streets.
``ALMATY_GEO_CHROMIUM`` names the browser, ``ALMATY_GEO_TEST_DATA`` a folder with the city's street
register. Medians of several clicks; on a machine that is busy they say little.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from almaty_geo.importing.streets import import_streets
from almaty_geo.maps import draw
from almaty_geo.plan import Plan

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("ALMATY_GEO_CHROMIUM", "/usr/bin/chromium")
REGISTER = "streets/almaty_streets_city_gis.csv"
CLICKS = ((0.5, 0.5), (0.4, 0.6), (0.3, 0.5), (0.45, 0.35), (0.35, 0.55))
"""Where the map is clicked, as shares of its width and height; the card covers the right."""

# From the click, wherever it lands, until the frame after the page has changed; and until seats
# have come.
LISTEN = """() => {
  Object.assign(window, { painted: 0, seated: 0, began: 0 });
  const since = () => performance.now() - window.began;
  document.addEventListener("click", () => { window.began = performance.now(); }, true);
  almatyGeo.onSeats.push(() => { window.seated = since(); });
  almatyGeo.onChange((state, changed) => {
    if (!changed.has("trial")) return;
    requestAnimationFrame(() => setTimeout(() => { window.painted = since(); }, 0));
  });
}"""


def plans(folder: Path) -> Iterator[tuple[str, Plan]]:
    """Yield the bundled plan, and the same with the register's streets where they are at hand."""
    yield "lines", Plan(ROOT)
    data = os.environ.get("ALMATY_GEO_TEST_DATA")
    if not data:
        print("by streets: not measured, ALMATY_GEO_TEST_DATA names no folder")
        return
    city = folder / "city"
    for name in ("layers", "maps"):
        shutil.copytree(ROOT / name, city / name)
    shutil.copy(ROOT / "plan.toml", city)
    import_streets(Plan(city), Path(data) / REGISTER)
    yield "streets", Plan(city)


def measured(page: Page, file: Path) -> Iterator[tuple[str, float, str, float]]:
    """Yield what is measured on one atlas: job, amount, unit, budget."""
    yield "size of the file", file.stat().st_size / 1e6, "MB", 3
    began = time.perf_counter()
    page.goto(f"{file.as_uri()}#en/schools")
    page.wait_for_selector("html[data-ready=yes]")
    yield "open to ready", time.perf_counter() - began, "s", 2
    page.evaluate(LISTEN)
    for theme in page.evaluate("almatyGeo.data.sections.filter((s) => s.trial).map((s) => s.id)"):
        yield from _tried(page, theme)


def _tried(page: Page, theme: str) -> Iterator[tuple[str, float, str, float]]:
    """Yield milliseconds from clicks to paintings, adding and removing, and to seats."""
    page.evaluate("(section) => almatyGeo.set({ section, view: null, card: '' })", theme)
    page.wait_for_timeout(800)
    page.click("#open-trial")
    page.wait_for_timeout(800)
    box = page.locator(".folium-map").bounding_box()
    if box is None:
        raise ValueError("the map is not visible")
    page.click('[data-key="try:add"]')
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in CLICKS]
    added = [_after(page, *spot) for spot in spots]
    page.click('[data-key="try:remove"]')
    removed = [_after(page) for _ in CLICKS]
    for job, took in (("add to", added), ("remove of", removed)):
        yield f"{job} {theme}", statistics.median(one for one, _ in took), "ms", 100
        if seats := [later for _, later in took if later]:
            yield f"{job} {theme}, seats", statistics.median(seats), "ms", 1000


def _after(page: Page, *spot: float) -> tuple[float, float]:
    """Click, and return how long until it is painted, and until seats have come (0 for never)."""
    page.evaluate("Object.assign(window, { painted: 0, seated: 0 })")
    if spot:
        page.mouse.click(*spot)
    else:
        page.click('[data-key="try:take"]')
    for _ in range(100):
        page.wait_for_timeout(50)
        if page.evaluate("window.painted && !almatyGeo.trials.waits()"):
            return page.evaluate("window.painted"), page.evaluate("window.seated")
    raise TimeoutError("nothing was painted within 5 seconds")


def main() -> None:
    """Print each line as it is measured."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for basis, plan in plans(Path(folder)):
            file = Path(folder) / f"{basis}.html"
            file.write_text(draw(plan.picture(plan.map_spec())), encoding="utf-8")
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            for job, amount, unit, budget in measured(page, file):
                told = f"{amount:>9.2f} {unit:<3} of {budget:g}"
                print(f"by {basis}: {job:<34}{told}", flush=True)
            browser.close()


if __name__ == "__main__":
    main()
