"""Who is within reach, counted in whole people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.places import Demand, Facilities, Membership, split_by
from almaty_geo.specs import NormValue
from almaty_geo.travel import Basis, Nearest, Reach, Travel
from almaty_geo.words import Language


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a theme."""

    reach: Reach
    """What counts as within reach; a point exactly that far is within."""

    norm: NormValue | None
    """The norm that the reach comes from; None where somebody asked for another."""

    scenario: str
    """Id of the scenario that says which facilities are open."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """
    One row per demand point: how far its nearest facility is, held to a reach.

    Within and out of reach add up to people, in every area and in sum. More facilities or a
    larger reach never lower it.
    """

    question: Question
    """Reach, norm and scenario."""

    travel: Travel
    """How ways were reckoned."""

    demand: Demand
    """Who is asked about, n points."""

    facilities: Facilities
    """What is open."""

    nearest: Nearest
    """The way of each point to its nearest facility."""

    areas: Mapping[str, Membership]
    """Area of each point, for each layer of areas."""

    @property
    def theme(self) -> str:
        """What is offered."""
        return self.facilities.theme

    @property
    def reach(self) -> Reach:
        """What counts as within reach."""
        return self.question.reach

    @property
    def norm(self) -> NormValue | None:
        """The norm that the reach comes from, if from one."""
        return self.question.norm

    @property
    def scenario(self) -> str:
        """Id of the scenario."""
        return self.question.scenario

    @property
    def basis(self) -> Basis:
        """Whether ways follow streets or are straight lines times a detour index."""
        return self.travel.basis

    @property
    def within(self) -> NDArray[np.bool_]:
        """Which points are within reach, shape (n,)."""
        return self.nearest.way <= self.reach.value

    @property
    def people(self) -> int:
        """All the people asked about."""
        return int(self.demand.people.sum())

    @property
    def within_reach(self) -> int:
        """People within reach."""
        return int(self.demand.people[self.within].sum())

    @property
    def out_of_reach(self) -> int:
        """People out of reach."""
        return self.people - self.within_reach

    @property
    def share(self) -> float | None:
        """People within reach over all people, 0 to 1; None where nobody lives."""
        return self.within_reach / self.people if self.people else None

    @property
    def low(self) -> float | None:
        """The share if ways are as long as they may be."""
        return _share(self.demand.people, self.nearest.most <= self.reach.value)

    @property
    def high(self) -> float | None:
        """The share if ways are as short as they may be."""
        return _share(self.demand.people, self.nearest.least <= self.reach.value)

    def by(self, areas: str) -> pd.DataFrame:
        """
        Return the coverage of each area.

        Parameters
        ----------
        areas
            Layer of areas, such as "districts".

        Returns
        -------
        table
            One row an area, by its id: ``people``, ``within_reach``, ``out_of_reach`` (whole
            numbers), ``share``, ``low``, ``high`` (0 to 1; NaN where nobody lives). Where people
            live outside every area, a last row "outside" holds them, so that sums are kept.

        Raises
        ------
        UnknownNameError
            If the plan has no such layer of areas.
        """
        member = split_by(self.areas, areas)
        sums = {
            name: member.sums(np.where(mask, self.demand.people, 0))
            for name, mask in {
                "people": np.ones(len(self.within), dtype=bool),
                "within_reach": self.within,
                "low": self.nearest.most <= self.reach.value,
                "high": self.nearest.least <= self.reach.value,
            }.items()
        }
        people = sums["people"]
        somebody = np.where(people > 0, people, np.nan)
        table = pd.DataFrame(
            {
                "people": people,
                "within_reach": sums["within_reach"],
                "out_of_reach": people - sums["within_reach"],
                "share": sums["within_reach"] / somebody,
                "low": sums["low"] / somebody,
                "high": sums["high"] / somebody,
            },
            index=pd.Index(member.names, name=areas),
        )
        return table if people[-1] else table.iloc[:-1]

    def to_dict(self, areas: str, *, language: Language = "en") -> dict[str, Any]:
        """
        Return the answer as plain values for JSON.

        Parameters
        ----------
        areas
            Layer of areas to split by.
        language
            Language of the norm's basis.

        Returns
        -------
        answer
            The whole, with a list ``districts`` of the same keys and ``district``.
        """
        shared: dict[str, Any] = {
            "theme": self.theme,
            "scenario": self.scenario,
            "reach": {"value": self.reach.value, "unit": self.reach.unit},
            "mode": self.reach.mode,
            "norm": None
            if self.norm is None
            else {"basis_text": self.norm.basis[language], "confidence": self.norm.confidence},
            "basis": self.basis,
        }
        whole = {
            "people": self.people,
            "within_reach": self.within_reach,
            "out_of_reach": self.out_of_reach,
            "share": self.share,
            "low": self.low,
            "high": self.high,
        }
        split = self.by(areas)
        rows = [
            {**shared, **{k: _plain(v) for k, v in row.items()}, "district": slug}
            for slug, row in zip(split.index, split.to_dict("records"), strict=True)
        ]
        return {**shared, **whole, "districts": rows}


def measure(
    demand: Demand,
    facilities: Facilities,
    travel: Travel,
    question: Question,
    *,
    areas: Mapping[str, Membership],
) -> Coverage:
    r"""
    Count the people within reach of their nearest facility.

    .. math:: \text{within} = \sum_i a_i \, [\min_j d_{ij} \le r]

    with :math:`a_i` people at point i, :math:`d_{ij}` metres of way to facility j, reach r.

    Parameters
    ----------
    demand
        People at n points.
    facilities
        What is open.
    travel
        The way from places to places.
    question
        Reach, norm and scenario.
    areas
        Area of each point, for each layer of areas.

    Returns
    -------
    coverage
        One row per point.
    """
    return Coverage(
        question=question,
        travel=travel,
        demand=demand,
        facilities=facilities,
        nearest=travel.nearest(demand.xy_m, facilities.xy_m, reach=question.reach),
        areas=areas,
    )


def median_way(
    nearest: Nearest, people: NDArray[np.int64], member: Membership
) -> NDArray[np.float64]:
    """
    Return the way that half of each area's people do not exceed.

    Parameters
    ----------
    nearest
        Way of each of n points.
    people
        Whole people at each point, shape (n,).
    member
        Area of each point, k areas.

    Returns
    -------
    way
        Weighted lower median of each area, then of all, shape (k + 1,), in the unit of the ways;
        NaN where nobody lives.
    """
    masks = (member.of == position for position in range(len(member.ids)))
    each = [lower_median(nearest.way[own], people[own]) for own in masks]
    return np.array([*each, lower_median(nearest.way, people)])


def lower_median(way: NDArray[np.float64], people: NDArray[np.int64]) -> float:
    """Return the way (n,) that half of the people (n,) do not exceed; NaN where nobody lives."""
    order = np.argsort(way, kind="stable")
    below = np.cumsum(people[order])
    if not len(below) or not below[-1]:
        return float("nan")
    return float(way[order][np.searchsorted(below * 2, below[-1])])


def _share(people: NDArray[np.int64], chosen: NDArray[np.bool_]) -> float | None:
    """Return the share of people who are chosen; None where there are none."""
    total = int(people.sum())
    return int(people[chosen].sum()) / total if total else None


def _plain(value: Any) -> int | float | None:  # noqa: ANN401 - a cell of a data frame
    """Return a cell as JSON can say it."""
    if value != value:  # noqa: PLR0124 - the one value unequal to itself is NaN
        return None
    return int(value) if isinstance(value, int | np.integer) else float(value)
