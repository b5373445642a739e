"""Most people covered by so many sites (maximal covering, MCLP)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array

from almaty_geo.errors import UsageError
from almaty_geo.siting.answer import Siting
from almaty_geo.siting.asking import (
    DEFAULT,
    Ints,
    Search,
    Weights,
    checked_count,
    checked_covers,
    checked_mask,
    plain_number,
    weights_of,
)
from almaty_geo.siting.gains import Gains, gains_of, ranked, saved
from almaty_geo.siting.menu import menu_of
from almaty_geo.siting.solving import solve


def cover(
    covers: Any,  # noqa: ANN401 - an array, or any of scipy's sparse classes
    weights: ArrayLike | Weights,
    count: int,
    *,
    already: ArrayLike | None = None,
    search: Search = DEFAULT,
) -> Siting:
    """
    Return the sites that newly cover most people.

    Parameters
    ----------
    covers
        Which candidate covers which demand point, shape (m, n), dense or sparse.
    weights
        Whole people at each point, shape (m,), or weights that favour some.
    count
        How many sites, 1 to n.
    already
        Points that existing facilities cover, shape (m,); nobody there counts as gained.
    search
        Whether to prove the answer, and to list near-best sets.

    Returns
    -------
    siting
        Value, gains and bound in people newly covered.

    Raises
    ------
    UsageError
        If the arrays do not fit, the count is none, or no candidate covers anybody new.

    Notes
    -----
    Church and ReVelle (1974); greedy and exchange, then Lagrangian prices, then proof.
    """
    table = checked_covers(covers)
    candidates, points = table.shape
    count = checked_count(count, candidates)
    who = weights_of(weights, points)
    mask = checked_mask(already, points)
    gains = covering(table, np.where(mask, 0, who.counted))
    solved = solve(gains, count, search)
    sites, steps = ranked(gains, solved.sites)
    reached = saved(gains, sites) > 0
    return Siting(
        objective="cover",
        sites=sites,
        gains=tuple(plain_number(step) for step in steps),
        value=plain_number(solved.value),
        bound=plain_number(solved.bound),
        status=solved.status,
        reason=solved.reason,
        before=int(who.counted[mask].sum()),
        plain=int(who.people[reached].sum()),
        menu=menu_of(gains, solved, search, scale=(0.0, 1.0)),
    )


def covering(table: csr_array, counted: Ints) -> Gains:
    """Return gains of covering points (m,) by candidates (n, m); UsageError if nobody can be."""
    scaled = csr_array(table.astype(np.float64) @ diags_array(counted.astype(np.float64)))
    gains = gains_of(scaled)
    if not len(gains.amounts):
        raise UsageError("No candidate site covers anybody who is not covered already.")
    return gains
