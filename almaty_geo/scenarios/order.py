"""In what order to build, so many a year: greedy with a proven bound, exact where few."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import UsageError

Worth = Callable[[int, int], int]
"""People served by a set of sites (bit j stands for site j) in a year."""
EXACT = 12
"""Up to so many sites, every set of them is reckoned."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to build in which year."""

    years: tuple[int, ...]
    """The years, in order."""

    built: tuple[tuple[int, ...], ...]
    """Sites to build in each year, by position, the one that serves most first."""

    served: tuple[int, ...]
    """People served in each year."""

    before: tuple[int, ...]
    """People who would be served in each year if nothing were built."""

    bound: int
    """No order serves more person-years than this."""

    delay: int
    """Person-years lost if all is built a year later."""

    delays: tuple[int, ...]
    """Person-years lost if one site alone is built a year later, in the order of building."""

    @property
    def value(self) -> int:
        """Person-years served."""
        return sum(self.served)

    @property
    def gap(self) -> float:
        """How far the bound is above the value, as a share of the value; 0 proves it best."""
        return (self.bound - self.value) / max(self.value, 1)

    @property
    def sequence(self) -> tuple[int, ...]:
        """All sites in the order of building."""
        return tuple(site for year in self.built for site in year)


def building_order(
    worth: Worth,
    sites: int,
    *,
    budget: int,
    years: Sequence[int],
    most: Worth | None = None,
    exact: int = EXACT,
) -> Order:
    r"""
    Return the order of building that serves the most person-years.

    .. math:: \max \sum_t w_t(S_t), \quad S_1 \subseteq S_2 \subseteq \dots, \quad
        |S_t \setminus S_{t-1}| \le N

    Up to `EXACT` sites this is solved exactly, over all sets. Above, sites are taken one by one,
    the one that serves most first, then exchanged as long as that helps. The bound follows from
    diminishing returns (Nemhauser, Wolsey and Fisher 1978): no set of k sites serves more than any
    set S does together with the k sites that add most to it.

    Parameters
    ----------
    worth
        People served by a set of sites in a year.
    sites
        How many there are; the first of equals is taken.
    budget
        How many can be built in a year.
    years
        Years, in order.
    most
        As ``worth`` or more, and with diminishing returns, for the bound; where a site closes
        another, as if it did not. ``worth`` itself by default.
    exact
        Up to so many sites are solved exactly.

    Returns
    -------
    order
        A site that would serve nobody more is not built.

    Raises
    ------
    UsageError
        If nothing can be built: no site, no year, or no budget.
    """
    if budget < 1 or not sites or not years:
        what = "budget of 1 or more" if budget < 1 else "year" if sites else "site"
        raise UsageError(f"Nothing can be built: there is no {what}.")
    known = cache(worth)
    if sites <= exact:
        sets, optimal = _best(known, sites, budget, years), True
    else:
        sets, optimal = _exchanged(known, _greedy(known, sites, budget, years), sites, years), False
    served = tuple(known(chosen, year) for chosen, year in zip(sets, years, strict=True))
    late = sum(known(a, year) for a, year in zip((0, *sets), years, strict=False))
    bound = _bound(cache(most or worth), sets, sites, budget=budget, years=years)
    built = _sequence(known, sets, years)
    return Order(
        years=tuple(years),
        built=built,
        served=served,
        before=tuple(known(0, year) for year in years),
        bound=sum(served) if optimal else max(bound, sum(served)),
        delay=sum(served) - late,
        delays=tuple(
            known(chosen, year) - known(chosen & ~(1 << site), year)
            for chosen, year, own in zip(sets, years, built, strict=True)
            for site in own
        ),
    )


def _greedy(worth: Worth, sites: int, budget: int, years: Sequence[int]) -> list[int]:
    """Return the sets after each year, always taking the site that adds most."""
    sets: list[int] = []
    chosen = 0
    for year in years:
        for _ in range(budget):
            now = worth(chosen, year)
            gains = [(worth(chosen | 1 << j, year) - now, -j) for j in _left(chosen, sites)]
            gain, site = max(gains, default=(0, 0))
            if gain <= 0:
                break
            chosen |= 1 << -site
        sets.append(chosen)
    return sets


def _exchanged(worth: Worth, sets: list[int], sites: int, years: Sequence[int]) -> list[int]:
    """Exchange a site with a later one, or with one that is not built, as long as it helps."""

    def total(some: Sequence[int]) -> int:
        return sum(worth(chosen, year) for chosen, year in zip(some, years, strict=True))

    best, value = sets, total(sets)
    improved = True
    while improved:
        improved = False
        for one in [j for j in range(sites) if best[-1] >> j & 1]:
            for other in range(sites):
                tried = [_swapped(chosen, one, other) for chosen in best]
                if tried != best and _grows(tried) and (now := total(tried)) > value:
                    best, value, improved = tried, now, True
    return best


def _swapped(chosen: int, one: int, other: int) -> int:
    """Return a set with two sites in each other's place."""
    first, second = chosen >> one & 1, chosen >> other & 1
    return chosen if first == second else chosen ^ (1 << one | 1 << other)


def _grows(sets: Sequence[int]) -> bool:
    return all(a & ~b == 0 for a, b in pairwise(sets))


def _best(worth: Worth, sites: int, budget: int, years: Sequence[int]) -> list[int]:
    """Return the best sets after each year, by dynamic programming over all sets."""
    size = 1 << sites
    every = np.arange(size)
    value = np.where(every == 0, 0, np.iinfo(np.int64).min // 2)
    came: list[NDArray[np.intp]] = []
    for year in years:
        start = every.copy()
        for _ in range(budget):
            before, whence = value.copy(), start.copy()
            for site in range(sites):
                without = every[every >> site & 1 == 0]
                with_it = without | 1 << site
                better = before[without] > value[with_it]
                value[with_it[better]] = before[without[better]]
                start[with_it[better]] = whence[without[better]]
        reached = value > np.iinfo(np.int64).min // 4
        value[reached] += [worth(chosen, year) for chosen in every[reached].tolist()]
        came.append(start)
    # Of equal orders the one that builds least: sites that add nobody are left out.
    best = np.flatnonzero(value == value.max()).tolist()
    chosen = min(best, key=lambda one: (one.bit_count(), one))
    sets = [chosen]
    for start in reversed(came[1:]):
        sets.append(int(start[sets[-1]]))
    return sets[::-1]


def _bound(
    worth: Worth, sets: Sequence[int], sites: int, *, budget: int, years: Sequence[int]
) -> int:
    """Return what no order can exceed: for each year the least of the bounds from sets tried."""
    total = 0
    tried = sorted({0, *sets})
    for turn, year in enumerate(years, start=1):
        number = min(sites, budget * turn)
        bounds = [worth((1 << sites) - 1, year)]
        for chosen in tried:
            now = worth(chosen, year)
            gains = sorted(
                (worth(chosen | 1 << j, year) - now for j in _left(chosen, sites)), reverse=True
            )
            bounds.append(now + sum(gain for gain in gains[:number] if gain > 0))
        total += min(bounds)
    return total


def _sequence(
    worth: Worth, sets: Sequence[int], years: Sequence[int]
) -> tuple[tuple[int, ...], ...]:
    """Return the sites that each year adds, the one that serves most first."""
    built: list[tuple[int, ...]] = []
    chosen = 0
    for after, year in zip(sets, years, strict=True):
        own: list[int] = []
        while left := [j for j in range(after.bit_length()) if (after & ~chosen) >> j & 1]:
            now = chosen
            site = max(left, key=lambda j: (worth(now | 1 << j, year), -j))
            own.append(site)
            chosen |= 1 << site
        built.append(tuple(own))
    return tuple(built)


def _left(chosen: int, sites: int) -> list[int]:
    """Return the sites that a set does not hold."""
    return [j for j in range(sites) if not chosen >> j & 1]
