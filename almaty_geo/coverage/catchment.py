"""Access to capacity where catchments overlap: enhanced two-step floating catchment areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from almaty_geo.coverage.reachable import BANDS, Reachable, steps_of
from almaty_geo.errors import UsageError
from almaty_geo.places import Demand, Facilities, Membership
from almaty_geo.travel import Reach

WEIGHTS = (1.0, 0.68, 0.22)
"""Weights of the three zones of Luo and Qi (2009), the slower of their two decays."""


class Decay(Protocol):
    """How a facility counts less the farther it is."""

    @property
    def upto(self) -> float:
        """Way at which a catchment ends, in the unit of the ways."""

    def weight(self, way: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weight of each way, 0 to 1; 0 beyond the catchment."""


@dataclass(frozen=True, slots=True)
class Zones:
    """Weights by declared bands of way (Luo and Qi 2009)."""

    edges: tuple[float, ...]
    """Where each band ends, growing; a way exactly that long is within."""

    weights: tuple[float, ...]
    """Weight of each band, above 0 and never growing."""

    def __post_init__(self) -> None:
        """Hold bands to their promises; UsageError for others."""
        grows = list(self.edges) == sorted(set(self.edges)) and min(self.edges, default=0) > 0
        falls = list(self.weights) == sorted(self.weights, reverse=True)
        if not (grows and falls and len(self.edges) == len(self.weights) and self.weights[-1] > 0):
            raise UsageError(
                f"Bands of a catchment must end at growing ways, with as many weights above 0 that "
                f"do not grow; they are {list(self.edges)} and {list(self.weights)}."
            )

    @property
    def upto(self) -> float:
        """Way at which a catchment ends."""
        return self.edges[-1]

    def weight(self, way: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weight of each way's band; 0 beyond the last."""
        return np.array([*self.weights, 0.0])[np.searchsorted(self.edges, way, side="left")]


@dataclass(frozen=True, slots=True)
class Gaussian:
    r"""
    Weights that fall like a bell, from 1 at the door to 0 at the catchment's end (Dai 2010).

    .. math:: w(d) = \frac{e^{-(d/d_0)^2/2} - e^{-1/2}}{1 - e^{-1/2}}
    """

    upto: float
    """Way at which a catchment ends, d₀."""

    def __post_init__(self) -> None:
        """Hold the catchment to a size; UsageError for none."""
        if not self.upto > 0:
            raise UsageError(f"A catchment must end beyond 0; it ends at {self.upto:g}.")

    def weight(self, way: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weight of each way."""
        end = np.exp(-0.5)
        inner = np.minimum(way, self.upto) / self.upto
        return np.asarray((np.exp(-0.5 * inner**2) - end) / (1 - end), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """
    Capacity that each of n points can count on, for each person there.

    What is handed out is conserved: the sum of people times access is the capacity of all
    facilities that have anybody in their catchment.
    """

    decay: Decay
    """How facilities count less with the way."""

    per_person: NDArray[np.float64]
    """Capacity per person at each point, shape (n,)."""

    ratio: NDArray[np.float64]
    """Capacity of each of m facilities per weighted person of its catchment, shape (m,); NaN where
    the capacity is unknown or nobody is in the catchment."""

    capacity: NDArray[np.float64]
    """Capacity of each facility as known, shape (m,); NaN where unknown."""

    @property
    def handed_out(self) -> float:
        """Capacity of all facilities with anybody in their catchment."""
        return float(self.capacity[np.isfinite(self.ratio)].sum())

    @property
    def unknown(self) -> int:
        """Open facilities whose capacity nobody states; they are left out."""
        return int(np.isnan(self.capacity).sum())

    @property
    def idle(self) -> float:
        """Capacity of facilities that have nobody in their catchment, or no place."""
        return float(np.nansum(self.capacity)) - self.handed_out

    def by(self, people: NDArray[np.int64], member: Membership) -> NDArray[np.float64]:
        """
        Return the mean access of each area.

        Parameters
        ----------
        people
            Whole people at each point, shape (n,).
        member
            Area of each point, k areas.

        Returns
        -------
        per_person
            Of each area, of people outside all, then of all, shape (k + 2,); NaN where nobody
            lives.
        """
        held, living = member.parts(people * self.per_person), member.parts(people)
        held, living = np.append(held, held.sum()), np.append(living, living.sum())
        return np.asarray(held / np.where(living > 0, living, np.nan), dtype=np.float64)


def zones(
    reach: Reach, *, factors: Sequence[float] = BANDS, weights: Sequence[float] = WEIGHTS
) -> Zones:
    """Return bands of way at multiples of the reach: by default those of the map."""
    return Zones(steps_of(reach, tuple(factors)), tuple(weights))


def floating_catchment(
    demand: Demand, facilities: Facilities, within: Reachable, *, decay: Decay
) -> Access:
    r"""
    Share out capacity over overlapping catchments (E2SFCA; Luo and Qi 2009).

    .. math::

        R_j = \frac{S_j}{\sum_i a_i w(d_{ij})}, \qquad A_i = \sum_j R_j \, w(d_{ij})

    with capacity :math:`S_j` of facility j, :math:`a_i` people at point i, way :math:`d_{ij}` and
    its weight w.

    Parameters
    ----------
    demand
        People at n points.
    facilities
        What is open, with capacities; those of unknown capacity are left out and counted.
    within
        Pairs at least as far as the catchment goes.
    decay
        Weight of a way.

    Returns
    -------
    access
        Capacity per person at each point.

    Raises
    ------
    UsageError
        If no open facility has a known capacity, or pairs end before the catchment does.
    """
    capacity = facilities.capacity
    if not np.isfinite(capacity).any():
        raise UsageError(
            f"Theme {facilities.theme!r} states the capacity of no open facility: access to "
            f"capacity cannot be reckoned."
        )
    if decay.upto > within.farthest.value:
        raise UsageError(
            f"The catchment ends at {decay.upto:g} {within.farthest.unit}; ways are known up to "
            f"{within.farthest.value:g}."
        )
    pairs = within.pairs
    weight = decay.weight(pairs.way)
    load = np.bincount(
        pairs.destination,
        weights=demand.people[pairs.origin] * weight,
        minlength=len(capacity),
    )
    served = (load > 0) & np.isfinite(capacity)
    ratio = np.full(len(capacity), np.nan)
    ratio[served] = capacity[served] / load[served]
    share = np.nan_to_num(ratio)[pairs.destination] * weight
    return Access(
        decay=decay,
        per_person=np.bincount(pairs.origin, share, minlength=within.size).astype(np.float64),
        ratio=ratio,
        capacity=capacity,
    )
