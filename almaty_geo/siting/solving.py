"""The best set of sites and how good any set can be: heuristic, prices, then proof if asked."""

import time
from dataclasses import dataclass

import numpy as np

from almaty_geo.siting.answer import Status
from almaty_geo.siting.asking import Search
from almaty_geo.siting.branching import Tree, half_of, take
from almaty_geo.siting.prices import SAFETY, Pricing
from almaty_geo.siting.question import Best, Choice, Floats, Positions, Question

ROUNDS = 60
STEPS = 25
SHORTEST = 0.005
SMALL = 5_000
HALVES = 1_200


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """What is known of a question of the form "which p sites save most"."""

    sites: tuple[int, ...]
    """Best set found, by position; empty if none beats the floor that was set."""

    value: float
    """What it saves, or the floor."""

    bound: float
    """No set saves more; equal to the value if proven."""

    reason: str | None
    """Why it is not proven; None if it is."""

    earned: Floats
    """What each candidate earns at the prices of the first bound, shape (n,)."""

    base: float
    """What those prices earn whatever is chosen; infinite if there was nothing to choose."""

    @property
    def proven(self) -> bool:
        """Whether no set is better."""
        return self.reason is None

    @property
    def status(self) -> Status:
        """The same in a word."""
        return "optimal" if self.proven else "gap"


def solve(
    question: Question,
    count: int,
    search: Search,
    *,
    floor: float | None = None,
    rounds: int = ROUNDS,
) -> Solved:
    """
    Return the set of sites that saves most.

    Parameters
    ----------
    question
        What makes a set worth more, over n candidates.
    count
        How many sites, 1 to n.
    search
        Whether to prove it, and for how long to try.
    floor
        Ask only whether a set saves more than this; None for the best set whatever it saves.
    rounds
        Rounds of pricing at most.

    Returns
    -------
    solved
        With its bound; the same each time, unless the time limit cuts a proof short.
    """
    best = Best(question, count)
    if floor is not None:
        best.value = floor
    every = np.arange(question.height)
    first = question.start(count)
    best.offer(first)
    if count == question.height:
        return Solved(best.sites, best.value, best.value, None, np.zeros(len(every)), np.inf)
    choice = Choice(np.empty(0, dtype=np.intp), every)
    pricing = Pricing(question, count, choice, question.prices(first))
    proven = _price(best, pricing, search, rounds)
    bound, reason = (best.value, None) if proven else _prove(best, pricing, search)
    if question.whole and reason is not None:
        bound = float(np.floor(bound + 1e-6))
        reason = None if bound <= best.value else reason
    bound = max(bound, best.value)
    quote = question.market(np.ones(len(every), dtype=bool)).quote(pricing.best_prices)
    return Solved(best.sites, best.value, bound, reason, quote.earned, quote.base)


def _price(best: Best, pricing: Pricing, search: Search, rounds: int) -> bool:
    """Lower the bound and try the sets that prices suggest; return whether that proves it."""
    tried: set[tuple[int, ...]] = set()
    for _ in range(rounds):
        going = pricing.run(best.target, best.slack, steps=STEPS, shortest=SHORTEST)
        if pricing.bound < best.target - SAFETY * best.slack:
            return True
        if pricing.settled:
            take(best, pricing)
            return True
        suggested = tuple(sorted(pricing.open.tolist()))
        if suggested not in tried:
            tried.add(suggested)
            small, left = _reduced(best, pricing)
            better = small.question.better(np.searchsorted(left, suggested).tolist())
            best.offer(left[better].tolist())
        if not going or pricing.bound - best.value <= search.tolerance * abs(best.value):
            break
    return pricing.bound < best.target - SAFETY * best.slack


def _prove(best: Best, pricing: Pricing, search: Search) -> tuple[float, str | None]:
    """Return the bound that a full search gives and why it is no proof, if it is none."""
    if not search.exact:
        return pricing.bound, "a proof was not asked for"
    if pricing.bound - best.value <= search.tolerance * abs(best.value):
        return pricing.bound, f"within the tolerance of {search.tolerance:g}"
    until_s = time.monotonic() + search.time_limit_s
    small, kept = _reduced(best, pricing)
    bound = _search(small, pricing, kept, until_s)
    if small.sites and small.value > best.value:
        best.offer(sorted(int(kept[site]) for site in small.sites))
    if bound < best.target - SAFETY * best.slack:
        return best.value, None
    return bound, f"the time limit of {search.time_limit_s:g} s was reached"


def _reduced(best: Best, pricing: Pricing) -> tuple[Best, Positions]:
    """Return the question over the candidates that are left, and which those are."""
    left = np.sort(np.concatenate([pricing.kept, pricing.free]))
    return Best(best.question.only(left), best.count, (), best.value), left


def _search(small: Best, pricing: Pricing, left: Positions, until_s: float) -> float:
    """
    Return the bound that solver and branching give together.

    The solver is quick where prices leave little or the sites are many, branching where the sites
    are few; so the small is solved, and the large is branched on for a while, then solved for
    half of the time left, then branched on.
    """
    whole = half_of(pricing)
    kept, free, pick = (
        np.searchsorted(left, each) for each in (whole.choice.kept, whole.choice.free, whole.pick)
    )
    choice = Choice(kept, free)
    found = small.question.programme(choice, small.count)
    bound = whole.bound
    tree = Tree(small, type(whole)(bound, choice, whole.prices, int(pick)))
    if found.size > SMALL:
        tree.grow(halves=HALVES, until_s=until_s)
        bound = tree.bound
    if not tree.proven:
        limit_s = (until_s - time.monotonic()) * (1.0 if found.size <= SMALL else 0.5)
        solved = found.close(small, choice, limit_s=max(limit_s, 0.01))
        bound = min(bound, solved) if solved is not None else bound
    if bound > small.value and not tree.proven:
        tree.grow(halves=np.iinfo(np.int64).max, until_s=until_s)
        bound = min(bound, tree.bound)
    return bound
