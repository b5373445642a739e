"""
Measure trials in the atlas: size, opening, click to paint, and how long seats take.

The bundled plan by straight lines and, where the city's street register is at hand, by streets.
``ALMATY_GEO_CHROMIUM`` names the browser, ``ALMATY_GEO_TEST_DATA`` a folder with the city's street
register. Medians of several clicks, always on the clock: a person waits, busy machine or not.

    python scripts/benchmarks/trials.py [--quick]
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from almaty_geo.importing.streets import import_streets
from almaty_geo.maps import draw
from almaty_geo.plan import Plan
from scripts.benchmarks.rows import Row, asked, tell

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("ALMATY_GEO_CHROMIUM", "/usr/bin/chromium")
BAR_MS = 100
"""Milliseconds from a click to its painting."""

NO_STREETS = "ALMATY_GEO_TEST_DATA names no folder with the city's street register"
SEATS_MS = 1000
"""Milliseconds that seats may take to come; nothing waits for them."""

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
        return
    city = folder / "city"
    for name in ("layers", "maps"):
        shutil.copytree(ROOT / name, city / name)
    shutil.copy(ROOT / "plan.toml", city)
    import_streets(Plan(city), Path(data) / REGISTER)
    yield "streets", Plan(city)


def measured(page: Page, file: Path, case: str, *, quick: bool) -> Iterator[Row]:
    """Yield what is measured on one atlas."""
    yield Row("atlas: size", case, file.stat().st_size / 1e6, "MB", bar=3)
    began = time.perf_counter()
    page.goto(f"{file.as_uri()}#en/schools")
    page.wait_for_selector("html[data-ready=yes]")
    yield Row("atlas: open to ready", case, time.perf_counter() - began, bar=2)
    page.evaluate(LISTEN)
    themes = page.evaluate("almatyGeo.data.sections.filter((s) => s.trial).map((s) => s.id)")
    for theme in themes[: 1 if quick else None]:
        yield from _tried(page, theme, case)


def _tried(page: Page, theme: str, case: str) -> Iterator[Row]:
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
    for job, took in (("add", added), ("remove", removed)):
        on, many = f"{case}, {theme}", len(took)
        painted = statistics.median(one for one, _ in took)
        yield Row(f"click to paint, {job}", on, painted, "ms", bar=BAR_MS, repeats=many)
        if seats := [later for _, later in took if later]:
            median = statistics.median(seats)
            yield Row(f"click to seats, {job}", on, median, "ms", bar=SEATS_MS, repeats=many)


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
    given = asked(__doc__).parse_args()

    def rows() -> Iterator[Row]:
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            for basis, plan in plans(Path(folder)):
                file = Path(folder) / f"{basis}.html"
                file.write_text(draw(plan.picture(plan.map_spec())), encoding="utf-8")
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                yield from measured(page, file, f"by {basis}", quick=given.quick)
                browser.close()
            if basis != "streets":
                yield Row(
                    "click to paint, add", "by streets", unit="ms", bar=BAR_MS, note=NO_STREETS
                )

    tell(rows(), given.rows)


if __name__ == "__main__":
    main()
