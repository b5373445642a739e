"""What to ask for: a declared table of OpenStreetMap tags for each theme."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from almaty_geo.errors import SpecError
from almaty_geo.specs import Column, GeometryType, Role, Spec, build, read_toml
from almaty_geo.specs.base import Slug
from almaty_geo.words import Text

ANY = "*"
"""Stands for every value of a key."""

OWN_COLUMNS: Mapping[str, Column] = {
    "id": Column(kind="str", required=True, unique=True),
    "osm_type": Column(kind="str", required=True),
    "osm_id": Column(kind="int", required=True, minimum=1),
    "name_kk": Column(kind="str"),
    "name_ru": Column(kind="str"),
    "name_en": Column(kind="str"),
}
"""Columns that every fetched layer has; the id is the element's kind and number: "way-42"."""

Element = Literal["node", "way", "relation"]

# Keys and values go into the text of a query: nothing in them may end a string or open a regex.
_Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:-]+$")]
_Value = Annotated[str, Field(pattern=r"^([A-Za-z0-9_:-]+|\*)$")]
_Values = Annotated[tuple[_Value, ...], Field(min_length=1)]
_Tags = Annotated[dict[_Key, _Values], Field(min_length=1)]
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")


class TagColumn(Column):
    """A column filled from one tag."""

    tag: _Key
    """Key of the tag."""

    @model_validator(mode="after")
    def _kind_fits_free_text(self) -> Self:
        if self.kind not in {"str", "int"}:
            raise ValueError(f"a tag becomes 'str' or 'int', not {self.kind!r}")
        return self

    def declared(self) -> Column:
        """Return the column as a sidecar declares it."""
        kept = {name: getattr(self, name) for name in Column.model_fields}
        return Column(**kept)


class FetchTheme(Spec):
    """What is fetched for a theme, and what becomes of it."""

    id: Slug
    """Name on the command line."""

    title: Text
    """What a reader sees."""

    role: Role
    """Role of the layer that it becomes."""

    geometry: GeometryType
    """Outlines become a point inside them for "Point"; for "LineString" only ways are taken."""

    theme: Slug | None = None
    """Theme that the facilities serve."""

    elements: tuple[Element, ...] = ("node", "way", "relation")
    """Kinds of element that are asked for."""

    any_of: tuple[_Tags, ...] = Field(min_length=1)
    """An element is taken if it fits one of these; a table is fitted if all its keys are."""

    without: dict[_Key, _Values] = Field(default_factory=dict)
    """An element with one of these tags is not taken."""

    tile_deg: float = Field(default=1.0, ge=0.05, le=10)
    """Largest side of the box of one request; dense themes need a small one."""

    columns: dict[str, TagColumn] = Field(default_factory=dict)
    """Columns beside `OWN_COLUMNS`."""

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        if self.geometry == "none":
            raise ValueError("things on a map have a geometry: Point, LineString or Polygon")
        if self.geometry == "LineString" and self.elements != ("way",):
            raise ValueError("lines are ways: elements must be ['way']")
        if any(ANY in values for values in self.without.values()):
            raise ValueError(f"'without' names values, {ANY!r} is none")
        for name in self.columns:
            if name in {*OWN_COLUMNS, "geometry"} or not _COLUMN.fullmatch(name):
                raise ValueError(f"{name!r} is taken, or is no name for a column")
        return self

    @property
    def declared(self) -> Mapping[str, Column]:
        """All columns as a sidecar declares them."""
        return {**OWN_COLUMNS, **{name: c.declared() for name, c in self.columns.items()}}

    def takes(self, element: Element, tags: Mapping[str, str]) -> bool:
        """
        Return whether an element belongs to the theme.

        Parameters
        ----------
        element
            Its kind.
        tags
            Its tags.
        """
        if element not in self.elements or not tags:
            return False
        if any(tags.get(key) in values for key, values in self.without.items()):
            return False
        return any(_fits(tags, wanted) for wanted in self.any_of)


def read_themes(path: Path) -> Mapping[str, FetchTheme]:
    """
    Read the table of tags.

    Parameters
    ----------
    path
        TOML with a table ``columns`` (by name) and a table ``themes`` (by id); a theme lists the
        names of its columns.

    Returns
    -------
    themes
        By id, in the order of the file.

    Raises
    ------
    SpecError
        If the file is missing or says something it may not say.
    """
    raw = read_toml(path)
    if unknown := set(raw) - {"columns", "themes"}:
        raise SpecError(f"{path.name}: unknown key {min(unknown)!r}; known: columns, themes")
    columns, themes = _table(raw, "columns", path), _table(raw, "themes", path)
    return {name: _theme(name, _table(themes, name, path), columns, path) for name in themes}


def _theme(name: str, raw: Mapping[str, Any], columns: Mapping[str, Any], path: Path) -> FetchTheme:
    """Return one theme, with its columns in place of their names."""
    where = f"{path.name}: {name}"
    listed = raw.get("columns", [])
    if not isinstance(listed, list) or (strange := [c for c in listed if c not in columns]):
        known = ", ".join(columns)
        value = listed if not isinstance(listed, list) else strange[0]
        raise SpecError(f"{where}: columns: {value!r} is not in the table of columns: {known}")
    own = {column: columns[column] for column in listed}
    return build(FetchTheme, {**raw, "id": name, "columns": own}, where)


def _table(raw: Mapping[str, Any], key: str, path: Path) -> Mapping[str, Any]:
    found = raw.get(key)
    if not isinstance(found, dict):
        raise SpecError(f"{path.name}: {key}: a table is needed (it says {found!r})")
    return found


def _fits(tags: Mapping[str, str], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        key in tags and (ANY in values or tags[key] in values) for key, values in wanted.items()
    )
