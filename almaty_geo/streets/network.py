"""The routable graph that streets become."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UsageError
from almaty_geo.specs import Confidence
from almaty_geo.words import Text

BOTH, FORWARD, BACKWARD, NEITHER = 0, 1, 2, 3
"""How an edge may be travelled, against the direction of its course."""

Mode = Literal["walk", "drive"]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """
    A graph of streets: n nodes and m edges, each edge with its course.

    Every edge has two ends and a length of at least a millimetre. Nodes that no edge joins are
    not kept.
    """

    layer: str
    """Layer that it comes from."""

    node_xy_m: NDArray[np.float64]
    """Easting and northing of nodes in metres, shape (n, 2)."""

    ends: NDArray[np.int32]
    """Nodes at which each edge starts and ends, shape (m, 2)."""

    length_mm: NDArray[np.int64]
    """Whole millimetres of each edge's course, at least 1, shape (m,)."""

    course: NDArray[np.object_]
    """Lines in the metric plane, from the first end to the second, shape (m,)."""

    kind: NDArray[np.object_]
    """Class of each edge, such as "residential", shape (m,)."""

    name: NDArray[np.object_]
    """Name of each edge's street, or "", shape (m,)."""

    walk: NDArray[np.int8]
    """`BOTH` or `NEITHER` on foot, shape (m,)."""

    drive: NDArray[np.int8]
    """`BOTH`, `FORWARD`, `BACKWARD` or `NEITHER` by car, shape (m,)."""

    walk_m_per_min: NDArray[np.float64]
    """Speed on foot on each edge, shape (m,)."""

    drive_m_per_min: NDArray[np.float64]
    """Speed by car on each edge; NaN where the plan has none for its class, shape (m,)."""

    component: NDArray[np.int32]
    """Connected part that each edge belongs to, 0 for the longest, shape (m,)."""

    footpaths: bool
    """Whether the file shows footpaths all over; where not, ways on foot are upper bounds."""

    one_way: bool
    """Whether the file says which streets are one-way; where not, all are taken as two-way."""

    confidence: Confidence
    """How sure the source is."""

    notes: tuple[Text, ...] = ()
    """What the network's layer warns of."""

    def cost(self, mode: Mode, unit: Literal["m", "min"]) -> NDArray[np.int64]:
        """
        Return what each edge costs to travel from end to end.

        Returns
        -------
        cost
            Whole millimetres, or whole milliseconds of at least 1, shape (m,).

        Raises
        ------
        UsageError
            If minutes are asked for and the plan declares no speed for the mode.
        """
        if unit == "m":
            return self.length_mm
        speed = self.walk_m_per_min if mode == "walk" else self.drive_m_per_min
        if np.isnan(speed).any():
            raise UsageError(f"The plan declares no speed for the mode {mode!r}.")
        ms = np.rint(self.length_mm / 1000 / speed * 60_000)
        return np.maximum(ms, 1).astype(np.int64)

    def direction(self, mode: Mode) -> NDArray[np.int8]:
        """Return how each edge may be travelled, shape (m,)."""
        return self.walk if mode == "walk" else self.drive
