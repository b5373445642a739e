"""Where everything on a page comes from."""

import re
from datetime import date
from typing import Any

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.maps.naming import feature_names, filled
from almaty_geo.maps.pool import Pool
from almaty_geo.maps.vendored import notice
from almaty_geo.specs import NOT_STATED, Source
from almaty_geo.words import Text, count, day, same, say, say_count, term

LISTED = 12
"""How many features without a place are named; the rest are counted."""

OSM_CREDIT = "© OpenStreetMap contributors"


def provenance(layer: Layer, pool: Pool) -> dict[str, Any]:
    """Return all that a layer's sidecar says of it, for the data drawer."""
    spec, word = layer.spec, pool.word
    return {
        "id": layer.id,
        "title": word(spec.title),
        "role": word(term("role", spec.role)),
        "count": word(_size(layer)),
        "date": word(_when(spec.date)),
        "precision": word(_precision(layer)),
        "sources": [_source(source, pool) for source in spec.source],
        "unlocated": word(_unlocated(layer)),
        "unlocated_names": _unlocated_names(layer, pool),
        "names": [[lang, word(count(number))] for lang, number in _names_by_language(layer)],
        "notes": [[word(term("note", note.kind)), word(note.text)] for note in spec.notes],
        "sha256": spec.sha256,
    }


def credits_due(layers: list[Layer]) -> list[str]:
    """Return what the licences of layers ask to be shown on the map itself."""
    return [OSM_CREDIT] if any("ODbL" in layer.spec.licence for layer in layers) else []


def notices(libraries: tuple[str, ...]) -> list[dict[str, str]]:
    """Return Leaflet and the other libraries in the page, with their licences in full."""
    return [notice(name) for name in ("leaflet", *libraries)]


def _source(source: Source, pool: Pool) -> dict[str, Any]:
    """Return one publisher's entry; an address is a link only if it is one of the web."""
    word = pool.word
    return {
        "publisher": word(source.publisher),
        "url": source.url if _is_web_address(source.url) else "",
        "address": word(_or_not_stated(source.url)),
        "accessed": word(day(source.accessed)),
        "licence": word(_or_not_stated(source.licence)),
        "confidence": word(term("confidence", source.confidence)),
        "note": word(source.note) if source.note else "",
    }


def _is_web_address(url: str) -> bool:
    """
    Return whether an address may be a link.

    Examples
    --------
    >>> _is_web_address("https://stat.gov.kz/"), _is_web_address("javascript:alert(1)")
    (True, False)
    """
    return re.fullmatch(r"https?://[^\s\"'<>`]+", url) is not None


def _or_not_stated(value: str) -> Text:
    """Return a value, or the words for there being none."""
    return say("not stated") if value == NOT_STATED else same(value)


def _when(stated: str) -> Text:
    """Return a date as a reader writes it; a year or a month as it stands."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", stated):
        return day(date.fromisoformat(stated))
    return _or_not_stated(stated)


def _size(layer: Layer) -> Text:
    """Return how many features or rows a layer has."""
    if layer.spec.geometry == "none":
        return say_count("{n} row", "{n} rows", len(layer))
    return say_count("{n} feature", "{n} features", len(layer))


def _precision(layer: Layer) -> Text:
    """Return how the places of a layer came about, and how well they are known."""
    if layer.spec.geometry == "none":
        return same("")
    method = term("precision", layer.spec.precision.method)
    metres = layer.spec.precision.metres
    return say("{method}, ± {n}\u00a0m", method=method, n=count(metres)) if metres else method


def _unlocated(layer: Layer) -> Text:
    """Return how many features have no place; empty where all have one."""
    return count(layer.unlocated) if layer.unlocated else same("")


def _unlocated_names(layer: Layer, pool: Pool) -> list[int]:
    """Return the names of the first features without a place."""
    if not layer.unlocated:
        return []
    placeless = ~layer.frame.index.isin(layer.located.index)
    names = np.asarray(feature_names(layer), dtype=object)[placeless]
    return [pool.name(name) for name in names[:LISTED]]


def _names_by_language(layer: Layer) -> list[tuple[str, int]]:
    """Return how many features have a name in each language that the source names any in."""
    return [
        (column.removeprefix("name_"), sum(map(bool, filled(layer.frame[column]))))
        for column in layer.spec.name_columns
        if column in layer.frame
    ]
