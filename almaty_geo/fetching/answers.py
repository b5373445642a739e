"""From the bytes of an answer to elements: strictly, and each thing that is not sound is named."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from almaty_geo.errors import DataError
from almaty_geo.fetching.pages import words_of
from almaty_geo.reading import legible
from almaty_geo.reading.columns import INTEGER_MAX
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.strict_json import parse

Tags = Mapping[str, str]

NAMED = 3
"""How many faults an error names."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Way:
    """An ordered list of nodes."""

    tags: Tags
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a relation."""

    type: str
    ref: int
    role: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Parts that belong together."""

    tags: Tags
    members: tuple[Member, ...]


@dataclass(slots=True)
class Elements:
    """All elements of an answer by id, each once."""

    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Longitude and latitude of nodes, in degrees."""

    nodes: dict[int, Tags] = field(default_factory=dict)
    """Tags of the nodes that have any."""

    ways: dict[int, Way] = field(default_factory=dict)
    """Ways; one that comes twice is kept with its tags."""

    relations: dict[int, Relation] = field(default_factory=dict)
    """Relations; one that comes twice is kept with its tags."""

    date: str = ""
    """When the server's data were as they are, as it states it; empty where it does not."""


def elements_of(data: bytes, where: str) -> Elements:
    """
    Return the elements of an answer in the JSON of the Overpass API.

    Parameters
    ----------
    data
        The whole answer.
    where
        What to call it in an error: a host or a file.

    Returns
    -------
    elements
        All of them; there may be none.

    Raises
    ------
    DataError
        If it is a page, is not strict JSON, says that the server gave up, or holds an element that
        is none. Nothing of it is used then.
    """
    if data.lstrip()[:1] == b"<":
        said = words_of(data)
        raise DataError(f"{where}: answers with a page in place of data: {said!r}.")
    faults = Faults(where)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} is 0x{data[error.start]:02x}"
        raise DataError(f"{legible(where)}: {byte}, expected UTF-8.") from None
    parsed = parse(text, data, faults)
    if parsed is not None:
        for name in dict.fromkeys(parsed.doubled):
            faults.add(f"the member {shown(name)} is there twice", "once", rule="json")
        for odd in dict.fromkeys(parsed.odd):
            faults.add(f"the number {shown(str(odd))}", "a number that JSON has", rule="json")
    _raise(faults)
    return _elements(parsed.value if parsed else None, faults)


def _elements(document: Any, faults: Faults) -> Elements:  # noqa: ANN401 - any JSON value
    """Return the elements of a document."""
    listed = document.get("elements") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        faults.add("holds no list 'elements'", "an answer of the Overpass API")
        _raise(faults)
        return Elements()
    if remark := document.get("remark"):
        raise DataError(
            f"{legible(faults.file)}: the server gave up, what came is not whole: "
            f"{shown(remark)}. A smaller box may do."
        )
    found = Elements(date=_date(document.get("osm3s")))
    for index, raw in enumerate(listed):
        kind = raw.get("type") if isinstance(raw, dict) else None
        take = _TAKERS.get(kind) if isinstance(kind, str) else None
        if take is None:
            faults.add(f"of type {shown(kind)}", "node, way or relation", feature=index)
        elif complaint := take(raw, found):
            faults.add(complaint, feature=index)
    _raise(faults)
    return found


def _raise(faults: Faults) -> None:
    """Raise what was found wrong, in one line."""
    listed = faults.listed()
    if listed:
        more = f" And {len(listed) - NAMED} more." if len(listed) > NAMED else ""
        said = " ".join(str(fault).replace("feature", "element") for fault in listed[:NAMED])
        raise DataError(f"{said}{more}")


def _date(stated: Any) -> str:  # noqa: ANN401 - any JSON value
    date = stated.get("timestamp_osm_base") if isinstance(stated, dict) else None
    return date if isinstance(date, str) and _INSTANT.fullmatch(date) else ""


def _take_node(raw: Mapping[str, Any], found: Elements) -> str:
    """Add a node; return what is wrong with it, or nothing."""
    if complaint := _wrong_head(raw):
        return complaint
    lon, lat = raw.get("lon"), raw.get("lat")
    if not (_within(lon, 180) and _within(lat, 90)):
        return f"node {raw['id']} lies at {shown(lon)}, {shown(lat)}, not on Earth"
    found.places[raw["id"]] = (float(lon), float(lat))  # type: ignore[arg-type]  # looked at above
    if raw.get("tags"):
        found.nodes[raw["id"]] = raw["tags"]
    return ""


def _take_way(raw: Mapping[str, Any], found: Elements) -> str:
    """Add a way; return what is wrong with it, or nothing."""
    if complaint := _wrong_head(raw):
        return complaint
    nodes = raw.get("nodes", [])
    if not isinstance(nodes, list) or not all(map(_is_id, nodes)):
        return f"way {raw['id']} has nodes that are no ids"
    known = found.ways.get(raw["id"])
    if known is None or not known.tags:
        found.ways[raw["id"]] = Way(raw.get("tags", {}), tuple(nodes))
    return ""


def _take_relation(raw: Mapping[str, Any], found: Elements) -> str:
    """Add a relation; return what is wrong with it, or nothing."""
    if complaint := _wrong_head(raw):
        return complaint
    members = raw.get("members", [])
    if not isinstance(members, list) or not all(map(_is_member, members)):
        return f"relation {raw['id']} has members that are none"
    known = found.relations.get(raw["id"])
    if known is None or not known.tags:
        parts = tuple(Member(m["type"], m["ref"], m["role"]) for m in members)
        found.relations[raw["id"]] = Relation(raw.get("tags", {}), parts)
    return ""


_TAKERS: Mapping[str, Callable[[Mapping[str, Any], Elements], str]] = {
    "node": _take_node,
    "way": _take_way,
    "relation": _take_relation,
}


def _wrong_head(raw: Mapping[str, Any]) -> str:
    """Return what is wrong with the id or the tags of an element, or nothing."""
    if not _is_id(raw.get("id")):
        return f"a {raw['type']} with the id {shown(raw.get('id'))}"
    tags = raw.get("tags", {})
    if not isinstance(tags, dict) or not _are_texts(tags.values()):
        return f"{raw['type']} {raw['id']} has tags that are no texts"
    return ""


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_id(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return type(value) is int and 0 < value <= INTEGER_MAX


def _is_member(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return (
        isinstance(value, dict)
        and isinstance(value.get("type"), str)
        and isinstance(value.get("role"), str)
        and _is_id(value.get("ref"))
    )


def _within(value: Any, limit: int) -> bool:  # noqa: ANN401 - any JSON value
    return type(value) in {int, float} and -limit <= value <= limit
