"""Which rows of a layer a figure counts, in words and as a number."""

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.cells import area_cell
from almaty_geo.plan import Plan
from almaty_geo.sections import CITY
from almaty_geo.specs import Scenario
from almaty_geo.words import Text, count, say


def counted(
    plan: Plan, layer: Layer, *, area: str, theme: str | None, scenario: Scenario
) -> tuple[Text, int]:
    """
    Return which rows of a layer a figure counts.

    Parameters
    ----------
    plan
        The plan.
    layer
        One of its layers.
    area
        Area of the figure.
    theme
        Theme of its section, if it has one.
    scenario
        Which facilities are open.

    Returns
    -------
    filter, rows
        In words, and how many rows that is. What further belongs to the formula, such as the
        reach, stands in the formula.
    """
    if layer.spec.role == "facility" and theme is not None and layer.id in plan.themes[theme]:
        return _open(plan, layer, theme, scenario)
    if area != CITY and layer.id == plan.spec.demand:
        own = plan.memberships()[plan.spec.areas]
        rows = int(np.count_nonzero(own.of == own.ids.index(area)))
        return _in_area(plan, layer, area, rows), rows
    if area != CITY and layer.id == plan.spec.areas:
        return _in_area(plan, layer, area, 1), 1
    return say("all {n} rows", n=count(len(layer))), len(layer)


def _open(plan: Plan, layer: Layer, theme: str, scenario: Scenario) -> tuple[Text, int]:
    rows = int(np.count_nonzero(plan.facilities(theme, scenario).rows[layer.id]))
    text = say(
        "open in the scenario “{title}”: {n} of {all} rows, wherever they lie",
        title=scenario.title,
        n=count(rows),
        all=count(len(layer)),
    )
    return text, rows


def _in_area(plan: Plan, layer: Layer, area: str, rows: int) -> Text:
    return say(
        "{area}: {n} of {all} rows",
        area=area_cell(plan.areas, area).shown,
        n=count(rows),
        all=count(len(layer)),
    )
