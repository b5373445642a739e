"""How a figure of a finished result came about, in the scenario that it was asked in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from almaty_geo.auditing.comparing import differences
from almaty_geo.auditing.explaining import NEAREST, Explained, explain
from almaty_geo.auditing.orders import scenario_of
from almaty_geo.auditing.verifying import file_faults, input_faults, refuse_other_plan
from almaty_geo.errors import DataError, UsageError
from almaty_geo.manifest import FIGURES, Manifest, read_manifest
from almaty_geo.plan import Plan

Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Recalled:
    """A figure as a result has it, and how it comes about."""

    value: Value
    """What the result says."""

    explained: Explained
    """How the plan comes to it now."""

    @property
    def equal(self) -> bool:
        """Whether the plan still comes to what the result says, but for the last digits."""
        return not list(differences(self.value, self.explained.figure.value))


def recall(folder: Path, plan: Plan, figure_id: str) -> Recalled:
    """
    Say how a figure of a result came about.

    Parameters
    ----------
    folder
        The result of a build or a report.
    plan
        The plan that it was made from, wherever it lies now.
    figure_id
        Such as "schools.share.medeu".

    Returns
    -------
    recalled
        In the scenario of the result.

    Raises
    ------
    UsageError
        If the result has no such figure, or none at all, or the plan is another one.
    DataError
        If the result's figures or the plan are not as they were.
    """
    manifest = read_manifest(folder)
    refuse_other_plan(manifest, plan.folder)
    told = _figures(manifest, folder)
    if figure_id not in told:
        near = get_close_matches(figure_id, told, n=NEAREST)
        hint = f" did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(
            f"Unknown figure {figure_id!r} in {folder}:{hint} `almaty-geo explain --result "
            f"{folder}` lists all {len(told)}."
        )
    _refuse_changed(input_faults(manifest, plan.folder))
    found = explain(plan, figure_id, scenario=scenario_of(manifest.parameters))
    return Recalled(told[figure_id], found)


def recalled_figures(folder: Path) -> dict[str, Value]:
    """Return the figures of a result by id; raises as `recall` does."""
    return _figures(read_manifest(folder), folder)


def _figures(manifest: Manifest, folder: Path) -> dict[str, Value]:
    entries = [one for one in manifest.outputs if one.path == FIGURES]
    if not entries:
        raise UsageError(f"{folder}: a result of {manifest.job!r} has no figures to explain.")
    _refuse_changed(file_faults("output", entries, folder))
    told: dict[str, Value] = json.loads((folder / FIGURES).read_bytes())
    return told


def _refuse_changed(faults: Iterable[str]) -> None:
    """Raise DataError at the first fault."""
    for fault in faults:
        raise DataError(f"Not as it was, so nothing can be explained: {fault}.")
