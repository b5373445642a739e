"""Figures by their id, as values for machines: what ``answers/figures.json`` holds."""

from collections.abc import Collection
from pathlib import Path

from almaty_geo.exports import write_file
from almaty_geo.manifest import FIGURES, as_json
from almaty_geo.plan import Plan

Value = float | int | str | None


def figures(
    plan: Plan, scenario: str | None = None, *, areas: Collection[str] | None = None
) -> dict[str, Value]:
    """
    Return the value of each figure of maps and reports by its id, for `explain`.

    Parameters
    ----------
    plan
        The plan.
    scenario
        Which facilities are open; the plan's own by default.
    areas
        Only figures about these, ``city`` for the whole place; None for all.
    """
    return {
        figure.id: figure.value
        for section in plan.sections(scenario)
        for answer in section.answers
        if areas is None or answer.area in areas
        for figure in answer.figures
    }


def write_figures(folder: Path, told: dict[str, Value]) -> None:
    """Write figures to where every result has them."""
    write_file(folder / FIGURES, as_json(told))
