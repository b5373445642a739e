"""Places: demand (people at points), facilities open in a scenario, and the areas they lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import SpecError, UnknownNameError
from almaty_geo.specs import Scenario, Selection


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """Which area each of n points belongs to; every point to one at most."""

    ids: tuple[str, ...]
    """Areas, in the order of their layer."""

    of: NDArray[np.intp]
    """Position in ``ids`` of each point's area, shape (n,); -1 for none."""

    def sums(self, amounts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what each area holds of whole amounts (n,); the last entry is outside all."""
        at = np.where(self.of < 0, len(self.ids), self.of)
        totals = np.zeros(len(self.ids) + 1, dtype=np.int64)
        np.add.at(totals, at, amounts)
        return totals


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """People at points."""

    layer: str
    """Where they come from."""

    ids: tuple[str, ...]
    """One for each point."""

    people: NDArray[np.int64]
    """Whole people at each point, shape (n,)."""

    xy_m: NDArray[np.float64]
    """Easting and northing in metres, shape (n, 2); NaN where there is no place."""


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """What a theme offers in a scenario, sorted by layer and id."""

    theme: str
    """What they offer."""

    layers: tuple[str, ...]
    """Layers they come from."""

    ids: tuple[str, ...]
    """``layer/id`` of each facility that is open."""

    xy_m: NDArray[np.float64]
    """Easting and northing in metres, shape (n, 2); NaN where unlocated."""

    capacity: NDArray[np.float64]
    """How many each can take, shape (n,); NaN where unknown, which is not 0."""

    rows: Mapping[str, NDArray[np.bool_]]
    """For each layer, which of its rows are open."""

    @property
    def located(self) -> NDArray[np.bool_]:
        """Which facilities have a place, shape (n,)."""
        return np.isfinite(self.xy_m[:, 0])


def demand(layer: Layer, area: StudyArea) -> Demand:
    """
    Return the people of a demand layer.

    Parameters
    ----------
    layer
        Layer of role "demand".
    area
        Gives the metric plane.

    Returns
    -------
    demand
        In the order of the layer's rows.
    """
    frame = layer.frame
    return Demand(
        layer=layer.id,
        ids=tuple(frame["id"].astype(str)),
        people=frame["people"].fillna(0).to_numpy(dtype=np.int64),
        xy_m=area.xy_m(frame.geometry.to_numpy()),
    )


def membership(layer: Layer, areas: Layer) -> Membership:
    """
    Return the area that each row of a layer belongs to.

    A column that refers to the area layer decides, since the source knows best; else the place
    does. A point on a shared border belongs to the area whose id comes first, so that nobody
    counts twice.

    Parameters
    ----------
    layer
        Points, n rows.
    areas
        Polygons with the column ``id``.

    Returns
    -------
    membership
        One area, or none, for each row.
    """
    ids = tuple(areas.frame["id"].astype(str))
    stated = next((c for c, s in layer.spec.columns.items() if s.layer == areas.id), None)
    if stated is not None:
        names = pd.Index(layer.frame[stated].astype("string").fillna(""))
        at = pd.Index(ids).get_indexer(names)
        return Membership(ids, at.astype(np.intp))
    return Membership(ids, _containing(layer, areas, ids))


def _containing(layer: Layer, areas: Layer, ids: tuple[str, ...]) -> NDArray[np.intp]:
    """Return the first area by id that covers each representative point; -1 for none."""
    found = np.full(len(layer), -1, dtype=np.intp)
    points = shapely.point_on_surface(layer.frame.geometry.to_numpy())
    for position in sorted(range(len(ids)), key=lambda p: ids[p], reverse=True):
        polygon = areas.frame.geometry.iloc[position]
        shapely.prepare(polygon)
        found[shapely.covers(polygon, points)] = position
    return found


def facilities(
    theme: str, layers: Sequence[Layer], scenario: Scenario, area: StudyArea
) -> Facilities:
    """
    Return what a theme offers in a scenario.

    Parameters
    ----------
    theme
        What the facilities offer.
    layers
        All layers of the theme.
    scenario
        Says which facilities that do not exist yet count as open.
    area
        Gives the metric plane.

    Returns
    -------
    facilities
        The open ones, sorted by layer and id.

    Raises
    ------
    SpecError
        If the scenario selects rows of these layers by an id or column they do not have.
    """
    by_id = {layer.id: layer for layer in sorted(layers, key=lambda x: x.id)}
    rows = _open_rows(by_id, scenario)
    ids: list[str] = []
    xy = [np.empty((0, 2))]
    capacity = [np.empty(0)]
    for name, layer in by_id.items():
        frame = layer.frame[rows[name]].sort_values("id", kind="stable")
        ids += [f"{name}/{row}" for row in frame["id"]]
        xy.append(area.xy_m(frame.geometry.to_numpy()))
        capacity.append(
            frame[layer.spec.capacity].to_numpy(dtype=float, na_value=np.nan)
            if layer.spec.capacity
            else np.full(len(frame), np.nan)
        )
    return Facilities(
        theme, tuple(by_id), tuple(ids), np.concatenate(xy), np.concatenate(capacity), rows
    )


def _open_rows(layers: Mapping[str, Layer], scenario: Scenario) -> dict[str, NDArray[np.bool_]]:
    """Return which rows of each layer are open: existing or opened, not closed nor replaced."""
    rows = {name: _existing(layer) for name, layer in layers.items()}
    for selection in scenario.opens:
        if selection.layer in layers:
            rows[selection.layer] |= _selected(layers[selection.layer], selection, scenario)
    for selection in scenario.closes:
        if selection.layer in layers:
            rows[selection.layer] &= ~_selected(layers[selection.layer], selection, scenario)
    for name, layer in layers.items():
        column = layer.spec.columns.get("replaces")
        if column is None:
            continue
        target = column.layer or name
        gone = set(layer.frame.loc[rows[name], "replaces"].dropna())
        if target in layers:
            rows[target] &= ~layers[target].frame["id"].isin(gone).to_numpy(dtype=bool)
    return rows


def _existing(layer: Layer) -> NDArray[np.bool_]:
    """Return which rows exist today; a layer with no column ``state`` holds existing ones."""
    if "state" not in layer.frame:
        return np.ones(len(layer), dtype=bool)
    state = layer.frame["state"].astype("string").fillna("existing")
    return (state == "existing").to_numpy(dtype=bool)


def _selected(layer: Layer, selection: Selection, scenario: Scenario) -> NDArray[np.bool_]:
    """Return which rows of a layer a selection means."""
    chosen = np.ones(len(layer), dtype=bool)
    if selection.ids:
        own = layer.frame["id"].astype(str)
        if unknown := set(selection.ids) - set(own):
            cause = UnknownNameError(f"id in {layer.id}", min(unknown), own)
            raise SpecError(f"{scenario.id}.toml: {cause}")
        chosen &= own.isin(selection.ids).to_numpy(dtype=bool)
    for column, value in selection.where.items():
        if column not in layer.spec.columns:
            cause = UnknownNameError(f"column of {layer.id}", column, layer.spec.columns)
            raise SpecError(f"{scenario.id}.toml: {cause}")
        chosen &= (layer.frame[column] == value).fillna(value=False).to_numpy(dtype=bool)
    return chosen
