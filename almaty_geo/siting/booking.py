"""People and seats: what a set of sites with so many seats each can serve within reach."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from almaty_geo.siting.question import Best, Choice, Floats, Positions, Quote, entries_of, summed

INFEASIBLE = 2
TRIED = 3
PASSES = 2
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Booking:
    """
    Who could be served by n candidates and e existing facilities, each with seats.

    Each person takes one seat within reach; the worth of a set is what it serves beyond what
    exists, people counting as often as their point says. Candidates come first in every array.
    """

    starts: Positions
    """Where the points of each facility begin, shape (n + e + 1,)."""

    points: Ints
    """Points within reach, facility by facility."""

    seats: Ints
    """Seats of each facility, shape (n + e,)."""

    people: Ints
    """Whole people at each point, shape (m,)."""

    times: Ints
    """How often each of them counts, shape (m,)."""

    height: int
    """How many candidates there are, n."""

    before: int
    """What existing facilities serve alone."""

    whole: bool = True
    """Seats and people are whole, so worth is."""

    @property
    def existing(self) -> Positions:
        """Positions of the existing facilities."""
        return np.arange(self.height, len(self.seats))

    def slack(self, _value: float) -> float:
        """Return how much better a set must be: one person."""
        return 1.0

    def served(self, sites: Sequence[int]) -> Ints:
        """Return how many people of each point are served by sites and what exists, (m,)."""
        facilities = np.concatenate([np.asarray(sites, dtype=np.intp), self.existing])
        return self._most(facilities, self.people)

    def worth(self, sites: Sequence[int]) -> float:
        """Return what sites serve beyond what exists."""
        facilities = np.concatenate([np.asarray(sites, dtype=np.intp), self.existing])
        return float(self.total(facilities) - self.before)

    def total(self, facilities: Positions) -> int:
        """
        Return what facilities serve, each person counted as often as the point says.

        Sets of people who can be seated together are independent sets of a matroid, so the most
        that counts is the sum over n of the most people who count n times or more.
        """
        levels = np.unique(self.times)
        steps = np.diff(np.concatenate([[0], levels]))
        flows = (self._most(facilities, np.where(self.times >= n, self.people, 0)) for n in levels)
        return int(
            sum(int(step) * int(flow.sum()) for step, flow in zip(steps, flows, strict=True))
        )

    def _most(self, facilities: Positions, people: Ints) -> Ints:
        """Return a largest flow of people into seats, by point, shape (m,)."""
        owners, points = self.pairs(facilities)
        m, f = len(people), len(facilities)
        source, sink = m + f, m + f + 1
        tails = np.concatenate([np.full(m, source), points, m + np.arange(f)])
        heads = np.concatenate([np.arange(m), m + owners, np.full(f, sink)])
        room = np.concatenate([people, people[points], self.seats[facilities]])
        has = room > 0
        shape = (m + f + 2, m + f + 2)
        entries = (room[has].astype(np.int32), (tails[has], heads[has]))
        graph: Any = csr_array(entries, shape=shape)
        flow = maximum_flow(graph, source, sink).flow
        return np.asarray(flow[[source], :].toarray()[0, :m], dtype=np.int64)

    def pairs(self, facilities: Positions) -> tuple[Positions, Ints]:
        """Return place among the facilities and point of each pair within reach."""
        counts = self.starts[facilities + 1] - self.starts[facilities]
        owners = np.repeat(np.arange(len(facilities)), counts)
        return owners, self.points[entries_of(self.starts, facilities)]

    def promise(self, left: Ints) -> Floats:
        """Return what each candidate could serve of the people left (m,), shape (n,)."""
        owners, points = self.pairs(np.arange(self.height))
        reached = summed(owners, (left * self.times)[points], self.height)
        most = (self.seats[: self.height] * self.times.max()).astype(np.float64)
        promised: Floats = np.minimum(reached, most)
        return promised

    def start(self, count: int) -> list[int]:
        """Return sites that each promise most of the people still left, then exchanged."""
        sites: list[int] = []
        for _ in range(count):
            promised = self.promise(self.people - self.served(sites))
            promised[sites] = -1.0
            sites.append(int(np.argmax(promised)))
        return self.exchanged(sites)

    def exchanged(self, sites: Sequence[int]) -> list[int]:
        """Return a set that no promising exchange of one site makes better."""
        now, value = list(sites), self.worth(sites)
        for _ in range(PASSES):
            before = value
            for place in range(len(now)):
                for other, worth in self._instead(now, place, TRIED):
                    if worth > value:
                        now, value = other, worth
            if value == before:
                break
        return now

    def better(self, sites: Sequence[int]) -> list[int]:
        """Return the set itself: exchanges are dear here."""
        return list(sites)

    def _instead(
        self, sites: Sequence[int], place: int, most: int
    ) -> list[tuple[list[int], float]]:
        """Return the most promising exchanges of the site in one place, with their worth."""
        rest = [site for at, site in enumerate(sites) if at != place]
        promised = self.promise(self.people - self.served(rest))
        promised[list(sites)] = -1.0
        order = np.argsort(-promised, kind="stable")[:most]
        others = [[*rest[:place], int(j), *rest[place:]] for j in order if promised[j] >= 0]
        return [(other, self.worth(other)) for other in others]

    def neighbours(
        self, sites: Sequence[int], least: float, most: int
    ) -> list[tuple[float, tuple[int, ...]]]:
        """Return the best of the promising exchanges of one site that are worth so much."""
        tried = [
            (worth, tuple(sorted(other)))
            for place in range(len(sites))
            for other, worth in self._instead(sites, place, TRIED)
        ]
        enough = [entry for entry in tried if entry[0] >= least]
        return sorted(enough, key=lambda entry: (-entry[0], entry[1]))[:most]

    def prices(self, sites: Sequence[int]) -> Floats:
        """Return prices that are high where all are served, shape (m,)."""
        served = self.served(sites) / np.maximum(self.people, 1)
        return np.asarray(0.8 * self.times * served, dtype=np.float64)

    def market(self, within: NDArray[np.bool_]) -> "SeatMarket":
        """Return what prices make of some candidates, shape (n,)."""
        return SeatMarket(self, within)

    def programme(self, choice: Choice, count: int) -> "SeatProgramme":
        """Return what a choice leaves of the sets of so many sites, for the solver."""
        return SeatProgramme(self, choice, count - len(choice.kept))

    def only(self, candidates: Positions) -> "Booking":
        """Return the question over some candidates, numbered anew in the order given."""
        chosen = np.concatenate([candidates, self.existing])
        owners, points = self.pairs(chosen)
        starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(chosen)))])
        return replace(
            self, starts=starts, points=points, seats=self.seats[chosen], height=len(candidates)
        )


class SeatMarket:
    """What facilities earn at prices of points: each fills its seats where people pay most."""

    def __init__(self, booking: Booking, within: NDArray[np.bool_]) -> None:
        self.booking = booking
        self.scale = booking.times.astype(np.float64)
        every = np.arange(len(booking.seats))
        owners, points = booking.pairs(every)
        used = np.concatenate([within, np.ones(len(booking.existing), dtype=bool)])[owners]
        used &= booking.people[points] > 0
        self._owners, self._points = owners[used], points[used]

    def quote(self, prices: Floats) -> Quote:
        """Return what candidates earn at prices (m,) of one person's seat."""
        booking = self.booking
        profit = (booking.times - prices)[self._points]
        kept = np.flatnonzero(profit > 0)
        kept = kept[np.lexsort((-profit[kept], self._owners[kept]))]
        owners, points, profit = self._owners[kept], self._points[kept], profit[kept]
        people = booking.people[points]
        ahead = np.cumsum(people) - people
        first = np.searchsorted(owners, owners)
        taken = np.clip(booking.seats[owners] - (ahead - ahead[first]), 0, people)
        earned = summed(owners, taken * profit, len(booking.seats))
        fixed = earned[booking.height :].sum() - booking.before

        def pull(sites: Positions) -> Floats:
            open_sites = np.zeros(len(booking.seats), dtype=bool)
            open_sites[sites] = open_sites[booking.height :] = True
            use = open_sites[owners]
            booked = np.bincount(points[use], taken[use], minlength=len(booking.people))
            return np.asarray(booking.people - booked, dtype=np.float64)

        return Quote(float(prices @ booking.people + fixed), earned[: booking.height], pull)


@dataclass(frozen=True, slots=True, eq=False)
class SeatProgramme:
    """What a choice leaves, as a mixed-integer programme: who goes where, and which sites."""

    booking: Booking
    """Who could be served."""

    choice: Choice
    """What is settled."""

    spare: int
    """How many free candidates are taken."""

    @property
    def size(self) -> int:
        """How many pairs within reach there are."""
        owners, _ = self.booking.pairs(self._facilities)
        return len(owners)

    @property
    def _facilities(self) -> Positions:
        return np.concatenate([self.choice.free, self.choice.kept, self.booking.existing])

    def close(self, best: Best, choice: Choice, *, limit_s: float) -> float | None:
        """Search what is left for a better set; return what none can exceed, None if unknown."""
        free = len(choice.free)
        owners, points = self.booking.pairs(self._facilities)
        worth = self.booking.times[points]
        result = milp(
            np.concatenate([np.zeros(free), -worth]),
            constraints=self._rules(best, owners, points),
            bounds=Bounds(0, np.concatenate([np.ones(free), self.booking.people[points]])),
            integrality=np.concatenate([np.ones(free), np.zeros(len(owners))]),
            options={"time_limit": limit_s, "mip_rel_gap": 0.0},
        )
        if result.status == INFEASIBLE:
            return best.value
        if result.x is not None:
            taken = choice.free[np.argsort(-result.x[:free], kind="stable")[: self.spare]]
            best.offer(sorted([*choice.kept.tolist(), *taken.tolist()]))
        if result.mip_dual_bound is None or not np.isfinite(result.mip_dual_bound):
            return None
        return max(best.value, -float(result.mip_dual_bound) - self.booking.before)

    def _rules(self, best: Best, owners: Positions, points: Ints) -> list[LinearConstraint]:
        """Return the constraints: people, seats, only where open, so many sites, and better."""
        booking, free, pairs = self.booking, len(self.choice.free), len(owners)
        width, at = free + pairs, free + np.arange(pairs)
        ones = np.ones(pairs)
        seats = booking.seats[self._facilities].astype(np.float64)
        leaving = csr_array((ones, (points, at)), shape=(len(booking.people), width))
        rows, columns = (
            np.concatenate([owners, np.arange(free)]),
            np.concatenate([at, np.arange(free)]),
        )
        filled = csr_array(
            (np.concatenate([ones, -seats[:free]]), (rows, columns)), shape=(len(seats), width)
        )
        new = np.flatnonzero(owners < free)
        rows = np.concatenate([np.arange(len(new))] * 2)
        columns = np.concatenate([at[new], owners[new]])
        signs = np.concatenate([ones[new], -booking.people[points[new]].astype(np.float64)])
        opened = csr_array((signs, (rows, columns)), shape=(len(new), width))
        taken = csr_array((np.arange(width) < free).astype(np.float64)[None])
        gain = csr_array(np.concatenate([np.zeros(free), booking.times[points]])[None])
        rules = [
            LinearConstraint(leaving, 0, booking.people),
            LinearConstraint(filled, -np.inf, np.where(np.arange(len(seats)) < free, 0.0, seats)),
            LinearConstraint(taken, self.spare, self.spare),
            LinearConstraint(gain, best.target - 0.5 + booking.before, np.inf),
        ]
        return [*rules, LinearConstraint(opened, -np.inf, 0)] if len(new) else rules
