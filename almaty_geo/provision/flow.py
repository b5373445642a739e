"""Pupils to seats: a min-cost flow whose every answer carries its own proof."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import DataError, UsageError
from almaty_geo.provision.certificate import (
    Cost,
    Face,
    judged,
    prices,
    whole_face,
)
from almaty_geo.provision.greedy import nearest_first
from almaty_geo.provision.instance import (
    OBJECTIVES,
    Assignment,
    Instance,
    Objective,
    Positions,
    Pricing,
    Whole,
    sums,
)
from almaty_geo.provision.ties import is_alone, settled

NEAR = 24
"""Schools of each block that the solver is given at first; the proof asks all of them."""
TENTHS = 10
"""Parts of a block that "fair" weighs apart."""
CELLS = 2_000_000
"""Pairs looked at in one go."""
LARGEST = 2**62
"""Above this the solver's own products might not fit 64 bits."""


def assign(
    instance: Instance,
    *,
    objective: Objective = "seats-first",
    near: int = NEAR,
    largest: int = LARGEST,
) -> Assignment:
    """
    Give pupils seats.

    * ``seats-first``: as many pupils seated as can be; of such assignments, as many within the
      norm as can be; of those, the least walking in sum.
    * ``least-walk``: as many seated as can be, then the least walking in sum.
    * ``fair``: as many seated as can be; then those without a seat spread over the blocks as
      evenly as can be, so that who lives far is not left out first; then as ``seats-first``.
    * ``nearest-first``: what happens without a plan; see `nearest_first`. It proves nothing.

    Equal optima are told apart by ids, so that the order of rows does not matter: blocks and
    schools that come early by id go together (the largest sum of (n − rank of the block) × (m −
    rank of the school)); should several still remain, the first block by id sends as many as it
    can to the first school by id, then to the second, and so on.

    Parameters
    ----------
    instance
        Pupils, seats, and the pairs within the limit.
    objective
        What is wanted.
    near
        Nearest schools of each block that the solver starts with; others join where prices show
        that they would help. It changes the time, never the answer.
    largest
        Costs above it are solved in stages. It changes the time, never the answer.

    Returns
    -------
    assignment
        The flow, and its proof.

    Raises
    ------
    UsageError
        If there is no such objective.
    """
    if objective not in OBJECTIVES:
        raise UsageError(f"Objective {objective!r} is none of: {', '.join(OBJECTIVES)}.")
    if objective == "nearest-first":
        return Assignment(nearest_first(instance), objective, None)
    if objective == "fair":
        tenths, weight, pair = in_tenths(instance)
        costs = stages(tenths, "seats-first", largest=largest, unfair=weight)
        found = _assigned(tenths, costs, near=near)
        return replace(found, flow=sums(pair, found.flow, len(instance.way)), objective=objective)
    costs = stages(instance, objective, largest=largest)
    return replace(_assigned(instance, costs, near=near), objective=objective)


def stages(
    instance: Instance,
    objective: Objective,
    *,
    largest: int = LARGEST,
    unfair: Whole | None = None,
) -> tuple[Cost, ...]:
    """
    Return what an objective minimises, the weightiest first.

    Aims are folded into one cost where that fits 64 bits. Two assignments differ by simple cycles
    of at most k = min(n, m + 1) moves, so an aim that weighs more than k times the range of all
    below it is never given up for them.

    Parameters
    ----------
    instance
        The problem.
    objective
        "seats-first" or "least-walk".
    largest
        What products inside the solver must not exceed.
    unfair
        How much a pupil of each block without a seat weighs, shape (n,), once as many as can be
        are seated.

    Returns
    -------
    costs
        One or several, each to be minimised among the optima of those before.
    """
    nothing = np.zeros(len(instance.way), dtype=np.int64)
    free = np.zeros(instance.blocks, dtype=np.int64)
    aims = [Cost(nothing, free + 1), Cost(instance.way, free)]
    if objective != "least-walk":
        aims.insert(1, Cost((instance.way > instance.norm).astype(np.int64), free))
    if unfair is not None:
        aims.insert(1, Cost(nothing, unfair))
    folded = [aims[-1]]
    moves = min(instance.blocks, instance.schools + 1)
    room = largest // ((instance.blocks + instance.schools + 2) * (2 * moves + 4))
    for aim in reversed(aims[:-1]):
        below = folded[0]
        weight = moves * _range(below) + 1
        if weight * _range(aim) + _range(below) < room:
            both = Cost(aim.pair * weight + below.pair, aim.miss * weight + below.miss)
            folded[0] = both
        else:
            folded.insert(0, aim)
    return tuple(folded)


def solved(
    instance: Instance, costs: Sequence[Cost], *, near: int = NEAR, face: Face | None = None
) -> tuple[Whole, tuple[Pricing, ...], Face, float]:
    """
    Minimise costs one after the other, each among the optima of those before.

    Parameters
    ----------
    instance
        The problem.
    costs
        The weightiest first.
    near
        See `assign`.
    face
        What is allowed to begin with; everything by default.

    Returns
    -------
    flow, pricings, face, gap
        An optimal flow (p,), prices for each cost, the face of all optima, and 0; or the gap
        proven, where the solver's answer is not optimal.
    """
    face = whole_face(instance) if face is None else face
    flow = np.zeros(len(instance.way), dtype=np.int64)
    found: list[Pricing] = []
    for cost in costs:
        flow, price = _minimised(instance, cost, face, flow, near)
        found.append(Pricing(price))
        verdict = judged(instance, cost, face, flow, price)
        if verdict.gap:
            return flow, tuple(found), face, verdict.gap
        face = verdict.face
    return flow, tuple(found), face, 0.0


def in_tenths(instance: Instance) -> tuple[Instance, Whole, Positions]:
    """
    Split each block into ten parts, of which each left without a seat weighs more than the last.

    The weights make the cost of missing seats convex in the share of a block that misses them, so
    that the least cost spreads them evenly.

    Parameters
    ----------
    instance
        The problem, n blocks and p pairs.

    Returns
    -------
    tenths
        The problem of 10 n parts and 10 p pairs.
    weight
        What a pupil of each part without a seat weighs, 1 to 10, shape (10 n,).
    pair
        The pair that each pair of the split problem comes from, shape (10 p,).
    """
    step = np.arange(TENTHS, dtype=np.int64)
    upto = instance.pupils[:, None] * np.arange(TENTHS + 1, dtype=np.int64) // TENTHS
    part = instance.origin[:, None] * TENTHS + step
    pair = np.repeat(np.arange(len(instance.way)), TENTHS)
    tenths = replace(
        instance,
        pupils=np.diff(upto, axis=1).ravel(),
        origin=part.ravel().astype(np.intp),
        destination=instance.destination[pair],
        way=instance.way[pair],
        origin_rank=(instance.origin_rank[:, None] * TENTHS + step).ravel(),
    )
    return tenths, np.tile(step + 1, instance.blocks), pair


def _assigned(instance: Instance, costs: Sequence[Cost], *, near: int) -> Assignment:
    """Return the assignment that minimises costs in turn, and by ids."""
    flow, pricings, face, gap = solved(instance, costs, near=near)
    if gap:
        return Assignment(flow, "seats-first", gap, pricings)
    flow = _canonical(instance, face, flow, near=near)
    return Assignment(flow, "seats-first", "optimal", pricings)


def _canonical(instance: Instance, face: Face, flow: Whole, *, near: int) -> Whole:
    """Return the one of all optima that the declared rule chooses."""
    if is_alone(instance, face, flow):
        return flow
    blocks, schools = instance.blocks, instance.schools
    nearer = (blocks - instance.origin_rank)[instance.origin]
    affinity = nearer * (schools - instance.destination_rank)[instance.destination]
    tie = Cost(-affinity, np.zeros(blocks, dtype=np.int64))
    flow, price = _minimised(instance, tie, face, flow, near)
    verdict = judged(instance, tie, face, flow, price)
    if verdict.gap:
        raise DataError("Equal optima could not be told apart: the solver gave a wrong answer.")
    return settled(instance, verdict.face, flow)


def _minimised(
    instance: Instance, cost: Cost, face: Face, flow: Whole, near: int
) -> tuple[Whole, Whole]:
    """Return a flow and prices that fit it, over all pairs of the face: near ones first."""
    chosen = _nearest(instance, face, near) | (face.pair & (flow > 0))
    while True:
        among = np.flatnonzero(chosen)
        flow = _min_cost_flow(instance, cost, face, among)
        price = prices(instance, cost, face, flow, among)
        value = cost.pair + price[instance.destination]
        least = np.where(face.miss, cost.miss, np.iinfo(np.int64).max)
        np.minimum.at(least, instance.origin[among], value[among])
        better = face.pair & ~chosen & (value < least[instance.origin])
        if not better.any():
            return flow, price
        chosen |= better


def _nearest(instance: Instance, face: Face, near: int) -> NDArray[np.bool_]:
    """Return which pairs of the face are among the nearest of their block; all of a short list."""
    chosen = face.pair.copy()
    number = np.bincount(instance.origin[face.pair], minlength=instance.blocks)
    crowded = np.flatnonzero(number > near)
    if not len(crowded):
        return chosen
    pairs = np.flatnonzero(face.pair)
    if (np.diff(instance.origin[pairs]) < 0).any():
        pairs = pairs[np.argsort(instance.origin[pairs], kind="stable")]
    start = np.cumsum(number) - number
    for blocks in np.array_split(crowded, -(-int(number[crowded].sum()) // CELLS)):
        step = np.arange(number[blocks].max())
        inside = step < number[blocks, None]
        at = pairs[np.where(inside, start[blocks, None] + step, 0)]
        way = np.where(inside, instance.way[at], LARGEST)
        far = np.argpartition(way, near - 1, axis=1)[:, near:]
        dropped = np.take_along_axis(at, far, axis=1)
        chosen[dropped[np.take_along_axis(inside, far, axis=1)]] = False
    return chosen


def _min_cost_flow(instance: Instance, cost: Cost, face: Face, among: NDArray[np.intp]) -> Whole:
    """
    Return the cheapest flow over some pairs, as OR-Tools finds it.

    A sink takes what schools seat and, at the price of no seat, what blocks may leave over. A
    school that must be full is a sink of its own.
    """
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - heavy to import

    flow = np.zeros(len(instance.way), dtype=np.int64)
    blocks, schools = instance.blocks, instance.schools
    sink = blocks + schools
    missing, open_ = np.flatnonzero(face.miss), np.flatnonzero(~face.full)
    solver = min_cost_flow.SimpleMinCostFlow()
    origin, destination = instance.origin[among], instance.destination[among]
    most = np.minimum(instance.pupils[origin], instance.seats[destination])
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([origin, missing, blocks + open_]).astype(np.int32),
        np.concatenate([blocks + destination, np.full(len(missing) + len(open_), sink)]).astype(
            np.int32
        ),
        np.concatenate([most, instance.pupils[missing], instance.seats[open_]]),
        np.concatenate(
            [
                cost.pair[among],
                cost.miss[missing],
                np.zeros(len(open_), dtype=np.int64),
            ]
        ),
    )
    taken = np.where(face.full, instance.seats, 0)
    supply = np.concatenate([instance.pupils, -taken, [taken.sum() - instance.pupils.sum()]])
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise DataError(f"The solver of flows gave up: {status.name.lower().replace('_', ' ')}.")
    flow[among] = np.asarray(solver.flows(arcs))[: len(among)]
    return flow


def _range(cost: Cost) -> int:
    """Return how much the dearest way to serve a pupil differs from the cheapest."""
    every = np.concatenate([cost.pair, cost.miss, [0]])
    return int(every.max()) - int(every.min())
