"""Write every export of a plan into a folder, and what a reader of each must find in it."""

import json
import sys
from pathlib import Path
from typing import Any

from almaty_geo.delivery import deliver, results
from almaty_geo.exports import FORMATS, SUFFIXES
from almaty_geo.plan import Plan


def main(plan_folder: str, out: str) -> None:
    """Write the exports, and ``expected.json`` beside them."""
    plan, folder = Plan(Path(plan_folder).resolve()), Path(out)
    deliver(plan, folder, formats=FORMATS)
    layers = list(plan.layers.values())
    tables = {layer.id: _told(layer.frame, layer.spec.geometry) for layer in layers}
    tables |= {result.name: _told(result.frame, "") for result in results(plan)}
    expected: dict[str, Any] = {
        "package": f"{plan.spec.id}.gpkg",
        "crs": plan.spec.metric_crs,
        "tables": tables,
        "files": [
            [f"layers/{layer.id}.{SUFFIXES[form]}", form, layer.id]
            for layer in layers
            for form in FORMATS
        ],
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1), encoding="utf-8")


def _told(frame: Any, geometry: str) -> dict[str, Any]:  # noqa: ANN401 - a table with places
    """Return what a reader must find in a table."""
    placed = geometry != "none"
    return {
        "rows": len(frame),
        "placed": placed,
        "columns": [str(c) for c in frame.columns if c != frame.geometry.name],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
