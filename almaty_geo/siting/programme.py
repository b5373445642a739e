"""
Proof by the solver: what pricing leaves open, as a mixed-integer programme for HiGHS.

Each distinct amount that a point can be saved is a level; a level is reached if a site of exactly
that amount is taken or the next higher level is reached (the radius formulation of Cornuejols,
Nemhauser and Wolsey). The solver is asked only for sets that beat the best one known.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from almaty_geo.siting.question import Best, Choice, Floats

if TYPE_CHECKING:
    from almaty_geo.siting.gains import Gains

INFEASIBLE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The amounts that a better set may still save at each point, highest first."""

    reach: csr_array
    """Which free candidate saves exactly which level, shape (levels, free)."""

    worth: Floats
    """What a level adds over the next lower one, shape (levels,)."""

    first: NDArray[np.bool_]
    """Whether a level is the highest of its point, shape (levels,)."""

    base: float
    """What every set saves."""

    @property
    def size(self) -> int:
        """How many entries the programme has."""
        return int(self.reach.nnz)

    def close(self, best: Best, choice: Choice, *, limit_s: float) -> float | None:
        """
        Search what is left for a better set.

        Parameters
        ----------
        best
            Best set known; a better one is put there.
        choice
            What is settled.
        limit_s
            Seconds that the solver may take.

        Returns
        -------
        bound
            What no set can exceed: the best value itself once proven; None if the solver gave none.
        """
        count, free = self.reach.shape
        spare = best.count - len(choice.kept)
        if not count:
            best.offer([*choice.kept.tolist(), *choice.free[:spare].tolist()])
            return best.value
        result = milp(
            np.concatenate([np.zeros(free), -self.worth]),
            constraints=_rules(best, self, spare),
            bounds=Bounds(0, 1),
            integrality=np.concatenate([np.ones(free), np.zeros(count)]),
            options={"time_limit": limit_s, "mip_rel_gap": 0.0},
        )
        if result.status == INFEASIBLE:
            return best.value
        if result.x is not None:
            taken = choice.free[np.argsort(-result.x[:free], kind="stable")[:spare]]
            best.offer(sorted([*choice.kept.tolist(), *taken.tolist()]))
        if result.mip_dual_bound is None:
            return None
        bound = self.base - float(result.mip_dual_bound)
        return max(best.value, bound) if np.isfinite(bound) else None


def levels(gains: "Gains", choice: Choice, spare: int) -> Levels:
    """Return the levels that are left, given what is kept and how many free ones are taken."""
    base = np.zeros(gains.width)
    for site in choice.kept:
        np.maximum(base, gains.row(int(site)), out=base)
    table = gains.table()[choice.free].tocoo()
    points, amounts, sites = table.col, table.data, table.row
    order = np.lexsort((sites, -amounts, points))
    points, amounts, sites = points[order], amounts[order], sites[order]
    starts = np.searchsorted(points, np.arange(gains.width))
    sure = starts + (len(choice.free) - spare)  # any set takes one at least as good as this
    ends = np.append(starts[1:], len(points))
    has = sure < ends
    np.maximum.at(base, np.flatnonzero(has), amounts[sure[has]])
    left = amounts > base[points]
    points, amounts, sites = points[left], amounts[left], sites[left]
    new_point = np.append(True, points[1:] != points[:-1])[: len(points)]
    new = new_point | np.append(True, amounts[1:] != amounts[:-1])[: len(points)]
    level = np.cumsum(new) - 1
    top, at, first = amounts[new], points[new], new_point[new]
    lower = np.where(np.append(first[1:], True), base[at], np.append(top[1:], 0.0))
    shape = (len(top), len(choice.free))
    reach = csr_array((np.ones(len(points)), (level, sites)), shape=shape)
    return Levels(reach, top - lower, first, float(base.sum()))


def _rules(best: Best, found: Levels, spare: int) -> list[LinearConstraint]:
    """Return the constraints: levels need a site, so many sites, and better than the best."""
    count, free = found.reach.shape
    chained = np.flatnonzero(~found.first)
    rows = np.concatenate([np.arange(count), chained])
    columns = np.concatenate([np.arange(count), chained - 1])
    signs = np.concatenate([-np.ones(count), np.ones(len(chained))])
    ladder = csr_array((signs, (rows, columns)), shape=(count, count))
    taken = csr_array(np.concatenate([np.ones(free), np.zeros(count)])[None])
    gain = csr_array(np.concatenate([np.zeros(free), found.worth])[None])
    return [
        LinearConstraint(hstack([found.reach, ladder]).tocsr(), 0, np.inf),
        LinearConstraint(taken, spare, spare),
        LinearConstraint(gain, best.target - 0.5 * best.slack - found.base, np.inf),
    ]
