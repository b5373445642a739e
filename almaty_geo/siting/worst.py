"""The shortest longest way to the nearest of so many sites (p-center)."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from almaty_geo.errors import UsageError
from almaty_geo.siting.answer import Siting
from almaty_geo.siting.asking import (
    DEFAULT,
    Floats,
    Search,
    checked_count,
    checked_distances,
    checked_existing,
    plain_number,
    weights_of,
)
from almaty_geo.siting.gains import gains_of
from almaty_geo.siting.solving import solve

ROUNDS = 24


def worst(
    distance_m: ArrayLike,
    weights: ArrayLike,
    count: int,
    *,
    existing_m: ArrayLike | None = None,
    search: Search = DEFAULT,
) -> Siting:
    """
    Return the sites that bring the farthest people nearest: the worst-off and nobody else.

    Parameters
    ----------
    distance_m
        From each demand point to each candidate, shape (m, n), infinite where there is no way.
    weights
        Whole people at each point, shape (m,); points without people do not count.
    count
        How many sites, 1 to n.
    existing_m
        To the nearest existing facility, shape (m,).
    search
        Whether to prove the answer.

    Returns
    -------
    siting
        Value, bound and gains in metres.

    Raises
    ------
    UsageError
        If the arrays do not fit, the count is none, or somebody has no way to anything.
    """
    table = checked_distances(distance_m)
    count = checked_count(count, table.shape[1])
    lived = weights_of(weights, table.shape[0]).people > 0
    existing = checked_existing(existing_m, table.shape[0])[lived]
    table = np.minimum(table[lived], existing[:, None])
    if np.isinf(table.min(axis=1)).any():
        lost = np.flatnonzero(lived)[np.isinf(table.min(axis=1))][0]
        raise UsageError(f"Demand point {lost} has no way to any candidate nor to what exists.")
    sites, bound, reason = _narrowed(table, existing, count, search)
    order, reached = _ranked(table, existing, sites)
    if np.isinf(reached[-1]):
        raise UsageError(f"No set of {count} was found that everybody has a way to.")
    before = float(existing.max())
    steps = -np.diff([before, *reached])
    value = reached[-1]
    proven = bound >= value
    return Siting(
        objective="worst",
        sites=order,
        gains=tuple(plain_number(s) if np.isfinite(s) else None for s in steps.tolist()),
        value=plain_number(value),
        bound=plain_number(min(bound, value)),
        status="optimal" if proven else "gap",
        reason=None if proven else reason,
        before=plain_number(before) if np.isfinite(before) else None,
        plain=plain_number(value),
    )


def _narrowed(
    table: Floats, existing: Floats, count: int, search: Search
) -> tuple[tuple[int, ...], float, str | None]:
    """
    Return the best sites, the least distance that can not be ruled out, and why it is open.

    The answer is one of the distances; for each, it is asked whether so many sites reach
    everybody within it. Halving finds the least where they do, and the least not ruled out.
    """
    steps = np.unique(table[np.isfinite(table)])
    steps = steps[steps >= table.min(axis=1).max()]
    sites = _far_apart(table, existing, count)
    high = int(np.searchsorted(steps, _radius(table, existing, sites)))
    low, ruled_out, reason = 0, 0, None
    while low < high:
        middle = (low + high) // 2
        found, proven, why = _within(table, existing, count, float(steps[middle]), search)
        if found:
            sites = found
            high = min(middle, int(np.searchsorted(steps, _radius(table, existing, sites))))
        else:
            low = middle + 1
            ruled_out = low if proven else ruled_out
            reason = reason if proven else reason or why
    return sites, float(steps[min(ruled_out, high, len(steps) - 1)]), reason


def _within(
    table: Floats, existing: Floats, count: int, reach_m: float, search: Search
) -> tuple[tuple[int, ...], bool, str | None]:
    """Return so many sites that reach everybody; or none, whether that is proven, why not."""
    open_points = existing > reach_m
    covers = csr_array((table[open_points] <= reach_m).T.astype(np.float64))
    gains = gains_of(covers)
    needed = int(open_points.sum())
    solved = solve(gains, count, search, floor=needed - 1, rounds=ROUNDS)
    return solved.sites, solved.proven, solved.reason


def _far_apart(table: Floats, existing: Floats, count: int) -> tuple[int, ...]:
    """Return sites, each the nearest to whoever is then farthest off (Gonzalez 1985)."""
    best = existing.copy()
    sites: list[int] = []
    for _ in range(count):
        near = table[int(np.argmax(best))].copy()
        near[sites] = np.inf
        sites.append(int(np.argmin(near)))
        best = np.minimum(best, table[:, sites[-1]])
    return tuple(sites)


def _radius(table: Floats, existing: Floats, sites: tuple[int, ...]) -> float:
    """Return the longest way to the nearest of some sites or of what exists."""
    return float(np.minimum(existing, table[:, list(sites)].min(axis=1)).max())


def _ranked(
    table: Floats, existing: Floats, sites: tuple[int, ...]
) -> tuple[tuple[int, ...], list[float]]:
    """Return the sites in the order that shortens the longest way most, with what is reached."""
    best, left = existing, sorted(sites)
    order: list[int] = []
    reached: list[float] = []
    while left:
        after = [np.minimum(best, table[:, site]) for site in left]
        keys = [
            (float(a.max()), float(np.sum(a)), site) for a, site in zip(after, left, strict=True)
        ]
        at = keys.index(min(keys))
        best = after[at]
        order.append(left.pop(at))
        reached.append(keys[at][0])
    return tuple(order), reached
