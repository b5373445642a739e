"""From the text of a GeoJSON file to columns and shapes."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from almaty_geo.reading.coordinates import shapes_of
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.rows import IN_DEGREES, Rows, Stated, too_many
from almaty_geo.reading.strict_json import Doubled, Odd, Parsed
from almaty_geo.specs import GeometryType

_DEGREES = frozenset({
    "CRS84",
    "EPSG:4326",
    "OGC:CRS84",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "urn:ogc:def:crs:OGC::CRS84",
})  # fmt: skip
_CODE = re.compile(
    r"(?:EPSG:|urn:ogc:def:crs:EPSG:[0-9.]*:|http://www\.opengis\.net/def/crs/EPSG/0/)([0-9]{4,6})"
)


def read_features(parsed: Parsed, wanted: GeometryType | None, faults: Faults) -> Rows | None:
    """
    Return the features of a GeoJSON document.

    Parameters
    ----------
    parsed
        The document: a FeatureCollection, or one Feature.
    wanted
        Type that the geometries must have; None for any.
    faults
        Where everything wrong is noted.

    Returns
    -------
    rows
        Columns and shapes; None if there is no collection to read.
    """
    features = _features(parsed.value, faults)
    if features is None:
        return None
    sound = [feature if _is_feature(feature) else {} for feature in features]
    properties = [_members(feature.get("properties")) for feature in sound]
    faults.ids = [_label(p, f) for p, f in zip(properties, sound, strict=True)]
    names = list(dict.fromkeys(name for p in properties for name in p))
    if too_many(len(features), len(names), faults):
        return None
    _check_features(features, faults)
    _check_slips(parsed, sound, faults)
    geometries = [f.get("geometry") if _is_feature(f) else None for f in features]
    return Rows(
        {name: [p.get(name) for p in properties] for name in names},
        shapes_of(geometries, wanted, faults),
        _first(properties),
        _stated(parsed.value),
    )


def _features(document: Any, faults: Faults) -> list[Any] | None:  # noqa: ANN401 - any JSON
    """Return the features of a document, or None if it is something else."""
    kind = document.get("type") if isinstance(document, dict) else document
    if not isinstance(document, dict) or kind not in {"Feature", "FeatureCollection"}:
        what = f"type is {shown(kind)}" if isinstance(document, dict) else shown(document)
        case = {"feature": "Feature", "featurecollection": "FeatureCollection"}
        meant = case.get(kind.casefold()) if isinstance(kind, str) else None
        hint = f"{meant}? Letter case counts" if meant else ""
        if isinstance(document, dict) and "elements" in document:
            hint = "an answer of Overpass? That is fetched, not read as a layer"
        faults.add(what, "a FeatureCollection or a Feature", hint=hint, rule="not-features")
        return None
    if kind == "Feature":
        return [document]
    features = document.get("features")
    if isinstance(features, list):
        return features
    faults.add(f"member features: {shown(features)}", "a list of features", rule="not-features")
    return None


def _stated(document: dict[str, Any]) -> Stated:
    """Return what a document says of its coordinate system; a link is never followed."""
    if "crs" not in document:
        return IN_DEGREES
    crs = document["crs"]
    if crs is None:
        return Stated("", "crs is null, so unknown")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name in _DEGREES:
        return IN_DEGREES
    link = properties.get("href") if isinstance(properties, dict) else None
    said = name if name is not None else link if link is not None else crs
    code = _CODE.fullmatch(name) if isinstance(name, str) else None
    system = f"EPSG:{code[1]}" if code else ""
    hint = "a linked definition is not fetched" if link is not None else ""
    return Stated(system, f"crs is {shown(said)}", hint)


def _is_feature(feature: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(feature, dict) and feature.get("type") == "Feature"


def _members(properties: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return properties if isinstance(properties, dict) else {}


def _label(properties: dict[str, Any], feature: dict[str, Any]) -> str:
    """Return what a feature is called in a fault: its column id, else its member id."""
    for name in (properties.get("id"), feature.get("id")):
        if isinstance(name, str | int):
            return shown(name).strip("'")
    return ""


def _first(properties: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return the first feature that has each column."""
    first: dict[str, int] = {}
    for index, own in enumerate(properties):
        for name in own.keys() - first.keys():
            first[name] = index
    return first


def _check_features(features: Sequence[Any], faults: Faults) -> None:
    """Note members of features that are missing or of a wrong kind, and ids borne twice."""
    borne: dict[str | int, int] = {}
    for index, feature in enumerate(features):
        if not _is_feature(feature):
            kind = feature.get("type") if isinstance(feature, dict) else feature
            hint = "letter case counts" if shown(kind).casefold() == "'feature'" else ""
            faults.add(f"type is {shown(kind)}", "a Feature", feature=index, hint=hint)
            continue
        _check_members(index, feature, faults)
        name = feature.get("id")
        if isinstance(name, str | int) and name in borne:
            faults.add(
                f"Feature id {shown(name)} is also that of feature {borne[name]}",
                "an id of its own",
                feature=index,
                rule="duplicate-id",
            )
        elif isinstance(name, str | int):
            borne[name] = index


def _check_members(index: int, feature: dict[str, Any], faults: Faults) -> None:
    """Note a missing geometry or properties; a geometry of null is a thing without a place."""
    if "geometry" not in feature:
        faults.add("no geometry", "a geometry or null", feature=index, rule="no-geometry")
    if "properties" not in feature:
        faults.add("no properties", "properties, an object or null", feature=index)
    elif not isinstance(feature["properties"], dict | None):
        given = shown(feature["properties"])
        faults.add(f"properties are {given}", "an object or null", feature=index)


def _check_slips(parsed: Parsed, features: Sequence[dict[str, Any]], faults: Faults) -> None:
    """Note members given twice where they are, and odd numbers that no column will show."""
    placed: Counter[str] = Counter()
    for index, feature in enumerate(features) if parsed.doubled else ():
        for part in (feature, feature.get("properties"), feature.get("geometry")):
            for name in part.twice if isinstance(part, Doubled) else ():
                placed[name] += 1
                faults.add(
                    f"member {shown(name)} is there twice",
                    "each member once",
                    feature=index,
                    rule="doubled-member",
                )
    for name in Counter(parsed.doubled) - placed:
        faults.add(
            f"member {shown(name)} is there twice", "each member once", rule="doubled-member"
        )
    if parsed.odd:
        placed = Counter(odd for feature in features for odd in _odd(feature))
        for number in Counter(parsed.odd) - placed:
            faults.add(f"{number} outside of columns and coordinates", "JSON", rule="json")


def _odd(feature: dict[str, Any]) -> Iterable[str]:
    """Yield the odd numbers in a feature's columns and coordinates, which are checked there."""
    geometry = feature.get("geometry")
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    waiting.extend(v for v in _members(feature.get("properties")).values() if isinstance(v, Odd))
    while waiting:
        part = waiting.pop()
        if isinstance(part, Odd):
            yield str(part)
        elif isinstance(part, list):
            waiting.extend(part)
