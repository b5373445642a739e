"""Who needs a seat, where seats are, and which way leads to which: plain whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from almaty_geo.errors import DataError

Whole = NDArray[np.int64]
Positions = NDArray[np.intp]
Objective = Literal["seats-first", "least-walk", "fair", "nearest-first"]
TABLE = 16
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """
    Pupils of n blocks, seats of m schools, and p pairs whose way is within the admission limit.

    Raises
    ------
    DataError
        If anything is negative, a pair names what is not there or is given twice, or two blocks
        or two schools share a rank.
    """

    pupils: Whole
    """Whole pupils of each block, shape (n,)."""

    seats: Whole
    """Whole seats of each school, shape (m,)."""

    origin: Positions
    """Block of each pair, shape (p,)."""

    destination: Positions
    """School of each pair, shape (p,)."""

    way: Whole
    """Way of each pair in whole millimetres (or milliseconds), shape (p,)."""

    norm: int
    """Way up to which a seat is within the norm, in the same unit; that far exactly is within."""

    origin_rank: Whole = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Place of each block in the order of ids, shape (n,); its position where none is given."""

    destination_rank: Whole = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Place of each school in the order of ids, shape (m,); its position where none is given."""

    def __post_init__(self) -> None:
        """Refuse what no assignment can answer."""
        for name, size in (("origin_rank", self.blocks), ("destination_rank", self.schools)):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.arange(size, dtype=np.int64))
            _check_ranks(getattr(self, name), size, name)
        for name, amounts in (("pupils", self.pupils), ("seats", self.seats), ("way", self.way)):
            if (amounts < 0).any():
                at = int(np.argmin(amounts))
                raise DataError(f"{name}[{at}] is {amounts[at]}; it must be 0 or more.")
        _check_pairs(self.origin, self.destination, self.blocks, self.schools)
        if len(self.way) != len(self.origin):
            raise DataError(f"{len(self.origin)} pairs have {len(self.way)} ways.")

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.pupils)

    @property
    def schools(self) -> int:
        """How many schools there are."""
        return len(self.seats)


@dataclass(frozen=True, slots=True, eq=False)
class Pricing:
    """Prices of seats that prove the cost of one objective, or several folded into one."""

    price: Whole
    """What one more seat of each school would save, shape (m,); below 0 only where an earlier
    objective needs the school to be full."""


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Who gets which seat."""

    flow: Whole
    """Pupils of each pair of the instance, shape (p,)."""

    objective: Objective
    """What was asked for."""

    proof: float | Literal["optimal"] | None
    """ "optimal" where the prices prove it, else the gap proven (0 to 1); None where the objective
    is a way of doing, not an aim."""

    pricings: tuple[Pricing, ...] = ()
    """Prices for each stage of the objective: the certificate."""


def ranks(ids: Sequence[str]) -> Whole:
    """
    Return the place of each id in their alphabetical order, shape (n,).

    Examples
    --------
    >>> ranks(["b", "c", "a"]).tolist()
    [1, 2, 0]
    """
    order = sorted(range(len(ids)), key=lambda at: ids[at])
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(ids))
    return place


def sums(at: Positions, amounts: Whole, size: int) -> Whole:
    """Return what each of ``size`` places holds of whole amounts."""
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, at, amounts)
    return total


def _check_ranks(rank: Whole, size: int, name: str) -> None:
    if len(rank) != size or len(np.unique(rank)) != size:
        raise DataError(f"{name} must give each of {size} a place of its own.")


def _check_pairs(origin: Positions, destination: Positions, blocks: int, schools: int) -> None:
    if len(origin) != len(destination):
        raise DataError(f"{len(origin)} origins stand against {len(destination)} destinations.")
    for name, at, size in (("origin", origin, blocks), ("destination", destination, schools)):
        if len(at) and (at.min() < 0 or at.max() >= size):
            raise DataError(f"{name} of a pair is outside 0 to {size - 1}.")
    if _distinct(origin.astype(np.int64) * max(schools, 1) + destination, blocks * schools):
        return
    raise DataError("A pair of origin and destination is given twice.")


def _distinct(keys: Whole, most: int) -> bool:
    """Return whether no key from 0 to ``most`` comes twice; a table of all, where it is small."""
    if most > TABLE * len(keys):
        return len(np.unique(keys)) == len(keys)
    seen = np.zeros(most, dtype=bool)
    seen[keys] = True
    return int(np.count_nonzero(seen)) == len(keys)
