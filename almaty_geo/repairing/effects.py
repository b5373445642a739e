"""What a repair changes: area, people and coverage with it and without it, nothing else changed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.errors import AlmatyGeoError
from almaty_geo.plan import Plan
from almaty_geo.repairing.ledger import Change, Effect


class Replaced(Catalogue):
    """
    The layers of a plan with other data in one of them.

    Parameters
    ----------
    of
        The layers as they are.
    layer
        The one with other data.
    """

    def __init__(self, of: Catalogue, layer: Layer) -> None:
        self.folder, self.area, self.specs = of.folder, of.area, of.specs
        self._of, self._layer = of, layer

    def __getitem__(self, name: str) -> Layer:
        """Return one layer."""
        return self._layer if name == self._layer.id else self._of[name]


@dataclass(frozen=True, eq=False)
class State:
    """A plan with one layer in a certain state."""

    plan: Plan
    """The plan on disk."""

    layer: Layer
    """The layer as it is now, before or after a repair."""

    area: StudyArea
    """For the metric plane."""

    layers: Catalogue
    """All layers, that one in its state."""

    @cached_property
    def trial(self) -> Plan:
        """The plan as it would be."""
        trial = Plan(self.plan.folder)
        trial.area, trial.layers = self.area, self.layers
        return trial

    def people(self, feature: str) -> int | None:
        """Return the people of a demand layer, or of one area; None for other layers."""
        layer, plan = self.layer, self.trial
        if layer.id == plan.spec.demand:
            return int(layer.frame["people"].fillna(0).sum())
        if layer.spec.role != "area":
            return None
        member = plan.memberships()[layer.id]
        amounts = plan.layers[plan.spec.demand].frame["people"].fillna(0)
        return int(member.sums(amounts.to_numpy(dtype=np.int64))[member.ids.index(feature)])

    def within(self, theme: str, feature: str) -> int:
        """Return the people within reach of a theme: of all, or of the area that is repaired."""
        found = self.trial.coverage(theme)
        if self.layer.spec.role != "area":
            return found.within_reach
        return int(found.by(self.layer.id).loc[feature, "within_reach"])  # type: ignore[arg-type]  # a whole number


def effect(before: State | None, after: State | None, feature: str, row: int) -> Effect:
    """
    Return what a repair changes.

    Parameters
    ----------
    before, after
        The plan without and with it; None where the layer cannot be read as a whole.
    feature, row
        Which feature is repaired: its id, and where it is in the file.
    """
    if before is None or after is None:
        return Effect()
    area = _area(before, after, row)
    try:
        old, new = before.people(feature), after.people(feature)
        people = None if old is None or new is None else (old, new)
        themes = _themes(before) if _moves(before, after) else []
        reach = {t: (before.within(t, feature), after.within(t, feature)) for t in themes}
    except AlmatyGeoError:  # another layer cannot be read: what it would say is not known
        return Effect(area_m2=area)
    return Effect(area, people, reach)


def shapes_effect(before: shapely.Geometry, after: shapely.Geometry, area: StudyArea) -> Effect:
    """Return what a repair changes of an outline, where nothing else can be told."""
    old, new = shapely.area(area.to_metres([before, after])).tolist()
    return Effect(area_m2=(round(old, 1), round(new, 1)))


def _area(before: State, after: State, row: int) -> Change | None:
    if before.layer.spec.geometry != "Polygon":
        return None
    shapes = [state.layer.frame.geometry.iloc[row] for state in (before, after)]
    return shapes_effect(shapes[0], shapes[1], before.area).area_m2


def _moves(before: State, after: State) -> bool:
    """Return whether coverage may change: new outlines change it only if they hold others."""
    name = before.layer.id
    if before.layer.spec.role != "area":
        return True
    old, new = (state.trial.memberships()[name].of for state in (before, after))
    return not np.array_equal(old, new)


def _themes(state: State) -> list[str]:
    """Return the themes with a norm for reach that a layer is part of."""
    plan, spec = state.trial, state.layer.spec
    if spec.role not in {"demand", "facility", "area"}:
        return []
    normed = [t for t in plan.themes if t in plan.norms and plan.norms[t].reach is not None]
    return [t for t in normed if spec.role != "facility" or t == spec.theme]
