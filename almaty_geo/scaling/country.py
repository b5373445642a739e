"""A country: many cities asked one question, by one process or by many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from almaty_geo.errors import SpecError, UsageError
from almaty_geo.scaling.counted import Counted, added
from almaty_geo.scaling.layout import (
    CITIES,
    NOWHERE,
    PARTITIONS,
    CountrySpec,
    Partitions,
    city_folder,
    read_partitions,
)
from almaty_geo.scaling.naming import is_packed, of_city, plans_in, specs_of, told
from almaty_geo.scaling.national import CityAnswer, National
from almaty_geo.scaling.tasks import Task, Wish, reckon
from almaty_geo.specs import PlanSpec, read_spec
from almaty_geo.tiling.running import results

if TYPE_CHECKING:
    from distributed import Client

TILES = 8
"""Tiles that one task answers for, one after another: what they share is read once."""


@dataclass(frozen=True, slots=True)
class Country:
    """Cities in a folder: as plans, or in partitions."""

    folder: Path
    """Where they lie; workers must find it under this path."""

    spec: CountrySpec
    """What the country is called."""

    cities: tuple[str, ...]
    """Slugs of its cities, sorted."""

    packed: bool
    """Whether they lie in partitions."""

    def ask(
        self,
        wish: Wish,
        *,
        client: "Client | None" = None,
        progress: Callable[[str], None] | None = None,
    ) -> National:
        """
        Ask every city.

        Parameters
        ----------
        wish
            What is asked.
        client
            Workers; None to do all of it in this process, which gives the same numbers.
        progress
            Told the city of each task that is done; see `tasks` for how many there are.

        Returns
        -------
        national
            The answer of each city and district; in a country in partitions that of people within
            reach is made tile by tile.

        Raises
        ------
        AlmatyGeoError
            As a city's plan raises it; the line begins with the city's slug.
        """
        tasks = self.tasks(wish)
        found: dict[int, Counted] = {}
        for at, counted in results(tasks, reckon, client=client):
            found[at] = counted
            if progress is not None:
                progress(counted.city)
        by_city: dict[str, list[Counted]] = {city: [] for city in self.cities}
        for at in sorted(found):
            by_city[found[at].city].append(found[at])
        answers = {city: _answer(city, each) for city, each in by_city.items()}
        return National(self.spec, wish, answers)

    def tasks(self, wish: Wish) -> tuple[Task, ...]:
        """Return what there is to do: the largest first where whole cities are asked."""
        if not self.packed:
            return tuple(Task(self.folder / c, c, wish, packed=False) for c in self.cities)
        if wish.seats:
            people = {city: self._points(city) for city in self.cities}
            largest = sorted(self.cities, key=lambda city: (-people[city], city))
            return tuple(Task(self.folder, c, wish, packed=True) for c in largest)
        return tuple(task for city in self.cities for task in self._tiled(city, wish))

    def _points(self, city: str) -> int:
        """Return how many points of demand a city has."""
        name, files = _demand(self.folder, city)
        return sum(one.rows for one in files.of(name))

    def _tiled(self, city: str, wish: Wish) -> Iterator[Task]:
        """Yield the tasks of a city's tiles."""
        name, files = _demand(self.folder, city)
        tiles = sorted(one.tile for one in files.of(name)) or [NOWHERE]
        for first in range(0, len(tiles), TILES):
            some = tuple(tiles[first : first + TILES])
            yield Task(self.folder, city, wish, packed=True, tiles=some, told=first == 0)


def open_country(folder: Path | str) -> Country:
    """
    Open a country.

    Parameters
    ----------
    folder
        A folder of plans, one a city; or a country in partitions, as `almaty-geo pack` writes it.

    Returns
    -------
    country
        Cities are read when they are asked.

    Raises
    ------
    SpecError
        If a declared file says what it may not say.
    UsageError
        If there is no city in the folder.
    """
    place = Path(folder).absolute()
    if is_packed(place):
        found = (place / CITIES).iterdir()
        cities = tuple(sorted(path.name for path in found if (path / PARTITIONS).is_file()))
        if not cities:
            raise UsageError(f"{place}: has no city.")
        return Country(place, told(place, ()), cities, packed=True)
    plans = plans_in(place)
    if not plans:
        raise UsageError(f"{place}: is no country in partitions, and none of its folders a plan.")
    return Country(place, told(place, specs_of(plans)), tuple(plans), packed=False)


def _demand(folder: Path, city: str) -> tuple[str, Partitions]:
    """Return a city's layer of people, and its files."""
    with of_city(city):
        spec = read_spec(city_folder(folder, city) / "plan.toml", PlanSpec)
        return spec.demand, read_partitions(folder, city)


def _answer(city: str, each: list[Counted]) -> CityAnswer:
    """Return what the tasks of one city say together."""
    facts = next((one.facts for one in each if one.facts is not None), None)
    if facts is None:
        raise SpecError(f"{city}: nothing was said of the city.")
    walked: dict[str, float] = {}
    for one in each:
        for area, metres in one.walked_m.items():
            walked[area] = walked.get(area, 0.0) + metres
    return CityAnswer(city, facts, added(one.numbers for one in each), each[0].proof, walked)
