"""What each of several changes brings, whatever the order in which they come (Shapley 1953)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import factorial

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Value = Callable[[int], Whole]
EXACT = 8
"""Up to so many changes, all their subsets are reckoned."""
ORDERS = 120
"""Above it, so many random orders are, each there and back."""
SEED = 1953


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What each of p changes brings to each of k areas."""

    share: Whole
    """In whole numbers whose sum over the changes is the whole difference, shape (p, k)."""

    alone: Whole
    """What each brings if it comes alone, shape (p, k)."""

    last: Whole
    """What each brings if it comes after all others, shape (p, k)."""

    orders: int
    """How many orders the shares are the mean of; 0 where of all."""


def shapley(value: Value, parts: int, *, exact: int = EXACT, orders: int = ORDERS) -> Shares:
    r"""
    Share a difference among the changes that make it.

    .. math:: \phi_p = \sum_{S \not\ni p} \frac{|S|!\,(n - |S| - 1)!}{n!} (v(S + p) - v(S))

    the mean, over all orders in which the changes can come, of what change p adds as it comes
    (L. S. Shapley, A value for n-person games, 1953). It does not depend on any order, and sums to
    the whole difference.

    Parameters
    ----------
    value
        What a set of changes comes to, shape (k,); the set as a number whose bit p stands for
        change p.
    parts
        How many changes there are.
    exact
        Up to so many, all subsets are reckoned; above it, random orders from a fixed seed.
    orders
        How many of those; each is also taken backwards.

    Returns
    -------
    shares
        Whole numbers by the largest remainder.
    """
    reckoned = cache(value)
    every = (1 << parts) - 1
    none, everything = reckoned(0), reckoned(every)
    if not parts:
        empty = np.empty((0, len(none)), dtype=np.int64)
        return Shares(empty, empty, empty, 0)
    alone = np.stack([reckoned(1 << p) - none for p in range(parts)])
    last = np.stack([everything - reckoned(every ^ (1 << p)) for p in range(parts)])
    if parts <= exact:
        return Shares(_rounded(*_exact(reckoned, parts)), alone, last, 0)
    return Shares(_rounded(*_sampled(reckoned, parts, orders)), alone, last, 2 * orders)


def _exact(value: Value, parts: int) -> tuple[Whole, int]:
    """Return each share times n!, in whole numbers, and n!."""
    sums = np.zeros((parts, len(value(0))), dtype=np.int64)
    for subset in range(1 << parts):
        size = subset.bit_count()
        for part in range(parts):
            if not subset >> part & 1:
                weight = factorial(size) * factorial(parts - size - 1)
                sums[part] += weight * (value(subset | 1 << part) - value(subset))
    return sums, factorial(parts)


def _sampled(value: Value, parts: int, orders: int) -> tuple[Whole, int]:
    """Return each share times the number of orders, in whole numbers, and that number."""
    random = np.random.default_rng(SEED)
    sums = np.zeros((parts, len(value(0))), dtype=np.int64)
    for _ in range(orders):
        order = random.permutation(parts).tolist()
        for sequence in (order, order[::-1]):
            subset = 0
            for part in sequence:
                sums[part] += value(subset | 1 << part) - value(subset)
                subset |= 1 << part
    return sums, 2 * orders


def _rounded(sums: Whole, divisor: int) -> Whole:
    """
    Divide, in whole numbers by the largest remainder; the first change among equals.

    Gains and losses are rounded alike: what turns every sign turns every share.
    """
    share = np.sign(sums) * (np.abs(sums) // divisor)
    rest = sums - share * divisor
    missing = rest.sum(axis=0) // divisor
    side = np.where(missing < 0, -1, 1)
    rank = np.argsort(np.argsort(-rest * side, axis=0, kind="stable"), axis=0)
    rounded: Whole = share + side * (rank < np.abs(missing))
    return rounded
