"""The pipeline: a plan in, one folder out, complete or not there at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from almaty_geo.delivery import deliver
from almaty_geo.errors import DataError, OutputError
from almaty_geo.exports import write_file
from almaty_geo.frontpage import Result, front_page
from almaty_geo.manifest import MANIFEST, Entry, Job, as_json, inputs, write_manifest
from almaty_geo.maps import area_pictures, draw, theme_pictures
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier
from almaty_geo.reports import write as write_reports
from almaty_geo.staging import refuse_unfit, whole_folder
from almaty_geo.words import LANGUAGES, Language


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
    files = inputs(plan)
    plan.verify()
    with whole_folder(order.out) as folder:
        for name, step in steps(plan, order):
            progress(name)
            step(folder)
        progress("manifest")
        if inputs(plan) != files:
            raise DataError("The plan was changed while it was being built; build it again.")
        _manifest(plan, order, folder, files)
    return order.out


def steps(plan: Plan, order: Order) -> list[tuple[str, Callable[[Path], None]]]:
    """Return the steps between check and manifest, by name, each of which fills a folder."""
    return [
        ("answers", lambda folder: _answers(plan, order, folder)),
        ("atlas", lambda folder: _atlas(plan, order, folder)),
        ("maps", lambda folder: _maps(plan, order, folder)),
        ("reports", lambda folder: _reports(plan, order, folder)),
        ("exports", lambda folder: _exports(plan, order, folder)),
        ("index", lambda folder: _index(plan, order, folder)),
    ]


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


def figures(plan: Plan, scenario: str | None = None) -> dict[str, float | int | str | None]:
    """Return the value of each figure of maps and reports by its id, for `explain`."""
    return {
        figure.id: figure.value
        for section in plan.sections(scenario)
        for answer in section.answers
        for figure in answer.figures
    }


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
    write_file(folder / "answers" / "figures.json", as_json(figures(plan, order.scenario)))


def _atlas(plan: Plan, order: Order, folder: Path) -> None:
    picture = plan.picture(plan.map_spec(), scenario=order.scenario)
    write_file(folder / "atlas.html", draw(picture, languages=order.languages))


def _maps(plan: Plan, order: Order, folder: Path) -> None:
    """Draw a page for each theme and each area, small enough to send."""
    picture = plan.picture(plan.map_spec(), scenario=order.scenario)
    parts = [(Path("maps"), theme_pictures), (Path("maps", plan.spec.areas), area_pictures)]
    for where, made in parts:
        for name, part in made(picture):
            write_file(folder / where / f"{name}.html", draw(part, languages=order.languages))


def _reports(plan: Plan, order: Order, folder: Path) -> None:
    pages = write_reports(dossier(plan, scenario=order.scenario), languages=order.languages)
    for path, page in pages:
        write_file(folder / "reports" / path, page)


def _exports(plan: Plan, order: Order, folder: Path) -> None:
    deliver(plan, folder / "exports", formats=["geojson"], scenario=order.scenario)


def _index(plan: Plan, order: Order, folder: Path) -> None:
    result = Result(plan, plan.sections(order.scenario))
    write_file(folder / "index.html", front_page(result, folder, order.languages))


def _manifest(plan: Plan, order: Order, folder: Path, files: Sequence[Entry]) -> None:
    job = Job("build", {"languages": list(order.languages)}, order.scenario)
    write_manifest(plan, job, folder, files)
