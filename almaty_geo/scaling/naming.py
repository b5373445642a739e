"""What a country is called, and which cities it has."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import tomlkit

from almaty_geo.errors import AlmatyGeoError, SpecError, UsageError
from almaty_geo.scaling.layout import CITIES, COUNTRY, CountrySpec
from almaty_geo.specs import PlanSpec, read_spec
from almaty_geo.words import LANGUAGES, same

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


@contextmanager
def of_city(city: str) -> Iterator[None]:
    """Begin what is raised on purpose with the slug of the city that it is about."""
    try:
        yield
    except AlmatyGeoError as error:
        said = f"{city}: {error}"
        if isinstance(error, KeyError):  # its maker takes other words
            raise UsageError(said) from error
        raise type(error)(said) from error


def is_packed(folder: Path) -> bool:
    """Return whether a folder is a country in partitions."""
    return (folder / COUNTRY).is_file() and (folder / CITIES).is_dir()


def plans_in(folder: Path) -> dict[str, Path]:
    """
    Return the plans among the folders of a folder, by the slug of their city, sorted.

    Raises
    ------
    SpecError
        If there is no such folder, or the name of a plan's folder is no slug.
    """
    if not folder.is_dir():
        raise SpecError(f"{folder}: is no folder.")
    inside = (path for path in folder.iterdir() if not path.name.startswith("."))
    found = sorted(path for path in inside if (path / "plan.toml").is_file())
    for path in found:
        if not SLUG.fullmatch(path.name):
            raise SpecError(
                f"{folder.name}/{path.name}: the folder of a city is named by small letters, "
                "digits, - and _."
            )
    return {path.name: path for path in found}


def specs_of(plans: Mapping[str, Path]) -> tuple[PlanSpec, ...]:
    """Return what each plan says of itself."""
    found = []
    for city, path in plans.items():
        with of_city(city):
            found.append(read_spec(path / "plan.toml", PlanSpec))
    return tuple(found)


def told(folder: Path, specs: Sequence[PlanSpec]) -> CountrySpec:
    """
    Return what a country is called: as its file says, else after its folder.

    Parameters
    ----------
    folder
        A country in partitions, or a folder of plans with or without ``country.toml``.
    specs
        Plans of its cities; the latest date is the country's where none is said.

    Raises
    ------
    SpecError
        If the file says what it may not say, or nothing gives a date.
    """
    if (folder / COUNTRY).is_file():
        return read_spec(folder / COUNTRY, CountrySpec)
    name = folder.resolve().name
    slug = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "country"
    if not specs:
        raise SpecError(f"{COUNTRY}: not found in {folder}.")
    latest = max(spec.date for spec in specs)
    return CountrySpec(id=slug, name=same(name), date=latest)


def country_toml(spec: CountrySpec) -> str:
    """Return ``country.toml`` as text."""
    document = tomlkit.document()
    document["id"] = spec.id
    document["date"] = spec.date
    names = tomlkit.inline_table()
    for language in LANGUAGES:
        names[language] = spec.name[language]
    document["name"] = names
    return tomlkit.dumps(document)
