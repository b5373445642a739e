"""What each candidate would do for each demand point, and sets of sites made ever better."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from almaty_geo.siting.programme import Levels, levels
from almaty_geo.siting.question import Choice, Floats, Positions, Quote, entries_of, summed

REAL_PROOF = 1e-9
"""Relative slack within which two values that are no whole numbers count as equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """
    What n candidates would save at m demand points; of several sites, the best one counts.

    Covering and mean distance are both of this form: a covered point saves its people, a nearer
    site saves its people the metres. So one engine serves both.
    """

    starts: Positions
    """Where the entries of each candidate begin, shape (n + 1,)."""

    points: NDArray[np.int32]
    """Demand point of each entry."""

    amounts: Floats
    """What the entry's candidate saves at its point; above 0."""

    owners: NDArray[np.int32]
    """Candidate of each entry."""

    width: int
    """How many demand points there are, m."""

    whole: bool
    """Whether every amount is a whole number, so that bounds may be rounded."""

    @property
    def height(self) -> int:
        """How many candidates there are, n."""
        return len(self.starts) - 1

    def row(self, site: int) -> Floats:
        """Return what one candidate saves at each point, shape (m,)."""
        full = np.zeros(self.width)
        part = slice(self.starts[site], self.starts[site + 1])
        full[self.points[part]] = self.amounts[part]
        return full

    def slack(self, value: float) -> float:
        """Return how much better than a value a set must be to count as better."""
        return 1.0 if self.whole else REAL_PROOF * max(abs(value), 1.0)

    def worth(self, sites: Sequence[int]) -> float:
        """Return what a set of sites saves in all."""
        return value_of(self, sites)

    def start(self, count: int) -> list[int]:
        """Return a greedy set that no exchange of one site makes better."""
        return improved(self, greedy(self, count))

    def prices(self, sites: Sequence[int]) -> Floats:
        """Return prices a little below what a good set saves, shape (m,)."""
        now = standing(np.array([self.row(site) for site in sites]))
        return np.maximum(now.second, 0.9 * now.most)

    def better(self, sites: Sequence[int]) -> list[int]:
        """Return a set that no exchange of one site makes better."""
        return improved(self, sites)

    def market(self, within: NDArray[np.bool_]) -> "Market":
        """Return what prices make of the candidates that are within the choice, shape (n,)."""
        return Market(self, within)

    def programme(self, choice: Choice, count: int) -> Levels:
        """Return the levels that a choice leaves, for the solver."""
        return levels(self, choice, count - len(choice.kept))

    def neighbours(
        self, sites: Sequence[int], least: float, most: int
    ) -> list[tuple[float, tuple[int, ...]]]:
        """Return the best sets that one exchange leads to and that save so much at least."""
        now = standing(np.array([self.row(site) for site in sites]))
        change = exchanged(self, now)
        change[list(sites)] = -np.inf
        enough = least - float(now.most.sum()) - 0.5 * self.slack(least)
        order = np.argsort(-change, axis=None, kind="stable")[:most]
        found = []
        for at in order[change.flat[order] >= enough]:
            site, place = divmod(int(at), len(sites))
            other = tuple(sorted([*sites[:place], *sites[place + 1 :], site]))
            found.append((value_of(self, other), other))
        return [(value, other) for value, other in found if value >= least]

    def only(self, candidates: Positions) -> "Gains":
        """Return the table of some candidates, numbered anew in the order given."""
        table = self.table()[candidates]
        return gains_of(table, whole=self.whole)

    def table(self) -> csr_array:
        """Return the entries as a sparse array, shape (n, m)."""
        return csr_array((self.amounts, self.points, self.starts), shape=(self.height, self.width))


def gains_of(
    table: Any,  # noqa: ANN401 - any of scipy's sparse classes
    *,
    whole: bool | None = None,
) -> Gains:
    """Return a sparse array (n, m) of amounts as gains; entries of 0 are dropped."""
    tidy = csr_array(table, dtype=np.float64)
    tidy.sum_duplicates()
    tidy.eliminate_zeros()
    if whole is None:
        whole = bool((tidy.data == np.rint(tidy.data)).all())
    height, width = tidy.shape
    owners = np.repeat(np.arange(height, dtype=np.int32), np.diff(tidy.indptr))
    starts, points = tidy.indptr.astype(np.intp), tidy.indices.astype(np.int32)
    return Gains(starts, points, tidy.data, owners, width, whole)


def saved(gains: Gains, sites: Sequence[int]) -> Floats:
    """Return what a set of sites saves at each point, shape (m,)."""
    best = np.zeros(gains.width)
    for site in sites:
        np.maximum(best, gains.row(site), out=best)
    return best


def value_of(gains: Gains, sites: Sequence[int]) -> float:
    """Return what a set of sites saves in all."""
    return float(saved(gains, sites).sum())


def added(gains: Gains, best: Floats) -> Floats:
    """Return what each candidate would add to savings of shape (m,) already made, shape (n,)."""
    more = np.maximum(gains.amounts - best[gains.points], 0.0)
    return summed(gains.owners, more, gains.height)


def greedy(gains: Gains, count: int) -> list[int]:
    """Return as many sites as asked, each the one that then adds most; ties by position."""
    best = np.zeros(gains.width)
    sites: list[int] = []
    for _ in range(count):
        more = added(gains, best)
        more[sites] = -1.0
        sites.append(int(np.argmax(more)))
        np.maximum(best, gains.row(sites[-1]), out=best)
    return sites


def ranked(gains: Gains, sites: Sequence[int]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return a set in the order in which its sites add most, with what each then adds."""
    own = gains.only(np.array(sorted(sites), dtype=np.intp))
    order = greedy(own, len(sites))
    best = np.zeros(gains.width)
    steps = []
    for at in order:
        after = np.maximum(best, own.row(at))
        steps.append(float(after.sum() - best.sum()))
        best = after
    named = sorted(sites)
    return tuple(int(named[at]) for at in order), tuple(steps)


@dataclass(slots=True)
class Standing:
    """Which of p chosen sites serves each point best, and what the second best would save."""

    rows: Floats
    """What each chosen site saves, shape (p, m)."""

    first: NDArray[np.intp]
    """Position among the chosen of the best site, shape (m,)."""

    most: Floats
    """What the best saves, shape (m,)."""

    second: Floats
    """What the second best saves, shape (m,)."""


def standing(rows: Floats) -> Standing:
    """Return who serves whom among the rows (p, m) of the chosen sites."""
    at = np.arange(rows.shape[1])
    first = np.argmax(rows, axis=0)
    most = rows[first, at]
    if len(rows) == 1:
        return Standing(rows, first, most, np.zeros_like(most))
    kept = rows[first, at].copy()
    rows[first, at] = -1.0
    second = rows.max(axis=0)
    rows[first, at] = kept
    return Standing(rows, first, most, second)


def exchanged(gains: Gains, now: Standing) -> Floats:
    """
    Return what each exchange of one site would add, shape (n, p).

    Entry (j, k) is the change when candidate j takes the place of the k-th chosen site: Whitaker's
    fast interchange, over those entries only that beat a point's second best site.
    """
    p = len(now.rows)
    lost = summed(now.first, now.most - now.second, p)
    counts = np.flatnonzero(gains.amounts > now.second[gains.points])
    amounts, points, owners = gains.amounts[counts], gains.points[counts], gains.owners[counts]
    beyond = np.maximum(amounts - now.most[points], 0.0)
    change = summed(owners, beyond, gains.height)[:, None] - lost
    saved_loss = np.minimum(amounts, now.most[points]) - now.second[points]
    at = owners.astype(np.intp) * p + now.first[points]
    change += summed(at, saved_loss, gains.height * p).reshape(-1, p)
    return change


def improved(gains: Gains, sites: Sequence[int], *, fixed: int = 0) -> list[int]:
    """
    Return a set that no exchange of one site makes better.

    Parameters
    ----------
    gains
        What candidates save.
    sites
        Positions to begin with.
    fixed
        How many of the first sites must stay.

    Returns
    -------
    sites
        As many; the best exchange is made first, ties go to the lowest positions.
    """
    chosen = list(sites)
    if not chosen:
        return chosen
    gains = _tight(gains)
    now = standing(np.array([gains.row(site) for site in chosen]))
    while True:
        change = exchanged(gains, now)
        change[chosen] = -np.inf
        change[:, :fixed] = -np.inf
        best = int(np.argmax(change))
        site, place = divmod(best, len(chosen))
        value = float(now.most.sum())
        if change.flat[best] < min(gains.slack(value), 1.0) * 0.5:
            return chosen
        chosen[place] = site
        now.rows[place] = gains.row(site)
        now = standing(now.rows)


def _tight(gains: Gains) -> Gains:
    """Return the same without the points at which nobody saves anything."""
    used = np.bincount(gains.points, minlength=gains.width) > 0
    at = np.cumsum(used, dtype=np.int32) - 1
    return replace(gains, points=at[gains.points], width=int(used.sum()))


class Live(NamedTuple):
    """Entries that earn something, or might at prices a little lower, candidate by candidate."""

    amounts: Floats
    """What the entry's candidate saves at its point."""

    points: Positions
    """Demand point of each."""

    owners: Positions
    """Candidate of each."""

    starts: Positions
    """Where the entries of each candidate begin, shape (n + 1,)."""


class Market:
    """
    What candidates earn at given prices.

    Only entries above a floor below the prices are looked at, most are not; the floor follows
    when a price falls below it, so that what is left out never earns anything.
    """

    def __init__(self, gains: Gains, within: NDArray[np.bool_]) -> None:
        self.gains = gains
        self.scale = np.zeros(gains.width)
        np.maximum.at(self.scale, gains.points, gains.amounts)
        self._within = within[gains.owners]
        self._floor = np.full(gains.width, np.inf)
        self._live = _live(gains, np.zeros_like(self._within))

    def quote(self, prices: Floats) -> Quote:
        """Return what candidates earn at prices (m,)."""
        if (prices < self._floor).any():
            self._refloor(prices)
        live, width = self._live, self.gains.width
        above = np.maximum(live.amounts - prices[live.points], 0.0)

        def pull(sites: Positions) -> Floats:
            at = entries_of(live.starts, sites)
            served = np.bincount(live.points[at[above[at] > 0]], minlength=width)
            return 1.0 - served.astype(np.float64)

        return Quote(float(prices.sum()), summed(live.owners, above, self.gains.height), pull)

    def _refloor(self, prices: Floats) -> None:
        """Look at the entries anew: keep those that are near the prices or above."""
        room = np.maximum(self.scale - prices, 0.05 * self.scale)
        self._floor = np.maximum(prices - 0.3 * room, 0.0)
        above = self.gains.amounts > self._floor[self.gains.points]
        self._live = _live(self.gains, above & self._within)


def _live(gains: Gains, kept: NDArray[np.bool_]) -> Live:
    """Return the entries that are kept, shape (entries,)."""
    owners = gains.owners[kept].astype(np.intp)
    starts = np.searchsorted(owners, np.arange(gains.height + 1))
    return Live(gains.amounts[kept], gains.points[kept].astype(np.intp), owners, starts)
