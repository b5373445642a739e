"""Proof by branching: a site is taken, or it is not, and prices bound both halves."""

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from almaty_geo.siting.prices import SAFETY, Pricing
from almaty_geo.siting.question import Best, Choice, Floats

STEPS = 40
SHORTEST = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """A part of all sets, with what is known of it."""

    bound: float
    """No set of it saves more."""

    choice: Choice
    """What its sets have in common."""

    prices: Floats
    """Prices that prove the bound, shape (m,)."""

    pick: int
    """Candidate to branch on: the one that prices leave most in doubt."""


class Tree:
    """
    All sets of sites, halved again and again, the half with the highest bound first.

    Parameters
    ----------
    best
        Best set known; better ones are put there.
    root
        All sets.
    """

    def __init__(self, best: Best, root: Half) -> None:
        self.best = best
        self.halves = [(-root.bound, 0, root)]
        self.made = 0

    @property
    def bound(self) -> float:
        """What no set can exceed."""
        return max(-self.halves[0][0], self.best.value) if self.halves else self.best.value

    @property
    def proven(self) -> bool:
        """Whether no set is better than the best known."""
        return self.bound < self.best.target - SAFETY * self.best.slack

    def grow(self, *, halves: int, until_s: float) -> None:
        """Halve until proven, so many halves are made, or ``time.monotonic`` passes a moment."""
        last = self.made + halves
        while not self.proven and self.made < last and time.monotonic() < until_s:
            _, _, half = heapq.heappop(self.halves)
            for choice in _split(half):
                self.made += 1
                child = bounded(self.best, choice, half.prices, within=half.bound)
                if child is not None:
                    heapq.heappush(self.halves, (-child.bound, self.made, child))


def bounded(best: Best, choice: Choice, prices: Floats, *, within: float) -> Half | None:
    """Return a part of all sets with its bound; None where no set of it can be better."""
    pricing = Pricing(best.question, best.count, choice, prices)
    pricing.run(best.target, best.slack, steps=STEPS, shortest=SHORTEST)
    if pricing.bound < best.target - SAFETY * best.slack:
        return None
    if pricing.settled:
        take(best, pricing)
        return None
    return half_of(pricing, within)


def half_of(pricing: Pricing, within: float = np.inf) -> Half:
    """Return what a pricing leaves open; its bound is no worse than that of the whole."""
    doubt = np.abs(pricing.held[pricing.free] - 0.5)
    pick = int(pricing.free[np.argmin(doubt)])
    choice = Choice(pricing.kept, pricing.free)
    return Half(min(pricing.bound, within), choice, pricing.best_prices, pick)


def take(best: Best, pricing: Pricing) -> None:
    """Offer the one set that a settled pricing leaves, if it leaves one."""
    if pricing.spare == 0:
        best.offer(pricing.kept.tolist())
    elif pricing.spare == len(pricing.free):
        best.offer([*pricing.kept.tolist(), *pricing.free.tolist()])


def _split(half: Half) -> Iterator[Choice]:
    """Yield the sets that hold the doubtful candidate, and those that do not."""
    rest = half.choice.free[half.choice.free != half.pick]
    yield Choice(np.append(half.choice.kept, half.pick), rest)
    yield Choice(half.choice.kept, rest)
