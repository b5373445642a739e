"""Put places on streets: the nearest point of an edge that the mode may travel."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from almaty_geo.streets.network import NEITHER, Mode, Network
from almaty_geo.travel.kernels.segments import Bins, bins, nearest_segments

HAIR_MM = 1e-3
"""What floating point may add to a length: a micrometre."""

MM = 1000
GRAIN = 2**24
"""Parts of a metre that segments are measured in: sums of up to 500,000 km of them are exact."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """
    Where each of n places joins the streets.

    The point is a whole number of millimetres along its edge, so that a way is never shorter than
    the straight line: the rounding is in the distance off the street.
    """

    edge: NDArray[np.intp]
    """Position of the edge, shape (n,); -1 where a place joins none."""

    along_mm: NDArray[np.int64]
    """From the first end of the edge, shape (n,)."""

    rest_mm: NDArray[np.int64]
    """To its second end, shape (n,); both together are the edge's length."""

    off_mm: NDArray[np.int64]
    """Straight from the place to the point, rounded up, shape (n,); 0 where there is none."""

    point_m: NDArray[np.float64]
    """The point in the metric plane, shape (n, 2); NaN where there is none."""

    located: NDArray[np.bool_]
    """Whether the place has coordinates, shape (n,)."""

    def only(self, rows: NDArray[np.intp]) -> "Snapped":
        """Return some of the places."""
        return Snapped(
            self.edge[rows],
            self.along_mm[rows],
            self.rest_mm[rows],
            self.off_mm[rows],
            self.point_m[rows],
            self.located[rows],
        )

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether each place joins a street, shape (n,)."""
        return self.edge >= 0

    @property
    def summary(self) -> "SnapSummary":
        """How far the places lie off the streets."""
        off_m = np.sort(self.off_mm[self.joined]) / MM
        tenths = np.quantile(off_m, [0.5, 0.9, 0.99, 1]) if len(off_m) else np.full(4, np.nan)
        median, ninth, hundredth, most = (float(value) for value in tenths)
        return SnapSummary(
            joined=int(self.joined.sum()),
            beyond=int((self.located & ~self.joined).sum()),
            unlocated=int((~self.located).sum()),
            median_m=median,
            p90_m=ninth,
            p99_m=hundredth,
            most_m=most,
        )


@dataclass(frozen=True, slots=True)
class SnapSummary:
    """How far places lie off the streets that they join."""

    joined: int
    """Places that join a street."""

    beyond: int
    """Places with no street as near as the cap: no way leads to them."""

    unlocated: int
    """Places without coordinates."""

    median_m: float
    """Half of those joined lie at most this far off; NaN where none is."""

    p90_m: float
    """Nine of ten."""

    p99_m: float
    """Ninety-nine of a hundred."""

    most_m: float
    """The farthest."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapper:
    """The edges that places may join, ready to be searched."""

    network: Network
    """Streets."""

    edges: NDArray[np.intp]
    """Positions of the edges, ascending."""

    bins: Bins | None
    """The straight segments of their courses; None where there are none."""

    start_m: NDArray[np.float64]
    """How far along its course each segment starts, shape (s,)."""

    mm_per_m: NDArray[np.float64]
    """Millimetres of its edge for a metre of its course, shape (s,); about a thousand."""

    extent_m: NDArray[np.float64]
    """South-west and north-east corner of all courses, shape (2, 2)."""

    cap_m: float
    """Farthest that a place may lie off a street."""

    def snap(self, places_m: NDArray[np.float64]) -> Snapped:
        """
        Put places on streets.

        Parameters
        ----------
        places_m
            Easting and northing in metres, shape (n, 2); NaN where unlocated.

        Returns
        -------
        snapped
            Of points equally near, the one that lies farthest west, then farthest south, then on
            the first edge: which of them counts does not hang on the order of edges.
        """
        located = np.asarray(np.isfinite(places_m).all(axis=1))
        found = _nowhere(located)
        if self.bins is None:
            return found
        near = self._near(places_m, located)
        segment = np.empty(len(near), dtype=np.int64)
        point_m = np.ascontiguousarray(places_m[near], dtype=np.float64)
        nearest_segments(self.bins, point_m, self.cap_m + 1 / MM, segment)
        some = segment >= 0
        self._place(found, near[some], point_m[some], (self.bins, segment[some]))
        return found

    def _near(self, places_m: NDArray[np.float64], located: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the positions of places that may have a street as near as the cap."""
        low, high = self.extent_m[0] - self.cap_m - 1, self.extent_m[1] + self.cap_m + 1
        with np.errstate(invalid="ignore"):
            inside = ((places_m >= low) & (places_m <= high)).all(axis=1)
        return np.flatnonzero(located & inside)

    def _place(
        self,
        found: Snapped,
        place: NDArray[np.intp],
        xy_m: NDArray[np.float64],
        nearest: tuple[Bins, NDArray[np.int64]],
    ) -> None:
        """Write down where places join the edges of their nearest segments."""
        held, segment = nearest
        edge = held.edge[segment]
        start, stop = held.segment[segment, :2], held.segment[segment, 2:]
        step = stop - start
        size_m = np.hypot(step[:, 0], step[:, 1])
        square = np.where(size_m > 0, (step**2).sum(axis=1), 1)
        share = (((xy_m - start) * step).sum(axis=1) / square).clip(0, 1)
        length_mm, per_m = self.network.length_mm[edge], self.mm_per_m[segment]
        along_mm = np.rint((self.start_m[segment] + share * size_m) * per_m).astype(np.int64)
        along_mm = along_mm.clip(0, length_mm)
        # The whole millimetre may lie just beyond the segment's end: that much is added.
        exact = (along_mm / per_m - self.start_m[segment]) / np.where(size_m > 0, size_m, 1)
        mark = start + step * exact.clip(0, 1)[:, None]
        over_m = np.abs(exact - exact.clip(0, 1)) * size_m
        off_m = np.linalg.norm(xy_m - mark, axis=1) + over_m
        off_mm = np.ceil(off_m * MM - HAIR_MM).astype(np.int64)
        kept = off_mm <= np.ceil(self.cap_m * MM)
        at = place[kept]
        found.edge[at] = edge[kept]
        found.along_mm[at] = along_mm[kept]
        found.rest_mm[at] = (length_mm - along_mm)[kept]
        found.off_mm[at] = off_mm[kept]
        found.point_m[at] = mark[kept]


def snapper(network: Network, *, mode: Mode, cap_m: float, island_m: float) -> Snapper:
    """
    Return what places are put on.

    Parameters
    ----------
    network
        Streets.
    mode
        Edges that it may not travel are left out.
    cap_m
        Farthest that a place may lie off a street.
    island_m
        Edges of a part of the network with less length than this are left out, unless it is the
        longest part: nobody can get anywhere from there, and people beside it get about by other
        streets.

    Returns
    -------
    snapper
        With its segments in bins.
    """
    edges = np.flatnonzero(_joinable(network, mode=mode, island_m=island_m))
    corner, course = shapely.get_coordinates(network.course[edges], return_index=True)
    within = course[1:] == course[:-1]
    segment = np.concatenate([corner[:-1], corner[1:]], axis=1)[within]
    if not len(segment):
        none = np.empty(0)
        return Snapper(network, edges, None, none, none, np.zeros((2, 2)), cap_m)
    of = course[:-1][within]
    size_m = np.hypot(segment[:, 2] - segment[:, 0], segment[:, 3] - segment[:, 1])
    # Exact sums, so that where a place joins does not hang on which other streets there are.
    size_m = np.rint(size_m * GRAIN) / GRAIN
    before = np.cumsum(size_m) - size_m
    start_m = before - before[np.searchsorted(of, of)]
    course_m = np.bincount(of, size_m, minlength=len(edges))
    per_m = network.length_mm[edges] / np.where(course_m > 0, course_m, 1)
    held = bins(segment, edges[of].astype(np.int64))
    ends = segment.reshape(-1, 2)
    extent_m = np.stack([ends.min(axis=0), ends.max(axis=0)])
    return Snapper(network, edges, held, start_m, per_m[of], extent_m, cap_m)


def _joinable(network: Network, *, mode: Mode, island_m: float) -> NDArray[np.bool_]:
    """Return which edges places may join, shape (m,)."""
    allowed: NDArray[np.bool_] = network.direction(mode) != NEITHER
    tail, head = network.ends[allowed].reshape(-1, 2).T
    nodes = len(network.node_xy_m)
    if not len(tail):
        return allowed
    joins = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(nodes, nodes))
    part = connected_components(joins, directed=False)[1][network.ends[:, 0]]
    length_mm = np.zeros(int(part.max()) + 1, dtype=np.int64)
    np.add.at(length_mm, part[allowed], network.length_mm[allowed])
    enough = (length_mm >= island_m * MM) | (length_mm == length_mm.max())
    enough_each: NDArray[np.bool_] = enough[part]
    return allowed & enough_each


def _nowhere(located: NDArray[np.bool_]) -> Snapped:
    """Return places that join no street yet."""
    n = len(located)
    return Snapped(
        edge=np.full(n, -1, dtype=np.intp),
        along_mm=np.zeros(n, dtype=np.int64),
        rest_mm=np.zeros(n, dtype=np.int64),
        off_mm=np.zeros(n, dtype=np.int64),
        point_m=np.full((n, 2), np.nan),
        located=located,
    )
