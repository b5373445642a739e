"""What scenarios add that no layer holds: a layer of its own for each theme."""

from collections.abc import Iterable
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from almaty_geo.area import DEGREES
from almaty_geo.catalogue import Layer
from almaty_geo.specs import Added, Column, Dated, LayerSpec, Precision, Scenario, Source
from almaty_geo.words import say, term

NOBODY = "0" * 64
"""Digest of a file that there is none of."""


def added_id(theme: str) -> str:
    """Return the id of the layer that holds what scenarios add to a theme."""
    return f"added_{theme}"


def opening_added(scenario: Scenario) -> Scenario:
    """
    Return a scenario that opens what it adds, like any other facility.

    Parameters
    ----------
    scenario
        As its file says.

    Returns
    -------
    scenario
        The same where it adds nothing; else ``opens`` also names each addition, by its row in
        the layer of `added_layer`.
    """
    if not scenario.adds:
        return scenario
    own = tuple(
        Dated(layer=added_id(one.theme), ids=(_row(scenario, one),), year=one.year)
        for one in scenario.adds
    )
    kept = tuple(one for one in scenario.opens if one not in own)
    return scenario.model_copy(update={"opens": (*kept, *own)})


def added_layer(theme: str, scenarios: Iterable[Scenario], *, at: date) -> Layer | None:
    """
    Return all that scenarios add to a theme as one layer, open only where they open it.

    Parameters
    ----------
    theme
        What is offered.
    scenarios
        Those that may add to it.
    at
        The day of the plan.

    Returns
    -------
    layer
        Points with the columns id, name_ru, state ("planned"), capacity; None where nothing is
        added.
    """
    own = [(s, one) for s in scenarios for one in s.adds if one.theme == theme]
    if not own:
        return None
    rows = {
        "id": [_row(scenario, one) for scenario, one in own],
        "name_ru": pd.array([one.name for _, one in own], dtype="string"),
        "state": ["planned"] * len(own),
        "capacity": pd.array([one.capacity for _, one in own], dtype="Int64"),
    }
    places = np.array([shapely.Point(one.lon, one.lat) for _, one in own], dtype=object)
    sources = {scenario.id: scenario for scenario, _ in own}
    spec = _spec(theme, list(sources.values()), at)
    if all(one.capacity is None for _, one in own):
        spec = spec.model_copy(update={"capacity": None})
    return Layer(spec, gpd.GeoDataFrame(rows, geometry=places, crs=DEGREES))


def _row(scenario: Scenario, one: Added) -> str:
    """Return the id of an addition among those of all scenarios."""
    return f"{scenario.id}.{one.id}"


def _spec(theme: str, scenarios: list[Scenario], at: date) -> LayerSpec:
    """Return what is known of additions."""
    planned = term("state", "planned")
    return LayerSpec(
        id=added_id(theme),
        title=say("Added by hand"),
        role="facility",
        geometry="Point",
        file=f"{added_id(theme)}.geojson",
        sha256=NOBODY,
        date=str(at.year),
        precision=Precision(method="hand_placed"),
        source=tuple(
            Source(
                publisher=say("Scenario “{title}”", title=one.title),
                url="not stated",
                accessed=at,
                licence="not stated",
                confidence=one.confidence,
            )
            for one in scenarios
        ),
        columns={
            "id": Column(kind="str", title=say("Id"), required=True, unique=True),
            "name_ru": Column(kind="str", title=say("Name")),
            "state": Column(kind="enum", title=say("State"), values={"planned": planned}),
            "capacity": Column(kind="int", title=say("Capacity"), minimum=0),
        },
        theme=theme,
        capacity="capacity",
    )
