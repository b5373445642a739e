"""Seats missing for teaching in one shift: by school, by area and in sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from almaty_geo.errors import SpecError
from almaty_geo.places import membership
from almaty_geo.provision.answer import Provision
from almaty_geo.provision.instance import Whole
from almaty_geo.provision.provide import Ground
from almaty_geo.provision.pupils import counted
from almaty_geo.provision.seats import layer_of, rows
from almaty_geo.sections import CITY, OUTSIDE


@dataclass(frozen=True, slots=True)
class SchoolGap:
    """One school's pupils against its seats in one shift."""

    school: str
    """``layer/id``."""

    area: str
    """Area that it lies in."""

    pupils: int | None
    """Pupils counted there; None where unknown."""

    seats: int | None
    """Seats in one shift, or of the school that replaced it; None where unknown."""

    @property
    def missing(self) -> int | None:
        """Seats missing; None where either count is unknown."""
        if self.pupils is None or self.seats is None:
            return None
        return max(0, self.pupils - self.seats)


@dataclass(frozen=True, slots=True)
class AreaGap:
    """The pupils of an area's schools against the seats in it, in one shift."""

    area: str
    """Id of the area, "outside", or `CITY`."""

    pupils: int
    """Pupils counted at its schools."""

    seats: int
    """Seats in one shift of its open schools, as far as known."""

    by_school: int
    """Seats missing if no pupil changes school."""

    by_area: int
    """Seats missing if pupils may change school, but not area."""

    @property
    def missing(self) -> int:
        """Seats missing if any seat here will do for any pupil."""
        return max(0, self.pupils - self.seats)


@dataclass(frozen=True, slots=True)
class ShiftGap:
    """What one-shift schooling lacks in a scenario."""

    scenario: str
    """Id of the scenario."""

    schools: tuple[SchoolGap, ...]
    """Schools whose pupils are counted, by id."""

    areas: tuple[AreaGap, ...]
    """Areas in their order, then outside if anything lies there, then the city."""

    unknown: int
    """Open schools whose seats are not known; they are not counted as 0 but left out."""

    @property
    def city(self) -> AreaGap:
        """The whole place."""
        return self.areas[-1]

    def to_dict(self) -> dict[str, Any]:
        """Return the gap as plain values for JSON."""
        return {
            "scenario": self.scenario,
            "schools_without_known_seats": self.unknown,
            **_area(self.city),
            "districts": [{**_area(line), "district": line.area} for line in self.areas[:-1]],
            "schools": [
                {
                    "school": one.school,
                    "district": one.area,
                    "pupils": one.pupils,
                    "seats": one.seats,
                    "missing": one.missing,
                }
                for one in self.schools
            ],
        }


def shift_gap(ground: Ground, answer: Provision) -> ShiftGap:
    """
    Return the seats missing for teaching in one shift.

    Counts the pupils at schools where they study today (whether or not that school is still
    open) against the one-shift seats of the schools open in a scenario. Seats missing are
    reckoned three ways: no pupil changes school; pupils may change school within their area;
    any seat will do. Each is at least the next.

    Parameters
    ----------
    ground
        The theme's schools.
    answer
        Says which schools are open and what they offer, and which count of pupils is taken.

    Returns
    -------
    gap
        By school, by area and in sum.
    """
    layer = ground.counted
    _, pupils, _ = counted(ground.rule, layer, low=answer.pupils.low)
    known = _known(ground, layer.id, low=answer.pupils.low)
    home = membership(layer, ground.areas)
    there = answer.school_areas[ground.areas.id]
    own = _own_seats(ground, answer)
    ids = [f"{layer.id}/{row}" for row in layer.frame["id"].astype(str)]
    schools = tuple(
        SchoolGap(name, home.names[at], int(number) if sure else None, own.get(name))
        for name, at, number, sure in zip(ids, home.at, pupils, known, strict=True)
    )
    seats = np.where(answer.seats.known, answer.seats.one_shift, 0)
    lines = _lines(home.names, home.sums(pupils), there.sums(seats), schools)
    return ShiftGap(
        scenario=answer.scenario,
        schools=tuple(sorted(schools, key=lambda one: one.school)),
        areas=lines,
        unknown=int((~answer.seats.known).sum()),
    )


def _lines(
    named: tuple[str, ...], pupils: Whole, seats: Whole, schools: tuple[SchoolGap, ...]
) -> tuple[AreaGap, ...]:
    """Return one line for each area that holds anything, and their sum."""
    by_school = dict.fromkeys(named, 0)
    for one in schools:
        by_school[one.area] += one.missing or 0
    lines = [
        AreaGap(area, int(p), int(s), by_school[area], max(0, int(p) - int(s)))
        for area, p, s in zip(named, pupils, seats, strict=True)
        if area != OUTSIDE or p or s
    ]
    city = AreaGap(
        CITY,
        sum(line.pupils for line in lines),
        sum(line.seats for line in lines),
        sum(line.by_school for line in lines),
        sum(line.by_area for line in lines),
    )
    return (*lines, city)


def _known(ground: Ground, layer: str, *, low: bool) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows of the counted layer say how many pupils they have."""
    column = ground.rule.pupils.low if low else ground.rule.pupils.column
    if column is None:
        raise SpecError(f"provision/{ground.rule.theme}.toml: no low variant of {layer}.")
    return np.asarray(ground.counted.frame[column].notna(), dtype=bool)


def _own_seats(ground: Ground, answer: Provision) -> Mapping[str, int]:
    """Return the one-shift seats of each open school, and under its name of one it replaces."""
    seats: dict[str, int] = {}
    by_id = {layer.id: layer for layer in ground.layers}
    at = rows(answer.facilities, by_id)
    for name, row, number, known in zip(
        answer.facilities.ids, at, answer.seats.one_shift, answer.seats.known, strict=True
    ):
        if not known:
            continue
        seats[name] = seats.get(name, 0) + int(number)
        layer = by_id[layer_of(name)]
        column = layer.spec.columns.get("replaces")
        replaced = None if column is None else layer.frame["replaces"].iloc[row]
        if column is not None and isinstance(replaced, str):
            target = f"{column.layer or layer.id}/{replaced}"
            seats[target] = seats.get(target, 0) + int(number)
    return seats


def _area(line: AreaGap) -> dict[str, int]:
    return {
        "pupils": line.pupils,
        "seats": line.seats,
        "missing": line.missing,
        "missing_by_area": line.by_area,
        "missing_by_school": line.by_school,
    }
