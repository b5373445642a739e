"""
Hold the atlas of the bundled plan against plain Folium, in a browser.

The same layers are drawn by ``folium.GeoJson``; both pages are opened in turn, several times, and
medians of size, opening and zooming are told. Folium's page links to libraries on the web; they
are answered here, from the vendored files where there are any, and else with nothing, so that it
can run at all. ``ALMATY_GEO_CHROMIUM`` names the browser. What trials in the atlas take is
measured by ``trials.py``.

    python scripts/benchmarks/atlas.py [--repeats 5]
"""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import folium
import numpy as np
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from almaty_geo.catalogue import Layer
from almaty_geo.maps import Picture, draw
from almaty_geo.maps.links import STAND_INS
from almaty_geo.maps.picture import drawn_layers
from almaty_geo.maps.vendored import script, stylesheet
from almaty_geo.plan import Plan
from scripts.benchmarks.rows import Row, asked, tell

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("ALMATY_GEO_CHROMIUM", "/usr/bin/chromium")
SIZE: ViewportSize = {"width": 1440, "height": 900}
ZOOMS = 4
ZOOM_MS = 150
"""Milliseconds that a step of the zoom may take."""

COLOUR = "#0b5a8a"

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


def compare(
    browser: Browser, picture: Picture, files: dict[str, Path], rounds: int
) -> Iterator[Row]:
    """Yield a row for the size, the opening and the zooming of each page."""
    layers = [one.layer for one in drawn_layers(picture, picture.sections)]
    files["folium"].write_text(plain_folium(layers), encoding="utf-8")
    seconds: dict[str, list[float]] = {name: [] for name in files}
    took: dict[str, list[float]] = {name: [] for name in files}
    for _ in range(rounds):
        for name, file in files.items():
            page, opening = opened(browser, file)
            seconds[name].append(opening)
            if name == "atlas":
                page.evaluate(ALL_ON)  # Folium has every layer on from the start
            took[name] += zooms(page)
            page.close()
    case = f"{len(layers)} layers, {sum(map(len, layers)):,} features"
    size = {name: file.stat().st_size / 1e6 for name, file in files.items()}
    open_s = {name: statistics.median(each) for name, each in seconds.items()}
    zoom_ms = {name: statistics.median(each) for name, each in took.items()}
    for job, unit, of, note in (
        ("page: size", "MB", size, "ours with libraries and tables; Folium's shapes alone"),
        ("page: open to painted", "s", open_s, ""),
        ("page: zoom by one step", "ms", zoom_ms, "all layers on"),
    ):
        row = Row(job, case, of["atlas"], unit, peer="plain Folium", theirs=of["folium"])
        yield replace(row, repeats=rounds, note=note)
    job, ours = "atlas: zoom by one step", zoom_ms["atlas"]
    yield Row(job, case, ours, "ms", bar=ZOOM_MS, repeats=rounds, note="all layers on")


def main() -> None:
    """Print each row as it is measured."""
    given = asked(__doc__, repeats=5).parse_args()
    plan = Plan(ROOT)
    picture = plan.picture(plan.map_spec())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = {name: Path(folder) / f"{name}.html" for name in ("atlas", "folium")}
        files["atlas"].write_text(draw(picture), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        rounds = 1 if given.quick else given.repeats
        tell(compare(browser, picture, files, rounds), given.rows)
        browser.close()


if __name__ == "__main__":
    main()
