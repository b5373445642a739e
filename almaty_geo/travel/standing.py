"""How things stand, and what one place more would change, fast enough to follow a pointer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.travel.kernels import Lists, Room, nearer_nodes, room, untouch
from almaty_geo.travel.sides import Nearness, Side, Sides, per_unit
from almaty_geo.travel.snapping import MM


@dataclass(frozen=True, slots=True, eq=False)
class Nearer:
    """People who come nearer by one place more."""

    origin: NDArray[np.intp]
    """Positions of the origins whose way gets shorter, ascending, shape (p,)."""

    way: NDArray[np.float64]
    """Their way to the new place, in the unit of the reach, shape (p,)."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Origins with the way to their nearest destination, ready for questions of one more."""

    sides: Sides
    """Origins and destinations."""

    nearness: Nearness
    """What is nearest to each node and to each origin."""

    placed: Callable[[NDArray[np.float64]], Side]
    """Puts places, shape (p, 2), on the streets as destinations."""

    costliest: int
    """Most that a place can cost to get to from its nearest nodes."""

    def nearer(self, place_m: tuple[float, float]) -> Nearer:
        """
        Find who comes nearer by one place more.

        Parameters
        ----------
        place_m
            Easting and northing of the new place in metres.

        Returns
        -------
        nearer
            Who gets there sooner than to any place that there is; nobody where the new place has
            no street. Asked about one place at a time: the room for searches is shared.
        """
        place = self.placed(np.array([place_m], dtype=np.float64))
        origin, cost = self._by_streets(place)
        beside, straight = self._beside(place)
        origin, cost = np.concatenate([origin, beside]), np.concatenate([cost, straight])
        order = np.lexsort((cost, origin))
        origin, cost = origin[order], cost[order]
        shorter = cost < self.nearness.best[origin] >> self.nearness.shift
        shorter[1:] &= origin[1:] != origin[:-1]
        return Nearer(origin[shorter], cost[shorter] / per_unit(self.sides.unit))

    def _by_streets(self, place: Side) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return origins whose nodes come nearer, and what each way costs."""
        joined, used = place.joined, self._room
        count = nearer_nodes(
            self.sides.graph.arriving,
            used,
            self.nearness.of_nodes,
            joined.node[0],
            joined.cost[0],
            self.nearness.shift,
        )
        node = used.touched[:count].copy()
        cost = used.best[node]
        untouch(used, count)
        first, origin, leg = self._by_node
        size = first[node + 1] - first[node]
        at = np.arange(int(size.sum())) + np.repeat(first[node] - (np.cumsum(size) - size), size)
        return origin[at].astype(np.intp), np.repeat(cost, size) + leg[at]

    def _beside(self, place: Side) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return origins that get there without a node, and what each way costs."""
        if place.joined.edge[0] < 0:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
        order, edge, joined, tree = self._index
        low, high = np.searchsorted(edge, [place.joined.edge[0], place.joined.edge[0] + 1])
        ball = tree.query_ball_point(place.xy_m[0], self._widest_m) if tree is not None else []
        some = np.unique(np.concatenate([order[low:high], joined[np.asarray(ball, dtype=np.intp)]]))
        one, _, cost = replace(
            self.sides, origins=self.sides.origins.only(some), destinations=place
        ).beside
        return some[one], cost

    @cached_property
    def _room(self) -> Room:
        """Room for one search at a time."""
        return room(self.sides.graph.arriving, costliest=self.costliest)

    @cached_property
    def _by_node(self) -> Lists:
        """Origins by the node that they leave by."""
        return self.sides.origins.joined.by_node(len(self.sides.graph.rank))

    @cached_property
    def _widest_m(self) -> float:
        """How far the origin farthest off its street is off."""
        return float(self.sides.origins.snapped.off_mm.max(initial=0) + 1) / MM

    @cached_property
    def _index(
        self,
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], KDTree | None]:
        """Origins by edge with those edges; and those on a street with a tree of them."""
        edge = self.sides.origins.joined.edge
        order = np.argsort(edge, kind="stable")
        joined = np.flatnonzero(edge >= 0)
        tree = KDTree(self.sides.origins.xy_m[joined]) if len(joined) else None
        return order, edge[order], joined, tree
