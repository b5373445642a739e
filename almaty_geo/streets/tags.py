"""What the columns or tags of a street file mean: class, name, direction, access, storey."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from almaty_geo.streets.network import BACKWARD, BOTH, FORWARD, NEITHER

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "kind": ("highway", "fclass", "kind", "class", "road_class", "type", "класс", "тип"),
    "name_ru": ("name_ru", "name:ru", "название", "наименование", "улица"),
    "name": ("name", "street", "street_name", "title"),
    "name_kk": ("name_kk", "name_kz", "name:kk", "атауы", "көше"),
    "name_en": ("name_en", "name:en"),
    "id": ("id", "fid", "objectid", "osm_id", "gid"),
    "oneway": ("oneway", "one_way", "one-way"),
    "bridge": ("bridge", "мост", "көпір"),
    "tunnel": ("tunnel", "туннель", "тоннель"),
    "layer": ("layer", "level", "z_order"),
    "access": ("access", "доступ"),
    "foot": ("foot", "pedestrian"),
    "motor_vehicle": ("motor_vehicle", "motorcar", "vehicle"),
    "junction": ("junction",),
    "maxspeed": ("maxspeed", "max_speed", "speed_limit"),
}
"""Names under which files have what counts here, the more telling first; case does not matter."""

FOOTPATHS = frozenset({"footway", "path", "pedestrian", "steps", "bridleway", "corridor"})
"""Classes that only people on foot use."""

FOOTPATHS_SHARE = 0.15
"""Share of the length from which a file is taken to show footpaths all over the place: where they
are mapped they are a third of it and more, and a few in one quarter say nothing of the others."""

Cells = Sequence[str]
Columns = Mapping[str, Cells]

_NO = frozenset({"", "no", "0", "false", "n", "нет", "жоқ", "b", "-"})
_AHEAD = frozenset({"yes", "1", "true", "y", "да", "f", "ft", "forward"})
_BACK = frozenset({"-1", "reverse", "backward", "t", "tf"})
_CLOSED = frozenset({"no", "private", "agricultural", "forestry", "military"})
_OPEN = frozenset({"yes", "permissive", "designated", "destination", "customers", "official"})
_TURNS = frozenset({"roundabout", "circular"})
_IMPLIED = frozenset({"motorway", "motorway_link"})
_NUMBER = re.compile(r"([0-9]{1,3})(?:[.,]0+)?(?: *(?:km/?h|kmh|км/ч|км/сағ))?")
_STOREY = re.compile(r"[+-]?[0-9]")


def recognised(columns: Iterable[str]) -> Mapping[str, str]:
    """
    Return which column of a file says what, by `SYNONYMS`.

    Examples
    --------
    >>> dict(recognised(["fclass", "Name", "maxspeed", "geometry"]))
    {'kind': 'fclass', 'name': 'Name', 'maxspeed': 'maxspeed'}
    """
    known = {column.strip().casefold(): column for column in reversed(list(columns))}
    meant = {field: [known[s] for s in names if s in known] for field, names in SYNONYMS.items()}
    return {field: found[0] for field, found in meant.items() if found}


def drive_of(columns: Columns, size: int) -> NDArray[np.int8]:
    """
    Return how lines may be driven, as far as the file says, shape (k,).

    A roundabout and a motorway are one-way in the direction in which they are drawn unless the
    file says otherwise.
    """
    one_way = columns.get("oneway", [""] * size)
    turns = columns.get("junction", [""] * size)
    kinds = columns.get("kind", [""] * size)
    way = np.fromiter(map(_direction, one_way, turns, kinds), np.int8, size)
    closed = _closed(columns, "motor_vehicle", size)
    return np.where(closed, NEITHER, way).astype(np.int8)


def walk_of(columns: Columns, size: int) -> NDArray[np.int8]:
    """Return whether people may walk on lines, as far as the file says, shape (k,)."""
    return np.where(_closed(columns, "foot", size), NEITHER, BOTH).astype(np.int8)


def storey_of(columns: Columns, size: int) -> NDArray[np.int16]:
    """Return the storey of lines: as stated, else 1 on bridges and -1 in tunnels, shape (k,)."""
    stated = columns.get("layer", [""] * size)
    bridge, tunnel = (columns.get(key, [""] * size) for key in ("bridge", "tunnel"))
    return np.fromiter(map(_storey, stated, bridge, tunnel), np.int16, size)


def limit_of(columns: Columns, size: int) -> NDArray[np.float64]:
    """Return stated speed limits in km/h, NaN where there is none or not a number, shape (k,)."""
    stated = (_NUMBER.fullmatch(value) for value in columns.get("maxspeed", [""] * size))
    limit = np.fromiter((float(m[1]) if m else np.nan for m in stated), np.float64, size)
    return np.where(limit > 0, limit, np.nan)


def name_of(columns: Columns, size: int) -> NDArray[np.object_]:
    """Return names, the Russian one first: the language most sources have; else "", shape (k,)."""
    names = np.full(size, "", dtype=object)
    for field in ("name_ru", "name", "name_kk", "name_en"):
        if field in columns:
            names = np.where(names == "", np.array(columns[field], dtype=object), names)
    return names


def lowered(columns: Columns) -> Columns:
    """Return columns without capitals, but for names and ids, which are shown as they are."""
    kept = {"name_ru", "name", "name_kk", "name_en", "id"}
    return {
        field: cells if field in kept else [cell.casefold() for cell in cells]
        for field, cells in columns.items()
    }


def _direction(one_way: str, junction: str, kind: str) -> int:
    if one_way in _AHEAD:
        return FORWARD
    if one_way in _BACK:
        return BACKWARD
    implied = junction in _TURNS or kind in _IMPLIED
    return FORWARD if not one_way and implied else BOTH


def _closed(columns: Columns, own: str, size: int) -> NDArray[np.bool_]:
    """Return which lines are closed to a mode: its own tag counts before the general one."""
    access = np.isin(columns.get("access", [""] * size), list(_CLOSED))
    said = columns.get(own, [""] * size)
    opened = np.isin(said, list(_OPEN))
    closed: NDArray[np.bool_] = np.isin(said, list(_CLOSED)) | (access & ~opened)
    return closed


def _storey(stated: str, bridge: str, tunnel: str) -> int:
    if _STOREY.fullmatch(stated) and int(stated):
        return int(stated)
    return int(bridge not in _NO) - int(tunnel not in _NO)


def shows_footpaths(kind: NDArray[np.object_], length_mm: NDArray[np.int64]) -> bool:
    """Return whether enough of the length is of footpaths for ways on foot to be taken as known."""
    on_foot = np.isin(kind.astype(str), sorted(FOOTPATHS))
    whole = int(length_mm.sum())
    return bool(whole) and int(length_mm[on_foot].sum()) >= FOOTPATHS_SHARE * whole
