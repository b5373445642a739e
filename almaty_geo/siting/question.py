"""A question of siting as the search sees it: sets of candidates, what they are worth, prices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """What candidates earn at some prices."""

    base: float
    """What is earned whatever is chosen."""

    earned: Floats
    """What each candidate earns, shape (n,); base and the p most bound every set of p."""

    pull: Callable[[Positions], Floats]
    """How the bound of an open set falls as each price falls, shape (m,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is settled of the candidates: those kept, and those still open."""

    kept: Positions
    """Candidates that every better set holds."""

    free: Positions
    """Candidates that a better set may hold or not."""


class Market(Protocol):
    """Says what candidates earn at given prices."""

    scale: Floats
    """How far the price of each point may sensibly move, shape (m,)."""

    def quote(self, prices: Floats) -> Quote:
        """Return what candidates earn at prices (m,), none below 0."""


class Programme(Protocol):
    """What is left of a question, for the solver."""

    @property
    def size(self) -> int:
        """How many entries it has."""

    def close(self, best: "Best", choice: Choice, *, limit_s: float) -> float | None:
        """Search what is left for a better set; return what none can exceed, None if unknown."""


class Question(Protocol):
    """What makes one set of candidates worth more than another."""

    @property
    def height(self) -> int:
        """How many candidates there are, n."""

    @property
    def whole(self) -> bool:
        """Whether the worth of every set is a whole number."""

    def slack(self, value: float) -> float:
        """Return how much better than a value a set must be to count as better."""

    def worth(self, sites: Sequence[int]) -> float:
        """Return what a set is worth."""

    def start(self, count: int) -> list[int]:
        """Return a good set of so many candidates."""

    def prices(self, sites: Sequence[int]) -> Floats:
        """Return prices to begin with, given a good set, shape (m,)."""

    def better(self, sites: Sequence[int]) -> list[int]:
        """Return a set at least as good, found near by."""

    def market(self, within: NDArray[np.bool_]) -> Market:
        """Return what prices make of some candidates, shape (n,)."""

    def programme(self, choice: Choice, count: int) -> Programme:
        """Return what a choice leaves of the sets of so many sites, for the solver."""

    def neighbours(
        self, sites: Sequence[int], least: float, most: int
    ) -> list[tuple[float, tuple[int, ...]]]:
        """Return sets that one exchange leads to, worth so much at least, the best first."""

    def only(self, candidates: Positions) -> Self:
        """Return the question over some candidates, numbered anew in the order given."""


@dataclass(slots=True)
class Best:
    """The best set found so far."""

    question: Question
    """What is sought."""

    count: int
    """How many sites a set has."""

    sites: tuple[int, ...] = ()
    """The set; empty while none beats the value asked for."""

    value: float = -np.inf
    """What it saves, or the value that a set is to beat."""

    @property
    def slack(self) -> float:
        """By how much a set must be better to count."""
        return self.question.slack(self.value if np.isfinite(self.value) else 0.0)

    @property
    def target(self) -> float:
        """Value that a better set reaches at least."""
        return self.value + self.slack

    def offer(self, sites: Sequence[int]) -> bool:
        """Take a set if it is better; return whether it is."""
        value = self.question.worth(sites)
        if value < self.target - 0.5 * self.slack:
            return False
        self.sites, self.value = tuple(int(site) for site in sites), value
        return True


def summed(at: NDArray[np.integer], amounts: NDArray[Any], size: int) -> Floats:
    """Return the sum of the amounts at each of so many positions."""
    return np.bincount(at, weights=amounts, minlength=size).astype(np.float64)


def entries_of(starts: Positions, rows: Positions) -> Positions:
    """Return where the entries of some rows lie, row after row; each row begins at its start."""
    counts = starts[rows + 1] - starts[rows]
    skipped = starts[rows] - (np.cumsum(counts) - counts)
    found: Positions = np.arange(counts.sum()) + np.repeat(skipped, counts)
    return found
