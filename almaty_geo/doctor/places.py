"""Doubts about places: outside every area, on a border, in another area than said."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.finding import Finding, Severity, named, rows
from almaty_geo.errors import AlmatyGeoError

OUTLINE_TOLERANCE_M = 15.0
"""How far an outline may be off where its layer does not say: what hand-held surveys reach."""

FAR_M = 5_000.0
"""From here on a place outside is not a matter of where the border runs."""

BORDER_M = 0.05
"""A place this near to two areas is on their border: corners are written to a centimetre."""


def against_areas(layer: Layer, catalogue: Catalogue, area: StudyArea) -> Iterator[Finding]:
    """
    Yield places outside every area, and places in another area than their row says.

    Parameters
    ----------
    layer
        Facilities or demand; any layer with a column that refers to areas is held to that.
    catalogue
        Where the layer of areas is: the one referred to, else the first there is.
    area
        For the metric plane.
    """
    column, areas = _areas_of(layer, catalogue)
    counted = layer.spec.role in {"facility", "demand"}
    if areas is None or areas.id == layer.id or not (counted or column):
        return
    if not len(areas.located) or not len(layer.located):
        return
    check = _Places(layer, areas, area, column)
    outside = np.flatnonzero(~check.inside)
    if counted:
        yield from (check.outside(int(i)) for i in outside)
        if 1 < len(outside) == len(check.ids):
            sentence = f"all {rows(len(outside))} lie outside {areas.id}."
            yield Finding(layer.id, "", "all-outside", "warning", sentence)
    yield from (check.elsewhere(int(i)) for i in check.astray())
    yield from check.on_borders()


class _Places:
    """The located rows of a layer beside the areas they should lie in, in metres."""

    def __init__(self, layer: Layer, areas: Layer, area: StudyArea, column: str) -> None:
        self.layer, self.areas, self.column = layer, areas, column
        self.ids = _ids(layer)
        self.area_ids = np.array([str(i) for i in areas.located["id"]])
        self.shapes = area.to_metres(areas.located.geometry.to_numpy())
        self.points = shapely.point_on_surface(area.to_metres(layer.located.geometry.to_numpy()))
        tree = shapely.STRtree(self.shapes)
        point, owner = tree.query(self.points, predicate="intersects")
        self.own: NDArray[np.int64] = np.full(len(self.points), -1)
        self.own[point[::-1]] = owner[::-1]  # the first of several counts
        self.inside = self.own >= 0
        near, _ = tree.query(self.points, predicate="dwithin", distance=BORDER_M)
        self.shared = np.bincount(near, minlength=len(self.points)) > 1
        self.nearest = tree.nearest(self.points)
        self.stated = self._stated()
        metres = areas.spec.precision.metres
        self.tolerance_m = OUTLINE_TOLERANCE_M if metres is None else metres

    def _stated(self) -> NDArray[np.int64]:
        """Return the index of the area that each row names; -1 where it names none."""
        if not self.column:
            return np.full(len(self.points), -1)
        index = {name: i for i, name in enumerate(self.area_ids.tolist())}
        values = self.layer.located[self.column]
        return np.array([index.get(v, -1) if isinstance(v, str) else -1 for v in values])

    def metres_to(self, areas: NDArray[Any]) -> NDArray[np.float64]:
        """Return the distance from each place to one area; NaN where it is -1."""
        shapes = np.where(areas >= 0, self.shapes[areas], None)
        distance: NDArray[np.float64] = shapely.distance(self.points, shapes)
        return distance

    def astray(self) -> NDArray[np.int64]:
        """Return which places lie in another area than stated, farther than outlines are off."""
        metres = self.metres_to(self.stated)
        return np.flatnonzero(self.inside & (metres > self.tolerance_m))

    def on_borders(self) -> Iterator[Finding]:
        """Yield how many places lie on a border and do not say on which side they count."""
        on = np.flatnonzero(self.shared & (self.stated < 0))
        if len(on):
            ids = [self.ids[i] for i in on]
            said = f"{rows(len(on), len(self.layer))} on a border count in the area whose id comes"
            sentence = f"{said} first: {named(ids)}."
            yield Finding(self.layer.id, "", "on-border", "note", sentence)

    def outside(self, i: int) -> Finding:
        """Return the finding of a place outside every area."""
        metres = float(shapely.distance(self.points[i], self.shapes[self.nearest[i]]))
        near = self.area_ids[self.nearest[i]]
        said = (
            f"{self.ids[i]} lies outside every area of {self.areas.id}, {metres:,.0f} m from {near}"
        )
        if self.stated[i] >= 0 and self.stated[i] != self.nearest[i]:
            said += f"; its {self.column} says {self._far(i)}"
        rule = "far-outside" if metres > FAR_M else "outside"
        return self._finding(i, rule, said, metres)

    def elsewhere(self, i: int) -> Finding:
        """Return the finding of a place in another area than its row says."""
        here = self.area_ids[self.own[i]]
        said = f"{self.ids[i]} lies in {here}; its {self.column} says {self._far(i)}"
        return self._finding(i, "another-area", said, float(self._metres_to_stated(i)))

    def _far(self, i: int) -> str:
        return f"{self.area_ids[self.stated[i]]}, {self._metres_to_stated(i):,.0f} m away"

    def _metres_to_stated(self, i: int) -> float:
        return float(shapely.distance(self.points[i], self.shapes[self.stated[i]]))

    def _finding(self, i: int, rule: str, said: str, metres: float) -> Finding:
        """Return a warning, or a note where the place is not known any better than that."""
        allowed = self.tolerance_m + self._precision_m(i)
        severity: Severity = "warning" if metres > allowed else "note"
        within = f", within the {allowed:,.0f} m to which it is known" if severity == "note" else ""
        return Finding(self.layer.id, self.ids[i], rule, severity, f"{said}{within}.")

    def _precision_m(self, i: int) -> float:
        """Return how well a place is known: by its own row, else by its layer."""
        if "precision_m" in self.layer.located:
            own = self.layer.located["precision_m"].iloc[i]
            if own is not None and own == own:  # noqa: PLR0124 - NaN is unequal to itself
                return float(own)
        return self.layer.spec.precision.metres or 0.0


def _areas_of(layer: Layer, catalogue: Catalogue) -> tuple[str, Layer | None]:
    """Return the column that refers to areas, if there is one, and the layer of areas."""
    roles = catalogue.with_role("area")
    for name, column in layer.spec.columns.items():
        if column.layer in roles:
            return name, _readable(catalogue, str(column.layer))
    return "", _readable(catalogue, roles[0]) if roles else None


def _readable(catalogue: Catalogue, name: str) -> Layer | None:
    """Return a layer, or None if it cannot be read; that is found where it is checked itself."""
    try:
        return catalogue[name]
    except AlmatyGeoError:
        return None


def _ids(layer: Layer) -> list[str]:
    """Return what the located rows are called."""
    located = layer.located
    return [str(name) for name in located.get("id", located.index)]
