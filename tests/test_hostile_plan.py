"""Names that would like to be code, in every text of every layer, through the whole build."""

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from browsing import Visit
from grounds import Ground, copied
from playwright.sync_api import Page

from almaty_geo.build import Order, build
from almaty_geo.maps import draw
from almaty_geo.plan import Plan
from almaty_geo.specs import LayerSpec
from almaty_geo.words import LANGUAGES

pytestmark = pytest.mark.enable_socket

NAMES = (
    "{{7*7}}",
    "{% for x in [1] %}7{% endfor %}",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "`+alert(1)+`",
    "${alert(1)}",
)


@pytest.fixture(scope="module")
def hostile(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what is built of the plan of Almaty with a hostile text in every text column."""
    folder = _spoilt_copy(Plan(root), tmp_path_factory.mktemp("hostile"))
    return build(Plan(folder), Order(tmp_path_factory.mktemp("built") / "out"))


@pytest.fixture(scope="module")
def hostile_streets(ground_by_streets: Ground, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the atlas of the same plan by streets whose names are hostile too."""
    plan = Plan(_spoilt_copy(ground_by_streets.plan, tmp_path_factory.mktemp("hostile")))
    assert plan.network is not None
    assert set(plan.layers["streets"].frame["name"]) == set(NAMES)
    page = draw(plan.picture(plan.map_spec()))
    (plan.folder / "atlas.html").write_text(page, encoding="utf-8")
    return plan.folder


def _spoilt_copy(plan: Plan, folder: Path) -> Path:
    copied(plan.folder, folder)
    for spec in plan.specs.specs.values():
        texts = [n for n, c in spec.columns.items() if c.kind == "str" and not c.unique]
        if "series" in spec.columns:
            texts.remove("date")  # it is read as one: anything else is an error, and nothing built
        path = folder / "layers" / spec.file
        SPOILERS[path.suffix](path, texts)
        _reseal(folder / "layers" / f"{spec.id}.toml", path, spec)
    return folder


def _features(path: Path, texts: list[str]) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    for row, feature in enumerate(data["features"]):
        feature["properties"].update(_spoilt(row, texts))
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def _table(path: Path, texts: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows({**cells, **_spoilt(row, texts)} for row, cells in enumerate(rows))
    path.write_text(written.getvalue(), encoding="utf-8", newline="")


def _lines(path: Path, texts: list[str]) -> None:
    frame = gpd.read_parquet(path)
    told = [_spoilt(row, texts) for row in range(len(frame))]
    columns = {name: [one[name] for one in told] for name in texts}
    frame.assign(**columns).to_parquet(path, index=False)


SPOILERS = {".geojson": _features, ".csv": _table, ".parquet": _lines}


def _spoilt(row: int, texts: list[str]) -> dict[str, str]:
    return {name: NAMES[(row + at) % len(NAMES)] for at, name in enumerate(texts)}


def _reseal(sidecar: Path, path: Path, spec: LayerSpec) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    told = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(told.replace(spec.sha256, digest), encoding="utf-8")


@pytest.mark.parametrize("plan", ["hostile", "hostile_streets"], ids=["by lines", "by streets"])
def test_nothing_runs_in_the_atlas(
    plan: str, request: pytest.FixtureRequest, visit: Callable[..., Visit]
) -> None:
    one = visit(request.getfixturevalue(plan) / "atlas.html", "#en")
    page = one.page
    for section in page.evaluate("almatyGeo.data.sections.map((section) => section.id)"):
        for language in LANGUAGES:
            page.evaluate("(wanted) => almatyGeo.set(wanted)", _wanted(section, language))
    page.click("#open-drawer")
    page.keyboard.press("Escape")
    for part in (_searches, _compares, _tries, _prints):
        part(page)
    page.click("#open-drawer")
    for layer in page.evaluate("almatyGeo.data.layers.map((layer) => layer.id)"):
        page.evaluate(POPUPS, layer)
    text = page.locator("body").inner_text()
    assert all(name in text for name in NAMES)
    assert page.locator("body img").count() == 0
    assert one.faults() == []


POPUPS = """(name) => {
  const drawing = almatyGeo.drawingOf(almatyGeo.layers.get(name));
  for (let row = 0; row < 6; row += 1) {
    try {
      document.body.append(almatyGeo.popupOf(drawing, row));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;  // fewer rows than that
    }
  }
}"""


def _wanted(section: str, language: str) -> dict[str, Any]:
    return {"section": section, "language": language}


def _searches(page: Page) -> None:
    page.fill("#search-field", "onerror")
    found = page.locator("#search-list [role=option]")
    assert any(name in option for option in found.all_inner_texts() for name in NAMES)
    found.last.click()


def _compares(page: Page) -> None:
    page.evaluate("almatyGeo.set({ section: 'schools', language: 'en', area: almatyGeo.CITY })")
    page.click("#open-compare")
    page.locator("#answer summary").first.click()
    opened = page.locator("#answer .scene-list").first.inner_text()
    assert any(name in opened for name in NAMES)
    page.click("#open-compare")
    page.click("#open-years")
    page.click("#open-years")


def _tries(page: Page) -> None:
    page.click("#open-trial")
    page.click('[data-key="try:remove"]')
    options = page.locator("#trial option").all_inner_texts()
    assert any(name in option for option in options for name in NAMES)
    page.click('[data-key="try:take"]')
    page.locator("#trial .trial-list li").wait_for(timeout=10_000)
    tomllib.loads(page.evaluate("almatyGeo.scenarioFile()"))
    page.click("#open-trial")


def _prints(page: Page) -> None:
    page.evaluate("almatyGeo.pictureOf()")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")


def test_nothing_runs_on_the_page_that_leads_to_all(
    hostile: Path, visit: Callable[..., Visit]
) -> None:
    one = visit(hostile / "index.html", "#en", ready=False)
    assert any(name in one.page.locator("main").inner_text() for name in NAMES)
    assert one.page.locator("script, img, [onerror], [onload]").count() == 0
    assert one.faults() == []


@pytest.mark.parametrize("page", ["en/city.html", "kk/medeu.html", "ru/nauryzbay.html"])
def test_nothing_runs_in_a_report(page: str, hostile: Path, visit: Callable[..., Visit]) -> None:
    one = visit(hostile / "reports" / page, ready=False)
    text = one.page.locator("body").inner_text()
    assert any(name in text for name in NAMES)
    assert one.page.locator("script, img, [onerror], [onload]").count() == 0
    assert one.faults() == []


def test_exports_hold_the_names_as_they_are(hostile: Path) -> None:
    folder = hostile / "exports" / "layers"
    data = json.loads((folder / "schools_state.geojson").read_text(encoding="utf-8"))
    names = {feature["properties"]["name_ru"] for feature in data["features"]}
    assert names == set(NAMES)
