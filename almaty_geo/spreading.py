"""Spreading amounts over places: whole numbers by the largest remainder, nothing lost or made."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from almaty_geo.errors import DataError

_DECIMALS = 9
"""Remainders closer than this count as equal, so that round-off never decides who is first."""

_SLIVER = 1e-9
"""Share of a source that round-off in cutting can leave over."""

Shapes = NDArray[np.object_]
"""Shapes (n,) in a metric plane, none of them missing."""


def largest_remainder(
    weights: ArrayLike, total: int, *, order: ArrayLike | None = None
) -> NDArray[np.int64]:
    """
    Share a whole amount in proportion to weights, in whole numbers.

    Each gets the whole part of ``total × weight ÷ sum of weights``; what is left goes, one each,
    to the largest fractions (Hamilton's method, of the largest remainder).

    Parameters
    ----------
    weights
        How much of it each should get, shape (n,); not negative.
    total
        What is shared; not negative.
    order
        Who comes first among equal remainders, shape (n,), anything that sorts, such as ids; the
        order of the weights by default.

    Returns
    -------
    shares
        Whole numbers, shape (n,); their sum is ``total``, and nobody without weight gets any.

    Raises
    ------
    DataError
        If a weight is negative or no number, the amount is negative, or there is something to
        share and nobody has weight.

    Examples
    --------
    >>> largest_remainder([1, 1, 1], 10, order=["c", "a", "b"])
    array([3, 4, 3])
    """
    each = np.asarray(weights, dtype=np.float64)
    group = np.zeros(len(each), dtype=np.intp)
    return shared(each, group, np.array([total], dtype=np.int64), order=order)


def shared(
    weights: ArrayLike,
    group: NDArray[np.intp],
    totals: NDArray[np.int64],
    *,
    order: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """
    Share one whole amount within each group, as `largest_remainder` does.

    Parameters
    ----------
    weights
        Shape (n,); not negative.
    group
        Which amount each has part in, shape (n,), positions in ``totals``.
    totals
        Whole amounts, shape (m,); not negative.
    order
        Who comes first among equal remainders, shape (n,).

    Returns
    -------
    shares
        Whole numbers, shape (n,), that sum to ``totals`` by group.

    Raises
    ------
    DataError
        As `largest_remainder`.
    """
    each = np.asarray(weights, dtype=np.float64)
    if not np.isfinite(each).all() or (each < 0).any() or (totals < 0).any():
        raise DataError("Only amounts and weights of 0 or more can be shared out.")
    rank = _rank(order, len(each))
    by_rank = np.lexsort((rank, group))
    weight, of = each[by_rank], group[by_rank]
    # Summed in one order whatever the order given, so that the last bit is the same too.
    sums = np.bincount(of, weights=weight, minlength=len(totals))
    if empty := np.flatnonzero((totals > 0) & (sums <= 0)).tolist():
        raise DataError(f"{int(totals[empty[0]]):,} cannot be shared out: nobody has any weight.")
    quota = weight * (totals[of] / np.where(sums > 0, sums, 1.0)[of])
    if (np.floor(weight) == weight).all():  # whole weights: the product first is exact
        quota = weight * totals[of] / np.where(sums > 0, sums, 1.0)[of]
    share = np.floor(quota).astype(np.int64)
    missing = totals - np.bincount(of, weights=share, minlength=len(totals)).astype(np.int64)
    rest = np.round(quota - share, _DECIMALS)
    first = np.lexsort((rank[by_rank], -rest, of))
    starts = np.searchsorted(of[first], np.arange(len(totals)))
    place = np.arange(len(first)) - starts[of[first]]
    share[first] += place < missing[of[first]]
    result = np.empty(len(each), dtype=np.int64)
    result[by_rank] = share
    return result


def _rank(order: ArrayLike | None, count: int) -> NDArray[np.intp]:
    """Return the place of each in the order, shape (n,)."""
    if order is None:
        return np.arange(count)
    rank = np.empty(count, dtype=np.intp)
    rank[np.argsort(np.asarray(order), kind="stable")] = np.arange(count)
    return rank


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What of each source goes to which target."""

    source: NDArray[np.intp]
    """Position of the source, shape (p,); in ascending order."""

    target: NDArray[np.intp]
    """Position of the target, shape (p,)."""

    weight: NDArray[np.float64]
    """How much, shape (p,): square metres, or shares of the source."""

    def sums(self, sources: int) -> NDArray[np.float64]:
        """Return the sum of weights of each source, shape (sources,)."""
        return np.bincount(self.source, self.weight, sources).astype(np.float64)

    def weighted(self, by_target: NDArray[np.float64]) -> "Parts":
        """Return the parts times a weight (m,) of their target; those without weight are gone."""
        weight = self.weight * by_target[self.target]
        kept = weight > 0
        return Parts(self.source[kept], self.target[kept], weight[kept])

    def shares(self, sources: int) -> "Parts":
        """Return the parts with weights that sum to 1 for each source that has any."""
        return replace(self, weight=self.weight / self.sums(sources)[self.source])

    def completed(self, targets: int, sources: int) -> "Parts":
        """
        Return shares that sum to 1 for every source.

        Parameters
        ----------
        targets, sources
            How many there are.

        Returns
        -------
        parts
            What a source has left goes to a target of its own, ``targets + source``: it stays
            where it is. Shares that sum to more than 1, where targets overlap, are taken in
            proportion.
        """
        sums = self.sums(sources)
        full = sums > 1 - _SLIVER
        weight = self.weight / np.where(full, sums, 1.0)[self.source]
        short = np.flatnonzero(~full)
        source = np.concatenate([self.source, short])
        target = np.concatenate([self.target, targets + short])
        order = np.lexsort((target, source))
        rest = 1.0 - sums[short]
        return Parts(source[order], target[order], np.concatenate([weight, rest])[order])


def overlaps(sources: Shapes, targets: Shapes) -> Parts:
    """
    Return how much of each source lies in each target.

    Parameters
    ----------
    sources, targets
        Outlines (n,) and (m,) in a metric plane.

    Returns
    -------
    parts
        Square metres; what only touches is left out.
    """
    one, other = _sound(sources), _sound(targets)
    tree = shapely.STRtree(one)
    target, source = tree.query(other, predicate="intersects")
    held = tree.query(other, predicate="contains")
    inside = np.isin(target * len(one) + source, held[0] * len(one) + held[1])
    area = shapely.area(one)[source]  # most cells lie wholly inside: no need to cut them
    area[~inside] = shapely.area(shapely.intersection(one[source[~inside]], other[target[~inside]]))
    kept = area > 0
    order = np.lexsort((target[kept], source[kept]))
    return Parts(source[kept][order], target[kept][order], area[kept][order])


def by_area(sources: Shapes, targets: Shapes) -> Parts:
    """
    Weigh by area: each target gets the share of a source that lies in it.

    ``share = area(source ∩ target) ÷ area(source)`` (Goodchild and Lam, 1980).

    Parameters
    ----------
    sources, targets
        Outlines (n,) and (m,) in a metric plane.

    Returns
    -------
    parts
        Shares of sources; they sum to less than 1 where a source lies partly in no target.
    """
    parts = overlaps(sources, targets)
    return replace(parts, weight=parts.weight / shapely.area(_sound(sources))[parts.source])


def dasymetric(sources: Shapes, targets: Shapes, density: NDArray[np.float64]) -> Parts:
    """
    Spread each source over what lies in it: buildings, or land of several classes.

    ``share = area(source ∩ target) × density ÷ the sum of that in the source`` (Mennis, 2003). A
    point in a source counts as one unit of area.

    Parameters
    ----------
    sources
        Outlines (n,) in a metric plane.
    targets
        Outlines (m,), or points (m,).
    density
        Storeys, or people for each unit of area of the class, shape (m,); 0 for nobody.

    Returns
    -------
    parts
        Shares of sources, that sum to 1; a source in which there is nothing has no part.
    """
    flat = bool((shapely.get_dimensions(targets) == 0).all())
    parts = _holding(sources, targets) if flat else overlaps(sources, targets)
    return parts.weighted(density).shares(len(sources))


def to_nearest(sources: Shapes, targets: Shapes) -> Parts:
    """
    Give each source whole to the nearest target; among equals to the first.

    Parameters
    ----------
    sources, targets
        Points (n,) and (m,) in a metric plane.

    Returns
    -------
    parts
        One for each source, of share 1.
    """
    source, target = shapely.STRtree(targets).query_nearest(sources, all_matches=True)
    return _first(source, target)


def _holding(sources: Shapes, points: Shapes) -> Parts:
    """Return the one source, the first if several do, that each point lies in."""
    point, source = shapely.STRtree(_sound(sources)).query(points, predicate="intersects")
    first = _first(point, source)
    order = np.lexsort((first.source, first.target))
    return Parts(first.target[order], first.source[order], first.weight)


def _first(one: NDArray[np.intp], other: NDArray[np.intp]) -> Parts:
    """Return the first other of each one, with weight 1."""
    order = np.lexsort((other, one))
    each, at = np.unique(one[order], return_index=True)
    return Parts(each, other[order][at], np.ones(len(each)))


def _sound(shapes: Shapes) -> Shapes:
    """Return outlines that stay sound in the plane; projecting can make a thin one cross itself."""
    bad = ~shapely.is_valid(shapes)
    sound = shapes.copy()
    sound[bad] = shapely.make_valid(shapes[bad])
    return sound
