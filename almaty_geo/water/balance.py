"""Water: what sources give against what people use, by area and by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almaty_geo.errors import DataError
from almaty_geo.specs import Factor, NormValue, WaterSupply
from almaty_geo.water.parts import AreaWater, KindWater, by_area, by_kind, whole
from almaty_geo.water.person import LITRES, PerPerson
from almaty_geo.water.series import Point, Series, people_in
from almaty_geo.water.sources import WaterSource


@dataclass(frozen=True, slots=True)
class Year:
    """Supply against demand in a year."""

    year: int
    """The year, at its end."""

    people: int
    """Residents."""

    forecast: bool
    """Whether the residents are a forecast."""

    itemised_m3_day: int
    """Capacity of the sources that are named, open by then and of known capacity."""

    unattributed_m3_day: int
    """Published capacity that no named source accounts for."""

    demand_m3_day: Mapping[str, float]
    """Average day's use, by `PerPerson.id`."""

    peak_m3_day: Mapping[str, float]
    """Peak day's use, by `PerPerson.id`."""

    least_reserve_m3_day: float
    """Named sources only, against the largest use on a peak day at the factor's upper end."""

    most_reserve_m3_day: float
    """All that is published, against the smallest use on an average day."""

    @property
    def capacity_m3_day(self) -> int:
        """Capacity of all sources."""
        return self.itemised_m3_day + self.unattributed_m3_day

    def reserve_m3_day(self, per_person: str) -> float:
        """Return capacity less the peak day's use; below 0 for a deficit."""
        return self.capacity_m3_day - self.peak_m3_day[per_person]


@dataclass(frozen=True, slots=True)
class Balance:
    """
    Supply against demand.

    Capacities of areas, of sources without an area and the unattributed rest add up to what is
    published.
    """

    norm: PerPerson
    """The design norm."""

    used: tuple[PerPerson, ...]
    """What is truly used by each published figure, the main one first."""

    use: tuple[Point, ...]
    """The published figures of use."""

    published: Point | None
    """The published capacity of all sources."""

    unattributed_m3_day: int
    """Published capacity less every named source's; None published counts as nothing more."""

    peak_day: Factor
    """Peak day over average day."""

    sources: tuple[WaterSource, ...]
    """Named sources."""

    years: tuple[Year, ...]
    """By year."""

    areas: tuple[AreaWater, ...]
    """By area; last, those without one."""

    @property
    def kinds(self) -> tuple[KindWater, ...]:
        """Sources of each kind together, at the balance's date."""
        return by_kind(self.sources, year=self.years[0].year)

    @property
    def promised(self) -> tuple[WaterSource, ...]:
        """Sources that count as open because they were to open by now; none reports them so."""
        now = self.years[0].year
        return tuple(s for s in self.sources if s.state != "existing" and s.open_in(now))

    @property
    def itemised_m3_day(self) -> int:
        """Capacity of every named source, open or to come."""
        return sum(source.capacity_m3_day or 0 for source in self.sources)

    def share_of_use(self, sources: Sequence[str]) -> float:
        """Return the capacity of some sources over the main figure of use."""
        known = {source.id: source.capacity_m3_day or 0 for source in self.sources}
        return sum(known[name] for name in sources) / self.use[0].value

    def people_at(self, source: WaterSource, per_person: PerPerson) -> int | None:
        """Return how many people a source's capacity is enough for; None where unknown."""
        if source.capacity_m3_day is None:
            return None
        return int(source.capacity_m3_day * LITRES // per_person.litres)

    def to_dict(self) -> dict[str, Any]:
        """Return the balance as plain values for JSON."""
        return {
            "litres_per_person_day": {p.id: round(p.litres, 1) for p in (self.norm, *self.used)},
            "use_m3_day": [p.to_dict() for p in self.use],
            "published_capacity_m3_day": self.published.to_dict() if self.published else None,
            "itemised_m3_day": self.itemised_m3_day,
            "unattributed_m3_day": self.unattributed_m3_day,
            "peak_day": {
                "value": self.peak_day.value,
                "low": self.peak_day.low,
                "high": self.peak_day.high,
                "confidence": self.peak_day.confidence,
            },
            "sources": [self._source(source) for source in self.sources],
            "kinds": [kind.to_dict() for kind in self.kinds],
            "years": [_year(year) for year in self.years],
            "districts": [area.to_dict() for area in self.areas],
        }

    def _source(self, source: WaterSource) -> dict[str, Any]:
        return {
            **source.to_dict(),
            "people_at_norm": self.people_at(source, self.norm),
            "people_at_use": self.people_at(source, self.used[0]),
            "share_of_use": None
            if source.capacity_m3_day is None
            else self.share_of_use([source.id]),
        }


def balance(
    supply: WaterSupply,
    norm: NormValue,
    sources: tuple[WaterSource, ...],
    series: Series,
    *,
    people: Mapping[str, int],
    years: Sequence[int],
) -> Balance:
    r"""
    Hold what sources give against what people use.

    .. math:: \text{reserve} = C - k \cdot n \cdot q / 1000

    with capacity C in m³ a day, peak-day factor k, n people and q litres per person per day.

    Parameters
    ----------
    supply
        Where the figures stand.
    norm
        Litres per person per day.
    sources
        Named sources of water.
    series
        The place's figures by date.
    people
        Residents of each area.
    years
        Years to reckon with, the first of them the balance's own.

    Returns
    -------
    balance
        With both figures of use where sources disagree.

    Raises
    ------
    DataError
        If a series that is declared has no figure, or there is no year.
    """
    if not years:
        raise DataError("A water balance needs at least one year.")
    use = tuple(series.latest(name) for name in supply.use)
    by_norm = PerPerson("norm", norm.value, norm.confidence)
    used = tuple(_used(point, series, supply) for point in use)
    published = series.latest(supply.capacity) if supply.capacity else None
    itemised = sum(source.capacity_m3_day or 0 for source in sources)
    rest = max(0, round(published.value) - itemised) if published else 0
    each = (by_norm, *used)
    in_years = tuple(_in_year(y, supply, series, sources, rest, each) for y in years)
    return Balance(
        norm=by_norm,
        used=used,
        use=use,
        published=published,
        unattributed_m3_day=rest,
        peak_day=supply.peak_day,
        sources=sources,
        years=in_years,
        areas=by_area(
            sources,
            people,
            each,
            {one.year: one.people for one in in_years},
            peak=supply.peak_day.value,
        ),
    )


def _used(point: Point, series: Series, supply: WaterSupply) -> PerPerson:
    """Return what one person uses, if all that is used is shared out over all residents."""
    residents, _ = people_in(series, supply, point.year)
    return PerPerson(point.series, point.value * LITRES / residents, point.confidence)


def _in_year(
    year: int,
    supply: WaterSupply,
    series: Series,
    sources: Sequence[WaterSource],
    rest: int,
    each: Sequence[PerPerson],
) -> Year:
    people, forecast = people_in(series, supply, year)
    itemised = sum(s.capacity_m3_day or 0 for s in sources if s.open_in(year))
    average = {p.id: p.demand_m3_day(people) for p in each}
    peak = supply.peak_day
    return Year(
        year=year,
        people=people,
        forecast=forecast,
        itemised_m3_day=itemised,
        unattributed_m3_day=rest,
        demand_m3_day=average,
        peak_m3_day={name: value * peak.value for name, value in average.items()},
        least_reserve_m3_day=itemised - max(average.values()) * peak.high,
        most_reserve_m3_day=itemised + rest - min(average.values()),
    )


def _year(year: Year) -> dict[str, Any]:
    return {
        "year": year.year,
        "people": year.people,
        "forecast": year.forecast,
        "itemised_m3_day": year.itemised_m3_day,
        "unattributed_m3_day": year.unattributed_m3_day,
        "demand_m3_day": whole(year.demand_m3_day),
        "peak_m3_day": whole(year.peak_m3_day),
        "reserve_m3_day": {k: round(year.reserve_m3_day(k)) for k in year.peak_m3_day},
        "least_reserve_m3_day": round(year.least_reserve_m3_day),
        "most_reserve_m3_day": round(year.most_reserve_m3_day),
    }
