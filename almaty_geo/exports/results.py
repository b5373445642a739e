"""Answers as layers: rows with places, and how a map grades them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd

from almaty_geo.specs import Column
from almaty_geo.words import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One class of a grade."""

    upto: float
    """Largest value of the class; infinite for the last."""

    title: Text
    """What the legend says."""

    colour: str
    """Such as "#00224e"."""


@dataclass(frozen=True, slots=True)
class Grade:
    """How a column of numbers is told by colour; rows without a number are a class of their own."""

    column: str
    """The column."""

    steps: tuple[Step, ...]
    """Classes, the smallest values first."""

    size: str = ""
    """Column that sizes the sign of a point; empty for signs of one size."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """An answer that goes beside the layers it was made from."""

    name: str
    """Name of the table: small letters, digits, "-" and "_"."""

    title: Text
    """What a reader sees."""

    frame: gpd.GeoDataFrame
    """Rows in any known coordinate system."""

    columns: Mapping[str, Column] = field(default_factory=dict)
    """What the columns are; one that is not here goes by its name."""

    grade: Grade | None = None
    """How it is coloured; None for one colour."""

    description: str = ""
    """What it is, in a sentence or two."""

    show: bool = False
    """Whether a project opens with it switched on."""
