"""Route directness: how much longer the way by streets is than the straight line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from almaty_geo.errors import UsageError
from almaty_geo.travel.reach import Reach
from almaty_geo.travel.ways import Travel

NEIGHBOURS = 5
SPAN_M = (100.0, 2000.0)


@dataclass(frozen=True, slots=True, eq=False)
class Directness:
    """Way over straight line from each of n origins to the places nearest to it by air."""

    ways_m: NDArray[np.float64]
    """Ways added up, shape (n,)."""

    lines_m: NDArray[np.float64]
    """Straight lines between the same places added up, shape (n,)."""

    compared: NDArray[np.int64]
    """How many ways that is, shape (n,)."""

    cut_off: NDArray[np.int64]
    """How many of the places near by air no way led to within the search, shape (n,)."""

    @property
    def index(self) -> NDArray[np.float64]:
        """Way over straight line, shape (n,); NaN where there was nothing to compare."""
        nothing = np.full(len(self.lines_m), np.nan)
        np.divide(self.ways_m, self.lines_m, out=nothing, where=self.lines_m > 0)
        return nothing

    def __add__(self, other: "Directness") -> "Directness":
        """Return what two comparisons from the same origins say together."""
        return Directness(
            self.ways_m + other.ways_m,
            self.lines_m + other.lines_m,
            self.compared + other.compared,
            self.cut_off + other.cut_off,
        )

    def quantiles(self, weights: NDArray[np.int64], shares: Sequence[float]) -> NDArray[np.float64]:
        """
        Return the index that shares of the weight do not exceed.

        Parameters
        ----------
        weights
            Such as people, shape (n,); origins without an index count for nothing.
        shares
            Between 0 and 1, shape (k,).

        Returns
        -------
        index
            Lower weighted quantiles, shape (k,); NaN where nothing has weight.
        """
        return quantiles(self.index, weights, shares)


def quantiles(
    values: NDArray[np.float64], weights: NDArray[np.int64], shares: Sequence[float]
) -> NDArray[np.float64]:
    """Return the values that shares of the weight do not exceed, as `Directness.quantiles`."""
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return np.full(len(shares), np.nan)
    order = np.argsort(values[known], kind="stable")
    sorted_values, below = values[known][order], np.cumsum(weights[known][order])
    at = np.searchsorted(below, np.asarray(shares) * below[-1])
    found: NDArray[np.float64] = sorted_values[np.minimum(at, len(sorted_values) - 1)]
    return found


def directness(
    travel: Travel,
    origins_m: NDArray[np.float64],
    destinations_m: NDArray[np.float64],
    *,
    search: Reach,
    neighbours: int = NEIGHBOURS,
    span_m: tuple[float, float] = SPAN_M,
) -> Directness:
    r"""
    Compare ways with straight lines to the places nearest by air.

    .. math:: \text{index}_i = \sum_{j \in N_i} d_{ij} / \sum_{j \in N_i} s_{ij}

    with way :math:`d`, straight line :math:`s` and the nearest places :math:`N_i`; a ratio of sums
    lets short ways, whose ratio is mostly noise, count for as much as they are long (the circuity
    of Barthélemy, Spatial networks, 2011).

    Parameters
    ----------
    travel
        By streets.
    origins_m, destinations_m
        Easting and northing in metres, shapes (n, 2) and (m, 2); NaN where unlocated.
    search
        How far ways are followed, in metres; a place farther by way counts as cut off.
    neighbours
        How many of the nearest places are compared.
    span_m
        Straight lines shorter or longer than this are left out: of the short, the ratio is noise;
        the long are straighter than the ways that people walk.

    Returns
    -------
    directness
        One index for each origin.

    Raises
    ------
    UsageError
        If the search is not in metres.
    """
    if search.unit != "m":
        raise UsageError(
            f"Directness compares metres: {search.value:g} {search.unit} is no length."
        )
    size = len(origins_m)
    near_i, near_j, straight = _nearest_by_air(origins_m, destinations_m, neighbours, span_m)
    pairs = travel.pairs(origins_m, destinations_m, reach=search)
    count = len(destinations_m)
    keys = pairs.origin * count + pairs.destination
    order = np.argsort(keys, kind="stable")
    wanted = near_i * count + near_j
    at = np.searchsorted(keys[order], wanted)
    inside = at < len(keys)
    found = np.zeros(len(wanted), dtype=bool)
    found[inside] = keys[order[at[inside]]] == wanted[inside]
    way = pairs.way[order[at[found]]]
    return Directness(
        ways_m=_sums(near_i[found], way, size),
        lines_m=_sums(near_i[found], straight[found], size),
        compared=np.bincount(near_i[found], minlength=size),
        cut_off=np.bincount(near_i[~found], minlength=size),
    )


def _sums(at: NDArray[np.intp], metres: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.bincount(at, weights=metres, minlength=size).astype(np.float64)


def _nearest_by_air(
    origins_m: NDArray[np.float64],
    destinations_m: NDArray[np.float64],
    neighbours: int,
    span_m: tuple[float, float],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return origin, destination and straight line of the nearest pairs, each shape (p,)."""
    here = np.flatnonzero(np.isfinite(origins_m).all(axis=1))
    there = np.flatnonzero(np.isfinite(destinations_m).all(axis=1))
    if not len(here) or not len(there):
        none = np.empty(0, dtype=np.intp)
        return none, none, np.empty(0)
    most = min(neighbours, len(there))
    found, at = KDTree(destinations_m[there]).query(origins_m[here], k=list(range(1, most + 1)))
    straight = np.asarray(found, dtype=np.float64)
    origin = np.repeat(here, most)
    least_m, most_m = span_m
    kept = (straight.ravel() >= least_m) & (straight.ravel() <= most_m)
    return origin[kept], there[np.asarray(at).ravel()[kept]], straight.ravel()[kept]
