"""
Measure maps of very many shapes in a browser: size of the file, opening, painting, zooming.

Irregular outlines and cells of a grid, ten thousand and fifty thousand of each, invented. With
``--folium`` the outlines are also drawn by plain ``folium.GeoJson``, for comparison; its page is
given the libraries that it links to. ``ALMATY_GEO_CHROMIUM`` names the browser.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))  # invented layers are made there

import shape_samples

from almaty_geo.maps import draw
from scripts.benchmarks.atlas import CHROMIUM, opened, plain_folium, zooms

BENDS = 4
"""Positions between two corners of an outline: twenty in all, as in a land register."""

SIDES = (100, 224)
COLUMNS = ((125, 80), (250, 200))


def subjects() -> dict[str, Callable[[], NDArray[np.object_]]]:
    """Return what is drawn, by name."""
    outlines = {
        f"{side**2:,} outlines": lambda side=side: shape_samples.patches(side, bends=BENDS)
        for side in SIDES
    }
    cells = {
        f"{columns * rows:,} cells": lambda c=columns, r=rows: shape_samples.metric_cells(c, r, 25)
        for columns, rows in COLUMNS
    }
    return {**outlines, **cells}


def main() -> None:
    """Print a line for each subject."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folium", action="store_true")
    compare = asked.parse_args().folium
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        print(f"{'':<34}{'MB':>8}{'open, s':>10}{'zoom, ms':>10}")
        for name, made in subjects().items():
            layer = shape_samples.land(made(), named=False)
            file = Path(folder) / "page.html"
            pages = {name: draw(shape_samples.picture(layer))}
            if compare and "outlines" in name:
                pages[f"{name}, folium.GeoJson"] = plain_folium([layer])
            for title, html in pages.items():
                file.write_text(html, encoding="utf-8")
                page, seconds = opened(browser, file)
                took = statistics.median(zooms(page))
                size = file.stat().st_size / 1e6
                print(f"{title:<34}{size:>8.2f}{seconds:>10.2f}{took:>10.0f}", flush=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
