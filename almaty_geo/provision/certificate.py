r"""
The proof that no other assignment is better: prices of seats.

Give each school j a price :math:`v_j \ge 0`. A pupil of block i then costs at least
:math:`y_i = \min(C_i, \min_j c_{ij} + v_j)`, c the cost of a pair and C that of no seat, so any
assignment costs at least :math:`\sum_i a_i y_i - \sum_j b_j v_j` (a pupils, b seats: the weak
duality of the transportation problem). An assignment that costs exactly that is optimal, whoever
found it. The minimum runs over every pair of the instance, not only those a solver was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.provision.instance import Instance, Pricing, Whole, sums

FAR = np.int64(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """The assignments that are optimal so far; at first, all."""

    pair: NDArray[np.bool_]
    """Which pairs may be used, shape (p,)."""

    miss: NDArray[np.bool_]
    """Which blocks may leave pupils without a seat, shape (n,)."""

    full: NDArray[np.bool_]
    """Which schools must be full, shape (m,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """What one pupil costs."""

    pair: Whole
    """On each pair, shape (p,)."""

    miss: Whole
    """Without a seat, in each block, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What prices prove of an assignment."""

    primal: int
    """What it costs."""

    dual: int
    """What any assignment costs at least."""

    face: Face
    """The optimal assignments, if primal and dual are the same."""

    @property
    def gap(self) -> float:
        """How much cheaper another may be, as a part of the cost; 0 only where it is proven."""
        if self.primal == self.dual:
            return 0.0
        return abs(self.primal - self.dual) / max(abs(self.primal), 1)


def whole_face(instance: Instance) -> Face:
    """Return the face of all assignments."""
    return Face(
        np.ones(len(instance.origin), dtype=bool),
        np.ones(instance.blocks, dtype=bool),
        np.zeros(instance.schools, dtype=bool),
    )


def is_possible(instance: Instance, flow: Whole) -> bool:
    """Return whether a flow (p,) seats nobody twice, nobody below 0, and no school overfull."""
    if flow.shape != instance.way.shape or (flow < 0).any():
        return False
    out = sums(instance.origin, flow, instance.blocks)
    load = sums(instance.destination, flow, instance.schools)
    return bool((out <= instance.pupils).all() and (load <= instance.seats).all())


def prices(
    instance: Instance, cost: Cost, face: Face, flow: Whole, among: NDArray[np.intp]
) -> Whole:
    """
    Return prices that fit an assignment, by Bellman–Ford on the residual graph of schools.

    An edge from school q to school r weighs what it costs to move the pupil for whom that is
    cheapest; "no seat" is a school more, of price 0, which spare seats lead to.

    Parameters
    ----------
    instance, cost, face
        The problem, what a pupil costs, and what is allowed.
    flow
        Pupils of each pair, shape (p,).
    among
        The pairs to look at, positions.

    Returns
    -------
    price
        Shape (m,). They prove the flow optimal among the pairs looked at if it is so.
    """
    none = instance.schools
    weight = _weights(instance, cost, face, flow, among)
    spare = sums(instance.destination, flow, none) < instance.seats
    weight[:none, none][spare] = np.minimum(weight[:none, none][spare], 0)
    weight[none, :none][~face.full] = np.minimum(weight[none, :none][~face.full], 0)
    reached = np.zeros(none + 1, dtype=np.int64)
    for _ in range(none + 2):
        shorter = np.minimum(reached, (reached[:, None] + weight).min(axis=0))
        if np.array_equal(shorter, reached):
            break
        reached = shorter
    price = reached[none] - reached[:none]
    kept: Whole = np.where(face.full, price, np.maximum(price, 0))
    return kept


def judged(instance: Instance, cost: Cost, face: Face, flow: Whole, price: Whole) -> Verdict:
    """
    Return what prices prove of an assignment, over every pair that the face allows.

    Parameters
    ----------
    instance, cost, face
        The problem, what a pupil costs, and what is allowed.
    flow
        Pupils of each pair, shape (p,).
    price
        Price of a seat of each school, shape (m,).

    Returns
    -------
    verdict
        Cost, bound, and the face of the assignments that cost the same.
    """
    value = cost.pair + price[instance.destination]
    least = np.where(face.miss, cost.miss, FAR)
    np.minimum.at(least, instance.origin[face.pair], value[face.pair])
    least = np.where(least == FAR, 0, least)
    missed = instance.pupils - sums(instance.origin, flow, instance.blocks)
    return Verdict(
        primal=_total(cost.pair, flow) + _total(cost.miss, missed),
        dual=_total(least, instance.pupils) - _total(price, instance.seats),
        face=Face(
            pair=face.pair & (value == least[instance.origin]),
            miss=face.miss & (least == cost.miss),
            full=face.full | (price > 0),
        ),
    )


def proven(
    instance: Instance, costs: Sequence[Cost], flow: Whole, pricings: Sequence[Pricing]
) -> bool:
    """
    Check a certificate from scratch: trusts neither the solver nor the assignment.

    Parameters
    ----------
    instance
        The problem.
    costs
        Each stage of the objective, the weightiest first.
    flow
        Pupils of each pair, shape (p,).
    pricings
        Prices for each stage.

    Returns
    -------
    proven
        Whether the assignment is possible and, stage by stage, costs what any must at least.
    """
    if not is_possible(instance, flow) or len(costs) != len(pricings):
        return False
    face = whole_face(instance)
    for cost, pricing in zip(costs, pricings, strict=True):
        if (pricing.price[~face.full] < 0).any():
            return False
        verdict = judged(instance, cost, face, flow, pricing.price)
        if verdict.primal != verdict.dual:
            return False
        face = verdict.face
    return True


def _weights(
    instance: Instance, cost: Cost, face: Face, flow: Whole, among: NDArray[np.intp]
) -> Whole:
    """Return the cheapest move from each school to each other, "no seat" last, (m + 1, m + 1)."""
    none, misses = instance.schools, np.flatnonzero(face.miss)
    missed = instance.pupils - sums(instance.origin, flow, instance.blocks)
    origin = np.concatenate([instance.origin[among], misses])
    to = np.concatenate([instance.destination[among], np.full(len(misses), none)])
    each = np.concatenate([cost.pair[among], cost.miss[misses]])
    used = np.concatenate([flow[among] > 0, missed[misses] > 0])
    order = np.argsort(origin, kind="stable")
    origin, to, each, used = origin[order], to[order], each[order], used[order]
    start = np.searchsorted(origin, np.arange(instance.blocks + 1))
    from_ = np.flatnonzero(used)
    number = (start[1:] - start[:-1])[origin[from_]]
    here = np.repeat(from_, number)
    there = np.arange(len(here)) + np.repeat(
        start[origin[from_]] - np.cumsum(number) + number, number
    )
    weight = np.full((none + 1) ** 2, FAR, dtype=np.int64)
    np.minimum.at(weight, to[here] * (none + 1) + to[there], each[there] - each[here])
    return weight.reshape(none + 1, none + 1)


def _total(each: Whole, amounts: Whole) -> int:
    """Return the sum of products, in whole numbers of any size."""
    some = np.flatnonzero(amounts)
    pairs = zip(each[some].tolist(), amounts[some].tolist(), strict=True)
    return sum(one * number for one, number in pairs)
