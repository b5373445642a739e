"""The parts of a balance: by area, in each year, and by kind of source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almaty_geo.spreading import largest_remainder
from almaty_geo.water.person import PerPerson
from almaty_geo.water.sources import WaterSource


@dataclass(frozen=True, slots=True)
class AreaYear:
    """The use of an area in a year."""

    year: int
    """The year, at its end."""

    people: int
    """Residents, if all areas grow alike."""

    demand_m3_day: Mapping[str, int]
    """Average day's use, by `PerPerson.id`."""

    peak_m3_day: Mapping[str, int]
    """Peak day's use, by `PerPerson.id`."""

    capacity_m3_day: int
    """Known capacity of the sources stated for the area that are open by then."""


@dataclass(frozen=True, slots=True)
class AreaWater:
    """The use of an area, and the sources that are said to lie in it."""

    area: str
    """Its id; "" for sources that no area is stated for."""

    people: int
    """Residents."""

    demand_m3_day: Mapping[str, int]
    """Average day's use, by `PerPerson.id`; whole figures that add up to the city's."""

    capacity_m3_day: int
    """Known capacity of the sources stated for it, open at the balance's date."""

    coming_m3_day: int
    """Known capacity of those that are to open."""

    unknown: int
    """How many sources there have no known capacity."""

    years: tuple[AreaYear, ...]
    """By year."""

    def to_dict(self) -> dict[str, Any]:
        """Return the area as plain values for JSON."""
        return {
            "district": self.area or None,
            "people": self.people,
            "demand_m3_day": dict(self.demand_m3_day),
            "capacity_m3_day": self.capacity_m3_day,
            "coming_m3_day": self.coming_m3_day,
            "unknown": self.unknown,
            "years": [
                {
                    "year": one.year,
                    "people": one.people,
                    "demand_m3_day": dict(one.demand_m3_day),
                    "peak_m3_day": dict(one.peak_m3_day),
                    "capacity_m3_day": one.capacity_m3_day,
                }
                for one in self.years
            ],
        }


@dataclass(frozen=True, slots=True)
class KindWater:
    """The sources of one kind together."""

    kind: str
    """What they are."""

    sources: int
    """How many there are."""

    capacity_m3_day: int
    """Known capacity of those open at the balance's date."""

    coming_m3_day: int
    """Known capacity of those that are to open."""

    unknown: int
    """How many have no known capacity."""

    def to_dict(self) -> dict[str, Any]:
        """Return the kind as plain values for JSON."""
        return {
            "kind": self.kind,
            "sources": self.sources,
            "capacity_m3_day": self.capacity_m3_day,
            "coming_m3_day": self.coming_m3_day,
            "unknown": self.unknown,
        }


def by_area(
    sources: Sequence[WaterSource],
    people: Mapping[str, int],
    each: Sequence[PerPerson],
    totals: Mapping[int, int],
    *,
    peak: float,
) -> tuple[AreaWater, ...]:
    """
    Return use and sources of each area; last, the sources that no area is stated for.

    Parameters
    ----------
    sources
        Named sources.
    people
        Residents of each area at the balance's date.
    each
        Litres per person.
    totals
        Residents of all areas together by year, the balance's own first. Nobody says where they
        will live, so all areas grow alike, in whole people that add up.
    peak
        Peak day over average day.

    Returns
    -------
    areas
        Whole m³ a day that add up to the city's, shared in proportion to people.
    """
    ids, now = (*people, ""), next(iter(totals))
    today = {p.id: _use(people, p) for p in each}
    later = {year: dict(zip(people, _alike(people, n), strict=True)) for year, n in totals.items()}
    average = {year: {p.id: _use(there, p) for p in each} for year, there in later.items()}
    most = {year: {p.id: _use(there, p, peak) for p in each} for year, there in later.items()}
    found = []
    for area in ids:
        own = [s for s in sources if (s.area or "") == area]
        is_open = _known(own, open_in=now)
        found.append(
            AreaWater(
                area=area,
                people=people.get(area, 0),
                demand_m3_day={name: use.get(area, 0) for name, use in today.items()},
                capacity_m3_day=is_open,
                coming_m3_day=_known(own) - is_open,
                unknown=sum(s.capacity_m3_day is None for s in own),
                years=tuple(
                    AreaYear(
                        year=year,
                        people=there.get(area, 0),
                        demand_m3_day={k: use.get(area, 0) for k, use in average[year].items()},
                        peak_m3_day={k: use.get(area, 0) for k, use in most[year].items()},
                        capacity_m3_day=_known(own, open_in=year),
                    )
                    for year, there in later.items()
                ),
            )
        )
    return tuple(found)


def _use(people: Mapping[str, int], person: PerPerson, times: float = 1) -> dict[str, int]:
    """Return the use of areas in whole m³ a day that add up to that of all, rounded."""
    total = round(person.demand_m3_day(sum(people.values())) * times)
    return dict(zip(people, _alike(people, total), strict=True))


def by_block(
    ids: Sequence[str], people: Sequence[int], areas: Sequence[str], each: Sequence[PerPerson]
) -> list[dict[str, Any]]:
    """
    Return the average day's use of n blocks as plain values for JSON, by `PerPerson.id`.

    Parameters
    ----------
    ids, people, areas
        Id, residents and area of each block, n of them; "" for an area outside all.
    each
        Litres per person.
    """
    return [
        {
            "block": name,
            "district": area or None,
            "people": number,
            "demand_m3_day": {p.id: round(p.demand_m3_day(number), 3) for p in each},
        }
        for name, number, area in zip(ids, people, areas, strict=True)
    ]


def by_kind(sources: Sequence[WaterSource], *, year: int) -> tuple[KindWater, ...]:
    """Return the sources of each kind together, in the order in which kinds first occur."""
    found = []
    for kind in dict.fromkeys(s.kind for s in sources):
        own = [s for s in sources if s.kind == kind]
        is_open = _known(own, open_in=year)
        found.append(
            KindWater(
                kind=kind,
                sources=len(own),
                capacity_m3_day=is_open,
                coming_m3_day=_known(own) - is_open,
                unknown=sum(s.capacity_m3_day is None for s in own),
            )
        )
    return tuple(found)


def whole(values: Mapping[str, float]) -> dict[str, int]:
    """Return figures rounded to whole ones."""
    return {name: round(value) for name, value in values.items()}


def _alike(people: Mapping[str, int], total: int) -> list[int]:
    """Return a whole amount shared out in proportion to the people of areas."""
    if not any(people.values()):
        return [0] * len(people)
    return [int(n) for n in largest_remainder(list(people.values()), total, order=list(people))]


def _known(sources: Sequence[WaterSource], *, open_in: int | None = None) -> int:
    """Return the sum of known capacities, of sources open by a year where one is given."""
    return sum(s.capacity_m3_day or 0 for s in sources if open_in is None or s.open_in(open_in))
