"""Most people given a seat within reach by so many sites (capacitated maximal covering)."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, vstack

from almaty_geo.errors import UsageError
from almaty_geo.siting.answer import Siting
from almaty_geo.siting.asking import (
    DEFAULT,
    Ints,
    Search,
    Weights,
    checked_count,
    checked_covers,
    plain_number,
    weights_of,
)
from almaty_geo.siting.booking import Booking
from almaty_geo.siting.menu import menu_of
from almaty_geo.siting.solving import solve

MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Facilities with seats."""

    covers: Any
    """Which of k facilities is within reach of which of m points, shape (m, k)."""

    seats: ArrayLike
    """Whole seats of each, shape (k,)."""


def seated(
    candidates: Places,
    weights: ArrayLike | Weights,
    count: int,
    *,
    existing: Places | None = None,
    search: Search = DEFAULT,
) -> Siting:
    """
    Return the sites that give most people a seat within reach who have none today.

    Parameters
    ----------
    candidates
        Candidate sites with the seats that each would have, n of them.
    weights
        Whole people at each point, shape (m,), or weights that favour some.
    count
        How many sites, 1 to n.
    existing
        Facilities that stand already; people may be moved between them and new ones.
    search
        Whether to prove the answer, and to list near-best sets.

    Returns
    -------
    siting
        Value, gains and bound in people served beyond those whom what exists can serve.

    Raises
    ------
    UsageError
        If the arrays do not fit, seats are no whole numbers from 0 or there are none, the count
        is none, or no candidate is within reach of anybody.

    Notes
    -----
    Who goes where is a largest flow; sites are found by promise and exchange, bounded by prices
    of seats (Lagrangian), and proven by HiGHS over the candidates that prices leave.
    """
    table = checked_covers(candidates.covers)
    count = checked_count(count, table.shape[0])
    who = weights_of(weights, table.shape[1])
    booking = _booking(table, candidates.seats, existing, who)
    solved = solve(booking, count, search)
    sites, steps = _ranked(booking, solved.sites)
    plain = replace(booking, times=np.ones_like(who.times), before=0)
    more = plain.worth(sites) - plain.worth(())
    return Siting(
        objective="seats",
        sites=sites,
        gains=tuple(plain_number(step) for step in steps),
        value=plain_number(solved.value),
        bound=plain_number(solved.bound),
        status=solved.status,
        reason=solved.reason,
        before=booking.before,
        plain=plain_number(more),
        menu=menu_of(booking, solved, search, scale=(0.0, 1.0)),
    )


def _booking(table: csr_array, seats: ArrayLike, existing: Places | None, who: Weights) -> Booking:
    """Return the question; UsageError if seats do not fit."""
    room = _seats(seats, table.shape[0], "candidate")
    if not room.any():
        raise UsageError("No candidate site has any seats.")
    if not (table @ who.counted).any():
        raise UsageError("No candidate site is within reach of anybody.")
    tables, rooms = [table], [room]
    if existing is not None:
        tables.append(checked_covers(existing.covers))
        rooms.append(_seats(existing.seats, tables[1].shape[0], "existing facility"))
        if tables[1].shape[1] != table.shape[1]:
            raise UsageError(
                f"Existing facilities are given for {tables[1].shape[1]} demand points, "
                f"candidates for {table.shape[1]}."
            )
    both = csr_array(vstack(tables))
    all_seats = np.concatenate(rooms)
    if max(int(who.people.sum()), int(all_seats.sum())) > MOST:
        raise UsageError(f"People and seats must each be at most {MOST:,} in all.")
    starts, points = both.indptr.astype(np.intp), both.indices.astype(np.int64)
    made = Booking(starts, points, all_seats, who.people, who.times, table.shape[0], 0)
    return replace(made, before=made.total(made.existing))


def _seats(given: ArrayLike, facilities: int, kind: str) -> Ints:
    """Return whole seats, shape (k,); UsageError says which are none."""
    seats = np.asarray(given, dtype=np.float64)
    if seats.shape != (facilities,):
        raise UsageError(f"Seats are of shape {seats.shape}: expected one number a {kind}.")
    bad = np.flatnonzero(~(np.isfinite(seats) & (seats >= 0) & (seats == np.rint(seats))))
    if len(bad):
        raise UsageError(
            f"Seats of {kind} {bad[0]} are {seats[bad[0]]:g}: expected a whole number from 0."
        )
    return seats.astype(np.int64)


def _ranked(booking: Booking, chosen: tuple[int, ...]) -> tuple[tuple[int, ...], list[float]]:
    """Return the sites in the order in which each serves most more, with what it does."""
    left = sorted(chosen)
    order: list[int] = []
    steps: list[float] = []
    value = 0.0
    while left:
        worth = [booking.worth([*order, site]) for site in left]
        at = int(np.argmax(worth))
        order.append(left.pop(at))
        steps.append(worth[at] - value)
        value = worth[at]
    return tuple(order), steps
