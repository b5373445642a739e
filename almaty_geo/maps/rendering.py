"""
How a layer is drawn, chosen by what it consists of.

Few shapes are drawn one by one. Many irregular ones are cut into tiles by geojson-vt
(V. Agafonkin, https://github.com/mapbox/geojson-vt), so that a zoom draws only what can be seen.
Cells of a regular grid are kept as rows and columns. All three look the same.
"""

from typing import Any, Literal

import numpy as np
import shapely

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.maps.cells import lattice_of, packed_cells
from almaty_geo.maps.coordinates import packed

Way = Literal["plain", "tiles", "cells"]

MANY = 2_000
"""More lines or outlines than these are cut into tiles."""

LONG = 60_000
"""So are lines and outlines with more positions than these, however few they are."""

LIBRARIES: dict[Way, str] = {"tiles": "geojson-vt"}
"""The vendored package that a way of drawing needs."""


def geometry_data(layer: Layer, area: StudyArea, *, is_area: bool) -> dict[str, Any]:
    """
    Return the places of a layer, in the way that it is to be drawn.

    Parameters
    ----------
    layer
        The layer.
    area
        The ground.
    is_area
        Whether results are split by it: such outlines are few, and are drawn one by one.

    Returns
    -------
    data
        ``way``, and ``places`` (as `packed` has them) or, for cells, ``grid``.
    """
    kind = layer.spec.geometry
    shapes = np.asarray(layer.located.geometry, dtype=object)
    if kind == "Polygon" and not is_area:
        lattice = lattice_of(shapes, area)
        if lattice is not None:
            return {"way": "cells", "grid": packed_cells(lattice, area)}
    many = len(shapes) > MANY or int(shapely.get_num_coordinates(shapes).sum()) > LONG
    way: Way = "tiles" if many and kind != "Point" and not is_area else "plain"
    return {"way": way, "places": packed(shapes, kind)}
