"""Both sides of a question: people who travel from somewhere, and where they travel to."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from almaty_geo.travel.across import across
from almaty_geo.travel.joining import Joined, along_edge, leg_cost
from almaty_geo.travel.kernels import (
    UNREACHED,
    Few,
    Graph,
    Lists,
    by_column,
    lists,
    merge_ranked,
    nearest_few_of_nodes,
    nearest_of_nodes,
    sort_rows,
    within,
)
from almaty_geo.travel.reach import Unit
from almaty_geo.travel.snapping import MM, Snapped
from almaty_geo.travel.ways import MS_PER_MIN


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Places of one side."""

    xy_m: NDArray[np.float64]
    """Easting and northing in metres, shape (p, 2)."""

    snapped: Snapped
    """Where they join the streets."""

    joined: Joined
    """How they hang on the graph."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.xy_m)

    def only(self, rows: NDArray[np.intp]) -> "Side":
        """Return some of the places."""
        return Side(self.xy_m[rows], self.snapped.only(rows), self.joined.only(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """What is nearest; a key is the cost times 2 ** shift, plus the position of a destination."""

    of_nodes: NDArray[np.int64]
    """Key of each node of the graph, shape (n,); `UNREACHED` for none."""

    best: NDArray[np.int64]
    """Key of each origin, shape (p,); `UNREACHED` for none."""

    shift: int
    """Bits of the position."""


@dataclass(frozen=True, eq=False)
class Sides:
    """Origins and destinations on one graph."""

    graph: Graph
    """The network as one mode travels it."""

    unit: Unit
    """Metres or minutes."""

    leg_m_per_min: float
    """How fast people walk off the streets."""

    origins: Side
    """People travel from these."""

    destinations: Side
    """People travel to these."""

    @cached_property
    def beside(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
        """Pairs that need no node between, along one edge or across one block, and their cost."""
        origins, destinations = self.origins, self.destinations
        one, other, cost = along_edge(origins.joined, destinations.joined, self.graph)
        near, to, straight_mm = across(
            origins.snapped, origins.xy_m, destinations.snapped, destinations.xy_m
        )
        straight = leg_cost(straight_mm, unit=self.unit, m_per_min=self.leg_m_per_min)
        return (
            np.concatenate([one, near]),
            np.concatenate([other, to]),
            np.concatenate([cost, straight]),
        )

    @property
    def shift(self) -> int:
        """Bits that hold the position of a destination."""
        return max(len(self.destinations).bit_length(), 1)

    def nearest(self) -> Nearness:
        """Find the nearest destination of each origin."""
        there, here, shift = self.destinations.joined, self.origins.joined, self.shift
        key = nearest_of_nodes(self.graph.arriving, there.node, there.cost, shift=shift)
        if not len(key):
            return Nearness(key, np.full(len(self.origins), UNREACHED), shift)
        known = (here.node >= 0) & (key[here.node] < UNREACHED)
        best = np.where(known, key[here.node] + (here.cost << shift), UNREACHED).min(axis=1)
        one, other, cost = self.beside
        np.minimum.at(best, one, (cost << shift) + other)
        return Nearness(key, best, shift)

    def ranked(self, k: int) -> NDArray[np.int64]:
        """Return the keys of each origin's k nearest destinations, ascending, shape (n, k)."""
        there, here, shift = self.destinations.joined, self.origins.joined, self.shift
        key = nearest_few_of_nodes(self.graph.arriving, there.node, there.cost, k=k, shift=shift)
        best = np.full((len(self.origins), k), UNREACHED, dtype=np.int64)
        one, other, cost = self.beside
        beside = lists(one.astype(np.int64), other.astype(np.int32), cost, len(self.origins))
        merge_ranked(key, here.node, here.cost, beside, best, shift)
        return best

    @cached_property
    def _hanging(self) -> tuple[Lists, Lists]:
        """Origins by the node that they leave by, and by the destination that they stand beside."""
        one, other, cost = self.beside
        return (
            self.origins.joined.by_node(len(self.graph.rank)),
            lists(other.astype(np.int64), one.astype(np.int32), cost, len(self.destinations)),
        )

    def origins_within(
        self, limit: int, *, start: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """
        Find the origins within reach of some of the destinations.

        Parameters
        ----------
        limit
            Most that a pair may cost, in millimetres or milliseconds.
        start, stop
            Destinations from one position up to another.

        Returns
        -------
        first
            Where the origins of each of these destinations start, and where the last ones end.
        origin, cost
            Of each pair.
        """
        many, beside = self._hanging
        joined = self.destinations.joined
        few = Few(
            joined.node[start:stop],
            joined.cost[start:stop],
            Lists(beside.first[start : stop + 1], beside.place, beside.cost),
        )
        return within(self.graph.arriving, few, many, places=len(self.origins), limit=limit)

    def within(self, limit: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """
        Find every pair within reach, by searches from the side with fewer places.

        Parameters
        ----------
        limit
            Most that a pair may cost, in millimetres or milliseconds.

        Returns
        -------
        first
            Where the pairs of each origin start, one more than there are origins.
        destination, cost
            Of each pair; sorted by origin, cost and destination.
        """
        bits = self.shift
        if len(self.origins) < len(self.destinations):
            first, place, cost = self._destinations_within(limit)
            key = (cost << bits) + place
        else:
            first, place, cost = self.origins_within(limit, start=0, stop=len(self.destinations))
            first, key = _turned(first, place, cost, places=len(self.origins), bits=bits)
        sort_rows(first, key)
        return first, key & ((1 << bits) - 1), key >> bits

    def _destinations_within(
        self, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Return the destinations within reach of each origin."""
        one, other, cost = self.beside
        joined = self.origins.joined
        beside = lists(one.astype(np.int64), other.astype(np.int32), cost, len(self.origins))
        return within(
            self.graph.leaving,
            Few(joined.node, joined.cost, beside),
            self.destinations.joined.by_node(len(self.graph.rank)),
            places=len(self.destinations),
            limit=limit,
        )


def per_unit(unit: Unit) -> int:
    """Return how many millimetres or milliseconds make one metre or minute."""
    return MM if unit == "m" else MS_PER_MIN


def _turned(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    cost: NDArray[np.int64],
    *,
    places: int,
    bits: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows by place, of keys that hold the cost and the row it came from."""
    row = np.repeat(np.arange(len(first) - 1, dtype=np.int64), np.diff(first))
    turned_first = np.zeros(places + 1, dtype=np.int64)
    np.cumsum(np.bincount(place, minlength=places), out=turned_first[1:])
    turned = np.empty(len(place), dtype=np.int64)
    by_column(place, (cost << bits) + row, turned_first[:-1].copy(), turned)
    return turned_first, turned
