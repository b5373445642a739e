"""A folder of reports."""

from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from almaty_geo.errors import UnknownNameError
from almaty_geo.manifest import Job
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier
from almaty_geo.reports.formats import Wish, files, written
from almaty_geo.results.answers import figures, write_figures
from almaty_geo.results.making import Progress
from almaty_geo.sections import CITY


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """Which reports are to be written."""

    out: Path
    """Folder that they become."""

    wish: Wish = field(default_factory=Wish)
    """Which areas, languages and formats."""

    scenario: str | None = None
    """Which facilities are open; the plan's own by default."""

    def job(self) -> Job:
        """Return the verb with its parameters."""
        areas = self.wish.areas
        asked = {
            "districts": None if areas is None else list(areas),
            "formats": list(self.wish.formats),
            "languages": list(self.wish.languages),
        }
        return Job("report", asked, self.scenario)

    def check(self, plan: Plan) -> None:
        """Refuse a broken plan, and areas that it does not have."""
        known = areas_of(plan)
        for area in self.wish.areas or ():
            if area not in known:
                raise UnknownNameError("district", area, ["all", *known])
        plan.verify()

    def length(self, plan: Plan) -> int:
        """Return how many reports there will be, and one step for the answers."""
        return self.files(plan) + 1

    def files(self, plan: Plan) -> int:
        """Return how many reports there will be."""
        return files(self.wish, len(self._areas(plan)))

    def fill(self, plan: Plan, folder: Path, progress: Progress) -> None:
        """Write the figures, then each report."""
        progress("answers")
        areas = {CITY, *self._areas(plan)}  # a district is held against the whole place
        write_figures(folder, figures(plan, self.scenario, areas=areas))
        for path in written(dossier(plan, scenario=self.scenario), folder, self.wish):
            progress(f"reports/{path.relative_to(folder).as_posix()}")

    def _areas(self, plan: Plan) -> list[str]:
        return areas_of(plan) if self.wish.areas is None else list(self.wish.areas)


def areas_of(plan: Plan) -> list[str]:
    """Return the ids of all reports, the whole place's first."""
    return [CITY, *plan.areas.frame["id"].astype(str)]


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
