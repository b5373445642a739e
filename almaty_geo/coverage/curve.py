"""The share of people by way: how fast coverage grows with the reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.coverage.measure import Coverage
from almaty_geo.coverage.reachable import steps_of
from almaty_geo.errors import UsageError
from almaty_geo.places import split_by
from almaty_geo.sections import OUTSIDE
from almaty_geo.travel import Unit

FACTORS = tuple(step / 4 for step in range(1, 13))
"""Steps of the curve: quarters of the reach, up to three times the reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """People within each of s ways of their nearest facility, by area and in sum."""

    unit: Unit
    """Metres or minutes."""

    steps: tuple[float, ...]
    """Ways, growing; a point exactly that far is within."""

    people: Mapping[str, int]
    """All people of each area; "outside" too where people live outside every area."""

    within: Mapping[str, tuple[int, ...]]
    """People within each step, for the same areas."""

    total: tuple[int, ...]
    """People within each step in sum."""

    low: tuple[int, ...]
    """The same if ways are as long as they may be."""

    high: tuple[int, ...]
    """The same if ways are as short as they may be."""

    no_way: int
    """People whom no way leads to any facility."""

    def to_dict(self) -> dict[str, Any]:
        """Return the curve as plain values for JSON."""
        return {
            "unit": self.unit,
            "steps": list(self.steps),
            "within": list(self.total),
            "low": list(self.low),
            "high": list(self.high),
            "no_way": self.no_way,
            "districts": {area: list(within) for area, within in self.within.items()},
        }


def curve(coverage: Coverage, areas: str, *, steps: tuple[float, ...] | None = None) -> Curve:
    """
    Count people within each of several ways.

    Parameters
    ----------
    coverage
        Ways of each point to its nearest facility.
    areas
        Layer of areas to split by.
    steps
        Ways in the unit of the reach; by default quarters of the reach up to three times it.

    Returns
    -------
    curve
        Never falls from one step to the next; areas sum to the whole.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer of areas.
    UsageError
        If the steps do not grow.
    """
    member = split_by(coverage.areas, areas)
    people, nearest = coverage.demand.people, coverage.nearest
    chosen = steps_of(coverage.reach, FACTORS) if steps is None else steps
    if list(chosen) != sorted(set(chosen)):
        raise UsageError(f"The steps of a curve must grow; they are {list(chosen)}.")

    def by_area(way: NDArray[np.float64]) -> NDArray[np.int64]:
        each = [member.sums(np.where(way <= step, people, 0)) for step in chosen]
        return np.array(each, dtype=np.int64).reshape(len(chosen), len(member.ids) + 1)

    within = by_area(nearest.way)
    names = [*member.names]
    everybody = dict(zip(names, member.sums(people).tolist(), strict=True))
    if not everybody[OUTSIDE]:
        names.pop()
    return Curve(
        unit=nearest.unit,
        steps=tuple(chosen),
        people={name: everybody[name] for name in names},
        within={name: tuple(within[:, at].tolist()) for at, name in enumerate(names)},
        total=tuple(within.sum(axis=1).tolist()),
        low=tuple(by_area(nearest.most).sum(axis=1).tolist()),
        high=tuple(by_area(nearest.least).sum(axis=1).tolist()),
        no_way=int(people[np.isinf(nearest.way)].sum()),
    )
