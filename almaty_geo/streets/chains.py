"""Chains of vertices on a grid of whole millimetres: what noding and joining work on."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.errors import DataError

_SPAN = 1 << 31


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """
    Vertices of c chains, one chain after another.

    A chain is a line, or a piece of one, in the direction in which it was drawn. Two vertices in a
    row are never at one place.
    """

    xy_mm: NDArray[np.int64]
    """Easting and northing in whole millimetres, shape (v, 2)."""

    chain: NDArray[np.int64]
    """Which chain each vertex belongs to, ascending, shape (v,)."""

    source: NDArray[np.int64]
    """Which line each chain is of, shape (c,)."""

    ends: NDArray[np.bool_]
    """Whether the first and the last vertex of each chain are ends of its line, shape (c, 2)."""

    def __len__(self) -> int:
        """Return how many chains there are."""
        return len(self.source)

    @property
    def segments(self) -> NDArray[np.int64]:
        """First vertex of each segment; the second is the next one."""
        return np.flatnonzero(self.chain[:-1] == self.chain[1:])

    @property
    def first(self) -> NDArray[np.int64]:
        """First vertex of each chain, shape (c,)."""
        return np.searchsorted(self.chain, np.arange(len(self)))

    @property
    def last(self) -> NDArray[np.int64]:
        """Last vertex of each chain, shape (c,)."""
        return np.searchsorted(self.chain, np.arange(len(self)), side="right") - 1

    @property
    def key(self) -> NDArray[np.int64]:
        """One number for the place of each vertex, ascending by easting, then northing."""
        return keys(self.xy_mm)

    def lines(self) -> NDArray[np.object_]:
        """Return chains as lines in metres, shape (c,)."""
        return np.asarray(shapely.linestrings(self.xy_mm / 1000, indices=self.chain))

    def only(self, chosen: NDArray[np.bool_]) -> "Chains":
        """Return some of the chains, by a mask of shape (c,)."""
        of_chosen = chosen[self.chain]
        number = np.cumsum(chosen) - 1
        return Chains(
            self.xy_mm[of_chosen],
            number[self.chain[of_chosen]],
            self.source[chosen],
            self.ends[chosen],
        )

    def and_also(self, others: "Chains") -> "Chains":
        """Return these chains and others after them."""
        return Chains(
            np.concatenate([self.xy_mm, others.xy_mm]),
            np.concatenate([self.chain, others.chain + len(self)]),
            np.concatenate([self.source, others.source]),
            np.concatenate([self.ends, others.ends]),
        )


def keys(xy_mm: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each place, ascending by easting, then northing."""
    if not len(xy_mm):
        return np.zeros(0, dtype=np.int64)
    x, y = (xy_mm - xy_mm.min(axis=0)).T
    key: NDArray[np.int64] = x * _SPAN + y
    return key


def on_grid(course: NDArray[np.object_]) -> tuple[Chains, NDArray[np.int64]]:
    """
    Return lines as chains of whole millimetres.

    Parameters
    ----------
    course
        Lines in metres, shape (k,).

    Returns
    -------
    chains, without_length
        Chains in the order of the lines, and the numbers of lines that are left out since all
        their vertices are at one place.

    Raises
    ------
    DataError
        If the lines spread over more than 2,000 km.
    """
    xy, line = shapely.get_coordinates(course, return_index=True)
    xy_mm = np.rint(xy * 1000).astype(np.int64)
    if len(xy_mm) and np.ptp(xy_mm, axis=0).max() >= _SPAN:
        raise DataError("The streets spread over more than 2,000 km: one network is one city.")
    kept = ~repeated(xy_mm, line)
    xy_mm, line = xy_mm[kept], line[kept].astype(np.int64)
    many = np.bincount(line, minlength=len(course)) > 1
    kept = many[line]
    number = np.cumsum(many) - 1
    chains = Chains(
        xy_mm[kept],
        number[line[kept]],
        np.flatnonzero(many),
        np.ones((int(many.sum()), 2), dtype=bool),
    )
    return chains, np.flatnonzero(~many)


def repeated(xy_mm: NDArray[np.int64], chain: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which vertices are where the one before them on the same chain is."""
    again = np.zeros(len(chain), dtype=bool)
    again[1:] = (chain[1:] == chain[:-1]) & (xy_mm[1:] == xy_mm[:-1]).all(axis=1)
    return again


def inserted(chains: Chains, after: NDArray[np.int64], xy_mm: NDArray[np.int64]) -> Chains:
    """
    Return chains with more vertices.

    Parameters
    ----------
    chains
        The chains.
    after
        First vertex of the segment that each new vertex goes into, shape (n,).
    xy_mm
        The new vertices, shape (n, 2); several of one segment in any order, each once.
    """
    start = chains.xy_mm[after]
    along = ((xy_mm - start) * (chains.xy_mm[after + 1] - start)).sum(axis=1)
    order = np.lexsort((xy_mm[:, 1], xy_mm[:, 0], along, after))
    where = after[order] + 1
    return Chains(
        np.insert(chains.xy_mm, where, xy_mm[order], axis=0),
        np.insert(chains.chain, where, chains.chain[after[order]]),
        chains.source,
        chains.ends,
    )
