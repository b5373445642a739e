"""Doubts about values: ids that lead nowhere, names untidy or borne twice, numbers not known."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

import shapely

from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.finding import Finding, id_of, named, quoted, retold, rows
from almaty_geo.errors import AlmatyGeoError
from almaty_geo.reading import legible
from almaty_geo.specs import NOT_STATED

K = TypeVar("K", bound=Hashable)
_SPACES = re.compile("[ \t\u00a0]{2,}")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_QUOTES = re.compile("[\"'«»“”„]")
_NUMBER = "number"


def references(layer: Layer, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield ids that no row of the layer meant bears."""
    for name, column in layer.spec.columns.items():
        target = column.layer
        if target is None:
            continue
        known = _ids(catalogue, target)
        if known is None:
            sentence = f"column {name} refers to the layer {target}, which cannot be read."
            yield Finding(layer.id, "", "unresolved", "error", sentence)
            continue
        values = layer.frame[name]
        for row in values.index[values.notna() & ~values.isin(list(known))]:
            said = legible(str(values[row]))
            sentence = f"{id_of(layer, row)}: {name} is {said!r}, which is no id of {target}."
            yield Finding(layer.id, id_of(layer, row), "unresolved", "error", sentence)


def texts(layer: Layer) -> Iterator[Finding]:
    """Yield texts with spaces too many, quotes left open, or characters that cannot be seen."""
    for name, column in layer.spec.columns.items():
        if column.kind != "str":
            continue
        for row, text in layer.frame[name].dropna().items():
            if text != (tidy := _SPACES.sub(" ", text.strip())):
                yield _untidy(layer, row, name, (text, tidy))
            if text.count('"') % 2 or text.count("«") != text.count("»"):
                found = f"{name} {quoted(text)} leaves a quote open"
                yield _oddity(layer, id_of(layer, row), "quotes", found)
            if _INVISIBLE.search(text):
                found = f"{name} {quoted(text)} holds characters that cannot be seen"
                yield _oddity(layer, id_of(layer, row), "invisible", found)


def duplicates(layer: Layer) -> Iterator[Finding]:
    """Yield numbers, and names at one place, that several facilities bear."""
    if layer.spec.role != "facility":
        return
    if _NUMBER in layer.spec.columns:
        numbers = layer.frame[_NUMBER].dropna()
        borne = _groups((str(number), id_of(layer, row)) for row, number in numbers.items())
        for number, bearers in borne.items():
            sentence = f"number {legible(number)} is borne by {named(bearers)}."
            yield Finding(layer.id, "", "number-twice", "warning", sentence)
    for (_, lon, lat), bearers in _groups(_names_at_places(layer)).items():
        sentence = f"{named(bearers)} have the same name at {lon:.7g}, {lat:.7g}."
        yield Finding(layer.id, "", "same-name-and-place", "warning", sentence)


def unknowns(layer: Layer) -> Iterator[Finding]:
    """Yield what is not known, and counted as such: places, capacities, people, licences."""
    spec, total = layer.spec, len(layer)
    if spec.capacity is not None:
        empty = [id_of(layer, row) for row in layer.frame.index[layer.frame[spec.capacity].isna()]]
        if empty:
            sentence = f"{rows(len(empty), total)} without {spec.capacity}: {named(empty)}."
            feature = empty[0] if len(empty) == 1 else ""
            yield Finding(layer.id, feature, "unknown-capacity", "warning", sentence)
    if spec.role == "demand" and (nobody := int((layer.frame["people"] == 0).sum())):
        yield _note(layer, "nobody", f"{rows(nobody, total)} with 0 people.")
    if layer.unlocated:
        geometry = layer.frame.geometry
        ids = [id_of(layer, row) for row in layer.frame.index[geometry.isna() | geometry.is_empty]]
        sentence = f"{rows(len(ids), total)} without a place, kept and counted: {named(ids)}."
        yield _note(layer, "unlocated", sentence)
    unstated = [source.publisher.en for source in spec.source if source.licence == NOT_STATED]
    if unstated:
        found = f"{len(unstated)} of {len(spec.source)} sources state no licence"
        yield _note(layer, "licence", f"{found}: {'; '.join(dict.fromkeys(unstated))}.")


def _ids(catalogue: Catalogue, name: str) -> frozenset[str] | None:
    """Return the ids of a layer, or None if it is not there or cannot be read."""
    try:
        frame = catalogue[name].frame
    except AlmatyGeoError:
        return None
    return frozenset(frame["id"]) if "id" in frame else None


def _groups(bearers: Iterable[tuple[K, str]]) -> Mapping[K, list[str]]:
    """Return the ids that share a key, for each key that several bear."""
    groups: dict[K, list[str]] = defaultdict(list)
    for key, name in bearers:
        groups[key].append(name)
    return {key: names for key, names in groups.items() if len(names) > 1}


def _names_at_places(layer: Layer) -> Iterator[tuple[tuple[str, float, float], str]]:
    """Yield name, longitude and latitude of each row that has them, with the row's id."""
    located = layer.located
    middles = shapely.centroid(located.geometry.to_numpy())
    lon, lat = shapely.get_x(middles).tolist(), shapely.get_y(middles).tolist()
    for index, row in enumerate(located.index):
        names = (located[column].iloc[index] for column in layer.spec.name_columns)
        name = next((name for name in names if isinstance(name, str)), None)
        if name is not None:
            yield (matched(name), lon[index], lat[index]), id_of(layer, row)


def matched(name: str) -> str:
    """Return a name as it is compared: case, quotes, spaces and invisible characters aside."""
    seen = _QUOTES.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)))
    return " ".join(seen.casefold().split())


def _untidy(layer: Layer, row: object, column: str, texts: tuple[str, str]) -> Finding:
    """Return the finding of a text with spaces too many; they are taken out, but for ids."""
    feature = id_of(layer, row)
    sentence = f"{feature}: {column} has spaces too many."
    repair = None if column == "id" else retold(layer, row, column, "spaces", texts)
    return Finding(layer.id, feature, "spaces", "warning", sentence, repair)


def _oddity(layer: Layer, feature: str, rule: str, found: str) -> Finding:
    """Return a finding about how a text is written; what it says stands."""
    return Finding(layer.id, feature, rule, "note", f"{feature}: {found}.")


def _note(layer: Layer, rule: str, sentence: str) -> Finding:
    return Finding(layer.id, "", rule, "note", sentence)
