"""The pipeline: a plan in, one folder out, complete or not there at all."""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from almaty_geo.errors import OutputError
from almaty_geo.exports import write_file, write_frame, write_layer, write_package
from almaty_geo.maps import draw
from almaty_geo.plan import Plan, ShownCoverage
from almaty_geo.reports import Dossier
from almaty_geo.reports import write as write_reports
from almaty_geo.words import LANGUAGES, Language

MANIFEST = "manifest.json"
BOTH = ("geojson", "gpkg")
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
        If anything in the plan is broken; nothing is built then.
    OutputError
        If the folder cannot be written, or holds something that is not an earlier result.
    """
    refuse_foreign(order.out)
    progress("check")
    plan.verify()
    with _staging(order.out) as folder:
        for name, step in steps(plan, order):
            progress(name)
            step(folder)
        progress("manifest")
        write_file(folder / MANIFEST, _manifest(plan, order, folder))
        _publish(folder, order.out)
    return order.out


def steps(plan: Plan, order: Order) -> list[tuple[str, Callable[[Path], None]]]:
    """Return the steps between check and manifest, by name, each of which fills a folder."""
    return [
        ("answers", lambda folder: _answers(plan, order, folder)),
        ("atlas", lambda folder: _atlas(plan, order, folder)),
        ("reports", lambda folder: _reports(plan, order, folder)),
        ("exports", lambda folder: _exports(plan, order, folder)),
    ]


def normed(plan: Plan, order: Order) -> list[ShownCoverage]:
    """Return the coverage of each theme that has a norm for reach."""
    themes = [t for t in plan.themes if t in plan.norms and plan.norms[t].reach]
    return [plan.coverage(theme, scenario=order.scenario) for theme in themes]


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
        map_spec=plan.map_spec(),
        input_hash=plan.input_hash,
        version=version("almaty-geo"),
    )


def refuse_foreign(out: Path) -> None:
    """Raise OutputError if a folder holds something that is not an earlier result."""
    if out.is_symlink():
        raise OutputError(f"{out} is a link; name the folder itself.")
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; name a folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise OutputError(
            f"{out} holds files but no {MANIFEST}, so it is not an earlier result; it stays as "
            "it is. Name another folder with --out."
        )


def _answers(plan: Plan, order: Order, folder: Path) -> None:
    areas = plan.spec.areas
    for coverage in normed(plan, order):
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
    day = plan.spec.date
    layers = [plan.layers[name] for name in plan.layers]
    for layer in layers:
        write_layer(layer, folder / "exports" / "geojson", formats=["geojson"], date=day)
    write_package(layers, folder / "exports" / f"{plan.spec.id}.gpkg", date=day)
    for coverage in normed(plan, order):
        for name, frame in coverage_frames(plan, coverage):
            write_frame(frame, name, folder / "exports" / "coverage", formats=BOTH, date=day)


def coverage_frames(plan: Plan, coverage: ShownCoverage) -> Iterator[tuple[str, Any]]:
    """Yield the answer of a theme as layers: by area, and by point of demand."""
    areas = plan.areas.frame
    split = coverage.by(plan.spec.areas).reindex(areas["id"].astype(str)).reset_index(drop=True)
    names = ["id", *plan.areas.spec.name_columns]
    by_area = areas[[*names, areas.geometry.name]].reset_index(drop=True)
    for column in split:
        by_area[str(column)] = split[column].to_numpy()
    yield f"coverage_{coverage.theme}_{plan.spec.areas}", by_area
    people = plan.layers[plan.spec.demand].frame
    by_point = people[["id", "people", people.geometry.name]].reset_index(drop=True)
    metres = coverage.nearest.metres
    ids = [*coverage.facilities.ids, None]
    by_point["nearest"] = [ids[position] for position in coverage.nearest.which]
    by_point["way_m"] = [None if m == float("inf") else float(m) for m in metres]
    by_point["within_reach"] = coverage.within
    yield f"coverage_{coverage.theme}_{plan.spec.demand}", by_point


def _manifest(plan: Plan, order: Order, folder: Path) -> str:
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
            "inputs": [_entry(path, plan.folder, plan) for path in plan.files()],
            "outputs": [
                _entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()
            ],
        }
    )


def _entry(path: Path, folder: Path, plan: Plan | None = None) -> dict[str, Any]:
    content = path.read_bytes()
    licences = (
        {}
        if plan is None
        else {s.file: s.licence for s in plan.layers.specs.values() if s.file == path.name}
    )
    licence = {"licence": licences[path.name]} if path.name in licences else {}
    return {
        "path": path.relative_to(folder).as_posix(),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **licence,
    }


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """Give a folder beside the target; whatever is left of it at the end is removed."""
    _restore(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.building-", dir=out.parent))
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}).") from error
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _aside(out: Path) -> Path:
    """Return where the old result lies for the moment between two renames."""
    return out.with_name(f".{out.name}.before")


def _restore(out: Path) -> None:
    """Put back an old result that a killed build left aside."""
    aside = _aside(out)
    if aside.is_dir() and not out.exists():
        aside.rename(out)


def _publish(folder: Path, out: Path) -> None:
    """Give the finished folder its name; the old one comes back if that fails."""
    aside = _aside(out)
    try:
        shutil.rmtree(aside, ignore_errors=True)
        if out.exists():
            out.rename(aside)
        folder.rename(out)
    except OSError as error:
        with suppress(OSError):
            _restore(out)
        raise OutputError(f"{out}: cannot be replaced ({error.strerror}).") from error
    shutil.rmtree(aside, ignore_errors=True)
