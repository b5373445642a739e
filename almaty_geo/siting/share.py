"""The fewest sites that cover a wanted share of all people (set covering, partial or whole)."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from almaty_geo.errors import UsageError
from almaty_geo.siting.answer import Siting
from almaty_geo.siting.asking import (
    DEFAULT,
    Search,
    Weights,
    checked_covers,
    checked_mask,
    plain_number,
    weights_of,
)
from almaty_geo.siting.cover import covering
from almaty_geo.siting.gains import Gains, added, ranked, saved
from almaty_geo.siting.solving import solve

ROUNDS = 12


def fewest(
    covers: Any,  # noqa: ANN401 - an array, or any of scipy's sparse classes
    weights: ArrayLike | Weights,
    share: float,
    *,
    already: ArrayLike | None = None,
    search: Search = DEFAULT,
) -> Siting:
    """
    Return the fewest sites that, with what exists, cover a share of all people.

    Parameters
    ----------
    covers
        Which candidate covers which demand point, shape (m, n), dense or sparse.
    weights
        Whole people at each point, shape (m,), or weights that favour some.
    share
        Share wanted, above 0 to 1.
    already
        Points that existing facilities cover, shape (m,).
    search
        Whether to prove the answer. A menu is not made: ask ``cover`` with the count found.

    Returns
    -------
    siting
        Value and bound are numbers of sites, gains are people; no sites where what exists is
        enough.

    Raises
    ------
    UsageError
        If the arrays do not fit, the share is none, or all candidates together do not reach it.
    """
    table = checked_covers(covers)
    if not table.shape[0]:
        raise UsageError("There are no candidate sites.")
    if not 0 < share <= 1:
        raise UsageError(f"The share must be above 0 and at most 1, not {share!r}.")
    who = weights_of(weights, table.shape[1])
    mask = checked_mask(already, table.shape[1])
    before, everyone = int(who.counted[mask].sum()), int(who.counted.sum())
    need = int(np.ceil(share * everyone - 1e-9 * everyone)) - before
    if need <= 0:
        return Siting("share", (), (), 0, 0, "optimal", None, before, 0)
    gains = covering(table, np.where(mask, 0, who.counted))
    sites = _greedy(gains, need, everyone, before)
    sites, bound, reason = _fewer(gains, sites, need, search)
    order, steps = ranked(gains, sites)
    reached = saved(gains, order) > 0
    return Siting(
        objective="share",
        sites=order,
        gains=tuple(plain_number(step) for step in steps),
        value=len(order),
        bound=bound,
        status="optimal" if bound == len(order) else "gap",
        reason=None if bound == len(order) else reason,
        before=before,
        plain=int(who.people[reached].sum()),
    )


def _greedy(gains: Gains, need: int, everyone: int, before: int) -> tuple[int, ...]:
    """Return sites that gain so much, each the one that then adds most; UsageError if none do."""
    best = np.zeros(gains.width)
    sites: list[int] = []
    while best.sum() < need:
        more = added(gains, best)
        if more.max() <= 0:
            got = (best.sum() + before) / everyone
            raise UsageError(
                f"All {gains.height} candidates with what exists cover {got:.1%} of the people, "
                f"less than the {(need + before) / everyone:.1%} wanted."
            )
        sites.append(int(np.argmax(more)))
        np.maximum(best, gains.row(sites[-1]), out=best)
    return tuple(sites)


def _fewer(
    gains: Gains, sites: tuple[int, ...], need: int, search: Search
) -> tuple[tuple[int, ...], int, str | None]:
    """Return the fewest sites found, how many it takes at least, and why the two differ."""
    reason: str | None = None
    until_s = time.monotonic() + search.time_limit_s
    count = len(sites) - 1
    while count >= 1:
        left = replace(search, time_limit_s=max(until_s - time.monotonic(), 0.01))
        found = solve(gains, count, left, floor=need - 1, rounds=ROUNDS)
        if found.sites:
            sites = found.sites
        elif found.proven:
            return sites, count + 1, None
        else:
            reason = reason or _told(found.reason, search)
        count -= 1
    return sites, 1, reason


def _told(reason: str | None, search: Search) -> str | None:
    """Return why a proof is missing, naming the limit of the whole search."""
    if reason is None or "time limit" not in reason:
        return reason
    return f"the time limit of {search.time_limit_s:g} s was reached"
