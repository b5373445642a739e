"""Streets of an OpenStreetMap extract (PBF or XML), or of an answer of the Overpass API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from almaty_geo.area import StudyArea
from almaty_geo.fetching.answers import Elements, elements_of
from almaty_geo.fetching.limits import Limits
from almaty_geo.fetching.local import read_regular
from almaty_geo.fetching.pbf import FORMATS, extract
from almaty_geo.fetching.shapes import Lack, Shape, line_of_way
from almaty_geo.fetching.themes import FetchTheme
from almaty_geo.reading import legible
from almaty_geo.streets.ledger import Entry
from almaty_geo.streets.tags import SYNONYMS
from almaty_geo.words import same

_BEGINNING_BYTES = 4096
_LIMITS = Limits(total_s=600)
_WANTED = FetchTheme(
    id="streets",
    title=same("Streets"),
    role="network",
    geometry="LineString",
    elements=("way",),
    any_of=({"highway": ("*",)},),
)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Shapes of a file with what is said of them."""

    degrees: NDArray[np.object_]
    """Longitude and latitude, shape (k,)."""

    features: NDArray[np.object_]
    """Names for the ledger, such as "way 42", shape (k,)."""

    columns: dict[str, list[str]]
    """What their columns or tags say, by the names of `SYNONYMS`."""

    entries: tuple[Entry, ...]
    """What is left out, or cut off by the edge of an extract."""


def is_openstreetmap(path: Path) -> bool:
    """Return whether a file holds elements, not features: by suffix, JSON by a look at it."""
    suffix = path.suffix.lower()
    if suffix in FORMATS:
        return True
    if suffix != ".json" or not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        start = file.read(_BEGINNING_BYTES)
    return b'"elements"' in start and b'"features"' not in start


def read_openstreetmap(path: Path, area: StudyArea) -> Drawn:
    """
    Return the ways of a file that are tagged as streets.

    Parameters
    ----------
    path
        PBF, XML or JSON.
    area
        Ways that do not come near its area of interest are not read.

    Raises
    ------
    DataError
        If the file is not what it seems, or too large.
    """
    data = read_regular(path, size_max_bytes=_LIMITS.size_max_bytes)
    if path.suffix.lower() in FORMATS:
        data = extract(data, _WANTED, box=area.bounds_deg, path=path, limits=_LIMITS)
    return _ways(elements_of(data, legible(path.name)), area)


def _ways(found: Elements, area: StudyArea) -> Drawn:
    """Return the ways with a class, by their number."""
    entries: list[Entry] = []
    kept: dict[int, BaseGeometry] = {}
    for ref in sorted(ref for ref, way in found.ways.items() if "highway" in way.tags):
        shape = line_of_way(found, ref)
        entry = _complaint(ref, shape, found, area)
        if entry is not None:
            entries.append(entry)
        if isinstance(shape, Shape) and (entry is None or entry.rule == "cut-off"):
            kept[ref] = shape.geometry
    tags = [found.ways[ref].tags for ref in kept]
    columns = {field: [_first(own, names) for own in tags] for field, names in SYNONYMS.items()}
    columns = {field: cells for field, cells in columns.items() if field != "id" and any(cells)}
    features = np.array([f"way {ref}" for ref in kept], dtype=object)
    return Drawn(np.array(list(kept.values()), dtype=object), features, columns, tuple(entries))


def _complaint(ref: int, shape: Shape | Lack, found: Elements, area: StudyArea) -> Entry | None:
    """Return what is odd about a way, or nothing."""
    feature = f"way {ref}"
    if isinstance(shape, Lack):
        return Entry("fault", feature, "fewer than two of its nodes are in the file", "left out")
    lon, lat = shape.geometry.coords[0]
    place = (float(lon), float(lat))
    if found.ways[ref].tags.get("area", "no") not in {"no", "0", "false"}:
        return Entry("area", feature, "the outline of an area", "left out", place)
    if not area.holds(shape.geometry):
        return Entry("far-away", feature, "leaves the area of interest", "left out", place)
    if shape.cut:
        return Entry("cut-off", feature, "goes on where the file ends", "kept as far", place)
    return None


def _first(tags: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the first tag that is there."""
    return next((" ".join(legible(tags[name]).split()) for name in names if tags.get(name)), "")
