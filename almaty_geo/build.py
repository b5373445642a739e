"""The folder of a build: atlas, maps, reports, answers, exports, and the page that leads there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from almaty_geo.delivery import deliver
from almaty_geo.doctor import check_layers
from almaty_geo.exports import FORMATS, write_file
from almaty_geo.frontpage import FINDINGS, Result, front_page
from almaty_geo.manifest import Job, as_json
from almaty_geo.maps import area_pictures, draw, theme_pictures
from almaty_geo.plan import Plan
from almaty_geo.repairing import findings_page
from almaty_geo.reports.formats import FORMATS as REPORT_FORMATS
from almaty_geo.reports.formats import HTML, JSON, Wish, files, written
from almaty_geo.results.answers import figures, write_figures
from almaty_geo.results.dossiers import areas_of, dossier
from almaty_geo.results.making import Progress, build
from almaty_geo.words import LANGUAGES, Language

__all__ = ["Order", "build", "dossier", "steps"]

STRAY = "no-sidecar"
"""What the checks call a file that is no part of the plan: a result does not depend on it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    out: Path
    """Folder that the result becomes."""

    languages: Sequence[Language] = LANGUAGES
    """Languages of atlas and reports."""

    scenario: str | None = None
    """Which facilities are open; the plan's own by default."""

    everything: bool = False
    """Reports and exports in every format; else reports to read and to build on, and GeoJSON."""

    def job(self) -> Job:
        """Return the verb with its parameters."""
        asked = {"all": self.everything, "languages": list(self.languages)}
        return Job("build", asked, self.scenario)

    def check(self, plan: Plan) -> None:
        """Refuse a broken plan."""
        plan.verify()

    def length(self, plan: Plan) -> int:
        """Return how many steps there are, and files of reports."""
        return len(steps(plan, self)) + files(self.wish, len(areas_of(plan)))

    def fill(self, plan: Plan, folder: Path, progress: Progress) -> None:
        """Take one step after the other."""
        for name, step in steps(plan, self, progress):
            progress(name)
            step(folder)

    @property
    def wish(self) -> Wish:
        """Which reports are wanted."""
        formats = (HTML, *REPORT_FORMATS) if self.everything else (HTML, JSON)
        return Wish(formats, self.languages)


def steps(
    plan: Plan, order: Order, progress: Progress = lambda _: None
) -> list[tuple[str, Callable[[Path], None]]]:
    """Return the steps between check and manifest, by name, each of which fills a folder."""
    return [
        ("answers", lambda folder: _answers(plan, order, folder)),
        ("atlas", lambda folder: _atlas(plan, order, folder)),
        ("maps", lambda folder: _maps(plan, order, folder)),
        ("reports", lambda folder: _reports(plan, order, folder, progress)),
        ("exports", lambda folder: _exports(plan, order, folder)),
        ("checks", lambda folder: _checks(plan, folder)),
        ("index", lambda folder: _index(plan, order, folder)),
    ]


def _answers(plan: Plan, order: Order, folder: Path) -> None:
    areas = plan.spec.areas
    for coverage in plan.normed(order.scenario):
        path = folder / "answers" / f"coverage_{coverage.theme}.json"
        write_file(path, as_json(coverage.to_dict(areas)))
    judged = [one.to_dict() for one in plan.commitments()]
    write_file(folder / "answers" / "commitments.json", as_json(judged))
    write_figures(folder, figures(plan, order.scenario))


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


def _reports(plan: Plan, order: Order, folder: Path, progress: Progress) -> None:
    into = folder / "reports"
    into.mkdir()
    for path in written(dossier(plan, scenario=order.scenario), into, order.wish):
        progress(path.relative_to(folder).as_posix())


def _exports(plan: Plan, order: Order, folder: Path) -> None:
    formats = FORMATS if order.everything else ("geojson",)
    deliver(plan, folder / "exports", formats=formats, scenario=order.scenario)


def _checks(plan: Plan, folder: Path) -> None:
    """Write what the checks find in the plan's layers; doubts are no reason not to build."""
    found = check_layers(plan.layers, plan.area)
    own = [one for one in found if one.rule != STRAY]
    write_file(folder / FINDINGS, findings_page(plan, own))


def _index(plan: Plan, order: Order, folder: Path) -> None:
    result = Result(plan, plan.sections(order.scenario))
    write_file(folder / "index.html", front_page(result, folder, order.languages))
