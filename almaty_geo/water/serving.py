"""Who is served by which intake: capacity, pipes along streets, and lifting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import DataError
from almaty_geo.provision import Instance, assign, ranks

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

LITRES = 1000
"""Litres in a cubic metre."""

MM = 1000

NO_WAY = -1
"""Cost of a pair that no pipe can join."""


@dataclass(frozen=True, slots=True, eq=False)
class Mains:
    """
    People of n blocks, capacities of m intakes, and what joining each pair costs.

    Raises
    ------
    DataError
        If shapes do not fit each other.
    """

    blocks: tuple[str, ...]
    """Id of each block; of equal answers, the one that early ids are served by counts."""

    intakes: tuple[str, ...]
    """Id of each intake."""

    people: Whole
    """Whole people of each block, shape (n,)."""

    capacity: Whole
    """Whole people that each intake is enough for, shape (m,)."""

    cost_mm: Whole
    """Way, and what lifting weighs, in whole millimetres, shape (n, m); `NO_WAY` for none."""

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        size = (len(self.blocks), len(self.intakes))
        if self.cost_mm.shape != size:
            raise DataError(f"costs of shape {self.cost_mm.shape} do not fit {size}.")
        if (self.people.shape, self.capacity.shape) != ((size[0],), (size[1],)):
            raise DataError("people and capacities must be one for each block and intake.")


def people_for(m3_day: float, *, litres: float) -> int:
    """
    Return how many whole people a capacity is enough for.

    Parameters
    ----------
    m3_day
        Cubic metres a day.
    litres
        Litres per person per day, above 0.

    Examples
    --------
    >>> people_for(15000, litres=230)
    65217
    """
    return int(Fraction(str(m3_day)) * LITRES / Fraction(str(litres)))


def cost_mm(
    way_m: Floats, block_height_m: Floats, intake_height_m: Floats, *, lift_way_m: float
) -> Whole:
    r"""
    Return what joining blocks to intakes costs.

    .. math:: c = d + w \cdot \max(0, h_\text{block} - h_\text{intake})

    Parameters
    ----------
    way_m
        Metres of pipe, shape (n, m); ``inf`` where there is no way.
    block_height_m, intake_height_m
        Metres above one level, shapes (n,) and (m,); NaN where unknown, which lifts nothing.
    lift_way_m
        Metres of way that a metre of lift weighs as much as.

    Returns
    -------
    cost
        Whole millimetres, shape (n, m); `NO_WAY` where there is no way.

    Examples
    --------
    >>> way, low, high = np.array([[100.0]]), np.array([800.0]), np.array([810.0])
    >>> cost_mm(way, high, low, lift_way_m=50).tolist()
    [[600000]]
    >>> cost_mm(way, low, high, lift_way_m=50).tolist()
    [[100000]]
    """
    lift_m = np.nan_to_num(block_height_m[:, None] - intake_height_m[None, :], nan=0.0)
    known = np.isfinite(way_m)
    cost = np.where(known, way_m, 0) + lift_way_m * lift_m.clip(min=0)
    return np.where(known, np.rint(cost * MM), NO_WAY).astype(np.int64)


def assigned(mains: Mains) -> Whole:
    """
    Assign people to intakes.

    As many people as can be are served; of such assignments, the one that costs least in sum.
    Solved as a min-cost flow whose prices prove it.

    Parameters
    ----------
    mains
        The problem of n blocks and m intakes.

    Returns
    -------
    flow
        Whole people of each block that each intake serves, shape (n, m); no intake serves more
        than its capacity, no block has more than its people.
    """
    origin, destination = np.nonzero((mains.cost_mm != NO_WAY) & (mains.people[:, None] > 0))
    way = mains.cost_mm[origin, destination]
    instance = Instance(
        pupils=mains.people,
        seats=mains.capacity,
        origin=origin,
        destination=destination,
        way=way,
        norm=int(way.max(initial=0)),
        origin_rank=ranks(mains.blocks),
        destination_rank=ranks(mains.intakes),
    )
    flow = np.zeros_like(mains.cost_mm)
    flow[origin, destination] = assign(instance, objective="least-walk").flow
    return flow


def around(xy_m: Sequence[float], precision_m: float) -> Floats:
    """
    Return a place and eight around it, as far off as it is uncertain; itself where it is not.

    Parameters
    ----------
    xy_m
        Easting and northing.
    precision_m
        Metres; 0 for a place that is known.

    Returns
    -------
    places_m
        Shape (9, 2), the place itself first; (1, 2) where it is certain.
    """
    here = np.asarray(xy_m, dtype=np.float64)
    if precision_m <= 0:
        return here[None, :]
    angle = np.arange(8) * (np.pi / 4)
    ring = here + precision_m * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.vstack([here[None, :], ring])


class Staying(NamedTuple):
    """An assignment, and what of it holds wherever uncertain intakes truly are."""

    flow: Whole
    """Whole people that each intake serves at the places stated, shape (n, m)."""

    stays: Whole
    """The fewest of them over all places tried, shape (n, m)."""

    always: Whole
    """The fewest of each block whom any intake serves over all places tried, shape (n,)."""


def staying(mains: Mains, moved: Sequence[Whole]) -> Staying:
    """
    Return the assignment, and the people of it who stay wherever an uncertain intake truly is.

    One intake is moved at a time; the others stay where they are stated.

    Parameters
    ----------
    mains
        The problem of n blocks and m intakes, each at the place that is stated.
    moved
        For each intake, its costs from the other places it may be at, shape (n, k); k may be 0.
    """
    flow = assigned(mains)
    stays, always = flow.copy(), flow.sum(axis=1)
    for column, costs in enumerate(moved):
        for other in costs.T:
            tried = mains.cost_mm.copy()
            tried[:, column] = other
            found = assigned(replace(mains, cost_mm=tried))
            stays = np.minimum(stays, found)
            always = np.minimum(always, found.sum(axis=1))
    return Staying(flow, stays, always)
