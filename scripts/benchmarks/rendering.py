"""
Measure maps of very many shapes in a browser: size of the file, opening, painting, zooming.

Irregular outlines and cells of a grid, ten thousand and fifty thousand of each, invented. The
outlines are also drawn by plain ``folium.GeoJson``, for comparison; its page is given the libraries
that it links to. ``ALMATY_GEO_CHROMIUM`` names the browser.

    python scripts/benchmarks/rendering.py [--quick]
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))  # invented layers are made there

import shape_samples

from almaty_geo.maps import draw
from scripts.benchmarks.atlas import CHROMIUM, opened, plain_folium, zooms
from scripts.benchmarks.rows import Row, asked, tell

BENDS = 4
"""Positions between two corners of an outline: twenty in all, as in a land register."""

SIDES, SMALL_SIDES = (100, 224), (30,)
COLUMNS, SMALL_COLUMNS = ((125, 80), (250, 200)), ((40, 25),)
UNITS = {"size": "MB", "open to painted": "s", "zoom by one step": "ms"}


def subjects(*, quick: bool) -> dict[str, Callable[[], NDArray[np.object_]]]:
    """Return what is drawn, by name."""
    outlines = {
        f"{side**2:,} outlines": lambda side=side: shape_samples.patches(side, bends=BENDS)
        for side in (SMALL_SIDES if quick else SIDES)
    }
    cells = {
        f"{columns * rows:,} cells": lambda c=columns, r=rows: shape_samples.metric_cells(c, r, 25)
        for columns, rows in (SMALL_COLUMNS if quick else COLUMNS)
    }
    return {**outlines, **cells}


def drawn(browser: Browser, html: str) -> tuple[float, float, float]:
    """Return the megabytes of a page, seconds until it is painted, and milliseconds of a zoom."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        page, seconds = opened(browser, file)
        took = statistics.median(zooms(page))
        page.close()
        return file.stat().st_size / 1e6, seconds, took


def measured(browser: Browser, *, quick: bool) -> Iterator[Row]:
    """Yield the rows of each subject, each opened once."""
    for name, made in subjects(quick=quick).items():
        layer = shape_samples.land(made(), named=False)
        ours = drawn(browser, draw(shape_samples.picture(layer)))
        theirs: tuple[float, ...] = ()
        if "outlines" in name:
            theirs = drawn(browser, plain_folium([layer]))
        for at, (job, unit) in enumerate(UNITS.items()):
            row = Row(f"page: {job}", name, ours[at], unit)
            yield replace(row, peer="plain Folium", theirs=theirs[at]) if theirs else row


def main() -> None:
    """Print the rows of each subject."""
    given = asked(__doc__).parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tell(measured(browser, quick=given.quick), given.rows)
        browser.close()


if __name__ == "__main__":
    main()
