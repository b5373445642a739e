"""Names that would like to be code, in every text of every layer, through the whole build."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit

from almaty_geo.build import Order, build
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
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("layers", "maps"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "plan.toml", folder)
    for spec in Plan(root).specs.specs.values():
        texts = [n for n, c in spec.columns.items() if c.kind == "str" and not c.unique]
        if "series" in spec.columns:
            texts.remove("date")  # it is read as one: anything else is an error, and nothing built
        path = folder / "layers" / spec.file
        spoilt = _table(path, texts) if spec.file.endswith(".csv") else _features(path, texts)
        _reseal(folder / "layers" / f"{spec.id}.toml", path, spoilt, spec)
    return build(Plan(folder), Order(tmp_path_factory.mktemp("built") / "out"))


def _features(path: Path, texts: list[str]) -> str:
    data = json.loads(path.read_text(encoding="utf-8"))
    for row, feature in enumerate(data["features"]):
        feature["properties"].update(_spoilt(row, texts))
    return json.dumps(data, ensure_ascii=False)


def _table(path: Path, texts: list[str]) -> str:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows({**cells, **_spoilt(row, texts)} for row, cells in enumerate(rows))
    return written.getvalue()


def _spoilt(row: int, texts: list[str]) -> dict[str, str]:
    return {name: NAMES[(row + at) % len(NAMES)] for at, name in enumerate(texts)}


def _reseal(sidecar: Path, path: Path, text: str, spec: LayerSpec) -> None:
    path.write_text(text, encoding="utf-8", newline="")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    told = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(told.replace(spec.sha256, digest), encoding="utf-8")


def test_nothing_runs_in_the_atlas(hostile: Path, visit: Callable[..., Visit]) -> None:
    one = visit(hostile / "atlas.html", "#en")
    page = one.page
    for section in page.evaluate("almatyGeo.data.sections.map((section) => section.id)"):
        for language in LANGUAGES:
            page.evaluate("(wanted) => almatyGeo.set(wanted)", _wanted(section, language))
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
