"""The shortest way on average to the nearest of so many sites (p-median)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, issparse

from almaty_geo.errors import UsageError
from almaty_geo.siting.answer import Siting
from almaty_geo.siting.asking import (
    DEFAULT,
    Floats,
    Search,
    Weights,
    checked_count,
    checked_distances,
    checked_existing,
    plain_number,
    weights_of,
)
from almaty_geo.siting.gains import Gains, gains_of, ranked, saved
from almaty_geo.siting.menu import menu_of
from almaty_geo.siting.solving import solve


def mean(
    distance_m: Any,  # noqa: ANN401 - an array, or any of scipy's sparse classes
    weights: ArrayLike | Weights,
    count: int,
    *,
    existing_m: ArrayLike | None = None,
    cutoff_m: float | None = None,
    search: Search = DEFAULT,
) -> Siting:
    """
    Return the sites that make the ways of all people shortest in sum.

    Parameters
    ----------
    distance_m
        From each demand point to each candidate, shape (m, n). Dense, infinite where there is no
        way; or sparse, where what is not stored is no way (a stored 0 is a distance of 0).
    weights
        Whole people at each point, shape (m,), or weights that favour some.
    count
        How many sites, 1 to n.
    existing_m
        To the nearest existing facility, shape (m,); people go there if it is nearer.
    cutoff_m
        What a longer way, or none, counts as. Needed where some point has no way to some
        candidate and none to what exists.
    search
        Whether to prove the answer, and to list near-best sets.

    Returns
    -------
    siting
        Value and bound in people times metres; divide by all weights for the mean.

    Raises
    ------
    UsageError
        If the arrays do not fit, the count is none, or a point has no way and no cut-off says
        what that counts as.

    Notes
    -----
    Bounds are whole numbers where all distances are, so give whole metres or millimetres.
    """
    rows, points, meters, shape = _entries(distance_m)
    count = checked_count(count, shape[1])
    who = weights_of(weights, shape[0])
    known = _known(existing_m, cutoff_m, shape[0])
    base = _base(known, points, meters, shape)
    amounts = who.counted[points] * np.maximum(base[points] - meters, 0.0)
    gains = gains_of(csr_array((amounts, (rows, points)), shape=(shape[1], shape[0])))
    total = float(who.counted @ base)
    gains = _whole(gains, total)
    solved = solve(gains, count, search)
    sites, steps = ranked(gains, solved.sites)
    nothing_before = bool(np.isinf(known[who.counted > 0]).any())
    return Siting(
        objective="mean",
        sites=sites,
        gains=(None if nothing_before else plain_number(steps[0]), *map(plain_number, steps[1:])),
        value=plain_number(total - solved.value),
        bound=plain_number(total - solved.bound),
        status=solved.status,
        reason=solved.reason,
        before=None if nothing_before else plain_number(total),
        plain=plain_number(_plain(gains, sites, who, base)),
        menu=menu_of(gains, solved, search, scale=(total, -1.0)),
    )


def _entries(
    given: Any,  # noqa: ANN401 - an array, or any of scipy's sparse classes
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats, tuple[int, int]]:
    """Return candidate, point and distance of each pair with a way, and the table's shape."""
    if issparse(given):
        sparse: Any = given
        found = sparse.tocoo()
        if np.isnan(found.data).any() or (found.data < 0).any():
            raise UsageError("Distances must be 0 or more; what is not stored is no way.")
        has = np.isfinite(found.data)
        columns, points = found.col[has].astype(np.intp), found.row[has].astype(np.intp)
        meters, shape = found.data[has].astype(np.float64), found.shape
    else:
        table = checked_distances(given)
        points, columns = np.nonzero(np.isfinite(table))
        meters, shape = table[points, columns], table.shape
    if not len(meters) and shape[1]:
        raise UsageError("No demand point has a way to any candidate site.")
    return columns, points, meters, (int(shape[0]), int(shape[1]))


def _known(existing_m: ArrayLike | None, cutoff_m: float | None, points: int) -> Floats:
    """Return what a point's way counts as before any site is chosen, shape (m,)."""
    existing = checked_existing(existing_m, points)
    if cutoff_m is None:
        return existing
    if not (np.isfinite(cutoff_m) and cutoff_m > 0):
        raise UsageError(f"The cut-off must be above 0 m, not {cutoff_m!r}.")
    return np.minimum(existing, cutoff_m)


def _base(
    known: Floats, points: NDArray[np.intp], meters: Floats, shape: tuple[int, int]
) -> Floats:
    """Return what savings are counted from: what is known, else a point's longest way."""
    ways = np.bincount(points, minlength=shape[0])
    lost = np.flatnonzero(np.isinf(known) & (ways < shape[1]))
    if len(lost):
        raise UsageError(
            f"Demand point {lost[0]} has no way to {shape[1] - ways[lost[0]]} of {shape[1]} "
            "candidates and none to what exists: give a cut-off that no way counts as."
        )
    longest = np.zeros(shape[0])
    np.maximum.at(longest, points, meters)
    return np.where(np.isinf(known), longest, known)


def _whole(gains: Gains, total: float) -> Gains:
    """Return gains whose bounds may be rounded only if the sum they count from is whole too."""
    if gains.whole and total != np.rint(total):
        return gains_of(gains.table(), whole=False)
    return gains


def _plain(gains: Gains, sites: tuple[int, ...], who: Weights, base: Floats) -> float:
    """Return people times metres where each person counts once."""
    shorter = saved(gains, sites) / np.maximum(who.counted, 1)
    return float(who.people @ (base - shorter))
