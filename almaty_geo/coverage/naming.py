"""What a spot is called: by the nearest street that has a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.names import Name, row_name, rows_of

NEAR_M = 1000
"""How far a street may be and still name a spot."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Lines with names."""

    lines: NDArray[np.object_]
    """Lines in the metric plane, shape (n,)."""

    names: tuple[Name, ...]
    """Name of each."""

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines)

    def nearest(self, xy_m: NDArray[np.float64]) -> tuple[Name | None, ...]:
        """
        Return the name of the nearest street of each spot.

        Parameters
        ----------
        xy_m
            Easting and northing in metres, shape (k, 2).

        Returns
        -------
        names
            None where no named street lies within `NEAR_M`; the first among equally near ones.
        """
        found: list[Name | None] = [None] * len(xy_m)
        if not len(self.lines):
            return tuple(found)
        spots, at = self._tree.query_nearest(shapely.points(xy_m), max_distance=NEAR_M)
        for spot, line in sorted(zip(spots.tolist(), at.tolist(), strict=True), reverse=True):
            found[spot] = self.names[line]
        return tuple(found)


def streets_of(layers: Sequence[Layer], area: StudyArea) -> Streets:
    """
    Return the named lines of layers.

    Parameters
    ----------
    layers
        Layers of lines.
    area
        Gives the metric plane.

    Returns
    -------
    streets
        Rows with a place and a name; none where there are none.
    """
    lines: list[object] = []
    names: list[Name] = []
    for layer in layers:
        columns = [*layer.spec.name_columns, *(["name"] if "name" in layer.frame else [])]
        frame = layer.located
        rows = rows_of(frame, columns)
        for row, line in zip(rows, area.to_metres(frame.geometry), strict=True):
            name = row_name(row, columns)
            if name is not None:
                lines.append(line)
                names.append(name)
    return Streets(np.array(lines, dtype=object), tuple(names))
