"""From elements to rows: one for each thing of the theme, and a count of all that is not plain."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from almaty_geo.area import DEGREES
from almaty_geo.fetching import shapes
from almaty_geo.fetching.answers import Elements, Tags
from almaty_geo.fetching.queries import Box
from almaty_geo.fetching.shapes import Lack, Shape
from almaty_geo.fetching.themes import Element, FetchTheme
from almaty_geo.reading import legible

_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NAMES = ("name", "name:kk", "name:ru", "name:en")
_ORDER: Mapping[str, int] = {"node": 0, "way": 1, "relation": 2}


@dataclass(slots=True)
class Tally:
    """What a reader should know of the rows, counted."""

    lacking: dict[tuple[str, int], Lack] = field(default_factory=dict)
    """Things of the theme that have no row, and what each lacks."""

    unnamed: int = 0
    """Rows without a name in any language."""

    unmarked: int = 0
    """Rows whose Russian name is the tag ``name``, which does not say its language."""

    mended: int = 0
    """Points taken from an outline that crosses itself."""

    cut: int = 0
    """Lines without an end that did not come."""

    cleaned: int = 0
    """Texts from which characters that nobody can see were taken out."""

    unread: Counter[str] = field(default_factory=Counter)
    """Values that are no number, by column; they are empty."""


@dataclass(slots=True)
class Rows:
    """Rows of a theme, gathered answer by answer; an element that comes again is taken once."""

    theme: FetchTheme
    box: Box
    tally: Tally = field(default_factory=Tally)
    cells: list[dict[str, Any]] = field(default_factory=list)
    geometry: list[BaseGeometry] = field(default_factory=list)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def add(self, found: Elements) -> None:
        """Add what belongs to the theme and meets the box."""
        box = shapely.box(*self.box)
        shapely.prepare(box)
        for kind, ref, tags in self._new(found):
            # GEOS meets NaN on the way through rings that overlap, and copes: no matter to warn of.
            with np.errstate(invalid="ignore"):
                shape = _shape(self.theme, found, kind, ref)
            if isinstance(shape, Lack):
                self.tally.lacking[kind, ref] = shape
            elif box.intersects(shape.geometry):
                self.tally.lacking.pop((kind, ref), None)  # another answer had it in part
                self.seen.add((kind, ref))
                self.tally.mended += shape.mended
                self.tally.cut += shape.cut
                self.geometry.append(shape.geometry)
                self.cells.append(self._row(kind, ref, tags))

    def frame(self) -> gpd.GeoDataFrame:
        """Return all rows: nodes, ways, relations, each by number."""
        order = sorted(
            range(len(self.cells)),
            key=lambda i: (_ORDER[self.cells[i]["osm_type"]], self.cells[i]["osm_id"]),
        )
        cells = [self.cells[i] for i in order]
        kinds = {name: column.kind for name, column in self.theme.declared.items()}
        columns = {
            name: _series([row[name] for row in cells], kind) for name, kind in kinds.items()
        }
        located = np.array([self.geometry[i] for i in order], dtype=object)
        return gpd.GeoDataFrame(columns, geometry=located, crs=DEGREES)

    def _new(self, found: Elements) -> Iterator[tuple[Element, int, Tags]]:
        """Yield the elements of the theme that have no row yet."""
        for kind, ref, tags in _tagged(found):
            if self.theme.takes(kind, tags) and (kind, ref) not in self.seen:
                yield kind, ref, tags

    def _row(self, kind: Element, ref: int, tags: Tags) -> dict[str, Any]:
        wanted = {*_NAMES, *(column.tag for column in self.theme.columns.values())}
        text = {key: self._clean(value) for key, value in tags.items() if key in wanted}
        names = self._names(text)
        own = {
            name: self._cell(name, text.get(column.tag), column.kind)
            for name, column in self.theme.columns.items()
        }
        return {"id": f"{kind}-{ref}", "osm_type": kind, "osm_id": ref, **names, **own}

    def _names(self, text: Tags) -> dict[str, str | None]:
        """Return names by language; ``name`` stands in for Russian unless it is the Kazakh one."""
        plain, kazakh, russian, english = map(text.get, _NAMES)
        if not russian and plain and plain != kazakh:
            russian = plain
            self.tally.unmarked += 1
        self.tally.unnamed += not (kazakh or russian or english)
        return {"name_kk": kazakh or None, "name_ru": russian or None, "name_en": english or None}

    def _cell(self, name: str, value: str | None, kind: str) -> str | int | None:
        if not value or kind != "int":
            return value or None
        if _WHOLE.fullmatch(value):
            return int(value)
        self.tally.unread[name] += 1
        return None

    def _clean(self, value: str) -> str:
        seen = legible(value).strip()
        self.tally.cleaned += seen != value.strip()
        return seen


def _tagged(found: Elements) -> Iterator[tuple[Element, int, Tags]]:
    """Yield every element that has tags."""
    for ref, tags in found.nodes.items():
        yield "node", ref, tags
    for ref, way in found.ways.items():
        yield "way", ref, way.tags
    for ref, relation in found.relations.items():
        yield "relation", ref, relation.tags


def _shape(theme: FetchTheme, found: Elements, kind: Element, ref: int) -> Shape | Lack:
    """Return the shape that the theme's layer holds of an element."""
    if kind == "node":
        return shapes.point_of_node(found, ref) if theme.geometry == "Point" else Lack.POINT
    if theme.geometry == "LineString":
        return shapes.line_of_way(found, ref)
    points = theme.geometry == "Point"
    if kind == "way":
        return (shapes.point_of_way if points else shapes.area_of_way)(found, ref)
    relation = found.relations[ref]
    return (shapes.point_of_relation if points else shapes.area_of_relation)(found, relation)


def _series(values: list[Any], kind: str) -> pd.Series:
    """Return values as a column of the dtype that its kind has in every layer."""
    if kind == "int":
        return pd.Series(pd.array(values, dtype="Int64"))
    return pd.Series(values, dtype=object)
