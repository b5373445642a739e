"""A folder of files for another GIS."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from almaty_geo.delivery import deliver
from almaty_geo.exports import write_layer
from almaty_geo.manifest import Job
from almaty_geo.plan import Plan
from almaty_geo.results.making import Progress


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """Which files are to be written."""

    out: Path
    """Folder that they become."""

    layers: Sequence[str] | None = None
    """Ids of layers; None for every layer and answer, with projects."""

    formats: Sequence[str] = ("geojson",)
    """Formats of the single layers."""

    scenario: str | None = None
    """Which facilities are open in the answers; the plan's own by default."""

    def job(self) -> Job:
        """Return the verb with its parameters."""
        layers = None if self.layers is None else list(self.layers)
        return Job("export", {"layers": layers, "formats": list(self.formats)}, self.scenario)

    def check(self, plan: Plan) -> None:
        """Refuse layers that are broken or not there: only those asked for are read."""
        if self.layers is None:
            plan.verify()
        for name in self.layers or ():
            plan.layers[name]  # which reads it

    def length(self, plan: Plan) -> int:  # noqa: ARG002 - as the others
        """Return how many steps there are."""
        return 1 if self.layers is None else len(self.layers)

    def fill(self, plan: Plan, folder: Path, progress: Progress) -> None:
        """Write each layer, or all there is."""
        if self.layers is None:
            progress("exports")
            deliver(plan, folder, formats=self.formats, scenario=self.scenario)
        for name in self.layers or ():
            progress(f"exports/{name}")
            write_layer(plan.layers[name], folder, formats=self.formats, date=plan.spec.date)
