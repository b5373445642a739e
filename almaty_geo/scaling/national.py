"""The national roll-up: every city and district with whole numbers that add up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from almaty_geo.area import DEGREES
from almaty_geo.scaling.counted import COVERED, SEATED, CityFacts, District, Numbers
from almaty_geo.scaling.layout import CountrySpec
from almaty_geo.scaling.tasks import Wish
from almaty_geo.sections import OUTSIDE
from almaty_geo.words import LANGUAGES, Text, say


@dataclass(frozen=True, slots=True, eq=False)
class CityAnswer:
    """The answer of one city."""

    city: str
    """Slug of the city."""

    facts: CityFacts
    """Name, reach, norm, districts."""

    numbers: Mapping[str, Numbers]
    """By area; `OUTSIDE` for those outside all districts."""

    proof: float | str | None
    """Of seats: "optimal", or the gap."""

    walked_m: Mapping[str, float]
    """Of seats: metres that all seated go, by area."""

    @property
    def total(self) -> Numbers:
        """The sum over all areas."""
        return summed(self.numbers.values())

    @property
    def outline(self) -> shapely.Geometry | None:
        """The districts as one outline in degrees; None where none has one."""
        shapes = [shapely.from_wkb(d.outline) for d in self.facts.districts if d.outline]
        return shapely.union_all(shapely.make_valid(np.array(shapes))) if shapes else None

    def rows(self) -> Iterator[tuple[str, Text, District | None, Numbers]]:
        """Yield id, name, district and numbers of each district, then of those outside, if any."""
        for one in self.facts.districts:
            yield one.id, one.name, one, self.numbers[one.id]
        outside = self.numbers.get(OUTSIDE)
        if outside is not None and any(outside):
            yield OUTSIDE, say("Outside every district"), None, outside


@dataclass(frozen=True, slots=True, eq=False)
class National:
    """The answer of a country."""

    spec: CountrySpec
    """What it is called."""

    wish: Wish
    """What was asked."""

    cities: Mapping[str, CityAnswer]
    """The answer of each city, by slug, sorted."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What each number counts."""
        return SEATED if self.wish.seats else COVERED

    @property
    def total(self) -> Numbers:
        """The sum over all cities."""
        return summed(city.total for city in self.cities.values())

    @property
    def name(self) -> str:
        """What files of this answer are called."""
        return f"{self.spec.id}-{self.wish.theme}{'-seats' if self.wish.seats else ''}"

    def told(self, numbers: Numbers, walked_m: float | None = None) -> dict[str, Any]:
        """
        Return numbers under their names, with what follows from them.

        Parameters
        ----------
        numbers
            As ``keys`` names them.
        walked_m
            Of seats: metres that all seated go.

        Returns
        -------
        told
            Of coverage: people, those within and out of reach, and shares (0 to 1; None where
            nobody lives). Of seats: whole pupils and seats, and the mean way.
        """
        if self.wish.seats:
            named: dict[str, Any] = dict(zip(SEATED, numbers, strict=True))
            seated = named["seated"]
            mean = round(walked_m / seated, 1) if seated and walked_m is not None else None
            return {**named, "mean_walk_m": mean}
        people, within, low, high = numbers

        def share(number: int) -> float | None:
            return number / people if people else None

        return {
            "people": people,
            "within_reach": within,
            "out_of_reach": people - within,
            "share": share(within),
            "low": share(low),
            "high": share(high),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return all of the answer as plain values for JSON."""
        wish = self.wish
        walked = [w for city in self.cities.values() for w in city.walked_m.values()]
        return {
            "country": self.spec.id,
            "name": self.spec.name.to_dict(),
            "date": self.spec.date.isoformat(),
            "theme": wish.theme,
            "asked": "seats" if wish.seats else "reach",
            **self.told(self.total, sum(walked)),
            "cities": [self._city(city) for city in self.cities.values()],
        }

    def _city(self, city: CityAnswer) -> dict[str, Any]:
        """Return one city as plain values."""
        facts = city.facts
        shared: dict[str, Any] = {
            "city": city.city,
            "name": facts.name.to_dict(),
            "scenario": facts.scenario,
            "reach": {"value": facts.reach.value, "unit": facts.reach.unit},
            "mode": facts.reach.mode,
            "norm": facts.norm is not None,
            "basis": facts.basis,
        }
        if self.wish.seats:
            shared["proof"] = city.proof
        rows = [
            {
                "district": area,
                "name": name.to_dict(),
                **self.told(numbers, city.walked_m.get(area)),
            }
            for area, name, _, numbers in city.rows()
        ]
        total = self.told(city.total, sum(city.walked_m.values()))
        return {**shared, **total, "districts": rows}

    def districts(self) -> gpd.GeoDataFrame:
        """Return one row a district, with its outline in degrees."""
        rows: list[dict[str, Any]] = []
        shapes: list[Any] = []
        for city in self.cities.values():
            for area, name, district, numbers in city.rows():
                rows.append(
                    {
                        "city": city.city,
                        **_named("city", city.facts.name),
                        "district": area,
                        **_named("district", name),
                        **self.told(numbers, city.walked_m.get(area)),
                    }
                )
                known = district is not None and district.outline
                shapes.append(shapely.from_wkb(district.outline) if district and known else None)
        return gpd.GeoDataFrame(rows, geometry=shapes, crs=DEGREES)

    def by_city(self) -> gpd.GeoDataFrame:
        """Return one row a city, with its outline in degrees."""
        rows = [
            {
                "city": city.city,
                **_named("city", city.facts.name),
                "basis": city.facts.basis,
                **self.told(city.total, sum(city.walked_m.values())),
            }
            for city in self.cities.values()
        ]
        shapes: list[Any] = [city.outline for city in self.cities.values()]
        return gpd.GeoDataFrame(rows, geometry=shapes, crs=DEGREES)


def summed(each: Iterable[Numbers]) -> Numbers:
    """Return the sum of numbers, quantity by quantity."""
    return tuple(sum(column) for column in zip(*each, strict=True))


def _named(what: str, name: Text) -> dict[str, str]:
    """Return a name as columns."""
    return {f"{what}_{language}": name[language] for language in LANGUAGES}
