"""Every facility of a theme, open or not, and which are open in a scenario or a year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.errors import SpecError
from almaty_geo.places.changing import Mask, changed, means, selected
from almaty_geo.specs import Dated, Scenario, Selection

Years = NDArray[np.int64]
ALWAYS, NEVER = 0, 9999
"""Years before and after all others."""


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


@dataclass(frozen=True, eq=False)
class Roll:
    """Every facility of a theme, open or not, sorted by layer and id: m of them."""

    theme: str
    """What they offer."""

    layers: Mapping[str, Layer]
    """Layers they come from, by id."""

    xy_m: NDArray[np.float64]
    """Easting and northing in metres, shape (m, 2); NaN where unlocated."""

    @cached_property
    def order(self) -> Mapping[str, NDArray[np.intp]]:
        """Rows of each layer, sorted by id."""
        return {
            name: np.argsort(layer.frame["id"].astype(str).to_numpy(dtype=str), kind="stable")
            for name, layer in self.layers.items()
        }

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """``layer/id`` of each."""
        return tuple(
            f"{name}/{row}"
            for name, layer in self.layers.items()
            for row in layer.frame["id"].astype(str).iloc[self.order[name]]
        )

    @cached_property
    def existing(self) -> Mask:
        """Which exist today, shape (m,); where a layer has no column ``state``, all."""
        return self.gathered({n: _existing(x) for n, x in self.layers.items()}).astype(bool)

    def gathered(self, rows: Mapping[str, NDArray[np.generic]]) -> NDArray[np.generic]:
        """Return what each layer says of its rows as one array in the order of the roll."""
        parts = [np.asarray(rows[name])[order] for name, order in self.order.items()]
        return np.concatenate(parts) if parts else np.empty(0)

    def chosen(self, selections: Iterable[Selection], scenario: Scenario) -> Mask:
        """Return which facilities any of the selections means, shape (m,)."""
        mask = np.zeros(len(self.ids), dtype=bool)
        for selection in selections:
            if selection.layer in self.layers:
                mask |= self.mask(selection, scenario)
        return mask

    def mask(self, selection: Selection, scenario: Scenario) -> Mask:
        """Return which facilities a selection means, shape (m,)."""
        key = selection.model_dump_json(include={"layer", "ids", "where"})
        if key not in self._masks:
            here = {
                name: selected(layer, selection, scenario)
                if name == selection.layer
                else np.zeros(len(layer), dtype=bool)
                for name, layer in self.layers.items()
            }
            self._masks[key] = self.gathered(here).astype(bool)
        return self._masks[key]

    def open(self, scenario: Scenario) -> Mask:
        """Return which are open: existing or opened, not closed nor replaced, shape (m,)."""
        is_open = self.existing | self.chosen(scenario.opens, scenario)
        return self._without_replaced(is_open & ~self.chosen(scenario.closes, scenario))

    def open_with(self, scenario: Scenario, built: Mask) -> Mask:
        """Return which are open once more is built, without what that replaces, shape (m,)."""
        return self._without_replaced(self.open(scenario) | built)

    def open_in(self, scenario: Scenario, year: int) -> Mask:
        """
        Return which are open in a year, shape (m,).

        What a scenario opens or closes does so in the year it says, else in the year that the
        layer says (columns ``opens`` and ``closes``), else in the scenario's own. What is replaced
        closes in the year in which the first that replaces it opens.
        """
        first, last = self.years(scenario)
        return (first <= year) & (year < last)

    def years(self, scenario: Scenario) -> tuple[Years, Years]:
        """Return the first year each is open, and the first it is not any more, shapes (m,)."""
        opens, closes = self._stated
        first = np.where(self.existing, np.where(opens == NEVER, ALWAYS, opens), NEVER)
        last = closes.copy()
        for selection in self._own(scenario.opens):
            mask = self.mask(selection, scenario) & ~self.existing
            first[mask] = np.minimum(first, self._when(selection, opens, scenario))[mask]
        for selection in self._own(scenario.closes):
            mask = self.mask(selection, scenario)
            last[mask] = np.minimum(last, self._when(selection, closes, scenario))[mask]
        new, old = self.replaced
        np.minimum.at(last, old, np.where(first < last, first, NEVER)[new])
        return first, last

    def year_assumed(self, scenario: Scenario) -> Mask:
        """Return whose year is the scenario's own, since no entry nor layer says it, (m,)."""
        opens, closes = self._stated
        assumed = np.zeros(len(self.ids), dtype=bool)
        for entries, stated in ((scenario.opens, opens), (scenario.closes, closes)):
            undated = [entry for entry in entries if entry.year is None]
            assumed |= self.chosen(undated, scenario) & (stated == NEVER)
        new, old = self.replaced
        assumed[old] |= assumed[new]
        return assumed

    def capacity(self, scenario: Scenario) -> NDArray[np.float64]:
        """Return how many each can take, shape (m,); NaN where unknown."""
        touched = {change.layer for change in scenario.changes}
        if not touched & set(self.layers):
            return self._capacity
        layers = {name: changed(layer, scenario) for name, layer in self.layers.items()}
        return self.gathered({n: _capacity(layer) for n, layer in layers.items()}).astype(float)

    def offered(self, is_open: Mask, capacity: NDArray[np.float64]) -> Facilities:
        """Return the open ones of the roll as what the theme offers."""
        rows: dict[str, Mask] = {}
        start = 0
        for name, order in self.order.items():
            rows[name] = np.zeros(len(order), dtype=bool)
            rows[name][order] = is_open[start : start + len(order)]
            start += len(order)
        return Facilities(
            theme=self.theme,
            layers=tuple(self.layers),
            ids=tuple(self.ids[position] for position in np.flatnonzero(is_open)),
            xy_m=self.xy_m[is_open],
            capacity=capacity[is_open],
            rows=rows,
        )

    @cached_property
    def replaced(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Position of each facility that replaces another, and of the other, shapes (r,)."""
        at = {name: position for position, name in enumerate(self.ids)}
        new: list[int] = []
        old: list[int] = []
        for name, layer in self.layers.items():
            column = layer.spec.columns.get("replaces")
            if column is None:
                continue
            pairs = layer.frame[["id", "replaces"]].dropna().astype(str)
            for own, gone in pairs.itertuples(index=False):
                if (other := f"{column.layer or name}/{gone}") in at:
                    new.append(at[f"{name}/{own}"])
                    old.append(at[other])
        return np.array(new, dtype=np.intp), np.array(old, dtype=np.intp)

    def check(self, scenario: Scenario) -> None:
        """
        Refuse a scenario that contradicts itself or the layers.

        Raises
        ------
        SpecError
            If it closes what is not open, or opens and closes the same.
        """
        opened = self.chosen(scenario.opens, scenario)
        for selection in self._own(scenario.closes):
            shut = self.mask(selection, scenario)
            there = shut & (self.existing | opened)
            missing = shut & ~there if selection.ids else shut & (not there.any())
            if missing.any() or not shut.any():
                what = self._first(missing) if missing.any() else means(selection)
                raise SpecError(f"{scenario.id}.toml: closes {what}, which is not open.")
        self._check_both(scenario)
        self.capacity(scenario)

    def remarks(self, scenario: Scenario) -> tuple[str, ...]:
        """Return what of a scenario does nothing: it opens what is open already, or nothing."""
        said: list[str] = []
        for selection in self._own(scenario.opens):
            mask = self.mask(selection, scenario)
            if not mask.any():
                said.append(f"opens nothing: {means(selection)} selects no row")
            elif already := int((mask & self.existing).sum()):
                said.append(f"{already} of {means(selection)} are open already")
        return tuple(said)

    def _without_replaced(self, is_open: Mask) -> Mask:
        """Return what is open less what others that are open replace."""
        new, old = self.replaced
        left = is_open.copy()
        left[old[is_open[new]]] = False
        return left

    def _check_both(self, scenario: Scenario) -> None:
        """Refuse what opens and closes, unless it closes in a later year than it opens."""
        for opening in self._own(scenario.opens):
            for closing in self._own(scenario.closes):
                both = self.mask(opening, scenario) & self.mask(closing, scenario)
                if both.any() and not (opening.year or NEVER) < (closing.year or ALWAYS):
                    raise SpecError(
                        f"{scenario.id}.toml: both opens and closes {self._first(both)}."
                    )

    def _own(self, selections: Iterable[Dated]) -> list[Dated]:
        return [selection for selection in selections if selection.layer in self.layers]

    def _first(self, mask: Mask) -> str:
        return self.ids[int(np.flatnonzero(mask)[0])]

    @staticmethod
    def _when(selection: Dated, stated: Years, scenario: Scenario) -> Years:
        if selection.year is not None:
            return np.full_like(stated, selection.year)
        return np.where(stated == NEVER, scenario.year, stated)

    @cached_property
    def _stated(self) -> tuple[Years, Years]:
        """Years of the columns ``opens`` and ``closes``; `NEVER` where a layer says none."""
        opens, closes = (
            self.gathered({n: _years(layer, column) for n, layer in self.layers.items()})
            for column in ("opens", "closes")
        )
        return opens.astype(np.int64), closes.astype(np.int64)

    @cached_property
    def _capacity(self) -> NDArray[np.float64]:
        return self.gathered({n: _capacity(x) for n, x in self.layers.items()}).astype(float)

    @cached_property
    def _masks(self) -> dict[str, Mask]:
        return {}


def roll(theme: str, layers: Sequence[Layer], area: StudyArea) -> Roll:
    """
    Return every facility of a theme, open or not.

    Parameters
    ----------
    theme
        What the facilities offer.
    layers
        All layers of the theme.
    area
        Gives the metric plane.

    Returns
    -------
    roll
        Sorted by layer and id.
    """
    by_id = {layer.id: layer for layer in sorted(layers, key=lambda x: x.id)}
    own = Roll(theme, by_id, np.empty((0, 2)))
    places = {name: area.xy_m(layer.frame.geometry.to_numpy()) for name, layer in by_id.items()}
    return replace(own, xy_m=own.gathered(places).reshape(-1, 2).astype(float))


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
        Says which facilities that do not exist yet count as open, and what changes.
    area
        Gives the metric plane.

    Returns
    -------
    facilities
        The open ones, sorted by layer and id.

    Raises
    ------
    SpecError
        If the scenario selects rows of these layers by an id or column they do not have, or
        contradicts itself or them.
    """
    own = roll(theme, layers, area)
    own.check(scenario)
    return own.offered(own.open(scenario), own.capacity(scenario))


def _existing(layer: Layer) -> Mask:
    """Return which rows exist today; a layer with no column ``state`` holds existing ones."""
    if "state" not in layer.frame:
        return np.ones(len(layer), dtype=bool)
    state = layer.frame["state"].astype("string").fillna("existing")
    return (state == "existing").to_numpy(dtype=bool)


def _capacity(layer: Layer) -> NDArray[np.float64]:
    """Return how many each row can take; NaN where unknown."""
    if layer.spec.capacity is None:
        return np.full(len(layer), np.nan)
    return layer.frame[layer.spec.capacity].to_numpy(dtype=float, na_value=np.nan)


def _years(layer: Layer, column: str) -> Years:
    """Return the year of each row's whole number or date; `NEVER` where there is none."""
    if column not in layer.frame:
        return np.full(len(layer), NEVER, dtype=np.int64)
    told = layer.frame[column].dropna()
    years = np.full(len(layer), NEVER, dtype=np.int64)
    at = np.flatnonzero(layer.frame[column].notna())
    years[at] = [v.year if isinstance(v, date) else int(str(v)[:4]) for v in told]
    return years
