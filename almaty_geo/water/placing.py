"""Where an intake that nobody has placed would serve those who live farthest from others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UsageError
from almaty_geo.water.serving import NO_WAY, Whole

FARTHEST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Unserved:
    """People whom no intake with a place serves, in n blocks."""

    people: Whole
    """How many in each block, shape (n,)."""

    nearest_mm: Whole
    """What the nearest other intake would cost, shape (n,); `NO_WAY` where there is none."""

    wanted: NDArray[np.bool_]
    """Which blocks lie in the area that the intake is for, shape (n,)."""

    rank: Whole
    """Place of each block in the order of ids, shape (n,)."""


def best_place(left: Unserved, cost_mm: Whole, capacity: int) -> int:
    """
    Return which candidate serves most of those who live farthest from other intakes.

    The people of the area are taken from the farthest on, as many as the intake is enough for.
    Each candidate is filled with people from the nearest on, wherever they live. The candidate
    counts that serves most of the farthest; of equal ones that with the least way in sum, then
    the first.

    Parameters
    ----------
    left
        People of n blocks.
    cost_mm
        What joining each block to each of c candidates costs, shape (n, c).
    capacity
        People that the intake is enough for.

    Returns
    -------
    position
        Of the candidate, 0 to c − 1.

    Raises
    ------
    UsageError
        If there is no candidate.
    """
    if not cost_mm.shape[1]:
        raise UsageError("An intake needs a block with people in its area to be placed at.")
    far = farthest(left, capacity)
    order = np.argsort(left.rank)
    cost = np.where(cost_mm == NO_WAY, FARTHEST, cost_mm)[order]
    nearest = np.argsort(cost, axis=0, kind="stable")
    sorted_cost = np.take_along_axis(cost, nearest, axis=0)
    people = np.where(sorted_cost == FARTHEST, 0, left.people[order][nearest])
    taken = _filled(people, capacity)
    hit = np.minimum(taken, far[order][nearest]).sum(axis=0)
    way = (taken * sorted_cost).sum(axis=0)
    return int(np.lexsort((np.arange(len(hit)), way, -hit))[0])


def farthest(left: Unserved, capacity: int) -> Whole:
    """Return the people of the area who live farthest from other intakes, shape (n,)."""
    cost = np.where(left.nearest_mm == NO_WAY, FARTHEST, left.nearest_mm)
    order = np.lexsort((left.rank, -cost))
    people = np.where(left.wanted, left.people, 0)[order]
    found = np.zeros(len(people), dtype=np.int64)
    found[order] = _filled(people[:, None], capacity)[:, 0]
    return found


def _filled(people: Whole, capacity: int) -> Whole:
    """Return the people of each row who fit into a capacity, the first rows first."""
    upto = np.minimum(people.cumsum(axis=0), capacity)
    taken: Whole = np.diff(upto, axis=0, prepend=0)
    return taken
