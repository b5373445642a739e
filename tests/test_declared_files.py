"""Each rule of the declared files, broken once: the error names the file, the key and the value."""

from pathlib import Path

import pytest
from miswriting import miswritten

from almaty_geo.errors import SpecError
from almaty_geo.specs import Commitment, LayerSpec, Norm, PlanSpec, Scenario, read_spec

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "layers"


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("capacity =", "capazity =", "unknown key 'capazity'; known: id, title"),
        ('licence = "not stated"\n', "", "key 'source.0.licence' is missing"),
        ('licence = "not stated"', 'licence = ""', "source.0.licence: string should have at"),
        ("[[source]]", "[[sauce]]", "key 'source' is missing"),
        ('role = "facility"', 'role = "clinic"', "role: .*'area', 'demand'.*it says 'clinic'"),
        ('role = "facility"', 'role = "network"', "'theme' goes with role 'facility'"),
        ('role = "facility"', 'role = "demand"', "role 'demand' needs the column 'people'"),
        ("[columns.id]", "[columns.no]", "role 'facility' needs the column 'id'"),
        ('geometry = "Point"', 'geometry = "Dot"', "geometry: .*it says 'Dot'"),
        ('capacity = "beds"', 'capacity = "bads"', "capacity names the column 'bads'"),
        ("hospitals.geojson", "../hospitals.geojson", "file: string should match pattern"),
        ('sha256 = "', 'sha256 = "x', "sha256: string should match pattern"),
        ('date = "not stated"', 'date = "last year"', "date: string should match pattern"),
        ("accessed = 2026-11-22", 'accessed = "once"', "source.0.accessed: .*'once'"),
        ('confidence = "medium"', 'confidence = "sure"', "source.0.confidence: .*'sure'"),
        ('method = "not_stated"', 'method = "guess"', "precision.method: .*'guess'"),
        ('method = "not_stated"', 'method = "not_stated"\nmetres = -1', "precision.metres: .*-1"),
        ('kind = "int"', 'kind = "number"', "columns.beds.kind: .*'number'"),
        ('kind = "int"', 'kind = "enum"', "columns.beds: 'values' goes with kind 'enum'"),
        ('kind = "int"', 'kind = "ref"', "columns.beds: 'layer' goes with kind 'ref'"),
        ('kind = "ref"', 'kind = "str"', "columns.district: 'layer' goes with kind 'ref'"),
        ("minimum = 0", 'minimum = "none"', "columns.beds.minimum: .*'none'"),
        ('kind = "caution"', 'kind = "warning"', "notes.0.kind: .*'warning'"),
        ('ru = "Больницы"', 'ru = ""', "title.ru: string should have at least 1 character"),
        ('ru = "Больницы", ', "", "key 'title.ru' is missing"),
        ('ru = "Больницы"', 'ru = "Больницы", de = "K"', "unknown key 'title.de'|title.de: "),
    ],
)
def test_a_wrong_sidecar_says_what_is_wrong(
    before: str, after: str, complaint: str, tmp_path: Path
) -> None:
    broken = miswritten(LAYERS / "hospitals.toml", before, after, tmp_path)
    with pytest.raises(SpecError, match=rf"^hospitals\.toml: .*({complaint})"):
        read_spec(broken, LayerSpec, id="hospitals")


def test_words_for_values_go_with_text_and_with_nothing_else(tmp_path: Path) -> None:
    text = (LAYERS / "kindergartens.toml").read_text(encoding="utf-8")
    own = tmp_path / "kindergartens.toml"
    own.write_text(text.replace('kind = "enum"', 'kind = "str"'), encoding="utf-8")
    assert read_spec(own, LayerSpec, id="kindergartens").columns["ownership"].values
    own.write_text(text.replace('kind = "enum"', 'kind = "int"'), encoding="utf-8")
    with pytest.raises(SpecError, match=r"columns\.ownership: 'values' goes with kind 'enum'"):
        read_spec(own, LayerSpec, id="kindergartens")


@pytest.mark.parametrize(
    ("file", "model", "before", "after", "complaint"),
    [
        ("layers/norms/metro.toml", Norm, 'unit = "m"', 'unit = "km"', "a reach needs the unit"),
        ("layers/norms/metro.toml", Norm, 'mode = "walk"\n', "", "a reach needs .* and a mode"),
        ("layers/norms/metro.toml", Norm, "700", "0", "reach.value: .*greater than 0"),
        ("layers/norms/metro.toml", Norm, "[reach.basis]", "[reach.base]", "key 'reach.basis'"),
        ("layers/scenarios/today-2026.toml", Scenario, "2026", "26", "year: .*1900"),
        ("layers/scenarios/today-2026.toml", Scenario, "layer =", "layers =", "'opens.0.layers'"),
        ("layers/commitments/metro.toml", Commitment, "at_least", "more", "direction: .*'more'"),
        ("layers/commitments/metro.toml", Commitment, '"2022-05-30"', '"2022"', "evidence.0.date"),
        ("layers/commitments/metro.toml", Commitment, 'source = "s', 'by = "s', "unknown key 'by'"),
        ("plan.toml", PlanSpec, "low = 1.0", "low = 1.8", "low 1.8.* <= index 1.7 <= high 1.87"),
        ("plan.toml", PlanSpec, "index = 1.7", "index = 0.9", "detour.index: .*0.9"),
        ("plan.toml", PlanSpec, "EPSG:32643", "32643", "metric_crs: .*'32643'"),
        ("plan.toml", PlanSpec, "margin_m = 15000", "margin_m = -1", "margin_m: .*-1"),
    ],
)
def test_a_wrong_declared_file_says_what_is_wrong(
    file: str,
    model: type[Norm | Scenario | Commitment | PlanSpec],
    before: str,
    after: str,
    complaint: str,
    tmp_path: Path,
) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert before in text
    broken = tmp_path / Path(file).name
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    known = {Norm: {"theme": broken.stem}, PlanSpec: {}}.get(model, {"id": broken.stem})
    with pytest.raises(SpecError, match=rf"^{broken.stem}\.toml: .*({complaint})"):
        read_spec(broken, model, **known)
