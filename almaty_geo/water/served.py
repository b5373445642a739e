"""Who is served from where: by block, by area and by intake."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from almaty_geo.places import Demand, Membership
from almaty_geo.water.serving import Floats, Staying, Whole
from almaty_geo.words import Text


@dataclass(frozen=True, slots=True)
class Intake:
    """A source of water with a place and a capacity."""

    id: str
    """Row of the layer of sources, or of the scenario that adds it."""

    name: Text
    """Its name."""

    area: str
    """Area that it is stated to lie in; "" for none."""

    xy_m: tuple[float, float]
    """Easting and northing."""

    precision_m: float
    """How far off its place may be; 0 where it is meant exactly."""

    m3_day: float
    """Capacity."""

    people: int
    """People that the capacity is enough for."""

    height_m: float = float("nan")
    """Its height; NaN where unknown."""

    assumed: bool = False
    """Whether it is there only because somebody assumes it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The people of one area whom one intake serves."""

    area: str
    """Id of the area; "" for people outside all."""

    intake: int
    """Position of the intake."""

    people: int
    """Whom it serves."""

    stays: int
    """Of them, those whom it serves wherever in its precision it, or any other, truly is."""

    mean_way_m: float
    """Mean way of the people served, along the pipes."""


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Which of m intakes serves whom of n blocks."""

    intakes: tuple[Intake, ...]
    """With their capacities."""

    demand: Demand
    """People at n points."""

    member: Membership
    """Area of each point."""

    found: Staying
    """Whom each intake serves, and who stays with it wherever it truly is."""

    way_m: Floats
    """Metres of pipe, shape (n, m); ``inf`` where there is no way."""

    @property
    def flow(self) -> Whole:
        """Whole people that each intake serves, shape (n, m)."""
        return self.found.flow

    @property
    def stays(self) -> Whole:
        """Of them, those who stay in all places tried, shape (n, m)."""
        return self.found.stays

    @property
    def left(self) -> Whole:
        """People of each block whom no intake with a place serves, shape (n,)."""
        left: Whole = self.demand.people - self.flow.sum(axis=1)
        return left

    @property
    def areas(self) -> tuple[str, ...]:
        """Ids of the areas; last "", for people outside all."""
        return (*self.member.ids, "")

    def parts(self) -> Iterator[Part]:
        """Yield who serves whom, by intake, then by area, without empty parts."""
        for position in range(len(self.intakes)):
            flow = self.flow[:, position]
            metres = np.where(flow > 0, self.way_m[:, position], 0) * flow
            people, stays = self.member.sums(flow), self.member.sums(self.stays[:, position])
            way_m = self.member.parts(metres)
            for name, number, sure, total in zip(self.areas, people, stays, way_m, strict=True):
                if number:
                    mean_m = float(total) / int(number)
                    yield Part(name, position, int(number), int(sure), mean_m)

    def left_by_area(self) -> dict[str, int]:
        """Return people whom no intake with a place serves, by area."""
        return dict(zip(self.areas, self.member.sums(self.left).tolist(), strict=True))

    def robust(self, position: int) -> float | None:
        """Return the share of an intake's people who stay; None where it serves nobody."""
        served = int(self.flow[:, position].sum())
        return int(self.stays[:, position].sum()) / served if served else None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""
        people = dict(zip(self.areas, self.member.sums(self.demand.people).tolist(), strict=True))
        left = self.left_by_area()
        return {
            "sources": [self._source(position) for position in range(len(self.intakes))],
            "districts": [
                {"district": name or None, "people": people[name], "left": left[name]}
                for name in self.areas
                if name or people[name]
            ],
            "served": [
                {
                    "district": part.area or None,
                    "source": self.intakes[part.intake].id,
                    "people": part.people,
                    "stays": part.stays,
                    "mean_way_m": round(part.mean_way_m),
                }
                for part in self.parts()
            ],
            "blocks": self._blocks(),
            "left": int(self.left.sum()),
            "served_in_every_case": int(self.found.always.sum()),
        }

    def _source(self, position: int) -> dict[str, Any]:
        one, flow = self.intakes[position], self.flow[:, position]
        robust = self.robust(position)
        return {
            "id": one.id,
            "district": one.area or None,
            "assumed": one.assumed,
            "precision_m": one.precision_m,
            "capacity_m3_day": round(one.m3_day, 3),
            "capacity_people": one.people,
            "people": int(flow.sum()),
            "stays": int(self.stays[:, position].sum()),
            "robust_share": None if robust is None else round(robust, 4),
        }

    def _blocks(self) -> list[dict[str, Any]]:
        block, intake = np.nonzero(self.flow)
        return [
            {
                "block": self.demand.ids[b],
                "source": self.intakes[i].id,
                "people": int(self.flow[b, i]),
                "stays": int(self.stays[b, i]),
                "way_m": float(self.way_m[b, i]),
            }
            for b, i in zip(block.tolist(), intake.tolist(), strict=True)
        ]
