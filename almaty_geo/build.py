"""The pipeline: a plan in, one folder out, complete or not there at all."""

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from almaty_geo.delivery import deliver
from almaty_geo.errors import DataError, OutputError
from almaty_geo.exports import write_file
from almaty_geo.maps import draw
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier
from almaty_geo.reports import write as write_reports
from almaty_geo.staging import refuse_unfit, whole_folder
from almaty_geo.words import LANGUAGES, Language

MANIFEST = "manifest.json"
PACKAGES = (
    "almaty-geo",
    "babel",
    "branca",
    "folium",
    "geopandas",
    "jinja2",
    "numpy",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "scipy",
    "shapely",
    "xlsxwriter",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    out: Path
    """Folder that the result becomes."""

    languages: Sequence[Language] = LANGUAGES
    """Languages of atlas and reports."""

    scenario: str | None = None
    """Which facilities are open; the plan's own by default."""


def build(plan: Plan, order: Order, *, progress: Callable[[str], None] = lambda _: None) -> Path:
    """
    Turn a plan into an atlas, reports, answers and exports.

    Everything is made in a folder beside the target and takes its name at the end, so that an
    older result stays as it was until the new one is complete. ``manifest.json`` is written last.
    Nobody else may build into the same folder meanwhile, nor change the plan.

    Parameters
    ----------
    plan
        What to build.
    order
        Where to, in which languages, in which scenario.
    progress
        Called with the name of each step before it starts.

    Returns
    -------
    out
        The finished folder.

    Raises
    ------
    DataError, SpecError
        If anything in the plan is broken, or changed meanwhile; nothing is built then.
    OutputError
        If the folder cannot be written, holds something that is not an earlier result, or another
        build is writing it.
    """
    refuse_foreign(order.out)
    progress("check")
    inputs = _inputs(plan)
    plan.verify()
    with whole_folder(order.out) as folder:
        for name, step in steps(plan, order):
            progress(name)
            step(folder)
        progress("manifest")
        if _inputs(plan) != inputs:
            raise DataError("The plan was changed while it was being built; build it again.")
        write_file(folder / MANIFEST, _manifest(plan, order, folder, inputs))
    return order.out


def steps(plan: Plan, order: Order) -> list[tuple[str, Callable[[Path], None]]]:
    """Return the steps between check and manifest, by name, each of which fills a folder."""
    return [
        ("answers", lambda folder: _answers(plan, order, folder)),
        ("atlas", lambda folder: _atlas(plan, order, folder)),
        ("reports", lambda folder: _reports(plan, order, folder)),
        ("exports", lambda folder: _exports(plan, order, folder)),
    ]


def as_json(value: Any) -> str:  # noqa: ANN401 - anything JSON can say
    """Return a value as JSON text that reads and compares well; NaN is an error."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def dossier(plan: Plan, *, scenario: str | None = None) -> Dossier:
    """Return all that the pages of a report are made from."""
    return Dossier(
        name=plan.spec.name,
        date=plan.spec.date,
        plan_id=plan.spec.id,
        area=plan.area,
        areas=plan.areas,
        sections=plan.sections(scenario),
        layers=dict(plan.layers),
        map_spec=plan.look,
        input_hash=plan.input_hash,
        version=version("almaty-geo"),
    )


def refuse_foreign(out: Path) -> None:
    """Raise OutputError if a folder holds something that is not an earlier result."""
    refuse_unfit(out)
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise OutputError(
            f"{out} holds files but no {MANIFEST}, so it is not an earlier result; it stays as "
            "it is. Name another folder with --out."
        )


def _answers(plan: Plan, order: Order, folder: Path) -> None:
    areas = plan.spec.areas
    for coverage in plan.normed(order.scenario):
        path = folder / "answers" / f"coverage_{coverage.theme}.json"
        write_file(path, as_json(coverage.to_dict(areas)))
    judged = [one.to_dict() for one in plan.commitments()]
    write_file(folder / "answers" / "commitments.json", as_json(judged))


def _atlas(plan: Plan, order: Order, folder: Path) -> None:
    picture = plan.picture(plan.map_spec(), scenario=order.scenario)
    write_file(folder / "atlas.html", draw(picture, languages=order.languages))


def _reports(plan: Plan, order: Order, folder: Path) -> None:
    pages = write_reports(dossier(plan, scenario=order.scenario), languages=order.languages)
    for path, page in pages:
        write_file(folder / "reports" / path, page)


def _exports(plan: Plan, order: Order, folder: Path) -> None:
    deliver(plan, folder / "exports", formats=["geojson"], scenario=order.scenario)


def _manifest(plan: Plan, order: Order, folder: Path, inputs: list[dict[str, Any]]) -> str:
    detour = plan.spec.detour
    return as_json(
        {
            "plan": {
                "id": plan.spec.id,
                "name": plan.spec.name.to_dict(),
                "date": plan.spec.date.isoformat(),
                "sha256": plan.input_hash,
            },
            "parameters": {
                "scenario": plan.scenario(order.scenario).id,
                "languages": list(order.languages),
                "detour": {"index": detour.index, "low": detour.low, "high": detour.high},
                "metric_crs": plan.spec.metric_crs,
            },
            "versions": {
                "python": ".".join(map(str, sys.version_info[:3])),
                **{name: version(name) for name in PACKAGES},
            },
            "inputs": inputs,
            "outputs": [
                _entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()
            ],
        }
    )


def _inputs(plan: Plan) -> list[dict[str, Any]]:
    """Return what the plan consists of now; data with their licences."""
    licences = {spec.file: {"licence": spec.licence} for spec in plan.specs.specs.values()}
    return [_entry(path, plan.folder) | licences.get(path.name, {}) for path in plan.files()]


def _entry(path: Path, folder: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "path": path.relative_to(folder).as_posix(),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
